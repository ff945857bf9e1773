"""T12: the same press of a button, made again, is led to what the first one made."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from funding.models import AllocationRun
from funding.readings import Counting, Reading
from ningbo_windows.one_use import ALREADY_DONE
from platforms.accounts.services import presses
from platforms.applications.services import fill_links
from platforms.models import ApiToken, Application, AuditEvent, Liaison, Note, Press, Round, User
from platforms.one_use import KEY
from platforms.service_records.services import tokens as api_tokens
from tests import factories
from tests.funding.worked import small_round
from tests.platforms.service_records import cast

Browser = Callable[[User], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.trust("T12")]

RUNS = "/admin/funding/allocationrun/add/"
TOKENS = reverse("admin:platforms_apitoken_add")


def entered(**more: Any) -> dict[str, Any]:
    return Reading().as_dict() | Counting().as_dict() | {"pool_yuan": "15,000,000"} | more


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


@pytest.mark.parametrize("key", ["a-key-of-one-page", "", "k" * 65])
def test_ten_equal_posts_make_one_draft(browser_of: Browser, finance: User, key: str) -> None:
    """Also without a key, or with one that is none of ours: what makes a row has its content for a key."""
    desk, round_ = browser_of(finance), small_round()
    sent = entered(round=round_.pk) | {KEY: key}
    answers = [desk.post(RUNS, sent) for _ in range(10)]
    run = AllocationRun.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/admin/funding/allocationrun/{run.pk}/change/"}
    assert ALREADY_DONE in said(desk.post(RUNS, sent, follow=True))
    assert AuditEvent.objects.filter(object_code=run.number).count() == 1


def test_four_equal_posts_make_one_token_and_show_it_once(browser_of: Browser, yinzhou: User, regions: Any) -> None:
    cast.platform(regions["330212"])
    desk = browser_of(yinzhou)
    sent = {"holder": "region:330212", "days": "30", "note": "区平台对接", KEY: "one"}
    first, *later = [desk.post(TOKENS, sent, follow=True) for _ in range(4)]
    token = ApiToken.objects.get()
    (secret,) = set(re.findall(r"nbw_[\w-]{43}", first.content.decode()))
    assert api_tokens.find(secret, at=timezone.now()) == token
    assert [secret in answer.content.decode() for answer in later] == [False] * 3
    record = reverse("admin:platforms_apitoken_change", args=[token.pk])
    assert {answer.redirect_chain[0][0] for answer in later} == {record}
    assert "令牌只显示一次，未记下的请作废后重新发放。" in later[0].content.decode()


def test_each_page_has_a_key_of_its_own(browser_of: Browser, yinzhou: User) -> None:
    desk = browser_of(yinzhou)
    pages = [desk.get(TOKENS).content.decode() for _ in range(2)]
    keys = [re.findall(rf'name="{KEY}" value="([\w-]+)"', page) for page in pages]
    assert {len(key) for page in keys for key in page} == {22}
    assert not set(keys[0]) & set(keys[1])


def test_a_refused_press_can_be_made_again(browser_of: Browser, finance: User) -> None:
    desk, round_ = browser_of(finance), small_round()
    Round.objects.filter(pk=round_.pk).update(cap_yuan=1000)
    sent = entered(round=round_.pk) | {KEY: "one"}
    assert desk.post(RUNS, sent).status_code == 200
    assert not Press.objects.exists()
    Round.objects.filter(pk=round_.pk).update(cap_yuan=15_000_000)
    assert desk.post(RUNS, sent).status_code == 302
    assert (AllocationRun.objects.count(), Press.objects.count()) == (1, 1)


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.draft(yinzhou, round_2026, now)


@pytest.fixture
def note_url(draft: Application) -> str:
    return reverse("desk:note", args=[draft.number])


def test_the_page_gone_back_to_and_changed_is_another_act(browser_of: Browser, yinzhou: User, note_url: str) -> None:
    desk = browser_of(yinzhou)
    for text in ("第一句", "第二句", "第一句"):
        desk.post(note_url, {"text": text, "readers": "county", KEY: "one"})
    assert sorted(Note.objects.values_list("text", flat=True)) == ["第一句", "第二句"]


def test_a_new_page_with_the_same_content_is_another_act(browser_of: Browser, yinzhou: User, note_url: str) -> None:
    desk = browser_of(yinzhou)
    for key in ("one", "two"):
        desk.post(note_url, {"text": "催过一次", "readers": "county", KEY: key})
    assert Note.objects.count() == 2


def test_the_key_of_somebody_else_is_no_key(browser_of: Browser, yinzhou: User, yinzhou2: User, note_url: str) -> None:
    for person in (yinzhou, yinzhou2):
        browser_of(person).post(note_url, {"text": "催过一次", "readers": "county", KEY: "one"})
    assert {note.written_by for note in Note.objects.all()} == {yinzhou, yinzhou2}


def test_what_a_page_saves_by_itself_is_saved_each_time(browser_of: Browser, yinzhou: User, draft: Application) -> None:
    address = reverse("desk:section", args=[draft.number, "plan"])
    for _ in range(2):
        draft.refresh_from_db()
        browser_of(yinzhou).post(address, {"version": draft.version, "funds_wan": "3.5", KEY: "one"})
    assert not Press.objects.exists()


def test_a_denied_press_leaves_its_line_in_the_log_and_no_claim(browser_of: Browser, auditor: User) -> None:
    answer = browser_of(auditor).post(TOKENS, {KEY: "one"})
    assert answer.status_code == 403
    assert AuditEvent.objects.filter(verb="访问被拒绝", actor="auditor").count() == 1
    assert not Press.objects.exists()


@pytest.mark.trust("T34")
def test_the_token_of_a_fill_link_is_not_kept(yinzhou: User, draft: Application, now: datetime) -> None:
    _, token = fill_links.issue(
        application=draft, recipient="某单位", days=30, section="", by=yinzhou, at=timezone.now()
    )
    unit, address = Client(), reverse("fill:hand_over", args=[token])
    assert unit.post(address, {KEY: "one"}).status_code == 200
    assert [token in str(row) for row in Press.objects.values()] == []
    assert not Press.objects.filter(target__contains=token).exists()


def test_presses_are_forgotten_after_a_week_by_the_command_of_the_morning(city: User, now: datetime) -> None:
    moments = {"old": timezone.now() - timedelta(days=7, seconds=9), "new": timezone.now() - timedelta(days=6)}
    for digest, at in moments.items():
        presses.claim(digest=digest, route="desk/", by=city, at=at)
    call_command("send_reminders", stdout=StringIO())
    assert list(Press.objects.values_list("digest", flat=True)) == ["new"]


def test_a_press_on_a_claimed_digest_is_told_so(city: User, now: datetime) -> None:
    press = presses.claim(digest="a", route="desk/", by=city, at=now)
    assert press is not None
    assert presses.claim(digest="a", route="desk/", by=None, at=now) is None
    presses.settle(press=press, target="x" * 401, note="说明")
    found = presses.carried_out("a")
    assert found is not None
    assert (found.target, found.note) == ("", "说明")
    presses.release(press=press)
    assert presses.carried_out("a") is None


def test_an_equal_row_of_the_back_office_is_made_once(browser_of: Browser, city: User, round_2026: Round) -> None:
    """The kind, not the item: any add page."""
    office, add = browser_of(city), reverse("admin:platforms_liaison_add")
    sent = {"round": round_2026.pk, "region": yinzhou_pk(), "name": "王", "post": "科长", "phone": "0574-87654321",
            "email": "a@example.cn"}  # fmt: skip
    answers = {office.post(add, sent)["Location"] for _ in range(3)}
    assert len(answers) == 1
    assert Liaison.objects.count() == 1


def yinzhou_pk() -> int:
    from platforms.models import Region

    return int(Region.objects.get(code="330212").pk)
