"""A number of a person that is shown to somebody of another region: one at a time, and the log says so."""

from datetime import datetime

from django.db import models, transaction

from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import User

PERMISSION = "platforms.show_phone"


@transaction.atomic
def show(*, target: models.Model, code: str, whose: str, number: str, by: User, at: datetime) -> str:
    """Return ``number`` to be shown to ``by`` this once; the log keeps of whom (``whose``, of the row ``code``).

    Raises:
        Refusal: ``by`` may not, or there is no number.
    """
    if not by.has_perm(PERMISSION):
        raise Refusal("您没有查看手机号的权限。")
    if not number:
        raise Refusal("没有登记号码。")
    audit.record(verb="查看手机号", by=by, at=at, target=target, code=code, reason=whose)
    return number
