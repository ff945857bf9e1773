"""What a section costs while it is typed: ``python -m tests.bench.autosave [--postgres] [--quick]``.

The page of 运营人员 with 30 rows, its autosave without a change and with one cell changed, and that of one field,
each as a server would ask, and in turn with it a bare Django view without middlewares that sends as many bytes. What
went over the line with an autosave is told beside it.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from tests.bench.allocation import medians
from tests.bench.stand import Line, arguments, cookie_of, get, get_floor, own_database, post, queries_of, show

if TYPE_CHECKING:
    from platforms.models import Application

ROWS = 30
RUNS = 101
QUICK_RUNS = 3
FLOOR = "bare view, same bytes"
HX = {"HTTP_HX_REQUEST": "true"}

Ask = Callable[[], tuple[int, bytes]]


class Typing:
    """Somebody who types in one section of ``application``; each save goes on from what came back."""

    def __init__(self, application: "Application", cookie: dict[str, str], slug: str, fields: dict[str, str]) -> None:
        self.path, self.cookie, self.fields = f"/desk/applications/{application.number}/{slug}/", cookie, fields
        self._read(self.show()[1])

    def show(self) -> tuple[int, bytes]:
        """Ask for the page."""
        return get(self.path, self.cookie)

    def save(self, **typed: str) -> tuple[int, bytes]:
        """Save as the page does by itself."""
        status, body = post(self.path, self.fields | self.stands_on | typed, self.cookie | HX)
        self._read(body)
        return status, body

    def _read(self, body: bytes) -> None:
        found = re.findall(r'<input[^>]*name="(version|base)"[^>]*value="([^"]*)"', body.decode(), re.S)
        self.stands_on = dict(found)


def staff() -> dict[str, str]:
    """Return thirty rows as a browser sends them."""
    person = {"sex": "female", "education": "bachelor", "post": "专员", "full_time": "yes", "years": "5"}
    sent = {"staff-TOTAL_FORMS": str(ROWS), "staff-INITIAL_FORMS": str(ROWS)}
    for place in range(ROWS):
        row = person | {"key": str(place), "name": f"人员{place}", "mobile": f"138000{place:05d}", "qualification": ""}
        sent |= {f"staff-{place}-{name}": value for name, value in row.items()}
    return sent


def asked() -> Iterator[tuple[str, Ask]]:
    """Name what is measured and give the call; the database may hold the stage of the pages."""
    from platforms.models import Round, User
    from tests import factories
    from tests.bench.rows import AT, COUNTY, CURRENT

    officer = User.objects.filter(username="yinzhou").first()
    if officer is None:
        officer = factories.officer("yinzhou", factories.regions()[COUNTY])
    round_ = Round.objects.filter(year=CURRENT).first() or factories.round_of(CURRENT)
    application = factories.draft(officer, round_, AT)
    cookie = cookie_of(officer)
    rows = Typing(application, cookie, "staff", staff())
    assert rows.save()[0] == 200
    number = count()
    yield f"section page, {ROWS} rows of staff", rows.show
    yield f"autosave, {ROWS} rows, nothing changed", rows.save
    yield f"autosave, {ROWS} rows, one cell changed", lambda: rows.save(**{"staff-7-post": f"岗位{next(number)}"})
    plan = Typing(application, cookie, "plan", {})
    yield "autosave, one field changed", lambda: plan.save(funds_source=f"经费{next(number)}")


def measure(*, runs: int = RUNS) -> list[Line]:
    """Measure the section.

    Raises:
        AssertionError: a call failed.
    """
    lines = []
    for name, ask in asked():
        status, body = ask()
        assert status == 200, f"{name}: {status}"
        queries = queries_of(ask)
        floor, ours = medians([partial(get_floor, len(body)), ask], runs)
        lines.append(Line(name, FLOOR, floor, ours, f"{queries} queries, {len(body) / 1000:.1f} kB"))
    return lines


def main() -> None:
    given = arguments(__doc__)
    with own_database(postgres=given.postgres):
        show("A section while it is typed", measure(runs=QUICK_RUNS if given.quick else RUNS))


if __name__ == "__main__":
    main()
