"""A hearing: told once, answered once and in time, replied once; each act in the log, nothing said ever changes."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from evaluation.hearings import queries
from evaluation.hearings.services import hearings
from evaluation.hearings.services.hearings import Sent
from evaluation.models import Assessment, Hearing
from platforms.errors import Gone, Refusal
from platforms.models import Application, AuditEvent, EvidenceFile, Mail, Platform, Region, User
from tests import factories
from tests.evaluation.hearings.conftest import AT, UNTIL

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LAST_MINUTE = datetime.fromisoformat("2021-06-08T23:59:00+08:00")
TOO_LATE = datetime.fromisoformat("2021-06-09T00:00:00+08:00")


def verbs(hearing: Hearing) -> list[str]:
    rows = AuditEvent.objects.filter(object_code=hearing.number).order_by("serial")
    return list(rows.values_list("verb", flat=True))


def say(sent: Sent, text: str = "收费是代收。", *, at: datetime = AT, **more: Any) -> Hearing:
    """Answer through the link."""
    return hearings.answer(hearing=sent.hearing, text=text, name="李法人", token=sent.token, at=at, **more)


def test_it_is_numbered_by_year_and_told_in_one_mail_with_its_link(sent: Sent, platform: Platform) -> None:
    row = Hearing.objects.get()
    assert (row.number, row.kind, row.platform, row.answer_by, row.sent_at) == (
        "GZ-2021-0001", "revocation", platform, UNTIL, AT
    )  # fmt: skip
    mail = Mail.objects.get(kind="hearing")
    assert (mail.address, mail.recipient, mail.region, sent.mailed) == (
        "unit@example.cn", platform.operator_name, platform.region, True
    )  # fmt: skip
    assert f"/fill/hearing/{sent.token}/" in mail.body
    assert "GZ-2021-0001" in mail.subject
    assert ("向3家企业收取服务费。" in mail.body, "2021年6月8日" in mail.body) == (True, True)
    assert (sent.token in row.token_hash, len(row.token_hash)) == (False, 64)
    assert verbs(row) == ["告知"]


def test_without_an_address_it_is_a_text_that_the_county_passes_on(platform: Platform, city: User) -> None:
    Application.objects.update(contact_email="")
    sent = hearings.send(
        kind="revocation", platform=platform, recipient="测试单位", intended="拟撤销认定", reasons="收费。",
        answer_by=UNTIL, by=city, at=AT,
    )  # fmt: skip
    mail = Mail.objects.get(kind="hearing")
    assert (sent.mailed, mail.address, mail.region) == (False, "", platform.region)


def test_a_platform_whose_form_is_not_here_is_told_too(regions: dict[str, Region], city: User) -> None:
    """One that was taken over from before this system: nobody's address is known."""
    region = regions["330212"]
    platform = Platform.objects.create(
        code="P-1", name="测试平台", operator_name="测试单位", operator_code=factories.credit_code(), type="town",
        region=region, town=factories.town(region), accepted_on=AT.date(),
    )  # fmt: skip
    sent = hearings.send(
        kind="revocation", platform=platform, recipient="测试单位", intended="拟撤销认定", reasons="收费。",
        answer_by=UNTIL, by=city, at=AT,
    )  # fmt: skip
    mail = Mail.objects.get(kind="hearing")
    assert (sent.mailed, mail.address, mail.application, mail.round, mail.region) == (False, "", None, None, region)


def test_reasons_that_grow_in_a_mail_are_cut_there_and_nowhere_else(platform: Platform, city: User) -> None:
    reasons = "见a.cn。" * 250
    sent = hearings.send(
        kind="revocation", platform=platform, recipient="测试单位", intended="拟撤销认定", reasons=reasons,
        answer_by=UNTIL, by=city, at=AT,
    )  # fmt: skip
    assert sent.hearing.reasons == reasons
    assert "…（全文请打开链接查看）" in Mail.objects.get(kind="hearing").body


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"recipient": " "}, "请填写“被告知单位”。"),
        ({"intended": "拟" * 61}, "“拟办事项”最多 60 个字，现为 61 个字。"),
        ({"reasons": ""}, "请填写“事实和理由”。"),
        ({"answer_by": AT.date() - DAY}, "陈述期限不能早于今天。"),
    ],
)
def test_what_a_hearing_needs(platform: Platform, city: User, changes: dict[str, Any], sentence: str) -> None:
    given = {"recipient": "测试单位", "intended": "拟撤销认定", "reasons": "收费。", "answer_by": UNTIL} | changes
    with pytest.raises(Refusal) as refused:
        hearings.send(kind="revocation", platform=platform, by=city, at=AT, **given)
    assert (str(refused.value), Hearing.objects.count()) == (sentence, 0)


def test_a_hearing_about_a_grade_names_the_assessment_and_only_that(platform: Platform, city: User) -> None:
    given = {"recipient": "x", "intended": "x", "reasons": "x", "answer_by": UNTIL, "by": city, "at": AT}
    with pytest.raises(ValueError, match="names the assessment"):
        hearings.send(kind="grade", platform=platform, **given)
    with pytest.raises(ValueError, match="names the assessment"):
        hearings.send(kind="revocation", platform=platform, assessment=Assessment.objects.get(), **given)


def test_a_new_link_ends_the_old_one_and_is_told_in_a_mail_of_its_own(sent: Sent, yinzhou: User) -> None:
    again = hearings.renew_link(hearing=sent.hearing, by=yinzhou, at=AT)
    assert (hearings.find(sent.token), hearings.find(again.token)) == (None, sent.hearing)
    assert Mail.objects.filter(kind="hearing").count() == 2
    with pytest.raises(Gone, match="本链接已由新的链接替代"):
        say(sent)
    assert verbs(sent.hearing) == ["告知", "重新发送告知书链接"]


def test_another_county_passes_nothing_on(sent: Sent, cixi: User, finance: User) -> None:
    for person in (cixi, finance):
        with pytest.raises(Refusal, match="您没有办理这份告知书的权限。"):
            hearings.renew_link(hearing=sent.hearing, by=person, at=AT)
        with pytest.raises(Refusal, match="您没有办理这份告知书的权限。"):
            hearings.answer(hearing=sent.hearing, text="x", name="x", by=person, received_on=AT.date(), at=AT)
        with pytest.raises(Refusal, match="您没有办理这份告知书的权限。"):
            hearings.add_file(hearing=sent.hearing, upload=factories.upload(), by=person, at=AT)


def test_the_first_opening_is_noted_once(sent: Sent) -> None:
    hearings.open_link(hearing=sent.hearing, at=AT)
    hearings.open_link(hearing=sent.hearing, at=AT + DAY)
    assert (Hearing.objects.get().opened_at, verbs(sent.hearing)) == (AT, ["告知", "打开告知书"])


def test_the_operator_answers_once_until_the_last_minute_of_the_last_day(sent: Sent) -> None:
    with pytest.raises(Gone, match="陈述期限已于2021年6月8日届满"):
        say(sent, at=TOO_LATE)
    row = say(sent, phone="0574-87654321", at=LAST_MINUTE)
    assert (row.answer, row.answered_name, row.answered_phone, row.answered_at, row.entered_by, row.waived) == (
        "收费是代收。", "李法人", "0574-87654321", LAST_MINUTE, None, False
    )  # fmt: skip
    with pytest.raises(Gone, match="不能重复提交或修改"):
        say(sent, "另一说法")
    event = AuditEvent.objects.get(verb="陈述申辩")
    assert (event.actor, event.object_code) == ("被告知单位", row.number)


def test_who_waives_says_nothing(sent: Sent) -> None:
    with pytest.raises(Refusal, match="放弃陈述的，不填写陈述申辩内容。"):
        say(sent, waived=True)
    row = say(sent, "", waived=True)
    assert (row.waived, row.answer, verbs(row)) == (True, "", ["告知", "放弃陈述申辩"])


@pytest.mark.parametrize(
    ("text", "name", "field"), [("", "李", "text"), ("字" * 2001, "李", "text"), ("不同意", " ", "name")]
)
def test_what_an_answer_needs(sent: Sent, text: str, name: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        hearings.answer(hearing=sent.hearing, text=text, name=name, token=sent.token, at=AT)
    assert (refused.value.field, Hearing.objects.get().answered_at) == (field, None)


def test_paper_that_came_in_time_may_be_written_down_later(sent: Sent, yinzhou: User) -> None:
    paper = {"hearing": sent.hearing, "text": "见书面材料。", "name": "李法人", "by": yinzhou, "at": TOO_LATE}
    for day, sentence in (
        (UNTIL + DAY, "陈述期限已于2021年6月8日届满"),
        (UNTIL + 2 * DAY, "收到日期不能晚于今天。"),
        (date(2021, 5, 31), "收到日期不能早于告知日期。"),
        (None, "陈述期限已于2021年6月8日届满"),
    ):
        with pytest.raises(Refusal, match=sentence):
            hearings.answer(received_on=day, **paper)
    row = hearings.answer(received_on=UNTIL, **paper)
    assert (row.entered_by, row.answered_at) == (yinzhou, TOO_LATE)
    event = AuditEvent.objects.get(verb="登记书面陈述申辩")
    assert (event.actor, event.changes) == ("yinzhou", {"收到日期": ["", "2021-06-08"]})


def test_files_come_by_the_link_before_the_answer(sent: Sent, yinzhou: User) -> None:
    with pytest.raises(Gone, match="届满"):
        hearings.add_file(hearing=sent.hearing, upload=factories.upload(), token=sent.token, at=TOO_LATE)
    hearings.add_file(hearing=sent.hearing, upload=factories.upload(), token=sent.token, at=AT)
    say(sent)
    with pytest.raises(Gone, match="不能重复提交或修改"):
        hearings.add_file(hearing=sent.hearing, upload=factories.upload("二.pdf"), token=sent.token, at=AT)
    # Nobody adds to what the operator itself said.
    with pytest.raises(Refusal, match="请先登记书面陈述"):
        hearings.add_file(hearing=sent.hearing, upload=factories.upload("二.pdf"), by=yinzhou, at=AT)
    assert list(EvidenceFile.objects.values_list("kind", "key", "uploaded_by")) == [("hearing", sent.hearing.pk, None)]


def test_the_scan_of_paper_comes_after_it_was_written_down_and_until_the_reply(
    sent: Sent, yinzhou: User, city: User
) -> None:
    hearings.answer(hearing=sent.hearing, text="见书面。", name="李法人", by=yinzhou, at=AT)
    hearings.add_file(hearing=sent.hearing, upload=factories.upload(), by=yinzhou, at=TOO_LATE)
    assert EvidenceFile.objects.get().uploaded_by == yinzhou
    hearings.reply(hearing=sent.hearing, text="不予采纳。", by=city, at=AT)
    with pytest.raises(Gone, match="该陈述申辩已复核"):
        hearings.add_file(hearing=sent.hearing, upload=factories.upload("二.pdf"), by=yinzhou, at=AT)


def test_the_city_replies_once_to_what_was_said(sent: Sent, city: User, yinzhou: User) -> None:
    with pytest.raises(Refusal, match="运营单位没有提出陈述申辩"):
        hearings.reply(hearing=sent.hearing, text="不予采纳。", by=city, at=AT)
    say(sent)
    with pytest.raises(Refusal, match="您没有“复核陈述申辩”的权限。"):
        hearings.reply(hearing=sent.hearing, text="不予采纳。", by=yinzhou, at=AT)
    with pytest.raises(Refusal, match="请填写“复核意见”。"):
        hearings.reply(hearing=sent.hearing, text=" ", by=city, at=AT)
    row = hearings.reply(hearing=sent.hearing, text="不予采纳。", by=city, at=AT)
    assert (row.reply, row.replied_by, row.replied_at) == ("不予采纳。", city, AT)
    with pytest.raises(Gone, match="已复核"):
        hearings.reply(hearing=sent.hearing, text="再复核", by=city, at=AT)
    assert verbs(row) == ["告知", "陈述申辩", "复核陈述申辩"]


def test_a_waiver_is_not_replied_to(sent: Sent, city: User) -> None:
    say(sent, "", waived=True)
    with pytest.raises(Refusal, match="无须复核"):
        hearings.reply(hearing=sent.hearing, text="x", by=city, at=AT)


def test_a_decision_waits_until_it_was_answered_and_replied_or_waived_or_lapsed(sent: Sent, city: User) -> None:
    row = sent.hearing
    assert [queries.over(row, day) for day in (UNTIL, UNTIL + DAY)] == [False, True]
    assert queries.why_not_over(row, UNTIL + DAY) == ""
    assert queries.why_not_over(row, UNTIL) == (
        "告知书 GZ-2021-0001 的陈述期限到2021年6月8日为止，运营单位尚未陈述申辩，期满后才能决定。"
    )
    said = say(sent)
    # What was said in time is looked into, however long that takes.
    assert [queries.over(said, day) for day in (UNTIL, UNTIL + DAY)] == [False, False]
    assert queries.why_not_over(said, UNTIL + DAY) == (
        "运营单位对告知书 GZ-2021-0001 提出的陈述申辩尚未复核，复核后才能决定。"
    )
    replied = hearings.reply(hearing=row, text="不予采纳。", by=city, at=AT)
    assert queries.over(replied, UNTIL) is True


def test_a_waiver_ends_the_waiting(sent: Sent) -> None:
    assert queries.over(say(sent, "", waived=True), UNTIL) is True


def test_each_state_is_said_and_filtered_alike(sent: Sent, city: User) -> None:
    row = sent.hearing

    def both(day: date) -> tuple[str, list[str]]:
        found = [key for key in queries.STATES if Hearing.objects.filter(queries.condition(key, day)).exists()]
        return queries.state_of(Hearing.objects.get(), day), found

    assert both(UNTIL) == ("unopened", ["unopened"])
    assert both(UNTIL + DAY) == ("lapsed", ["lapsed"])
    hearings.open_link(hearing=row, at=AT)
    assert both(UNTIL) == ("waiting", ["waiting"])
    say(sent)
    assert both(UNTIL + DAY) == ("answered", ["answered"])
    hearings.reply(hearing=row, text="不予采纳。", by=city, at=AT)
    assert both(UNTIL + DAY) == ("replied", ["replied"])


def test_once_the_round_is_public_nothing_is_said_any_more(graded: Sent) -> None:
    Assessment.objects.update(status="published")
    assert queries.state_of(graded.hearing, UNTIL) == "ended"
    assert Hearing.objects.filter(queries.condition("ended", UNTIL)).count() == 1
    with pytest.raises(Gone, match="该事项已决定或已终结"):
        say(graded)


def test_an_answer_is_not_replied_to_after_the_decision(graded: Sent, city: User) -> None:
    say(graded)
    Assessment.objects.update(status="published")
    with pytest.raises(Gone, match="该事项已决定或已终结"):
        hearings.reply(hearing=graded.hearing, text="x", by=city, at=AT)
    assert Hearing.objects.filter(queries.condition("ended", UNTIL + DAY)).count() == 1
