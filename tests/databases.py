"""Which tests depend on the database: these run on SQLite and on PostgreSQL, all others on SQLite alone.

A test that opens no database proves the same on both. So does one of the folders and files below: it is about what a
page shows, what a script does, what stands on paper or in a file, or how a command begins. What the database answers
to these pages is proven on both by the tests of services and queries, of desk and back office, and by the access
matrix, which asks for every address as every person.
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent

#: Folders and files below ``tests`` that are proven once.
ONCE = (
    "browser",
    "evaluation/site",
    "ningbo_windows",
    "platforms/applications/documents",
    "platforms/applications/intake",
    "trust/test_canaries.py",
    "trust/test_csrf.py",
    "trust/test_enumeration.py",
    "trust/test_pressed_twice.py",
    "trust/test_typed_text.py",
)
_OPENS_A_DATABASE = {"db", "transactional_db", "django_db_setup"}


def opens_a_database(item: pytest.Item) -> bool:
    """Say whether ``item`` reads or writes rows at all."""
    opens = _OPENS_A_DATABASE & set(getattr(item, "fixturenames", ()))
    return bool(opens) or item.get_closest_marker("django_db") is not None


def depends_on_the_database(item: pytest.Item) -> bool:
    """Say whether ``item`` has to run on each database."""
    path = item.path.relative_to(ROOT).as_posix()
    if any(path == once or path.startswith(f"{once}/") for once in ONCE):
        return False
    return opens_a_database(item)
