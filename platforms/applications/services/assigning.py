"""Which city officer looks after an application."""

from datetime import datetime

from django.db import transaction

from platforms.applications.services.ownership import locked
from platforms.audit.services import audit
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.models import Application, User
from platforms.rounds.services.locking import check_not_published


@transaction.atomic
def assign(*, application: Application, to: User | None, by: User, at: datetime) -> Application:
    """Give ``application`` to the city officer ``to``, or with None to nobody; the same again changes nothing.

    Raises:
        Refusal: no permission, ``to`` is no active city officer, or the round is published.
    """
    if not by.has_perm("platforms.assign_application"):
        raise Refusal("您没有分派申报表的权限。")
    if to is not None and (to.role != Role.CITY or not to.is_active):
        raise Refusal("申报表只能分派给在用的市经信局账号。")
    row = locked(application)
    check_not_published(row.round)
    if row.assigned_to_id == (to.pk if to else None):
        return row
    before = row.assigned_to.name if row.assigned_to else None
    Application.objects.filter(pk=row.pk).update(assigned_to=to)
    row.assigned_to = to
    audit.record(verb="分派申报表", by=by, at=at, target=row, changes={"经办人": [before, to.name if to else None]})
    return row
