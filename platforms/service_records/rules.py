"""What one service record must say, as it comes in by the interface, from a workbook or by hand; knows no database."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from platforms import checks
from platforms.choices import FreeService, ServiceClass
from platforms.service_records.choices import ServiceChannel, ServiceResult
from platforms.storable import is_storable, without_unstorable

#: No service of a window platform is older (the network of the city began later).
EARLIEST = date(2000, 1, 1)
#: In fen, what the column holds: 99,999,999.99 yuan.
MOST_FEN = 9_999_999_999
LONGEST = {
    "external_id": 64,
    "platform": 20,
    "enterprise_name": 80,
    "summary": 200,
    "served_by": 40,
}
LABELS = {
    "external_id": "来源编号",
    "platform": "平台编号",
    "enterprise_name": "企业名称",
    "enterprise_code": "统一社会信用代码",
    "service_class": "服务类别",
    "free_category": "公益性服务",
    "served_on": "服务日期",
    "channel": "服务方式",
    "fee": "收费",
    "satisfaction": "满意度",
    "summary": "服务内容",
    "served_by": "服务人员",
    "result": "结果",
}

_CLASSES = frozenset(ServiceClass.values)
_FREE = frozenset(FreeService.values)
_CHANNELS = frozenset(ServiceChannel.values)
_RESULTS = frozenset(ServiceResult.values)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FEE = re.compile(r"(-?)0*(\d{1,16})(?:\.(\d+))?", re.ASCII)
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class RecordIn:
    """One record as somebody gives it, not checked yet; the values are codes.

    ``platform`` is the code of the platform; ``served_on`` is ``YYYY-MM-DD`` or a date; ``fee`` in yuan is text, a
    whole number or Decimal, never a float.
    """

    external_id: str
    platform: str
    enterprise_name: str
    enterprise_code: str
    service_class: str
    free_category: str | None
    served_on: str | date
    channel: str
    fee: str | int | Decimal
    satisfaction: int | None = None
    summary: str = ""
    served_by: str = ""
    result: str = ServiceResult.SETTLED.value


class Checked(NamedTuple):
    """One record in the form in which it is kept; ``fen`` is the fee in hundredths of a yuan."""

    external_id: str
    platform: str
    enterprise_name: str
    enterprise_code: str
    service_class: str
    free_category: str
    served_on: date
    channel: str
    fen: int
    satisfaction: int | None
    summary: str
    served_by: str
    result: str


class Problem(NamedTuple):
    """What is wrong with one field, in a Chinese sentence."""

    field: str
    message: str


class _Wrong(ValueError):
    """A value that cannot be read; ``str()`` is the sentence."""


def check(
    row: Mapping[str, Any] | RecordIn, *, today: date, archived_before: date = EARLIEST
) -> tuple[Checked | None, tuple[Problem, ...]]:
    """Return the record in its normal form, or None and everything that is wrong with it.

    Args:
        row: by the names of :class:`RecordIn`; a name that is none of them is a problem.
        today: the day in Ningbo; no service lies after it.
        archived_before: records of the days before it are closed.
    """
    given = row.__dict__ if isinstance(row, RecordIn) else row
    problems: list[Problem] = []
    read: list[Any] = []
    get = given.get
    for name, reader in _READERS:
        try:
            read.append(reader(get(name)))
        except _Wrong as wrong:
            problems.append(Problem(name, str(wrong)))
            read.append(None)
    if not given.keys() <= _KNOWN:
        problems += [Problem(str(name)[:40], "没有这个字段，请核对字段名。") for name in given if name not in _KNOWN]
    day = read[_DAY_AT]
    if day is not None and not archived_before <= day <= today:
        problems.append(Problem("served_on", _outside(day, today, archived_before)))
    return (None, tuple(problems)) if problems else (Checked._make(read), ())


def external_id_of(row: Mapping[str, Any] | RecordIn) -> str:
    """Return the external number of a row that may be wrong, shortened, for naming it in an answer."""
    value = row.external_id if isinstance(row, RecordIn) else row.get("external_id")
    return (
        without_unstorable(_CONTROLS.sub("", value.strip()))[: LONGEST["external_id"]] if isinstance(value, str) else ""
    )


def yuan(fen: int) -> str:
    """Return ``fen`` as yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def is_flagged(free_category: str, fen: int) -> bool:
    """Say whether a fee was taken for a service that must be free (二·(四), 五·(五))."""
    return bool(free_category) and fen > 0


def _outside(day: date, today: date, archived_before: date) -> str:
    if day > today:
        return "服务日期不能晚于今天。"
    if day < EARLIEST:
        return f"服务日期不能早于 {EARLIEST.isoformat()}。"
    return f"{archived_before.isoformat()} 以前的服务记录已归档，不能再登记或更正。"


def _text(name: str, *, required: bool) -> Callable[[Any], str]:
    label, most = LABELS[name], LONGEST[name]

    def read(value: Any) -> str:
        if type(value) is not str:
            if value is None and not required:
                return ""
            raise _Wrong(f"请填写{label}。" if value is None else f"{label}应为文字。")
        text = value.strip()
        if not text.isprintable():
            text = " ".join(re.split(r"[\r\n\t]+", text))
            if not is_storable(text) or _CONTROLS.search(text):
                raise _Wrong(f"{label}中有无法保存的字符。")
        if not text and required:
            raise _Wrong(f"请填写{label}。")
        if len(text) > most:
            raise _Wrong(f"{label}最多 {most} 个字，现为 {len(text)} 个字。")
        return text

    return read


def _code(name: str, codes: Collection[str], *, otherwise: str | None = None) -> Callable[[Any], str]:
    label = LABELS[name]

    def read(value: Any) -> str:
        if type(value) is str and value in codes:
            return value
        if otherwise is not None and (value is None or value == ""):
            return otherwise
        if value is None or value == "":
            raise _Wrong(f"请填写{label}。")
        raise _Wrong(f"{label}须为下列代码之一：{'、'.join(sorted(codes))}。")

    return read


def _credit_code(value: Any) -> str:
    if type(value) is not str:
        raise _Wrong("请填写统一社会信用代码。" if value is None else "统一社会信用代码应为文字。")
    if len(value) > 100:
        raise _Wrong("统一社会信用代码须为 18 位。")
    return _read_credit_code(value)


@lru_cache(maxsize=100_000)
def _read_credit_code(text: str) -> str:
    code = checks.normalise_credit_code(text)
    if not code:
        raise _Wrong("请填写统一社会信用代码。")
    wrong = checks.check_credit_code(code)
    if wrong:
        raise _Wrong(wrong)
    return code


def _day(value: Any) -> date:
    if type(value) is str:
        return _read_day(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise _Wrong("请填写服务日期。" if value is None else "服务日期应写成“2026-04-10”的样子。")


@lru_cache(maxsize=20_000)
def _read_day(text: str) -> date:
    text = text.strip()
    if not text:
        raise _Wrong("请填写服务日期。")
    if not _DAY.fullmatch(text):
        raise _Wrong("服务日期应写成“2026-04-10”的样子。")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Wrong("没有这一天，请核对服务日期。") from None


def _fee(value: Any) -> int:
    if type(value) is int:
        return _within(value * 100)
    if isinstance(value, Decimal):
        return _read_fee(format(value, "f"))
    if type(value) is not str:
        if value is None:
            raise _Wrong("请填写收费，免费的填 0。")
        raise _Wrong("收费须为文字（如“12.50”）或整数，单位：元。")
    return _read_fee(value[:60])


@lru_cache(maxsize=20_000)
def _read_fee(text: str) -> int:
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        raise _Wrong("请填写收费，免费的填 0。")
    found = _FEE.fullmatch(text)
    if not found:
        raise _Wrong("收费须为数字，不能带单位、逗号或其他符号。")
    sign, whole, part = found[1], found[2], found[3] or ""
    if len(part) > 2:
        raise _Wrong("收费最多两位小数。")
    fen = int(whole) * 100 + int(part.ljust(2, "0"))
    return _within(-fen if sign else fen)


def _within(fen: int) -> int:
    if fen < 0:
        raise _Wrong("收费不得小于 0。")
    if fen > MOST_FEN:
        raise _Wrong("收费不得超过 99999999.99 元。")
    return fen


def _satisfaction(value: Any) -> int | None:
    if value is None or (type(value) is int and 1 <= value <= 5):
        return value
    raise _Wrong("满意度须为 1 至 5 的整数，没有评价的为空。")


_READERS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("external_id", _text("external_id", required=True)),
    ("platform", _text("platform", required=True)),
    ("enterprise_name", _text("enterprise_name", required=True)),
    ("enterprise_code", _credit_code),
    ("service_class", _code("service_class", _CLASSES)),
    ("free_category", _code("free_category", _FREE, otherwise="")),
    ("served_on", _day),
    ("channel", _code("channel", _CHANNELS)),
    ("fee", _fee),
    ("satisfaction", _satisfaction),
    ("summary", _text("summary", required=False)),
    ("served_by", _text("served_by", required=False)),
    ("result", _code("result", _RESULTS, otherwise=ServiceResult.SETTLED.value)),
)
_KNOWN = {field.name for field in fields(RecordIn)}
_DAY_AT = [name for name, _ in _READERS].index("served_on")
