"""Whose scores a sheet holds: those of the city that count, or those of one judge; behind both the page is the same."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from evaluation.marking.admin.sheet import Row, figures_of, rows_of
from evaluation.marking.choices import AssessmentStatus, JudgedBy, SheetKind, SheetStatus
from evaluation.marking.models import Given
from evaluation.marking.queries.blindness import readable, readable_proofs
from evaluation.marking.queries.by_scheme import fails_unreported, scheme_of
from evaluation.marking.queries.neighbours import Place, place_of, place_of_sheet
from evaluation.marking.queries.proven import proven, proven_on
from evaluation.marking.services import assessments, sheets
from evaluation.marking.services.entering import ScoreEntry, gaps_of
from evaluation.models import Assessment, Mark, Proof, Score, Sheet
from evaluation.schemes import grading
from evaluation.schemes.grading import SchemeValue
from platforms.applications.choices import ApplicationStatus
from platforms.models import User
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.counted_period import period_of_round
from platforms.workbench.counted_figures import FIGURES
from platforms.workbench.queries.counting import records_url


class Subject:
    """One sheet before one person: what it holds, and whether this person fills it now."""

    assessment: Assessment
    sheet: Sheet | None
    row: Any
    #: Whether a grade follows from the scores; a judge gives points and no grade.
    is_graded = False

    def __init__(self, person: User) -> None:
        self.person = person

    @cached_property
    def figures(self) -> dict[int, Score]:
        """The scores that count, by indicator: they carry what was reported and counted."""
        rows = self.assessment.scores.select_related("indicator").order_by("indicator__order")
        return {score.indicator_id: score for score in rows}

    @cached_property
    def given(self) -> dict[str, Given]:
        """What the sheet holds, by code, in the order of the scheme."""
        raise NotImplementedError

    @cached_property
    def scheme(self) -> SchemeValue:
        return scheme_of(self.assessment)

    @property
    def gaps(self) -> dict[str, str]:
        """What is still missing of reasons and proofs, by code."""
        figures = {code: self.figures[each.indicator_id] for code, each in self.given.items()}
        return gaps_of(self.given, figures, proven=self.proven, explain_full=self.scheme.explain_full)

    @cached_property
    def proven(self) -> set[int]:
        """The keys of the indicators that something is beside."""
        return proven_on(self.assessment.pk, self.sheet)

    @property
    def outcome(self) -> grading.Outcome:
        """What the scheme gives for what the sheet holds."""
        entries = {code: each.entry() for code, each in self.given.items()}
        failed = bool(self.assessment.veto) or fails_unreported(self.assessment)
        return grading.grade(self.scheme, entries, vetoed=self.is_graded and failed)

    @property
    def is_judged_now(self) -> bool:
        """Whether scores of the platform can change at all."""
        assessment = self.assessment
        return (
            assessment.status == AssessmentStatus.OPEN
            and assessment.application.status == ApplicationStatus.ACCEPTED
            and assessment.evaluation.round.status != RoundStatus.PUBLISHED
        )

    @property
    def writes(self) -> bool:
        """Whether this person fills the sheet now."""
        raise NotImplementedError

    @property
    def place(self) -> Place:
        raise NotImplementedError

    def save(self, entries: Mapping[str, ScoreEntry], *, revision: int, at: datetime, **options: Any) -> Any:
        """Hand ``entries`` to the service of the sheet."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Forget what was read."""
        self.row.refresh_from_db()
        for name in ("figures", "given", "proven"):
            self.__dict__.pop(name, None)

    @property
    def proofs(self) -> QuerySet[Proof]:
        """What was put beside the scores of the platform, as far as this person may look at it."""
        return readable_proofs(self.assessment, self.person).select_related("file", "added_by", "sheet")

    def rows(self) -> dict[str, Row]:
        """Return the lines of the sheet with all that stands beside them."""
        rows = rows_of(self.given.values(), self.figures)
        gaps, proofs = self.gaps, self._by_indicator(self.proofs)
        county, others = self._county(), self._others()
        links = self._records_urls()
        for code, row in rows.items():
            row.gap = gaps.get(code, "")
            row.proofs = proofs.get(row.indicator.pk, ())
            row.county = county.get(code, {})
            row.others = others.get(code, ())
            row.records_url = links.get(code, "") if row.counted else ""
        return rows

    def _records_urls(self) -> dict[str, str]:
        """Return by code where the records behind the counted figures are listed, for who may open them."""
        period = period_of_round(self.assessment.evaluation.round)
        platform = self.assessment.application.platform_id
        if period is None or platform is None or not self.person.has_perm("platforms.view_platform"):
            return {}
        sources = {each.indicator.code: each.indicator.source for each in self.given.values()}
        return {code: records_url(name, platform, period) for code, name in sources.items() if name in FIGURES}

    def _by_indicator(self, proofs: Iterable[Proof]) -> dict[int, list[Proof]]:
        indicators = {score.pk: pk for pk, score in self.figures.items()}
        found: dict[int, list[Proof]] = {}
        for proof in proofs:
            found.setdefault(indicators[proof.score_id], []).append(proof)
        return found

    def _county(self) -> dict[str, dict[str, str]]:
        """Return what the county handed in, for the city's sheet."""
        return {}

    def _others(self) -> dict[str, tuple[str, ...]]:
        """Return what two assessors gave who differ, for the third."""
        return {}


class CitySheet(Subject):
    """The scores that count, as the city gives them."""

    sheet = None
    is_graded = True

    def __init__(self, row: Assessment, person: User) -> None:
        super().__init__(person)
        self.row = self.assessment = row

    @cached_property
    def given(self) -> dict[str, Given]:
        return {score.indicator.code: score for score in self.figures.values()}

    @property
    def writes(self) -> bool:
        return self.settles and self.assessment.evaluation.judged_by == JudgedBy.CITY and not self.is_assigned

    @cached_property
    def is_assigned(self) -> bool:
        """Whether assessors judge the platform, so that its scores follow from theirs."""
        return bool(self.assessment.sheets.filter(kind=SheetKind.ASSESSOR).exists())

    @property
    def settles(self) -> bool:
        """Whether this person can note a veto now, whoever gives the scores."""
        return self.is_judged_now and self.person.has_perm("evaluation.score_assessment")

    @property
    def place(self) -> Place:
        return place_of(self.row, self.person)

    def save(self, entries: Mapping[str, ScoreEntry], *, revision: int, at: datetime, **options: Any) -> Assessment:
        veto = {"veto": self.row.veto, "veto_fact": self.row.veto_fact}
        options = veto | options
        return assessments.save_scores(
            assessment=self.row, entries=entries, revision=revision, by=self.person, at=at, **options
        )

    def _county(self) -> dict[str, dict[str, str]]:
        own = self.assessment.sheets.filter(kind=SheetKind.COUNTY)
        marks = Mark.objects.filter(sheet__in=readable(own, self.person)).select_related("indicator")
        return {mark.indicator.code: figures_of(mark) for mark in marks}


class JudgeSheet(Subject):
    """The scores of one judge."""

    def __init__(self, row: Sheet, person: User) -> None:
        super().__init__(person)
        self.row, self.sheet, self.assessment = row, row, row.assessment

    @cached_property
    def given(self) -> dict[str, Given]:
        marks = self.row.marks.select_related("indicator").order_by("indicator__order")
        return {mark.indicator.code: mark for mark in marks}

    @property
    def writes(self) -> bool:
        region = self.assessment.application.region_id
        own = self.person.acts_for(region) if self.row.kind == SheetKind.COUNTY else self.row.judge_id == self.person.pk
        return (
            own
            and self.row.status == SheetStatus.OPEN
            and self.is_judged_now
            and self.person.has_perm("evaluation.fill_sheet")
        )

    @property
    def outcome(self) -> grading.Outcome:
        found = super().outcome
        # The sheet of a third holds only what two differ on; the rest is not missing.
        missing = tuple(code for code in found.missing if code in self.given)
        return grading.Outcome(found.points, found.grade, found.failed_gates, missing, found.lines)

    @property
    def place(self) -> Place:
        return place_of_sheet(self.row, self.person)

    def save(self, entries: Mapping[str, ScoreEntry], *, revision: int, at: datetime, **options: Any) -> Sheet:
        return sheets.save_marks(sheet=self.row, entries=entries, revision=revision, by=self.person, at=at, **options)

    def refresh(self) -> None:
        super().refresh()
        self.assessment = self.row.assessment

    def _others(self) -> dict[str, tuple[str, ...]]:
        if self.row.kind != SheetKind.THIRD or self.row.judge_id != self.person.pk:
            return {}
        marks = Mark.objects.filter(
            sheet__assessment=self.assessment,
            sheet__kind=SheetKind.ASSESSOR,
            indicator__in=[each.indicator_id for each in self.given.values()],
        ).select_related("indicator")
        found: dict[str, list[str]] = {}
        for mark in marks:
            found.setdefault(mark.indicator.code, []).append(_short(mark))
        # In an order that tells nothing of who gave which.
        return {code: tuple(sorted(told)) for code, told in found.items()}


def _short(mark: Mark) -> str:
    if mark.passed is not None:
        return "具备" if mark.passed else "不具备"
    figures = figures_of(mark)
    told = f"{figures['points'] or '未评'} 分" if figures["points"] else "未评"
    return f"{told}（核定数值 {figures['verified']}）" if figures["verified"] else told


def city_sheets(rows: Iterable[Assessment], person: User) -> dict[int, Subject]:
    """Return the sheets of many platforms by key, read in three questions."""
    made: dict[int, Subject] = {row.pk: CitySheet(row, person) for row in rows}
    scores = _by(Score.objects.filter(assessment__in=list(made)), "assessment_id")
    judged = Sheet.objects.filter(assessment__in=list(made), kind=SheetKind.ASSESSOR)
    assigned = set(judged.values_list("assessment", flat=True))
    proofs = proven(list(made), {})
    for pk, subject in made.items():
        subject.__dict__["is_assigned"] = pk in assigned
        subject.__dict__["proven"] = proofs[pk]
        subject.__dict__["figures"] = {score.indicator_id: score for score in scores.get(pk, ())}
    return _with_scheme(made)


def judge_sheets(rows: Iterable[Sheet], person: User) -> dict[int, Subject]:
    """Return many sheets of judges by key, one a platform, read in three questions."""
    made: dict[int, Subject] = {row.pk: JudgeSheet(row, person) for row in rows}
    platforms = {subject.assessment.pk for subject in made.values()}
    scores = _by(Score.objects.filter(assessment__in=platforms), "assessment_id")
    marks = _by(Mark.objects.filter(sheet__in=list(made)), "sheet_id")
    proofs = proven(platforms, {subject.assessment.pk: subject.sheet for subject in made.values()})
    for pk, subject in made.items():
        own = scores.get(subject.assessment.pk, ())
        subject.__dict__["figures"] = {score.indicator_id: score for score in own}
        subject.__dict__["proven"] = proofs[subject.assessment.pk]
        subject.__dict__["given"] = {mark.indicator.code: mark for mark in marks.get(pk, ())}
    return _with_scheme(made)


def _by(rows: QuerySet, key: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows.select_related("indicator").order_by("indicator__order"):
        found.setdefault(getattr(row, key), []).append(row)
    return found


def _with_scheme(subjects: dict[int, Subject]) -> dict[int, Subject]:
    known: dict[int, SchemeValue] = {}
    for subject in subjects.values():
        key = subject.assessment.evaluation.scheme_id
        if key not in known:
            known[key] = subject.scheme
        subject.__dict__["scheme"] = known[key]
    return subjects
