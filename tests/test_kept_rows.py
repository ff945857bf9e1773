"""What is built once and written again is what was built."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from evaluation.models import Publication, Result
from platforms.models import Region, User
from tests import factories, kept_rows
from tests.evaluation import stage
from tests.kept_rows import once

pytestmark = pytest.mark.django_db
COUNTS = {"330212": {"A": 1, "D": 1}}


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Nothing was built before; the list is what is built from now on."""
    monkeypatch.setattr(kept_rows, "_made", {})
    return []


def twice(build: Any, *arguments: Any) -> list[Any]:
    """What ``once`` returns and leaves, on the same rows, each time undone."""
    left = []
    for _ in range(2):
        with transaction.atomic():
            found = once(build, *arguments)
            left.append((found, kept_rows._told_apart(kept_rows.all_rows())))
            transaction.set_rollback(True)
    return left


def files(folder: Any) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in Path(folder).rglob("*") if each.is_file()}


def test_what_is_written_again_is_what_the_services_made(built: list[str], city: User, settings: Any) -> None:
    def publication() -> Publication:
        built.append("publication")
        return stage.published_round(COUNTS)

    (first, rows), (second, again) = twice(publication)
    assert (built, first, again) == (["publication"], second, rows)
    # Its documents as well, though the folder was emptied.
    documents = files(settings.MEDIA_ROOT)
    shutil.rmtree(settings.MEDIA_ROOT)
    once(publication)
    assert documents
    assert files(settings.MEDIA_ROOT) == documents
    assert built == ["publication"]


def test_on_other_rows_it_is_built_anew(built: list[str], regions: dict[str, Region]) -> None:
    def officer() -> User:
        built.append("officer")
        return factories.officer("zhenhai", regions["330211"])

    assert [found.username for found, _ in twice(officer)] == ["zhenhai"] * 2
    factories.person("city", "city")
    twice(officer)
    assert built == ["officer"] * 2


def test_what_changes_rows_that_stood_before_is_built_each_time(built: list[str], city: User) -> None:
    def renamed() -> User:
        built.append("renamed")
        User.objects.update(name="改名")
        return city

    twice(renamed)
    assert built == ["renamed"] * 2


def test_rows_are_found_in_lists_and_dictionaries(city: User, city2: User) -> None:
    def both() -> dict[str, list[User]]:
        return {"city": [city, factories.person("city3", "city")]}

    assert [[each.username for each in found["city"]] for found, _ in twice(both)] == [["city", "city3"]] * 2


def test_the_guards_stand_again(city: User) -> None:
    def publication() -> Publication:
        return stage.published_round(COUNTS)

    twice(publication)
    once(publication)
    row = Result.objects.all()[0]
    with pytest.raises(DatabaseError, match="认定结果"), transaction.atomic():
        Result.objects.filter(pk=row.pk).update(grade="B")
