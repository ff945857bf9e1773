"""Which tests depend on the database: these run on SQLite and on PostgreSQL, all others on SQLite alone.

The rule: what SQLite proves and no feature of a database touches is not run twice.

* A test that opens no database proves the same on both.
* A test of one door (``test_desk…``, ``test_admin…``) is about what a page shows and says, and who may press what.
  So are the folders and files below, and those about scripts, paper, files, and how a command begins.
* All else runs on both: models and their guards, services, queries, locks, and whatever lets several write at once,
  at a door too.

What PostgreSQL answers to the doors is proven by what walks through all of them: every address asked and sent as those
who see rows of their own kind (``access/test_matrix.py``: a county, the city, the finance), every list by each of its
filters (``access/test_filters.py``) and by odd questions (``trust/test_questions.py``, ``trust/test_unstorable.py``),
every form filled and pressed (``trust/test_pressed_twice.py``), every move made (``trust/test_moves.py``).
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent

#: Folders and files below ``tests`` that are proven once.
ONCE = (
    "access/test_help.py",
    "access/test_list_dates.py",
    "access/test_query_counts.py",
    "browser",
    "evaluation/documents",
    "evaluation/site",
    "ningbo_windows",
    "platforms/applications/documents",
    "platforms/applications/intake",
    "funding/runs/test_explaining.py",
    "funding/runs/test_explaining_other_rounds.py",
    "funding/runs/test_sheet.py",
    "funding/runs/test_signing_sheet.py",
    "funding/site",
    "trust/test_canaries.py",
    "trust/test_csrf.py",
    "trust/test_enumeration.py",
    "trust/test_typed_text.py",
)
#: What the walks that every person makes are told apart by, and who makes them on the second database as well: others
#: are refused, or see what these see.
WALKS = {"access/test_matrix.py": ("column", ("own", "city", "finance"))}
#: How files about one door are called.
DOORS = ("test_desk", "test_admin")
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
    walk = WALKS.get(path)
    called = getattr(item, "callspec", None)
    if walk and called and called.params.get(walk[0]) not in (None, *walk[1]):
        return False
    if item.path.name.startswith(DOORS) and not commits(item):
        return False
    return opens_a_database(item)


def commits(item: pytest.Item) -> bool:
    """Say whether others see what ``item`` writes."""
    mark = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(mark and mark.kwargs.get("transaction"))
