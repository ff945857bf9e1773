"""What the demo writes in bulk is what the services would have left behind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from evaluation.marking.services import assessments as marking
from evaluation.marking.services import staging
from evaluation.marking.services.entering import ScoreEntry
from evaluation.marking.services.start import start_evaluation
from evaluation.models import Assessment, Score
from ningbo_windows.demo import calendar, mails
from ningbo_windows.demo.cases import LINK_DAYS, Case, Step
from ningbo_windows.demo.drawing import Draw
from ningbo_windows.demo.filing import file_cases
from ningbo_windows.demo.histories import Maker
from ningbo_windows.demo.marking import mark
from ningbo_windows.demo.papers import paper
from ningbo_windows.demo.questions import ask
from ningbo_windows.demo.reports import together
from ningbo_windows.demo.rounds import set_up_round
from ningbo_windows.demo.world import World
from platforms.applications.queries.corrections import asked_now
from platforms.applications.queries.forms import form_data
from platforms.applications.queries.questions import asked
from platforms.applications.sections import ROW_KINDS
from platforms.applications.services import attachments, batches, corrections, filing, fill_links
from platforms.applications.services import drafts as applications
from platforms.audit.services import audit
from platforms.models import Application, AuditEvent, BatchItem, FillLink, Mail, Platform, Round, Task
from platforms.periodic_reports.services import acceptance
from platforms.reference.services import load_reference
from platforms.rounds.services.rounds import move_round
from tests import factories
from tests.factories import default_scheme as load_default_scheme

pytestmark = pytest.mark.django_db
TODAY = date(2031, 4, 8)
DATES = calendar.current(TODAY)
#: Differ between two rounds of different years, or by the order in which rows were made.
#: What is its own of each row, and what nobody has counted yet.
OTHER = {"id", "number", "round_id", "platform_id", "gap_count", "gaps_version"}


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, Round, Round]]:
    """Regions, people, parks, and two rounds that take filings; gone after this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_reference(folder=settings.REFERENCE_DIR, outline=settings.MAP_OUTLINE, at=calendar.at(calendar.SET_UP_ON))
        factories.notice()
        world = World(TODAY, 1, Draw("probe"))
        world.set_up("!")
        rounds = [set_up_round(world, replace(DATES, year=year), cap=1_000_000) for year in (2031, 2032)]
        for row in rounds:
            ask(row, by=world.people["city"], at=calendar.at(DATES.opened, 10))
        # Once for all: PostgreSQL would check every key anew at the end of each test.
        connection.check_constraints()
        yield world, *rounds
        transaction.set_rollback(True)


@pytest.fixture
def world(stage: tuple[World, Round, Round]) -> World:
    return stage[0]


@pytest.fixture
def rounds(stage: tuple[World, Round, Round]) -> tuple[Round, Round]:
    """The first is filled in bulk, the second through the services."""
    return stage[1:]


def through_the_services(case: Case, round: Round) -> Application:
    """Do to a new application of ``round`` what ``case`` says was done."""
    first = case.steps[0]
    assert first.by is not None
    site = case.site
    row = applications.create(
        round=round, type=site.type, region=site.region, town=site.town, park=site.park,
        association=site.association, industry_chain=site.industry_chain, by=first.by, at=first.at,
    )  # fmt: skip
    for step in case.steps[1:]:
        done = _do(case, step, row)
        row = done if done is not None else Application.objects.get(pk=row.pk)
    return Application.objects.get(pk=row.pk)


def _do(case: Case, step: Step, row: Application) -> Application | None:
    who: dict[str, Any] = {"by": step.by, "at": step.at}
    written = {**who, "version": row.version, "actor": "" if step.by else case.actor}
    if step.kind in ("section", "correct"):
        answers = {each.key: value for each, value in case.answers_of(step, asked(row.round, row.type))}
        values = {**case.values_of(step), **answers}
        return applications.save_section(application=row, section=step.part, values=values, **written)
    if step.kind == "rows":
        return applications.save_rows(application=row, section=step.part, rows=case.form.rows[step.part], **written)
    if step.name == "files":
        for key, name in case.form.files:
            upload, (kind, _, rule) = SimpleUploadedFile(name, paper(name)[0]), key.partition(":")
            actor = written["actor"]
            attachments.add(application=row, kind=kind, rule_kind=rule, upload=upload, actor=actor, **who)
    elif step.kind == "replace":
        old = row.attachments.get(kind=step.part, replaced_at__isnull=True)
        upload = SimpleUploadedFile(step.values["name"], paper(step.values["name"])[0])
        attachments.replace_file(attachment=old, upload=upload, **who)
    elif step.name == "link":
        part = step.values.get("section", "")
        fill_links.issue(application=row, recipient=case.recipient, days=LINK_DAYS, section=part, **who)
    elif step.name in ("open", "hand_over"):
        link = FillLink.objects.get(application=row)
        (fill_links.open_link if step.name == "open" else fill_links.hand_over)(link=link, at=step.at)
    elif step.name == "submit":
        batches.report(
            round=row.round, region=row.region, applications={row: row.version}, over_quota_reason=step.reason, **who
        )
    elif step.kind == "answer":
        corrections.answer(item=asked_now(row).order_by("pk")[int(step.part)], text=step.reason, **who)
    elif step.name == "check":
        corrections.check(application=row, version=row.version, **who)
    elif step.name == "resubmit":
        left = {item.pk: step.reason for item in asked_now(row) if not item.answer}
        filing.resubmit(application=row, version=row.version, answer=step.reason, answers=left, **who)
    elif step.name == "return":
        filing.return_for_correction(application=row, reason=step.reason, items=step.items, due_on=step.due_on, **who)
    elif step.name == "accept":
        acceptance.accept(application=row, opinion=step.reason, **who)
    elif step.name == "withdraw":
        acceptance.withdraw(application=row, reason=step.reason, **who)
    return None


def traces(row: Application) -> dict[str, Any]:
    """Everything that is there of an application, without keys and numbers."""
    form = form_data(row)
    # Each round has its own questions, and keys of its own for them.
    form["questions"] = _without_keys(form)
    form["site"] = {name: value for name, value in form["site"].items() if name not in ("number", "year")}
    fields = {field.attname: getattr(row, field.attname) for field in Application._meta.concrete_fields}
    events = AuditEvent.objects.filter(object_type="申报表", object_pk=str(row.pk)).order_by("serial")
    names = ("at", "verb", "actor", "actor_name", "actor_role", "reason", "result", "address", "changes")
    return {
        "fields": {name: value for name, value in fields.items() if name not in OTHER},
        "form": form,
        "rows": {kind.name: getattr(row, kind.name).count() for kind in ROW_KINDS},
        "versions": [
            {
                **version.data,
                "site": None,
                "questions": _without_keys(version.data),
                "at": version.submitted_at,
                "by": version.submitted_by_id,
            }
            for version in row.versions.all()
        ],
        "reports": [_report(item) for item in BatchItem.objects.filter(application=row).select_related("batch")],
        "tasks": list(
            Task.objects.filter(template__round=row.round, platform=row.platform)
            .order_by("template__phase", "template__position")
            .values_list("template__title", "due_on", "done_at", "dropped")
        ),
        "moves": list(row.moves.values_list("name", "label", "source", "target", "reason", "at", "by")),
        "questions": list(
            row.corrections.order_by("pk").values_list(
                "level",
                "turn",
                "section",
                "field",
                "text",
                "asked_at",
                "asked_by",
                "asked_in__at",
                "answer",
                "answered_at",
                "answered_by",
                "answerer",
            )
        ),
        "files": list(
            row.attachments.values_list(
                "kind",
                "rule_kind",
                "shown_name",
                "media_type",
                "size",
                "digest",
                "uploaded_by",
                "uploaded_at",
                "replaces__shown_name",
                "replaced_at",
            )
        ),
        "links": list(
            row.fill_links.values_list(
                "recipient", "section", "created_at", "expires_at", "opened_at", "handed_over_at"
            )
        ),
        "events": list(events.values(*names)),
    }


def _without_keys(form: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**each, "key": ""} for each in form["questions"]]


def _report(item: BatchItem) -> dict[str, Any]:
    """The receipt that an application is in, without what a round is called."""
    batch = item.batch
    events = AuditEvent.objects.filter(object_type="上报", object_pk=str(batch.pk))
    kept = {"id", "round_id", "number"}
    return {
        "batch": {f.attname: getattr(batch, f.attname) for f in batch._meta.concrete_fields if f.attname not in kept},
        "number": batch.number.removeprefix(f"SB{batch.round.year}-"),
        "items": list(batch.items.values_list("position", "version__number")),
        "events": list(events.values_list("at", "verb", "actor", "reason", "changes")),
    }


def in_bulk(world: World, case: Case, round: Round) -> Application:
    quota = dict(round.quotas.values_list("region", "places"))
    file_cases([case], round=round, ledger=world.ledger, quota=quota)
    world.ledger.write()
    return Application.objects.get(pk=case.application.pk)


@pytest.mark.parametrize(
    ("code", "place", "outcome"),
    [
        ("330212", "姜山镇", "accepted"),
        ("330212", "园1", "again"),
        ("330281", "泗门镇", "returned"),
        ("330281", "陆埠镇", "overdue"),
        ("330281", "阳明街道", "twice"),
        ("GXQ", "园2", "checked"),
        ("330282", "周巷镇", "withdrawn"),
        ("HY", "会3", "submitted"),
        ("GXQ", "本区", "full"),
        ("HZW", "庵东镇", "half"),
        ("330203", "古林镇", "new"),
        ("330212", "横溪镇", "sent"),
        ("330212", "五乡镇", "handed"),
        ("330212", "云龙镇", "link"),
    ],
)
def test_an_application_in_bulk_leaves_the_same_traces(
    world: World, rounds: tuple[Round, Round], code: str, place: str, outcome: str
) -> None:
    case = Maker(world, DATES).running(code, place, outcome)
    bulk = in_bulk(world, case, rounds[0])
    assert traces(bulk) == traces(through_the_services(case, rounds[1]))
    assert list(audit.breaks()) == []
    assert Platform.objects.count() == (1 if outcome == "accepted" else 0)


def test_a_report_of_several_in_bulk_leaves_the_same_receipt(world: World, rounds: tuple[Round, Round]) -> None:
    """What is ready within the same days goes in at the moment of the last, by number."""
    maker = Maker(world, DATES)
    cases = [maker.running("330212", place, "submitted") for place in ("姜山镇", "五乡镇", "云龙镇")]
    moments = [case.steps[-1].at for case in cases]
    together(cases, due=rounds[0].report_due_on)
    assert {case.steps[-1].at for case in cases} == {max(moments)}
    file_cases(cases, round=rounds[0], ledger=world.ledger, quota={})
    world.ledger.write()
    drafts = []
    for case in sorted(cases, key=lambda case: case.steps[0].at):
        draft = replace(case, steps=case.steps[:-1])
        drafts.append(through_the_services(draft, rounds[1]))
    last = cases[0].steps[-1]
    batches.report(
        round=rounds[1], region=drafts[0].region, applications={row: row.version for row in drafts},
        over_quota_reason=last.reason, by=last.by, at=last.at,
    )  # fmt: skip
    bulk, served = (_report(BatchItem.objects.filter(batch__round=each)[0]) for each in rounds)
    assert bulk == served
    assert bulk["items"] == [(1, 1), (2, 1), (3, 1)]
    assert list(audit.breaks()) == []


def test_going_over_the_quota_in_bulk_keeps_the_reason(world: World, rounds: tuple[Round, Round]) -> None:
    for round in rounds:
        round.quotas.update(places=0)
    case = Maker(world, DATES).running("330212", "姜山镇", "submitted")
    bulk = in_bulk(world, case, rounds[0])
    assert bulk.over_quota_reason != ""
    assert traces(bulk) == traces(through_the_services(case, rounds[1]))


@pytest.mark.parametrize(
    ("outcome", "kinds"), [("returned", ["returned"]), ("again", ["returned"]), ("accepted", ["accepted"])]
)
def test_the_mails_of_the_demo_are_those_that_the_services_write(
    world: World, rounds: tuple[Round, Round], outcome: str, kinds: list[str]
) -> None:
    case = Maker(world, DATES).running("330212", "横溪镇", outcome)
    bulk = in_bulk(world, case, rounds[0])
    written = [mail for each in case.steps if (mail := mails.of_step(case, each))]
    served = Mail.objects.filter(application=through_the_services(case, rounds[1])).order_by("pk")
    assert [mail.kind for mail in written] == kinds
    assert [told(mail, bulk) for mail in written] == [told(mail, mail.application) for mail in served]


def told(mail: Mail, row: Application) -> tuple[Any, ...]:
    """Who is told what, when and by whom; number and year of the application left out."""
    text = f"{mail.subject}|{mail.body}".replace(row.number, "编号").replace(str(row.round), "年度")
    return mail.kind, mail.recipient, mail.address, text, mail.created_at, mail.created_by, mail.state, mail.problem


@pytest.mark.parametrize("outcome", ["A", "A+", "B", "C", "D", "D!", "D?"])
def test_marks_in_bulk_leave_the_same_traces(world: World, rounds: tuple[Round, Round], outcome: str) -> None:
    case = Maker(world, DATES).finished("330212", "姜山镇", outcome)
    in_bulk(world, case, rounds[0])
    through_the_services(case, rounds[1])
    city = world.people["city"]
    scheme = load_default_scheme()
    evaluations = []
    for round in rounds:
        move_round(round=round, name="close_filing", by=city, at=calendar.at(DATES.closed), reason="已截止")
        started = calendar.at(DATES.evaluated)
        evaluations.append(
            start_evaluation(
                round=round,
                scheme=scheme,
                self_reports_by=DATES.evaluated,
                first_scores_by=DATES.evaluated,
                by=city,
                at=started,
            )
        )
    mark(world, evaluations[0], [case], start=DATES.evaluated + timedelta(days=1), end=DATES.decided)
    world.ledger.write()
    bulk = Assessment.objects.get(evaluation=evaluations[0])
    served = _mark_again(bulk, Assessment.objects.get(evaluation=evaluations[1]))
    assert bulk.grade == outcome[0]
    assert _scores(bulk) == _scores(served)
    assert _marks(bulk) == _marks(served)
    assert list(audit.breaks()) == []


def _mark_again(bulk: Assessment, other: Assessment) -> Assessment:
    """Give ``other`` through the services what ``bulk`` has."""
    entries = {
        score.indicator.code: ScoreEntry(score.passed, score.verified, score.points, score.evidence)
        for score in bulk.scores.select_related("indicator")
    }
    assert bulk.scored_by is not None
    assert bulk.scored_at is not None
    assert bulk.confirmed_by is not None
    assert bulk.confirmed_at is not None
    marking.save_scores(
        assessment=other, entries=entries, revision=other.revision, by=bulk.scored_by, at=bulk.scored_at,
        veto=bulk.veto, veto_fact=bulk.veto_fact, finish=True,
    )  # fmt: skip
    staging.stage(
        assessment=other, grade=bulk.grade, reason=bulk.grade_reason, by=bulk.confirmed_by, at=bulk.confirmed_at
    )
    staging.apply_staged(evaluation=other.evaluation, by=bulk.confirmed_by, at=bulk.confirmed_at)
    other.refresh_from_db()
    return other


def _scores(row: Assessment) -> list[tuple[str, Decimal | None, Decimal | None, bool | None, Decimal | None, str]]:
    rows = Score.objects.filter(assessment=row).order_by("indicator__order")
    return list(rows.values_list("indicator__code", "reported", "verified", "passed", "points", "evidence"))


def _marks(row: Assessment) -> dict[str, Any]:
    row = Assessment.objects.get(pk=row.pk)
    kept = {"id", "evaluation_id", "application_id", "frozen_form_id"}
    events = AuditEvent.objects.filter(object_type="评价", object_pk=str(row.pk)).order_by("serial")
    fields = {field.attname: getattr(row, field.attname) for field in Assessment._meta.concrete_fields}
    return {
        "fields": {name: value for name, value in fields.items() if name not in kept},
        "events": list(events.values("at", "verb", "actor", "reason", "changes")),
    }
