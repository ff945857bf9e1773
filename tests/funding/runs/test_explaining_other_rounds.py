"""How an amount came about, in rounds of other counts than the worked example."""

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.certification.queries.counted_in import CountedIn
from funding.models import AllocationItem
from funding.runs.queries.counting_results import runs_that_count
from platforms.choices import Role
from tests import factories
from tests.evaluation.stage import published_round
from tests.funding.runs.test_explaining import label, overview_of, page
from tests.funding.worked import BING, DING, JIA, YI, draft, small_round, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(browser_of, finance) -> Client:
    return browser_of(finance)


def test_a_region_that_the_run_does_not_hold_is_not_found(desk, finance) -> None:
    run = draft(small_round(), finance)
    assert desk.get(page(run, "999999")).status_code == 404
    assert desk.get(f"{page(run, '999999')}paper.pdf").status_code == 404
    assert desk.get("/admin/funding/allocationrun/999/regions/").status_code == 404


def test_a_key_industry_platform_leads_back_to_the_sheet(finance, auditor) -> None:
    run = draft(published_round({JIA: {"A": 1}, "HY": {"A": 1}}).round, finance)
    item = AllocationItem.objects.get(run=run, row__code="")
    AllocationItem.objects.filter(pk=item.pk).update(column="revoked", counts_as="")
    sheet = reverse("admin:funding_allocationrun_change", args=(run.pk,))
    assert runs_that_count(item.result, finance) == [CountedIn(run.number, "公布后撤销，测算中", sheet)]
    assert runs_that_count(item.result, auditor) == []


def test_a_grade_that_nobody_reached_is_worth_nothing(finance) -> None:
    shown = overview_of(draft(small_round(), finance))
    assert [(each.label, each.text) for each in shown.worths] == [
        ("A档", "5,000,000元"),
        ("B档", "无"),
        ("C档", "无"),
    ]


def test_where_nobody_gets_anything_the_chart_says_so(finance) -> None:
    publication = published_round({JIA: {"D": 1}})
    chart = overview_of(draft(publication.round, finance)).chart
    assert (chart.title, chart.rows) == ("各地区均未分得资金", ())


def test_of_many_that_get_the_most_three_are_named(finance) -> None:
    codes = (JIA, YI, BING, DING)
    publication = published_round({code: {"A": 1} for code in codes})
    run = draft(publication.round, finance, pool=8_000_000)
    names = "、".join(label(run, code) for code in codes[:3])
    assert overview_of(run).chart.title == f"4个地区参加分配，{names}等分得最多，为 200.00 万元"


@pytest.mark.trust("T13")
def test_finance_and_the_city_read_it_and_nobody_else(browser_of, finance, regions) -> None:
    run = draft(small_round(), finance)
    before = stored(run)
    people = {
        role: factories.officer("c", regions[JIA]) if role == Role.COUNTY else factories.person(f"{role}-x", role)
        for role in Role.values
    }
    for role, person in people.items():
        browser = browser_of(person)
        expected = 200 if role in (Role.FINANCE, Role.CITY) else 403
        for path in (page(run), page(run, JIA), f"{page(run)}paper.pdf", f"{page(run, JIA)}paper.pdf"):
            assert (path, role, browser.get(path).status_code) == (path, role, expected)
            assert browser.post(path).status_code == 405
    assert stored(run) == before
