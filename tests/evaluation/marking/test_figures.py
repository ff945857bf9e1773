"""The figures of the period are read from the records when it is over, kept, and read again only for a reason."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from evaluation.marking.services.assessments import complete, save_scores
from evaluation.marking.services.entering import ScoreEntry
from evaluation.marking.services.figures import count_due, count_figures
from evaluation.models import Assessment, Evaluation, Mark, Score, Sheet
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, Complaint, Platform, User
from tests.evaluation import stage
from tests.evaluation.marking.judging import AT, filled, full

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]
#: The last second of the period, which ends on 25 July.
LAST = datetime(2020, 7, 25, 15, 59, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def complain(by: User, number: int) -> None:
    """One more verified complaint about the first platform, which came in within the period."""
    decided = datetime(2020, 8, 1, tzinfo=UTC)
    Complaint.objects.create(
        platform=Platform.objects.order_by("pk")[0], number=f"TS{number}", status="verified", text="收费",
        enterprise="甲公司", contact_name="周某", contact_phone="13800138000", received_at=LAST, sender_hash="a",
        text_hash=str(number), finding="supported", examined_at=decided, examined_by=by, decided_at=decided,
        decided_by=by,
    )  # fmt: skip


@pytest.fixture
def counted(city: User) -> Evaluation:
    """Started after the period: counted at once, with one complaint."""
    round_ = stage.filed_round({"330212": {"A": 1}})
    complain(city, 1)
    return stage.started(round_, first_scores=False)


def score() -> Score:
    return Score.objects.get(indicator__code="complaints")


def mark() -> Mark:
    return Mark.objects.get(indicator__code="complaints")


def recount(evaluation: Evaluation, by: User, reason: str = "补录一件投诉") -> Evaluation:
    return count_figures(evaluation=evaluation, reason=reason, by=by, at=AT + SECOND)


def test_each_figure_is_kept_with_its_meaning_and_proposed(counted: Evaluation) -> None:
    row = score()
    assert (row.counted, row.verified, row.points, row.reported) == (Decimal(1), Decimal(1), Decimal(-5), None)
    assert "核查属实" in row.counted_meaning
    assert (mark().verified, mark().points) == (Decimal(1), Decimal(-5))
    event = AuditEvent.objects.get(verb="核计数据")
    assert (event.actor, event.changes, counted.counted_at) == ("stage", {"核计指标": [0, 1]}, AT)


def test_what_is_recorded_later_changes_nothing_until_it_is_counted_again(counted: Evaluation, city: User) -> None:
    complain(city, 2)
    assert (score().counted, mark().verified) == (Decimal(1), Decimal(1))
    again = recount(counted, city)
    assert (score().counted, score().verified, mark().verified) == (Decimal(2),) * 3
    event = AuditEvent.objects.get(verb="重新核计数据")
    assert (event.actor, event.reason, again.counted_at) == ("city", "补录一件投诉", AT + SECOND)


def test_counting_again_takes_a_reason(counted: Evaluation, city: User) -> None:
    with pytest.raises(Refusal, match="请填写“理由”。"):
        recount(counted, city, reason="  ")
    assert Evaluation.objects.get().counted_at == AT


def test_what_an_officer_found_stands_when_it_is_counted_again(counted: Evaluation, city: User) -> None:
    other = {"complaints": ScoreEntry(verified=Decimal(0), evidence="一件系误报")}
    save_scores(assessment=Assessment.objects.get(), entries=other, revision=1, by=city, at=AT)
    complain(city, 2)
    recount(counted, city)
    assert (score().counted, score().verified, score().evidence) == (Decimal(2), Decimal(0), "一件系误报")


def test_what_a_county_found_stands_too(counted: Evaluation, city: User, yinzhou: User) -> None:
    other = ScoreEntry(verified=Decimal(0), evidence="一件系误报")
    filled(Sheet.objects.get(), yinzhou, finish=False, complaints=other)
    complain(city, 2)
    recount(counted, city)
    assert (mark().verified, score().verified) == (Decimal(0), Decimal(2))


def test_a_sheet_that_was_handed_in_keeps_the_figure_that_it_was_filled_with(
    counted: Evaluation, city: User, yinzhou: User
) -> None:
    filled(Sheet.objects.get(), yinzhou, complaints=ScoreEntry(verified=Decimal(1)))
    complain(city, 2)
    recount(counted, city)
    assert (mark().verified, score().verified) == (Decimal(1), Decimal(2))


def test_a_platform_that_is_scored_keeps_its_figures(counted: Evaluation, city: User, yinzhou: User) -> None:
    filled(Sheet.objects.get(), yinzhou)
    row = save_scores(assessment=Assessment.objects.get(), entries=full(), revision=1, by=city, at=AT)
    complete(assessment=row, by=city, at=AT)
    complain(city, 2)
    recount(counted, city)
    assert score().counted == Decimal(1)


@pytest.mark.parametrize(("at", "counts"), [(LAST, False), (LAST + SECOND, True)])
def test_nothing_is_counted_before_the_period_is_over(city: User, at: datetime, counts: bool) -> None:
    evaluation = stage.started(stage.filed_round({"330212": {"A": 1}}), at=at, first_scores=False)
    assert (evaluation.counted_at == at) is counts
    if not counts:
        with pytest.raises(Refusal, match=r"评价期间至2020年7月25日，尚未结束，结束后才能核计数据。"):
            count_figures(evaluation=evaluation, by=city, at=at)
        assert (score().counted, score().verified) == (None, None)
        # The clock counts when the day has come, without a person.
        count_figures(evaluation=evaluation, by=None, at=at + SECOND, actor="定时任务")
        assert (score().counted, AuditEvent.objects.get(verb="核计数据").actor) == (Decimal(0), "定时任务")


def test_the_command_of_the_night_counts_each_evaluation_once(city: User, capsys: pytest.CaptureFixture[str]) -> None:
    evaluation = stage.started(stage.filed_round({"330212": {"A": 1}}), at=LAST, first_scores=False)
    for told in (f"已核计：{evaluation}。", "没有需要核计的绩效评价。"):
        call_command("count_figures")
        assert capsys.readouterr().out.strip() == told
    assert AuditEvent.objects.filter(verb="核计数据", actor="命令行").count() == 1
    evaluation.refresh_from_db()
    assert (evaluation.counted_at is not None, score().counted) == (True, Decimal(0))


@pytest.mark.parametrize(("last", "due"), [(LAST, 0), (LAST + SECOND, 1)])
def test_the_night_after_the_period_counts(city: User, last: datetime, due: int) -> None:
    stage.started(stage.filed_round({"330212": {"A": 1}}), at=LAST - SECOND, first_scores=False)
    assert len(count_due(at=last, actor="命令行")) == due


@pytest.mark.parametrize("person", ["yinzhou", "assessor", "finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_counts(counted: Evaluation, person: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Refusal, match="权限"):
        recount(counted, request.getfixturevalue(person))


def test_nothing_is_counted_once_the_results_are_public(city: User) -> None:
    stage.published_round({"330212": {"A": 1}})
    with pytest.raises(Gone, match="认定结果已公布"):
        recount(Evaluation.objects.get(), city)
