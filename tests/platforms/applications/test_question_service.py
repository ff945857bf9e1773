"""The city asks its own questions in each round; what was answered keeps its meaning."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from platforms.applications import completeness
from platforms.applications.queries.forms import form_data
from platforms.applications.queries.questions import asked, times_answered
from platforms.applications.services import answers, attachments, filing, fill_links, questions
from platforms.applications.services import drafts as applications
from platforms.errors import Gone, Refusal
from platforms.models import Answer, Application, AuditEvent, CorrectionItem, Question, Round, User
from platforms.periodic_reports.services import acceptance
from tests import factories

pytestmark = pytest.mark.django_db
MANY_LINES = "\n".join(str(n) + "字" * 58 for n in range(18))
LOST = "否则已填的回答会失去原意；需要改变的，请停用后另建一个问题。"


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.draft(yinzhou, round_2026, now)


@pytest.fixture
def number(city: User, round_2026: Round, now: datetime) -> Question:
    return factories.question(round_2026, city, now, "number", text="上年度挂牌天数", required=True)


def answer(row: Application, by: User, at: datetime, **values: Any) -> Application:
    row.refresh_from_db()
    return applications.save_section(application=row, section="venue", values=values, version=row.version, by=by, at=at)


# Asking ------------------------------------------------------------------------------------------------------------


def test_a_question_is_added_last_and_logged(city: User, round_2026: Round, now: datetime) -> None:
    first = factories.question(round_2026, city, now, "choice", required=True, types=["town", "park"], help_text="选")
    second = factories.question(round_2026, city, now, "date")
    assert (first.position, second.position) == (1, 2)
    event = AuditEvent.objects.get(verb="新建补充问题", object_pk=str(first.pk))
    assert (event.actor, event.object_code) == ("city", "2026")
    assert event.changes == {
        "所在部分": "场地设施", "问题": "补充choice", "填写说明": "选", "回答方式": "单选",
        "选项": "已开通、未开通", "适用类型": "乡镇（街道）窗口平台、小微企业园窗口平台", "必须回答": "是",
    }  # fmt: skip


def test_a_number_asked_for_has_a_least_value_at_every_door(
    draft: Application, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    asked_for = factories.question(round_2026, city, now, "number", text="场地面积", least=Decimal(100))
    assert AuditEvent.objects.get(verb="新建补充问题").changes["最小值"] == "100"
    with pytest.raises(Refusal, match="“场地面积”：不得小于 100。"):
        answer(draft, yinzhou, now, **{asked_for.key: "99"})
    answer(draft, yinzhou, now, **{asked_for.key: "100"})
    questions.change(question=asked_for, values={"least": Decimal(150)}, by=city, at=now)
    assert AuditEvent.objects.get(verb="修改补充问题").changes == {"最小值": ["100", "150"]}
    draft.refresh_from_db()
    gaps = [gap.message for gap in completeness.gaps(form_data(draft)) if gap.field == asked_for.key]
    assert gaps == ["“场地面积”：不得小于 150。"]
    questions.change(question=asked_for, values={"least": None}, by=city, at=now)
    assert AuditEvent.objects.filter(verb="修改补充问题").latest("serial").changes == {"最小值": ["150", ""]}
    with pytest.raises(Refusal, match="只有数字的问题填写最小值"):
        factories.question(round_2026, city, now, "text", text="说明", least=Decimal(1))
    least = factories.question(round_2026, city, now, "number", text="人数", least=Decimal(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=least.pk).update(kind="text")


def test_a_question_is_added_where_it_is_wanted(city: User, round_2026: Round, now: datetime) -> None:
    one, two = (factories.question(round_2026, city, now, text=text) for text in ("一", "二"))
    values = {"section": "venue", "text": "三", "kind": "text"}
    questions.add(round=round_2026, values=values, position=2, by=city, at=now)
    questions.add(round=round_2026, values=values | {"text": "四"}, position=99, by=city, at=now)
    assert [each.text for each in asked(round_2026, "town")] == [one.text, "三", two.text, "四"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"section": "staff"}, "请选择问题所在的部分。"),
        ({"section": "commitment"}, "请选择问题所在的部分。"),
        ({"kind": "colour"}, "请选择回答方式。"),
        ({"types": ["village"]}, "请从列出的平台类型中选择。"),
        ({"text": " "}, "请填写“问题”。"),
        ({"text": "问" * 121}, "“问题”最多 120 个字，现为 121 个字。"),
        ({"help_text": "说" * 201}, "“填写说明”最多 200 个字，现为 201 个字。"),
        ({"kind": "choice", "options": "甲"}, "单选的问题至少要有 2 个选项，每行写一个。"),
        ({"options": "甲\n乙"}, "只有单选的问题填写选项，请清空选项或改为单选。"),
        ({"kind": "choice", "options": MANY_LINES}, "“选项”最多 1000 个字，现为 1087 个字。"),
        ({"text": "有了"}, "2026年度已有相同的问题。"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(
    city: User, round_2026: Round, now: datetime, values: dict[str, Any], sentence: str
) -> None:
    there = factories.question(round_2026, city, now, text="有了")
    for act in (
        lambda: questions.add(
            round=round_2026, values={"section": "venue", "text": "新", "kind": "text"} | values, by=city, at=now
        ),
        lambda: questions.change(question=factories.question(round_2026, city, now), values=values, by=city, at=now),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert str(refusal.value) == sentence
    assert there.text == "有了"


def test_a_round_takes_sixty_questions(city: User, round_2026: Round, now: datetime) -> None:
    Question.objects.bulk_create(
        Question(round=round_2026, section="venue", text=f"问{n}", kind="text", position=n) for n in range(1, 60)
    )
    factories.question(round_2026, city, now)
    with pytest.raises(Refusal) as refusal:
        factories.question(round_2026, city, now, text="多")
    assert str(refusal.value) == "每个年度最多 60 个补充问题。"


def test_only_the_city_asks(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    row = factories.question(round_2026, city, now)
    who: dict[str, Any] = {"by": yinzhou, "at": now}
    acts = (
        lambda: questions.add(round=round_2026, values={}, **who),
        lambda: questions.change(question=row, values={}, **who),
        lambda: questions.shift(question=row, up=True, **who),
        lambda: questions.retire(question=row, **who),
        lambda: questions.reinstate(question=row, **who),
        lambda: questions.delete(question=row, **who),
        lambda: questions.copy(source=round_2026, target=round_2026, **who),
    )
    for act in acts:
        with pytest.raises(Refusal) as refusal:
            act()
        assert str(refusal.value) == "您没有办理补充问题的权限。"


def test_nothing_changes_once_the_results_are_public(city: User, round_2026: Round, now: datetime) -> None:
    row = factories.question(round_2026, city, now)
    Round.objects.filter(pk=round_2026.pk).update(status="published")
    who: dict[str, Any] = {"by": city, "at": now}
    acts = (
        lambda: factories.question(round_2026, city, now, text="新"),
        lambda: questions.change(question=row, values={"text": "别的"}, **who),
        lambda: questions.shift(question=row, up=True, **who),
        lambda: questions.retire(question=row, **who),
        lambda: questions.reinstate(question=row, **who),
        lambda: questions.delete(question=row, **who),
        lambda: questions.copy(source=round_2026, target=round_2026, **who),
    )
    for act in acts:
        with pytest.raises(Refusal) as refusal:
            act()
        assert str(refusal.value) == "2026年度结果已公布，补充问题不能再变动。"


def test_a_change_tells_what_was_and_what_is(city: User, round_2026: Round, now: datetime) -> None:
    row = factories.question(round_2026, city, now, "choice")
    values = {"section": "plan", "required": True, "options": "有\n无", "types": ["industry"]}
    questions.change(question=row, values=values, by=city, at=now)
    assert AuditEvent.objects.get(verb="修改补充问题").changes == {
        "所在部分": ["场地设施", "建设运营计划"], "选项": ["已开通、未开通", "有、无"],
        "适用类型": ["全部类型", "重点行业窗口平台"], "必须回答": ["否", "是"],
    }  # fmt: skip
    questions.change(question=row, values=values, by=city, at=now)
    assert AuditEvent.objects.filter(verb="修改补充问题").count() == 1


def test_all_four_types_are_all_types(city: User, round_2026: Round, now: datetime) -> None:
    row = factories.question(round_2026, city, now, types=["park", "town", "industry", "functional_zone"])
    assert row.types == []
    assert row.types_in_words() == "全部类型"


def test_questions_change_places_within_their_section(city: User, round_2026: Round, now: datetime) -> None:
    one, two, three = (factories.question(round_2026, city, now, text=text) for text in "一二三")
    other = factories.question(round_2026, city, now, text="别处", section="plan")

    def order() -> str:
        return "".join(each.text for each in asked(round_2026, "town"))

    questions.shift(question=three, up=True, by=city, at=now)
    assert order() == "一三二别处"
    questions.shift(question=one, up=False, by=city, at=now)
    assert order() == "三一二别处"
    assert [event.changes for event in AuditEvent.objects.filter(verb="调整补充问题顺序").order_by("serial")] == [
        {"顺序": [3, 2]},
        {"顺序": [1, 2]},
    ]
    for row, up in ((three, True), (two, False), (other, True), (other, False)):
        questions.shift(question=row, up=up, by=city, at=now)
    assert order() == "三一二别处"
    assert AuditEvent.objects.filter(verb="调整补充问题顺序").count() == 2


def test_a_question_gets_another_place_by_its_number(city: User, round_2026: Round, now: datetime) -> None:
    one = factories.question(round_2026, city, now, text="一")
    factories.question(round_2026, city, now, text="二")
    questions.change(question=one, values={}, position=2, by=city, at=now)
    assert [each.text for each in asked(round_2026, "town")] == ["二", "一"]
    assert AuditEvent.objects.get(verb="修改补充问题").changes == {"顺序": [1, 2]}


def test_what_is_gone_is_gone(city: User, round_2026: Round, now: datetime) -> None:
    row = factories.question(round_2026, city, now)
    questions.delete(question=row, by=city, at=now)
    assert AuditEvent.objects.get(verb="删除补充问题").reason == row.text
    row = Question(pk=999_999, round=round_2026, text="没有")
    with pytest.raises(Gone) as gone:
        questions.delete(question=row, by=city, at=now)
    assert str(gone.value) == "这个补充问题已被删除。"


def test_the_questions_of_an_earlier_round_are_copied_in_one_act(city: User, round_2026: Round, now: datetime) -> None:
    later = factories.round_of(2027, "preparing")
    factories.question(round_2026, city, now, "choice", required=True, types=["town"], help_text="选")
    factories.question(round_2026, city, now, text="都有")
    retired = factories.question(round_2026, city, now, text="停用的")
    questions.retire(question=retired, by=city, at=now)
    factories.question(later, city, now, text="都有")
    assert questions.copy(source=round_2026, target=later, by=city, at=now) == (1, 1)
    made = Question.objects.get(round=later, text="补充choice")
    told = ("section", "kind", "options", "types", "required", "help_text", "retired", "position")
    assert [getattr(made, name) for name in told] == [
        "venue", "choice", "已开通\n未开通", ["town"], True, "选", False, 2
    ]  # fmt: skip
    event = AuditEvent.objects.get(verb="复制补充问题")
    assert (event.object_code, event.reason) == ("2027", "复制自2026年度")
    assert event.changes == {"复制的问题": [[], ["补充choice"]]}
    assert questions.copy(source=round_2026, target=later, by=city, at=now) == (0, 2)


def test_copying_needs_something_to_copy_and_another_round(city: User, round_2026: Round, now: datetime) -> None:
    later = factories.round_of(2027, "preparing")
    for source, target, sentence in (
        (round_2026, round_2026, "请选择两个不同的年度。"),
        (round_2026, later, "2026年度没有可复制的补充问题。"),
    ):
        with pytest.raises(Refusal) as refusal:
            questions.copy(source=source, target=target, by=city, at=now)
        assert str(refusal.value) == sentence
    Question.objects.bulk_create(
        Question(round=round_2026, section="venue", text=f"问{n}", kind="text", position=n) for n in range(60)
    )
    factories.question(later, city, now)
    with pytest.raises(Refusal) as refusal:
        questions.copy(source=round_2026, target=later, by=city, at=now)
    assert str(refusal.value) == "每个年度最多 60 个补充问题，复制后将有 61 个。"


# Answering ---------------------------------------------------------------------------------------------------------


def test_an_answer_is_kept_in_one_form_and_logged_in_words(
    draft: Application, yinzhou: User, city: User, round_2026: Round, now: datetime, number: Question
) -> None:
    day = factories.question(round_2026, city, now, "date", text="挂牌日期")
    saved = answer(draft, yinzhou, now, **{number.key: "０１２．５０", day.key: "2026年3月8日", "counters": "2"})
    assert saved.version == draft.version + 1
    assert dict(draft.answers.values_list("question", "value")) == {number.pk: "12.5", day.pk: "2026-03-08"}
    event = AuditEvent.objects.filter(verb="填写场地设施").latest("serial")
    assert event.changes == {
        "服务窗口（个）": [None, 2], "上年度挂牌天数": ["", "12.5"], "挂牌日期": ["", "2026年3月8日"]
    }  # fmt: skip


def test_the_same_answer_again_saves_nothing(
    draft: Application, yinzhou: User, now: datetime, number: Question
) -> None:
    first = answer(draft, yinzhou, now, **{number.key: "3"})
    again = answer(draft, yinzhou, now, **{number.key: "3.0"})
    assert again.version == first.version


def test_an_emptied_answer_is_none(draft: Application, yinzhou: User, now: datetime, number: Question) -> None:
    answer(draft, yinzhou, now, **{number.key: "3"})
    answer(draft, yinzhou, now, **{number.key: " "})
    assert Answer.objects.count() == 0
    assert times_answered(number) == 0


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("number", "三", "“补充number”：请只填写数字，整数最多 12 位，小数最多 4 位，不要带逗号、单位或其他文字。"),
        ("date", "昨天", "“补充date”：请填写 1900年至2100年之间的日期，写法如 2026-03-18。"),
        ("choice", "也许", "“补充choice”：请从列出的选项中选择。"),
        ("text", "字" * 2001, "“补充text”：最多 2000 个字，现为 2001 个字。"),
        ("file", "文件", "“场地设施”中有不能在此填写的内容，未保存。"),
    ],
)
def test_an_answer_of_another_kind_is_refused(
    draft: Application,
    yinzhou: User,
    city: User,
    round_2026: Round,
    now: datetime,
    kind: str,
    value: str,
    sentence: str,
) -> None:
    row = factories.question(round_2026, city, now, kind)
    with pytest.raises(Refusal) as refusal:
        answer(draft, yinzhou, now, **{row.key: value})
    assert str(refusal.value) == sentence
    assert Answer.objects.count() == 0


def test_what_is_not_asked_here_is_not_answered(
    draft: Application, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    """Another section, another type, another round, retired, or no question at all."""
    retired = factories.question(round_2026, city, now, text="停用的")
    questions.retire(question=retired, by=city, at=now)
    others = [
        factories.question(round_2026, city, now, text="别的部分", section="plan"),
        factories.question(round_2026, city, now, text="别的类型", types=["industry"]),
        factories.question(factories.round_of(2027), city, now, text="别的年度"),
        retired,
        Question(pk=999_999),
    ]
    for row in others:
        with pytest.raises(Refusal) as refusal:
            answer(draft, yinzhou, now, **{row.key: "有"})
        assert str(refusal.value) == "“场地设施”中有不能在此填写的内容，未保存。"


@pytest.mark.trust("T13")
def test_a_submitted_form_takes_no_answer(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    row = factories.question(round_2026, city, now)
    filed = factories.submitted(yinzhou, round_2026, now)
    with pytest.raises(Refusal) as refusal:
        answer(filed, yinzhou, now, **{row.key: "有"})
    assert "只有草稿和被退回的申报表可以修改" in str(refusal.value)


def test_a_return_that_names_other_parts_leaves_the_question_closed(
    yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    row = factories.question(round_2026, city, now)
    back = factories.returned(yinzhou, round_2026, now, city=city)
    item = CorrectionItem.objects.create(
        application=back, asked_in=back.moves.latest("pk"), level="city", turn=99, section="venue", field="counters",
        text="请核对", asked_at=now, asked_by=city,
    )  # fmt: skip
    with pytest.raises(Refusal) as refusal:
        answer(back, yinzhou, now, **{row.key: "有"})
    assert str(refusal.value) == "退回时没有要求补正“补充问题”，这一部分不能修改。"
    CorrectionItem.objects.filter(pk=item.pk).update(field=row.key)
    answer(back, yinzhou, now, **{row.key: "有"})
    assert back.answers.get().value == "有"


def test_a_required_question_is_a_gap_of_its_section_until_it_is_answered(
    yinzhou: User, round_2026: Round, now: datetime, number: Question, city: User
) -> None:
    file = factories.question(round_2026, city, now, "file", text="标识照片", required=True)
    row = factories.complete_application(yinzhou, round_2026, now)
    gaps = completeness.gaps(form_data(row))
    assert [(gap.section, gap.field, gap.message) for gap in gaps] == [
        ("venue", number.key, "请填写“上年度挂牌天数”。"),
        ("venue", file.key, "请上传“标识照片”的文件。"),
    ]
    with pytest.raises(filing.Incomplete):
        filing.submit(application=row, version=row.version, by=yinzhou, at=now)
    row = answer(row, yinzhou, now, **{number.key: "0"})
    attachments.add(
        application=row, kind="question", question=file, upload=factories.upload("照片.pdf"), by=yinzhou, at=now
    )
    filed = filing.submit(application=row, version=row.version, by=yinzhou, at=now)
    data = filed.versions.get().data
    assert [(each["text"], each["value"]) for each in data["questions"]] == [("上年度挂牌天数", "0"), ("标识照片", "")]
    assert [each["shown_name"] for each in data["attachments"] if each["question"] == file.key] == ["照片.pdf"]


def test_nobody_is_missed_who_is_not_asked(yinzhou: User, round_2026: Round, now: datetime, city: User) -> None:
    factories.question(round_2026, city, now, text="别的类型", types=["park"], required=True)
    retired = factories.question(round_2026, city, now, text="停用的", required=True)
    questions.retire(question=retired, by=city, at=now)
    row = factories.complete_application(yinzhou, round_2026, now)
    assert completeness.gaps(form_data(row)) == ()
    assert form_data(row)["questions"] == []


def test_a_question_made_required_later_leaves_submitted_forms_alone(
    yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    row = factories.question(round_2026, city, now)
    filed = factories.submitted(yinzhou, round_2026, now)
    questions.change(question=row, values={"required": True}, by=city, at=now)
    assert acceptance.accept(application=filed, by=city, at=now).status == "accepted"


@pytest.mark.parametrize("change", [{"retired": True}, {"kind": "date"}, None])
def test_what_changes_while_it_is_answered_is_not_answered(
    draft: Application, number: Question, change: dict[str, Any] | None
) -> None:
    rows = Question.objects.filter(pk=number.pk)
    if change is None:
        rows.delete()
    else:
        rows.update(**change)
    with pytest.raises(Refusal) as refusal:
        answers.keep(draft, {number: ("", "3")})
    assert str(refusal.value) == "补充问题“上年度挂牌天数”刚被调整，本次没有保存，请刷新页面后重新填写。"
    assert refusal.value.field == number.key
    assert Answer.objects.count() == 0


# Once answered -----------------------------------------------------------------------------------------------------


@pytest.fixture
def answered(draft: Application, yinzhou: User, city: User, round_2026: Round, now: datetime) -> Question:
    row = factories.question(round_2026, city, now, "choice")
    answer(draft, yinzhou, now, **{row.key: "已开通"})
    return row


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"kind": "text", "options": ""}, "回答方式不能再改"),
        ({"section": "plan"}, "所在部分不能再改"),
        ({"kind": "text", "options": "", "section": "plan"}, "回答方式和所在部分不能再改"),
        ({"options": "未开通\n筹备中"}, "选项“已开通”不能删去或改写"),
        ({"options": "已开通\n没有开通"}, "选项“未开通”不能删去或改写"),
    ],
)
def test_what_an_answer_means_stays(
    answered: Question, city: User, now: datetime, values: dict[str, Any], what: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        questions.change(question=answered, values=values, by=city, at=now)
    assert str(refusal.value) == f"这个问题已有 1 份申报表回答，{what}，{LOST}"


def test_an_answered_question_may_be_worded_better_and_get_more_options(
    answered: Question, city: User, now: datetime
) -> None:
    values = {"text": "是否开通热线", "options": "筹备中\n已开通\n未开通", "required": True, "help_text": "说明"}
    changed = questions.change(question=answered, values=values, by=city, at=now)
    assert (changed.text, changed.choices) == ("是否开通热线", ["筹备中", "已开通", "未开通"])


def test_a_retired_question_keeps_its_answers_and_counts_again_when_reinstated(
    answered: Question, draft: Application, city: User, now: datetime
) -> None:
    with pytest.raises(Refusal) as refusal:
        questions.delete(question=answered, by=city, at=now)
    assert str(refusal.value) == "这个问题已有 1 份申报表回答，不能删除；不再需要的请停用。"
    questions.retire(question=answered, by=city, at=now)
    assert form_data(draft)["questions"] == []
    with pytest.raises(Refusal) as refusal:
        questions.retire(question=answered, by=city, at=now)
    assert str(refusal.value) == "这个问题已停用，不必再次办理。"
    questions.reinstate(question=answered, by=city, at=now)
    assert [each["value"] for each in form_data(draft)["questions"]] == ["已开通"]
    with pytest.raises(Refusal) as refusal:
        questions.reinstate(question=answered, by=city, at=now)
    assert str(refusal.value) == "这个问题已恢复，不必再次办理。"
    told = [AuditEvent.objects.get(verb=f"{verb}补充问题").changes["停用"] for verb in ("停用", "恢复")]
    assert told == [["否", "是"], ["是", "否"]]


def test_a_file_is_an_answer_too(
    draft: Application, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    row = factories.question(round_2026, city, now, "file")
    who: dict[str, Any] = {"by": yinzhou, "at": now}
    made = attachments.add(application=draft, kind="question", question=row, upload=factories.upload("一.pdf"), **who)
    assert times_answered(row) == 1
    assert AuditEvent.objects.filter(verb="上传附件").latest("serial").changes == {row.text: [None, "一.pdf"]}
    with pytest.raises(Refusal) as refusal:
        attachments.add(application=draft, kind="question", question=row, upload=factories.upload("二.pdf"), **who)
    assert str(refusal.value) == f"这个文件已作为“{row.text}”的附件上传过。"
    attachments.remove(attachment=made, **who)
    assert AuditEvent.objects.filter(verb="删除附件").latest("serial").changes == {row.text: ["一.pdf", None]}
    questions.delete(question=row, by=city, at=now)


def test_a_file_goes_with_a_question_that_asks_for_one(
    draft: Application, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    text = factories.question(round_2026, city, now)
    elsewhere = factories.question(factories.round_of(2027), city, now, "file")
    who: dict[str, Any] = {"application": draft, "by": yinzhou, "at": now}
    for kind, row, sentence in (
        ("question", None, "补充问题的附件请在该问题处上传。"),
        ("venue", elsewhere, "补充问题的附件请在该问题处上传。"),
        ("question", text, f"这份申报表没有要求上传“{text.text}”的文件。"),
        ("question", elsewhere, f"这份申报表没有要求上传“{elsewhere.text}”的文件。"),
    ):
        with pytest.raises(Refusal) as refusal:
            attachments.add(kind=kind, question=row, upload=factories.upload(), **who)
        assert str(refusal.value) == sentence


def test_a_link_for_one_section_takes_the_files_of_its_questions(
    draft: Application, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    row = factories.question(round_2026, city, now, "file")
    link, _ = fill_links.issue(application=draft, recipient="单位", days=14, by=yinzhou, at=now)
    type(link).objects.filter(pk=link.pk).update(section="venue")
    made = attachments.add(
        application=draft, kind="question", question=row, upload=factories.upload(), by=None, at=now,
        actor="填报单位：单位",
    )  # fmt: skip
    assert made.question == row
    type(link).objects.filter(pk=link.pk).update(section="plan")
    with pytest.raises(Refusal):
        attachments.remove(attachment=made, by=None, at=now, actor="填报单位：单位")
