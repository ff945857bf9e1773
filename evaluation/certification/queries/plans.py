"""Plans of publication: which one waits, for whom, and what was prepared."""

from collections import Counter

from django.db.models import QuerySet

from evaluation.certification.choices import PlanStatus, PreparedKind
from evaluation.models import Prepared, PublicationPlan
from platforms.models import Round, User


def open_plan(round: Round) -> PublicationPlan | None:
    """Return the plan of ``round`` that waits, or nothing."""
    return PublicationPlan.objects.filter(round=round, status=PlanStatus.PROPOSED).first()


def waiting_for(user: User) -> QuerySet[PublicationPlan]:
    """Return the plans that wait for ``user`` to approve: prepared, and proposed by somebody else."""
    rows: QuerySet[PublicationPlan] = PublicationPlan.objects.visible_to(user)
    if not user.has_perm("evaluation.publish_results"):
        return rows.none()
    return rows.filter(status=PlanStatus.PROPOSED, prepared_at__isnull=False).exclude(proposed_by=user)


def unprepared(user: User) -> QuerySet[PublicationPlan]:
    """Return the plans that ``user`` proposed and whose preparation did not come to its end."""
    rows: QuerySet[PublicationPlan] = PublicationPlan.objects.visible_to(user)
    return rows.filter(status=PlanStatus.PROPOSED, prepared_at__isnull=True, proposed_by=user)


def counts(plan: PublicationPlan) -> dict[str, tuple[int, int]]:
    """Return for each kind of :class:`PreparedKind` how many there are and how many of them are done."""
    rows = Prepared.objects.filter(plan=plan).values_list("kind", "digest")
    there: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for kind, digest in rows:
        there[kind] += 1
        done[kind] += bool(digest) or kind == PreparedKind.MAIL
    return {kind: (there[kind], done[kind]) for kind in PreparedKind.values if there[kind]}
