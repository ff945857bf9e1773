"""The cast, the reference data, and a database that several threads can share."""

import gc
import itertools
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import coverage
import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.backends.sqlite3.creation import DatabaseCreation
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings

from evaluation.amendments.services import papers
from evaluation.certification.services import preparing
from evaluation.documents import printing
from platforms import limits
from platforms.models import Region, Round, User
from platforms.notices import clauses
from platforms.notices.models import _kept as notice_values
from tests import factories, template_database
from tests.databases import depends_on_the_database, opens_a_database

# How busy a machine is says nothing about what is tested. What is merged is judged by the same examples each time; new
# ones are tried whenever somebody runs the tests at a desk.
settings.register_profile(
    "unhurried",
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")

# Collecting makes a million objects and no garbage.
gc.disable()


#: Rules whose tests stand on rows of a database. A test that opens none is always traced; all others walk through pages
#: and services, prove none of the pure rules, and would take half as long again.
TRACED = tuple(
    str(Path(__file__).parent / each)
    for each in (
        "evaluation/examples/test_examples.py",
        "evaluation/marking/test_sheet_scope.py",
        "platforms/activities/test_activities.py",
        "platforms/applications/test_lateness.py",
        "platforms/calendar/test_reminders.py",
        "platforms/mail/test_mails.py",
        "platforms/periodic_reports/test_periodic_reports.py",
        "platforms/rounds/test_counted_period.py",
        "platforms/rounds/test_opening.py",
        "platforms/service_records/test_taking_in.py",
        "platforms/tasks/test_tasks.py",
        "platforms/test_scope.py",
    )
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--second-database", action="store_true", help="run what depends on the database only")
    parser.addoption("--long", action="store_true", help="run what takes long by nature as well")


#: Walk through the whole house: each of them takes long, and all share one world that a worker builds once.
WALKS = tuple(str(Path(__file__).parent / each) for each in ("access", "trust"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on the second database what the first one has proven for both, and what is long unless asked for.

    The heaviest come first: one worker builds their world, and none is left alone with one of them at the end.
    """

    def is_in(item: pytest.Item) -> bool:
        if item.get_closest_marker("long") and not config.getoption("long"):
            return False
        return depends_on_the_database(item) or not config.getoption("second_database")

    config.hook.pytest_deselected(items=[item for item in items if not is_in(item)])
    items[:] = sorted(filter(is_in, items), key=lambda item: not str(item.path).startswith(WALKS))


def pytest_collection_finish() -> None:
    """Look for garbage among what the tests make, and no more among the tests themselves and what they import."""
    gc.collect()
    gc.freeze()
    # A twentieth of the time went into looking for rings that are hardly ever there.
    gc.set_threshold(20_000, 10, 10)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Measure the coverage of the pure rules by the tests that are about rules."""
    tracer = None if str(item.path) in TRACED or not opens_a_database(item) else coverage.Coverage.current()
    if tracer:
        tracer.stop()
    try:
        return (yield)
    finally:
        if tracer:
            tracer.start()


@pytest.fixture(scope="session", autouse=True)
def _flushable() -> Iterator[None]:
    """Let transactional tests empty tables whose triggers refuse every delete.

    For the whole session: a fixture of the test's own would end before the database is emptied.
    """
    operations = DatabaseWrapper.ops_class
    original, truncate = operations.sql_flush, PostgresOperations.sql_flush

    def sql_truncate(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        # The superuser of the test server may pass the triggers by.
        return [
            "SET session_replication_role = replica",
            *truncate(self, style, tables, **options),
            "SET session_replication_role = origin",
        ]

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        return [
            *(f"DROP TRIGGER {name}" for name, _ in triggers),
            *original(self, style, tables, **options),
            *(sql for _, sql in triggers),
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        patch.setattr(PostgresOperations, "sql_flush", sql_truncate)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Make the test database from the kept template where there is one, and keep the template where there is none.

    Only on SQLite; a server of PostgreSQL lives for one run.
    """
    original = DatabaseCreation.create_test_db

    def create_test_db(self: Any, *args: Any, **options: Any) -> str:
        database = Path(self._get_test_db_name())
        with template_database.one_at_a_time(database.parent):
            made = original(self, *args, **options)
            if not template_database.template(database.parent).exists():
                template_database.keep(self.connection, database)
        return str(made)

    def lay_template(self: Any, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        made = lay_nothing(self, verbosity, autoclobber, keepdb)
        template_database.copy_to(Path(made))
        return str(made)

    lay_nothing = DatabaseCreation._create_test_db
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseCreation, "create_test_db", create_test_db)
        patch.setattr(DatabaseCreation, "_create_test_db", lay_template)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Make the test database, and let Django ask once whether it knows JSON, so that no test counts that question."""
    with django_db_blocker.unblock():
        assert connection.features.supports_json_field


@pytest.fixture(scope="session", autouse=True)
def _printed_in_no_time() -> Iterator[None]:
    """Print documents as a few bytes, different for different facts; ``printed`` gives the real.

    For the whole session: a world that is built once for many tests publishes rounds as well.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in ("certificate_pdf", "report_pdf", "letter_pdf"):
            for module in (preparing, papers):
                patch.setattr(module, name, lambda facts: b"%PDF-1.7\n" + repr(facts).encode())
        yield


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print the documents of a publication or correction for good."""
    for name in ("certificate_pdf", "report_pdf", "letter_pdf"):
        for module in (preparing, papers):
            monkeypatch.setattr(module, name, getattr(printing, name))


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    """Each test keeps its uploads in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _unhurried_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test last no time: each look at the clock is a microsecond after the one before it.

    On a slow machine no midnight and no minute passes between two lines of a test; the order of what happens stays.
    """
    begun, looks = timezone.now(), itertools.count()
    monkeypatch.setattr(timezone, "now", lambda: begun + timedelta(microseconds=next(looks)))
    # Nor is a session written anew because a slow machine took its time between two requests.
    monkeypatch.setattr("ningbo_windows.middleware.SEEN_EVERY", 300)


@pytest.fixture(autouse=True)
def _nobody_was_here_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts with all tries left, and for the limits no time passes in it."""
    cache.clear()
    # A database gives the ids of the notices of the last test again. That of 2020 comes first in each of them, so that
    # no other one gets an id that it had; a world that is built once for many tests goes on with it.
    for pk in [pk for pk, kept in notice_values.items() if kept.label != factories.NOTICE]:
        del notice_values[pk]
    # A test that calls a view by itself leaves the notice that the view cites.
    clauses._active.set(None)
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_000_000_800.0))


@pytest.fixture(scope="module")
def printed_as_in_2020() -> Iterator[None]:
    """Let rules, which know no rows, cite the notice of 2020 from its file."""
    printed = factories.printed_in_2020()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clauses, "_resolvers", [(lambda _notice, key: printed[key], lambda: None)])
        yield


@pytest.fixture
def now() -> datetime:
    """A moment in the first phase of the round of 2026: 10 April 2026, 10:00 in Ningbo."""
    return datetime(2026, 4, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def regions(db: None) -> dict[str, Region]:
    """The 17 regions by code."""
    return factories.regions()


@pytest.fixture
def round_2026(regions: dict[str, Region]) -> Round:
    """A round that takes filings."""
    return factories.round_of(2026)


@pytest.fixture
def yinzhou(regions: dict[str, Region]) -> User:
    """Officer of 鄞州区."""
    return factories.officer("yinzhou", regions["330212"])


@pytest.fixture
def yinzhou2(regions: dict[str, Region]) -> User:
    """A colleague in 鄞州区."""
    return factories.officer("yinzhou2", regions["330212"])


@pytest.fixture
def cixi(regions: dict[str, Region]) -> User:
    """Officer of 慈溪市."""
    return factories.officer("cixi", regions["330282"])


@pytest.fixture
def hzw(regions: dict[str, Region]) -> User:
    """Officer of the zone committee 杭州湾新区, which lies in 慈溪市."""
    return factories.officer("hzw", regions["HZW"])


@pytest.fixture
def city(db: None) -> User:
    return factories.person("city", "city")


@pytest.fixture
def city2(db: None) -> User:
    return factories.person("city2", "city")


@pytest.fixture
def assessor(db: None) -> User:
    """An expert of an institute, who judges what is assigned."""
    return factories.assessor("assessor")


@pytest.fixture
def assessor2(db: None) -> User:
    return factories.assessor("assessor2")


@pytest.fixture
def assessor3(db: None) -> User:
    return factories.assessor("assessor3")


@pytest.fixture
def finance(db: None) -> User:
    return factories.person("finance", "finance")


@pytest.fixture
def finance2(db: None) -> User:
    return factories.person("finance2", "finance")


@pytest.fixture
def auditor(db: None) -> User:
    return factories.person("auditor", "auditor")


@pytest.fixture
def security(db: None) -> User:
    return factories.person("security", "security")


@pytest.fixture
def sysadmin(db: None) -> User:
    return factories.person("sysadmin", "sysadmin")


@pytest.fixture
def stranger() -> Client:
    """A browser that nobody logged in with."""
    return Client()


@pytest.fixture
def browser_of(db: None) -> Iterator[Any]:
    """A function that returns a test client logged in as the person given."""

    def login(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="ningbo_windows.backends.RoleBackend")
        return client

    return login
