"""What changed between two states of a form, in the words of the form."""

import copy
from datetime import datetime
from typing import Any

import pytest

from platforms.applications.queries.differences import Difference, between
from platforms.applications.queries.forms import form_data
from platforms.choices import FreeService
from platforms.models import Application, Round, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(yinzhou: User, round_2026: Round, now: datetime) -> dict[str, Any]:
    return form_data(factories.complete_application(yinzhou, round_2026, now))


def changed(form: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A copy of ``form`` with other values: a mapping is laid over its section, a list takes its place."""
    new = copy.deepcopy(form)
    for name, value in parts.items():
        new[name] = new[name] | value if isinstance(value, dict) else value
    return new


def told(old: dict[str, Any], new: dict[str, Any], **options: Any) -> list[tuple[str, str, str, str]]:
    return [(each.kind, each.label, each.old, each.new) for each in between(old, new, **options)]


def test_the_same_form_does_not_differ(form: dict[str, Any]) -> None:
    assert between(form, copy.deepcopy(form)) == ()


def test_fields_are_told_in_words_and_in_form_order(form: dict[str, Any]) -> None:
    new = changed(
        form,
        plan={"funds_wan": "45.5"},
        operator={"operating_mode": "entrusted", "agreement": "委托协议", "founded_on": "2016-01-02"},
        venue={"has_unified_sign": True, "counters": None},
    )
    assert told(form, new) == [
        ("changed", "运营方式", "直接运营", "委托运营"),
        ("changed", "成立日期", "2015年5月20日", "2016年1月2日"),
        ("added", "委托运营协议名称", "", "委托协议"),
        ("removed", "服务窗口（个）", "3", ""),
        ("changed", "已悬挂统一标志标识", "否", "是"),
        ("changed", "年度运营经费（万元）", "30", "45.5"),
    ]
    assert between(form, new)[0] == Difference("operator", "operating_mode", "运营方式", "直接运营", "委托运营")


def test_nothing_in_another_spelling_is_still_nothing(form: dict[str, Any]) -> None:
    assert between(form, changed(form, operator={"support_policy": None})) == ()


def test_rows_are_matched_by_what_names_them(form: dict[str, Any]) -> None:
    first, second = form["staff"]
    third = first | {"name": "赵三", "post": "会计", "years": 2}
    new = changed(form, staff=[third, second | {"post": "主管", "full_time": True}])
    assert told(form, new) == [
        (
            "added", "运营人员：赵三", "",
            "姓名：赵三，性别：女，学历：本科，岗位：会计，专职：是，企业服务年限（年）：2",
        ),
        ("changed", "运营人员：李二", "岗位：专员，专职：否", "岗位：主管，专职：是"),
        (
            "removed", "运营人员：王一",
            "姓名：王一，性别：女，学历：本科，岗位：主任，专职：是，企业服务年限（年）：5", "",
        ),
    ]  # fmt: skip


def test_a_row_with_another_name_and_all_else_the_same_was_renamed(form: dict[str, Any]) -> None:
    first, second = form["staff"]
    assert told(form, changed(form, staff=[second, first | {"name": "王一一"}])) == [
        ("changed", "运营人员：王一一", "姓名：王一", "姓名：王一一")
    ]


def test_the_order_of_rows_is_no_difference(form: dict[str, Any]) -> None:
    assert between(form, changed(form, staff=form["staff"][::-1], services=form["services"][::-1])) == ()


def test_services_partners_and_rules_name_their_rows(form: dict[str, Any]) -> None:
    services = copy.deepcopy(form["services"])
    services[0]["content"] = "政策宣讲和辅导"
    rules = copy.deepcopy(form["rules"])
    rules[0]["is_public"] = False
    assert told(form, changed(form, services=services, partners=[], rules=rules)) == [
        (
            "changed", f"服务内容：{FreeService.POLICY.label}",
            "服务内容：政策宣讲", "服务内容：政策宣讲和辅导",
        ),
        ("removed", "合作机构：测试律师事务所", "合作机构：测试律师事务所，合作服务类别：法律服务", ""),
        ("changed", "管理制度：服务流程", "对外公开：是", "对外公开：否"),
    ]  # fmt: skip


def test_files_are_told_by_content(form: dict[str, Any]) -> None:
    files = copy.deepcopy(form["attachments"])
    files[0]["shown_name"] = "改名.pdf"
    files[1] |= {"digest": "0" * 64}
    files[2] |= {"digest": "1" * 64, "shown_name": "新流程.pdf"}
    gone = files.pop()
    files.append(gone | {"kind": "photo", "rule_kind": "", "shown_name": "现场.png", "digest": "2" * 64})
    assert told(form, changed(form, attachments=files)) == [
        ("changed", "场地证明", "场地.pdf", "场地.pdf（内容已更换）"),
        ("changed", "管理制度文件：服务流程", "流程.pdf", "新流程.pdf"),
        ("added", "现场照片", "", "现场.png"),
        ("removed", "管理制度文件：收费标准", "收费.pdf", ""),
    ]


def test_the_citys_questions_are_told_like_built_in_ones(form: dict[str, Any]) -> None:
    asked = {
        "key": "question_7", "section": "venue", "text": "是否临街", "help": "", "kind": "text",
        "options": [], "required": True, "value": "",
    }  # fmt: skip
    old, new = changed(form, questions=[asked]), changed(form, questions=[asked | {"value": "临街"}])
    assert told(old, new) == [("added", "是否临街", "", "临街")]
    del old["questions"]
    assert told(old, new) == [("added", "是否临街", "", "临街")]
    assert between(old, new)[0].field == "question_7"


def test_a_file_that_answers_a_question_is_told_at_the_question(form: dict[str, Any]) -> None:
    asked = {
        "key": "question_8", "section": "venue", "text": "平面图", "help": "", "kind": "file",
        "options": [], "required": True, "value": "",
    }  # fmt: skip
    file = {"kind": "question", "shown_name": "图.pdf", "digest": "a", "size": 1, "rule_kind": "",
            "question": "question_8"}  # fmt: skip
    old = changed(form, questions=[asked], attachments=[*form["attachments"], file])
    new = changed(form, questions=[asked], attachments=[*form["attachments"], file | {"digest": "b"}])
    assert told(form | {"questions": [asked]}, old) == [("added", "平面图", "", "图.pdf")]
    assert told(old, new) == [("changed", "平面图", "图.pdf", "图.pdf（内容已更换）")]


def test_people_are_stars_and_a_change_that_stars_hide_is_still_told(form: dict[str, Any]) -> None:
    staff = copy.deepcopy(form["staff"])
    staff[0] |= {"name": "王二", "mobile": "13900001111"}
    new = changed(form, operator={"contact_mobile": "13800008000", "contact_name": "赵联系"}, staff=staff)
    assert told(form, new, masked=True) == [
        ("changed", "联系人", "张*", "赵*"),
        ("changed", "联系人手机", "138****8000", "已修改（内容不显示）"),
        ("changed", "运营人员：王*", "姓名：王*，手机：未填写", "姓名：已修改（内容不显示），手机：139****1111"),
    ]


@pytest.mark.parametrize("missing", ["questions", "attachments", "staff", "venue"])
def test_a_version_that_lacks_a_part_is_read_all_the_same(form: dict[str, Any], missing: str) -> None:
    old = {name: value for name, value in form.items() if name != missing}
    assert {each.kind for each in between(old, form)} <= {"added"}
    assert {each.kind for each in between(form, old)} <= {"removed"}


def test_an_empty_form_and_a_full_one(yinzhou: User, round_2026: Round, now: datetime, form: dict[str, Any]) -> None:
    empty = form_data(factories.draft(yinzhou, round_2026, now))
    kinds = {each.kind for each in between(empty, form) if each.field != "name"}
    assert kinds == {"added", "changed"}  # the commitment was a no
    assert Application.objects.count() == 2
