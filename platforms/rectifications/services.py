"""What is to be mended (整改): opened by who found it, answered by the platform's side, checked by the finder."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from platforms import deadlines
from platforms.applications.services.operation import check_in_operation
from platforms.audit.services import audit, numbering
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.errors import Refusal, check_seen
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import Platform, Rectification, RectificationTurn, User
from platforms.move_table import Move
from platforms.moves import apply_move, check_may_move
from platforms.rectifications import queries
from platforms.rectifications.choices import (
    COUNTY_FINDERS,
    NAMED,
    AnsweredFor,
    RectificationFinder,
    RectificationStatus,
)
from platforms.rectifications.workflow import RECTIFICATION
from platforms.rounds.queries.rounds import current_round, round_of
from platforms.text import clean_text

#: The longest time that one is given, in days.
LONGEST_DAYS = 366
MOST_TEXT = 1000
STALE = "您打开页面之后，这项整改已有新的进展，本次操作未执行。请查看最新情况后再继续。"


@transaction.atomic
def open_one(
    *,
    platform: Platform,
    finder: str,
    clause: str,
    indicator: str = "",
    problem: str,
    due_on: date,
    by: User,
    at: datetime,
) -> Rectification:
    """Open a rectification at ``platform`` and tell the liaison officer of its region.

    ``finder`` is one of :func:`finders_of` ``by``, ``clause`` one that the notice of the round knows (see
    ``queries.clause_choices``); ``indicator`` names the indicator or the requirement where the
    ``clause`` is not one of the notice.

    Raises:
        Refusal: ``by`` may not, or a value is missing or wrong; ``field`` says which.
    """
    _check_may_open(platform, by)
    check_in_operation(platform, on=timezone.localdate(at))
    if finder not in finders_of(by, platform):
        raise Refusal.of("finder", "请选择发现单位。")
    today = timezone.localdate(at)
    round_ = round_of(today)
    if clause not in dict(queries.clause_choices(round_.notice_id if round_ else None)):
        raise Refusal.of("clause", "请选择整改依据。")
    indicator = clean_text("指标或要求", indicator, most=80, field="indicator")
    if not indicator and clause in NAMED:
        raise Refusal.of("indicator", "请写明是哪项指标或要求。")
    problem = clean_text("存在问题", problem, most=MOST_TEXT, required=True, field="problem")
    _check_due(due_on, at)
    year = today.year
    row = Rectification.objects.create(
        number=f"ZG-{year}-{numbering.next_number(f'rectification:{year}'):04d}",
        platform=platform,
        round=round_,
        finder=finder,
        clause=clause,
        indicator=indicator,
        problem=problem,
        due_on=due_on,
        opened_at=at,
        opened_by=by,
    )
    changes = {"整改依据": [None, queries.label_of(row)], "整改期限": [None, due_on.isoformat()]}
    audit.record(verb="下发整改通知", by=by, at=at, target=row, reason=problem, changes=changes)
    _tell(row, "需要整改", problem, by=by, at=at)
    return row


def answer(
    *, rectification: Rectification, text: str, answered_for: str, version: int, by: User, at: datetime
) -> Rectification:
    """Say what was done; ``answered_for`` is whose answer it is (:class:`AnsweredFor`).

    Raises:
        Gone, StaleVersion: it stands elsewhere by now, or had a turn since it was shown.
        Refusal: not this person's to answer, or no text.
    """
    if answered_for not in answerers_of(by):
        raise Refusal.of("answered_for", "请选择答复单位。")
    facts = {"answered_at": at, "answered_by": by}
    return _turn(rectification, "answer", text, version=version, by=by, at=at, answered_for=answered_for, facts=facts)


def close(*, rectification: Rectification, text: str = "", version: int, by: User, at: datetime) -> Rectification:
    """Check the answer off; ``text`` may say what was seen.

    Raises:
        Gone, StaleVersion: as for :func:`answer`.
        Refusal: neither found by this person's side nor the city's to check, or answered by the same person.
    """
    facts = {"closed_at": at, "closed_by": by}
    return _turn(rectification, "close", text, version=version, by=by, at=at, facts=facts)


def reopen(
    *, rectification: Rectification, text: str, due_on: date, version: int, by: User, at: datetime
) -> Rectification:
    """Send the answer back with the reason and a new deadline, and tell the liaison officer.

    Raises:
        Gone, StaleVersion: as for :func:`answer`.
        Refusal: as for :func:`close`, no reason, or a deadline that is past.
    """
    _check_due(due_on, at)
    with transaction.atomic():
        row = _turn(rectification, "reopen", text, version=version, by=by, at=at, due_on=due_on, facts={})
        _tell(row, "需要重新整改", text, by=by, at=at)
    return row


def withdraw(*, rectification: Rectification, text: str, version: int, by: User, at: datetime) -> Rectification:
    """Take it back because it was found by mistake; it stays on record and counts nowhere.

    Raises:
        Gone, StaleVersion: as for :func:`answer`.
        Refusal: not found by this person's side, or no reason.
    """
    facts = {"closed_at": at, "closed_by": by}
    return _turn(rectification, "withdraw", text, version=version, by=by, at=at, facts=facts)


def finders_of(by: User, platform: Platform | None = None) -> tuple[RectificationFinder, ...]:
    """Return whom ``by`` may have found something for: its own office, or the hub of its level."""
    if by.role == Role.CITY:
        return (RectificationFinder.CITY, RectificationFinder.CITY_HUB)
    if by.role == Role.COUNTY and (platform is None or _is_home(platform, by)):
        return (RectificationFinder.COUNTY, RectificationFinder.COUNTY_HUB)
    return ()


def answerers_of(by: User) -> tuple[AnsweredFor, ...]:
    """Return whose answer ``by`` may write down."""
    return (AnsweredFor.PLATFORM, AnsweredFor.CITY if by.role == Role.CITY else AnsweredFor.COUNTY)


def refusal_reason(row: Rectification, move: Move, by: User) -> str:
    """Return why ``by`` cannot make ``move`` on ``row`` whatever its status, or nothing.

    The platform's own side answers; the side that found it checks, and nobody checks the own answer. Where a county has
    nobody else to check what it found, the city does.
    """
    if by.role not in move.actors or not by.has_perm(move.permission):
        return f"您没有“{move.label}”的权限。"
    if move.name == "answer":
        return "" if _is_home(row.platform, by) else "整改由平台所属区县（市）、管委会答复，您可以查看，不能答复。"
    is_check = move.name in ("close", "reopen")
    if not _is_finder(row, by):
        if is_check and by.role == Role.CITY and city_stands_in(row):
            return ""
        return f"这项整改由{row.get_finder_display()}发现，由发现单位办理“{move.label}”。"
    if is_check and row.answered_by_id == by.pk:
        if city_stands_in(row):
            return "答复人不能复核自己的答复；本单位没有其他经办人，由市经信局复核。"
        return "答复人不能复核自己的答复，请由本单位其他经办人复核。"
    return ""


def city_stands_in(row: Rectification) -> bool:
    """Say whether the city checks the answer in the place of the county that found it, which has nobody else."""
    if row.finder not in COUNTY_FINDERS or row.answered_by_id is None:
        return False
    officers = User.objects.filter(role=Role.COUNTY, is_active=True, region=row.platform.region_id)
    return not officers.exclude(pk=row.answered_by_id).exists()


def moves_open_to(row: Rectification, by: User) -> list[Move]:
    """Return the moves that ``by`` can make on ``row`` now, in the order of the table."""
    return [
        move for move in RECTIFICATION.open_to(status=row.status, role=by.role) if not refusal_reason(row, move, by)
    ]


def may_open(by: User, platform: Platform) -> bool:
    """Say whether ``by`` may open a rectification at ``platform``."""
    return by.has_perm("platforms.add_rectification") and bool(finders_of(by, platform))


@transaction.atomic
def _turn(
    rectification: Rectification,
    name: str,
    text: str,
    *,
    version: int,
    by: User,
    at: datetime,
    facts: dict[str, Any],
    answered_for: str = "",
    due_on: date | None = None,
) -> Rectification:
    rows = Rectification.objects.select_related("platform__region", "round")
    row = rows.select_for_update(of=("self",)).get(pk=rectification.pk)
    text = clean_text("内容", text, most=MOST_TEXT, field="text")
    move = check_may_move(workflow=RECTIFICATION, name=name, by=by, reason=text)
    refusal = refusal_reason(row, move, by)
    if refusal:
        raise Refusal(refusal)
    if row.status in move.sources:
        check_seen(row.version, version, STALE)
    source, old_due = row.status, row.due_on
    late = name == "answer" and deadlines.came_late(row.due_on, at)
    facts = facts | ({"due_on": due_on} if due_on else {})
    row = apply_move(row, move=move, guard={"version": version}, version=F("version") + 1, **facts)
    RectificationTurn.objects.create(
        rectification=row, name=name, label=move.label, source=source, target=row.status, text=text,
        answered_for=answered_for, due_on=row.due_on, late=late, at=at, by=by,
    )  # fmt: skip
    words = dict(RectificationStatus.choices)
    changes = {"状态": [words[RectificationStatus(source)], row.get_status_display()]}
    if row.due_on != old_due:
        changes["整改期限"] = [old_due.isoformat(), row.due_on.isoformat()]
    audit.record(verb=move.label, by=by, at=at, target=row, reason=text, changes=changes)
    return row


def _is_home(platform: Platform, by: User) -> bool:
    """Say whether ``by`` works for the region of ``platform``; the city for those without one (三·(四))."""
    if platform.region_id is None:
        return by.role == Role.CITY
    return by.role == Role.COUNTY and by.region_id == platform.region_id


def _is_finder(row: Rectification, by: User) -> bool:
    if row.finder in COUNTY_FINDERS:
        return by.role == Role.COUNTY and _is_home(row.platform, by)
    return by.role == Role.CITY


def _check_may_open(platform: Platform, by: User) -> None:
    if not may_open(by, platform):
        raise Refusal("您没有对这个平台下发整改通知的权限。")


def _check_due(due_on: date, at: datetime) -> None:
    days = (due_on - timezone.localdate(at)).days
    if days < 0:
        raise Refusal.of("due_on", "整改期限不能早于今天。")
    if days > LONGEST_DAYS:
        raise Refusal.of("due_on", "整改期限最长一年，请核对。")


def _tell(row: Rectification, occasion: str, reason: str, *, by: User, at: datetime) -> None:
    """Write the mail to the liaison officer of the current round; without any round there is nobody to write to."""
    round_ = current_round()
    if round_ is None:
        return
    context = {
        "order": row.number,
        "platform": row.platform.name,
        "occasion": occasion,
        "clause": queries.label_of(row),
        "reason": f"{row.indicator}：{reason}" if row.indicator else reason,
        "mend_by": day_in_words(row.due_on),
        "link": reverse("desk:rectification", args=(row.number,)),
    }
    mails.write_to_liaison(
        kind=MailKind.RECTIFY, round=round_, region=row.platform.region, context=context, by=by, at=at
    )
