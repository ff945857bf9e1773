"""Questions at a form and their answers: what the city asks of the county, and the county of the operating unit."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from platforms.applications.choices import CorrectionLevel
from platforms.applications.correction import ALWAYS_OPEN, MOST_ITEMS, MOST_TEXT, Asked, is_part
from platforms.applications.queries.corrections import asked_now, is_reachable, open_parts, turns_so_far, usable_links
from platforms.applications.queries.forms import form_data
from platforms.applications.queries.parts import label_of_part, question_sections, question_texts
from platforms.applications.services import fill_links, gap_counts
from platforms.applications.services.ownership import STALE, check_may_change, check_own, check_version, locked
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import Application, ApplicationMove, CorrectionItem, FillLink, User
from platforms.text import clean_text

_CLOSED = "这项补正要求已不能答复：申报表已重新提交、链接已失效，或又有了新的补正要求。请刷新页面后查看最新情况。"


def clean_items(application: Application, items: Sequence[Asked]) -> list[Asked]:
    """Return ``items`` as they are stored.

    Raises:
        Refusal: too many, without text, too long, or naming no part of the form of ``application``.
    """
    if len(items) > MOST_ITEMS:
        raise Refusal(f"一次最多提出 {MOST_ITEMS} 项补正要求，现为 {len(items)} 项。")
    sections = question_sections(application) if items else {}
    cleaned = []
    for place, item in enumerate(items, start=1):
        if not is_part(item.section, item.field, sections):
            raise Refusal(f"第 {place} 项补正要求所指的栏目不在申报表中，请重新选择。")
        text = clean_text(f"第 {place} 项补正要求", item.text, most=MOST_TEXT, required=True)
        cleaned.append(Asked(item.section, item.field, text))
    return cleaned


def write_items(
    application: Application,
    items: Sequence[Asked],
    *,
    level: str,
    asked_in: ApplicationMove | None = None,
    sent_in: FillLink | None = None,
    by: User,
    at: datetime,
) -> list[CorrectionItem]:
    """Keep ``items`` as the next turn of ``level``; the caller has cleaned them and holds the row."""
    turn = turns_so_far(application, level) + 1
    return CorrectionItem.objects.bulk_create(
        CorrectionItem(
            application=application,
            level=level,
            turn=turn,
            asked_in=asked_in,
            sent_in=sent_in,
            section=item.section,
            field=item.field,
            text=item.text,
            asked_at=at,
            asked_by=by,
        )
        for item in items
    )


def named(application: Application, item: CorrectionItem) -> str:
    """Return what the question is about, with the text of the city's own question where it is one."""
    return label_of_part(item.section, item.field, question_texts(application, [item.field]))


@transaction.atomic
def answer(
    *,
    item: CorrectionItem,
    text: str,
    by: User | None,
    at: datetime,
    link: FillLink | None = None,
    most: int = MOST_TEXT,
) -> CorrectionItem:
    """Answer one question; a later answer takes the place of an earlier one until the form goes back.

    The city's questions are answered by who files for the application, the county's by the unit through ``link``;
    ``by`` is None then. The form itself does not change by it.

    Raises:
        Gone: the form went back, or other questions are asked by now.
        Refusal: not the person's to answer, empty or too long.
    """
    row = locked(item.application)
    text = clean_text("答复", text, most=most, required=True)
    actor = ""
    if by is not None:
        check_may_change(row, by=by, at=at)
        still_asked = asked_now(row).filter(pk=item.pk)
    else:
        if link is None:
            raise Refusal("填报链接已失效，请与发出链接的经信部门联系。")
        actor = fill_links.actor_of(link)
        usable = usable_links(row, at).filter(pk=link.pk) if row.is_editable else FillLink.objects.none()
        still_asked = CorrectionItem.objects.filter(pk=item.pk, sent_in__in=usable)
    now = still_asked.first()
    if now is None:
        raise Gone(_CLOSED)
    if now.answer == text:
        return now
    label = named(row, now)
    changes = {label: [now.answer or None, text]}
    now.answer, now.answered_at, now.answered_by = text, at, by
    now.answerer = link.recipient if link is not None else ""
    now.save(update_fields=("answer", "answered_at", "answered_by", "answerer"))
    audit.record(verb="答复补正要求", by=by, at=at, target=row, changes=changes, actor=actor)
    return now


@transaction.atomic
def check(*, application: Application, version: int, by: User, at: datetime) -> Application:
    """Note that the county looked through the form as ``version`` has it; a later save makes the check stale.

    Raises:
        StaleVersion: it was saved since it was shown.
        Refusal: not editable, not the person's own, or ``by`` may not check.
    """
    row = locked(application)
    check_may_change(row, by=by, at=at, permission="check_application")
    check_version(row, version)
    done = Application.objects.filter(pk=row.pk, version=version).update(
        checked_version=version, checked_at=at, checked_by=by
    )
    if not done:
        raise StaleVersion(STALE)
    audit.record(verb="县级核对通过", by=by, at=at, target=row)
    return locked(row)


@transaction.atomic
def send_back(
    *, application: Application, recipient: str, days: int, items: Sequence[Asked], by: User, at: datetime
) -> tuple[FillLink, str]:
    """Ask the operating unit to correct what ``items`` name: a new link through which only that is open.

    Returns the link and its token, which is shown once and not stored.

    Raises:
        Refusal: no question, a question as in :func:`clean_items`, a part that the city's return keeps closed, or
            what ``fill_links.issue`` refuses.
    """
    row = locked(application)
    check_own(row, by)
    if not by.has_perm("platforms.check_application"):
        raise Refusal("您没有核对申报表的权限。")
    asked = clean_items(row, items)
    if not asked:
        raise Refusal("请至少写明一项需要运营单位修改的内容。")
    limit = open_parts(row)
    for place, item in enumerate(asked, start=1):
        if (item.section, item.field) in ALWAYS_OPEN:
            raise Refusal(f"第 {place} 项：县级审核意见由经信部门填写，不能要求运营单位修改。")
        if not is_reachable(limit, item):
            part = label_of_part(item.section, item.field, question_texts(row, [item.field]))
            raise Refusal(f"第 {place} 项：市经信局退回时没有要求补正“{part}”，这一部分不能修改。")
    link, token = fill_links.issue(application=row, recipient=recipient, days=days, by=by, at=at)
    link.sent_form = form_data(row)
    link.save(update_fields=("sent_form",))
    write_items(row, asked, level=CorrectionLevel.COUNTY, sent_in=link, by=by, at=at)
    audit.record(verb="退回运营单位修改", by=by, at=at, target=row, reason=f"{recipient}：{len(asked)} 项")
    return link, token


def content_changed(application: Application) -> None:
    """Make a check stale that no save of the form makes so: files come and go without a new version."""
    gap_counts.keep([locked(application)])
    Application.objects.filter(pk=application.pk, checked_version__isnull=False).update(checked_version=0)
