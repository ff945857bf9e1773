"""Released allocations of all years as tables with the same columns every year, and what their columns mean."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.views.decorators.http import condition

from evaluation.site.answers import public_page
from evaluation.site.columns import CODE, COUNT, DAY, TEXT, YES_NO, Column, Value
from evaluation.site.joined import Described, OpenFiles, OpenTable, Table
from evaluation.site.open_data import KINDS, NAMES_OF_KINDS, problems, refused, sent, tag
from funding.models import AllocationRelease
from funding.releases.queries import chains
from funding.rendering import column, share_column
from funding.runs.queries.frozen import money_of
from funding.runs.queries.sheet import Line, Sheet, sheet_of
from funding.site.joining import edition
from funding.tally_csv import header_of
from funding.terms_file import columns_of
from platforms.deadlines import day_of

#: Part of each ETag: a change in how the files are written makes all copies old.
FORMAT = "1"
#: What stands beside the grades and adds up with them to what was declared.
OTHER_COUNTS = ("ungraded", "withdrawn_late", "revoked")


@dataclass(frozen=True)
class Released:
    """One release with the one that it corrects and the one that corrects it, None where there is none."""

    release: AllocationRelease
    former: AllocationRelease | None
    later: AllocationRelease | None


@dataclass(frozen=True)
class Listed:
    """One table of all releases; its files lie at ``open-data/{key}.{kind}``."""

    key: str
    title: str
    says: str
    columns: Sequence[Column]
    rows: Callable[[], Iterator[Any]]


def released() -> Iterator[Released]:
    """Yield every release, the latest year first, in it what corrects before what it corrects."""
    for chain in chains():
        for place, release in enumerate(chain):
            former = chain[place + 1] if place + 1 < len(chain) else None
            yield Released(release, former, chain[place - 1] if place else None)


def region_rows() -> Iterator[tuple[AllocationRelease, Line]]:
    for each in released():
        sheet = sheet_of(each.release.run)
        for line in lines_of(sheet):
            yield each.release, line


def count_rows() -> Iterator[tuple[AllocationRelease, Line, str, str, int]]:
    for each in released():
        sheet = sheet_of(each.release.run)
        codes = (*sheet.money.codes, *OTHER_COUNTS)
        for line in lines_of(sheet):
            for code, label, count in zip(codes, sheet.count_labels[1:], line.counts[1:], strict=True):
                yield each.release, line, code, label, count


def reading_rows() -> Iterator[tuple[AllocationRelease, Any]]:
    for each in released():
        sheet = sheet_of(each.release.run)
        for chosen in (*sheet.readings, *sheet.countings):
            yield each.release, chosen


def lines_of(sheet: Sheet) -> list[Line]:
    """Return the regions of ``sheet``, and after them the platforms of the key industries."""
    return [*sheet.lines, *([sheet.industry] if sheet.industry else [])]


def _exact(name: str) -> Callable[[Any], Value]:
    return lambda row: None if (found := getattr(row[1], name)) is None else str(found)


def _release(key: str, label: str, kind: str, says: str, read: Callable[[Released], Value]) -> Column:
    return Column(key, label, kind, says, read)


YEAR = Column("year", "年度", COUNT, "资金所属的年度。", lambda row: row[0].run.round.year)
NUMBER = Column("number", "测算编号", TEXT, "更正后另有编号。", lambda row: row[0].run.number)
REGION_CODE = Column("region_code", "地区代码", CODE, "行政区划代码；重点行业平台为空。", lambda row: row[1].code)
REGION = Column("region", "地区", TEXT, "区县（市）或管委会；重点行业平台不参加分配。", lambda row: row[1].label)

TABLES: Sequence[Listed] = (
    Listed(
        "allocations",
        "资金分配",
        "已公布的每次资金分配一行，含已更正的，注明由哪一次更正。",
        (
            _release("year", YEAR.label, COUNT, YEAR.says, lambda row: row.release.run.round.year),
            _release("number", NUMBER.label, TEXT, NUMBER.says, lambda row: row.release.run.number),
            _release("document_number", "文号", TEXT, "资金分配文件的文号。", lambda row: row.release.document_number),
            _release("decided_on", "文件日期", DAY, "资金分配文件的日期。", lambda row: row.release.decided_on),
            _release(
                "released_on", "公布日期", DAY, "在本网站公布的日期。", lambda row: day_of(row.release.released_at)
            ),
            _release("pool", "资金总额", COUNT, "单位：元。", lambda row: row.release.run.pool_yuan),
            _release("allocated", "已分配", COUNT, "单位：元。", lambda row: row.release.run.allocated_yuan),
            _release("unallocated", "未分配", COUNT, "单位：元。", lambda row: row.release.run.unallocated_yuan),
            _release(
                "counts_sha256", "申报数校验值", TEXT, "申报数文件的 SHA-256，64 位十六进制小写。",
                lambda row: row.release.run.counts_digest,
            ),
            _release(
                "corrects", "更正的测算编号", TEXT, "本次更正的上一次；没有的为空。",
                lambda row: row.former.run.number if row.former else "",
            ),
            _release(
                "corrected_by", "更正后的测算编号", TEXT, "更正本次的下一次；现行有效的为空。",
                lambda row: row.later.run.number if row.later else "",
            ),
            _release(
                "replaced_on", "取代日期", DAY, "更正后的结果公布的日期；现行有效的为空。",
                lambda row: day_of(row.later.released_at) if row.later else None,
            ),
        ),
        released,
    ),
    Listed(
        "allocation-regions",
        "各地区资金",
        "每次资金分配的每个地区一行：申报数、占比、得分、权重和金额。",
        (
            YEAR, NUMBER, REGION_CODE, REGION,
            Column("declared", "申报数", COUNT, "各项数量之和，单位：个。", lambda row: row[1].counts[0]),
            Column("share", "占比", TEXT, "最低档占比，精确分数，如 1/10；没有的为空。", _exact("share")),
            Column("score", "得分", TEXT, "精确分数，如 37；不予支持的为空。", _exact("score")),
            Column("weight", "权重", TEXT, "精确分数，如 37/60；不予支持的为空。", _exact("weight")),
            Column("amount", "金额", COUNT, "单位：元。", lambda row: row[1].amount),
            Column(
                "verdict", "是否支持", TEXT, "支持、不予支持、未申报、得分为零或不参加分配。",
                lambda row: row[1].verdict,
            ),
        ),
        region_rows,
    ),
    Listed(
        "allocation-counts",
        "各地区各项数量",
        "每次资金分配的每个地区、每项数量一行，相加为申报数。",
        (
            YEAR, NUMBER, REGION_CODE, REGION,
            Column("code", "代码", CODE, "档次的代码，或未评定、评分后撤回、公布后撤销的代码。", lambda row: row[2]),
            Column("label", "名称", TEXT, "所属年度的通知规定的名称。", lambda row: row[3]),
            Column("count", "数量", COUNT, "单位：个。", lambda row: row[4]),
        ),
        count_rows,
    ),
    Listed(
        "allocation-readings",
        "资金分配的口径",
        "每次资金分配对通知文字可作不同理解之处采用的理解。",
        (
            YEAR, NUMBER,
            Column("label", "口径", TEXT, "通知文字可以作不同理解的地方。", lambda row: row[1].label),
            Column("choice", "本次采用", TEXT, "采用的理解。", lambda row: row[1].choice),
            Column("is_default", "是否默认", YES_NO, "采用默认理解的为是。", lambda row: row[1].is_default),
            Column("reason", "默认理由", TEXT, "默认这样理解的理由。", lambda row: row[1].reason),
        ),
        reading_rows,
    ),
)  # fmt: skip


def _etag(request: HttpRequest, table: Listed, kind: str) -> str | None:
    return None if problems(request, None) else tag(FORMAT, table.key, kind, repr(edition()))


@public_page
@condition(etag_func=_etag)
def file(request: HttpRequest, table: Listed, kind: str) -> HttpResponseBase:
    """Send a table of all releases."""
    if wrong := problems(request, None):
        return refused(request, wrong)
    return sent(kind, f"{table.title}.{kind}", table.columns, table.rows(), {"title": table.title})


def open_tables() -> OpenFiles:
    """Return the files of the tables of all releases; none before the first release."""
    found = [
        OpenTable(
            table.title,
            table.says,
            tuple((NAMES_OF_KINDS[kind], reverse(f"public_funding:{table.key}_{kind}")) for kind in KINDS),
        )
        for table in TABLES
        if edition()
    ]
    return OpenFiles(
        "allocation-tables", "资金分配（各年度）", "各年度的资金分配，列名各年度相同。", tables=tuple(found)
    )


def tables() -> Iterator[Table]:
    """Yield the tables of released allocations for the data dictionary; grades are those of what is released."""
    for each in TABLES:
        yield Table(
            each.key, each.title, each.says, tuple(f"/open-data/{each.key}.{kind}" for kind in KINDS), each.columns
        )
    sheets = [sheet_of(each.release.run) for each in released()]
    monies = [money_of(each.release.run) for each in released()]
    yield Table(
        "allocation-counts-file",
        "一次资金分配的申报数和各档数",
        "核算程序的输入，与锁定时冻结的逐字节一致。",
        ("/funding/年度/测算编号/counts.csv",),
        list(_counts_columns(monies)),
    )
    yield Table(
        "allocation-amounts-file",
        "一次资金分配的各地区金额",
        "供 Excel 和 WPS 打开。",
        ("/funding/年度/测算编号/amounts.csv",),
        list(_amounts_columns(sheets)),
    )
    yield Table(
        "allocation-file",
        "一次资金分配的计算结果",
        "与核算程序的输出一致。",
        ("/funding/年度/测算编号/allocation.json",),
        list(_allocation_fields(monies)),
    )


def _counts_columns(monies: Sequence[Any]) -> Iterator[Described]:
    labels = {
        "region": "地区的代码和名称；重点行业平台一行不参加分配。",
        "declared": "申报数，单位：个。",
    }
    for money in monies:
        grades = columns_of(money)
        labels |= {name: f"{money.labels[grade]}的平台数，单位：个。" for name, grade in grades.items()}
        assert set(header_of(tuple(grades))) <= labels.keys()
    for name, says in labels.items():
        yield Described(name, name, TEXT if name == "region" else COUNT, says)


def _amounts_columns(sheets: Sequence[Sheet]) -> Iterator[Described]:
    yield Described("", REGION_CODE.label, CODE, REGION_CODE.says)
    yield Described("", REGION.label, TEXT, REGION.says)
    counted = dict.fromkeys(label for sheet in sheets for label in (*sheet.count_labels, *sheet.aside_labels))
    for label in counted:
        yield Described("", label, COUNT, "平台数，单位：个。名称由所属年度的通知规定。")
    for label in dict.fromkeys(f"{sheet.failing_label}占比" for sheet in sheets):
        yield Described("", label, TEXT, "精确分数，如 1/10；没有的为空。")
    yield Described("", "得分", TEXT, "精确分数，如 37；不予支持的为空。")
    yield Described("", "权重", TEXT, "精确分数，如 37/60；不予支持的为空。")
    yield Described("", "金额（元）", COUNT, "单位：元。")
    yield Described("", "是否支持", TEXT, "支持、不予支持、未申报、得分为零或不参加分配。")


def _allocation_fields(monies: Sequence[Any]) -> Iterator[Described]:
    grades = {name: money.labels[grade] for money in monies for name, grade in columns_of(money).items()}
    # A grade without points has no total.
    scored = {column(grade): money.labels[grade] for money in monies for grade, _ in money.share.points}
    shares = dict.fromkeys(share_column(money) for money in monies)
    for key, label, kind, says in (
        ("pool", "资金总额", COUNT, "单位：元。"),
        ("reading", "口径", TEXT, "各口径的代码和采用的理解。"),
        ("totals", "全市总数", COUNT, "有分值的各档的平台数，单位：个。"),
        *((f"totals.{name}", label, COUNT, "单位：个。") for name, label in scored.items()),
        ("rows", "各地区", TEXT, "每个地区一组。"),
        ("rows[].region", "地区", TEXT, "地区的代码和名称。"),
        ("rows[].declared", "申报数", COUNT, "单位：个。"),
        *((f"rows[].{name}", label, COUNT, "单位：个。") for name, label in grades.items()),
        *((f"rows[].{name}", "占比", TEXT, "最低档占比，精确分数。") for name in shares),
        ("rows[].excluded", "不予支持", YES_NO, "占比达到通知规定的为 true。"),
        ("rows[].score", "得分", TEXT, "精确分数；不予支持的为 null。"),
        ("rows[].weight", "权重", TEXT, "精确分数；不予支持的为 null。"),
        ("rows[].amount", "金额", COUNT, "单位：元。"),
        ("allocated", "已分配", COUNT, "单位：元。"),
        ("unallocated", "未分配", COUNT, "单位：元。"),
        ("note", "说明", TEXT, "没有分完的原因等；没有的为空。"),
    ):
        yield Described(key, label, kind, says)


urlpatterns = [
    path(f"open-data/{table.key}.{kind}", file, {"table": table, "kind": kind}, name=f"{table.key}_{kind}")
    for table in TABLES
    for kind in KINDS
]
