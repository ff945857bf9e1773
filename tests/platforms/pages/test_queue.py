"""What waits after one row: the next in the order of the list, the first after the last, never the row itself."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.pages.queue import LIST, Ahead, ahead, back_to, kept


@pytest.mark.parametrize(
    ("keys", "here", "next"),
    [
        ([1, 2, 3], 1, Ahead("/2/", 2)),
        ([1, 2, 3], 2, Ahead("/3/", 2)),
        ([1, 2, 3], 3, Ahead("/1/", 2)),
        ([1, 2, 3], 9, Ahead("/1/", 3)),
        ([1], 1, Ahead()),
        ([], 1, Ahead()),
    ],
)
def test_the_next_is_the_one_after_and_the_first_after_the_last(keys: list[int], here: int, next: Ahead) -> None:
    assert ahead(keys, here, lambda pk: f"/{pk}/") == next


@given(st.lists(st.integers(0, 30), unique=True), st.integers(0, 30))
def test_the_row_itself_is_never_next_and_never_counted(keys: list[int], here: int) -> None:
    found = ahead(keys, here, str)
    assert found.left == len(set(keys) - {here})
    assert (found.url != "" and found.url != str(here)) == (found.left > 0)


def test_the_list_that_one_came_from_goes_along_and_is_what_one_returns_to(rf: Any) -> None:
    request = rf.get("/", {LIST: "todo=new&p=2"})
    assert kept(request, "/row/") == "/row/?_changelist_filters=todo%3Dnew%26p%3D2"
    assert back_to(request, "/list/") == "/list/?todo=new&p=2"
    assert (kept(rf.get("/"), "/row/"), back_to(rf.get("/"), "/list/")) == ("/row/", "/list/")
