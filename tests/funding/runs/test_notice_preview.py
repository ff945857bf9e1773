"""A changed notice is tried on the counts of all past rounds; what was signed keeps the money it was signed with."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from funding.models import AllocationRun
from funding.money import Money
from funding.readings import Reading
from funding.runs.choices import RunStatus
from funding.runs.queries.frozen import check, money_of, recomputed, rows_of
from funding.runs.queries.notice_preview import amounts as amounts_under
from funding.runs.queries.sheet import sheet_of
from funding.runs.services.runs import check as check_run
from funding.runs.services.runs import lock, make_run, sign
from platforms.models import Notice, Round, User
from platforms.notices.clauses import citing
from platforms.notices.queries import PREVIEWS, Preview, PreviewTable
from platforms.notices.terms import FactorShare, Terms
from tests import factories
from tests.funding.worked import (
    AMOUNTS,
    AT,
    LATER,
    OTHER_TERMS,
    POOL,
    amounts,
    draft,
    drafter,
    locked,
    other_notice,
    other_round,
    stored,
    worked_round,
)

pytestmark = pytest.mark.django_db

READINGS = "默认口径的变化"


@pytest.fixture
def older() -> Round:
    return worked_round()


@pytest.fixture
def notice(older: Round) -> Notice:
    """Other names, points and line, and a cut-off that starts from the line itself being harmless."""
    return other_notice()


@pytest.fixture
def run(older: Round, finance: User, finance2: User) -> AllocationRun:
    return locked(older, finance, finance2)


@pytest.fixture
def later(run: AllocationRun, notice: Notice, monkeypatch: Any, finance: User, finance2: User) -> AllocationRun:
    """The run of 2021, under the other notice, with the line read as in 2020."""
    return locked(other_round(notice, monkeypatch), finance, finance2)


@pytest.fixture(autouse=True)
def _cited(older: Round) -> Iterator[None]:
    with citing(older.notice_id):
        yield


def shown(terms: Terms, user: User) -> Preview:
    found = amounts_under(terms, user)
    assert found is not None
    return found


def table(found: Preview, start: str) -> PreviewTable:
    return next(each for each in found.tables if each.label.startswith(start))


@pytest.mark.clause("N25")
def test_before_a_notice_is_approved_it_is_tried_on_the_counts_of_all_rounds_that_are_locked(
    later: AllocationRun, notice: Notice, city: User
) -> None:
    assert amounts_under in PREVIEWS
    third = replace(
        notice.value(), money=FactorShare((("A", 60), ("B", 30), ("C", 10)), "D", Fraction(1, 3)), readings={}
    )
    found = shown(third, city)
    assert found.title == "对以往年度资金分配的影响"
    assert found.lines == (
        "以往年度的资金总额、申报数和档次不变，按本通知的分值、淘汰线和默认口径重新测算。已锁定的资金分配不受影响。",
    )
    assert [each.label for each in found.tables] == [READINGS, "2021年度（2021-ZJ-01）", "2020年度（2020-ZJ-01）"]
    newest, oldest = found.tables[1:]
    assert (newest.heads, newest.texts) == (("地区", "现为（元）", "按本通知（元）", "增减（元）"), 1)
    assert oldest.rows == (
        ("海曙区", "9,250,000", "6,306,818", "-2,943,182"),
        ("江北区", "0", "4,772,727", "+4,772,727"),
        ("北仑区", "5,750,000", "3,920,455", "-1,829,545"),
        ("镇海区", "0", "0", ""),
        ("合计", "15,000,000", "15,000,000", ""),
        ("未分配", "0", "0", ""),
    )
    assert [row[0] for row in newest.rows] == [row[0] for row in oldest.rows]
    assert newest.rows[0] == ("海曙区", f"{amounts(later)[0]:,}", "6,306,818", f"{6_306_818 - amounts(later)[0]:+,}")
    assert oldest.lines == (
        "资金总额15,000,000元。不予支持的地区：现为江北区、镇海区（2个），按本通知为镇海区（1个）。",
    )


def test_the_notice_of_a_round_changes_nothing_for_it(run: AllocationRun, older: Round, city: User) -> None:
    found = shown(older.terms, city)
    assert [row[3] for row in table(found, "2020").rows] == [""] * 6
    assert table(found, READINGS) == PreviewTable(
        READINGS,
        ("口径", "所依据的条款", "以往年度所用", "本通知默认"),
        (),
        ("默认口径与以往年度测算所用的相同。",),
        4,
    )


def test_default_readings_that_change_are_told_each_with_its_clause(
    later: AllocationRun, notice: Notice, city: User
) -> None:
    changed = table(shown(notice.value(), city), READINGS)
    assert changed.rows == (
        (
            "淘汰线",
            "五·1 不予支持和得分",
            "2021年度：含30%：达到30%即不予支持；2020年度：含20%：达到20%即不予支持",
            "不含30%：超过30%才不予支持",
        ),
    )
    assert changed.lines == ()
    counted = replace(notice.value(), readings={"revoked": "counted", "divisor": "hundred"})
    changed = table(shown(counted, city), READINGS)
    assert [row[:2] for row in changed.rows] == [
        ("权重分母", "五·2 资金分配权重"),
        ("公布后撤销的平台", "五 撤销情形"),
    ]
    assert changed.lines == ("申报数和各档数沿用以往年度测算时冻结的数，没有按本通知的默认口径重新统计。",)


def test_a_run_that_was_corrected_and_one_that_is_not_locked_are_not_compared(
    run: AllocationRun, notice: Notice, monkeypatch: Any, finance: User, finance2: User
) -> None:
    again = make_run(round=run.round, pool_yuan=POOL - 1, reading=Reading(), by=drafter(), at=AT, replaces=run)
    again = sign(run=check_run(run=again, by=drafter(), at=AT), by=finance, at=AT)
    assert [each.label for each in shown(notice.value(), finance).tables][1:] == ["2020年度（2020-ZJ-01）"]
    lock(run=again, by=finance2, at=LATER)
    draft(other_round(notice, monkeypatch), finance)
    assert AllocationRun.objects.filter(status=RunStatus.LOCKED).count() == 2
    found = shown(notice.value(), finance)
    assert [each.label for each in found.tables][1:] == ["2020年度（2020-ZJ-02）"]
    assert "资金总额14,999,999元。" in found.tables[1].lines[0]


def test_before_the_first_lock_there_is_nothing_to_compare(older: Round, notice: Notice, finance: User) -> None:
    draft(older, finance)
    assert amounts_under(notice.value(), finance) is None


def test_who_may_not_see_allocations_sees_nothing_of_them(run: AllocationRun, notice: Notice, yinzhou: User) -> None:
    assert yinzhou.has_perm("platforms.view_notice")
    assert amounts_under(notice.value(), yinzhou) is None


# What cannot be compared says why.


def test_a_notice_without_money_says_what_was_given(later: AllocationRun, notice: Notice, city: User) -> None:
    found = shown(replace(notice.value(), money=None), city)
    assert (found.lines, found.tables) == (
        (
            "按本通知不安排资金。已锁定的资金分配不受影响。",
            "2021年度（2021-ZJ-01）已分配15,000,000元。",
            "2020年度（2020-ZJ-01）已分配15,000,000元。",
        ),
        (),
    )


def test_a_notice_with_a_reading_that_does_not_exist_cannot_be_compared(
    run: AllocationRun, notice: Notice, city: User
) -> None:
    found = shown(replace(notice.value(), readings={"cutoff": "near"}), city)
    assert found.lines == ("无法比较：淘汰线（cutoff）只能取 inclusive、exclusive。",)


def test_one_round_that_cannot_be_compared_says_why_beside_those_that_can(
    run: AllocationRun, notice: Notice, monkeypatch: Any, finance: User, finance2: User
) -> None:
    made = draft(other_round(notice, monkeypatch), drafter(), pool=POOL - 1)
    lock(run=sign(run=check_run(run=made, by=drafter(), at=AT), by=finance, at=AT), by=finance2, at=LATER)
    _, newest, oldest = shown(replace(notice.value(), readings={"unit": "wan"}), finance).tables
    assert (newest.rows, newest.lines) == ((), ("无法比较：金额单位为万元时，资金总额必须是整万元。",))
    assert [row[2] for row in oldest.rows[-2:]] == ["15,000,000", "0"]


def test_grades_that_only_one_of_the_two_knows_are_told(run: AllocationRun, notice: Notice, city: User) -> None:
    value = notice.value()
    # Two of its three grades are new: only the A of 2020 are known to it.
    grades = (value.grades[0], replace(value.grades[1], code="P"), replace(value.grades[3], code="F"))
    money = FactorShare((("A", 50), ("P", 20)), "F", Fraction(3, 10))
    found = table(shown(replace(value, grades=grades, money=money), city), "2020")
    assert [row[2] for row in found.rows[:4]] == ["6,000,000", "3,000,000", "4,500,000", "1,500,000"]
    assert found.lines[1:] == (
        "本通知没有B档、C档、D档，这些平台只计入申报总数，不计档次。",
        "该年度没有良好、不合格。",
    )
    unknown = (replace(value.grades[0], code="E"), *grades[1:])
    money = FactorShare((("E", 50), ("P", 20)), "F", Fraction(3, 10))
    found = table(shown(replace(value, grades=unknown, money=money), city), "2020")
    assert (found.rows, found.lines) == ((), ("无法比较：该年度的各个档次，本通知都没有。",))


def test_a_notice_that_gives_nobody_anything_or_turns_grades_round_says_so(
    run: AllocationRun, older: Round, city: User
) -> None:
    terms = older.terms
    assert terms.money is not None
    nobody = replace(terms.money, points=(("D", 60),), failing="A", line=Fraction(1, 100))
    found = table(shown(replace(terms, money=nobody), city), "2020")
    assert found.lines[1] == "未被淘汰的区县（市）、管委会没有D档平台，得分均为零，资金未分配。"
    assert found.rows[-2:] == (("合计", "15,000,000", "0", "-15,000,000"), ("未分配", "0", "15,000,000", "+15,000,000"))
    upside = replace(terms.money, points=(("A", 10), ("B", 30), ("C", 10)))
    found = table(shown(replace(terms, money=upside), city), "2020")
    assert "按本通知档次倒挂：1家B档相当于3家A档的金额。" in found.lines


# What was signed keeps the money it was signed with.


@pytest.mark.clause("N25")
@pytest.mark.clause("N23")
def test_a_locked_run_keeps_points_line_and_grades_whatever_the_notice_of_its_round_says_later(
    run: AllocationRun, notice: Notice, monkeypatch: Any
) -> None:
    before, money = stored(run), money_of(run)
    # The database refuses another notice for the round; this is what it would be if it did not.
    monkeypatch.setattr(Round, "terms", property(lambda _round: notice.value()))
    run = AllocationRun.objects.select_related("round").get(pk=run.pk)
    assert Money.of(run.round.terms) != money
    assert (money_of(run), stored(run), check(run)) == (money, before, ())
    assert recomputed(run, rows_of(run)).amounts[:4] == amounts(run) == AMOUNTS[()][0]
    assert sheet_of(run).grade_labels == ("A档", "B档", "C档", "D档")


# The page of the notice.


def test_the_page_shows_every_default_with_its_clause_and_each_round_in_a_table_of_its_own(
    later: AllocationRun, notice: Notice, city: User, browser_of: Any
) -> None:
    new = factories.invented_notice(**OTHER_TERMS)
    page = browser_of(city).get(f"/admin/platforms/notice/{new.pk}/change/")
    assert page.status_code == 200
    readings = {row["cells"][0]: row["cells"][1:] for row in page.context["readings"]["rows"]}
    number = {clause.key: clause.number for clause in new.printed()}
    assert readings["淘汰线"] == [
        "不含淘汰线比例：超过淘汰线比例才不予支持",
        f"{number['funding.scores']} 不予支持和得分",
    ]
    assert readings["占比基数"][0] == "申报总数：已上报且未撤回的申报"
    assert len(readings) == 9
    found = next(each for each in page.context["previews"] if "资金" in each["title"])
    assert [each["label"] for each in found["tables"]][1:] == ["2021年度（2021-ZJ-01）", "2020年度（2020-ZJ-01）"]
    assert [column["num"] for column in found["tables"][1]["table"]["columns"]] == [False, True, True, True]
    # The clauses are those that this notice prints, not those of the one in use.
    assert found["tables"][0]["table"]["rows"][0]["cells"][1] == f"{number['funding.scores']} 不予支持和得分"
    text = page.content.decode()
    assert "exclusive" not in text
    assert "9,250,000" in text


def test_a_county_reads_the_notice_without_amounts(
    run: AllocationRun, notice: Notice, yinzhou: User, browser_of: Any
) -> None:
    new = factories.invented_notice(**OTHER_TERMS)
    text = browser_of(yinzhou).get(f"/admin/platforms/notice/{new.pk}/change/").content.decode()
    assert "默认口径" in text
    assert "对2020年度认定结果的影响" in text
    assert "9,250,000" not in text
