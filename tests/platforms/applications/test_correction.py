"""What a return asks for, and until when."""

from datetime import date

import pytest

from platforms.applications.correction import Named, default_due, is_open, is_part


@pytest.mark.parametrize(
    ("named", "section", "field", "expected"),
    [
        ((), "venue", "floor_area", False),
        ((), "commitment", "county_opinion", True),
        ((Named(""),), "venue", "floor_area", True),
        ((Named("venue"),), "venue", "floor_area", True),
        ((Named("venue"),), "plan", "funds_wan", False),
        ((Named("venue", "counters"),), "venue", "counters", True),
        ((Named("venue", "counters"),), "venue", "floor_area", False),
        ((Named("services", "partners"),), "services", "services", False),
        ((Named("venue", "question_4"), Named("plan")), "venue", "question_4", True),
    ],
)
def test_only_what_is_named_is_open(named: tuple[Named, ...], section: str, field: str, expected: bool) -> None:
    assert is_open(named, section, field) is expected


@pytest.mark.parametrize(
    ("section", "field", "expected"),
    [
        ("", "", True),
        ("", "name", False),
        ("venue", "", True),
        ("venue", "floor_area", True),
        ("venue", "name", False),
        ("staff", "staff", True),
        ("services", "partners", True),
        ("attachments", "attachments", True),
        ("venue", "question_4", True),
        ("plan", "question_4", False),
        ("venue", "question_5", False),
        ("nowhere", "", False),
        ("venue", "status", False),
    ],
)
def test_a_return_names_parts_of_the_form_only(section: str, field: str, expected: bool) -> None:
    assert is_part(section, field, {"question_4": "venue"}) is expected


def test_ten_working_days_are_two_weeks() -> None:
    assert default_due(date(2026, 4, 10), {}) == date(2026, 4, 24)
