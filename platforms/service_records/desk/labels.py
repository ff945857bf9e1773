"""Service records in the words of the desk: rows of the list and of its file, the page of one."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from platforms.choices import FreeService, ServiceClass
from platforms.models import ServiceRecord, ServiceRecordPast
from platforms.moments import moment
from platforms.pages.labels import yuan
from platforms.pages.lists import Column, Value, day, minute, region, short, short_name, word
from platforms.service_records.choices import ServiceChannel, ServiceResult
from platforms.service_records.rules import LABELS

#: How a record came in, by the first word of its source.
SOURCES = {"api": "接口", "excel": "表格导入", "hand": "手工登记"}
FREE = {FreeService.POLICY: "政策宣传申报", FreeService.PROBLEMS: "困难问题帮办", FreeService.NEEDS: "需求收集对接"}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "service_class": dict(ServiceClass.choices),
    "free_category": {"": "非公益性服务", **dict(FreeService.choices)},
    "channel": dict(ServiceChannel.choices),
    "result": dict(ServiceResult.choices),
}


def source_of(source: str) -> str:
    """Return in words how a record came in."""
    return SOURCES.get(source.partition(":")[0], SOURCES["api"])


def is_flagged(free_category: str, fee: Decimal) -> bool:
    """Say whether a fee was taken for what must be free, whether the record is in force or not."""
    return bool(free_category) and fee > 0


def state_of(cancelled_at: datetime | None, free_category: str, fee: Decimal) -> dict[str, str]:
    """Return label and tone of what is to be said of a record in a list."""
    if cancelled_at:
        return {"label": "已作废", "tone": "neutral"}
    if is_flagged(free_category, fee):
        return {"label": "公益性服务收费", "tone": "bad"}
    return {"label": "有效", "tone": "good"}


def class_of(service_class: str, free_category: str) -> str:
    """Return the class of a service, with the free category that it counts for."""
    label = ServiceClass(service_class).label
    return f"{label}，{FREE[FreeService(free_category)]}" if free_category else label


SERVED, PLATFORM = Column("服务日期", day("served_on")), Column("窗口平台", short_name("platform"))
REGION = region("platform__region__name")
COLUMNS = (
    SERVED,
    Column("企业", "enterprise__name"),
    Column("状态", Value(("cancelled_at", "free_category", "fee"), state_of)),
    PLATFORM,
    Column("地区", REGION, city=True),
    Column("服务类别", Value(("service_class", "free_category"), class_of)),
    Column("服务内容", short("summary", 30)),
    Column("收费", Value(("fee",), yuan), num=True),
)
FILE_COLUMNS = (
    SERVED,
    PLATFORM,
    Column("平台编号", "platform__code"),
    Column("地区", REGION),
    Column("企业名称", "enterprise__name"),
    Column("统一社会信用代码", "enterprise__code"),
    Column("服务类别", word("service_class", ServiceClass)),
    Column("公益性服务", word("free_category", FreeService)),
    Column("服务内容", "summary"),
    Column("服务方式", word("channel", ServiceChannel)),
    Column("服务人员", "served_by"),
    Column("结果", word("result", ServiceResult)),
    Column("收费（元）", "fee"),
    Column("公益性服务收费", Value(("free_category", "fee"), lambda *fee: "是" if is_flagged(*fee) else "否")),
    Column("满意度", "satisfaction"),
    Column("来源", Value(("source",), source_of)),
    Column("来源编号", "external_id"),
    Column("登记时间", minute("received_at")),
    Column("版本", "version"),
    Column("作废时间", minute("cancelled_at")),
    Column("作废理由", "cancel_reason"),
)


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
        ("来源", f"{source_of(row.source)}，编号 {row.external_id}"),
        ("登记", f"{moment(row.received_at)}{f'，{row.entered_by.name}' if row.entered_by else ''}"),
    ]
    return [{"label": label, "value": value} for label, value in pairs]


def word_of(name: str, value: str) -> str:
    """Return the value of one field of :class:`platforms.service_records.rules.RecordIn` as people read it."""
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
    return [
        *events,
        {"when": moment(row.received_at), "who": who, "what": f"登记（{source_of(row.source)}）", "why": ""},
    ]


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
