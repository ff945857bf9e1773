"""Returning a form with questions, and submitting it again with their answers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from platforms.applications.choices import CorrectionLevel
from platforms.applications.correction import LATEST_DUE_DAYS, Asked, default_due
from platforms.applications.queries.corrections import asked_now
from platforms.applications.services import corrections
from platforms.applications.services import mails as application_mails
from platforms.applications.services.drafts import local_day
from platforms.applications.services.filing_steps import begin, check_fit, freeze, record
from platforms.applications.services.ownership import check_version
from platforms.applications.workflow import APPLICATION
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import Application, CorrectionItem, User
from platforms.moves import apply_move, check_may_move
from platforms.rounds.queries.calendar_days import known_days
from platforms.text import clean_text


@transaction.atomic
def return_for_correction(
    *,
    application: Application,
    reason: str,
    items: Sequence[Asked] = (),
    due_on: date | None = None,
    by: User,
    at: datetime,
) -> Application:
    """Return a submitted application to its county with a reason and questions, which stay for good.

    ``items`` name what is asked for, and only that is open again; without any, the whole form is, and the reason is
    the question. ``due_on`` is until when an answer is expected, ten working days after ``at`` where none is given.
    The liaison officer of the region is written to.

    Raises:
        Gone, Refusal: it is not submitted, no reason, ``by`` may not, the round is published; a question is empty,
            too long or names no part of the form; more than 50 of them; a day that has passed or lies too far ahead.
    """
    move = check_may_move(workflow=APPLICATION, name="return", by=by, reason=reason)
    reason = clean_text("退回理由", reason, most=1000, required=True)
    row = begin(application, move, by=by, own=False)
    asked = corrections.clean_items(row, items) or [Asked("", "", reason)]
    due = _due(due_on, local_day(at))
    source = row.status
    # A captured answer to an earlier return carries an older version and is refused.
    apply_move(row, move=move, version=F("version") + 1, correction_due_on=due)
    made = record(row, move, source=source, reason=reason, by=by, at=at)
    corrections.write_items(row, asked, level=CorrectionLevel.CITY, asked_in=made, by=by, at=at)
    if row.region is not None:
        mails.write_to_liaison(
            kind=MailKind.RETURNED,
            round=row.round,
            region=row.region,
            about=application_mails.about(row),
            context={"reason": reason, "items": str(len(asked)), "due": day_in_words(due)},
            by=by,
            at=at,
        )
    return row


@transaction.atomic
def resubmit(
    *,
    application: Application,
    version: int,
    answer: str,
    answers: Mapping[int, str] | None = None,
    by: User,
    at: datetime,
) -> Application:
    """Submit a returned application again with the answer to what was asked; possible until the round is published.

    ``answers`` maps keys of questions to what is answered; what was answered before need not be repeated. Where the
    whole form is the only question, ``answer`` answers it; else it may be left out.
    It was filed in time or marked late already, so neither the closing of filings nor the quota stands against it.

    Raises:
        Gone, StaleVersion, Incomplete, Refusal: as for ``filing.submit``; or a question is without answer.
    """
    answer = clean_text("补正说明", answer, most=1000)
    move = check_may_move(workflow=APPLICATION, name="resubmit", by=by, reason=answer or "逐项答复")
    row = begin(application, move, by=by)
    items = {item.pk: item for item in asked_now(row)}
    alone = next(iter(items.values())) if len(items) == 1 else None
    if not answer and (not items or (alone is not None and not alone.section and not alone.answer)):
        answer = (answers or {}).get(alone.pk, "") if alone is not None else ""
        check_may_move(workflow=APPLICATION, name="resubmit", by=by, reason=answer)
    check_version(row, version)
    _answer_all(row, items, answer, answers or {}, by=by, at=at)
    answer = answer or f"已逐项答复 {len(items)} 项补正要求。"
    check_fit(row, by=by, at=at)
    source = row.status
    apply_move(row, move=move, guard={"version": version}, version=F("version") + 1, last_submitted_at=at)
    freeze(row, by=by, at=at)
    record(row, move, source=source, reason=answer, by=by, at=at)
    return row


def _answer_all(
    row: Application,
    items: dict[int, CorrectionItem],
    answer: str,
    answers: Mapping[int, str],
    *,
    by: User,
    at: datetime,
) -> None:
    for key, text in answers.items():
        if key not in items:
            raise Refusal("补正要求已有变动，请刷新页面后查看最新的补正要求。")
        if text.strip():
            items[key] = corrections.answer(item=items[key], text=text, by=by, at=at)
    left = [item for item in items.values() if not item.answer]
    if len(items) == 1 and left and not left[0].section:
        corrections.answer(item=left.pop(), text=answer, by=by, at=at, most=1000)
    if left:
        first = corrections.named(row, left[0])
        more = "等" if len(left) > 1 else ""
        raise Refusal(f"还有 {len(left)} 项补正要求没有答复：{first}{more}。请逐项答复后再提交。")


def _due(due_on: date | None, today: date) -> date:
    if due_on is None:
        return default_due(today, known_days())
    if not today <= due_on <= today + timedelta(days=LATEST_DUE_DAYS):
        raise Refusal(f"补正期限须为今天起 {LATEST_DUE_DAYS} 天以内的日期。")
    return due_on
