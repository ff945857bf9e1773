"""A second notice with other grounds, two complaints and five years, for tests that hold it beside that of 2020."""

from typing import Any

from platforms.models import Notice
from platforms.notices.models import value_of
from tests import factories


def ground(key: str, label: str, collector: str = "", clause: str = "grounds.other") -> dict[str, str]:
    return {"key": key, "label": label, "clause": clause, "collector": collector}


#: No fees and nothing that weighs as "other"; complaints under a key of its own, and a ground that is noted by hand.
TERMS: dict[str, Any] = {
    "ban_years": 5,
    "complaints_enough": 2,
    "grounds": [
        ground("absent", "不参加评价", "refuses_evaluation"),
        ground("false_material", "弄虚作假", "false_material"),
        ground("complained", "被投诉2次以上且核实", "complaints"),
        ground("secrets", "泄露企业商业秘密"),
        ground("refuses_activities", "不参加服务活动", "refuses_activities"),
    ],
}


def another_notice(**terms: Any) -> Notice:
    """The second notice, approved; ``terms`` are further ones that differ."""
    made = factories.invented_notice(**TERMS | terms)
    # As in a process that has run for a while: no page of a test is the first to read it.
    value_of(made.pk)
    return made
