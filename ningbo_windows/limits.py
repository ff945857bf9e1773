"""How often one address may do something in public.

Counts are kept in the memory of the process and nowhere else: a restart forgets them, and with several processes each
counts for itself, so the true limit is at most the number of processes times the one set. That bounds guessing and
flooding without writing down who looked at what.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from threading import Lock

#: As many addresses as are remembered at once; the one that has been quiet longest is forgotten first.
MOST_ADDRESSES = 20_000


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


@dataclass
class Limiter:
    """Lets each address through ``most()`` times in any ``seconds``; the limit is asked for each time.

    ``clock`` returns seconds that never go back.
    """

    most: Callable[[], int]
    seconds: int
    clock: Callable[[], float] = time.monotonic
    _times: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, address: str) -> int:
        """Count one try of ``address``; return 0 if it may go on, else the seconds until it may again.

        A try that is turned away is not counted.
        """
        key, now, most = neighbourhood(address), self.clock(), self.most()
        with self._lock:
            times = self._times.setdefault(key, deque())
            self._times.move_to_end(key)
            while times and times[0] <= now - self.seconds:
                times.popleft()
            if len(times) >= most:
                return max(1, round(times[0] + self.seconds - now)) if times else self.seconds
            times.append(now)
            while len(self._times) > MOST_ADDRESSES:
                self._times.popitem(last=False)
            return 0

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._times.clear()
