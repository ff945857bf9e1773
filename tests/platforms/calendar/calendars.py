"""A reader of calendars as strict as their standard, for tests of what is sent."""

from datetime import UTC, datetime


class Broken(Exception):
    """The text is no calendar as RFC 5545 asks for."""


def parsed(content: bytes) -> list[dict[str, str]]:
    """Return the events of a calendar, read as strictly as the standard is written."""
    if not content.endswith(b"\r\n") or b"\n" in content.replace(b"\r\n", b""):
        raise Broken("line ends")
    lines: list[str] = []
    for raw in content[:-2].split(b"\r\n"):
        if len(raw) > 75:
            raise Broken("too long")
        text = raw.decode()
        if text.startswith(" "):
            lines[-1] += text[1:]
        else:
            lines.append(text)
    if (lines[0], lines[-1]) != ("BEGIN:VCALENDAR", "END:VCALENDAR") or "VERSION:2.0" not in lines:
        raise Broken("no calendar")
    found: list[dict[str, str]] = []
    inside = False
    for line in lines[1:-1]:
        name, colon, value = line.partition(":")
        if not colon or not name.replace("-", "").replace(";", "").replace("=", "").isalnum():
            raise Broken(line)
        if line == "BEGIN:VEVENT":
            inside = True
            found.append({})
        elif line == "END:VEVENT":
            inside = False
        elif inside:
            key = name.split(";")[0]
            if key in found[-1]:
                raise Broken(f"twice: {key}")
            found[-1][key] = value if key == "URL" else unescaped(value)
    for event in found:
        if not {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= event.keys():
            raise Broken("incomplete")
        datetime.strptime(event["DTSTAMP"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if len({event["UID"] for event in found}) != len(found):
        raise Broken("one identifier twice")
    return found


def unescaped(value: str) -> str:
    text, pending = "", False
    for each in value:
        if pending:
            text += {"n": "\n"}.get(each, each)
        elif each in ";,":
            raise Broken("not escaped")
        elif each != "\\":
            text += each
        pending = each == "\\" and not pending
    return text
