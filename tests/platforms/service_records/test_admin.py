"""Tokens of the interface on the screen and on the command line: who gives them, shown once, revoked."""

import io
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from platforms.models import ApiToken, AuditEvent, Platform, User
from platforms.service_records.services import tokens as api_tokens
from tests.platforms.service_records import cast

Browser = Callable[[User], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("N03")]
LIST = reverse("admin:platforms_apitoken_changelist")
ADD = reverse("admin:platforms_apitoken_add")
SHAPE = re.compile(r"nbw_[\w-]{43}")


@pytest.fixture(autouse=True)
def _both(regions: Any) -> None:
    """A platform in each of two counties."""
    cast.platform(regions["330212"])
    cast.platform(regions["330282"])


def page(token: ApiToken, verb: str = "change") -> str:
    return reverse(f"admin:platforms_apitoken_{verb}", args=[token.pk])


def issued(browser: Client, holder: str, **more: str) -> Any:
    return browser.post(ADD, {"holder": holder, "days": "30", "note": "", "confirm": "yes"} | more)


@pytest.mark.trust("T34")
def test_a_token_is_shown_once_and_kept_as_a_hash(yinzhou: User, browser_of: Browser, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    office = browser_of(yinzhou)
    answer = issued(office, "region:330212", note="区平台对接")
    (text,) = set(SHAPE.findall(answer.content.decode()))
    token = ApiToken.objects.get()
    assert api_tokens.find(text, at=timezone.now()) == token
    assert (token.region, token.platform, token.note, token.issued_by) == (yinzhou.region, None, "区平台对接", yinzhou)
    assert token.expires_at - token.issued_at == timedelta(days=30)
    assert "no-store" in answer["Cache-Control"]
    later = [office.get(path).content.decode() for path in (LIST, page(token), page(token, "history"), ADD)]
    file = b"".join(office.get(f"{LIST}list.csv").streaming_content).decode("utf-8-sig")
    kept = [*later, file, str(ApiToken.objects.values()), str(AuditEvent.objects.values()), caplog.text]
    assert [place for place in kept if text in place or text[8:] in place] == []
    assert f"{text[:8]}…" in later[0]
    assert AuditEvent.objects.filter(verb="发放接口令牌", actor="yinzhou", object_code="330212").count() == 1


@pytest.mark.trust("T08")
def test_only_what_one_may_give_tokens_for_is_offered(
    yinzhou: User, city: User, auditor: User, finance: User, browser_of: Browser
) -> None:
    def offered(person: User) -> list[str]:
        return re.findall(r'<option value="((?:region|platform):[^"]+)"', browser_of(person).get(ADD).content.decode())

    assert offered(yinzhou) == ["region:330212", "platform:330212-001"]
    of_all = offered(city)
    assert {"region:330212", "region:330282", "platform:330212-001", "platform:330282-001"} <= set(of_all)
    assert len(of_all) == 17 + 2
    for person in (auditor, finance):
        assert [browser_of(person).get(path).status_code for path in (LIST, ADD)] == [403, 403]
        assert issued(browser_of(person), "region:330212").status_code == 403
    assert not ApiToken.objects.exists()


@pytest.mark.trust("T08")
@pytest.mark.parametrize("holder", ["region:330282", "platform:330282-001", "region:none", "platform:", ""])
def test_a_county_gives_no_token_for_another(yinzhou: User, browser_of: Browser, holder: str) -> None:
    answer = issued(browser_of(yinzhou), holder)
    said = "请从列出的平台和地区中选择。" if holder else "请选择发放给谁。"
    assert (answer.status_code, said in answer.content.decode()) == (200, True)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(("days", "made"), [("0", 0), ("1", 1), ("730", 1), ("731", 0), ("x", 0)])
def test_a_token_holds_for_one_day_to_two_years(yinzhou: User, browser_of: Browser, days: str, made: int) -> None:
    issued(browser_of(yinzhou), "platform:330212-001", days=days)
    assert ApiToken.objects.count() == made


@pytest.mark.trust("T08")
def test_a_token_is_revoked_at_once_and_by_its_own_side(
    yinzhou: User, cixi: User, city: User, browser_of: Browser
) -> None:
    now = timezone.now()
    token, text = api_tokens.issue(region=yinzhou.region, by=yinzhou, at=now)
    assert [browser_of(cixi).post(page(token, verb)).status_code for verb in ("revoke", "change")] == [404, 404]
    assert token.hint not in browser_of(cixi).get(LIST).content.decode()
    assert "将作废发放给“鄞州区”的接口令牌" in browser_of(yinzhou).get(page(token, "revoke")).content.decode()
    assert api_tokens.find(text, at=now) == token
    answer = browser_of(yinzhou).post(page(token, "revoke"), follow=True)
    assert "已作废接口令牌" in answer.content.decode()
    assert api_tokens.find(text, at=now) is None
    token.refresh_from_db()
    assert token.revoked_by == yinzhou
    again = browser_of(city).post(page(token, "revoke"), follow=True)
    assert "这个接口令牌已经作废。" in again.content.decode()
    assert AuditEvent.objects.filter(verb="作废接口令牌").count() == 1
    assert "作废令牌" not in browser_of(yinzhou).get(page(token)).content.decode()


def test_the_list_says_how_each_token_stands(yinzhou: User, browser_of: Browser) -> None:
    now = timezone.now()
    api_tokens.issue(region=yinzhou.region, by=yinzhou, at=now, note="有效的")
    api_tokens.issue(platform=Platform.objects.get(code="330212-001"), days=1, by=None, at=now - timedelta(days=1))
    ended, _ = api_tokens.issue(region=yinzhou.region, by=yinzhou, at=now)
    api_tokens.revoke(token=ended, by=yinzhou, at=now)
    rows = browser_of(yinzhou).get(LIST).content.decode().split('id="result_list"')[1]
    assert [rows.count(f">{state}<") for state in ("有效", "已到期", "已作废")] == [1, 1, 1]


def command(*arguments: str) -> tuple[str, str]:
    out, said = io.StringIO(), io.StringIO()
    call_command("issue_token", *arguments, stdout=out, stderr=said)
    return out.getvalue(), said.getvalue()


@pytest.mark.trust("T34")
@pytest.mark.parametrize(
    ("arguments", "source", "days"),
    [
        (["--platform", "330212-001"], "platform:330212-001", 365),
        (["--region", "330282", "--days", "7", "--note", "市平台"], "region:330282", 7),
    ],
)
def test_the_command_prints_a_token_alone_and_once(arguments: list[str], source: str, days: int) -> None:
    out, said = command(*arguments)
    assert SHAPE.fullmatch(out.rstrip("\n"))
    text = out.strip()
    token = ApiToken.objects.get()
    assert api_tokens.find(text, at=timezone.now()) == token
    assert (api_tokens.source_of(token), token.expires_at - token.issued_at) == (source, timedelta(days=days))
    assert text not in said
    assert f"来源为 {source}。" in said
    assert text[8:] not in str(ApiToken.objects.values()) + str(AuditEvent.objects.values())
    event = AuditEvent.objects.get(verb="发放接口令牌")
    assert (event.actor, event.object_code, event.reason) == ("命令行", source.split(":")[1], f"{days} 天")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--platform", "330212-009"], "没有这个窗口平台编号。"),
        (["--platform", ""], "没有这个窗口平台编号。"),
        (["--region", "999999"], "没有这个地区代码。"),
        (["--region", "330212", "--days", "0"], "有效期须为 1 至 730 天。"),
        (["--region", "330212", "--days", "731"], "有效期须为 1 至 730 天。"),
        (["--region", "330212", "--note", "字" * 81], "“用途”最多 80 个字，现为 81 个字。"),
    ],
)
def test_the_command_says_what_is_wrong_and_fails(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as caught:
        command(*arguments)
    assert (str(caught.value), caught.value.returncode) == (sentence, 1)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("arguments", [[], ["--platform", "330212-001", "--region", "330212"]])
def test_the_command_takes_exactly_one_holder(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as caught:
        command(*arguments)
    said = "请用 --platform 指定一个窗口平台，或者用 --region 指定一个地区，两者取一。"
    assert (str(caught.value), caught.value.returncode) == (said, 1)
    assert not ApiToken.objects.exists()
