import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.certification.certificate_number import ALPHABET, RANDOM_LENGTH, compose, normalise
from platforms.audit.services import numbering

PATTERN = "NB{year}-{serial}-{check}"
PATTERNS = (PATTERN,)
randoms = st.text(alphabet=ALPHABET, min_size=RANDOM_LENGTH, max_size=RANDOM_LENGTH)
numbers = st.builds(
    lambda year, serial, random: compose(PATTERN, year=year, serial=serial, random=random),
    st.integers(2020, 2099),
    st.integers(1, 999_999),
    randoms,
)


def test_the_alphabet_is_the_one_that_random_parts_are_made_of() -> None:
    assert ALPHABET == numbering.CLEAR
    assert len(set(ALPHABET)) == 26


def test_a_number_names_year_and_serial() -> None:
    number = compose(PATTERN, year=2020, serial=37, random="H7KQ")
    assert number[:-1] == "NB2020-037-H7KQ"
    assert compose(PATTERN, year=2020, serial=1234, random="H7KQ").startswith("NB2020-1234-")


@given(numbers)
def test_a_number_reads_back_as_itself(number: str) -> None:
    assert normalise(number, PATTERNS) == number


@pytest.mark.trust("T37")
@given(numbers)
def test_a_number_may_be_typed_carelessly(number: str) -> None:
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in number)
    assert normalise(number.lower(), PATTERNS) == number
    assert normalise(full_width, PATTERNS) == number
    assert normalise(f" {number.replace('-', ' ')} ", PATTERNS) == number
    assert normalise(number.replace("-", ""), PATTERNS) == number
    assert normalise(number.replace("-", "—"), PATTERNS) == number
    head, tail = number[:-5], number[-5:]
    assert (
        normalise(head[:2] + head[2:].replace("0", "O").replace("1", "I") + tail.replace("L", "1"), PATTERNS) == number
    )


@pytest.mark.trust("T37")
@given(numbers, st.data())
def test_one_wrong_character_is_never_another_number(number: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([i for i, c in enumerate(number) if c != "-" and i > 1]))
    alphabet = ALPHABET if place >= len(number) - 5 else "0123456789"
    wrong = data.draw(st.sampled_from([c for c in alphabet if c != number[place]]))
    assert normalise(number[:place] + wrong + number[place + 1 :], PATTERNS) == ""


@pytest.mark.trust("T37")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "NB",
        "NB2020-037",
        "XX2020-037-H7KQ3",
        "NB20A0-037-H7KQ3",
        "NB2020-037-H7KB3",
        "NB2020-037-H7K\x00Q3\x00\x00",
        "九" * 20,
        "NB" + "0" * 100,
    ],
)
def test_what_cannot_be_a_number_is_none(text: str) -> None:
    assert normalise(text, PATTERNS) == ""


@given(st.text(max_size=80))
def test_any_text_is_answered(text: str) -> None:
    assert normalise(text, PATTERNS) == "" or normalise(normalise(text, PATTERNS), PATTERNS) == normalise(
        text, PATTERNS
    )


@given(st.integers(2020, 2099), st.integers(1, 999_999), randoms)
def test_each_pattern_ever_used_is_read(year: int, serial: int, random: str) -> None:
    other = "YH-CK{year}{serial}-{check}"
    number = compose(other, year=year, serial=serial, random=random)
    assert number.startswith("YH-CK")
    assert normalise(number.lower().replace("-", " "), (PATTERN, other)) == number
    assert normalise(number, PATTERNS) == ""
    assert normalise(number, ()) == ""
