"""The name of a platform follows from its place (二·(一))."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.applications import naming
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
    rules = {"town": "{site}企业服务窗口（{region}）"}
    assert naming.propose("town", "鄞州区", "首南街道", rules) == "首南街道企业服务窗口（鄞州区）"
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


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("{地区和地点}窗口平台", "{place}窗口平台"),
        (" ｛地点｝企业服务窗口（{地区}） ", "{site}企业服务窗口（{region}）"),
        ("{site}窗口", "{site}窗口"),
        ("{乡镇}窗口", "{乡镇}窗口"),
        ("", ""),
    ],
)
def test_the_city_writes_the_marks_in_chinese(written: str, stored: str) -> None:
    assert naming.read_pattern(written) == stored
    assert naming.read_pattern(naming.written(stored)) == stored


@given(st.text())
def test_a_rule_that_was_read_is_read_the_same_again(text: str) -> None:
    stored = naming.read_pattern(text)
    assert naming.read_pattern(naming.written(stored)) == naming.read_pattern(stored)


@pytest.mark.parametrize("kind", PlatformType.values)
def test_the_rules_that_came_along_are_rules(kind: str) -> None:
    assert naming.check_pattern(kind, naming.DEFAULT_RULES[kind]) is None


UNKNOWN = "命名规则中有不认识的标记，只能使用 {地区}、{地点} 和 {地区和地点}。"
SAME = "命名规则须含有 {地点} 或 {地区和地点}，否则各平台会得到同一个名称。"


@pytest.mark.parametrize(
    ("kind", "pattern", "wrong"),
    [
        ("town", "{site}窗口平台", None),
        ("town", "{place}窗口平台", None),
        ("town", "{region}{site}窗口平台", None),
        ("town", "", "请填写命名规则。"),
        ("town", "窗口平台", SAME),
        ("town", "{region}窗口平台", SAME),
        ("town", "{site}{town}窗口", UNKNOWN),
        ("town", "{site}窗口{", UNKNOWN),
        ("town", "{{site}}窗口", UNKNOWN),
        ("town", "{site}" + "字" * 74, None),
        ("town", "{site}" + "字" * 75, "命名规则最多 80 个字，现为 81 个字。"),
        ("industry", "{site}窗口平台", None),
        ("industry", "{region}{site}窗口平台", "重点行业窗口平台不分地区，命名规则中不能使用 {地区}。"),
    ],
)
def test_a_rule_names_the_place_and_nothing_unknown(kind: str, pattern: str, wrong: str | None) -> None:
    assert naming.check_pattern(kind, pattern) == wrong
