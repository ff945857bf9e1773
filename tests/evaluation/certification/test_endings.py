"""One certificate in force at a time (五): replaced, given up, revoked; a D in a later round leaves it in force."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evaluation.certification.choices import EndCause, Validity
from evaluation.certification.queries.certifications import kept_despite_d
from evaluation.certification.queries.in_force import in_force, in_state, state_of
from evaluation.certification.services.endings import give_up
from evaluation.models import Certification, CertificationEnd
from evaluation.revocation.services import revocation
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, Ban, Platform, Standing, User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import officers, proposed, revoked
from tests.kept_rows import once

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FIRST, SECOND = date(2020, 9, 28), date(2022, 9, 28)
AT = datetime(2023, 3, 1, 2, 0, tzinfo=UTC)
ON = date(2023, 3, 1)
FACTS = "2023年2月核查：向3家企业收取政策申报服务费，有转账记录。"


def certificate(year: int) -> Certification:
    return Certification.objects.get(result__publication__round__year=year)


def _twice() -> tuple[Certification, Certification]:
    stage.published_round({"330212": {"A": 1}}, year=2020)
    stage.published_round({"330212": {"B": 1}}, year=2022)
    return certificate(2020), certificate(2022)


@pytest.fixture
def twice(db: None) -> tuple[Certification, Certification]:
    """The certificates of one platform that was certified in 2020 and again in 2022."""
    return once(_twice)


def standing_on(on: date) -> QuerySet[Standing]:
    """Return the standings that hold on the day ``on``."""
    not_ended = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
    return Standing.objects.filter(not_ended, starts_on__lte=on, ends_on__gte=on)


def states(on: date) -> list[str]:
    rows = Certification.objects.order_by("valid_from").select_related("end")
    return [state_of(row, on).value for row in rows]


@pytest.mark.clause("N28")
def test_a_new_certificate_takes_the_place_of_the_old_from_its_first_day(
    twice: tuple[Certification, Certification],
) -> None:
    old, new = twice
    assert states(SECOND - DAY) == [Validity.IN_FORCE, Validity.PENDING]
    assert states(SECOND) == [Validity.REPLACED, Validity.IN_FORCE]
    assert (old.end.cause, old.end.ended_on, old.end.successor) == (EndCause.REPLACED, SECOND, new)
    assert list(in_force(SECOND - DAY)) == [old]
    assert list(in_force(SECOND)) == [new]
    assert [row.certificate for row in standing_on(SECOND)] == [new.number]
    assert AuditEvent.objects.filter(verb="终止运营期").get().object_code == f"330212-001 {old.number}"


@pytest.mark.clause("N28")
def test_one_that_ran_out_before_the_next_is_expired_and_not_replaced(db: None) -> None:
    stage.published_round({"330212": {"A": 1}}, year=2020)
    stage.published_round({"330212": {"B": 1}}, year=2024)
    assert states(date(2024, 9, 28)) == [Validity.EXPIRED, Validity.IN_FORCE]
    assert not CertificationEnd.objects.exists()
    closed = Standing.objects.order_by("starts_on")[0]
    assert (closed.ended_on, closed.ended_why) == (date(2023, 9, 28), "expired")


@pytest.mark.clause("N28")
@pytest.mark.clause("N35")
@pytest.mark.clause("N41")
def test_a_platform_certified_twice_and_revoked_holds_nothing_at_any_door(
    twice: tuple[Certification, Certification], city: User, browser_of: Any
) -> None:
    old, new = twice
    revoked(new, on=ON, at=AT)
    assert states(ON - DAY) == [Validity.REPLACED, Validity.IN_FORCE]
    assert states(ON) == [Validity.REPLACED, Validity.REVOKED]
    assert not in_force(ON).exists()
    assert not standing_on(ON).exists()
    assert not in_state(Certification.objects.all(), "holding", on=ON).exists()
    assert Ban.objects.count() == 1
    anybody = Client()
    page = anybody.get("/results/330212-001/").content.decode()
    assert "2023年3月1日撤销" in page
    assert "2022年9月28日换发新证" in page
    assert "已撤销" in anybody.get(f"/verify/{new.number}/").content.decode()
    answer = anybody.get(f"/verify/{old.number}/").content.decode()
    assert "证书真实，但已换发新证，本证书不再有效。" in answer
    rounds = anybody.get("/api/v1/results/330212-001").json()["rounds"]
    assert [each["result"]["state"] for each in rounds] == ["revoked", "replaced"]
    assert rounds[1]["result"]["replaced_by"] == new.number
    assert rounds[1]["result"]["ended_on"] == "2022-09-28"
    assert "有效," not in anybody.get("/open-data/results.csv?round=2020").getvalue().decode()
    listed = browser_of(city).get("/admin/evaluation/certification/?state=holding")
    assert listed.context["cl"].result_count == 0


def test_revocation_takes_away_one_that_begins_later_and_the_one_before_it(city: User) -> None:
    stage.published_round({"330212": {"A": 1}}, year=2020)
    round_ = stage.graded_round({"330212": {"A": 1}}, year=2022)
    at = stage.moment(2022)
    ahead = date(2022, 10, 20)
    stage.publish(round=round_, decided_on=ahead, by=city, at=at)
    old, new = certificate(2020), certificate(2022)
    assert states(date(2022, 9, 28)) == [Validity.IN_FORCE, Validity.PENDING]
    revoked(old, on=date(2022, 9, 28), at=at)
    assert states(date(2022, 9, 27)) == [Validity.IN_FORCE, Validity.PENDING]
    for day in (date(2022, 9, 28), ahead - DAY, ahead, ahead + DAY):
        assert states(day) == [Validity.REVOKED, Validity.REVOKED]
        assert not standing_on(day).exists()
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.ground, new.ground) == ("fees", "fees")
    assert old.end.successor is None


def test_a_revocation_ends_the_certificate_in_force_and_leaves_the_replaced_one_replaced(
    twice: tuple[Certification, Certification],
) -> None:
    old, new = twice
    revoked(old, on=ON, at=AT)
    new.refresh_from_db()
    assert (old.ground, new.ground) == ("", "fees")


def test_a_platform_gives_up_and_no_ban_follows(twice: tuple[Certification, Certification], city: User) -> None:
    new = twice[1]
    give_up(certification=new, on=ON, reason="运营单位注销", by=city, at=AT)
    assert states(ON - DAY)[1] == Validity.IN_FORCE
    assert states(ON)[1] == Validity.GIVEN_UP
    assert not Ban.objects.exists()
    assert new.ground == ""
    event = AuditEvent.objects.filter(verb="放弃认定").get()
    assert (event.object_code, event.reason, event.actor) == (new.number, "运营单位注销", "city")
    with pytest.raises(Gone):
        give_up(certification=new, on=ON, reason="再次", by=city, at=AT)
    with pytest.raises(Refusal, match="没有有效的认定"):
        revoked(new, on=ON, at=AT)


@pytest.mark.parametrize("day", [SECOND - DAY, ON + DAY])
def test_giving_up_takes_a_day_within_the_certification_and_not_after_today(
    twice: tuple[Certification, Certification], city: User, day: date
) -> None:
    with pytest.raises(Refusal, match="放弃日期须在认定之日以后"):
        give_up(certification=twice[1], on=day, reason="运营单位注销", by=city, at=AT)


@pytest.mark.clause("N35")
def test_nobody_escapes_a_ban_by_giving_up_while_a_revocation_waits(
    twice: tuple[Certification, Certification], city: User
) -> None:
    waiting = proposed(twice[1].result.platform, on=ON, at=AT)
    with pytest.raises(Refusal, match=f"该平台有待决定的撤销认定 {waiting.number}，办结后才能办理放弃。"):
        give_up(certification=twice[1], on=ON - DAY, reason="不再运营", by=city, at=AT)
    assert states(ON) == [Validity.REPLACED, Validity.IN_FORCE]
    revocation.withdraw(proposal=waiting, by=officers()[0], at=AT)
    assert len(give_up(certification=twice[1], on=ON - DAY, reason="不再运营", by=city, at=AT)) == 1


def test_only_the_city_gives_up_and_with_a_reason(
    twice: tuple[Certification, Certification], city: User, finance: User
) -> None:
    with pytest.raises(Refusal, match="权限"):
        give_up(certification=twice[1], on=ON, reason="注销", by=finance, at=AT)
    with pytest.raises(Refusal, match="放弃理由"):
        give_up(certification=twice[1], on=ON, reason=" ", by=city, at=AT)


@pytest.mark.clause("N28")
def test_a_d_in_a_later_round_leaves_the_certificate_in_force_until_its_date(city: User, browser_of: Any) -> None:
    stage.published_round({"330212": {"A": 2}}, year=2020)
    round_ = stage.graded_round({"330212": {"D": 1, "A": 1}}, year=2022)
    number = Certification.objects.get(result__code="330212-001").number
    assert [row.number for row in kept_despite_d(round_, on=SECOND)] == [number]
    stage.publish(round=round_, decided_on=SECOND, by=city, at=stage.moment(2022))
    kept = Certification.objects.get(result__code="330212-001")
    assert state_of(kept, SECOND) == Validity.IN_FORCE
    assert state_of(kept, date(2023, 9, 27)) == Validity.EXPIRING
    assert state_of(kept, date(2023, 9, 28)) == Validity.EXPIRED
    assert [row.number for row in kept_despite_d(round_, on=date(2023, 9, 27))] == [number]
    assert not kept_despite_d(round_, on=date(2023, 9, 28)).exists()


def test_the_city_is_told_of_a_d_that_holds_a_certificate_before_and_after_publication(
    city: User, browser_of: Any
) -> None:
    year = datetime.now(UTC).year - 1
    stage.published_round({"330212": {"A": 1}}, year=year)
    round_ = stage.graded_round({"330212": {"D": 1}}, year=year + 1)
    told = "D档平台中有 1 个持有未到期证书。本次评为D档不影响其效力"
    page = f"/admin/evaluation/evaluation/{round_.evaluation.pk}/change/"
    browser = browser_of(city)
    assert told in browser.get(page).content.decode()
    assert told in browser.get(f"/admin/evaluation/publicationplan/propose/{round_.pk}/").content.decode()
    at = stage.moment(year + 1)
    stage.publish(round=round_, decided_on=at.date(), by=city, at=at)
    assert told in browser.get(page).content.decode()
    public = Client().get("/results/330212-001/").content.decode()
    assert f"{year + 1}年度绩效评价为D档，原证书在有效期内继续有效。" in public


def test_a_decision_before_what_a_platform_holds_already_is_refused(city: User) -> None:
    stage.published_round({"330212": {"A": 1}}, year=2022)
    older = stage.graded_round({"330212": {"A": 1}}, year=2021)
    with pytest.raises(Refusal, match="新证书不能早于2022年9月28日生效"):
        stage.publish(round=older, decided_on=SECOND - DAY, by=city, at=stage.moment(2022))
    assert Certification.objects.count() == 1
    stage.publish(round=older, decided_on=SECOND, by=city, at=stage.moment(2022))
    assert in_force(SECOND).count() == 1


def test_the_page_of_a_certificate_gives_it_up_after_a_confirmation(city: User, finance: User, browser_of: Any) -> None:
    year = datetime.now(UTC).year - 1
    row = stage.certified(year=year)
    page = f"/admin/evaluation/certification/{row.pk}/give-up/"
    assert browser_of(finance).get(page).status_code == 403
    browser = browser_of(city)
    assert "办理放弃" in browser.get(f"/admin/evaluation/certification/{row.pk}/change/").content.decode()
    assert "不限制运营单位和该地点今后申报" in browser.get(page).content.decode()
    assert browser.post(page, {"reason": "", "on": f"{year}-12-01"}).status_code == 200
    assert not CertificationEnd.objects.exists()
    at = datetime(year, 11, 1, 2, 0, tzinfo=UTC)
    waiting = proposed(row.result.platform, on=date(year, 11, 1), at=at)
    assert f"该平台有待决定的撤销认定 {waiting.number}" in browser.get(page, follow=True).content.decode()
    revocation.withdraw(proposal=waiting, by=waiting.proposed_by, at=at)
    assert "该平台有 1 项已核实而未处理的撤销情形，登记放弃后不再撤销认定" in browser.get(page).content.decode()
    answer = browser.post(page, {"reason": "来文放弃", "on": f"{year}-12-01"}, follow=True).content.decode()
    assert f"已登记放弃认定：{row.number}" in answer
    assert "已放弃" in answer
    assert browser.get(page).status_code == 302


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE evaluation_certificationend SET ended_on = '2024-01-01'", "证书终止的登记不得修改"),
        ("UPDATE evaluation_certificationend SET cause = 'given_up', successor_id = NULL", "证书终止的登记不得修改"),
        ("DELETE FROM evaluation_certificationend", "证书终止的登记不得删除"),
        ("UPDATE platforms_standing SET ended_on = NULL, ended_why = '', ended_at = NULL, ended_by_id = NULL "
         "WHERE ended_on IS NOT NULL", "运营期不得修改"),
        ("UPDATE platforms_standing SET ends_on = '2030-01-01'", "运营期不得修改"),
        ("DELETE FROM platforms_standing", "运营期不得删除"),
    ],
)  # fmt: skip
def test_what_ended_stays_ended(twice: tuple[Certification, Certification], change: str, sentence: str) -> None:
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_platform_has_one_open_standing_and_none_that_overlaps(twice: tuple[Certification, Certification]) -> None:
    platform = Platform.objects.get()
    facts: dict[str, Any] = {
        "platform": platform,
        "certificate": "NB2099-001",
        "notice": factories.notice(),
        "known_at": AT,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Standing.objects.create(starts_on=date(2023, 1, 1), ends_on=date(2025, 1, 1), **facts)
    over = {"ended_why": "given_up", "ended_at": AT, "ended_by": stage.city_officer()}
    with pytest.raises(IntegrityError, match="运营期不得重叠"), transaction.atomic():
        Standing.objects.create(starts_on=SECOND - DAY, ends_on=date(2025, 1, 1), ended_on=SECOND, **over, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Standing.objects.create(
            starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1), ended_on=date(2026, 6, 1), **facts
        )


def test_a_revoked_end_needs_its_ground_on_the_certificate(twice: tuple[Certification, Certification]) -> None:
    with pytest.raises(IntegrityError, match="撤销证书须载明撤销情形"), transaction.atomic():
        CertificationEnd.objects.create(
            certification=twice[1], ended_on=ON, cause="revoked", ended_by=stage.city_officer(), ended_at=AT
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificationEnd.objects.create(
            certification=twice[1], ended_on=ON, cause="replaced", ended_by=stage.city_officer(), ended_at=AT
        )


def test_certificates_in_force_cost_the_same_for_one_platform_and_for_thirty(db: None) -> None:
    asked = []
    for year, number in ((2020, 1), (2021, 30)):
        stage.published_round({"330212": {"A": number}}, year=year)
        with CaptureQueriesContext(connection) as queries:
            found = [state_of(row, date(year, 9, 28)) for row in in_force(date(year, 9, 28)).select_related("end")]
        assert found == [Validity.IN_FORCE] * number
        asked.append(len(queries))
    assert asked == [1, 1]
