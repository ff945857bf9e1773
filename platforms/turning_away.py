"""What somebody reads who came too often, and how the address that is being answered is counted."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from platforms.client_address import request_address
from platforms.limits import Limiter

#: Links that are a key by themselves and were never given out.
unknown_keys = Limiter("links", lambda: settings.KEY_GUESSES_PER_MINUTE, seconds=60)


def wait_for(limiter: Limiter) -> int:
    """Count a try of the address that is being answered; return the seconds it has to wait, 0 if none."""
    return limiter.wait(request_address.get())


def too_often(request: HttpRequest, what: str, seconds: int, **context: Any) -> HttpResponse:
    """Answer 429 with a page that says ``what`` was done too often and when it works again."""
    response = render(request, "public/too_often.html", context | {"what": what, "when": in_words(seconds)}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def in_words(seconds: int) -> str:
    """Return a wait as it is read: whole minutes, rounded up, from 61 seconds on."""
    return f"{-(-seconds // 60)} 分钟" if seconds > 60 else f"{seconds} 秒"
