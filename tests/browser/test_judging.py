"""Assessors are spread over platforms and a third is named, with the mouse, on a phone, and clean under axe."""

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page

from evaluation.marking.choices import SheetKind
from evaluation.marking.services.entering import ScoreEntry
from evaluation.models import Assessment, Evaluation, Sheet
from platforms.models import User
from tests import factories
from tests.browser.forms import overflows, violations
from tests.evaluation.marking.judging import assigned, filled, judged_by_assessors

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N20")]
LIST = "/admin/evaluation/assessment/"


@pytest.fixture
def evaluation(transactional_db: None) -> Evaluation:
    """Three platforms without assessors; one of those who can be asked works for a partner of all of them."""
    judged_by_assessors({"330212": {"A": 2}, "330282": {"A": 1}})
    factories.person("city", "city")
    for name in ("qian", "sun"):
        factories.assessor(name)
    factories.assessor("lu", employer="宁波某律师事务所")
    return Evaluation.objects.get()


def looks_right(page: Page) -> None:
    assert (page.url, violations(page), overflows(page)) == (page.url, [], False)


@pytest.mark.parametrize("width", [1280, 390])
def test_platforms_are_spread_and_a_third_is_named(evaluation: Evaluation, open_as: Any, width: int) -> None:
    page: Page = open_as("city", width=width)
    page.goto(LIST)
    for box in page.locator("input[name=_selected_action]").all():
        box.check()
    page.select_option("select[name=action]", "assign_chosen")
    page.click("button[name=index]")
    looks_right(page)
    for name in ("qian", "sun", "lu"):
        page.check(f"label:has-text('{name}员') input")
    page.click("button:has-text('预览分派')")
    page.wait_for_selector("h1:has-text('分派预览')")
    looks_right(page)
    assert page.locator("td:has-text('工作单位“宁波某律师事务所”是该平台的合作机构。')").count() == 3
    page.click("button:has-text('分派（3 个平台）')")
    page.wait_for_url(lambda url: url.endswith(LIST))
    for row in Assessment.objects.all():
        qian, sun = row.sheets.filter(kind=SheetKind.ASSESSOR).order_by("judge__username")
        filled(qian, qian.judge)
        filled(sun, sun.judge, venue=ScoreEntry(points=Decimal(4), evidence="面积偏小"))
    page.goto(f"/admin/evaluation/evaluation/{evaluation.pk}/differences/")
    looks_right(page)
    boxes = page.locator("input[name=sheet]")
    assert boxes.count() == 3
    boxes.first.check()
    page.select_option("select[name=judge]", label="city员（市经信局）")
    page.click("button:has-text('指定第三人')")
    page.wait_for_selector("text=已指定city员复评 1 个平台。")
    assert Sheet.objects.filter(kind=SheetKind.THIRD, judge__username="city").count() == 1
    page.goto(f"/admin/evaluation/evaluation/{evaluation.pk}/judges/")
    looks_right(page)
    page.goto(f"/admin/evaluation/assessment/{Assessment.objects.all()[0].pk}/judges/")
    looks_right(page)


def test_an_assessor_hands_a_platform_back(evaluation: Evaluation, open_as: Any) -> None:
    sheet = assigned(Assessment.objects.all()[0], User.objects.get(username="qian"))
    page: Page = open_as("qian", width=390)
    page.goto(f"/admin/evaluation/conflict/declare/{sheet.pk}/")
    looks_right(page)
    page.fill("textarea[name=reason]", "配偶任职于该单位")
    page.click("button:has-text('登记回避')")
    page.wait_for_selector("text=将另行分派。")
    assert not Sheet.objects.filter(pk=sheet.pk).exists()
