"""The log: chained, refused to be changed by the database itself, breaks found."""

from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from platforms.audit.services import audit
from platforms.models import ApplicationMove, ApplicationVersion, AuditEvent, Counter, Round, User
from platforms.triggers import Guard
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T49")]


@pytest.fixture
def three(yinzhou: User, now: datetime) -> list[AuditEvent]:
    return [audit.record(verb=f"动作{number}", by=yinzhou, at=now) for number in (1, 2, 3)]


@pytest.fixture
def unguarded(db: None) -> None:
    """The database of somebody who took the triggers down to tamper with the log."""
    guard = Guard("audit_event_fixed", "platforms_auditevent", "TRUE", "")
    with connection.cursor() as cursor:
        for statement in guard.removal(connection.vendor):
            cursor.execute(statement)


def breaks(head: str = "") -> list[tuple[int, str]]:
    return [(each.serial, each.what) for each in audit.breaks(head=head)]


def test_each_event_carries_the_digest_before_it(three: list[AuditEvent]) -> None:
    assert [event.serial for event in three] == [1, 2, 3]
    assert [event.previous_digest for event in three] == ["", three[0].digest, three[1].digest]
    assert breaks() == []
    assert breaks(three[2].digest) == []
    # The chain grew since the digest was noted.
    assert breaks(three[0].digest) == []


def test_events_written_at_once_are_chained_like_those_written_one_by_one(yinzhou: User, now: datetime) -> None:
    first = audit.record(verb="动作", by=yinzhou, at=now)
    two = audit.record_many([audit.Entry(verb="受理"), audit.Entry(verb="受理")], by=yinzhou, at=now)
    assert [event.previous_digest for event in two] == [first.digest, two[0].digest]
    assert breaks() == []


def test_an_event_says_who_what_and_with_what_result(yinzhou: User, round_2026: Round, now: datetime) -> None:
    draft = factories.draft(yinzhou, round_2026, now)
    event = audit.record(verb="查看", by=yinzhou, at=now, target=draft, result="refused", changes={"日期": [None, now]})
    assert (event.actor, event.actor_name, event.actor_role) == ("yinzhou", "yinzhou员", "county")
    assert (event.object_type, event.object_pk, event.object_code) == ("申报表", str(draft.pk), draft.number)
    assert event.result == "refused"
    event.refresh_from_db()
    assert audit.digest_of(event) == event.digest
    assert audit.record(verb="登录失败", by=None, at=now, actor="陌生人").actor == "陌生人"


def test_differences_are_pairs_of_old_and_new() -> None:
    assert audit.differences({"a": 1, "b": 2, "d": 4}, {"a": 1, "b": 3, "c": None, "e": 5}) == {
        "b": [2, 3],
        "e": [None, 5],
    }


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("model", [AuditEvent, ApplicationVersion, ApplicationMove])
def test_the_database_refuses_to_change_the_past(
    yinzhou: User, round_2026: Round, now: datetime, model: type, statement: str
) -> None:
    factories.submitted(yinzhou, round_2026, now)
    before = list(model.objects.values_list())
    with pytest.raises(DatabaseError, match="不得修改或删除"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(model._meta.db_table))
    assert list(model.objects.values_list()) == before


def test_a_guard_is_written_for_both_databases() -> None:
    guard = Guard("fixed", "t", "OLD.locked", "不得修改", events=("UPDATE", "DELETE"))
    assert guard.statements("sqlite") == [
        "CREATE TRIGGER fixed_update BEFORE UPDATE ON t FOR EACH ROW WHEN OLD.locked "
        "BEGIN SELECT RAISE(ABORT, '不得修改'); END",
        "CREATE TRIGGER fixed_delete BEFORE DELETE ON t FOR EACH ROW WHEN OLD.locked "
        "BEGIN SELECT RAISE(ABORT, '不得修改'); END",
    ]
    function, trigger, refusal, against_truncate = guard.statements("postgresql")
    assert "IF OLD.locked THEN RAISE EXCEPTION '不得修改'" in function
    assert trigger == "CREATE TRIGGER fixed BEFORE UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION fixed()"
    assert guard.removal("sqlite") == ["DROP TRIGGER fixed_update", "DROP TRIGGER fixed_delete"]
    assert "RAISE EXCEPTION '不得修改'" in refusal
    assert against_truncate == (
        "CREATE TRIGGER fixed_truncate BEFORE TRUNCATE ON t FOR EACH STATEMENT EXECUTE FUNCTION fixed_truncate()"
    )
    assert guard.removal("postgresql") == [
        "DROP TRIGGER fixed ON t",
        "DROP FUNCTION fixed()",
        "DROP TRIGGER fixed_truncate ON t",
        "DROP FUNCTION fixed_truncate()",
    ]
    only_updates = Guard("fixed", "t", "TRUE", "不得修改", events=("UPDATE",))
    assert len(only_updates.statements("postgresql")) == len(only_updates.removal("postgresql")) == 2


def test_a_changed_event_is_found(three: list[AuditEvent], unguarded: None) -> None:
    AuditEvent.objects.filter(serial=2).update(reason="改过的理由")
    assert breaks() == [(2, "内容被改动")]


def test_an_event_changed_together_with_its_digest_is_found(three: list[AuditEvent], unguarded: None) -> None:
    event = three[1]
    event.reason = "改过的理由"
    AuditEvent.objects.filter(serial=2).update(reason=event.reason, digest=audit.digest_of(event))
    assert breaks() == [(3, "与上一条不衔接")]


def test_a_removed_event_is_found(three: list[AuditEvent], unguarded: None) -> None:
    AuditEvent.objects.filter(serial=2).delete()
    assert breaks() == [(2, "缺少第 2 至 2 条")]


def test_a_missing_tail_is_found(three: list[AuditEvent], unguarded: None) -> None:
    AuditEvent.objects.filter(serial__gt=1).delete()
    assert breaks() == [(2, "末尾缺少 2 条")]


def test_a_tail_cut_off_with_its_counter_is_found_by_the_head_kept_elsewhere(
    three: list[AuditEvent], unguarded: None
) -> None:
    AuditEvent.objects.filter(serial=3).delete()
    Counter.objects.filter(name="audit").update(last=2)
    assert breaks() == []
    assert breaks(three[2].digest) == [(2, "另行留存的校验值不在链上")]


def test_two_events_in_each_others_place_are_found(three: list[AuditEvent], unguarded: None) -> None:
    for serial, other in ((1, 99), (2, 1), (99, 2)):
        AuditEvent.objects.filter(serial=serial).update(serial=other)
    assert [serial for serial, _ in breaks()] == [1, 1, 2, 2, 3]


def test_the_command_reports_the_breaks_and_the_last_digest(three: list[AuditEvent], unguarded: None) -> None:
    said, wrong = StringIO(), StringIO()
    call_command("check_audit", stdout=said)
    assert said.getvalue() == f"审计记录共 3 条，校验链完整。\n末条校验值 {three[2].digest}，请另行留存。\n"
    AuditEvent.objects.filter(serial=2).update(verb="改过")
    with pytest.raises(CommandError, match="审计记录有 1 处异常。"):
        call_command("check_audit", stderr=wrong)
    assert wrong.getvalue() == "第 2 条：内容被改动\n"
    with pytest.raises(CommandError, match="审计记录有 2 处异常。"):
        call_command("check_audit", head="0" * 64, stderr=wrong)


@pytest.mark.trust("T56")
def test_a_log_that_was_emptied_with_its_counter_is_no_new_one(three: list[AuditEvent], unguarded: None) -> None:
    AuditEvent.objects.all().delete()
    assert breaks() == [(1, "末尾缺少 3 条")]
    Counter.objects.all().delete()
    assert breaks() == [(1, "记录为空，而系统中已有账号：建立账号时必留记录")]
    with pytest.raises(CommandError, match="审计记录有 1 处异常。"):
        call_command("check_audit", stderr=StringIO())


@pytest.mark.trust("T56")
def test_a_counter_behind_its_log_is_found(three: list[AuditEvent]) -> None:
    Counter.objects.filter(name="audit").update(last=2)
    assert breaks() == [(4, "记录共 3 条，序号却只用到第 2 号")]
    Counter.objects.all().delete()
    assert breaks() == [(4, "记录共 3 条，序号却只用到第 0 号")]


@pytest.mark.trust("T56")
def test_a_check_finds_what_was_cut_off_since_the_one_before(
    three: list[AuditEvent], unguarded: None, settings: Any, tmp_path: Path
) -> None:
    settings.AUDIT_HEADS = tmp_path / "kept" / "heads"
    said = StringIO()
    call_command("check_audit", stdout=said)
    assert said.getvalue().splitlines()[1:] == [f"末条校验值 {three[2].digest}，已留存于 {settings.AUDIT_HEADS}。"]
    call_command("check_audit", stdout=said)
    AuditEvent.objects.filter(serial=3).delete()
    Counter.objects.filter(name="audit").update(last=2)
    wrong = StringIO()
    with pytest.raises(CommandError, match="审计记录有 1 处异常。"):
        call_command("check_audit", stderr=wrong)
    assert wrong.getvalue() == "第 2 条：另行留存的校验值不在链上\n"
    # What was kept stays, so that the next check finds it as well.
    assert [line.split()[1:] for line in settings.AUDIT_HEADS.read_text().splitlines()] == [["3", three[2].digest]] * 2


def test_a_place_that_takes_nothing_is_told(three: list[AuditEvent], settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.AUDIT_HEADS = tmp_path / "file" / "heads"
    with pytest.raises(CommandError, match=f"末条校验值无法留存于 {settings.AUDIT_HEADS}"):
        call_command("check_audit", stdout=StringIO())


def test_an_empty_log_is_whole(db: None) -> None:
    said = StringIO()
    call_command("check_audit", stdout=said)
    assert said.getvalue() == "审计记录共 0 条，校验链完整。\n"


@pytest.mark.trust("T42")
def test_a_move_that_fails_leaves_no_event(yinzhou: User, now: datetime) -> None:
    class Interrupted(Exception):
        pass

    @transaction.atomic
    def act() -> None:
        audit.record(verb="动作", by=yinzhou, at=now)
        raise Interrupted

    with pytest.raises(Interrupted):
        act()
    # The number was given back with the rest: no gap.
    assert audit.record(verb="动作", by=yinzhou, at=now).serial == 1
    assert breaks() == []
