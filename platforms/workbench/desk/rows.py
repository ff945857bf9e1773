"""The rows behind a figure, by their kind: columns, and the page of each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from platforms.activities.choices import ActivityStatus, InvitationAnswer, Organiser
from platforms.cases.choices import ComplaintStatus
from platforms.choices import FreeService, PlatformType, ServiceClass
from platforms.excel.list_file import MOST_IN_SHEET
from platforms.models import User
from platforms.pages.lists import Column, ListPage, Value, day, leads_to, region, short_name, word
from platforms.rectifications.choices import RectificationStatus
from platforms.service_records.queries import records
from platforms.service_records.queries.records import Key
from platforms.workbench.desk.address import OWN


@dataclass(frozen=True)
class Kind:
    """How rows of one kind are listed: ``columns``, and the address of a row that a person is led to.

    There is none where the row counts for its reader and its page is another office's.
    """

    columns: tuple[Column, ...]
    link: Callable[[User], Value] | None


def _page(name: str, field: str = "pk") -> Callable[[User], Value]:
    return lambda _: leads_to(name, field)


def _call(user: User) -> Value:
    # A county reads what was said of its platforms in a sample of the city, and not the sample.
    def url(number: str, position: int, region: int | None) -> str:
        is_own = not user.region_id or user.acts_for(region)
        return reverse("desk:follow_up_call", args=[number, position]) if is_own else ""

    return Value(("sample__number", "position", "sample__region"), url)


def day_of(name: str) -> Value:
    """Return the day of a moment, empty where there is none."""
    return Value((name,), lambda moment: "" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d}")


def _organiser(platform: str | None, organiser: str) -> str:
    return platform or Organiser(organiser).label


PLATFORM, REGION = Column("平台", short_name("platform")), Column("地区", region("platform__region__name", none=OWN))
DUE = Column("期限", day("due_on"))

KINDS: dict[str, Kind] = {
    "platform": Kind(
        (
            Column("编号", "code"),
            Column("平台", short_name()),
            Column("类型", word("type", PlatformType)),
            Column("地区", region(none=OWN)),
            Column("首次受理", day("accepted_on")),
        ),
        _page("admin:platforms_platform_change"),
    ),
    "record": Kind(
        (
            Column("服务日期", day("served_on")),
            PLATFORM,
            REGION,
            Column("企业", "enterprise__name"),
            Column("服务类别", word("service_class", ServiceClass)),
            Column("公益性服务", Value(("free_category",), lambda kind: FreeService(kind).label if kind else "否")),
            Column("收费", Value(("fee",), lambda fee: f"{fee:,.2f}" if fee else "免费"), "元", num=True),
            Column(
                "满意度",
                Value(("satisfaction",), lambda points: "未评价" if points is None else points),
                "分",
                num=True,
            ),
        ),
        _page("desk:service_record"),
    ),
    "enterprise": Kind(
        (Column("统一社会信用代码", "code"), Column("企业", "name"), Column("本年服务", "served", "次", num=True)), None
    ),
    "activity": Kind(
        (
            Column("活动编号", "number"),
            Column("活动", "title"),
            Column("日期", day("held_on")),
            Column("举办单位", Value(("platform__name", "organiser"), _organiser)),
            Column("地区", region()),
            Column("状态", word("status", ActivityStatus)),
        ),
        _page("desk:activity", "number"),
    ),
    "task": Kind(
        (
            Column("任务", "template__title"),
            PLATFORM,
            REGION,
            DUE,
            Column("受阻原因", Value(("blocked_reason",), lambda reason: reason or "无")),
        ),
        _page("desk:task"),
    ),
    "due_task": Kind(
        (Column("任务", "template__title"), PLATFORM, REGION, DUE, Column("完成日期", day_of("done_at"))),
        _page("desk:task"),
    ),
    "invitation": Kind(
        (
            Column("活动编号", "activity__number"),
            Column("活动", "activity__title"),
            Column("日期", day("activity__held_on")),
            Column("举办单位", Value(("activity__platform__name", "activity__organiser"), _organiser)),
            PLATFORM,
            REGION,
            Column("答复", Value(("answer",), lambda answer: InvitationAnswer(answer).label if answer else "未答复")),
        ),
        _page("desk:activity", "activity__number"),
    ),
    "return": Kind(
        (
            Column("名称", "schedule__title"),
            Column("报送期", "label"),
            PLATFORM,
            REGION,
            DUE,
            Column("报送日期", day_of("handed_in_at")),
        ),
        _page("desk:return"),
    ),
    "rectification": Kind(
        (Column("整改编号", "number"), PLATFORM, REGION, DUE, Column("状态", word("status", RectificationStatus))),
        _page("desk:rectification", "number"),
    ),
    "complaint": Kind(
        (
            Column("受理编号", "number"),
            PLATFORM,
            REGION,
            Column("收到日期", day_of("received_at")),
            Column("状态", word("status", ComplaintStatus)),
        ),
        _page("admin:platforms_complaint_change"),
    ),
    "follow_up": Kind(
        (
            Column("样本编号", Value(("sample__number", "position"), "{}-{}".format)),
            PLATFORM,
            REGION,
            Column("企业", "enterprise__name"),
            Column("服务日期", day("served_on")),
            Column("回访日期", day_of("called_at")),
        ),
        _call,
    ),
}


class RowsOfKind(ListPage):
    """A list of the rows of one kind, which knows how many there are; records are paged by key, since they are many."""

    #: A key of :data:`KINDS`.
    kind: str

    def shown(self, fields: Sequence[str]) -> tuple[Iterable[Sequence[Any]], dict[str, Any]]:
        found = self.rows()
        if self.kind != "record" or not isinstance(found, QuerySet):
            return super().shown(fields)
        get, rows = self.request.GET, found.values_list(*fields, named=True)
        after, before = Key.read(get.get("after", "")), Key.read(get.get("before", ""))
        page = records.last_keyed(rows) if get.get("end") else records.keyed(rows, after=after, before=before)
        return page.rows, {"count": self.count(), **self.next_to(page.before, page.after)}

    def counted(self, kind: str) -> tuple[int | None, str]:
        count = self.count() or 0
        return count, "csv" if count > MOST_IN_SHEET else kind
