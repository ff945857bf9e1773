"""How a mail leaves the outbox, whatever the mail server does (T47)."""

import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import policy
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.models import Q

from platforms.applications.services import mails as application_mails
from platforms.mail.queries import MAIL_OFF, NO_ADDRESS, SENDING, delivery
from platforms.mail.services import delivery as post
from platforms.mail.services import mails, outbox
from platforms.mail.services.delivery import FIRST_WAIT, HOLD, LONGEST_WAIT, MOST_TRIES, MOST_TRIES_IF_REFUSED, send_due
from platforms.models import Application, Mail, Round, User
from tests import factories
from tests.mail_server import MailServer
from tests.patience import LONG

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T47")]


@pytest.fixture
def switched_on(settings: Any) -> Callable[[MailServer], None]:
    """A function that points the settings at a server."""

    def use(server: MailServer) -> None:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port

    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "platforms.mail.services.backend.BoundedBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", _closed_port()
    settings.DEFAULT_FROM_EMAIL = "windows@example.cn"
    settings.SITE_URL = "https://windows.example"
    return use


@pytest.fixture
def server(request: Any, settings: Any, switched_on: Callable[[MailServer], None]) -> Iterator[MailServer]:
    with MailServer() as made:
        made.behave(getattr(request, "param", "ok"), settings)
        switched_on(made)
        yield made


@pytest.fixture
def filed(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.draft(yinzhou, round_2026, now)


@pytest.fixture
def write(filed: Application, city: User, now: datetime) -> Callable[..., Mail]:
    """A function that writes a mail about ``filed``."""

    def make(address: str = "zhao@example.cn", **more: Any) -> Mail:
        context = {"reason": "场地材料", "items": "1", "due": "2026年4月20日"}
        facts = {"kind": "returned", "recipient": "鄞州区工作联络员 赵联络", "context": context, "round": filed.round}
        facts |= {"region": filed.region, "about": application_mails.about(filed)}
        return mails.write(**(facts | {"by": city, "at": now} | more), address=address)

    return make


def _closed_port() -> int:
    with MailServer() as gone:
        return gone.port


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def told(mail: Mail) -> tuple[str, int, str]:
    mail.refresh_from_db()
    return mail.state, mail.attempts, mail.problem


def test_a_mail_that_is_taken_is_sent_once(server: MailServer, write: Callable[..., Mail], now: datetime) -> None:
    mail = write()
    assert send_due(clock=at(now), most=9) == post.Tally(sent=1)
    assert send_due(clock=at(now + timedelta(days=9)), most=9) == post.Tally()
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.attempts, mail.problem) == ("sent", now, 1, "")
    (taken,) = server.taken
    assert taken["To"] == "zhao@example.cn"
    assert taken["From"] == "宁波市中小企业公共服务窗口平台 <windows@example.cn>"
    assert taken["Subject"] == mail.subject
    assert taken["Auto-Submitted"] == "auto-generated"
    assert taken.get_content_type() == "text/plain"
    assert taken.get_content().replace("\r\n", "\n").strip() == mail.body


REFUSALS = [
    ("silent", "邮件服务器在规定时间内没有应答。"),
    ("dripping", "邮件服务器在规定时间内没有应答。"),
    ("mute_after_data", "邮件服务器在规定时间内没有应答。"),
    ("closed", "邮件服务器暂不提供服务（代码 421）。"),
    ("no_recipient", "收件邮箱被拒收（代码 550），请核对邮箱。"),
    ("busy", "邮件服务器没有接收这封邮件（代码 451）。"),
]


@pytest.mark.parametrize(("server", "sentence"), REFUSALS, indirect=["server"])
def test_a_mail_that_is_not_taken_waits_and_goes_out_once_when_it_can(
    server: MailServer, settings: Any, sentence: str, write: Callable[..., Mail], now: datetime
) -> None:
    mail = write()
    # That it comes back at all is the point: no server holds a sender.
    send_due(clock=at(now), most=9)
    assert told(mail) == ("waiting", 1, sentence)
    assert mail.next_try_at == now + FIRST_WAIT
    server.behave("ok", settings)
    assert send_due(clock=at(now + FIRST_WAIT - timedelta(seconds=1)), most=9) == post.Tally()
    assert send_due(clock=at(now + FIRST_WAIT), most=9) == post.Tally(sent=1)
    assert told(mail) == ("sent", 2, "")
    # One that is mute at the end has it twice, under one name.
    assert len({each["Message-ID"] for each in server.taken}) == 1


def test_a_server_that_refuses_connections_ends_the_pass(
    switched_on: object, write: Callable[..., Mail], now: datetime
) -> None:
    first, second = write(), write()
    tally = send_due(clock=at(now), most=9)
    assert tally == post.Tally(failed=1, stopped="邮件服务器拒绝连接。")
    assert told(first) == ("waiting", 1, "邮件服务器拒绝连接。")
    assert told(second) == ("waiting", 0, "")


@pytest.mark.parametrize("server", ["no_recipient"], indirect=True)
def test_one_refused_address_does_not_hold_up_the_others(
    server: MailServer, write: Callable[..., Mail], now: datetime
) -> None:
    write(), write()
    assert send_due(clock=at(now), most=9) == post.Tally(failed=2)


@pytest.mark.parametrize("server", ["goodbye"], indirect=True)
def test_a_server_that_breaks_off_after_its_yes_has_the_mail(
    server: MailServer, write: Callable[..., Mail], now: datetime
) -> None:
    mail = write()
    assert send_due(clock=at(now), most=9) == post.Tally(sent=1)
    assert told(mail) == ("sent", 1, "")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
def test_a_certificate_that_nobody_vouches_for_is_refused(
    switched_on: Callable[[MailServer], None], settings: Any, write: Callable[..., Mail], now: datetime, tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made_by = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "2"]
    subprocess.run([*made_by, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    mail = write()
    settings.EMAIL_USE_SSL = True
    with MailServer(context=context) as server:
        server.behave("ok", settings)
        switched_on(server)
        send_due(clock=at(now), most=9)
    assert told(mail) == ("waiting", 1, "邮件服务器的证书未通过验证，请系统管理员核对。")
    assert server.taken == []


def test_the_waits_grow_and_end() -> None:
    minutes = [int(post.wait_after(tries).total_seconds() // 60) for tries in range(1, 10)]
    assert minutes == [5, 10, 20, 40, 80, 160, 320, 360, 360]
    assert post.wait_after(10_000) == LONGEST_WAIT


@pytest.mark.parametrize(
    ("server", "most"), [("busy", MOST_TRIES), ("no_recipient", MOST_TRIES_IF_REFUSED)], indirect=["server"]
)
def test_a_mail_that_is_never_taken_is_given_up_and_can_be_tried_again(
    server: MailServer, most: int, write: Callable[..., Mail], city: User, now: datetime
) -> None:
    mail, moment = write(), now
    for _ in range(most):
        assert told(mail)[0] == "waiting"
        moment += LONGEST_WAIT
        send_due(clock=at(moment), most=9)
    state, attempts, problem = told(mail)
    assert (state, attempts) == ("failed", most)
    assert problem
    assert mail.next_try_at is None
    assert send_due(clock=at(moment + LONGEST_WAIT), most=9) == post.Tally()
    server.manner = "ok"
    outbox.release(mail=mail, by=city, at=moment)
    assert told(mail) == ("waiting", 0, "")
    assert send_due(clock=at(moment), most=9) == post.Tally(sent=1)


def test_of_two_senders_one_sends(server: MailServer, write: Callable[..., Mail], now: datetime) -> None:
    """The second one comes while the first one waits for the server."""
    write()
    others = []
    server.meanwhile = lambda _: None
    original = post._hand_over

    def hand_over(mail: Mail, clock: Any) -> Any:
        others.append(send_due(clock=at(now + timedelta(seconds=1)), most=9))
        return original(mail, clock)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(post, "_hand_over", hand_over)
        assert send_due(clock=at(now), most=9) == post.Tally(sent=1)
    assert others == [post.Tally()]
    assert len(server.taken) == 1


def test_a_claim_that_was_lost_to_another_sender_sends_nothing(
    server: MailServer, write: Callable[..., Mail], now: datetime
) -> None:
    mail = write()
    assert post._claim(mail.pk, due_only=True, at=now) is not None
    assert post._claim(mail.pk, due_only=True, at=now) is None
    assert post._claim(mail.pk, due_only=False, at=now) is None


@pytest.mark.trust("T42")
def test_a_crash_between_yes_and_mark_sends_once_more_under_the_same_name(
    server: MailServer, write: Callable[..., Mail], now: datetime
) -> None:
    mail = write()
    claimed = post._claim(mail.pk, due_only=True, at=now)
    assert claimed is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(post, "_held", _killed)
        with pytest.raises(KeyboardInterrupt):
            post._hand_over(claimed, at(now))
    assert told(mail) == ("waiting", 1, SENDING)
    assert delivery(mail).label == SENDING
    assert send_due(clock=at(now + HOLD - timedelta(seconds=1)), most=9) == post.Tally()
    assert send_due(clock=at(now + HOLD), most=9) == post.Tally(sent=1)
    names = [each["Message-ID"] for each in server.taken]
    assert len(names) == 2
    assert len(set(names)) == 1
    assert send_due(clock=at(now + HOLD * 9), most=9) == post.Tally()


def _killed(_: Mail) -> Any:
    raise KeyboardInterrupt


def test_the_name_of_a_mail_changes_with_its_text_only(write: Callable[..., Mail], city: User, now: datetime) -> None:
    mail, other = write(), write()
    assert post.message_id(mail) == post.message_id(Mail.objects.get(pk=mail.pk))
    assert post.message_id(mail) != post.message_id(other)
    changed = outbox.change(mail=mail, address=mail.address, subject="另一标题", body=mail.body, by=city, at=now)
    assert post.message_id(changed) != post.message_id(mail)


def test_what_was_changed_before_the_claim_is_what_goes_out(
    server: MailServer, write: Callable[..., Mail], city: User, now: datetime
) -> None:
    mail = write()
    outbox.change(mail=mail, address="new@example.cn", subject="新标题", body="新正文", by=city, at=now)
    send_due(clock=at(now), most=9)
    assert [(each["To"], each["Subject"]) for each in server.taken] == [("new@example.cn", "新标题")]


def test_only_what_is_due_is_taken(
    server: MailServer, settings: Any, write: Callable[..., Mail], now: datetime
) -> None:
    write(address="")
    settings.MAIL_ENABLED = False
    written_while_off = write()
    settings.MAIL_ENABLED = True
    assert send_due(clock=at(now), most=9) == post.Tally()
    assert written_while_off.problem == MAIL_OFF
    # A person may send it all the same.
    assert send_due(clock=at(now), most=9, only=Q(pk=written_while_off.pk)) == post.Tally(sent=1)


def test_a_pass_takes_no_more_than_told_the_oldest_first(
    server: MailServer, write: Callable[..., Mail], now: datetime
) -> None:
    second, first = write(), write(at=now - timedelta(hours=1))
    assert send_due(clock=at(now), most=1) == post.Tally(sent=1)
    assert (told(first)[0], told(second)[0]) == ("sent", "waiting")


def test_a_pass_in_front_of_somebody_ends_in_time(
    server: MailServer, write: Callable[..., Mail], now: datetime
) -> None:
    write(), write(), write()
    ticks = iter(now + timedelta(seconds=4 * tick) for tick in range(99))
    assert send_due(clock=lambda: next(ticks), most=9, seconds=10) == post.Tally(sent=1)


def test_without_a_server_nothing_is_tried(write: Callable[..., Mail], settings: Any, now: datetime) -> None:
    settings.MAIL_ENABLED = False
    mail = write()
    assert send_due(clock=at(now), most=9) == post.Tally(stopped=MAIL_OFF)
    assert told(mail) == ("waiting", 0, MAIL_OFF)
    assert told(write(address="")) == ("waiting", 0, NO_ADDRESS)


def test_the_command_says_how_it_went(
    server: MailServer, write: Callable[..., Mail], capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    call_command("send_mails")
    assert capsys.readouterr() == ("已送出 1 封，未送出 0 封。\n", "")


def test_the_command_lives_without_the_server(
    switched_on: object, write: Callable[..., Mail], capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    call_command("send_mails")
    assert capsys.readouterr() == ("已送出 0 封，未送出 1 封。\n", "邮件服务器拒绝连接。\n")


def test_a_mail_that_cannot_be_made_is_no_harm_to_the_others(
    server: MailServer, write: Callable[..., Mail], now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = write(at=now - timedelta(hours=1)), write()
    Mail.objects.filter(pk=bad.pk).update(subject="两\n行")
    assert send_due(clock=at(now), most=9) == post.Tally(sent=1, failed=1)
    assert told(bad) == ("waiting", 1, "邮件生成时出错，请联系系统管理员。")
    assert told(good) == ("sent", 1, "")
    assert [record.message for record in caplog.records] == ["mail could not be made"]


def test_no_header_comes_out_of_what_people_type(
    server: MailServer, write: Callable[..., Mail], filed: Application, now: datetime
) -> None:
    Application.objects.filter(pk=filed.pk).update(name="平台\r\nBcc: all@example.cn", operator_name="x\r\n\r\n.\r\n")
    filed.refresh_from_db()
    mail = write(context={"reason": "一\r\n.\r\nMAIL FROM:<x@example.cn>"})
    send_due(clock=at(now), most=9)
    (taken,) = server.taken
    assert [taken[name] for name in ("To", "Cc", "Bcc")] == ["zhao@example.cn", None, None]
    assert taken.get_content().replace("\r\n", "\n").strip() == mail.body
    assert "一 . MAIL FROM:<x@example[.]cn>" in mail.body
    assert policy.default.header_max_count("Subject") == 1


@pytest.mark.django_db(transaction=True)
def test_many_mails_and_several_senders_at_once(server: MailServer, write: Callable[..., Mail], now: datetime) -> None:
    """Each mail goes out once, whoever sends it."""
    for _ in range(12):
        write()
    gate, tallies = threading.Barrier(3), []

    def send() -> None:
        gate.wait(LONG)
        try:
            tallies.append(send_due(clock=at(now), most=99))
        finally:
            connections.close_all()

    senders = [threading.Thread(target=send) for _ in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(LONG)
    assert sum(tally.sent for tally in tallies) == 12
    assert sum(tally.failed for tally in tallies) == 0
    names = [each["Message-ID"] for each in server.taken]
    assert (len(names), len(set(names))) == (12, 12)
    assert set(Mail.objects.values_list("state", "attempts")) == {("sent", 1)}
