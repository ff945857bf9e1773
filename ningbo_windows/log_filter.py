"""What must not stand in a log: the address of an operating unit's link is a key."""

import logging
import re

_KEY = re.compile(r"/fill/[^/\s\"'?]+")


class HideKeys(logging.Filter):
    """Put *** in the place of the token in every address of a fill link."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "/fill/" in message:
            record.msg, record.args = _KEY.sub("/fill/***", message), ()
        return True
