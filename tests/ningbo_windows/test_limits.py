"""How often one address may come."""

import pytest

from ningbo_windows import limits
from ningbo_windows.limits import Limiter, neighbourhood


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_address_waits_once_its_tries_are_used_up() -> None:
    clock = Clock()
    limiter = Limiter(lambda: 2, seconds=60, clock=clock)
    assert [limiter.wait("10.0.0.1") for _ in range(3)] == [0, 0, 60]
    assert limiter.wait("10.0.0.2") == 0
    clock.now = 59.0
    assert limiter.wait("10.0.0.1") == 1
    clock.now = 60.0
    assert limiter.wait("10.0.0.1") == 0


def test_a_limit_of_nothing_lets_nobody_through() -> None:
    assert Limiter(lambda: 0, seconds=60, clock=Clock()).wait("10.0.0.1") == 60


def test_the_quietest_address_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ADDRESSES", 2)
    limiter = Limiter(lambda: 1, seconds=60, clock=Clock())
    assert [limiter.wait(address) for address in ("10.0.0.1", "10.0.0.2", "10.0.0.3")] == [0, 0, 0]
    assert limiter.wait("10.0.0.3") == 60
    assert limiter.wait("10.0.0.1") == 0
    limiter.clear()
    assert limiter.wait("10.0.0.3") == 0


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
