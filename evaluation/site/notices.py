"""公示 for everybody: the list of notices, the page of one, the sheet to print, and the list as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from evaluation.models import NoticeLine, PublicNotice
from evaluation.public_notice.paper import Changed, Listed, Told, notice_paper
from evaluation.public_notice.queries import notices, objections
from evaluation.public_notice.queries.notices import Versions
from evaluation.public_notice.running import TONES, State, counted
from evaluation.site import joined
from evaluation.site.answers import public_page
from evaluation.site.columns import CODE, COUNT, DAY, TEXT, Column
from evaluation.site.joined import OpenFiles, OpenTable, Table
from evaluation.site.open_data import NAMES_OF_KINDS, sent
from evaluation.site.results import page_number
from platforms.applications.documents.pdf import set_paper
from platforms.choices import PlatformType
from platforms.dates import day_in_words
from platforms.filetypes import MEDIA_TYPES
from platforms.notices.clauses import activate
from platforms.pages.downloads import download

PAGE_SIZE, LINES_PER_PAGE = 20, 200
#: What became of a platform that is on the list no longer.
TAKEN_OFF = "不再列入"
#: The formats of the list as a file.
KINDS = ("csv", "xlsx")


@dataclass(frozen=True)
class Row:
    """What the file says of a platform that the page lists: how it was listed last, and what changed."""

    name: str
    region: str
    type: str
    operator: str
    grade: str
    grade_label: str
    version: int
    change: str
    changed_on: date | None
    change_reason: str


def _column(key: str, label: str, kind: str, says: str) -> Column:
    return Column(key, label, kind, says, attrgetter(key))


LINES: Sequence[Column] = (
    _column("name", "平台名称", TEXT, "公示时的名称。"),
    _column("region", "地区", TEXT, "区县（市）或管委会；市级申报的重点行业平台为“市级”。"),
    _column("type", "类型", TEXT, "、".join(str(label) for label in PlatformType.labels) + "之一。"),
    _column("operator", "运营单位", TEXT, "公示时的运营单位名称。"),
    _column("grade", "拟评档次", CODE, f"由所属年度的通知规定；{TAKEN_OFF}的为空。"),
    _column("grade_label", "拟评档次名称", TEXT, f"所属年度的通知规定的名称；{TAKEN_OFF}的为空。"),
    _column("version", "版本", COUNT, "本行的版本，自 1 起；变动一次加 1。"),
    _column("change", "变动", TEXT, f"新列入、{TAKEN_OFF}或档次变更；没有变动的为空。"),
    _column("changed_on", "变动日期", DAY, "没有变动的为空。"),
    _column("change_reason", "变动理由", TEXT, "没有变动的为空。"),
)


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """List the notices that were opened, the latest first."""
    paginator = Paginator(notices.released(), PAGE_SIZE)
    page = paginator.page(page_number(request.GET.get("page", "1"), paginator.num_pages))
    return render(request, "public/notices.html", {"page": page, "rows": [shown(each) for each in page]})


@public_page
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Show who is proposed for certification, until when, and how to object; what changed stands beside."""
    notice = find(number)
    activate(notice.round.notice_id)
    paginator = Paginator(notices.seen_by_public(notice), LINES_PER_PAGE)
    page = paginator.page(page_number(request.GET.get("page", "1"), paginator.num_pages))
    return render(
        request,
        "public/notice.html",
        shown(notice)
        | {
            "page": page,
            "lines": [_line(each) for each in notices.with_versions(page, public=True)],
            "facts": _facts(notice),
            "files": _files(notice),
            "sheet_url": reverse("site:notice_sheet", args=(notice.number,)),
            "crumbs": [{"label": "公示", "url": reverse("site:notices")}, {"label": f"{notice.round}拟认定名单公示"}],
        },
    )


@public_page
def sheet(_request: HttpRequest, number: str) -> HttpResponse:
    """Send the notice as a PDF to be put up; the same list gives the same file."""
    notice = find(number)
    rows = notices.with_versions(notices.seen_by_public(notice), public=True)
    listed = [
        Listed(each.latest.name, _region(each.latest), each.latest.operator_name, each.latest.grade_label)
        for each in rows
        if each.latest.is_public
    ]
    changed = [
        Changed(each.latest.name, _became(each), _day(each.latest), each.latest.change_reason)
        for each in rows
        if each.latest.change_reason
    ]
    told = Told(
        round=str(notice.round),
        number=notice.number,
        document_number=notice.document_number,
        organiser=notice.organiser,
        phone=notice.phone,
        address=notice.address,
        email=notice.email,
        period=_period(notice),
        url=settings.SITE_URL.rstrip("/") + reverse("site:notice", args=(notice.number,)),
        state="公示已终止" if notice.stopped_at else "",
    )
    moments = [each.latest.made_at for each in rows]
    at = max([*moments, *filter(None, (notice.decided_at, notice.stopped_at))])
    return download(set_paper(notice_paper(told, listed, changed), at=at), f"公示_{number}.pdf", MEDIA_TYPES["pdf"])


@public_page
def file(_request: HttpRequest, number: str, kind: str) -> HttpResponseBase:
    """Send the list as a table: a row for each platform that the page lists, as it was listed last."""
    notice = find(number)
    rows = map(_row, notices.with_versions(notices.seen_by_public(notice), public=True))
    return sent(kind, f"公示名单-{number}.{kind}", LINES, rows, {"title": _named(notice)})


def open_files() -> OpenFiles:
    """Return the lists of all notices for the page of open data."""
    rows = [OpenTable(_named(each), f"公示期：{_period(each)}。", _files(each)) for each in notices.released()]
    return OpenFiles(
        "notices", "公示名单", "各年度公示的拟认定名单，含公示期内的变动。认定以公布的结果为准。", tables=tuple(rows)
    )


def tables() -> Iterator[Table]:
    """Yield the list for the data dictionary."""
    yield Table(
        "notice",
        "公示名单",
        "公示的拟认定平台每个一行，为最后一版；公示期内曾列入、后不再列入的也在其中。",
        tuple(f"/notice/公示编号/list.{kind}" for kind in KINDS),
        LINES,
    )


joined.TABLES.append(tables)


def find(number: str) -> PublicNotice:
    """Return the opened notice ``number``; one that was never opened is as unknown as a guess.

    Raises:
        Http404: there is none.
    """
    found = notices.released().filter(number=number).first()
    if found is None:
        raise Http404
    return found


def shown(notice: PublicNotice) -> dict[str, Any]:
    """Return ``notice`` with its state today, its period in words and the addresses that lead on."""
    state = notices.period_of(notice).state(timezone.localdate())
    return {
        "notice": notice,
        "url": reverse("site:notice", args=(notice.number,)),
        "state": state.value,
        "tone": TONES[state],
        "period": notices.period_of(notice).in_words,
        "title": f"{notice.round}拟认定名单公示",
        "runs": state == State.RUNNING,
    }


def _named(notice: PublicNotice) -> str:
    return f"{notice.round}拟认定名单公示（{notice.number}）"


def _files(notice: PublicNotice) -> tuple[tuple[str, str], ...]:
    """Return format and address of each file of the list."""
    return tuple((NAMES_OF_KINDS[kind], reverse(f"site:notice_{kind}", args=(notice.number,))) for kind in KINDS)


def _period(notice: PublicNotice) -> str:
    days = counted(notice.working_days, first_counts=notice.first_day_counts)
    return f"{notices.period_of(notice).in_words}（{days}）"


def _facts(notice: PublicNotice) -> list[dict[str, str]]:
    pairs = (
        ("文号", notice.document_number),
        ("公示期", _period(notice)),
        ("公示单位", notice.organiser),
        ("联系电话", notice.phone),
        ("来信地址", notice.address),
        ("邮箱", notice.email),
        ("异议", objections.told(notice).in_words),
    )
    return [{"label": label, "value": value} for label, value in pairs if value]


def _line(each: Versions) -> dict[str, Any]:
    line = each.latest
    return {
        "line": line,
        "type": PlatformType(line.type).short,
        "region": _region(line),
        "grade": line.grade_label if line.is_public else TAKEN_OFF,
        "change": f"{_day(line)}{_became(each)}：{line.change_reason}" if line.change_reason else "",
        "older": [_was(old) for old in each.older],
    }


def _was(old: NoticeLine) -> str:
    why = f"，{old.change_reason}" if old.change_reason else ""
    return f"原为{old.grade_label}（{_day(old)}列入{why}）"


def _became(each: Versions) -> str:
    """Return what became of a changed platform: 新列入, 不再列入, or from one grade to another."""
    if not each.latest.is_public:
        return TAKEN_OFF
    if not each.older:
        return "新列入"
    return f"{each.older[0].grade_label}变更为{each.latest.grade_label}"


def _row(each: Versions) -> Row:
    line = each.latest
    return Row(
        name=line.name,
        region=_region(line),
        type=PlatformType(line.type).label,
        operator=line.operator_name,
        grade=line.grade if line.is_public else "",
        grade_label=line.grade_label if line.is_public else "",
        version=line.version,
        change=_became(each) if line.change_reason else "",
        changed_on=timezone.localdate(line.made_at) if line.change_reason else None,
        change_reason=line.change_reason,
    )


def _region(line: NoticeLine) -> str:
    return line.region.name if line.region else "市级"


def _day(line: NoticeLine) -> str:
    return day_in_words(timezone.localdate(line.made_at))
