"""Which allocations are released, which of them hold, what waits for a release, and who reads what of one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, TruncDate
from django.urls import reverse

from funding.models import AllocationItem, AllocationRelease, AllocationRow, AllocationRun
from funding.runs.choices import RunStatus
from funding.runs.queries.applications import counted_as
from platforms.choices import Role
from platforms.deadlines import day_of
from platforms.models import Platform, Round, User
from platforms.notices.models import value_of
from platforms.register.queries import life
from platforms.rounds.choices import RoundStatus
from platforms.scope import regions_of_officer
from platforms.workbench.queries.dashboard import Step
from platforms.workbench.queries.todo import Opened, Source, Waiting


def releases() -> QuerySet[AllocationRelease]:
    """Return every release with its run and round: the latest year first, in it what corrects before what it corrects.

    A run is released only while it is in force, so that of one round the later release corrects the earlier one.
    """
    return AllocationRelease.objects.select_related("run__round").order_by("-run__round__year", "-pk")


def chain_of(round: Round) -> list[AllocationRelease]:
    """Return the releases of ``round``; the first one holds, each of the others was corrected by the one before it."""
    return list(releases().filter(run__round=round))


def chains() -> list[list[AllocationRelease]]:
    """Return the releases of every round as :func:`chain_of` does, the latest year first."""
    found: dict[int, list[AllocationRelease]] = {}
    for each in releases():
        found.setdefault(each.run.round_id, []).append(each)
    return list(found.values())


def neighbours(release: AllocationRelease) -> tuple[AllocationRelease | None, AllocationRelease | None]:
    """Return the release that ``release`` corrects and the one that corrects it; None where there is none."""
    chain = chain_of(release.run.round)
    place = chain.index(release)
    return (chain[place + 1] if place + 1 < len(chain) else None), (chain[place - 1] if place else None)


def corrected() -> Exists:
    """Return the condition that a release was corrected by another one of its round."""
    return Exists(AllocationRelease.objects.filter(run__round=OuterRef("run__round"), pk__gt=OuterRef("pk")))


def unreleased() -> QuerySet[AllocationRun]:
    """Return the locked runs in force that nobody has released."""
    locked = AllocationRun.objects.filter(status=RunStatus.LOCKED)
    replaced = locked.filter(replaces__isnull=False).values("replaces")
    return locked.filter(release__isnull=True).exclude(pk__in=replaced)


def rows_for(user: User, runs: Sequence[AllocationRun] | QuerySet[Any, Any]) -> QuerySet[AllocationRow]:
    """Return the rows of the regions that ``user`` reads of released ``runs``: a county its own, the others all."""
    if not user.has_perm("funding.view_allocationrelease"):
        return AllocationRow.objects.none()
    rows = AllocationRow.objects.filter(run__in=runs, run__release__isnull=False, region__isnull=False)
    if user.role == Role.COUNTY:
        rows = rows.filter(region__in=regions_of_officer(user))
    return rows.order_by("code")


def items_of_row(row: AllocationRow) -> QuerySet[AllocationItem]:
    """Return the applications that are counted in ``row``, by number."""
    return AllocationItem.objects.filter(row=row).select_related("result").order_by("number")


def amounts_by_region(run: AllocationRun) -> Mapping[int, int]:
    """Return the whole yuan of each region of ``run``, by its key."""
    rows = AllocationRow.objects.filter(run=run, region__isnull=False)
    return dict(rows.values_list("region", "amount_yuan"))


def _waiting(user: User, _opened: Opened) -> Iterator[Waiting]:
    listing = reverse("admin:funding_allocationrun_changelist")
    runs = AllocationRun.objects.visible_to(user).filter(pk__in=unreleased().values("pk"))
    yield Waiting("locked", "公布资金分配结果", runs, listing, since="locked_at")


def steps(user: User, round_: Round) -> Iterator[Step]:
    """Say whether the money of a round is made known; a notice without money has no such step."""
    if round_.terms.money is None:
        return
    over = round_.status == RoundStatus.PUBLISHED
    released = releases().filter(run__round=round_).first() if over else None
    url = reverse("funding:releases") if released and user.has_perm("funding.view_allocationrelease") else ""
    yield Step("资金", released is not None, first=day_of(released.released_at) if released else None, url=url)


#: What waits for the finance officers: locked runs in force that are not released.
SOURCES = (Source("releases", 10, (Role.FINANCE,), "资金", _waiting),)


# The page of a platform ------------------------------------------------------------------------------------------


def _of_platform(user: User, platform: Platform) -> QuerySet[Any]:
    """Return how the applications of ``platform`` were counted where that is released and ``user`` reads it."""
    read = rows_for(user, AllocationRun.objects.all()).order_by()
    rows = AllocationItem.objects.filter(row__in=read.values("pk"), application__platform=platform)
    place = Concat("column", Value("/"), "counts_as", output_field=TextField())
    whose = Concat(
        Cast("run__round__year", TextField()), Value("/"), Cast("run__round__notice_id", TextField()), Value("/"),
        Cast("run__release__pk", TextField()), Value("/"), "row__code", output_field=TextField(),
    )  # fmt: skip
    return life.lines(
        rows, "counted", code="run__number", text=place, state=whose, day=TruncDate("run__release__released_at")
    )


def _cells(line: life.Line, _on: date) -> list[Any]:
    (column, counts_as), (year, notice, *_) = line.text.split("/"), line.state.split("/")
    labels = dict(value_of(int(notice)).terms.grade_choices)
    return [
        line.code, f"{year}年度", counted_as(column, counts_as, labels), line.day.isoformat() if line.day else "",
    ]  # fmt: skip


def _url(line: life.Line) -> str:
    _, _, release, region = line.state.split("/")
    return reverse("funding:release_region", args=[int(release), region])


#: As what one platform was counted in the released allocations, as a section of its page.
COUNTED = life.Section(
    "counted", 139, "资金分配", "funding.view_allocationrelease", _of_platform,
    ("分配编号", "年度", "计为", "公布日期"), _cells, "没有已公布的资金分配。", _url,
)  # fmt: skip
