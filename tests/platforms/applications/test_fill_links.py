"""A link lets an operating unit fill one application, for a time, and nothing else."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from platforms.applications.services import attachments, filing, fill_links
from platforms.applications.services import drafts as applications
from platforms.errors import Gone, Refusal
from platforms.models import Application, AuditEvent, FillLink, Round, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.draft(yinzhou, round_2026, now)


@pytest.fixture
def issued(draft: Application, yinzhou: User, now: datetime) -> tuple[FillLink, str]:
    return fill_links.issue(application=draft, recipient="测试服务中心", days=7, by=yinzhou, at=now)


def fill(draft: Application, at: datetime, section: str = "platform", **values: Any) -> Application:
    return applications.save_section(
        application=draft,
        section=section,
        values=values,
        version=draft.version,
        by=None,
        at=at,
        actor="填报单位：测试服务中心",
    )


@pytest.mark.trust("T34")
def test_the_token_is_shown_once_and_stored_as_a_hash(issued: tuple[FillLink, str], now: datetime) -> None:
    link, token = issued
    assert fill_links.find(token, now) == link
    assert len(token) >= 43
    stored = [str(value) for value in FillLink.objects.values_list().get()]
    stored += [str(value) for event in AuditEvent.objects.values_list() for value in event]
    assert not any(token in value for value in stored)
    for wrong in (token.lower(), token[:-1], token + "A", "", "\x00", "\ud800"):
        assert fill_links.find(wrong, now) is None


def test_a_link_ends_with_its_last_moment(issued: tuple[FillLink, str], now: datetime) -> None:
    link, token = issued
    assert link.expires_at == now + timedelta(days=7)
    assert fill_links.find(token, link.expires_at - timedelta(seconds=1)) == link
    assert fill_links.find(token, link.expires_at) is None


def test_the_first_opening_is_noted(issued: tuple[FillLink, str], now: datetime) -> None:
    link, _ = issued
    later = now + timedelta(hours=1)
    assert fill_links.open_link(link=link, at=later).opened_at == later
    assert fill_links.open_link(link=link, at=later + timedelta(hours=1)).opened_at == later
    assert fill_links.open_link(link=link, at=later + timedelta(hours=1)).last_opened_at == later + timedelta(hours=1)
    event = AuditEvent.objects.get(verb="打开填报链接")
    assert (event.actor, event.object_code) == ("填报单位：测试服务中心", link.application.number)


def test_openings_within_a_minute_count_as_one(issued: tuple[FillLink, str], now: datetime) -> None:
    link, _ = issued
    for seconds, last in ((0, 0), (59, 0), (60, 60), (119, 60), (120, 120)):
        opened = fill_links.open_link(link=link, at=now + timedelta(seconds=seconds))
        assert (opened.opened_at, opened.last_opened_at) == (now, now + timedelta(seconds=last))


def test_a_unit_fills_everything_but_the_countys_opinion(
    draft: Application, issued: tuple[FillLink, str], now: datetime
) -> None:
    saved = fill(draft, now, address="测试路1号")
    saved = fill(saved, now, "commitment", committed=True)
    saved = applications.save_rows(
        application=saved,
        section="staff",
        rows=factories.ROWS["staff"],
        version=saved.version,
        by=None,
        at=now,
        actor="填报单位：测试服务中心",
    )
    file = attachments.add(
        application=saved, kind="venue", upload=factories.upload(), by=None, at=now, actor="填报单位：测试服务中心"
    )
    assert file.uploaded_by is None
    assert set(AuditEvent.objects.filter(actor="填报单位：测试服务中心").values_list("verb", flat=True)) == {
        "填写平台信息",
        "填写承诺与审核意见",
        "填写运营人员",
        "上传附件",
    }
    with pytest.raises(Refusal, match="“承诺与审核意见”中有不能在此填写的内容"):
        fill(saved, now, "commitment", county_opinion="同意")
    attachments.remove(attachment=file, by=None, at=now, actor="填报单位：测试服务中心")


def test_handing_over_ends_the_link(
    draft: Application, issued: tuple[FillLink, str], yinzhou: User, now: datetime
) -> None:
    link, token = issued
    assert fill_links.hand_over(link=link, at=now).handed_over_at == now
    assert fill_links.find(token, now) is None
    with pytest.raises(Gone, match="填报链接已失效"):
        fill_links.hand_over(link=link, at=now)
    with pytest.raises(Refusal, match="填报链接已失效"):
        fill(draft, now, address="测试路1号")
    with pytest.raises(Gone, match="这个链接已交回或已作废。"):
        fill_links.revoke(link=link, by=yinzhou, at=now)


@pytest.mark.trust("T12")
def test_revoked_expired_or_missing_links_save_nothing(
    draft: Application, issued: tuple[FillLink, str], yinzhou: User, cixi: User, finance: User, now: datetime
) -> None:
    link, token = issued
    with pytest.raises(Refusal, match="填报链接已失效"):
        fill(draft, link.expires_at, address="测试路1号")
    with pytest.raises(Gone):
        fill_links.hand_over(link=link, at=link.expires_at)
    with pytest.raises(Refusal, match="您没有办理这份申报表的权限。"):
        fill_links.revoke(link=link, by=cixi, at=now)
    with pytest.raises(Refusal, match="您没有作废填报链接的权限。"):
        fill_links.revoke(link=link, by=finance, at=now)
    assert fill_links.revoke(link=link, by=yinzhou, at=now).revoked_at == now
    assert fill_links.find(token, now) is None
    with pytest.raises(Refusal, match="填报链接已失效"):
        fill(draft, now, address="测试路1号")


def test_a_nameless_change_is_refused(draft: Application, issued: tuple[FillLink, str], now: datetime) -> None:
    with pytest.raises(Refusal, match="填报链接已失效"):
        applications.save_section(
            application=draft, section="platform", values={"address": "x"}, version=1, by=None, at=now
        )


def test_a_new_link_takes_the_place_of_the_old(
    draft: Application, issued: tuple[FillLink, str], yinzhou: User, now: datetime
) -> None:
    _, old = issued
    _, new = fill_links.issue(application=draft, recipient="测试服务中心", days=60, by=yinzhou, at=now)
    assert fill_links.find(old, now) is None
    assert fill_links.find(new, now) is not None


@pytest.mark.parametrize("days", [0, 61, -1])
def test_a_link_holds_for_one_to_sixty_days(draft: Application, yinzhou: User, now: datetime, days: int) -> None:
    with pytest.raises(Refusal, match="链接有效期须为 1 至 60 天。"):
        fill_links.issue(application=draft, recipient="测试服务中心", days=days, by=yinzhou, at=now)


def test_links_are_for_own_editable_forms(
    yinzhou: User, cixi: User, finance: User, round_2026: Round, now: datetime
) -> None:
    sent = factories.complete_application(yinzhou, round_2026, now)
    link, token = fill_links.issue(application=sent, recipient="测试服务中心", days=7, by=yinzhou, at=now)
    for person in (cixi, finance):
        with pytest.raises(Refusal):
            fill_links.issue(application=sent, recipient="测试服务中心", days=7, by=person, at=now)
    filing.submit(application=sent, version=sent.version, by=yinzhou, at=now)
    assert fill_links.find(token, now) is None
    with pytest.raises(Gone):
        fill_links.hand_over(link=link, at=now)
    with pytest.raises(Refusal, match="申报表当前为“已提交”"):
        fill_links.issue(application=sent, recipient="测试服务中心", days=7, by=yinzhou, at=now)


def open_ones(draft: Application) -> list[tuple[str, str]]:
    links = draft.fill_links.filter(revoked_at__isnull=True).order_by("pk")
    return list(links.values_list("section", "recipient"))


def test_links_for_different_sections_stand_side_by_side(draft: Application, yinzhou: User, now: datetime) -> None:
    def send(recipient: str, section: str = "") -> str:
        return fill_links.issue(application=draft, recipient=recipient, days=7, by=yinzhou, at=now, section=section)[1]

    whole = send("甲")
    send("乙", "venue")
    send("丙", "staff")
    assert open_ones(draft) == [("", "甲"), ("venue", "乙"), ("staff", "丙")]
    # For the same section the newer one counts.
    send("丁", "venue")
    assert open_ones(draft) == [("", "甲"), ("staff", "丙"), ("venue", "丁")]
    assert fill_links.find(whole, now) is not None
    # The whole form covers them all.
    send("戊")
    assert open_ones(draft) == [("", "戊")]
    event = AuditEvent.objects.filter(verb="发出填报链接")
    assert [each.reason for each in event.order_by("serial")][:2] == ["甲，7 天", "乙，7 天，场地设施"]
    with pytest.raises(Refusal, match=r"^请选择要填写的部分。$"):
        send("己", "nonsense")


def test_a_wider_link_beside_it_opens_no_file_through_a_link_for_one_section(
    draft: Application, issued: tuple[FillLink, str], yinzhou: User, now: datetime
) -> None:
    rules, _ = fill_links.issue(application=draft, recipient="甲", days=7, by=yinzhou, at=now, section="rules")
    who: dict[str, Any] = {"by": None, "at": now, "actor": "填报单位：甲"}
    file = attachments.add(application=draft, kind="venue", upload=factories.upload(), link=issued[0], **who)
    sentence = "这个填报链接只用于“管理制度”部分，不能上传、替换或删除“场地证明”的文件。"
    for act in (
        lambda: attachments.add(application=draft, kind="venue", upload=factories.upload("二.pdf"), link=rules, **who),
        lambda: attachments.replace_file(attachment=file, upload=factories.upload("三.pdf"), link=rules, **who),
        lambda: attachments.remove(attachment=file, link=rules, **who),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert str(refused.value) == sentence
    made = attachments.add(
        application=draft, kind="rule", rule_kind="fees", upload=factories.upload("收费.pdf"), link=rules, **who
    )
    assert set(draft.attachments.all()) == {file, made}


def test_a_link_for_one_section_saves_nothing_else(draft: Application, yinzhou: User, now: datetime) -> None:
    link, _ = fill_links.issue(application=draft, recipient="测试服务中心", days=7, by=yinzhou, at=now, section="venue")
    saved = fill(draft, now, "venue", equipment="电脑")
    assert saved.equipment == "电脑"
    with pytest.raises(Refusal, match="填报链接已失效"):
        fill(saved, now, address="测试路1号")
    with pytest.raises(Refusal, match="填报链接已失效"):
        attachments.add(
            application=saved, kind="staff", upload=factories.upload(), by=None, at=now, actor="填报单位：测试服务中心"
        )
    fill_links.hand_over(link=link, at=now)
    event = AuditEvent.objects.first()
    assert (event.verb, event.reason) == ("交回申报表", "场地设施")
    with pytest.raises(Refusal, match="填报链接已失效"):
        fill(saved, now, "venue", equipment="投影仪")
