"""The words of a map cover neither marks nor each other and do not reach out of the picture."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from platforms.reference.labels import BLANK, LINE, Label, area_of, candidates, meet, place, width_of

across, down = st.floats(0, 300), st.floats(0, 400)
labels = st.lists(
    st.builds(Label, st.just("甲"), st.sampled_from(["鄞州区 10", "海曙区", "国家高新技术产业开发区 2"]), across, down,
              st.sampled_from([0.0, 14.0]), st.sampled_from([LINE, 24.0])),
    max_size=12,
)  # fmt: skip
marks = st.lists(st.tuples(across, down).map(lambda spot: (spot[0] - 12, spot[1] - 12, spot[0] + 12, spot[1] + 12)))


@given(labels, marks)
def test_no_words_cover_a_mark_or_other_words_or_leave_the_picture(
    wanted: list[Label], taken: list[tuple[float, float, float, float]]
) -> None:
    found = [area_of(each.label, each.dx, each.dy) for each in place(wanted, taken, 300, 400)]
    assert not any(meet(one, other) for one, other in combinations(found, 2))
    assert not any(meet(one, other) for one in found for other in taken)
    assert all(west >= 0 and north >= 0 and east <= 300 and south <= 400 for west, north, east, south in found)


def test_a_label_stays_where_it_belongs_and_dodges_what_is_there() -> None:
    label = Label("甲", "鄞州区", 150, 200)
    assert [(each.dx, each.dy) for each in place([label], [], 300, 400)] == [(0, 0)]
    mark = (140.0, 195.0, 160.0, 205.0)
    assert [(each.dx, each.dy) for each in place([label], [mark], 300, 400)] == [(0, -16)]
    assert [(each.dx, each.dy) for each in place([label], [mark, (0, 0, 300, 190)], 300, 400)] == [(0, 16)]


def test_a_label_without_room_is_left_out_and_the_next_ones_are_not() -> None:
    words = [Label("甲", "鄞州区", 20, 8), Label("乙", "海曙区", 150, 200)]
    assert [each.label.key for each in place(words, [(0, 0, 150, 120)], 300, 400)] == ["乙"]


def test_the_name_of_a_mark_stands_beside_it() -> None:
    label = Label("甲", "云龙镇", 0, 0, 14)
    assert width_of("云龙镇 2") == 3 * 13 + 2 * 7.5
    assert candidates(label) == [(33.5, 0), (-33.5, 0), (0, 22), (0, -22)]
    assert area_of(label, 33.5, 0) == (14 - BLANK, -8 - BLANK, 53 + BLANK, 8 + BLANK)


def test_areas_that_share_an_edge_do_not_meet() -> None:
    assert not meet((0, 0, 10, 10), (10, 0, 20, 10))
    assert not meet((0, 0, 10, 10), (0, 10, 10, 20))
    assert meet((0, 0, 10, 10), (9, 9, 20, 20))
