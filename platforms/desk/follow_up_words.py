"""Calls after a service in the words of the desk: rules, rows of the lists and of their files, what a record says."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html

from platforms.choices import FreeService
from platforms.masking import mask_phone
from platforms.models import FollowUp, FollowUpSample
from platforms.queries.follow_ups import Figures
from platforms.resources.list_file import Row, safe
from platforms.wording import moment

TONES = {"": "neutral", "confirmed": "good", "not_confirmed": "bad", "not_reached": "wait", "refused": "wait"}
FEW = "不足 3 家"
_CALL_HEADS = (
    "序号", "服务企业", "统一社会信用代码", "窗口平台", "服务日期", "服务类别", "公益性服务", "登记的收费(元)",
    "登记的满意度", "服务内容", "回访结果", "回访满意度", "是否收费", "回访电话", "回访情况", "与记录不符", "回访时间",
    "回访人",
)  # fmt: skip


def differences_of(call: FollowUp) -> str:
    """Return in words where ``call`` contradicts the record, or nothing."""
    found = (
        ("服务不属实", call.existence_differs),
        ("收费与记录不符", call.fee_differs),
        ("满意度与记录不符", call.satisfaction_differs),
    )
    return "、".join(words for words, holds in found if holds)


def scope_of(sample: FollowUpSample) -> str:
    """Return in words which records ``sample`` was drawn from."""
    place = sample.platform.name if sample.platform else sample.of_region.name if sample.of_region else "全市"
    return f"{place}，{sample.get_service_class_display()}" if sample.service_class else place


def sample_row(sample: Any) -> dict[str, Any]:
    """Return one line of the list; ``sample`` is a row of ``queries.follow_ups.samples_of``."""
    left = sample.drawn - sample.called
    state = {"label": f"还有 {left} 条", "tone": "wait"} if left else {"label": "已完成", "tone": "good"}
    return {
        "url": reverse("desk:follow_up", args=[sample.number]),
        "cells": [
            sample.number,
            scope_of(sample),
            _period(sample),
            str(sample.drawn),
            str(sample.called),
            str(sample.different),
            f"{sample.region.name if sample.region else '市经信局'}，{moment(sample.drawn_at)}",
            state,
        ],
    }


def rule_pairs(sample: FollowUpSample) -> list[dict[str, Any]]:
    """Return the rule of ``sample``, with which it can be drawn again."""
    ways = []
    if sample.once_per_enterprise:
        ways.append("每家企业只抽一条")
    if sample.by_platform:
        ways.append("按平台均匀抽取")
    return [
        {"label": "抽样范围", "value": scope_of(sample)},
        {"label": "服务日期", "value": _period(sample)},
        {"label": "样本量", "value": f"{sample.size} 条（符合条件的记录 {sample.population} 条）"},
        {"label": "抽取方式", "value": "，".join(ways) or "从全部记录中抽取"},
        {"label": "随机种子", "value": sample.seed},
        {"label": "样本校验值", "value": sample.digest[:16]},
        {"label": "抽取", "value": f"{sample.drawn_by.name}，{moment(sample.drawn_at)}"},
    ]


def call_columns() -> list[dict[str, Any]]:
    """Return the heads of the list of calls."""
    names = ("序号", "服务企业", "窗口平台", "服务日期", "服务类别", "结果", "与记录不符")
    return [{"label": name, "num": name == "序号"} for name in names]


def call_row(call: FollowUp, sample: FollowUpSample) -> dict[str, Any]:
    """Return one line of the list of calls."""
    return {
        "url": reverse("desk:follow_up_call", args=[sample.number, call.position]),
        "cells": [
            str(call.position),
            call.enterprise.name,
            call.platform.name,
            format_html('<span class="nowrap">{}</span>', f"{call.served_on:%Y-%m-%d}"),
            call.get_service_class_display(),
            {"label": call.get_result_display() or "待回访", "tone": TONES[call.result]},
            differences_of(call),
        ],
    }


def record_pairs(call: FollowUp) -> list[dict[str, Any]]:
    """Return what the record said when it was drawn."""
    satisfaction = call.recorded_satisfaction
    free = FreeService(call.free_category).label if call.free_category else "不属于"
    return [
        {"label": "服务企业", "value": call.enterprise.name},
        {"label": "统一社会信用代码", "value": call.enterprise.code},
        {"label": "窗口平台", "value": call.platform.name},
        {"label": "服务日期", "value": f"{call.served_on:%Y-%m-%d}"},
        {"label": "服务类别", "value": call.get_service_class_display()},
        {"label": "公益性服务", "value": free},
        {"label": "登记的收费", "value": f"{call.recorded_fee} 元" if call.recorded_fee else "免费"},
        {"label": "登记的满意度", "value": f"{satisfaction} 分" if satisfaction else "未登记"},
        {"label": "服务内容", "value": call.summary},
    ]


def answer_pairs(call: FollowUp) -> list[dict[str, Any]]:
    """Return what came of ``call`` for who only reads it: the phone is starred."""
    fee = "" if call.fee_taken is None else "是" if call.fee_taken else "否"
    return [
        {"label": "回访结果", "value": call.get_result_display()},
        {"label": "回访满意度", "value": f"{call.satisfaction} 分" if call.satisfaction else ""},
        {"label": "是否收费", "value": fee},
        {"label": "回访电话", "value": mask_phone(call.phone)},
        {"label": "回访情况", "value": call.note},
        {"label": "登记", "value": f"{call.called_by.name if call.called_by else ''}，{moment(call.called_at)}"},
    ]


def file_rows(calls: QuerySet[FollowUp], *, in_full: bool) -> Iterator[Row]:
    """Yield the heads and one line for each call, formula-safe; phones are starred unless ``in_full``."""
    yield list(_CALL_HEADS)
    for call in calls.iterator(chunk_size=500):
        fee = "" if call.fee_taken is None else "是" if call.fee_taken else "否"
        yield safe(
            (
                call.position, call.enterprise.name, call.enterprise.code, call.platform.name,
                f"{call.served_on:%Y-%m-%d}", call.get_service_class_display(), call.get_free_category_display(),
                call.recorded_fee, _or_empty(call.recorded_satisfaction), call.summary, call.get_result_display(),
                _or_empty(call.satisfaction), fee, call.phone if in_full else mask_phone(call.phone), call.note,
                differences_of(call), moment(call.called_at), call.called_by.name if call.called_by else "",
            )
        )  # fmt: skip


def difference_row(call: FollowUp) -> dict[str, Any]:
    """Return one line of the list of contradictions."""
    region = call.platform.region
    return {
        "url": "",
        "cells": [
            call.platform.name,
            region.name if region else "市级",
            call.enterprise.name,
            f"{call.served_on:%Y-%m-%d}",
            differences_of(call),
            _told(call),
            call.note,
            f"{call.sample.number} 第 {call.position} 条",
            moment(call.called_at),
        ],
    }


def figure_row(figures: Figures, *, in_full: bool) -> list[str]:
    """Return one line of the figures; shares and means over too few enterprises are left out unless ``in_full``."""
    hidden = figures.is_small and not in_full

    def said(value: float | None, words: str) -> str:
        return "—" if value is None else FEW if hidden else words.format(value)

    share = figures.share
    return [
        figures.name,
        str(figures.drawn),
        str(figures.called),
        str(figures.reached),
        said(None if share is None else share * 100, "{:.1f}%"),
        said(figures.satisfaction, "{:.2f}"),
        said(figures.recorded, "{:.2f}"),
        str(figures.fees),
        str(figures.different),
    ]


def _told(call: FollowUp) -> str:
    told = [call.get_result_display()]
    if call.satisfaction_differs:
        told.append(f"满意度 {call.satisfaction}（登记为 {call.recorded_satisfaction}）")
    if call.fee_differs:
        told.append(f"收费（登记为{f' {call.recorded_fee} 元' if call.recorded_fee else '免费'}）")
    return "，".join(told)


def _period(sample: FollowUpSample) -> str:
    return f"{sample.from_on:%Y-%m-%d} 至 {sample.until_on:%Y-%m-%d}"


def _or_empty(value: int | None) -> Any:
    return "" if value is None else value
