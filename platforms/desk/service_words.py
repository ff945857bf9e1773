"""Service records in the words of the desk: rows of the list and of its file, the page of one."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from platforms.choices import FeeCaseState, FreeService, Role, ServiceChannel, ServiceClass, ServiceResult
from platforms.dates import plain_moment
from platforms.models import ServiceRecord, ServiceRecordPast, User
from platforms.resources.list_file import Row, safe
from platforms.service_records import LABELS
from platforms.wording import moment

#: How a record came in, by the first word of its source.
SOURCES = {"api": "接口", "excel": "表格导入", "hand": "手工登记"}
FREE = {FreeService.POLICY: "政策宣传申报", FreeService.PROBLEMS: "困难问题帮办", FreeService.NEEDS: "需求收集对接"}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "service_class": dict(ServiceClass.choices),
    "free_category": {"": "非公益性服务", **dict(FreeService.choices)},
    "channel": dict(ServiceChannel.choices),
    "result": dict(ServiceResult.choices),
}
_HEADS = (
    "服务日期", "窗口平台", "平台编号", "地区", "企业名称", "统一社会信用代码", "服务类别", "公益性服务", "服务内容",
    "服务方式", "服务人员", "结果", "收费(元)", "公益性服务收费", "满意度", "来源", "来源编号", "登记时间", "版本",
    "作废时间", "作废理由",
)  # fmt: skip


def source_of(row: ServiceRecord) -> str:
    """Return in words how ``row`` came in."""
    return SOURCES.get(row.source.partition(":")[0], SOURCES["api"])


def is_flagged(row: ServiceRecord) -> bool:
    """Say whether ``row`` says that a fee was taken for what must be free, whether in force or not."""
    return bool(row.free_category) and row.fee > 0


def yuan(amount: Decimal) -> str:
    """Return a fee as people say it."""
    return f"{amount:,.2f} 元" if amount else "免费"


def state_of(row: ServiceRecord) -> dict[str, str]:
    """Return label and tone of what is to be said of ``row`` in a list."""
    if row.cancelled_at:
        return {"label": "已作废", "tone": "neutral"}
    if is_flagged(row):
        return {"label": "公益性服务收费", "tone": "bad"}
    return {"label": "有效", "tone": "good"}


def columns(*, with_region: bool) -> list[dict[str, Any]]:
    """Return the heads of the list."""
    names = ["服务日期", "企业", "窗口平台", *(["地区"] if with_region else []), "服务类别", "服务内容", "方式"]
    return [*({"label": name} for name in names), {"label": "收费", "num": True}, {"label": "状态"}]


def row_of(row: ServiceRecord, *, with_region: bool) -> dict[str, Any]:
    """Return one line of the list."""
    region = row.platform.region
    kind = row.get_service_class_display()
    free = f"{kind}，{FREE[FreeService(row.free_category)]}" if row.free_category else kind
    return {
        "url": reverse("desk:service_record", args=[row.pk]),
        "cells": [
            f"{row.served_on:%Y-%m-%d}",
            row.enterprise.name,
            row.platform.name,
            *([region.name if region else "市级"] if with_region else []),
            free,
            row.summary if len(row.summary) <= 30 else f"{row.summary[:29]}…",
            row.get_channel_display(),
            yuan(row.fee),
            state_of(row),
        ],
    }


def file_rows(rows: QuerySet[ServiceRecord]) -> Iterator[Row]:
    """Yield the list as a file has it, heads first; formula-safe."""
    yield list(_HEADS)
    for row in rows.iterator(chunk_size=2000):
        region = row.platform.region
        yield safe(
            [
                row.served_on.isoformat(), row.platform.name, row.platform.code, region.name if region else "市级",
                row.enterprise.name, row.enterprise.code, row.get_service_class_display(),
                row.get_free_category_display() if row.free_category else "", row.summary, row.get_channel_display(),
                row.served_by, row.get_result_display(), row.fee, "是" if is_flagged(row) else "否",
                row.satisfaction if row.satisfaction is not None else "", source_of(row), row.external_id,
                plain_moment(row.received_at), row.version,
                plain_moment(row.cancelled_at), row.cancel_reason,
            ]
        )  # fmt: skip


def pairs_of(row: ServiceRecord) -> list[dict[str, Any]]:
    """Return what one record says, for ``components/keyvalues.html``."""
    score = f"{row.satisfaction} 分（满分 5 分）" if row.satisfaction else "没有评价"
    pairs = [
        ("窗口平台", f"{row.platform.name}（{row.platform.code}）"),
        ("企业名称", row.enterprise.name),
        ("统一社会信用代码", row.enterprise.code),
        ("服务类别", row.get_service_class_display()),
        ("公益性服务", word_of("free_category", row.free_category)),
        ("服务内容", row.summary),
        ("服务日期", f"{row.served_on:%Y-%m-%d}"),
        ("服务方式", row.get_channel_display()),
        ("服务人员", row.served_by),
        ("结果", row.get_result_display()),
        ("收费", yuan(row.fee)),
        ("满意度", score),
        ("来源", f"{source_of(row)}，编号 {row.external_id}"),
        ("登记", f"{moment(row.received_at)}{f'，{row.entered_by.name}' if row.entered_by else ''}"),
    ]
    return [{"label": label, "value": value} for label, value in pairs]


def word_of(name: str, value: str) -> str:
    """Return the value of one field of :class:`platforms.service_records.RecordIn` as people read it."""
    return _WORDS.get(name, {}).get(value, value)


def events_of(row: ServiceRecord, past: list[ServiceRecordPast]) -> list[dict[str, str]]:
    """Return what happened to ``row``, the latest first; of each correction what it changed."""
    events = []
    if row.cancelled_at:
        who = row.cancelled_by.name if row.cancelled_by else ""
        events.append({"when": moment(row.cancelled_at), "who": who, "what": "作废", "why": row.cancel_reason})
    after = now_as_text(row)
    for each in reversed(past):
        told = [
            f"{label}：{word_of(name, each.data.get(name, '')) or '空'} 改为 {word_of(name, after[name]) or '空'}"
            for name, label in LABELS.items()
            if name in after and each.data.get(name, "") != after[name]
        ]
        who = each.replaced_by.name if each.replaced_by else each.actor or "接口"
        what = f"更正第 {each.version} 版：{'；'.join(told)}"
        events.append({"when": moment(each.replaced_at), "who": who, "what": what, "why": each.reason})
        after = {name: str(each.data.get(name, "")) for name in after}
    who = row.entered_by.name if row.entered_by else "接口"
    return [*events, {"when": moment(row.received_at), "who": who, "what": f"登记（{source_of(row)}）", "why": ""}]


def now_as_text(row: ServiceRecord) -> dict[str, str]:
    """Return what ``row`` says, as :attr:`ServiceRecordPast.data` holds it."""
    return {
        "platform": row.platform.code,
        "enterprise_name": row.enterprise.name,
        "enterprise_code": row.enterprise.code,
        "service_class": row.service_class,
        "free_category": row.free_category,
        "served_on": row.served_on.isoformat(),
        "channel": row.channel,
        "fee": f"{row.fee:.2f}",
        "satisfaction": "" if row.satisfaction is None else str(row.satisfaction),
        "summary": row.summary,
        "served_by": row.served_by,
        "result": row.result,
    }


CASE_OPEN = "open"
CASE_STATES = {CASE_OPEN: "待说明", **dict(FeeCaseState.choices)}
CASE_TONES = {
    CASE_OPEN: "wait",
    FeeCaseState.EXPLAINED: "info",
    FeeCaseState.SETTLED: "good",
    FeeCaseState.PASSED: "bad",
}


def with_regions(user: User) -> bool:
    """Say whether the lists of ``user`` name the region of each row."""
    return user.role == Role.CITY
