"""What a platform is called in a list."""

import pytest

from platforms.names import short_name


@pytest.mark.parametrize(
    ("places", "full", "short"),
    [
        (
            ("", "潘火数字时尚园", "潘火街道", None, "鄞州区"),
            "潘火数字时尚园中小企业公共服务窗口平台",
            "潘火数字时尚园",
        ),
        ((None, None, "姜山镇", None, "鄞州区"), "鄞州区姜山镇中小企业公共服务窗口平台", "姜山镇"),
        (("宁波市模具行业协会", None, None, None, None), "模具产业窗口平台", "宁波市模具行业协会"),
        ((None, None, None, None, "前湾新区"), "前湾新区中小企业公共服务窗口平台", "前湾新区"),
        ((), "鄞州区姜山镇中小企业公共服务窗口平台", "鄞州区姜山镇"),
        ((), "中小企业公共服务窗口平台", "中小企业公共服务窗口平台"),
        ((), "另一个名称", "另一个名称"),
    ],
)
def test_a_short_name_is_the_narrowest_place(places: tuple[str | None, ...], full: str, short: str) -> None:
    assert short_name(*places, full=full) == short
