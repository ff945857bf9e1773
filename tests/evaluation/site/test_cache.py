"""Public pages kept in memory: never older than a second, never somebody else's, never more than agreed."""

import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.base import BaseHandler
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluation.certification.queries import published
from evaluation.models import Certification, Publication
from evaluation.site import filters
from evaluation.site.answers import SHARED
from evaluation.site.cache import NAMES, OTHER_NAMES, Edition, KeptPagesMiddleware
from evaluation.site.kept_pages import Page, Shelf
from platforms.models import Region, User
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.stage import moment, published_round
from tests.patience import LONG

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

    @property
    def keys(self) -> list[Any]:
        """The keys of what is kept, pages before files."""
        return [*self.kept.pages.keys(), *self.kept.files.keys()]

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
        assert len(house.built) == 1
        house.built.clear()


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
    assert len(house.keys) == 1


def test_only_whole_pages_with_a_known_address_are_kept(house: House) -> None:
    for path in (
        "/results/?q=鄞州",
        f"/results/?page={'0' * 300}1",
        "/results/330212-999/",
        "/nothing/",
        "/verify/",
        "/complaints/new/",
        "/results/?q=鄞州&x=1",
        "/open-data/results.csv?q=鄞州",
        f"/results/?x={'0' * 3000}",
        "/admin/",
        "/healthz",
    ):
        house.ask(path)
    assert house.ask(method="put").status_code == 403
    assert house.keys == []


def test_answers_that_set_a_cookie_or_keep_out_of_caches_are_not_kept(house: House) -> None:
    for name, spoil in {
        "cookie": lambda response: response.set_cookie("a", "b"),
        "private": lambda response: response.headers.__setitem__("Cache-Control", "private"),
    }.items():

        def build(request: HttpRequest, spoil: Callable[[HttpResponse], Any] = spoil) -> HttpResponse:
            response = HttpResponse("text", headers={"Cache-Control": SHARED})
            spoil(response)
            return response

        house.kept.get_response = build
        house.ask()
        assert house.keys == [], name


def test_another_host_or_scheme_gets_nothing_from_memory(house: House) -> None:
    house.ask()
    assert house.ask(Host="evil.example").status_code == 400
    house.ask(Host="localhost")
    assert [key[:2] for key in house.keys] == [("http", "testserver"), ("http", "localhost")]


def test_never_more_pages_are_kept_than_agreed_and_what_nobody_asks_for_goes_first(house: House) -> None:
    house.kept.pages = Shelf(3, 10_000_000)
    for number in (1, 2, 3, 4, 5, 3):
        house.ask(f"/results/?page={number}")
    assert [key.query for key in house.keys] == ["page=4", "page=5", "page=3"]
    house.seconds = 1
    revoke_first()
    house.ask("/results/?page=4")
    assert [key.query for key in house.keys] == ["page=5", "page=3", "page=4"]


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
    for seconds, queries in ((0.5, 0), (0.99, 0), (1, 12), (1.5, 0), (2, 12)):
        house.seconds = seconds
        with CaptureQueriesContext(connection) as asked:
            house.kept.edition.number()
        assert len(asked) == queries, seconds


def test_nothing_is_kept_where_that_is_turned_off(settings: Any) -> None:
    settings.PUBLIC_PAGES_KEPT = 0
    with pytest.raises(MiddlewareNotUsed):
        KeptPagesMiddleware(lambda _request: HttpResponse())


def test_what_no_page_reads_in_the_address_changes_nothing_and_is_in_no_page(house: House) -> None:
    page = house.ask("/results/?region=330212&page=1")
    for query in (
        "region=330212&page=1&utm_source=wechat&from=singlemessage",
        "x=%3Cb%3E&page=1&region=330212",
        "page=1&grade=&q=&region=330212",
    ):
        same = house.ask(f"/results/?{query}")
        assert (same.content, same["ETag"]) == (page.content, page["ETag"])
    assert len(house.built) == 1
    for path in ("/", "/results/", "/results/330212-001/", "/map/", "/open-data/", "/notice/", "/examples/"):
        house.built.clear()
        passed_on = house.text(f"{path}?utm_source=wechat&isappinstalled=0")
        assert house.built == [path]
        assert passed_on == house.text(path)
        assert "wechat" not in passed_on


def test_every_parameter_that_a_public_page_reads_is_known_to_the_cache() -> None:
    """One that is not would be taken out of the address before its page is built."""
    read = set()
    for room in ("evaluation/site", "funding/site"):
        for file in (settings.BASE_DIR / room).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            read |= set(re.findall(r"""request\.GET(?:\.get(?:list)?\(|\[)["'](\w+)["']""", text))
            read |= set(re.findall(r"""["'](\w+)["'] (?:not )?in request\.GET""", text))
    assert read >= {"page", "number", "platform"}
    assert read | set(filters.NAMES) <= NAMES | OTHER_NAMES


def test_a_cookie_of_no_session_keeps_no_page_from_being_kept(house: House, settings: Any) -> None:
    name = settings.SESSION_COOKIE_NAME
    page = house.ask()
    for cookie in ("theme=dark; _ga=GA1.2.3", "csrftoken=" + "x" * 32, f"{name}=x", f"{name}=", f"{name}={'A' * 32}"):
        again = house.ask(Cookie=cookie)
        assert (again.content, again["Cache-Control"], dict(again.cookies)) == (page.content, SHARED, {}), cookie
    assert len(house.built) == 1
    assert house.ask("/map/", Cookie=f"{name}=x")["Cache-Control"] == SHARED
    assert house.ask(Cookie=f"{name}={'a0' * 16}")["Cache-Control"] == "private, no-cache"
    assert house.built == ["/results/", "/map/", "/results/"]


def test_a_head_is_answered_from_memory_with_the_headers_of_the_page(house: House) -> None:
    first = house.ask(method="head")
    page = house.ask()
    with CaptureQueriesContext(connection) as queries:
        again = house.ask(method="head")
    assert (len(queries), house.built) == (0, ["/results/"])
    assert dict(first.headers) == dict(again.headers) == dict(page.headers)
    assert (again.content, again["Content-Length"]) == (b"", str(len(page.content)))
    unchanged = house.ask(method="head", **{"If-None-Match": page["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


def test_files_of_open_data_are_kept_and_their_304_costs_no_query(house: House) -> None:
    for path in ("/open-data/results.csv", "/open-data/results.json?round=2025"):
        # Even where the first who asks has it from before a restart.
        tag = house.ask(path)["ETag"]
        house.kept.pages, house.kept.files = Shelf(9, 10**6), Shelf(9, 10**6)
        assert house.ask(path, **{"If-None-Match": tag}).status_code == 304
        with CaptureQueriesContext(connection) as queries:
            whole = house.ask(path)
            unchanged = house.ask(path, **{"If-None-Match": tag})
            since = house.ask(path, **{"If-Modified-Since": whole["Last-Modified"]})
            older = house.ask(path, **{"If-Modified-Since": "Wed, 01 Oct 2025 00:00:00 GMT"})
        assert len(queries) == 0
        assert (whole["ETag"], whole["Content-Length"]) == (tag, str(len(whole.content)))
        assert (unchanged.status_code, since.status_code, older.status_code) == (304, 304, 200)
        assert b"330212-001" in whole.content
    revoke_first()
    house.seconds = 1
    assert "已撤销" in house.text("/open-data/results.csv?round=2025")


def test_a_long_file_has_room_of_its_own_and_one_that_is_too_long_is_known_by_its_tag(house: House) -> None:
    sent = [b"a" * 150_000, b"b" * 150_000]

    def build(request: HttpRequest) -> Any:
        house.built.append(request.path)
        return StreamingHttpResponse(iter(sent), headers={"Cache-Control": SHARED, "ETag": '"one"'})

    house.kept.get_response = build
    assert house.ask("/open-data/results.csv").content == b"".join(sent)
    assert (house.kept.pages.keys(), len(house.kept.files.keys())) == ([], 1)
    house.kept.longest = 299_999
    for _ in range(2):
        assert house.ask("/open-data/results.json").getvalue() == b"".join(sent)
    unchanged = house.ask("/open-data/results.json", **{"If-None-Match": '"one"'})
    assert (unchanged.status_code, unchanged["ETag"]) == (304, '"one"')
    assert house.built.count("/open-data/results.json") == 2
    # Without a tag of the view nothing is known of it.
    house.kept.get_response = lambda _request: HttpResponse("x" * 300_000, headers={"Cache-Control": SHARED})
    assert len(house.ask("/open-data/").content) == 300_000
    assert len(house.keys) == 2


def test_never_more_bytes_are_kept_than_agreed_in_all_encodings_together() -> None:
    shelf = Shelf(100, 3_000)
    pages = [Page(1, bytes(random.Random(number).randbytes(1_000)), {}, '"x"') for number in range(4)]
    for number, page in enumerate(pages):
        shelf.put(number, page)
    assert shelf.keys() == [1, 2, 3]
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    text = Page(1, b"x" * 1_000, {"Content-Type": "text/html"}, '"x"')
    shelf.put(4, text)
    assert (shelf.keys(), text.size) == ([2, 3, 4], 1_000)
    assert text.answer(request)
    assert (shelf.keys(), text.size > 1_000) == ([3, 4], True)
    assert shelf.get(2) is None


def at_once(house: House, path: str, others: int, *, early: bool = False) -> list[Any]:
    """Have ``path`` built, and while that lasts ask for it from other threads; the first answer is the builder's.

    ``early`` says that the others are answered before it is built, however long that takes.
    """
    started, go_on = Event(), Event()

    def build(request: HttpRequest) -> HttpResponse:
        house.built.append(request.get_full_path())
        started.set()
        assert go_on.wait(LONG)
        return HttpResponse(f"edition {house.kept.edition.number()}", headers={"Cache-Control": SHARED})

    house.kept.get_response = build
    with ThreadPoolExecutor(others + 1) as threads:
        first = threads.submit(house.ask, path)
        assert started.wait(LONG)
        rest = [threads.submit(house.ask, path) for _ in range(others)]
        done = wait(rest, timeout=LONG if early else 0.2).done
        go_on.set()
        assert len(done) == (others if early else 0)
        return [first.result().content, *[each.result().content for each in rest]]


@pytest.fixture
def numbered(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house with editions that are numbers, so that threads need no database: the second as its clock says."""
    monkeypatch.setattr("evaluation.site.cache.contents", lambda: house.seconds)
    return house


def test_a_page_is_built_once_however_many_ask_for_it_at_the_same_time(numbered: House) -> None:
    assert at_once(numbered, "/results/", 5) == [b"edition 1"] * 6
    assert numbered.built == ["/results/"]


def test_while_a_page_is_built_anew_others_are_shown_the_old_one_for_a_second(numbered: House) -> None:
    assert at_once(numbered, "/results/", 0) == [b"edition 1"]
    numbered.seconds = 1
    assert at_once(numbered, "/results/", 3, early=True) == [b"edition 2", *[b"edition 1"] * 3]
    assert numbered.built == ["/results/"] * 2
    # A page of two editions ago was not right a second ago: others wait for the new one.
    numbered.seconds = 2
    numbered.kept.edition.number()
    numbered.seconds = 3
    assert at_once(numbered, "/results/", 3) == [b"edition 4"] * 4
    # Nor is one a second after the change was seen, or where nobody looked for longer.
    numbered.seconds = 4
    numbered.kept.edition.number()
    assert numbered.kept.edition.just_before(4)
    numbered.kept.edition.clock = lambda: 5.0
    assert not numbered.kept.edition.just_before(4)
    numbered.kept.edition.clock = lambda: numbered.seconds
    assert at_once(numbered, "/results/", 0) == [b"edition 5"]
    numbered.seconds = 60
    assert at_once(numbered, "/results/", 3) == [b"edition 6"] * 4


def test_a_builder_that_fails_leaves_the_page_to_the_next(numbered: House) -> None:
    def fails(_request: HttpRequest) -> HttpResponse:
        raise OSError("gone")

    numbered.kept.get_response = fails
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            numbered.ask()
    assert at_once(numbered, "/results/", 2) == [b"edition 1"] * 3


def test_the_cache_is_the_outermost_layer() -> None:
    """Its answers share their headers, and nothing outside of it may change them."""
    assert settings.MIDDLEWARE[0] == "evaluation.site.cache.KeptPagesMiddleware"
