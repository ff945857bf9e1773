"""Every door that moves something, with fields that are good enough for the move to be made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from evaluation.amendments.services import deciding
from evaluation.models import Amendment, Assessment, Flag, SelfReport, Sheet
from evaluation.public_notice.choices import ObjectionStatus
from funding.models import AllocationRun
from funding.readings import Reading
from funding.runs.choices import RunStatus
from funding.runs.services import runs
from platforms.models import Activity, Complaint, Ground, Notice, Round, User
from tests import factories
from tests.access import amended, announced, judged, objected, paid, planned, revocations, told
from tests.access.world import World
from tests.evaluation.stage import full_entries

Fields = dict[str, Any]
#: Sent along with every move; no move takes any of them.
SMUGGLED = {"status": "published", "amount_yuan": "1", "locked_by": "1", "platform": "1", "region": "1", "is_late": "1"}


@dataclass(frozen=True)
class Door:
    """One move of one workflow: where it is made, and what is sent."""

    name: str
    address: Callable[[Any], str]
    fields: Callable[[Any], Fields]


def desk(move: str) -> Door:
    return Door(
        f"{move} at the desk",
        lambda row: reverse(f"desk:{move}", args=(row.number,)),
        lambda row: {"version": row.version, "reason": "情况属实"},
    )


def mending(move: str) -> Door:
    return Door(
        move,
        lambda row: reverse("desk:rectification_move", args=(row.number, move)),
        lambda row: {
            "version": row.version, "text": "情况属实", "answered_for": "platform",
            "due_on": (timezone.localdate() + timedelta(days=9)).isoformat(),
        },
    )  # fmt: skip


def activity(move: str, **fields: Any) -> Door:
    return Door(
        move,
        lambda row: reverse("desk:activity_move", args=(row.number, move)),
        lambda row: {"version": row.version, "reason": "情况属实", **fields},
    )


def office(model: str, move: str, **fields: Any) -> Door:
    return Door(
        move,
        lambda row: reverse(f"admin:{model}_move", args=(row.pk, move)),
        lambda row: {"reason": "情况属实", "revision": getattr(row, "revision", ""), **fields},
    )


def nothing(_row: Model) -> Fields:
    return {}


def merging(row: Complaint) -> Fields:
    others = Complaint.objects.filter(platform=row.platform_id).exclude(pk=row.pk).exclude(status="merged")
    return {"reason": "同一件", "into": others[0].pk}


def handing(_row: Model) -> Fields:
    """Whom an objection is given to: an officer who does not have it yet."""
    return {"to": User.objects.get(username="city2").pk}


def sheet(row: Any) -> Fields:
    """The marking sheet with everything on it, to be completed."""
    filled: Fields = {"action": "finish", "revision": row.revision}
    for code, entry in full_entries("A").items():
        filled[f"evidence-{code}"] = "现场核查"
        if entry.passed is not None:
            filled[f"passed-{code}"] = "yes"
        if entry.verified is not None:
            filled[f"verified-{code}"] = str(int(entry.verified))
        if entry.points is not None:
            filled[f"points-{code}"] = str(entry.points)
    return filled


def _use(row: Any) -> str:
    return reverse("funding:use", args=(row.round.year, row.region.code))


def _use_typed(row: Any) -> Fields:
    """The page of a report with words and no row, to be handed in."""
    return {
        "text": "尚未支出", "revision": row.revision, "action": "submit", "items-TOTAL_FORMS": "0",
        "items-INITIAL_FORMS": "0",
    }  # fmt: skip


DOORS: dict[str, tuple[Door, ...]] = {
    "application": (
        *(desk(move) for move in ("submit", "resubmit", "withdraw")),
        *(office("platforms_application", move) for move in ("accept", "return", "withdraw")),
    ),
    "round": tuple(office("platforms_round", move) for move in ("open_filing", "close_filing", "reopen_filing")),
    "rectification": tuple(mending(move) for move in ("answer", "close", "reopen", "withdraw")),
    "complaint": (
        *(office("platforms_complaint", move) for move in ("take_up", "reopen", "separate")),
        office("platforms_complaint", "examine", finding="unclear"),
        Door("merge", lambda row: reverse("admin:platforms_complaint_move", args=(row.pk, "merge")), merging),
        *(office("platforms_complaint", move, outcome="已核查") for move in ("verify", "dismiss")),
    ),
    "ground": tuple(office("platforms_ground", move) for move in ("confirm", "dismiss", "reopen")),
    "flag": tuple(office("evaluation_flag", move) for move in ("answer", "escalate", "resolve", "ask_again")),
    "article": tuple(office("evaluation_article", move) for move in ("publish", "withdraw")),
    "amendment": tuple(
        office("evaluation_amendment", move, password=factories.PASSWORD) for move in ("decide", "decline", "withdraw")
    ),
    "publication": tuple(
        office("evaluation_publicationplan", move, password=factories.PASSWORD)
        for move in ("approve", "decline", "withdraw")
    ),
    "revocation": (
        office("evaluation_revocationproposal", "decide", password=factories.PASSWORD),
        *(office("evaluation_revocationproposal", move) for move in ("decline", "withdraw")),
    ),
    "public_notice": tuple(
        office("evaluation_publicnotice", move, password=factories.PASSWORD)
        for move in ("open", "decline", "withdraw", "stop")
    ),
    "objection": (
        Door("assign", lambda row: reverse("admin:evaluation_objection_move", args=(row.pk, "assign")), handing),
        office("evaluation_objection", "answer", outcome="rejected"),
        office("evaluation_objection", "refuse"),
    ),
    "ban_relief": tuple(office("platforms_banrelief", move) for move in ("grant", "decline", "withdraw")),
    "notice": tuple(office("platforms_notice", move) for move in ("propose", "send_back", "approve")),
    "activity": (
        activity("hold"),
        activity("report", people="9", enterprises="3", summary="讲解政策"),
        activity("cancel"),
    ),
    "assessment": (
        Door("complete", lambda row: reverse("admin:evaluation_assessment_change", args=(row.pk,)), sheet),
        # All staged grades of the round at once.
        Door("confirm", lambda row: reverse("admin:evaluation_evaluation_apply", args=(row.evaluation_id,)), nothing),
        office("evaluation_assessment", "reopen"),
    ),
    "self_report": tuple(
        Door(
            move,
            lambda row, move=move: reverse("self_reports:move", args=(row.number, move)),
            lambda row: {"version": row.version, "reason": "情况属实"},
        )
        for move in ("return", "check")
    ),
    # Of all who judge the county hands in; what is handed in is an assessor's.
    "sheet": (
        Door("hand_in", lambda row: reverse("admin:evaluation_sheet_change", args=(row.pk,)), sheet),
        office("evaluation_sheet", "reopen"),
    ),
    "allocation_run": tuple(
        office("funding_allocationrun", move, password=factories.PASSWORD)
        for move in ("check", "sign", "send_back", "lock", "discard")
    ),
    "use_report": (
        Door("submit", _use, _use_typed),
        *(
            Door(
                name,
                lambda row, name=name: f"{_use(row)}{name}/",
                lambda row: {"reason": "情况属实", "version": row.revision},
            )
            for name in ("return", "accept")
        ),
    ),
    "payment_batch": (
        office("funding_paymentbatch", "release", password=factories.PASSWORD),
        *(office("funding_paymentbatch", move) for move in ("decline", "withdraw")),
    ),
}


def rows(world: World, workflow: str) -> dict[str, Model]:
    """A row of 鄞州区 in each status of ``workflow``."""
    if workflow == "application":
        return {"draft": world.own.fresh} | {
            status: world.own[status] for status in ("submitted", "returned", "accepted", "withdrawn")
        }
    if workflow == "round":
        found = {row.status: row for row in Round.objects.order_by("-year")}
        return {status: found[status] for status in ("preparing", "filing", "evaluating", "published")}
    if workflow == "rectification":
        return dict(world.own.rectifications)
    if workflow == "complaint":
        # Of those that were merged the last: the one before says the same words and cannot be taken out again.
        mine = Complaint.objects.filter(platform__region__code="330212").order_by("pk")
        return {row.status: row for row in mine}
    if workflow == "ground":
        return {row.status: row for row in Ground.objects.filter(platform__region__code="330212")}
    if workflow == "flag":
        mine = Flag.objects.filter(assessment__application__region__code="330212", for_whom="county")
        return {row.status: row for row in mine}
    if workflow == "article":
        return dict(told.in_each_status())
    if workflow == "public_notice":
        return dict(announced.in_each_status(world))
    if workflow == "objection":
        return {status: objected.objection_of(world.own, status) for status in ObjectionStatus.values}
    if workflow == "revocation":
        return revocations.proposals(world)
    if workflow == "amendment":
        return amended.in_each_status(world)
    if workflow == "use_report":
        return dict(paid.reports_of(world))
    if workflow == "payment_batch":
        return dict(paid.batches_of(world))
    if workflow == "publication":
        return planned.plans_of(world)
    if workflow == "ban_relief":
        return revocations.reliefs(world)
    if workflow == "notice":
        draft = Notice.objects.get(status="draft")
        waiting = Notice.objects.get(pk=draft.pk)
        waiting.pk, waiting.version, waiting.status = None, 9, "proposed"
        waiting.proposed_by, waiting.proposed_at = world.people["city2"], waiting.made_at
        waiting.save(force_insert=True)
        return {row.status: row for row in (draft, waiting, Notice.objects.get(status="approved"))}
    if workflow == "activity":
        mine = Activity.objects.filter(region__code="330212")
        row = mine.get(status="planned")
        row.pk, row.number, row.status = None, f"{row.number[:-4]}9999", "held"
        row.save(force_insert=True)
        return {row.status: row for row in mine}
    if workflow == "self_report":
        mine = SelfReport.objects.filter(assessment__application__region__code="330212")
        return {row.status: row for row in mine}
    if workflow == "assessment":
        mine = Assessment.objects.filter(application__region__code="330212")
        # What an assessor judges is not completed by the city.
        Sheet.objects.filter(assessment__in=mine, kind="assessor").delete()
        return {row.status: row for row in mine.order_by("-pk")}
    if workflow == "sheet":
        done = judged.sheet_of(world)
        type(done).objects.filter(pk=done.pk).update(
            status="handed_in", handed_in_by=done.judge, handed_in_at=done.opened_at
        )
        done.refresh_from_db()
        return {"open": judged.county_sheet(world), "handed_in": done}
    return {status: AllocationRun.objects.get(pk=run.pk) for status, run in world.runs.items()}


def draft_brought_to(world: World, status: str) -> AllocationRun:
    """The draft of ``finance``, checked by its drafter and signed by ``finance2`` as far as ``status``.

    Nothing of the stage is in its way: it counts what was revoked since, and no correction of its round waits.
    """
    run, at = world.runs["draft"], datetime(2026, 4, 11, tzinfo=UTC)
    for each in Amendment.objects.filter(status="proposed", kind="correction"):
        deciding.withdraw(amendment=each, by=each.proposed_by, at=at)
    run = runs.recalculate(
        run=run, pool_yuan=run.pool_yuan, reading=Reading(), revision=run.revision, by=world.people["finance"], at=at
    )
    if status != RunStatus.DRAFT:
        run = runs.check(run=run, by=world.people["finance"], at=at)
    return runs.sign(run=run, by=world.people["finance2"], at=at) if status == RunStatus.SIGNED else run
