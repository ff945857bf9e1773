"""One period as a sheet: cells save themselves, one press hands in what is filled, the city reads what is late."""

import json
from datetime import date, datetime
from typing import Any

import pytest

from platforms.files.choices import EvidenceKind
from platforms.files.services import evidence
from platforms.models import AuditEvent, PeriodicReturn, Region, ReturnSchedule, User
from platforms.periodic_reports import queries
from platforms.periodic_reports.services import reports as service
from tests import factories
from tests.platforms.periodic_reports.conftest import values
from tests.platforms.periodic_reports.test_periodic_reports import hand_in, mine

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N19")]
SHEET = "/desk/returns/sheet/"
FIRST, SECOND = "figure-服务企业（家）", "figure-活动（场）"


@pytest.fixture
def day(schedule: ReturnSchedule, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 10 April 2026: the report of March is overdue, that of April is not."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2026, 4, 10))


def cells(row: PeriodicReturn, **typed: tuple[str, str]) -> str:
    """What the page sends for ``row``: by column what was typed and what was seen."""
    names = {"first": FIRST, "second": SECOND, "text": "text"}
    sent = [{"row": row.pk, "col": names[col], "value": value, "seen": seen} for col, (value, seen) in typed.items()]
    return json.dumps({"cells": sent})


def save(desk: Any, body: str, key: str = "2026-04") -> Any:
    return desk.post(f"{SHEET}cells/?key={key}", body, content_type="application/json")


def shown(page: Any) -> list[tuple[str, list[str]]]:
    return [(row["note"], [cell.shown for cell in row["cells"]]) for row in page.context["rows"]]


@pytest.mark.usefixtures("day")
def test_a_county_reads_all_its_platforms_of_the_period_that_is_owed_first(
    schedule: ReturnSchedule, yinzhou: User, browser_of: Any
) -> None:
    page = browser_of(yinzhou).get(SHEET)
    assert page.context["period"].label == "2026年3月"
    assert [each.label for each in page.context["columns"]] == ["状态", "服务企业（家）", "活动（场）", "报送内容"]
    assert shown(page) == [("已逾期 5 天", ["还有 3 项未填", "", "", ""])] * 2
    assert [cell.due for cell in page.context["rows"][0]["cells"]] == [False, True, True, True]
    later = browser_of(yinzhou).get(f"{SHEET}?key=2026-04")
    assert shown(later)[0][0] == "还有 25 天"
    assert [cell.due for cell in later.context["rows"][0]["cells"]] == [False] * 4


def test_cells_are_kept_as_a_draft_and_the_row_says_what_is_missing(
    schedule: ReturnSchedule, yinzhou: User, browser_of: Any
) -> None:
    row, desk = mine(schedule, yinzhou), browser_of(yinzhou)
    told = save(desk, cells(row, first=("12", ""), second=("2.50", ""))).json()
    assert [(each["col"], each["value"]) for each in told["saved"]] == [(FIRST, "12"), (SECOND, "2.5")]
    assert told["rows"] == {str(row.pk): {"state": "还有 1 项未填"}}
    row.refresh_from_db()
    assert (row.figures, row.handed_in_at, row.version) == ({"服务企业（家）": "12", "活动（场）": "2.5"}, None, 2)
    told = save(desk, cells(row, second=("", "2.5"), text=("服务平稳。", ""))).json()
    assert told["rows"] == {str(row.pk): {"state": "还有 1 项未填"}}
    row.refresh_from_db()
    assert (row.figures, row.text) == ({"服务企业（家）": "12"}, "服务平稳。")
    noted = AuditEvent.objects.filter(verb="填写报送").order_by("serial").values_list("changes", flat=True)
    assert [sorted(each) for each in noted] == [["数字"], ["报送内容", "数字"]]


@pytest.mark.parametrize(
    ("col", "value", "sentence"),
    [
        ("first", "很多", "请只填写数字，不要带逗号、单位或其他文字。"),
        ("first", "-1", "应在 0 至 999999999999 之间，请核对。"),
        ("second", "1.234", "最多保留 2 位小数。"),
        ("text", "长" * 3001, "最多 3000 个字，现为 3001 个字。"),
    ],
)
def test_a_value_that_cannot_stand_is_refused_at_its_cell(
    schedule: ReturnSchedule, yinzhou: User, browser_of: Any, col: str, value: str, sentence: str
) -> None:
    row = mine(schedule, yinzhou)
    told = save(browser_of(yinzhou), cells(row, **{col: (value, "")})).json()
    assert ([each["sentence"] for each in told["refused"]], told["saved"]) == ([sentence], [])


def test_of_two_writers_neither_overwrites_the_other_and_both_cells_stand(
    schedule: ReturnSchedule, yinzhou: User, browser_of: Any
) -> None:
    row, one, other = mine(schedule, yinzhou), browser_of(yinzhou), browser_of(yinzhou)
    save(one, cells(row, first=("12", "")))
    told = save(other, cells(row, first=("15", ""), second=("3", ""))).json()
    assert [(each["col"], each["value"]) for each in told["stale"]] == [(FIRST, "12")]
    assert [(each["col"], each["value"]) for each in told["saved"]] == [(SECOND, "3")]
    row.refresh_from_db()
    assert row.figures == {"服务企业（家）": "12", "活动（场）": "3"}
    # Who has seen the other value may replace it; the same value again is no change.
    assert save(other, cells(row, first=("15", "12"))).json()["stale"] == []
    assert len(save(one, cells(row, first=("15", "12"))).json()["saved"]) == 1
    row.refresh_from_db()
    assert (row.figures["服务企业（家）"], row.version) == ("15", 4)


def test_a_row_that_somebody_saves_meanwhile_is_read_anew(
    schedule: ReturnSchedule, yinzhou: User, browser_of: Any, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    row, real, times = mine(schedule, yinzhou), service.fill, []

    def meanwhile(**given: Any) -> PeriodicReturn:
        times.append(given["version"])
        if len(times) == 1:
            real(row=row, figures={"活动（场）": "9"}, text=None, version=1, by=yinzhou, at=now)
        return real(**given)

    monkeypatch.setattr(service, "fill", meanwhile)
    told = save(browser_of(yinzhou), cells(row, first=("12", ""))).json()
    row.refresh_from_db()
    assert (times, len(told["saved"]), row.figures) == ([1, 2], 1, {"服务企业（家）": "12", "活动（场）": "9"})


def test_what_is_handed_in_or_closed_is_not_typed_over(
    schedule: ReturnSchedule, yinzhou: User, city: User, now: datetime, browser_of: Any
) -> None:
    done, closed = mine(schedule, yinzhou), mine(schedule, yinzhou, "2026-05")
    hand_in(done, yinzhou, now)
    service.close(schedule=schedule, key="2026-05", by=city, at=now)
    desk = browser_of(yinzhou)
    said = [
        save(desk, cells(row, first=("99", seen))).json()["refused"][0]["sentence"]
        for row, seen in ((done, "12"), (closed, ""))
    ]
    assert said == [
        "已经报送，需要更正的，请打开该平台的报送页面办理。",
        "市经信局已结束这一期报送，不能再报送或更正。",
    ]


def test_nobody_fills_for_another_side(
    schedule: ReturnSchedule, yinzhou: User, cixi: User, city: User, browser_of: Any
) -> None:
    row = mine(schedule, yinzhou)
    save(browser_of(yinzhou), cells(row, first=("12", "")))
    foreign = save(browser_of(cixi), cells(row, first=("13", "12"))).json()
    assert [each["sentence"] for each in foreign["refused"]] == ["没有这份报送，请刷新页面。"]
    # Even with the right guess the city is not told what is still being typed.
    told = save(browser_of(city), cells(row, first=("12", ""))).json()
    assert (told["saved"], told["stale"], len(told["refused"])) == ([], [], 1)
    row.refresh_from_db()
    assert row.figures == {"服务企业（家）": "12"}


@pytest.mark.usefixtures("day")
def test_the_city_reads_who_is_late_and_nothing_that_is_still_typed(
    schedule: ReturnSchedule, yinzhou: User, city: User, now: datetime, browser_of: Any
) -> None:
    first, second = queries.own(yinzhou).filter(key="2026-03").order_by("platform__code")
    hand_in(first, yinzhou, now)
    save(browser_of(yinzhou), cells(second, first=("12", "")), "2026-03")
    page = browser_of(city).get(f"{SHEET}?key=2026-03")
    assert [each[1][0] for each in shown(page)] == ["逾期报送", "未报送", "未报送"]
    assert [each[1][1] for each in shown(page)] == ["12", "", ""]
    assert {cell.closed for row in page.context["rows"] for cell in row["cells"][1:]} == {True}
    assert page.context["own"] == []
    late = browser_of(city).get(f"{SHEET}?key=2026-03&state=missing&region=330212")
    assert [row["note"] for row in late.context["rows"]] == ["已逾期 5 天"]
    file = b"".join(browser_of(city).get("/desk/returns.csv?key=2026-03")).decode("utf-8-sig")
    assert file.count("服务企业（家）：12") == 1


def test_one_press_hands_in_what_is_filled_and_names_the_rest(
    schedule: ReturnSchedule, yinzhou: User, browser_of: Any
) -> None:
    full, part = queries.own(yinzhou).filter(key="2026-04").order_by("platform__code")
    desk = browser_of(yinzhou)
    save(desk, cells(full, first=("12", ""), second=("2", ""), text=("平稳。", "")))
    save(desk, cells(part, first=("1", "")))
    page = desk.post(f"{SHEET}hand-in/?key=2026-04", {"row": [full.pk, part.pk]}, follow=True)
    told = [(each.level_tag, str(each)) for each in page.context["messages"]]
    name = part.platform.site_name
    assert told == [
        ("success", "已报送 1 个平台。"),
        ("info", f"1 个平台没有报送。{name}：请填写“报送内容”。"),
    ]
    full.refresh_from_db()
    part.refresh_from_db()
    assert (full.handed_in_by, part.handed_in_at) == (yinzhou, None)
    assert AuditEvent.objects.filter(verb="报送").count() == 1
    again = desk.post(f"{SHEET}hand-in/?key=2026-04", {"row": [full.pk], "again": "1"}, follow=True)
    assert "已经报送" in str(next(iter(again.context["messages"])))
    assert AuditEvent.objects.filter(verb="更正报送").count() == 0
    none = desk.post(f"{SHEET}hand-in/?key=2026-04", {}, follow=True)
    assert [str(each) for each in none.context["messages"]] == ["请选择要报送的平台。"]


def test_what_needs_a_file_says_so_and_leads_to_its_page(
    city: User, yinzhou: User, schedule: ReturnSchedule, now: datetime, browser_of: Any, regions: dict[str, Region]
) -> None:
    service.change(schedule=schedule, values=values(wants_file=True, wants_text=False), by=city, at=now)
    row, desk = mine(schedule, yinzhou), browser_of(yinzhou)
    told = save(desk, cells(row, first=("12", ""), second=("2", ""))).json()
    assert told["rows"] == {str(row.pk): {"state": "须上传文件"}}
    page = desk.get(f"{SHEET}?key=2026-04")
    assert page.context["rows"][0]["url"] == f"/desk/returns/{row.pk}/"
    page = desk.post(f"{SHEET}hand-in/?key=2026-04", {"row": [row.pk]}, follow=True)
    assert "这项报送须上传文件，请选择文件。" in page.content.decode()
    evidence.add(
        kind=EvidenceKind.RETURN, key=row.pk, region=yinzhou.region, upload=factories.upload("报表.pdf", factories.PDF),
        by=yinzhou, at=now,
    )  # fmt: skip
    assert desk.get(f"{SHEET}?key=2026-04").context["rows"][0]["cells"][0].shown == "可以报送"


def test_a_body_that_no_page_sends_is_refused(schedule: ReturnSchedule, yinzhou: User, browser_of: Any) -> None:
    answer = save(browser_of(yinzhou), "[]")
    assert (answer.status_code, answer.json()["sentence"]) == (400, "提交的内容无法识别，没有保存，请刷新页面后重试。")


def test_before_there_is_a_schedule_the_sheet_says_so(city: User, browser_of: Any) -> None:
    assert "暂无需要报送的内容。" in browser_of(city).get(SHEET).content.decode()
