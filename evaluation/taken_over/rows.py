"""A row of the workbook of past years, and what can be wrong with it and with those beside it (五).

A row is one platform in one year, with the certificate that it got and what became of it. Everything is judged from
the rows, the notice and what the platform held before; nothing is looked up.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from evaluation.certification.certificate_number import alike
from evaluation.certification.choices import EndCause, Validity
from evaluation.certification.validity import state
from platforms.checks import check_credit_code
from platforms.dates import day_in_words
from platforms.document_number import document_number
from platforms.notices.terms import Ground, Terms

#: The most characters that a certificate of past years may have in its number.
LONGEST_NUMBER = 24
#: What a number is made of: a blank, a slash or another sign would not survive an address.
_NUMBER = re.compile(r"[\w\-—·.()（）〔〕\[\]【】《》]+")
#: Most characters of what is written out, by column.
LONGEST = {"name": 80, "site": 80, "operator": 80, "phone": 60, "address": 120, "document_number": 40, "reason": 1000}
_HEADS = {
    "name": "平台名称", "site": "地点", "operator": "运营单位", "phone": "服务电话", "address": "地址",
    "document_number": "文号", "reason": "终止说明",
}  # fmt: skip
#: What may have ended a certificate of the past.
CAUSES = (EndCause.REPLACED, EndCause.GIVEN_UP, EndCause.REVOKED)


@dataclass(frozen=True)
class Row:
    """One row as it was written: ``number`` is its place in the file; an empty text and None say nothing."""

    number: int
    year: int
    name: str
    type: str
    operator: str
    operator_code: str
    grade: str
    decided_on: date
    code: str = ""
    region: str = ""
    site: str = ""
    certificate: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    document_number: str = ""
    ended_on: date | None = None
    cause: str = ""
    ground: str = ""
    reason: str = ""
    phone: str = ""
    address: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it has a certificate with both its days."""
        return bool(self.certificate and self.valid_from and self.valid_until)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row; ``column`` is the name of the cell, empty where it is the row."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Held:
    """A certificate that a platform has on record; ``ended_on`` is the first day without it where it was ended."""

    number: str
    starts_on: date
    ends_on: date
    ended_on: date | None = None


def grade_code(terms: Terms, text: str) -> str:
    """Return the code of the grade that ``text`` names by code or label, empty for none."""
    plain = text.strip().upper()
    return next((each.code for each in terms.grades if plain in (each.code, each.label.upper())), "")


def ground_of(terms: Terms, text: str) -> Ground | None:
    """Return the ground that ``text`` names by key or label, None for none."""
    plain = "".join(text.split())
    return next((each for each in terms.grounds if plain in (each.key, "".join(each.label.split()))), None)


def alone(row: Row, terms: Terms, *, first_year: int, today: date) -> Iterator[Problem]:
    """Yield what is wrong with ``row`` by itself, under the notice ``terms``; years begin with ``first_year``."""

    def wrong(column: str, sentence: str) -> Problem:
        return Problem(row.number, column, sentence)

    if not first_year <= row.year <= today.year:
        yield wrong("year", f"应在 {first_year} 至 {today.year} 之间。")
    for name, most in LONGEST.items():
        if len(getattr(row, name)) > most:
            yield wrong(name, f"“{_HEADS[name]}”最多 {most} 个字，现为 {len(getattr(row, name))} 个字。")
    if told := check_credit_code(row.operator_code):
        yield wrong("operator_code", told)
    try:
        document_number(row.document_number)
    except ValueError as error:
        yield wrong("document_number", str(error))
    if row.decided_on > today:
        yield wrong("decided_on", "不能晚于今天。")
    elif row.decided_on.year < row.year:
        yield wrong("decided_on", f"不能早于 {row.year} 年。")
    code = grade_code(terms, row.grade)
    if not code:
        labels = "、".join(label for _, label in terms.grade_choices)
        yield wrong("grade", f"不是依据的通知规定的档次，请填写：{labels}。")
        return
    if code in terms.certified:
        yield from _certificate(row, today)
    elif row.certificate or row.valid_from or row.valid_until or row.ended_on or row.cause:
        yield wrong("grade", "该档次不予认定，证书编号、有效期和终止各栏应为空。")
    yield from _ending(row, terms, today)


def _certificate(row: Row, today: date) -> Iterator[Problem]:
    named: Mapping[str, object] = {
        "certificate": row.certificate,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }
    for name, value in named.items():
        if not value:
            yield Problem(row.number, name, "该档次予以认定，须填写。")
    if len(row.certificate) > LONGEST_NUMBER:
        yield Problem(row.number, "certificate", f"最多 {LONGEST_NUMBER} 个字，现为 {len(row.certificate)} 个字。")
    elif row.certificate and not _NUMBER.fullmatch(row.certificate):
        yield Problem(row.number, "certificate", "只能由文字、字母、数字、括号、连字符和点组成，如 窗口（2020）012号。")
    if row.valid_from and row.valid_from > today:
        yield Problem(row.number, "valid_from", "不能晚于今天；今后生效的证书由本系统颁发。")
    if row.valid_from and row.valid_until and row.valid_until <= row.valid_from:
        yield Problem(row.number, "valid_until", f"应晚于有效期起（{row.valid_from}）。")


def _ending(row: Row, terms: Terms, today: date) -> Iterator[Problem]:
    if bool(row.ended_on) != bool(row.cause):
        yield Problem(row.number, "cause" if row.ended_on else "ended_on", "终止日期和终止原因须同时填写。")
    if row.ended_on and row.valid_from and row.valid_until and not row.valid_from <= row.ended_on <= row.valid_until:
        yield Problem(row.number, "ended_on", f"应在证书有效期（{row.valid_from}至{row.valid_until}）之内。")
    if row.ended_on and row.ended_on > today:
        yield Problem(row.number, "ended_on", "不能晚于今天。")
    if row.cause == EndCause.REVOKED and ground_of(terms, row.ground) is None:
        labels = "、".join(label for _, label in terms.ground_choices)
        yield Problem(row.number, "ground", f"须填写依据的通知规定的撤销情形之一：{labels}。")
    elif row.cause != EndCause.REVOKED and row.ground:
        yield Problem(row.number, "ground", "只有终止原因为“撤销”的才填写。")
    if row.cause in (EndCause.GIVEN_UP, EndCause.REVOKED) and not row.reason:
        yield Problem(row.number, "reason", "放弃和撤销须填写，写明来文或事实。")


def of_one_year(rows: Sequence[Row], *, decided_on: date | None = None, number: str = "") -> Iterator[Problem]:
    """Yield what differs among ``rows`` of one year: they were decided together.

    ``decided_on`` is the day of what was taken over of the year already, ``number`` that of its document; None where
    nothing was.
    """
    if not rows:
        return
    there = decided_on is not None
    day = decided_on or rows[0].decided_on
    paper = number if there else rows[0].document_number
    other = "此前导入的" if there else f"第 {rows[0].number} 行的"
    for row in rows:
        if row.decided_on != day:
            yield Problem(
                row.number, "decided_on", f"与{row.year}年度{other}认定日期（{day}）不同，同一年度须为同一认定日期。"
            )
        if row.document_number != paper:
            shown = paper or "空"
            yield Problem(row.number, "document_number", f"与{row.year}年度{other}文号（{shown}）不同。")


def of_all(rows: Sequence[Row]) -> Iterator[Problem]:
    """Yield each number of a certificate that stands in two rows, however it is written."""
    first: dict[str, int] = {}
    for row in rows:
        if not row.certificate:
            continue
        there = first.setdefault(alike(row.certificate), row.number)
        if there != row.number:
            yield Problem(row.number, "certificate", f"与第 {there} 行相同，证书编号不能重复。")


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of one platform in the order of their years."""
    return sorted(rows, key=lambda row: (row.year, row.number))


def of_one_platform(rows: Sequence[Row], held: Sequence[Held]) -> Iterator[Problem]:
    """Yield what does not fit together in ``rows`` of one platform, in the order of years, after what it ``held``.

    There is one row for each year, and one certificate in force at a time: each begins after the one before, and not
    before that one was ended.
    """
    years: dict[int, int] = {}
    for row in rows:
        if years.setdefault(row.year, row.number) != row.number:
            yield Problem(row.number, "year", f"与第 {years[row.year]} 行是同一平台的同一年度，请只保留一行。")
    certified = [row for row in rows if row.is_whole]
    before = max(held, key=lambda each: each.starts_on, default=None)
    for place, row in enumerate(certified):
        assert row.valid_from is not None  # whole
        following = certified[place + 1] if place + 1 < len(certified) else None
        if before is not None:
            yield from _after(row, before)
        yield from _replaced(row, following)
        assert row.valid_until is not None  # whole
        before = Held(
            row.certificate, row.valid_from, row.valid_until, row.ended_on if row.cause != EndCause.REPLACED else None
        )


def _after(row: Row, before: Held) -> Iterator[Problem]:
    assert row.valid_from is not None  # whole
    if row.valid_from <= before.starts_on:
        yield Problem(
            row.number, "valid_from",
            f"应晚于该平台证书 {before.number} 的有效期起（{before.starts_on}），证书须按先后顺序导入。",
        )  # fmt: skip
    elif before.ended_on is not None and row.valid_from < before.ended_on:
        yield Problem(
            row.number, "valid_from", f"该平台证书 {before.number} 至{day_in_words(before.ended_on)}才终止，不能更早。"
        )


def _replaced(row: Row, following: Row | None) -> Iterator[Problem]:
    if row.cause != EndCause.REPLACED:
        return
    if following is None:
        yield Problem(row.number, "cause", "没有换发的新证，请在同一文件中列出新证所在年度的一行。")
    elif following.valid_from != row.ended_on:
        yield Problem(
            row.number, "ended_on", f"应为换发的新证 {following.certificate} 的有效期起（{following.valid_from}）。"
        )


def today_is(row: Row, following: Row | None, today: date, *, expiring_days: int) -> Validity | None:
    """Return what the certificate of ``row`` is on the day ``today``; None without one.

    ``following`` is the next row of its platform with a certificate, ``expiring_days`` as for ``validity.state``.
    """
    if row.valid_from is None or row.valid_until is None:
        return None
    ended_on, cause = row.ended_on, row.cause
    if ended_on is None and following is not None and following.valid_from and following.valid_from <= row.valid_until:
        ended_on, cause = following.valid_from, EndCause.REPLACED.value
    return state(
        valid_from=row.valid_from, valid_until=row.valid_until, ended_on=ended_on, cause=cause, on=today,
        expiring_days=expiring_days,
    )  # fmt: skip
