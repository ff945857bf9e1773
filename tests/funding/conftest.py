"""Rounds that many tests of a module read, published once: as two officers do it takes a second or two."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from platforms.models import Round
from tests.funding import worked


@pytest.fixture(scope="module")
def worked_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The round of the worked example stands in each test of the module; ``worked_round`` returns it."""
    yield from _standing("worked", worked.worked_round, django_db_blocker)


@pytest.fixture(scope="module")
def small_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The small round of 2020 stands in each test of the module; ``small_round`` returns it."""
    yield from _standing("small", worked.small_round, django_db_blocker)


def _standing(name: str, make: Callable[[], Round], blocker: Any) -> Iterator[None]:
    with blocker.unblock(), transaction.atomic():
        worked.STANDING[name] = make().pk
        # Once for all: PostgreSQL would check every key anew at the end of each test.
        connection.check_constraints()
        yield
        del worked.STANDING[name]
        transaction.set_rollback(True)
