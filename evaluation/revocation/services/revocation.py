"""Taking a platform's certification back (五): on confirmed facts of one ground, proposed by one, decided by another.

For as many years as the notice of the certificate says, no application of the operator or for the place is accepted
then (N35). Before the decision the operator is told what is intended and why, and is heard.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from evaluation.certification.services.endings import end_for_revocation
from evaluation.certification.validity import day_in_ningbo
from evaluation.hearings.choices import HearingKind
from evaluation.hearings.services import hearings
from evaluation.models import Certification, Hearing, RevocationFact, RevocationProposal
from evaluation.revocation import queries as revocations
from evaluation.revocation.choices import ProposalStatus
from evaluation.revocation.reasons import told
from evaluation.revocation.workflow import REVOCATION
from platforms.applications.services.bans import ban
from platforms.audit.services import audit, numbering
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import Ground, Liaison, Platform, User
from platforms.move_table import Move
from platforms.moves import apply_move, check_may_move
from platforms.notices.models import value_of
from platforms.notices.terms import Terms
from platforms.text import clean_text
from platforms.two_people import check_other, decline_other, withdraw_own

OWN = "决定人不能是提出人本人，须由市经信局另一位人员决定。"
#: A mail holds so much of what a notice calls a ground.
LONGEST_GROUND = 40


@transaction.atomic
def propose(
    *, platform: Platform, ground: str, facts: Sequence[Ground], reason: str, on: date, by: User, at: datetime
) -> RevocationProposal:
    """Propose to revoke ``platform`` for ``ground`` from the day ``on``; nothing changes until another decides.

    ``ground`` is one of the notice of the certificate in force on that day. ``facts`` are confirmed ones of that
    platform and that ground; their words are kept with the proposal. The operator is told them by a hearing, to be
    answered within the working days that are set.

    Raises:
        Refusal: ``by`` may not, the notice has no such ground, no facts, facts of another platform or ground, not
            confirmed or used by another revocation, too few verified complaints for the ground of complaints, no
            reason, another proposal waits, or no certificate is in force on ``on``, which is no later than today.
    """
    if not by.has_perm("evaluation.propose_revocation"):
        raise Refusal("您没有提出撤销认定的权限。")
    # Proposals about one platform queue here.
    platform = Platform.objects.select_for_update(of=("self",)).get(pk=platform.pk)
    reason = clean_text("事实和依据", reason, most=1000, required=True)
    certificate = _check_day(platform, on, today=day_in_ningbo(at))
    terms = revocations.terms_of(certificate)
    if ground not in dict(terms.ground_choices):
        raise Refusal.of("ground", _not_listed(certificate, ground, facts))
    _check_facts(platform, terms, ground, facts)
    waiting = revocations.of_platform(platform).filter(status=ProposalStatus.PROPOSED).first()
    if waiting is not None:
        raise Refusal(f"该平台已有待决定的撤销认定 {waiting.number}，请先办结。")
    year = day_in_ningbo(at).year
    hearing = _tell(platform, certificate, ground=ground, facts=facts, on=on, by=by, at=at)
    made = RevocationProposal.objects.create(
        number=f"CS-{year}-{numbering.next_number(f'revocation:{year}'):04d}",
        platform=platform,
        notice_id=certificate.result.publication.round.notice_id,
        ground=ground,
        reason=reason,
        effective_on=on,
        hearing=hearing,
        proposed_at=at,
        proposed_by=by,
    )
    RevocationFact.objects.bulk_create(_frozen(made, each) for each in facts)
    changes = {
        "平台编号": ["", platform.code],
        "撤销情形": ["", made.ground_label],
        "撤销日期": ["", on],
        "依据的事实": ["", "、".join(each.number for each in facts)],
        "告知书": ["", hearing.number],
    }
    audit.record(verb="提出撤销认定", by=by, at=at, target=made, reason=reason, changes=changes)
    return made


@transaction.atomic
def decide(*, proposal: RevocationProposal, by: User, at: datetime) -> RevocationProposal:
    """Revoke, as proposed by somebody else: the certificates end, operator and place are banned for years.

    The county is told in one mail.

    Raises:
        Gone: decided, declined or withdrawn already.
        Refusal: ``by`` may not or proposed it, the hearing is not over, the proposer's account no longer counts, a fact
            no longer stands as it was proposed, complaints have become too few, no certificate is in force on the day
            any more, or the one that is was given under another notice by now.
    """
    step = check_may_move(workflow=REVOCATION, name="decide", by=by)
    row = _taken(proposal, step)
    check_other(row, by, OWN)
    proposer = User.objects.select_for_update(no_key=True).get(pk=row.proposed_by_id)
    if not proposal_counts(proposer):
        raise Refusal(f"提出人{proposer.name}的账号已停用或已不在岗位，提议不再有效，请不予撤销后重新提出。")
    # What the operator says meanwhile waits until the end of the transaction, and then comes too late.
    row.hearing = Hearing.objects.select_for_update().get(pk=row.hearing_id)
    unheard = revocations.unheard(row, day_in_ningbo(at))
    if unheard:
        raise Refusal(f"不能决定撤销：{unheard}")
    # The facts stay as they are read here until the end of the transaction.
    list(Ground.objects.select_for_update(of=("self",)).filter(pk__in=row.facts.values("fact")).order_by("pk"))
    against = revocations.obstacles(row)
    if against:
        raise Refusal("不能决定撤销：" + "".join(against))
    certificate = _check_day(row.platform, row.effective_on, today=day_in_ningbo(at))
    if certificate.result.publication.round.notice_id != row.notice_id:
        raise Refusal("提出之后，该平台换发了依据另一份通知的证书，请不予撤销后重新提出。")
    apply_move(row, move=step, guard={"proposed_by": proposer}, decided_at=at, decided_by=by)
    audit.record(
        verb="决定撤销认定",
        by=by,
        at=at,
        target=row,
        reason=row.reason,
        changes={"撤销情形": ["", row.ground_label], "提出人": ["", proposer.username]},
    )
    _end_certificates(row, by=by, at=at)
    ban(
        # The operator that was certified, not the one of today.
        operator_code=certificate.operator_code,
        site_key=row.platform.site_key,
        site_label=certificate.result.site_name,
        starts_on=row.effective_on,
        years=value_of(row.notice_id).terms.ban_years,
        reason=f"{certificate.number}被撤销：{row.ground_label}（{row.number}）",
        by=by,
        at=at,
    )
    _tell_county(row, certificate, by=by, at=at)
    return row


@transaction.atomic
def decline(*, proposal: RevocationProposal, reason: str, by: User, at: datetime) -> RevocationProposal:
    """Leave the certification as it is; the proposal stays on record, its facts may be proposed again.

    Raises:
        Gone, Refusal: ended already, ``by`` may not or proposed it, or no reason.
    """
    step = check_may_move(workflow=REVOCATION, name="decline", by=by, reason=reason)
    reason = clean_text("理由", reason, most=400, required=True)
    row = _taken(proposal, step)
    row.facts.update(is_used=False)
    decline_other(row, move=step, reason=reason, own=OWN, by=by, at=at)
    audit.record(verb="不予撤销认定", by=by, at=at, target=row, reason=reason)
    return row


@transaction.atomic
def withdraw(*, proposal: RevocationProposal, by: User, at: datetime) -> RevocationProposal:
    """Take one's own proposal back; its facts may be proposed again.

    Raises:
        Gone, Refusal: ended already, or another's proposal.
    """
    step = check_may_move(workflow=REVOCATION, name="withdraw", by=by)
    foreign = "只有提出人可以撤回提议；不同意的，请办理“不予撤销”。"
    row = _taken(proposal, step)
    row.facts.update(is_used=False)
    withdraw_own(row, move=step, foreign=foreign, by=by, at=at)
    audit.record(verb="撤回撤销认定的提议", by=by, at=at, target=row)
    return row


def proposal_counts(proposer: User) -> bool:
    """Say whether a pending proposal of ``proposer`` still counts: active, and still allowed to propose."""
    return proposer.has_perm("evaluation.propose_revocation")


def _end_certificates(row: RevocationProposal, *, by: User, at: datetime) -> None:
    """End what the platform holds from the day proposed, also what begins later, and log each certificate."""
    ended = end_for_revocation(
        platform=row.platform, on=row.effective_on, notice=row.notice_id, ground=row.ground, reason=row.reason, by=by,
        at=at,
    )  # fmt: skip
    changes = {"撤销情形": ["", row.ground_label], "撤销日期": ["", row.effective_on]}
    audit.record_many(
        [audit.Entry(verb="撤销认定", target=each, reason=row.reason, changes=changes) for each in ended], by=by, at=at
    )


def _tell(
    platform: Platform,
    certificate: Certification,
    *,
    ground: str,
    facts: Sequence[Ground],
    on: date,
    by: User,
    at: datetime,
) -> Hearing:
    """Tell the operator that holds ``certificate`` what is intended and on which facts."""
    label = revocations.terms_of(certificate).ground(ground).label
    known = [(each.happened_on, each.text) for each in facts]
    sent = hearings.send(
        kind=HearingKind.REVOCATION,
        platform=platform,
        recipient=certificate.result.operator_name,
        intended="拟撤销认定",
        reasons=told(label, known, on=on, most=hearings.LONGEST_REASONS),
        answer_by=revocations.answer_by(day_in_ningbo(at)),
        by=by,
        at=at,
    )
    return sent.hearing


def _tell_county(row: RevocationProposal, certificate: Certification, *, by: User, at: datetime) -> None:
    """Write the mail of the decision to who is liaison officer of the county today, for a key industry to the city."""
    region = row.platform.region
    liaison = Liaison.objects.filter(region=region).select_related("round").order_by("-round__year").first()
    mails.write_to_liaison(
        kind=MailKind.REVOKED,
        round=liaison.round if liaison else certificate.result.publication.round,
        region=region,
        context={
            "revocation": row.number,
            "revoked_on": day_in_words(row.effective_on),
            "ground": row.ground_label[:LONGEST_GROUND],
            "certificate": certificate.number,
            "platform": row.platform.name,
            "link": reverse("site:certificate", args=[certificate.number]),
        },
        occasion=f"revoked:{row.number}",
        by=by,
        at=at,
    )


def _not_listed(certificate: Certification, ground: str, facts: Sequence[Ground]) -> str:
    """Return why ``certificate`` is not taken away for ``ground``, which its notice does not list."""
    noted = next((each for each in facts if each.ground == ground), None)
    if noted is None:
        return "请选择通知所列撤销情形之一。"
    notice = certificate.result.publication.round.notice
    return f"证书 {certificate.number} 依据的通知（{notice}）没有列出“{noted.ground_label}”，不能据此撤销。"


def _check_facts(platform: Platform, terms: Terms, ground: str, facts: Sequence[Ground]) -> None:
    if not facts:
        raise Refusal.of("facts", "撤销认定须以撤销情形中已确认的事实为依据，请至少选择一条。")
    if any(each.platform_id != platform.pk for each in facts):
        raise Refusal.of("facts", "所选事实不是该平台的事实。")
    if any(each.ground != ground for each in facts):
        raise Refusal.of("facts", "所选事实须属于同一撤销情形。")
    usable = {each.pk for each in revocations.usable_facts(platform)}
    for each in facts:
        if each.pk not in usable:
            raise Refusal.of("facts", f"事实 {each.number} 未经确认、已不成立或已用于另一次撤销认定，请重新选择。")
    few = revocations.too_few(platform, terms, ground, facts)
    if few:
        raise Refusal.of("facts", few)


def _check_day(platform: Platform, on: date, *, today: date) -> Certification:
    """Return the certificate that is taken away from ``on``, which is not after ``today``."""
    if on > today:
        raise Refusal.of("on", "撤销日期不能晚于今天。")
    found = revocations.certificate_on(platform, on, today=today)
    if found is None:
        raise Refusal.of("on", "该平台在撤销日期没有有效的认定，无须撤销。")
    return found


def _taken(proposal: RevocationProposal, move: Move) -> RevocationProposal:
    """Return the proposal as it is now, locked, if ``move`` can start from that."""
    row: RevocationProposal = (
        RevocationProposal.objects.select_for_update(of=("self",))
        .select_related("platform__region")
        .get(pk=proposal.pk)
    )
    if row.status not in move.sources:
        raise Gone(f"“{move.label}”未执行：该提议现为“{row.get_status_display()}”，请刷新页面后查看。")
    return row


def _frozen(proposal: RevocationProposal, fact: Ground) -> RevocationFact:
    counted = fact.complaints.order_by("received_at", "pk").values_list("number", flat=True)
    return RevocationFact(
        proposal=proposal,
        fact=fact,
        number=fact.number,
        text=fact.text,
        happened_on=fact.happened_on,
        confirmation=fact.decision_reason,
        complaints=list(counted),
    )
