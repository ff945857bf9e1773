"""Calls after a service in the words of the desk: rules, rows of the lists and of their files, what a record says."""

from typing import Any

from django.utils.html import format_html

from platforms.choices import FreeService, ServiceClass
from platforms.follow_ups.choices import FollowUpResult
from platforms.masking import mask_phone
from platforms.models import FollowUp, FollowUpSample, User
from platforms.moments import moment
from platforms.pages.lists import Column, Value, day, region, short_name, when, word
from platforms.pages.phones import NUMBERS, Numbers, may_show, starred

TONES = {"": "neutral", "confirmed": "good", "not_confirmed": "bad", "not_reached": "wait", "refused": "wait"}
FEW = "不足 3 家"


def differences_of(call: FollowUp) -> str:
    """Return in words where ``call`` contradicts the record, or nothing."""
    return differences(call.existence_differs, call.fee_differs, call.satisfaction_differs)


def differences(*differs: bool) -> str:
    """Return the same for existence, fee and satisfaction."""
    words = ("服务不属实", "收费与记录不符", "满意度与记录不符")
    return "、".join(each for each, holds in zip(words, differs, strict=True) if holds)


def scope_of(platform: str | None, region: str | None, service_class: str) -> str:
    """Return in words which records a sample was drawn from."""
    place = platform or region or "全市"
    return f"{place}，{ServiceClass(service_class).label}" if service_class else place


def progress(drawn: int, called: int) -> dict[str, str]:
    """Return label and tone of how far a sample is."""
    left = drawn - called
    return {"label": f"还有 {left} 条", "tone": "wait"} if left else {"label": "已完成", "tone": "good"}


SAMPLE_COLUMNS = (
    Column("样本编号", "number"),
    Column("抽样范围", Value(("platform__name", "of_region__name", "service_class"), scope_of)),
    Column("服务日期", Value(("from_on", "until_on"), "{} 至 {}".format)),
    Column("样本量", "drawn", unit="条", num=True),
    Column("已回访", "called", unit="条", num=True),
    Column("与记录不符", "different", unit="条", num=True),
    Column("抽取", Value(("region__name", "drawn_at"), lambda name, at: f"{name or '市经信局'}，{moment(at)}")),
    Column("进度", Value(("drawn", "called"), progress)),
)


def rule_pairs(sample: FollowUpSample) -> list[dict[str, Any]]:
    """Return the rule of ``sample``, with which it can be drawn again."""
    scope = scope_of(
        sample.platform.name if sample.platform else None,
        sample.of_region.name if sample.of_region else None,
        sample.service_class,
    )
    ways = []
    if sample.once_per_enterprise:
        ways.append("每家企业只抽一条")
    if sample.by_platform:
        ways.append("按平台均匀抽取")
    return [
        {"label": "抽样范围", "value": scope},
        {"label": "服务日期", "value": _period(sample)},
        {"label": "样本量", "value": f"{sample.size} 条（符合条件的记录 {sample.population} 条）"},
        {"label": "抽取方式", "value": "，".join(ways) or "从全部记录中抽取"},
        {"label": "抽样随机数", "value": sample.seed},
        {"label": "样本校验值", "value": sample.digest[:16]},
        {"label": "抽取", "value": f"{sample.drawn_by.name}，{moment(sample.drawn_at)}"},
    ]


def _result(result: str) -> dict[str, str]:
    return {"label": FollowUpResult(result).label if result else "待回访", "tone": TONES[result]}


def _fee(taken: bool | None) -> str:
    return "" if taken is None else "是" if taken else "否"


POSITION, PLATFORM = Column("序号", "position", num=True), Column("窗口平台", short_name("platform"))
ENTERPRISE, CLASS = Column("服务企业", "enterprise__name"), Column("服务类别", word("service_class", ServiceClass))
DIFFERENT = Column("与记录不符", Value(("existence_differs", "fee_differs", "satisfaction_differs"), differences))
CALL_COLUMNS = (
    POSITION,
    ENTERPRISE,
    PLATFORM,
    Column("服务日期", Value(("served_on",), lambda on: format_html('<span class="nowrap">{}</span>', on.isoformat()))),
    CLASS,
    Column("结果", Value(("result",), _result)),
    DIFFERENT,
)


def call_file_columns(*, in_full: bool) -> tuple[Column, ...]:
    """Return the columns of the file; phones are starred unless ``in_full``."""
    return (
        POSITION,
        ENTERPRISE,
        Column("统一社会信用代码", "enterprise__code"),
        PLATFORM,
        Column("服务日期", day("served_on")),
        CLASS,
        Column("公益性服务", word("free_category", FreeService)),
        Column("登记的收费（元）", "recorded_fee"),
        Column("登记的满意度", "recorded_satisfaction"),
        Column("服务内容", "summary"),
        Column("回访结果", word("result", FollowUpResult)),
        Column("回访满意度", "satisfaction"),
        Column("是否收费", Value(("fee_taken",), _fee)),
        Column("回访电话", "phone" if in_full else Value(("phone",), mask_phone)),
        Column("回访情况", "note"),
        DIFFERENT,
        Column("回访时间", when("called_at")),
        Column("回访人", "called_by__name"),
    )


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


NUMBERS["call"] = Numbers(
    rows=lambda user: FollowUp.objects.visible_to(user).select_related("sample"),
    permission="platforms.view_followup",
    number=lambda row: row.phone,
    code=lambda row: f"{row.sample.number}-{row.position}",
    whose=lambda _row: "回访电话",
)


def answer_pairs(call: FollowUp, user: User) -> list[dict[str, Any]]:
    """Return what came of ``call`` for who only reads it: the phone is starred, and shown on a press."""
    return [
        {"label": "回访结果", "value": call.get_result_display()},
        {"label": "回访满意度", "value": f"{call.satisfaction} 分" if call.satisfaction else ""},
        {"label": "是否收费", "value": _fee(call.fee_taken)},
        {"label": "回访电话", "value": "", "phone": call.phone and starred("call", call, shows=may_show(user))},
        {"label": "回访情况", "value": call.note},
        {"label": "登记", "value": f"{call.called_by.name if call.called_by else ''}，{moment(call.called_at)}"},
    ]


def _words_of_enterprise(result: str, satisfaction: int | None, recorded: int | None, fee: Any, *differs: bool) -> str:
    """Return what the enterprise said; ``differs`` is whether satisfaction and fee contradict the record."""
    told = [FollowUpResult(result).label if result else ""]
    if differs[0]:
        told.append(f"满意度 {satisfaction}（登记为 {recorded}）")
    if differs[1]:
        told.append(f"收费（登记为{f' {fee} 元' if fee else '免费'}）")
    return "，".join(told)


_SAID_BY_IT = ("result", "satisfaction", "recorded_satisfaction", "recorded_fee", "satisfaction_differs", "fee_differs")
DIFFERENCE_COLUMNS = (
    PLATFORM,
    Column("地区", region("platform__region__name")),
    ENTERPRISE,
    Column("服务日期", day("served_on")),
    Column("不符之处", DIFFERENT.value),
    Column("企业所述", Value(_SAID_BY_IT, _words_of_enterprise)),
    Column("回访情况", "note"),
    Column("样本", Value(("sample__number", "position"), "{} 第 {} 条".format)),
    Column("回访时间", when("called_at")),
)


def _mean(name: str, words: str = "{:.2f}", times: int = 1) -> Value:
    """Return a mean or a share of the figures of one region; over too few enterprises it is ``hidden``."""

    def say(value: float | None, hidden: bool) -> str:
        return "—" if value is None else FEW if hidden else words.format(value * times)

    return Value((name, "hidden"), say)


FIGURE_COLUMNS = (
    Column("地区", "name"),
    Column("抽取", "drawn", unit="条", num=True),
    Column("已回访", "called", unit="条", num=True),
    Column("接通", "reached", unit="条", num=True),
    Column("属实", _mean("share", "{:.1f}%", 100), unit="%", num=True),
    Column("回访满意度", _mean("satisfaction"), unit="分", num=True),
    Column("登记满意度", _mean("recorded"), unit="分", num=True),
    Column("收费不符", "fees", unit="条", num=True),
    Column("与记录不符", "different", unit="条", num=True),
)


def _period(sample: FollowUpSample) -> str:
    return f"{sample.from_on:%Y-%m-%d} 至 {sample.until_on:%Y-%m-%d}"
