"""A renewal is public before it begins: the old certificate holds through its last day, the new one from the next.

Every door is asked on both days, and no platform ever holds two.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluation.certification.choices import Validity
from evaluation.certification.queries import published
from evaluation.certification.queries.in_force import held_by, in_force, state_of
from evaluation.certification.services import endings
from evaluation.certification.services.endings import give_up
from evaluation.certification.validity import renewed_from, valid_until
from evaluation.models import Certification, CertificationEnd, Result
from evaluation.renewal.queries import filed_for, with_renewal
from platforms.applications.queries.standings import in_operation, operations
from platforms.applications.services import standings
from platforms.applications.services.standings import Begun
from platforms.models import (
    Application,
    AuditEvent,
    PeriodicReturn,
    Platform,
    Region,
    ReturnSchedule,
    Standing,
    Town,
    User,
)
from platforms.periodic_reports.services import reports
from platforms.planning.queries.coverage import strong_towns
from tests import factories
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.stage import publish
from tests.platforms.periodic_reports.conftest import values
from tests.platforms.supervised import platform_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N28")]

DAY = timedelta(days=1)
LAST = date(2023, 9, 27)
NEXT = LAST + DAY
#: When the renewal is made public, before it begins.
AT = datetime(2023, 9, 18, 2, 0, tzinfo=UTC)
SIDES = (LAST, NEXT)
Two = tuple[Certification, Certification]


def renew() -> Two:
    """Publish a second round, whose application renews what stands; returns the old certificate and the new one."""
    round_ = stage.graded_round({"330212": {"B": 1}}, year=2023)
    Application.objects.filter(round=round_).update(renews=Standing.objects.get())
    publish(round=round_, decided_on=date(2023, 9, 18), reason=stage.REASON, by=stage.city_officer(), at=AT)
    old, new = Certification.objects.order_by("valid_from").select_related("result", "end")
    return old, new


@pytest.fixture
def both(db: None) -> Two:
    stage.published_round({"330212": {"A": 1}}, year=2020)
    return renew()


def test_the_old_one_is_expired_and_not_replaced(both: Two) -> None:
    old, new = both
    assert [[state_of(row, day) for row in both] for day in SIDES] == [
        [Validity.EXPIRING, Validity.PENDING], [Validity.EXPIRED, Validity.IN_FORCE],
    ]  # fmt: skip
    assert not CertificationEnd.objects.exists()
    first = Standing.objects.get(certificate=old.number)
    assert (first.ended_on, first.ended_why) == (NEXT, "expired")
    assert (new.valid_from, new.valid_until) == (NEXT, date(2026, 9, 27))
    assert AuditEvent.objects.get(verb="终止运营期").changes == {
        "终止日期": ["", "2023-09-28"], "终止原因": ["", "到期"],
    }  # fmt: skip


def test_one_is_in_force_on_each_day_and_both_are_held_until_the_last(both: Two) -> None:
    old, new = both
    assert [list(in_force(day)) for day in SIDES] == [[old], [new]]
    assert [list(held_by(old.result.platform_id, day)) for day in SIDES] == [[old, new], [new]]
    assert published.latest_of_platform(old) == new
    assert [list(in_operation(Platform.objects.all(), day)) for day in SIDES] == [[old.result.platform]] * 2


@pytest.mark.parametrize(("last", "begins"), [(LAST, NEXT), (LAST - DAY, date(2023, 9, 18))])
def test_a_renewal_follows_what_a_change_put_in_the_place_of_the_old_one(city: User, last: date, begins: date) -> None:
    own = stage.certified(year=2020).result
    filed = Standing.objects.get()
    version = Result.objects.get(pk=own.pk)
    version.pk, version.corrects, version.version = None, own, 2
    version.save(force_insert=True)
    changed = Certification.objects.create(
        result=version, number="NB2023-900-CHNGD", valid_from=date(2023, 5, 1), valid_until=last
    )
    endings.begin(issued=[changed], by=city, at=datetime(2023, 5, 1, 2, 0, tzinfo=UTC))
    round_ = stage.graded_round({"330212": {"B": 1}}, year=2023)
    Application.objects.filter(round=round_).update(renews=filed)
    publish(round=round_, decided_on=date(2023, 9, 18), reason=stage.REASON, by=city, at=AT)
    assert Certification.objects.get(result__publication__round=round_).valid_from == begins


def test_the_old_one_counts_as_renewed_from_the_publication_on(both: Two) -> None:
    rows = with_renewal(Certification.objects.order_by("valid_from"), on=date(2023, 9, 18))
    assert [row.renewal for row in rows] == ["renewed", "early"]


def test_what_begins_before_the_end_renews_and_what_begins_after_a_gap_does_not(db: None) -> None:
    for year in (2020, 2022, 2026):
        stage.published_round({"330212": {"A": 1}}, year=year)
    rows = with_renewal(Certification.objects.order_by("valid_from"), on=date(2026, 9, 28))
    assert [row.renewal for row in rows] == ["renewed", "again", "early"]


def test_what_was_filed_as_a_renewal_and_came_late_renews_all_the_same(db: None) -> None:
    stage.published_round({"330212": {"A": 1}}, year=2020)
    stage.published_round({"330212": {"A": 1}}, year=2023)
    rows = with_renewal(Certification.objects.order_by("valid_from"), on=date(2023, 9, 28))
    assert [row.renewal for row in rows] == ["again", "early"]
    Application.objects.filter(round__year=2023).update(renews=Standing.objects.order_by("starts_on")[0])
    assert [row.renewal for row in rows.all()] == ["renewed", "early"]


def test_what_was_accepted_after_the_end_renews_nothing(db: None) -> None:
    row = stage.certified(year=2020)
    stage.filed_round({"330212": {"A": 1}}, year=2024)
    found = with_renewal(Certification.objects.all(), on=date(2024, 9, 28)).get()
    assert (found.renewal, found.application, list(filed_for(row))) == ("lapsed", None, [])
    Application.objects.filter(round__year=2024).update(accepted_at=datetime(2023, 9, 27, 15, 59, tzinfo=UTC))
    found = with_renewal(Certification.objects.all(), on=date(2024, 9, 28)).get()
    assert (found.renewal, filed_for(row).count()) == ("accepted", 1)


@pytest.mark.parametrize(
    ("day", "answers"),
    [
        (LAST, ("证书真实，认定有效，即将到期。", "证书真实，认定尚未生效。")),
        (NEXT, ("证书真实，但认定已到期。", "证书真实，认定有效。")),
    ],
)
def test_the_page_of_verification_says_what_holds_on_each_side(
    both: Two, monkeypatch: pytest.MonkeyPatch, day: date, answers: tuple[str, str]
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC))
    old, new = both
    pages = [Client().get(f"/verify/{row.number}/").content.decode() for row in both]
    assert [answer in page for answer, page in zip(answers, pages, strict=True)] == [True, True]
    assert (f"/verify/{new.number}/" in pages[0], f"/verify/{old.number}/" in pages[1]) == (True, False)


def test_the_public_list_has_one_line_on_each_day(both: Two) -> None:
    found = []
    for day in SIDES:
        wanted = published.Wanted(None, day)
        found.append([(line.certificate, line.state, line.round) for line in published.lines(wanted, day)])
    old, new = both
    assert found == [[(old.number, "expiring", 2020)], [(new.number, "in_force", 2023)]]


def test_a_strong_town_stays_covered(both: Two, city: User) -> None:
    Town.objects.update(is_strong=True)
    found = [[line.state for line in strong_towns(user=city, round=None, on=day)] for day in SIDES]
    assert found == [["built"], ["built"]]
    assert [line.state for line in strong_towns(user=city, round=None, on=date(2026, 9, 28))] == ["expired"]


def test_periodic_reports_go_on_beyond_the_last_day(city: User) -> None:
    stage.published_round({"330212": {"A": 1}}, year=2020)
    round_ = factories.round_of(2022)
    given_values = values(starts_on=date(2023, 8, 1), ends_on=date(2023, 11, 30))
    reports.add(round=round_, values=given_values, by=city, at=AT)
    due = [date(2023, 8, 5), date(2023, 9, 5), date(2023, 10, 5), date(2023, 11, 5)]

    def asked() -> list[date]:
        return list(PeriodicReturn.objects.order_by("due_on").values_list("due_on", flat=True))

    assert (ReturnSchedule.objects.count(), asked()) == (1, due[:2])
    renew()
    assert asked() == due


def test_giving_up_before_the_last_day_ends_both(both: Two, city: User) -> None:
    old, _ = both
    on = date(2023, 9, 20)
    give_up(certification=old, on=on, reason="平台来文放弃。", by=city, at=datetime(2023, 9, 20, 2, 0, tzinfo=UTC))
    rows = Certification.objects.order_by("valid_from").select_related("end")
    assert [state_of(row, NEXT) for row in rows] == [Validity.GIVEN_UP] * 2
    assert not in_operation(Platform.objects.all(), on).exists()


def test_a_revocation_before_the_last_day_ends_both(both: Two) -> None:
    old, _ = both
    on = date(2023, 9, 20)
    revoked(old, on=on, at=datetime(2023, 9, 20, 2, 0, tzinfo=UTC))
    rows = Certification.objects.order_by("valid_from").select_related("end")
    assert [[state_of(row, day) for row in rows] for day in (on - DAY, on, NEXT)] == [
        [Validity.EXPIRING, Validity.PENDING], [Validity.REVOKED] * 2, [Validity.REVOKED] * 2,
    ]  # fmt: skip


#: For each further certificate: days from the first day of the one before to its decision, and whether it renews.
STEPS = st.lists(st.tuples(st.integers(1, 1_500), st.booleans()), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_however_platforms_are_certified_again_one_certificate_stands_a_day(
    regions: dict[str, Region], city: User, steps: list[tuple[int, bool]]
) -> None:
    with transaction.atomic():
        platform = platform_of(regions["330212"], stands=False)
        notice, first = factories.notice(), date(2020, 9, 28)
        decided = first
        for number, (days, renews) in enumerate([(0, False), *steps]):
            decided = first + timedelta(days=days)
            if number:
                first = renewed_from(valid_until(first, 3), decided) if renews else decided
            at = datetime(decided.year, decided.month, decided.day, 2, 0, tzinfo=UTC)
            begun = Begun(platform, f"NB{number}", notice.pk, first, valid_until(first, 3))
            standings.begin(begun=[begun], by=city, at=at)
        rows = list(Standing.objects.filter(platform=platform).order_by("starts_on"))
        assert [row.certificate for row in rows] == [f"NB{number}" for number in range(len(steps) + 1)]
        assert all(one.period.over_on <= other.starts_on for one, other in pairwise(rows))
        for row in rows:
            for day in (row.starts_on - DAY, row.starts_on, row.period.over_on - DAY, row.period.over_on):
                standing = [each.certificate for each in rows if each.period.stands(day)]
                assert len(standing) <= 1
                at_work = in_operation(Platform.objects.filter(pk=platform.pk), day).exists()
                assert at_work == operations([platform.pk])[platform.pk].on(day)
                assert at_work or not standing
        transaction.set_rollback(True)
