"""Objections in the back office: entered, given out, answered; what remains after one was upheld."""

import itertools
import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluation.models import Assessment, Objection, PublicNotice
from evaluation.public_notice.services import objections
from platforms.files.queries import files_of
from platforms.models import Mail, Round, User
from platforms.workbench.queries.todo import todo_for
from tests import factories
from tests.evaluation.public_notice.noticed import AT, amended, filed, first, officers
from tests.evaluation.stage import grader

pytestmark = pytest.mark.django_db
LIST = "/admin/evaluation/objection/"
ADD = f"{LIST}add/"


@pytest.fixture(autouse=True)
def _a_day_of_the_period(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 11 September 2026."""
    ticks = itertools.count()
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(microseconds=next(ticks)))


def page(row: Objection) -> str:
    return reverse("admin:evaluation_objection_change", args=(row.pk,))


def move(row: Objection, name: str) -> str:
    return reverse("admin:evaluation_objection_move", args=(row.pk, name))


def entered(of: PublicNotice, **changes: Any) -> dict[str, Any]:
    return {
        "notice": of.pk, "assessment": "", "channel": "paper", "received_on": "2026-09-10",
        "name": "宁波某某机械有限公司", "phone": "0574-87654321", "email": "", "text": "来信内容", **changes,
    }  # fmt: skip


def labels(answer: Any) -> list[str]:
    return [each["label"] for each in answer.context["moves"]]


@pytest.mark.clause("N20")
def test_an_objection_goes_from_the_list_to_its_answer(
    browser_of: Any, notice: PublicNotice, city: User, city2: User
) -> None:
    row = filed(notice, first(notice), email="who@example.cn")
    one, other = browser_of(city), browser_of(city2)
    assert labels(one.get(page(row))) == ["分办", "不予受理"]
    assert one.post(move(row, "assign"), {"to": city2.pk}).status_code == 302
    assert labels(one.get(page(row))) == ["分办"]
    assert "该异议由其他人员承办" in one.get(page(row)).content.decode()
    assert labels(other.get(page(row))) == ["分办", "答复", "不予受理"]
    shown = other.get(move(row, "answer")).content.decode()
    assert "办理后不能修改。" in shown
    assert "同时向 who@example.cn 发送邮件。" in shown
    sent = {"outcome": "rejected", "reason": "经复核，公示内容准确。"}
    assert other.post(move(row, "answer"), sent).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.outcome, row.answer, row.answered_by) == (
        "answered", "rejected", "经复核，公示内容准确。", city2,
    )  # fmt: skip
    answer = other.get(page(row))
    assert [each["what"] for each in answer.context["events"]] == [
        "已答复，不采纳", "分办", "提出异议（网上填写）",
    ]  # fmt: skip
    assert labels(answer) == []


def test_one_is_refused_with_its_reason(browser_of: Any, notice: PublicNotice, city: User) -> None:
    row = filed(notice)
    assert browser_of(city).post(move(row, "refuse"), {"reason": "与公示内容无关。"}).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.answer) == ("refused", "与公示内容无关。")


def test_what_is_wrong_with_an_answer_is_said_and_nothing_typed_is_lost(
    browser_of: Any, notice: PublicNotice, city: User
) -> None:
    row = objections.assign(objection=filed(notice), to=city, by=city, at=AT)
    answer = browser_of(city).post(move(row, "answer"), {"outcome": "", "reason": "经复核属实"})
    assert answer.context["form"].errors == {"outcome": ["请选择处理结果。"]}
    assert "经复核属实" in answer.content.decode()


def test_only_who_had_no_part_in_the_grade_is_offered(browser_of: Any, notice: PublicNotice, city: User) -> None:
    row = filed(notice, first(notice))
    form = browser_of(city).get(move(row, "assign")).context["form"]
    assert set(form.fields["to"].queryset) == {city, *officers()}
    answer = browser_of(city).post(move(row, "assign"), {"to": grader().pk})
    assert answer.context["form"].errors == {"to": ["请从列出的人员中选择承办人。"]}
    assert "您参与了该平台的评分或档次核定" in browser_of(grader()).get(page(row)).content.decode()
    assert browser_of(grader()).get(move(row, "refuse")).status_code == 403


def test_where_everybody_had_a_part_in_the_grade_the_page_says_whom_it_takes(
    browser_of: Any, notice: PublicNotice, city: User
) -> None:
    row = filed(notice, first(notice))
    User.objects.filter(username__in=[each.username for each in officers()]).update(is_active=False)
    assert browser_of(city).get(move(row, "assign")).context["findings"] == ()
    row.assessment.sheets.update(handed_in_by=city)  # type: ignore[union-attr]
    answer = browser_of(city).get(move(row, "assign"))
    assert answer.context["blocked"] is True
    assert "没有人员可以承办：市经信局的在用账号都参与了该平台的评分或档次核定" in answer.content.decode()


def test_nobody_but_the_city_comes_in(
    browser_of: Any, notice: PublicNotice, yinzhou: User, finance: User, auditor: User
) -> None:
    row = filed(notice, first(notice))
    for person in (yinzhou, finance, auditor):
        client = browser_of(person)
        for address in (LIST, ADD, page(row), move(row, "assign"), f"{LIST}list.csv"):
            assert client.get(address).status_code == 403


# Entering --------------------------------------------------------------------------------------------------------


def test_a_letter_is_entered_and_its_code_is_shown_once(browser_of: Any, notice: PublicNotice, city: User) -> None:
    client, about = browser_of(city), first(notice, "D")
    answer = client.post(ADD, entered(notice, assessment=about.pk), follow=True)
    row = Objection.objects.get()
    assert (row.channel, row.assessment, row.entered_by, timezone.localdate(row.received_at).isoformat()) == (
        "paper", about, city, "2026-09-10",
    )  # fmt: skip
    shown = answer.content.decode()
    found = re.search(r"查询码 ([0-9A-Z]{10})（只显示这一次）", shown)
    assert found is not None
    assert objections.find(row.number, found[1]) == row
    assert [str(each) for each in answer.context["messages"]] == [
        f"已登记异议 {row.number}，查询码 {found[1]}（只显示这一次），请一并告知异议人，供查询办理情况。"
    ]
    assert (answer.redirect_chain[-1][0], found[1] in client.get(page(row)).content.decode()) == (page(row), False)
    another = client.post(ADD, entered(notice, text="第二封来信", _addanother="1"))
    assert another["Location"] == ADD


def test_the_form_offers_the_notice_and_every_platform_of_it(browser_of: Any, notice: PublicNotice, city: User) -> None:
    form = browser_of(city).get(ADD).context["adminform"].form
    assert form.fields["notice"].initial == notice.pk
    assert [label for _, label in form.fields["assessment"].choices] == [
        "窗口平台公示名单",
        *(f"鄞州区第{n}镇中小企业公共服务窗口平台（330212-00{n}）" for n in (1, 2, 3)),
        "慈溪市第1镇中小企业公共服务窗口平台（330282-001）",
    ]
    assert [value for value, _ in form.fields["channel"].choices] == ["", "mail", "paper"]
    Round.objects.filter(pk=notice.round_id).update(status="published")
    assert list(browser_of(city).get(ADD).context["adminform"].form.fields["notice"].queryset) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"received_on": "2026-09-09"}, "公示期自2026年9月10日开始，请在公示期内提出异议。"),
        ({"received_on": "2026-09-12"}, "收到日期不能晚于今天。"),
        ({"received_on": "昨天"}, "收到日期应如 2026-09-10。"),
        ({"received_on": "0001-01-01"}, "公示期自2026年9月10日开始，请在公示期内提出异议。"),
        ({"name": "匿名"}, "异议须实名提出，请填写真实姓名或单位全称；匿名的不予受理。"),
        ({"phone": "1"}, "“1”不是有效的电话号码"),
        ({"channel": "form"}, "请选择邮件或书面。"),
        ({"notice": "0"}, "请从列出的公示中选择。"),
        ({"assessment": "0"}, "请从公示名单中选择。"),
    ],
)
def test_what_cannot_be_entered_is_said_and_nothing_typed_is_lost(
    browser_of: Any, notice: PublicNotice, city: User, changes: dict[str, str], error: str
) -> None:
    answer = browser_of(city).post(ADD, entered(notice, **changes))
    shown = answer.content.decode()
    assert (error in shown, "来信内容" in shown, Objection.objects.count()) == (True, True, 0)


def test_the_letter_itself_is_added_while_it_is_not_ended(browser_of: Any, notice: PublicNotice, city: User) -> None:
    row, client = filed(notice, channel="paper", by=city), browser_of(city)
    address = reverse("admin:evaluation_objection_files", args=(row.pk,))
    assert client.post(address, {"uploads": factories.upload("来信.pdf")}).status_code == 302
    assert [(each.shown_name, each.region) for each in files_of("objection", row.pk)] == [("来信.pdf", None)]
    objections.refuse(objection=row, text="无关", by=city, at=AT)
    assert client.post(address, {"uploads": factories.upload("补充.pdf")}).status_code == 403


# What remains, what is due ---------------------------------------------------------------------------------------


def test_after_it_was_upheld_the_page_says_what_is_left(browser_of: Any, notice: PublicNotice, city: User) -> None:
    about = first(notice)
    row = objections.assign(objection=filed(notice, about), to=city, by=city, at=AT)
    client = browser_of(city)

    def remains() -> list[str]:
        found: list[str] = client.get(page(row)).context["remains"]
        return found

    assert remains() == []
    objections.answer(objection=row, outcome="upheld", text="属实", by=city, at=AT)
    assert remains() == ["档次尚未更正：打开评价退回重新评分、核定，档次有变化的再更新公示名单。"]
    assert reverse("admin:evaluation_assessment_change", args=(about.pk,)) in client.get(page(row)).content.decode()
    Assessment.objects.filter(pk=about.pk).update(grade="B")
    assert remains() == ["档次已由A档更正为B档，公示名单尚未更新：请在公示页面更新，并选择本异议作为依据。"]
    amended(about.notice_lines.get(), "B", objection=row)
    assert remains() == []
    assert "鄞州区第1镇中小企业公共服务窗口平台：B档（第 2 版）" in client.get(page(row)).content.decode()


@pytest.mark.parametrize(("outcome", "left"), [("partly", 1), ("rejected", 0)])
def test_only_an_upheld_one_leaves_something(
    browser_of: Any, notice: PublicNotice, city: User, outcome: str, left: int
) -> None:
    row = objections.assign(objection=filed(notice), to=city, by=city, at=AT)
    objections.answer(objection=row, outcome=outcome, text="已核", by=city, at=AT)
    assert len(browser_of(city).get(page(row)).context["remains"]) == left
    # Once the results are published, what is wrong is corrected there.
    Round.objects.filter(pk=notice.round_id).update(status="published")
    assert browser_of(city).get(page(row)).context["remains"] == []


def test_the_first_due_stands_first_and_the_overdue_says_so(
    browser_of: Any, notice: PublicNotice, city: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = objections.refuse(objection=filed(notice, text="无关的。"), text="无关", by=city, at=AT)
    later = filed(notice, text="后来的。", at=AT + timedelta(days=3))
    early = filed(notice, text="先来的。")
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(days=8))
    client = browser_of(city)
    answer = client.get(LIST)
    assert [row.pk for row in answer.context["cl"].result_list] == [early.pk, later.pk, ended.pk]
    assert "待分办，已逾期 1 天" in answer.content.decode()
    assert [row.pk for row in client.get(f"{LIST}?late=yes").context["cl"].result_list] == [early.pk]
    assert client.get(f"{LIST}?mine=yes").context["cl"].result_list.count() == 0


def test_what_waits_is_on_the_first_page_of_the_city(
    notice: PublicNotice, city: User, city2: User, yinzhou: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    objections.assign(objection=filed(notice), to=city, by=city2, at=AT)
    filed(notice, text="第二件。")

    def waiting(person: User) -> list[tuple[str, int, int, str]]:
        return [(each.text, each.count, each.late, each.url) for each in todo_for(person) if "异议" in each.text]

    given, mine = f"{LIST}?waiting=objections.assign", f"{LIST}?waiting=objections.answer"
    assert waiting(city) == [("分办异议", 1, 0, given), ("答复异议", 1, 0, mine)]
    assert waiting(city2) == [("分办异议", 1, 0, given)]
    assert waiting(yinzhou) == []
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(days=8))
    assert waiting(city) == [("分办异议", 1, 1, given), ("答复异议", 1, 1, mine)]


def test_what_the_list_of_waiting_work_leads_to_is_what_it_counted(
    browser_of: Any, notice: PublicNotice, city: User
) -> None:
    row = objections.assign(objection=filed(notice), to=city, by=city, at=AT)
    client = browser_of(city)
    (todo,) = [each for each in todo_for(city) if "异议" in each.text]
    assert [each.pk for each in client.get(todo.url).context["cl"].result_list] == [row.pk]


def test_what_comes_by_letter_is_answered_by_hand(browser_of: Any, notice: PublicNotice, city: User) -> None:
    row = filed(notice, channel="paper", by=city)
    assert "待人工发送" in browser_of(city).get(move(row, "refuse")).content.decode()
    assert (
        "凭受理编号和查询码查询"
        in browser_of(city).get(move(filed(notice, text="网上提出。"), "refuse")).content.decode()
    )
    objections.refuse(objection=row, text="无关", by=city, at=AT)
    assert [(mail.kind, mail.address) for mail in Mail.objects.all()] == [("objected", "")]
