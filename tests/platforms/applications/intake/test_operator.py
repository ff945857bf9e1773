"""Who runs the platform (三·(二)) is judged when a workbook comes in."""

import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook

from tests.platforms.applications.intake.conftest import Judge, states, told
from tests.platforms.applications.intake.sheets import columns, fill, one

pytestmark = pytest.mark.django_db
CLAUSE = "通知三·（二）：功能区窗口平台和乡镇（街道）窗口平台可由区域内中小企业工作主管部门直接运营，"


@pytest.mark.clause("N12")
def test_a_workbook_with_it_is_refused_at_its_cell(judge: Judge, blank: Workbook) -> None:
    fill(blank, "申报表", one("姜山镇", 1, 运营方式="直接运营", 单位性质="企业"), one("首南街道", 2, 单位性质="企业"))
    judged = judge(blank)
    assert states(judged) == ["bad", "new"]
    cells = [(sheet, cell, sentence.startswith(CLAUSE)) for sheet, cell, _, sentence in told(judged)]
    assert cells == [("申报表", f"{get_column_letter(columns(blank, '申报表')['运营方式'])}4", True)]
