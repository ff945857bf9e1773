"""Allocation runs from draft to lock."""

from random import Random

import pytest

from funding.counting import Counts
from funding.models import AllocationRun
from funding.readings import Reading
from funding.runs.queries.frozen import check, recomputed, rows_of
from funding.runs.queries.tallies import RegionTally, RoundTallies
from funding.runs.services.runs import check as check_run
from funding.runs.services.runs import make_run, recalculate, sign
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import AuditEvent, Region
from tests import factories
from tests.evaluation.stage import graded_round, published_round
from tests.funding.worked import (
    AMOUNTS,
    AT,
    BING,
    DING,
    JIA,
    LATER,
    POOL,
    YI,
    amounts,
    draft,
    signed,
    small_round,
    worked_round,
)

pytestmark = pytest.mark.django_db

# Made from a published round.


@pytest.mark.clause("N27")
@pytest.mark.parametrize("reading", list(AMOUNTS))
def test_the_worked_example_is_stored_to_the_yuan(finance, reading) -> None:
    expected, unallocated = AMOUNTS[reading]
    run = draft(worked_round(), finance, **dict(reading))
    assert amounts(run) == expected
    assert (run.allocated_yuan, run.unallocated_yuan) == (POOL - unallocated, unallocated)
    assert check(run) == ()


@pytest.mark.clause("N24")
@pytest.mark.clause("N25")
@pytest.mark.clause("N26")
def test_shares_scores_and_weights_are_stored_as_exact_fractions(finance) -> None:
    run = draft(worked_round(), finance)
    rows = {row.code: row for row in run.rows.all()}
    assert [(rows[code].failing_share, rows[code].excluded) for code in (JIA, YI, BING, DING)] == [
        ("1/10", False),
        ("1/5", True),
        ("0", False),
        ("2/5", True),
    ]
    assert [(rows[code].score, rows[code].weight) for code in (JIA, YI, BING)] == [
        ("37", "37/60"),
        ("", ""),
        ("23", "23/60"),
    ]


@pytest.mark.clause("N23")
def test_a_run_has_a_row_for_each_of_the_17_regions_and_one_for_the_key_industries(finance) -> None:
    publication = published_round({"330212": {"A": 1}, "HY": {"B": 2}})
    run = draft(publication.round, finance)
    assert run.rows.count() == 18
    nothing = run.rows.get(code="SHQ")
    assert (nothing.declared, nothing.excluded, nothing.failing_share, nothing.amount_yuan) == (0, False, "", 0)
    industry = run.rows.get(region=None)
    assert (industry.label, industry.grades["B"], industry.score, industry.amount_yuan) == ("重点行业平台", 2, "", 0)
    counted = draft(publication.round, finance, industry="counted", divisor="all")
    assert amounts(counted, "330212") == (10_000_000,)


def test_runs_are_numbered_within_their_year(finance) -> None:
    first, second = published_round({JIA: {"A": 1}}).round, published_round({JIA: {"A": 1}}, year=2021).round
    assert [draft(round_, finance).number for round_ in (first, first, second)] == [
        "2020-ZJ-01",
        "2020-ZJ-02",
        "2021-ZJ-01",
    ]


@pytest.mark.clause("N22")
@pytest.mark.parametrize(
    ("pool", "sentence"),
    [
        (15_000_001, "资金总额15,000,001元超过本年度上限15,000,000元。"),
        (0, "资金总额必须大于零。"),
        (-1, "资金总额必须大于零。"),
        (10**15, "资金总额不能超过15位数字。"),
        (True, "资金总额必须是整数元。"),
        (0.5, "资金总额必须是整数元。"),
    ],
)
def test_a_pool_above_the_cap_or_impossible_is_refused(finance, pool, sentence) -> None:
    round_ = worked_round()
    with pytest.raises(Refusal, match=sentence):
        make_run(round=round_, pool_yuan=pool, reading=Reading(), by=finance, at=AT)
    assert not AllocationRun.objects.exists()
    assert draft(round_, finance, pool=15_000_000).number == "2020-ZJ-01"


def test_a_pool_in_units_of_ten_thousand_must_be_whole_units(finance) -> None:
    round_ = worked_round()
    with pytest.raises(Refusal, match="金额单位为万元时，资金总额必须是整万元。"):
        draft(round_, finance, pool=14_999_999, unit="wan")
    assert amounts(draft(round_, finance, pool=14_990_000, unit="wan")) == (9_240_000, 0, 5_750_000, 0)


@pytest.mark.clause("N23")
def test_no_run_before_the_results_are_published(finance) -> None:
    with pytest.raises(Refusal, match="尚未公布"):
        draft(graded_round({JIA: {"A": 1}}), finance)


def test_nothing_is_allocated_where_everybody_is_excluded_and_the_run_says_why(finance) -> None:
    run = draft(published_round({JIA: {"A": 1, "D": 1}, YI: {"D": 2}}).round, finance)
    assert (run.allocated_yuan, run.unallocated_yuan) == (0, POOL)
    assert run.note == "未被淘汰的区县（市）、管委会没有A、B、C档平台，得分均为零，资金未分配。"
    assert check(run) == ()


# Rounding (T14).


@pytest.mark.trust("T14")
@pytest.mark.clause("N27")
@pytest.mark.parametrize(
    ("pool", "regions", "least", "most"), [(1_000_000, 3, 333_333, 333_334), (7, 7, 1, 1), (5, 7, 0, 1)]
)
def test_what_is_left_over_goes_one_yuan_each_and_the_sum_is_the_pool(finance, regions, pool, least, most) -> None:
    codes = sorted(factories.regions())[:regions]
    run = draft(published_round({code: {"A": 1} for code in codes}).round, finance, pool=pool)
    found = amounts(run, *codes)
    assert (sum(found), min(found), max(found)) == (pool, least, most)
    # Ties by region code: who comes first gets the odd yuan.
    assert list(found) == sorted(found, reverse=True)


@pytest.mark.trust("T14")
def test_113_regions_with_long_fractions_share_the_pool_the_same_in_any_order(finance, monkeypatch) -> None:
    round_ = small_round()
    Region.objects.bulk_create(Region(code=f"X{n:03d}", name=f"第{n}区", kind="county") for n in range(113 - 17))
    counted = []
    for index, region in enumerate(Region.objects.order_by("pk")):
        grades = {"A": 1 + index % 3, "B": index % 2, "C": int(index % 5 == 0), "D": 1}
        counts = Counts(grades, ungraded=9 - sum(grades.values()))
        counted.append(RegionTally(region, counts, counts.tally(region.name, region.code)))
    found = []
    for order in (counted, counted[::-1], Random(5).sample(counted, 113)):
        tallies = RoundTallies(tuple(order), RegionTally(None, Counts(), Counts().tally(None, "")))
        monkeypatch.setattr("funding.runs.services.runs.tallies_of", lambda *_, tallies=tallies: tallies)
        run = draft(round_, finance, pool=14_999_999)
        assert (run.allocated_yuan, run.unallocated_yuan) == (14_999_999, 0)
        found.append(dict(run.rows.exclude(region=None).values_list("code", "amount_yuan")))
        assert recomputed(run, rows_of(run)).amounts == tuple(amount for _, amount in sorted(found[-1].items()))
    assert found[0] == found[1] == found[2]
    assert (len(found[0]), sum(found[0].values())) == (113, 14_999_999)
    assert min(found[0].values()) > 0


# Computed anew.


def test_a_draft_is_computed_anew_with_another_pool_and_reading(finance, finance2) -> None:
    run = draft(small_round(), finance)
    again = recalculate(
        run=run, pool_yuan=12_000_000, reading=Reading.of(cutoff="exclusive"), revision=1, by=finance2, at=LATER
    )
    assert (again.pool_yuan, again.cutoff, again.revision, again.made_by) == (12_000_000, "exclusive", 2, finance2)
    assert again.rows.count() == 18
    assert check(again) == ()
    event = AuditEvent.objects.get(verb="重新测算资金")
    assert event.changes["资金总额（元）"] == [15_000_000, 12_000_000]
    assert event.changes["淘汰线"] == ["含20%：达到20%即不予支持", "不含20%：超过20%才不予支持"]
    assert "海曙区" in event.changes


def test_who_computes_on_an_old_page_is_refused(finance, finance2) -> None:
    run = draft(small_round(), finance)
    recalculate(run=run, pool_yuan=12_000_000, reading=Reading(), revision=1, by=finance2, at=AT)
    with pytest.raises(StaleVersion):
        recalculate(run=run, pool_yuan=11_000_000, reading=Reading(), revision=1, by=finance, at=AT)
    with pytest.raises(StaleVersion):
        check_run(run=run, revision=1, by=finance2, at=AT)
    check_run(run=run, revision=2, by=finance2, at=AT)
    with pytest.raises(StaleVersion):
        sign(run=run, revision=1, by=finance, at=AT)
    assert sign(run=run, revision=2, by=finance, at=AT).pool_yuan == 12_000_000


def test_what_is_signed_is_not_computed_anew(finance) -> None:
    run = signed(small_round(), finance)
    with pytest.raises(Gone, match="这份测算当前为“已签署待锁定”，签署前的才可以修改。"):
        recalculate(run=run, pool_yuan=1, reading=Reading(), revision=1, by=finance, at=AT)
