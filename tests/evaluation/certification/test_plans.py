"""Publishing takes two officers, stands for what was proposed, and is all or nothing."""

import json
from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from evaluation.certification.evidence import differences, digest, from_data
from evaluation.certification.queries.evidence import evidence_of
from evaluation.certification.queries.planned import planned
from evaluation.certification.services import plans, preparing
from evaluation.marking.services.assessments import reopen
from evaluation.models import (
    Assessment,
    Certification,
    CertificationEnd,
    Document,
    Evaluation,
    FrozenEvidence,
    Hearing,
    Prepared,
    Publication,
    PublicationPlan,
    PublicNotice,
    Result,
    SchemeCutoff,
)
from evaluation.public_notice.services.notices import amend
from platforms import stored_files
from platforms.errors import Gone, Refusal
from platforms.models import Application, AuditEvent, Liaison, Mail, MailTemplate, Round, Standing, User
from platforms.rounds.choices import RoundStatus
from tests import factories
from tests.evaluation import stage
from tests.kept_rows import once

pytestmark = pytest.mark.django_db
AT = stage.moment(2020)
DECIDED = date(2020, 9, 28)
COUNTS = {"330212": {"A": 2, "D": 1}, "330282": {"C": 1}, "HY": {"A": 1}}
DOCUMENT = "经信〔2020〕12号"


@pytest.fixture
def graded() -> Round:
    return once(stage.graded_round, COUNTS)


def proposed(round_: Round, by: User, **more: Any) -> PublicationPlan:
    given = {"decided_on": DECIDED, "document_number": DOCUMENT, "by": by, "at": AT} | more
    return plans.propose(round=round_, **given)


def ready(round_: Round, by: User, **more: Any) -> PublicationPlan:
    return plans.prepare(plan=proposed(round_, by, **more), by=by, at=AT)


def visible() -> tuple[int, ...]:
    """How much of a publication is there for others than the city."""
    models = (Publication, Result, Certification, Document, FrozenEvidence)
    return (*(model.objects.count() for model in models), Mail.objects.filter(kind="published").count())


# One proposes, another approves -------------------------------------------------------------------------------------


@pytest.mark.clause("N20")
def test_nothing_is_there_for_anybody_before_the_second_officer_approves(graded: Round, city: User) -> None:
    plan = ready(graded, city)
    graded.refresh_from_db()
    assert (visible(), graded.status) == ((0,) * 6, RoundStatus.EVALUATING)
    assert set(Assessment.objects.values_list("status", flat=True)) == {"confirmed"}
    assert Counter(plan.prepared.values_list("kind", flat=True)) == {
        "certificate": 4, "report": 5, "letter": 3, "mail": 3,
    }  # fmt: skip
    plans.approve(plan=plan, by=stage.approver(), at=AT)
    assert visible() == (1, 5, 4, 12, 5, 3)


def test_who_proposed_does_not_approve(graded: Round, city: User) -> None:
    plan = ready(graded, city)
    with pytest.raises(Refusal, match="批准人不能是提出人本人"):
        plans.approve(plan=plan, by=city, at=AT)
    with pytest.raises(Refusal, match="可以撤回方案"):
        plans.decline(plan=plan, reason="不妥", by=city, at=AT)
    with pytest.raises(IntegrityError, match="publication_plan_needs_two_people"), transaction.atomic():
        PublicationPlan.objects.update(status="decided", decided_by=city, decided_at=AT)
    assert visible() == (0,) * 6


def test_only_who_proposed_withdraws_and_the_round_can_be_proposed_again(graded: Round, city: User) -> None:
    plan = ready(graded, city)
    with pytest.raises(Refusal, match="只有提出人可以撤回方案"):
        plans.withdraw(plan=plan, by=stage.approver(), at=AT)
    plans.withdraw(plan=plan, by=city, at=AT)
    with pytest.raises(Gone, match="该方案现为“已撤回”"):
        plans.approve(plan=plan, by=stage.approver(), at=AT)
    assert visible() == (0,) * 6
    plans.approve(plan=ready(graded, city), by=stage.approver(), at=AT)
    assert Publication.objects.count() == 1


def test_a_plan_is_declined_with_a_reason(graded: Round, city: User) -> None:
    plan = ready(graded, city)
    with pytest.raises(Refusal, match="请填写“不批准公布”的理由"):
        plans.decline(plan=plan, reason="", by=stage.approver(), at=AT)
    row = plans.decline(plan=plan, reason="文号有误", by=stage.approver(), at=AT)
    assert (row.status, row.decision_reason) == ("declined", "文号有误")


def test_only_one_plan_of_a_round_waits(graded: Round, city: User) -> None:
    proposed(graded, city)
    with pytest.raises(Refusal, match="该年度已有待批准的公布方案"):
        proposed(graded, city)
    with pytest.raises(IntegrityError, match=r"(?i)unique"), transaction.atomic():
        PublicationPlan.objects.create(
            number="x", round=graded, decided_on=DECIDED, basis="x", proposed_at=AT, proposed_by=city
        )


def test_what_is_not_prepared_is_not_approved(graded: Round, city: User) -> None:
    with pytest.raises(Refusal, match="尚未准备完成"):
        plans.approve(plan=proposed(graded, city), by=stage.approver(), at=AT)


def test_the_plan_of_an_account_that_was_suspended_counts_no_more(graded: Round, city: User) -> None:
    plan = ready(graded, city)
    User.objects.filter(pk=city.pk).update(is_active=False)
    with pytest.raises(Refusal, match="账号已停用或已不在岗位"):
        plans.approve(plan=plan, by=stage.approver(), at=AT)


@pytest.mark.parametrize("person", ["yinzhou", "finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_touches_a_plan(
    graded: Round, city: User, person: str, request: pytest.FixtureRequest
) -> None:
    plan, other = ready(graded, city), request.getfixturevalue(person)
    acts: list[Callable[[], Any]] = [
        lambda: plans.propose(round=graded, decided_on=DECIDED, by=other, at=AT),
        lambda: plans.prepare(plan=plan, by=other, at=AT),
        lambda: plans.approve(plan=plan, by=other, at=AT),
        lambda: plans.decline(plan=plan, reason="不妥", by=other, at=AT),
        lambda: plans.withdraw(plan=plan, by=other, at=AT),
    ]
    for act in acts:
        with pytest.raises(Refusal, match="没有"):
            act()
    assert not PublicationPlan.objects.visible_to(other).exists()
    assert not Prepared.objects.visible_to(other).exists()


def test_a_number_of_a_document_that_is_none_is_refused(graded: Round, city: User) -> None:
    with pytest.raises(Refusal, match="请按“机关代字〔年份〕序号”填写文号") as refused:
        proposed(graded, city, document_number="十二号")
    assert refused.value.field == "document_number"
    assert proposed(graded, city, document_number="经信[2020]12号").document_number == DOCUMENT


def test_a_public_round_takes_no_plan(graded: Round, city: User) -> None:
    stage.publish(round=graded, decided_on=DECIDED, by=city, at=AT)
    with pytest.raises(Gone, match="认定结果已经公布"):
        proposed(graded, city)


# What a plan stands for ---------------------------------------------------------------------------------------------


def test_a_grade_that_changed_since_is_named_and_nothing_is_published(graded: Round, city: User) -> None:
    plan = ready(graded, city)
    row = Assessment.objects.filter(grade="A")[0]
    Assessment.objects.filter(pk=row.pk).update(grade="B", grade_reason="复核后调整")
    with pytest.raises(Refusal, match=f"评分、档次或公布信息有变动：{row.application.number}"):
        plans.approve(plan=plan, by=stage.approver(), at=AT)
    assert visible() == (0,) * 6


def test_a_platform_that_left_is_named(graded: Round, city: User) -> None:
    left = Assessment.objects.filter(grade="A")[0]
    plan = ready(graded, city)
    reopen(assessment=left, reason="材料有误", by=stage.approver(), at=AT)
    with pytest.raises(Refusal, match=f"减少：{left.application.number}"):
        plans.approve(plan=plan, by=stage.approver(), at=AT)


def test_a_platform_that_came_is_named(graded: Round, city: User) -> None:
    plan = ready(graded, city)
    rows = planned(graded, decided_on=DECIDED, on=DECIDED)
    assert plans.changed_since(plan, rows) == ""
    came = copy(rows[0].assessment)
    came.pk = 0
    assert plans.changed_since(plan, [*rows, replace(rows[0], assessment=came)]) == f"新增：{came.application.number}"


def test_another_liaison_officer_or_another_text_of_the_mail_needs_another_plan(graded: Round, city: User) -> None:
    plan = ready(graded, city)
    liaison = Liaison.objects.create(
        round=graded, region=factories.regions()["330212"], name="新联络", post="科员", phone="0574-87654321"
    )
    with pytest.raises(Refusal, match="评价结果、联络员或邮件模板有变动"):
        plans.approve(plan=plan, by=stage.approver(), at=AT)
    liaison.delete()
    MailTemplate.objects.create(
        kind="published", subject="已公布", body="详见网站。{链接}", edited_at=AT, edited_by=city
    )
    with pytest.raises(Refusal, match="评价结果、联络员或邮件模板有变动"):
        plans.approve(plan=plan, by=stage.approver(), at=AT)


def test_something_that_is_missing_only_since_needs_another_plan(graded: Round, city: User) -> None:
    plan = ready(graded, city)
    stage.file_accepted(graded, {"330205": {"A": 1}}, at=AT)
    with pytest.raises(Refusal, match="出现新的尚缺事项：还有 1 份已受理的申报表尚未纳入评价"):
        plans.approve(plan=plan, by=stage.approver(), at=AT)


def test_a_plan_that_changed_is_not_prepared_either(graded: Round, city: User) -> None:
    plan = proposed(graded, city)
    Assessment.objects.filter(grade="A").update(grade="B", grade_reason="复核后调整")
    with pytest.raises(Refusal, match="提出后内容已有变动（评价结果、联络员或邮件模板有变动）"):
        plans.prepare(plan=plan, by=city, at=AT)
    assert not plan.prepared.exists()


def test_points_that_its_own_scores_do_not_give_are_not_proposed(graded: Round, city: User) -> None:
    row = Assessment.objects.filter(grade="A")[0]
    Assessment.objects.filter(pk=row.pk).update(points=99)
    with pytest.raises(Refusal) as refused:
        proposed(graded, city)
    number = row.application.number
    assert str(refused.value) == (
        f"下列平台的得分或档次与评分不一致，请退回重评：{number}（得分公布为 99，重新计算为 100）。"
    )


# What is prepared ---------------------------------------------------------------------------------------------------


def test_the_numbers_follow_the_codes_of_the_platforms_and_stay_with_them(graded: Round, city: User) -> None:
    first = ready(graded, city)
    numbers = dict(first.prepared.exclude(number="").values_list("kind", "number"))
    assert [numbers[kind][:7] for kind in ("certificate", "report", "letter")] == ["NB2020-", "BG2020-", "TZ2020-"]
    kept = {(each.kind, each.assessment_id, each.region_id): each.number for each in first.prepared.all()}
    plans.withdraw(plan=first, by=city, at=AT)
    second = ready(graded, city)
    again = {(each.kind, each.assessment_id, each.region_id): each.number for each in second.prepared.all()}
    assert again == kept
    publication = plans.approve(plan=second, by=stage.approver(), at=AT)
    codes = Certification.objects.order_by("number").values_list("result__code", "number")
    assert [(code, number[7:10]) for code, number in codes] == [
        ("330212-001", "001"), ("330212-002", "002"), ("330282-001", "003"), ("HY-001", "004"),
    ]  # fmt: skip
    assert set(publication.documents.values_list("number", flat=True)) == set(filter(None, kept.values()))


def test_a_number_of_another_year_is_another_one(graded: Round, city: User) -> None:
    first = ready(graded, city)
    plans.withdraw(plan=first, by=city, at=AT)
    at = AT.replace(month=12, day=20)
    second = plans.prepare(
        plan=plans.propose(round=graded, decided_on=date(2021, 1, 10), by=city, at=at), by=city, at=at
    )
    numbers = second.prepared.filter(kind="certificate").values_list("number", flat=True)
    assert {number[:7] for number in numbers} == {"NB2021-"}


def test_the_number_of_a_platform_that_fell_to_d_goes_to_nobody_else(graded: Round, city: User) -> None:
    first = ready(graded, city)
    fallen = Assessment.objects.filter(grade="A").order_by("pk")[0]
    number = first.prepared.get(kind="certificate", assessment=fallen).number
    plans.withdraw(plan=first, by=city, at=AT)
    Assessment.objects.filter(pk=fallen.pk).update(grade="D", grade_reason="复核后不予认定")
    fallen.refresh_from_db()
    notice = PublicNotice.objects.get(status="opened")
    amend(notice=notice, assessment=fallen, reason="复核后不予认定", by=stage.approver(), at=AT)
    Hearing.objects.update(waived=True, answered_at=AT, answered_name="某人")
    plans.approve(plan=ready(graded, city), by=stage.approver(), at=AT)
    assert not Certification.objects.filter(number=number).exists()
    other = Result.objects.get(assessment=fallen)
    stranger = Result.objects.exclude(pk=other.pk)[0]
    with pytest.raises(IntegrityError, match="编号已为另一平台准备"), transaction.atomic():
        Certification.objects.create(
            result=Result.objects.create(
                publication=other.publication, assessment=stranger.assessment, platform=stranger.platform, version=2,
                corrects=stranger, code="x", name="x", type="town", site_name="x", operator_name="x", grade="A",
            ),
            number=number, valid_from=DECIDED, valid_until=date(2023, 9, 27),
        )  # fmt: skip


def test_what_was_prepared_does_not_change_and_a_number_serves_one(graded: Round, city: User) -> None:
    plan = ready(graded, city)
    one, two = plan.prepared.filter(kind="certificate").order_by("pk")[:2]
    later = PublicationPlan.objects.create(
        number="x", round=stage.graded_round({"330205": {"A": 1}}, year=2021), decided_on=DECIDED, basis="x",
        proposed_at=AT, proposed_by=city,
    )  # fmt: skip
    acts: list[tuple[str, Callable[[], Any]]] = [
        ("待公布内容不得修改或删除", lambda: Prepared.objects.filter(pk=one.pk).update(number="NB2020-999-AAAAA")),
        ("待公布内容不得修改或删除", lambda: Prepared.objects.filter(pk=one.pk).update(digest="x")),
        ("待公布内容不得修改或删除", lambda: Prepared.objects.filter(pk=one.pk)._raw_delete("default")),
        (
            "编号已为另一平台准备，不得使用",
            lambda: Prepared.objects.create(
                plan=later, kind="certificate", assessment=two.assessment, number=one.number
            ),
        ),
    ]
    for sentence, act in acts:
        with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
            act()


@pytest.mark.trust("T16")
def test_plan_documents_and_evidence_never_change_once_published(graded: Round, city: User) -> None:
    plan = ready(graded, city)
    plans.approve(plan=plan, by=stage.approver(), at=AT)
    mail = plan.prepared.get(kind="mail", region__code="330212")
    acts: list[tuple[str, Callable[[], Any]]] = [
        ("公布方案办结后不得修改或删除", lambda: PublicationPlan.objects.update(document_number="")),
        ("公布方案办结后不得修改或删除", lambda: PublicationPlan.objects.filter(pk=plan.pk)._raw_delete("default")),
        ("待公布内容不得修改或删除", lambda: Prepared.objects.filter(pk=mail.pk).update(text={})),
        ("认定结果已公布", lambda: FrozenEvidence.objects.update(digest="x")),
        ("认定结果已公布", lambda: FrozenEvidence.objects.all()._raw_delete("default")),
        ("认定文件不得修改或删除", lambda: Document.objects.update(digest="x")),
        ("认定文件不得修改或删除", lambda: Document.objects.all()._raw_delete("default")),
        (
            "publication_planned_or_taken_over",
            lambda: Publication.objects.create(
                round=stage.filed_round({"330282": {"A": 1}}, year=2019), decided_on=DECIDED, published_at=AT,
                published_by=city,
            ),
        ),
    ]  # fmt: skip
    for sentence, act in acts:
        with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
            act()


def test_a_preparation_that_broke_off_goes_on_with_the_same_numbers(
    graded: Round, city: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, printed, heard = proposed(graded, city), [], []
    real = preparing.report_pdf

    def breaks_off(facts: Any) -> bytes:
        if len(printed) == 3:
            raise KeyboardInterrupt
        printed.append(facts.number)
        return real(facts)

    monkeypatch.setattr(preparing, "PORTION", 2)
    monkeypatch.setattr(preparing, "report_pdf", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        plans.prepare(plan=plan, by=city, at=AT)
    numbers = dict(plan.prepared.exclude(number="").values_list("pk", "number"))
    assert plan.prepared.filter(kind="report").exclude(digest="").count() == 2
    monkeypatch.setattr(preparing, "report_pdf", real)
    done = plans.prepare(plan=plan, by=city, at=AT, told=heard.append)
    assert dict(done.prepared.exclude(number="").values_list("pk", "number")) == numbers
    assert heard == [2, 3]
    assert not done.prepared.filter(digest="").exclude(kind="mail").exists()
    assert plans.prepare(plan=plan, by=city, at=AT).prepared_at == AT
    assert AuditEvent.objects.filter(verb="准备公布内容").count() == 1


def test_a_plan_that_is_over_is_not_prepared(graded: Round, city: User) -> None:
    plan = proposed(graded, city)
    plans.withdraw(plan=plan, by=city, at=AT)
    with pytest.raises(Gone, match="不再准备"):
        plans.prepare(plan=plan, by=city, at=AT)


# What is published --------------------------------------------------------------------------------------------------


@pytest.mark.clause("N20")
def test_each_county_gets_one_letter_and_one_mail_and_each_platform_its_documents(graded: Round, city: User) -> None:
    publication = plans.approve(plan=ready(graded, city), by=stage.approver(), at=AT)
    by_kind = Counter(publication.documents.values_list("kind", "region__code"))
    assert by_kind == {
        ("certificate", "330212"): 2, ("certificate", "330282"): 1, ("certificate", None): 1,
        ("report", "330212"): 3, ("report", "330282"): 1, ("report", None): 1,
        ("letter", "330212"): 1, ("letter", "330282"): 1, ("letter", None): 1,
    }  # fmt: skip
    for each in publication.documents.all():
        content = stored_files.read(each.stored_name)
        assert (sha256(content).hexdigest(), len(content)) == (each.digest, each.size)
        assert each.number.encode() in content
    mails = Mail.objects.filter(kind="published").order_by("occasion")
    assert list(mails.values_list("occasion", "kind", "round__year")) == [
        ("publication:2020:330212", "published", 2020),
        ("publication:2020:330282", "published", 2020),
        ("publication:2020:city", "published", 2020),
    ]
    letter = publication.documents.get(kind="letter", region__code="330212")
    told = mails[0].body
    assert f"鄞州区予以认定 2 个，不予认定 1 个，详见结果通知书（{letter.number}）" in told
    assert f"（{DOCUMENT}），认定日期为2020年9月28日" in told
    assert "/desk/results/2020/" in told


def test_the_letter_gives_reasons_for_the_last_grades_only_and_names_nobody(graded: Round, city: User) -> None:
    publication = plans.approve(plan=ready(graded, city), by=stage.approver(), at=AT)
    texts = [
        stored_files.read(each.stored_name).decode()
        for each in publication.documents.filter(kind__in=("letter", "report"))
    ]
    letter = next(text for text in texts if "LetterFacts" in text and "鄞州区" in text)
    assert "得分 30 分" in letter
    assert "得分 100 分" not in letter
    judges = User.objects.filter(username__in=("stage", "grader", "county")).values_list("name", "username")
    for text in texts:
        assert not [name for pair in judges for name in pair if name in text]


@pytest.mark.clause("N20")
def test_the_evidence_of_each_result_gives_what_was_published(graded: Round, city: User) -> None:
    publication = plans.approve(plan=ready(graded, city), by=stage.approver(), at=AT)
    rows = FrozenEvidence.objects.select_related("result__assessment")
    assert rows.count() == publication.results.count()
    for row in rows:
        found = from_data(row.data)
        assert (digest(row.data), differences(found)) == (row.digest, ())
        assert (found.grade, found.points) == (row.result.grade, row.result.assessment.points)
    names = User.objects.values_list("name", flat=True)
    assert not [name for name in names if name in json.dumps(rows[0].data, ensure_ascii=False)]


@pytest.mark.clause("N28")
def test_a_renewal_begins_on_the_day_after_the_certificate_that_it_renews(city: User) -> None:
    first = stage.certified(year=2020)
    later = stage.graded_round({"330212": {"A": 1}}, year=2023)
    standing = Standing.objects.get(certificate=first.number)
    Application.objects.filter(round=later).update(renews=standing)
    # 27 September 2023 is the last day of the first one.
    at = stage.moment(2023) - timedelta(days=10)
    decided = date(2023, 9, 18)
    stage.publish(round=later, decided_on=decided, reason=stage.REASON, by=city, at=at)
    new = Certification.objects.get(result__publication__round=later)
    assert (new.valid_from, new.valid_until) == (date(2023, 9, 28), date(2026, 9, 27))
    standing.refresh_from_db()
    assert (standing.ended_on, standing.ended_why) == (date(2023, 9, 28), "expired")
    assert not CertificationEnd.objects.filter(certification=first).exists()


@pytest.mark.clause("N28")
@pytest.mark.parametrize("ended", [False, True])
def test_a_renewal_of_what_is_over_begins_with_the_decision(city: User, ended: bool) -> None:
    first = stage.certified(year=2020)
    later = stage.graded_round({"330212": {"A": 1}}, year=2023)
    standing = Standing.objects.get(certificate=first.number)
    Application.objects.filter(round=later).update(renews=standing)
    decided = date(2023, 9, 28)
    if ended:
        decided = date(2023, 9, 20)
        Standing.objects.filter(pk=standing.pk).update(
            ended_on=date(2023, 9, 1), ended_why="given_up", ended_at=AT, ended_by=city
        )
    stage.publish(round=later, decided_on=decided, reason=stage.REASON, by=city, at=stage.moment(2023))
    new = Certification.objects.get(result__publication__round=later)
    assert new.valid_from == decided


def test_where_grades_go_by_rank_the_evidence_keeps_the_rank(graded: Round) -> None:
    evaluation = Evaluation.objects.get()
    with transaction.atomic():
        # A locked scheme does not change; the value of one that ranks is asked for all the same.
        evaluation.scheme.__dict__["_prefetched_objects_cache"] = {
            "indicators": list(evaluation.scheme.indicators.all()),
            "cutoffs": [SchemeCutoff(grade="A", least=90, share=10), *evaluation.scheme.cutoffs.exclude(grade="A")],
        }
        found = evidence_of(evaluation, Assessment.objects.select_related("application"))
    standing = sorted((each.points, each.rank.judged, each.rank.ahead, each.proposed_grade) for each in found.values())
    assert standing == [
        (Fraction(30), 5, 4, "D"), (Fraction(64), 5, 3, "C"), (Fraction(100), 5, 0, "B"), (Fraction(100), 5, 0, "B"),
        (Fraction(100), 5, 0, "B"),
    ]  # fmt: skip


# All or nothing -----------------------------------------------------------------------------------------------------


@pytest.mark.trust("T42")
def test_a_publication_that_breaks_off_at_any_step_leaves_everything_as_it_was(graded: Round, city: User) -> None:
    plan, other = ready(graded, city), stage.approver()
    before = state()

    class BreaksOff:
        def __init__(self, after: int) -> None:
            self.left = after

        def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if self.left == 0:
                raise KeyboardInterrupt
            self.left -= 1
            return execute(sql, params, many, context)

    steps = 0
    while True:
        try:
            with transaction.atomic(), connection.execute_wrapper(BreaksOff(steps)):
                plans.approve(plan=plan, by=other, at=AT)
            break
        except KeyboardInterrupt:
            assert state() == before
            steps += 1
    assert steps > 60
    assert visible() == (1, 5, 4, 12, 5, 3)
    assert Certification.objects.order_by("number")[0].number.startswith("NB2020-001-")


def state() -> dict[str, Any]:
    """Everything that an approval touches."""
    return {
        "rounds": list(Round.objects.values("pk", "status")),
        "plans": list(PublicationPlan.objects.values("pk", "status")),
        "assessments": list(Assessment.objects.order_by("pk").values("pk", "status", "grade")),
        "rows": visible(),
        "events": AuditEvent.objects.count(),
        "standings": Standing.objects.count(),
    }


def test_one_or_thirty_platforms_ask_the_database_equally_often(city: User) -> None:
    asked: dict[str, list[int]] = {"propose": [], "prepare": [], "approve": []}
    other = stage.approver()
    # In both rounds that are compared a new certificate takes the place of one of the year before.
    stage.published_round({"330212": {"A": 1}}, year=2019)
    for year, grades in ((2020, {"A": 1}), (2021, {"A": 12, "B": 10, "C": 5, "D": 3})):
        round_, at = stage.graded_round({"330212": grades}, year=year), stage.moment(year)
        with CaptureQueriesContext(connection) as queries:
            plan = plans.propose(round=round_, decided_on=at.date(), by=city, at=at)
        asked["propose"].append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            plan = plans.prepare(plan=plan, by=city, at=at)
        asked["prepare"].append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            plans.approve(plan=plan, by=other, at=at)
        asked["approve"].append(len(queries))
    assert asked == {"propose": [52, 52], "prepare": [69, 69], "approve": [119, 119]}


def test_the_contradiction_of_many_platforms_is_told_of_the_first_ones(city: User) -> None:
    round_ = stage.graded_round({"330212": {"A": 7}})
    Assessment.objects.update(points=99)
    with pytest.raises(Refusal, match="等 7 个平台。"):
        proposed(round_, city)


def test_the_evidence_of_a_veto_and_of_a_missing_report_names_them(graded: Round) -> None:
    row = Assessment.objects.filter(grade="A").select_related("application")[0]
    row.veto, row.veto_fact, row.unreported_at = graded.terms.grounds[0].key, "三次通知未到场", AT
    found = evidence_of(Evaluation.objects.get(), [row])[row.pk]
    assert (found.veto, found.unreported) == (graded.terms.grounds[0].label, True)
    assert found.reasons[:2] == (f"{graded.terms.grounds[0].label}：三次通知未到场", "逾期未报送自评")
    assert differences(replace(found, grade_reason="x"))[-1] == "建议档次公布时为A档，重新计算为D档"
