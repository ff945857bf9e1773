"""What submitting, returning and answering have in common: begun on a locked row, checked, frozen, recorded."""

from datetime import datetime
from typing import Any

from platforms.applications import completeness, eligibility
from platforms.applications.queries.forms import digest_of, form_data
from platforms.applications.queries.sites import facts_of
from platforms.applications.services import documents
from platforms.applications.services.drafts import local_day
from platforms.applications.services.ownership import check_own, locked
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.models import Application, ApplicationMove, ApplicationVersion, User
from platforms.move_table import Move
from platforms.rounds.services.locking import check_not_published, locked_round

_MOST_SHOWN = 3


class Incomplete(Refusal):
    """The form lacks something; ``gaps`` lists all of it, the sentence the first few."""

    def __init__(self, gaps: tuple[completeness.Gap, ...]) -> None:
        shown = "".join(gap.message for gap in gaps[:_MOST_SHOWN])
        more = "等" if len(gaps) > _MOST_SHOWN else ""
        super().__init__(f"申报表还有 {len(gaps)} 处需要补充或更正{more}：{shown}")
        self.gaps = gaps


def begin(application: Application, move: Move, *, by: User, own: bool = True) -> Application:
    """Return the row, locked, if it is in a status that ``move`` starts from and its round is not published.

    Raises:
        Gone: it is in another status by now.
        Refusal: with ``own``, it is not the person's to file; or the round is published.
    """
    row = locked(application)
    if own:
        check_own(row, by)
    if row.status not in move.sources:
        raise Gone(f"“{move.label}”未执行：申报表现为“{row.get_status_display()}”，请刷新页面后查看最新情况。")
    row.round = locked_round(row.round)
    check_not_published(row.round)
    return row


def check_fit(row: Application, *, by: User, at: datetime) -> None:
    """Refuse a form with gaps, and a place or operator that may not apply.

    Raises:
        Incomplete: something is missing.
        Refusal: a ban is in force, or the type does not fit the place.
    """
    gaps = completeness.gaps(form_data(row))
    if gaps:
        raise Incomplete(gaps)
    against = eligibility.problems(facts_of(row, role=by.role, on=local_day(at)))
    if against:
        raise Refusal("".join(against))


def freeze(row: Application, *, by: User, at: datetime, data: dict[str, Any] | None = None) -> ApplicationVersion:
    """Keep what the form says now as its next version, and its print; ``data`` is its ``form_data`` where known."""
    data = form_data(row) if data is None else data
    version = ApplicationVersion.objects.create(
        application=row,
        number=row.versions.count() + 1,
        data=data,
        digest=digest_of(data),
        submitted_at=at,
        submitted_by=by,
    )
    documents.freeze(version=version, at=at)
    return version


def record(row: Application, move: Move, *, source: str, reason: str, by: User, at: datetime) -> ApplicationMove:
    """Write down that ``row`` was moved, for its history and for the log."""
    made = ApplicationMove.objects.create(
        application=row,
        name=move.name,
        label=move.label,
        source=source,
        target=move.target,
        reason=reason,
        at=at,
        by=by,
    )
    audit.record(verb=move.label, by=by, at=at, target=row, reason=reason)
    return made
