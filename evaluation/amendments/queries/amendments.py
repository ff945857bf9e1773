"""What became of results after their publication: what waits to be decided, and what was decided."""

from datetime import date, datetime

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery

from evaluation.amendments import correcting, fields
from evaluation.amendments.choices import AmendmentStatus
from evaluation.certification.evidence import Evidence, from_data
from evaluation.certification.queries.in_force import in_force, state_of
from evaluation.certification.validity import HELD
from evaluation.models import Amendment, Certification, FrozenEvidence, Publication, Result
from platforms.choices import Role
from platforms.models import Platform, User
from platforms.scope import regions_of_officer


def decided(publication: Publication | None = None) -> tuple[int, datetime | None]:
    """Return how many lines got a new version by now, and when the last one did; of one publication where given."""
    rows = Amendment.objects.filter(status=AmendmentStatus.DECIDED)
    if publication is not None:
        rows = rows.filter(result__publication=publication)
    found = rows.aggregate(count=Count("pk"), at=Max("decided_at"))
    return found["count"], found["at"]


def waiting_for(user: User) -> QuerySet[Amendment]:
    """Return the proposals that wait for ``user`` to decide: those of somebody else."""
    rows: QuerySet[Amendment] = Amendment.objects.visible_to(user)
    if not user.has_perm("evaluation.decide_amendment"):
        return rows.none()
    return rows.filter(status=AmendmentStatus.PROPOSED).exclude(proposed_by=user)


def open_one(platform: Platform | int) -> Amendment | None:
    """Return the proposal about ``platform`` that waits, or nothing."""
    return Amendment.objects.filter(platform=platform, status=AmendmentStatus.PROPOSED).first()


def of_result(result: Result) -> QuerySet[Amendment]:
    """Return the proposals about any version of the line of ``result``, the latest first; the caller checks scope."""
    rows: QuerySet[Amendment] = Amendment.objects.filter(
        result__publication=result.publication_id, result__platform=result.platform_id
    )
    return rows.select_related("proposed_by", "decided_by")


def evidence_of(result: Result) -> Evidence | None:
    """Return what ``result`` was decided on; None for what was taken over from before."""
    frozen = FrozenEvidence.objects.filter(result=result).first()
    return None if frozen is None else from_data(frozen.data)


def operator_code_of(result: Result) -> str:
    """Return the credit code of the operator of ``result``: as certified, else of the register."""
    own: Certification | None = getattr(result, "certification", None)
    return (own.operator_code if own else "") or result.platform.operator_code


def lines_told(row: Amendment) -> list[str]:
    """Return what ``row`` changes, one line each: 档次：C档 改为 B档."""
    result = row.result
    labels = dict(result.publication.round.terms.grade_choices)
    found = [f"档次：{labels.get(result.grade, '')} 改为 {labels.get(row.grade, '')}"] if row.grade else []
    found += fields.told(row.changes)
    known = evidence_of(result) if row.entries else None
    if known is None:
        return found
    entries = {code: correcting.entry_of(data) for code, data in row.entries.items()}
    return found + [
        f"{line.indicator.title}：{correcting.told(line, line.entry)} 改为 "
        f"{correcting.told(line, entries[line.indicator.code])}"
        for line in known.lines
        if line.indicator.code in entries
    ]


def in_the_way(result: Result, *, on: date) -> str:
    """Return why nothing can be proposed about ``result`` on the day ``on``, or nothing."""
    if Result.objects.filter(corrects=result).exists():
        return "这一版已被更正或变更，请打开最新一版后办理。"
    own: Certification | None = getattr(result, "certification", None)
    if own is not None and (now := state_of(own, on)) not in HELD:
        return f"原证书 {own.number} {now.label}，这一年度的认定结果不再更正或变更。"
    waiting = open_one(result.platform_id)
    return f"该平台已有待决定的{waiting.get_kind_display()} {waiting.number}，请先办结。" if waiting else ""


def to_change(platform: Platform, *, on: date) -> Result | None:
    """Return the line of ``platform`` that a change is about: that of the certificate held ``on``, else the latest."""
    rows = Result.objects.current().filter(platform=platform)
    rows = rows.select_related("publication__round", "platform", "certification").order_by("-publication__round__year")
    held = in_force(on).filter(result__platform=platform).values("result")
    return rows.filter(pk__in=held).first() or rows.first()


def changeable(user: User, *, on: date) -> QuerySet[Result]:
    """Return the lines whose certificates are in force ``on`` and that ``user`` may ask to change, by code.

    A county has its own regions. ``asked`` is the key of the latest proposal about the platform, ``asked_number`` and
    ``asked_status`` tell of it.
    """
    rows = Result.objects.filter(certification__in=in_force(on))
    if user.role == Role.COUNTY:
        rows = rows.filter(platform__region__in=regions_of_officer(user))
    about = Amendment.objects.visible_to(user).filter(platform=OuterRef("platform")).order_by("-proposed_at", "-pk")
    latest = {name: Subquery(about.values(name)[:1]) for name in ("pk", "number", "status")}
    return rows.annotate(asked=latest["pk"], asked_number=latest["number"], asked_status=latest["status"]).order_by(
        "code"
    )
