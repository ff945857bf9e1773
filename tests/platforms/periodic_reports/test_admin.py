"""Returning from the back office: items by section, kept when something is wrong, one call of the service."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from platforms.applications.correction import default_due
from platforms.applications.queries.parts import part_choices
from platforms.models import Application, Question, User


def address(row: Application) -> str:
    return reverse("admin:platforms_application_move", args=(row.pk, "return"))


def sent(*items: tuple[str, str], **fields: str) -> dict[str, str]:
    """The form as a browser sends it."""
    return {"reason": "请补正"} | {f"ask-{part}": text for part, text in items} | fields


def test_the_reading_page_has_a_box_at_every_part_and_names_the_usual_day(
    browser_of: Any, city: User, yinzhou: User, ours: Application
) -> None:
    question = Question.objects.create(round=ours.round, section="venue", text="是否临街", kind="text", position=1)
    office = browser_of(city)
    record = reverse("admin:platforms_application_change", args=(ours.pk,))
    for url in (record, address(ours)):
        text = office.get(url).content.decode()
        for part in ("form", "venue", "venue.floor_area", "services.partners", "staff", "attachments", question.key):
            part = f"venue.{part}" if part == question.key else part
            assert text.count(f'name="ask-{part}"') == 1, part
        assert text.count('form="return-form"') > 50
        assert f'value="{default_due(timezone.localdate(), {}):%Y-%m-%d}"' in text
        assert "10 个工作日" in text
        # No part is asked about on another page.
        assert f"{address(ours)}?item=" not in text
    assert "return-form" not in browser_of(yinzhou).get(record).content.decode()


def test_the_city_returns_with_questions(browser_of: Any, city: User, ours: Application) -> None:
    due = timezone.localdate() + timedelta(days=20)
    items = (("staff", "请补充专职人员"), ("venue.floor_area", "请核对面积"), ("venue", " "), ("form", "请重新盖章"))
    answer = browser_of(city).post(address(ours), sent(*items, due_on=due.isoformat()), follow=True)
    assert f"已退回补正 {ours}，现为“已退回”。" in answer.content.decode()
    ours.refresh_from_db()
    assert (ours.status, ours.correction_due_on) == ("returned", due)
    assert list(ours.corrections.order_by("pk").values_list("section", "field", "text")) == [
        ("", "", "请重新盖章"),
        ("venue", "floor_area", "请核对面积"),
        ("staff", "", "请补充专职人员"),
    ]


def test_without_a_day_ten_working_days_are_given(browser_of: Any, city: User, ours: Application) -> None:
    browser_of(city).post(address(ours), sent(due_on=""))
    ours.refresh_from_db()
    assert ours.correction_due_on == default_due(timezone.localdate(), {})
    assert ours.corrections.get().text == "请补正"


def test_what_is_asked_of_one_file_names_it_and_no_reason_is_needed(
    browser_of: Any, city: User, ours: Application
) -> None:
    file = ours.attachments.filter(replaced_at__isnull=True).order_by("pk").first()
    assert file is not None
    browser_of(city).post(address(ours), {f"ask-attachments-{file.pk}": "看不清", "ask-venue": "请核对"})
    asked = list(ours.corrections.order_by("pk").values_list("section", "field", "text"))
    assert asked[0] == ("venue", "", "请核对")
    assert asked[1][:2] == ("attachments", "")
    assert asked[1][2].startswith("“")
    assert file.shown_name in asked[1][2]
    assert asked[1][2].endswith("”：看不清")
    move = ours.moves.order_by("-pk").first()
    assert move is not None
    assert move.reason == "请按所列 2 处补正。"


@pytest.mark.parametrize(
    ("items", "fields", "sentence"),
    [
        ([], {"reason": " "}, "请填写退回的理由，或在栏目处写明补正要求。"),
        ([("venue.status", "请核对")], {}, "“请核对”所在的栏目已不在本申报表中"),
        ([("venue", "空\x00")], {}, "场地设施（整个部分）：含有无法保存的字符，请删除后重新填写。"),
        ([("venue", "长" * 401)], {}, "现有 401 字，最多 400 字，请精简。"),
        ([("venue", "请核对")], {"due_on": "2020-01-01"}, "补正期限须为今天起 180 天以内的日期。"),
        ([("venue", "请核对")], {"due_on": "明天"}, "日期的写法应为 2020-03-18。"),
        ([("venue", "请核对")], {"reason": "长" * 1001}, "现有 1001 字，最多 1000 字，请精简。"),
    ],
)
def test_a_refused_return_keeps_what_was_typed(
    browser_of: Any,
    city: User,
    ours: Application,
    items: list[tuple[str, str]],
    fields: dict[str, str],
    sentence: str,
) -> None:
    answer = browser_of(city).post(address(ours), sent(*items, **fields))
    text = answer.content.decode()
    assert answer.status_code in (200, 409)
    assert sentence in text
    for _, written in items:
        assert written.replace("\x00", "") in text.replace("\x00", "")
    ours.refresh_from_db()
    assert (ours.status, ours.corrections.count()) == ("submitted", 0)


def test_never_more_questions_than_are_taken(browser_of: Any, city: User, ours: Application) -> None:
    parts = [value for _, pairs in part_choices(ours) for value, _ in pairs]
    answer = browser_of(city).post(address(ours), sent(*((part, "请核对") for part in parts[:51])))
    assert (answer.status_code, ours.corrections.count()) == (409, 0)
    assert "一次最多提出 50 项补正要求，现为 51 项。" in answer.content.decode()
    browser_of(city).post(address(ours), sent(*((part, "请核对") for part in parts[:50])))
    assert ours.corrections.count() == 50


@pytest.mark.trust("T12")
def test_the_same_return_sent_again_makes_no_second_one(browser_of: Any, city: User, ours: Application) -> None:
    office = browser_of(city)
    office.post(address(ours), sent(("venue", "请核对")))
    again = office.post(address(ours), sent(("venue", "请核对")), follow=True).content.decode()
    assert "当前状态为“已退回”，不能办理“退回补正”。" in again
    assert ours.corrections.count() == 1


def test_the_page_costs_the_same_for_one_question_and_for_thirty(
    browser_of: Any, city: User, ours: Application
) -> None:
    office, counts = browser_of(city), []
    parts = [value for _, pairs in part_choices(ours) for value, _ in pairs]
    for number in (1, 30):
        office.get(address(ours))
        with CaptureQueriesContext(connection) as asked:
            office.post(address(ours), sent(*((part, "请核对") for part in parts[:number]), due_on="明天"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
