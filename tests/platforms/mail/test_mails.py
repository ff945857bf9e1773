"""Mails are written with what they tell, read and changed while they wait, and discarded; their texts are edited."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import transaction

from platforms.applications.correction import Asked
from platforms.applications.services import filing
from platforms.applications.services import mails as application_mails
from platforms.calendar.services import reminders
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.mail import queries as asked
from platforms.mail import texts as mail_texts
from platforms.mail.queries import MAIL_OFF, NO_ADDRESS, SENDING
from platforms.mail.services import mails, outbox
from platforms.mail.services import templates as mail_templates
from platforms.mail.services.templates import digest_of
from platforms.mail.texts import BUILT_IN, Hole, Text
from platforms.models import Application, AuditEvent, Liaison, Mail, MailTemplate, Quota, Region, Round, User
from platforms.periodic_reports.services import acceptance
from tests import factories

pytestmark = pytest.mark.django_db
LINK = "https://windows.example/desk/applications/"


@pytest.fixture(autouse=True)
def _mail_is_on(settings: Any) -> None:
    settings.MAIL_ENABLED = True
    settings.SITE_URL = "https://windows.example"


@pytest.fixture
def filed(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.submitted(yinzhou, round_2026, now)


@pytest.fixture
def liaison(filed: Application) -> Liaison:
    """The liaison officer of 鄞州区, with an address."""
    Liaison.objects.update(email="zhao@example.cn")
    return Liaison.objects.get()


@pytest.fixture
def reminder(filed: Application, round_2026: Round, yinzhou: User, city: User, now: datetime) -> Callable[..., Mail]:
    """A function that writes a reminder to 鄞州区."""

    def write(region: Region | None = yinzhou.region, link: str = "", **more: Any) -> Mail:
        assert region is not None
        context = reminders.context_of(round_2026, region) | ({"link": link} if link else {})
        facts = {"kind": "reminder", "round": round_2026, "region": region, "context": context, "by": city, "at": now}
        return mails.write_to_liaison(**(facts | more))

    return write


def last_event() -> tuple[str, str, dict[str, Any]]:
    event = AuditEvent.objects.order_by("serial").last()
    return event.verb, event.object_code, event.changes


# Writing


def test_an_acceptance_writes_to_the_liaison_officer(
    filed: Application, liaison: Liaison, city: User, now: datetime
) -> None:
    row = acceptance.accept(application=filed, by=city, at=now)
    mail = Mail.objects.get()
    assert (mail.kind, mail.state, mail.round, mail.region, mail.application) == (
        "accepted", "waiting", row.round, row.region, row,
    )  # fmt: skip
    assert (mail.recipient, mail.address) == ("鄞州区工作联络员 赵联络", "zhao@example.cn")
    assert mail.subject == f"已受理：申报表{row.number}"
    assert mail.body == (
        f"鄞州区工作联络员 赵联络：\n\n“{row.name}”的申报表（编号 {row.number}）已经受理，平台编号为 330212-001，"
        f"进入2026年度的建设和评价。\n\n查看申报：{LINK}{row.number}/\n\n宁波市经济和信息化局\n2026年4月10日\n\n"
        "本邮件由系统生成，请勿直接回复。"
    )
    assert (mail.created_by, mail.created_at, mail.attempts, mail.problem) == (city, now, 0, "")


@pytest.fixture
def four(yinzhou: User, round_2026: Round, liaison: Liaison, now: datetime, filed: Application) -> list[Application]:
    """Four of one county that wait."""
    return [filed, *(factories.submitted(yinzhou, round_2026, now) for _ in range(3))]


def test_what_one_officer_accepts_of_a_county_is_told_in_one_mail(
    four: list[Application], city: User, yinzhou: User, now: datetime
) -> None:
    minutes = [now + timedelta(minutes=each) for each in (0, 10, 29)]
    rows = [acceptance.accept(application=row, by=city, at=at) for row, at in zip(four, minutes, strict=False)]
    mail = Mail.objects.get()
    assert (mail.kind, mail.state, mail.application, mail.created_at) == ("accepted_many", "waiting", None, now)
    assert mail.subject == "已受理：鄞州区2026年度申报 3 份"
    lines = "\n".join(f"{row.number}“{row.name}”，平台编号 {row.platform.code}" for row in rows if row.platform)
    assert f"下列 3 份申报表已经受理，进入2026年度的建设和评价：\n\n{lines}\n\n查看申报：" in mail.body
    assert mail.body.endswith("本邮件由系统生成，请勿直接回复。")
    # The page of each shows it, that of another one does not.
    assert [list(asked.of_case(yinzhou, application=row)) for row in four] == [[mail], [mail], [mail], []]


def test_a_mail_that_was_sent_changed_or_is_old_is_not_joined(
    four: list[Application], city: User, now: datetime
) -> None:
    acceptance.accept(application=four[0], by=city, at=now)
    # A minute more than half an hour.
    acceptance.accept(application=four[1], by=city, at=now + timedelta(minutes=31))
    second = Mail.objects.order_by("-pk")[0]
    outbox.change(mail=second, address="a@example.cn", subject="改过", body="改过", by=city, at=now)
    acceptance.accept(application=four[2], by=city, at=now + timedelta(minutes=32))
    Mail.objects.filter(application=four[2]).update(attempts=1, next_try_at=now)
    acceptance.accept(application=four[3], by=city, at=now + timedelta(minutes=33))
    assert list(Mail.objects.order_by("pk").values_list("kind", "application")) == [
        ("accepted", row.pk) for row in four
    ]


def test_each_officer_and_each_county_has_its_own(
    four: list[Application], city: User, cixi: User, round_2026: Round, now: datetime
) -> None:
    other = factories.submitted(cixi, round_2026, now)
    colleague = factories.person("city3", "city")
    for row, by in ((four[0], city), (four[1], colleague), (other, city), (four[2], city)):
        acceptance.accept(application=row, by=by, at=now)
    assert list(Mail.objects.order_by("pk").values_list("kind", "region__name", "created_by__username")) == [
        ("accepted_many", "鄞州区", "city"),
        ("accepted", "鄞州区", "city3"),
        ("accepted", "慈溪市", "city"),
    ]


def test_a_long_row_of_acceptances_begins_another_mail(
    four: list[Application], city: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application_mails, "MOST_JOINED", 2)
    for row in four:
        acceptance.accept(application=row, by=city, at=now)
    first, second = Mail.objects.order_by("pk")
    assert [row.number in first.body for row in four] == [True, True, False, False]
    assert [row.number in second.body for row in four] == [False, False, True, True]


def test_a_return_says_what_for_and_until_when(filed: Application, liaison: Liaison, city: User, now: datetime) -> None:
    filing.return_for_correction(
        application=filed,
        reason="场地材料不全，\n见 http://evil.com",
        items=[Asked("venue", "", "补合同"), Asked("operator", "", "补证书")],
        due_on=date(2026, 4, 20),
        by=city,
        at=now,
    )
    mail = Mail.objects.get()
    assert mail.subject == f"请办理：申报表{filed.number}需要补正"
    assert "需要补正，共 2 处。" in mail.body
    assert "退回理由：场地材料不全， 见 http：//evil[.]com\n补正期限：2026年4月20日\n" in mail.body


@pytest.mark.trust("T47")
@pytest.mark.parametrize("on", [True, False])
def test_no_act_waits_for_a_mail_server(
    filed: Application, liaison: Liaison, city: User, now: datetime, settings: Any, on: bool
) -> None:
    """The backend named here would fail at once if anything were sent."""
    settings.MAIL_ENABLED, settings.EMAIL_BACKEND = on, "nowhere.Backend"
    acceptance.accept(application=filed, by=city, at=now)
    assert Mail.objects.get().problem == ("" if on else MAIL_OFF)


@pytest.mark.trust("T42")
def test_what_is_rolled_back_leaves_no_mail(filed: Application, city: User, now: datetime) -> None:
    with transaction.atomic():
        acceptance.accept(application=filed, by=city, at=now)
        transaction.set_rollback(True)
    assert not Mail.objects.exists()


def test_nothing_is_written_to_the_city_about_its_own_applications(
    city: User, round_2026: Round, now: datetime
) -> None:
    factories.accepted(city, round_2026, now, city=city, type="industry")
    assert not Mail.objects.exists()


def test_a_reminder_counts(filed: Application, reminder: Callable[..., Mail], round_2026: Round) -> None:
    assert "鄞州区已上报 1 份（指导名额：未下达）。" in reminder().body
    Quota.objects.create(round=round_2026, region=filed.region, places=9)
    mail = reminder()
    assert mail.subject == "请办理：鄞州区2026年度窗口平台申报，上报截止日期为2026年4月17日"
    assert "鄞州区已上报 1 份（指导名额：9 个）。" in mail.body
    assert "办理页面：https://windows.example/desk/?year=2026\n" in mail.body


@pytest.mark.parametrize("address", ["", "zhao", "zhao@example.cn\r\nBcc: x@example.cn", "a@b@example.cn"])
def test_without_an_address_the_mail_is_a_text_to_copy(
    liaison: Liaison, reminder: Callable[..., Mail], address: str
) -> None:
    Liaison.objects.update(email=address)
    mail = reminder()
    assert (mail.recipient, mail.address, mail.problem) == ("鄞州区工作联络员 赵联络", "", NO_ADDRESS)


def test_where_nobody_is_named_yet_the_office_is_written_to(
    reminder: Callable[..., Mail], cixi: User, liaison: Liaison
) -> None:
    mail = reminder(region=cixi.region)
    assert (mail.recipient, mail.address, mail.region) == ("慈溪市经办人", "", cixi.region)


def test_the_name_of_the_liaison_officer_is_plain(liaison: Liaison, reminder: Callable[..., Mail]) -> None:
    Liaison.objects.update(name="{理由}\n赵\u202e")
    mail = reminder()
    assert mail.recipient == "鄞州区工作联络员 ｛理由｝ 赵"
    assert mail.body.startswith("鄞州区工作联络员 ｛理由｝ 赵：\n")


@pytest.mark.trust("T33")
@pytest.mark.parametrize("path", ["https://evil.com/", "//evil.com/", "/\\evil.com", "evil", "javascript:alert(1)"])
def test_a_link_leads_to_this_site_only(reminder: Callable[..., Mail], path: str) -> None:
    with pytest.raises(ValueError, match="path of this site"):
        reminder(link=path)


def test_a_link_of_the_callers_choice(reminder: Callable[..., Mail]) -> None:
    assert "办理页面：https://windows.example/desk/liaison/\n" in reminder(link="/desk/liaison/").body


def test_a_mail_with_a_hole_is_not_written(filed: Application, city: User, now: datetime) -> None:
    with pytest.raises(Hole):
        mails.write(
            kind="exception",
            recipient="某",
            address="",
            context={"reason": "迟"},
            about=application_mails.about(filed),
            by=city,
            at=now,
        )
    assert not Mail.objects.exists()


# In the outbox


def test_a_waiting_mail_is_changed_and_the_log_has_both(
    liaison: Liaison, reminder: Callable[..., Mail], city: User, now: datetime
) -> None:
    mail = reminder()
    Mail.objects.update(attempts=3, problem="邮件服务器拒绝连接。", next_try_at=now + timedelta(hours=1))
    later = now + timedelta(minutes=9)
    row = outbox.change(mail=mail, address="new@example.cn", subject=" 新标题 ", body="一\r\n二", by=city, at=later)
    assert (row.address, row.subject, row.body) == ("new@example.cn", "新标题", "一\n二")
    assert (row.edited_by, row.edited_at, row.attempts, row.problem, row.next_try_at) == (city, later, 0, "", None)
    assert last_event() == (
        "修改邮件",
        "催报提醒 2026-04-10",
        {
            "邮箱": ["zhao@example.cn", "new@example.cn"],
            "标题": [mail.subject, "新标题"],
            "正文": [mail.body, "一\n二"],
        },
    )


def test_nothing_changed_is_nothing_noted(reminder: Callable[..., Mail], city: User, now: datetime) -> None:
    mail, before = reminder(), AuditEvent.objects.count()
    row = outbox.change(mail=mail, address=mail.address, subject=mail.subject, body=mail.body, by=city, at=now)
    assert (row.edited_at, AuditEvent.objects.count()) == (None, before)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"subject": ""}, "请填写“标题”。"),
        ({"subject": "一\n二"}, "标题只能有一行，不能换行。"),
        ({"subject": "一\t二"}, "标题只能有一行，不能换行。"),
        ({"subject": "字" * 121}, "“标题”最多 120 个字，现为 121 个字。"),
        ({"body": " "}, "请填写“正文”。"),
        ({"body": "字" * 4001}, "“正文”最多 4000 个字，现为 4001 个字。"),
        ({"address": "zhao"}, "电子邮箱的格式不正确，应如 name@example.cn。"),
        ({"address": "a@example.cn\nBcc: b@example.cn"}, "电子邮箱的格式不正确，应如 name@example.cn。"),
        ({"body": "a\x00"}, "“正文”中有无法保存的字符，请删除后重新填写。"),
    ],
)
def test_a_change_that_cannot_be_sent_is_refused(
    reminder: Callable[..., Mail], city: User, now: datetime, change: dict[str, str], sentence: str
) -> None:
    mail = reminder()
    values = {"address": "", "subject": mail.subject, "body": mail.body} | change
    with pytest.raises(Refusal) as refused:
        outbox.change(mail=mail, by=city, at=now, **values)
    assert str(refused.value) == sentence


def test_a_discarded_mail_stays_to_be_read(reminder: Callable[..., Mail], city: User, now: datetime) -> None:
    mail = outbox.discard(mail=reminder(), by=city, at=now)
    assert (mail.state, mail.discarded_by, mail.discarded_at) == ("discarded", city, now)
    assert last_event() == ("取消发送邮件", "催报提醒 2026-04-10", {})
    assert asked.delivery(mail) == asked.Delivery("已取消", "neutral", NO_ADDRESS)


def test_a_text_that_somebody_sent_in_another_way_is_settled(
    reminder: Callable[..., Mail], city: User, now: datetime
) -> None:
    mail = outbox.mark_sent_by_hand(mail=reminder(), how="政务微信", by=city, at=now)
    assert (mail.state, mail.sent_at, mail.attempts, mail.problem) == ("sent", now, 0, "")
    assert asked.delivery(mail) == asked.Delivery("已另行送出", "good")
    assert last_event() == ("邮件记为已另行送出", "催报提醒 2026-04-10", {})


ACTS: dict[str, Callable[..., Mail]] = {
    "修改": lambda **who: outbox.change(address="", subject="一", body="二", **who),
    "取消发送": outbox.discard,
    "记为已另行送出": lambda **who: outbox.mark_sent_by_hand(how="传真", **who),
    "发送": outbox.release,
}


@pytest.mark.trust("T11")
@pytest.mark.parametrize("verb", ACTS)
@pytest.mark.parametrize("state", ["sent", "discarded"])
def test_nothing_is_done_to_a_mail_that_left(
    reminder: Callable[..., Mail], city: User, now: datetime, verb: str, state: str
) -> None:
    mail = reminder()
    if state == "sent":
        outbox.mark_sent_by_hand(mail=mail, how="传真", by=city, at=now)
    else:
        outbox.discard(mail=mail, by=city, at=now)
    with pytest.raises(Gone) as gone:
        ACTS[verb](mail=mail, by=city, at=now)
    word = {"sent": "已送出", "discarded": "已取消"}[state]
    assert str(gone.value) == f"“{verb}”未执行：邮件{word}，请刷新页面后查看最新情况。"


@pytest.mark.trust("T11")
@pytest.mark.parametrize("verb", ACTS)
def test_nothing_is_done_to_a_mail_while_it_is_sent(
    reminder: Callable[..., Mail], city: User, now: datetime, verb: str
) -> None:
    mail = reminder()
    Mail.objects.update(address="zhao@example.cn", problem=SENDING, next_try_at=now + timedelta(minutes=1))
    with pytest.raises(Gone) as gone:
        ACTS[verb](mail=mail, by=city, at=now)
    assert str(gone.value) == f"“{verb}”未执行：邮件正在发送，请稍后刷新页面查看。"
    # The sender died: after its time the mail is free again.
    assert ACTS[verb](mail=mail, by=city, at=now + timedelta(minutes=1)).pk == mail.pk


@pytest.mark.parametrize("verb", ACTS)
def test_a_county_only_reads(reminder: Callable[..., Mail], yinzhou: User, now: datetime, verb: str) -> None:
    with pytest.raises(Refusal) as refused:
        ACTS[verb](mail=reminder(), by=yinzhou, at=now)
    assert str(refused.value) == f"您没有“{verb}”邮件的权限。"


def test_a_mail_about_a_deleted_draft_is_gone(
    yinzhou: User, round_2026: Round, city: User, now: datetime, reminder: Callable[..., Mail]
) -> None:
    mail = reminder(about=application_mails.about(factories.draft(yinzhou, round_2026, now)))
    mail.application.delete()
    with pytest.raises(Gone, match="这封邮件已随申报表删除。"):
        outbox.discard(mail=mail, by=city, at=now)


@pytest.mark.parametrize(("on", "address", "sentence"), [(True, "", NO_ADDRESS), (False, "a@example.cn", MAIL_OFF)])
def test_what_cannot_be_sent_is_not_released(
    reminder: Callable[..., Mail], city: User, now: datetime, settings: Any, on: bool, address: str, sentence: str
) -> None:
    settings.MAIL_ENABLED, mail = on, reminder()
    Mail.objects.update(address=address)
    with pytest.raises(Refusal) as refused:
        outbox.release(mail=mail, by=city, at=now)
    assert str(refused.value) == sentence


def test_a_released_mail_waits_to_be_taken_and_nothing_is_sent_yet(
    liaison: Liaison, reminder: Callable[..., Mail], city: User, now: datetime
) -> None:
    mail = reminder()
    Mail.objects.update(state="failed", attempts=14, problem="邮件服务器拒绝连接。")
    row = outbox.release(mail=mail, by=city, at=now)
    assert (row.state, row.attempts, row.problem, row.next_try_at) == ("waiting", 0, "", None)
    assert last_event() == ("发送邮件", "催报提醒 2026-04-10", {})
    assert django_mail.outbox == []


# Who reads what


def test_a_case_shows_its_mails_to_those_who_may_see_it(
    filed: Application, liaison: Liaison, yinzhou: User, cixi: User, city: User, finance: User, now: datetime
) -> None:
    filing.return_for_correction(application=filed, reason="一", by=city, at=now)
    mail = Mail.objects.get()
    seen = {who.username: list(asked.of_case(who, application=filed)) for who in (yinzhou, cixi, city, finance)}
    assert seen == {"yinzhou": [mail], "cixi": [], "city": [mail], "finance": []}
    outbox.discard(mail=mail, by=city, at=now)
    assert list(asked.of_case(city, application=filed)) == []


def test_what_needs_hands_is_counted(
    liaison: Liaison, reminder: Callable[..., Mail], cixi: User, city: User, now: datetime
) -> None:
    assert asked.needing_hands(city) == {"failed": (0, None), "by_hand": (0, None)}
    reminder()
    Mail.objects.update(state="failed")
    reminder(region=cixi.region, at=now + timedelta(days=1))
    reminder()
    assert asked.needing_hands(city) == {"failed": (1, now), "by_hand": (1, now + timedelta(days=1))}


# Texts


def edit(kind: str, by: User, at: datetime, **more: str) -> None:
    stored = mails.text_of(kind)
    facts = {"subject": "收到{地区}", "body": "编号 {回执编号}", "shown": digest_of(stored)}
    mail_templates.edit(kind=kind, by=by, at=at, **(facts | more))


def test_an_edited_text_is_what_mails_are_written_from(
    filed: Application, round_2026: Round, city: User, now: datetime
) -> None:
    edit("received", city, now, subject="收到｛ 地区 ｝")
    assert mails.text_of("received") == Text("收到{地区}", "编号 {回执编号}")
    assert last_event()[:2] == ("修改邮件模板", "上报回执")
    assert last_event()[2]["标题"] == [BUILT_IN["received"].subject, "收到{地区}"]
    mail = mails.write_to_liaison(
        kind="received",
        round=round_2026,
        region=filed.region,
        context={"receipt": "SB-1", "count": "2"},
        by=city,
        at=now,
    )
    assert (mail.subject, mail.body) == ("收到鄞州区", "编号 SB-1")


def test_a_text_with_an_unknown_placeholder_is_refused_by_name(city: User, now: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        edit("received", city, now, body="{理由}")
    assert str(refused.value) == "正文中的“{理由}”不是这类邮件的占位符，请从右侧的表中选用，或删去。"
    assert not MailTemplate.objects.exists()


@pytest.mark.trust("T11")
def test_of_two_who_edit_the_same_text_the_second_one_is_told(city: User, city2: User, now: datetime) -> None:
    shown = digest_of(mails.text_of("received"))
    edit("received", city, now, shown=shown)
    with pytest.raises(StaleVersion) as refused:
        edit("received", city2, now, shown=shown, subject="另一标题")
    assert str(refused.value) == "您打开本页之后，这个模板已被他人修改，本次没有保存。请核对现在的内容后再保存。"
    assert mails.text_of("received").subject == "收到{地区}"


def test_the_built_in_text_comes_back(city: User, now: datetime) -> None:
    edit("received", city, now)
    mail_templates.reset(kind="received", shown=digest_of(mails.text_of("received")), by=city, at=now)
    assert mails.text_of("received") == BUILT_IN["received"]
    assert last_event()[:2] == ("恢复内置邮件模板", "上报回执")
    before = AuditEvent.objects.count()
    mail_templates.reset(kind="received", shown=digest_of(mails.text_of("received")), by=city, at=now)
    assert AuditEvent.objects.count() == before


def test_the_built_in_text_typed_by_hand_is_no_edited_text(city: User, now: datetime) -> None:
    edit("received", city, now)
    edit("received", city, now, subject=BUILT_IN["received"].subject, body=BUILT_IN["received"].body)
    assert not MailTemplate.objects.exists()


def test_nobody_else_edits_texts(yinzhou: User, now: datetime) -> None:
    with pytest.raises(Refusal, match="您没有修改邮件模板的权限。"):
        edit("received", yinzhou, now)


def test_each_kind_has_all_that_its_placeholders_need(
    filed: Application, liaison: Liaison, city: User, now: datetime
) -> None:
    """A text that uses every placeholder of its kind is filled in for every act."""
    for kind in mail_texts.ALL:
        body = "|".join(each.shown for each in mail_texts.placeholders_of(kind))
        MailTemplate.objects.create(kind=kind, subject="标题", body=body, edited_at=now, edited_by=city)
    row = filing.return_for_correction(application=filed, reason="补", due_on=date(2026, 4, 20), by=city, at=now)
    assert Mail.objects.get().body == (
        f"2026年度|鄞州区|2026年4月10日|{LINK}{row.number}/|鄞州区工作联络员 赵联络|{row.number}|1|2026年4月20日|"
        f"{row.name}|测试服务中心|补"
    )
