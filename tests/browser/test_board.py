"""The board of the phases under the keyboard, on a phone, and clean under axe."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from platforms.models import Task
from platforms.tasks.services import templates as task_templates
from tests import factories
from tests.browser.forms import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N18")]


@pytest.fixture
def board(transactional_db: None) -> str:
    """A round in phase two with eight tasks and two platforms of 鄞州区; returns the name of the first."""
    regions, today, now = factories.regions(), timezone.localdate(), timezone.now()
    city, officer = factories.person("city", "city"), factories.officer("yinzhou", regions["330212"])
    round_ = factories.round_of(today.year)
    for number, first, last in ((1, -60, -31), (2, -30, 30), (3, 31, 90), (4, 91, 120)):
        round_.phases.filter(number=number).update(
            starts_on=today + timedelta(days=first), ends_on=today + timedelta(days=last)
        )
    for number in range(8):
        values = {"phase": 2, "title": f"第{number + 1}项任务", "proof": "已完成。"}
        due_on = today + timedelta(days=number - 2)
        task_templates.add(round=round_, values=values | {"due_on": due_on}, by=city, at=now)
    rows = [factories.accepted(officer, round_, now, city=city) for _ in range(2)]
    return rows[0].name


def test_a_task_is_reached_and_done_with_the_keyboard_alone(board: str, open_as: Any) -> None:
    page = open_as("yinzhou")
    page.goto("/desk/tasks/")
    cell = page.locator(".board a.board__cell").first
    expect(cell).to_contain_text("已逾期 2 天")
    cell.focus()
    page.keyboard.press("Tab")
    expect(page.locator(".board a.board__cell").nth(1)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/tasks/*/")
    page.focus("#id_evidence")
    page.keyboard.type("已接入")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("已登记完成：第1项任务")
    assert Task.objects.filter(evidence="已接入", done_at__isnull=False).count() == 1


def test_head_and_first_column_stay_while_the_board_scrolls(board: str, open_as: Any) -> None:
    page = open_as("yinzhou", width=900)
    page.goto("/desk/tasks/")
    head = page.locator(".board tbody th").first
    before = head.bounding_box()
    page.eval_on_selector(".board-wrap", "box => { box.scrollLeft = 400; }")
    after = head.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["x"] - after["x"]) < 1


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", ["/desk/tasks/", "/desk/tasks/calendar/", "task", "bulk"])
def test_the_pages_fit_and_are_clean(board: str, open_as: Any, width: int, path: str) -> None:
    page = open_as("yinzhou", width=width)
    task = Task.objects.order_by("pk")[0]
    named = {"task": f"/desk/tasks/{task.pk}/", "bulk": f"/desk/tasks/bulk/?template={task.template_id}"}
    page.goto(named.get(path, path))
    assert not overflows(page)
    assert violations(page) == []
    if path == "/desk/tasks/":
        assert page.locator(".board-wrap").is_visible() is (width == 1280)
        assert page.locator(".board-list").is_visible() is (width == 390)
