"""The quotas of an earlier round taken over by a new one."""

from datetime import datetime

from django.db import transaction

from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import Quota, Round, User
from platforms.rounds.queries.quotas import takeover_for
from platforms.rounds.services.locking import check_not_published, locked_round


@transaction.atomic
def take_over(*, round: Round, by: User, at: datetime) -> list[Quota]:
    """Give each region of ``round`` without a quota the one that it has in the latest earlier round with quotas.

    What a region has already stays.

    Raises:
        Refusal: ``by`` may not, the round is published, or there is nothing to take over.
    """
    if not by.has_perm("platforms.add_quota"):
        raise Refusal("您没有填写名额的权限。")
    row = locked_round(round)
    check_not_published(row)
    found = takeover_for(row)
    if found is None:
        raise Refusal("以前各年度都没有名额，无法套用。")
    if not found.new:
        raise Refusal(f"{found.source}有名额的地区，{row}都已填写，没有可以套用的名额。")
    made = [Quota.objects.create(round=row, region=each.region, places=each.before or 0) for each in found.new]
    given = "、".join(f"{each.region} {each.places}" for each in made)
    changes = {f"名额（取自{found.source}）": [None, given]}
    audit.record(verb="套用上年度名额", by=by, at=at, target=row, code=str(row.year), changes=changes)
    return made
