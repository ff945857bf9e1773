"""A workbook names a town that a zone committee runs, or a development zone that is on no list."""

import pytest
from openpyxl.workbook.workbook import Workbook

from platforms.models import Region, Town
from tests.platforms.applications.intake.conftest import Judge, states, told, understood
from tests.platforms.applications.intake.sheets import fill, one

pytestmark = pytest.mark.django_db


@pytest.mark.clause("N10")
@pytest.mark.clause("N11")
def test_it_is_said_whose_it_is_and_what_to_do(
    judge: Judge, blank: Workbook, regions: dict[str, Region], towns: list[Town]
) -> None:
    fill(blank, "申报表", one("姜山镇", 1), one("首南街道", 2), one("滨海开发区", 3))
    Town.objects.filter(name="姜山镇").update(zone=regions["DQH"])
    judged = judge(blank)
    assert states(judged) == ["bad", "new", "bad"]
    assert [sentence for *_, sentence in told(judged)] == [
        "通知三·（一）：“姜山镇”由东钱湖旅游度假区代管，由管委会申报。",
        "本地区没有名称或代码为“滨海开发区”的乡镇（街道）。独立运行的开发区不在名单中的，请先在“新建申报”中登记。",
    ]
    Town.objects.filter(name="姜山镇").update(open_to_host=True)
    assert states(judge(blank)) == ["new", "new", "bad"]


def test_a_town_is_known_without_its_ending_and_proposed_where_it_is_misspelt(
    judge: Judge, blank: Workbook, towns: list[Town]
) -> None:
    fill(blank, "申报表", one("姜山", 1), one("下映街道", 2))
    judged = judge(blank)
    assert states(judged) == ["new", "bad"]
    assert understood(judged) == [("D4", "姜山", "按“姜山镇”理解")]
    assert told(judged)[0][3] == "本地区没有名称或代码为“下映街道”的乡镇（街道），是否为“下应街道”。"
