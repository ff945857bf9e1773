"""Every address of the project, for everybody, against the table that is written down."""

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.access.addresses import patterns
from tests.access.matrix import table
from tests.access.visits import COLUMNS, Visitor
from tests.access.world import World

METHODS = ("GET", "POST")
WRITES = re.compile(r"\s*(INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+\"?(\w+)", re.IGNORECASE)
#: What reading may write: that something was refused or taken out, the number of such a line, the session, and that its
#: person saw how a job ended.
LOGS = {
    "platforms_auditevent", "platforms_counter", "django_session",
    "platforms_job", "axes_accessattempt", "axes_accesslog", "axes_accessfailurelog",
}  # fmt: skip


#: What a form was printed with last is kept beside it, so that a scan can be held against it.
PRINTS = ("/form.pdf", "/form.docx")


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
@pytest.mark.trust("T13")
@pytest.mark.parametrize("column", COLUMNS)
def test_each_person_gets_the_answers_of_the_table(here: World, column: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading writes nothing but lines of the log; except at the address of a link, who holds one is a stranger."""
    # The stage was set some time ago, and a link notes to the minute when it was opened last: no minute passes.
    assert here.own.link is not None
    opened = here.own.link.last_opened_at
    monkeypatch.setattr(timezone, "now", lambda: opened)
    place, visitor = COLUMNS.index(column), Visitor(here, column)
    expected = {key: codes[place] for key, codes in table().items() if column != "token" or key[1].startswith("fill/")}
    answers, written = {}, {}
    for method, pattern in expected:
        tables: set[str] = set()
        with connection.execute_wrapper(noted(tables)):
            answers[method, pattern] = visitor.visit(method, pattern)
        logs = LOGS | {"platforms_application"} if pattern.endswith(PRINTS) else LOGS
        if method == "GET" and tables - logs:
            written[pattern] = tables - logs
    wrong = {key: (answers[key], code) for key, code in expected.items() if answers[key] != code}
    assert wrong == {}, "address: (is, should be)"
    assert written == {}


def noted(tables: set[str]) -> Callable[..., Any]:
    """Return a wrapper of all that is asked of the database, which adds each table that is written to ``tables``.

    What changes no row, because a link was opened in this minute before, is no writing.
    """

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        found = WRITES.match(sql)
        if found and (found[1].upper() not in ("UPDATE", "DELETE FROM") or context["cursor"].rowcount):
            tables.add(found[2].lower())
        return result

    return note


def test_the_table_keeps_its_own_rules() -> None:
    """What holds for whole columns is said once more, so that a cell cannot be written down wrong."""
    own, other, _, _, _, auditor, security, sysadmin, token, stranger = range(len(COLUMNS))
    for (method, pattern), codes in table().items():
        where = f"{method} {pattern}"
        assert max(codes) < 500, where
        if not pattern.startswith("fill/"):
            assert codes[token] == codes[stranger], where
        if pattern.startswith(("admin/", "desk/")) and pattern not in ("admin/login/", "desk/components/"):
            assert codes[stranger] == 302, where
        # What is done in the background, and filters, each person has its own of; the handbook is for all.
        if pattern.startswith("desk/") and not pattern.startswith(
            ("desk/components/", "desk/background/", "desk/help/", "desk/my-filter/")
        ):
            assert {codes[auditor], codes[security], codes[sysadmin]} == {403}, where
        if (
            pattern.startswith("desk/")
            and "<" in pattern
            and "<slug:kind>" not in pattern
            and "<slug:key>" not in pattern
            and "?P<kind>" not in pattern
            # A year is everybody's; what is listed of it is one's own.
            and not pattern.endswith("<int:year>/")
            # So is a release: it leads on to the own region.
            and pattern != "desk/funding/<int:pk>/"
        ):
            assert codes[other] in (404, 405), where
        if method == "GET" and codes[own] == 200 and pattern.startswith("admin/"):
            assert codes[other] in (200, 404), where


def test_an_unknown_page_of_the_back_office_is_not_found(here: World) -> None:
    """The one pattern that is not in the table: it catches everything else below ``/admin/``."""
    assert [Visitor(here, column).ask("GET", "/admin/nothing/here/").status_code for column in COLUMNS] == [
        *[404] * 8, *[302] * 2
    ]  # fmt: skip


@pytest.mark.trust("T08")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_the_interface_is_for_reading(here: World, method: str) -> None:
    visitor = Visitor(here, "stranger")
    for pattern in patterns():
        if pattern.startswith("api/v1/") and pattern != "api/v1/":
            status = 204 if method == "OPTIONS" else 405
            assert visitor.ask(method, visitor.address(pattern)).status_code == status, pattern


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
