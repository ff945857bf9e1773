"""T13: every move, in every status, by everybody, at its own address: only the cells written down succeed."""

import logging
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from evaluation.amendments.choices import AmendmentStatus
from evaluation.certification.choices import PlanStatus
from evaluation.flags.choices import FlagStatus
from evaluation.marking.choices import AssessmentStatus, SheetStatus
from evaluation.news.choices import ArticleStatus
from evaluation.public_notice.choices import NoticeStatus as PublicNoticeStatus
from evaluation.public_notice.choices import ObjectionStatus
from evaluation.revocation.choices import ProposalStatus
from evaluation.self_reports.choices import SelfReportStatus
from funding.payments.choices import BatchStatus
from funding.runs.choices import RunStatus
from funding.uses.choices import ReportStatus
from platforms.activities.choices import ActivityStatus
from platforms.applications.choices import ApplicationStatus, ReliefStatus
from platforms.cases.choices import ComplaintStatus, GroundStatus
from platforms.models import Application
from platforms.move_table import Workflow
from platforms.notices.choices import NoticeStatus
from platforms.rectifications.choices import RectificationStatus
from platforms.rounds.choices import RoundStatus
from tests.access.visits import Visitor
from tests.access.world import World
from tests.trust.moves import DOORS, SMUGGLED, Door, draft_brought_to, rows

pytestmark = pytest.mark.trust("T13")

COLUMNS = ("own", "other", "city", "finance", "finance2", "auditor", "security", "sysadmin", "stranger")

#: workflow: {(move, status, person, status after)}
SUCCEED = {
    "application": {
        ("submit at the desk", "draft", "own", "submitted"),
        ("resubmit at the desk", "returned", "own", "submitted"),
        ("withdraw at the desk", "submitted", "own", "withdrawn"),
        ("withdraw at the desk", "returned", "own", "withdrawn"),
        ("withdraw at the desk", "accepted", "own", "withdrawn"),
        ("withdraw", "submitted", "own", "withdrawn"),
        ("withdraw", "returned", "own", "withdrawn"),
        ("withdraw", "accepted", "own", "withdrawn"),
        ("accept", "submitted", "city", "accepted"),
        ("return", "submitted", "city", "returned"),
    },
    "round": {
        ("open_filing", "preparing", "city", "filing"),
        ("close_filing", "filing", "city", "evaluating"),
        ("reopen_filing", "evaluating", "city", "filing"),
    },
    # What the city found: the county mends, the city checks.
    "rectification": {
        ("answer", "opened", "own", "answered"),
        ("answer", "reopened", "own", "answered"),
        ("close", "answered", "city", "closed"),
        ("reopen", "answered", "city", "reopened"),
        ("withdraw", "opened", "city", "withdrawn"),
        ("withdraw", "answered", "city", "withdrawn"),
        ("withdraw", "reopened", "city", "withdrawn"),
    },
    "complaint": {
        *(("take_up", "received", person, "examining") for person in ("own", "city")),
        *(
            ("examine", status, person, "examined")
            for status in ("received", "examining", "reopened")
            for person in ("own", "city")
        ),
        ("verify", "examined", "city", "verified"),
        ("dismiss", "examined", "city", "unfounded"),
        *(("reopen", status, "city", "reopened") for status in ("examined", "verified", "unfounded")),
        *(
            ("merge", status, person, "merged")
            for status in ("received", "examining", "reopened", "examined")
            for person in ("own", "city")
        ),
        ("separate", "merged", "city", "reopened"),
    },
    "ground": {
        ("confirm", "proposed", "city", "confirmed"),
        ("dismiss", "proposed", "city", "dismissed"),
        ("reopen", "confirmed", "city", "proposed"),
        ("reopen", "dismissed", "city", "proposed"),
    },
    # Sent for approval by a second officer of the city, who does not approve it.
    "notice": {
        *(("propose", "draft", person, "proposed") for person in ("city", "city2")),
        *(("send_back", "proposed", person, "draft") for person in ("city", "city2")),
        ("approve", "proposed", "city", "approved"),
    },
    # Of the county's hub: who planned it holds, reports or cancels it.
    "activity": {
        ("hold", "planned", "own", "held"),
        ("cancel", "planned", "own", "cancelled"),
        ("report", "held", "own", "reported"),
    },
    "assessment": {
        ("complete", "open", "city", "scored"),
        ("confirm", "scored", "city", "confirmed"),
        ("reopen", "scored", "city", "open"),
        ("reopen", "confirmed", "city", "open"),
    },
    # Routed to the county, which answers or hands it to the city; the city closes it.
    "flag": {
        ("answer", "open", "own", "answered"),
        ("answer", "escalated", "city", "answered"),
        *(("escalate", "open", person, "escalated") for person in ("own", "city")),
        *(("resolve", status, "city", "resolved") for status in ("open", "escalated", "answered")),
        ("ask_again", "answered", "city", "open"),
    },
    "article": {
        *(("publish", status, "city", "published") for status in ("draft", "withdrawn")),
        ("withdraw", "published", "city", "withdrawn"),
    },
    # The unit hands it in by its link; its county checks it or sends it back.
    "self_report": {
        ("return", "handed_in", "own", "returned"),
        ("check", "handed_in", "own", "checked"),
    },
    "sheet": {
        ("hand_in", "open", "own", "handed_in"),
        ("reopen", "handed_in", "city", "open"),
    },
    # Proposed by a second officer of the city: who proposed it withdraws it, another opens it; anybody there stops it.
    "public_notice": {
        ("open", "proposed", "city", "opened"),
        ("decline", "proposed", "city", "declined"),
        ("withdraw", "proposed", "city2", "withdrawn"),
        *(("stop", "opened", person, "stopped") for person in ("city", "city2")),
    },
    # Given to the officer of the city that answers it.
    "objection": {
        *(("assign", status, "city", "assigned") for status in ("received", "assigned")),
        ("answer", "assigned", "city", "answered"),
        *(("refuse", status, "city", "refused") for status in ("received", "assigned")),
    },
    # Proposed by a second officer of the city: who proposed it withdraws it, another decides.
    "revocation": {
        ("decide", "proposed", "city", "decided"),
        ("decline", "proposed", "city", "declined"),
        ("withdraw", "proposed", "city2", "withdrawn"),
    },
    # Of a county too: who proposed it withdraws it, another officer of the city decides.
    "amendment": {
        ("decide", "proposed", "city", "decided"),
        ("decline", "proposed", "city", "declined"),
        ("withdraw", "proposed", "city2", "withdrawn"),
    },
    "publication": {
        ("approve", "proposed", "city", "decided"),
        ("decline", "proposed", "city", "declined"),
        ("withdraw", "proposed", "city2", "withdrawn"),
    },
    "ban_relief": {
        ("grant", "proposed", "city", "granted"),
        ("decline", "proposed", "city", "declined"),
        ("withdraw", "proposed", "city2", "withdrawn"),
    },
    # The county hands it in, finance settles it.
    "use_report": {
        *(("submit", status, "own", "submitted") for status in ("draft", "returned")),
        *(("return", "submitted", person, "returned") for person in ("finance", "finance2")),
        *(("accept", "submitted", person, "accepted") for person in ("finance", "finance2")),
    },
    # Of two finance officers: who proposed it withdraws it, another releases or declines it.
    "payment_batch": {
        ("release", "proposed", "finance", "released"),
        ("decline", "proposed", "finance", "declined"),
        ("withdraw", "proposed", "finance2", "withdrawn"),
    },
    "allocation_run": {
        # Who computed it checks it, another person signs it, and who signed it does not lock it.
        ("check", "draft", "finance", "checked"),
        ("sign", "checked", "finance2", "signed"),
        ("lock", "signed", "finance", "locked"),
        *(
            ("discard", status, person, "discarded")
            for status in ("draft", "checked")
            for person in ("finance", "finance2")
        ),
        *(
            ("send_back", status, person, "draft")
            for status in ("checked", "signed")
            for person in ("finance", "finance2")
        ),
    },
}
STATUSES: dict[str, list[str]] = {
    "application": ApplicationStatus.values,
    "round": RoundStatus.values,
    "rectification": RectificationStatus.values,
    "complaint": ComplaintStatus.values,
    "ground": GroundStatus.values,
    "flag": FlagStatus.values,
    "article": ArticleStatus.values,
    "public_notice": PublicNoticeStatus.values,
    "objection": ObjectionStatus.values,
    "revocation": ProposalStatus.values,
    "amendment": AmendmentStatus.values,
    "publication": PlanStatus.values,
    "ban_relief": ReliefStatus.values,
    "notice": NoticeStatus.values,
    "activity": ActivityStatus.values,
    "assessment": AssessmentStatus.values,
    "self_report": SelfReportStatus.values,
    "sheet": SheetStatus.values,
    "payment_batch": BatchStatus.values,
    "use_report": ReportStatus.values,
    "allocation_run": RunStatus.values,
}
ROOT = Path(__file__).resolve().parents[2]
FILES = [
    path.relative_to(ROOT)
    for app in ("platforms", "evaluation", "funding")
    for path in sorted((ROOT / app).rglob("*workflow.py"))
]
MODULES = [import_module(".".join(path.with_suffix("").parts)) for path in FILES]
#: Every workflow that any app has a table for.
WORKFLOWS = {each.name: each for module in MODULES for each in vars(module).values() if isinstance(each, Workflow)}
#: Who decides is another officer of the city than who proposed.
OF_TWO_OFFICERS = ("revocation", "amendment", "ban_relief", "notice", "publication", "public_notice")
#: Made by publishing the round, or by the holder of a link: not at an address of a person's own.
WITH_THE_ROUND = {"round": {"publish"}, "assessment": {"publish"}, "self_report": {"hand_in"}}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def status_after(visitor: Visitor, door: Door, row: Any) -> tuple[str, int, bool]:
    """Send the move, and return where the row stands then, what was answered, and whether it was moved.

    What is given to another officer stands where it stood. All of it is undone.
    """
    before = row.status, getattr(row, "assigned_at", None)
    with transaction.atomic():
        visitor.client.cookies = visitor.cookies.copy()
        answer = visitor.client.post(door.address(row), SMUGGLED | door.fields(row))
        row = type(row).objects.get(pk=row.pk)
        transaction.set_rollback(True)
    return row.status, answer.status_code, before != (row.status, getattr(row, "assigned_at", None))


@pytest.mark.parametrize("workflow", DOORS)
def test_only_the_cells_of_the_table_succeed(here: World, workflow: str) -> None:
    columns = (*COLUMNS, "city2") if workflow in OF_TWO_OFFICERS else COLUMNS
    visitors = {column: Visitor(here, column) for column in columns}
    signed = draft_brought_to(here, RunStatus.SIGNED) if workflow == "allocation_run" else None
    found = rows(here, workflow)
    if signed is not None:
        found = {"signed": signed} | {status: row for status, row in found.items() if status != "draft"}
    succeeded, answers = set(), set()
    for status, row in found.items():
        for door in DOORS[workflow]:
            for column, visitor in visitors.items():
                after, answer, moved = status_after(visitor, door, row)
                answers.add(answer)
                if moved:
                    succeeded.add((door.name, status, column, after))
    if workflow == "allocation_run":
        # A round has one open run at a time: what comes before the signature is tried below.
        expected = {cell for cell in SUCCEED["allocation_run"] if cell[1] == RunStatus.SIGNED}
    else:
        assert set(found) == set(STATUSES[workflow])
        expected = SUCCEED[workflow]
    assert succeeded == expected
    assert max(answers) < 500


@pytest.mark.parametrize("status", [RunStatus.DRAFT, RunStatus.CHECKED])
def test_only_finance_moves_a_run_before_its_signature(here: World, status: RunStatus) -> None:
    run, succeeded = draft_brought_to(here, status), set()
    for door in DOORS["allocation_run"]:
        for column in COLUMNS:
            after, *_ = status_after(Visitor(here, column), door, run)
            if after != status:
                succeeded.add((door.name, str(status), column, after))
    assert succeeded == {cell for cell in SUCCEED["allocation_run"] if cell[1] == status}


def test_the_city_moves_its_own_key_industries_at_both_doors(here: World) -> None:
    row, moved = here.industry["submitted"], set()
    for door in DOORS["application"]:
        for column in COLUMNS:
            after, *_ = status_after(Visitor(here, column), door, row)
            if after != "submitted":
                moved.add((door.name, column, after))
    assert moved == {
        ("withdraw at the desk", "city", "withdrawn"),
        ("withdraw", "city", "withdrawn"),
        ("accept", "city", "accepted"),
        ("return", "city", "returned"),
    }


def test_every_move_of_every_table_has_its_door() -> None:
    assert set(DOORS) == set(SUCCEED) == set(STATUSES) == set(WORKFLOWS)
    for name, workflow in WORKFLOWS.items():
        doors = {door.name.split()[0] for door in DOORS[name]}
        assert doors | WITH_THE_ROUND.get(name, set()) == {move.name for move in workflow.moves}


def test_every_move_from_every_status_that_it_starts_from_has_its_cell() -> None:
    """A move that succeeds for nobody would stay unseen: the table would simply not name it."""
    for name, workflow in WORKFLOWS.items():
        written = {(door.split()[0], status, after) for door, status, _, after in SUCCEED[name]}
        elsewhere = WITH_THE_ROUND.get(name, set())
        moves = [move for move in workflow.moves if move.name not in elsewhere]
        assert written == {(move.name, str(status), str(move.target)) for move in moves for status in move.sources}


def test_a_move_without_its_reason_is_not_made(here: World) -> None:
    for workflow in SUCCEED:
        # What one workflow makes of the stage is gone before the next one.
        with transaction.atomic():
            _try_without_reason(here, workflow)
            transaction.set_rollback(True)


def _try_without_reason(here: World, workflow: str) -> None:
    asking = {move.name for move in WORKFLOWS[workflow].moves if move.reason_required}
    # Who visits knows the rows of the stage as they were set.
    visitors = {column: Visitor(here, column) for _, _, column, _ in SUCCEED[workflow]}
    found = rows(here, workflow)
    for name, status, column, _ in SUCCEED[workflow]:
        if name.split()[0] not in asking or status not in found:
            continue
        door = next(each for each in DOORS[workflow] if each.name == name)
        empty = {"reason": " \t　", "text": " \t　"}
        bare = Door(name, door.address, lambda row, door=door, empty=empty: door.fields(row) | empty)
        assert status_after(visitors[column], bare, found[status])[0] == status, (name, status)


#: Columns that no form of the desk or of a link may set, with values that would matter.
STATE = {"status": "accepted", "number": "2026-0001", "is_late": "on", "submitted_at": "2020-01-01", "created_by": "1",
         "region": "1", "round": "1", "town": "1", "park": "1", "type": "industry", "city_opinion": "同意",
         "accepted_at": "2020-01-01", "over_quota_reason": "x"}  # fmt: skip


@pytest.mark.parametrize("column", ["own", "token"])
def test_state_cannot_be_smuggled_into_a_section(here: World, column: str) -> None:
    visitor = Visitor(here, column)
    row = here.own["draft"]
    before = {name: getattr(Application.objects.get(pk=row.pk), name) for name in STATE}
    for slug in ("platform", "operator", "venue", "record", "plan", "commitment"):
        address = (
            reverse("desk:section", args=(row.number, slug))
            if column == "own"
            else reverse("fill:section", args=(here.own.token, slug))
        )
        version = Application.objects.get(pk=row.pk).version
        answer = visitor.client.post(address, STATE | {"version": version, "address": "新址", "floor_area": "88"})
        assert answer.status_code in (200, 302), (slug, answer.status_code)
    after = Application.objects.get(pk=row.pk)
    assert {name: getattr(after, name) for name in STATE} == before
    assert (after.address, after.floor_area) == ("新址", 88)
