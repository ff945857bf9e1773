"""How often one address may come."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import ImproperlyConfigured

from ningbo_windows.limit_settings import cache_of
from platforms import limits
from platforms.limits import Limiter, neighbourhood, nth


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def limiter(most: int, clock: Clock | None = None, name: str = "test") -> Limiter:
    return Limiter(name, lambda: most, seconds=60, clock=clock or Clock())


def test_an_address_waits_once_its_tries_are_used_up() -> None:
    clock = Clock()
    limit = limiter(2, clock)
    assert [limit.wait("10.0.0.1") for _ in range(3)] == [0, 0, 60]
    assert limit.wait("10.0.0.2") == 0
    clock.now = 59.0
    assert limit.wait("10.0.0.1") == 1
    clock.now = 60.0
    assert limit.wait("10.0.0.1") == 0


def test_tries_leave_the_window_one_after_the_other() -> None:
    clock = Clock()
    limit = limiter(2, clock)
    assert limit.wait("a") == 0
    clock.now = 30.0
    assert [limit.wait("a"), limit.wait("a")] == [0, 30]
    clock.now = 60.0
    assert [limit.wait("a"), limit.wait("a")] == [0, 30]


def test_a_limit_of_nothing_lets_nobody_through() -> None:
    assert limiter(0).wait("10.0.0.1") == 60


def test_what_is_given_back_was_no_try() -> None:
    limit = limiter(1)
    for _ in range(3):
        assert limit.wait("a") == 0
        limit.give_back("a")
    assert [limit.wait("a"), limit.wait("a")] == [0, 60]


def test_limits_do_not_share_their_tries() -> None:
    assert [limiter(1, name=name).wait("a") for name in ("one", "two", "one")] == [0, 0, 60]


@pytest.mark.trust("T57")
def test_of_many_at_once_no_more_pass_than_the_limit() -> None:
    limit, barrier, waits = limiter(5), Barrier(24), []

    def come() -> None:
        barrier.wait()
        waits.append(limit.wait("a"))

    threads = [Thread(target=come) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waits) == 24
    assert waits.count(0) <= 5


@pytest.mark.trust("T57")
def test_workers_with_one_cache_count_together_and_those_with_their_own_do_not(monkeypatch: Any) -> None:
    """Each worker has its own limiter; what they share is the cache alone."""
    workers = [limiter(1), limiter(1)]
    assert [each.wait("a") for each in workers] == [0, 60]
    waits = []
    for name, each in zip(("first worker", "second worker"), workers, strict=True):
        monkeypatch.setattr(limits, "cache", LocMemCache(name, {}))
        waits.append(each.wait("b"))
    assert waits == [0, 0]


def test_a_cache_that_does_not_answer_stops_nobody_and_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: Any, **_options: Any) -> Any:
        raise ConnectionError("no route")

    monkeypatch.setattr(LocMemCache, "add", broken)
    limit = limiter(0)
    assert limit.wait("a") == 0
    limit.give_back("a")
    assert nth("failures", "a", datetime(2026, 4, 10, tzinfo=UTC)) == 1
    assert caplog.text.count("cannot be counted") == 3


def test_what_the_cache_holds_names_nobody() -> None:
    limiter(5).wait("203.0.113.7")
    assert all("203.0.113.7" not in key for key in cache._cache)


def test_an_hour_counts_from_one_again() -> None:
    at = datetime(2026, 4, 10, 2, 59, tzinfo=UTC)
    assert [nth("x", "a", at) for _ in range(3)] == [1, 2, 3]
    assert nth("x", "b", at) == 1
    assert nth("x", "a", at + timedelta(minutes=1)) == 1


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_one_line_is_one_sender(address: str, sender: str) -> None:
    assert neighbourhood(address) == sender


def test_without_an_address_the_cache_is_the_memory_of_the_process() -> None:
    assert cache_of("")["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/1", "memcached://127.0.0.1:11211"])
def test_a_shared_cache_is_named_by_its_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ningbo_windows.limit_settings.find_spec", lambda _name: object())
    assert url.endswith(cache_of(url)["LOCATION"])


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("redis://127.0.0.1", "还须安装 redis"),
        ("file:///tmp/x", "须写成"),
        ("redis://", "须写成"),
        ("nonsense", "须写成"),
    ],
)
def test_a_cache_that_cannot_be_used_is_refused_at_the_start(
    url: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ningbo_windows.limit_settings.find_spec", lambda _name: None)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        cache_of(url)
