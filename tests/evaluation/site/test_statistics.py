"""The page of the statistics, its years and its files."""

import csv
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evaluation.models import Publication
from evaluation.site import statistics
from evaluation.statistics import queries
from evaluation.statistics.queries import KeptServices
from platforms.models import Platform
from tests.evaluation.site.test_cache import House
from tests.evaluation.stage import graded_round, published_round
from tests.evaluation.statistics.test_queries import reached, served

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(publication: Publication) -> Publication:
    """Four platforms that served in two years."""
    for at, platform in enumerate(Platform.objects.filter(code__startswith="330212").order_by("code")[:4]):
        served(platform, date(2025, 11, 1), 10, 10)
        served(platform, date(2026, 9, 1), 20, 15 + at, kind="finance")
        reached(platform, 1, 2, 3, at + 4)
        reached(platform, 1, 2, 3, year=2025)
    return publication


def keys(page: Any) -> list[str]:
    context = page.context
    sections = [each for section in context["sections"] for each in section["drawn"]]
    return [each.chart.key for each in (*sections, *context["services"], *context["of_a_year"])]


def table(client: Client, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:])))


def test_before_the_first_publication_there_is_nothing_to_count(stranger: Client) -> None:
    graded_round({"330212": {"A": 4}}, year=2025)
    for platform in Platform.objects.all():
        served(platform, date(2026, 9, 1), 20, 15)
    assert "尚无可以公布的统计数据。" in stranger.get("/statistics/").content.decode()
    assert stranger.get("/statistics/progress.csv").status_code == 404


@pytest.mark.clause("N41")
def test_every_chart_stands_with_its_table_and_its_file(stranger: Client, told: Publication) -> None:
    page = stranger.get("/statistics/")
    found = keys(page)
    assert found == [
        "progress", "platforms", "grades", "enterprises", "free",
        "months", "classes", "service-regions", "service-types", "reached-regions", "reached-types",
    ]  # fmt: skip
    text = page.content.decode()
    assert text.count('role="img"') == text.count('<table class="data"') == len(found)
    for key in found:
        address = f"/statistics/2026/{key}.csv" if key in statistics.OF_A_YEAR else f"/statistics/{key}.csv"
        assert f'href="{address}"' in text
        assert len(table(stranger, address)) > 1


def test_a_year_of_its_own(stranger: Client, told: Publication) -> None:
    page = stranger.get("/statistics/2025/")
    options = page.context["year_groups"][0]["options"]
    assert [(each["label"], each["url"], each["active"]) for each in options] == [
        ("2026年", "/statistics/#of-a-year", False),
        ("2025年", "/statistics/2025/#of-a-year", True),
    ]
    months = next(each for each in page.context["of_a_year"] if each.chart.key == "months")
    assert months.plot.title == "2025年服务 40 次，其中免费 100%"
    assert table(stranger, "/statistics/2025/months.csv") == [["月份", "免费", "收费"], ["2025-11", "40", "0"]]
    assert stranger.get("/statistics/2024/").status_code == 404


@pytest.mark.clause("N41")
def test_open_data_lists_the_files_and_the_sitemap_the_years(stranger: Client, told: Publication) -> None:
    page = stranger.get("/open-data/").content.decode()
    for path in ("/statistics/grades.csv", "/statistics/2026/classes.csv"):
        assert f'href="{path}"' in page
    sitemap = stranger.get("/sitemap.xml").content.decode()
    assert "/statistics/</loc>" in sitemap
    assert "/statistics/2025/</loc>" in sitemap
    assert "/accessibility/</loc>" in sitemap
    assert "/statistics/2026/</loc>" not in sitemap  # it is the page without a year


@pytest.mark.parametrize(
    "path", ["nothing.csv", "months.csv", "2026/progress.csv", "2026/nothing.csv", "2024/months.csv", "coverage.csv"]
)
def test_a_file_that_there_is_not_is_not_found(stranger: Client, told: Publication, path: str) -> None:
    assert stranger.get(f"/statistics/{path}").status_code == 404


def test_files_hold_what_the_charts_say(stranger: Client, told: Publication) -> None:
    assert table(stranger, "/statistics/grades.csv") == [
        ["年度", "A档", "B档", "C档", "D档"],
        ["2025年度", "6", "4", "2", "2"],
    ]
    assert table(stranger, "/statistics/enterprises.csv") == [["年份", "服务企业"], ["2025年", "3"], ["2026年", "7"]]
    assert table(stranger, "/statistics/free.csv")[1:] == [["2025年", "100"], ["2026年", "82.5"]]
    assert table(stranger, "/statistics/2026/classes.csv")[1:] == [["2026-09", "投融资服务", "80"]]
    platforms = table(stranger, "/statistics/platforms.csv")
    assert [row[0] for row in platforms] == ["地区", "鄞州区", "慈溪市", "市级"]


def test_one_visit_costs_the_same_with_many_rounds(stranger: Client, told: Publication) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            stranger.get("/statistics/")
        return len(found)

    before = asked()
    published_round({"330282": {"A": 2}}, year=2026)
    assert asked() == before


def test_a_kept_page_shows_a_publication_at_once_and_services_in_the_next_hour(
    publication: Publication, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_PAGES_KEPT = 100
    kept = KeptServices()
    monkeypatch.setattr(queries, "KEPT", kept)
    monkeypatch.setattr(statistics, "KEPT", kept)
    house = House()
    assert "为建设目标 100 个左右的 12%" in house.text("/statistics/")
    for platform in Platform.objects.filter(code__startswith="330212")[:4]:
        served(platform, date(2026, 9, 1), 20, 15)
    published_round({"330211": {"A": 2}}, year=2026)
    house.seconds = 1
    page = house.text("/statistics/")
    assert "为建设目标 100 个左右的 14%" in page
    assert "服务 80 次" not in page
    monkeypatch.setattr(kept, "_hour", None)
    house.seconds = 2
    assert "服务 80 次" in house.text("/statistics/")
    built = len(house.built)
    house.text("/statistics/")
    assert len(house.built) == built
