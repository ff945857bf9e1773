"""Days and moments are written in one way, and moments in the time of Ningbo."""

from datetime import UTC, date, datetime

import pytest

from platforms import deadlines
from platforms.dates import day_in_words, moment_in_words, plain_moment
from platforms.errors import StaleVersion, check_seen


def test_a_day_is_written_without_leading_zeros() -> None:
    assert day_in_words(date(2026, 4, 7)) == "2026年4月7日"


@pytest.mark.parametrize(
    ("at", "words", "plain"),
    [
        (datetime(2026, 4, 17, 15, 59, tzinfo=UTC), "2026年4月17日 23:59", "2026-04-17 23:59"),
        (datetime(2026, 4, 17, 16, 0, tzinfo=UTC), "2026年4月18日 00:00", "2026-04-18 00:00"),
    ],
)
def test_a_moment_is_said_in_the_time_of_ningbo(at: datetime, words: str, plain: str) -> None:
    assert (moment_in_words(at), plain_moment(at)) == (words, plain)


def test_no_moment_is_no_text() -> None:
    assert plain_moment(None) == ""


@pytest.mark.parametrize("seen", [1, 3])
def test_what_was_begun_on_another_version_is_refused(seen: int) -> None:
    with pytest.raises(StaleVersion, match=r"^已有改动。$"):
        check_seen(2, seen, "已有改动。")


@pytest.mark.parametrize("seen", [2, None])
def test_the_stored_version_and_a_look_at_nothing_pass(seen: int | None) -> None:
    check_seen(2, seen, "已有改动。")


def test_how_long_something_waits_is_said_in_whole_days() -> None:
    assert [deadlines.waited(days) for days in (0, 1, 12)] == ["今天收到", "等待 1 天", "等待 12 天"]
