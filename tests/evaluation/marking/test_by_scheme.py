"""What the settings of a scheme do to a round: marks by type, ranks, the line of a difference, a missing report."""

from decimal import Decimal

import pytest

from evaluation.marking.services.assessments import complete, reopen, save_scores
from evaluation.marking.services.entering import ScoreEntry, ScoresRefused
from evaluation.marking.services.reported import settle_unreported
from evaluation.marking.services.staging import apply_staged
from evaluation.marking.services.staging import stage as stage_grade
from evaluation.models import Assessment, Indicator, Scheme, SchemeCutoff, Score
from evaluation.schemes.choices import MissingReport
from platforms.errors import Refusal
from platforms.models import User
from tests.evaluation import stage
from tests.factories import default_scheme

pytestmark = pytest.mark.django_db
AT = stage.moment(2020)


def scheme_with(**settings: object) -> Scheme:
    scheme = default_scheme()
    Scheme.objects.filter(pk=scheme.pk).update(**settings)
    scheme.refresh_from_db()
    return scheme


def entries_of(letter: str, **more: ScoreEntry) -> dict[str, ScoreEntry]:
    """What earns the grade ``letter`` by the default scheme, each with a reason."""
    found = {}
    for code, entry in stage.full_entries(letter).items():
        verified = None if entry.verified is None else Decimal(int(entry.verified))
        points = None if entry.points is None else Decimal(int(entry.points))
        found[code] = ScoreEntry(entry.passed, verified, points, "现场核查")
    return found | more


def done(row: Assessment, letter: str, by: User, **more: ScoreEntry) -> Assessment:
    entries = entries_of(letter, **more)
    return save_scores(assessment=row, entries=entries, revision=row.revision, by=by, at=AT, finish=True)


@pytest.mark.clause("N20")
def test_a_type_has_full_marks_of_its_own(city: User) -> None:
    """The town: the venue gives 4 of 4 and the staff 11 of 11; the park: as the scheme says, 8 and 7."""
    scheme = scheme_with()
    Indicator.objects.filter(scheme=scheme, code="venue").update(marks_by_type={"town": "4"})
    Indicator.objects.filter(scheme=scheme, code="staff").update(marks_by_type={"town": "11"})
    stage.started(stage.filed_round({"330212": {"A": 4}}), scheme=scheme, by=city)
    town, park = (Assessment.objects.filter(application__type=type)[0] for type in ("town", "park"))
    assert [row.scores.get(indicator__code="venue").full_marks for row in (town, park)] == [4, 8]
    with pytest.raises(ScoresRefused, match="得分须在 0 至 4 分之间"):
        save_scores(assessment=town, entries={"venue": ScoreEntry(points=Decimal(5))}, revision=1, by=city, at=AT)
    town.refresh_from_db()
    done(town, "A", city, venue=ScoreEntry(points=Decimal(4), evidence="现场核查"))
    done(park, "A", city)
    assert [row.points for row in (town, park)] == [100, 100]
    assert [row.scores.get(indicator__code="staff").points for row in (town, park)] == [11, 7]


def test_what_a_type_is_not_asked_has_no_line(city: User) -> None:
    scheme = scheme_with()
    Indicator.objects.filter(scheme=scheme, code="venue").update(marks_by_type={"town": "0"})
    Indicator.objects.filter(scheme=scheme, code="staff").update(marks_by_type={"town": "15"})
    stage.started(stage.filed_round({"330212": {"A": 1}}), scheme=scheme, by=city)
    row = Assessment.objects.get()
    assert not row.scores.filter(indicator__code="venue").exists()
    entries = {code: entry for code, entry in entries_of("A").items() if code != "venue"}
    save_scores(assessment=row, entries=entries, revision=1, by=city, at=AT, finish=True)
    assert (row.points, row.proposed_grade) == (100, "A")


@pytest.fixture
def ranked(city: User) -> list[Assessment]:
    """Three platforms under a scheme by which the first third is A, whatever the points of the others."""
    scheme = scheme_with()
    cutoffs = {"A": Decimal("34"), "B": Decimal("67"), "C": Decimal("100")}
    for grade, share in cutoffs.items():
        SchemeCutoff.objects.filter(scheme=scheme, grade=grade).update(share=share, least=0)
    stage.started(stage.filed_round({"330212": {"A": 3}}), scheme=scheme, by=city)
    return list(Assessment.objects.order_by("application__number"))


def proposals() -> list[str]:
    return list(Assessment.objects.order_by("application__number").values_list("proposed_grade", flat=True))


def test_ranks_settle_when_the_last_platform_is_scored(ranked: list[Assessment], city: User, city2: User) -> None:
    done(ranked[0], "B", city)
    with pytest.raises(Refusal) as refused:
        stage_grade(assessment=ranked[0], grade=proposals()[0], by=city2, at=AT)
    assert str(refused.value) == "评价方案按名次评档，还有 2 个平台未完成评分，全部完成后才能暂定档次。"
    done(ranked[1], "A", city)
    done(ranked[2], "C", city)
    assert proposals() == ["B", "A", "C"]
    ranked[0].refresh_from_db()
    assert stage_grade(assessment=ranked[0], grade="B", by=city2, at=AT).staged_grade == "B"


def test_who_ties_shares_the_better_grade(ranked: list[Assessment], city: User) -> None:
    for row, letter in zip(ranked, ("A", "A", "C"), strict=True):
        done(row, letter, city)
    assert proposals() == ["A", "A", "C"]


def test_a_failed_gate_is_last_whatever_its_rank(ranked: list[Assessment], city: User) -> None:
    failed = {"gate-team": ScoreEntry(passed=False, evidence="无固定人员")}
    done(ranked[0], "A", city, **failed)
    done(ranked[1], "B", city)
    done(ranked[2], "C", city)
    assert proposals() == ["D", "A", "B"]


def test_sending_one_back_ranks_the_others_anew(ranked: list[Assessment], city: User) -> None:
    for row, letter in zip(ranked, ("A", "B", "C"), strict=True):
        done(row, letter, city)
    ranked[0].refresh_from_db()
    reopen(assessment=ranked[0], reason="满意度需复核", by=city, at=AT)
    # Of the two that are scored none lies within a third of two.
    assert proposals()[1:] == ["B", "C"]


def test_who_is_scored_anew_is_ranked_among_those_that_are_confirmed(
    ranked: list[Assessment], city: User, city2: User
) -> None:
    for row, letter in zip(ranked, ("A", "B", "C"), strict=True):
        done(row, letter, city)
    for row, grade in zip(ranked, ("A", "B", "C"), strict=True):
        stage_grade(assessment=row, grade=grade, by=city2, at=AT)
    apply_staged(evaluation=ranked[0].evaluation, by=city2, at=AT)
    ranked[0].refresh_from_db()
    reopen(assessment=ranked[0], reason="异议成立", by=city2, at=AT)
    ranked[0].refresh_from_db()
    done(ranked[0], "A", city)
    assert proposals() == ["A", "B", "C"]


@pytest.mark.clause("N29")
@pytest.mark.parametrize(
    ("setting", "grade", "reported"),
    [(MissingReport.LAST, "D", None), (MissingReport.RECORDED, "A", None), (MissingReport.ZERO, "A", 0)],
)
def test_a_missing_report_means_what_the_scheme_says(
    city: User, setting: str, grade: str, reported: int | None
) -> None:
    stage.started(stage.filed_round({"330212": {"A": 1}}), scheme=scheme_with(missing_report=setting), by=city)
    row = Assessment.objects.get()
    settle_unreported(assessments=[row], by=city, at=AT)
    row.refresh_from_db()
    assert row.scores.get(indicator__code="staff").reported == reported
    done(row, "A", city)
    assert (row.points, row.proposed_grade) == (100, grade)


def test_a_full_mark_is_explained_where_the_scheme_wants_it(city: User) -> None:
    stage.started(stage.filed_round({"330212": {"A": 1}}), scheme=scheme_with(explain_full=True), by=city)
    row = Assessment.objects.get()
    bare = entries_of("A", income=ScoreEntry(points=Decimal(8)))
    save_scores(assessment=row, entries=bare, revision=1, by=city, at=AT)
    with pytest.raises(ScoresRefused, match="得满分，请填写佐证与说明"):
        complete(assessment=row, by=city, at=AT)


def test_scores_keep_the_marks_of_the_scheme_as_it_was_locked(city: User) -> None:
    stage.started(stage.filed_round({"330212": {"A": 1}}), by=city)
    marks = {each.indicator.code: each.full_marks for each in Score.objects.select_related("indicator")}
    assert marks == {each.code: each.full_marks for each in Indicator.objects.all()}
