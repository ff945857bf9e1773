"""An application on its way to the city: submitted, returned with questions, submitted again with the answers.

Every step begins on a locked row, is checked, applied, frozen where the form goes in, and recorded.
``periodic_reports.services.acceptance`` says how the way ends.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from platforms import deadlines
from platforms.applications import completeness, eligibility
from platforms.applications.choices import CorrectionLevel
from platforms.applications.correction import LATEST_DUE_DAYS, Asked, default_due
from platforms.applications.queries.corrections import asked_now
from platforms.applications.queries.forms import digest_of, form_data, forms_of
from platforms.applications.queries.quotas import quota_use
from platforms.applications.queries.sites import facts_of, facts_of_all
from platforms.applications.services import corrections, documents, filing_extensions
from platforms.applications.services import mails as application_mails
from platforms.applications.services.drafts import local_day
from platforms.applications.services.ownership import check_own, check_version, locked, locked_all
from platforms.applications.workflow import APPLICATION
from platforms.audit.services import audit
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import Application, ApplicationMove, ApplicationVersion, CorrectionItem, Liaison, User
from platforms.move_table import Move
from platforms.moves import apply_move, check_may_move
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.calendar_days import known_days
from platforms.rounds.services.locking import check_not_published, locked_round
from platforms.text import clean_text

_MOST_SHOWN = 3


class Incomplete(Refusal):
    """The form lacks something; ``gaps`` lists all of it, the sentence the first few."""

    def __init__(self, gaps: tuple[completeness.Gap, ...]) -> None:
        shown = "".join(gap.message for gap in gaps[:_MOST_SHOWN])
        more = "等" if len(gaps) > _MOST_SHOWN else ""
        super().__init__(f"申报表还有 {len(gaps)} 处需要补充或更正{more}：{shown}")
        self.gaps = gaps


class OverQuota(Refusal):
    """The quota of the region is used up and no reason was given; the same submission with a reason is taken."""


@transaction.atomic
def submit(
    *, application: Application, version: int, by: User, at: datetime, over_quota_reason: str = ""
) -> Application:
    """Submit a complete draft and freeze what was submitted.

    People submit through ``batches.report``, which gives a receipt; this is the act inside of it.

    Raises:
        Gone: it is no draft any more.
        StaleVersion: it was saved since it was shown.
        Incomplete: something is missing.
        OverQuota: the quota is used up and no reason was given.
        Refusal: filing is not open and no extension lets it in, not the person's own, no liaison officer is named, or a
            ban is in force.
    """
    return submit_all(applications={application: version}, by=by, at=at, over_quota_reason=over_quota_reason)[0]


@transaction.atomic
def submit_all(
    *, applications: Mapping[Application, int], by: User, at: datetime, over_quota_reason: str = ""
) -> list[Application]:
    """Submit complete drafts of one region and round, each with the version that was shown; by number.

    Those within the quota keep no reason, those beyond it keep ``over_quota_reason``.

    Raises:
        Refusal: as for :func:`submit`; ``refusal.about`` is the first application that was refused. Nothing is done.
    """
    move = check_may_move(workflow=APPLICATION, name="submit", by=by)
    rows = locked_all(applications)
    round_ = locked_round(rows[0].round)
    if len({(row.round_id, row.region_id) for row in rows}) > 1:
        raise Refusal("一次只能提交同一地区、同一年度的申报表。")
    versions = {row.pk: version for row, version in applications.items()}
    for row in rows:
        row.round = round_
        with _about(row):
            _check_begin(row, move, by=by)
            check_version(row, versions[row.pk])
    late = deadlines.came_late(round_.report_due_on, at)
    if round_.status == RoundStatus.EVALUATING:
        filing_extensions.take(applications=rows, by=by, at=at)
    else:
        filing_extensions.check_filing_open(round_, region=rows[0].region, on=local_day(at))
    _check_liaison(rows[0])
    forms = forms_of(rows)
    for row, facts in zip(rows, facts_of_all(rows, role=by.role, on=local_day(at)), strict=True):
        with _about(row):
            _check_fit(forms[row.pk], facts)
    reasons = _over_quota_reasons(rows, over_quota_reason)
    for row in rows:
        version, reason = versions[row.pk], reasons.get(row.pk, "")
        with _about(row):
            apply_move(
                row,
                move=move,
                guard={"version": version},
                version=F("version") + 1,
                submitted_at=at,
                last_submitted_at=at,
                is_late=late,
                over_quota_reason=reason,
            )
        _freeze(row, forms[row.pk], by=by, at=at)
    _record_all({row: row.over_quota_reason for row in rows}, move, source=move.sources[0], by=by, at=at)
    return rows


@contextmanager
def _about(row: Application) -> Iterator[None]:
    """Let a refusal inside of it say that it is about ``row``."""
    try:
        yield
    except Refusal as refusal:
        refusal.about = row
        raise


def _check_liaison(row: Application) -> None:
    # 四·(一): 各地确定1名工作联络员; key industries are the city's own.
    if row.region_id and not Liaison.objects.filter(round=row.round_id, region=row.region_id).exists():
        raise Refusal(f"本地区尚未明确{row.round}的工作联络员，请先填写联络员再提交。")


def _over_quota_reasons(rows: Sequence[Application], reason: str) -> dict[int, str]:
    """Return the reason for each of ``rows`` that goes over the quota (三: 供各地参考执行), by key."""
    region = rows[0].region
    if region is None:
        return {}
    use = quota_use(round=rows[0].round, region=region)
    if use.places is None:
        return {}
    beyond = rows[max(use.places - use.used, 0) :]
    if not beyond:
        return {}
    reason = clean_text("超出名额的理由", reason, most=400)
    if not reason:
        now = f"，本次上报 {len(rows)} 个" if len(rows) > 1 else ""
        raise OverQuota(
            f"本地区名额为 {use.places} 个，已申报 {use.used} 个{now}。名额供参考，超出的请填写理由后提交。"
        )
    return {row.pk: reason for row in beyond}


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


def _due(due_on: date | None, today: date) -> date:
    if due_on is None:
        return default_due(today, known_days())
    if not today <= due_on <= today + timedelta(days=LATEST_DUE_DAYS):
        raise Refusal(f"补正期限须为今天起 {LATEST_DUE_DAYS} 天以内的日期。")
    return due_on


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
        Gone, StaleVersion, Incomplete, Refusal: as for :func:`submit`; or a question is without answer.
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
    form = form_data(row)
    _check_fit(form, facts_of(row, role=by.role, on=local_day(at)))
    source = row.status
    apply_move(row, move=move, guard={"version": version}, version=F("version") + 1, last_submitted_at=at)
    _freeze(row, form, by=by, at=at)
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


def begin(application: Application, move: Move, *, by: User, own: bool = True) -> Application:
    """Return the row, locked, if it is in a status that ``move`` starts from and its round is not published.

    Raises:
        Gone: it is in another status by now.
        Refusal: with ``own``, it is not the person's to file; or the round is published.
    """
    row = locked(application)
    row.round = locked_round(row.round)
    _check_begin(row, move, by=by, own=own)
    return row


def _check_begin(row: Application, move: Move, *, by: User, own: bool = True) -> None:
    if own:
        check_own(row, by)
    if row.status not in move.sources:
        raise Gone(f"“{move.label}”未执行：申报表现为“{row.get_status_display()}”，请刷新页面后查看最新情况。")
    check_not_published(row.round)


def _check_fit(form: completeness.Form, facts: eligibility.Facts) -> None:
    """Refuse a form with gaps, and a place or operator that may not apply."""
    gaps = completeness.gaps(form)
    if gaps:
        raise Incomplete(gaps)
    against = eligibility.problems(facts)
    if against:
        raise Refusal("".join(against))


def _freeze(row: Application, form: dict[str, Any], *, by: User, at: datetime) -> None:
    """Keep ``form`` as the next version of ``row``, and its print."""
    version = ApplicationVersion.objects.create(
        application=row,
        number=row.versions.count() + 1,
        data=form,
        digest=digest_of(form),
        submitted_at=at,
        submitted_by=by,
    )
    documents.freeze(version=version, at=at)


def record(
    row: Application,
    move: Move,
    *,
    source: str,
    reason: str,
    by: User,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
) -> ApplicationMove:
    """Write down that ``row`` was moved, for its history and for the log, with ``changes`` for the log alone."""
    return _record_all({row: reason}, move, source=source, by=by, at=at, changes=changes)[0]


def _record_all(
    reasons: Mapping[Application, str],
    move: Move,
    *,
    source: str,
    by: User,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
) -> list[ApplicationMove]:
    made = ApplicationMove.objects.bulk_create(
        ApplicationMove(
            application=row, name=move.name, label=move.label, source=source, target=move.target,
            reason=reason, at=at, by=by,
        )
        for row, reason in reasons.items()
    )  # fmt: skip
    events = [audit.Entry(verb=move.label, target=row, reason=why, changes=changes) for row, why in reasons.items()]
    audit.record_many(events, by=by, at=at)
    return made
