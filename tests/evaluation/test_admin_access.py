"""Which page of evaluation opens for whom, and how many queries the lists take."""

from typing import Any

import pytest
from django.urls import reverse

from evaluation.models import (
    Assessment,
)
from tests.evaluation import stage

pytestmark = pytest.mark.django_db

LISTS = ("scheme", "evaluation", "assessment", "result", "publication", "certification")


@pytest.mark.trust("T13")
def test_a_county_sees_no_grade_before_publication(browser_of: Any, yinzhou: Any) -> None:
    stage.graded_round({"330212": {"D": 1}})
    browser = browser_of(yinzhou)
    for page in ("assessment", "evaluation", "result", "certification", "scheme", "publication", "revocationproposal"):
        assert browser.get(reverse(f"admin:evaluation_{page}_changelist")).status_code == 403
    assert "D档" not in browser.get("/admin/").content.decode()


@pytest.mark.parametrize("model", LISTS)
def test_a_list_takes_the_same_number_of_queries_for_2_and_30_rows(
    model: str, browser_of: Any, city: Any, django_assert_num_queries: Any
) -> None:
    queries = {"scheme": 8, "evaluation": 7, "assessment": 12, "result": 10, "publication": 7, "certification": 11}
    browser, url = browser_of(city), reverse(f"admin:evaluation_{model}_changelist")
    stage.published_round({"330212": {"A": 2}}, year=2020)
    browser.get(url)
    with django_assert_num_queries(queries[model]):
        browser.get(url)
    stage.published_round({"330282": {"A": 20}, "HZW": {"B": 10}}, year=2021)
    with django_assert_num_queries(queries[model]):
        browser.get(url)


def test_the_sheet_takes_a_fixed_number_of_queries(browser_of: Any, city: Any, django_assert_num_queries: Any) -> None:
    stage.graded_round({"330212": {"open": 30}})
    browser = browser_of(city)
    url = reverse("admin:evaluation_assessment_change", args=(Assessment.objects.all()[0].pk,))
    browser.get(url)
    with django_assert_num_queries(31):
        browser.get(url)


@pytest.mark.parametrize("query", ["?application__contact_mobile__contains=1", "?grade__regex=(a%2B)%2B%24"])
@pytest.mark.trust("T41")
def test_a_list_answers_no_question_that_its_filters_do_not_ask(query: str, browser_of: Any, city: Any) -> None:
    browser = browser_of(city)
    assert browser.get(reverse("admin:evaluation_assessment_changelist") + query).status_code in (302, 400)
