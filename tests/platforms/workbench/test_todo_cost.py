"""What waits for a county costs no more because others have more platforms; counted in steps of the database."""

from datetime import date

import pytest
from django.db import connection

from platforms.choices import PlatformType
from platforms.models import Platform, Region, Round, Town, User
from platforms.workbench.queries.todo import todo_for

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite tells how many steps it takes"),
]
STEP = 100


def steps(user: User) -> int:
    """Return how many hundreds of steps the list of what waits for ``user`` takes, its questions being known."""
    todo_for(user)
    taken = 0

    def step() -> None:
        nonlocal taken
        taken += 1

    connection.ensure_connection()
    connection.connection.set_progress_handler(step, STEP)
    try:
        todo_for(user)
    finally:
        connection.connection.set_progress_handler(None, STEP)
    return taken


def test_platforms_of_other_counties_are_not_asked(yinzhou: User, cixi: User, round_2026: Round) -> None:
    before = steps(yinzhou)
    others: Region | None = cixi.region
    assert others is not None
    towns = Town.objects.bulk_create(
        Town(code=f"{others.code}8{number:05d}", name=f"第{number}镇", kind="town", region=others)
        for number in range(500)
    )
    Platform.objects.bulk_create(
        Platform(
            code=f"{others.code}-{number:05d}", operator_code="X" * 18, accepted_on=date(2025, 9, 28), region=others,
            type=PlatformType.TOWN, town=town, name=f"{town.name}窗口平台", operator_name=f"{town.name}服务中心",
        )
        for number, town in enumerate(towns)
    )  # fmt: skip
    # Each of them would take a dozen steps.
    assert steps(yinzhou) - before < 5
