"""Proposing and deciding a revocation in the back office: from the register of facts to the certificate."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.models import Certification, RevocationProposal
from platforms.applications.eligibility import ban_end
from platforms.cases.services import grounds
from platforms.models import Ban, Ground, Platform, User
from platforms.workbench.queries.todo import todo_for
from tests import factories
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import fact, proposed, waive

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year


@pytest.fixture
def certification(db: None) -> Certification:
    return stage.certified(year=YEAR - 1)


@pytest.fixture
def platform(certification: Certification) -> Platform:
    return certification.result.platform


@pytest.fixture
def known(platform: Platform) -> Ground:
    made: Ground = fact(platform, on=timezone.localdate(), at=timezone.now())
    return made


def propose_url(platform: Platform) -> str:
    return reverse("admin:evaluation_revocationproposal_propose", args=(platform.pk,))


def page(row: RevocationProposal) -> str:
    return reverse("admin:evaluation_revocationproposal_change", args=(row.pk,))


def move(row: RevocationProposal, name: str) -> str:
    return reverse("admin:evaluation_revocationproposal_move", args=(row.pk, name))


def fields(known: Ground, **changes: Any) -> dict[str, Any]:
    typed = {"facts": [known.pk], "reason": "收费，有转账记录", "on": timezone.localdate().isoformat()}
    return typed | {"password": factories.PASSWORD} | changes


def test_an_office_of_one_reads_before_and_after_proposing_whom_to_ask_for_an_account(
    browser_of: Any, city: User, city2: User, platform: Platform, known: Ground
) -> None:
    told = "除您以外没有在用账号可以办理“决定撤销”，请先由安全管理员为另一位人员开设账号。"
    office = browser_of(city)
    assert told not in office.get(propose_url(platform)).content.decode()
    others = User.objects.filter(role="city").exclude(pk=city.pk)
    others.update(is_active=False)
    assert told in office.get(propose_url(platform)).content.decode()
    office.post(propose_url(platform), fields(known))
    row = RevocationProposal.objects.get()
    assert told in office.get(page(row)).content.decode()
    others.filter(pk=city2.pk).update(is_active=True)
    assert told not in office.get(page(row)).content.decode()


@pytest.mark.clause("N33")
def test_a_confirmed_fact_leads_to_a_revocation_by_two_officers(
    browser_of: Any, city: User, city2: User, certification: Certification, platform: Platform, known: Ground
) -> None:
    one, other = browser_of(city), browser_of(city2)
    register = one.get(reverse("admin:platforms_ground_change", args=(known.pk,))).content.decode()
    assert f"{propose_url(platform)}?fact={known.pk}" in register
    for model, row in (("platforms_platform", platform), ("evaluation_certification", certification)):
        shown = one.get(reverse(f"admin:{model}_change", args=(row.pk,))).content.decode()
        assert propose_url(platform) in shown
    asked = one.get(f"{propose_url(platform)}?fact={known.pk}").content.decode()
    assert f"假借公益性服务之名收取费用（{known.number}" in asked
    assert "决定之前认定不变。" in asked
    done = one.post(propose_url(platform), fields(known), follow=True).content.decode()
    row = RevocationProposal.objects.get()
    assert "已提出撤销认定并告知运营单位，待市经信局另一位人员决定。" in done
    assert "提出人不能决定本人提出的撤销认定，可以撤回提议。" in done
    # The one who proposed has no button to decide, and no way by the address.
    assert (move(row, "decide") in done, move(row, "withdraw") in done) == (False, True)
    assert one.post(move(row, "decide")).status_code == 403
    assert [each.text for each in todo_for(city) if "撤销认定" in each.text] == []
    assert [(each.text, each.count) for each in todo_for(city2) if "撤销认定" in each.text] == [("决定撤销认定", 1)]
    shown = other.get(page(row)).content.decode()
    assert (move(row, "decide") in shown, move(row, "withdraw") in shown) == (True, False)
    ends = ban_end(timezone.localdate(), 3).isoformat()
    confirm = other.get(move(row, "decide")).content.decode()
    for words in (known.text, certification.number, f"在 {ends}（含当日）前", "收费，有转账记录", "无佐证材料"):
        assert words in confirm
    # Nothing is decided before the operator was heard, and nothing without the own password.
    assert "运营单位尚未陈述申辩，期满后才能决定。" in shown
    assert "运营单位尚未陈述申辩，期满后才能决定。" in confirm
    unread = "链接尚未打开，决定前请核实是否送达"
    assert (unread in shown, unread in confirm) == (True, True)
    late = other.post(move(row, "decide"), {"password": factories.PASSWORD}, follow=True).content.decode()
    assert "不能决定撤销：告知书 GZ-" in late
    waive(row, at=timezone.now())
    for wrong in ("", "not-the-password"):
        other.post(move(row, "decide"), {"password": wrong})
        assert (Certification.objects.get().ground, Ban.objects.count()) == ("", 0)
    assert unread not in other.get(move(row, "decide")).content.decode()
    other.post(move(row, "decide"), {"password": factories.PASSWORD})
    assert (Certification.objects.get().ground, Ban.objects.count()) == ("fees", 1)
    # It can be read again with its facts, from the certificate and from the platform.
    again = one.get(page(row)).content.decode()
    assert known.number in again
    assert known.text in again
    kept = one.get(reverse("admin:evaluation_certification_change", args=(certification.pk,))).content.decode()
    assert (page(row) in kept, propose_url(platform) in kept) == (True, False)
    on_platform = one.get(reverse("admin:platforms_platform_change", args=(platform.pk,))).content.decode()
    assert reverse("admin:platforms_ban_change", args=(Ban.objects.get().pk,)) in on_platform


@pytest.mark.clause("N31")
def test_nobody_revokes_on_a_page_without_facts(browser_of: Any, city: User, platform: Platform) -> None:
    office: Client = browser_of(city)
    answer = office.get(propose_url(platform), follow=True).content.decode()
    assert "该平台没有可作为依据的已确认事实，请先在“撤销情形”中登记并确认。" in answer
    typed = {"facts": [], "reason": "x", "on": timezone.localdate().isoformat(), "password": factories.PASSWORD}
    office.post(propose_url(platform), typed)
    assert not RevocationProposal.objects.exists()


def test_what_is_wrong_is_said_on_the_page(browser_of: Any, city: User, platform: Platform, known: Ground) -> None:
    office: Client = browser_of(city)
    other = fact(platform, "other", on=timezone.localdate(), at=timezone.now())
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for change, sentence in (
        ({"facts": []}, "请至少选择一条已确认的事实。"),
        ({"facts": [known.pk, other.pk]}, "所选事实须属于同一撤销情形。"),
        ({"facts": [0]}, "所选事实已不能使用，请刷新页面后重新选择。"),
        ({"facts": ["x"]}, "请从列出的事实中选择。"),
        ({"on": tomorrow}, "撤销日期不能晚于今天。"),
        ({"on": ""}, "请填写日期。"),
        ({"reason": " "}, "请填写此项。"),
        ({"password": ""}, "请输入您的登录密码。"),
        ({"password": "x"}, "登录密码不正确，请重新输入。"),
    ):
        answer = office.post(propose_url(platform), fields(known, **change))
        assert (answer.status_code, sentence in answer.content.decode()) == (200, True), change
    assert not RevocationProposal.objects.exists()


def test_what_changed_since_is_said_before_it_is_decided(
    browser_of: Any, city2: User, city: User, platform: Platform
) -> None:
    row = proposed(platform, on=timezone.localdate(), at=timezone.now())
    known = row.facts.get().fact
    grounds.reopen(ground=known, reason="企业补充了材料", by=city, at=timezone.now())
    sentence = f"事实 {known.number} 现为“待确认”，不再是已确认的事实。"
    office: Client = browser_of(city2)
    assert sentence in office.get(page(row)).content.decode()
    answer = office.post(move(row, "decide"), {"password": factories.PASSWORD}, follow=True)
    assert f"不能决定撤销：{sentence}" in answer.content.decode()
    assert Certification.objects.get().ground == ""


def test_a_county_reads_neither_proposals_nor_bans(
    browser_of: Any, yinzhou: User, cixi: User, platform: Platform
) -> None:
    row = proposed(platform, on=timezone.localdate(), at=timezone.now())
    for person in (yinzhou, cixi, factories.person("auditor9", "auditor")):
        assert browser_of(person).get(page(row)).status_code == 403
        assert browser_of(person).get(reverse("admin:platforms_ban_changelist")).status_code == 403
