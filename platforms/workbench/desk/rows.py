"""The rows behind a figure, by their kind: columns, and the page of each."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from platforms.activities.choices import ActivityStatus, Organiser
from platforms.cases.choices import ComplaintStatus
from platforms.choices import FreeService, PlatformType, ServiceClass
from platforms.models import User
from platforms.pages.lists import Column, Value, day, leads_to, region, word
from platforms.rectifications.choices import RectificationStatus
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


def _day(name: str) -> Value:
    return Value((name,), lambda moment: "" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d}")


PLATFORM, REGION = Column("平台", "platform__name"), Column("地区", region("platform__region__name", none=OWN))
DUE = Column("期限", day("due_on"))

KINDS: dict[str, Kind] = {
    "platform": Kind(
        (
            Column("编号", "code"),
            Column("平台", "name"),
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
            Column(
                "举办单位",
                Value(("platform__name", "organiser"), lambda name, organiser: name or Organiser(organiser).label),
            ),
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
    "rectification": Kind(
        (Column("整改编号", "number"), PLATFORM, REGION, DUE, Column("状态", word("status", RectificationStatus))),
        _page("desk:rectification", "number"),
    ),
    "complaint": Kind(
        (
            Column("受理编号", "number"),
            PLATFORM,
            REGION,
            Column("收到日期", _day("received_at")),
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
            Column("回访日期", _day("called_at")),
        ),
        _call,
    ),
}
