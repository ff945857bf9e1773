"""Full marks by type of platform, as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.schemes.type_marks import MarksError, parse, show
from platforms.choices import PlatformType

TYPES = PlatformType.choices


def test_types_go_by_their_short_names() -> None:
    assert parse("小微企业园：8；乡镇（街道）窗口平台: 12.5", TYPES) == {"park": "8", "town": "12.5"}
    assert show({"park": "8", "town": "12.5", "gone": "1"}, TYPES) == "乡镇（街道）：12.5；小微企业园：8"
    assert (parse(" ； ", TYPES), show({}, TYPES)) == ({}, "")


@pytest.mark.parametrize("text", ["园区：8", "小微企业园", "小微企业园：八", "小微企业园：-1"])
def test_what_cannot_be_read_is_told(text: str) -> None:
    with pytest.raises(MarksError) as refused:
        parse(text, TYPES)
    assert str(refused.value) == (
        f"“{text}”格式有误，请按“类型：满分”填写，例如 功能区：8；类型为功能区、乡镇（街道）、小微企业园、重点行业。"
    )


def test_a_type_stands_once() -> None:
    with pytest.raises(MarksError, match="“小微企业园”重复，同一类型只填写一个满分。"):
        parse("小微企业园：8；小微企业园：9", TYPES)


@given(st.dictionaries(st.sampled_from(PlatformType.values), st.integers(0, 9999).map(str)))
def test_what_is_written_is_read_back(marks: dict[str, str]) -> None:
    assert parse(show(marks, TYPES), TYPES) == marks
