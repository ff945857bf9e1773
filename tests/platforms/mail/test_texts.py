"""What may stand in an official mail: placeholders, where each may be used, and what becomes of typed text."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.mail import texts as mail_texts
from platforms.mail.choices import MailKind
from platforms.mail.texts import ACCEPTED, BUILT_IN, EXCEPTION, REMINDER, RETURNED, Hole, Text

pytestmark = pytest.mark.usefixtures("printed_as_in_2020")
MARK = re.compile(r"\{[^{}]*\}")
TYPED = {
    *("platform", "operator", "reason", "recipient", "list", "platforms", "title", "where", "invited", "self_list"),
    *("failed_list", "accepted_list", "answer", "grounds", "amended", "expiring_list"),
}
#: Of several lines: typed text is a line of it.
LISTS = {each.name for each in mail_texts.PLACEHOLDERS if each.lines}
VALUES = {
    kind: {
        each.name: each.example if isinstance(each.example, str) else "条款"
        for each in mail_texts.placeholders_of(kind)
    }
    for kind in mail_texts.ALL
}
anything = st.text(max_size=300) | st.text(alphabet="{}年度平台名称\r\n:/.@ab\u202e\x00\u2028", max_size=80)


def test_there_is_a_text_for_each_kind_of_mail() -> None:
    assert set(MailKind.values) == set(mail_texts.ALL) == set(BUILT_IN)


def test_what_people_type_is_untrusted_and_nothing_else() -> None:
    assert {each.name for each in mail_texts.PLACEHOLDERS if not each.trusted} == TYPED
    marks = [each.mark for each in mail_texts.PLACEHOLDERS]
    assert len(set(marks)) == len(marks)


def test_of_typed_text_only_the_name_of_the_platform_may_stand_in_a_subject() -> None:
    assert [each.name for each in mail_texts.PLACEHOLDERS if not each.trusted and each.in_subject] == ["platform"]


@pytest.mark.parametrize("kind", mail_texts.ALL)
def test_the_built_in_texts_keep_the_rules_themselves(kind: str) -> None:
    assert list(mail_texts.problems(kind, BUILT_IN[kind])) == []
    filled = mail_texts.example(kind, BUILT_IN[kind])
    assert not MARK.search(filled.subject + filled.body)


def test_a_reminder_reads_like_this() -> None:
    assert mail_texts.example(REMINDER, BUILT_IN[REMINDER]) == Text(
        "请办理：鄞州区2026年度窗口平台申报，上报截止日期为2026年4月17日",
        "鄞州区工作联络员 赵联络：\n\n2026年度中小企业公共服务窗口平台的上报截止日期为2026年4月17日。"
        "截至2026年4月10日，鄞州区已上报 3 份（指导名额：9 个）。请抓紧核对并上报；确实没有申报的，"
        "请与市经信局联系。\n\n办理页面：https://windows.example/desk/\n\n宁波市经济和信息化局\n2026年4月10日\n\n本邮件由系统生成，请勿直接回复。",
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("补充场地材料", "补充场地材料"),
        ("第一行\r\nBcc: all@example.cn", "第一行 Bcc: all@example[.]cn"),
        ("点击 http://evil.com/x?a=1", "点击 http：//evil[.]com/x?a=1"),
        ("www.evil.中国", "www[.]evil[.]中国"),
        ("面积 3.5 万，1.20 版", "面积 3.5 万，1.20 版"),
        ("{链接} ｛理由｝", "｛链接｝ ｛理由｝"),
        ("左\u202e右\u200b\x00中\u2028末", "左右中 末"),
        ("  多   空格\t ", "多 空格"),
    ],
)
def test_typed_text_is_made_plain(typed: str, kept: str) -> None:
    assert mail_texts.plain(typed, most=100) == kept


def test_long_typed_text_is_cut_and_says_so() -> None:
    assert mail_texts.plain("字" * 11, most=10) == "字" * 9 + "…"


@given(anything, st.integers(1, 200))
def test_plain_text_is_one_harmless_line(typed: str, most: int) -> None:
    line = mail_texts.plain(typed, most=most)
    assert len(line) <= most
    assert line.splitlines() in ([], [line])
    assert not any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") for each in line)
    assert "://" not in line
    assert not re.search(r"[a-zA-Z]\.[a-zA-Z]", line)
    assert not set("{}") & set(line)


@given(anything)
@pytest.mark.parametrize("kind", mail_texts.ALL)
def test_no_value_breaks_a_header_or_is_read_as_a_placeholder(kind: str, typed: str) -> None:
    values = VALUES[kind] | dict.fromkeys((TYPED - LISTS) & set(VALUES[kind]), typed)
    filled = mail_texts.render(kind, BUILT_IN[kind], values)
    assert filled.subject.splitlines() == [filled.subject]
    assert not MARK.search(filled.subject + filled.body)
    # Typed text adds no line of its own.
    assert filled.body.count("\n") == mail_texts.example(kind, BUILT_IN[kind]).body.count("\n")
    assert len(filled.subject) <= mail_texts.MOST_SUBJECT
    assert len(filled.body) <= mail_texts.MOST_BODY


@given(anything)
def test_each_line_of_a_list_is_made_plain_by_itself(typed: str) -> None:
    one_line = " ".join(typed.split())
    values = VALUES[mail_texts.DUE] | {"list": f"甲：{one_line}\n乙"}
    filled = mail_texts.render(mail_texts.DUE, Text("到期", "{事项}"), values)
    assert filled.body == f"{mail_texts.plain(f'甲：{one_line}', most=2800)}\n乙"


def test_a_list_that_would_not_fit_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="list"):
        mail_texts.render(mail_texts.DUE, Text("到期", "{事项}"), VALUES[mail_texts.DUE] | {"list": "甲\n" * 1500})


def test_an_empty_typed_value_is_named_as_such() -> None:
    filled = mail_texts.render(
        ACCEPTED, Text("受理", "{平台名称}|{运营单位}"), VALUES[ACCEPTED] | {"platform": " ", "operator": ""}
    )
    assert filled.body == "（未填写名称）|（未填写）"


@pytest.mark.parametrize("missing", ["number", "code"])
def test_a_mail_is_never_written_with_a_hole(missing: str) -> None:
    values = {name: value for name, value in VALUES[ACCEPTED].items() if name != missing}
    with pytest.raises(Hole):
        mail_texts.render(ACCEPTED, BUILT_IN[ACCEPTED], values)


def test_a_text_with_a_placeholder_of_another_kind_is_not_written() -> None:
    with pytest.raises(Hole):
        mail_texts.render(ACCEPTED, Text("受理", "{回执编号}"), VALUES[ACCEPTED])


def test_a_value_that_the_kind_does_not_have_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="receipt"):
        mail_texts.render(ACCEPTED, BUILT_IN[ACCEPTED], VALUES[ACCEPTED] | {"receipt": "SB-1"})


def test_a_trusted_value_out_of_bounds_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="uses"):
        mail_texts.render(EXCEPTION, BUILT_IN[EXCEPTION], VALUES[EXCEPTION] | {"uses": "1" * 7})


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (Text("{年度}", "{理由}"), []),
        (
            Text("补正", "{回执编号}"),
            [("body", "正文中的“{回执编号}”不是这类邮件的占位符，请从右侧的表中选用，或删去。")],
        ),
        (Text("{密码}", "好"), [("subject", "标题中的“{密码}”不是这类邮件的占位符，请从右侧的表中选用，或删去。")]),
        (Text("{理由}", "好"), [("subject", "标题中不能使用“{理由}”，请把它写在正文中。")]),
        (Text("{链接}", "好"), [("subject", "标题中不能使用“{链接}”，请把它写在正文中。")]),
        (Text("补正", "{年度"), [("body", "正文中的花括号没有成对，请写成“{年度}”这样。")]),
        (Text("补\n正", "好"), [("subject", "标题只能有一行，不能换行。")]),
        (
            Text("{平台名称}{平台名称}", "好"),
            [("subject", "标题填入内容后最长可能有 160 个字，超过 120 个字，请缩短。")],
        ),
        (Text("好", "{理由}" * 4), [("body", "正文填入内容后最长可能有 4800 个字，超过 4000 个字，请缩短。")]),
    ],
)
def test_an_edited_text_is_refused_with_the_placeholder_named(text: Text, wrong: list[tuple[str, str]]) -> None:
    assert list(mail_texts.problems(RETURNED, text)) == wrong


def test_braces_typed_in_full_width_or_with_blanks_are_taken_for_what_they_mean() -> None:
    assert mail_texts.normal("｛ 年度 ｝的{理由 }") == "{年度}的{理由}"


@given(st.text(alphabet="{}｛｝年度理由平台名称 字\n", max_size=60), st.sampled_from(mail_texts.ALL))
def test_a_text_without_problems_can_always_be_filled_in(text: str, kind: str) -> None:
    normal = Text("好", mail_texts.normal(text))
    if not list(mail_texts.problems(kind, normal)):
        assert not MARK.search(mail_texts.example(kind, normal).body)
