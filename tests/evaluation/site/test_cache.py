"""Public pages kept in memory: never older than a second, never somebody else's, never more than agreed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.base import BaseHandler
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluation.certification.queries import published
from evaluation.models import Certification, Publication
from evaluation.site.answers import SHARED
from evaluation.site.cache import Edition, KeptPagesMiddleware
from platforms.models import Region, User
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.stage import moment, published_round

pytestmark = pytest.mark.django_db


class House:
    """The whole site behind the pages kept, with a clock that stands still until it is moved."""

    def __init__(self) -> None:
        handler = BaseHandler()
        with override_settings(PUBLIC_PAGES_KEPT=0):
            handler.load_middleware()
        self.seconds = 0.0
        self.built: list[str] = []
        self.before_answer: Callable[[], Any] = lambda: None
        self.inner = handler.get_response
        self.kept = KeptPagesMiddleware(self._build)
        self.kept.edition = Edition(lambda: self.seconds)

    def _build(self, request: HttpRequest) -> Any:
        self.built.append(request.get_full_path())
        response = self.inner(request)
        self.before_answer()
        return response

    def ask(self, path: str = "/results/", method: str = "get", **headers: str) -> Any:
        return self.kept(getattr(RequestFactory(), method)(path, headers=headers))

    def text(self, path: str = "/results/") -> str:
        return str(self.ask(path).content.decode())


@pytest.fixture
def house(settings: Any, publication: Publication) -> House:
    settings.PUBLIC_PAGES_KEPT = 100
    return House()


def revoke_first() -> None:
    certification = Certification.objects.get(result__code="330212-001")
    revoked(certification, "other", on=date(2025, 11, 3), at=moment(2026))


def test_a_page_asked_for_again_is_the_same_and_costs_no_query(house: House) -> None:
    for path in ("/", "/results/", "/results/?region=330212&page=1", "/results/330212-001/", "/map/", "/open-data/"):
        first = house.ask(path)
        assert first.status_code == 200
        with CaptureQueriesContext(connection) as queries:
            again = house.ask(path)
        assert len(queries) == 0
        assert (again.content, dict(again.headers)) == (first.content, dict(first.headers))
        assert again["Cache-Control"] == SHARED
        assert "Content-Security-Policy" in again
        assert house.built.count(path) == 1


def test_a_browser_that_has_the_page_is_told_so(house: House) -> None:
    page = house.ask()
    for tag in (page["ETag"], f'"other", W/{page["ETag"]}'):
        unchanged = house.ask(**{"If-None-Match": tag})
        assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", page["ETag"])
    assert house.ask(**{"If-None-Match": '"other"'}).status_code == 200
    revoke_first()
    house.seconds = 1
    assert house.ask(**{"If-None-Match": page["ETag"]}).status_code == 200


def test_a_revocation_is_on_every_page_after_one_second(house: House) -> None:
    paths = ("/results/?round=2025", "/results/330212-001/")
    badge = ">已撤销</span>"
    assert [badge in house.text(path) for path in paths] == [False, False]
    revoke_first()
    house.seconds = 0.99
    assert [badge in house.text(path) for path in paths] == [False, False]
    house.seconds = 1
    assert [badge in house.text(path) for path in paths] == [True, True]


def test_a_publication_is_on_every_page_after_one_second(house: House) -> None:
    before = {path: house.text(path) for path in ("/", "/results/", "/map/", "/open-data/")}
    published_round({"330282": {"A": 2}}, year=2026)
    house.seconds = 0.99
    assert {path: house.text(path) for path in before} == before
    house.seconds = 1
    assert all("2026年度" in house.text(path) for path in before)


def test_a_new_name_of_a_region_is_shown_after_one_second(house: House) -> None:
    assert "新名区" not in house.text()
    Region.objects.filter(code="330212").update(name="新名区")
    house.seconds = 1
    assert "新名区" in house.text()


def test_a_new_day_is_a_new_edition(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: date(2028, 9, 27))
    house.seconds = 10
    assert "已到期" not in house.text("/results/330212-001/")
    monkeypatch.setattr(timezone, "localdate", lambda: date(2028, 9, 28))
    house.seconds = 11
    assert "已到期" in house.text("/results/330212-001/")


def test_what_changes_while_a_page_is_built_makes_it_an_old_page(house: House) -> None:
    house.before_answer = revoke_first
    assert "已撤销" not in house.text("/results/330212-001/")
    house.before_answer = lambda: None
    house.seconds = 1
    assert "已撤销" in house.text("/results/330212-001/")


def test_pages_of_people_with_a_session_are_neither_kept_nor_answered_from_memory(
    settings: Any, publication: Publication, city2: User
) -> None:
    settings.PUBLIC_PAGES_KEPT = 100
    somebody = Client()
    somebody.force_login(city2, backend="ningbo_windows.backends.RoleBackend")
    assert "city2员" in somebody.get("/results/").content.decode()
    house = House()
    session = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={somebody.session.session_key}"}
    assert "city2员" not in house.text()
    assert "city2员" in house.ask(**session).content.decode()
    assert "city2员" not in house.text()
    assert len(house.kept.pages) == 1


def test_only_whole_pages_with_a_known_address_are_kept(house: House) -> None:
    for path in (
        "/results/?q=鄞州",
        "/results/?page=1&other=1",
        f"/results/?page={'0' * 300}1",
        "/results/330212-999/",
        "/nothing/",
        "/verify/",
        "/complaints/new/",
        "/open-data/results.csv",
        "/admin/",
        "/healthz",
    ):
        house.ask(path)
    assert house.ask(method="put").status_code == 403
    assert house.ask(method="head").status_code == 200
    assert house.kept.pages == {}


def test_answers_that_set_a_cookie_or_keep_out_of_caches_are_not_kept(house: House) -> None:
    for name, spoil in {
        "cookie": lambda response: response.set_cookie("a", "b"),
        "private": lambda response: response.headers.__setitem__("Cache-Control", "private"),
        "long": lambda response: setattr(response, "content", b"x" * 200_001),
    }.items():

        def build(request: HttpRequest, spoil: Callable[[HttpResponse], Any] = spoil) -> HttpResponse:
            response = HttpResponse("text", headers={"Cache-Control": SHARED})
            spoil(response)
            return response

        house.kept.get_response = build
        house.ask()
        assert house.kept.pages == {}, name


def test_another_host_or_scheme_gets_nothing_from_memory(house: House) -> None:
    house.ask()
    assert house.ask(Host="evil.example").status_code == 400
    house.ask(Host="localhost")
    assert [key[:2] for key in house.kept.pages] == [("http", "testserver"), ("http", "localhost")]  # type: ignore[index]


def test_never_more_pages_are_kept_than_agreed(house: House, settings: Any) -> None:
    settings.PUBLIC_PAGES_KEPT = 3
    for number in (1, 2, 3, 4, 5, 4):
        house.ask(f"/results/?page={number}")
    assert [key[3] for key in house.kept.pages] == ["page=3", "page=4", "page=5"]  # type: ignore[index]
    house.seconds = 1
    revoke_first()
    house.ask("/results/?page=3")
    assert [key[3] for key in house.kept.pages] == ["page=4", "page=5", "page=3"]  # type: ignore[index]


def test_without_a_database_the_page_is_asked_for_as_ever(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_on: date) -> None:
        raise OperationalError("no connection")

    house.ask()
    monkeypatch.setattr(published, "edition", fails)
    house.seconds = 1
    assert house.ask().status_code == 200
    assert len(house.built) == 2


def test_the_edition_is_read_at_most_once_a_second(house: House) -> None:
    house.ask()
    for seconds, queries in ((0.5, 0), (0.99, 0), (1, 10), (1.5, 0), (2, 10)):
        house.seconds = seconds
        with CaptureQueriesContext(connection) as asked:
            house.kept.edition.number()
        assert len(asked) == queries, seconds


def test_nothing_is_kept_where_that_is_turned_off(settings: Any) -> None:
    settings.PUBLIC_PAGES_KEPT = 0
    with pytest.raises(MiddlewareNotUsed):
        KeptPagesMiddleware(lambda _request: HttpResponse())
