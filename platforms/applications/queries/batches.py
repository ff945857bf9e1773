"""What a region can report and has reported: the checklist before a report, and what is in its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from platforms.applications import completeness, eligibility
from platforms.applications.choices import ApplicationStatus, AttachmentKind
from platforms.applications.completeness import Gap
from platforms.applications.queries.forms import check_code, content_of, digest_of, forms_of
from platforms.applications.queries.sites import facts_of_all
from platforms.models import Application, Attachment, Batch, BatchItem, Round, User
from platforms.scope import regions_of_officer


@dataclass(frozen=True)
class Candidate:
    """One draft that may be reported, and what the officer should know before.

    ``gaps`` and ``against`` (sentences: not eligible, a ban) keep it out; ``warnings`` do not. ``checked`` is None
    where the county never checked it, else whether it was checked as it stands; ``stamped`` likewise for the scan.
    """

    application: Application
    gaps: tuple[Gap, ...]
    against: tuple[str, ...]
    warnings: tuple[str, ...]
    checked: bool | None
    stamped: bool | None

    @property
    def is_ready(self) -> bool:
        """Whether it can go in."""
        return not self.gaps and not self.against


def own_drafts(user: User, round: Round) -> QuerySet[Application]:
    """Return the drafts of ``round`` that are ``user``'s to report, by number."""
    rows: QuerySet[Application] = Application.objects.visible_to(user).filter(
        round=round, region=user.region_id, status=ApplicationStatus.DRAFT
    )
    return rows.select_related(
        "round", "region__host", "town__region", "town__zone", "park__region", "checked_by"
    ).order_by("number")


def candidates(rows: Sequence[Application], *, role: str, on: date) -> list[Candidate]:
    """Return the checklist of the drafts ``rows``, in their order, with as many queries as for one."""
    forms = forms_of(rows)
    scans = dict(
        Attachment.objects.filter(application__in=rows, kind=AttachmentKind.STAMPED, replaced_at__isnull=True)
        .order_by("pk")
        .values_list("application", "form_digest")
    )
    found = []
    for row, facts in zip(rows, facts_of_all(rows, role=role, on=on), strict=True):
        form = forms[row.pk]
        scan = scans.get(row.pk)
        found.append(
            Candidate(
                application=row,
                gaps=completeness.gaps(form),
                against=eligibility.problems(facts),
                warnings=tuple(gap.message for gap in completeness.warnings(form)),
                checked=None if row.checked_version is None else row.checked_version == row.version,
                stamped=None if scan is None else scan in ("", digest_of(content_of(form))),
            )
        )
    return found


def complete_count(user: User, round: Round) -> int:
    """Return how many drafts of ``round`` that are the person's to report lack nothing."""
    rows = own_drafts(user, round)
    current = Q(gaps_version=F("version"))
    # Of the version, which every row has and the index too.
    all_, known, complete = (Count("version", filter=each) for each in (None, current, current & Q(gap_count=0)))
    counted = rows.order_by().aggregate(all=all_, known=known, complete=complete)
    if counted["known"] == counted["all"]:
        return int(counted["complete"])
    old = list(rows.filter(Q(gaps_version__isnull=True) | ~current))
    return int(counted["complete"]) + sum(not completeness.gaps(form) for form in forms_of(old).values())


def own_batches(user: User) -> QuerySet[Batch]:
    """Return the reports that are the person's own: those of its region, or the city's of key industries."""
    rows: QuerySet[Batch] = Batch.objects.visible_to(user)
    return counted(
        rows.filter(region__in=own) if (own := regions_of_officer(user)) else rows.filter(region__isnull=True)
    )


def counted(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    """Return ``batches``, the latest first, with ``items_count`` and how many of them were ``withdrawn`` since."""
    return (
        batches.select_related("round", "region", "reported_by")
        .annotate(
            items_count=Count("items"),
            withdrawn=Count("items", filter=Q(items__application__status=ApplicationStatus.WITHDRAWN)),
        )
        .order_by("-reported_at", "-pk")
    )


@dataclass(frozen=True)
class Line:
    """One line of a receipt: the application as it stands now and the code of the content that was reported."""

    item: BatchItem
    check_code: str


def items_of(batch: Batch) -> QuerySet[BatchItem]:
    """Return what went in with ``batch``, in order, with the versions that were frozen."""
    return batch.items.select_related(
        "version", "application__region", "application__town", "application__park"
    ).order_by("position")


def lines_of(batch: Batch) -> list[Line]:
    """Return the lines of the receipt of ``batch``."""
    return [Line(item, check_code(item.version.data)) for item in items_of(batch)]
