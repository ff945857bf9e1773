"""Noting what a later evaluation says of a certified platform: offered, judged, noted once, by the city alone (N29)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.models import Assessment, Certification
from platforms.models import Ground, User
from tests.evaluation import stage

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N29")]
YEAR = timezone.localdate().year


@pytest.fixture
def certification(db: None) -> Certification:
    """Certified last year, in a region that files nothing this year."""
    made = stage.certified(year=YEAR - 1)
    stage.graded_round({"330205": {"open": 1}}, year=YEAR)
    return made


@pytest.fixture
def office(browser_of: Any, city: User) -> Client:
    made: Client = browser_of(city)
    return made


def page(row: Certification, name: str = "note") -> str:
    return reverse(f"admin:evaluation_certification_{name}", args=(row.pk,))


def fields(row: Certification, **changes: Any) -> dict[str, Any]:
    key = f"round:{Assessment.objects.latest('pk').evaluation.round_id}:{row.result.platform_id}"
    return {"key": key, "text": "发函三次，拒绝申报。", "on": timezone.localdate().isoformat()} | changes


def test_the_city_notes_what_is_offered_once(office: Client, certification: Certification) -> None:
    assert page(certification) in office.get(page(certification, "change")).content.decode()
    shown = office.get(page(certification)).content.decode()
    assert f"拒不参加绩效评价：{YEAR}年度没有参加绩效评价：未提交申报表。" in shown
    assert "事实列入撤销情形，由市经信局确认；不改变认定的状态。" in shown
    answer = office.post(page(certification), fields(certification), follow=True).content.decode()
    fact = Ground.objects.get()
    assert f"已登记撤销情形事实 {fact.number}，待确认。" in answer
    assert (fact.ground, fact.source, fact.status, fact.text) == (
        "refuses_evaluation", "evaluation", "proposed", "发函三次，拒绝申报。"
    )  # fmt: skip
    certification.refresh_from_db()
    assert certification.ground == ""
    # Noted, it is offered no more, and a second sending of the same page says so.
    assert page(certification) not in office.get(page(certification, "change")).content.decode()
    again = office.post(page(certification), fields(certification), follow=True).content.decode()
    assert "没有可以登记的评价记录。" in again
    assert Ground.objects.count() == 1


def test_what_is_wrong_is_said_on_the_page(office: Client, certification: Certification) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for change, sentence in (
        ({"text": " "}, "请填写此项。"),
        ({"on": tomorrow}, "发生日期不能晚于今天。"),
        ({"key": "round:1:1"}, "请从列出的评价记录中选择。"),
    ):
        answer = office.post(page(certification), fields(certification, **change))
        assert (answer.status_code, sentence in answer.content.decode()) == (200, True), change
    assert Ground.objects.count() == 0


def test_nobody_but_the_city_notes(
    certification: Certification, browser_of: Any, yinzhou: User, finance: User, auditor: User
) -> None:
    for person in (yinzhou, finance, auditor):
        for method in ("get", "post"):
            answer = getattr(browser_of(person), method)(page(certification), fields(certification))
            assert answer.status_code == 403, person
    assert Ground.objects.count() == 0
