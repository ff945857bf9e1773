"""The page of a platform is its life: sections with anchors, numbers that lead to their rows, each office its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from platforms.models import Platform, User
from tests.access.many import thirty_of_everything


def url_of(platform: Platform) -> str:
    return f"/admin/platforms/platform/{platform.pk}/change/"


def part(answer: Any, key: str) -> dict[str, Any]:
    (found,) = [each for each in answer.context["sections"] if each["key"] == key]
    return dict(found)


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, User]]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield thirty_of_everything()
        transaction.set_rollback(True)


ORDER = [
    "applications", "results", "certificates", "tasks", "services", "activities", "returns", "rectifications",
    "complaints", "visits", "grounds", "bans", "mails", "counted", "uses", "spot", "history",
]  # fmt: skip


def listed(answer: Any) -> int:
    """How many rows a list holds, in the back office or at the desk."""
    assert answer.status_code == 200
    if "cl" in answer.context:
        return int(answer.context["cl"].result_count)
    page = answer.context.get("page")
    return page.paginator.count if page else len(answer.context["rows"])


@pytest.mark.parametrize("who", ["city", "own"])
def test_each_number_leads_to_exactly_its_rows(
    everything: dict[str, User], db: None, browser_of: Any, who: str
) -> None:
    person = everything[who]
    browser: Client = browser_of(person)
    seen = set()
    for platform in Platform.objects.visible_to(person).order_by("pk")[:3]:
        answer = browser.get(url_of(platform))
        assert [each["key"] for each in answer.context["sections"]] == ORDER
        for each in answer.context["sections"]:
            for link in each.get("links", ()):
                words = link["label"].split()
                if words[0] == "全部" and len(words) == 3:
                    assert (each["key"], listed(browser.get(link["url"]))) == (each["key"], int(words[1]))
                    seen.add(each["key"])
                    assert int(words[1]) == each["count"]
    assert seen >= {"applications", "activities", "returns", "complaints", "visits"}


@pytest.mark.parametrize(("who", "expected"), [("city", 14), ("own", 14)])
def test_the_page_asks_as_often_for_much_as_for_little(
    everything: dict[str, User], db: None, browser_of: Any, who: str, expected: int
) -> None:
    browser: Client = browser_of(everything[who])
    browser.get("/admin/")
    asked = []
    for platform in Platform.objects.visible_to(everything[who]).order_by("pk")[:2]:
        browser.get(url_of(platform))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url_of(platform))
        asked.append(len(queries))
    assert asked == [expected, expected]
