"""An evaluation is started in phase four, by what happened in its period; whatever is missing asks for a reason."""

from datetime import UTC, date, datetime, timedelta

import pytest

from evaluation.marking.queries.starting import before_starting
from evaluation.marking.services.start import sync_assessments
from evaluation.models import Assessment, Evaluation, Score
from evaluation.schemes.reported import LABELS, RECORDED, stated_value
from platforms.cases.services import ground_complaints
from platforms.errors import Refusal
from platforms.models import AuditEvent, Complaint, Phase, Platform, Round, RoundOverride, User
from platforms.workbench.queries.counting import FIGURES
from tests.evaluation import stage

pytestmark = pytest.mark.django_db
AT = stage.moment(2020)
#: The first and the last second of the period in Ningbo: 18 April to 25 July.
FIRST, LAST = datetime(2020, 4, 17, 16, tzinfo=UTC), datetime(2020, 7, 25, 15, 59, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def filed(db: None) -> Round:
    return stage.filed_round({"330212": {"A": 1}})


def start(round_: Round, by: User, *, reason: str = "", at: datetime = AT) -> Evaluation:
    return stage.started(round_, by=by, at=at, reason=reason)


def complain(by: User, *moments: datetime) -> None:
    """Verified complaints about the first platform that came in at ``moments``, all decided on 1 August."""
    decided = datetime(2020, 8, 1, tzinfo=UTC)
    for number, at in enumerate(moments):
        Complaint.objects.create(
            platform=Platform.objects.all()[0], number=f"TS{number}", status="verified", text="收费",
            enterprise="甲公司", contact_name="周某", contact_phone="13800138000", received_at=at, sender_hash="a",
            text_hash=str(number), finding="supported", examined_at=decided, examined_by=by, decided_at=decided,
            decided_by=by,
        )  # fmt: skip


def deducted(evaluation: Evaluation) -> int:
    return int(Score.objects.get(assessment__evaluation=evaluation, indicator__code="complaints").counted or 0)


@pytest.mark.clause("N20")
def test_only_complaints_that_came_in_within_the_period_are_deducted(filed: Round, city: User) -> None:
    complain(city, FIRST - SECOND, FIRST, LAST, LAST + SECOND)
    assert deducted(start(filed, city)) == 2


@pytest.mark.clause("N20")
def test_a_complaint_is_deducted_in_the_round_in_which_it_came_in_and_in_no_later_one(filed: Round, city: User) -> None:
    complain(city, LAST)
    assert deducted(start(filed, city)) == 1
    later = stage.filed_round({"330212": {"A": 1}}, year=2021)
    assert deducted(start(later, city, at=stage.moment(2021))) == 0


@pytest.mark.clause("N31")
def test_for_the_revocation_verified_complaints_count_outside_of_the_period_too(filed: Round, city: User) -> None:
    complain(city, FIRST - SECOND, LAST + SECOND, LAST + 2 * SECOND)
    assert deducted(start(filed, city)) == 0
    ground = ground_complaints.count(Platform.objects.all()[0], at=AT)
    assert ground is not None
    assert (ground.ground, ground.complaints.count()) == ("complaints", 3)


@pytest.mark.clause("N20")
def test_the_period_is_settled_when_the_evaluation_begins(filed: Round, city: User) -> None:
    evaluation = start(filed, city)
    row = evaluation.round
    assert (row.counted_from, row.counted_until, row.counted_fixed_at) == (date(2020, 4, 18), date(2020, 7, 25), AT)
    assert AuditEvent.objects.get(verb="确定评价期间").object_code == "2020"
    # Who is accepted later is counted by the same days, whatever became of the phases.
    Phase.objects.filter(round=filed, number=3).update(ends_on=date(2020, 7, 24))
    stage.file_accepted(row, {"330282": {"A": 1}}, at=AT)
    Complaint.objects.all().delete()
    complain(city, LAST)
    Complaint.objects.update(platform=Platform.objects.get(code="330282-001"))
    assert sync_assessments(evaluation=evaluation, by=city, at=AT) == 1
    added = Assessment.objects.get(application__region__code="330282")
    assert added.scores.get(indicator__code="complaints").counted == 1


@pytest.mark.clause("N20")
@pytest.mark.parametrize(("at", "asks"), [(LAST, True), (LAST + SECOND, False)])
def test_starting_before_phase_four_asks_for_a_reason(filed: Round, city: User, at: datetime, asks: bool) -> None:
    told = (
        "未启动绩效评价，尚有以下事项：“第四阶段：评价认定”自2020年7月26日开始，尚未到期。"
        "评价期间至2020年7月25日，尚未结束，此后的记录不再计入填报数值。确需继续办理的，请填写理由。"
    )
    if not asks:
        assert start(filed, city, at=at).round == filed
        assert not RoundOverride.objects.exists()
        return
    with pytest.raises(Refusal) as refused:
        start(filed, city, at=at)
    assert (str(refused.value), Evaluation.objects.count()) == (told, 0)
    start(filed, city, at=at, reason="市里要求提前")
    kept = RoundOverride.objects.get()
    assert (kept.act, kept.reason, kept.by, kept.at, len(kept.gaps)) == (
        "start_evaluation", "市里要求提前", city, at, 2,
    )  # fmt: skip
    assert AuditEvent.objects.get(verb="带缺项启动绩效评价").reason == "市里要求提前"


@pytest.mark.clause("N20")
@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"A": 1, "submitted": 1}, "还有 1 份申报表已提交，尚未受理或退回：SB2020-330212-002。"),
        ({"A": 1, "returned": 1}, "还有 1 份申报表已退回，尚未补正提交：SB2020-330212-002。"),
        ({"draft": 1}, "2020年度没有已受理的申报表，没有可以评价的平台。"),
    ],
)
def test_what_is_not_settled_is_named_with_its_pages(city: User, counts: dict[str, int], sentence: str) -> None:
    round_ = stage.filed_round({"330212": counts})
    found = before_starting(round_, on=date(2020, 8, 1))
    assert [(each.sentence, each.weight) for each in found] == [(sentence, "asks")]
    assert all(url.startswith("/admin/platforms/application/") for each in found for _, url in each.names)
    with pytest.raises(Refusal, match="确需继续办理的，请填写理由。"):
        start(round_, city)
    assert start(round_, city, reason="先行启动").round == round_


def test_without_a_period_no_reason_helps(filed: Round, city: User) -> None:
    Phase.objects.filter(number=3).delete()
    with pytest.raises(Refusal, match="不能启动绩效评价：无法确定评价期间，请填写各阶段的起止日期。"):
        start(filed, city, reason="先行启动")
    assert not Evaluation.objects.exists()


def test_without_a_phase_four_a_reason_is_asked_for(filed: Round, city: User) -> None:
    Phase.objects.filter(number=4).delete()
    with pytest.raises(Refusal, match="“第四阶段：评价认定”的起止日期尚未填写。"):
        start(filed, city)


def test_a_scheme_can_ask_for_every_figure_that_the_system_recorded() -> None:
    assert set(RECORDED) == set(FIGURES)
    assert set(RECORDED) <= set(LABELS)
    assert [stated_value(name, {}) for name in RECORDED] == [None] * len(RECORDED)
