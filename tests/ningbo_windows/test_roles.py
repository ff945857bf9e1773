"""The table of roles: what it names exists, and the three administrators hold nothing of the business."""

import pytest
from django.apps import apps
from django.contrib.auth.management import _get_all_permissions

from ningbo_windows.login import first_page
from ningbo_windows.rail import NOUNS
from platforms import roles
from platforms.choices import Role
from platforms.models import User

EXCEL = {
    f"platforms.{verb}_{model}"
    for verb in ("import", "export")
    for model in ("region", "town", "park", "quota", "calendarday", "user", "auditevent", "application")
} | {"evaluation.export_assessment"}


def test_each_permission_in_the_table_exists() -> None:
    known = {
        f"{model._meta.app_label}.{code}"
        for model in apps.get_models()
        for code, _ in _get_all_permissions(model._meta)
    }
    named = {permission for permissions in roles.TABLE.values() for permission in permissions}
    assert sorted(named - known - EXCEL) == []


def test_each_role_has_a_line() -> None:
    assert set(roles.TABLE) == set(Role.values)


@pytest.mark.trust("T05")
@pytest.mark.parametrize("role", ["auditor", "security", "sysadmin"])
def test_administrators_hold_no_permission_on_business_data(role: str) -> None:
    theirs = {"auditevent", "user", "region", "job", "worker"}
    assert {perm for perm in roles.permissions_of(role) if perm.split("_")[-1] not in theirs} == set()


def test_an_unknown_role_may_do_nothing() -> None:
    assert roles.permissions_of("root") == frozenset()


def test_an_account_that_is_switched_off_may_do_nothing() -> None:
    person = User(username="x", role="city", is_active=False)
    assert (person.has_perm("platforms.view_application"), person.has_module_perms("platforms")) == (False, False)


@pytest.mark.parametrize(
    ("role", "nouns", "first"),
    [
        (
            "county",
            "申报 填报链接 历年申报 规划 工作台 平台 阶段 服务 联通 活动 定期报送 "
            "整改 回访 投诉 现场核查 撤销情形 告知和陈述 "
            "自评 核实事项 评分 公示 变更 认定证书 认定结果 资金 资金使用 年度对比 年度 后台处理",
            "/desk/",
        ),
        (
            "city",
            "申报 上报进度 重点行业 规划 工作台 平台 阶段 服务 联通 活动 定期报送 "
            "整改 回访 投诉 现场核查 撤销情形 告知和陈述 "
            "自评 评价 核实事项 公示 异议 认定 资金 资金使用 动态与通知 年度对比 年度 邮件 后台处理",
            "/admin/",
        ),
        ("assessor", "评分 后台处理", "/admin/"),
        ("finance", "认定结果 资金 资金使用 年度 后台处理", "/admin/"),
        ("auditor", "审计 后台处理", "/admin/"),
        ("security", "账号 后台处理", "/admin/"),
        ("sysadmin", "运行状况", "/admin/"),
    ],
)
def test_the_rail_and_the_first_page_follow_from_what_a_role_may_do(role: str, nouns: str, first: str) -> None:
    person = User(role=role, is_active=True)
    assert [noun.label for noun in NOUNS if noun.is_for(person)] == nouns.split()
    assert first_page(person) == first
