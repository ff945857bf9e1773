"""Characters on paper: what the fonts have, what stands for the others, where long words break."""

import re

import pytest

from platforms.applications.documents.glyphs import FONTS, breakable, printable


def covered() -> set[int]:
    found: set[int] = set()
    for each in (FONTS / "coverage.txt").read_text(encoding="ascii").split():
        first, _, last = each.partition("-")
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def gb2312() -> set[int]:
    pairs = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    return {ord(text) for pair in pairs if (text := pair.decode("gb2312", "ignore"))}


def test_every_character_of_gb_2312_is_there() -> None:
    assert len(gb2312()) == 7445
    assert gb2312() - covered() == set()


def test_every_common_ideograph_of_a_name_is_there() -> None:
    """All of the URO that Unicode 5 had (later additions to its end are no names), and all of Extension A."""
    assert set(range(0x4E00, 0x9FC4)) - covered() == set()
    assert set(range(0x3400, 0x4DB6)) - covered() == set()


@pytest.mark.parametrize("name", ["镕", "堃", "喆", "龢", "㛃", "䶮", "𠮷", "𬭚", "𬣙", "𠙶"])
def test_a_rare_name_is_printed_as_it_is(name: str) -> None:
    assert printable(name) == name


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("😀", "〔U+1F600〕"),
        ("김철수", "〔U+AE40〕〔U+CCA0〕〔U+C218〕"),
        ("甲\u202e乙\u202c丙", "甲乙丙"),
        ("零\u200b宽\ufeff字\u200d", "零宽字"),
        ("葛\U000e0100城", "葛城"),
        ("响\x07铃\x00", "响铃"),
        ("一\t二\r\n三\r四\n五", "一 二\n三\n四\n五"),
        ("\ud800", ""),
        ("plain ASCII", "plain ASCII"),
        ("\x1b[31m", "[31m"),
        ("□■√①℃㎡〔〕《》“”‘’—…·", "□■√①℃㎡〔〕《》“”‘’—…·"),
    ],
)
def test_what_the_fonts_lack_is_named_and_what_has_no_shape_is_left_out(text: str, printed: str) -> None:
    assert printable(text) == printed


def test_a_word_that_fits_is_left_alone_and_a_longer_one_may_break_anywhere() -> None:
    assert breakable("91330212MA00000012", 13) == "91330212MA00000012"
    assert breakable("中文" * 100, 5) == "中文" * 100
    hours = "工作日 8:30—11:30，13:30—17:00（法定节假日除外）"
    assert breakable(hours, 13) == hours
    assert breakable("a" * 20, 5) == "\u200b".join("a" * 20)
    assert breakable("短 " + "，" * 9, 5) == "短 " + "\u200b".join("，" * 9)
    assert re.sub("\u200b", "", breakable("x@y.cn/" * 40, 5)) == "x@y.cn/" * 40
