"""What the pages cost, with 100, 10,000 and 100,000 platforms: ``python -m tests.bench.pages [--postgres] [--quick]``.

Each page is asked for as a server would ask (a call of the WSGI application, middlewares and the closing of the
connection included), and in turn with it a bare Django view without middlewares that sends as many bytes. Shown are
medians, how many times the floor a page takes, and its share of the floor's rate; then how many times its time at 100
a page takes at more (the goal is 1.3). It is asserted that more platforms cost as many queries as 100. Public pages
are shown built anew each time, and kept in memory as in production: whole, compressed, and not changed (304), in this
process and through granian, where the bare view runs in the same server; the list of 10,000 also joined from a
snapshot. With ``--quick`` there are no 100,000.
"""

from collections.abc import Callable, Iterator
from functools import partial
from time import sleep
from typing import TYPE_CHECKING

from tests.bench.allocation import medians
from tests.bench.served import Served, granian
from tests.bench.stand import (
    Line,
    arguments,
    cookie_of,
    forget,
    get,
    get_floor,
    get_joined,
    get_kept,
    get_kept_headers,
    own_database,
    queries_of,
    show,
)

if TYPE_CHECKING:
    from tests.bench.rows import Stage

SIZES = (100, 10_000, 100_000)
RUNS = 101
QUICK_RUNS = 3


PUBLIC = {
    "results, first page": "/results/",
    "results, page 3": "/results/?page=3",
    "results, one region and grade": "/results/?region=330212&grade=A",
    "results, a search": "/results/?q=鄞州",
    "one platform": "/results/{code}/",
    "first page of the site": "/",
}
KEPT = {
    "results": "/results/",
    "map": "/map/",
    "first page of the site": "/",
    "open data, csv": "/open-data/results.csv",
}
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
FLOOR = "bare view, same bytes"

Ask = Callable[[], tuple[int, bytes]]


def built(stage: "Stage") -> Iterator[tuple[str, Ask]]:
    """Name each page and give the call that has it built."""
    for name, path in PUBLIC.items():
        yield name, partial(get, path.format(code=stage.some_code))
    yield "desk list (county)", partial(get, "/desk/", cookie_of(stage.county))
    yield "applications in the admin (city)", partial(get, "/admin/platforms/application/", cookie_of(stage.city))


def kept(ask: Served, floor: Callable[[int], tuple[int, bytes]], how: str, runs: int) -> Iterator[Line]:
    """Measure what comes from memory, asked for by ``ask``, each against a bare view of as many bytes."""
    for name, path in KEPT.items():
        status, body = ask(path, {})
        assert status == 200, f"{name}: {status}"
        etag = tag_of(path)
        unchanged = {"If-None-Match": etag}
        assert ask(path, unchanged)[0] == 304, name
        small = ask(path, BROWSER)[1]
        ways = [
            partial(floor, len(body)),
            partial(ask, path, {}),
            partial(floor, len(small)),
            partial(ask, path, BROWSER),
        ]
        whole_floor, whole, small_floor, compressed, none_floor, none = medians(
            [*ways, partial(floor, 0), partial(ask, path, unchanged)], runs
        )
        yield Line(f"{name}, kept, {how}", FLOOR, whole_floor, whole, f"{len(body) // 1000} kB")
        yield Line(f"{name}, kept and compressed, {how}", FLOOR, small_floor, compressed, f"{len(small) // 1000} kB")
        yield Line(f"{name}, unchanged (304), {how}", "bare view, no bytes", none_floor, none)


def joined(size: int, runs: int) -> Iterator[Line]:
    """Measure what is joined from a snapshot, none of it kept, each against a bare view of as many bytes."""
    from django.conf import settings

    settings.PUBLIC_SNAPSHOT_LINES = 200_000
    # The list is built the plain way until the snapshot is read.
    while queries_of(partial(get_joined, PUBLIC["results, page 3"])):
        sleep(0.2)
    for name in ("results, first page", "results, page 3", "results, one region and grade", "results, a search"):
        ask = partial(get_joined, PUBLIC[name])
        status, body = ask()
        assert status == 200, f"{name}: {status}"
        floor, ours = medians([partial(get_floor, len(body)), ask], runs)
        yield Line(f"{name}, from the snapshot, {size:,}", FLOOR, floor, ours, "no query within a second")


def tag_of(path: str) -> str:
    """Return the tag of a page as our application in this process tells it; any process makes the same."""
    return dict(get_kept_headers(path))["ETag"]


def measure(*, runs: int = RUNS) -> list[Line]:
    """Measure every page at each size; needs a database that is empty.

    Raises:
        AssertionError: a page failed, or asks the database more often when there are more platforms.
    """
    from tests.bench.rows import Stage

    stage = Stage()
    sizes = SIZES if runs > QUICK_RUNS else SIZES[:2]
    lines: list[Line] = []
    counted: dict[str, int] = {}
    spent: dict[str, float] = {}
    for size in sizes:
        stage.grow_to(size)
        forget()
        for name, ask in built(stage):
            status, body = ask()
            assert status == 200, f"{name}: {status}"
            queries = queries_of(ask)
            before = counted.setdefault(name, queries)
            assert queries == before, f"{name}: {before} queries for {sizes[0]} platforms, {queries} for {size}"
            floor, ours = medians([partial(get_floor, len(body)), ask], runs)
            lines.append(Line(f"{name}, {size:,}", FLOOR, floor, ours, f"{queries} queries, {len(body) // 1000} kB"))
            if size != sizes[0]:
                lines.append(Line(f"{name}, growth to {size:,}", f"itself at {sizes[0]}", spent[name], ours))
            spent.setdefault(name, ours)
        if size == sizes[1]:
            lines += joined(size, runs * 5)
        lines += kept(get_kept, get_floor, f"{size:,}, in process", runs * 10)
        with granian() as ask_served:
            lines += kept(
                ask_served, lambda bytes_: ask_served(f"/floor/{bytes_}/", {}), f"{size:,}, granian", runs * 10
            )
    return lines


def main() -> None:
    given = arguments(__doc__)
    with own_database(postgres=given.postgres):
        show("Pages", measure(runs=QUICK_RUNS if given.quick else RUNS))


if __name__ == "__main__":
    main()
