"""A return names questions; only that is open again; each is answered; all rounds of it stay."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import serializers
from django.db.models import F

from platforms.applications.correction import Asked
from platforms.applications.queries.corrections import asked_now, closed_fields, is_overdue, limits_of, turns_of
from platforms.applications.queries.forms import form_data
from platforms.applications.queries.parts import label_of_part, part_choices, part_of_value, value_of_part
from platforms.applications.sections import SECTIONS
from platforms.applications.services import attachments, corrections, filing
from platforms.applications.services import drafts as applications
from platforms.backoffice.base import STALE
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import (
    Application,
    AuditEvent,
    CorrectionItem,
    Mail,
    Question,
    Round,
    User,
)
from tests import factories

pytestmark = pytest.mark.django_db

HOURS = Asked("platform", "opening_hours", "开放时间与公示牌不一致")
STAFF = Asked("staff", "", "请补充专职人员")


@pytest.fixture
def sent(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.submitted(yinzhou, round_2026, now)


Return = Callable[..., Application]


@pytest.fixture
def give_back(sent: Application, city: User, now: datetime) -> Return:
    """A function that returns the application with the items given."""

    def back(*items: Asked, **more: Any) -> Application:
        more = {"reason": "请补正", "at": now, "application": sent} | more
        return filing.return_for_correction(items=items, by=city, **more)

    return back


# Returning


def test_a_return_names_questions(give_back: Return, city: User, now: datetime) -> None:
    back = give_back(HOURS, STAFF, due_on=date(2026, 4, 20))
    assert (back.status, back.correction_due_on) == ("returned", date(2026, 4, 20))
    move = back.moves.last()
    assert move is not None
    assert list(
        CorrectionItem.objects.values_list("level", "turn", "section", "field", "text", "asked_in", "asked_by")
    ) == [
        ("city", 1, "platform", "opening_hours", "开放时间与公示牌不一致", move.pk, city.pk),
        ("city", 1, "staff", "", "请补充专职人员", move.pk, city.pk),
    ]
    assert (move.name, move.reason, CorrectionItem.objects.filter(asked_at=now).count()) == ("return", "请补正", 2)


def test_without_questions_the_whole_form_is_returned_with_the_reason(give_back: Return) -> None:
    back = give_back(reason="长" * 1000)
    item = back.corrections.get()
    assert (item.section, item.field, item.text) == ("", "", "长" * 1000)
    # Ten working days after 10 April 2026.
    assert back.correction_due_on == date(2026, 4, 24)
    assert not any(closed_fields(back, limits_of(back), each.slug, each.fields) for each in SECTIONS)


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([Asked("venue", "name", "x")], "第 1 项补正要求所指的栏目不在申报表中，请重新选择。"),
        ([HOURS, Asked("nowhere", "", "x")], "第 2 项补正要求所指的栏目不在申报表中，请重新选择。"),
        ([Asked("venue", "question_9", "x")], "第 1 项补正要求所指的栏目不在申报表中，请重新选择。"),
        ([HOURS, Asked("venue", "", " \t　")], "请填写“第 2 项补正要求”。"),
        ([Asked("venue", "", "长" * 401)], "“第 1 项补正要求”最多 400 个字，现为 401 个字。"),
        ([Asked("venue", "", "空\x00")], "“第 1 项补正要求”中有无法保存的字符，请删除后重新填写。"),
        ([HOURS] * 51, "一次最多提出 50 项补正要求，现为 51 项。"),
    ],
)
def test_a_question_that_says_nothing_stops_the_return(
    give_back: Return, sent: Application, items: list[Asked], sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        give_back(*items)
    assert str(refused.value) == sentence
    sent.refresh_from_db()
    assert (sent.status, CorrectionItem.objects.count()) == ("submitted", 0)


def test_fifty_questions_are_taken_and_one_part_may_be_asked_about_twice(give_back: Return) -> None:
    assert give_back(*[HOURS] * 50).corrections.count() == 50


@pytest.mark.parametrize("days", [-1, 181])
def test_a_due_day_lies_ahead_and_not_too_far(give_back: Return, now: datetime, days: int) -> None:
    with pytest.raises(Refusal, match="补正期限须为今天起 180 天以内的日期。"):
        give_back(HOURS, due_on=now.date() + timedelta(days=days))


def test_the_county_is_written_to(give_back: Return) -> None:
    back = give_back(HOURS, STAFF)
    mail = Mail.objects.get()
    assert (mail.kind, mail.application, mail.region) == ("returned", back, back.region)
    assert "共 2 处" in mail.body
    assert "请补正" in mail.body
    assert "2026年4月24日" in mail.body


def test_a_refused_return_writes_no_mail(give_back: Return) -> None:
    with pytest.raises(Refusal):
        give_back(Asked("nowhere", "", "x"))
    assert Mail.objects.count() == 0


def test_the_city_writes_no_mail_to_itself(city: User, round_2026: Round, now: datetime, give_back: Return) -> None:
    own = factories.submitted(city, round_2026, now, type="industry")
    assert give_back(HOURS, application=own).status == "returned"
    assert Mail.objects.count() == 0


def test_every_part_that_can_be_chosen_can_be_named(give_back: Return, sent: Application, city: User) -> None:
    Question.objects.create(
        round=sent.round, section="venue", text="是否临街", kind="text", position=1,
    )  # fmt: skip
    values = [value for _, pairs in part_choices(sent) for value, _ in pairs]
    assert len(values) == len(set(values))
    assert [value_of_part(*part_of_value(value)) for value in values] == values
    items = [Asked(*part_of_value(value), "请核对") for value in values]
    assert len(corrections.clean_items(sent, items[:50]) + corrections.clean_items(sent, items[50:])) == len(values)
    labels = [label for _, pairs in part_choices(sent) for _, label in pairs]
    assert "补充问题：是否临街" in labels
    assert {"整份申报表", "统一社会信用代码", "合作机构", "附件（整个部分）"} <= set(labels)


def test_parts_have_names(sent: Application) -> None:
    assert [
        label_of_part(""),
        label_of_part("venue"),
        label_of_part("venue", "counters"),
        label_of_part("services", "partners"),
        label_of_part("attachments", "attachments"),
        label_of_part("venue", "question_3"),
        label_of_part("venue", "question_3", {"question_3": "是否临街"}),
        label_of_part("venue", "nothing"),
    ] == ["整份申报表", "场地设施", "服务窗口（个）", "合作机构", "附件", "补充问题", "是否临街", "场地设施"]
    assert part_of_value("") == ("?", "")


# What is open


def save(row: Application, by: User, at: datetime, section: str, **values: Any) -> Application:
    return applications.save_section(application=row, section=section, values=values, version=row.version, by=by, at=at)


def save_rows(row: Application, by: User, at: datetime, kind: str, rows: list[dict[str, Any]]) -> Application:
    return applications.save_rows(application=row, section=kind, rows=rows, version=row.version, by=by, at=at)


@pytest.mark.clause("N15")
def test_only_what_the_return_names_is_open(give_back: Return, yinzhou: User, now: datetime) -> None:
    back = give_back(HOURS)
    back = save(back, yinzhou, now, "platform", opening_hours="每天")
    for section, values, label in (
        ("platform", {"address": "新路2号"}, "地址"),
        ("platform", {"opening_hours": "全年", "service_phone": "0574-87180001"}, "服务电话"),
        ("venue", {"counters": 9}, "服务窗口（个）"),
        ("commitment", {"committed": False}, "已承诺所填内容真实"),
    ):
        with pytest.raises(Refusal) as refused:
            save(back, yinzhou, now, section, **values)
        assert str(refused.value) == f"退回时没有要求补正“{label}”，这一部分不能修改。"
    for kind, rows in factories.ROWS.items():
        with pytest.raises(Refusal, match="退回时没有要求补正"):
            save_rows(back, yinzhou, now, kind, [*rows, rows[-1]] if kind == "staff" else rows[1:])
    with pytest.raises(Refusal, match="退回时没有要求补正“附件”"):
        factories.attach(back, yinzhou, now, [("photo", "现场")])
    with pytest.raises(Refusal, match="退回时没有要求补正“附件”"):
        attachments.remove(attachment=back.attachments.all()[0], by=yinzhou, at=now)
    back.refresh_from_db()
    assert (back.opening_hours, back.counters, back.attachments.count()) == ("每天", 3, 5)


def test_the_county_signs_again_whatever_is_named(give_back: Return, yinzhou: User, now: datetime) -> None:
    back = give_back(HOURS)
    back = save(back, yinzhou, now, "commitment", county_opinion="同意。", county_opinion_on=date(2026, 4, 10))
    factories.attach(back, yinzhou, now, [("stamped", "盖章")])
    assert (back.county_opinion, back.attachments.filter(kind="stamped").count()) == ("同意。", 1)


def test_a_section_opens_its_rows_and_nothing_else(give_back: Return, yinzhou: User, now: datetime) -> None:
    back = give_back(Asked("services", "", "请补充"), Asked("attachments", "attachments", "缺证明"))
    back = save_rows(back, yinzhou, now, "partners", [])
    back = save_rows(back, yinzhou, now, "services", factories.ROWS["services"][:3])
    factories.attach(back, yinzhou, now, [("photo", "现场")])
    with pytest.raises(Refusal, match="“运营人员”"):
        save_rows(back, yinzhou, now, "staff", factories.ROWS["staff"][:1])


def test_what_follows_from_a_correction_is_open_and_stays_open_while_it_is_typed(
    give_back: Return, yinzhou: User, now: datetime
) -> None:
    back = give_back(Asked("operator", "operating_mode", "请核对运营方式"))
    with pytest.raises(Refusal, match="“委托运营协议名称”"):
        save(back, yinzhou, now, "operator", agreement="协议")
    # In one save with the correction that asks for it, and each letter after it.
    back = save(back, yinzhou, now, "operator", operating_mode="entrusted", agreement="协", support_policy="政")
    back = save(back, yinzhou, now, "operator", agreement="委托运营协议", support_policy="政策")
    # The proofs that go with it are asked for now; what is not asked for stays closed.
    factories.attach(back, yinzhou, now, [("agreement", "协议")])
    factories.attach(back, yinzhou, now, [("support_policy", "政策")])
    with pytest.raises(Refusal, match="“联系人”"):
        save(back, yinzhou, now, "operator", contact_name="新联系人")
    assert back.agreement == "委托运营协议"


def test_a_gap_that_was_there_is_open(give_back: Return, yinzhou: User, now: datetime) -> None:
    back = give_back(Asked("record", "enterprises_served", "请核对服务企业数"))
    back = save(back, yinzhou, now, "record", enterprises_served=40)
    back = save(back, yinzhou, now, "record", satisfaction="98")
    assert str(back.satisfaction) == "98.00"


def test_the_pages_know_what_is_closed(give_back: Return) -> None:
    back = give_back(HOURS, STAFF)

    def closed(section: str, *names: str) -> list[str]:
        return list(closed_fields(back, limits_of(back), section, names))

    assert closed("platform", "opening_hours", "address") == ["address"]
    assert (closed("staff", "staff"), closed("services", "partners")) == ([], ["partners"])
    assert (closed("commitment", "county_opinion"), closed("attachments", "attachments")) == ([], ["attachments"])


# Answering


def answer(item: CorrectionItem, by: User, at: datetime, text: str = "已改") -> CorrectionItem:
    return corrections.answer(item=item, text=text, by=by, at=at)


def test_each_question_is_answered_and_the_log_says_so(give_back: Return, yinzhou: User, now: datetime) -> None:
    back = give_back(HOURS)
    answered = answer(back.corrections.get(), yinzhou, now)
    assert (answered.answer, answered.answered_at, answered.answered_by, answered.answerer) == (
        "已改", now, yinzhou, "",
    )  # fmt: skip
    event = AuditEvent.objects.order_by("serial").last()
    assert event is not None
    assert (event.verb, event.changes) == ("答复补正要求", {"开放时间": [None, "已改"]})
    count = AuditEvent.objects.count()
    answer(answered, yinzhou, now)
    assert AuditEvent.objects.count() == count
    assert answer(answered, yinzhou, now, "已按公示牌改").answer == "已按公示牌改"
    back.refresh_from_db()
    assert back.version == back.corrections.get().application.version


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" ", "请填写“答复”。"),
        ("长" * 401, "“答复”最多 400 个字，现为 401 个字。"),
        ("空\x00", "“答复”中有无法保存的字符，请删除后重新填写。"),
    ],
)
def test_an_answer_says_something(give_back: Return, yinzhou: User, now: datetime, text: str, sentence: str) -> None:
    item = give_back(HOURS).corrections.get()
    with pytest.raises(Refusal) as refused:
        answer(item, yinzhou, now, text)
    assert str(refused.value) == sentence
    item.refresh_from_db()
    assert item.answer == ""


def test_nobody_else_answers(give_back: Return, cixi: User, city: User, auditor: User, now: datetime) -> None:
    item = give_back(HOURS).corrections.get()
    for person in (cixi, city, auditor):
        with pytest.raises(Refusal, match="权限"):
            answer(item, person, now)
    with pytest.raises(Refusal, match="填报链接已失效"):
        corrections.answer(item=item, text="x", by=None, at=now)


@pytest.mark.clause("N15")
def test_a_form_comes_back_when_each_question_is_answered(give_back: Return, yinzhou: User, now: datetime) -> None:
    back = give_back(HOURS, STAFF)
    first, second = back.corrections.order_by("pk")
    with pytest.raises(Refusal) as refused:
        filing.resubmit(application=back, version=back.version, answer="都改好了", by=yinzhou, at=now)
    assert str(refused.value) == "还有 2 项补正要求没有答复：开放时间等。请逐项答复后再提交。"
    answer(first, yinzhou, now)
    with pytest.raises(Refusal) as refused:
        filing.resubmit(application=back, version=back.version, answer="", by=yinzhou, at=now)
    assert str(refused.value) == "还有 1 项补正要求没有答复：运营人员。请逐项答复后再提交。"
    again = filing.resubmit(
        application=back, version=back.version, answer="", answers={second.pk: "已补充一名"}, by=yinzhou, at=now
    )
    assert (again.status, again.versions.count()) == ("submitted", 2)
    assert again.moves.last().reason == "已逐项答复 2 项补正要求。"
    assert list(again.corrections.values_list("answer", flat=True)) == ["已改", "已补充一名"]


def test_a_refused_resubmission_keeps_no_answer_of_it(give_back: Return, yinzhou: User, now: datetime) -> None:
    back = give_back(HOURS, STAFF)
    first = back.corrections.order_by("pk")[0]
    with pytest.raises(Refusal, match="还有 1 项"):
        filing.resubmit(
            application=back, version=back.version, answer="", answers={first.pk: "已改"}, by=yinzhou, at=now
        )
    assert set(back.corrections.values_list("answer", flat=True)) == {""}


def test_the_answer_to_the_whole_form_is_the_overall_one(give_back: Return, yinzhou: User, now: datetime) -> None:
    back = give_back(reason="请全面核对")
    with pytest.raises(Refusal, match="请填写“补正后重新提交”的理由。"):
        filing.resubmit(application=back, version=back.version, answer="", by=yinzhou, at=now)
    again = filing.resubmit(application=back, version=back.version, answer="长" * 1000, by=yinzhou, at=now)
    item = again.corrections.get()
    assert (item.answer, item.answered_by) == ("长" * 1000, yinzhou)


def test_an_answer_given_at_the_form_need_not_be_repeated(give_back: Return, yinzhou: User, now: datetime) -> None:
    back = give_back(reason="请全面核对")
    answer(back.corrections.get(), yinzhou, now, "已核对")
    again = filing.resubmit(application=back, version=back.version, answer="", by=yinzhou, at=now)
    assert again.moves.last().reason == "已逐项答复 1 项补正要求。"


@pytest.mark.trust("T12")
def test_answers_to_an_earlier_return_answer_no_later_one(
    give_back: Return, yinzhou: User, city: User, now: datetime
) -> None:
    back = give_back(HOURS)
    old = back.corrections.get()
    captured = {"version": back.version, "answer": "", "answers": {old.pk: "已改"}}
    again = filing.resubmit(application=back, by=yinzhou, at=now, **captured)
    with pytest.raises(Gone):
        filing.resubmit(application=again, by=yinzhou, at=now, **captured)
    second = filing.return_for_correction(application=again, reason="仍不符", items=[HOURS], by=city, at=now)
    with pytest.raises(StaleVersion):
        filing.resubmit(application=second, by=yinzhou, at=now, **captured)
    with pytest.raises(Refusal, match="补正要求已有变动，请刷新页面后查看最新的补正要求。"):
        filing.resubmit(
            application=second, version=second.version, answer="", answers={old.pk: "x"}, by=yinzhou, at=now
        )
    with pytest.raises(Gone, match="这项补正要求已不能答复"):
        answer(old, yinzhou, now, "改口")
    assert [[(item.turn, item.answer) for item in turn.items] for turn in turns_of(second, "city")] == [
        [(2, "")],
        [(1, "已改")],
    ]
    assert [item.turn for item in asked_now(second)] == [2]


# Nothing is lost


@pytest.mark.trust("T12")
def test_a_returned_form_keeps_every_byte(
    yinzhou: User, city: User, round_2026: Round, now: datetime, give_back: Return
) -> None:
    """Acceptance test 9: values, attachments and tables are the same before the return, after it and reopened."""
    rich = factories.submitted(yinzhou, round_2026, now, introduction="第一行\n第二行  末尾", satisfaction=None)

    def dump() -> str:
        below = [getattr(rich, name).order_by("pk") for name in
                 ("staff", "services", "partners", "rules", "attachments", "answers")]  # fmt: skip
        rows = "".join(serializers.serialize("json", some) for some in below)
        row = Application.objects.filter(pk=rich.pk)
        moved = ("status", "version", "correction_due_on", "last_submitted_at")
        names = [field.attname for field in Application._meta.concrete_fields if field.name not in moved]
        fields = {name: str(value) for name, value in row.values(*names).get().items()}
        return json.dumps([fields, rows, form_data(row.get())], ensure_ascii=False, sort_keys=True)

    before = dump()
    back = give_back(HOURS, application=rich)
    assert dump() == before
    with pytest.raises(Refusal):
        save(back, yinzhou, now, "venue", counters=9)
    item = back.corrections.get()
    again = filing.resubmit(
        application=back, version=back.version, answer="", answers={item.pk: "无需改"}, by=yinzhou, at=now
    )
    assert dump() == before
    first, second = again.versions.order_by("number")
    assert (first.digest, first.data) == (second.digest, second.data)


# Until when


def test_who_answers_late_or_never_is_overdue(give_back: Return, yinzhou: User, now: datetime) -> None:
    back = give_back(HOURS, due_on=date(2026, 4, 20))
    assert [is_overdue(back, day) for day in (date(2026, 4, 20), date(2026, 4, 21))] == [False, True]
    item = back.corrections.get()
    late = datetime(2026, 4, 20, 16, 30, tzinfo=UTC)  # half past midnight of 21 April in Ningbo
    again = filing.resubmit(
        application=back, version=back.version, answer="", answers={item.pk: "已改"}, by=yinzhou, at=late
    )
    # Late is marked, not blocked.
    assert (again.status, is_overdue(again, late.date())) == ("submitted", True)


def test_who_answers_in_time_is_not(give_back: Return, yinzhou: User, now: datetime) -> None:
    back = give_back(reason="请核对", due_on=date(2026, 4, 20))
    again = filing.resubmit(application=back, version=back.version, answer="已核对", by=yinzhou, at=now)
    assert not is_overdue(again, date(2026, 6, 1))


def test_what_was_never_returned_is_not(sent: Application) -> None:
    assert not is_overdue(sent, date(2027, 1, 1))


@pytest.mark.trust("T11")
@pytest.mark.parametrize("name", ["accept", "return"])
def test_nobody_decides_on_a_form_that_came_back_in_between(
    sent: Application, city: User, browser_of: Any, name: str
) -> None:
    hub, act = browser_of(city), f"/admin/platforms/application/{sent.pk}/move/{name}/"
    hidden = f'<input type="hidden" name="seen" value="{sent.version}">'
    assert hub.get(f"/admin/platforms/application/{sent.pk}/change/").content.decode().count(hidden) == 2
    # Returned by a colleague and submitted again: in the same state, and another form.
    Application.objects.update(version=F("version") + 2)
    stale = hub.post(act, {"seen": str(sent.version), "reason": "请补充", "due_on": ""}, follow=True)
    assert STALE in stale.content.decode()
    sent.refresh_from_db()
    assert sent.status == "submitted"
    hub.post(act, {"seen": str(sent.version), "reason": "请补充", "due_on": ""})
    sent.refresh_from_db()
    assert sent.status == {"accept": "accepted", "return": "returned"}[name]
