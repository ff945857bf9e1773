"""One cell read as its writer meant it, the same at each door: pasted block, intake, import, sheet of service records.

Full-width digits, blanks that nobody sees, units, ticks and other words for a choice are read; each such reading is
told to the caller. What can be read in two ways is refused with a sentence that says what to write. Knows no Django.
"""

# ruff: noqa: ARG001 - the readers share one signature

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import Any, Literal

from platforms.money import WAN, YUAN, plain_amount, read_amount
from platforms.storable import UNSTORABLE

#: What a spreadsheet takes for the beginning of a formula, in both widths; exported with an apostrophe before it.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d{1,9})?", re.ASCII)
_UNIT = re.compile(r"\(([^()]{1,4})\)$")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+", re.ASCII)
_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
)
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,4}日?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LOCAL = re.compile(r"[2-9]\d{6,7}|[48]00\d{7}|1[02]\d{3}|9[56]\d{3,4}", re.ASCII)
_BLANKS = " \t\r\n\u3000"
EXCEL_ERRORS = ("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!")
_MOST_DIGITS = 10**15
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 73_050  # 1927 to 2099
_DAY_ZERO = date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
#: In 1900 a spreadsheet shows small numbers as days of January and February.
_FIRST_SURE_MONTH = 3

#: Other ways to write the unit of a column, in half-width.
_UNITS: Mapping[str, tuple[str, ...]] = {
    "m2": ("平方米", "平米", "平方", "平"), "人次": ("人",), "家": ("户", "家企业"),
    "场": ("次", "场次"), "个": ("个窗口",), "件": ("项",),
}  # fmt: skip
_TICKS, _CROSSES = ("√", "✓", "✔", "☑"), ("×", "✗", "✘", "☒")
_YES, _NO = ("是", "有", "对", *_TICKS), ("否", "无", "没有", "不是", *_CROSSES)
#: What else says yes and no, by the head of the column.
_YES_NO_WORDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "专职": (("专职", "全职"), ("兼职", "非专职")),
    "免费": (("免费", "无偿"), ("收费", "有偿")),
    "对外公开": (("公开", "已公开"), ("不公开", "未公开")),
}
#: Other words for a choice; they count wherever the choice may stand.
_OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "男": ("男性",),
    "女": ("女性",),
    "高中及以下": ("高中", "中专", "职高", "初中"),
    "大专": ("专科", "大学专科"),
    "本科": ("大学", "大学本科", "本科学历"),
    "硕士": ("研究生", "硕士研究生"),
    "博士": ("博士研究生",),
    "专职": ("全职", "是", *_TICKS),
    "兼职": ("非专职", "否", *_CROSSES),
    "免费": ("无偿",),
    "收费": ("有偿",),
    "社会服务机构（民办非企业单位）": ("民办非企业单位", "社会服务机构", "民非"),
    "自有": ("自有产权", "自有房产", "自有房屋"),
    "租赁": ("租用", "承租", "租借"),
    "无偿提供": ("无偿使用", "免费提供"),
    "信息服务": ("信息",),
    "投融资服务": ("投融资", "融资", "融资服务"),
    "创业服务": ("创业",),
    "人才与培训服务": ("人才与培训", "人才培训"),
    "技术创新和质量服务": ("技术创新与质量服务", "技术创新和质量"),
    "管理咨询服务": ("管理咨询",),
    "市场开拓服务": ("市场开拓",),
    "法律服务": ("法律",),
}


class Kind(StrEnum):
    """How a cell is read."""

    KEY = "key"
    TEXT = "text"
    #: Letters and digits that are a name, such as a region code: never a number.
    CODE = "code"
    #: The same in capitals: a credit code, the number of a form.
    CAPITALS = "capitals"
    PHONE = "phone"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


_TEXTS = (Kind.TEXT, Kind.CODE, Kind.CAPITALS, Kind.PHONE, Kind.CHOICE)


@dataclass(frozen=True)
class Column:
    """One column: ``name`` is the field it fills, ``header`` what stands in the head, with its unit in brackets.

    ``choices`` are pairs of stored value and word; the cell holds the word. ``required`` means that a row without it
    cannot be a row. ``group`` is written above the head, ``heads`` are other heads under which a pasted block has it.
    A ``readonly`` column is exported and, in an import, accepted but not read. ``hint`` and ``example`` go to the notes
    of the template.
    """

    name: str
    header: str
    kind: Kind = Kind.TEXT
    required: bool = False
    readonly: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    example: str = ""
    group: str = ""
    heads: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """Return, in Chinese, what may stand in the column."""
        return {
            Kind.KEY: "数字或文字，同一份申报在各工作表中用同一个序号",
            Kind.TEXT: "文字",
            Kind.CODE: "代码，单元格须为文本格式",
            Kind.CAPITALS: "代码，单元格须为文本格式",
            Kind.PHONE: "电话号码，两个用顿号分隔",
            Kind.WHOLE: "整数，不写单位",
            Kind.DECIMAL: "数字，可有小数，不写单位",
            Kind.DATE: "日期，如 2015-06-01、2015年6月1日",
            Kind.CHOICE: f"请填写：{'、'.join(word for _, word in self.choices)}",
            Kind.YES_NO: "请填写：是、否",
        }[self.kind]


class Formula:
    """Stands for a cell that holds a formula."""

    def __str__(self) -> str:
        return "公式"


@dataclass(frozen=True)
class Broken:
    """A cell that holds an error of the spreadsheet (``#REF!``), a date that never was or what cannot be stored.

    ``text`` is what it shows.
    """

    text: str

    def __str__(self) -> str:
        return self.text


class CellProblem(ValueError):
    """A cell that cannot be read; the text is a sentence without the cell, ``what`` says what kind of fault it is."""

    def __init__(self, sentence: str, what: Literal["empty", "format", "choice"] = "format") -> None:
        super().__init__(sentence)
        self.what = what


def is_empty(value: Any) -> bool:
    """Say whether nothing that anybody sees stands in the cell."""
    if not isinstance(value, str):
        return value is None
    text = value.strip()
    return not text or (not text[0].isprintable() and not visible(text))


def visible(text: str) -> str:
    """Return ``text`` without what nobody sees: zero-width signs gone, other blanks as plain ones, trimmed."""
    if text.isprintable():
        return text.strip()
    found = []
    for each in text:
        category = unicodedata.category(each)
        if category == "Cf":
            continue
        found.append(" " if category == "Zs" and each != "\u3000" else each)
    return "".join(found).strip()


def blank(column: Column) -> Any:
    """Return what an empty cell of ``column`` says: nothing, as text or as None.

    Raises:
        CellProblem: the column must be filled in.
    """
    if column.required:
        raise CellProblem("没有填写，必须填写。", "empty")
    return "" if column.kind in _TEXTS else None


def read(column: Column, value: Any) -> tuple[Any, str]:
    """Return the value of a cell that is not empty, and how it was understood ("" if it was written as asked).

    Raises:
        CellProblem: the cell does not hold what the column asks for, or could mean two things.
    """
    if isinstance(value, Formula):
        raise CellProblem("是公式，请复制后选择性粘贴为数值。")
    if isinstance(value, Broken):
        raise CellProblem(_broken(column, value))
    if isinstance(value, str):
        if value[:1] == "#" and value in EXCEL_ERRORS:
            raise CellProblem(_broken(column, Broken(value)))
        seen = visible(value)
        # An export of ours guards what looks like a formula in this way.
        if seen[:1] == "'" and seen[1:].startswith(FORMULA_SIGNS):
            seen = value = seen[1:]
        found, understood = _READERS[column.kind](column, seen)
        if not understood and seen != value.strip(_BLANKS):
            understood = "已去掉看不见的字符"
        return found, understood
    return _READERS[column.kind](column, value)


def _broken(column: Column, value: Broken) -> str:
    if value.text == UNSTORABLE:
        return f"含有{UNSTORABLE}，请删除后重新填写。"
    if value.text.startswith("#"):
        return "是 Excel 的错误值，请改正。"
    return (
        f"不是存在的日期（{value.text}），请写成 2015-06-01 的样子。"
        if column.kind == Kind.DATE
        else "是无效的日期，请改正。"
    )


def half_width(text: str) -> str:
    """Return ``text`` in half-width characters."""
    return unicodedata.normalize("NFKC", text)


def _is_time(value: Any) -> bool:
    return isinstance(value, bool | date | time | timedelta)


def _text(column: Column, value: Any) -> tuple[str, str]:
    if isinstance(value, str):
        return value, ""
    if _is_time(value):
        raise CellProblem("不是文字，Excel 已改成其他格式，请把单元格设为文本格式后重新填写。")
    text = _digits(value)
    return text, f"按文字“{text}”理解"


def _key(column: Column, value: Any) -> tuple[str, str]:
    if _is_time(value) or isinstance(value, float):
        raise CellProblem("不能作为序号，请填写整数或文字。")
    text = half_width(str(value))
    if text.isascii() and text.isdigit():
        text = text.lstrip("0") or "0"
    return text, "" if text == str(value) else f"按序号“{text}”理解"


def _code(column: Column, value: Any) -> tuple[str, str]:
    if not isinstance(value, str):
        lost = not isinstance(value, int | float) or abs(value) >= _MOST_DIGITS
        why = "Excel 只保留前 15 位，后面的位数已经丢失" if lost else "开头的 0 可能已被 Excel 去掉"
        raise CellProblem(f"是数字格式，{why}，请把单元格设为文本格式后重新填写。")
    text = "".join(half_width(value).split())
    if column.kind == Kind.CAPITALS:
        text = text.upper()
    if _SCIENTIFIC.fullmatch(text):
        raise CellProblem("已被 Excel 改成科学记数法，原来的位数无法恢复，请把单元格设为文本格式后重新填写。")
    return text, "" if text == value else f"按“{text}”理解"


def _phone(column: Column, value: Any) -> tuple[str, str]:
    if isinstance(value, str):
        text = half_width(value).strip()
        if _SCIENTIFIC.fullmatch(text):
            raise CellProblem("已被 Excel 改成科学记数法，请把单元格设为文本格式后重新填写。")
        return value, "" if text == value else f"按“{text}”理解"
    if _is_time(value) or isinstance(value, float):
        raise CellProblem("不是电话号码，请把单元格设为文本格式后重新填写。")
    text = str(value)
    if not _MOBILE.fullmatch(text) and not _LOCAL.fullmatch(text):
        raise CellProblem("是数字格式，区号开头的 0 可能已被 Excel 去掉，请把单元格设为文本格式后重新填写。")
    return text, f"按号码“{text}”理解"


def _decimal(column: Column, value: Any) -> tuple[Decimal, str]:
    if _is_time(value):
        raise CellProblem("不是数字，请重新填写。")
    if not isinstance(value, str):
        return Decimal(_digits(value)), ""
    if _NUMBER.fullmatch(value):
        return Decimal(value), ""
    unit = _unit_of(column.header)
    text = half_width(value).strip()
    if unit in (YUAN, WAN):
        amount = read_amount(text, unit)
        if amount is not None:
            plain = format(amount, "f") if text[-1].isdigit() else plain_amount(text, unit)
            return Decimal(plain), "" if plain == value else f"按 {plain} 理解"
    for word in (unit, *_UNITS.get(unit, ())):
        if word and text.endswith(word):
            text = text.removesuffix(word).strip()
            break
    if _GROUPED.fullmatch(text):
        plain = text.replace(",", "")
        raise CellProblem(f"不是数字，请只填数字，不写单位、逗号和文字，如 {plain}。")
    if not _NUMBER.fullmatch(text):
        raise CellProblem("不是数字，请只填数字，不写单位、逗号和文字。")
    return Decimal(text), "" if text == value else f"按 {text} 理解"


@cache
def _unit_of(header: str) -> str:
    """Return the unit in which a column counts, in half-width: what stands in brackets at the end of its head."""
    found = _UNIT.search(half_width(header))
    return found[1] if found else ""


def _whole(column: Column, value: Any) -> tuple[int, str]:
    number, understood = _decimal(column, value)
    if number != number.to_integral_value():
        raise CellProblem("不是整数，请核对。")
    if number < 0:
        raise CellProblem("不能为负数，请核对。")
    return int(number), understood


def _date(column: Column, value: Any) -> tuple[date, str]:
    if isinstance(value, datetime):
        if value.year <= _FIRST_YEAR and value.month < _FIRST_SURE_MONTH:
            raise CellProblem("不是存在的日期，请写成 2015-06-01 的样子。")
        day = _sane(value.date())
        return day, "" if value.time() == time() else f"按 {day} 理解，时刻不计"
    if isinstance(value, date):
        return _sane(value), ""
    if _is_time(value):
        raise CellProblem("不是日期，请写成 2015-06-01 的样子。")
    if not isinstance(value, str):
        return _date_of_number(column, value)
    text = "".join(half_width(value).split())
    found = _DATE.fullmatch(text) or _EIGHT.fullmatch(text)
    if found:
        year, month, day_of_month = (int(part) for part in found.groups() if part)
        try:
            day = date(year, month, day_of_month)
        except ValueError:
            raise CellProblem("不是存在的日期，请核对。") from None
        return _sane(day), "" if value == day.isoformat() else f"按 {day} 理解"
    if _SHORT_YEAR.fullmatch(text):
        raise CellProblem("看不出哪个是年份，请写四位的年份，如 2024-01-02。")
    if (found := _MONTH.fullmatch(text)) and 1 <= int(found[2]) <= 12:
        raise CellProblem(f"没有写明是哪一天，请写成 {found[1]}-{int(found[2]):02}-01 的样子。")
    raise CellProblem("不是日期，请写成 2015-06-01 的样子。")


def _sane(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise CellProblem(f"的年份应在 {_FIRST_YEAR} 至 {_LAST_YEAR} 之间，请核对。")
    return day


def _date_of_number(column: Column, value: Any) -> tuple[date, str]:
    """Return the day of a bare number: the serial that Excel shows when the format is lost, or 20150601."""
    text = _digits(value)
    if _EIGHT.fullmatch(text) or _MONTH.fullmatch(text):
        return _date(column, text)
    if isinstance(value, int) and _FIRST_SERIAL <= value <= _LAST_SERIAL:
        day = _DAY_ZERO + timedelta(days=value)
        return day, f"按 {day} 理解（Excel 的日期序号）"
    raise CellProblem(f"不是日期（数字 {text}），请写成 2015-06-01 的样子。")


def _choice(column: Column, value: Any) -> tuple[str, str]:
    text = _digits(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    for stored, word in column.choices:
        if text == word:
            return stored, "" if isinstance(value, str) else f"按“{word}”理解"
    words = _words_of(column.choices)
    plain = _loose(text)
    if (found := words.get(plain) or words.get(_without_brackets(plain))) is not None:
        return found[0], f"按“{found[1]}”理解"
    near = get_close_matches(plain, words, n=1, cutoff=0.6)
    proposal = f"；是否为“{words[near[0]][1]}”？" if near else "。"
    raise CellProblem(f"不符合选项要求，{column.rule}{proposal}", "choice")


@cache
def _words_of(choices: tuple[tuple[str, str], ...]) -> Mapping[str, tuple[str, str]]:
    """Return what may stand for each choice, in its loose form; what could be two of them stands for none."""
    found: dict[str, set[tuple[str, str]]] = {}
    for stored, word in choices:
        loose = _loose(word)
        also = (_without_brackets(loose), stored, *_OTHER_WORDS.get(word, ()))
        for each in (loose, *map(_loose, also)):
            found.setdefault(each, set()).add((stored, word))
    exact = {_loose(word): (stored, word) for stored, word in choices}
    return {word: next(iter(pairs)) for word, pairs in found.items() if word and len(pairs) == 1} | exact


def _loose(text: str) -> str:
    """Return a word as it is compared: half-width, without blanks, in small letters."""
    return "".join(half_width(text).split()).lower()


def _without_brackets(loose: str) -> str:
    return re.sub(r"\(.*?\)", "", loose)


def _yes_no(column: Column, value: Any) -> tuple[bool, str]:
    if isinstance(value, bool):
        return value, f"按“{'是' if value else '否'}”理解"
    text = _loose(str(value))
    if text in ("是", "否"):
        return text == "是", "" if text == value else f"按“{text}”理解"
    yes, no = _YES_NO_WORDS.get(column.header, ((), ()))
    if text in (*_YES, *yes):
        return True, "按“是”理解"
    if text in (*_NO, *no):
        return False, "按“否”理解"
    raise CellProblem("请填写“是”或“否”。", "choice")


def _digits(value: Any) -> str:
    """Return a number as it was typed: the 15 digits that Excel keeps, without an exponent."""
    return format(Decimal(format(value, ".15g")), "f") if isinstance(value, float) else str(value)


_READERS: dict[Kind, Callable[[Column, Any], tuple[Any, str]]] = {
    Kind.KEY: _key,
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.CAPITALS: _code,
    Kind.PHONE: _phone,
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
}
