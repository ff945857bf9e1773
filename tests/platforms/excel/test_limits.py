"""T54: a few bytes of a workbook make no more than a few cells, whatever they name."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet._reader import WorksheetReader
from openpyxl.worksheet.worksheet import Worksheet

from platforms.errors import Refusal
from platforms.excel import limits as workbook_limits
from platforms.excel.columns import Column
from platforms.excel.findings import Failure, Finding
from platforms.excel.limits import bounds, check_counts, check_workbook
from platforms.excel.marking import marked
from platforms.excel.workbook import read_table
from platforms.excel.xlsx import Book
from platforms.service_records.excel.sheet import read_workbook

pytestmark = pytest.mark.trust("T54")

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: What the reading of any workbook of these tests may make: cells (read and merged), columns, and bytes in memory.
MOST_CELLS, MOST_COLUMNS, MOST_BYTES = 150_000, 1_000, 64 * 1024 * 1024


def workbook(
    *,
    cols: str = "",
    rows: str = "",
    tail: str = "",
    strings: str = "",
    comments: str = "",
    sheets: int = 1,
    same: bool = False,
    names: str = "",
    formats: str = "",
    encoding: str = "utf-8",
    prefix: str = "",
) -> bytes:
    """A workbook written by hand; with ``same`` all ``sheets`` are one part."""
    mark = f"{prefix}:" if prefix else ""
    space = f'xmlns:{prefix}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    targets = [f"worksheets/sheet{1 if same else number + 1}.xml" for number in range(sheets)]
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{OFFICE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/comments1.xml" ContentType="{OFFICE}.comments+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{OFFICE}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{OFFICE}.sharedStrings+xml"/>'
        + "".join(
            f'<Override PartName="/xl/{target}" ContentType="{OFFICE}.worksheet+xml"/>' for target in sorted({*targets})
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>'
        + "".join(f'<sheet name="表{n}" sheetId="{n + 1}" r:id="r{n + 1}"/>' for n in range(sheets))
        + f"</sheets>{f'<definedNames>{names}</definedNames>' if names else ''}</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{number + 1}" Type="{REL}/worksheet" Target="{target}"/>'
            for number, target in enumerate(targets)
        )
        + "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{formats}<fonts><font/></fonts>'
        "<fills><fill><patternFill/></fill></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf/></cellXfs></styleSheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    }
    if comments:
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="c1" Type="{REL}/comments" '
            f'Target="../comments1.xml"/></Relationships>'
        )
        parts["xl/comments1.xml"] = (
            f'<comments xmlns="{MAIN}"><authors><author>甲</author></authors>'
            f"<commentList>{comments}</commentList></comments>"
        )
    columns = f"<{mark}cols>{cols}</{mark}cols>" if cols else ""
    sheet = (
        f'<?xml version="1.0" encoding="{encoding}"?><{mark}worksheet {space} xmlns:r="{REL}">{columns}'
        f"<{mark}sheetData>{rows}</{mark}sheetData>{tail}</{mark}worksheet>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for target in sorted({*targets}):
            archive.writestr(f"xl/{target}", sheet.encode(encoding))
    return buffer.getvalue()


def within(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>"


class Made:
    """How much all readers made of one workbook."""

    cells = columns = 0


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Made]]:
    """Count what the readers make, in the places where they make it."""
    Made.cells = Made.columns = 0
    bind, clean, get = WorksheetReader.bind_all, Worksheet._clean_merge_range, Worksheet._get_cell
    read = Book.grid

    def bind_all(self: Any) -> None:
        bind(self)
        Made.cells += len(self.ws._cells)

    def clean_range(self: Any, merged: Any) -> None:
        clean(self, merged)
        assert len(self._cells) <= MOST_CELLS

    def get_cell(self: Any, row: int, column: int) -> Any:
        Made.cells += (row, column) not in self._cells
        assert Made.cells <= MOST_CELLS
        return get(self, row, column)

    def grid(self: Any, title: str) -> Any:
        found = read(self, title)
        Made.cells += sum(len(cells) for _, cells in found.rows)
        Made.columns += len(found.hidden_columns)
        return found

    monkeypatch.setattr(WorksheetReader, "bind_all", bind_all)
    monkeypatch.setattr(Worksheet, "_clean_merge_range", clean_range)
    monkeypatch.setattr(Worksheet, "_get_cell", get_cell)
    monkeypatch.setattr(Book, "grid", grid)
    tracemalloc.start()
    yield Made
    tracemalloc.stop()


def read_by_all(content: bytes) -> set[str]:
    """Read ``content`` in every way in which the product opens a workbook; return what was refused."""
    said = set()
    steps = (
        lambda: read_workbook(
            "a.xlsx", content, places=[], today=date(2026, 4, 10), archived_before=date(2020, 1, 1), max_bytes=10**7
        ),
        lambda: read_table(
            "a.xlsx", io.BytesIO(content), columns=[Column("a", "甲")], max_bytes=10**7, max_rows=10_000
        ),
        lambda: (
            check_counts(content, 5_000),
            marked(content, [Finding("表0", "A1", "x", "不对。", Failure.FORMAT)]),
        ),
    )
    for step in steps:
        try:
            step()
        except Refusal as refusal:
            said.add(str(refusal))
    return said


def held(made: type[Made]) -> None:
    peak = tracemalloc.get_traced_memory()[1]
    print(f"cells {made.cells}, columns {made.columns}, bytes {peak}")
    assert made.cells <= MOST_CELLS
    assert made.columns <= MOST_COLUMNS
    assert peak <= MOST_BYTES


CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
ROW_OF_SHARED = '<row r="{n}"><c r="A{n}"><f t="shared" si="0"/></c></row>'
FORMULA = f'<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A4001">{"B1+" * 2_600}B1</f></c></row>'

BOMBS: dict[str, tuple[dict[str, Any], str]] = {
    "hidden columns from below": ({"cols": '<col min="-4000000" max="3" hidden="1"/>'}, "可能已损坏"),
    "hidden columns beyond the last": ({"cols": '<col min="1" max="400000000" hidden="1"/>'}, "可能已损坏"),
    "hidden columns in a number without end": (
        {"cols": f'<col min="1" max="{"9" * 5_000}" hidden="1"/>'},
        "可能已损坏",
    ),
    "columns again and again": ({"cols": '<col min="1" max="16384" hidden="1"/>' * 9}, "可能已损坏"),
    "the whole sheet as one cell": (
        {"tail": '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'},
        "合并单元格",
    ),
    "a whole column as one cell": ({"tail": '<mergeCells><mergeCell ref="A:A"/></mergeCells>'}, "合并单元格"),
    "300 times 5,000 merged": ({"tail": '<mergeCells><mergeCell ref="A1:KN5000"/></mergeCells>'}, "合并单元格"),
    "merged again and again": (
        {"tail": within("mergeCells", '<mergeCell ref="A1:Z400"/>' * 300)},
        "合并单元格",
    ),
    "a link over the whole sheet": (
        {"tail": '<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>'},
        "合并单元格、链接或批注",
    ),
    "a comment over the whole sheet": (
        {"comments": '<comment ref="A1:XFD1048576" authorId="0"><text><t>x</t></text></comment>'},
        "合并单元格、链接或批注",
    ),
    "a text for a thousand cells": (
        {
            "strings": within("si", within("t", "x" * 200_000) * 20),
            "rows": "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 3_000)),
        },
        "32,767 个字",
    ),
    "a longest text for a thousand cells": (
        {
            "strings": f"<si><t>{'x' * 32_767}</t></si>",
            "rows": "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 3_000)),
        },
        "万字",
    ),
    "a formula for a thousand cells": (
        {"rows": FORMULA + "".join(ROW_OF_SHARED.format(n=n) for n in range(2, 4_002))},
        "公式过多或过长",
    ),
    "one sheet under many names": ({"rows": CELL * 40, "sheets": 150, "same": True}, "可能已损坏"),
    "too many sheets": ({"sheets": 201}, "多于 200 张工作表"),
    "too many names": ({"names": '<definedName name="a">1</definedName>' * 10_001}, "名称多于"),
    "rules on thousands of ranges": (
        {"tail": f'<conditionalFormatting sqref="{"A1 " * 5_000}"/>'},
        "过于零碎",
    ),
    "thousands of rules": (
        {"tail": within("dataValidations", '<dataValidation sqref="A1"/>' * 10_001)},
        "过于零碎",
    ),
    "a format without end": (
        {"formats": f'<numFmts><numFmt numFmtId="1" formatCode="{"[" * 2_000}"/></numFmts>'},
        "损坏",
    ),
    "columns from right to left": ({"cols": '<col min="5" max="3"/>'}, "可能已损坏"),
    "columns without numbers": ({"cols": '<col min="x" max="3"/>'}, "可能已损坏"),
    "a merged range that is none": ({"tail": '<mergeCells><mergeCell ref="nowhere"/></mergeCells>'}, "可能已损坏"),
    "a row beyond the last": ({"rows": '<row r="99999999"><c r="A99999999"><v>1</v></c></row>'}, "可能已损坏"),
    "a tag without end": ({"rows": f'<row r="1" {" " * 3_000_000}/>'}, "可能已损坏"),
    "attributes without end": ({"rows": "<row " + " ".join(f'a{n}="1"' for n in range(2_000)) + "/>"}, "庞杂"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_makes_next_to_nothing_and_is_refused_with_a_sentence(name: str, made: type[Made]) -> None:
    parts, sentence = BOMBS[name]
    # The parts are put together outside of what is measured.
    content = workbook(**parts)
    tracemalloc.reset_peak()
    said = read_by_all(content)
    assert any(sentence in each for each in said), said
    held(made)


@pytest.mark.parametrize(
    "parts",
    [
        {"rows": f'<row r="1">{"<c/>" * 1_001}</row>'},
        {"rows": f'<row r="1">{"<c/>" * 1_001}</row>', "encoding": "utf-16"},
        {"rows": f'<ä-b.c:row r="1">{"<ä-b.c:c/>" * 1_001}</ä-b.c:row>', "prefix": "ä-b.c"},
        {"rows": f'<row r="1">{"<c/>" * 501}</row>', "sheets": 2},
        {"rows": "<row/>" * 101},
    ],
)
def test_rows_and_cells_are_counted_however_they_are_written(parts: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="太多"):
        check_workbook(io.BytesIO(workbook(**parts)), most_rows=100, most_cells=1_000, too_many="太多")


def test_as_many_rows_and_cells_as_are_allowed_are_read() -> None:
    content = workbook(rows=f"<row>{'<c/>' * 500}</row>" + "<row/>" * 99, sheets=2)
    check_workbook(io.BytesIO(content), most_rows=100, most_cells=1_000, too_many="太多")


def test_tags_beside_the_cells_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_limits, "MOST_OTHER_TAGS", 1_000)
    content = workbook(formats=within("numFmts", '<numFmt numFmtId="1" formatCode="0"/>' * 1_000))
    with pytest.raises(Refusal, match="过于庞杂"):
        check_workbook(io.BytesIO(content), most_rows=100, most_cells=1_000, too_many="太多")
    check_workbook(io.BytesIO(workbook(rows=CELL * 90)), most_rows=100, most_cells=1_000, too_many="太多")


def test_a_far_corner_makes_no_cells_between(made: type[Made]) -> None:
    content = workbook(rows=f'{CELL}<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>')
    assert [each for each in read_by_all(content) if "没有读取" in each or "损坏" in each] == []
    held(made)


def test_what_people_really_have_is_read(made: type[Made]) -> None:
    """Whole columns under a rule, a title over all columns, a thousand links: none of it is in the way."""
    content = workbook(
        cols='<col min="1" max="20" width="9"/><col min="21" max="16384" hidden="1"/>',
        rows='<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c></row>'
        + "".join(f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>值</t></is></c></row>' for n in range(2, 1_002)),
        tail='<mergeCells><mergeCell ref="C1:BH1"/></mergeCells>'
        '<conditionalFormatting sqref="A1:A1048576 C1:C1048576"/>'
        '<dataValidations><dataValidation type="whole" sqref="A2:XFD1048576"/></dataValidations>'
        + within("hyperlinks", "".join(f'<hyperlink ref="A{n}" location="A1"/>' for n in range(2, 1_002))),
    )
    table = read_table("a.xlsx", io.BytesIO(content), columns=[Column("a", "甲")], max_bytes=10**6, max_rows=2_000)
    assert [line.values["a"] for line in table.lines] == ["值"] * 1_000
    assert len([each for each in table.problems if "合并单元格" in each]) == 1
    assert marked(content, [Finding("表0", "A2", "值", "不对。", Failure.FORMAT)])
    held(made)


# As often what a sheet may have as what it may not.
NUMBERS = st.one_of(
    st.sampled_from(["1", "3", "40", "300", "16384"]),
    st.sampled_from(["-4000000", "-1", "0", "1", "16385", "1048576", "1048577", "9" * 30, "x", ""]),
)
CORNERS = st.one_of(
    st.sampled_from(["A1", "C3", "D40", "$B$2"]),
    st.sampled_from(["Z400", "KN5000", "XFD1", "XFD1048576", "A1048576", "A", "XFD", "1", "ZZZ1", "A0", ""]),
)
REFERENCES = st.one_of(
    CORNERS, st.sampled_from(["A1:C3", "C3:Z400", "XFD1048576"]), st.tuples(CORNERS, CORNERS).map(":".join)
)
TIMES = st.one_of(st.sampled_from([0, 1, 2]), st.sampled_from([0, 1, 40, 3_000]))


def attributes(facts: dict[str, str]) -> str:
    return " ".join(f'{key}="{value}"' for key, value in facts.items())


def tag(name: str, /, **facts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A tag with its attributes, repeated."""
    return st.tuples(st.fixed_dictionaries(facts), TIMES).map(
        lambda drawn: f"<{name} {attributes(drawn[0])}/>" * drawn[1]
    )


@st.composite
def rows(draw: st.DrawFn) -> str:
    cell = st.tuples(
        REFERENCES,
        st.sampled_from(["s", "n", "str", "b", "e", "d", "inlineStr"]),
        st.sampled_from(
            ["<v>0</v>", "<v>-1</v>", "<v>99</v>", "<f>A1</f>", '<f t="shared" si="0"/>', "<is><t>字</t></is>", ""]
        ),
        TIMES,
    ).map(lambda drawn: f'<c r="{drawn[0]}" t="{drawn[1]}">{drawn[2]}</c>' * drawn[3])
    row = st.tuples(NUMBERS, st.lists(cell, max_size=3).map("".join), st.sampled_from([1, 2, 40])).map(
        lambda drawn: f'<row r="{drawn[0]}">{drawn[1]}</row>' * drawn[2]
    )
    shared = draw(st.sampled_from(["", FORMULA]))
    return shared + draw(st.lists(row, max_size=3).map("".join))


def listed(name: str) -> st.SearchStrategy[str]:
    return tag(name, sqref=st.tuples(REFERENCES, TIMES).map(lambda drawn: f"{drawn[0]} " * drawn[1]))


WORKBOOKS = st.fixed_dictionaries(
    {
        "cols": tag("col", min=NUMBERS, max=NUMBERS, hidden=st.sampled_from(["0", "1"])),
        "rows": rows(),
        "tail": st.tuples(
            tag("mergeCell", ref=REFERENCES).map(lambda inner: f"<mergeCells>{inner}</mergeCells>"),
            listed("conditionalFormatting"),
            listed("dataValidation").map(lambda inner: f"<dataValidations>{inner}</dataValidations>"),
            tag("hyperlink", ref=REFERENCES, location=CORNERS).map(lambda inner: f"<hyperlinks>{inner}</hyperlinks>"),
        ).map("".join),
        "comments": st.tuples(REFERENCES, TIMES).map(
            lambda drawn: f'<comment ref="{drawn[0]}" authorId="0"><text><t>x</t></text></comment>' * drawn[1]
        ),
        "strings": st.tuples(st.sampled_from([1, 32_767, 400_000]), TIMES.filter(lambda n: n < 1_000)).map(
            lambda drawn: f"<si><t>{'x' * drawn[0]}</t></si>" + "<si><t>y</t></si>" * drawn[1]
        ),
        "sheets": st.sampled_from([1, 2, 30]),
        "same": st.sampled_from([False, False, True]),
        "names": tag("definedName", name=CORNERS),
        "encoding": st.sampled_from(["utf-8", "utf-16"]),
    }
)


def is_held(made: type[Made], parts: dict[str, Any]) -> None:
    """Hold that a workbook of ``parts`` makes no more than is allowed, whether it is refused or read."""
    content = workbook(**parts)
    assume(len(content) < 200_000)
    made.cells = made.columns = 0
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    said = read_by_all(content)
    event("refused" if any("没有读取" in each or "损坏" in each for each in said) else "read")
    assert made.cells <= MOST_CELLS
    # A grid is read once for a workbook of service records.
    assert made.columns <= MOST_COLUMNS
    assert tracemalloc.get_traced_memory()[1] - before <= MOST_BYTES


UNHURRIED = settings(
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@settings(UNHURRIED, max_examples=20)
@given(parts=WORKBOOKS)
def test_no_workbook_of_a_few_kilobytes_makes_more_than_is_allowed(made: type[Made], parts: dict[str, Any]) -> None:
    is_held(made, parts)


@pytest.mark.long
@settings(UNHURRIED, max_examples=120)
@given(parts=WORKBOOKS)
def test_no_workbook_of_many_makes_more_than_is_allowed(made: type[Made], parts: dict[str, Any]) -> None:
    is_held(made, parts)


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("A1", (1, 1, 1, 1)),
        ("$B$2:C10", (2, 2, 3, 10)),
        ("A:C", (1, 1, 3, 1_048_576)),
        ("2:3", (1, 2, 16_384, 3)),
        ("XFD1048576", (16_384, 1_048_576, 16_384, 1_048_576)),
        ("XFE1", None),
        ("A1048577", None),
        ("A0", None),
        ("B1:A1", None),
        ("A2:A1", None),
        ("", None),
        (":", None),
        ("A1:B2:C3", None),
        ("a1", None),
        ("A-1", None),
    ],
)
def test_a_reference_is_a_range_of_a_sheet_or_none(reference: str, found: Any) -> None:
    assert bounds(reference) == found


def test_a_part_is_judged_under_any_name_and_what_is_no_xml_is_not() -> None:
    def with_part(name: str, content: bytes) -> io.BytesIO:
        buffer = io.BytesIO(workbook(rows=CELL))
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr(name, content)
        return buffer

    def judge(file: io.BytesIO) -> None:
        check_workbook(file, most_rows=10, most_cells=10, too_many="太多")

    many = f'<worksheet xmlns="{MAIN}"><sheetData><row>{"<c/>" * 20}</row></sheetData></worksheet>'.encode()
    with pytest.raises(Refusal, match="太多"):
        judge(with_part("xl/elsewhere.bin", many))
    with pytest.raises(Refusal, match="外部实体"):
        judge(with_part("xl/elsewhere.bin", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))
    with pytest.raises(Refusal, match="可能已损坏"):
        judge(with_part("xl/broken.xml", b"<a>"))
    for name, content in (("xl/old.vml", b"<a><br></a>"), ("xl/media/picture.png", b"\x89PNG"), ("xl/empty.xml", b"")):
        file = with_part(name, content)
        judge(file)
        assert file.tell() == 0
    with pytest.raises(Refusal, match="可能已损坏"):
        judge(io.BytesIO(b"PK"))


def test_one_sheet_is_not_named_twice_and_what_is_selected_is_no_matter() -> None:
    def judge(old: str, new: str) -> None:
        buffer = io.BytesIO()
        made = workbook(
            sheets=2, tail='<sheetViews><sheetView><selection sqref="A1:XFD1048576"/></sheetView></sheetViews>'
        )
        with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(buffer, "w") as target:
            for name in source.namelist():
                target.writestr(name, source.read(name).decode().replace(old, new))
        check_workbook(buffer, most_rows=10, most_cells=10, too_many="太多")

    judge("nothing", "nothing")
    with pytest.raises(Refusal, match="可能已损坏"):
        judge('r:id="r2"', 'r:id="r1"')


def test_the_limits_are_those_of_excel_where_it_has_one() -> None:
    assert (workbook_limits.LAST_ROW, workbook_limits.LAST_COLUMN) == (2**20, 2**14)
    with suppress(Refusal):
        check_counts(workbook(), 1)
