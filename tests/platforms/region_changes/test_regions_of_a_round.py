"""Which regions there are on a day and in a round, and what a published round keeps."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat

from evaluation.models import Result
from funding.runs.queries.frozen import check
from funding.runs.queries.tallies import tallies_of
from platforms.applications.queries.quotas import quota_table
from platforms.applications.queries.reporting import reports_of
from platforms.models import Application, Quota, Region, Round, User
from platforms.reference.choices import RegionKind
from platforms.reference.queries.regions import regions_on
from platforms.region_changes.queries.wanted import Newcomer
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.regions import regions_of
from tests import factories
from tests.evaluation.stage import published_round
from tests.funding.worked import BING, JIA, YI, amounts, draft, locked, worked_round
from tests.house import APPS, ROOT
from tests.platforms.region_changes.changes import DAY, carried_out, wanted

pytestmark = pytest.mark.django_db
BEFORE = DAY - timedelta(1)


def codes(regions) -> set[str]:
    return set(regions.values_list("code", flat=True))


def test_whatever_lists_regions_says_of_which_day_or_round() -> None:
    listing = re.compile(r"\bRegion\.objects\.(all|order_by|values_list)\(")
    product = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    found = [path.relative_to(ROOT).as_posix() for path in product if listing.search(path.read_text(encoding="utf-8"))]
    # What public pages are made of, in short: the names, whatever the day. Rows of past years name regions of any day.
    assert sorted(found) == [
        "evaluation/certification/queries/published.py",
        "evaluation/site/snapshot.py",
        "evaluation/site/statistics.py",
        "evaluation/taken_over/queries.py",
        "funding/uses/queries.py",
    ]


def merged(regions, city: User, now: datetime) -> None:
    """杭州湾 becomes 前湾 on the day of the tests."""
    newcomer = Newcomer("QWXQ", "前湾新区管委会", RegionKind.ZONE, regions["330282"])
    carried_out(wanted(regions["HZW"], newcomer=newcomer), city, now)


def test_a_region_is_there_from_its_first_to_its_last_day(regions, city: User, now: datetime) -> None:
    everybody = codes(Region.objects.all())
    merged(regions, city, now)
    assert codes(regions_on(BEFORE)) == everybody
    assert codes(regions_on(DAY)) == everybody - {"HZW"} | {"QWXQ"}


@pytest.mark.parametrize(("published_on", "has", "lacks"), [(BEFORE, "HZW", "QWXQ"), (DAY, "QWXQ", "HZW")])
def test_a_round_has_the_regions_of_the_day_on_which_it_was_published(
    regions, city: User, now: datetime, published_on: date, has: str, lacks: str
) -> None:
    merged(regions, city, now)
    found = codes(regions_of(factories.round_of(2025, RoundStatus.PUBLISHED, published_on=published_on)))
    assert (has in found, lacks in found, len(found)) == (True, False, 17)


@pytest.mark.parametrize("status", [RoundStatus.PREPARING, RoundStatus.FILING, RoundStatus.EVALUATING])
def test_a_round_that_is_not_published_has_the_regions_that_go_on(
    regions, city: User, now: datetime, status: str
) -> None:
    merged(regions, city, now)
    found = codes(regions_of(factories.round_of(2026, status)))
    assert ("QWXQ" in found, "HZW" in found) == (True, False)


def test_quotas_and_reports_are_listed_by_the_regions_of_the_round(
    regions, city: User, yinzhou: User, cixi: User, now: datetime
) -> None:
    past = factories.round_of(2025, RoundStatus.PUBLISHED, published_on=BEFORE)
    Quota.objects.create(round=past, region=regions["330212"], places=7)
    today = factories.round_of(2026)
    carried_out(wanted(regions["330212"], main=regions["330282"]), city, now)
    for round_, is_there in ((past, True), (today, False)):
        assert ("330212" in [each.region.code for each in quota_table(round=round_, user=city)]) is is_there
        assert ("330212" in [each.region.code for each in reports_of(round_, on=DAY) if each.region]) is is_there
    cixi.refresh_from_db()
    assert [(each.region.code, each.places) for each in quota_table(round=past, user=cixi)] == [
        ("330212", 7), ("330282", None),
    ]  # fmt: skip


def apart(code: str) -> Region:
    """The region with the code ``code``, its towns and parks with names that no other region has."""
    region = Region.objects.get(code=code)
    for rows in (region.towns, region.parks):
        rows.update(name=Concat(Value(region.name), F("name")))
    return region


# What is published stays ---------------------------------------------------------------------------------------------


@pytest.mark.clause("N24")
def test_a_merger_changes_nothing_of_a_published_round(finance: User, finance2: User, city: User) -> None:
    round_ = worked_round()
    run = locked(round_, finance, finance2)
    before = {
        "results": list(Result.objects.order_by("pk").values_list("pk", "region", "grade")),
        "forms": list(Application.objects.order_by("pk").values_list("pk", "region")),
        "tallies": [(each.label, each.tally) for each in tallies_of(round_)],
        "amounts": amounts(run),
    }
    one, other = apart(JIA), apart(YI)
    at = datetime.fromisoformat("2020-12-01T02:00:00+00:00")
    carried_out(wanted(one, main=other, effective_on=date(2020, 12, 1)), city, at)
    newcomer = Newcomer("QWXQ", "前湾新区管委会", RegionKind.ZONE)
    carried_out(wanted(Region.objects.get(code="HZW"), newcomer=newcomer, effective_on=date(2020, 12, 1)), city, at)
    round_, run = Round.objects.get(pk=round_.pk), type(run).objects.get(pk=run.pk)
    assert {
        "results": list(Result.objects.order_by("pk").values_list("pk", "region", "grade")),
        "forms": list(Application.objects.order_by("pk").values_list("pk", "region")),
        "tallies": [(each.label, each.tally) for each in tallies_of(round_)],
        "amounts": amounts(run),
    } == before
    assert check(run) == ()


@pytest.mark.clause("N24")
def test_the_next_round_is_split_among_the_regions_that_there_are(finance: User, city: User) -> None:
    first = published_round({JIA: {"A": 2}, YI: {"A": 1}}, year=2020).round
    at = datetime.fromisoformat("2020-12-01T02:00:00+00:00")
    one, other = apart(JIA), apart(YI)
    carried_out(wanted(one, main=other, effective_on=date(2020, 12, 1)), city, at)
    second = published_round({YI: {"A": 3}, BING: {"A": 1}}, year=2021).round
    first, second = (Round.objects.get(pk=round_.pk) for round_ in (first, second))
    labels = {round_.year: [each.label for each in tallies_of(round_).regions] for round_ in (first, second)}
    assert (len(labels[2020]), len(labels[2021])) == (17, 16)
    assert set(labels[2020]) - set(labels[2021]) == {one.name}
    # A run of the first round that is made only now counts as the round was published.
    rows = dict(draft(first, finance).rows.exclude(amount_yuan=0).values_list("code", "amount_yuan"))
    assert rows == {JIA: 10_000_000, YI: 5_000_000}
    assert sum(draft(second, finance).rows.values_list("amount_yuan", flat=True)) == 15_000_000
