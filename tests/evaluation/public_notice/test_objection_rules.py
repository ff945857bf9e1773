"""When an objection comes in time, and who did not say who it is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.public_notice.objections import is_anonymous, too_early_or_late

FIRST, LAST = date(2026, 9, 10), date(2026, 9, 16)


@pytest.mark.parametrize(
    "name",
    ["匿名", "匿名用户", "无名氏", "热心 群众", "张某", "张某某", "王先生", "李女士", "李**", "李＊＊", "张XX", "某",
     "甲", "*", "13812345678", "。。。", "不愿透露", "x"],
)  # fmt: skip
def test_who_names_nobody_is_anonymous(name: str) -> None:
    assert is_anonymous(name)


@pytest.mark.parametrize(
    "name",
    ["张三", "欧阳小明", "古丽·买买提", "宁波某某机械有限公司", "宁波3D打印技术有限公司", "John Smith",
     "某山镇商会", "先生堂药业"],
)  # fmt: skip
def test_a_person_and_a_unit_have_names(name: str) -> None:
    assert not is_anonymous(name)


@pytest.mark.clause("N20")
@given(st.integers(-400, 400))
def test_only_the_days_of_the_period_count_both_ends_included(days: int) -> None:
    on = FIRST + timedelta(days=days)
    why = too_early_or_late(status="opened", starts_on=FIRST, ends_on=LAST, on=on)
    assert (why == "") == (FIRST <= on <= LAST)


@pytest.mark.parametrize(
    ("status", "on", "why"),
    [
        ("opened", date(2026, 9, 9), "公示期自2026年9月10日开始，请在公示期内提出异议。"),
        ("opened", date(2026, 9, 10), ""),
        ("opened", date(2026, 9, 16), ""),
        ("opened", date(2026, 9, 17), "公示期已于2026年9月16日结束，不再受理异议。"),
        ("stopped", date(2026, 9, 11), "公示已终止，不再受理异议。"),
        *[(other, FIRST, "公示尚未发布，不能提出异议。") for other in ("proposed", "declined", "withdrawn")],
    ],
)  # fmt: skip
def test_what_is_said_of_each_day_and_state(status: str, on: date, why: str) -> None:
    assert too_early_or_late(status=status, starts_on=FIRST, ends_on=LAST, on=on) == why
