"""What the holder of a link reads and sends: the notice with its reasons, files, one answer, and what came of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from evaluation.hearings.services import hearings
from evaluation.hearings.services.hearings import Sent
from evaluation.models import Assessment, Hearing, Score
from ningbo_windows.way_back import way_back
from platforms.log_filter import hide_keys
from platforms.models import AuditEvent, EvidenceFile, Platform, User
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def sent(platform: Platform, city: User) -> Sent:
    """What is told today, to be answered in five days."""
    return hearings.send(
        kind="revocation", platform=platform, recipient=platform.operator_name, intended="拟撤销认定",
        reasons="向3家企业收取服务费。", answer_by=timezone.localdate() + 5 * DAY, by=city, at=timezone.now(),
    )  # fmt: skip


def page(sent: Sent, name: str = "start", *more: Any) -> str:
    return reverse(f"hearing:{name}", args=[sent.token, *more])


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_page_says_what_is_intended_why_and_until_when(stranger: Client, sent: Sent) -> None:
    answer = stranger.get(page(sent))
    text = shown(answer)
    for words in (
        "拟撤销认定",
        "向3家企业收取服务费。",
        sent.hearing.number,
        "还有 5 天",
        "提出陈述申辩",
        "放弃陈述申辩",
    ):
        assert words in text, words
    assert answer["Cache-Control"] == "no-store, private"
    assert Hearing.objects.get().opened_at is not None


def test_a_grade_is_told_with_the_points_of_each_indicator_and_nobody_who_gave_them(
    stranger: Client, graded: Sent, city: User
) -> None:
    line = Score.objects.filter(points__isnull=False).order_by("indicator__order")[0]
    assessment = Assessment.objects.get()
    text = shown(stranger.get(page(graded)))
    assert ("各项指标得分" in text, line.indicator.title in text) == (True, True)
    assert f"总得分：{assessment.points:f}".rstrip("0").rstrip(".") in text
    people = [each for each in (assessment.scored_by, assessment.confirmed_by, line.by, city) if each]
    assert [each.name in text for each in people] == [False] * len(people)


def test_an_answer_is_kept_once_with_its_receipt(stranger: Client, sent: Sent) -> None:
    typed = {"text": "收费是代收。", "name": "李法人", "phone": "0574-87654321"}
    asked = shown(stranger.get(page(sent, "answer")))
    assert "提交后不能修改" in asked
    done = stranger.post(page(sent, "answer"), typed, follow=True)
    text = shown(done)
    for words in ("陈述申辩已提交。", "陈述申辩回执", "收费是代收。", "李法人", "待复核"):
        assert words in text, words
    # Whoever comes again is led to the receipt, and changes nothing.
    again = stranger.post(page(sent, "answer"), typed | {"text": "另一说法"})
    assert (again.status_code, again.url, Hearing.objects.get().answer) == (302, page(sent), "收费是代收。")
    assert stranger.get(page(sent, "waive")).url == page(sent)
    assert stranger.get(page(sent, "files")).url == page(sent)


def test_what_is_wrong_is_told_at_its_box_and_nothing_typed_is_lost(stranger: Client, sent: Sent) -> None:
    answer = stranger.post(page(sent, "answer"), {"text": "字" * 2001, "name": "", "phone": "0574"})
    text = shown(answer)
    assert (answer.status_code, "字" * 2001 in text, 'value="0574"' in text) == (200, True, True)
    assert Hearing.objects.get().answered_at is None


def test_who_waives_is_asked_and_gets_a_receipt(stranger: Client, sent: Sent) -> None:
    assert "提交后不能再提出陈述申辩" in shown(stranger.get(page(sent, "waive")))
    text = shown(stranger.post(page(sent, "waive"), {"name": "李法人"}, follow=True))
    assert ("放弃陈述申辩回执" in text, Hearing.objects.get().waived) == (True, True)


def test_files_are_brought_before_the_answer_and_read_by_the_link_alone(stranger: Client, sent: Sent) -> None:
    done = stranger.post(page(sent, "files"), {"uploads": [factories.upload()], "note": "转账记录"}, follow=True)
    kept = EvidenceFile.objects.get()
    assert ("已上传 1 个佐证材料。" in shown(done), kept.kind, kept.key) == (True, "hearing", sent.hearing.pk)
    assert kept.shown_name in shown(stranger.get(page(sent)))
    read = stranger.get(page(sent, "file", kept.pk))
    assert (read.status_code, read.getvalue()) == (200, factories.PDF)
    again = stranger.post(page(sent, "files"), {"uploads": [factories.upload()]})
    assert (again.status_code, "已经上传过" in shown(again)) == (409, True)
    assert stranger.get(page(sent, "file", kept.pk + 1)).status_code == 404
    assert stranger.get(reverse("hearing:file", args=["x", kept.pk])).status_code == 404


def test_the_reply_is_read_under_the_link(stranger: Client, sent: Sent, city: User) -> None:
    stranger.post(page(sent, "answer"), {"text": "收费是代收。", "name": "李法人"})
    hearings.reply(hearing=sent.hearing, text="代收无委托，不予采纳。", by=city, at=timezone.now())
    text = shown(stranger.get(page(sent)))
    assert ("代收无委托，不予采纳。" in text, "已复核" in text, city.name in text) == (True, True, False)


def test_a_link_that_a_newer_one_ended_and_one_that_never_was_are_the_same_page(
    stranger: Client, sent: Sent, yinzhou: User
) -> None:
    hearings.renew_link(hearing=sent.hearing, by=yinzhou, at=timezone.now())
    old, never = (stranger.get(reverse("hearing:start", args=[token])) for token in (sent.token, "x" * 43))
    assert (old.status_code, never.status_code) == (404, 404)
    assert shown(old) == shown(never)
    assert "没有找到这个告知书链接" in shown(old)


def test_guesses_are_limited(stranger: Client, sent: Sent, settings: Any) -> None:
    settings.KEY_GUESSES_PER_MINUTE = 2
    answers = [stranger.get(reverse("hearing:start", args=[f"guess-{n}"])).status_code for n in range(3)]
    assert answers == [404, 404, 429]
    assert stranger.get(page(sent)).status_code == 200


def test_after_the_last_day_the_page_only_tells(stranger: Client, platform: Platform, city: User) -> None:
    today = timezone.localdate()
    sent = hearings.send(
        kind="revocation", platform=platform, recipient="测试单位", intended="拟撤销认定", reasons="收费。",
        answer_by=today - DAY, by=city, at=timezone.now() - 2 * DAY,
    )  # fmt: skip
    text = shown(stranger.get(page(sent)))
    assert ("陈述期限已满" in text, page(sent, "answer") in text) == (True, False)
    assert stranger.post(page(sent, "answer"), {"text": "迟", "name": "李"}).url == page(sent)
    assert Hearing.objects.get().answered_at is None


def test_two_who_answer_at_once_leave_one_answer(stranger: Client, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page was looked at before the other answer came."""
    monkeypatch.setattr("evaluation.hearings.desk.unit._closed_to", lambda *_: None)
    stranger.post(page(sent, "answer"), {"text": "第一份", "name": "李"})
    second = stranger.post(page(sent, "answer"), {"text": "第二份", "name": "王"})
    text = shown(second)
    assert (second.status_code, "不能重复提交或修改" in text, "第二份" in text) == (409, True, True)
    assert Hearing.objects.get().answer == "第一份"


def test_the_key_stands_in_no_log_and_on_no_page_that_fails(sent: Sent) -> None:
    path = page(sent, "answer")
    assert hide_keys(f"GET {path} 500") == "GET /fill/hearing/***/answer/ 500"
    assert way_back(RequestFactory().get(path))["back"]["url"] == "../"
    assert way_back(RequestFactory().get(page(sent)))["back"]["url"] == "./"
    assert not AuditEvent.objects.filter(reason__contains=sent.token).exists()
