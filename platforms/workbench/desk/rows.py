"""The rows behind a figure, by their kind: columns, cells, and the page of each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from platforms.excel.list_file import Row, safe
from platforms.models import FollowUp, Platform, User


@dataclass(frozen=True)
class Kind:
    """How rows of one kind are listed: ``columns`` as in the table component, ``cells`` and ``url`` of a row.

    The address is empty where the row counts for its reader and its page is another office's.
    """

    columns: tuple[dict[str, Any], ...]
    cells: Callable[[Any], list[Any]]
    url: Callable[[Any, User], str]
    related: tuple[str, ...] = ()

    def read(self, rows: QuerySet) -> QuerySet:
        """Return ``rows`` with what the cells need."""
        return rows.select_related(*self.related) if self.related else rows

    def shown(self, rows: Iterable[Any], user: User) -> list[dict[str, Any]]:
        """Return ``rows`` for the table that ``user`` reads."""
        return [{"url": self.url(row, user), "cells": self.cells(row)} for row in rows]

    def file_rows(self, rows: QuerySet) -> Iterator[Row]:
        """Yield heads and rows of the file."""
        yield [f"{each['label']}({each['unit']})" if each.get("unit") else each["label"] for each in self.columns]
        for row in self.read(rows).iterator(chunk_size=2_000):
            yield safe(self.cells(row))


def region_of(platform: Platform) -> str:
    """Return the name of the region, or what the city's own platforms stand under."""
    return platform.region.name if platform.region else "市级重点行业"


def _columns(*labels: str, **units: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"label": label, "unit": units[label], "num": True} if label in units else {"label": label} for label in labels
    )


def _page(name: str, field: str = "pk") -> Callable[[Any, User], str]:
    return lambda row, _: reverse(name, args=[getattr(row, field)])


def _call(row: FollowUp, user: User) -> str:
    # A county reads what was said of its platforms in a sample of the city, and not the sample.
    if not user.region_id or row.sample.region_id == user.region_id:
        return reverse("desk:follow_up_call", args=[row.sample.number, row.position])
    return ""


def _yuan(value: Any) -> str:
    return "免费" if not value else f"{value:,.2f}"


def _day(moment: Any) -> str:
    return "" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d}"


KINDS: dict[str, Kind] = {
    "platform": Kind(
        _columns("编号", "平台", "类型", "地区", "首次受理"),
        lambda row: [row.code, row.name, row.get_type_display(), region_of(row), f"{row.accepted_on:%Y-%m-%d}"],
        _page("admin:platforms_platform_change"),
        ("region",),
    ),
    "record": Kind(
        _columns(
            "服务日期", "平台", "地区", "企业", "服务类别", "公益性服务", "收费", "满意度", 收费="元", 满意度="分"
        ),
        lambda row: [
            f"{row.served_on:%Y-%m-%d}", row.platform.name, region_of(row.platform), row.enterprise.name,
            row.get_service_class_display(), row.get_free_category_display() or "否", _yuan(row.fee),
            "未评价" if row.satisfaction is None else row.satisfaction,
        ],
        _page("desk:service_record"),
        ("platform__region", "enterprise"),
    ),
    "enterprise": Kind(
        _columns("统一社会信用代码", "企业", "本年服务", 本年服务="次"),
        lambda row: [row.code, row.name, row.served],
        lambda *_: "",
    ),
    "activity": Kind(
        _columns("活动编号", "活动", "日期", "举办单位", "地区", "状态"),
        lambda row: [
            row.number, row.title, f"{row.held_on:%Y-%m-%d}",
            row.platform.name if row.platform else row.get_organiser_display(),
            row.region.name if row.region else "市级", row.get_status_display(),
        ],
        _page("desk:activity", "number"),
        ("region", "platform"),
    ),
    "task": Kind(
        _columns("任务", "平台", "地区", "期限", "受阻原因"),
        lambda row: [
            str(row.template), row.platform.name, region_of(row.platform), f"{row.due_on:%Y-%m-%d}",
            row.blocked_reason or "无",
        ],
        _page("desk:task"),
        ("template", "platform__region"),
    ),
    "rectification": Kind(
        _columns("整改编号", "平台", "地区", "期限", "状态"),
        lambda row: [
            row.number, row.platform.name, region_of(row.platform), f"{row.due_on:%Y-%m-%d}", row.get_status_display()
        ],
        _page("desk:rectification", "number"),
        ("platform__region",),
    ),
    "complaint": Kind(
        _columns("受理编号", "平台", "地区", "收到日期", "状态"),
        lambda row: [
            row.number, row.platform.name, region_of(row.platform), _day(row.received_at), row.get_status_display()
        ],
        _page("admin:platforms_complaint_change"),
        ("platform__region",),
    ),
    "follow_up": Kind(
        _columns("样本编号", "平台", "地区", "企业", "服务日期", "回访日期"),
        lambda row: [
            f"{row.sample.number}-{row.position}", row.platform.name, region_of(row.platform), row.enterprise.name,
            f"{row.served_on:%Y-%m-%d}", _day(row.called_at),
        ],
        _call,
        ("sample", "platform__region", "enterprise"),
    ),
}  # fmt: skip
