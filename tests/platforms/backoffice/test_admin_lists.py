"""Lists as a person wants them, and the list on the screen as a file."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from platforms.models import Application, AuditEvent, ListSetting, Region, Round, Town, User
from platforms.reference.choices import TownKind
from tests import factories

Browser = Callable[[User], Client]
TOWNS = reverse("admin:platforms_town_changelist")
SETTINGS = reverse("admin:platforms_town_settings")


def heads(page: str) -> list[str]:
    """The heads of the columns of a list, in order."""
    table = page.split('id="result_list"')[1].split("</thead>")[0]
    return [
        part.split('"')[0] for part in table.split('class="')[1:] if part.startswith(("sortable column-", "column-"))
    ]


def file_of(browser: Client, address: str) -> list[list[str]]:
    answer = browser.get(address)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


@pytest.fixture
def towns(regions: dict[str, Region]) -> None:
    for place, name in enumerate(("甲街道", "乙街道", "丙街道"), start=1):
        factories.town(regions["330212"], name)
        Town.objects.filter(name=name).update(is_strong=place == 1)


def test_columns_are_chosen_and_ordered(city: User, towns: None, browser_of: Browser) -> None:
    office = browser_of(city)
    sent: dict[str, Any] = {"column": ["code", "name", "is_strong"], "place-name": "1", "place-code": "3"}
    sent |= {"place-is_strong": "2", "keep": "no", "query": ""}
    answer = office.post(SETTINGS, sent)
    assert (answer.status_code, answer["Location"]) == (302, f"{TOWNS}?all=")
    assert ListSetting.objects.get(user=city).columns == ["name", "is_strong", "code"]
    rows = file_of(office, f"{TOWNS}list.csv?all=")
    assert rows[0] == ["名称", "工业强镇", "代码"]
    assert [row[:2] for row in rows[1:]] == [["甲街道", "是"], ["乙街道", "否"], ["丙街道", "否"]]


def test_the_first_column_leads_to_the_row_whichever_it_is(city: User, towns: None, browser_of: Browser) -> None:
    office = browser_of(city)
    office.post(SETTINGS, {"column": ["region", "kind"], "place-region": "1", "place-kind": "2"})
    row = Town.objects.get(name="甲街道")
    assert reverse("admin:platforms_town_change", args=[row.pk]) in office.get(TOWNS).content.decode()


def test_filters_and_order_are_remembered_when_asked_for(city: User, towns: None, browser_of: Browser) -> None:
    office = browser_of(city)
    page = office.get(f"{TOWNS}?is_strong__exact=1&o=-1&p=1").content.decode()
    assert f"{SETTINGS}?is_strong__exact=1&amp;o=-1" in page
    page = office.get(f"{SETTINGS}?is_strong__exact=1&o=-1").content.decode()
    assert 'name="query" value="is_strong__exact=1&amp;o=-1"' in page
    sent = {"column": ["code"], "keep": "yes", "query": "is_strong__exact=1&o=-1"}
    assert office.post(SETTINGS, sent)["Location"] == f"{TOWNS}?is_strong__exact=1&o=-1"
    answer = office.get(TOWNS)
    assert (answer.status_code, answer["Location"]) == (302, f"{TOWNS}?is_strong__exact=1&o=-1")
    # Cleared filters stay cleared until the list is opened anew.
    assert office.get(f"{TOWNS}?all=").status_code == 200


def test_everybody_has_a_setting_of_their_own_and_can_drop_it(
    city: User, yinzhou: User, towns: None, browser_of: Browser
) -> None:
    office = browser_of(city)
    office.post(SETTINGS, {"column": ["code"]})
    assert "恢复默认" in office.get(SETTINGS).content.decode()
    assert "恢复默认" not in browser_of(yinzhou).get(SETTINGS).content.decode()
    assert office.post(SETTINGS, {"forget": "1"})["Location"] == TOWNS
    assert ListSetting.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "请至少选择一列。"),
        ({"column": ["code", "password"]}, "选择的列无效，请刷新页面后重新选择。"),
        ({"column": ["code", "code"]}, "选择的列无效，请刷新页面后重新选择。"),
        ({"column": ["code"], "keep": "yes", "query": "q=" + "长" * 400}, "筛选条件过长，不能记住"),
    ],
)
def test_a_setting_that_cannot_be_kept_is_refused(
    city: User, towns: None, browser_of: Browser, sent: dict[str, Any], sentence: str
) -> None:
    answer = browser_of(city).post(SETTINGS, sent)
    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert ListSetting.objects.count() == 0


def test_a_column_that_was_taken_away_is_passed_over(city: User, towns: None, browser_of: Browser) -> None:
    ListSetting.objects.create(user=city, list_name="platforms.town", columns=["gone", "name"])
    assert file_of(browser_of(city), f"{TOWNS}list.csv")[0] == ["名称"]
    ListSetting.objects.update(columns=["gone"])
    assert len(file_of(browser_of(city), f"{TOWNS}list.csv")[0]) == 8


def test_numbers_of_order_that_are_none_go_last(city: User, towns: None, browser_of: Browser) -> None:
    sent = {"column": ["code", "name", "kind"], "place-code": "x", "place-name": "9999", "place-kind": "7"}
    browser_of(city).post(SETTINGS, sent)
    assert ListSetting.objects.get().columns == ["kind", "code", "name"]


@pytest.mark.trust("T01")
def test_the_file_has_the_rows_of_the_screen(
    yinzhou: User, cixi: User, city: User, round_2026: Round, now: Any, browser_of: Browser
) -> None:
    mine = [factories.draft(yinzhou, round_2026, now) for _ in range(2)]
    theirs = factories.draft(cixi, round_2026, now)
    address = reverse("admin:platforms_application_changelist")
    numbers = [row[0] for row in file_of(browser_of(yinzhou), f"{address}list.csv")[1:]]
    assert sorted(numbers) == sorted(row.number for row in mine)
    found = file_of(browser_of(city), f"{address}list.csv?region__id__exact={theirs.region_id}")
    assert [row[0] for row in found[1:]] == [theirs.number]
    event = AuditEvent.objects.filter(verb="导出列表：申报表").order_by("-serial")[0]
    assert (event.actor, event.reason) == (city.name, "1 条，csv") or event.reason == "1 条，csv"


def test_the_workbook_says_what_it_is(city: User, towns: None, browser_of: Browser) -> None:
    answer = browser_of(city).get(f"{TOWNS}list.xlsx?is_strong__exact=1&q=街道")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == ["乡镇（街道）", "说明"]
    assert [row[1].value for row in book["乡镇（街道）"].iter_rows(min_row=2)] == ["甲街道"]
    notes = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert (notes["列表"], notes["条数"], notes["筛选条件"]) == ("乡镇（街道）", 1, "工业强镇：是；查找：街道")
    assert notes["导出人"] == city.name
    assert "%E6%9D%A1" in answer["Content-Disposition"]


@pytest.mark.trust("T24")
def test_no_cell_is_a_formula(city: User, round_2026: Round, yinzhou: User, now: Any, browser_of: Browser) -> None:
    row = factories.draft(yinzhou, round_2026, now)
    Application.objects.filter(pk=row.pk).update(name="=HYPERLINK(1)")
    address = reverse("admin:platforms_application_changelist")
    assert "'=HYPERLINK(1)" in file_of(browser_of(city), f"{address}list.csv")[1]


def test_thousands_of_rows_are_sent_in_pieces_with_the_queries_of_few(
    city: User, regions: dict[str, Region], browser_of: Browser, django_assert_num_queries: Any
) -> None:
    office = browser_of(city)
    factories.town(regions["330212"], "甲街道")
    office.get(f"{TOWNS}list.csv")
    with django_assert_num_queries(QUERIES):
        file_of(office, f"{TOWNS}list.csv")
    Town.objects.bulk_create(
        [Town(code=f"9{n:08}", name=f"镇{n}", kind=TownKind.TOWN, region=regions["330212"]) for n in range(4_100)]
    )
    with django_assert_num_queries(QUERIES):
        answer = office.get(f"{TOWNS}list.csv")
        pieces = list(answer.streaming_content)
    # The mark, then nine times up to 500 of the 4,102 lines.
    assert (len(pieces), b"".join(pieces).count(b"\r\n"), answer.streaming) == (10, 4_102, True)


@pytest.mark.parametrize(("most", "ending"), [(3, ".xlsx"), (2, ".csv")])
def test_more_rows_than_a_sheet_takes_go_as_csv(
    city: User, towns: None, browser_of: Browser, monkeypatch: pytest.MonkeyPatch, most: int, ending: str
) -> None:
    monkeypatch.setattr("platforms.backoffice.list_files.MOST_IN_SHEET", most)
    answer = browser_of(city).get(f"{TOWNS}list.xlsx")
    assert answer["Content-Disposition"].endswith(ending)
    assert AuditEvent.objects.latest("serial").reason == f"3 条，{ending[1:]}"


def test_a_lookup_that_is_not_offered_is_not_exported(city: User, towns: None, browser_of: Browser) -> None:
    assert browser_of(city).get(f"{TOWNS}list.csv?region__name__regex=(a+)+$").status_code in (302, 400)


@pytest.mark.trust("T05")
def test_who_may_not_export_takes_no_list_along(yinzhou: User, auditor: User, city: User, browser_of: Browser) -> None:
    applications = reverse("admin:platforms_application_changelist")
    assert browser_of(auditor).get(f"{applications}list.csv").status_code == 403
    results = reverse("admin:evaluation_result_changelist")
    assert browser_of(yinzhou).get(f"{results}list.csv").status_code == 403
    assert browser_of(city).get(f"{results}list.csv").status_code == 200


QUERIES = 15
