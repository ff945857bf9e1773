"""How often one address, one name or everybody may do something, and how many proxies say where a request is from.

The defaults let a whole office behind one address work; the environment may set others.
"""

import environ

from ningbo_windows.number_settings import whole_number

__all__ = [
    "COMPLAINTS_PER_HOUR",
    "COMPLAINTS_PER_HOUR_IN_ALL",
    "PROXY_COUNT",
    "RECORD_BATCHES_PER_MINUTE",
    "VERIFICATIONS_PER_MINUTE",
]

_env = environ.Env()


def _number(name: str, default: int, *, low: int = 0, high: int = 1_000_000, unit: str = "次") -> int:
    return whole_number(name, _env.str(name, str(default)), low=low, high=high, unit=unit)


#: How many proxies of ours stand in front of the program; each vouches for the address of its client.
PROXY_COUNT = _number("NINGBO_PROXY_COUNT", 0, high=9, unit="层")
COMPLAINTS_PER_HOUR = _number("NINGBO_COMPLAINTS_PER_HOUR", 5)
#: Of all senders together: a flood from many addresses ends here, before it fills lists and mailboxes.
COMPLAINTS_PER_HOUR_IN_ALL = _number("NINGBO_COMPLAINTS_PER_HOUR_IN_ALL", 60)
VERIFICATIONS_PER_MINUTE = _number("NINGBO_VERIFICATIONS_PER_MINUTE", 60)
#: Batches of service records that one token may send.
RECORD_BATCHES_PER_MINUTE = _number("NINGBO_RECORD_BATCHES_PER_MINUTE", 600)
