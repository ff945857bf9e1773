"""One spelling of a place, and when two names mean one place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.reference.place_names import core, same_place, spelled


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 滨海　经济开发区 ", "滨海经济开发区"),
        ("滨海\u200b经济开发区", "滨海经济开发区"),
        ("滨海（一期）Ａ区", "滨海（一期）A区"),
        ("滨海(一期)A区", "滨海（一期）A区"),
    ],
)
def test_blanks_widths_and_hidden_signs_make_no_other_name(typed: str, kept: str) -> None:
    assert spelled(typed) == kept


@pytest.mark.clause("N11")
@pytest.mark.parametrize(
    "other",
    [
        "滨海经济开发区",
        "慈溪滨海经济开发区",
        "慈溪市滨海经济开发区",
        "浙江省宁波市慈溪市滨海经济开发区",
        "滨海经济开发区管委会",
        "省级滨海经济开发区",
        "滨海 经济开发区",
    ],
)
def test_names_of_one_place(other: str) -> None:
    assert same_place(other, ["横河镇", "滨海经济开发区"], "慈溪市") == "滨海经济开发区"


@pytest.mark.parametrize("other", ["滨江经济开发区", "余姚滨海经济开发区", "滨海工业园区"])
def test_names_of_other_places(other: str) -> None:
    assert same_place(other, ["滨海经济开发区"], "慈溪市") == ""


def test_a_name_of_nothing_but_what_goes_before_it_stays() -> None:
    assert core("宁波市", "慈溪市") == "宁波市"
    assert core("慈溪市", "慈溪市") == "慈溪市"


@given(st.text(), st.sampled_from(["", "慈溪市", "鄞州区"]))
def test_both_forms_are_stable(name: str, region: str) -> None:
    assert spelled(spelled(name)) == spelled(name)
    assert core(core(name, region), region) == core(name, region)
