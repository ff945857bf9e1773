"""What platforms hand in periodically: set by the city, made as rows, handed in by the county, closed by the city."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from platforms import deadlines
from platforms.audit.services import audit
from platforms.choices import Role
from platforms.errors import Gone, Refusal, check_seen
from platforms.files.choices import EvidenceKind
from platforms.models import EvidenceFile, PeriodicReturn, ReturnDateChange, ReturnSchedule, Round, User
from platforms.periodic_reports.dates import dues
from platforms.periodic_reports.services.rows import sync
from platforms.tasks.models import FOR_TYPE
from platforms.text import clean_text
from platforms.values import described_changes

TEXTS = {"title": ("名称", 40, True), "what": ("报送要求", 400, False)}
FIELDS = (
    *TEXTS, "wants_text", "figures", "wants_file", *FOR_TYPE.values(), "period", "due_day", "starts_on", "ends_on",
)  # fmt: skip
MOST_FIGURES, MOST_LABEL, MOST_TEXT, MOST_REASON = 12, 40, 3000, 400
STALE = "您打开页面之后，这份报送已有改动，本次没有保存。请查看最新内容后再填写。"
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)


@transaction.atomic
def add(*, round: Round, values: Mapping[str, Any], by: User, at: datetime) -> ReturnSchedule:
    """Set up what is handed in; the platforms get their rows at once. ``values`` are those of :data:`FIELDS`.

    Raises:
        Refusal: ``by`` may not, or a value is missing or wrong.
    """
    _check_may(by, "add")
    row = ReturnSchedule(round=round)
    _set(row, values)
    row.save(force_insert=True)
    made = sync(schedules=[row])
    changes = {"报送周期": [None, row.get_period_display()], "应报（份）": [None, made]}
    audit.record(verb="新建报送安排", by=by, at=at, target=row, code=str(round.year), changes=changes)
    return row


@transaction.atomic
def change(*, schedule: ReturnSchedule, values: Mapping[str, Any], by: User, at: datetime) -> ReturnSchedule:
    """Change a schedule; rows that nobody has filled follow, what was handed in stays.

    Raises:
        Refusal: as for :func:`add`.
    """
    _check_may(by, "change")
    row = ReturnSchedule.objects.select_for_update(of=("self",)).select_related("round").get(pk=schedule.pk)
    before = ReturnSchedule.objects.get(pk=row.pk)
    _set(row, values)
    changes = described_changes(before, {name: getattr(row, name) for name in FIELDS})
    if not changes:
        return row
    row.save()
    sync(schedules=[row])
    audit.record(verb="修改报送安排", by=by, at=at, target=row, code=str(row.round.year), changes=changes)
    return row


@transaction.atomic
def set_stopped(*, schedule: ReturnSchedule, stopped: bool, by: User, at: datetime) -> ReturnSchedule:
    """Stop a schedule (rows that nobody has filled go) or take it up again.

    Raises:
        Refusal: ``by`` may not.
    """
    _check_may(by, "change")
    row = ReturnSchedule.objects.select_for_update(of=("self",)).select_related("round").get(pk=schedule.pk)
    if row.stopped == stopped:
        return row
    row.stopped = stopped
    row.save(update_fields=["stopped"])
    sync(schedules=[row])
    audit.record(verb="停止报送" if stopped else "恢复报送", by=by, at=at, target=row, code=str(row.round.year))
    return row


@transaction.atomic
def sync_one(*, schedule: ReturnSchedule, by: User, at: datetime) -> int:
    """Bring the rows of one schedule up to date by hand, as :func:`report_rows.sync`.

    Raises:
        Refusal: ``by`` may not.
    """
    _check_may(by, "change")
    made = sync(schedules=[schedule])
    if made:
        changes = {"新增（份）": [None, made]}
        audit.record(verb="补齐应报平台", by=by, at=at, target=schedule, code=str(schedule.round.year), changes=changes)
    return made


def is_own(row: PeriodicReturn, by: User) -> bool:
    """Say whether ``by`` hands it in: the county for its platforms, the city for those of key industries."""
    if not by.has_perm("platforms.hand_in_periodicreturn"):
        return False
    region = row.platform.region_id
    return by.role == Role.CITY if region is None else by.role == Role.COUNTY and by.region_id == region


@transaction.atomic
def hand_in(
    *, row: PeriodicReturn, text: str, figures: Mapping[str, str], version: int, by: User, at: datetime
) -> PeriodicReturn:
    """Hand in, or correct what was handed in, until the city closes the period.

    Raises:
        Gone, StaleVersion: the period is closed, or it was saved by somebody else.
        Refusal: not the person's own, or something asked for is missing; ``field`` says what (``figure_<place>``).
    """
    found = _locked(row)
    if not is_own(found, by):
        raise Refusal("定期报送由平台所属区县（市）、管委会办理，您可以查看，不能报送。")
    if found.closed_at is not None:
        raise Gone("市经信局已结束这一期报送，不能再报送或更正。")
    check_seen(found.version, version, STALE)
    schedule = found.schedule
    before = {"报送内容": found.text, "数字": found.figures}
    found.text = clean_text("报送内容", text, most=MOST_TEXT, required=schedule.wants_text, field="text")
    found.figures = _figures(schedule, figures)
    files = EvidenceFile.objects.filter(kind=EvidenceKind.RETURN, key=found.pk)
    if schedule.wants_file and not files.exists():
        raise Refusal.of("uploads", "这项报送须上传文件，请选择文件。")
    is_first = found.handed_in_at is None
    if is_first:
        found.late = deadlines.came_late(found.due_on, at)
    found.handed_in_at, found.handed_in_by = at, by
    found.version += 1
    found.save()
    changes = audit.differences(before, {"报送内容": found.text, "数字": found.figures})
    verb = "报送" if is_first else "更正报送"
    audit.record(verb=verb, by=by, at=at, target=found, code=_code(found), changes=changes)
    return found


@transaction.atomic
def fill(
    *, row: PeriodicReturn, figures: Mapping[str, str], text: str | None, version: int, by: User, at: datetime
) -> PeriodicReturn:
    """Keep some numbers, by label, and the text as a draft until it is handed in; an empty number takes it away.

    Raises:
        Gone, StaleVersion: the period is closed, or it was saved by somebody else.
        Refusal: not the person's own, handed in already, or a value that cannot stand.
    """
    found = _locked(row)
    check_open(found, by)
    check_seen(found.version, version, STALE)
    before = {"报送内容": found.text, "数字": found.figures}
    kept = dict(found.figures)
    for label, value in figures.items():
        if label not in found.schedule.labels or (value and not _NUMBER.fullmatch(value)):
            raise Refusal(f"“{label}”只填数字，最多两位小数。")
        kept.pop(label, None)
        if value:
            kept[label] = value
    found.figures = {label: kept[label] for label in found.schedule.labels if label in kept}
    if text is not None:
        found.text = clean_text("报送内容", text, most=MOST_TEXT)
    found.version += 1
    found.save()
    changes = audit.differences(before, {"报送内容": found.text, "数字": found.figures})
    audit.record(verb="填写报送", by=by, at=at, target=found, code=_code(found), changes=changes)
    return found


@transaction.atomic
def hand_in_filled(
    *, rows: Iterable[PeriodicReturn], by: User, at: datetime
) -> tuple[list[PeriodicReturn], dict[int, str]]:
    """Hand in those of ``rows`` that are filled as far as their schedules ask; returns them, and by key the sentences
    of those that are not: handed in already, closed, another side's, something missing, saved by somebody else."""
    done, refused = [], {}
    for row in rows:
        try:
            with transaction.atomic():
                check_open(_locked(row), by)
                values = {"text": row.text, "figures": row.figures, "version": row.version}
                done.append(hand_in(row=row, by=by, at=at, **values))
        except Refusal as refusal:
            refused[row.pk] = str(refusal)
    return done, refused


def check_open(row: PeriodicReturn, by: User) -> None:
    """Refuse what ``by`` cannot fill, or nobody any more.

    Raises:
        Gone: the period is closed, or the row was handed in.
        Refusal: not the person's own.
    """
    if not is_own(row, by):
        raise Refusal("定期报送由平台所属区县（市）、管委会办理，您可以查看，不能报送。")
    if row.closed_at is not None:
        raise Gone("市经信局已结束这一期报送，不能再报送或更正。")
    if row.handed_in_at is not None:
        raise Gone("已经报送，需要更正的，请打开该平台的报送页面办理。")


@transaction.atomic
def close(*, schedule: ReturnSchedule, key: str, by: User, at: datetime) -> int:
    """Close one period for all platforms: nothing is handed in or corrected any more; returns how many were open.

    Raises:
        Gone: it is closed already, or there is no such period.
        Refusal: ``by`` may not.
    """
    _check_may(by, "change")
    rows = PeriodicReturn.objects.filter(schedule=schedule, key=key, closed_at__isnull=True)
    label = rows.values_list("label", flat=True).first()
    if label is None:
        raise Gone("这一期已经结束，没有重复办理。")
    done = rows.update(closed_at=at, closed_by=by)
    changes = {"报送期": ["", label], "份数": [None, done]}
    audit.record(verb="结束报送", by=by, at=at, target=schedule, code=str(schedule.round.year), changes=changes)
    return done


@transaction.atomic
def move_date(*, schedule: ReturnSchedule, key: str, new: date, reason: str, by: User, at: datetime) -> int:
    """Move the due day of one period for all who have not handed in; returns how many. The change stays visible.

    Raises:
        Gone: the period is closed or not there.
        Refusal: ``by`` may not, no reason, the same day, or one that is past.
    """
    _check_may(by, "change")
    reason = clean_text("理由", reason, most=MOST_REASON, required=True, field="reason")
    rows = PeriodicReturn.objects.filter(schedule=schedule, key=key, closed_at__isnull=True)
    first = rows.filter(handed_in_at__isnull=True).first() or rows.first()
    if first is None:
        raise Gone("这一期已经结束，期限不能再调整。")
    if new == first.due_on:
        raise Refusal.of("new", "新的期限与现在的相同。")
    if new < timezone.localdate(at):
        raise Refusal.of("new", "新的期限不能早于今天。")
    ReturnDateChange.objects.create(
        schedule=schedule, key=key, label=first.label, old=first.due_on, new=new, reason=reason, changed_at=at,
        changed_by=by,
    )  # fmt: skip
    done = rows.filter(handed_in_at__isnull=True).update(due_on=new)
    changes = {first.label: [first.due_on.isoformat(), new.isoformat()]}
    code = str(schedule.round.year)
    audit.record(verb="调整报送期限", by=by, at=at, target=schedule, code=code, reason=reason, changes=changes)
    return done


def _locked(row: PeriodicReturn) -> PeriodicReturn:
    rows = PeriodicReturn.objects.select_related("platform", "schedule__round").select_for_update(of=("self",))
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise Gone("这份报送已不再需要。")
    return found


def _check_may(by: User, verb: str) -> None:
    if not by.has_perm(f"platforms.{verb}_returnschedule"):
        raise Refusal("您没有安排定期报送的权限。")


def _code(row: PeriodicReturn) -> str:
    return f"{row.platform.code} {row.key}"


def _set(row: ReturnSchedule, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    for name, (label, most, required) in TEXTS.items():
        setattr(row, name, clean_text(label, getattr(row, name), most=most, required=required, field=name))
    row.figures = "\n".join(row.labels)
    if len(row.labels) > MOST_FIGURES or len(set(row.labels)) < len(row.labels):
        raise Refusal.of("figures", f"须填写的数字最多 {MOST_FIGURES} 项，每行一项，不能重名。")
    if any(len(label) > MOST_LABEL for label in row.labels):
        raise Refusal.of("figures", f"每项数字的名称最多 {MOST_LABEL} 个字。")
    if not (row.wants_text or row.wants_file or row.labels):
        raise Refusal("请至少要求文字、数字、文件中的一项。")
    if not any(getattr(row, name) for name in FOR_TYPE.values()):
        raise Refusal("请至少选择一个适用类型。")
    if row.ends_on < row.starts_on or (row.ends_on - row.starts_on).days > 3 * 366:
        raise Refusal.of("ends_on", "结束日期不能早于开始日期，最长三年。")
    if not 1 <= row.due_day <= 28:
        raise Refusal.of("due_day", "报送日应在 1 至 28 之间。")
    if not dues(row.period, day=row.due_day, since=row.starts_on, until=row.ends_on):
        raise Refusal("起止日期之内没有一期到期，请核对周期、报送日和起止日期。")
    same = ReturnSchedule.objects.filter(round=row.round, title=row.title).exclude(pk=row.pk)
    if same.exists():
        raise Refusal.of("title", "该年度已有同名的报送安排。")


def _figures(schedule: ReturnSchedule, sent: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for place, label in enumerate(schedule.labels):
        value = str(sent.get(label, "")).strip()
        if not value:
            raise Refusal.of(f"figure_{place}", f"请填写“{label}”。")
        if not _NUMBER.fullmatch(value):
            raise Refusal.of(f"figure_{place}", f"“{label}”只填数字，最多两位小数。")
        found[label] = value
    return found
