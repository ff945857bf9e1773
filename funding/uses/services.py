"""Reports on the use of funds: written and handed in by the county, returned or accepted by finance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from funding.models import UseItem, UseReport
from funding.uses.choices import ReportStatus
from funding.uses.queries import paid_to
from funding.uses.standing import why_not_submitted
from funding.uses.workflow import USE_REPORT
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal, check_seen
from platforms.files.choices import EvidenceKind
from platforms.files.services import evidence
from platforms.models import EvidenceFile, Platform, Region, Round, User
from platforms.move_table import Move
from platforms.moves import apply_move, check_may_move
from platforms.rounds.services.locking import locked_round
from platforms.scope import regions_of_officer
from platforms.text import clean_text

WRITABLE = (ReportStatus.DRAFT, ReportStatus.RETURNED)
STALE = "您打开页面之后，这份报告已被他人保存，本次操作未执行。请刷新页面查看最新内容后再继续。"
MOST_ITEMS = 100


@dataclass(frozen=True)
class Item:
    """One thing that whole yuan were spent on, on a day, for a platform of the region or for none."""

    purpose: str
    amount: int
    spent_on: date
    platform: Platform | None = None


@transaction.atomic
def save(
    *, round: Round, region: Region, text: str, items: Sequence[Item], revision: int, by: User, at: datetime
) -> UseReport:
    """Keep what the county has written so far; ``revision`` is the one that was shown, 0 for a new report.

    Raises:
        StaleVersion: saved by somebody else since. Gone: handed in or accepted.
        Refusal: ``by`` does not report for ``region``, nothing was paid to it, or an item cannot be.
    """
    if not by.has_perm("funding.fill_usereport") or region.pk not in regions_of_officer(by):
        raise Refusal("您没有填报该地区资金使用情况的权限。")
    locked_round(round)
    if not paid_to(round, region):
        raise Refusal(f"{region.name}{round}尚未拨付资金，无须填报。")
    text = clean_text("总体情况", text, most=2_000, field="text")
    checked = [_checked(item, region, timezone.localdate(at)) for item in items]
    if len(checked) > MOST_ITEMS:
        raise Refusal(f"支出明细最多 {MOST_ITEMS} 笔，请合并同类支出。")
    row = UseReport.objects.select_for_update().filter(round=round, region=region).first()
    check_seen(row.revision if row else 0, revision, STALE)
    if row is None:
        row = UseReport.objects.create(round=round, region=region, text=text, made_at=at, made_by=by)
    elif row.status not in WRITABLE:
        raise Gone(f"{row}现为“{row.get_status_display()}”，不能修改。")
    else:
        UseReport.objects.filter(pk=row.pk).update(text=text, revision=F("revision") + 1)
        row.refresh_from_db()
        row.items.all().delete()
    UseItem.objects.bulk_create(
        UseItem(
            report=row, platform=item.platform, purpose=item.purpose, spent_on=item.spent_on, amount_yuan=item.amount
        )
        for item in checked
    )
    changes = {"支出笔数": ["", len(checked)], "支出合计（元）": ["", sum(item.amount for item in checked)]}
    audit.record(verb="保存资金使用情况报告", by=by, at=at, target=row, changes=changes)
    return row


@transaction.atomic
def submit(*, report: UseReport, revision: int, by: User, at: datetime) -> UseReport:
    """Hand the report in as it is stored.

    Raises:
        StaleVersion, Gone: saved or moved by somebody else since.
        Refusal: ``by`` may not, nothing is said, or more was spent than was paid.
    """
    move = check_may_move(workflow=USE_REPORT, name="submit", by=by)
    if report.region_id not in regions_of_officer(by):
        raise Refusal("您没有填报该地区资金使用情况的权限。")
    row = _taken(report, move)
    check_seen(row.revision, revision, STALE)
    amounts = list(row.items.values_list("amount_yuan", flat=True))
    why = why_not_submitted(paid=paid_to(row.round, row.region), amounts=amounts, text=row.text)
    if why:
        raise Refusal(why)
    row = apply_move(
        row, move=move, submitted_at=at, submitted_by=by, settled_at=None, settled_by=None, settled_reason=""
    )
    audit.record(verb="报送资金使用情况报告", by=by, at=at, target=row, changes={"支出合计（元）": ["", sum(amounts)]})
    return row


@transaction.atomic
def send_back(*, report: UseReport, reason: str, revision: int, by: User, at: datetime) -> UseReport:
    """Give the report back to its county, with what is to be mended.

    Raises:
        StaleVersion: saved since it was shown as ``revision``. Gone: not handed in by now.
        Refusal: ``by`` may not, or no reason.
    """
    move = check_may_move(workflow=USE_REPORT, name="return", by=by, reason=reason)
    reason = clean_text("理由", reason, most=400, required=True, field="reason")
    row = _as_shown(report, move, revision)
    row = apply_move(row, move=move, settled_at=at, settled_by=by, settled_reason=reason)
    audit.record(verb="退回资金使用情况报告", by=by, at=at, target=row, reason=reason)
    return row


@transaction.atomic
def accept(*, report: UseReport, revision: int, by: User, at: datetime) -> UseReport:
    """Accept the report; from now on it never changes.

    Raises:
        StaleVersion: saved since it was shown as ``revision``. Gone: not handed in by now. Refusal: ``by`` may not.
    """
    move = check_may_move(workflow=USE_REPORT, name="accept", by=by)
    row = apply_move(_as_shown(report, move, revision), move=move, settled_at=at, settled_by=by)
    audit.record(verb="通过资金使用情况报告", by=by, at=at, target=row)
    return row


@transaction.atomic
def add_file(*, report: UseReport, upload: UploadedFile, note: str, by: User, at: datetime) -> EvidenceFile:
    """Keep one file that proves what the report says, while the county still writes it.

    Raises:
        Gone: handed in or accepted. Refusal: ``by`` does not report for the region, or the file cannot be kept.
    """
    if not by.has_perm("funding.fill_usereport") or report.region_id not in regions_of_officer(by):
        raise Refusal("您没有填报该地区资金使用情况的权限。")
    row = UseReport.objects.select_for_update(of=("self",)).select_related("region").get(pk=report.pk)
    if row.status not in WRITABLE:
        raise Gone(f"{row}现为“{row.get_status_display()}”，不能再上传凭证。")
    return evidence.add(
        kind=EvidenceKind.FUND_USE, key=row.pk, region=row.region, upload=upload, note=note, by=by, at=at
    )


def _taken(report: UseReport, move: Move) -> UseReport:
    """Return the report as it is now, locked, if ``move`` can start from that; its round is locked first."""
    locked_round(report.round)
    row: UseReport = (
        UseReport.objects.select_for_update(of=("self",)).select_related("round", "region").get(pk=report.pk)
    )
    if row.status not in move.sources:
        raise Gone(f"“{move.label}”未执行：{row}现为“{row.get_status_display()}”，请刷新页面后查看。")
    return row


def _as_shown(report: UseReport, move: Move, revision: int) -> UseReport:
    """Return the report as :func:`_taken` does, if it is still what was shown: it may have come back since."""
    row = _taken(report, move)
    check_seen(row.revision, revision, STALE)
    return row


def _checked(item: Item, region: Region, today: date) -> Item:
    purpose = clean_text("用途", item.purpose, most=200, required=True, field="purpose")
    if item.amount <= 0:
        raise Refusal(f"“{purpose}”的金额应大于零。")
    if item.spent_on > today:
        raise Refusal(f"“{purpose}”的支出日期不能晚于今天。")
    if item.platform is not None and item.platform.region_id != region.pk:
        raise Refusal(f"“{purpose}”所选平台不属于{region.name}。")
    return Item(purpose, item.amount, item.spent_on, item.platform)
