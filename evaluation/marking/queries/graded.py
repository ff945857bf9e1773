"""Which applications of a round are judged and graded."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from evaluation.models import Assessment
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.bans import bans_on
from platforms.models import Application, Round
from platforms.rounds.readiness import Finding, Weight


def judged(round: Round) -> QuerySet[Assessment]:
    """Return the assessments of the round whose application still stands as accepted."""
    return Assessment.objects.filter(evaluation__round=round, application__status=ApplicationStatus.ACCEPTED)


def graded(round: Round, *, on: date, kept: Iterable[Application] | None = None) -> QuerySet[Assessment]:
    """Return the assessments of the round that can be published on the day ``on``.

    Their applications are accepted, their grades confirmed, and no ban keeps from certification whom it would follow.
    ``kept`` is what :func:`kept_out` said, for a caller who has asked already.
    """
    return judged(round).exclude(grade="").exclude(application__in=kept_out(round, on=on) if kept is None else kept)


def kept_out(round: Round, *, on: date) -> list[Application]:
    """Return the applications of ``round`` that earned a certification and get none, as a ban is in force on ``on``.

    A platform may be revoked while its application is accepted already; for three years none is certified (五).
    """
    earned = judged(round).filter(grade__in=round.terms.certified)
    rows = list(
        Application.objects.filter(assessment__in=earned).select_related("region", "town", "park").order_by("number")
    )
    bans = bans_on(operator_codes={row.operator_code for row in rows}, site_keys={row.site_key for row in rows}, on=on)
    return [
        row for row in rows if any(ban.meets(operator_code=row.operator_code, site_key=row.site_key) for ban in bans)
    ]


def applications(rows: QuerySet[Application], what: str, weight: Weight = Weight.ASKS) -> list[Finding]:
    """Return one finding that names ``rows``, each with its page; nothing where there are none."""
    found = list(rows.order_by("number").values_list("pk", "number", "round", "status"))
    if not found:
        return []
    names = tuple((number, reverse("admin:platforms_application_change", args=(pk,))) for pk, number, *_ in found)
    _, _, round_, status = found[0]
    listing = reverse("admin:platforms_application_changelist")
    url = f"{listing}?round__id__exact={round_}&status__exact={status}"
    return [Finding(f"还有 {len(names)} {what}", weight, names, url, "查看申报表")]
