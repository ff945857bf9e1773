"""Who is told of a D may object to the public notice by the same link, and what ends its hearing with the notice."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.hearings import queries
from evaluation.hearings.services import hearings
from evaluation.hearings.services.hearings import Sent
from evaluation.models import Hearing, NoticeLine, Objection, PublicNotice
from evaluation.public_notice.queries.findings import before_publishing
from platforms.errors import Gone
from platforms.models import EvidenceFile, Region, Round, User
from tests import factories
from tests.evaluation.public_notice.noticed import AT, LAST, amended, first, officers, opened
from tests.evaluation.stage import confirmed_round
from tests.kept_rows import once

pytestmark = pytest.mark.django_db
TYPED = {"text": "服务企业数应为60家。", "name": "测试街道办事处", "phone": "0574-87654321", "email": ""}


@pytest.fixture(autouse=True)
def _a_day_of_the_period(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 11 September 2026."""
    ticks = itertools.count()
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(microseconds=next(ticks)))


@pytest.fixture
def notice(regions: dict[str, Region]) -> PublicNotice:
    """An A and a D in 鄞州区."""
    return opened(once(confirmed_round, {"330212": {"A": 1, "D": 1}}, year=2026))


@pytest.fixture
def sent(notice: PublicNotice, city: User) -> Sent:
    return tell(notice, city)


def tell(notice: PublicNotice, by: User, *, at: datetime = AT) -> Sent:
    """What the opening tells the operator of the D."""
    assessment = first(notice, "D")
    platform = assessment.application.platform
    assert platform is not None
    return hearings.send(
        kind="grade", platform=platform, assessment=assessment, recipient=platform.operator_name,
        intended="拟评定为D档，不予认定", reasons="得分低于最低分数线。", answer_by=notice.ends_on, by=by, at=at,
    )  # fmt: skip


def page(sent: Sent, name: str = "objection") -> str:
    return reverse(f"hearing:{name}", args=[sent.token])


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def state(sent: Sent) -> str:
    return queries.state_of(Hearing.objects.get(pk=sent.hearing.pk), AT.date())


@pytest.mark.clause("N20")
def test_the_operator_objects_by_its_link_about_its_own_platform(
    stranger: Client, sent: Sent, notice: PublicNotice
) -> None:
    assert page(sent) in shown(stranger.get(page(sent, "start")))
    assert "提出异议不代替陈述申辩" in shown(stranger.get(page(sent)))
    done = stranger.post(page(sent), TYPED | {"uploads": [factories.upload()]})
    made, text = Objection.objects.get(), shown(done)
    assert (made.channel, made.assessment, made.notice, made.name) == (
        "link", sent.hearing.assessment, notice, "测试街道办事处"
    )  # fmt: skip
    assert (made.number in text, "查询码" in text, "查询码只显示这一次" in text) == (True, True, True)
    assert EvidenceFile.objects.get(kind="objection").key == made.pk
    # It is no answer to the hearing.
    assert Hearing.objects.get().answered_at is None


def test_number_and_code_are_shown_once(stranger: Client, sent: Sent) -> None:
    first_answer = stranger.post(page(sent), TYPED)
    again = stranger.post(page(sent), TYPED)
    assert (first_answer.status_code, again.status_code, Objection.objects.count()) == (200, 302, 1)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "匿名"}, "异议须实名提出"),
        ({"phone": "12"}, "电话"),
        ({"text": ""}, "请填写。"),
        ({"email": "x"}, "邮箱"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    stranger: Client, sent: Sent, change: dict[str, str], sentence: str
) -> None:
    answer = stranger.post(page(sent), TYPED | change)
    kept = (TYPED | change)["name"]
    assert (answer.status_code, sentence in shown(answer), kept in shown(answer)) == (200, True, True)
    assert Objection.objects.count() == 0


def test_so_many_from_one_link_are_told_to_come_later(stranger: Client, sent: Sent, settings: Any) -> None:
    settings.OBJECTIONS_PER_HOUR = 1
    stranger.post(page(sent), TYPED)
    answer = stranger.post(page(sent), TYPED | {"text": "另一件。"})
    assert (answer.status_code, "您一小时内提交的异议较多" in shown(answer)) == (409, True)


@pytest.mark.parametrize("late", ["over", "stopped", "published"])
def test_without_a_running_notice_there_is_nothing_to_object_to(
    stranger: Client, sent: Sent, notice: PublicNotice, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    if late == "over":
        monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(days=6))
        assert AT.date() + timedelta(days=5) == LAST
    elif late == "stopped":
        stop(notice)
    else:
        Round.objects.filter(pk=notice.round_id).update(status="published")
    assert page(sent) not in shown(stranger.get(page(sent, "start")))
    assert stranger.post(page(sent), TYPED).url == page(sent, "start")
    assert Objection.objects.count() == 0


def test_a_revocation_has_no_notice_to_object_to(stranger: Client, notice: PublicNotice, city: User) -> None:
    platform = first(notice, "D").application.platform
    assert platform is not None
    other = hearings.send(
        kind="revocation", platform=platform, recipient="测试单位", intended="拟撤销认定", reasons="收费。",
        answer_by=LAST, by=city, at=AT,
    )  # fmt: skip
    assert stranger.get(page(other)).url == page(other, "start")


def stop(notice: PublicNotice) -> None:
    one, _ = officers()
    PublicNotice.objects.filter(pk=notice.pk).update(
        status="stopped", stopped_at=AT + timedelta(hours=1), stopped_by=one, stop_reason="名单有误"
    )


def test_a_hearing_ends_with_the_notice_that_was_stopped_and_not_the_next_one(
    sent: Sent, notice: PublicNotice, city: User
) -> None:
    assert state(sent) == "unopened"
    stop(notice)
    assert state(sent) == "ended"
    with pytest.raises(Gone, match="该事项已决定或已终结"):
        hearings.answer(hearing=sent.hearing, text="迟", name="李", token=sent.token, at=AT)
    again = tell(opened(notice.round, at=AT + timedelta(hours=2)), city, at=AT + timedelta(hours=2))
    assert (state(sent), state(again)) == ("ended", "unopened")


def test_a_platform_that_is_certified_after_all_is_not_heard_any_more_and_holds_up_nothing(
    sent: Sent, notice: PublicNotice, city: User
) -> None:
    hearings.answer(hearing=sent.hearing, text="漏计30家。", name="李法人", by=city, at=AT)
    waits = "有 1 份告知书的陈述申辩尚未办结，办结后才能公布"
    on = LAST + timedelta(days=1)
    assert [each.text for each in before_publishing(notice.round, on) if "告知书" in each.text] == [waits]
    line = NoticeLine.objects.get(notice=notice, assessment=sent.hearing.assessment)
    amended(line, "B", at=AT + timedelta(hours=1))
    assert state(sent) == "ended"
    assert [each.text for each in before_publishing(notice.round, on) if "告知书" in each.text] == []
    # Back to D: what was told at first stays ended, a new hearing says it again.
    amended(NoticeLine.objects.latest("pk"), "D", at=AT + timedelta(hours=2))
    assert state(tell(notice, city, at=AT + timedelta(hours=2))) == "unopened"
