"""The figures of the workbench (六·(一)) in one table; a further figure is a line of it."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from platforms.activities.choices import ActivityStatus
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.standings import in_operation
from platforms.cases.choices import COMPLAINT_OPEN
from platforms.choices import Role, ServiceClass
from platforms.follow_ups import queries as follow_ups
from platforms.models import (
    Activity,
    Application,
    Complaint,
    Enterprise,
    FollowUp,
    Platform,
    PlatformReach,
    Rectification,
    Region,
    ServiceRecord,
)
from platforms.rectifications import queries as rectifications
from platforms.rectifications.choices import RectificationStatus
from platforms.reference.choices import CITYS_OWN
from platforms.reference.queries.regions import regions_between
from platforms.scope import regions_of_officer
from platforms.service_records.queries.records import flagged
from platforms.system_links import queries as link_states
from platforms.tasks import queries as tasks
from platforms.workbench.queries.scope import ALL, MEAN, MONTHS, SHARE, Amount, Counts, Figure, Place, Scope

# Platforms -------------------------------------------------------------------------------------------------------


def _platforms(scope: Scope) -> Any:
    return scope.narrow(in_operation(Platform.objects.visible_to(scope.user), scope.on), "").order_by("code")


def _accepted(scope: Scope) -> QuerySet:
    accepted = Application.objects.filter(platform=OuterRef("pk"), round=scope.round, status=ApplicationStatus.ACCEPTED)
    rows: QuerySet = _platforms(scope).filter(Exists(accepted))
    return rows


def _linked(state: str) -> Callable[[Scope], QuerySet]:
    def rows(scope: Scope) -> QuerySet:
        standing: Any = link_states.standing(_platforms(scope), scope.on)
        found: QuerySet = standing.filter(state=state)
        return found

    return rows


# Services --------------------------------------------------------------------------------------------------------


def _records(*conditions: Q, **wanted: Any) -> Callable[[Scope], QuerySet]:
    def rows(scope: Scope) -> QuerySet:
        own = scope.narrow(Platform.objects.visible_to(scope.user), "").order_by().values("pk")
        # The keys of the platforms, not a join: the index of the list is by platform.
        found = ServiceRecord.objects.visible_to(scope.user).filter(
            *conditions, platform__in=list(own.values_list("pk", flat=True)),
            served_on__gte=scope.since, served_on__lt=scope.before, cancelled_at__isnull=True, **wanted,
        )  # fmt: skip
        return found.order_by("-served_on", "-pk")

    return rows


def _summed(top: str, bottom: str = "", service_class: str = "") -> Callable[[Scope], Counts]:
    def counts(scope: Scope) -> Counts:
        found: dict[Place, Amount] = defaultdict(Amount)
        for (region, kind), sums in scope.rollups.items():
            if service_class in ("", kind):
                old = found[region]
                found[region] = Amount(old.top + sums[top], old.bottom + (sums[bottom] if bottom else 0))
        return found

    return counts


def _reach(scope: Scope) -> Any:
    return scope.narrow(PlatformReach.objects.visible_to(scope.user)).filter(year=scope.until.year)


def _enterprises(scope: Scope) -> QuerySet:
    reach = _reach(scope)
    own = reach.filter(enterprise=OuterRef("pk")).order_by().values("enterprise").annotate(n=Sum("records"))
    served = Enterprise.objects.visible_to(scope.user).filter(pk__in=reach.order_by().values("enterprise"))
    return served.annotate(served=Subquery(own.values("n"))).order_by("code")


def _enterprise_counts(scope: Scope) -> Counts:
    reach = _reach(scope).order_by()
    by_region = reach.values_list("platform__region").annotate(n=Count("enterprise", distinct=True))
    found: dict[Place, Amount] = {region: Amount(number) for region, number in by_region}
    # One that two regions served is one enterprise of the city.
    found[ALL] = Amount(reach.aggregate(n=Count("enterprise", distinct=True))["n"])
    return found


# Supervision -----------------------------------------------------------------------------------------------------


def _tasks(condition: Callable[[Scope], Q]) -> Callable[[Scope], QuerySet]:
    def rows(scope: Scope) -> QuerySet:
        found: QuerySet = scope.narrow(tasks.tasks_of(scope.user, scope.round)).filter(condition(scope))
        return found.order_by("due_on", "pk")

    return rows


def _rectifications(condition: Callable[[Scope], Q]) -> Callable[[Scope], QuerySet]:
    def rows(scope: Scope) -> QuerySet:
        found: QuerySet = scope.narrow(Rectification.objects.visible_to(scope.user)).filter(condition(scope))
        return found.order_by("due_on", "pk")

    return rows


def _complaints(scope: Scope) -> QuerySet:
    rows: QuerySet = scope.narrow(Complaint.objects.visible_to(scope.user)).filter(status__in=COMPLAINT_OPEN)
    return rows.order_by("received_at", "pk")


def _contradicted(scope: Scope) -> QuerySet:
    rows: QuerySet = scope.narrow(FollowUp.objects.visible_to(scope.user)).filter(follow_ups.DIFFERS)
    return rows.filter(called_at__date__gte=scope.since, called_at__date__lt=scope.before).order_by("-called_at", "-pk")


def _activities(scope: Scope) -> Any:
    rows: Any = Activity.objects.visible_to(scope.user)
    # What a county is invited to was entered by others and counts there.
    if scope.user.role == Role.COUNTY:
        rows = rows.filter(region__in=regions_of_officer(scope.user))
    if scope.platform is not None:
        rows = rows.filter(platform=scope.platform)
    elif scope.place is not None:
        place: Any = None if scope.place == CITYS_OWN else scope.place
        rows = rows.filter(region=place)
    held = (ActivityStatus.HELD, ActivityStatus.REPORTED)
    return rows.filter(status__in=held, held_on__gte=scope.since, held_on__lt=scope.before).order_by("-held_on", "-pk")


_PLATFORMS, _SERVICES, _DUE = "平台", f"近{MONTHS}个月服务", "待办和监管"
_OPEN = (*rectifications.PENDING, RectificationStatus.ANSWERED)

FIGURES: tuple[Figure, ...] = (
    Figure("platforms", "窗口平台", "个", _PLATFORMS, "platform", _platforms, "region"),
    Figure("accepted", "本年度已受理", "个", _PLATFORMS, "platform", _accepted, "region"),
    Figure("unlinked", "未联通", "个", _PLATFORMS, "platform", _linked(link_states.UNLINKED), "region", bad=True),
    Figure("silent", "近期无服务记录", "个", _PLATFORMS, "platform", _linked(link_states.SILENT), "region", bad=True),
    Figure("services", "服务", "次", _SERVICES, "record", _records(), counts=_summed("records")),
    *(
        Figure(
            f"class-{kind}", kind.label, "次", _SERVICES, "record", _records(service_class=kind),
            counts=_summed("records", service_class=kind),
        )
        for kind in ServiceClass
    ),
    Figure(
        "free", "免费服务占比", "", _SERVICES, "record", _records(fee=0), counts=_summed("free_records", "records"),
        shown=SHARE,
    ),
    Figure(
        "public", "公益性服务占比", "", _SERVICES, "record", _records(~Q(free_category="")),
        counts=_summed("public_records", "records"), shown=SHARE,
    ),
    Figure(
        "flagged", "公益性服务收费", "次", _SERVICES, "record", _records(flagged()), counts=_summed("flagged"), bad=True
    ),
    Figure(
        "satisfaction", "平均满意度", "分", _SERVICES, "record", _records(satisfaction__isnull=False),
        counts=_summed("satisfaction_sum", "satisfaction_count"), shown=MEAN,
    ),
    Figure(
        "enterprises", "本年服务企业", "家", _SERVICES, "enterprise", _enterprises, counts=_enterprise_counts
    ),
    Figure("activities", "已举办活动", "场", _SERVICES, "activity", _activities, "region"),
    Figure(
        "tasks-late", "逾期任务", "项", _DUE, "task", _tasks(lambda scope: tasks.is_late(scope.on)), bad=True
    ),
    Figure("tasks-blocked", "受阻任务", "项", _DUE, "task", _tasks(lambda _: tasks.IS_BLOCKED), bad=True),
    Figure(
        "rectifications", "未办结整改", "项", _DUE, "rectification", _rectifications(lambda _: Q(status__in=_OPEN))
    ),
    Figure(
        "rectifications-overdue", "逾期整改", "项", _DUE, "rectification",
        _rectifications(lambda scope: rectifications.overdue_on(scope.on)), bad=True,
    ),
    Figure("complaints", "未办结投诉", "件", _DUE, "complaint", _complaints),
    Figure("contradicted", "回访与记录不符", "条", _DUE, "follow_up", _contradicted, bad=True),
)  # fmt: skip
BY_KEY = {figure.key: figure for figure in FIGURES}


def numbers(scope: Scope) -> dict[str, dict[Place, Amount]]:
    """Return the amounts of all figures, by their key and by region."""
    plain = [figure for figure in FIGURES if figure.counts is None]
    found: dict[str, dict[Place, Amount]] = {figure.key: {} for figure in plain}
    first, *others = (figure.tally(scope) for figure in plain)
    # All of them in one question, since each is a short one.
    for key, region, number in first.union(*others, all=True):
        found[key][region] = Amount(number)
    return {figure.key: figure.numbers(scope, found.get(figure.key)) for figure in FIGURES}


def regions_with_platforms(scope: Scope) -> list[Region | None]:
    """Return the regions that were there in the months of ``scope``, by code, and None for the city's own platforms."""
    regions = list(regions_between(min(scope.since, scope.on), scope.on))
    if not Platform.objects.visible_to(scope.user).filter(region__isnull=True).exists():
        return [*regions]
    return [*regions, None]
