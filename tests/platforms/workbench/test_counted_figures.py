"""What a named figure says of itself, and how sums become a number and a digest."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.choices import FreeService, ServiceClass
from platforms.workbench.counted_figures import FIGURES, PRIME, Figure, Kind, Sums, Tally, number_of, tally_of

COUNT, SHARE = FIGURES["counted_services"], FIGURES["counted_free_share"]
DISTINCT, SUM = FIGURES["counted_enterprises"], FIGURES["counted_attendance"]
NATURAL = st.integers(0, 10**9)


def value(figure: Figure, rows: int, amount: int = 0) -> Decimal | None:
    return tally_of(figure, Sums(rows, amount)).value


def test_every_figure_says_what_it_counts_in_one_sentence() -> None:
    for figure in FIGURES.values():
        assert (figure.key, figure.meaning.count("。"), figure.meaning[-1]) == (figure.key, 1, "。")
        assert "统计期间内" in figure.meaning
    assert len({figure.label for figure in FIGURES.values()}) == len(FIGURES)
    assert {figure.group for figure in FIGURES.values()} == {
        "服务记录", "回访", "活动", "阶段任务", "定期报送", "整改", "投诉",
    }  # fmt: skip


def test_a_share_is_in_percent_says_its_part_and_when_there_is_none() -> None:
    shares = {key for key, figure in FIGURES.items() if figure.kind is Kind.SHARE}
    assert shares == {key for key, figure in FIGURES.items() if figure.unit == "%"}
    assert shares == {key for key, figure in FIGURES.items() if figure.part}
    assert shares == {key for key, figure in FIGURES.items() if figure.meaning.endswith("不计算。")}


def test_what_speaks_against_a_platform_is_marked() -> None:
    worse = {key for key, figure in FIGURES.items() if figure.more_is_better is False}
    assert worse == {
        "counted_fees", "counted_differences", "counted_refused", "counted_late_returns", "counted_rectifications",
        "verified_complaints",
    }  # fmt: skip
    # How often an office calls says nothing about a platform.
    assert [key for key, figure in FIGURES.items() if figure.more_is_better is None] == ["counted_follow_ups"]


def test_nothing_to_count_is_nought_and_a_part_of_nothing_is_no_number() -> None:
    assert [value(figure, 0) for figure in (COUNT, DISTINCT, SUM, SHARE)] == [0, 0, 0, None]


def test_each_kind_reads_its_own_sum() -> None:
    assert [value(figure, 8, 5) for figure in (COUNT, DISTINCT, SUM, SHARE)] == [8, 5, 5, Decimal("62.50")]


@pytest.mark.parametrize(
    ("amount", "rows", "percent"),
    [(0, 3, "0.00"), (1, 3, "33.33"), (2, 3, "66.67"), (3, 3, "100.00"), (1, 800, "0.13"), (1, 20_001, "0.00"),
     (1, 20_000, "0.01"), (19_999, 20_000, "100.00")],
)  # fmt: skip
def test_a_share_is_rounded_half_up_to_two_decimals(amount: int, rows: int, percent: str) -> None:
    assert str(value(SHARE, rows, amount)) == percent


@given(rows=st.integers(1, 10**9), data=st.data())
def test_a_share_lies_between_nothing_and_all_and_never_falls_with_its_part(rows: int, data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, rows))
    less, more = (value(SHARE, rows, each) or Decimal(0) for each in (max(amount - 1, 0), amount))
    assert 0 <= less <= more <= 100


@given(st.builds(Sums, NATURAL, NATURAL, NATURAL, NATURAL), st.sampled_from(["rows", "first", "second"]))
def test_the_digest_changes_with_every_sum_over_the_rows(sums: Sums, name: str) -> None:
    other = replace(sums, **{name: getattr(sums, name) + 1})
    assert tally_of(COUNT, sums).digest != tally_of(COUNT, other).digest
    assert tally_of(COUNT, sums).digest != tally_of(DISTINCT, sums).digest


def test_a_digest_is_a_sha_256_and_stays_what_it_is() -> None:
    # printf 'counted_services 2 30 400' | sha256sum
    digest = "0ad00cb6b186212b2bc029ad03512000eec551aac0eb0ae2caa7e0679e1325b0"
    assert tally_of(COUNT, Sums(2, 0, 30, 400)) == Tally(Decimal(2), 2, digest)


def test_the_number_of_a_word_is_its_own_and_fits_the_sums() -> None:
    words = [*ServiceClass.values, *FreeService.values, ""]
    assert len({number_of(word) for word in words}) == len(words)
    assert all(0 < number_of(word) < PRIME for word in words)
    assert number_of("law") == 345460262
