"""The list from memory: the same bytes as from the database, never older than a second, nobody's own."""

import itertools
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.base import BaseHandler
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluation.certification.queries import published
from evaluation.certification.queries.published import STATES
from evaluation.models import Certification, Result
from evaluation.site.cache import Edition, KeptPagesMiddleware
from evaluation.site.filters import read_filters, searched
from evaluation.site.results import row_html, shown
from evaluation.site.snapshot import Snapshot, bits, holding, places_of, shared_pieces
from evaluation.site.snapshot_pages import LIST, SnapshotPagesMiddleware, Snapshots, beside
from platforms.choices import PlatformType, ServiceClass
from platforms.models import User
from tests.evaluation.amendments.amending import corrected
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.site.rounds import DAY, by_hand, named_round, several_rounds
from tests.evaluation.stage import moment, published_round
from tests.patience import LONG

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staged")]


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Several rounds; the last one has lines for more than two pages."""
    with django_db_blocker.unblock(), transaction.atomic():
        several_rounds()
        named_round()
        latest = published.publications()[0]
        for number in range(60):
            name = f'<b>第{number}个&"窗口平台"</b>'
            by_hand(latest, "330212-003", f"330212-5{number:02d}", name=name, pinyin="dgckpt digechuangkoupingtai")
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


def plain_way() -> Any:
    """The site without a snapshot, which a thread of its own would read."""
    handler = BaseHandler()
    with override_settings(PUBLIC_SNAPSHOT_LINES=0):
        handler.load_middleware()
    return handler.get_response


class House:
    """The site with and without a snapshot, with a clock that stands still until it is moved."""

    def __init__(self, start: Callable[[Callable[[], None]], None] = lambda act: act()) -> None:
        self.seconds = 0.0
        self.built: list[str] = []
        self.inner = plain_way()
        self.pages = SnapshotPagesMiddleware(self._build)
        self.pages.snapshots = Snapshots(Edition(lambda: self.seconds), start)

    def _build(self, request: HttpRequest) -> Any:
        self.built.append("frame" if hasattr(request, "found") else "page")
        return self.inner(request)

    def ask(self, query: str = "", path: str = "/results/", method: str = "get", **headers: str) -> Any:
        return self.pages(getattr(RequestFactory(), method)(path + query, headers=headers))

    def plain(self, query: str = "", **headers: str) -> Any:
        return self.inner(RequestFactory().get(f"/results/{query}", headers=headers))

    def text(self, query: str = "") -> str:
        return str(self.ask(query).content.decode())


@pytest.fixture
def house(settings: Any) -> House:
    settings.PUBLIC_SNAPSHOT_LINES = 1000
    return House()


def addresses() -> Iterator[str]:
    """Addresses of all kinds, chosen by dice that always fall the same."""
    dice = random.Random(42)
    choices: dict[str, list[str]] = {
        "q": [
            "慈溪",
            "第1",
            "平",
            "yzq",
            "luotuo",
            "平台(骆驼)",
            "330212",
            "<b>",
            '"',
            "&",
            "平台 第1",
            "无此",
            "骆驰街道",
            "%",
        ],
        "round": ["all", "2025", "2024", "2022", "1999"],
        "state": [*dict(STATES), "gone"],
        "region": ["330212", "330282", "330200", "330203", "x"],
        "town": ["第1镇", "第2镇", "无此镇"],
        "type": [*PlatformType.values, "x"],
        "service": ["law", "finance", "x"],
        "grade": ["A", "B", "D", "Z"],
        "page": ["1", "2", "3", "99", "x", "0"],
        "from": ["timeline"],
    }
    for _ in range(150):
        names = dice.sample(sorted(choices), dice.choice([0, 1, 1, 2, 2, 3, 4]))
        if dice.random() < 0.5:
            names = [name for name in names if name != "round"]
            yield "?" + urlencode([("round", "all"), *((name, dice.choice(choices[name])) for name in names)])
        else:
            yield "?" + urlencode([(name, dice.choice(choices[name])) for name in names])


def test_the_bytes_are_those_of_the_plain_way_whatever_is_asked_for(house: House) -> None:
    frames = 0
    for query in addresses():
        house.built.clear()
        ours, plain = house.ask(query), house.plain(query)
        assert ours.status_code == plain.status_code, query
        assert ours.content.decode() == plain.content.decode(), query
        assert dict(ours.headers) == dict(plain.headers), query
        frames += house.built != ["page"]
    # Most of them find something, and came from memory.
    assert frames > 70


def test_what_finds_nothing_comes_from_memory_too(house: House) -> None:
    """A word of no line, of lines that the filters leave out, with a typo, like a number; and filters without lines."""
    searches = [
        "无此",
        "骆驰街道",
        "骆驰街道 无此",
        "第59个窗囗平台",
        "慈溪",
        "99999901",
        "9999990",
        "dgckqt",
        "<火星>",
    ]
    narrowed = ["", "&round=all", "&round=2024", "&round=all&grade=A&region=330212", "&region=330282&type=park"]
    queries = [f"?{urlencode({'q': q})}{rest}&page={page}" for q in searches for rest in narrowed for page in "12"]
    for query in [*queries, "?round=2024&region=330212&grade=D&type=park"]:
        house.built.clear()
        ours, plain = house.ask(query), house.plain(query)
        assert ours.content.decode() == plain.content.decode(), query
        assert dict(ours.headers) == dict(plain.headers), query
        assert "page" not in house.built, query
    with CaptureQueriesContext(connection) as asked:
        for q in ("〇", "没有这个", "骆弛街道"):
            house.ask("?" + urlencode({"q": q}))
    assert asked.captured_queries == []


def mistyped(words: list[str], dice: random.Random) -> Iterator[str]:
    """Yield words with a mistake: a character more, less or another one, two that changed places, or two mistakes."""
    for _ in range(300):
        word = list(dice.choice(words))
        for _ in range(dice.choice([1, 1, 1, 2])):
            at = dice.randrange(len(word))
            change = dice.choice(["more", "less", "other", "swap"])
            if change == "swap":
                word[at : at + 2] = word[at : at + 2][::-1]
            else:
                typed = [dice.choice("平台第1镇xa")] if change != "less" else []
                word[at : at + (change != "more")] = typed
        yield "".join(word)


def test_a_typo_means_the_same_lines_as_in_the_database() -> None:
    snapshot = Snapshot.read(DAY.date())
    words = sorted({part for line in snapshot.lines for part in (line.name, line.site, line.operator) if part})
    words += [part[:size] for part in words for size in (3, 4, 5) if len(part) > size]
    found = 0
    for q in mistyped(words, random.Random(7)):
        wanted = published.Wanted(None, snapshot.on, q=searched(q), every=True, patterns=published.number_patterns())
        near = published.near(wanted)
        rows = published.results(replace(wanted, near=near)) if near else []
        lines = snapshot.near(wanted.words, wanted.patterns)
        ours = [snapshot.lines[place] for place in places_of(lines, 0, len(snapshot.lines))]
        assert ours == [published.line(row, snapshot.on) for row in rows], q
        found += bool(ours)
    assert found > 100


def test_a_typo_that_means_too_many_lines_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = Snapshot.read(DAY.date())
    assert snapshot.near(["窗囗平台"], ()).bit_count() > 50
    monkeypatch.setattr("evaluation.site.snapshot.MOST_NEAR", 50)
    assert snapshot.near(["窗囗平台"], ()) == 0


def test_what_many_lines_share_is_not_looked_for_in_each_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor what a typo meant, if that is in more lines than are shown."""
    snapshot = Snapshot.read(DAY.date())
    looked_at: list[int] = []

    def counted(lines: int, texts: list[str], text: str) -> int:
        looked_at.append(lines.bit_count())
        return holding(lines, texts, text)

    monkeypatch.setattr("evaluation.site.snapshot.holding", counted)
    monkeypatch.setattr("evaluation.site.snapshot.MOST_NEAR", 50)
    assert snapshot.search(["窗口平台"], ()).bit_count() > 60
    assert snapshot.near(["窗囗平台"], ()) == 0
    assert sum(looked_at) < 20


def test_pieces_that_lines_share_are_said_of_the_lines_that_hold_them() -> None:
    texts = ["慈溪市甲镇平台\n", "慈溪市乙镇平台\n慈溪\n", "鄞州区丙镇平台\n", "乙镇平台", "溪市", ""]
    assert dict(shared_pieces(texts)) == {"慈溪市": 0b11, "镇平台": 0b1111, "乙镇平台": 0b1010}
    assert shared_pieces([]) == []


def test_rows_of_a_kind_are_rendered_once_and_say_what_the_template_says(monkeypatch: pytest.MonkeyPatch) -> None:
    certification = Certification.objects.get(result__code="330212-001", result__publication__round__year=2025)
    revoked(certification, "other", on=date(2025, 11, 4), at=moment(2026))
    old = Result.objects.current().get(code="330282-001", publication__round__year=2024)
    corrected(old, changes={"name": "更正后的<名称>窗口平台"}, on=date(2026, 10, 2), at=DAY)
    rendered: list[str] = []

    def counted(row: Any) -> str:
        rendered.append(row_html(row))
        return rendered[-1]

    monkeypatch.setattr("evaluation.site.snapshot.row_html", counted)
    snapshot = Snapshot.read(DAY.date())
    rows = [snapshot.row(place).decode() for place in range(len(snapshot.lines))]
    assert rows == [row_html(shown(line)) for line in snapshot.lines]
    assert len(rendered) < len(rows) / 3


def test_what_lines_share_is_counted_as_in_the_database(house: House) -> None:
    certification = Certification.objects.get(result__code="330212-001", result__publication__round__year=2025)
    revoked(certification, "other", on=date(2025, 11, 4), at=moment(2026))
    old = Result.objects.current().get(code="330282-001", publication__round__year=2024)
    corrected(old, changes={"name": "更正后的名称窗口平台"}, on=date(2026, 10, 2), at=DAY)
    snapshot = Snapshot.read(timezone.localdate())
    towns = 0
    for query in addresses():
        wanted = read_filters(QueryDict(query[1:])).wanted
        cells = published.cells(wanted)
        assert Counter(snapshot.cells(wanted)) == Counter(cells), query
        towns += any(cell.town for cell in cells)
    assert towns > 10


@pytest.mark.parametrize(
    "path", ["/map/", "/map/?q=慈溪&page=2", "/map/?region=330212&grade=A", "/open-data/?q=慈溪", "/statistics/"]
)
def test_map_statistics_and_open_data_count_from_the_snapshot_what_the_database_counts(
    house: House, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.ask()
    plain = house.inner(RequestFactory().get(path)).content

    def asked(_wanted: published.Wanted) -> list[published.Cell]:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(published, "cells", asked)
    assert house.ask(path=path).content == plain


def test_map_and_open_data_ask_the_database_while_there_is_no_snapshot(house: House, settings: Any) -> None:
    settings.PUBLIC_SNAPSHOT_LINES = 3
    assert house.ask(path="/map/").content == house.inner(RequestFactory().get("/map/")).content


def test_what_is_known_costs_no_query(house: House) -> None:
    house.ask("?round=all")
    house.ask("?round=all&q=平台")
    with CaptureQueriesContext(connection) as queries:
        for query in ("?round=all", "?round=all&q=慈溪", "?round=all&q=窗口&from=timeline"):
            assert house.ask(query).status_code == 200
    assert queries.captured_queries == []


def test_a_page_of_every_kind_is_framed_once(house: House) -> None:
    for query in (
        "?round=all&page=1",
        "?round=all&page=2",
        "?round=all&page=3",
        "?round=all&page=1",
        "?round=all&page=2",
    ):
        house.ask(query)
    assert house.built == ["frame"] * 3


def test_what_happens_is_on_the_list_after_one_second(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    badge = ">已撤销</span>"
    house.text("?round=2025&q=330212-001")

    def shown() -> tuple[bool, bool, int, bool]:
        return (
            badge in house.text("?round=2025&q=330212-001"),
            "更正后的名称" in house.text("?q=330282-001"),
            house.text("?round=all").count("2026年度"),
            'badge" data-tone="neutral">已到期' in house.text("?state=expired"),
        )

    before = shown()
    certification = Certification.objects.get(result__code="330212-001", result__publication__round__year=2025)
    revoked(certification, "other", on=date(2025, 11, 4), at=moment(2026))
    assert shown() == before
    house.seconds = 1
    assert shown() == (True, False, 0, False)
    old = Result.objects.current().get(code="330282-001", publication__round__year=2024)
    corrected(old, changes={"name": "更正后的名称窗口平台"}, on=date(2026, 10, 2), at=DAY)
    assert shown() == (True, False, 0, False)
    house.seconds = 2
    assert shown() == (True, True, 0, False)
    published_round({"330211": {"A": 1}}, year=2026)
    house.seconds = 3
    assert shown()[2] > 0
    monkeypatch.setattr(timezone, "localdate", lambda: date(2027, 9, 28))
    house.seconds = 4
    assert shown()[3] is True


def test_while_a_snapshot_is_read_the_list_is_that_of_the_edition_before_for_a_second(settings: Any) -> None:
    """Nobody waits for it, two visitors have one read, and nobody pays who comes in that second."""
    settings.PUBLIC_SNAPSHOT_LINES = 1000
    waiting: list[Callable[[], None]] = []
    house = House(waiting.append)
    badge, query = ">已撤销</span>", "?round=2025&q=330212-001"
    assert [house.ask(query).status_code for _ in range(3)] == [200] * 3
    assert (house.built, len(waiting)) == (["page"] * 3, 1)
    waiting.pop()()
    house.ask(query)
    assert house.built[3:] == ["frame"]
    certification = Certification.objects.get(result__code="330212-001", result__publication__round__year=2025)
    revoked(certification, "other", on=date(2025, 11, 4), at=moment(2026))
    for house.seconds in (1, 1.99):
        with CaptureQueriesContext(connection) as asked:
            assert badge not in house.text(query)
    assert (asked.captured_queries, house.built[4:], len(waiting)) == ([], [], 1)
    # What is not of the list is of now, or what is of two editions would be kept as of one.
    assert badge in house.ask(path="/results/330212-001/").content.decode()
    house.seconds = 2
    assert badge in house.text(query)
    assert house.built[4:] == ["page"] * 2
    # One that was begun for an edition that is over is not shown.
    begun = waiting.pop()
    named_again = Certification.objects.get(result__code="330282-001", result__publication__round__year=2024)
    revoked(named_again, "other", on=date(2025, 11, 4), at=moment(2026))
    house.seconds = 60
    house.ask()
    begun()
    assert badge in house.text("?round=2024&q=330282-001")
    assert house.built[6:] == ["page"] * 2


def test_news_are_no_reason_to_read_the_lines_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor an activity or a text of the city; what the page says around the lines is of now."""
    house.ask()
    read: list[date] = []
    plainly = Snapshot.read

    def counted(on: date) -> Snapshot:
        read.append(on)
        return plainly(on)

    monkeypatch.setattr(Snapshot, "read", counted)
    monkeypatch.setattr("evaluation.site.cache.news.edition", lambda _now: "another")
    house.seconds = 1
    house.ask()
    assert (house.built, read) == (["frame"] * 2, [])
    certification = Certification.objects.get(result__code="330212-001", result__publication__round__year=2025)
    revoked(certification, "other", on=date(2025, 11, 4), at=moment(2026))
    house.seconds = 2
    house.ask()
    assert (house.built, read) == (["frame"] * 3, [timezone.localdate()])


def test_where_nobody_looked_for_longer_no_old_list_is_shown(settings: Any) -> None:
    settings.PUBLIC_SNAPSHOT_LINES = 1000
    waiting: list[Callable[[], None]] = []
    house = House(waiting.append)
    house.ask()
    waiting.pop()()
    certification = Certification.objects.get(result__code="330212-001", result__publication__round__year=2025)
    revoked(certification, "other", on=date(2025, 11, 4), at=moment(2026))
    house.seconds = 2
    assert ">已撤销</span>" in house.text("?round=2025&q=330212-001")


def test_a_list_of_the_edition_before_is_kept_as_such(settings: Any) -> None:
    """Kept under the number of now it would be shown until the next publication."""
    settings.PUBLIC_SNAPSHOT_LINES = 1000
    waiting: list[Callable[[], None]] = []
    house = House(waiting.append)
    settings.PUBLIC_PAGES_KEPT = 10
    kept = KeptPagesMiddleware(house.pages)
    kept.edition = house.pages.snapshots.edition
    house.ask()
    waiting.pop()()

    def shown() -> int:
        answer: Any = kept(RequestFactory().get("/results/?round=2025"))
        return int(answer.content.decode().count(">已撤销</span>"))

    before = shown()
    certification = Certification.objects.get(result__code="330212-001", result__publication__round__year=2025)
    revoked(certification, "other", on=date(2025, 11, 4), at=moment(2026))
    house.seconds = 1
    assert shown() == before
    waiting.pop()()
    assert shown() == before + 1


def test_many_threads_have_one_snapshot_built(settings: Any) -> None:
    settings.PUBLIC_SNAPSHOT_LINES = 1000
    started: list[Callable[[], None]] = []
    edition = Edition(lambda: 0.0)
    edition.number()
    snapshots = Snapshots(edition, started.append)
    threads = [threading.Thread(target=snapshots.current) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 1


def test_a_snapshot_is_read_in_a_thread_of_its_own_that_gives_its_connection_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []
    done = threading.Event()

    def close_all() -> None:
        seen.append("closed")
        done.set()

    monkeypatch.setattr("evaluation.site.snapshot_pages.connections", SimpleNamespace(close_all=close_all))
    beside(lambda: seen.append(threading.current_thread().name))
    assert done.wait(LONG)
    assert seen == ["snapshot", "closed"]


@pytest.mark.parametrize("error", [OperationalError("no connection"), ValueError("a bug"), MemoryError()])
def test_what_cannot_be_read_leaves_the_plain_way_and_is_not_tried_by_each(
    house: House, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    tried: list[date] = []

    def fails(on: date) -> Snapshot:
        tried.append(on)
        raise error

    monkeypatch.setattr(Snapshot, "read", fails)
    assert [house.ask().status_code for _ in range(3)] == [200] * 3
    assert (house.built, len(tried)) == (["page"] * 3, 1)
    monkeypatch.setattr("evaluation.site.snapshot_pages.TRIED_AGAIN", 0)
    assert (house.ask().status_code, len(tried)) == (200, 2)


def test_without_a_thread_or_a_database_the_list_goes_the_plain_way(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_SNAPSHOT_LINES = 1000

    def none_left(_act: Callable[[], None]) -> None:
        raise RuntimeError("can't start new thread")

    house = House(none_left)
    assert [house.ask().status_code for _ in range(2)] == [200] * 2
    assert house.pages.snapshots._building is None

    def gone(_on: date) -> Any:
        raise OperationalError("no connection")

    monkeypatch.setattr(published, "edition", gone)
    house.seconds = 1
    assert house.ask().status_code == 200


def test_pages_kept_and_the_snapshot_go_by_one_edition(settings: Any) -> None:
    """Or a page of the snapshot before could be kept under the number of the edition of now."""
    settings.PUBLIC_PAGES_KEPT = settings.PUBLIC_SNAPSHOT_LINES = 10

    def nothing(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert KeptPagesMiddleware(nothing).edition is SnapshotPagesMiddleware(nothing).snapshots.edition


def test_more_lines_than_agreed_are_not_held(house: House, settings: Any) -> None:
    settings.PUBLIC_SNAPSHOT_LINES = 3
    house.ask()
    house.ask()
    assert house.built == ["page", "page"]
    settings.PUBLIC_SNAPSHOT_LINES = 0
    with pytest.raises(MiddlewareNotUsed):
        SnapshotPagesMiddleware(lambda _request: HttpResponse())


def test_the_list_that_is_answered_is_the_one_of_the_site() -> None:
    assert reverse("site:results") == LIST


def test_people_with_a_session_and_odd_requests_go_the_plain_way(house: House, settings: Any, city2: User) -> None:
    somebody = Client()
    somebody.force_login(city2, backend="ningbo_windows.backends.RoleBackend")
    session = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={somebody.session.session_key}"}
    assert "city2员" in house.ask(**session).content.decode()
    assert "city2员" not in house.text()
    # A cookie of somebody else makes no difference, and finds no way into the frame.
    assert house.ask(**{"Cookie": "a=1; b=2", "If-None-Match": '"x"'}).content == house.plain().content
    house.built.clear()
    odd = {
        "?q=%00": 400, f"?q={'a' * 1100}": 200, "?round=1999": 200,
    }  # fmt: skip
    assert {query: house.ask(query).status_code for query in odd} == odd
    assert house.ask(method="put").status_code == 403
    assert house.ask(method="head").status_code == 200
    assert house.ask(Host="evil.example").status_code == 400
    assert house.ask(path="/map/").status_code == 200
    number = Certification.objects.filter(number__startswith="NB").values_list("number", flat=True)[0]
    assert house.ask(f"?q={number}").status_code == 302
    assert "frame" not in house.built


def test_another_scheme_or_host_has_a_frame_of_its_own(house: House, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    house.inner = plain_way()
    assert house.ask().status_code == 301
    secure = house.pages(RequestFactory().get("/results/", secure=True))
    assert (secure.status_code, "Strict-Transport-Security" in secure) == (200, settings.SECURE_HSTS_SECONDS > 0)
    assert house.ask().status_code == 301


def test_what_is_remembered_stays_small(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.site.snapshot.MOST_WORDS_KEPT", 3)
    monkeypatch.setattr("evaluation.site.snapshot_pages.MOST_SELECTIONS", 2)
    for word, (region, grade) in zip("慈溪镇平台窗", itertools.product(("330212", "330282", ""), "AB"), strict=True):
        house.ask(f"?round=all&q={word}&region={region}&grade={grade}")
    selections = house.pages.snapshots.current()
    assert selections is not None
    assert selections.snapshot is not None
    assert (len(selections._known), len(selections.snapshot._words)) == (2, 3)


@pytest.mark.parametrize("places", [[], [0], [7, 8], [0, 1, 2, 63, 64, 65, 999]])
def test_sets_of_lines_hold_their_places(places: list[int]) -> None:
    assert places_of(bits(places), 0, 1000) == places
    assert places_of(bits(places), 1, 2) == places[1:3]
    assert bits(places).bit_count() == len(places)


def test_services_are_those_of_the_vocabulary(house: House) -> None:
    """The snapshot counts them as the database does, for each of the classes."""
    for service in ServiceClass.values:
        assert (
            house.text(f"?round=all&service={service}") == house.plain(f"?round=all&service={service}").content.decode()
        )
