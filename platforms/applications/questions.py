"""How a question that the city adds to the form is answered: one reading of what people type, one judgement of it.

Answers are text in one form: numbers plain (``-3.5``), days ISO (``2026-03-18``), a choice is the option itself.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from platforms.applications.choices import QuestionKind
from platforms.applications.sections import SECTIONS, Section
from platforms.dates import day_in_words

#: What the column of an answer holds.
LONGEST = 2000
LONGEST_OPTION = 60
MOST_OPTIONS = 20
FEWEST_OPTIONS = 2
#: Digits before and after the decimal point.
WHOLE_DIGITS, DECIMALS = 12, 4

_PREFIX = "question_"
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_PLAIN_NUMBER = re.compile(rf"-?(0|[1-9]\d{{0,{WHOLE_DIGITS - 1}}})(\.\d{{0,{DECIMALS - 1}}}[1-9])?", re.ASCII)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)", re.ASCII)


def sections_asked() -> tuple[Section, ...]:
    """Return the sections that questions can be added to: those with boxes of their own that a unit fills."""
    return tuple(each for each in SECTIONS if each.fields and not each.county_fields)


def pk_of(key: str) -> int | None:
    """Return the primary key in the name of a box, or None where the name is no question's."""
    digits = key.removeprefix(_PREFIX)
    return int(digits) if key != digits and digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def normalise(kind: str, value: Any) -> str:
    """Return ``value``, typed or a Python value, as the text that is kept; what cannot be read stays as it was typed.

    Full-width digits are read, days may be written 2026-03-18, 2026/3/18 or 2026年3月18日. Applied twice it changes
    nothing more.
    """
    text = _text_of(value)
    if kind == QuestionKind.NUMBER:
        return _number(text)
    if kind == QuestionKind.DATE:
        return _day(text)
    return text


def problem(kind: str, value: str, options: Sequence[str] = (), least: Decimal | str | None = None) -> str | None:
    """Return what is wrong with an answer in its kept form, in one Chinese sentence, or None; empty is not wrong.

    A number may not be below ``least``, the least one itself is allowed.
    """
    if not value:
        return None
    if any(unicodedata.category(each) in ("Cc", "Cs") and each not in "\n\t" for each in value):
        return "含有无法保存的字符，请删除后重新填写。"
    if len(value) > LONGEST:
        return f"最多 {LONGEST} 个字，现为 {len(value)} 个字。"
    if kind == QuestionKind.NUMBER and not _is_number(value):
        return f"请只填写数字，整数最多 {WHOLE_DIGITS} 位，小数最多 {DECIMALS} 位，不要带逗号、单位或其他文字。"
    if kind == QuestionKind.NUMBER and least not in (None, "") and Decimal(value) < Decimal(str(least)):
        return f"不得小于 {normalise(kind, Decimal(str(least)))}。"
    if kind == QuestionKind.DATE and not _is_day(value):
        return "请填写 1900年至2100年之间的日期，写法如 2026-03-18。"
    if kind == QuestionKind.CHOICE and value not in options:
        return "请从列出的选项中选择。"
    return None


def option_problem(kind: str, options: Sequence[str]) -> str | None:
    """Return what is wrong with the options of a question of ``kind``, in one Chinese sentence, or None."""
    if kind != QuestionKind.CHOICE:
        return "只有单选的问题填写选项，请清空选项或改为单选。" if options else None
    if len(options) < FEWEST_OPTIONS:
        return f"单选的问题至少要有 {FEWEST_OPTIONS} 个选项，每行写一个。"
    if len(options) > MOST_OPTIONS:
        return f"选项最多 {MOST_OPTIONS} 个，现为 {len(options)} 个。"
    long = next((each for each in options if len(each) > LONGEST_OPTION), None)
    if long is not None:
        return f"每个选项最多 {LONGEST_OPTION} 个字，“{long[:12]}……”太长。"
    twice = next((each for each in options if options.count(each) > 1), None)
    return f"选项“{twice}”写了两次，请删去一个。" if twice is not None else None


def gaps_of(questions: Iterable[Mapping[str, Any]], files: Iterable[Mapping[str, Any]], section: str) -> list[tuple]:
    """Return key and sentence of each answer that is missing or wrong in ``section`` of a form.

    ``questions`` and ``files`` are those lists of ``queries.forms.form_data``; who is not asked does not stand there.
    """
    answered = {file.get("question", "") for file in files}
    found = []
    for each in questions:
        if each["section"] != section:
            continue
        is_file = each["kind"] == QuestionKind.FILE
        empty = each["key"] not in answered if is_file else not str(each["value"] or "").strip()
        if empty:
            if each["required"]:
                found.append((each["key"], _request(each["kind"], each["text"])))
        elif not is_file and (wrong := problem(each["kind"], each["value"], each["options"], each.get("least"))):
            found.append((each["key"], f"“{each['text']}”：{wrong}"))
    return found


def in_words(kind: str, value: str) -> str:
    """Return an answer as people read it: days as 2026年3月18日, everything else as it is."""
    if kind == QuestionKind.DATE and _is_day(value):
        return day_in_words(date.fromisoformat(value))
    return value


def _request(kind: str, text: str) -> str:
    if kind == QuestionKind.FILE:
        return f"请上传“{text}”的文件。"
    return f"请选择“{text}”。" if kind == QuestionKind.CHOICE else f"请填写“{text}”。"


def _text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        # What a spreadsheet gives for a whole number.
        value = int(value)
    if isinstance(value, Decimal):
        value = format(value, "f")
    text = value.isoformat()[:10] if isinstance(value, date) else str(value)
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _number(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not _NUMBER.fullmatch(plain):
        return text
    sign, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, _, decimals = digits.partition(".")
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    number = f"{whole}.{decimals}" if decimals else whole
    return number if number == "0" else f"{sign}{number}"


def _day(text: str) -> str:
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        return text
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text


def _is_number(value: str) -> bool:
    return _PLAIN_NUMBER.fullmatch(value) is not None and value != "-0"


def _is_day(value: str) -> bool:
    try:
        return len(value) == 10 and 1900 <= date.fromisoformat(value).year <= 2100
    except ValueError:
        return False
