"""The rows below an application: staff, services, partners and rules, replaced as a whole."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F

from platforms import unreadable
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.forms import row_model, rows_of
from platforms.applications.sections import row_kind
from platforms.applications.services import gap_counts
from platforms.applications.services.ownership import STALE, check_may_change, check_open, check_version, locked
from platforms.applications.services.values import clean_unreadable, clean_values
from platforms.audit.services import audit
from platforms.errors import Refusal, StaleVersion
from platforms.models import Application, User
from platforms.values import field_of, row_in_words

#: More than any form needs; a forged one does not hold the database for long.
MOST_ROWS = 200


@transaction.atomic
def save_rows(
    *,
    application: Application,
    section: str,
    rows: Sequence[Mapping[str, Any]],
    version: int,
    by: User | None,
    at: datetime,
    actor: str = "",
) -> Application:
    """Replace the rows of one kind (``staff``, ``services``, ``partners`` or ``rules``) by ``rows``.

    A draft takes rows that are only begun; what stands in a box and no column holds comes under ``unreadable``, see
    :mod:`platforms.unreadable`. Where nothing differs nothing is saved and the version stays.

    Raises:
        StaleVersion: ``version`` is not the one that is stored.
        Refusal: not editable, not the person's own, or a row that is wrong; the sentence names row and column.
    """
    row = locked(application)
    kind = row_kind(section)
    check_may_change(row, by=by, at=at, actor=actor, section=kind.section)
    check_version(row, version)
    if len(rows) > MOST_ROWS:
        raise Refusal(f"“{kind.title}”最多 {MOST_ROWS} 行，现为 {len(rows)} 行。")
    model = row_model(section)
    cleaned = [_clean_row(model, kind.fields, each, place) for place, each in enumerate(rows, start=1)]
    before = rows_of(row, section)
    if before == cleaned:
        return row
    check_open(row, by=by, at=at, section=kind.section, fields=[section])
    getattr(row, section).all().delete()
    _insert([model(application=row, **values) for values in cleaned])
    editable = Application.objects.filter(
        pk=row.pk, version=version, status__in=(ApplicationStatus.DRAFT, ApplicationStatus.RETURNED)
    )
    if not editable.update(version=F("version") + 1, saved_at=at):
        raise StaleVersion(STALE)
    changes = {kind.title: [[row_in_words(model, each) for each in some] for some in (before, cleaned)]}
    audit.record(verb=f"填写{kind.title}", by=by, at=at, target=row, changes=changes, actor=actor)
    saved = locked(row)
    gap_counts.keep([saved])
    return saved


def _insert(made: Sequence[models.Model]) -> None:
    """Insert the rows; those that must differ from each other go in one by one, so that each is judged by the last."""
    unique = any(isinstance(each, models.UniqueConstraint) for row in made[:1] for each in row._meta.constraints)
    for place, row in enumerate(made, start=1):
        try:
            row.validate_constraints()
        except ValidationError as error:
            raise Refusal(f"第 {place} 行：{''.join(error.messages)}") from None
        if unique:
            row.save(force_insert=True)
    if not unique and made:
        type(made[0])._default_manager.bulk_create(made)


def _clean_row(
    model: type[models.Model], fields: Sequence[str], values: Mapping[str, Any], place: int
) -> dict[str, Any]:
    kept = unreadable.of(values)
    if ((set(values) - {unreadable.KEY}) | set(kept)) - set(fields):
        raise Refusal(f"第 {place} 行有不能在此填写的内容，未保存。")
    defaults = {name: field_of(model, name).get_default() for name in fields}
    columns = {name: value for name, value in values.items() if name != unreadable.KEY}
    cleaned = clean_values(model, {**defaults, **columns}, where=f"第 {place} 行", begun=True)
    return unreadable.with_it(cleaned, clean_unreadable(kept))
