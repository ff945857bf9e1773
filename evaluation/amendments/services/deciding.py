"""Deciding on a correction or change: new version, certificate, documents and mail, together or not at all."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from evaluation.amendments import correcting, fields
from evaluation.amendments.choices import AmendmentKind
from evaluation.amendments.queries.amendments import evidence_of, lines_told, operator_code_of
from evaluation.amendments.queries.consequences import Consequence
from evaluation.amendments.services import papers
from evaluation.amendments.services.proposing import check_consequence, check_current, check_operator, pairs_of
from evaluation.amendments.workflow import AMENDMENT
from evaluation.certification.choices import EndCause
from evaluation.certification.evidence import Evidence, digest, to_data
from evaluation.certification.services import certificates, endings
from evaluation.certification.validity import day_in_ningbo
from evaluation.models import Amendment, Certification, FrozenEvidence, Result
from platforms.applications.services import registered
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import Platform, User
from platforms.move_table import Move
from platforms.moves import apply_move, check_may_move
from platforms.periodic_reports.services import rows as report_rows
from platforms.pinyin import searchable
from platforms.text import clean_text
from platforms.two_people import check_other, decline_other, withdraw_own

OWN = "决定人不能是提出人本人，须由市经信局另一位人员决定。"
NO_LETTER = "（无）"
#: Of a mail's list, in characters; the placeholder takes a little more.
MOST_TOLD = 1_400


@transaction.atomic
def decide(*, amendment: Amendment, by: User, at: datetime) -> Amendment:
    """Make the new version that somebody else proposed; from now on it is what everybody reads.

    What was published stays as it was and leads to the new version. A certificate that says something else now ends:
    corrected, or replaced where things changed; another of a new number takes its place where the grade is certified.
    Report and letter to the county are issued anew, the register follows, the county gets one mail.

    Raises:
        Gone: decided, declined or withdrawn already, or another version counts.
        Refusal: ``by`` may not or proposed it, the proposer's account no longer counts, no proof of a change, or the
            certificate, the day or the new operator forbid it by now.
    """
    step = check_may_move(workflow=AMENDMENT, name="decide", by=by)
    row = _taken(amendment, step)
    check_other(row, by, OWN)
    proposer = User.objects.select_for_update(no_key=True).get(pk=row.proposed_by_id)
    if not proposal_counts(row, proposer):
        raise Refusal(f"提出人{proposer.name}的账号已停用或已不在岗位，提议不再有效，请不予办理后重新提出。")
    if row.kind == AmendmentKind.CHANGE and not files_of(EvidenceKind.AMENDMENT, row.pk):
        raise Refusal("没有证明变更的材料，不能批准。")
    old, today = row.result, day_in_ningbo(at)
    check_current(old)
    # Read while the old version is the last one.
    told = lines_told(row)
    known = evidence_of(old)
    found = check_consequence(old, grade=row.grade or old.grade, on=row.effective_on, today=today)
    check_operator(row.platform, row.changes, on=today)
    made = _version(row)
    corrected = None if known is None else _evidence(row, known, made)
    held = _certificate(row, made, found, by, at)
    _enter(row, by, at)
    letter = _documents(made, corrected, held, at)
    apply_move(row, move=step, guard={"proposed_by": proposer}, decided_at=at, decided_by=by, made=made)
    audit.record(
        verb=f"批准{row.get_kind_display()}", by=by, at=at, target=row, reason=row.public_reason,
        changes=pairs_of(row) | {"提出人": ["", proposer.username], "证书": ["", held.number if held else ""]},
    )  # fmt: skip
    _tell(row, told, made, held, letter, by, at)
    return row


@transaction.atomic
def decline(*, amendment: Amendment, reason: str, by: User, at: datetime) -> Amendment:
    """Leave what was published as it is; the proposal stays on record.

    Raises:
        Gone, Refusal: ended already, ``by`` may not or proposed it, or no reason.
    """
    step = check_may_move(workflow=AMENDMENT, name="decline", by=by, reason=reason)
    reason = clean_text("理由", reason, most=400, required=True)
    row = decline_other(_taken(amendment, step), move=step, reason=reason, own=OWN, by=by, at=at)
    audit.record(verb=f"不予办理{row.get_kind_display()}", by=by, at=at, target=row, reason=reason)
    return row


@transaction.atomic
def withdraw(*, amendment: Amendment, by: User, at: datetime) -> Amendment:
    """Take one's own proposal back.

    Raises:
        Gone, Refusal: ended already, or another's proposal.
    """
    step = check_may_move(workflow=AMENDMENT, name="withdraw", by=by)
    foreign = "只有提出人可以撤回；不同意的，请办理“不予办理”。"
    row = withdraw_own(_taken(amendment, step), move=step, foreign=foreign, by=by, at=at)
    audit.record(verb=f"撤回{row.get_kind_display()}", by=by, at=at, target=row)
    return row


def proposal_counts(row: Amendment, proposer: User) -> bool:
    """Say whether a pending proposal of ``proposer`` still counts: active, and still allowed to propose."""
    kind = "correction" if row.kind == AmendmentKind.CORRECTION else "change"
    return proposer.has_perm(f"evaluation.propose_{kind}")


def _version(row: Amendment) -> Result:
    """Write the new version: the old one with what changes."""
    old = row.result
    kept = {
        field.attname: getattr(old, field.attname)
        for field in Result._meta.concrete_fields
        if field.name not in ("id", "version", "corrects")
    }
    changed = {name: new for name, (_, new) in row.changes.items() if name != "operator_code"}
    made = Result(**kept | changed, version=old.version + 1, corrects=old)
    made.grade = row.grade or old.grade
    made.pinyin = searchable(made.name)
    made.save(force_insert=True)
    return made


def _evidence(row: Amendment, known: Evidence, made: Result) -> Evidence:
    """Freeze what the new version rests on."""
    entries = {code: correcting.entry_of(data) for code, data in row.entries.items()}
    found = correcting.corrected(
        known, entries, reason=row.public_reason, grade=row.grade, grade_reason=row.grade_reason
    )
    data = to_data(found)
    FrozenEvidence.objects.create(result=made, data=data, digest=digest(data))
    return found


def _certificate(row: Amendment, made: Result, found: Consequence, by: User, at: datetime) -> Certification | None:
    """End the certificate that says something else now, issue the one in its place; return the new one."""
    if found.begins is None or found.until is None:
        if found.ends is not None:
            ended = endings.end_for_correction(platform=row.platform, on=row.effective_on, by=by, at=at)
            changes = {"终止日期": ["", row.effective_on]}
            audit.record_many(
                [
                    audit.Entry(verb="更正认定", target=each, reason=row.public_reason, changes=changes)
                    for each in ended
                ],
                by=by,
                at=at,
            )
        return None
    code = row.changes["operator_code"][1] if "operator_code" in row.changes else operator_code_of(row.result)
    issued = certificates.reissue(
        result=made, operator_code=code, valid_from=found.begins, valid_until=found.until, by=by, at=at
    )
    was_wrong = (
        row.kind == AmendmentKind.CORRECTION and found.ends is not None and found.ends.result_id == row.result_id
    )
    cause = EndCause.CORRECTED if was_wrong else EndCause.REPLACED
    endings.begin(issued=[issued], cause=cause, by=by, at=at)
    report_rows.sync_all(platforms=[row.platform])
    return issued


def _enter(row: Amendment, by: User, at: datetime) -> None:
    """Let the register follow: a change always, a correction where the register still has what was wrong."""
    values = {
        name: new
        for name, (old, new) in row.changes.items()
        if name in fields.REGISTERED and (row.kind == AmendmentKind.CHANGE or getattr(row.platform, name) == old)
    }
    if values:
        registered.enter_change(platform=row.platform, values=values, reason=row.number, by=by, at=at)


def _documents(made: Result, evidence: Evidence | None, held: Certification | None, at: datetime) -> str:
    """Issue what the new version is told with; return the number of the letter, empty for what was taken over."""
    if held is not None:
        papers.certificate(held, at=at)
    if evidence is not None:
        papers.report(made, evidence, held, at=at)
    if made.publication.taken_over:
        return ""
    return papers.letter(made.publication, made.region, at=at).number


def _tell(
    row: Amendment, told: list[str], made: Result, held: Certification | None, letter: str, by: User, at: datetime
) -> None:
    """Write one mail to the county."""
    text, more = "", len(told)
    for line in told:
        if len(text) + len(line) > MOST_TOLD:
            break
        text, more = f"{text}{line}\n", more - 1
    mails.write_to_liaison(
        kind=MailKind.AMENDED,
        round=made.publication.round,
        region=made.region,
        context={
            "amendment": row.number,
            "amended": f"{text}另有 {more} 项" if more else text.rstrip("\n"),
            "letter": letter or NO_LETTER,
            "certificate": held.number if held else "",
            "platform": made.name,
            "reason": row.public_reason,
            "link": reverse("admin:evaluation_amendment_change", args=(row.pk,)),
        },
        occasion=f"amended:{row.number}",
        by=by,
        at=at,
    )


def _taken(amendment: Amendment, move: Move) -> Amendment:
    """Return the proposal as it is now, locked with its platform, if ``move`` can start from that."""
    Platform.objects.select_for_update(of=("self",)).get(pk=amendment.platform_id)
    row: Amendment = (
        Amendment.objects.select_for_update(of=("self",))
        .select_related("platform__region", "result__publication__round", "result__region")
        .get(pk=amendment.pk)
    )
    if row.status not in move.sources:
        raise Gone(f"“{move.label}”未执行：该提议现为“{row.get_status_display()}”，请刷新页面后查看。")
    return row
