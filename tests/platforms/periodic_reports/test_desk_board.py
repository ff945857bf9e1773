"""The board of one schedule: regions with their counts, platforms with their periods, each as a file too."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platforms.models import AuditEvent, PeriodicReturn, Region, ReturnSchedule, User
from platforms.pages.short_names import short_of
from tests.platforms import supervised
from tests.platforms.periodic_reports.test_periodic_reports import hand_in, mine
from tests.platforms.planning.counted import lines_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N19")]
BOARD = "/desk/returns/board/"


def states(row: dict[str, Any]) -> list[str]:
    return [each["label"] for each in row["cells"][1:]]


def test_a_county_reads_its_platforms_and_each_cell_leads_to_its_report(
    schedule: ReturnSchedule,
    yinzhou: User,
    now: datetime,
    browser_of: Any,
) -> None:
    row = hand_in(mine(schedule, yinzhou), yinzhou, now)
    page = browser_of(yinzhou).get(BOARD)
    assert [each["label"] for each in page.context["columns"]] == ["窗口平台", "2026年3月", "2026年4月", "2026年5月"]
    assert page.context["columns"][2]["unit"] == "2026-05-05 前"
    (own,) = (each for each in page.context["rows"] if each["cells"][0] == short_of(row.platform))
    assert (states(own)[1], own["cells"][2]["url"]) == ("已报送", f"/desk/returns/{row.pk}/")
    assert (len(page.context["rows"]), page.context["regions"]) == (2, None)


def test_the_city_reads_the_regions_and_each_number_opens_its_rows(
    schedule: ReturnSchedule,
    yinzhou: User,
    city: User,
    now: datetime,
    browser_of: Any,
) -> None:
    hand_in(mine(schedule, yinzhou), yinzhou, now)
    bureau = browser_of(city)
    regions = bureau.get(BOARD).context["regions"]["rows"]
    assert [each["cells"][0] for each in regions] == ["鄞州区", "慈溪市"]
    assert regions[0]["cells"][3] == {
        "label": 1, "url": f"/desk/returns/?schedule={schedule.pk}&region=330212&state=done"
    }  # fmt: skip
    assert [each["cells"][3] for each in bureau.get(regions[0]["cells"][3]["url"]).context["rows"]] == ["鄞州区"]
    assert len(bureau.get(BOARD + regions[1]["url"]).context["rows"]) == 1


def test_what_the_board_shows_leaves_as_files_which_are_noted(
    schedule: ReturnSchedule,
    yinzhou: User,
    city: User,
    now: datetime,
    browser_of: Any,
) -> None:
    platform = hand_in(mine(schedule, yinzhou), yinzhou, now).platform
    bureau = browser_of(city)
    lines = lines_of(bureau.get("/desk/returns/board.csv?region=330212"))
    assert lines[0][:4] == ["平台编号", "窗口平台", "地区", "2026年3月（2026-04-05 前）"]
    assert [line[4] for line in lines[1:] if line[0] == platform.code] == ["已报送"]
    assert {line[2] for line in lines[1:]} == {"鄞州区"}
    assert lines_of(bureau.get("/desk/returns/regions.csv"))[0] == [
        "地区", "待报送（份）", "逾期未报（份）", "已报送（份）", "逾期报送（份）", "未报送，已结束（份）"
    ]  # fmt: skip
    noted = AuditEvent.objects.filter(verb__startswith="导出列表：").order_by("serial").values_list("verb", "reason")
    assert list(noted) == [
        ("导出列表：各平台各期报送情况", f"2 个，csv，筛选：报送安排：{schedule}；地区：鄞州区"),
        ("导出列表：各地区报送情况", f"2 个地区，csv，筛选：报送安排：{schedule}"),
    ]


def test_before_there_is_a_schedule_the_board_says_so(city: User, browser_of: Any) -> None:
    page = browser_of(city).get(BOARD)
    assert (page.context["rows"], page.context["why_empty"][0]) == ([], "暂无需要报送的内容。")


def test_the_board_costs_the_same_for_one_platform_and_for_thirty(
    schedule: ReturnSchedule,
    city: User,
    regions: dict[str, Region],
    browser_of: Any,
) -> None:
    bureau, asked = browser_of(city), []
    bureau.get(BOARD)
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert bureau.get(BOARD).status_code == 200
        asked.append(len(queries))
        if len(asked) == 1:
            for _ in range(29):
                platform = supervised.platform_of(regions["330212"])
                rows = PeriodicReturn.objects.filter(schedule=schedule, platform__code="330212-001")
                PeriodicReturn.objects.bulk_create(
                    PeriodicReturn(
                        schedule=schedule, platform=platform, key=row.key, label=row.label, due_on=row.due_on
                    )
                    for row in rows
                )
    assert asked[0] == asked[1]
