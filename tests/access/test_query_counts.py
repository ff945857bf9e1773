"""Every list asks the database as often for thirty rows as for one, and how often is written down."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from platforms.backoffice.excel import ExportAdmin
from platforms.models import User
from tests import factories
from tests.access.many import MANY, thirty_of_everything

#: List of the back office: who reads it, queries.
LISTS = {
    "platforms.apitoken": {"city": 8, "own": 8},
    "platforms.application": {"city": 12, "own": 12},
    "platforms.auditevent": {"auditor": 8},
    "platforms.ban": {"city": 7},
    "platforms.banrelief": {"city": 7},
    "platforms.batch": {"city": 9, "own": 9},
    "platforms.calendarday": {"city": 10, "own": 8},
    "platforms.filingexception": {"city": 9, "own": 9},
    "platforms.complaint": {"city": 8, "own": 8},
    "platforms.ground": {"city": 9, "own": 9},
    "platforms.goodexample": {"city": 9},
    "platforms.liaison": {"city": 9, "own": 9},
    "platforms.mail": {"city": 9, "own": 9},
    "platforms.namingrule": {"city": 16, "own": 16},
    "platforms.notice": {"city": 8, "own": 8, "finance": 8},
    "platforms.park": {"city": 9, "own": 8},
    "platforms.platform": {"city": 8, "own": 8},
    "platforms.question": {"city": 8, "own": 8},
    "platforms.quota": {"city": 10, "own": 9},
    "platforms.region": {"city": 8, "own": 7, "finance": 7, "security": 7},
    "platforms.regionchange": {"city": 8},
    "platforms.returnschedule": {"city": 8, "own": 8},
    "platforms.round": {"city": 7, "own": 7, "finance": 7},
    "platforms.tasktemplate": {"city": 9, "own": 9},
    "platforms.town": {"city": 10, "own": 9},
    "platforms.user": {"security": 8},
    "evaluation.amendment": {"city": 9, "own": 9},
    "evaluation.article": {"city": 7},
    "evaluation.assessment": {"city": 12},
    "evaluation.certification": {"city": 11},
    "evaluation.conflict": {"city": 8},
    "evaluation.evaluation": {"city": 7},
    "evaluation.flag": {"city": 10, "own": 10},
    "evaluation.sitevisit": {"city": 9, "own": 9},
    "evaluation.prepared": {"city": 9},
    "evaluation.objection": {"city": 8},
    "evaluation.publication": {"city": 7, "finance": 7},
    "evaluation.publicationplan": {"city": 8},
    "evaluation.publicnotice": {"city": 8},
    "evaluation.result": {"city": 10, "finance": 10},
    "evaluation.revocationproposal": {"city": 9},
    "evaluation.scheme": {"city": 8},
    "evaluation.sheet": {"city": 9, "own": 8},
    "funding.allocationrelease": {"city": 8, "finance": 8},
    "funding.allocationrun": {"city": 8, "finance": 8},
    "funding.paymentbatch": {"city": 9, "finance": 11},
}
#: Lists of kinds, not of rows: who reads them, queries.
KINDS = {"platforms.mailtemplate": ("city", 5)}
#: There are 17 regions, and four types of platforms with a rule each.
ROWS = {"platforms.region": 17, "platforms.namingrule": 4}
#: Export of the back office: who takes it, queries.
EXPORTS = {
    "platforms.application": ("city", 20),
    "platforms.auditevent": ("auditor", 12),
    "platforms.calendarday": ("city", 12),
    "platforms.park": ("city", 13),
    "platforms.quota": ("city", 14),
    "platforms.region": ("city", 12),
    "platforms.town": ("city", 14),
    "platforms.user": ("security", 13),
    "evaluation.assessment": ("city", 17),
    "evaluation.certification": ("city", 16),
    "evaluation.result": ("finance", 15),
}


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, User]]:
    with django_db_blocker.unblock(), transaction.atomic():
        people = thirty_of_everything()
        # Once for all: PostgreSQL would check every key anew at the end of each test.
        connection.check_constraints()
        yield people
        transaction.set_rollback(True)


def browser_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="ningbo_windows.backends.RoleBackend")
    # The first answer of a session also notes when it began.
    client.get("/admin/")
    return client


def list_queries(client: Client, path: str, rows: int, monkeypatch: pytest.MonkeyPatch, model_admin: Any) -> int:
    """Return how many queries a page of ``rows`` rows takes."""
    monkeypatch.setattr(model_admin, "list_per_page", rows)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert len(answer.context["cl"].result_list) == rows, path
    return len(asked)


def export_queries(client: Client, path: str, pks: list[int]) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(f"{path}export/", {"format": "csv", "export_items": pks})
    assert answer.content.decode().strip().count("\n") == len(pks)
    return len(asked)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_the_back_office_costs_the_same_for_one_row_and_for_thirty(
    everything: dict[str, User], db: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    model_admin = admin.site._registry[apps.get_model(*name.split("."))]
    # The city opens its applications with what waits: an order in the address asks for all.
    path = reverse(f"admin:{name.replace('.', '_')}_changelist") + "?o=1"
    found = {}
    for reader in LISTS[name]:
        client = browser_of(everything[reader])
        one, many = (list_queries(client, path, rows, monkeypatch, model_admin) for rows in (1, ROWS.get(name, MANY)))
        assert one == many
        found[reader] = many
    assert found == LISTS[name]


def test_every_list_of_the_back_office_is_counted() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == {*LISTS, *KINDS}


@pytest.mark.parametrize("name", KINDS)
def test_a_list_of_kinds_costs_what_is_written_down(everything: dict[str, User], db: None, name: str) -> None:
    reader, expected = KINDS[name]
    client = browser_of(everything[reader])
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(reverse(f"admin:{name.replace('.', '_')}_changelist"))
    assert (answer.status_code, len(asked)) == (200, expected)


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_costs_the_same_for_one_row_and_for_thirty(everything: dict[str, User], db: None, name: str) -> None:
    model, (reader, expected) = apps.get_model(*name.split(".")), EXPORTS[name]
    client, path = browser_of(everything[reader]), reverse(f"admin:{name.replace('.', '_')}_changelist")
    pks = list(model._default_manager.visible_to(everything[reader]).values_list("pk", flat=True)[:MANY])
    found = [export_queries(client, path, chosen) for chosen in (pks[:1], pks)]
    assert found == [expected, expected]


def test_every_export_is_counted() -> None:
    assert {
        model._meta.label_lower for model, each in admin.site._registry.items() if isinstance(each, ExportAdmin)
    } == set(EXPORTS)


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("/desk/activities/", "activities.desk.activities.Activities"),
        ("/desk/returns/", "periodic_reports.desk.reports.PeriodicReturns"),
    ],
)
@pytest.mark.parametrize("reader", ["city", "own"])
def test_activities_and_returns_cost_the_same_for_one_row_and_for_thirty(
    everything: dict[str, User], db: None, monkeypatch: pytest.MonkeyPatch, path: str, module: str, reader: str
) -> None:
    client = browser_of(everything[reader])
    asked = []
    for rows in (1, MANY):
        monkeypatch.setattr(f"platforms.{module}.size", rows)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        assert len(answer.context["rows"]) == rows
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("path", "limit", "reader", "expected"),
    [
        ("/desk/activities/invitations/", "activities.desk.answering.MOST", "own", 6),
        ("/desk/returns/sheet/", "periodic_reports.desk.sheet.MOST_ROWS", "own", 9),
        ("/desk/returns/sheet/", "periodic_reports.desk.sheet.MOST_ROWS", "city", 9),
    ],
)
def test_tables_that_are_typed_in_cost_the_same_for_one_row_and_for_thirty(
    everything: dict[str, User], db: None, monkeypatch: pytest.MonkeyPatch, path: str, limit: str, reader: str,
    expected: int,
) -> None:  # fmt: skip
    client = browser_of(everything[reader])
    asked = []
    for rows in (1, MANY):
        monkeypatch.setattr(f"platforms.{limit}", rows)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        asked.append((len(answer.context["rows"]), len(queries)))
    assert asked == [(1, expected), (MANY, expected)]


@pytest.mark.parametrize(("reader", "expected"), [("city", 7), ("own", 6)])
def test_hearings_cost_the_same_for_one_row_and_for_thirty(
    everything: dict[str, User], db: None, monkeypatch: pytest.MonkeyPatch, reader: str, expected: int
) -> None:
    client = browser_of(everything[reader])
    asked = []
    for rows in (1, MANY):
        monkeypatch.setattr("evaluation.hearings.desk.hearings.Hearings.size", rows)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/desk/hearings/")
        assert len(answer.context["rows"]) == rows
        asked.append(len(queries))
    assert asked == [expected, expected]


@pytest.mark.parametrize(("reader", "expected"), [("city", 11), ("own", 9)])
def test_self_reports_cost_the_same_for_one_row_and_for_thirty(
    everything: dict[str, User], db: None, monkeypatch: pytest.MonkeyPatch, reader: str, expected: int
) -> None:
    client = browser_of(everything[reader])
    asked = []
    for rows in (1, MANY):
        monkeypatch.setattr("evaluation.self_reports.desk.reports.Reports.size", rows)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/desk/self-reports/")
        assert len(answer.context["rows"]) == rows
        asked.append(len(queries))
    assert asked == [expected, expected]


@pytest.mark.parametrize(("reader", "expected"), [("city", 7), ("own", 6)])
def test_certificates_cost_the_same_for_one_row_and_for_thirty(
    everything: dict[str, User], db: None, monkeypatch: pytest.MonkeyPatch, reader: str, expected: int
) -> None:
    client = browser_of(everything[reader])
    asked = []
    for rows in (1, MANY):
        monkeypatch.setattr("evaluation.renewal.desk.certificates.Certificates.size", rows)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/desk/certificates/")
        assert len(answer.context["rows"]) == rows
        asked.append(len(queries))
    assert asked == [expected, expected]


def test_the_list_for_recognition_costs_the_same_for_one_row_and_for_thirty(
    everything: dict[str, User], db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser_of(everything["city"])
    asked = []
    for rows in (1, MANY):
        monkeypatch.setattr("evaluation.renewal.desk.recognition.Recognition.size", rows)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/desk/recognition/")
        assert len(answer.context["rows"]) == rows
        asked.append(len(queries))
    assert asked == [11, 11]


@pytest.mark.parametrize(("reader", "expected"), [("city", 6), ("own", 6)])
def test_platforms_to_change_cost_the_same_for_one_row_and_for_thirty(
    everything: dict[str, User], db: None, monkeypatch: pytest.MonkeyPatch, reader: str, expected: int
) -> None:
    client = browser_of(everything[reader])
    asked = []
    for rows in (1, MANY):
        monkeypatch.setattr("evaluation.amendments.desk.changes.Changes.size", rows)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/desk/evaluation/changes/")
        assert len(answer.context["rows"]) == rows
        asked.append(len(queries))
    assert asked == [expected, expected]


@pytest.mark.parametrize(("reader", "expected"), [("city", 8), ("own", 7)])
def test_lines_of_notices_cost_the_same_for_one_row_and_for_thirty(
    everything: dict[str, User], db: None, monkeypatch: pytest.MonkeyPatch, reader: str, expected: int
) -> None:
    client = browser_of(everything[reader])
    asked = []
    for rows in (1, MANY):
        monkeypatch.setattr("evaluation.public_notice.desk.lines.NoticeLines.size", rows)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/desk/evaluation/notice-lines/?year=2026")
        assert len(answer.context["rows"]) == rows
        asked.append(len(queries))
    assert asked == [expected, expected]


@pytest.mark.parametrize(("reader", "expected"), [("finance", 6), ("own", 6)])
def test_released_allocations_cost_the_same_for_one_row_and_for_thirty(
    everything: dict[str, User], db: None, monkeypatch: pytest.MonkeyPatch, reader: str, expected: int
) -> None:
    client = browser_of(everything[reader])
    asked = []
    for rows in (1, MANY):
        monkeypatch.setattr("funding.releases.desk.releases.Releases.size", rows)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/desk/funding/")
        assert len(answer.context["rows"]) == rows
        asked.append(len(queries))
    assert asked == [expected, expected]


def test_released_years_cost_the_same_for_one_and_for_thirty(
    everything: dict[str, User], db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/funding/")
    assert (len(answer.context["rows"]), len(queries)) == (MANY, 2)


@pytest.mark.parametrize(("reader", "expected"), [("finance", 10), ("own", 10)])
def test_uses_of_funds_cost_the_same_for_one_row_and_for_thirty(
    everything: dict[str, User], db: None, monkeypatch: pytest.MonkeyPatch, reader: str, expected: int
) -> None:
    client = browser_of(everything[reader])
    asked = []
    for rows in (1, MANY):
        monkeypatch.setattr("funding.uses.desk.reports.Uses.size", rows)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/desk/fund-use/")
        assert len(answer.context["rows"]) == rows
        asked.append(len(queries))
    assert asked == [expected, expected]


#: Tab of the page of a round that is prepared: queries of city and county.
ROUND_TABS = {
    "basics": (6, 6), "readiness": (14, 6), "dates": (12, 9), "quotas": (12, 7), "tasks": (6, 6), "questions": (6, 6),
    "notice": (7, 6), "progress": (9, 7),
}  # fmt: skip


@pytest.mark.parametrize("tab", ROUND_TABS)
def test_a_tab_of_a_round_costs_what_is_written_down(everything: dict[str, User], db: None, tab: str) -> None:
    round_ = factories.round_of(2098, "preparing")
    found = []
    for reader in ("city", "own"):
        client = browser_of(everything[reader])
        path = f"/admin/platforms/round/{round_.pk}/change/?tab={tab}"
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        found.append(len(asked))
    assert tuple(found) == ROUND_TABS[tab]
