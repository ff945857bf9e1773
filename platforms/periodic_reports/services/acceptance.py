"""How the way of an application ends: accepted, with its platform and the tasks of the phases, or withdrawn."""

from datetime import datetime
from typing import Any

from django.db import transaction

from platforms.applications.eligibility import ban_sentence
from platforms.applications.queries.sites import facts_of, same_place
from platforms.applications.queries.withdrawal import comes_after
from platforms.applications.services import mails as application_mails
from platforms.applications.services.drafts import local_day
from platforms.applications.services.filing import begin, record
from platforms.applications.services.platform_codes import next_code
from platforms.applications.workflow import APPLICATION
from platforms.choices import PlatformType
from platforms.errors import Refusal
from platforms.models import Application, Platform, User
from platforms.moves import apply_move, check_may_move
from platforms.periodic_reports.services import rows as report_rows
from platforms.service_records.services import rollup as service_rollup
from platforms.tasks.services import tasks
from platforms.text import clean_text


@transaction.atomic
def withdraw(*, application: Application, reason: str, by: User, at: datetime) -> Application:
    """Withdraw a submitted, returned or accepted application of one's own, until the round is published.

    What it comes after (``applications.queries.withdrawal``) is kept in the log with it.

    Raises:
        Gone, Refusal: it is in no such status, not the person's own, no reason, or the round is published.
    """
    move = check_may_move(workflow=APPLICATION, name="withdraw", by=by, reason=reason)
    reason = clean_text("撤回理由", reason, most=1000, required=True)
    row = begin(application, move, by=by)
    source = row.status
    after = [found.kept for found in comes_after(row)]
    apply_move(row, move=move, withdrawn_at=at)
    changes = {"撤回时点": ["", "；".join(after)]} if after else None
    record(row, move, source=source, reason=reason, by=by, at=at, changes=changes)
    if row.platform is not None:
        tasks.sync(round=row.round, platforms=[row.platform])
    return row


@transaction.atomic
def accept(*, application: Application, by: User, at: datetime, opinion: str = "") -> Application:
    """Accept a submitted application; its platform is found by place or made, and gets the tasks of the phases.

    ``opinion`` is the city's opinion on the form. The liaison officer of the region is written to.

    Raises:
        Gone, Refusal: it is not submitted, ``by`` may not, a ban is in force by now, or the round is published.
    """
    move = check_may_move(workflow=APPLICATION, name="accept", by=by)
    opinion = clean_text("市级审核意见", opinion, most=400)
    row = begin(application, move, by=by, own=False)
    bans = facts_of(row, role=by.role, on=local_day(at)).bans
    if bans:
        raise Refusal("".join(map(ban_sentence, bans)))
    source = row.status
    platform = _platform_of(row, at=at)
    apply_move(row, move=move, accepted_at=at, platform=platform, city_opinion=opinion)
    record(row, move, source=source, reason=opinion, by=by, at=at)
    tasks.sync(round=row.round, platforms=[platform])
    report_rows.sync_all(platforms=[platform])
    if row.region is not None:
        application_mails.tell_accepted(row, by=by, at=at)
    return row


def _platform_of(row: Application, *, at: datetime) -> Platform:
    """Return the platform at the place of ``row``, with name, operator, type and region accepted now.

    It is found by its place alone, so that no place has two; made if there is none.
    """
    latest: dict[str, Any] = {"name": row.name, "operator_name": row.operator_name, "operator_code": row.operator_code}
    if row.type == PlatformType.INDUSTRY:
        latest["industry_chain"] = row.industry_chain
    found = Platform.objects.select_for_update().filter(same_place(row)).first()
    if found is not None:
        # The same place, whoever runs and files it by now: the town may have come under a zone committee, or left it.
        if found.region_id != row.region_id:
            service_rollup.move_region(platform=found.pk, source=found.region_id, target=row.region_id)
            latest |= {"region": row.region}
        Platform.objects.filter(pk=found.pk).update(**latest, type=row.type)
        found.refresh_from_db()
        return found
    return Platform.objects.create(
        code=next_code(row.region),
        type=row.type,
        region=row.region,
        town=row.town,
        park=row.park,
        association=row.association,
        accepted_on=local_day(at),
        **latest,
    )
