from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from evaluation.certification.queries.publication import before_publishing, preview
from evaluation.certification.services import certificates, plans
from evaluation.marking.services.assessments import complete, reopen, save_scores
from evaluation.marking.services.staging import stage as stage_grade
from evaluation.models import Assessment, Certification, Publication, Result, Score
from platforms.applications.queries.forms import form_data
from platforms.applications.services.bans import ban
from platforms.audit.services import numbering
from platforms.errors import Gone, Refusal
from platforms.models import Application, AuditEvent, Counter, Platform, Round, RoundOverride, User
from platforms.rounds.choices import RoundStatus
from platforms.rounds.readiness import stopping
from tests import factories
from tests.evaluation import stage
from tests.kept_rows import once
from tests.patience import LONG

AT = stage.moment(2020)
PATTERN = "NB{year}-{serial}-{check}"
DECIDED = date(2020, 9, 28)
COUNTS = {"330212": {"A": 2, "B": 1, "C": 1, "D": 1}, "330282": {"B": 1}, "HY": {"A": 1}}


@pytest.fixture
def graded(db: None) -> Round:
    return once(stage.graded_round, COUNTS)


@pytest.mark.clause("N20")
def test_publishing_makes_results_certificates_and_a_published_round(graded: Round, city: User) -> None:
    publication = stage.publish(round=graded, decided_on=DECIDED, by=city, at=AT)
    graded.refresh_from_db()
    assert graded.status == RoundStatus.PUBLISHED
    assert (publication.decided_on, publication.published_at) == (DECIDED, AT)
    assert (publication.plan.proposed_by, publication.published_by) == (city, stage.approver())
    assert list(publication.results.values_list("code", "grade")) == [
        ("330212-001", "A"),
        ("330212-002", "A"),
        ("330212-003", "B"),
        ("330212-004", "C"),
        ("330212-005", "D"),
        ("330282-001", "B"),
        ("HY-001", "A"),
    ]
    assert set(Assessment.objects.values_list("status", flat=True)) == {"published"}


@pytest.mark.clause("N28")
def test_a_b_and_c_are_certified_for_three_years_and_d_is_not(graded: Round, city: User) -> None:
    stage.publish(round=graded, decided_on=DECIDED, by=city, at=AT)
    assert set(Certification.objects.values_list("valid_from", "valid_until")) == {(DECIDED, date(2023, 9, 27))}
    assert Certification.objects.count() == 6
    assert not Certification.objects.filter(result__grade="D").exists()


def test_certificates_are_numbered_in_the_order_of_platform_codes(graded: Round, city: User) -> None:
    stage.publish(round=graded, decided_on=DECIDED, by=city, at=AT)
    pairs = Certification.objects.order_by("result__code").values_list("result__code", "number")
    assert [(code, number[:11]) for code, number in pairs] == [
        ("330212-001", "NB2020-001-"),
        ("330212-002", "NB2020-002-"),
        ("330212-003", "NB2020-003-"),
        ("330212-004", "NB2020-004-"),
        ("330282-001", "NB2020-005-"),
        ("HY-001", "NB2020-006-"),
    ]


@pytest.mark.trust("T44")
def test_the_number_carries_the_year_of_the_decision_not_of_the_clock(graded: Round, city: User) -> None:
    new_year = datetime(2020, 12, 31, 16, 0, 0, tzinfo=UTC)
    stage.publish(round=graded, decided_on=date(2021, 1, 1), by=city, at=new_year)
    first = Certification.objects.order_by("number")[0]
    assert (first.number[:11], first.valid_until) == ("NB2021-001-", date(2023, 12, 31))


def test_the_public_reads_what_was_submitted_not_what_the_row_says_today(graded: Round, city: User) -> None:
    Application.objects.update(
        name=F("number"), operator_name="改名之后", address="别处", introduction="后来改写", opening_hours="另定",
        service_phone="0574-12345678", longitude="121", latitude="29",
    )  # fmt: skip
    Platform.objects.update(name="改名之后", operator_name="改名之后")
    stage.publish(round=graded, decided_on=DECIDED, by=city, at=AT)
    result = Result.objects.get(code="330212-001")
    assert (result.name, result.operator_name) == ("鄞州区第1镇中小企业公共服务窗口平台", "第1镇企业服务中心")
    assert (result.address, result.introduction) == ("第1镇某路1号", "服务辖区中小企业。")
    assert (result.opening_hours, result.service_phone) == ("工作日 8:30—17:00", "0574-87654321")
    assert (str(result.longitude), str(result.latitude)) == ("121.546800", "29.831600")
    assert result.pinyin.startswith("yzqd1zzxqyggfwckpt yinzhouqudi1zhen")
    assert [rule["kind"] for rule in result.public_rules] == ["process", "standard", "fees"]
    assert result.services[0] == {
        "free_service": "policy",
        "service_class": "",
        "content": "涉企政策宣传解读和申报辅导",
        "is_free": True,
        "fee_standard": "",
    }


def test_the_stage_freezes_the_keys_that_submission_freezes(graded: Round) -> None:
    application = Application.objects.all()[0]
    real, staged = form_data(application), stage.frozen_form(application)
    assert staged.keys() <= real.keys()
    for section in ("platform", "operator", "venue", "record", "counts"):
        assert staged[section].keys() <= real[section].keys()


@pytest.mark.clause("N20")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"A": 1, "submitted": 1}, "还有 1 份申报表已提交，尚未受理或退回：SB2020-330212-002。"),
        ({"returned": 1}, "没有可公布的评价结果。"),
        ({"open": 1}, "没有可公布的评价结果。"),
    ],
)
def test_what_stands_in_the_way_is_named_and_no_reason_helps(city: User, counts: dict[str, int], sentence: str) -> None:
    round_ = stage.graded_round({"330212": counts})
    before = snapshot()
    assert [each.sentence for each in stopping(before_publishing(round_, on=DECIDED))] == [sentence]
    with pytest.raises(Refusal) as refused:
        stage.publish(round=round_, decided_on=DECIDED, reason="不再等待", by=city, at=AT)
    assert str(refused.value) == f"不能公布认定结果：{sentence}"
    assert snapshot() == before


#: What can stay behind: counts of a region beside one A, and the sentence that names it.
LEFT = [
    ({"returned": 1}, "还有 1 份申报表已退回，尚未补正提交，公布后计入申报数，不评档次：SB2020-330212-002。"),
    (
        {"open": 1, "scored": 1},
        "还有 2 个平台的档次尚未核定，公布后计入申报数，不评档次：SB2020-330212-002、SB2020-330212-003。",
    ),
]


@pytest.mark.clause("N20")
@pytest.mark.django_db
@pytest.mark.parametrize(("counts", "sentence"), LEFT)
def test_what_stays_behind_is_named_and_asks_for_a_reason(city: User, counts: dict[str, int], sentence: str) -> None:
    round_ = stage.graded_round({"330212": {"A": 1} | counts})
    before = snapshot()
    for reason in ("", "  "):
        with pytest.raises(Refusal) as refused:
            stage.publish(round=round_, decided_on=DECIDED, reason=reason, by=city, at=AT)
        assert str(refused.value) == f"未公布认定结果，尚有以下事项：{sentence}确需继续办理的，请填写理由。"
    assert snapshot() == before


@pytest.mark.clause("N20")
@pytest.mark.django_db
@pytest.mark.parametrize(("counts", "sentence"), LEFT)
def test_with_a_reason_the_others_are_published_and_the_reason_stays(
    city: User, counts: dict[str, int], sentence: str
) -> None:
    round_ = stage.graded_round({"330212": {"A": 1} | counts})
    statuses = sorted(Assessment.objects.exclude(grade="A").values_list("status", flat=True))
    publication = stage.publish(round=round_, decided_on=DECIDED, reason="已逾期两个月，不再等待", by=city, at=AT)
    assert list(publication.results.values_list("code", "grade")) == [("330212-001", "A")]
    assert sorted(Assessment.objects.exclude(grade="A").values_list("status", flat=True)) == statuses
    kept = RoundOverride.objects.get(act="publish")
    assert (kept.gaps, kept.reason, kept.by, kept.at) == ([sentence], "已逾期两个月，不再等待", stage.approver(), AT)
    event = AuditEvent.objects.get(verb="带缺项公布认定结果")
    assert (event.object_code, event.reason, event.changes) == (
        "2020", "已逾期两个月，不再等待", {"尚缺": [None, sentence]},
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.clause("N35")
def test_whom_a_ban_keeps_out_is_not_certified_though_it_was_accepted_before(graded: Round, city: User) -> None:
    """A D gets no certificate anyway, so that a ban changes nothing of its result."""
    rows = [Application.objects.get(assessment__grade=grade, region__code="330212") for grade in ("C", "D")]
    for row in rows:
        ban(
            operator_code="", site_key=row.site_key, site_label=row.site_name, starts_on=AT.date(), years=3,
            reason="撤销", by=city, at=AT,
        )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        stage.publish(round=graded, decided_on=DECIDED, by=city, at=AT)
    sentence = (
        f"有 1 份申报表的运营单位或地点在限制申报期内，不予认定（五），公布后计入申报数，不评档次：{rows[0].number}。"
    )
    assert sentence in str(refused.value)
    assert preview(graded, on=AT.date()).grades == (3, 2, 0, 1)
    # The day before the ban all of them would have been published.
    assert preview(graded, on=AT.date() - timedelta(days=1)).grades == (3, 2, 1, 1)
    stage.publish(round=graded, decided_on=DECIDED, reason="其运营资格已撤销", by=city, at=AT)
    assert list(Result.objects.filter(publication__round=graded).values_list("grade", flat=True)) == [
        "A", "A", "B", "D", "B", "A",
    ]  # fmt: skip
    assert not Certification.objects.filter(result__site_name=rows[0].site_name, result__region=rows[0].region).exists()


def test_what_was_never_sent_or_withdrawn_asks_for_nothing(city: User) -> None:
    round_ = stage.graded_round({"330212": {"A": 1, "draft": 1}})
    assert stage.publish(round=round_, decided_on=DECIDED, by=city, at=AT).results.count() == 1
    assert not RoundOverride.objects.filter(act="publish").exists()


@pytest.mark.django_db
def test_an_accepted_application_that_is_not_evaluated_stays_behind_too(city: User) -> None:
    round_ = stage.graded_round({"330212": {"A": 1}})
    stage.file_accepted(round_, {"330282": {"A": 1}}, at=AT)
    with pytest.raises(Refusal, match="1 份已受理的申报表尚未纳入评价，公布后计入申报数，不评档次：SB2020-330282-001"):
        stage.publish(round=round_, decided_on=DECIDED, by=city, at=AT)
    assert stage.publish(round=round_, decided_on=DECIDED, reason="来不及", by=city, at=AT).results.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "asks"), [(25, True), (26, False)])
def test_publishing_before_phase_four_asks_for_a_reason(city: User, day: int, asks: bool) -> None:
    round_ = stage.graded_round({"330212": {"A": 1}}, over=datetime(2020, 7, 25, 2, tzinfo=UTC))
    # The last second before, and the first of, 26 July in Ningbo.
    at = datetime(2020, 7, 25, 15, 59, 59, tzinfo=UTC) if asks else datetime(2020, 7, 25, 16, tzinfo=UTC)
    if asks:
        with pytest.raises(Refusal, match="“第四阶段：评价认定”自2020年7月26日开始，尚未到期。"):
            stage.publish(round=round_, decided_on=date(2020, 7, day), by=city, at=at)
    else:
        assert stage.publish(round=round_, decided_on=date(2020, 7, day), by=city, at=at).results.count() == 1


@pytest.mark.django_db
@pytest.mark.trust("T16")
def test_what_was_published_without_a_grade_gets_none_afterwards(city: User) -> None:
    round_ = stage.graded_round({"330212": {"A": 1, "open": 1, "scored": 1}})
    stage.publish(round=round_, decided_on=DECIDED, reason="不再等待", by=city, at=AT)
    open_, scored = Assessment.objects.get(status="open"), Assessment.objects.get(status="scored")
    acts: list[Callable[[], Any]] = [
        lambda: save_scores(assessment=open_, entries={}, revision=open_.revision, by=city, at=AT),
        lambda: complete(assessment=open_, by=city, at=AT),
        lambda: stage_grade(assessment=scored, grade="A", by=city, at=AT),
        lambda: reopen(assessment=scored, reason="改判", by=city, at=AT),
    ]
    for act in acts:
        with pytest.raises(Gone, match="认定结果已公布，评分和档次不再变动。"):
            act()
    assert {Assessment.objects.get(pk=each.pk).status for each in (open_, scored)} == {"open", "scored"}


@pytest.mark.trust("T44")
@pytest.mark.parametrize(
    ("decided_on", "allowed"),
    [
        # The notice of the stage is over on 15 September.
        (date(2020, 9, 15), False),
        (date(2020, 9, 16), True),
        (date(2020, 10, 28), True),
        (date(2020, 10, 29), False),
        (date(1, 1, 1), False),
        (date(9999, 12, 31), False),
    ],
)
def test_the_date_of_the_decision_lies_within_reason(
    graded: Round, city: User, decided_on: date, allowed: bool
) -> None:
    if allowed:
        assert stage.publish(round=graded, decided_on=decided_on, by=city, at=AT).decided_on == decided_on
        return
    with pytest.raises(Refusal, match="应在2020年9月16日（公示期满次日）至2020年10月28日（公布后 30 天）之间"):
        stage.publish(round=graded, decided_on=decided_on, by=city, at=AT)


def test_the_preview_counts_what_would_be_published(graded: Round) -> None:
    found = preview(graded, on=AT.date())
    assert (found.total, found.certified, found.grades) == (7, 6, (3, 2, 1, 1))
    assert {(line.name, line.grades, line.total) for line in found.regions} == {
        ("鄞州区", (2, 1, 1, 1), 5),
        ("慈溪市", (0, 1, 0, 0), 1),
        ("市级", (1, 0, 0, 0), 1),
    }


@pytest.mark.trust("T18")
def test_each_platform_and_each_certificate_gets_a_line_with_who_and_when(graded: Round, city: User) -> None:
    last = numbering.last_number("audit")
    stage.publish(round=graded, decided_on=DECIDED, by=city, at=AT)
    events = AuditEvent.objects.filter(serial__gt=last)
    assert events.filter(verb="公布", actor="approver").count() == 7
    assert events.filter(verb="颁发证书", actor="approver").count() == 6
    assert set(events.values_list("at", flat=True)) == {AT}
    plan = [(event.verb, event.actor) for event in events.filter(object_type="公布方案").order_by("serial")]
    assert plan == [("提出公布", "city"), ("准备公布内容", "city"), ("批准公布", "approver")]


@pytest.mark.parametrize("person", ["yinzhou", "finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_publishes(graded: Round, person: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Refusal, match="没有提出公布的权限"):
        stage.publish(round=graded, decided_on=DECIDED, by=request.getfixturevalue(person), at=AT)


@pytest.mark.trust("T16")
def test_a_published_round_changes_at_no_door(graded: Round, city: User) -> None:
    stage.publish(round=graded, decided_on=DECIDED, by=city, at=AT)
    result, certification = Result.objects.all()[0], Certification.objects.all()[0]
    assessment = Assessment.objects.all()[0]
    acts: list[tuple[str, Callable[[], Any]]] = [
        ("认定结果已公布", lambda: Result.objects.filter(pk=result.pk).update(grade="D")),
        ("认定结果已公布", lambda: Result.objects.filter(pk=result.pk)._raw_delete("default")),
        ("认定结果已公布", lambda: Publication.objects.update(decided_on=date(2020, 1, 1))),
        ("认定结果已公布", lambda: Assessment.objects.filter(pk=assessment.pk).update(status="open")),
        ("认定结果已公布", lambda: Score.objects.filter(assessment=assessment).update(points=0)),
        ("认定证书不得修改", lambda: Certification.objects.update(number="NB2020-999-AAAAA")),
        ("认定证书不得修改", lambda: Certification.objects.update(valid_until=date(2030, 1, 1))),
        ("认定证书不得删除", lambda: Certification.objects.filter(pk=certification.pk)._raw_delete("default")),
    ]
    for sentence, act in acts:
        with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
            act()
    with pytest.raises(Gone):
        reopen(assessment=assessment, reason="改判", by=city, at=AT)
    with pytest.raises(Refusal):
        stage.publish(round=graded, decided_on=DECIDED, by=city, at=AT)


@pytest.mark.trust("T46")
@pytest.mark.django_db
def test_numbers_run_on_within_a_year_and_are_never_given_twice(city: User) -> None:
    stage.published_round({"330212": {"A": 2}}, year=2020)
    second = stage.graded_round({"330212": {"A": 2}}, year=2021)
    stage.publish(round=second, decided_on=date(2021, 9, 28), by=city, at=stage.moment(2021))
    numbers = list(Certification.objects.values_list("number", flat=True))
    assert [number[:10] for number in sorted(numbers)] == ["NB2020-001", "NB2020-002", "NB2021-001", "NB2021-002"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Certification.objects.bulk_create(
            [Certification(result_id=0, number=numbers[0], valid_from=DECIDED, valid_until=date(2023, 9, 27))]
        )


@pytest.mark.trust("T46")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_exactly_one_wins() -> None:
    round_ = stage.graded_round({"330212": {"A": 3}})
    plan = stage.prepared_plan(round=round_, decided_on=DECIDED, by=stage.city_officer(), at=AT)
    people = [stage.approver(), factories.person("city2", "city")]
    answers = at_once(lambda who: plans.approve(plan=plan, by=people[who], at=AT))
    won = [answer for answer in answers if isinstance(answer, Publication)]
    lost = [answer for answer in answers if isinstance(answer, Gone)]
    assert (len(won), len(lost)) == (1, 1)
    assert "该方案现为“已公布”" in str(lost[0])
    assert (Publication.objects.count(), Result.objects.count(), Certification.objects.count()) == (1, 3, 3)


@pytest.mark.trust("T46")
@pytest.mark.django_db(transaction=True)
def test_two_who_take_numbers_at_once_never_get_the_same() -> None:
    def take(_who: int) -> list[str]:
        numbers = []
        for _ in range(25):
            with transaction.atomic():
                numbers += certificates.next_numbers(PATTERN, 2020, 1)
        return numbers

    first, second = at_once(take)
    serials = sorted(int(number.split("-")[1]) for number in first + second)
    assert serials == list(range(1, 51))


@pytest.mark.django_db
def test_the_database_takes_no_grade_that_the_notice_does_not_list() -> None:
    publication = stage.published_round({"330212": {"A": 1}})
    result = Result.objects.get(publication=publication)
    again = stage.graded_round({"330212": {"B": 1}}, year=2021)
    open_ = Assessment.objects.get(evaluation__round=again)
    for act in (
        lambda: Assessment.objects.filter(pk=open_.pk).update(grade="E"),
        lambda: Assessment.objects.filter(pk=open_.pk).update(proposed_grade="a"),
        lambda: Result.objects.create(
            publication=publication,
            assessment=open_,
            platform=result.platform,
            code="x",
            name="x",
            type="town",
            grade="E",
        ),
    ):
        with pytest.raises(IntegrityError, match="档次不在通知所列之内"), transaction.atomic():
            act()
    assert Assessment.objects.filter(pk=open_.pk).update(grade="C") == 1


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """Run ``act`` in two threads with connections of their own; returns what each returned or raised."""
    barrier, answers = Barrier(2), [None, None]

    def run(who: int) -> None:
        try:
            barrier.wait(LONG)
            answers[who] = act(who)
        except Exception as error:
            answers[who] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(who,)) for who in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    return answers


def snapshot() -> dict[str, Any]:
    """Everything that a publication touches."""
    return {
        "rounds": list(Round.objects.values("pk", "status")),
        "assessments": list(Assessment.objects.order_by("pk").values("pk", "status", "revision", "grade")),
        "rows": (Publication.objects.count(), Result.objects.count(), Certification.objects.count()),
        "counters": list(Counter.objects.order_by("name").values("name", "last")),
        "events": AuditEvent.objects.count(),
    }
