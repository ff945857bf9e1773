"""The order of 待办: overdue first, then what this week asks for, the rest, and what others owe."""

from datetime import date

import pytest

from platforms.workbench.agenda import LATE, OTHERS, REST, WEEK, Line, Part, Todo, parts

#: A Wednesday; its week ends on the 29th.
WEDNESDAY = date(2026, 11, 25)


def todo(text: str, **more: object) -> Todo:
    return Todo(text, 1, "/", **more)  # type: ignore[arg-type]


def test_headings_stand_in_the_order_of_work() -> None:
    some = [
        todo("其余", since=date(2026, 11, 18)),
        todo("区县", due=date(2026, 11, 1), late=1, others=True),
        todo("周日", due=date(2026, 11, 29)),
        todo("下周一", due=date(2026, 11, 30)),
        todo("昨天", due=date(2026, 11, 24), late=1),
        todo("今天", due=WEDNESDAY),
        todo("早已", due=date(2026, 10, 26), late=1),
    ]
    found = {part.title: [line.text for line in part.lines] for part in parts(some, WEDNESDAY)}
    assert list(found) == [LATE, WEEK, REST, OTHERS]
    assert found == {LATE: ["早已", "昨天"], WEEK: ["今天", "周日"], REST: ["其余", "下周一"], OTHERS: ["区县"]}


def test_without_anything_there_is_no_heading() -> None:
    assert parts([], WEDNESDAY) == []


@pytest.mark.parametrize(
    ("some", "since", "tone"),
    [
        (todo("一"), "", ""),
        (todo("一", since=date(2026, 11, 18)), "最早 11月18日", ""),
        (todo("一", since=date(2025, 11, 18)), "最早 2025年11月18日", ""),
        (todo("一", due=date(2026, 11, 27)), "还有 2 天", ""),
        (todo("一", due=WEDNESDAY), "今天到期", "wait"),
        (todo("一", due=date(2026, 11, 24), late=1), "已逾期 1 天", "bad"),
        (Todo("一", 3, "/", due=date(2026, 11, 20), late=2), "2 项逾期，最长 5 天", "bad"),
        (Todo("一", 3, "/", due=date(2026, 11, 20), late=3), "已逾期 5 天", "bad"),
    ],
)
def test_the_date_beside_a_line(some: Todo, since: str, tone: str) -> None:
    ((line,),) = [part.lines for part in parts([some], WEDNESDAY)]
    assert line == Line("一", some.count, "/", since, tone)


def test_a_part_is_what_stands_under_one_heading() -> None:
    assert parts([todo("一")], WEDNESDAY) == [Part(REST, (Line("一", 1, "/", "", ""),))]
