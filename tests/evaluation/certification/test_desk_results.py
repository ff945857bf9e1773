"""After the release a county reads points, values and reasons of its own platforms, and nobody else does (N20)."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.models import Document, Publication, Result
from platforms.models import User
from tests.evaluation import stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def published() -> Publication:
    return stage.published_round({"330212": {"A": 1, "D": 1}, "330282": {"B": 1}, "HY": {"A": 1}})


@pytest.fixture
def county(browser_of: Any, yinzhou: User) -> Client:
    made: Client = browser_of(yinzhou)
    return made


def of_year(year: int = 2020) -> str:
    return reverse("evaluation:results", args=(year,))


def of_platform(result: Result) -> str:
    return reverse("evaluation:result", args=(2020, result.code))


@pytest.mark.clause("N20")
def test_a_county_reads_grade_and_points_of_its_own_platforms_after_the_release(
    published: Publication, county: Client
) -> None:
    answer = county.get(of_year())
    cells = [[str(cell) for cell in row["cells"]] for row in answer.context["rows"]]
    assert [(row[1], row[3], row[4]) for row in cells] == [("330212-001", "A档", "100"), ("330212-002", "D档", "30")]
    letter = Document.objects.get(kind="letter", region__code="330212")
    assert letter.number in answer.content.decode()
    assert Document.objects.get(kind="letter", region__code="330282").number not in answer.content.decode()
    assert county.get(reverse("evaluation:results_latest"))["Location"] == of_year()


@pytest.mark.clause("N20")
def test_it_reads_points_by_indicator_and_the_reasons_without_who_judged(
    published: Publication, county: Client
) -> None:
    failed = Result.objects.get(grade="D")
    page = county.get(of_platform(failed))
    text = page.content.decode()
    assert (page.context["state"]["label"], page.context["pairs"][1]["value"]) == ("不予认定", "30")
    assert "得分 30 分" in text
    points = {row["cells"][0].split("（")[0]: row["cells"][5] for row in page.context["lines"]}
    assert (len(points), points["核查属实的投诉"]) == (failed.assessment.scores.count(), "0")
    assert [each["label"] for each in page.context["documents"]] == ["绩效评价认定结果报告"]
    for judge in User.objects.filter(username__in=("stage", "grader", "county")):
        assert judge.name not in text
    first = county.get(of_platform(Result.objects.get(code="330212-001")))
    assert [each["label"] for each in first.context["documents"]] == ["认定证书", "绩效评价认定结果报告"]


def test_nothing_is_there_before_the_release(county: Client, city: User) -> None:
    round_ = stage.graded_round({"330212": {"A": 1}})
    stage.prepared_plan(round=round_, decided_on=stage.moment(2020).date(), by=city, at=stage.moment(2020))
    assert county.get(of_year()).status_code == 404
    page = county.get(reverse("evaluation:results_latest"))
    assert "暂无已公布的认定结果" in page.content.decode()


def test_another_county_s_platform_is_not_there(published: Publication, county: Client) -> None:
    foreign = Result.objects.get(region__code="330282")
    assert county.get(of_platform(foreign)).status_code == 404
    for document in foreign.documents.all():
        assert county.get(reverse("evaluation:document", args=(document.pk,))).status_code == 404
    industry = Result.objects.get(region__isnull=True)
    assert county.get(of_platform(industry)).status_code == 404


@pytest.mark.parametrize("person", ["finance", "auditor", "security", "sysadmin"])
def test_nobody_else_reads_points(
    published: Publication, browser_of: Any, person: str, request: pytest.FixtureRequest
) -> None:
    browser = browser_of(request.getfixturevalue(person))
    result = Result.objects.get(code="330212-001")
    report = result.documents.get(kind="report")
    for address in (of_year(), of_platform(result), reverse("evaluation:document", args=(report.pk,))):
        assert browser.get(address).status_code == 403


def test_the_city_reads_all_regions_and_narrows_them(published: Publication, browser_of: Any, city: User) -> None:
    office = browser_of(city)
    assert office.get(of_year()).context["count"] == 4
    assert office.get(of_year(), {"region": "330282"}).context["count"] == 1
    assert office.get(of_year(), {"grade": "A"}).context["count"] == 2
    assert office.get(of_year(), {"q": "330212 鄞州"}).context["count"] == 2
    sent = office.get(reverse("evaluation:result_list", kwargs={"year": 2020, "kind": "csv"}))
    lines = b"".join(sent.streaming_content).decode("utf-8-sig").splitlines()
    assert len([line for line in lines if "330212-00" in line or "330282-00" in line or "HY-00" in line]) == 4


def test_the_page_of_a_year_costs_the_same_for_one_platform_and_for_thirty(browser_of: Any, yinzhou: User) -> None:
    stage.published_round({"330212": {"A": 1}}, year=2020)
    stage.published_round({"330212": {"A": 20, "D": 10}}, year=2021)
    browser, asked = browser_of(yinzhou), []
    browser.get(of_year(2020))
    for year in (2020, 2021):
        with CaptureQueriesContext(connection) as queries:
            browser.get(of_year(year))
        asked.append(len(queries))
    assert asked == [10, 10]
