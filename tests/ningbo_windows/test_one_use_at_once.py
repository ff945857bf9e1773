"""Presses that come at the same moment: one is carried out, the others are led to what it made."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from funding.models import AllocationRun
from funding.readings import Counting, Reading
from platforms.models import AuditEvent, Press, User
from platforms.one_use import KEY
from tests.funding.worked import small_round
from tests.platforms.test_concurrency import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.trust("T12"), pytest.mark.trust("T46")]

RUNS = "/admin/funding/allocationrun/add/"


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    connection.close()


@pytest.mark.parametrize("key", ["a-key-of-one-page", ""])
def test_ten_at_once_make_one_draft(browser_of: Callable[[User], Client], finance: User, key: str) -> None:
    round_ = small_round()
    sent = Reading().as_dict() | Counting().as_dict() | {"pool_yuan": "15000000", "round": round_.pk, KEY: key}
    browsers = [browser_of(finance) for _ in range(10)]

    def press(browser: Client) -> Callable[[], Any]:
        return lambda: browser.post(RUNS, sent)

    answers = at_once(*map(press, browsers))
    run = AllocationRun.objects.get()
    page = f"/admin/funding/allocationrun/{run.pk}/change/"
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, page)] * 10
    assert (Press.objects.count(), AuditEvent.objects.filter(object_code=run.number).count()) == (1, 1)


def test_of_ten_that_are_refused_none_is_taken_for_another(browser_of: Callable[[User], Client], finance: User) -> None:
    round_ = small_round()
    sent = Reading().as_dict() | Counting().as_dict() | {"pool_yuan": "99,000,000", "round": round_.pk, KEY: "one"}
    browsers = [browser_of(finance) for _ in range(10)]
    answers = at_once(*[lambda browser=browser: browser.post(RUNS, sent) for browser in browsers])
    assert [answer.status_code for answer in answers] == [200] * 10
    assert (AllocationRun.objects.count(), Press.objects.count()) == (0, 0)
