"""Which page of evaluation opens for whom, and how many queries the lists take."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.models import (
    Assessment,
    Certification,
    Evaluation,
    Publication,
    Result,
    RevocationProposal,
    Scheme,
)
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import proposed

pytestmark = pytest.mark.django_db

LISTS = ("scheme", "evaluation", "assessment", "result", "publication", "certification")
#: city, finance, county, auditor, security, sysadmin, stranger
EXPECTED: dict[str, tuple[int, int, int, int, int, int, int]] = {
    "scheme_changelist": (200, 403, 403, 403, 403, 403, 302),
    "scheme_add": (200, 403, 403, 403, 403, 403, 302),
    "scheme_change": (200, 403, 403, 403, 403, 403, 302),
    "scheme_copy": (200, 403, 403, 403, 403, 403, 302),
    "scheme_history": (200, 403, 403, 403, 403, 403, 302),
    "scheme_delete": (403, 403, 403, 403, 403, 403, 302),
    "evaluation_changelist": (200, 403, 403, 403, 403, 403, 302),
    "evaluation_add": (200, 403, 403, 403, 403, 403, 302),
    "evaluation_change": (200, 403, 403, 403, 403, 403, 302),
    "evaluation_publish": (302, 403, 403, 403, 403, 403, 302),
    "evaluation_count": (200, 403, 403, 403, 403, 403, 302),
    "evaluation_apply": (302, 403, 403, 403, 403, 403, 302),
    "evaluation_sync": (302, 403, 403, 403, 403, 403, 302),
    "evaluation_history": (200, 403, 403, 403, 403, 403, 302),
    "evaluation_delete": (403, 403, 403, 403, 403, 403, 302),
    "assessment_changelist": (200, 403, 403, 403, 403, 403, 302),
    "assessment_add": (403, 403, 403, 403, 403, 403, 302),
    "assessment_change": (200, 403, 403, 403, 403, 403, 302),
    "assessment_history": (200, 403, 403, 403, 403, 403, 302),
    "assessment_delete": (403, 403, 403, 403, 403, 403, 302),
    "assessment_export": (200, 403, 403, 403, 403, 403, 302),
    "assessment_stage_proposed": (302, 403, 403, 403, 403, 403, 302),
    "assessment_unstage": (302, 403, 403, 403, 403, 403, 302),
    "assessment_stage": (302, 403, 403, 403, 403, 403, 302),
    "assessment_second": (302, 403, 403, 403, 403, 403, 302),
    "assessment_move/confirm": (404, 403, 403, 403, 403, 403, 302),
    "assessment_move/reopen": (302, 403, 403, 403, 403, 403, 302),
    "assessment_move/complete": (404, 403, 403, 403, 403, 403, 302),
    "assessment_move/publish": (404, 403, 403, 403, 403, 403, 302),
    "result_changelist": (200, 200, 403, 403, 403, 403, 302),
    "result_change": (200, 200, 403, 403, 403, 403, 302),
    "result_history": (200, 200, 403, 403, 403, 403, 302),
    "result_export": (200, 200, 403, 403, 403, 403, 302),
    "result_add": (403, 403, 403, 403, 403, 403, 302),
    "result_delete": (403, 403, 403, 403, 403, 403, 302),
    "publication_changelist": (200, 200, 403, 403, 403, 403, 302),
    "publication_change": (200, 200, 403, 403, 403, 403, 302),
    "publication_history": (200, 200, 403, 403, 403, 403, 302),
    "publication_add": (403, 403, 403, 403, 403, 403, 302),
    "publication_delete": (403, 403, 403, 403, 403, 403, 302),
    "certification_changelist": (200, 403, 403, 403, 403, 403, 302),
    "certification_change": (200, 403, 403, 403, 403, 403, 302),
    "certification_history": (200, 403, 403, 403, 403, 403, 302),
    "certification_export": (200, 403, 403, 403, 403, 403, 302),
    "certification_note": (302, 403, 403, 403, 403, 403, 302),
    "certification_give_up": (302, 403, 403, 403, 403, 403, 302),
    "revocationproposal_changelist": (200, 403, 403, 403, 403, 403, 302),
    "revocationproposal_change": (200, 403, 403, 403, 403, 403, 302),
    "revocationproposal_history": (200, 403, 403, 403, 403, 403, 302),
    "revocationproposal_move/decide": (200, 403, 403, 403, 403, 403, 302),
    "revocationproposal_move/decline": (200, 403, 403, 403, 403, 403, 302),
    # Of another's proposal: only the one who proposed it takes it back.
    "revocationproposal_move/withdraw": (403, 403, 403, 403, 403, 403, 302),
    "revocationproposal_propose": (302, 403, 403, 403, 403, 403, 302),
    "revocationproposal_add": (403, 403, 403, 403, 403, 403, 302),
    "revocationproposal_delete": (403, 403, 403, 403, 403, 403, 302),
    "certification_add": (403, 403, 403, 403, 403, 403, 302),
    "certification_delete": (403, 403, 403, 403, 403, 403, 302),
}
WITHOUT_ROW = ("changelist", "add", "export", "stage_proposed", "unstage")


@pytest.fixture
def published(db: None) -> dict[str, Any]:
    stage.published_round({"330212": {"A": 1, "D": 1}})
    platform = Certification.objects.get().result.platform
    proposed(platform, on=date(2021, 6, 1), at=datetime(2021, 6, 1, 1, 0, tzinfo=UTC))
    models = (Scheme, Evaluation, Assessment, Result, Publication, Certification, RevocationProposal)
    return {model._meta.model_name or "": model._default_manager.all()[0] for model in models}


def address(name: str, rows: dict[str, Any]) -> str:
    page, _, move = name.partition("/")
    model, _, view = page.partition("_")
    pk = rows[model].platform_id if view == "propose" else rows[model].pk
    args = () if view in WITHOUT_ROW else (pk, *([move] if move else []))
    return reverse(f"admin:evaluation_{page}", args=args)


@pytest.mark.trust("T13")
def test_each_page_opens_for_whom_the_table_names(
    published: dict[str, Any], browser_of: Any, stranger: Client, request: pytest.FixtureRequest
) -> None:
    people = ("city", "finance", "yinzhou", "auditor", "security", "sysadmin")
    browsers = [*(browser_of(request.getfixturevalue(person)) for person in people), stranger]
    found = {name: tuple(b.get(address(name, published)).status_code for b in browsers) for name in EXPECTED}
    assert found == EXPECTED


def test_the_table_names_every_page_of_evaluation() -> None:
    from django.contrib import admin

    named = {
        pattern.name.removeprefix("evaluation_")
        for model, model_admin in admin.site._registry.items()
        if model._meta.app_label == "evaluation"
        for pattern in model_admin.get_urls()
        if pattern.name
    }
    # What every list has, its settings and its file, is in the access matrix.
    of_lists = {name for name in named if name.endswith(("_settings", "_list"))}
    assert {name.partition("/")[0] for name in EXPECTED} == named - of_lists


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
    with django_assert_num_queries(18):
        browser.get(url)


@pytest.mark.parametrize("query", ["?application__contact_mobile__contains=1", "?grade__regex=(a%2B)%2B%24"])
@pytest.mark.trust("T41")
def test_a_list_answers_no_question_that_its_filters_do_not_ask(query: str, browser_of: Any, city: Any) -> None:
    browser = browser_of(city)
    assert browser.get(reverse("admin:evaluation_assessment_changelist") + query).status_code in (302, 400)
