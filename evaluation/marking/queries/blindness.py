"""Who may read what of whose scores: judges do not see each other before they have given theirs (四·(四)).

A judge reads the own sheet and nothing of another one, a county the sheets of its region. An officer of the city reads
a county's sheet and those of the assessors once they are handed in, the assessors' all at once; one who judges the
platform reads nothing of it but the own sheet until that one and the assessors' are handed in. Lists, columns,
filters, files, histories and pages all ask here.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from evaluation.marking.choices import SheetKind, SheetStatus
from evaluation.models import Assessment, Proof, Sheet
from platforms.choices import Role
from platforms.models import User


def seeing(rows: QuerySet[Assessment], user: User) -> QuerySet[Assessment]:
    """Return those of ``rows`` whose scores ``user`` may read: not those that this person still judges blind."""
    return rows.exclude(Exists(_blind_for(user, "pk")))


def readable(rows: QuerySet[Sheet], user: User) -> QuerySet[Sheet]:
    """Return those of ``rows``, which ``user`` may list, of which this person may read the contents as well."""
    if user.role == Role.COUNTY:
        return rows.filter(kind=SheetKind.COUNTY)
    own = Q(judge=user.pk)
    if user.role != Role.CITY:
        return rows.filter(own)
    done = Q(status=SheetStatus.HANDED_IN) & (Q(kind=SheetKind.COUNTY) | ~Exists(_assessors_at_work("assessment")))
    return rows.filter(own | (done & ~Exists(_blind_for(user, "assessment"))))


def readable_pks(sheets: list[Sheet], user: User) -> set[int]:
    """Return the keys of those of ``sheets`` of which ``user`` may read the contents."""
    return set(readable(Sheet.objects.filter(pk__in=[each.pk for each in sheets]), user).values_list("pk", flat=True))


def readable_proofs(assessment: Assessment, user: User) -> QuerySet[Proof]:
    """Return what was put beside the scores of ``assessment`` that ``user`` may look at: with the sheet it belongs to.

    What belongs to the scores that count is read by the city only.
    """
    sheets = readable(assessment.sheets.all(), user)
    may_read = Q(sheet__in=sheets.values("pk"))
    if user.role == Role.CITY and seeing(Assessment.objects.filter(pk=assessment.pk), user).exists():
        may_read |= Q(sheet__isnull=True)
    return Proof.objects.filter(may_read, score__assessment=assessment)


def _blind_for(user: User, assessment: str) -> QuerySet[Sheet]:
    """Return the sheets of ``user`` on a platform (the key under ``assessment``) that forbid to read others."""
    own_open = Q(status=SheetStatus.OPEN)
    return Sheet.objects.filter(
        own_open | Exists(_assessors_at_work("assessment")), assessment=OuterRef(assessment), judge=user.pk
    )


def _assessors_at_work(assessment: str) -> QuerySet[Sheet]:
    return Sheet.objects.filter(assessment=OuterRef(assessment), kind=SheetKind.ASSESSOR, status=SheetStatus.OPEN)
