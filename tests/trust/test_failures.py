"""T50 and T40: when something breaks, at any door, the page is Chinese and tells nothing but a number; headers stay."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import override_settings
from django.urls import reverse

from tests.access.visits import Visitor
from tests.access.world import World

SECRET = "postgres://ningbo:hidden@10.0.0.1/db SELECT * FROM platforms_user"
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def broken(*_args: Any, **_options: Any) -> Any:
    raise RuntimeError(SECRET)


def without_database(*_args: Any, **_options: Any) -> Any:
    raise OperationalError("database is locked")


#: door: who, what breaks, where it is asked for.
DOORS: dict[str, tuple[str, str, str]] = {
    "admin": ("city", "ningbo_windows.admin_site.todo_for", "/admin/"),
    "admin row": (
        "city",
        "platforms.applications.admin.applications.form_data",
        "/admin/platforms/application/{pk}/change/",
    ),
    "desk": ("own", "platforms.applications.desk.home.todo_for", "/desk/"),
    "fill": ("token", "platforms.applications.desk.fill.form_data", "/fill/{token}/"),
    "results": ("stranger", "evaluation.site.results.read_filters", "/results/"),
    "file": ("stranger", "evaluation.site.open_data.read_filters", "/open-data/results.csv"),
    "interface": ("stranger", "evaluation.site.api.read_filters", "/api/v1/results"),
    "complaint": ("stranger", "evaluation.site.complaints.ComplaintForm", "/complaints/new/"),
}


def ask(here: World, door: str, monkeypatch: pytest.MonkeyPatch, failure: Any) -> Any:
    column, name, path = DOORS[door]
    visitor = Visitor(here, column)
    with monkeypatch.context() as patch:
        patch.setattr(name, failure)
        return visitor.ask("GET", path.format(pk=here.own["submitted"].pk, token=here.own.token))


@pytest.mark.trust("T50")
@pytest.mark.parametrize("door", DOORS)
def test_a_failure_is_a_chinese_page_with_a_number(
    here: World, door: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask(here, door, monkeypatch, broken)
    text = answer.content.decode()
    assert answer.status_code == 500
    number = re.search(r"故障编号[^0-9a-f]*(?:<[^>]*>)?([0-9a-f]{8})", text)
    assert number is not None
    for told in ("Traceback", "RuntimeError", SECRET, "postgres", "SELECT", ".py", "Django", "python"):
        assert told not in text
    assert number[1] in caplog.text
    assert not re.search(r"[A-Za-z]{4,}", re.sub(r"(?s)<style.*?</style>|<[^>]+>", "", text).replace(number[1], ""))


@pytest.mark.trust("T43")
@pytest.mark.trust("T50")
@pytest.mark.parametrize("door", DOORS)
def test_a_database_that_does_not_answer_is_a_503(here: World, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    logging.disable(logging.CRITICAL)
    answer = ask(here, door, monkeypatch, without_database)
    logging.disable(logging.NOTSET)
    assert answer.status_code == 503
    assert "locked" not in answer.content.decode()


@pytest.mark.trust("T34")
@pytest.mark.trust("T50")
def test_the_key_of_a_link_is_not_on_the_page_of_its_failure(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = ask(here, "fill", monkeypatch, broken)
    assert here.own.token not in answer.content.decode()


def too_many_fields(here: World) -> Any:
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=3):
        path = reverse("desk:section", args=(here.own.fresh.number, "venue"))
        return Visitor(here, "own").ask("POST", path, {f"f{n}": "x" for n in range(9)})


def too_often(here: World) -> Any:
    with override_settings(VERIFICATIONS_PER_MINUTE=0):
        return Visitor(here, "stranger").ask("GET", "/verify/NB2025-001-ACDEF/")


def page(column: str, path: str, method: str = "GET", data: Any = None, **options: Any) -> Callable[[World], Any]:
    return lambda here: Visitor(here, column, **options).ask(method, path, data)


KINDS: dict[str, tuple[int, Callable[[World], Any]]] = {
    "page": (200, page("own", "/desk/")),
    "public page": (200, page("stranger", "/results/")),
    "redirect": (302, page("stranger", "/desk/")),
    "bad address": (400, page("stranger", "/a%00b/")),
    "bad lookup": (400, page("city", "/admin/platforms/application/?name__regex=x")),
    "foreign host": (400, lambda here: Visitor(here, "stranger").client.get("/", headers={"host": "evil.example"})),
    "forbidden": (403, page("auditor", "/desk/")),
    "no token": (403, page("own", "/desk/liaison/", "POST", enforce_csrf_checks=True)),
    "not found": (404, page("own", "/desk/applications/2026-98765432/")),
    "unknown link": (404, page("stranger", "/fill/nobody/")),
    "wrong method": (405, page("own", "/desk/", "POST")),
    "out of date": (
        409,
        lambda here: Visitor(here, "own").ask(
            "POST", reverse("desk:section", args=(here.own.fresh.number, "venue")), {"version": "1"}
        ),
    ),
    "too large": (413, too_many_fields),
    "not understood": (422, page("stranger", "/complaints/new/", "POST")),
    "too often": (429, too_often),
    "csv": (200, page("own", "/desk/applications.csv")),
    "public csv": (200, page("stranger", "/open-data/results.csv")),
    "workbook": (200, page("own", "/desk/summary.xlsx")),
    "export": (200, page("own", "/admin/platforms/application/export/", "POST", {"format": "csv"})),
    "file": (
        200,
        lambda here: Visitor(here, "own").ask(
            "GET", reverse("desk:attachment", args=(here.own["submitted"].attachments.all()[0].pk,))
        ),
    ),
    "interface": (200, page("stranger", "/api/v1/results")),
    "interface, nothing": (404, page("stranger", "/api/v1/results/none")),
    "link": (200, lambda here: Visitor(here, "token").ask("GET", f"/fill/{here.own.token}/")),
    "static": (200, page("stranger", "/static/css/base.css")),
}


@pytest.mark.trust("T40")
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_carries_the_headers(here: World, kind: str) -> None:
    expected, make = KINDS[kind]
    logging.disable(logging.ERROR)
    answer = make(here)
    logging.disable(logging.NOTSET)
    assert answer.status_code == expected
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Referrer-Policy"] == "same-origin"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy or policy == "default-src 'none'; sandbox"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert not {"Server", "X-Powered-By"} & set(answer.headers)


@pytest.mark.trust("T30")
@pytest.mark.parametrize(
    ("column", "path"),
    [("own", "/desk/"), ("city", "/admin/"), ("own", "/results/"), ("token", ""), ("own", "/desk/applications.csv")],
)
def test_what_a_person_sees_is_kept_by_no_cache(here: World, column: str, path: str) -> None:
    answer = Visitor(here, column).ask("GET", path or f"/fill/{here.own.token}/")
    assert answer.headers["Cache-Control"] == "no-store, private"


@pytest.mark.trust("T40")
@pytest.mark.trust("T50")
@pytest.mark.parametrize("door", ["admin", "desk", "fill", "results", "interface"])
@pytest.mark.parametrize("failure", [broken, without_database])
def test_failures_carry_the_headers_too(here: World, door: str, failure: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    logging.disable(logging.CRITICAL)
    answer = ask(here, door, monkeypatch, failure)
    logging.disable(logging.NOTSET)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
