"""How long a test waits for what is bound to come: on a busy machine it comes late."""

import time
from collections.abc import Callable

#: Seconds by which whatever comes at all has come on the slowest machine. Only what never comes is waited for shortly.
LONG = 300


def _a_moment() -> None:
    time.sleep(0.05)


def until(condition: Callable[[], object], *, pause: Callable[[], object] = _a_moment) -> None:
    """Ask ``condition`` until it holds, with a ``pause`` in between; AssertionError if it does not within ``LONG``."""
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        pause()
