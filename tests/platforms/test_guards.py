"""Histories that the database itself refuses to change: which they are, and what each of them lets through."""

import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps as django_apps
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from platforms.audit.services import audit
from platforms.cases.services import complaint_cases, complaints, fee_cases, grounds
from platforms.files.services import evidence
from platforms.follow_ups import services as follow_ups
from platforms.models import (
    AuditEvent,
    ComplaintTurn,
    EvidenceFile,
    FeeCase,
    FollowUp,
    Ground,
    LinkState,
    Platform,
    RecordArchive,
    Region,
    Round,
    User,
)
from platforms.system_links import services as link_states
from platforms.triggers import CreateGuards, Guard
from tests import factories, template_database
from tests.platforms.supervised import platform_of, record_of

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T49")]


@pytest.fixture
def platform(round_2026: Round, regions: dict[str, Region]) -> Platform:
    return platform_of(regions["330212"])


def refused(rows: models.QuerySet, sentence: str, **change: Any) -> None:
    """Hold that ``rows`` are neither updated by ``change`` nor (without one) deleted, and stay as they were."""
    before = list(rows.values_list())
    assert before
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        rows.update(**change) if change else rows._raw_delete(rows.db)  # type: ignore[attr-defined]
    assert list(rows.values_list()) == before


def standing(database: BaseDatabaseWrapper = connection) -> dict[str, str]:
    """Return the triggers of a database with their tables."""
    question = (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if database.vendor == "sqlite"
        else "SELECT tgname, relname FROM pg_trigger JOIN pg_class t ON t.oid = tgrelid WHERE NOT tgisinternal"
    )
    with database.cursor() as cursor:
        cursor.execute(question)
        return dict(cursor.fetchall())


def declared() -> dict[str, Guard]:
    """Every guard that a migration of the house puts up, by the name of its trigger in this database."""
    migrations = MigrationLoader(None).disk_migrations.values()
    operations = [operation for migration in migrations for operation in migration.operations]
    found: dict[str, Guard] = {}
    for guard in [each for operation in operations if isinstance(operation, CreateGuards) for each in operation.guards]:
        if connection.vendor == "sqlite":
            found |= {f"{guard.name}_{event.lower()}": guard for event in guard.events}
        else:
            found[guard.name] = guard
            if "DELETE" in guard.events:
                found[f"{guard.name}_truncate"] = guard
    return found


def test_every_guard_that_was_put_up_stands() -> None:
    """A migration that rebuilds a table on SQLite drops its triggers without a word."""
    assert standing() == {name: guard.table for name, guard in declared().items()}
    assert {"complaint_turn_fixed", "evidence_file_fixed", "ground_kept"} <= {
        guard.name for guard in declared().values()
    }


@pytest.mark.trust("T56")
def test_no_table_that_keeps_its_rows_is_emptied_at_one_go(noted: Ground) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite knows no TRUNCATE")
    kept = sorted({guard.table for guard in declared().values() if "DELETE" in guard.events})
    assert "platforms_auditevent" in kept
    # No check of a foreign key may still wait, or that would be what refuses.
    connection.check_constraints()
    for table in (*kept, "platforms_user"):
        before = list(AuditEvent.objects.values_list())
        with (
            pytest.raises(IntegrityError, match="不得"), transaction.atomic(), connection.cursor() as cursor
        ):  # fmt: skip
            cursor.execute(f"TRUNCATE {table} CASCADE")
        assert list(AuditEvent.objects.values_list()) == before


@pytest.mark.trust("T56")
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE platforms_auditevent CASCADE",
        "ALTER TABLE platforms_auditevent DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_event_fixed ON platforms_auditevent",
        "DROP TABLE platforms_auditevent CASCADE",
        "SET session_replication_role = replica",
    ],
)
def test_the_account_of_the_service_cannot_take_a_guard_down(city: User, now: datetime, statement: str) -> None:
    """With the two accounts of the operator's handbook: the service owns no table."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite knows no accounts")
    audit.record(verb="动作", by=city, at=now)
    handbook = (Path(settings.BASE_DIR) / "docs" / "部署与运维.md").read_text(encoding="utf-8")
    grants = re.findall(r"^GRANT .* ON (?:SCHEMA|ALL) .*;$", handbook, re.MULTILINE)
    connection.check_constraints()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE ROLE windows_app NOLOGIN")
        for each in ("GRANT USAGE ON SCHEMA public TO windows_app;", *grants):
            cursor.execute(each)
        cursor.execute("SET LOCAL ROLE windows_app")
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
            cursor.execute(statement)
        # What the service has to do it still can.
        assert audit.record(verb="动作", by=city, at=now).serial == 2
        cursor.execute("RESET ROLE")
        transaction.set_rollback(True)


def test_the_course_of_a_complaint_stays(platform: Platform, yinzhou: User, now: datetime) -> None:
    row, _ = complaints.file_complaint(
        platform=platform, text="收费", enterprise="甲公司", contact_name="周某", contact_phone="13800138000",
        sender_hash="a" * 64, at=now,
    )  # fmt: skip
    complaint_cases.take_up(complaint=row, by=yinzhou, at=now)
    refused(ComplaintTurn.objects.all(), "投诉经过不得修改或删除", text="没有这回事")
    refused(ComplaintTurn.objects.all(), "投诉经过不得修改或删除")


def test_proofs_and_findings_of_links_stay(platform: Platform, yinzhou: User, now: datetime) -> None:
    evidence.add(kind="link", key=platform.pk, region=platform.region, upload=factories.upload(), by=yinzhou, at=now)
    link_states.note(platform=platform, linked=True, on=date(2026, 4, 1), method="接口", by=yinzhou, at=now)
    for rows, sentence in (
        (EvidenceFile.objects.all(), "佐证材料不得修改或删除"),
        (LinkState.objects.all(), "联通情况登记不得修改或删除"),
    ):
        refused(rows, sentence, note="改")
        refused(rows, sentence)


def test_a_fee_case_changes_until_it_is_decided_and_is_never_lost(
    platform: Platform, yinzhou: User, city: User, now: datetime
) -> None:
    record = record_of(platform, 1, fee=Decimal(300))
    fee_cases.explain(record=record, text="场地费", by=yinzhou, at=now)
    fee_cases.explain(record=record, text="教材费", by=yinzhou, at=now)
    rows = FeeCase.objects.all()
    refused(rows, "已处理的收费核查不得修改或删除")
    fee_cases.decide(record=record, passed=False, text="已退还", by=city, at=now)
    refused(rows, "已处理的收费核查不得修改或删除", decision="不处理")
    refused(rows, "已处理的收费核查不得修改或删除")


def test_a_call_may_be_entered_again_but_not_what_the_record_said(
    platform: Platform, yinzhou: User, now: datetime
) -> None:
    record_of(platform, 1, satisfaction=None)
    rule = follow_ups.Rule(from_on=date(2026, 3, 1), until_on=date(2026, 4, 10), size=1)
    call = follow_ups.draw_sample(rule=rule, by=yinzhou, at=now).calls.get()
    for version, result in enumerate(("not_reached", "confirmed"), start=1):
        follow_ups.note_call(call=call, result=result, version=version, by=yinzhou, at=now)
    sentence = "回访时保留的记录内容不得修改或删除"
    for change in ({"recorded_fee": 5}, {"recorded_satisfaction": 5}, {"summary": "别的"}, {"position": 9}, {}):
        refused(FollowUp.objects.all(), sentence, **change)
    # An archived record leaves, and the call stays.
    FollowUp.objects.update(record=None)
    assert FollowUp.objects.get().result == "confirmed"


@pytest.fixture
def noted(platform: Platform, yinzhou: User, now: datetime) -> Ground:
    return grounds.note(platform=platform, ground="other", text="查实", happened_on=now.date(), by=yinzhou, at=now)


def test_what_people_noted_or_decided_about_a_platform_stays(noted: Ground, city: User, now: datetime) -> None:
    sentence = "撤销情形的登记内容不得修改或删除"
    rows = Ground.objects.all()
    refused(rows, sentence, text="另一件事")
    refused(rows, sentence)
    grounds.confirm(ground=noted, reason="属实", by=city, at=now)
    for change in ({"text": "另一件事"}, {"decision_reason": "不属实"}, {"number": "CX-0"}, {"ground": "fees"}, {}):
        refused(rows, sentence, **change)
    grounds.reopen(ground=noted, reason="再议", by=city, at=now)
    assert (Ground.objects.get().status, Ground.objects.get().text) == ("proposed", "查实")


def test_a_proposal_of_the_system_follows_its_sources(platform: Platform, city: User, now: datetime) -> None:
    fact = grounds.Fact(platform, factories.notice().pk, "fees", "fee", "7", "收费", now.date())
    row = grounds.propose(fact, at=now)
    Ground.objects.update(text="收费两次")
    refused(Ground.objects.all(), "撤销情形的登记内容不得修改或删除", source_key="8")
    grounds.dismiss(ground=row, reason="轻微", by=city, at=now)
    refused(Ground.objects.all(), "撤销情形的登记内容不得修改或删除", text="收费三次")
    refused(Ground.objects.all(), "撤销情形的登记内容不得修改或删除")
    grounds.reopen(ground=row, reason="再议", by=city, at=now)
    assert Ground.objects.all()._raw_delete("default") == 1  # type: ignore[attr-defined]


def test_that_records_went_to_a_file_is_not_forgotten(now: datetime) -> None:
    RecordArchive.objects.create(
        ends_before=date(2024, 1, 1), file_name="a.gz", digest="d", records=1, past_versions=0, archived_at=now
    )
    refused(RecordArchive.objects.all(), "归档记录不得删除")
    RecordArchive.objects.update(read_back_at=now)


@pytest.fixture
def spare(tmp_path: Path) -> Iterator[BaseDatabaseWrapper]:
    """An empty database whose tables may go: a copy on SQLite, which alters no table within a transaction of a test."""
    if connection.vendor == "postgresql":
        connection.check_constraints()
        yield connections["default"]
        return
    copied = tmp_path / "spare.sqlite3"
    shutil.copyfile(template_database.template(Path(connection.settings_dict["NAME"]).parent), copied)
    spare = connections["default"].copy("spare")
    spare.settings_dict["NAME"] = str(copied)
    connections["spare"] = spare
    yield spare
    spare.close()
    del connections["spare"]


def test_the_migrations_go_down_to_nothing(spare: BaseDatabaseWrapper) -> None:
    apps = ("platforms", "evaluation", "funding")
    tables = {model._meta.db_table for app in apps for model in django_apps.get_app_config(app).get_models()}
    assert tables <= set(spare.introspection.table_names())
    MigrationExecutor(spare).migrate([(app, None) for app in reversed(apps)])
    assert {name for name in spare.introspection.table_names() if name.startswith(apps)} == set()
    assert standing(spare) == {}
    if spare.vendor == "postgresql":
        with spare.cursor() as cursor:
            cursor.execute("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
            assert cursor.fetchall() == []
