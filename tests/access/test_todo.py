"""待办 and rail: each number is that of the rows that its line opens, and both say the same numbers."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ningbo_windows.rail import NOUNS, rail_for
from platforms.choices import Role
from platforms.models import Complaint, PeriodicReturn, Region, User
from platforms.workbench.queries.todo import SOURCES, Opened, Waiting, counts_by_noun, rows_that_wait, todo_for
from tests import factories
from tests.access.many import thirty_of_everything

CAST = ("city", "own", "finance", "auditor", "security", "sysadmin", "assessor")


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, User]]:
    with django_db_blocker.unblock(), transaction.atomic():
        people = thirty_of_everything()
        people |= {name: factories.person(name, name) for name in ("sysadmin", "assessor")}
        yield people
        transaction.set_rollback(True)


def again(person: User) -> User:
    """Return ``person`` as a new page reads it."""
    return User.objects.select_related("region").get(pk=person.pk)


def opened_rows(client: Client, url: str) -> int:
    """Return how many rows the list at ``url`` has."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    if answer.context.get("cl") is not None:
        return int(answer.context["cl"].result_count)
    found = answer.context.get("count")
    return int(found) if found is not None else len(answer.context["rows"])


@pytest.mark.parametrize("name", CAST)
def test_each_line_opens_the_rows_that_it_counts(everything: dict[str, User], db: None, name: str) -> None:
    person, client = again(everything[name]), Client()
    client.force_login(person, backend="ningbo_windows.backends.RoleBackend")
    # What is done on one page, without a list: the officer to be named, the report to be made.
    steps = (reverse("desk:liaison"), reverse("desk:batch_new"))
    found = [todo for todo in todo_for(person) if not todo.url.startswith(steps)]
    assert {todo.text: opened_rows(client, todo.url) for todo in found} == {todo.text: todo.count for todo in found}


@pytest.mark.parametrize("name", CAST)
def test_the_rail_adds_up_the_lines(everything: dict[str, User], db: None, name: str) -> None:
    person, sums = again(everything[name]), {}
    for todo in todo_for(person):
        if todo.noun and not todo.others:
            sums[todo.noun] = sums.get(todo.noun, 0) + todo.count
    assert counts_by_noun(again(person)) == sums
    rail = {item.label: item.count for item in rail_for(again(person), "/admin/") if item.count}
    assert rail == sums


def test_each_noun_of_a_source_is_a_line_of_the_rail_of_its_roles(db: None, regions: dict[str, Region]) -> None:
    people = {role: User(role=role, username=role, region=regions["330212"]) for role in Role}
    for source in SOURCES:
        for role in source.roles if source.noun else ():
            labels = {noun.label for noun in NOUNS if noun.is_for(people[role])}
            assert source.noun in labels or role not in (Role.COUNTY, Role.CITY), (source.name, role)


@pytest.mark.parametrize("name", CAST)
def test_what_is_counted_is_said_without_asking_the_database(everything: dict[str, User], db: None, name: str) -> None:
    """The text of the question is kept, which only what stands in its key may make."""
    person = again(everything[name])
    opened = Opened(person, timezone.localdate())
    assert opened.facts
    assert person.region is None or person.region.inherits is not None
    with CaptureQueriesContext(connection) as asked:
        for source in SOURCES:
            if person.role in source.roles and not source.asks:
                for each in source.find(person, opened):
                    assert isinstance(each, Waiting)
    assert len(asked) == 0


@pytest.mark.parametrize(("name", "most"), [("city", 3), ("own", 3), ("finance", 2), ("assessor", 2)])
def test_a_page_asks_for_the_numbers_of_the_rail_in_three_questions(
    everything: dict[str, User], db: None, name: str, most: int
) -> None:
    person = again(everything[name])
    with CaptureQueriesContext(connection) as asked:
        counts_by_noun(person)
    assert len(asked) <= most


def test_a_kept_question_gets_a_new_answer(everything: dict[str, User], db: None) -> None:
    person = again(everything["own"])
    rows = PeriodicReturn.objects.filter(platform__region=person.region, handed_in_at__isnull=True)
    found = {}
    for year in (2026, 2099):
        rows.update(due_on=date(year, 1, 1))
        found[year] = counts_by_noun(again(person)).get("定期报送", 0)
    assert found == {2026: rows.count(), 2099: 0}
    assert rows.count() > 0


@pytest.mark.parametrize(
    "name", ["", "flags", "flags.", "flags.answer.1", "flags.answer.x", "nothing.answer", "forms.x"]
)
def test_a_name_that_stands_for_nothing_narrows_nothing(everything: dict[str, User], db: None, name: str) -> None:
    assert rows_that_wait(again(everything["city"]), name) is None


def test_the_city_sees_what_counties_are_late_with(everything: dict[str, User], db: None) -> None:
    person, yesterday = again(everything["city"]), timezone.localdate() - timedelta(days=1)
    late = Complaint.objects.filter(status="received", platform__region__isnull=False)
    late.update(due_on=yesterday)
    PeriodicReturn.objects.filter(platform__region__isnull=False).update(due_on=date(2026, 1, 1))
    watched = {todo.text: todo.count for todo in todo_for(person) if todo.others}
    assert watched["督办逾期未办结的投诉（区县）"] == late.count() > 0
    own = {todo.text for todo in todo_for(again(everything["own"])) if todo.others}
    assert own == set()
