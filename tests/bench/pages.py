"""What the lists cost, with 100 and with 10,000 platforms: ``python -m tests.bench.pages [--postgres] [--quick]``.

Each page is asked for as a server would ask (a call of the WSGI application, middlewares and the closing of the
connection included), and in turn with it a bare Django view without middlewares that sends as many bytes. Shown are
medians, how many times the floor a page takes, and its share of the floor's rate; then how many times its time at 100
a page takes at 10,000 (the goal is 1.3). It is asserted that 10,000 platforms cost as many queries as 100. Public
pages are shown twice: built anew each time, and kept in memory as in production; the list also joined from a snapshot.
"""

from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from time import sleep
from typing import TYPE_CHECKING

from tests.bench.allocation import medians
from tests.bench.stand import (
    Line,
    arguments,
    cookie_of,
    get,
    get_floor,
    get_joined,
    get_kept,
    get_unchanged,
    own_database,
    queries_of,
    show,
)

if TYPE_CHECKING:
    from tests.bench.rows import Stage

SIZES = (100, 10_000)
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
FLOOR = "bare view, same bytes"

Ask = Callable[[], tuple[int, bytes]]


def built(stage: "Stage") -> Iterator[tuple[str, Ask]]:
    """Name each page and give the call that has it built."""
    for name, path in PUBLIC.items():
        yield name, partial(get, path.format(code=stage.some_code))
    yield "desk list (county)", partial(get, "/desk/", cookie_of(stage.county))
    yield "applications in the admin (city)", partial(get, "/admin/platforms/application/", cookie_of(stage.city))


def kept() -> Iterator[tuple[str, Ask, int]]:
    """Name what comes from memory, give the call and the status that is expected."""
    yield "results, first page, kept", partial(get_kept, "/results/"), 200
    _, body = get_kept("/results/")
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    yield "results, first page, unchanged (304)", partial(get_unchanged, "/results/", etag), 304


def joined() -> Iterator[tuple[str, Ask]]:
    """Name what is joined from a snapshot and give the call; none of it is kept."""
    for name in ("results, first page", "results, page 3", "results, one region and grade", "results, a search"):
        yield f"{name}, from the snapshot", partial(get_joined, PUBLIC[name])


def wait_for_snapshot() -> None:
    """Ask for the list until the snapshot is read, beside which it is built the plain way."""
    from django.conf import settings

    settings.PUBLIC_SNAPSHOT_LINES = 200_000
    while queries_of(partial(get_joined, PUBLIC["results, page 3"])):
        sleep(0.2)


def measure(*, runs: int = RUNS) -> list[Line]:
    """Measure every page at both sizes; needs a database that is empty.

    Raises:
        AssertionError: a page failed, or asks the database more often when there are more platforms.
    """
    from tests.bench.rows import Stage

    stage = Stage()
    lines: list[Line] = []
    counted: dict[str, int] = {}
    spent: dict[str, float] = {}
    for size in SIZES:
        stage.grow_to(size)
        for name, ask in built(stage):
            status, body = ask()
            assert status == 200, f"{name}: {status}"
            queries = queries_of(ask)
            before = counted.setdefault(name, queries)
            assert queries == before, f"{name}: {before} queries for {SIZES[0]} platforms, {queries} for {size}"
            floor, ours = medians([partial(get_floor, len(body)), ask], runs)
            lines.append(Line(f"{name}, {size:,}", FLOOR, floor, ours, f"{queries} queries, {len(body) // 1000} kB"))
            if size == SIZES[-1]:
                lines.append(Line(f"{name}, growth", f"itself at {SIZES[0]}", spent[name], ours))
            spent[name] = ours
    wait_for_snapshot()
    for name, ask in joined():
        status, body = ask()
        assert status == 200, f"{name}: {status}"
        floor, ours = medians([partial(get_floor, len(body)), ask], runs * 5)
        lines.append(Line(f"{name}, {SIZES[-1]:,}", FLOOR, floor, ours, "no query within a second"))
    for name, ask, expected in kept():
        assert ask()[0] == expected, name
        floor, ours = medians([partial(get_floor, len(get_kept("/results/")[1])), ask], runs * 20)
        lines.append(Line(f"{name}, {SIZES[-1]:,}", FLOOR, floor, ours, "no query within a second"))
    return lines


def main() -> None:
    given = arguments(__doc__)
    with own_database(postgres=given.postgres):
        show("Pages", measure(runs=QUICK_RUNS if given.quick else RUNS))


if __name__ == "__main__":
    main()
