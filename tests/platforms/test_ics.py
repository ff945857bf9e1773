"""The calendar as other programs read it: any text comes through, whole days end on the day after."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms import ics
from tests.platforms.calendar.calendars import parsed

pytestmark = pytest.mark.clause("N18")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_comes_through_the_format_as_it_was(text: str) -> None:
    event = ics.Event("a-1", date(2026, 4, 1), date(2026, 4, 2), text, description=text * 3)
    content = ics.calendar("日历", [event], host="x.example", stamp=datetime(2026, 4, 1, tzinfo=UTC))
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(each for each in kept if each == "\n" or (each >= " " and each != "\x7f"))
    (found,) = parsed(content)
    assert found["SUMMARY"] == kept
    assert found.get("DESCRIPTION", "") == "".join(
        each for each in (text * 3).replace("\r\n", "\n").replace("\r", "\n")
        if each == "\n" or (each >= " " and each != "\x7f")
    )  # fmt: skip


def test_whole_days_end_on_the_day_after() -> None:
    event = ics.Event("a-1", date(2026, 4, 1), date(2026, 4, 30), "阶段")
    (found,) = parsed(ics.calendar("日历", [event], host="x.example", stamp=datetime(2026, 4, 1, tzinfo=UTC)))
    assert (found["UID"], found["DTSTART"], found["DTEND"]) == ("a-1@x.example", "20260401", "20260501")


def test_an_event_leads_to_its_page_where_it_has_one() -> None:
    page = "https://x.example/desk/tasks/1/"
    events = [
        ics.Event("a-1", date(2026, 4, 1), date(2026, 4, 1), "任务", url=page),
        ics.Event("a-2", date(2026, 4, 1), date(2026, 4, 1), "阶段"),
    ]
    found = parsed(ics.calendar("日历", events, host="x.example", stamp=datetime(2026, 4, 1, tzinfo=UTC)))
    assert [each.get("URL") for each in found] == [page, None]


def test_a_place_stands_in_its_own_line_escaped_and_folded() -> None:
    place = "海曙区；县学街1号,2楼; 大会议室（请从东门进入，凭身份证登记）" * 2
    event = ics.Event("a-1", date(2026, 4, 1), date(2026, 4, 1), "活动", location=place)
    content = ics.calendar("日历", [event], host="x.example", stamp=datetime(2026, 4, 1, tzinfo=UTC))
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    whole = content.replace(b"\r\n ", b"").decode()
    assert f"\r\nLOCATION:{place.replace(';', chr(92) + ';').replace(',', chr(92) + ',')}\r\n" in whole
    (found,) = parsed(content)
    assert found["LOCATION"] == place


def test_what_has_no_place_has_no_such_line() -> None:
    event = ics.Event("a-1", date(2026, 4, 1), date(2026, 4, 1), "阶段")
    (found,) = parsed(ics.calendar("日历", [event], host="x.example", stamp=datetime(2026, 4, 1, tzinfo=UTC)))
    assert "LOCATION" not in found
