"""A round in its fourth phase, everything through the services: reports, first scores, assessors, staged grades."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from evaluation.flags.choices import FlagKind, FlagReader
from evaluation.flags.services import raise_flag
from evaluation.marking.choices import SheetKind, SheetStatus
from evaluation.marking.models import Given
from evaluation.marking.services import assessments, assigning, sheets, staging
from evaluation.marking.services.entering import ScoreEntry, decimal_of
from evaluation.marking.services.start import start_evaluation
from evaluation.models import Assessment, Evaluation, Score, SelfReport, Sheet
from evaluation.schemes.choices import Method
from evaluation.schemes.grading import Entry, points_of
from evaluation.schemes.services import load_default_scheme
from evaluation.self_reports.queries.lines import Line, lines_of
from evaluation.self_reports.services import checking, filling, links, settling
from evaluation.self_reports.services.filling import LineEntry
from evaluation.visits import services as visits
from ningbo_windows.demo import words
from ningbo_windows.demo.calendar import at, judging
from ningbo_windows.demo.drawing import Draw
from ningbo_windows.demo.world import World
from platforms.models import Application, Round, User
from platforms.periodic_reports.services import acceptance

#: Of the days since the start: reports due, first scores due; the counties hand in, the city scores, grades are staged.
REPORTS, FIRST_SCORES, HANDED_IN, SCORED, STAGED = 8, 15, 12, 16, 18
#: By place in the list of platforms: never reported, sent back, not checked yet, and far from what was recorded.
SILENT, SENT_BACK, UNCHECKED, FAR_OFF = (11, 19), 16, 18, 9
#: By place in the list of platforms: judged by two assessors, of them one pair that differs; withdrawn late.
BY_ASSESSORS, DIFFERING, WITHDRAWN = (0, 1, 2, 3), 1, -1
FAR = {"venue": ScoreEntry(points=Decimal(2), evidence="窗口与其他单位合用，未见独立标识。")}
#: By place in the list of platforms: visited by the city, and asked about at its county.
VISITED, ASKED = 13, 5
CONFLICT = "曾为该平台运营单位提供咨询服务，申请回避。"


def judge(world: World, row: Round) -> None:
    """Bring the evaluation of ``row`` to where it stands on the day of the demo."""
    draw, started = Draw(f"评价 {world.scale}"), judging(world.today).evaluated
    city, city2 = world.people["city"], world.people["city2"]
    evaluation = start_evaluation(
        round=row,
        scheme=load_default_scheme(),
        self_reports_by=started + timedelta(days=REPORTS),
        first_scores_by=started + timedelta(days=FIRST_SCORES),
        by=city,
        at=at(started, 9, 30),
    )
    rows = list(
        evaluation.assessments.select_related("application__region", "application__platform", "frozen_form")
        .order_by("application__number")
    )  # fmt: skip
    _report(world, draw, evaluation, started)
    _first_scores(world, draw, rows, started + timedelta(days=HANDED_IN))
    rows = _in_turn(rows)
    _assess(world, draw, rows, started + timedelta(days=HANDED_IN))
    _look_into(world, rows, started + timedelta(days=SCORED - 2))
    done = _score(draw, rows, by=city, day=started + timedelta(days=SCORED))
    _stage(done, by=city2, at_=at(started + timedelta(days=STAGED), 15))
    _withdraw(world, rows[WITHDRAWN], at(started + timedelta(days=STAGED), 16))


def _report(world: World, draw: Draw, evaluation: Evaluation, started: date) -> None:
    """Let the units report of themselves: most are checked, one waits, one was sent back, two never answered."""
    reports = SelfReport.objects.filter(assessment__evaluation=evaluation).select_related(
        "assessment__application__region", "assessment__evaluation__round"
    )
    rows = list(reports.order_by("assessment__application__number"))
    for place, report in enumerate(rows):
        region = report.assessment.application.region
        officer = world.officers[region.code] if region else world.people["city"]
        minute = timedelta(minutes=place)
        link = links.send(report=report, by=officer, at=at(started + timedelta(days=1), 10) + minute).link
        if place in SILENT:
            continue
        written = at(started + timedelta(days=2 + place % 5), 14) + minute
        counted = dict(report.assessment.scores.values_list("indicator__code", "counted"))
        entries = {
            line.asked.code: _line(draw, line, counted.get(line.asked.code), far=place == FAR_OFF)
            for line in lines_of(report)
        }
        saved = filling.save(link=link, entries=entries, version=report.version, at=written)
        handed = filling.hand_in(link=link, filled_by=draw.person(), version=saved.version, at=written)
        checked = at(started + timedelta(days=REPORTS), 9) + minute
        if place == SENT_BACK:
            checking.send_back(report=handed, questions={"staff": "请附社保缴纳名单。"}, by=officer, at=checked)
        elif place != UNCHECKED:
            checking.check(report=handed, by=officer, at=checked)
    settling.settle(evaluation=evaluation, by=world.people["city"], at=at(started + timedelta(days=REPORTS + 1), 9))


def _line(draw: Draw, line: Line, counted: Decimal | None, *, far: bool) -> LineEntry:
    """Return what a unit writes for one indicator: what was recorded or stated, or far more."""
    near = counted if counted is not None else line.stated or _guess(draw, line)
    value = near * 3 if far and near > 20 else near
    return LineEntry(value=value if line.asked.takes_value else None, remark=draw.one(words.EVIDENCE))


def _guess(draw: Draw, line: Line) -> Decimal:
    """Return a figure that nobody recorded or stated."""
    return Decimal(draw.between(88, 99) if line.row.indicator.unit == "%" else draw.between(1, 6))


def _first_scores(world: World, draw: Draw, rows: Iterable[Assessment], day: date) -> None:
    """Let the counties fill and hand in; one has begun only, and one has not looked yet."""
    by_region: dict[int, list[Sheet]] = {}
    waiting = Sheet.objects.filter(assessment__in=list(rows), kind=SheetKind.COUNTY)
    for sheet in waiting.select_related("assessment__application__region").order_by("assessment__application__number"):
        by_region.setdefault(sheet.assessment.application.region_id or 0, []).append(sheet)
    regions = list(by_region.values())
    for number, own in enumerate(regions):
        if number == len(regions) - 1:
            continue
        region = own[0].assessment.application.region
        assert region is not None
        officer = world.officers[region.code]
        for place, sheet in enumerate(own):
            moment = at(day, 9, 10 + number * 3) + timedelta(minutes=7 * place)
            entries = _entries(draw, sheet.assessment, sheet.marks, aim=draw.between(70, 94))
            begun = number == len(regions) - 2
            some = dict(list(entries.items())[: 8 if begun else None])
            sheets.save_marks(
                sheet=sheet, entries=some, revision=sheet.revision, by=officer, at=moment, finish=not begun
            )


def _in_turn(rows: list[Assessment]) -> list[Assessment]:
    """Return ``rows`` with those first that assessors may judge: their county has handed in. The last stays last."""
    open_ = set(
        Sheet.objects.filter(kind=SheetKind.COUNTY, status=SheetStatus.OPEN).values_list("assessment", flat=True)
    )
    ready = [row for row in rows if row.pk not in open_]
    later = [row for row in rows if row.pk in open_]
    return [*ready[: len(BY_ASSESSORS)], *later, *ready[len(BY_ASSESSORS) :]]


def _assess(world: World, draw: Draw, rows: list[Assessment], day: date) -> None:
    """Assign two assessors to some: a pair agrees, a pair differs, one has not handed in, one has a conflict."""
    city = world.people["city"]
    first, second, third = (world.people[name] for name in ("assessor", "assessor2", "assessor3"))
    if len(rows) <= len(BY_ASSESSORS):
        return
    chosen = [rows[place] for place in BY_ASSESSORS]
    assigned = at(day, 10)
    pairs = {
        row.pk: [assigning.assign(assessment=row, judge=judge_, by=city, at=assigned) for judge_ in (first, second)]
        for row in chosen
    }
    for place, row in enumerate(chosen[:3]):
        aim = draw.between(78, 92)
        for number, sheet in enumerate(pairs[row.pk]):
            if place == 2 and number == 1:
                continue
            far = number == 1 and place == DIFFERING
            entries = {**_entries(draw, row, sheet.marks, aim=aim), **(FAR if far else {})}
            person = sheet.judge
            assert person is not None
            sheets.save_marks(
                sheet=sheet, entries=entries, revision=sheet.revision, by=person, finish=True,
                at=at(day + timedelta(days=1), 14 + number, 5 * place),
            )  # fmt: skip
    for sheet in Sheet.objects.filter(assessment=chosen[DIFFERING], kind=SheetKind.THIRD):
        assigning.assign_third(sheet=sheet, judge=third, by=city, at=at(day + timedelta(days=2), 9))
    own = pairs[chosen[3].pk][0]
    assigning.declare_conflict(
        assessment=own.assessment, person=first, reason=CONFLICT, by=first, at=at(day + timedelta(days=2), 10)
    )


def _look_into(world: World, rows: list[Assessment], day: date) -> None:
    """Ask a county and the city's own officers to look into something, and write down a visit."""
    city, city2 = world.people["city"], world.people["city2"]
    # A smaller city has fewer platforms.
    seen = rows[VISITED % len(rows)]
    asked = next(row for row in (*rows[ASKED % len(rows) :], *rows) if row.application.region_id is not None)
    raise_flag(
        assessment=asked, kind=FlagKind.MISMATCH, text=words.FLAG_FOR_COUNTY, for_whom=FlagReader.COUNTY, by=city,
        at=at(day, 10, 20),
    )  # fmt: skip
    raise_flag(
        assessment=seen, kind=FlagKind.VISIT, text=words.FLAG_FOR_CITY, for_whom=FlagReader.CITY, by=city2,
        at=at(day, 11),
    )  # fmt: skip
    visits.record(
        application=seen.application, visited_on=day + timedelta(days=1), people=f"{city.name}、{city2.name}",
        findings=words.FINDINGS, by=city, at=at(day + timedelta(days=1), 16, 30),
    )  # fmt: skip


def _score(draw: Draw, rows: list[Assessment], *, by: User, day: date) -> list[Assessment]:
    """Score half of those that the city judges itself; one of them comes to stand half a point below a cut-off."""
    own = [row for place, row in enumerate(rows) if place not in BY_ASSESSORS and row is not rows[WITHDRAWN]]
    done = own[: len(own) // 2]
    for place, row in enumerate(done):
        aim = _below_a_cutoff(row) if place == 0 else draw.between(62, 95)
        entries = _entries(draw, row, row.scores, aim=aim)
        assessments.save_scores(
            assessment=row, entries=entries, revision=row.revision, by=by, finish=True,
            at=at(day, 9) + timedelta(minutes=25 * place),
        )  # fmt: skip
    return done


def _stage(rows: list[Assessment], *, by: User, at_: datetime) -> None:
    """Stage some as proposed, one a grade higher with its reason, and one two grades apart, which waits."""
    for place, row in enumerate(rows[:5]):
        row.refresh_from_db()
        codes = row.terms.grade_codes
        own = codes.index(row.proposed_grade)
        away = (0, 0, 0, 1, 2)[place]
        grade = codes[own - away] if own >= away else codes[min(own + away, len(codes) - 1)]
        reason = words.RAISED if grade != row.proposed_grade else ""
        staging.stage(assessment=row, grade=grade, reason=reason, by=by, at=at_ + timedelta(minutes=4 * place))


def _withdraw(world: World, row: Assessment, moment: datetime) -> None:
    """Take the application back after its county handed in a score."""
    application: Application = row.application
    officer = world.officers[application.region.code] if application.region else world.people["city"]
    acceptance.withdraw(application=application, reason=words.WITHDRAWALS[0], by=officer, at=moment)


def _entries(draw: Draw, row: Assessment, given: object, *, aim: Fraction | int) -> Mapping[str, ScoreEntry]:
    """Return what a judge finds: values as counted, points so that the sum comes to ``aim`` where it can."""
    figures = {score.indicator.code: score for score in row.scores.select_related("indicator")}
    lines: list[Given] = list(given.select_related("indicator"))  # type: ignore[attr-defined]
    entries: dict[str, ScoreEntry] = {}
    for line in lines:
        indicator, figure = line.indicator, figures[line.indicator.code]
        if indicator.method == Method.GATE:
            entries[indicator.code] = ScoreEntry(passed=True)
        elif indicator.method != Method.SCORED:
            value = figure.counted if figure.counted is not None else figure.stated or Decimal(0)
            told = "" if figure.counted is not None else "按现场核查记录"
            entries[indicator.code] = ScoreEntry(verified=value, evidence=told)
    scored = [line.indicator for line in lines if line.indicator.method == Method.SCORED]
    left = Fraction(aim) - _counted_points(lines, entries)
    full = sum((Fraction(each.full_marks) for each in scored), Fraction(0))
    for indicator in scored:
        most = Fraction(indicator.full_marks)
        points = min(most, max(Fraction(round(left * most / full * 2), 2), Fraction(0))) if full else Fraction(0)
        entries[indicator.code] = ScoreEntry(
            points=decimal_of(points),
            evidence=draw.one(words.EVIDENCE) if points == most else draw.one(words.FAULTS),
        )
    return entries


def _counted_points(lines: Iterable[Given], entries: Mapping[str, ScoreEntry]) -> Fraction:
    found = Fraction(0)
    for line in lines:
        verified = entries[line.indicator.code].verified if line.indicator.code in entries else None
        if verified is not None:
            found += points_of(line.indicator.value(), Entry(verified=Fraction(verified))) or 0
    return found


def _below_a_cutoff(row: Assessment) -> Fraction:
    """Return half a point less than the lowest cut-off above what the counted values give."""
    scores: list[Score] = list(row.scores.select_related("indicator"))
    counted = sum((Fraction(score.points) for score in scores if score.points is not None), Fraction(0))
    cutoffs = sorted(least for _, least in row.evaluation.scheme.value().cutoffs)
    return next((least for least in cutoffs if least > counted + 10), cutoffs[-1]) - Fraction(1, 2)
