"""What the unit does by its link: writes the lines, brings proofs, hands the report in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, F, Sum
from django.utils import timezone

from evaluation.models import SelfReport, SelfReportLine, SelfReportLink
from evaluation.self_reports.queries.lines import gaps_of, lines_of
from evaluation.self_reports.services.links import actor_of, check_open
from evaluation.self_reports.services.ownership import check_writable, locked
from evaluation.self_reports.workflow import SELF_REPORT
from platforms.audit.services import audit, numbering
from platforms.errors import Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.services import evidence
from platforms.filetypes import MEGABYTE
from platforms.models import EvidenceFile
from platforms.moves import apply_move
from platforms.storable import is_storable
from platforms.text import clean_text

LARGEST = Decimal("999999999.99")
#: Of all lines of a report together; more is a mistake or an attack.
MOST_FILES = 60
MOST_BYTES = 500 * MEGABYTE
LONGEST_REMARK, LONGEST_LINK = 400, 300
FIELDS = ("value", "remark", "link")
LABELS = {"value": "本期数值", "remark": "说明", "link": "佐证链接"}


@dataclass(frozen=True)
class LineEntry:
    """What was typed for one indicator."""

    value: Decimal | None = None
    remark: str = ""
    link: str = ""


@transaction.atomic
def save(*, link: SelfReportLink, entries: Mapping[str, LineEntry], version: int, at: datetime) -> SelfReport:
    """Save ``entries`` by indicator code; the other lines stay as they are.

    ``version`` is the one that the page was made from.

    Raises:
        StaleVersion: somebody saved in between. Gone: ended, handed in, or the last day is over.
        Refusal: a figure, text or address that cannot be stored; ``field`` is ``<code>-<column>``.
    """
    row = _open(link, version=version, at=at)
    lines = {each.indicator.code: each for each in row.lines.select_related("indicator")}
    before = {code: _plain(line) for code, line in lines.items()}
    touched = []
    for code, entry in entries.items():
        if code not in lines:
            raise Refusal("自评中没有这项指标，请刷新页面后重新填写。")
        line = lines[code]
        line.value, line.remark, line.link = _checked(line, entry)
        if _plain(line) != before[code]:
            touched.append(line)
    if not touched:
        return row
    SelfReportLine.objects.bulk_update(touched, FIELDS)
    SelfReport.objects.filter(pk=row.pk).update(version=F("version") + 1, saved_at=at)
    row.refresh_from_db(fields=["version", "saved_at"])
    changes = {
        f"{line.indicator.title}：{LABELS[name]}": pair
        for line in touched
        for name, pair in audit.differences(before[line.indicator.code], _plain(line)).items()
    }
    audit.record(verb="填写自评", by=None, at=at, target=row, changes=changes, actor=actor_of(link))
    return row


@transaction.atomic
def add_file(
    *, link: SelfReportLink, line: SelfReportLine, upload: UploadedFile, note: str = "", at: datetime
) -> EvidenceFile:
    """Keep ``upload`` as a proof for ``line``, at most 20 MB.

    Raises:
        Gone: ended, handed in, or the last day is over. Refusal: too many for the report, or as
            ``platforms.files.services.evidence.add``.
    """
    check_open(link)
    row = locked(link.report)
    check_writable(row, at)
    _check_room(row, upload)
    region = row.assessment.application.region
    return evidence.add(
        kind=EvidenceKind.SELF_REPORT, key=line.pk, region=region, upload=upload, note=note, by=None,
        actor=actor_of(link), at=at,
    )  # fmt: skip


def _check_room(report: SelfReport, upload: UploadedFile) -> None:
    keys = list(report.lines.values_list("pk", flat=True))
    there = EvidenceFile.objects.filter(kind=EvidenceKind.SELF_REPORT, key__in=keys)
    known = there.aggregate(files=Count("pk"), size=Sum("size"))
    if known["files"] >= MOST_FILES or (known["size"] or 0) + (upload.size or 0) > MOST_BYTES:
        raise Refusal(
            f"一份自评的佐证材料最多 {MOST_FILES} 个文件，共不超过 {MOST_BYTES // MEGABYTE} MB，不能再上传；"
            "其余材料可填写佐证链接。"
        )


@transaction.atomic
def hand_in(*, link: SelfReportLink, filled_by: str, version: int, at: datetime) -> SelfReport:
    """Hand the report in to the county, signed by the person ``filled_by``; the first time it gets a receipt.

    Raises:
        StaleVersion: somebody saved in between. Gone: ended, handed in, or the last day is over.
        Refusal: no name, or something is missing.
    """
    filled_by = clean_text("填报人姓名", filled_by, most=40, required=True, field="filled_by")
    row = _open(link, version=version, at=at)
    missing = gaps_of(lines_of(row))
    if missing:
        raise Refusal("".join(gap.sentence for gap in missing[:5]) + ("等。" if len(missing) > 5 else ""))
    year = timezone.localdate(at).year
    receipt = row.receipt or f"ZP-{year}-{numbering.next_number(f'self_report:{year}'):04d}"
    apply_move(
        row, move=SELF_REPORT.move("hand_in"), guard={"version": row.version}, version=F("version") + 1,
        receipt=receipt, filled_by=filled_by, handed_in_at=at,
    )  # fmt: skip
    audit.record(verb="提交自评", by=None, at=at, target=row, reason=receipt, actor=actor_of(link))
    return row


def _open(link: SelfReportLink, *, version: int, at: datetime) -> SelfReport:
    """Return the report of ``link``, locked, while the unit may write it."""
    check_open(link)
    row = locked(link.report)
    check_writable(row, at)
    return locked(row, version=version)


def _checked(line: SelfReportLine, entry: LineEntry) -> tuple[Decimal | None, str, str]:
    code, title, value = line.indicator.code, line.indicator.title, entry.value
    if value is not None and not (value.is_finite() and 0 <= value <= LARGEST and value == round(value, 2)):
        raise Refusal.of(f"{code}-value", f"“{title}”须为不小于 0 的数，最多两位小数。")
    remark = clean_text(f"{title}：说明", entry.remark, most=LONGEST_REMARK, field=f"{code}-remark")
    return value, remark, checked_link(entry.link, field=f"{code}-link")


def checked_link(text: str, *, field: str = "") -> str:
    """Return ``text`` trimmed where it is an address with https, or nothing.

    Raises:
        Refusal: another kind of address, one that names a person or a password, or one that cannot be stored.
    """
    text = text.strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host, secret = parts.hostname, parts.username or parts.password
    except ValueError:
        host, secret = None, None
    usable = text.isprintable() and " " not in text and is_storable(text)
    if not usable or not text.startswith("https://") or not host or "." not in host or secret:
        raise Refusal.of(field, "佐证链接须以 https:// 开头，如 https://www.example.cn/news/1.html。")
    if len(text) > LONGEST_LINK:
        raise Refusal.of(field, f"佐证链接最多 {LONGEST_LINK} 个字符，现为 {len(text)} 个。")
    return text


def _plain(line: SelfReportLine) -> dict[str, object]:
    return {name: getattr(line, name) for name in FIELDS}
