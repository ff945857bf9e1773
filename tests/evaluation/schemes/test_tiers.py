"""Tiers as officials write them: a tier holds its least value, not its upper end; the last one is open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.schemes.tiers import MOST, TiersError, parse, ranges, show

WRITTEN = "60（含）–70：2；70（含）–80：4；80（含）–90：7；90（含）以上：10"
PAIRS = [["60", "2"], ["70", "4"], ["80", "7"], ["90", "10"]]


def test_tiers_are_read_and_written_as_officials_do() -> None:
    assert parse(WRITTEN) == PAIRS
    assert show(PAIRS) == WRITTEN
    assert ranges(PAIRS)[-2:] == [("80（含）–90", "7"), ("90（含）以上", "10")]
    assert (parse(""), show([])) == ([], "")


@pytest.mark.parametrize(
    "text",
    [
        "60（含）-70:2;70（含）-80:4;80（含）-90:7;90（含）以上:10",
        "60~70：2；70～80：4；80至90：7；90以上：10",
        "６０（含）—７０：２；70（含）到80（不含）：4；80-90：7；90及以上：10",
        "60%（含）–70%：2分；70%（含）–80%：4分；80%（含）–90%：7分；90%（含）以上：10分；",
        "90（含）以上：10；80（含）–90：7；70（含）–80：4；60（含）–70：2",
        " 60 (含) – 70 ： 2 ； 70（含）–80：4；\n80（含）–90：7；90（含）以上：10.0",
    ],
)
def test_other_ways_to_write_the_same_tiers(text: str) -> None:
    assert parse(text) == PAIRS


def test_below_begins_at_nothing() -> None:
    assert parse("60以下：1；60（含）以上：5.5") == [["0", "1"], ["60", "5.5"]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "60（含）–75：2；70（含）以上：4",
            "“60（含）-75”与“70（含）以上”两档重叠，请改为首尾相接。",
        ),
        ("60（含）以上：2；70（含）以上：4", "“60（含）以上”与“70（含）以上”两档重叠，请改为首尾相接。"),
        (
            "60（含）–70：2；70.01（含）以上：4",
            "“60（含）-70”与“70.01（含）以上”两档之间缺 70（含）–70.01，请补齐。",
        ),
        ("60（含）–70：2", "最高一档“60（含）-70”没有上限，应写为“60（含）以上：2”。"),
        ("70（含）–60：2", "“70（含）-60”的上限须大于下限。"),
        ("70（含）–70：2", "“70（含）-70”的上限须大于下限。"),
        ("60–70（含）：2", "“60-70（含）”的上限不在本档之内，上限后面不写“（含）”。"),
        (
            "60（含）以上",
            "“60（含）以上”格式有误，请按“数值范围：得分”填写，例如 60（含）–70：2；70（含）–80：4；80（含）以上：10。",
        ),
        (
            "60：2",
            "“60”格式有误，请写为“70（含）–80”或“90（含）以上”，"
            "例如 60（含）–70：2；70（含）–80：4；80（含）以上：10。",
        ),
        ("；".join("1以上：1" for _ in range(MOST + 1)), "最多可分 20 档。"),
    ],
)
def test_what_cannot_be_is_told_by_the_tier(text: str, told: str) -> None:
    with pytest.raises(TiersError) as refused:
        parse(text)
    assert str(refused.value).replace("–", "-") == told.replace("–", "-")


hundredths = st.integers(0, 10**8).map(lambda cents: f"{cents // 100}.{cents % 100:02d}".rstrip("0").rstrip("."))


@given(st.lists(hundredths, max_size=MOST, unique=True), st.data())
def test_what_is_written_is_read_back(least: list[str], data: st.DataObject) -> None:
    rising = sorted(least, key=float)
    points = data.draw(st.lists(st.integers(0, 9999).map(str), min_size=len(least), max_size=len(least)))
    pairs = [list(pair) for pair in zip(rising, points, strict=True)]
    assert parse(show(pairs)) == pairs
