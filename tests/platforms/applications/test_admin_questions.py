"""The city puts the questions of a round together in the back office; counties read them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from platforms.applications.admin.questions import LATER
from platforms.applications.queries.questions import asked
from platforms.applications.services import attachments
from platforms.applications.services import drafts as applications
from platforms.models import Application, AuditEvent, Question, Round, User
from tests import factories

BrowserOf = Callable[[User], Client]
LIST = reverse("admin:platforms_question_changelist")
ADD = reverse("admin:platforms_question_add")
COPY = reverse("admin:platforms_question_copy")


@pytest.fixture
def office(city: User, browser_of: BrowserOf) -> Client:
    return browser_of(city)


@pytest.fixture
def row(city: User, round_2026: Round, now: datetime) -> Question:
    return factories.question(round_2026, city, now, "choice", text="政务服务热线", help_text="以开通为准")


@pytest.fixture
def answered(row: Question, yinzhou: User, round_2026: Round, now: datetime) -> Application:
    draft = factories.draft(yinzhou, round_2026, now)
    return applications.save_section(
        application=draft, section="venue", values={row.key: "已开通"}, version=draft.version, by=yinzhou, at=now
    )


def page_of(row: Question, view: str = "change") -> str:
    return reverse(f"admin:platforms_question_{view}", args=[row.pk])


def sent(round_: Round, **more: Any) -> dict[str, Any]:
    return {"round": round_.pk, "section": "record", "text": "培训场次", "kind": "number", "options": "",
            "help_text": "", "position": ""} | more  # fmt: skip


def shown(page: Any) -> str:
    return str(page.context["adminform"].form.stored_digest)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_question_is_added(office: Client, round_2026: Round) -> None:
    page = text_of(office.get(f"{ADD}?round={round_2026.pk}"))
    assert LATER in page
    assert "5 服务内容" not in page
    for title in ("1 平台信息", "2 运营单位", "3 场地设施", "6 服务业绩", "8 建设运营计划"):
        assert f">{title}</option>" in page
    done = office.post(ADD, sent(round_2026, types=["town", "park"], required="on"))
    assert done["Location"] == LIST
    made = Question.objects.get()
    told = ("section", "text", "kind", "types", "required", "position")
    assert [getattr(made, name) for name in told] == ["record", "培训场次", "number", ["town", "park"], True, 1]
    assert AuditEvent.objects.get(verb="新建补充问题").actor == "city"
    assert AuditEvent.objects.filter(object_type="补充问题").count() == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"kind": "choice", "options": "甲"}, "单选的问题至少要有 2 个选项，每行写一个。"),
        ({"options": "甲\n乙"}, "只有单选的问题填写选项，请清空选项或改为单选。"),
        ({"section": "staff"}, "所在部分"),
        ({"text": ""}, "请填写此项。"),
        ({"position": "0"}, "不能小于 1。"),
        ({"types": ["village"]}, "village"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    office: Client, round_2026: Round, more: dict[str, Any], sentence: str
) -> None:
    page = office.post(ADD, sent(round_2026, help_text="打了半天的说明", **more))
    assert page.status_code == 200
    assert sentence in text_of(page)
    assert "打了半天的说明" in text_of(page)
    assert Question.objects.count() == 0


def test_the_same_question_twice_is_refused(office: Client, row: Question, round_2026: Round) -> None:
    assert "本年度已有相同的问题。" in text_of(office.post(ADD, sent(round_2026, text=row.text)))


def test_a_question_is_looked_at_before_it_is_saved(office: Client, round_2026: Round) -> None:
    typed = sent(round_2026, kind="choice", options="甲\n乙", required="on", help_text="<b>说明</b>", _preview="1")
    page = office.post(ADD, typed)
    text = text_of(page)
    assert page.status_code == 200
    assert "尚未保存。" in text
    assert "出现在“服务业绩”的末尾" in text
    assert text.count('type="radio" name="answer"') == 2
    assert "&lt;b&gt;说明&lt;/b&gt;" in text
    assert "errornote" not in text
    assert "error-summary" not in text
    assert Question.objects.count() == 0
    wrong = text_of(office.post(ADD, typed | {"section": ""}))
    assert "尚未保存。" not in wrong
    assert Question.objects.count() == 0


def test_the_page_of_a_question_shows_how_it_looks(office: Client, row: Question) -> None:
    page = text_of(office.get(page_of(row)))
    assert "在申报表中的样子" in page
    assert 'name="answer"' in page
    assert "尚未保存" not in page


def test_a_question_is_changed(office: Client, row: Question, round_2026: Round) -> None:
    page = office.get(page_of(row))
    typed = sent(round_2026, section="plan", text="热线", kind="text", position="1", _shown=shown(page))
    assert office.post(page_of(row), typed)["Location"] == LIST
    row.refresh_from_db()
    assert (row.section, row.text, row.kind, row.options) == ("plan", "热线", "text", "")
    assert AuditEvent.objects.get(verb="修改补充问题").changes["问题"] == ["政务服务热线", "热线"]


@pytest.mark.trust("T11")
def test_what_a_colleague_changed_meanwhile_is_not_overwritten(
    office: Client, row: Question, round_2026: Round
) -> None:
    digest = shown(office.get(page_of(row)))
    Question.objects.filter(pk=row.pk).update(help_text="同事改过")
    page = office.post(page_of(row), sent(round_2026, kind="text", _shown=digest))
    assert "您打开本页之后，这条记录已被他人修改" in text_of(page)
    row.refresh_from_db()
    assert (row.text, row.help_text) == ("政务服务热线", "同事改过")


def test_an_answered_question_says_what_stays(office: Client, row: Question, answered: Application) -> None:
    page = office.get(page_of(row))
    assert (
        "已有 1 份申报表回答，所在部分、回答方式和已有选项不能再改，也不能删除，否则已填的回答会失去原意。"
        in text_of(page)
    )
    assert 'name="kind"' not in text_of(page)
    assert 'name="section"' not in text_of(page)
    assert "deletelink" not in text_of(page)
    typed = {"text": "热线", "help_text": "", "options": "未开通\n筹备中", "position": "1", "_shown": shown(page)}
    refused = text_of(office.post(page_of(row), typed | {"kind": "text", "section": "plan"}))
    assert (
        "这个问题已有 1 份申报表回答，选项“已开通”不能删去或改写，否则已填的回答会失去原意；"
        "需要改变的，请停用后另建一个问题。"
    ) in refused  # fmt: skip
    done = office.post(page_of(row), typed | {"options": "已开通\n未开通\n筹备中", "kind": "text", "section": "plan"})
    assert done["Location"] == LIST
    row.refresh_from_db()
    assert (row.text, row.kind, row.section, row.choices) == ("热线", "choice", "venue", ["已开通", "未开通", "筹备中"])
    assert office.post(page_of(row, "delete"), {"post": "yes"}).status_code == 403


def test_an_unanswered_question_is_deleted(office: Client, row: Question) -> None:
    assert "deletelink" in text_of(office.get(page_of(row)))
    office.post(page_of(row, "delete"), {"post": "yes"})
    assert Question.objects.count() == 0
    assert AuditEvent.objects.get(verb="删除补充问题").reason == "政务服务热线"


def test_a_question_is_retired_and_reinstated(office: Client, row: Question, answered: Application) -> None:
    assert "将停用2026年度的补充问题“政务服务热线”。" in text_of(office.get(page_of(row, "retire")))
    done = office.post(page_of(row, "retire"), follow=True)
    assert "已停用补充问题“政务服务热线”。" in text_of(done)
    assert page_of(row, "reinstate") in text_of(done)
    row.refresh_from_db()
    assert row.retired
    assert LATER in text_of(office.get(page_of(row, "reinstate")))
    office.post(page_of(row, "reinstate"))
    row.refresh_from_db()
    assert not row.retired
    again = text_of(office.post(page_of(row, "reinstate"), follow=True))
    assert "这个问题已恢复，不必再次办理。" in again


def test_questions_are_put_in_order_with_buttons(
    office: Client, row: Question, city: User, round_2026: Round, now: datetime
) -> None:
    second = factories.question(round_2026, city, now, text="第二个")
    page = text_of(office.get(LIST))
    for view in ("up", "down"):
        assert f'formaction="{page_of(second, view)}"' in page
        assert office.get(page_of(second, view)).status_code == 405
    done = office.post(page_of(second, "up"))
    assert done["Location"] == f"{LIST}?round__id__exact={round_2026.pk}"
    assert [each.text for each in asked(round_2026, "town")] == ["第二个", "政务服务热线"]
    office.post(page_of(second, "down"))
    assert [each.text for each in asked(round_2026, "town")] == ["政务服务热线", "第二个"]


def test_the_list_is_in_form_order_and_says_how_often_each_was_answered(
    office: Client, row: Question, answered: Application, city: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    file = factories.question(round_2026, city, now, "file", text="文件", section="platform", types=["town"])
    for name in ("一.pdf", "二.pdf"):
        attachments.add(
            application=answered, kind="question", question=file, by=yinzhou, at=now,
            upload=factories.upload(name, factories.PDF + name.encode()),
        )  # fmt: skip
    factories.question(round_2026, city, now, text="运营", section="operator")
    page = office.get(f"{LIST}?round__id__exact={round_2026.pk}")
    rows = page.context["cl"].result_list
    assert [each.text for each in rows] == ["文件", "运营", "政务服务热线"]
    assert [each.by_value + each.by_file for each in rows] == [1, 0, 1]
    assert "乡镇（街道）" in text_of(page)
    assert LATER in text_of(page)


def test_the_list_as_a_file_has_no_buttons_and_for_a_county_no_numbers(
    office: Client, row: Question, answered: Application, yinzhou: User, browser_of: BrowserOf
) -> None:
    heads = [
        b"".join(client.get(f"{LIST}list.csv").streaming_content).decode("utf-8-sig").splitlines()[0]
        for client in (office, browser_of(yinzhou))
    ]
    common = "问题,年度,所在部分,回答方式,适用类型,必须回答,状态"
    assert heads == [f"{common},已回答（份）", common]


def test_the_questions_of_an_earlier_round_are_copied(office: Client, row: Question, round_2026: Round) -> None:
    later = factories.round_of(2027, "preparing")
    done_one = factories.round_of(2025, "published")
    page = text_of(office.get(f"{COPY}?target={later.pk}"))
    assert f'<option value="{later.pk}" selected>2027年度</option>' in page
    assert page.count(f'<option value="{done_one.pk}">') == 1, "a published round is copied from, never to"
    done = office.post(COPY, {"source": round_2026.pk, "target": later.pk}, follow=True)
    assert "已从2026年度复制 1 个补充问题到2027年度。" in text_of(done)
    again = office.post(COPY, {"source": round_2026.pk, "target": later.pk}, follow=True)
    assert "已从2026年度复制 0 个补充问题到2027年度，另有 1 个已有相同的问题，没有重复。" in text_of(again)
    refused = office.post(COPY, {"source": later.pk, "target": later.pk})
    assert "请选择两个不同的年度。" in text_of(refused)
    assert office.post(COPY, {"source": "x", "target": done_one.pk}).status_code == 200
    assert Question.objects.filter(round=later).count() == 1


def test_questions_of_a_published_round_are_only_read(office: Client, row: Question, round_2026: Round) -> None:
    Round.objects.filter(pk=round_2026.pk).update(status="published")
    page = text_of(office.get(page_of(row)))
    assert "2026年度结果已公布，补充问题只供查阅。" in page
    assert 'name="_save"' not in page
    assert "场地设施" in page
    assert 'name="text"' not in page
    assert office.post(page_of(row), {"text": "别的"}).status_code == 403
    assert office.post(page_of(row, "delete"), {"post": "yes"}).status_code == 403
    assert page_of(row, "up") not in text_of(office.get(LIST))
    office.post(page_of(row, "up"))
    done = text_of(office.post(page_of(row, "retire"), follow=True))
    assert "2026年度结果已公布，补充问题不能再变动。" in done
    assert f'<option value="{round_2026.pk}"' not in text_of(office.get(ADD))
    assert office.post(ADD, sent(round_2026)).status_code == 200
    assert Question.objects.count() == 1


def test_a_county_reads_the_questions_and_not_how_often_others_answered(
    row: Question, answered: Application, yinzhou: User, browser_of: BrowserOf
) -> None:
    county = browser_of(yinzhou)
    page = text_of(county.get(LIST))
    assert row.text in page
    assert "已回答（份）" not in page
    assert "formaction" not in page
    page = text_of(county.get(page_of(row)))
    assert "已开通" in page
    assert "份申报表回答" not in page
    for address in (ADD, COPY, page_of(row, "retire"), page_of(row, "reinstate"), page_of(row, "delete")):
        assert county.get(address).status_code == 403
        assert county.post(address).status_code == 403
    assert county.post(page_of(row, "up")).status_code == 403
    assert county.post(page_of(row), {"text": "别的"}).status_code == 403


def test_the_page_of_a_round_leads_to_its_questions(
    office: Client, row: Question, round_2026: Round, finance: User, browser_of: BrowserOf
) -> None:
    address = f"{reverse('admin:platforms_round_change', args=[round_2026.pk])}?tab=questions"
    page = text_of(office.get(address))
    assert "本年度在用的补充问题 1 个。" in page
    assert reverse("admin:platforms_namingrule_changelist") in page
    assert f'href="{LIST}?round__id__exact={round_2026.pk}"' in page
    assert "补充问题" not in text_of(browser_of(finance).get(address))


def test_the_history_of_a_question_tells_each_change(office: Client, row: Question) -> None:
    office.post(page_of(row, "retire"))
    page = text_of(office.get(page_of(row, "history")))
    assert "新建补充问题" in page
    assert "停用补充问题" in page
