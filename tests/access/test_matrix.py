"""Every address of the project, for everybody, against the table that is written down."""

import logging
from collections.abc import Iterator

import pytest

from tests.access.addresses import patterns
from tests.access.matrix import table
from tests.access.visits import COLUMNS, Visitor
from tests.access.world import World

METHODS = ("GET", "POST")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of refusals need not be written down one by one."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def test_the_table_has_each_address_and_no_other() -> None:
    assert set(table()) == {(method, pattern) for pattern in patterns() for method in METHODS}


@pytest.mark.trust("T01")
@pytest.mark.trust("T05")
@pytest.mark.parametrize("column", COLUMNS)
def test_each_person_gets_the_answers_of_the_table(here: World, column: str) -> None:
    """Except at the address of a link, whoever holds one is a stranger like any other."""
    place, visitor = COLUMNS.index(column), Visitor(here, column)
    expected = {key: codes[place] for key, codes in table().items() if column != "token" or key[1].startswith("fill/")}
    answers = {(method, pattern): visitor.visit(method, pattern) for method, pattern in expected}
    wrong = {key: (answers[key], code) for key, code in expected.items() if answers[key] != code}
    assert wrong == {}, "address: (is, should be)"


def test_the_table_keeps_its_own_rules() -> None:
    """What holds for whole columns is said once more, so that a cell cannot be written down wrong."""
    own, other, _, _, auditor, security, sysadmin, token, stranger = range(len(COLUMNS))
    for (method, pattern), codes in table().items():
        where = f"{method} {pattern}"
        assert max(codes) < 500, where
        if not pattern.startswith("fill/"):
            assert codes[token] == codes[stranger], where
        if pattern.startswith(("admin/", "desk/")) and pattern not in ("admin/login/", "desk/components/"):
            assert codes[stranger] == 302, where
        if pattern.startswith("desk/") and pattern != "desk/components/":
            assert {codes[auditor], codes[security], codes[sysadmin]} == {403}, where
        if (
            pattern.startswith("desk/")
            and "<" in pattern
            and "<slug:kind>" not in pattern
            and "<slug:key>" not in pattern
            and "?P<kind>" not in pattern
        ):
            assert codes[other] in (404, 405), where
        if method == "GET" and codes[own] == 200 and pattern.startswith("admin/"):
            assert codes[other] in (200, 404), where


def test_an_unknown_page_of_the_back_office_is_not_found(here: World) -> None:
    """The one pattern that is not in the table: it catches everything else below ``/admin/``."""
    assert [Visitor(here, column).ask("GET", "/admin/nothing/here/").status_code for column in COLUMNS] == [
        *[404] * 7, *[302] * 2
    ]  # fmt: skip


@pytest.mark.trust("T08")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_the_interface_is_for_reading(here: World, method: str) -> None:
    visitor = Visitor(here, "stranger")
    for pattern in patterns():
        if pattern.startswith("api/v1/") and pattern not in ("api/v1/", "api/v1/openapi.json"):
            assert visitor.ask(method, visitor.address(pattern)).status_code == 405, pattern


@pytest.mark.trust("T30")
def test_a_deactivated_account_is_a_stranger_at_once(here: World) -> None:
    """Its old cookie opens nothing: each door answers as to a stranger."""
    visitor = Visitor(here, "own")
    person = here.people["own"]
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    for address in ("/admin/", "/desk/", f"/desk/applications/{here.own['submitted'].number}/"):
        answer = visitor.ask("GET", address)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/admin/login/")


@pytest.mark.trust("T30")
def test_a_person_moved_to_another_county_is_logged_out(here: World) -> None:
    visitor = Visitor(here, "own")
    person = here.people["own"]
    type(person).objects.filter(pk=person.pk).update(region=here.other.officer.region)
    assert visitor.ask("GET", "/desk/").status_code == 302
