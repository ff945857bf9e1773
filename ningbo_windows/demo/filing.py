"""Applications in bulk: the rows that the services leave behind, without their thousands of queries.

A test sends one case through the services as well and compares.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ningbo_windows.demo.attachments import keep_files
from ningbo_windows.demo.cases import MOVES, Case, Step
from ningbo_windows.demo.chronicle import ROW_MODELS, write_history
from ningbo_windows.demo.ledger import Ledger, take_numbers
from ningbo_windows.demo.questions import write_answers
from ningbo_windows.demo.reports import write_reports
from platforms import deadlines
from platforms.applications.correction import default_due
from platforms.applications.models.platform import Site
from platforms.applications.queries.forms import proposed_name
from platforms.applications.queries.questions import asked
from platforms.applications.services.drafts import local_day
from platforms.applications.workflow import APPLICATION
from platforms.models import Application, Platform, Round
from platforms.rounds.queries.calendar_days import known_days
from platforms.tasks.services import tasks

SITE = ("type", "region", "town", "park", "association", "industry_chain")
BATCH = 500


def file_cases(cases: Sequence[Case], *, round: Round, ledger: Ledger, quota: Mapping[int, int]) -> None:
    """Write ``cases`` into ``round``; ``quota`` maps keys of regions to places. The events are left in ``ledger``."""
    cases = sorted(cases, key=lambda case: case.steps[0].at)
    numbers = take_numbers(f"application:{round.year}", len(cases))
    asked_by_type = {type: asked(round, type) for type in {case.site.type for case in cases}}
    for case, number in zip(cases, numbers, strict=True):
        case.application = _application(case, round, f"{round.year}-{number:04d}")
        case.asked = asked_by_type[case.site.type]
    _give_reasons(cases, quota)
    _find_platforms(cases)
    Application.objects.bulk_create([case.application for case in cases], batch_size=BATCH)
    tasks.sync(round=round, platforms=[case.application.platform for case in cases if case.application.platform])
    _write_rows(cases)
    write_answers(cases)
    keep_files(cases)
    write_history(cases, ledger)
    write_reports(cases, round=round, ledger=ledger)


def _application(case: Case, round: Round, number: str) -> Application:
    """Return the application as the steps leave it."""
    first = case.steps[0]
    assert first.by is not None  # drafts are made by officers
    row = Application(round=round, number=number, created_by=first.by, created_at=first.at, saved_at=first.at)
    for name in SITE:
        setattr(row, name, getattr(case.site, name))
    row.name = proposed_name(row)
    row.version = 1
    for step in case.steps[1:]:
        if step.kind in ("section", "correct"):
            for name, value in case.values_of(step).items():
                setattr(row, name, value)
        if step.kind in ("section", "correct", "rows"):
            row.version, row.saved_at = row.version + 1, step.at
        elif step.name == "check":
            row.checked_version, row.checked_at, row.checked_by = row.version, step.at, step.by
        elif step.name in MOVES:
            _move(row, step)
    return row


def _move(row: Application, step: Step) -> None:
    row.status = APPLICATION.move(step.name).target
    if step.name in ("submit", "return", "resubmit"):
        row.version += 1
    if step.name in ("submit", "resubmit"):
        row.last_submitted_at = step.at
    if step.name == "submit":
        row.submitted_at, row.is_late = step.at, deadlines.came_late(row.round.report_due_on, step.at)
    elif step.name == "return":
        row.correction_due_on = step.due_on or default_due(local_day(step.at), known_days())
    elif step.name == "accept":
        row.accepted_at, row.city_opinion = step.at, step.reason
    elif step.name == "withdraw":
        row.withdrawn_at = step.at


def _give_reasons(cases: Iterable[Case], quota: Mapping[int, int]) -> None:
    """Keep the reason for going over the quota (三) on the applications that did go over it, and on no other."""
    moments: list[tuple[datetime, str, Case, Step]] = [
        (step.at, case.application.number, case, step)
        for case in cases
        for step in case.steps
        if step.name in ("submit", "withdraw") and case.application.region_id
    ]
    used: defaultdict[int, int] = defaultdict(int)
    for _, _, case, step in sorted(moments, key=lambda moment: moment[:2]):
        region = case.application.region_id or 0
        if step.name == "withdraw":
            used[region] -= 1
            continue
        if region in quota and used[region] >= quota[region]:
            case.application.over_quota_reason = step.reason
        used[region] += 1


def _find_platforms(cases: Iterable[Case]) -> None:
    """Give each accepted application its platform: the one at its place, or a new one with the next code."""
    accepted = [(step.at, case.application) for case in cases if (step := case.step("accept"))]
    known = {_place(platform): platform for platform in Platform.objects.all()}
    fresh: defaultdict[str, list[Platform]] = defaultdict(list)
    touched: list[Platform] = []
    for at, row in sorted(accepted, key=lambda pair: (pair[0], pair[1].number)):
        platform = known.get(_place(row))
        if platform is None:
            platform = known[_place(row)] = Platform(**{name: getattr(row, name) for name in SITE})
            platform.accepted_on = local_day(at)
            fresh[row.region.code if row.region else "HY"].append(platform)
        else:
            touched.append(platform)
        platform.name, platform.operator_name, platform.operator_code = row.name, row.operator_name, row.operator_code
        platform.industry_chain = row.industry_chain
        row.platform = platform
    for prefix, platforms in fresh.items():
        for platform, number in zip(platforms, take_numbers(f"platform:{prefix}", len(platforms)), strict=True):
            platform.code = f"{prefix}-{number:03d}"
    Platform.objects.bulk_create([each for some in fresh.values() for each in some], batch_size=BATCH)
    Platform.objects.bulk_update(touched, ["name", "operator_name", "operator_code", "industry_chain"], batch_size=100)


def _place(site: Site) -> tuple[object, ...]:
    return site.type, site.region_id, None if site.park_id else site.town_id, site.park_id, site.association


def _write_rows(cases: Iterable[Case]) -> None:
    for kind, model in ROW_MODELS.items():
        model._default_manager.bulk_create(
            [
                model(application=case.application, **values)
                for case in cases
                if case.step(f"rows:{kind}")
                for values in case.form.rows[kind]
            ],
            batch_size=BATCH,
        )
