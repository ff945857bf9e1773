"""What of the notice, its objections and its hearings stands between a round and its publication."""

from datetime import UTC, date, datetime

import pytest

from evaluation.certification.queries.publication import before_publishing as before
from evaluation.hearings.services import hearings
from evaluation.marking.services.assessments import reopen
from evaluation.models import Assessment, Hearing, NoticeLine, Objection, PublicNotice
from evaluation.public_notice.queries.findings import before_publishing
from evaluation.public_notice.services import notices
from platforms.applications.services.bans import ban
from platforms.errors import Refusal
from platforms.models import Round, User
from platforms.periodic_reports.services import acceptance
from platforms.rounds.readiness import Weight, stopping
from tests.evaluation import stage
from tests.evaluation.public_notice.test_notices import assessment_of, regraded
from tests.evaluation.stage import publish

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]
AT = datetime(2020, 9, 8, 2, 0, tzinfo=UTC)
LAST, AFTER = date(2020, 9, 15), date(2020, 9, 16)


@pytest.fixture
def graded(db: None) -> Round:
    return stage.confirmed_round({"330212": {"A": 1, "D": 1}})


@pytest.fixture
def opened(graded: Round, city: User) -> PublicNotice:
    return stage.opened(stage.proposed(graded, by=city, at=AT), at=AT)


def told(round_: Round, on: date = AFTER) -> list[str]:
    found = before_publishing(round_, on)
    assert {each.weight for each in found} <= {Weight.STOPS}
    return [each.sentence for each in found]


def test_a_round_is_published_only_after_a_notice(graded: Round, city: User) -> None:
    assert told(graded) == ["拟认定名单尚未公示，公示期满后才能公布。"]
    with pytest.raises(Refusal, match="拟认定名单尚未公示"):
        publish(round=graded, decided_on=date(2020, 9, 28), reason="来不及", by=city, at=stage.moment(2020))
    row = stage.proposed(graded, by=city, at=AT)
    assert told(graded) == ["公示 GS-2020-0001 尚未批准。"]
    notices.withdraw(notice=row, by=city, at=AT)
    assert told(graded) == ["拟认定名单尚未公示，公示期满后才能公布。"]


def test_the_day_after_the_last_one_is_the_first_on_which_it_is_published(opened: PublicNotice) -> None:
    running = "公示期至2020年9月15日，最早2020年9月16日公布。"
    waits = "有 1 份告知书的陈述申辩尚未办结，办结后才能公布：GZ-2020-0001。"
    assert told(opened.round, LAST) == [running, waits]
    assert told(opened.round, AFTER) == []
    assert running in [each.text for each in stopping(before(opened.round, on=LAST))]


def test_a_stopped_notice_counts_as_none(opened: PublicNotice, city: User) -> None:
    notices.stop(notice=opened, reason="名单有误", by=city, at=AT)
    assert told(opened.round) == ["拟认定名单尚未公示，公示期满后才能公布。"]


def test_every_objection_is_answered_first_those_to_a_stopped_notice_too(opened: PublicNotice, city: User) -> None:
    row = stage.objection(opened, assessment_of("330212-001"))
    assert told(opened.round) == ["有 1 件异议尚未答复，答复后才能公布：YYTEST1。"]
    notices.stop(notice=opened, reason="名单有误", by=city, at=AT)
    assert told(opened.round)[1:] == ["有 1 件异议尚未答复，答复后才能公布：YYTEST1。"]
    Objection.objects.filter(pk=row.pk).update(
        status="answered", outcome="rejected", answer="属实。", answered_at=AT, answered_by=city, assigned_to=city,
        assigned_at=AT,
    )  # fmt: skip
    assert told(opened.round)[1:] == []


def test_an_objection_that_was_refused_holds_nothing_up(opened: PublicNotice, city: User) -> None:
    row = stage.objection(opened, None)
    assert told(opened.round) == ["有 1 件异议尚未答复，答复后才能公布：YYTEST1。"]
    Objection.objects.filter(pk=row.pk).update(status="refused", answer="匿名。", answered_at=AT, answered_by=city)
    assert told(opened.round) == []


def test_what_an_operator_answered_is_replied_to_first(opened: PublicNotice, city: User) -> None:
    hearing = Hearing.objects.get()
    hearings.answer(
        hearing=hearing, text="已整改到位。", name="某人", by=city, received_on=date(2020, 9, 9), at=AT.replace(day=9)
    )
    waits = ["有 1 份告知书的陈述申辩尚未办结，办结后才能公布：GZ-2020-0001。"]
    assert told(opened.round) == waits
    hearings.reply(hearing=hearing, text="经复核，维持原意见。", by=city, at=AT.replace(day=10))
    assert told(opened.round) == []


def test_what_was_told_of_a_platform_that_withdrew_holds_nothing_up(opened: PublicNotice) -> None:
    application = assessment_of("330212-002").application
    acceptance.withdraw(application=application, reason="停止运营", by=stage.county_officer(), at=AT)
    assert told(opened.round, LAST) == ["公示期至2020年9月15日，最早2020年9月16日公布。"]


def test_a_grade_that_is_no_longer_the_one_made_public_asks_for_a_new_version(opened: PublicNotice, city: User) -> None:
    row = assessment_of("330212-001")
    differs = ["有 1 个平台的核定档次与公示不一致，须更新公示名单：330212-001。"]
    reopen(assessment=row, reason="异议成立", by=city, at=AT)
    assert told(opened.round) == differs
    Assessment.objects.filter(pk=row.pk).update(
        status="confirmed", grade="B", confirmed_by=stage.grader(), confirmed_at=AT
    )
    assert told(opened.round) == differs
    notices.amend(notice=opened, assessment=row, reason="异议成立", by=city, at=AT)
    assert told(opened.round) == []


def test_a_change_to_a_grade_that_is_not_certified_leaves_time_to_answer(opened: PublicNotice, city: User) -> None:
    notices.amend(notice=opened, assessment=regraded("330212-001", "D"), reason="复核", by=city, at=AT.replace(day=15))
    waits = ["有 1 份告知书的陈述申辩尚未办结，办结后才能公布：GZ-2020-0002。"]
    assert told(opened.round, date(2020, 9, 22)) == waits
    assert told(opened.round, date(2020, 9, 23)) == []


def test_a_platform_that_was_graded_after_the_opening_needs_another_notice(city: User) -> None:
    round_ = stage.confirmed_round({"330212": {"A": 1, "scored": 1}})
    stage.opened(stage.proposed(round_, by=city, at=AT), at=AT)
    late = Assessment.objects.get(status="scored")
    assert told(round_) == []
    Assessment.objects.filter(pk=late.pk).update(
        status="confirmed", grade="A", confirmed_by=stage.grader(), confirmed_at=AT
    )
    assert told(round_) == [f"有 1 个平台已核定档次但未列入公示，须终止公示后重新提出：{late.application.number}。"]


def test_a_ban_since_the_opening_is_no_difference(opened: PublicNotice, city: User) -> None:
    platform = assessment_of("330212-001").application.platform
    assert platform is not None
    ban(
        operator_code=platform.operator_code, site_key=platform.site_key, site_label="某镇", starts_on=AT.date(),
        years=3, reason="另案撤销", by=city, at=AT,
    )  # fmt: skip
    assert told(opened.round) == []


def test_reopening_goes_on_while_a_notice_runs(opened: PublicNotice, city: User) -> None:
    row = reopen(assessment=assessment_of("330212-001"), reason="异议成立", by=city, at=AT)
    assert (row.status, row.grade) == ("open", "")
    assert NoticeLine.objects.get(code="330212-001").grade == "A"
