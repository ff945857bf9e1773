"""Bars and columns that the server draws: where each piece, word and line stands."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.pages.charts import Chart
from platforms.pages.plot import MOST_SERIES, Line, Piece, Plot, Word, every, plot, said, scale


def chart(shape, head, *rows):
    return Chart("k", "题目", shape, "次", head, tuple((label, "", numbers) for label, *numbers in rows_of(rows)))


def rows_of(rows):
    return [(label, *numbers) for label, numbers in rows]


def test_bars_stand_below_each_other_and_the_longest_takes_the_whole_width():
    drawn = plot(chart("bars", ("地区", "服务"), ("甲", (40,)), ("乙", (10,))))
    assert drawn == Plot(
        key="k",
        title="题目",
        said="条形图，共 2 项；最高为甲，40 次；最低为乙，10 次。",
        height=80,
        pieces=(
            Piece(1, "0%", "20", "100%", "12", "甲：40 次"),
            Piece(1, "0%", "68", "25%", "12", "乙：10 次"),
        ),
        words=(
            Word("0%", 14, "start", "label", "甲"),
            Word("100%", 14, "end", "value", "40 次"),
            Word("0%", 62, "start", "label", "乙"),
            Word("100%", 62, "end", "value", "10 次"),
        ),
        lines=(),
        legend=(),
    )


def test_series_are_stacked_and_named():
    drawn = plot(chart("bars", ("地区", "免费", "收费"), ("甲", (6, 2)), ("乙", (0, 4))))
    assert [(each.series, each.x, each.width, each.said) for each in drawn.pieces] == [
        (1, "0%", "75%", "甲，免费：6 次"),
        (2, "75%", "25%", "甲，收费：2 次"),
        (2, "0%", "50%", "乙，收费：4 次"),
    ]
    assert drawn.legend == ((1, "免费"), (2, "收费"))
    assert [word.text for word in drawn.words] == ["甲", "8 次", "乙", "4 次"]


def test_per_cent_are_of_the_whole_width():
    rows = chart("bars", ("年份", "免费"), ("2025年", (40,)))
    assert [plot(rows, whole=whole).pieces[0].width for whole in (100, 40, 0)] == ["40%", "100%", "100%"]


def test_what_is_missing_to_the_whole_is_pale():
    drawn = plot(chart("bars", ("项目", "已建成", "尚须建设"), ("平台", (98, 2))), missing=True)
    assert [(each.series, each.x, each.width, each.said) for each in drawn.pieces] == [
        (1, "0%", "98%", "平台，已建成：98 次"),
        (0, "98%", "2%", "平台，尚须建设：2 次"),
    ]
    assert drawn.legend == ((1, "已建成"), (0, "尚须建设"))
    assert drawn.words[1].text == "98 / 100 次"
    assert drawn.said == "条形图：平台，已建成 98 次，尚须建设 2 次。"
    several = chart("bars", ("项目", "已建成", "尚须建设"), ("甲", (3, 9)), ("乙", (5, 1)))
    assert plot(several, missing=True).said == "条形图，共 2 项；最高为乙，5 次；最低为甲，3 次。"


def test_columns_stand_on_a_scale_beside_each_other():
    drawn = plot(chart("columns", ("月份", "免费", "收费"), ("1月", (30, 10)), ("2月", (None, 0))))
    assert drawn.lines == tuple(Line("12%", y) for y in ("200", "155", "110", "65", "20"))
    assert [word.text for word in drawn.words if word.kind == "scale"] == ["0", "10", "20", "30", "40"]
    assert [(word.x, word.y, word.text) for word in drawn.words if word.kind == "label"] == [
        ("34%", 218, "1月"),
        ("78%", 218, "2月"),
    ]
    assert drawn.pieces == (
        Piece(1, "18.6%", "65", "30.8%", "135", "1月，免费：30 次"),
        Piece(2, "18.6%", "20", "30.8%", "45", "1月，收费：10 次"),
    )
    assert drawn.height == 226


def test_what_is_not_known_is_a_dash_and_no_bar():
    drawn = plot(chart("bars", ("地区", "服务"), ("甲", (None,)), ("乙", (0,))))
    assert drawn.pieces == ()
    assert [word.text for word in drawn.words] == ["甲", "— 次", "乙", "0 次"]


def test_a_drawing_without_rows_says_so():
    empty = chart("columns", ("月份", "服务"))
    assert (plot(empty).pieces, said(empty)) == ((), "没有可以统计的数据。")
    assert plot(chart("bars", ("地区", "服务"))).height == 0


def test_equal_rows_have_no_highest():
    assert said(chart("columns", ("月份", "服务"), ("1月", (1200,)), ("2月", (1200,)))) == (
        "柱形图，共 2 项，均为 1,200 次。"
    )


def test_only_what_can_be_told_apart_is_drawn():
    names = tuple("一二三四五")
    assert len(plot(chart("bars", ("地区", *names), ("甲", (1, 1, 1, 1, 1)))).legend) == MOST_SERIES
    with pytest.raises(ValueError, match="too many series"):
        plot(chart("bars", ("地区", *names, "六"), ("甲", (1, 1, 1, 1, 1, 1))))
    with pytest.raises(ValueError, match="no such drawing"):
        plot(chart("heat", ("地区", "服务")))


@pytest.mark.parametrize(
    ("longest", "end", "step"),
    [(0, 2, 1), (1, 2, 1), (5, 5, 1), (6, 6, 2), (10, 10, 2), (11, 15, 5), (25, 25, 5), (26, 30, 10), (51, 60, 20)],
)
def test_a_scale_has_round_steps(longest, end, step):
    assert scale(Fraction(longest)) == (end, step)


@given(st.fractions(min_value=0, max_value=10**9))
def test_a_scale_holds_its_longest_row_in_two_to_five_steps(longest):
    end, step = scale(longest)
    assert end >= longest
    assert end % step == 0
    assert 2 <= end // step <= 5
    assert str(step).strip("0") in {"1", "2", "5"}


@given(st.lists(st.text("0123456789年月", min_size=1, max_size=10), max_size=60))
def test_labels_below_columns_do_not_touch(labels):
    step = every(labels)
    written = labels[::step]
    widest = max((sum(13 if each in "年月" else 7 for each in label) for label in labels), default=0) + 8
    assert len(written) == 1 or not written or len(written) * widest <= 260


@given(
    st.sampled_from(["columns", "bars"]),
    st.lists(st.lists(st.none() | st.integers(0, 10**6), min_size=3, max_size=3), max_size=12),
)
def test_every_number_above_nothing_is_one_piece_inside_of_the_drawing(shape, table):
    rows = [(str(at), tuple(numbers)) for at, numbers in enumerate(table)]
    drawn = plot(chart(shape, ("行", "甲", "乙", "丙"), *rows))
    assert len(drawn.pieces) == sum(1 for _, numbers in rows for number in numbers if number)
    for piece in drawn.pieces:
        x, width = Fraction(piece.x[:-1]), Fraction(piece.width[:-1])
        y, height = Fraction(piece.y), Fraction(piece.height)
        assert x >= 0
        assert x + width <= 100 + Fraction(1, 100)
        assert y >= 0
        assert y + height <= drawn.height + Fraction(1, 100)
