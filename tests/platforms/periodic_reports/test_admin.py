"""Returning from the back office: items by section, kept when something is wrong, one call of the service."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from platforms.applications.correction import default_due
from platforms.models import Application, Question, User


def address(row: Application) -> str:
    return reverse("admin:platforms_application_move", args=(row.pk, "return"))


def sent(*items: tuple[str, str], **fields: str) -> dict[str, str]:
    """The form as a browser sends it."""
    made = {"items-TOTAL_FORMS": str(len(items)), "items-MAX_NUM_FORMS": "50", "reason": "请补正"}
    for place, (part, text) in enumerate(items):
        made |= {f"items-{place}-part": part, f"items-{place}-text": text}
    return made | fields


def test_the_page_offers_every_part_by_section_and_names_the_usual_day(
    browser_of: Any, city: User, ours: Application
) -> None:
    Question.objects.create(round=ours.round, section="venue", text="是否临街", kind="text", position=1)
    text = browser_of(city).get(address(ours)).content.decode()
    for label in (
        "3 场地设施",
        "场地设施（整个部分）",
        "服务场地面积（㎡）",
        "合作机构",
        "补充问题：是否临街",
        "整份申报表",
    ):
        assert label in text
    assert f'value="{default_due(timezone.localdate(), {}):%Y-%m-%d}"' in text
    assert "10 个工作日" in text


def test_the_city_returns_with_questions(browser_of: Any, city: User, ours: Application) -> None:
    due = timezone.localdate() + timedelta(days=20)
    items = (("venue.floor_area", "请核对面积"), ("", ""), ("staff", "请补充专职人员"), ("form", "请重新盖章"))
    answer = browser_of(city).post(address(ours), sent(*items, due_on=due.isoformat()), follow=True)
    assert "已办理“退回补正”" in answer.content.decode()
    ours.refresh_from_db()
    assert (ours.status, ours.correction_due_on) == ("returned", due)
    assert list(ours.corrections.order_by("pk").values_list("section", "field", "text")) == [
        ("venue", "floor_area", "请核对面积"),
        ("staff", "", "请补充专职人员"),
        ("", "", "请重新盖章"),
    ]


def test_without_a_day_ten_working_days_are_given(browser_of: Any, city: User, ours: Application) -> None:
    browser_of(city).post(address(ours), sent(due_on=""))
    ours.refresh_from_db()
    assert ours.correction_due_on == default_due(timezone.localdate(), {})
    assert ours.corrections.get().text == "请补正"


def test_the_link_at_a_field_chooses_it(browser_of: Any, city: User, yinzhou: User, ours: Application) -> None:
    office = browser_of(city)
    record = reverse("admin:platforms_application_change", args=(ours.pk,))
    for part in ("platform.address", "platform", "staff", "services.partners"):
        assert f'href="{address(ours)}?item={part}"' in office.get(record).content.decode()
        chosen = office.get(f"{address(ours)}?item={part}&item=status").content.decode()
        assert f'<option value="{part}" selected>' in chosen
        assert chosen.count(" selected>") == 1 + 1  # and 请选择 of the row that scripts add
    assert address(ours) not in browser_of(yinzhou).get(record).content.decode()


@pytest.mark.parametrize(
    ("items", "fields", "sentence"),
    [
        ([("venue", "请核对")], {"reason": " "}, "请填写退回的理由。"),
        ([("venue", "")], {}, "第 1 项“补正要求”：请写明需要补正什么。"),
        ([("venue", "请核对"), ("", "还有")], {}, "第 2 项“栏目”：请选择要补正的栏目。"),
        ([("venue.status", "请核对")], {}, "第 1 项“栏目”：请从列出的栏目中选择。"),
        ([("venue", "空\x00")], {}, "第 1 项“补正要求”：含有无法保存的字符，请删除后重新填写。"),
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
    for part, written in items:
        assert written.replace("\x00", "") in text.replace("\x00", "")
        if part == "venue":
            assert '<option value="venue" selected>' in text
    ours.refresh_from_db()
    assert (ours.status, ours.corrections.count()) == ("submitted", 0)


def test_one_more_row_comes_without_scripts(browser_of: Any, city: User, ours: Application) -> None:
    text = browser_of(city).post(address(ours), sent(("venue", "请核对"), add_row="items")).content.decode()
    assert ('name="items-1-part"' in text, "请核对" in text, "请补正" in text) == (True, True, True)
    ours.refresh_from_db()
    assert ours.status == "submitted"


def test_never_more_rows_than_are_taken(browser_of: Any, city: User, ours: Application) -> None:
    rows = [("venue", f"请核对{number}") for number in range(50)]
    text = browser_of(city).post(address(ours), sent(*rows, add_row="items")).content.decode()
    assert ("请核对49" in text, 'name="items-50-part"' in text) == (True, False)
    browser_of(city).post(address(ours), sent(*rows))
    assert ours.corrections.count() == 50


@pytest.mark.trust("T12")
def test_the_same_return_sent_again_makes_no_second_one(browser_of: Any, city: User, ours: Application) -> None:
    office = browser_of(city)
    office.post(address(ours), sent(("venue", "请核对")))
    again = office.post(address(ours), sent(("venue", "请核对")), follow=True).content.decode()
    assert "当前状态为“已退回”，不能办理“退回补正”。" in again
    assert ours.corrections.count() == 1


def test_the_page_costs_the_same_for_one_row_and_for_thirty(browser_of: Any, city: User, ours: Application) -> None:
    office, counts = browser_of(city), []
    for number in (1, 30):
        rows = [("venue", f"请核对{place}") for place in range(number)]
        office.get(address(ours))
        with CaptureQueriesContext(connection) as asked:
            office.post(address(ours), sent(*rows, reason=""))
        counts.append(len(asked))
    assert counts[0] == counts[1]
