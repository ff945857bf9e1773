"""Rules of activities that need no database: when a report is due, and which addresses may be linked to."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

#: Days after an activity within which it is reported.
REPORT_DAYS = 7
#: Links of one activity; characters of an address and of its title.
MOST_LINKS, MOST_URL, MOST_TITLE = 10, 300, 80
# A name with a dot, perhaps a port; no account before it, nothing that a page could break out with.
_URL = re.compile(
    r"https://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?::\d{1,5})?(?:[/?#][^\s<>\"'`\\^{}|\x00-\x20]*)?",
    re.IGNORECASE,
)


class WrongLink(ValueError):
    """A line that is no link; the text is a Chinese sentence."""


@dataclass(frozen=True)
class Link:
    """An https address and what it is called."""

    url: str
    title: str


def report_due_on(held_on: date) -> date:
    """Return the last day for the report of an activity held on ``held_on``."""
    return held_on + timedelta(days=REPORT_DAYS)


def links_in(text: str) -> list[Link]:
    """Return the links of ``text``, one a line: the address, then what it is called.

    Raises:
        WrongLink: a line without an https address, too long, named twice, or too many.
    """
    found: list[Link] = []
    for number, line in enumerate((line.strip() for line in text.splitlines() if line.strip()), start=1):
        url, _, title = line.partition(" ")
        if "\u3000" in url:
            url, _, title = line.partition("\u3000")
        title = title.strip() or "宣传报道"
        if not _URL.fullmatch(url) or len(url) > MOST_URL:
            raise WrongLink(f"第 {number} 行不是可用的链接：须以 https:// 开头，链接后空一格写标题。")
        if len(title) > MOST_TITLE:
            raise WrongLink(f"第 {number} 行的标题最多 {MOST_TITLE} 个字，现为 {len(title)} 个字。")
        if url in (each.url for each in found):
            raise WrongLink(f"第 {number} 行的链接重复。")
        found.append(Link(url, title))
    if len(found) > MOST_LINKS:
        raise WrongLink(f"最多 {MOST_LINKS} 条链接，现为 {len(found)} 条。")
    return found
