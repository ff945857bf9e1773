"""Reading the file of counts."""

import pytest

from funding.tally_csv import MAX_BYTES, TallyFile, TallyFileError, read_tallies
from tests.funding.naive import tally

COLUMNS = {"a": "A", "b": "B", "c": "C", "d": "D"}

HEAD = "region,declared,a,b,c,d\n"
FILE = HEAD + "甲,10,4,3,2,1\n,3,1,1,1,0\n乙,0,0,0,0,0\n"
READ = TallyFile((tally("甲", 10, 4, 3, 2, 1), tally("乙", 0, 0, 0, 0, 0)), tally(None, 3, 1, 1, 1, 0))


def refusal(content: str | bytes) -> str:
    with pytest.raises(TallyFileError) as caught:
        read_tallies(content.encode() if isinstance(content, str) else content, COLUMNS)
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        FILE,
        FILE.rstrip("\n"),
        FILE + "\n\n",
        "\ufeff" + FILE,
        FILE.replace("\n", "\r\n"),
        "\ufeff" + FILE.replace("\n", "\r\n"),
        FILE.replace("\n", "\r"),
        FILE.replace("甲", '"甲"').replace("10", '"10"'),
    ],
    ids=["plain", "no last line end", "empty lines", "mark", "crlf", "mark and crlf", "cr", "quoted"],
)
def test_it_is_read_with_or_without_mark_line_ends_and_quotes(content) -> None:
    assert read_tallies(content.encode(), COLUMNS) == READ


def test_a_name_may_carry_a_comma_and_blanks_inside() -> None:
    assert read_tallies((HEAD + '"甲, 乙",1,1,0,0,0\n').encode(), COLUMNS).tallies[0].region == "甲, 乙"


def test_a_header_alone_is_a_city_without_regions() -> None:
    assert read_tallies(HEAD.encode(), COLUMNS) == TallyFile((), None)


PLAIN_ONLY = "-1|+3|3.0|0.005|1e9|1_000|１２３|1.000|NaN|Infinity| 3|3 |007|0x10|٣|²|三|=1+1|'3|TRUE|None|\u200b3"


@pytest.mark.trust("T15")
@pytest.mark.parametrize("cell", [*PLAIN_ONLY.split("|"), "1" + "0" * 15, "9" * 30])
def test_a_number_in_any_other_writing_is_refused_with_row_and_column(cell) -> None:
    shown = cell.replace("\u200b", "?")
    assert refusal(f"{HEAD}甲,1,1,0,0,0\n乙,10,{cell},0,0,0\n") == (
        f"第3行：a列的“{shown}”不是15位以内的非负整数（乙）"
    )


@pytest.mark.trust("T15")
@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("甲,10,,3,2,1\n", "第2行：a列为空（甲）"),
        (",10,4,3,2,\n", "第2行：d列为空（重点行业平台）"),
        (",,,,,\n", "第2行：declared列为空（重点行业平台）"),
        ('甲,"1,000",4,3,2,1\n', "第2行：declared列的“1,000”不是15位以内的非负整数（甲）"),
        ("甲,1,000,4,3,2,1\n", "第2行：应有6列，实有7列"),
        ("甲,10,4,3,2\n", "第2行：应有6列，实有5列"),
        ("甲\n", "第2行：应有6列，实有1列"),
        ("甲,10,4,3,2,1,\n", "第2行：应有6列，实有7列"),
        ("甲,5,2,2,1,1\n", "第2行：甲：已评定6家，多于申报总数5家"),
        (",5,2,2,1,1\n", "第2行：重点行业平台：已评定6家，多于申报总数5家"),
        ("甲,1,1,0,0,0\n\n乙,1,1,0,0,0\n甲,1,1,0,0,0\n", "第5行：甲重复，已见于第2行"),
        (",1,1,0,0,0\n,1,1,0,0,0\n", "第3行：重点行业平台重复，已见于第2行"),
        (" 甲,1,1,0,0,0\n", "第2行：region列“ 甲”前后有空白"),
        ("甲\u3000,1,1,0,0,0\n", "第2行：region列“甲?”前后有空白"),
        (" ,1,1,0,0,0\n", "第2行：region列“ ”前后有空白"),
        ("甲\u200b,1,1,0,0,0\n", "第2行：region列“甲?”含有看不见的字符"),
        ("甲\x1b[31m,1,1,0,0,0\n", "第2行：region列“甲?[31m”含有看不见的字符"),
        ('"甲\n乙",1,1,0,0,0\n', "第3行：region列“甲?乙”含有看不见的字符"),
        ("区" * 61 + ",1,1,0,0,0\n", "第2行：region列超过60个字符"),
        ('"甲,1,1,0,0,0\n', "第2行：引号或换行不合规则"),
        ('"甲"乙,1,1,0,0,0\n', "第2行：引号或换行不合规则"),
        ("甲,1,1,0,0,0\n乙\0,1,1,0,0,0\n", "第3行：含有空字符，请在表格软件中另存为“CSV UTF-8（逗号分隔）”后再试"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line(rows, sentence) -> None:
    assert refusal(HEAD + rows) == sentence


@pytest.mark.parametrize(
    "head",
    [
        "",
        "\n",
        "甲,10,4,3,2,1\n",
        "Region,declared,a,b,c,d\n",
        "region;declared;a;b;c;d\n",
        "region,declared,a,b,c,d,\n",
        "region,declared,a,a,c,d\n",
        "region,declared,b,a,c,d\n",
        "region, declared,a,b,c,d\n",
        "region\u200b,declared,a,b,c,d\n",
    ],
)
def test_any_other_header_is_refused(head) -> None:
    assert refusal(head + "甲,10,4,3,2,1\n" * bool(head)) == "第1行：表头必须是 region,declared,a,b,c,d"


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-16"])
def test_another_encoding_is_refused_with_a_hint(encoding) -> None:
    assert refusal(FILE.encode(encoding)) == "文件不是UTF-8编码，请在表格软件中另存为“CSV UTF-8（逗号分隔）”后再试"


def test_a_file_out_of_all_measure_is_refused_before_it_is_read() -> None:
    assert refusal(b"x" * (MAX_BYTES + 1)) == "文件超过16兆字节"


def test_a_long_cell_is_cut_in_the_message() -> None:
    assert refusal(f"{HEAD}甲,{'7' * 500},0,0,0,0\n") == f"第2行：declared列的“{'7' * 60}…”不是15位以内的非负整数（甲）"
    assert refusal(f"{HEAD}甲,{'7' * 200_000},0,0,0,0\n") == "第2行：引号或换行不合规则"
