"""The name of a platform follows from its place (二·(一))."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms import naming
from platforms.choices import PlatformType

pytestmark = pytest.mark.clause("N01")

ORDINARY = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="{}"))


@pytest.mark.parametrize(
    ("kind", "region", "site", "name"),
    [
        ("town", "鄞州区", "首南街道", "鄞州区首南街道中小企业公共服务窗口平台"),
        ("park", "慈溪市", "测试小微企业园", "慈溪市测试小微企业园中小企业公共服务窗口平台"),
        ("functional_zone", "杭州湾新区", "杭州湾新区", "杭州湾新区中小企业公共服务窗口平台"),
        ("functional_zone", "杭州湾新区", "庵东镇", "杭州湾新区庵东镇中小企业公共服务窗口平台"),
        ("industry", "", "宁波市测试行业协会", "宁波市测试行业协会中小企业公共服务窗口平台"),
        # A park that carries its region in its name does not get it twice.
        ("park", "慈溪市", "慈溪市测试园", "慈溪市测试园中小企业公共服务窗口平台"),
    ],
)
def test_each_type_has_its_rule(kind: str, region: str, site: str, name: str) -> None:
    assert naming.propose(kind, region, site) == name
    assert naming.check(name) is None


def test_every_type_has_a_rule() -> None:
    assert set(naming.DEFAULT_RULES) == set(PlatformType.values)


def test_a_rule_is_data() -> None:
    rules = {"town": "{site}企业服务窗口({region})"}
    assert naming.propose("town", "鄞州区", "首南街道", rules) == "首南街道企业服务窗口(鄞州区)"
    with pytest.raises(KeyError):
        naming.propose("park", "鄞州区", "首南街道", rules)


@given(region=ORDINARY, site=ORDINARY)
def test_the_place_is_always_in_the_name(region: str, site: str) -> None:
    name = naming.propose("town", region, site)
    assert region in name
    assert site in name
    assert name.endswith("窗口平台")


@given(st.text())
def test_a_site_cannot_reach_into_the_rule(site: str) -> None:
    assert naming.propose("town", "甲区", "{region}" + site, {"town": "{site}"}) == "{region}" + site
    assert naming.propose("town", "甲区", "乙", {"town": "{0.__class__}{unknown}{site}"}) == "{0.__class__}{unknown}乙"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "请填写平台名称。"),
        (" \t", "请填写平台名称。"),
        ("窗口平", "平台名称须为 4 至 80 个字，现为 3 个字。"),
        ("窗口平台", None),
        ("台" * 80, None),
        ("台" * 81, "平台名称须为 4 至 80 个字，现为 81 个字。"),
        (" 窗口平台", "平台名称的首尾不能有空格，其中不能有换行和不可见字符。"),
        ("窗口\n平台", "平台名称的首尾不能有空格，其中不能有换行和不可见字符。"),
        ("窗口\u202e平台", "平台名称的首尾不能有空格，其中不能有换行和不可见字符。"),
        ("窗口\x00平台", "平台名称的首尾不能有空格，其中不能有换行和不可见字符。"),
    ],
)
def test_names_are_checked_on_both_sides_of_each_line(name: str, sentence: str | None) -> None:
    assert naming.check(name) == sentence
