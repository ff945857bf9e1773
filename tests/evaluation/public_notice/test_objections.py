"""Objections from the day they come to the written answer."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from evaluation.models import Objection, PublicNotice
from evaluation.public_notice.queries import objections as queries
from evaluation.public_notice.services import objections
from platforms import stored_files
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.files.queries import files_of
from platforms.mail.texts import plain
from platforms.models import AuditEvent, CalendarDay, EvidenceFile, Mail, Round, User
from tests import factories
from tests.evaluation.public_notice.noticed import AT, WORDS, amended, filed, first, officers
from tests.evaluation.stage import city_officer, grader

pytestmark = pytest.mark.django_db
NAME = "宁波某某机械有限公司"


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refused:
        act()
    return str(refused.value)


def events() -> list[tuple[str, str, dict[str, Any]]]:
    """Verb, actor and changes of what was done with objections, the earliest first."""
    rows = AuditEvent.objects.filter(object_type="异议").order_by("serial")
    return [(row.verb, row.actor, row.changes) for row in rows]


@pytest.fixture
def given(notice: PublicNotice, city2: User) -> Objection:
    """An objection about an A, which ``city2`` has to answer."""
    made = filed(notice, first(notice), email="who@example.cn")
    return objections.assign(objection=made, to=city2, by=officers()[0], at=AT)


@pytest.mark.clause("N20")
def test_an_objection_gets_a_number_a_code_and_five_working_days(notice: PublicNotice) -> None:
    about = first(notice)
    facts: dict[str, Any] = {"name": NAME, "phone": "138 1234 5678", "text": WORDS, "sender_hash": "a" * 64}
    made, code = objections.file(notice=notice, assessment=about, channel="form", at=AT, **facts)
    assert objections.has_valid_form(made.number)
    # Friday 11 September; five working days later is the Friday after.
    assert (made.status, made.due_on, made.phone) == ("received", date(2026, 9, 18), "13812345678")
    assert made.region == about.application.region
    assert objections.find(f" {made.number.lower()} ", code.lower()) == made
    assert [
        objections.find(made.number, "AAAAAAAAAA"),
        objections.find("YYAAAAAAAAAA", code),
        objections.find("中", code),
    ] == [None] * 3
    assert code not in str(Objection.objects.values_list().get())
    listed = {line.assessment_id: line.code for line in queries.listed(notice)}
    assert events() == [("收到异议", "公众", {"来源": ["", "网上填写"], "平台编号": ["", listed[about.pk]]})]
    # The log, which others read, does not say who it was.
    logged = str(list(AuditEvent.objects.values_list()))
    assert [word in logged for word in (NAME, "13812345678", WORDS)] == [False, False, False]
    assert list(audit.breaks()) == []


def test_the_days_to_answer_are_a_setting_and_know_the_holidays(notice: PublicNotice, settings: Any) -> None:
    settings.OBJECTION_WORKING_DAYS = 3
    CalendarDay.objects.create(day=date(2026, 9, 14), kind="free")
    CalendarDay.objects.create(day=date(2026, 9, 12), kind="work")
    # Saturday is worked, Monday is free: Saturday, Tuesday, Wednesday.
    assert filed(notice).due_on == date(2026, 9, 16)


def test_an_objection_to_the_list_as_a_whole_names_no_platform(notice: PublicNotice) -> None:
    made = filed(notice)
    assert (made.assessment, made.region, queries.line_of(made)) == (None, None, None)
    assert events()[0][2]["平台编号"] == ["", "窗口平台公示名单"]


def test_the_receipt_is_confirmed_where_an_address_was_given(notice: PublicNotice) -> None:
    filed(notice, text="没有留邮箱的异议。")
    assert Mail.objects.count() == 0
    made = filed(notice, first(notice), email="who@example.cn")
    mail = Mail.objects.get()
    assert (mail.kind, mail.address, mail.occasion, mail.region) == (
        "objection", "who@example.cn", f"objection:{made.number}", None,
    )  # fmt: skip
    assert f"受理编号为 {made.number}，将在2026年9月18日前书面答复" in mail.body
    assert "/objection/" in mail.body


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (datetime(2026, 9, 9, 15, 59, tzinfo=UTC), "公示期自2026年9月10日开始，请在公示期内提出异议。"),
        (datetime(2026, 9, 9, 16, 0, tzinfo=UTC), ""),
        (datetime(2026, 9, 16, 15, 59, tzinfo=UTC), ""),
        (datetime(2026, 9, 16, 16, 0, tzinfo=UTC), "公示期已于2026年9月16日结束，不再受理异议。"),
    ],
)
@pytest.mark.clause("N20")
def test_the_period_is_counted_in_days_of_ningbo(notice: PublicNotice, at: datetime, why: str) -> None:
    if why:
        assert refusal(lambda: filed(notice, at=at)) == why
    else:
        assert filed(notice, at=at).status == "received"


@pytest.mark.parametrize("status", ["proposed", "stopped"])
def test_only_an_opened_notice_takes_objections(notice: PublicNotice, status: str) -> None:
    one, _ = officers()
    if status == "stopped":
        PublicNotice.objects.update(status=status, stopped_at=AT, stopped_by=one, stop_reason="名单有误")
    else:
        notice = PublicNotice.objects.create(
            **{field.attname: getattr(notice, field.attname) for field in notice._meta.concrete_fields
               if field.name not in ("id", "number", "round", "status", "decided_at", "decided_by")},
            number="X", round=factories.round_of(2031), status=status,
        )  # fmt: skip
    words = {"proposed": "公示尚未发布，不能提出异议。", "stopped": "公示已终止，不再受理异议。"}
    # The row in hand may be older than the notice.
    assert refusal(lambda: filed(notice)) == words[status]
    assert Objection.objects.count() == 0


def test_nothing_is_taken_in_once_the_results_are_published(notice: PublicNotice, city: User) -> None:
    Round.objects.filter(pk=notice.round_id).update(status="published")
    notice.round.refresh_from_db()
    wanted = "认定结果已公布，不再登记对公示的异议；内容属实的，请办理更正。"
    assert refusal(lambda: filed(notice)) == wanted
    assert refusal(lambda: filed(notice, channel="paper", by=city)) == wanted


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"name": " "}, "name", "请填写“姓名或单位”。"),
        ({"name": "匿名"}, "name", "异议须实名提出，请填写真实姓名或单位全称；匿名的不予受理。"),
        ({"phone": ""}, "phone", "请填写“联系电话”。"),
        ({"phone": "12"}, "phone", "“12”不是有效的电话号码，请填写手机号码，或带区号的固定电话，如 0574-87654321。"),
        ({"email": "who"}, "email", "电子邮箱的格式不正确，应如 name@example.cn。"),
        ({"text": ""}, "text", "请填写“异议内容”。"),
        ({"text": "长" * 2001}, "text", "“异议内容”最多 2000 个字，现为 2001 个字。"),
        ({"text": "a\x00"}, "text", "“异议内容”中有无法保存的字符，请删除后重新填写。"),
    ],
)
def test_what_is_missing_or_wrong_is_said_of_its_field(
    notice: PublicNotice, changes: dict[str, str], field: str, why: str
) -> None:
    with pytest.raises(Refusal) as refused:
        filed(notice, **changes)
    assert (refused.value.field, str(refused.value)) == (field, why)
    assert Objection.objects.count() == 0


def test_by_the_form_only_public_lines_can_be_named(notice: PublicNotice, city: User) -> None:
    failed = first(notice, "D")
    not_listed = "该平台不在公示名单中，请从公示名单中选择。"
    assert refusal(lambda: filed(notice, failed)) == not_listed
    # Its unit has its own link, and may write a letter.
    assert filed(notice, failed, channel="link").channel == "link"
    assert filed(notice, failed, channel="paper", text="书面提出的异议。", by=city).channel == "paper"
    elsewhere = first(notice)
    other = PublicNotice.objects.create(
        **{field.attname: getattr(notice, field.attname) for field in notice._meta.concrete_fields
           if field.name not in ("id", "number", "round")},
        number="X", round=factories.round_of(2031),
    )  # fmt: skip
    for channel, by in (("form", None), ("link", None), ("mail", city)):
        assert refusal(lambda c=channel, b=by: filed(other, elsewhere, channel=c, by=b)) == not_listed  # type: ignore[misc]


def test_what_became_uncertified_is_no_longer_named_by_the_form(notice: PublicNotice) -> None:
    about = first(notice)
    amended(about.notice_lines.get(), "D")
    assert refusal(lambda: filed(notice, about)) == "该平台不在公示名单中，请从公示名单中选择。"
    assert len(queries.listed(notice)) == 2
    assert len(queries.listed(notice, public=False)) == 4


def test_the_same_words_of_the_same_person_are_taken_in_once(notice: PublicNotice) -> None:
    about = first(notice)
    filed(notice, about)
    again = "内容相同的异议已经收到，不必重复提出；未记下受理编号的，请按公示所列电话联系。"
    assert refusal(lambda: filed(notice, about, text=f" {WORDS[:5]}\n{WORDS[5:]}", sender_hash="b" * 64)) == again
    filed(notice, about, name="宁波另一家有限公司")
    filed(notice, text=WORDS)
    assert Objection.objects.count() == 3


def test_a_flood_is_refused_and_officers_are_not_counted(notice: PublicNotice, settings: Any, city: User) -> None:
    settings.OBJECTIONS_PER_HOUR, settings.OBJECTIONS_PER_HOUR_IN_ALL = 2, 3
    for number in range(4):
        filed(notice, channel="mail", by=city, text=f"第{number}封来信。", sender_hash="a" * 64)
    for number in range(2):
        filed(notice, text=f"第{number}件。")
    with pytest.raises(objections.TooMany, match="您一小时内提交的异议较多"):
        filed(notice, text="第三件。")
    filed(notice, text="另一处提交。", sender_hash="b" * 64)
    with pytest.raises(objections.TooMany, match="本站一小时内收到的异议较多"):
        filed(notice, text="又一处提交。", sender_hash="c" * 64)
    assert filed(notice, text="一小时后。", at=AT + timedelta(hours=1)).status == "received"


# From mail and paper ---------------------------------------------------------------------------------------------


def test_what_came_in_time_may_be_entered_later(notice: PublicNotice, city: User) -> None:
    came, later = datetime(2026, 9, 16, 9, tzinfo=UTC), AT + timedelta(days=10)
    made = filed(notice, channel="paper", by=city, received_at=came, at=later)
    # Sunday 20 September is worked, before the holidays of October.
    assert (made.received_at, made.due_on, made.entered_by, made.sender_hash) == (came, date(2026, 9, 22), city, "")
    assert events() == [("登记异议", "city", {"来源": ["", "书面"], "平台编号": ["", "窗口平台公示名单"]})]
    late = datetime(2026, 9, 17, 1, tzinfo=UTC)
    closed = "公示期已于2026年9月16日结束，不再受理异议。"
    assert refusal(lambda: filed(notice, channel="mail", by=city, received_at=late, at=later)) == closed
    assert refusal(lambda: filed(notice, channel="mail", by=city, received_at=AT, at=AT - timedelta(1))) == (
        "收到日期不能晚于今天。"
    )


def test_only_the_city_enters_one(notice: PublicNotice, yinzhou: User, finance: User) -> None:
    for person in (yinzhou, finance):
        assert refusal(lambda by=person: filed(notice, channel="paper", by=by)) == "您没有登记异议的权限。"  # type: ignore[misc]


def test_nobody_enters_what_comes_online_and_somebody_everything_else(notice: PublicNotice, city: User) -> None:
    for channel, by in (("form", city), ("link", city), ("mail", None), ("paper", None)):
        with pytest.raises(ValueError, match="comes online"):
            filed(notice, channel=channel, by=by)


# Files -----------------------------------------------------------------------------------------------------------


def test_files_are_kept_once_each_for_the_city_alone(
    notice: PublicNotice, yinzhou: User, city: User, finance: User
) -> None:
    files = [
        factories.upload("张三的证明.pdf"),
        factories.upload("又一份.pdf"),
        factories.upload("其他.pdf", factories.PDF + b"2"),
    ]
    made = filed(notice, first(notice), files=files)
    kept = files_of("objection", made.pk)
    assert [(each.shown_name, each.region, each.uploaded_by) for each in kept] == [
        ("张三的证明.pdf", None, None), ("其他.pdf", None, None),
    ]  # fmt: skip
    seen = [EvidenceFile.objects.visible_to(person).count() for person in (city, yinzhou, finance)]
    assert seen == [2, 0, 0]
    logged = AuditEvent.objects.filter(verb="上传佐证材料").order_by("serial")
    assert [(each.actor, each.changes) for each in logged] == [
        ("公众", {"异议材料": [None, each.digest]}) for each in kept
    ]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([factories.upload("木马.exe", b"MZ")], "木马.exe"),
        ([factories.upload(), factories.upload("网页.pdf", b"<html>")], "网页.pdf"),
        ([factories.upload(f"{n}.pdf") for n in range(6)], "最多上传 5 个文件，现选了 6 个。"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_taken_refuses_the_whole(notice: PublicNotice, files: list[Any], why: str) -> None:
    with pytest.raises(Refusal, match=why) as refused:
        filed(notice, files=files)
    assert refused.value.field == "uploads"
    assert (
        Objection.objects.count(),
        EvidenceFile.objects.count(),
        list(stored_files.names(stored_files.EVIDENCE)),
    ) == (0, 0, [])


def test_files_are_large_together_before_they_are_read(notice: PublicNotice) -> None:
    large = [factories.upload(f"{n}.pdf") for n in range(3)]
    for each in large:
        each.size = 18 * 1024 * 1024
    assert refusal(lambda: filed(notice, files=large)) == "文件合计不超过 50 MB，请压缩后上传。"


def test_a_full_disk_leaves_nothing_behind(notice: PublicNotice, monkeypatch: pytest.MonkeyPatch) -> None:
    keep, tries = stored_files.keep, []

    def full_at_the_second(name: str, content: bytes) -> bool:
        tries.append(name)
        if len(tries) == 2:
            raise OSError("disk full")
        return keep(name, content)

    monkeypatch.setattr(stored_files, "keep", full_at_the_second)
    files = [factories.upload(), factories.upload("其他.pdf", factories.PDF + b"2")]
    assert refusal(lambda: filed(notice, files=files)) == "服务器暂时无法保存文件，请稍后再试；已填内容不受影响。"
    assert (Objection.objects.count(), list(stored_files.names(stored_files.EVIDENCE))) == (0, [])


# Assigning -------------------------------------------------------------------------------------------------------


def test_an_objection_is_given_to_an_officer_and_again_to_another(
    notice: PublicNotice, city: User, city2: User
) -> None:
    made = filed(notice, first(notice))
    objections.assign(objection=made, to=city, by=city2, at=AT)
    made = objections.assign(objection=made, to=city2, by=city, at=AT + timedelta(hours=1))
    assert (made.status, made.assigned_to, made.assigned_at) == ("assigned", city2, AT + timedelta(hours=1))
    assert events()[1:] == [
        ("分办异议", "city2", {"承办人": ["", "city"]}), ("分办异议", "city", {"承办人": ["city", "city2"]}),
    ]  # fmt: skip
    again = refusal(lambda: objections.assign(objection=made, to=city2, by=city, at=AT))
    assert again == f"该异议已由{city2.name}承办。"


def test_who_scored_or_confirmed_the_grade_is_given_no_objection_to_it(notice: PublicNotice, city: User) -> None:
    about, whole = filed(notice, first(notice)), filed(notice)
    for judge in (city_officer(), grader()):
        why = refusal(lambda to=judge: objections.assign(objection=about, to=to, by=city, at=AT))  # type: ignore[misc]
        assert why == f"{judge.name}参与了该平台的评分或档次核定，不能承办对它的异议，请另选承办人。"
        assert judge not in objections.officers_for(about)
        assert judge in objections.officers_for(whole)
    assert set(objections.officers_for(about)) == {city, *officers()}
    assert objections.assign(objection=whole, to=grader(), by=city, at=AT).assigned_to == grader()


def test_only_active_officers_of_the_city_are_given_one(
    notice: PublicNotice, city: User, city2: User, yinzhou: User
) -> None:
    made = filed(notice)
    User.objects.filter(pk=city2.pk).update(is_active=False)
    city2.refresh_from_db()
    for person in (city2, yinzhou):
        why = refusal(lambda to=person: objections.assign(objection=made, to=to, by=city, at=AT))  # type: ignore[misc]
        assert why == "承办人须为市经信局在用账号的经办人员。"
    assert refusal(lambda: objections.assign(objection=made, to=city, by=yinzhou, at=AT)) == "您没有“分办”的权限。"


# Answering -------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N20")
@pytest.mark.parametrize(("outcome", "word"), [("upheld", "采纳"), ("partly", "部分采纳"), ("rejected", "不采纳")])
def test_the_answer_is_written_told_once_and_for_good(given: Objection, city2: User, outcome: str, word: str) -> None:
    Mail.objects.all().delete()
    done = objections.answer(objection=given, outcome=outcome, text="经复核，\n公示内容准确。", by=city2, at=AT)
    assert (done.status, done.outcome, done.answered_by, done.answered_at) == ("answered", outcome, city2, AT)
    assert events()[-1] == ("答复异议", "city2", {"处理结果": ["", word]})
    mail = Mail.objects.get()
    assert (mail.kind, mail.address, mail.occasion) == ("objected", "who@example.cn", f"objected:{done.number}")
    assert f"处理结果：{word}。" in mail.body
    assert "经复核，\n公示内容准确。" in mail.body
    with pytest.raises(Gone, match="该异议现为“已答复”"):
        objections.answer(objection=given, outcome=outcome, text="再次答复", by=city2, at=AT)
    with pytest.raises(Gone, match="该异议现为“已答复”"):
        objections.refuse(objection=given, text="再次办理", by=city2, at=AT)
    with pytest.raises(Gone):
        objections.assign(objection=given, to=officers()[0], by=city2, at=AT)
    assert Mail.objects.count() == 1


def test_only_the_one_it_was_given_to_answers(given: Objection, city: User, city2: User, yinzhou: User) -> None:
    other = "该异议由其他人员承办，不能代为办理；需要更换承办人的，请重新分办。"
    for act in (
        lambda by: objections.answer(objection=given, outcome="upheld", text="属实", by=by, at=AT),
        lambda by: objections.refuse(objection=given, text="与公示无关", by=by, at=AT),
    ):
        assert refusal(lambda a=act: a(city)) == other  # type: ignore[misc]
        assert "的权限。" in refusal(lambda a=act: a(yinzhou))  # type: ignore[misc]
    assert Objection.objects.get().status == "assigned"


def test_who_took_part_in_the_grade_meanwhile_does_not_answer(given: Objection, city2: User) -> None:
    given.assessment.sheets.update(handed_in_by=city2)  # type: ignore[union-attr]
    wanted = "您参与了该平台的评分或档次核定，不能办理对它的异议。"
    assert refusal(lambda: objections.answer(objection=given, outcome="upheld", text="属实", by=city2, at=AT)) == wanted
    assert refusal(lambda: objections.refuse(objection=given, text="无关", by=city2, at=AT)) == wanted


def test_an_answer_needs_an_outcome_and_words(given: Objection, city2: User) -> None:
    def answer(outcome: str, text: str) -> str:
        return refusal(lambda: objections.answer(objection=given, outcome=outcome, text=text, by=city2, at=AT))

    assert answer("", "属实") == "请选择处理结果。"
    assert answer("refused", "属实") == "请选择处理结果。"
    assert answer("upheld", " ") == "请填写“答复”的理由。"
    assert answer("upheld", "长" * 2001) == "“答复意见”最多 2000 个字，现为 2001 个字。"
    assert refusal(lambda: objections.refuse(objection=given, text="", by=city2, at=AT)) == "请填写“不予受理”的理由。"


def test_nothing_is_answered_before_it_was_given_to_somebody(notice: PublicNotice, city: User) -> None:
    made = filed(notice)
    with pytest.raises(Gone):
        objections.answer(objection=made, outcome="upheld", text="属实", by=city, at=AT)
    assert Objection.objects.get().status == "received"


def test_what_is_not_about_the_notice_is_refused_by_who_had_no_part_in_it(notice: PublicNotice, city: User) -> None:
    made = filed(notice, first(notice), email="who@example.cn")
    why = refusal(lambda: objections.refuse(objection=made, text="无关", by=grader(), at=AT))
    assert why == "您参与了该平台的评分或档次核定，不能办理对它的异议。"
    done = objections.refuse(objection=made, text="与公示内容无关。", by=city, at=AT)
    assert (done.status, done.outcome, done.answer, done.answered_by) == ("refused", "", "与公示内容无关。", city)
    assert events()[-1] == ("异议不予受理", "city", {"处理结果": ["", "不予受理"]})
    assert "处理结果：不予受理。" in Mail.objects.get(kind="objected").body


@pytest.mark.parametrize(
    ("channel", "email", "mails"),
    [("form", "", 0), ("link", "", 0), ("form", "a@example.cn", 1), ("paper", "", 1), ("mail", "a@example.cn", 1)],
)
def test_the_answer_reaches_who_cannot_look_it_up(
    notice: PublicNotice, city: User, channel: str, email: str, mails: int
) -> None:
    by = None if channel in ("form", "link") else city
    made = filed(notice, channel=channel, email=email, by=by)
    objections.refuse(objection=made, text="与公示内容无关。", by=city, at=AT)
    found = Mail.objects.filter(kind="objected")
    assert (found.count(), [each.address for each in found]) == (mails, [email] * mails)


def test_an_answer_that_a_mail_cannot_hold_is_read_where_it_stands(given: Objection, city2: User) -> None:
    text = "a.b" * 666
    assert len(plain(text, most=9000)) > 2000
    objections.answer(objection=given, outcome="rejected", text=text, by=city2, at=AT)
    assert "答复意见较长，全文请按下列网址查询。" in Mail.objects.get(kind="objected").body


# Who reads, and what is counted ----------------------------------------------------------------------------------


def test_only_the_city_reads_objections(
    notice: PublicNotice, city: User, yinzhou: User, cixi: User, finance: User, auditor: User, assessor: User
) -> None:
    made = filed(notice, first(notice), email="who@example.cn")
    people = (yinzhou, cixi, finance, auditor, assessor, city)
    assert [made.is_visible_to(person) for person in people] == [False] * 5 + [True]
    assert [Mail.objects.visible_to(person).count() for person in people] == [0] * 5 + [1]


@pytest.mark.clause("N20")
def test_the_public_is_told_how_many_came_and_how_many_were_answered(
    notice: PublicNotice, given: Objection, city: User, city2: User
) -> None:
    objections.refuse(objection=filed(notice, text="无关的话。"), text="无关", by=city, at=AT)
    filed(notice, text="还有一件。")
    assert queries.told(notice) == queries.Told(received=3, answered=0, refused=1)
    objections.answer(objection=given, outcome="upheld", text="属实", by=city2, at=AT)
    assert queries.told(notice) == queries.Told(received=3, answered=1, refused=1)


def test_what_waits_is_counted_by_whose_it_is_and_whether_it_is_late(
    notice: PublicNotice, given: Objection, city: User, city2: User
) -> None:
    fresh = filed(notice, text="第二件。", at=AT + timedelta(hours=1))
    due = given.due_on

    assert (list(queries.to_assign(city)), list(queries.to_answer(city))) == ([fresh], [])
    assert (list(queries.to_assign(city2)), list(queries.to_answer(city2))) == ([fresh], [given])
    assert [queries.is_overdue(given, due), queries.is_overdue(given, due + timedelta(1))] == [False, True]
    done = objections.answer(objection=given, outcome="upheld", text="属实", by=city2, at=AT)
    assert not queries.is_overdue(done, due + timedelta(1))


def test_what_changed_because_of_it_is_named(notice: PublicNotice, given: Objection) -> None:
    assert given.assessment is not None
    line = given.assessment.notice_lines.get()
    newer = amended(line, "B", objection=given)
    assert (queries.line_of(given), queries.changed_by(given)) == (newer, [newer])
    assert queries.listed(notice)[0].grade == "B"


def test_objections_are_entered_while_the_results_are_not_published(notice: PublicNotice) -> None:
    assert list(queries.taking_in()) == [notice]
    Round.objects.filter(pk=notice.round_id).update(status="published")
    assert list(queries.taking_in()) == []
