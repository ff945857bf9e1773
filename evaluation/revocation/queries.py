"""What a revocation (五) can rest on, what waits to be decided, and what stands against deciding it."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet

from evaluation.certification.queries.in_force import held_by
from evaluation.hearings import queries as hearings
from evaluation.models import Certification, RevocationFact, RevocationProposal
from evaluation.revocation.choices import ProposalStatus
from platforms.cases.choices import GroundStatus
from platforms.cases.queries import grounds
from platforms.models import Ground, Platform, User
from platforms.notices.choices import Collector
from platforms.notices.models import value_of
from platforms.notices.terms import Terms
from platforms.rounds.queries.calendar_days import known_days
from platforms.working_days import working_days_after

#: Of a hearing: its proposal was decided, declined or withdrawn.
NO_LONGER_PROPOSED = Q(revocation__isnull=False) & ~Q(revocation__status=ProposalStatus.PROPOSED)


def usable_facts(platform: Platform) -> list[Ground]:
    """Return the confirmed facts about ``platform`` that hold and carry no other revocation."""
    used = RevocationFact.objects.filter(is_used=True).values("fact")
    rows = grounds.confirmed(platform).exclude(pk__in=used).order_by("ground", "happened_on", "pk")
    return [row for row in rows if grounds.holds(row)]


def certificate_on(platform: Platform, on: date, *, today: date) -> Certification | None:
    """Return what a revocation of ``platform`` from the day ``on`` takes away: the certificate in force then.

    One that begins only later is taken away before it does, from ``today``.
    """
    begun = Q(valid_from__lte=on)
    rows = held_by(platform.pk, on).filter(begun | Q(valid_from__gt=today) if on == today else begun)
    return rows.select_related("result__publication__round").first()


def terms_of(certification: Certification) -> Terms:
    """Return the terms of the notice that ``certification`` was given under."""
    return certification.result.publication.round.terms


def too_few(platform: Platform, terms: Terms, ground: str, facts: Iterable[Ground]) -> str:
    """Return why ``facts`` do not carry ``ground`` if it is the one of complaints (五·(三)), or nothing.

    The register's own count: verified complaints since the last revocation of the platform, what was merged once.
    """
    if terms.ground(ground).collector != Collector.COMPLAINTS:
        return ""
    count = grounds.verified_complaints(platform).filter(ground__in=list(facts)).count()
    if count >= terms.complaints_enough:
        return ""
    return f"核实的投诉须满 {terms.complaints_enough} 件，现计入 {count} 件。"


def obstacles(proposal: RevocationProposal) -> list[str]:
    """Return, in sentences, what has changed in the register since it was proposed and forbids to decide it."""
    frozen = list(proposal.facts.select_related("fact"))
    found = []
    for each in frozen:
        now = each.fact
        if now.status != GroundStatus.CONFIRMED:
            found.append(f"事实 {each.number} 现为“{now.get_status_display()}”，不再是已确认的事实。")
        elif (now.text, now.happened_on) != (each.text, each.happened_on):
            found.append(f"事实 {each.number} 在提出之后有变更。")
    terms = value_of(proposal.notice_id).terms
    few = too_few(proposal.platform, terms, proposal.ground, [each.fact for each in frozen])
    return [*found, few] if few else found


def unheard(proposal: RevocationProposal, on: date) -> str:
    """Return in a sentence what of the hearing is missing before a decision on the day ``on``, or nothing."""
    return hearings.why_not_over(proposal.hearing, on)


def answer_by(on: date) -> date:
    """Return the last day to answer what was told on the day ``on``: so many working days after as are set."""
    return working_days_after(on, settings.HEARING_DAYS, known_days())


def waiting_for(user: User) -> QuerySet[RevocationProposal]:
    """Return the proposals that wait for ``user`` to decide: those of somebody else."""
    rows: QuerySet[RevocationProposal] = RevocationProposal.objects.visible_to(user)
    if not user.has_perm("evaluation.decide_revocation"):
        return rows.none()
    return rows.filter(status=ProposalStatus.PROPOSED).exclude(proposed_by=user)


def of_platform(platform: Platform | int) -> QuerySet[RevocationProposal]:
    """Return the proposals about ``platform``, the latest first; the caller checked the scope."""
    rows: QuerySet[RevocationProposal] = RevocationProposal.objects.filter(platform=platform)
    return rows.select_related("proposed_by", "decided_by")


def against_giving_up(platform: Platform) -> str:
    """Return why ``platform`` may not give its certification up, or nothing: whom a revocation waits for would go
    without the ban that follows one."""
    waiting = of_platform(platform).filter(status=ProposalStatus.PROPOSED).first()
    return f"该平台有待决定的撤销认定 {waiting.number}，办结后才能办理放弃。" if waiting else ""


def certificates_of(proposal: RevocationProposal) -> QuerySet[Certification]:
    """Return the certificates that ``proposal`` is about, the latest first: those it ended, or would end."""
    rows: QuerySet[Certification] = Certification.objects.filter(
        result__platform=proposal.platform_id, valid_until__gte=proposal.effective_on
    )
    held = Q(ground="") & ~Q(end__isnull=False, end__ended_on__lte=proposal.effective_on)
    rows = rows.filter(held | Q(revoked_on=proposal.effective_on, ground=proposal.ground))
    return rows.order_by("-valid_from")
