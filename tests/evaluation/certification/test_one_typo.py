"""What counts as one typo, and that the quick look misses none of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.certification.one_typo import may_have_one, pattern, pieces

WORDS = st.text("abc骆驼街", min_size=3, max_size=8)


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("骆驼街道", "镇海区骆驼街道窗口平台", True),
        ("骆驰街道", "镇海区骆驼街道窗口平台", True),
        ("骆街道", "镇海区骆驼街道窗口平台", True),
        ("骆驼驼街道", "镇海区骆驼街道窗口平台", True),
        ("驼骆街道", "镇海区骆驼街道窗口平台", True),
        ("骆驰街镇", "镇海区骆驼街道窗口平台", False),
        ("LUOTOU", "ltjd luotuojiedao", True),
        ("ltx", "ltjd luotuojiedao", True),
        ("xlt", "lt", False),
        ("xlt", "a\nlt", False),
        ("a.c", "abc", True),
        ("a+cd", "abbb", False),
    ],
)
def test_one_mistake_is_found_and_two_are_not(word: str, text: str, found: bool) -> None:
    assert bool(pattern(word).search(text)) == found


@pytest.mark.parametrize(
    ("word", "may"), [("骆驼", False), ("骆驼街", True), ("330212-001", False), ("a" * 30, True), ("a" * 31, False)]
)
def test_short_words_and_numbers_have_none(word: str, may: bool) -> None:
    assert may_have_one(word) == may


@given(WORDS, st.integers(0, 3), st.integers(0, 7), st.sampled_from("abx道"), WORDS)
def test_whatever_is_mistyped_once_is_found_and_holds_a_piece(
    word: str, kind: int, place: int, other: str, around: str
) -> None:
    place %= len(word)
    meant = {
        0: word[:place] + other + word[place + 1 :],
        1: word[:place] + other + word[place:],
        2: word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :],
        3: word[:place] + word[place + 1 :],
    }[kind]
    text = f"{around}{meant}{around}"
    if len(meant) >= 3:
        assert pattern(word).search(text)
        assert any(piece in text for piece in pieces(word))


@given(WORDS, st.text("abc骆驼街\n", max_size=30))
def test_no_text_is_found_that_holds_no_piece(word: str, text: str) -> None:
    if pattern(word).search(text):
        assert any(piece in text for piece in pieces(word))
