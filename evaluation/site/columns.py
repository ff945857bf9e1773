"""The columns of the published tables, one description for all their files and for the data dictionary."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from evaluation.amendments.queries.versions import Place
from evaluation.certification.choices import Validity
from evaluation.certification.queries.published import CITY_CODE, UNCERTIFIED, Line, Offer
from evaluation.models import Result
from evaluation.site.joined import Described
from platforms.choices import PlatformType
from platforms.excel.columns import FORMULA_SIGNS

Value = str | int | bool | date | Decimal | None

#: What the kinds of values are called, and how they are written.
TEXT, CODE, COUNT, DAY, YES_NO, DEGREES = "文字", "代码", "整数", "日期", "是或否", "经纬度"
KINDS = {
    TEXT: "没有的为空。",
    CODE: "固定的代码，供程序使用；没有的为空。",
    COUNT: "不带千位分隔符。",
    DAY: "年-月-日，如 2026-11-27；没有的为空，JSON 中为 null。",
    YES_NO: "表格文件中为“是”或“否”，JSON 中为 true 或 false。",
    DEGREES: "十进制度，最多六位小数；没有的为空，JSON 中为 null。",
}
#: As the form asks for them.
DATUM = "申报时按 2000 国家大地坐标系（CGCS2000）填写，未作换算，与 WGS 84 相差不到一米；历史数据按原有资料。"


@dataclass(frozen=True)
class Column(Described):
    """A column and how its value is read off a row."""

    read: Callable[[Any], Value]


@dataclass(frozen=True)
class Row:
    """One published line with the result that it was read from."""

    line: Line
    result: Result


@dataclass(frozen=True)
class Versioned:
    """One line of any version, and in which versions it stands."""

    line: Line
    place: Place


@dataclass(frozen=True)
class Offered:
    """One service of a platform."""

    line: Line
    offer: Offer


@dataclass(frozen=True)
class Counted:
    """How many lines of a round, or of those in force where ``round`` is None, share region, type and grade."""

    round: int | None
    region: str
    region_code: str
    type: str
    type_code: str
    grade: str
    grade_label: str
    count: int


def _of_line(name: str) -> Callable[[Any], Value]:
    return lambda row: getattr(row.line, name)


def _line(key: str, label: str, kind: str, says: str, name: str = "") -> Column:
    return Column(key, label, kind, says, _of_line(name or key))


def _own(key: str, label: str, kind: str, says: str) -> Column:
    return Column(key, label, kind, says, lambda row: getattr(row, key))


def _result(key: str, label: str, kind: str, says: str) -> Column:
    return Column(key, label, kind, says, lambda row: getattr(row.result, key))


_TYPES = "；".join(f"{value} {label}" for value, label in PlatformType.choices)
_STATES = "；".join(f"{value} {label}" for value, label in Validity.choices)

CODE_OF = _line("code", "平台编号", TEXT, "长期不变，各年度相同。")
NAME = _line("name", "平台名称", TEXT, "公布时的名称。")
TYPE = _line("type", "类型", TEXT, "、".join(str(label) for label in PlatformType.labels) + "之一。")
TYPE_CODE = _line("type_code", "类型代码", CODE, f"{_TYPES}。与筛选条件 type 的取值相同。")
REGION = _line("region", "地区", TEXT, "区县（市）或管委会；市级申报的重点行业平台为“市级”。")
REGION_CODE = _line(
    "region_code", "地区代码", CODE, f"行政区划代码，市级为 {CITY_CODE}。与筛选条件 region 的取值相同。"
)
SITE = _line("site", "地点", TEXT, "功能区、乡镇（街道）、小微企业园或行业协会的名称。")
OPERATOR = _line("operator", "运营单位", TEXT, "公布时的运营单位名称。")
PHONE = _line("phone", "服务电话", TEXT, "对外公布的办公电话。")
ROUND = _line("round", "年度", COUNT, "结果所属的年度。")
GRADE = _line("grade", "档次", CODE, "由所属年度的通知规定。与筛选条件 grade 的取值相同。")
GRADE_LABEL = _line("grade_label", "档次名称", TEXT, "所属年度的通知规定的名称。")
CERTIFICATE = _line("certificate", "证书编号", TEXT, "未认定的为空。")
VALID_FROM = _line("valid_from", "有效期起", DAY, "含当日；未认定的为空。")
VALID_UNTIL = _line("valid_until", "有效期止", DAY, "含当日；未认定的为空。")
VERSION = _line("version", "版本", COUNT, "本行的版本，自 1 起；更正或变更一次加 1。")
CORRECTED_ON = _line("corrected_on", "更正日期", DAY, "本版更正或变更公布的日期；第一版为空。")
TAKEN_OVER = _line("taken_over", "历史数据", YES_NO, "本系统启用前的年度，按原有资料导入的为是。")

#: The lines with all that depends on the day on which they are asked for.
RESULTS: Sequence[Column] = (
    CODE_OF, NAME, TYPE, TYPE_CODE, REGION, REGION_CODE, SITE, OPERATOR,
    _result("address", "地址", TEXT, "公布时的地址。"),
    _result("opening_hours", "开放时间", TEXT, "公布时的开放时间。"),
    PHONE,
    _result("longitude", "经度", DEGREES, DATUM),
    _result("latitude", "纬度", DEGREES, DATUM),
    ROUND, GRADE, GRADE_LABEL, CERTIFICATE, VALID_FROM, VALID_UNTIL,
    _line("revoked_on", "撤销日期", DAY, "未撤销的为空。"),
    _line("ended_on", "终止日期", DAY, "有效期满前换证、放弃、更正或撤销的，自当日起不再有效；否则为空。"),
    _line("replaced_by", "换发的新证", TEXT, "换证或更正后另发证书的为新证书编号，否则为空。"),
    _line("state", "认定状态代码", CODE, f"{_STATES}；未认定的为空。与筛选条件 state 的取值相同。"),
    _line("state_label", "认定状态", TEXT, f"下载当日的状态；没有证书的为“{UNCERTIFIED}”。"),
    VERSION, CORRECTED_ON, TAKEN_OVER,
)  # fmt: skip
#: What never changes of a line. Regions may be called otherwise one day, so that they stand there by their codes.
FROZEN: Sequence[Column] = (
    CODE_OF, NAME, TYPE, TYPE_CODE, REGION_CODE, SITE, OPERATOR, PHONE, ROUND, GRADE, GRADE_LABEL, CERTIFICATE,
    VALID_FROM, VALID_UNTIL, VERSION, CORRECTED_ON, TAKEN_OVER,
)  # fmt: skip


def _place(key: str, label: str, kind: str, says: str, name: str) -> Column:
    return Column(key, label, kind, says, lambda row: getattr(row.place, name))


VERSIONS: Sequence[Column] = (
    *FROZEN,
    _place("since_version", "起始版本", COUNT, "自所属年度名单的第几版起列有本行。", "since"),
    _place("until_version", "截止版本", COUNT, "所属年度名单中列有本行的最后一版；现在仍列有的为空。", "until"),
    _place("replaced_on", "取代日期", DAY, "更正或变更公布的日期；没有被取代的为空。", "replaced_on"),
    _place("replaced_kind", "取代原因", TEXT, "更正或变更；没有被取代的为空。", "kind"),
    _place("reason", "公开说明", TEXT, "更正或变更的说明；没有被取代的为空。", "reason"),
)
COUNTS: Sequence[Column] = (
    _own("round", "年度", COUNT, "公布结果的年度；现行有效的认定不分年度，为空。"),
    _own("region", "地区", TEXT, REGION.says),
    _own("region_code", "地区代码", CODE, REGION_CODE.says),
    _own("type", "类型", TEXT, TYPE.says),
    _own("type_code", "类型代码", CODE, TYPE_CODE.says),
    _own("grade", "档次", CODE, GRADE.says),
    _own("grade_label", "档次名称", TEXT, GRADE_LABEL.says),
    _own("count", "平台数", COUNT, "单位：个。没有平台的组合不列。"),
)


def _offer(key: str, label: str, kind: str, says: str, name: str = "") -> Column:
    return Column(key, label, kind, says, lambda row: getattr(row.offer, name or key))


SERVICES: Sequence[Column] = (
    CODE_OF, NAME, ROUND,
    _offer("service", "服务", TEXT, "服务类别或公益性服务的名称。", "label"),
    _offer("content", "内容", TEXT, "公布的服务内容。"),
    _offer("public_interest", "公益性服务", YES_NO, "须免费提供的三类服务为是。"),
    _offer("free", "免费", YES_NO, "不收费的为是。"),
    _offer("fee_standard", "收费标准", TEXT, "收费的服务公布的标准。"),
)  # fmt: skip


def harmless(text: str) -> str:
    """Return ``text`` so that no spreadsheet runs it."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def cell(value: Value) -> str:
    """Return ``value`` as CSV has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    # A number is no formula, even one below zero.
    return harmless(value) if isinstance(value, str) else str(plain(value))


def plain(value: Value) -> str | int | float | bool | None:
    """Return ``value`` as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
