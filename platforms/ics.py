"""A calendar as other programs read it: RFC 5545, whole days, lines folded by octets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MEDIA_TYPE = "text/calendar; charset=utf-8"
_OCTETS = 75


@dataclass(frozen=True)
class Event:
    """One entry from ``first`` to ``last``, both whole days and inclusive; ``uid`` stays the same when it moves."""

    uid: str
    first: date
    last: date
    summary: str
    description: str = ""
    url: str = ""
    location: str = ""


def calendar(name: str, events: Iterable[Event], *, host: str, stamp: datetime) -> bytes:
    """Return the calendar called ``name``; ``host`` makes the identifiers unique, ``stamp`` is when it was made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{escaped(host)}//ningbo-windows//ZH", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    made = f"{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for event in events:
        lines += _event(event, host, made)
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """Return ``text`` as the value of a property: marks escaped, line breaks written out, no control characters."""
    clean = "".join(each for each in text.replace("\r\n", "\n").replace("\r", "\n") if each == "\n" or each >= " ")
    for mark in ("\\", ";", ","):
        clean = clean.replace(mark, f"\\{mark}")
    return clean.replace("\n", "\\n").replace("\x7f", "")


def folded(line: str) -> Iterator[bytes]:
    """Yield ``line`` in pieces of at most 75 octets, never inside of a character; all but the first begin blank."""
    piece = b""
    for each in line:
        octets = each.encode()
        if len(piece) + len(octets) > _OCTETS:
            yield piece
            piece = b" "
        piece += octets
    yield piece


def _event(event: Event, host: str, made: str) -> list[str]:
    lines = ["BEGIN:VEVENT", f"UID:{escaped(event.uid)}@{escaped(host)}", f"DTSTAMP:{made}"]
    lines.append(f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}")
    lines.append(f"DTEND;VALUE=DATE:{event.last + timedelta(days=1):%Y%m%d}")
    lines.append(f"SUMMARY:{escaped(event.summary)}")
    if event.description:
        lines.append(f"DESCRIPTION:{escaped(event.description)}")
    if event.location:
        lines.append(f"LOCATION:{escaped(event.location)}")
    if event.url:
        lines.append(f"URL:{event.url}")
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]
