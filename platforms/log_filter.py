"""What must not stand in a log: the addresses of an operating unit's link and of a calendar are keys."""

import logging
import re

_KEY = re.compile(r"/(fill/report|fill/hearing|fill|calendar)/[^/\s\"'?]+")


def hide_keys(text: str) -> str:
    """Return ``text`` with *** in the place of the token in every address that is a key."""
    return _KEY.sub(r"/\1/***", text)


class HideKeys(logging.Filter):
    """Put *** in the place of the token in every address that is a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "/fill/" in message or "/calendar/" in message:
            record.msg, record.args = hide_keys(message), ()
        return True
