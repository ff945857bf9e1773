"""What a round asks on top is a column of the sheets, with numbers as numbers and nothing that calculates."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from platforms.applications.queries.questions import answered
from platforms.applications.services import attachments, questions
from platforms.applications.services import drafts as applications
from platforms.models import Answer, Application, Question, Round, User
from tests import factories

BrowserOf = Callable[[User], Client]
LIST = reverse("admin:platforms_application_changelist")


@pytest.fixture
def asked(city: User, round_2026: Round, now: datetime) -> dict[str, Question]:
    kinds = {"text": "plan", "number": "venue", "date": "venue", "choice": "platform", "file": "venue"}
    return {
        kind: factories.question(round_2026, city, now, kind, text=f"问{kind}", section=section)
        for kind, section in kinds.items()
    }


@pytest.fixture
def row(yinzhou: User, round_2026: Round, now: datetime, asked: dict[str, Question]) -> Application:
    """A draft that answered all of it."""
    made = factories.draft(yinzhou, round_2026, now)
    key = {kind: question.key for kind, question in asked.items()}
    for section, values in (
        ("plan", {key["text"]: "=1+1"}),
        ("venue", {key["number"]: "12.50", key["date"]: "2026年3月8日"}),
        ("platform", {key["choice"]: "已开通"}),
    ):
        made = applications.save_section(
            application=made, section=section, values=values, version=made.version, by=yinzhou, at=now
        )
    for name in ("一.pdf", "二.pdf"):
        attachments.add(
            application=made, kind="question", question=asked["file"], by=yinzhou, at=now,
            upload=factories.upload(name, factories.PDF + name.encode()),
        )  # fmt: skip
    return made


def exported(client: Client, address: str, **data: Any) -> list[dict[str, Any]]:
    content = (client.post if data else client.get)(address, data).getvalue()
    head, *rows = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(head, each, strict=True)) for each in rows]


EXPECTED = {
    "补充：问choice": "已开通", "补充：问number": 12.5, "补充：问date": "2026-03-08", "补充：问file": "一.pdf、二.pdf",
    "补充：问text": "'=1+1",
}  # fmt: skip


@pytest.mark.parametrize("who", ["city", "yinzhou"])
def test_the_export_has_a_column_for_each_question_in_form_order(
    row: Application, browser_of: BrowserOf, who: str, request: pytest.FixtureRequest
) -> None:
    client = browser_of(request.getfixturevalue(who))
    line = exported(client, f"{LIST}export/", format="xlsx")[0]
    told = {head: value for head, value in line.items() if head.startswith("补充：")}
    assert told == EXPECTED
    assert list(told) == list(EXPECTED)


def test_the_list_of_the_desk_has_them_too(row: Application, yinzhou: User, browser_of: BrowserOf) -> None:
    line = exported(browser_of(yinzhou), "/desk/applications.xlsx")[0]
    assert {head: value for head, value in line.items() if head.startswith("补充：")} == EXPECTED
    text = browser_of(yinzhou).get("/desk/applications.csv").getvalue().decode("utf-8-sig")
    assert "补充：问choice,补充：问number" in text
    assert "已开通,12.5,2026-03-08,一.pdf、二.pdf,'=1+1" in text


def test_a_county_exports_its_own_answers_only(row: Application, cixi: User, browser_of: BrowserOf) -> None:
    assert exported(browser_of(cixi), f"{LIST}export/", format="xlsx") == []


def test_the_same_question_of_two_rounds_is_one_column_and_a_retired_one_stays_while_it_is_answered(
    row: Application, yinzhou: User, city: User, now: datetime, asked: dict[str, Question]
) -> None:
    later = factories.round_of(2027)
    factories.question(later, city, now, "number", text="问number")
    only = factories.question(later, city, now, text="仅此年度")
    second = factories.draft(yinzhou, later, now)
    questions.retire(question=asked["choice"], by=city, at=now)
    questions.retire(question=factories.question(later, city, now, text="没人答过"), by=city, at=now)
    heads, cells = answered([row.pk, second.pk])
    assert heads == [
        "补充：问number", "补充：仅此年度", "补充：问choice", "补充：问date", "补充：问file", "补充：问text"
    ]  # fmt: skip
    assert second.pk not in cells
    assert only.text == "仅此年度"
    assert answered([]) == ([], {})


def test_more_rows_ask_no_more_of_the_database(
    row: Application, yinzhou: User, round_2026: Round, now: datetime, asked: dict[str, Question]
) -> None:
    others = [factories.draft(yinzhou, round_2026, now) for _ in range(5)]
    Answer.objects.bulk_create(Answer(application=each, question=asked["text"], value="有") for each in others)
    counts = []
    for keys in ([row.pk], [row.pk, *(each.pk for each in others)]):
        with CaptureQueriesContext(connection) as queries:
            answered(keys)
        counts.append(len(queries))
    assert counts == [4, 4]
