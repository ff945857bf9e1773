"""The move tables: closed, reachable, and the same rows behind guard, button and picture."""

from collections.abc import Iterable

import pytest

from platforms import roles
from platforms.applications.choices import ApplicationStatus
from platforms.applications.workflow import APPLICATION
from platforms.cases.choices import ComplaintStatus, GroundStatus
from platforms.cases.workflow import COMPLAINT, GROUND
from platforms.choices import Role
from platforms.move_table import Workflow, diagram
from platforms.rectifications.choices import RectificationStatus
from platforms.rectifications.workflow import RECTIFICATION
from platforms.rounds.choices import RoundStatus
from platforms.rounds.workflow import ROUND

TABLES = [
    (APPLICATION, ApplicationStatus),
    (ROUND, RoundStatus),
    (COMPLAINT, ComplaintStatus),
    (GROUND, GroundStatus),
    (RECTIFICATION, RectificationStatus),
]


@pytest.mark.trust("T13")
@pytest.mark.parametrize(("workflow", "statuses"), TABLES)
def test_a_table_moves_between_its_own_statuses_only(workflow: Workflow, statuses: type) -> None:
    for move in workflow.moves:
        assert {*move.sources, move.target} <= set(statuses.values)
        assert set(move.actors) <= set(Role.values)
        assert move.target not in move.sources
    assert len({move.name for move in workflow.moves}) == len(workflow.moves)


@pytest.mark.trust("T13")
@pytest.mark.parametrize(("workflow", "statuses"), TABLES)
def test_every_actor_holds_the_permission_and_nobody_else_is_named(workflow: Workflow, statuses: type) -> None:
    for move in workflow.moves:
        holders = {role for role in Role.values if move.permission in roles.permissions_of(role)}
        assert set(move.actors) <= holders


@pytest.mark.parametrize(("workflow", "statuses"), TABLES)
def test_every_status_can_be_reached(workflow: Workflow, statuses: type) -> None:
    first = next(iter(statuses.values))
    reached = {first}
    for _ in workflow.moves:
        reached |= {move.target for move in workflow.moves if reached & set(move.sources)}
    assert reached == set(statuses.values)


def test_what_is_open_to_whom() -> None:
    def names(status: str, role: str) -> list[str]:
        return [move.name for move in APPLICATION.open_to(status=status, role=role)]

    assert names("draft", "county") == ["submit"]
    assert names("submitted", "county") == ["withdraw"]
    assert names("submitted", "city") == ["accept", "return", "withdraw"]
    assert names("returned", "county") == ["resubmit", "withdraw"]
    assert names("accepted", "county") == ["withdraw"]
    assert names("withdrawn", "city") == []
    assert names("submitted", "finance") == []


def test_an_unknown_move_is_a_programming_error() -> None:
    assert APPLICATION.move("accept").label == "受理"
    with pytest.raises(KeyError, match="no move 'approve'"):
        APPLICATION.move("approve")


def test_a_table_is_drawn() -> None:
    assert diagram(GROUND, GroundStatus.choices) == (
        "stateDiagram-v2\n"
        "    proposed: 待确认\n"
        "    confirmed: 已确认\n"
        "    dismissed: 不予认定\n"
        "    proposed --> confirmed: 确认事实*\n"
        "    proposed --> dismissed: 不予认定*\n"
        "    confirmed --> proposed: 重新认定*\n"
        "    dismissed --> proposed: 重新认定*\n"
    )
    lines = diagram(APPLICATION, _labels(ApplicationStatus)).splitlines()
    assert "    [*] --> draft" in lines
    assert "    draft --> submitted: 提交申报表" in lines


def _labels(statuses: type) -> Iterable[tuple[str, str]]:
    return statuses.choices
