"""How names are typed: in full, in pinyin, by initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.pinyin import asked_for, search_text, searchable


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("姜山镇", "姜山镇 jsz jiangshanzhen"),
        ("石浦镇A8园", "石浦镇a8园 spza8y shipuzhena8yuan"),
        ("长街镇", "长街镇 cjz changjiezhen"),
        ("长河 镇", "长河 镇 ch z changhe zhen"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_name_is_found_by_itself_its_initials_and_its_pinyin(name: str, text: str) -> None:
    assert search_text(name) == text


def test_initials_come_first_and_the_whole_fits_its_column() -> None:
    assert searchable("横江区") == "hjq hengjiangqu"
    assert len(searchable("镇" * 500)) == 600


@pytest.mark.parametrize(
    ("typed", "words"),
    [("  JSZ ", ("jsz",)), ("Ａ８　姜山", ("a8", "姜山")), ("\x00", ()), ("", ()), ("2026-0012", ("2026-0012",))],
)
def test_what_is_typed_is_read_in_small_half_width_letters(typed: str, words: tuple[str, ...]) -> None:
    assert asked_for(typed) == words


@given(st.text(max_size=80))
def test_a_name_is_found_by_each_of_its_words(name: str) -> None:
    text = search_text(name)
    assert all(word in text for word in name.lower().split())
