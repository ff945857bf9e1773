"""What a notice says of a platform and why, when it runs, and its paper: rules without a database."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.public_notice.listing import (
    MOST_REASONS,
    Entry,
    Found,
    Marked,
    basis,
    explained,
    number,
    reasons,
)
from evaluation.public_notice.paper import Changed, Listed, Told, notice_paper
from evaluation.public_notice.running import Period, State, counted
from platforms.applications.documents.paper import Grid, Pairs
from platforms.notices.terms import read
from tests.platforms.notices import sample

ENTRY = Entry("330212-001", "横街窗口平台", "town", "330212", "横街镇", "横街服务中心", "A", True, "")


def marks(*pairs: tuple[str, int, int]) -> tuple[Marked, ...]:
    return tuple(Marked(title, Fraction(points), Fraction(full)) for title, points, full in pairs)


@pytest.mark.clause("N21")
def test_a_failed_condition_is_the_reason_whatever_the_points() -> None:
    found = Found(
        "D", failed=(("场地设施", "无固定场地。"), ("团队", "")), total=Fraction(90), marks=marks(("活动", 1, 10))
    )
    assert reasons(found) == "不具备基本条件：场地设施（无固定场地）；团队。"


def test_a_veto_and_a_missing_report_are_said_before_the_conditions() -> None:
    found = Found(
        "D",
        remark="经复核。",
        veto="拒不参加评价",
        veto_fact="两次通知均未参加",
        unreported=True,
        failed=(("团队", "缺"),),
    )
    assert reasons(found) == (
        "一票否决：拒不参加评价（两次通知均未参加）。\n未在规定期限内报送自评。\n不具备基本条件：团队（缺）。\n"
        "核定说明：经复核。"
    )


def test_without_another_cause_the_three_weakest_indicators_are_named_the_first_of_the_scheme_first() -> None:
    found = Found(
        "C",
        total=Fraction("64.50"),
        marks=marks(("企业", 5, 10), ("活动", 1, 10), ("服务", 10, 10), ("满意度", 2, 4), ("收入", 9, 10)),
    )
    assert reasons(found) == "评价得分 64.5 分。\n得分较低的指标：活动 1/10 分、企业 5/10 分、满意度 2/4 分。"


def test_full_marks_and_no_total_leave_only_the_remark() -> None:
    assert reasons(Found("C", remark="名额已满。", marks=marks(("企业", 10, 10)))) == "核定说明：名额已满。"


@pytest.mark.parametrize(("length", "cut"), [(MOST_REASONS - 5, False), (MOST_REASONS - 4, True)])
def test_reasons_are_cut_where_a_notice_to_the_operator_takes_no_more(length: int, cut: bool) -> None:
    text = reasons(Found("D", remark="一" * length))
    assert len(text) == MOST_REASONS
    assert text.endswith("…") is cut


def test_reasons_go_with_grades_that_are_not_certified_and_with_the_last_that_is() -> None:
    several = read(sample.terms())
    assert explained(several) == {"OK", "NO"}
    assert explained(replace(several, grades=several.grades[1:])) == {"NO"}


def test_points_have_no_noughts_at_the_end() -> None:
    assert [number(Fraction(each)) for each in ("10", "8.50", "0", "3.25")] == ["10", "8.5", "0", "3.25"]


entries = st.lists(
    st.builds(Entry, *[st.text(max_size=3)] * 7, st.booleans(), st.text(max_size=3)), max_size=5, unique=True
)


@given(entries, st.randoms())
def test_the_digest_is_of_the_list_and_not_of_its_order(listed: list[Entry], chance: object) -> None:
    mixed = list(listed)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert basis(mixed) == basis(listed)
    assert basis([*listed, ENTRY]) != basis(listed)


@pytest.mark.parametrize("field", ["code", "name", "type", "region", "site_name", "operator_name", "grade", "reasons"])
def test_the_digest_changes_with_everything_that_is_said(field: str) -> None:
    assert basis([replace(ENTRY, **{field: "别的"})]) != basis([ENTRY])
    assert basis([replace(ENTRY, is_public=False)]) != basis([ENTRY])


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2026, 9, 9), State.COMING),
        (date(2026, 9, 10), State.RUNNING),
        (date(2026, 9, 16), State.RUNNING),
        (date(2026, 9, 17), State.OVER),
    ],
)
def test_both_days_of_a_period_count(on: date, state: State) -> None:
    assert Period(date(2026, 9, 10), date(2026, 9, 16)).state(on) == state
    assert Period(date(2026, 9, 10), date(2026, 9, 16), stopped=True).state(on) == State.STOPPED


def test_a_period_says_its_days_and_how_they_were_counted() -> None:
    assert Period(date(2026, 9, 10), date(2026, 9, 16)).in_words == "2026年9月10日至2026年9月16日"
    assert counted(5, first_counts=True) == "5个工作日，首日计入"
    assert counted(7, first_counts=False) == "7个工作日，首日不计入"


TOLD = Told(
    "2026年度", "GS-2026-0001", "经信〔2026〕8号", "市经信局", "0574-1", "", "", "2026年9月10日至2026年9月16日",
    "https://windows.example/notice/GS-2026-0001/", "",
)  # fmt: skip


def test_the_sheet_lists_who_is_proposed_and_leaves_out_what_is_empty() -> None:
    paper = notice_paper(TOLD, [Listed("横街窗口平台", "甲区", "横街服务中心", "A档")], [])
    grids = [each for each in paper.blocks if isinstance(each, Grid)]
    pairs = [each for each in paper.blocks if isinstance(each, Pairs)]
    assert [grid.rows for grid in grids] == [(("1", "横街窗口平台", "甲区", "横街服务中心", "A档"),)]
    assert [label for label, _ in pairs[0].rows] == ["公示期", "公示单位", "联系电话", "网上查看"]
    assert (paper.subtitle, paper.footer) == ("经信〔2026〕8号", "公示编号 GS-2026-0001")


def test_the_sheet_tells_what_changed_and_why() -> None:
    changed = Changed("横街窗口平台", "不再列入", "2026年9月12日", "经复核")
    paper = notice_paper(TOLD, [], [changed])
    grids = [each for each in paper.blocks if isinstance(each, Grid)]
    assert (grids[1].title, grids[1].rows) == (
        "公示期间的变动",
        (("横街窗口平台", "不再列入", "2026年9月12日", "经复核"),),
    )
