"""How often one address, one name or everybody may do something, and how many proxies say where a request is from.

The defaults let a whole office behind one address work; the environment may set others.
"""

from importlib.util import find_spec
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from ningbo_windows.number_settings import whole_number

__all__ = [
    "CACHES",
    "COMPLAINTS_PER_HOUR",
    "COMPLAINTS_PER_HOUR_IN_ALL",
    "FAILURES_LOGGED_IN_ALL",
    "FAILURES_LOGGED_PER_ADDRESS",
    "FAILURES_LOGGED_PER_NAME",
    "KEY_GUESSES_PER_MINUTE",
    "LOGIN_FAILURES_PER_ADDRESS",
    "OBJECTIONS_PER_HOUR",
    "OBJECTIONS_PER_HOUR_IN_ALL",
    "PASSWORD_FAILURES",
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
#: Objections to a public notice, in the same two ways.
OBJECTIONS_PER_HOUR = _number("NINGBO_OBJECTIONS_PER_HOUR", 5)
OBJECTIONS_PER_HOUR_IN_ALL = _number("NINGBO_OBJECTIONS_PER_HOUR_IN_ALL", 60)
VERIFICATIONS_PER_MINUTE = _number("NINGBO_VERIFICATIONS_PER_MINUTE", 60)
#: Batches of service records that one token may send.
RECORD_BATCHES_PER_MINUTE = _number("NINGBO_RECORD_BATCHES_PER_MINUTE", 600)
#: Links and tokens that were never given out, tried by one address.
KEY_GUESSES_PER_MINUTE = _number("NINGBO_KEY_GUESSES_PER_MINUTE", 60)
#: Wrong logins of one address over all names within 15 minutes; several offices may share it.
LOGIN_FAILURES_PER_ADDRESS = _number("NINGBO_LOGIN_FAILURES_PER_ADDRESS", 20, low=5)
#: Wrong old passwords of one account within 15 minutes, where the password is changed.
PASSWORD_FAILURES = _number("NINGBO_PASSWORD_FAILURES", 5, low=1)
#: Failures that have a row of their own in the audit log, in an hour; beyond it they are counted.
FAILURES_LOGGED_PER_NAME = _number("NINGBO_FAILURES_LOGGED_PER_NAME", 10, low=1)
FAILURES_LOGGED_PER_ADDRESS = _number("NINGBO_FAILURES_LOGGED_PER_ADDRESS", 100, low=1)
FAILURES_LOGGED_IN_ALL = _number("NINGBO_FAILURES_LOGGED_IN_ALL", 1_000, low=1)

#: Senders that the memory of a process remembers at most; the one that has been quiet longest is forgotten first.
MOST_REMEMBERED = 100_000
#: How the address of a cache that all workers share begins: the class that speaks to it, and the package it needs.
_SHARED = {
    "redis": ("django.core.cache.backends.redis.RedisCache", "redis"),
    "rediss": ("django.core.cache.backends.redis.RedisCache", "redis"),
    "memcached": ("django.core.cache.backends.memcached.PyMemcacheCache", "pymemcache"),
}


def cache_of(url: str) -> dict[str, Any]:
    """Return Django's settings for the cache at ``url``, by default the memory of each process.

    Raises:
        ImproperlyConfigured: another kind of cache, or one whose package is not installed.
    """
    if not url:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": MOST_REMEMBERED},
        }
    scheme, _, rest = url.partition("://")
    if scheme not in _SHARED or not rest:
        raise ImproperlyConfigured("NINGBO_CACHE_URL 须写成 redis://主机:端口/库 或 memcached://主机:端口。")
    backend, package = _SHARED[scheme]
    if find_spec(package) is None:
        raise ImproperlyConfigured(f"使用 NINGBO_CACHE_URL 还须安装 {package}：.venv/bin/pip install {package}。")
    return {"BACKEND": backend, "LOCATION": rest if scheme == "memcached" else url}


CACHES = {"default": cache_of(_env.str("NINGBO_CACHE_URL", ""))}
