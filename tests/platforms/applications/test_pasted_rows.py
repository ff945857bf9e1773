"""A block copied in Excel or WPS: every cell lands in its column, or is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.applications.pasted_rows import Pasted, cells, read
from platforms.cells import Column, Kind

STAFF = (
    Column("name", "姓名", heads=("名字",)),
    Column("sex", "性别", Kind.CHOICE, choices=(("male", "男"), ("female", "女"))),
    Column("years", "企业服务年限（年）", Kind.WHOLE, heads=("年限",)),
)
CELL = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r"), max_size=8)


def rows(text: str, most: int = 100) -> list[tuple[str, ...]]:
    return [tuple(row.values()) for row in read(text, STAFF, most=most).rows]


@pytest.mark.parametrize(
    "text",
    [
        "王一\t女\t5\r\n李二\t男\t3",
        "姓名\t性别\t企业服务年限（年）\n王一\t女\t5\n李二\t男\t3\n",
        "运营人员登记表\t\t\n姓名\t性别\t年限\n王一\t女\t5\n\t\t\n李二\t男\t3",
        "年限\t名字\t性别\n5\t王一\t女\n3\t李二\t男",
        "1\t王一\t女\t5\n2\t李二\t男\t3",
        "序号\t姓名\t性别\t年限\n1\t王一\t女\t5\n2\t李二\t男\t3",
        "\ufeff王一\t 女\u200b\t5\xa0\n李二\tmale\t3",
        "王一\t女\t5\r李二\t男\t3\r",
    ],
)
def test_a_block_is_read_whichever_way_it_was_laid_out(text: str) -> None:
    assert rows(text) == [
        ("王一", "female", "5"),
        ("李二", "male", "3"),
    ]


def test_cells_with_line_breaks_tabs_and_quotes() -> None:
    assert cells('"甲\n乙"\t"他说""好"""\t丙"丁\n"没有结尾\t戊') == [
        ["甲\n乙", '他说"好"', '丙"丁'],
        ['"没有结尾', "戊"],
    ]


def test_the_title_above_a_heading_is_told() -> None:
    assert read("登记表\n姓名\t性别\n王一\t女", STAFF, most=9).left == ("标题“登记表”没有填入。",)


def test_what_is_no_choice_stays_and_is_told_and_what_was_understood_is_told_once() -> None:
    pasted = read("王一\t不详\t５年\n李二\t女\t５年\n赵三\t女\t若干", STAFF, most=9)
    assert pasted == Pasted(
        (
            {"name": "王一", "sex": "不详", "years": "5"},
            {"name": "李二", "sex": "female", "years": "5"},
            {"name": "赵三", "sex": "female", "years": "若干"},
        ),
        False,
        (
            "第 1 行“性别”：“不详”不符合选项要求，请填写：男、女。",
            "第 3 行“企业服务年限（年）”：“若干”不是数字，请只填数字，不写单位、逗号和文字。",
            "“企业服务年限（年）”：“５年”按 5 理解，共 2 处。",
        ),
    )


def test_cells_without_a_column_and_rows_beyond_the_limit_are_told() -> None:
    pasted = read("王一\t女\t5\t备注一\n李二\t男\t3\n赵三\t男\t1", STAFF, most=2)
    assert pasted.left == (
        "第 1 行的“备注一”没有对应的栏目，没有填入。",
        "第 3 行超出了最多行数，没有填入：赵三 男 1",
    )
    named = read("姓名\t性别\t备注\t姓名\n王一\t男\t好\t王二", STAFF, most=9)
    assert named.left == ("第 1 行的“好”没有对应的栏目，没有填入。", "第 1 行的“王二”没有对应的栏目，没有填入。")


@pytest.mark.parametrize("text", ["", "\t\t\n \n", "\u200b"])
def test_nothing_is_nothing(text: str) -> None:
    assert read(text, STAFF, most=9) == Pasted(())


def quoted(cell: str) -> str:
    """A cell as Excel copies it."""
    return '"' + cell.replace('"', '""') + '"' if any(each in cell for each in '\t\n"') else cell


@given(st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=5))
def test_what_excel_copies_is_read_as_it_was(table: list[list[str]]) -> None:
    text = "\r\n".join("\t".join(map(quoted, line)) for line in table)
    plain = [
        [cell.translate({0x200B: "", 0x200C: "", 0x200D: "", 0xFEFF: "", 0x2060: ""}) for cell in line]
        for line in table
    ]
    kept = [line for line, bare in zip(table, plain, strict=True) if any(cell.strip() for cell in bare)]
    assert cells(text) == kept


@given(st.text(max_size=60))
def test_nothing_pasted_is_lost(text: str) -> None:
    pasted = read(text, (Column("name", "姓名"), Column("post", "岗位")), most=3)
    shown = "".join([*("".join(row.values()) for row in pasted.rows), *pasted.left])
    # Numbers before the first column are taken for serial numbers.
    assert pasted.had_heading or {each for each in text if each.isalpha()} <= set(shown)
