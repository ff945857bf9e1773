"""The one liaison officer that each region names for a round (四·(一))."""

from datetime import datetime

from django.db import IntegrityError, transaction

from platforms import checks
from platforms.audit.services import audit
from platforms.choices import Role
from platforms.errors import Gone, Refusal
from platforms.models import Liaison, Region, Round, User
from platforms.rounds.services.locking import check_not_published
from platforms.text import clean_text
from platforms.values import described_changes


@transaction.atomic
def name_liaison(
    *, round: Round, region: Region, name: str, post: str, phone: str, email: str = "", by: User, at: datetime
) -> Liaison:
    """Name the liaison officer of ``region``, or put another one in the place of the one named before.

    ``email`` may be left out; without one, reminders and receipts are texts to copy.

    Raises:
        Refusal: not the person's own region or one that has ended, a value that is empty or wrong, or the round is
            published.
        Gone: a colleague named one at the same moment.
    """
    if not by.has_perm("platforms.change_liaison") or (by.role == Role.COUNTY and by.region_id != region.pk):
        raise Refusal("您没有填写这个地区联络员的权限。")
    check_not_published(Round.objects.get(pk=round.pk))
    if region.ended:
        raise Refusal(region.ended)
    values = {
        "name": clean_text("联络员姓名", name, most=40, required=True),
        "post": clean_text("职务", post, most=40, required=True),
        "phone": checks.normalise_phones(clean_text("联系电话", phone, most=60, required=True)),
        "email": clean_text("电子邮箱", email, most=120),
    }
    wrong = checks.check_phones(values["phone"]) or (checks.check_email(values["email"]) if values["email"] else None)
    if wrong:
        raise Refusal(wrong)
    liaison = Liaison.objects.filter(round=round, region=region).first()
    if liaison is None:
        liaison = Liaison(round=round, region=region)
    changes = described_changes(liaison, values)
    if not changes:
        return liaison
    for field, value in values.items():
        setattr(liaison, field, value)
    try:
        with transaction.atomic():
            liaison.save()
    except IntegrityError:
        raise Gone("联络员刚刚由同事填写，请刷新页面查看。") from None
    audit.record(verb="明确联络员", by=by, at=at, target=liaison, code=region.code, changes=changes)
    return liaison
