"""Reading ``COUNTS.csv``: one row per region, a row without a region for the key-industry platforms.

One way of reading and no guessing: UTF-8 (a byte order mark is allowed), commas, any line ending, numbers in plain
digits 0-9 without sign, point, separator, blank or leading zero. Everything else is refused with its line.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from funding.tally import Tally, TallyError

MAX_BYTES = 16 * 1024 * 1024
_WHOLE = re.compile(r"(?:0|[1-9][0-9]{0,14})")
_MAX_NAME = 60


class TallyFileError(TallyError):
    """A file that cannot be read as counts; the text is one Chinese line naming the row where there is one."""


@dataclass(frozen=True, slots=True)
class TallyFile:
    """The regions in the file's order and the key-industry platforms, if it has a row for them."""

    tallies: tuple[Tally, ...]
    industry: Tally | None


def header_of(columns: Sequence[str]) -> tuple[str, ...]:
    """The header of a file whose grades stand in ``columns``."""
    return ("region", "declared", *columns)


def read_tallies(content: bytes, columns: Mapping[str, str]) -> TallyFile:
    """The counts in ``content``; ``columns`` names the grade of each column in its order. Raises ``TallyFileError``."""
    names = header_of(tuple(columns))
    rows = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    tallies: list[Tally] = []
    industry: Tally | None = None
    seen: dict[str, int] = {}
    try:
        header = next(rows, None)
        if header is None or tuple(header) != names:
            raise TallyFileError(f"第1行：表头必须是 {','.join(names)}")
        for cells in rows:
            line = rows.line_num
            if not cells:
                continue
            tally = _tally(line, cells, names, tuple(columns.values()))
            key = tally.region or ""
            if key in seen:
                raise TallyFileError(f"第{line}行：{tally.name}重复，已见于第{seen[key]}行")
            seen[key] = line
            if tally.region is None:
                industry = tally
            else:
                tallies.append(tally)
    except csv.Error:
        raise TallyFileError(f"第{rows.line_num}行：引号或换行不合规则") from None
    return TallyFile(tuple(tallies), industry)


def whole_number(text: str) -> int | None:
    """The number that ``text`` writes in plain digits, at most 15 of them; None for anything else."""
    return int(text) if _WHOLE.fullmatch(text) else None


def shown(text: str) -> str:
    """``text`` cut short and made fit for one line of a message."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in text)
    return plain if len(plain) <= _MAX_NAME else plain[:_MAX_NAME] + "…"


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise TallyFileError(f"文件超过{MAX_BYTES // 1024 // 1024}兆字节")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TallyFileError("文件不是UTF-8编码，请在表格软件中另存为“CSV UTF-8（逗号分隔）”后再试") from None
    before, nul, _ = text.partition("\0")
    if nul:
        raise TallyFileError(
            f"第{before.count(chr(10)) + 1}行：含有空字符，请在表格软件中另存为“CSV UTF-8（逗号分隔）”后再试"
        )
    return text


def _tally(line: int, cells: list[str], names: tuple[str, ...], grades: tuple[str, ...]) -> Tally:
    if len(cells) != len(names):
        raise TallyFileError(f"第{line}行：应有{len(names)}列，实有{len(cells)}列")
    region = _region(line, cells[0])
    numbers = []
    for column, cell in zip(names[1:], cells[1:], strict=True):
        number = whole_number(cell)
        if number is None:
            what = "为空" if not cell else f"的“{shown(cell)}”不是15位以内的非负整数"
            raise TallyFileError(f"第{line}行：{column}列{what}（{region or '重点行业平台'}）")
        numbers.append(number)
    try:
        return Tally(region, numbers[0], dict(zip(grades, numbers[1:], strict=True)))
    except TallyError as refusal:
        raise TallyFileError(f"第{line}行：{refusal}") from None


def _region(line: int, cell: str) -> str | None:
    if not cell:
        return None
    if cell != cell.strip():
        raise TallyFileError(f"第{line}行：region列“{shown(cell)}”前后有空白")
    if len(cell) > _MAX_NAME:
        raise TallyFileError(f"第{line}行：region列超过{_MAX_NAME}个字符")
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp") for sign in cell):
        raise TallyFileError(f"第{line}行：region列“{shown(cell)}”含有看不见的字符")
    return cell
