"""Who runs the platform (三·(二)) is judged when a sheet of the admin comes in."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from platforms.models import Round, User
from platforms.services import applications
from tests import factories
from tests.platforms.resources.conftest import upload

CLAUSE = "通知三·(二)：“功能区窗口平台和乡镇（街道）窗口平台可由区域内中小企业工作主管部门直接运营，"


@pytest.mark.clause("N12")
def test_a_sheet_of_the_admin_with_it_is_refused_at_its_row(
    browser_of: Any, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    draft = factories.draft(yinzhou, round_2026, now)
    assert draft.town is not None
    head = ["申报编号", "年度", "类型", "地区代码", "乡镇(街道)代码", "运营方式", "单位性质"]
    row = [draft.number, 2026, "乡镇(街道)窗口平台", "330212", draft.town.code]
    browser, address = browser_of(yinzhou), reverse("admin:platforms_application_import")
    bad = browser.post(address, {"import_file": upload(head, [*row, "直接运营", "企业"])})
    assert CLAUSE in bad.content.decode()
    assert bad.context["confirm_form"] is None
    good = browser.post(address, {"import_file": upload(head, [*row, "委托运营", "企业"])})
    assert good.context["confirm_form"] is not None
    draft.refresh_from_db()
    assert draft.operating_mode == ""


def test_a_sheet_that_says_nothing_of_it_is_not_judged_by_it(
    browser_of: Any, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    draft = factories.draft(yinzhou, round_2026, now)
    assert draft.town is not None
    values = {"operating_mode": "direct", "operator_nature": "enterprise"}
    applications.save_section(
        application=draft, section="operator", values=values, version=draft.version, by=yinzhou, at=now
    )
    head = ["申报编号", "年度", "类型", "地区代码", "乡镇(街道)代码", "地址"]
    row = [draft.number, 2026, "乡镇(街道)窗口平台", "330212", draft.town.code, "某某路1号"]
    sheet = upload(head, row)
    page = browser_of(yinzhou).post(reverse("admin:platforms_application_import"), {"import_file": sheet})
    assert page.context["confirm_form"] is not None
