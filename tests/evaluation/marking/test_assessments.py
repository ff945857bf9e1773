from collections.abc import Callable
from decimal import Decimal

import pytest

from evaluation.marking.choices import AssessmentStatus
from evaluation.marking.services.assessments import complete, reopen, save_scores
from evaluation.marking.services.entering import ScoreEntry, ScoresRefused
from evaluation.marking.services.staging import apply_staged
from evaluation.marking.services.staging import stage as stage_grade
from evaluation.models import Assessment, Score
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import AuditEvent, User
from tests.evaluation import stage
from tests.kept_rows import once

pytestmark = pytest.mark.django_db
AT = stage.moment(2020)

GATES = {code: ScoreEntry(passed=True) for code in (
    "gate-venue", "gate-team", "gate-network", "gate-public", "gate-activities", "gate-rules"
)}  # fmt: skip
FULL = GATES | {
    "venue": ScoreEntry(points=Decimal(8)),
    "staff": ScoreEntry(verified=Decimal(5), evidence="花名册增补2人"),
    "rules": ScoreEntry(verified=Decimal(5), evidence="现场另见2项"),
    "breadth": ScoreEntry(verified=Decimal(5), evidence="另有法律服务记录"),
    "free": ScoreEntry(verified=Decimal(3)),
    "satisfaction": ScoreEntry(verified=Decimal("96.50")),
    "enterprises": ScoreEntry(verified=Decimal(186)),
    "services": ScoreEntry(verified=Decimal(73)),
    "events": ScoreEntry(verified=Decimal(14)),
    "attendance": ScoreEntry(verified=Decimal(520)),
    "income": ScoreEntry(points=Decimal(8)),
    "partners": ScoreEntry(points=Decimal(6)),
    "hubs": ScoreEntry(points=Decimal("5.5"), evidence="一次活动未参加"),
    "complaints": ScoreEntry(verified=Decimal(0)),
}


def _assessment(city: User) -> Assessment:
    round_ = stage.filed_round({"330212": {"A": 1}})
    stage.started(round_, by=city)
    return Assessment.objects.get()


@pytest.fixture
def assessment(city: User) -> Assessment:
    return once(_assessment, city)


@pytest.fixture
def scored(assessment: Assessment, city: User) -> Assessment:
    save_scores(assessment=assessment, entries=FULL, revision=1, by=city, at=AT)
    return complete(assessment=assessment, by=city, at=AT)


@pytest.mark.clause("N20")
def test_points_and_proposed_grade_follow_from_the_scores(assessment: Assessment, city: User) -> None:
    save_scores(assessment=assessment, entries=FULL, revision=1, by=city, at=AT)
    # 8+7+5 + 10+10+10 + 11.16+5.84+6+3.47 + 8+6+5.5
    assert (assessment.points, assessment.proposed_grade) == (Decimal("95.97"), "A")
    assert assessment.scores.get(indicator__code="enterprises").points == Decimal("11.16")
    assert assessment.revision == 2


def test_entries_not_named_stay_as_they_are(assessment: Assessment, city: User) -> None:
    save_scores(assessment=assessment, entries=FULL, revision=1, by=city, at=AT)
    lower = {"venue": ScoreEntry(points=Decimal(6), evidence="面积偏小")}
    save_scores(assessment=assessment, entries=lower, revision=2, by=city, at=AT)
    assert assessment.points == Decimal("93.97")


@pytest.mark.clause("N21")
def test_a_failed_gate_proposes_d_and_leaves_no_other_grade(assessment: Assessment, city: User, city2: User) -> None:
    failed = FULL | {"gate-rules": ScoreEntry(passed=False, evidence="收费标准未公开")}
    save_scores(assessment=assessment, entries=failed, revision=1, by=city, at=AT, finish=True)
    assert (assessment.points, assessment.proposed_grade) == (Decimal("95.97"), "D")
    with pytest.raises(Refusal, match="只能评为D档"):
        stage_grade(assessment=assessment, grade="C", reason="酌情", by=city2, at=AT)
    assert stage_grade(assessment=assessment, grade="D", by=city2, at=AT).staged_grade == "D"


@pytest.mark.clause("N29")
def test_who_refuses_the_evaluation_is_recorded_and_d_without_scores(
    assessment: Assessment, city: User, city2: User
) -> None:
    save_scores(
        assessment=assessment, entries={}, revision=1, by=city, at=AT, finish=True,
        veto="refuses_evaluation", veto_fact="两次通知均未配合现场核查",
    )  # fmt: skip
    assert (assessment.status, assessment.proposed_grade) == (AssessmentStatus.SCORED, "D")
    with pytest.raises(Refusal, match="只能评为D档"):
        stage_grade(assessment=assessment, grade="B", reason="酌情", by=city2, at=AT)


def test_a_veto_needs_its_ground_and_its_fact(assessment: Assessment, city: User) -> None:
    with pytest.raises(Refusal, match="请填写“否决事实”"):
        save_scores(assessment=assessment, entries={}, revision=1, by=city, at=AT, veto="fees", veto_fact="  ")
    with pytest.raises(Refusal, match="通知所列情形之一"):
        save_scores(assessment=assessment, entries={}, revision=1, by=city, at=AT, veto="dislike", veto_fact="无")


@pytest.mark.trust("T15")
@pytest.mark.parametrize(
    ("code", "entry", "sentence"),
    [
        ("gate-venue", ScoreEntry(passed=False), "判定为不具备，请填写佐证与说明。"),
        ("venue", ScoreEntry(points=Decimal("8.01")), "得分须在 0 至 8 分之间，最多两位小数。"),
        ("venue", ScoreEntry(points=Decimal(-1)), "得分须在 0 至 8 分之间，最多两位小数。"),
        ("venue", ScoreEntry(points=Decimal("7.005"), evidence="略小"), "得分须在 0 至 8 分之间，最多两位小数。"),
        ("venue", ScoreEntry(points=Decimal("NaN")), "得分须在 0 至 8 分之间，最多两位小数。"),
        ("venue", ScoreEntry(points=Decimal(7)), "未得满分，请说明扣分理由。"),
        ("complaints", ScoreEntry(verified=Decimal(2)), "核定数值与系统核计不一致，请填写佐证与说明。"),
        ("staff", ScoreEntry(verified=Decimal("Infinity")), "核定数值须为不小于 0 的数，最多两位小数。"),
        ("staff", ScoreEntry(verified=Decimal(10) ** 15), "核定数值须为不小于 0 的数，最多两位小数。"),
        ("staff", ScoreEntry(verified=Decimal(3), evidence="字" * 401), "最多 400 个字，现为 401 个字。"),
        ("staff", ScoreEntry(verified=Decimal(3), evidence="a\x00b"), "中有无法保存的字符，请删除后重新填写。"),
        ("no-such", ScoreEntry(points=Decimal(1)), "评价方案中没有指标“no-such”。"),
    ],
)
def test_a_score_that_does_not_fit_is_refused_beside_its_indicator(
    assessment: Assessment, city: User, code: str, entry: ScoreEntry, sentence: str
) -> None:
    with pytest.raises(ScoresRefused) as refused:
        save_scores(assessment=assessment, entries={code: entry}, revision=1, by=city, at=AT)
    assert list(refused.value.errors) == [code]
    assert refused.value.errors[code].endswith(sentence)
    assessment.refresh_from_db()
    assert (assessment.revision, assessment.points) == (1, None)


@pytest.mark.trust("T11")
@pytest.mark.parametrize("revision", [0, 1, 3, 999])
def test_a_save_on_an_older_sheet_changes_nothing(assessment: Assessment, city: User, revision: int) -> None:
    save_scores(assessment=assessment, entries=FULL, revision=1, by=city, at=AT)
    with pytest.raises(StaleVersion, match="他人已在您打开之后保存过评分"):
        save_scores(
            assessment=assessment, entries={"venue": ScoreEntry(points=Decimal(8))}, revision=revision, by=city, at=AT
        )
    assert Assessment.objects.get().revision == 2


def test_scoring_is_complete_when_nothing_is_missing(assessment: Assessment, city: User) -> None:
    save_scores(assessment=assessment, entries=GATES, revision=1, by=city, at=AT)
    with pytest.raises(Refusal) as refused:
        complete(assessment=assessment, by=city, at=AT)
    assert (
        str(refused.value) == "还有 13 项指标未评分：“场地设施”“专职人员”“公开的管理制度”“服务类别”“三项公益性服务”等。"
    )
    save_scores(assessment=assessment, entries=FULL, revision=2, by=city, at=AT)
    complete(assessment=assessment, by=city, at=AT)
    assert (assessment.status, assessment.scored_by) == (AssessmentStatus.SCORED, city)
    with pytest.raises(Gone, match="如需修改请先退回重评"):
        save_scores(assessment=assessment, entries=FULL, revision=3, by=city, at=AT)


def test_finishing_saves_all_or_nothing(assessment: Assessment, city: User) -> None:
    with pytest.raises(Refusal, match="13 项指标未评分"):
        save_scores(assessment=assessment, entries=GATES, revision=1, by=city, at=AT, finish=True)
    assert Assessment.objects.get().revision == 1
    assert Score.objects.filter(passed=True).count() == 0


def test_reopening_takes_the_grade_back_and_keeps_the_scores(scored: Assessment, city: User, city2: User) -> None:
    stage_grade(assessment=scored, grade="A", by=city2, at=AT)
    apply_staged(evaluation=scored.evaluation, by=city2, at=AT)
    with pytest.raises(Refusal, match="请填写“退回重评”的理由"):
        reopen(assessment=scored, reason=" ", by=city, at=AT)
    reopen(assessment=scored, reason="满意度需复核", by=city, at=AT)
    assert (scored.status, scored.grade, scored.confirmed_by) == (AssessmentStatus.OPEN, "", None)
    assert scored.points == Decimal("95.97")


ACTS: dict[str, Callable[[Assessment, User], object]] = {
    "save": lambda row, by: save_scores(assessment=row, entries={}, revision=row.revision, by=by, at=AT),
    "complete": lambda row, by: complete(assessment=row, by=by, at=AT),
    "confirm": lambda row, by: stage_grade(assessment=row, grade="A", by=by, at=AT),
    "reopen": lambda row, by: reopen(assessment=row, reason="复核", by=by, at=AT),
}
ALLOWED = {("open", "save"), ("scored", "confirm"), ("scored", "reopen"), ("confirmed", "reopen")}


@pytest.mark.trust("T13")
@pytest.mark.parametrize("act", list(ACTS))
@pytest.mark.parametrize("status", ["open", "scored", "confirmed", "published"])
def test_each_move_starts_only_where_the_table_says(city: User, status: str, act: str) -> None:
    if status == "published":
        stage.published_round({"330212": {"A": 1}})
    else:
        stage.graded_round({"330212": {"A" if status == "confirmed" else status: 1}})
    row = Assessment.objects.get()
    if (status, act) in ALLOWED:
        ACTS[act](row, city)
        return
    with pytest.raises(Refusal):
        ACTS[act](row, city)
    row.refresh_from_db()
    assert row.status == status


@pytest.mark.trust("T13")
@pytest.mark.parametrize("act", list(ACTS))
@pytest.mark.parametrize("person", ["yinzhou", "finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_moves_an_assessment(
    scored: Assessment, person: str, act: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(Refusal, match="权限"):
        ACTS[act](scored, request.getfixturevalue(person))


def test_the_log_says_what_changed_from_what_to_what(assessment: Assessment, city: User) -> None:
    save_scores(assessment=assessment, entries={"venue": ScoreEntry(points=Decimal(8))}, revision=1, by=city, at=AT)
    event = AuditEvent.objects.order_by("-serial")[0]
    assert (event.verb, event.object_code) == ("评分", assessment.application.number)
    assert event.changes == {"场地设施": [{"佐证": ""}, {"得分": "8", "佐证": ""}]}
