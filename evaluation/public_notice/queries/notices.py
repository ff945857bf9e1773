"""Public notices as their readers meet them: what was opened, the lines of each, and what changed since."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from evaluation.marking.queries.graded import graded
from evaluation.models import Assessment, NoticeLine, PublicNotice
from evaluation.public_notice.choices import NoticeStatus
from evaluation.public_notice.running import Period
from platforms.applications.choices import ApplicationStatus
from platforms.models import Round, User

#: What anybody may read of; nothing else of a notice is known outside of the city.
RELEASED = (NoticeStatus.OPENED, NoticeStatus.STOPPED)


@dataclass(frozen=True)
class Versions:
    """What a notice says of one platform, the latest version first."""

    latest: NoticeLine
    older: tuple[NoticeLine, ...]


def released() -> QuerySet[PublicNotice]:
    """Return the notices that were opened, the latest first."""
    return PublicNotice.objects.filter(status__in=RELEASED).select_related("round").order_by("-starts_on", "-pk")


def running(on: date) -> list[PublicNotice]:
    """Return the notices that run on the day ``on``."""
    return list(released().filter(status=NoticeStatus.OPENED, starts_on__lte=on, ends_on__gte=on))


def opened_of(round: Round) -> PublicNotice | None:
    """Return the notice of ``round`` that was opened and not stopped, or None."""
    return PublicNotice.objects.filter(round=round, status=NoticeStatus.OPENED).first()


def pending_of(round: Round) -> PublicNotice | None:
    """Return the notice of ``round`` that waits for another officer or was opened, or None."""
    pending = (NoticeStatus.PROPOSED, NoticeStatus.OPENED)
    return PublicNotice.objects.filter(round=round, status__in=pending).first()


def period_of(notice: PublicNotice) -> Period:
    """Return the period of ``notice``."""
    return Period(notice.starts_on, notice.ends_on, stopped=notice.status == NoticeStatus.STOPPED)


def latest_lines(notice: PublicNotice) -> QuerySet[NoticeLine]:
    """Return the line of each platform that counts: the last of its versions."""
    newer = NoticeLine.objects.filter(
        notice=OuterRef("notice"), assessment=OuterRef("assessment"), version__gt=OuterRef("version")
    )
    return NoticeLine.objects.filter(~Exists(newer), notice=notice)


def seen_by_public(notice: PublicNotice) -> QuerySet[NoticeLine]:
    """Return the latest lines of the platforms that the public reads, or read before they left the list, by code."""
    public = NoticeLine.objects.filter(notice=OuterRef("notice"), assessment=OuterRef("assessment"), is_public=True)
    return latest_lines(notice).filter(Exists(public)).select_related("region", "notice__round").order_by("code")


def with_versions(latest: Iterable[NoticeLine], *, public: bool) -> list[Versions]:
    """Return the platforms of the ``latest`` lines of one notice with their older versions, ``public`` ones only."""
    rows = list(latest)
    changed = {row.assessment_id: row for row in rows if row.version > 1}
    found = NoticeLine.objects.filter(notice__in={row.notice_id for row in rows}, assessment__in=changed)
    if public:
        found = found.filter(is_public=True)
    older: dict[int, list[NoticeLine]] = defaultdict(list)
    for line in found.select_related("notice__round", "objection").order_by("-version") if changed else ():
        if line.version < changed[line.assessment_id].version:
            older[line.assessment_id].append(line)
    return [Versions(row, tuple(older[row.assessment_id])) for row in rows]


def differing(notice: PublicNotice) -> QuerySet[NoticeLine]:
    """Return the lines whose grade is another than the one confirmed now, or has none; what was withdrawn is left out.

    Reasons that changed with an equal grade hold nothing up.
    """
    rows = latest_lines(notice).exclude(grade=F("assessment__grade"))
    return rows.filter(assessment__application__status=ApplicationStatus.ACCEPTED).order_by("code")


def unlisted(notice: PublicNotice, *, on: date) -> QuerySet[Assessment]:
    """Return what could be published on the day ``on`` and is not on the list."""
    rows = graded(notice.round, on=on).exclude(notice_lines__notice=notice)
    return rows.select_related("application").order_by("application__number")


def waiting_for(user: User) -> QuerySet[PublicNotice]:
    """Return the notices that wait for a decision of ``user``: proposed by somebody else."""
    rows = PublicNotice.objects.visible_to(user).filter(status=NoticeStatus.PROPOSED)
    return rows.exclude(proposed_by=user) if user.has_perm("evaluation.open_publicnotice") else rows.none()


def edition() -> Hashable:
    """Return what the public pages of notices are made of, in short: as long as it is equal, so are they.

    Lines never change and are only added; objections are counted on the page. The day, which moves the states on, is
    the caller's.
    """
    last = NoticeLine.objects.aggregate(last=Max("pk"))["last"]
    ended = Count("objections", filter=Q(objections__answered_at__isnull=False))
    rows = PublicNotice.objects.filter(status__in=RELEASED).annotate(came=Count("objections"), ended=ended)
    return (tuple(rows.order_by("pk").values_list("pk", "status", "decided_at", "came", "ended")), last)


def telling_of(code: str) -> dict[int, NoticeLine]:
    """Return, by the key of the round, the last public line of the platform ``code`` in the notices of that round.

    Of two notices of a round, the first of which was stopped, it is that of the second.
    """
    rows = NoticeLine.objects.filter(notice__status__in=RELEASED, code=code, is_public=True)
    found: dict[int, NoticeLine] = {}
    for line in rows.select_related("notice__round").order_by("notice__starts_on", "notice", "version"):
        found[line.notice.round_id] = line
    return found
