"""Whether a workbook can be opened without making more of it than it is: judged from the bytes of its parts.

A few bytes can name a million cells: a range, a far corner, a text that a thousand cells point to, a formula that is
written anew for each of them. So every dimension is read and judged before a parser expands it. The parts are read as a
stream of tags, in whatever encoding and under whatever prefix and name they lie in the archive; nothing is kept. No
Django; only for files that ``platforms.filetypes.inspect`` has let pass, which bounds their unpacked size.
"""

import io
import re
import zipfile
import zlib
from typing import BinaryIO
from xml.parsers import expat

from platforms.errors import Refusal

_MOST_COLUMNS = 150
#: Formatted rows that hold nothing count too, as the file has to be read to know it.
_SPARE_ROWS = 2_000


def check_counts(content: bytes, max_rows: int) -> None:
    """Judge what the packed sheets name, before a parser builds it.

    Raises:
        Refusal: too many rows or cells, or another dimension that is larger than is read.
    """
    check_workbook(
        io.BytesIO(content),
        most_rows=max_rows + _SPARE_ROWS,
        most_cells=(max_rows + _SPARE_ROWS) * _MOST_COLUMNS // 2,
        too_many=f"有工作表超过 {max_rows:,} 行（设过格式的空行也算），没有读取，请删去多余的行或拆分文件。",
    )


#: The last row and column that a sheet can have.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MOST_SHEETS = 200
#: Merged ranges, links and comments of a workbook, and the cells that they cover together: each is made.
MOST_RANGES, MOST_COVERED = 10_000, 100_000
#: Ranges that one rule of colouring or checking lists, and the sum of their squares: each is compared with each.
MOST_LISTED, MOST_COMPARED = 1_000, 2_000_000
MOST_NAMES, MOST_RULES = 10_000, 10_000
#: Characters of one cell as Excel allows them, each written as an escape; and of one format of numbers.
LONGEST_TEXT, LONGEST_FORMAT = 7 * 32_767, 1_000
#: Characters of all formulas that are written anew for the cells that share them.
MOST_FORMULA = 10_000_000
#: Tags beside those of cells, of the whole workbook: styles, texts, drawings.
MOST_OTHER_TAGS = 600_000
MOST_ATTRIBUTES = 500
#: Bytes of one tag.
LONGEST_TAG = 1024 * 1024
#: Characters of all cells that are read, however few texts they point to.
MOST_CHARACTERS = 20_000_000
TOO_MUCH_TEXT = f"各单元格的文字合计超过 {MOST_CHARACTERS // 10_000:,} 万字，没有读取，请拆分文件。"
UNREADABLE = "工作簿无法读取，可能已损坏，请用 Excel 或 WPS 打开后另存为 xlsx 再上传。"
_CHUNK = 64 * 1024
_REFERENCE = re.compile(r"\$?([A-Z]{0,3})\$?([0-9]{0,7})", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,7}", re.ASCII)
#: Parts that are read once for every part that points to them.
_READ_EACH_TIME = ("/worksheet", "/comments", "/drawing", "/chart", "/table", "/pivotTable")
_XML_STARTS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00<")


def check_workbook(file: BinaryIO, *, most_rows: int, most_cells: int, too_many: str) -> None:
    """Judge every part of the workbook ``file``; it is left at its beginning.

    ``most_rows`` counts the rows of each sheet, ``most_cells`` the cells of all, formatted and empty ones too;
    ``too_many`` is what is said where there are more.

    Raises:
        Refusal: something in it is larger than is read.
    """
    file.seek(0)
    judge = _Judge(most_rows, most_cells, too_many)
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    judge.read(part, entry.filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Refusal(UNREADABLE) from error
    file.seek(0)


def bounds(reference: str) -> tuple[int, int, int, int] | None:
    """Return first column, first row, last column, last row (from 1) of ``A1``, ``A1:B2``, ``A:B`` or ``1:2``.

    None where it is no range, or lies outside of what a sheet can have.
    """
    first, _, last = reference.partition(":")
    corners = [_REFERENCE.fullmatch(text) for text in (first, last or first)]
    if None in corners or not any(corner[0] for corner in corners if corner):
        return None
    parts = [text for corner in corners if corner for text in corner.groups()]
    left, top, right, bottom = (int(text) if text.isdigit() else _column(text) for text in parts)
    if "0" in (parts[1][:1], parts[3][:1]):
        return None
    # A range without columns has all of them, one without rows all of these.
    left, right = (1, LAST_COLUMN) if not left and not right else (left, right)
    top, bottom = (1, LAST_ROW) if not top and not bottom else (top, bottom)
    if not (1 <= left <= right <= LAST_COLUMN and 1 <= top <= bottom <= LAST_ROW):
        return None
    return left, top, right, bottom


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class _Judge:
    """Counts what the parts of one workbook name."""

    def __init__(self, most_rows: int, most_cells: int, too_many: str) -> None:
        self.most_rows, self.most_cells, self.too_many = most_rows, most_cells, too_many
        self.cells = self.tags = self.sheets = self.names = self.rules = 0
        self.ranges = self.covered = self.compared = 0
        self.shared = self.longest_formula = 0
        self.targets: set[tuple[str, str]] = set()
        # Of the part, the tag and the cell that are read now.
        self.root = self.tag = ""
        self.rows = self.columns = self.text = 0

    def read(self, part: object, name: str) -> None:
        """Read one part to its end, or to where it is no XML any more."""
        self.root = ""
        self.rows = self.columns = 0
        chunk = part.read(_CHUNK)  # type: ignore[attr-defined]
        if not chunk.lstrip().startswith(_XML_STARTS):
            return
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _refuse_entities
        fed = 0
        try:
            while chunk:
                parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > LONGEST_TAG:
                    raise Refusal(UNREADABLE)
                chunk = part.read(_CHUNK)  # type: ignore[attr-defined]
            parser.Parse(b"", True)
        except expat.ExpatError:
            # What is broken makes nothing beyond where it breaks. Old drawings are no good XML and are not read.
            if name.lower().endswith((".xml", ".rels")):
                raise Refusal(UNREADABLE) from None

    def _start(self, name: str, facts: dict[str, str]) -> None:
        tag = self.tag = name.rpartition(":")[2]
        self.tags += 1
        if not self.root:
            self.root = tag
        if self.tags - 3 * self.cells > MOST_OTHER_TAGS or len(facts) > MOST_ATTRIBUTES:
            raise Refusal("工作簿内容过于庞杂（样式、图形等过多），没有读取，请把数据复制到下载的模板中再上传。")
        if self.root == "worksheet":
            self._sheet_tag(tag, facts)
        elif tag == "si":
            self.text = 0
        elif tag == "comment" and self.root == "comments":
            self._take_range(facts.get("ref", ""))
        elif tag == "Relationship":
            self._take_relation(facts)
        elif tag == "sheet" and self.root == "workbook":
            self.sheets += 1
            own = "sheet", next((value for name, value in facts.items() if name.endswith(":id")), "")
            if own in self.targets:
                raise Refusal(UNREADABLE)
            self.targets.add(own)
            if self.sheets > MOST_SHEETS:
                raise Refusal(f"工作簿多于 {MOST_SHEETS} 张工作表，没有读取，请使用下载的模板填写。")
        elif tag == "definedName":
            self.names += 1
            if self.names > MOST_NAMES:
                raise Refusal(f"工作簿中的名称多于 {MOST_NAMES:,} 个，没有读取，请使用下载的模板填写。")
        elif tag == "numFmt" and len(facts.get("formatCode", "")) > LONGEST_FORMAT:
            raise Refusal(UNREADABLE)

    def _sheet_tag(self, tag: str, facts: dict[str, str]) -> None:
        self.text = 0
        if tag == "c":
            self.cells += 1
            if self.cells > self.most_cells:
                raise Refusal(self.too_many)
        elif tag == "row":
            self.rows += 1
            if self.rows > self.most_rows:
                raise Refusal(self.too_many)
            number = facts.get("r", "1")
            if number.isdigit() and not (_NUMBER.fullmatch(number) and 1 <= int(number) <= LAST_ROW):
                raise Refusal(UNREADABLE)
        elif tag == "col":
            self._take_columns(facts)
        elif tag in ("mergeCell", "hyperlink"):
            self._take_range(facts.get("ref", ""))
        elif tag == "f":
            self.shared += facts.get("t") == "shared"
            self._check_formulas()
        elif "sqref" in facts:
            self._take_rule(tag, facts["sqref"])

    def _take_relation(self, facts: dict[str, str]) -> None:
        kind, target = facts.get("Type", ""), facts.get("Target", "")
        if not kind.endswith(_READ_EACH_TIME):
            return
        pair = kind.rpartition("/")[2], target.replace("\\", "/").rpartition("/")[2].casefold()
        if pair in self.targets:
            raise Refusal(UNREADABLE)
        self.targets.add(pair)

    def _take_columns(self, facts: dict[str, str]) -> None:
        first, last = facts.get("min", ""), facts.get("max", "")
        if not (_NUMBER.fullmatch(first) and _NUMBER.fullmatch(last)):
            raise Refusal(UNREADABLE)
        if not 1 <= int(first) <= int(last) <= LAST_COLUMN:
            raise Refusal(UNREADABLE)
        self.columns += int(last) - int(first) + 1
        if self.columns > LAST_COLUMN:
            raise Refusal(UNREADABLE)

    def _take_range(self, reference: str) -> None:
        found = bounds(reference)
        if found is None:
            raise Refusal(UNREADABLE)
        left, top, right, bottom = found
        self.ranges += 1
        self.covered += (right - left + 1) * (bottom - top + 1)
        if self.ranges > MOST_RANGES or self.covered > MOST_COVERED:
            raise Refusal("工作簿中的合并单元格、链接或批注过多或范围过大，没有读取，请取消合并、清除后重新上传。")

    def _take_rule(self, tag: str, listed: str) -> None:
        if tag in ("dataValidation", "conditionalFormatting"):
            self.rules += 1
        count = len(listed.split())
        self.compared += count * count
        if self.rules > MOST_RULES or count > MOST_LISTED or self.compared > MOST_COMPARED:
            raise Refusal("工作簿中的条件格式或数据有效性过于零碎，没有读取，请清除后重新上传。")

    def _characters(self, text: str) -> None:
        self.text += len(text)
        if self.text > LONGEST_TEXT and self.root in ("worksheet", "sst"):
            raise Refusal("有单元格的内容超过 32,767 个字，没有读取，请改短后重新上传。")
        if self.tag == "f" and self.text > self.longest_formula:
            self.longest_formula = self.text
            self._check_formulas()

    def _check_formulas(self) -> None:
        if self.shared * self.longest_formula > MOST_FORMULA:
            raise Refusal("工作簿中的公式过多或过长，没有读取，请粘贴为数值后重新上传。")


def _refuse_entities(*_args: object) -> None:
    raise Refusal("工作簿含有外部实体定义，不能上传，请用 Office 或 WPS 重新另存。")
