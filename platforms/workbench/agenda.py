"""What waits for a person, in the order of work: overdue, due this week, the rest, what others owe."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from platforms.deadlines import in_words, is_late
from platforms.tones import Tone

LATE, WEEK, REST, OTHERS = "已逾期", "本周到期", "其他待办", "督办"


@dataclass(frozen=True)
class Todo:
    """One thing to do: ``text`` says what, ``url`` leads to exactly the ``count`` rows that it is about.

    ``noun`` is the line of the rail that it stands below, empty for what no line counts. ``since`` is the day on which
    the oldest row came in, ``due`` the first day by which one is to be done; ``late`` rows are past theirs. What
    ``others`` owe is only watched.
    """

    text: str
    count: int
    url: str
    since: date | None = None
    due: date | None = None
    late: int = 0
    noun: str = ""
    others: bool = False


@dataclass(frozen=True)
class Line:
    """A thing to do as the page shows it, with the date beside it."""

    text: str
    count: int
    url: str
    since: str
    tone: Tone | str


@dataclass(frozen=True)
class Part:
    """What stands under one heading, the most pressing first."""

    title: str
    lines: tuple[Line, ...]


def parts(todo: Iterable[Todo], on: date) -> list[Part]:
    """Return ``todo`` under its headings on the day ``on``; headings without anything are left out.

    A week ends on its Sunday. What is overdue longest stands first, what is due this week by its day; the rest stays in
    its order.
    """
    sunday = on + timedelta(days=6 - on.weekday())
    found: dict[str, list[Todo]] = {title: [] for title in (LATE, WEEK, REST, OTHERS)}
    for each in todo:
        if each.others:
            found[OTHERS].append(each)
        elif is_late(each.due, on):
            found[LATE].append(each)
        else:
            found[WEEK if each.due is not None and each.due <= sunday else REST].append(each)
    for title in (LATE, WEEK):
        found[title].sort(key=lambda each: each.due or on)
    return [Part(title, tuple(_line(each, on) for each in some)) for title, some in found.items() if some]


def _line(todo: Todo, on: date) -> Line:
    if todo.due is None:
        return Line(todo.text, todo.count, todo.url, _first(todo.since, on), "")
    days = in_words((todo.due - on).days)
    if not is_late(todo.due, on):
        return Line(todo.text, todo.count, todo.url, days, "wait" if todo.due == on else "")
    most = f"{todo.late} 项逾期，最长{days.removeprefix('已逾期')}"
    return Line(todo.text, todo.count, todo.url, days if todo.late == todo.count else most, "bad")


def _first(since: date | None, on: date) -> str:
    if since is None:
        return ""
    year = "" if since.year == on.year else f"{since.year}年"
    return f"最早 {year}{since.month}月{since.day}日"
