"""The outbox in the back office: read, changed, sent, discarded; the county reads its own."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from platforms.applications.pages.parts import why_no_mail
from platforms.applications.services import mails as application_mails
from platforms.mail.choices import MailKind
from platforms.mail.queries import MAIL_OFF, SENDING
from platforms.mail.services import mails
from platforms.mail.texts import BUILT_IN
from platforms.models import Application, AuditEvent, Mail, MailTemplate, Round, User
from tests import factories
from tests.mail_server import MailServer

LIST = reverse("admin:platforms_mail_changelist")
TEXTS = reverse("admin:platforms_mailtemplate_changelist")


@pytest.fixture
def mail(ours: Application, city: User, now: datetime) -> Mail:
    """A waiting mail about an application of 鄞州区."""
    return write(ours, city, now)


@pytest.fixture
def server(settings: Any) -> Any:
    """A mail server that takes everything, and settings that lead to it."""
    settings.MAIL_ENABLED, settings.EMAIL_BACKEND = True, "platforms.mail.services.backend.BoundedBackend"
    settings.DEFAULT_FROM_EMAIL = "windows@example.cn"
    with MailServer() as made:
        made.behave("ok", settings)
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
        yield made


def write(row: Application, by: User, at: datetime, address: str = "zhao@example.cn") -> Mail:
    return mails.write(
        kind="returned",
        recipient="鄞州区工作联络员 赵联络",
        address=address,
        context={"reason": "补材料"},
        round=row.round,
        region=row.region,
        about=application_mails.about(row),
        by=by,
        at=at,
    )


def page_of(mail: Mail) -> str:
    return reverse("admin:platforms_mail_change", args=(mail.pk,))


def act_url(mail: Mail, act: str) -> str:
    return reverse("admin:platforms_mail_act", args=(mail.pk, act))


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def shown(text: str) -> str:
    found = re.search(r'name="_shown" value="([0-9a-f]+)"', text)
    assert found
    return found[1]


def fields_of(mail: Mail, text: str, **change: str) -> dict[str, str]:
    return {"address": mail.address, "subject": mail.subject, "body": mail.body, "_shown": shown(text)} | change


# Reading and changing


def test_the_list_says_how_it_stands_with_each_mail(browser_of: Any, city: User, mail: Mail) -> None:
    text = browser_of(city).get(LIST).content.decode()
    assert "邮件未开通：系统只生成文本，请打开邮件复制后用其他方式发送，再记为已另行送出。" in text
    assert '<span class="badge" data-tone="wait">待人工发送</span>' in text
    assert f'href="{TEXTS}"' in text


def test_a_mail_that_cannot_be_sent_is_there_to_be_copied(browser_of: Any, city: User, mail: Mail) -> None:
    text = browser_of(city).get(page_of(mail)).content.decode()
    assert "邮件未开通：请复制下面的文本，用其他方式发送，再记为已另行送出。" in text
    assert f'aria-labelledby="mail-text-label">{mail.subject}\n\n{mail.body}</textarea>' in text
    assert '<button type="button" class="button" data-copy="mail-text" hidden>复制</button>' in text
    assert act_url(mail, "send") not in text


def test_a_mail_is_changed_while_it_waits(browser_of: Any, city: User, mail: Mail) -> None:
    browser = browser_of(city)
    text = browser.get(page_of(mail)).content.decode()
    browser.post(page_of(mail), fields_of(mail, text, address="new@example.cn", subject="新标题"))
    mail.refresh_from_db()
    assert (mail.address, mail.subject, mail.edited_by) == ("new@example.cn", "新标题", city)
    event = AuditEvent.objects.order_by("serial").last()
    assert (event.verb, event.actor) == ("修改邮件", "city")


@pytest.mark.trust("T11")
def test_what_a_colleague_saved_in_between_is_not_overwritten(
    browser_of: Any, city: User, city2: User, mail: Mail
) -> None:
    first, second = browser_of(city), browser_of(city2)
    text = first.get(page_of(mail)).content.decode()
    second.post(page_of(mail), fields_of(mail, text, subject="同事的标题"))
    again = first.post(page_of(mail), fields_of(mail, text, subject="我的标题")).content.decode()
    assert "您打开本页之后，这条记录已被他人修改，本次没有保存。" in again
    assert "“标题”现为“同事的标题”，您填的是“我的标题”。" in again
    mail.refresh_from_db()
    assert mail.subject == "同事的标题"


@pytest.mark.trust("T11")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"problem": SENDING, "next_try_at": datetime(2100, 1, 1).astimezone()},
         "“修改”未执行：邮件正在发送，请稍后刷新页面查看。"),
        ({"state": "sent", "sent_at": datetime(2026, 4, 10).astimezone(), "attempts": 1},
         "没有保存：邮件已送出，不能再修改。"),
    ],
)  # fmt: skip
def test_a_mail_that_left_in_between_is_not_changed(
    browser_of: Any, city: User, mail: Mail, change: dict[str, Any], sentence: str
) -> None:
    browser = browser_of(city)
    values = fields_of(mail, browser.get(page_of(mail)).content.decode(), subject="新标题")
    Mail.objects.update(**change)
    answer = browser.post(page_of(mail), values, follow=True)
    assert sentence in answer.content.decode()
    mail.refresh_from_db()
    assert mail.subject != "新标题"


def test_a_wrong_address_stands_at_its_field_and_nothing_is_lost(browser_of: Any, city: User, mail: Mail) -> None:
    browser = browser_of(city)
    values = fields_of(mail, browser.get(page_of(mail)).content.decode(), address="zhao", subject="新标题")
    text = browser.post(page_of(mail), values).content.decode()
    assert 'value="zhao"' in text
    assert 'value="新标题"' in text
    mail.refresh_from_db()
    assert mail.address == "zhao@example.cn"


# Acts


@pytest.mark.trust("T13")
@pytest.mark.parametrize("act", ["send", "by-hand", "discard"])
def test_a_get_says_what_will_happen_and_does_nothing(browser_of: Any, city: User, mail: Mail, act: str) -> None:
    it = f"发给“鄞州区工作联络员 赵联络（zhao@example.cn）”的邮件“{mail.subject}”"
    will = {"send": f"将发送{it}。", "by-hand": f"将把{it}记为另行送出。", "discard": f"将取消发送{it}。"}[act]
    assert will in browser_of(city).get(act_url(mail, act)).content.decode()
    mail.refresh_from_db()
    assert mail.state == "waiting"


@pytest.mark.parametrize(("act", "state"), [("by-hand", "sent"), ("discard", "discarded")])
def test_a_post_does_it(browser_of: Any, city: User, mail: Mail, act: str, state: str) -> None:
    browser_of(city).post(act_url(mail, act), {"how": "政务微信"})
    mail.refresh_from_db()
    assert mail.state == state


def test_how_it_was_sent_is_asked_for(browser_of: Any, city: User, mail: Mail) -> None:
    assert "请填写送出方式。" in browser_of(city).post(act_url(mail, "by-hand"), {"how": " "}).content.decode()
    mail.refresh_from_db()
    assert mail.state == "waiting"


def test_an_act_that_nobody_knows_is_not_there(browser_of: Any, city: User, mail: Mail) -> None:
    assert browser_of(city).get(act_url(mail, "burn")).status_code == 404


@pytest.mark.trust("T47")
def test_sending_now_sends_now(browser_of: Any, city: User, mail: Mail, server: MailServer) -> None:
    answer = browser_of(city).post(act_url(mail, "send"), follow=True)
    assert said(answer) == ["已送出 1 封邮件。"]
    assert [each["To"] for each in server.taken] == ["zhao@example.cn"]
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("sent", 1)


@pytest.mark.trust("T47")
@pytest.mark.parametrize("manner", ["silent", "closed"])
def test_sending_now_comes_back_from_a_server_that_does_not_answer(
    browser_of: Any, city: User, ours: Application, now: datetime, server: MailServer, settings: Any, manner: str
) -> None:
    server.behave(manner, settings)
    rows = [write(ours, city, now) for _ in range(3)]
    answer = browser_of(city).post(LIST, together("send_selected", rows, confirmed="yes"), follow=True)
    why = {"silent": "邮件服务器在规定时间内没有应答。", "closed": "邮件服务器暂不提供服务（代码 421）。"}[manner]
    assert said(answer) == [
        f"1 封没有送出，原因见列表，系统会再次尝试。{why}",
        "其余 2 封由系统随后发送。",
    ]
    assert set(Mail.objects.values_list("state", flat=True)) == {"waiting"}


def together(action: str, rows: list[Mail], **more: str) -> dict[str, Any]:
    return {"action": action, "index": "0", "_selected_action": [row.pk for row in rows], **more}


def test_several_are_sent_together_after_a_question(
    browser_of: Any, city: User, ours: Application, now: datetime, server: MailServer
) -> None:
    rows = [write(ours, city, now) for _ in range(7)] + [write(ours, city, now, address="")]
    browser = browser_of(city)
    text = browser.post(LIST, together("send_selected", rows)).content.decode()
    assert "将发送 7 封邮件。" in text
    assert "另有 1 封不能办理（已送出、已取消或没有邮箱），不在其中。" in text
    assert server.taken == []
    answer = browser.post(LIST, together("send_selected", rows, confirmed="yes"), follow=True)
    assert said(answer) == ["已送出 5 封邮件。", "其余 2 封由系统随后发送。"]
    assert len(server.taken) == 5


def test_several_are_discarded_together(browser_of: Any, city: User, ours: Application, now: datetime) -> None:
    rows = [write(ours, city, now) for _ in range(2)]
    browser_of(city).post(LIST, together("discard_selected", rows, confirmed="yes"))
    assert set(Mail.objects.values_list("state", flat=True)) == {"discarded"}


def test_several_are_noted_as_sent_in_another_way_with_how_once(
    browser_of: Any, city: User, ours: Application, now: datetime
) -> None:
    rows, browser = [write(ours, city, now) for _ in range(3)], browser_of(city)
    text = browser.post(LIST, together("by_hand_selected", rows)).content.decode()
    assert "将把 3 封邮件记为另行送出。" in text
    assert 'name="how"' in text
    unsaid = browser.post(LIST, together("by_hand_selected", rows, confirmed="yes", how=" ")).content.decode()
    assert "请填写送出方式。" in unsaid
    assert set(Mail.objects.values_list("state", flat=True)) == {"waiting"}
    answer = browser.post(LIST, together("by_hand_selected", rows, confirmed="yes", how="政务微信"), follow=True)
    assert said(answer) == ["已把 3 封邮件记为另行送出。"]
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}
    events = AuditEvent.objects.filter(verb="邮件记为已另行送出")
    assert set(events.values_list("reason", flat=True)) == {"政务微信"}
    assert events.count() == 3


def test_where_mail_is_off_nothing_is_sent_together(browser_of: Any, city: User, mail: Mail) -> None:
    answer = browser_of(city).post(LIST, together("send_selected", [mail]), follow=True)
    assert said(answer) == [MAIL_OFF]


def test_nothing_fitting_is_said(browser_of: Any, city: User, mail: Mail) -> None:
    Mail.objects.update(state="discarded", discarded_at=mail.created_at, discarded_by=city)
    answer = browser_of(city).post(LIST, together("discard_selected", [mail]), follow=True)
    assert said(answer) == ["选中的邮件中没有可以“取消发送”的：已送出、已取消和没有邮箱的不在其中。"]


# Who sees what


def test_a_county_reads_its_mails_and_changes_nothing(browser_of: Any, yinzhou: User, cixi: User, mail: Mail) -> None:
    own, other = browser_of(yinzhou), browser_of(cixi)
    text = own.get(page_of(mail)).content.decode()
    assert mail.subject in text
    assert 'name="subject"' not in text
    assert act_url(mail, "discard") not in text
    doors = (page_of(mail), act_url(mail, "send"), act_url(mail, "discard"))
    assert [own.post(door).status_code for door in doors] == [403, 403, 403]
    assert (other.get(page_of(mail)).status_code, other.get(act_url(mail, "send")).status_code) == (404, 404)
    assert other.post(LIST, together("discard_selected", [mail])).status_code in (200, 302)
    mail.refresh_from_db()
    assert mail.state == "waiting"


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"problem": "没有收件邮箱，请复制文本发送，或补填邮箱。", "address": ""},
        {"state": "failed", "problem": "邮件服务器拒绝连接。", "attempts": 14},
    ],
)
def test_a_county_never_reads_how_the_city_sends(
    browser_of: Any, yinzhou: User, city: User, mail: Mail, state: dict[str, Any]
) -> None:
    Mail.objects.update(**state)
    words = ("未开通", "邮件服务器", "复制", "待人工发送", "未送达", "尝试", "收件邮箱")
    office = browser_of(yinzhou)
    doors = (LIST, page_of(mail), reverse("desk:application", args=(mail.application.number,)))  # type: ignore[union-attr]
    for door in doors:
        text = office.get(door).content.decode()
        main = text[text.index("<main") : text.index("</main>")]
        told = [word for word in words if word in main]
        # The state of a mail may be filtered by any of its words.
        assert told in ([], ["未送达"] if door == LIST else []), door
    assert [word for word in words if word in browser_of(city).get(page_of(mail)).content.decode()] != []


@pytest.mark.parametrize("door", ["desk", "admin"])
def test_a_case_shows_its_mails_with_time_and_state(
    browser_of: Any, yinzhou: User, city: User, ours: Application, mail: Mail, door: str
) -> None:
    path = reverse("desk:application", args=(ours.number,))
    if door == "admin":
        path = reverse("admin:platforms_application_change", args=(ours.pk,))
    # How mails are sent is told to who sends them.
    for person, state in ((yinzhou, "待发送"), (city, "待人工发送")):
        text = browser_of(person).get(path).content.decode()
        assert f'<a href="{page_of(mail)}">{mail.subject}</a>' in text
        assert f">{state}</span>" in text
        assert (MAIL_OFF in text) == (person == city)
        row = text[text.index('<h2 id="mails-title">') :]
        assert "04-10 10:00" in row[: row.index("</table>")]


def test_a_case_of_the_city_itself_says_why_no_mail_is_written(
    browser_of: Any, city: User, ours: Application, round_2026: Round, now: datetime
) -> None:
    own = factories.submitted(city, round_2026, now, type="industry")
    browser, sentence = browser_of(city), why_no_mail(own)
    assert sentence.startswith("市级重点行业的申报由市经信局自行填报和审核，")
    writes = "同时生成一封发给该地区工作联络员的邮件，等待发送。"
    doors = (
        reverse("desk:application", args=(own.number,)),
        reverse("admin:platforms_application_change", args=(own.pk,)),
        *(reverse("admin:platforms_application_move", args=(own.pk, move)) for move in ("accept", "return")),
    )
    for door in doors:
        text = browser.get(door).content.decode()
        assert (sentence in text, writes in text) == (True, False), door
    for move in ("accept", "return"):
        text = browser.get(reverse("admin:platforms_application_move", args=(ours.pk, move))).content.decode()
        assert (writes in text, "不生成邮件" in text) == (True, False), move
    assert (
        "不生成邮件" not in browser.get(reverse("admin:platforms_application_change", args=(ours.pk,))).content.decode()
    )


def test_the_rail_and_the_first_page_say_what_waits(browser_of: Any, city: User, yinzhou: User, mail: Mail) -> None:
    Mail.objects.update(state="failed", problem="邮件服务器拒绝连接。")
    text = browser_of(city).get("/admin/").content.decode()
    assert "处理未送达邮件" in text
    assert f'href="{LIST}?waiting=mails.failed"' in text
    assert "人工发送通知" not in text
    assert "处理未送达邮件" not in browser_of(yinzhou).get("/admin/").content.decode()


# Texts


def text_url(kind: str = "received", view: str = "text") -> str:
    return reverse(f"admin:platforms_mailtemplate_{view}", args=(kind,))


@pytest.fixture
def editor(browser_of: Any, city: User) -> Callable[..., Any]:
    """A function that posts a text of the receipt as the city does from a fresh page."""
    browser = browser_of(city)

    def post(**fields: str) -> Any:
        page = browser.get(text_url()).content.decode()
        return browser.post(
            text_url(), {"subject": "收到", "body": "编号 {回执编号}", "_shown": shown(page)} | fields, follow=True
        )

    return post


def test_the_list_of_texts_says_which_were_edited(browser_of: Any, city: User, editor: Callable[..., Any]) -> None:
    assert browser_of(city).get(TEXTS).content.decode().count("内置文本</span>") == len(MailKind)
    assert said(editor()) == ["已保存“上报回执”的模板。"]
    text = browser_of(city).get(TEXTS).content.decode()
    assert (text.count("内置文本</span>"), text.count("已修改</span>")) == (len(MailKind) - 1, 1)


def test_a_preview_shows_the_examples_and_saves_nothing(editor: Callable[..., Any]) -> None:
    text = editor(preview="1").content.decode()
    assert "预览（尚未保存）" in text
    assert "编号 SB-2026-330212-1" in text
    assert not MailTemplate.objects.exists()


def test_an_unknown_placeholder_is_named_at_its_field_and_nothing_is_lost(editor: Callable[..., Any]) -> None:
    text = editor(body="写了很久 {密码}").content.decode()
    assert "正文中的“{密码}”不是这类邮件的占位符，请从右侧的表中选用，或删去。" in text
    assert "写了很久 {密码}</textarea>" in text
    assert not MailTemplate.objects.exists()


@pytest.mark.trust("T11")
def test_a_preview_does_not_make_a_stale_page_fresh(browser_of: Any, city2: User, editor: Callable[..., Any]) -> None:
    other = browser_of(city2)
    old = shown(other.get(text_url()).content.decode())
    editor()
    mine = {"subject": "我的", "body": "正文"}
    preview = other.post(text_url(), mine | {"_shown": old, "preview": "1"}).content.decode()
    refused = other.post(text_url(), mine | {"_shown": shown(preview)}).content.decode()
    assert "您打开本页之后，这个模板已被他人修改，本次没有保存。请核对现在的内容后再保存。" in refused
    assert "他人保存的文本" in refused
    assert 'value="我的"' in refused
    # Now that both were shown, the second save is meant.
    other.post(text_url(), mine | {"_shown": shown(refused)})
    assert MailTemplate.objects.get().subject == "我的"


def test_the_built_in_text_comes_back_after_a_question(browser_of: Any, city: User, editor: Callable[..., Any]) -> None:
    editor()
    browser = browser_of(city)
    page = browser.get(text_url(view="reset")).content.decode()
    assert "将把“上报回执”的标题和正文恢复为内置文本，现在的文本不再使用，可在审计记录中查到。" in page
    browser.post(text_url(view="reset"), {"_shown": shown(page)})
    assert mails.text_of("received") == BUILT_IN["received"]


def test_a_kind_that_there_is_not_is_not_there(browser_of: Any, city: User) -> None:
    assert browser_of(city).get(text_url("letter")).status_code == 404


def test_the_history_of_a_text_leads_back_to_it(browser_of: Any, city: User, editor: Callable[..., Any]) -> None:
    editor()
    row = MailTemplate.objects.get()
    browser = browser_of(city)
    text = browser.get(reverse("admin:platforms_mailtemplate_history", args=(row.pk,))).content.decode()
    assert "修改邮件模板" in text
    assert "编号 {回执编号}" in text
    answer = browser.get(reverse("admin:platforms_mailtemplate_change", args=(row.pk,)))
    assert answer.headers["Location"] == text_url()
