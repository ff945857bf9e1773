"""Bans in the back office: how each stands, and the two people who lift one or release its place."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from platforms.models import Ban, BanRelief, User
from platforms.workbench.queries.todo import todo_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N35")]


@pytest.fixture
def ban(db: None) -> Ban:
    today = timezone.localdate()
    days = {"starts_on": today, "ends_on": today + timedelta(days=1095)}
    return Ban.objects.create(operator_code="X", site_key="town:1", site_label="测试镇", reason="NB-1被撤销", **days)


def page(name: str, *args: Any) -> str:
    return reverse(f"admin:platforms_{name}", args=args)


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "reason": "工业强镇须覆盖",
        "document_number": "",
        "effective_on": timezone.localdate().isoformat(),
    } | changes


def test_a_place_is_released_by_two_officers(browser_of: Any, city: User, city2: User, ban: Ban) -> None:
    one, other = browser_of(city), browser_of(city2)
    shown = one.get(page("ban_change", ban.pk)).content.decode()
    assert "限制中" in shown
    for kind in ("lift", "release"):
        assert page("ban_relief", ban.pk, kind) in shown
    asked = one.get(page("ban_relief", ban.pk, "release")).content.decode()
    assert "同意后，自生效日期起，该地点可由其他运营单位申报。" in asked
    done = one.post(page("ban_relief", ban.pk, "release"), fields(), follow=True).content.decode()
    row = BanRelief.objects.get()
    assert "已提出放开地点，待市经信局另一位人员决定。" in done
    # One proposal at a time, and nobody decides on his own.
    assert page("ban_relief", ban.pk, "lift") not in done
    assert one.post(page("banrelief_move", row.pk, "grant")).status_code == 403
    assert page("banrelief_move", row.pk, "grant") not in one.get(page("banrelief_change", row.pk)).content.decode()
    told = [[each.text for each in todo_for(person)] for person in (city2, city)]
    assert ["决定限制申报的解除和放开" in each for each in told] == [True, False]
    confirm = other.get(page("banrelief_move", row.pk, "grant")).content.decode()
    for words in (
        "工业强镇须覆盖",
        "NB-1被撤销",
        "原运营单位在限制申报截止日期（含当日）前仍不受理申报。",
        "同意后不能更改。",
    ):
        assert words in confirm
    other.post(page("banrelief_move", row.pk, "grant"))
    assert BanRelief.objects.get().status == "granted"
    assert "地点已放开" in one.get(page("ban_changelist")).content.decode()
    kept = one.get(page("ban_change", ban.pk)).content.decode()
    assert "工业强镇须覆盖" in kept
    assert "city2员" in kept
    again = one.get(page("ban_relief", ban.pk, "release"), follow=True).content.decode()
    assert "该地点已经决定放开。" in again


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "请填写此项。"),
        ({"effective_on": ""}, "请填写日期。"),
        ({"effective_on": "2001-01-01"}, "生效日期须在今天至限制申报截止日期"),
    ],
)
def test_what_is_wrong_is_said_on_the_page(
    browser_of: Any, city: User, ban: Ban, changes: dict[str, Any], sentence: str
) -> None:
    answer = browser_of(city).post(page("ban_relief", ban.pk, "lift"), fields(**changes))
    assert (answer.status_code, sentence in answer.content.decode()) == (200, True)
    assert not BanRelief.objects.exists()


def test_an_unknown_kind_is_not_found(browser_of: Any, city: User, ban: Ban) -> None:
    assert browser_of(city).get(page("ban_relief", ban.pk, "forget")).status_code == 404
