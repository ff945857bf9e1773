"""What each region was given, paid and has reported, and which reports wait for whom."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils import timezone

from funding.models import AllocationRelease, AllocationRow, Payment, UseItem, UseReport
from funding.payments.choices import BatchStatus
from funding.releases.queries import corrected
from funding.uses.choices import ReportStatus
from funding.uses.models import HANDED_IN
from funding.uses.standing import DAYS_AHEAD, WITH_THE_COUNTY, Standing
from platforms import deadlines
from platforms.calendar.queries.calendar import Entry
from platforms.calendar.queries.duties import Duty
from platforms.choices import Role
from platforms.models import Platform, Region, Round, User
from platforms.reference.queries.regions import regions_on
from platforms.register.queries import life
from platforms.register.queries.sections import cut
from platforms.scope import regions_of_officer
from platforms.workbench.agenda import Todo
from platforms.workbench.queries.todo import Opened, Source, Waiting

#: The columns of the payments to a region.
PAYMENT_COLUMNS = (
    {"label": "拨付批次"},
    {"label": "拨款文号"},
    {"label": "拨付日期"},
    {"label": "金额", "unit": "元", "num": True},
)


@dataclass(frozen=True)
class UseLine:
    """One region in one round: the latest release, what it gives, and how the report stands."""

    release: AllocationRelease
    region: Region
    allocated: int
    standing: Standing
    report: UseReport | None

    @property
    def round(self) -> Round:
        """The round of the release."""
        round_: Round = self.release.run.round
        return round_


def lines_for(user: User, *, round: Round | None = None) -> list[UseLine]:
    """Return all regions that were given or paid anything and that ``user`` reads, the latest round first, by code."""
    if not user.has_perm("funding.view_usereport"):
        return []
    latest: dict[int, AllocationRelease] = {}
    releases = AllocationRelease.objects.select_related("run__round").order_by("pk")
    for release in releases.filter(run__round=round) if round else releases:
        latest[release.run.round_id] = release
    if not latest:
        return []
    rows = AllocationRow.objects.filter(run__release__in=latest.values(), region__isnull=False)
    given = {(row.run.round_id, row.region_id or 0): row.amount_yuan for row in rows.select_related("run")}
    payments = Payment.objects.filter(batch__status=BatchStatus.RELEASED).order_by()
    sums = payments.values_list("batch__release__run__round", "region").annotate(sum=Sum("amount_yuan"))
    paid = {(year, region): amount for year, region, amount in sums if year in latest}
    items = UseItem.objects.order_by().values_list("report").annotate(sum=Sum("amount_yuan"))
    reported = dict(items)
    reports = {(each.round_id, each.region_id): each for each in UseReport.objects.visible_to(user)}
    own = regions_of_officer(user)
    regions = {each.pk: each for each in Region.objects.all() if user.role != Role.COUNTY or each.pk in own}
    found = []
    for key in given.keys() | paid.keys():
        year, region = key
        if region not in regions or not (given.get(key) or paid.get(key)):
            continue
        report, release = reports.get(key), latest[year]
        standing = Standing(
            paid=paid.get(key, 0),
            reported=reported.get(report.pk, 0) if report else 0,
            status=report.status if report else "",
            due_on=release.use_due_on,
        )
        found.append(UseLine(release, regions[region], given.get(key, 0), standing, report))
    return sorted(found, key=lambda line: (-line.round.year, line.region.code))


def overdue_first(lines: Iterable[UseLine], today: date) -> list[UseLine]:
    """Return ``lines`` with those that are overdue first, otherwise in their order."""
    return sorted(lines, key=lambda line: not line.standing.is_overdue(today))


def paid_to(round: Round, region: Region) -> int:
    """Return the whole yuan that were paid to ``region`` for ``round``."""
    return _paid(round, region).aggregate(sum=Sum("amount_yuan"))["sum"] or 0


def payments_to(round: Round, region: Region) -> list[Payment]:
    """Return what was paid to ``region`` for ``round``, the first payment first."""
    return list(_paid(round, region).select_related("batch").order_by("batch__paid_on", "pk"))


def payment_rows(user: User, round: Round, region: Region) -> list[dict[str, Any]]:
    """Return what was paid to ``region`` for ``round`` as rows of ``components/table.html``.

    A batch leads to its page where ``user`` reads batches.
    """
    may_open = user.has_perm("funding.view_paymentbatch")
    return [
        {
            "url": reverse("admin:funding_paymentbatch_change", args=(each.batch_id,)) if may_open else "",
            "cells": [
                each.batch.number,
                each.batch.document_number,
                each.batch.paid_on.isoformat(),
                f"{each.amount_yuan:,}",
            ],
        }
        for each in payments_to(round, region)
    ]


@dataclass(frozen=True)
class Afterwards:
    """What became of the amount of a region, for ``uses/afterwards.html``: its payments and its report.

    ``reported`` are the whole yuan of the report, ``use_url`` its page.
    """

    payments: list[dict[str, Any]]
    reported: int
    use_url: str

    columns = PAYMENT_COLUMNS


def afterwards(user: User, round: Round, code: str) -> Afterwards | None:
    """Return what became of the amount of the region of ``code``; None where there is nothing that ``user`` reads."""
    line = next((each for each in lines_for(user, round=round) if each.region.code == code), None)
    if line is None:
        return None
    url = reverse("funding:use", args=(round.year, code))
    return Afterwards(payment_rows(user, round, line.region), line.standing.reported, url)


def _paid(round: Round, region: Region) -> QuerySet[Payment]:
    rows: QuerySet[Payment] = Payment.objects.filter(batch__release__run__round=round, region=region)
    return rows.filter(batch__status=BatchStatus.RELEASED)


def stands(line: UseLine, state: str, on: date) -> bool:
    """Say whether ``line`` waits in the way of ``state`` on the day ``on``; an empty state holds for every line.

    ``due`` is to be sent within thirty days or overdue, ``late`` overdue, ``returned`` to be mended, ``submitted`` to
    be settled.
    """
    status = line.standing.status
    if state == "late":
        return line.standing.is_overdue(on)
    if state == "due":
        return line.standing.is_due(on) and status != ReportStatus.RETURNED
    return status == state if state else True


def _owes(user: User, on: date) -> bool:
    """Say whether ``user``'s region was paid anything that it has to report on within thirty days, or to mend."""
    until = on + timedelta(days=DAYS_AHEAD)
    due = AllocationRelease.objects.filter(run__round=OuterRef("batch__release__run__round"), use_due_on__lte=until)
    returned = _REPORT_OF_PAYMENT.filter(status=ReportStatus.RETURNED)
    open_ = _unreported().filter(region__in=regions_of_officer(user))
    return open_.filter(Exists(due.exclude(corrected())) | Exists(returned)).exists()


#: The report that tells what a payment was used for.
_REPORT_OF_PAYMENT = UseReport.objects.filter(round=OuterRef("batch__release__run__round"), region=OuterRef("region"))


def _unreported() -> QuerySet[Payment]:
    """Return what was paid to regions that have not handed in their report on it."""
    paid: QuerySet[Payment] = Payment.objects.filter(batch__status=BatchStatus.RELEASED)
    return paid.exclude(Exists(_REPORT_OF_PAYMENT.exclude(status__in=WITH_THE_COUNTY)))


def duties(on: date) -> Iterator[Duty]:
    """Return the regions that were paid and have not handed in their report, for the reminders of the day ``on``.

    What a region owed that has ended is owed by those that it came to.
    """
    due = AllocationRelease.objects.filter(use_due_on__in=list(deadlines.due_days(deadlines.FUND_USE, on)))
    for release in due.exclude(corrected()).select_related("run__round").order_by("use_due_on", "pk"):
        round_ = release.run.round
        owing = _unreported().filter(batch__release__run__round=round_).order_by().values_list("region", flat=True)
        keys = set(owing)
        for region in regions_on(on).order_by("code") if keys else ():
            if keys.intersection((region.pk, *region.inherits)):
                yield Duty(region.pk, deadlines.FUND_USE, release.use_due_on, f"报送{round_}资金使用情况")


def entries(user: User, since: date, until: date) -> Iterator[Entry]:
    """Return the last days of the reports of a county's own regions, for its calendar."""
    due = AllocationRelease.objects.filter(use_due_on__range=(since, until)).exclude(corrected())
    # Nearly always none falls into a month, which one question tells.
    if user.role != Role.COUNTY or not due.exists():
        return
    for line in lines_for(user):
        day = line.standing.due_on
        if line.standing.paid and since <= day <= until:
            url = reverse("funding:use", args=(line.round.year, line.region.code))
            yield Entry(
                f"use-{line.round.pk}-{line.region.pk}", day, day, "资金使用", f"报送{line.round}资金使用情况",
                line.region.name, url, is_done=not line.standing.is_owed,
            )  # fmt: skip


def _county(user: User, _opened: Opened) -> Iterator[Todo]:
    """Find the reports that are due in thirty days or overdue, and those that came back."""
    today, url = timezone.localdate(), reverse("funding:uses")
    # Nearly always nothing is owed, which one question tells.
    owed = lines_for(user) if user.has_perm("funding.fill_usereport") and _owes(user, today) else []
    for key, text in (("due", "报送资金使用情况"), ("returned", "补正资金使用情况报告")):
        lines = [line for line in owed if stands(line, key, today)]
        due = min((line.standing.due_on for line in lines), default=None)
        late = sum(line.standing.is_overdue(today) for line in lines)
        yield Todo(text, len(lines), f"{url}?state={key}", due=due, late=late)


def _finance(user: User, opened: Opened) -> Iterator[Waiting]:
    """Find the reports to be settled, and the regions whose report is overdue, which are only watched."""
    url = reverse("funding:uses")
    submitted = UseReport.objects.visible_to(user).filter(status=ReportStatus.SUBMITTED)
    yield Waiting(
        "submitted", "审核资金使用情况报告", submitted, f"{url}?state=submitted", since="submitted_at", exact=True
    )
    over = AllocationRelease.objects.exclude(corrected()).filter(use_due_on__lt=opened.on)
    paid = _unreported().filter(batch__release__run__round=OuterRef("run__round"), region=OuterRef("region"))
    late = AllocationRow.objects.visible_to(user).filter(Exists(paid), run__release__in=over.values("pk"))
    yield Waiting(
        "late", "逾期未报送的资金使用情况", late, f"{url}?state=late", due="run__release__use_due_on", exact=True,
        others=True,
    )  # fmt: skip


# The page of a platform ------------------------------------------------------------------------------------------


def _of_platform(user: User, platform: Platform) -> QuerySet[Any]:
    """Return what was used for ``platform`` by reports that were handed in."""
    rows = UseItem.objects.visible_to(user).filter(platform=platform, report__status__in=HANDED_IN)
    whose = Concat(
        Cast("report__round__year", TextField()), Value("/"), Coalesce("report__region__code", Value("")),
        output_field=TextField(),
    )  # fmt: skip
    return life.lines(rows, "uses", code="purpose", text="amount_yuan", state=whose, day="spent_on")


def _cells(line: life.Line, _on: date) -> list[Any]:
    year = line.state.split("/")[0]
    return [cut(line.code), f"{year}年度", f"{int(line.text):,}", line.day.isoformat() if line.day else ""]


#: What was used for one platform, as a section of its page.
USES = life.Section(
    "uses", 140, "资金使用", "funding.view_usereport", _of_platform,
    ("用途", "年度", "金额（元）", "支出日期"), _cells, "没有用于该平台的资金。",
    lambda line: reverse("funding:use", args=[int(line.state.split("/")[0]), line.state.split("/")[1]]),
)  # fmt: skip
SOURCES = (
    Source("uses", 12, (Role.COUNTY,), "", _county, asks=True),
    Source("uses", 12, (Role.FINANCE,), "资金使用", _finance),
)
