"""How often one address, one person or everybody may do something.

Counts live in Django's cache and nowhere else. In the memory of each process (the default) every worker counts for
itself, so the true limit is at most the number of workers times the one set, and a restart forgets; with a shared cache
(``NINGBO_CACHE_URL``) all workers count together. Nothing that is kept says who looked at what: keys are keyed hashes.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from django.core.cache import cache
from django.utils.crypto import salted_hmac

logger = logging.getLogger("platforms.limits")

#: A window is counted in so many parts; the part that is oldest is forgotten as a whole.
PARTS = 12


def neighbourhood(address: str) -> str:
    """Return what counts as one sender: an IPv4 address, or the /64 of an IPv6 address, which one line has whole.

    Anything that is no address counts as itself.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"


def wall_clock() -> float:
    """Return seconds that mean the same in every process."""
    return time.time()


def _key(name: str, who: str, part: int) -> str:
    digest = salted_hmac("limit", f"{name}\n{who}", algorithm="sha256").hexdigest()[:32]
    return f"limit:{digest}:{part}"


def _count(key: str, seconds: int, step: int = 1) -> int:
    """Add ``step`` to what is counted under ``key`` and return the sum; it is forgotten after ``seconds``."""
    cache.add(key, 0, timeout=seconds)
    try:
        return int(cache.incr(key, step))
    except ValueError:  # forgotten in between
        cache.set(key, step, timeout=seconds)
        return step


@dataclass(frozen=True)
class Limiter:
    """Lets each sender through ``most()`` times in any ``seconds``, to within one of :data:`PARTS` of it.

    ``clock`` returns seconds that mean the same in every process. A try is counted before it is judged, so that of
    many at once never more than ``most()`` pass. If the cache does not answer, everybody passes, and the log says so.
    """

    name: str
    most: Callable[[], int]
    seconds: int
    clock: Callable[[], float] = wall_clock

    def wait(self, sender: str) -> int:
        """Count one try of ``sender``; return 0 if it may go on, else the seconds until it may again.

        A try that is turned away is not counted.
        """
        try:
            return self._wait(neighbourhood(sender))
        except Exception:
            logger.exception("limit %s cannot be counted", self.name)
            return 0

    def give_back(self, sender: str) -> None:
        """Take back one try that was counted just now, because it was none of those that are limited."""
        try:
            _count(_key(self.name, neighbourhood(sender), self._part()), 2 * self.seconds, -1)
        except Exception:
            logger.exception("limit %s cannot be counted", self.name)

    def _part(self) -> int:
        return int(self.clock() * PARTS // self.seconds)

    def _wait(self, who: str) -> int:
        most, part = self.most(), self._part()
        keys = {_key(self.name, who, each): each for each in range(part - PARTS + 1, part + 1)}
        own = next(reversed(keys))
        _count(own, 2 * self.seconds)
        counts = {keys[key]: count for key, count in cache.get_many(keys).items()}
        total = sum(counts.values())
        if total <= most:
            return 0
        _count(own, 2 * self.seconds, -1)
        counts[part] = counts.get(part, 1) - 1
        left = sum(counts.values())
        for each in sorted(counts):
            left -= counts[each]
            if left < most:
                return max(1, round((each + PARTS) * self.seconds / PARTS - self.clock()))
        return self.seconds


def nth(name: str, who: str, at: datetime) -> int:
    """Count one more of ``name`` by ``who`` and return how many that makes in the hour of ``at``.

    If the cache does not answer, it is the first, and the log says so.
    """
    try:
        return _count(_key(name, who, int(at.timestamp() // 3600)), 2 * 3600)
    except Exception:
        logger.exception("%s cannot be counted", name)
        return 1
