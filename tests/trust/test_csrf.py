"""T32: no form is taken from another site, at any door."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from platforms.models import Application, FillLink, User
from tests.access.addresses import patterns
from tests.access.matrix import table
from tests.access.visits import COLUMNS, Visitor
from tests.access.world import World

pytestmark = pytest.mark.trust("T32")

#: Views that ask for no token. The interface only reads: any method but GET and HEAD is 405 there, and 404 where there
#: is nothing; what takes service records in answers 401 to everybody without a token of its own, whoever is logged in.
EXEMPT = {
    "api/",
    "api/<path:rest>",
    "api/v1/",
    "api/v1/allocations",
    "api/v1/allocations/<year>",
    "api/v1/certificates/<number>",
    "api/v1/docs",
    "api/v1/openapi.json",
    "api/v1/results",
    "api/v1/results/<code>",
    "api/v1/service-records",
    "api/v1/service-records/",
}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def exempt(resolver: Any = None, before: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from exempt(entry, route)
        elif isinstance(entry, URLPattern) and getattr(entry.callback, "csrf_exempt", False):
            yield route


def test_only_the_reading_interface_asks_for_no_token() -> None:
    assert set(exempt()) == EXEMPT


def test_whoever_the_form_would_be_taken_from_it_is_not_without_a_token(here: World) -> None:
    """Each address, by the person for whom it does something; a valid session alone does nothing."""
    visitors = {column: Visitor(here, column, enforce_csrf_checks=True) for column in COLUMNS}
    answers = {}
    for pattern in patterns():
        codes = table()[("POST", pattern)]
        column = next((name for name, code in zip(COLUMNS, codes, strict=True) if code in (200, 302, 409, 422)), "own")
        answers[pattern] = visitors[column].visit("POST", pattern)
    assert {pattern: code for pattern, code in answers.items() if code != 403} == {
        pattern: table()[("POST", pattern)][0] for pattern in EXEMPT
    }


def moved(here: World) -> tuple[Any, ...]:
    return (
        Application.objects.get(pk=here.own["submitted"].pk).status,
        FillLink.objects.get(pk=here.own.link.pk).revoked_at if here.own.link else None,
        User.objects.get(pk=here.own.officer.pk).password,
    )


def attempts(here: World) -> list[tuple[str, str, dict[str, str]]]:
    assert here.own.link is not None
    return [
        ("city", reverse("admin:platforms_application_move", args=(here.own["submitted"].pk, "accept")), {}),
        ("own", reverse("desk:fill_link_revoke", args=(here.own.link.pk,)), {}),
        ("security", reverse("admin:platforms_user_reset_password", args=(here.own.officer.pk,)), {}),
    ]


@pytest.mark.parametrize(
    "how",
    [
        {"headers": {"origin": "https://evil.example"}},
        {"headers": {"origin": "null"}},
        {"headers": {"hx-request": "true"}},
        {"headers": {"x-http-method-override": "POST"}},
        {"headers": {"x-requested-with": "XMLHttpRequest"}},
        {"content_type": "text/plain"},
        {"content_type": "application/json"},
    ],
)
def test_nothing_moves_by_a_trick(here: World, how: dict[str, Any]) -> None:
    before = moved(here)
    for column, path, data in attempts(here):
        client = Visitor(here, column, enforce_csrf_checks=True).client
        body: Any = "{}" if "content_type" in how else data
        assert client.post(path, body, **how).status_code == 403
    assert moved(here) == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_nor_by_another_method(here: World, method: str) -> None:
    before = moved(here)
    for column, path, _ in attempts(here):
        client = Visitor(here, column, enforce_csrf_checks=True).client
        assert client.generic(method, path).status_code == 403
    assert moved(here) == before


def test_a_token_of_somebody_else_is_no_token(here: World) -> None:
    foreign = Visitor(here, "other", enforce_csrf_checks=True).client
    foreign.get("/admin/password_change/")
    token = foreign.cookies["csrftoken"].value
    before = moved(here)
    for column, path, _ in attempts(here):
        client = Visitor(here, column, enforce_csrf_checks=True).client
        client.get("/admin/password_change/")
        assert client.post(path, {"csrfmiddlewaretoken": token}).status_code == 403
    assert moved(here) == before


def test_with_the_token_of_the_page_it_is_done(here: World) -> None:
    """The proof against the proof: the same addresses work from our own pages."""
    before = moved(here)
    for column, path, _ in attempts(here):
        client = Visitor(here, column, enforce_csrf_checks=True).client
        page = client.get(path)
        token = str(page.context["csrf_token"])
        assert client.post(path, {"csrfmiddlewaretoken": token}).status_code in (200, 302)
    assert all(now != then for now, then in zip(moved(here), before, strict=True))
