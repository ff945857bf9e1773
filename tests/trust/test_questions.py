"""T41 and T33: odd questions at the lists and addresses that lead elsewhere."""

import logging
import re
import time
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.access.visits import Visitor
from tests.access.world import World
from tests.factories import PASSWORD

#: Who reads the list of which model.
READERS = {"User": "security", "AuditEvent": "auditor", "AllocationRun": "finance"}
MODELS = sorted(admin.site._registry, key=lambda model: model.__name__)
REGEX = "(a%2B)%2B%24"
#: Columns that no filter of any list offers.
HIDDEN = (
    f"pk__regex={REGEX}",
    f"id__iregex={REGEX}",
    "id__gt=1",
    "pk__in=1,2",
    "region__name__regex=x",
    "password__contains=a",
)
ODD = (
    "p=1000000000",
    "p=-1",
    "p=x",
    f"q={'词+' * 200}",
    "q=%25%25%25%25",
    "q=" + "a" * 5000,
    "o=9.-8.7",
    "o=-99",
    "all=",
    "e=1",
)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def list_of(here: World, model: type) -> tuple[Visitor, str]:
    opts = model._meta  # type: ignore[attr-defined]
    return Visitor(here, READERS.get(model.__name__, "city")), reverse(
        f"admin:{opts.app_label}_{opts.model_name}_changelist"
    )


# The mail texts are a page of the closed kinds: nothing is asked of the database.
@pytest.mark.trust("T41")
@pytest.mark.parametrize("model", [m for m in MODELS if m.__name__ != "MailTemplate"], ids=lambda model: model.__name__)
def test_a_list_answers_only_its_own_filters(here: World, model: type) -> None:
    visitor, path = list_of(here, model)
    assert {query: visitor.ask("GET", f"{path}?{query}").status_code for query in HIDDEN} == dict.fromkeys(HIDDEN, 400)


@pytest.mark.trust("T41")
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_list_answers_whatever_is_asked_and_at_once(here: World, model: type) -> None:
    visitor, path = list_of(here, model)
    columns = len(admin.site._registry[model].list_display)
    asked = [*ODD, *(f"o={number}" for number in range(1, columns + 1))]
    for query in asked:
        before = time.process_time()
        assert visitor.ask("GET", f"{path}?{query}").status_code in (200, 302), query
        # A hundred times what it takes; what never ends takes longer still.
        assert time.process_time() - before < 20, query


@pytest.mark.trust("T41")
@pytest.mark.parametrize("column", ["own", "city"])
def test_the_list_of_the_desk_answers_whatever_is_asked(here: World, column: str) -> None:
    visitor = Visitor(here, column)
    queries = (
        *("page=1000000000", "page=-1", "page=x", "page=", f"q={'词+' * 200}", "q=%25%25%25", "q=____", "q=%00"),
        *("status=all", "type=x", "round=2020", "sort=password", "sort=-created_by__password", f"name__regex={REGEX}"),
        *("status=draft&status=accepted", "q=" + "a" * 5000),
    )
    answers = {query: visitor.ask("GET", f"/desk/?{query}").status_code for query in queries}
    assert answers == {query: 400 if query == "q=%00" else 200 for query in queries}
    for kind in ("xlsx", "csv"):
        assert visitor.ask("GET", f"/desk/applications.{kind}?sort=password&q=%25&round=all").status_code == 200


@pytest.mark.trust("T22")
@pytest.mark.parametrize("bad", ["%00", "%ff%fe", "%ed%a0%80", "..%2f..%2fetc%2fpasswd", "%0d%0aSet-Cookie:x=1"])
def test_no_address_breaks_the_house(here: World, bad: str) -> None:
    for column, path in (
        ("own", f"/desk/applications/{bad}/"),
        ("own", f"/desk/?q={bad}"),
        ("city", f"/admin/platforms/application/{bad}/change/"),
        ("city", f"/admin/platforms/application/?q={bad}"),
        ("stranger", f"/fill/{bad}/"),
        ("token", f"/fill/{here.own.token}/{bad}/"),
        ("stranger", f"/results/{bad}/"),
        ("stranger", f"/verify/{bad}/"),
        ("stranger", f"/api/v1/results/{bad}"),
        ("stranger", f"/complaints/new/?platform={bad}"),
        ("stranger", f"/admin/login/?next={bad}"),
    ):
        answer = Visitor(here, column).client.get(path)
        assert answer.status_code < 500, path
        assert "x" not in answer.cookies


HUGE = "9" * 30


@pytest.mark.trust("T10")
@pytest.mark.parametrize("pk", ["0", HUGE, "1e3", "x"])
def test_an_odd_key_is_a_row_that_is_not_there(here: World, pk: str) -> None:
    for model in MODELS:
        visitor, path = list_of(here, model)
        for view in ("change", "history"):
            assert visitor.ask("GET", f"{path}{pk}/{view}/").status_code == 404, (model, view)
    for path in (f"/desk/attachments/{pk}/", f"/desk/links/{pk}/revoke/", f"/fill/{here.own.token}/attachments/{pk}/"):
        column = "token" if path.startswith("/fill/") else "own"
        assert Visitor(here, column).ask("GET", path).status_code == 404, path


@pytest.mark.trust("T33")
@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "http://evil.example/",
    ],
)
def test_no_answer_leads_to_another_site(here: World, target: str) -> None:
    """Neither after a login, nor when one is there already, nor from a page that one came from."""
    names = {"username": here.people["own"].username, "password": PASSWORD}
    own, stranger = Visitor(here, "own"), Visitor(here, "stranger")
    answers = [
        stranger.ask("POST", "/admin/login/", names | {"next": target}),
        stranger.ask("POST", f"/admin/login/?next={target}", names),
        own.ask("GET", f"/admin/login/?next={target}"),
        own.ask("POST", "/logout/", {"next": target}, headers={"referer": target}),
        own.ask("POST", "/admin/logout/", {"next": target}),
        own.ask(
            "POST",
            reverse("desk:withdraw", args=(here.own["submitted"].number,)),
            {"reason": "理由", "version": here.own["submitted"].version, "next": target},
            headers={"referer": target, "hx-request": "true"},
        ),
    ]
    for answer in answers:
        assert answer.status_code == 302
        # %09 as text is a path of ours like any other; a tab, a slash or a backslash behind the first slash is none.
        assert re.match(r"/(?![/\\\t])", answer.url)
        assert "HX-Redirect" not in answer.headers


@pytest.mark.trust("T33")
def test_a_stranger_is_sent_back_to_a_local_page_only(here: World) -> None:
    for path in ("//evil.example/desk/", "/desk/?next=//evil.example", "/admin//evil.example/"):
        answer = Visitor(here, "stranger").client.get(path)
        assert answer.status_code in (302, 404)
        assert not answer.headers.get("Location", "/").startswith(("//", "http"))


@pytest.mark.trust("T33")
@pytest.mark.parametrize(
    "headers", [{"host": host} for host in ("evil.example", "evil.example:80", "testserver@evil.example")]
)
def test_a_foreign_host_is_refused_at_every_door(here: World, headers: dict[str, str]) -> None:
    for column, path in (
        ("own", "/desk/"), ("city", "/admin/"), ("stranger", "/"), ("stranger", "/api/v1/results"),
        ("token", f"/fill/{here.own.token}/"), ("stranger", "/admin/login/"), ("stranger", "/sitemap.xml"),
    ):  # fmt: skip
        assert Visitor(here, column).client.get(path, headers=headers).status_code == 400, path


@pytest.mark.trust("T33")
def test_the_address_of_a_link_does_not_come_from_the_request(here: World, settings: object) -> None:
    settings.PRODUCTION, settings.SITE_URL = True, "https://windows.example.cn"  # type: ignore[attr-defined]
    answer = Visitor(here, "own").ask(
        "POST",
        reverse("desk:fill_links", args=(here.own.fresh.number,)),
        {"recipient": "运营单位", "days": "7"},
        headers={"x-forwarded-host": "evil.example"},
    )
    text = answer.content.decode()
    assert "https://windows.example.cn/fill/" in text
    assert "evil.example" not in text
