"""The second database is asked what depends on it, and nothing else."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import TRACED, WALKS
from tests.databases import ONCE, ROOT, depends_on_the_database


def item(path: str, *fixtures: str, marked: bool = False, walker: str = "", **mark: bool) -> Any:
    found = SimpleNamespace(kwargs=mark) if marked or mark else None
    made = SimpleNamespace(path=ROOT / path, fixturenames=fixtures, get_closest_marker=lambda _name: found)
    if walker:
        made.callspec = SimpleNamespace(params={"column": walker})
    return made


def test_what_is_proven_once_is_there() -> None:
    assert [path for path in ONCE if not (ROOT / path).exists()] == []


def test_what_is_traced_or_walked_first_is_there() -> None:
    assert [path for path in (*TRACED, *WALKS) if not Path(path).exists()] == []


@pytest.mark.parametrize(
    ("asked", "depends"),
    [
        (item("platforms/applications/test_filing.py", "now", "db"), True),
        (item("platforms/test_waiting.py", "transactional_db"), True),
        (item("platforms/applications/test_filing.py", marked=True), True),
        (item("platforms/applications/test_naming.py", "now"), False),
        (item("platforms/applications/documents/test_pdf.py", "db"), False),
        (item("platforms/applications/test_desk_sections.py", "db"), False),
        (item("platforms/applications/test_desk_sections.py", marked=True), False),
        (item("platforms/applications/test_desk_sections.py", transaction=True), True),
        (item("platforms/applications/test_desk_sections.py", "transactional_db"), True),
        (item("funding/runs/test_admin.py", "db"), False),
        (item("trust/test_pressed_twice.py", "db"), True),
        (item("trust/test_csrf.py", "db"), False),
        (item("trust/test_waiting.py", "transactional_db"), True),
        (item("access/test_matrix.py", "db", walker="city"), True),
        (item("access/test_matrix.py", "db", walker="auditor"), False),
        (item("access/test_matrix.py", "db"), True),
    ],
)
def test_a_test_depends_on_the_database_that_it_opens_unless_it_is_about_pages(asked: Any, depends: bool) -> None:
    assert depends_on_the_database(asked) is depends
