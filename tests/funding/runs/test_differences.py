"""Why the money of a correcting run differs from the one it corrects, region by region."""

import re
from typing import Any

import pytest

from funding.models import AllocationRun
from funding.readings import Counting, Reading
from funding.runs.queries.differences import differences
from funding.runs.services.runs import make_run
from platforms.models import Round
from tests.evaluation.stage import published_round
from tests.funding.runs.test_check_page import page, text_of
from tests.funding.worked import JIA, LATER, POOL, YI, draft, locked, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_() -> Round:
    return published_round({JIA: {"A": 4, "returned": 1}, YI: {"A": 4, "D": 1, "returned": 1}}).round


@pytest.fixture
def old(round_, finance, finance2) -> AllocationRun:
    return locked(round_, finance, finance2)


def correcting(old: AllocationRun, by: Any, *, pool: int = POOL, how: dict[str, str] | None = None) -> AllocationRun:
    counting = Counting.of(**(how or {}))
    return make_run(
        round=old.round, pool_yuan=pool, reading=Reading(), counting=counting, by=by, at=LATER, replaces=old
    )  # fmt: skip


def told(run: AllocationRun) -> dict[str, tuple[int, str]]:
    """Difference and causes of each region with a difference."""
    found = differences(run)
    assert found is not None
    return {line.label: (line.more, line.why) for line in found.lines if line.more or line.reasons}


def test_a_run_that_corrects_none_has_no_differences(round_, finance) -> None:
    assert differences(draft(round_, finance)) is None


def test_a_correction_without_any_change_has_no_causes(old, finance) -> None:
    found = differences(correcting(old, finance))
    assert found is not None
    assert (found.number, found.general, len(found.lines)) == (old.number, (), 17)
    assert {(line.more, line.why, line.more_text, line.is_own) for line in found.lines} == {(0, "", "", False)}


def test_a_withdrawal_is_the_cause_with_its_number_and_what_it_counted_as(old, finance) -> None:
    withdraw(f"SB2020-{YI}-006")
    run = correcting(old, finance)
    assert told(run) == {
        "海曙区": (7_500_000, "其他地区数据变动，影响全市总数或得分之和"),
        "江北区": (
            -7_500_000, f"申报撤回情况变动（SB2020-{YI}-006）；由支持变为不予支持（D档占比由1/6变为1/5）",
        ),
    }  # fmt: skip
    found = differences(run)
    assert found is not None
    lines = {line.label: line for line in found.lines}
    assert [line.is_own for line in (lines["海曙区"], lines["江北区"], lines["北仑区"])] == [False, True, False]
    (affected,) = lines["江北区"].reasons[0].applications
    assert (affected.number, affected.before, affected.after) == (
        f"SB2020-{YI}-006", "未评定档次，未评定", "评分提交前撤回，撤回（不计）",
    )  # fmt: skip


def test_a_pool_and_a_way_to_count_are_causes_and_stand_above_the_table(old, finance) -> None:
    run = correcting(old, finance, pool=12_000_000, how={"ungraded": "out"})
    found = differences(run)
    assert found is not None
    assert found.general == (
        "资金总额由15,000,000元变为12,000,000元",
        "未评定档次的申报由“计入申报总数，不计档次”变为“不计入申报总数”",
    )
    assert told(run) == {
        "海曙区": (
            4_500_000, "资金总额变动（由15,000,000元变为12,000,000元）；其他地区数据变动，影响全市总数或得分之和",
        ),
        "江北区": (
            -7_500_000,
            f"申报数口径变动（未评定档次的申报由“计入申报总数，不计档次”变为“不计入申报总数”，SB2020-{YI}-006）；"
            "由支持变为不予支持（D档占比由1/6变为1/5）",
        ),
    }  # fmt: skip


def test_more_than_three_applications_are_counted_in_the_text_and_all_listed(finance, finance2) -> None:
    old = locked(published_round({JIA: {"A": 16, "D": 4, "returned": 5}, YI: {"A": 2}}).round, finance, finance2)
    numbers = [f"SB2020-{JIA}-{n:03d}" for n in range(21, 26)]
    for number in numbers:
        withdraw(number)
    found = differences(correcting(old, finance))
    assert found is not None
    (line,) = (each for each in found.lines if each.label == "海曙区")
    assert line.why == (
        f"申报撤回情况变动（{'、'.join(numbers[:3])}等5件）；由支持变为不予支持（D档占比由4/25变为1/5）"
    )  # fmt: skip
    assert [each.number for each in line.reasons[0].applications] == numbers


def test_a_run_from_before_the_applications_were_held_tells_its_counts(old, finance) -> None:
    withdraw(f"SB2020-{YI}-006")
    run = correcting(old, finance)
    AllocationRun.objects.filter(pk=run.pk).update(version=2)
    assert told(AllocationRun.objects.get(pk=run.pk))["江北区"] == (
        -7_500_000, "申报数或档次数变动（申报6变为5，撤回0变为1）；由支持变为不予支持（D档占比由1/6变为1/5）",
    )  # fmt: skip


def test_figures_that_cannot_be_computed_again_have_no_causes(old, finance) -> None:
    withdraw(f"SB2020-{YI}-006")
    run = correcting(old, finance)
    run.rows.filter(code=JIA).update(grades={"A": 999})
    assert {why for _, why in told(AllocationRun.objects.get(pk=run.pk)).values()} == {""}


def test_old_and_new_name_each_other_and_the_causes_stand_on_the_page(browser_of, old, finance) -> None:
    withdraw(f"SB2020-{YI}-006")
    run = correcting(old, finance)
    desk = browser_of(finance)
    response = desk.get(page(run))
    words = text_of(response)
    assert f"更正 {old.number}" in words
    assert f"与{old.number}相比" in words
    assert re.search(
        rf"申报撤回情况变动 SB2020-{YI}-006 \S+，由“未评定档次，未评定”变为“评分提交前撤回，撤回（不计）”", words
    )
    assert f'id="item-SB2020-{YI}-006"' in response.content.decode()
    assert f"更正本测算的 {run.number}（测算中）" in text_of(desk.get(page(old)))


def test_no_page_of_a_run_says_the_word_that_officers_do_not_use(browser_of, old, finance) -> None:
    run = correcting(old, finance)
    desk = browser_of(finance)
    for address in ("/admin/funding/allocationrun/", "/admin/funding/allocationrun/add/", page(old), page(run)):
        assert "替代" not in text_of(desk.get(address))
