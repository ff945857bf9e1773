"""All sheets of a round in one grid: shown, saved cell by cell, taken along to Excel and read back."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from evaluation.marking.admin import grid as module
from evaluation.models import Assessment, Score, Sheet
from platforms.models import AuditEvent, User
from tests import factories
from tests.evaluation.marking.filling import assigned, county_sheet, fill, judged, send

Browser = Callable[[User], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]


@pytest.fixture
def platforms(city: User) -> list[Assessment]:
    return judged(city, {"330212": {"A": 2}, "330282": {"A": 1}})


@pytest.fixture
def office(browser_of: Browser, city: User) -> Client:
    return browser_of(city)


def grid(model: str = "assessment", view: str = "grid") -> str:
    return reverse(f"admin:evaluation_{model}_{view}")


def points(row: Assessment, code: str = "venue") -> Decimal | None:
    return Score.objects.get(assessment=row, indicator__code=code).points


def test_the_grid_of_the_city_has_every_platform_and_every_indicator(
    office: Client, platforms: list[Assessment]
) -> None:
    page = office.get(grid())
    assert [row["pk"] for row in page.context["rows"]] == [row.pk for row in platforms]
    heads = [column.code for column in page.context["columns"]]
    assert heads[:4] == ["total", "grade", "ahead", "open"]
    assert len(heads) == 4 + platforms[0].scores.count()


def test_a_county_has_its_own_rows_and_no_grade(browser_of: Browser, platforms: list[Assessment], cixi: User) -> None:
    page = browser_of(cixi).get(grid("sheet"))
    assert [row["pk"] for row in page.context["rows"]] == [county_sheet(platforms[2]).pk]
    assert [column.code for column in page.context["columns"]][:2] == ["total", "open"]


def test_an_assessor_has_the_assigned_rows(browser_of: Browser, platforms: list[Assessment]) -> None:
    assessor = factories.person("expert", "assessor")
    sheet = assigned(platforms[1], assessor)
    page = browser_of(assessor).get(grid("sheet"))
    assert [row["pk"] for row in page.context["rows"]] == [sheet.pk]


def test_a_year_that_nobody_may_score_is_404(browser_of: Browser, office: Client, platforms: list[Assessment]) -> None:
    assert office.get(f"{grid()}?round=999").status_code == 404
    assert office.get(f"{grid()}?round=x").status_code == 404
    assert browser_of(factories.person("expert", "assessor")).get(grid("sheet")).status_code == 404


def test_cells_of_several_platforms_are_saved_at_once_each_with_what_follows(
    office: Client, platforms: list[Assessment]
) -> None:
    answer = send(
        office,
        grid(view="grid_cells"),
        *((row.pk, "points-venue", "8", "") for row in platforms),
        (platforms[0].pk, "verified-services", "-1", ""),
    )
    told = answer.json()
    assert [each["row"] for each in told["saved"]] == [row.pk for row in platforms]
    assert [(each["row"], each["col"]) for each in told["refused"]] == [(platforms[0].pk, "verified-services")]
    assert {texts["total"] for texts in told["rows"].values()} == {"8"}
    assert [points(row) for row in platforms] == [Decimal(8)] * 3


def test_a_platform_that_is_scored_is_read_only_and_refuses_what_is_sent(
    office: Client, platforms: list[Assessment]
) -> None:
    Assessment.objects.filter(pk=platforms[0].pk).update(status="scored")
    rows = {row["pk"]: row for row in office.get(grid()).context["rows"]}
    open_cells = {pk: sum(not cell["closed"] for cell in row["cells"][4:]) for pk, row in rows.items()}
    assert [open_cells[row.pk] for row in platforms[:2]] == [0, platforms[1].scores.count()]
    answer = send(office, grid(view="grid_cells"), (platforms[0].pk, "points-venue", "8", ""))
    assert [each["sentence"] for each in answer.json()["refused"]] == ["评分已完成或不由您填写，不能修改。"]


def test_a_row_of_another_county_is_not_there(browser_of: Browser, platforms: list[Assessment], cixi: User) -> None:
    other = county_sheet(platforms[0])
    answer = send(browser_of(cixi), grid("sheet", "grid_cells"), (other.pk, "points-venue", "8", ""))
    assert [each["sentence"] for each in answer.json()["refused"]] == ["没有这份评分表，请刷新页面。"]
    assert other.marks.get(indicator__code="venue").points is None


def questions(browser: Client, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_the_grid_costs_the_same_for_one_row_and_for_thirty(
    browser_of: Browser, city: User, yinzhou: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(city, {"330212": {"A": 30}})
    found = {}
    for rows in (1, 30):
        monkeypatch.setattr(module, "MOST_ROWS", rows)
        found[rows] = (questions(browser_of(city), grid()), questions(browser_of(yinzhou), grid("sheet")))
    assert found == {1: (13, 13), 30: (13, 13)}


# Excel -------------------------------------------------------------------------------------------------------------


def exported(browser: Client, model: str = "assessment") -> Any:
    answer = browser.get(grid(model, "grid_workbook"))
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.content))


def upload(browser: Client, book: Any, model: str = "assessment") -> Any:
    content = io.BytesIO()
    book.save(content)
    return browser.post(
        grid(model, "grid_import"), {"import_file": SimpleUploadedFile("评分.xlsx", content.getvalue())}
    )


def column(book: Any, title: str) -> int:
    heads = [cell.value for cell in book.active[1]]
    return next(at for at, head in enumerate(heads, start=1) if str(head).startswith(title))


def test_what_goes_out_comes_back_after_a_page_that_says_what_changes(
    office: Client, platforms: list[Assessment]
) -> None:
    book = exported(office)
    sheet = book.active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [row.application.number for row in platforms]
    sheet.cell(2, column(book, "场地设施"), 7.5)
    sheet.cell(3, column(book, "场地设施"), 8)
    page = upload(office, book)
    assert page.context["changes"] == [
        f"{platforms[0].application.name}，场地设施（分）：空 → 7.5",
        f"{platforms[1].application.name}，场地设施（分）：空 → 8",
    ]
    assert points(platforms[0]) is None
    answer = office.post(grid(view="grid_import"), {"token": page.context["token"]}, follow=True)
    assert "导入完成：修改 2 处评分。" in answer.content.decode()
    assert [points(row) for row in platforms] == [Decimal("7.50"), Decimal(8), None]
    assert AuditEvent.objects.filter(verb="评分").count() == 2


def test_one_wrong_cell_keeps_all_of_it_out_and_is_named(office: Client, platforms: list[Assessment]) -> None:
    book = exported(office)
    at = column(book, "场地设施")
    book.active.cell(2, at, 9)
    book.active.cell(3, at, 8)
    page = upload(office, book)
    letter = book.active.cell(2, at).coordinate
    assert page.status_code == 422
    assert page.context["problems"] == [f"第 2 行（{letter}）：“场地设施”的得分须在 0 至 8 分之间，最多两位小数。"]
    assert [points(row) for row in platforms] == [None, None, None]


def test_a_platform_that_was_scored_since_the_export_is_not_overwritten(
    office: Client, platforms: list[Assessment]
) -> None:
    book = exported(office)
    send(office, grid(view="grid_cells"), (platforms[0].pk, "points-venue", "6", ""))
    book.active.cell(2, column(book, "场地设施"), 7)
    page = upload(office, book)
    assert page.context["problems"] == [
        f"第 2 行 {platforms[0].application.name}：导出之后评分已被修改，请重新导出后填写。"
    ]
    assert points(platforms[0]) == Decimal(6)


def test_a_change_between_the_check_and_the_import_keeps_it_out(office: Client, platforms: list[Assessment]) -> None:
    book = exported(office)
    book.active.cell(2, column(book, "场地设施"), 7)
    token = upload(office, book).context["token"]
    send(office, grid(view="grid_cells"), (platforms[0].pk, "points-venue", "6", ""))
    answer = office.post(grid(view="grid_import"), {"token": token})
    assert (answer.status_code, points(platforms[0])) == (422, Decimal(6))


def test_a_file_is_taken_once(office: Client, platforms: list[Assessment]) -> None:
    book = exported(office)
    book.active.cell(2, column(book, "场地设施"), 7)
    token = upload(office, book).context["token"]
    office.post(grid(view="grid_import"), {"token": token})
    again = office.post(grid(view="grid_import"), {"token": token, "once": "x"}, follow=True)
    assert "没有重复写入" in again.content.decode()


def test_a_file_without_changes_says_so(office: Client, platforms: list[Assessment]) -> None:
    page = upload(office, exported(office))
    assert ("文件中没有改动" in page.content.decode(), page.context.get("token")) == (True, None)


@pytest.mark.parametrize("wrong", ["unknown", "twice", "closed"])
def test_a_row_that_cannot_be_taken_is_named(office: Client, platforms: list[Assessment], wrong: str) -> None:
    book = exported(office)
    sheet, at = book.active, column(book, "场地设施")
    sheet.cell(2, at, 7)
    told = f"第 2 行 {platforms[0].application.name}：评分已完成，不能修改。"
    if wrong == "unknown":
        sheet.cell(2, 1, "SB2020-330212-999")
        told = "第 2 行（A2）：本表中没有该申报编号。"
    elif wrong == "twice":
        sheet.cell(3, 1, platforms[0].application.number)
        told = "第 3 行（A3）：申报编号重复。"
    else:
        Assessment.objects.filter(pk=platforms[0].pk).update(status="scored")
    assert told in upload(office, book).context["problems"]


def test_what_is_no_workbook_is_refused_with_a_sentence(office: Client, platforms: list[Assessment]) -> None:
    answer = office.post(grid(view="grid_import"), {"import_file": SimpleUploadedFile("评分.xlsx", b"none")})
    assert answer.status_code == 422
    assert len(answer.context["problems"]) == 1


def test_a_county_takes_its_own_rows_and_no_others(
    browser_of: Browser, platforms: list[Assessment], yinzhou: User
) -> None:
    fill(county_sheet(platforms[0]), yinzhou)
    book = exported(browser_of(yinzhou), "sheet")
    numbers = [row[0].value for row in book.active.iter_rows(min_row=2)]
    assert numbers == [row.application.number for row in platforms[:2]]
    assert AuditEvent.objects.filter(verb="导出评分表格").count() == 1
    assert Sheet.objects.count() == 3
