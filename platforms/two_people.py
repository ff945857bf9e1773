"""What one person proposes and another decides; the database holds that they are two."""

from collections.abc import Collection

from django.db import models

from platforms.scope import ScopedModel

PROPOSED, WITHDRAWN = "proposed", "withdrawn"


class Proposal(ScopedModel):
    """Proposed by one, decided by another or withdrawn by who made it; a subclass adds ``status`` and what it is about.

    ``reason`` is internal. Its constraints are :func:`two_people`.
    """

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    reason = models.TextField("理由", max_length=1000)
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="提出人", related_name="+")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="决定人", related_name="+", null=True, blank=True
    )
    decision_reason = models.TextField("决定理由", max_length=400, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


def two_people(name: str, statuses: Collection[str]) -> tuple[models.CheckConstraint, ...]:
    """Return the constraints, called after ``name``, of a :class:`Proposal` with ``statuses``."""
    decided = [each for each in statuses if each not in (PROPOSED, WITHDRAWN)]
    return (
        models.CheckConstraint(condition=models.Q(status__in=list(statuses)), name=f"{name}_status_closed"),
        models.CheckConstraint(
            condition=models.Q(status=PROPOSED, decided_at__isnull=True, decided_by__isnull=True)
            | models.Q(status=WITHDRAWN, decided_at__isnull=False, decided_by=models.F("proposed_by"))
            | models.Q(status__in=decided, decided_at__isnull=False, decided_by__isnull=False),
            name=f"{name}_decision_has_who_and_when",
        ),
        models.CheckConstraint(
            condition=models.Q(status__in=(PROPOSED, WITHDRAWN)) | ~models.Q(decided_by=models.F("proposed_by")),
            name=f"{name}_needs_two_people",
        ),
    )
