"""A locked run stays what it is, at every door and in the database; a correction is another run."""

# ruff: noqa: S608 - the table names are constants

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from funding.causes import LABELS, Cause
from funding.models import AllocationRun
from funding.readings import Reading
from funding.runs.choices import RunStatus
from funding.runs.queries.differences import differences
from funding.runs.queries.frozen import check
from funding.runs.services.runs import check as check_run
from funding.runs.services.runs import discard, lock, make_run, recalculate, send_back, sign
from platforms.errors import Gone, Refusal
from platforms.models import Application, Region, Round
from tests.evaluation.stage import published_round
from tests.funding.worked import (
    AT,
    JIA,
    LATER,
    POOL,
    YI,
    check_and_sign,
    checked,
    draft,
    drafter,
    locked,
    signed,
    small_round,
    stored,
    withdraw,
)

pytestmark = pytest.mark.django_db

# Nothing moves a locked run (T17).


@pytest.mark.trust("T17")
def test_every_service_refuses_a_locked_run(finance, finance2) -> None:
    run = locked(small_round(), finance, finance2)
    before = stored(run)
    for act in (
        lambda: recalculate(run=run, pool_yuan=1, reading=Reading(), revision=1, by=finance, at=AT),
        lambda: check_run(run=run, by=run.made_by, at=AT),
        lambda: sign(run=run, by=finance, at=AT),
        lambda: lock(run=run, by=finance2, at=AT),
        lambda: send_back(run=run, reason="退回", by=finance, at=AT),
        lambda: discard(run=run, reason="作废", by=finance, at=AT),
    ):
        with pytest.raises(Gone):
            act()
    assert stored(run) == before


RUN_TABLE, ROW_TABLE, ITEM_TABLE = "funding_allocationrun", "funding_allocationrow", "funding_allocationitem"


@pytest.mark.trust("T17")
@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {RUN_TABLE} SET note = 'x' WHERE id = %(run)s",
        f"UPDATE {RUN_TABLE} SET status = 'draft', signed_by_id = NULL, signed_at = NULL, locked_by_id = NULL,"
        " locked_at = NULL, digest = '' WHERE id = %(run)s",
        f"DELETE FROM {RUN_TABLE} WHERE id = %(run)s",
        f"UPDATE {ROW_TABLE} SET amount_yuan = amount_yuan + 1 WHERE run_id = %(run)s",
        f"UPDATE {ROW_TABLE} SET run_id = %(draft)s, region_id = NULL WHERE run_id = %(run)s AND code = '{JIA}'",
        f"DELETE FROM {ROW_TABLE} WHERE run_id = %(run)s",
        f"UPDATE {ROW_TABLE} SET run_id = %(run)s WHERE run_id = %(draft)s",
        f"INSERT INTO {ROW_TABLE} (run_id, label, code, declared, withdrawn, grades, failing_share, excluded, score,"
        " weight, amount_yuan) VALUES (%(run)s, 'x', 'x', 0, 0, '{}', '', false, '', '', 1)",
        f"UPDATE {RUN_TABLE} SET number = '2020-ZJ-01' WHERE id = %(draft)s",
        f"UPDATE {ITEM_TABLE} SET grade = 'B' WHERE run_id = %(run)s",
        f"UPDATE {ITEM_TABLE} SET reason = 'x' WHERE run_id = %(run)s",
        f"UPDATE {ITEM_TABLE} SET run_id = %(draft)s WHERE run_id = %(run)s",
        f"DELETE FROM {ITEM_TABLE} WHERE run_id = %(run)s",
        f"UPDATE {ITEM_TABLE} SET run_id = %(run)s WHERE run_id = %(draft)s",
        f'INSERT INTO {ITEM_TABLE} (run_id, row_id, application_id, number, name, standing, grade, "column", counts_as,'
        ' reason) SELECT %(run)s, row_id, %(filed)s, \'x\', name, standing, grade, "column", counts_as, reason'
        f" FROM {ITEM_TABLE} WHERE run_id = %(draft)s LIMIT 1",
    ],
)  # fmt: skip
def test_the_database_itself_refuses_to_touch_a_locked_run(finance, finance2, statement) -> None:
    round_ = published_round({JIA: {"A": 2, "draft": 1}, YI: {"A": 1}}).round
    run = signed(round_, finance)
    other = draft(round_, finance)
    # What is in no run yet, so that no other constraint is what refuses.
    filed = Application.objects.get(status="draft")
    run = lock(run=run, by=finance2, at=LATER)
    before = stored(run)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"run": run.pk, "draft": other.pk, "filed": filed.pk})
    assert stored(run) == before
    assert check(run) == ()


@pytest.mark.trust("T17")
@pytest.mark.parametrize("table", [RUN_TABLE, ROW_TABLE, ITEM_TABLE])
def test_the_tables_of_runs_are_not_emptied_at_one_go(finance, finance2, table) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite knows no TRUNCATE")
    run = locked(small_round(), finance, finance2)
    before = stored(run)
    # No check of a foreign key may still wait, or that would be what refuses.
    connection.check_constraints()
    with pytest.raises(DatabaseError, match="不得"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
    assert stored(run) == before


@pytest.mark.trust("T17")
@pytest.mark.parametrize("table", [RUN_TABLE, ROW_TABLE, ITEM_TABLE])
def test_a_locked_row_cannot_be_pushed_aside_by_another(finance, finance2, table) -> None:
    run = locked(small_round(), finance, finance2)
    before = stored(run)
    key = {RUN_TABLE: run, ROW_TABLE: run.rows.first(), ITEM_TABLE: run.items.first()}[table].pk
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE id = %s", [key])
        names = ", ".join(f'"{column[0]}"' for column in cursor.description)
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{verb} INTO {table} ({names}) SELECT {names} FROM {table} WHERE id = %s", [key])
    assert stored(run) == before


@pytest.mark.trust("T17")
def test_a_checked_run_cannot_be_locked_past_the_signature(finance, finance2) -> None:
    run = checked(small_round(), drafter())
    with pytest.raises(DatabaseError), transaction.atomic():
        AllocationRun.objects.filter(pk=run.pk).update(
            status="locked", digest="0" * 64, signed_by=finance, signed_at=AT, locked_by=finance2, locked_at=AT
        )


@pytest.mark.trust("T17")
def test_nothing_that_a_run_hangs_on_can_be_deleted(finance, finance2) -> None:
    run = locked(small_round(), finance, finance2)
    for row in (Region.objects.get(code=JIA), run.round, finance, finance2):
        with pytest.raises(ProtectedError):
            row.delete()
    with pytest.raises(ProtectedError):
        run.delete()


# One locked run a year, and its corrections.


@pytest.mark.clause("N22")
def test_a_round_has_one_locked_run_in_force(finance, finance2) -> None:
    round_ = small_round()
    pending, rival = signed(round_, finance), signed(round_, finance)
    run = lock(run=pending, by=finance2, at=LATER)
    with pytest.raises(Refusal, match=f"本年度已有锁定的资金分配{run.number}，只能新建更正它的测算。"):
        lock(run=rival, by=finance2, at=LATER)
    with pytest.raises(Refusal, match=f"2020年度已有锁定的资金分配{run.number}，更正须新建测算，并写明被更正的是它。"):
        draft(round_, finance)
    with pytest.raises(DatabaseError), transaction.atomic():
        AllocationRun.objects.filter(pk=rival.pk).update(status="locked", locked_by=finance2, locked_at=LATER)


def test_a_correction_names_the_old_run_and_shows_why_each_region_differs(finance, finance2) -> None:
    round_ = published_round({JIA: {"A": 4, "returned": 1}, YI: {"A": 4, "D": 1, "returned": 1}}).round
    old = locked(round_, finance, finance2)
    withdraw(f"SB2020-{YI}-006")
    new = make_run(round=round_, pool_yuan=POOL, reading=Reading(), by=finance, at=LATER, replaces=old)
    found = differences(new)
    assert found is not None
    assert (found.number, found.general) == ("2020-ZJ-01", ())
    changed = [(line.label, line.more, line.why) for line in found.lines if line.why]
    assert changed == [
        ("海曙区", 7_500_000, LABELS[Cause.ELSEWHERE]),
        ("江北区", -7_500_000, f"申报撤回情况变动（SB2020-{YI}-006）；由支持变为不予支持（D档占比由1/6变为1/5）"),
    ]
    assert differences(old) is None
    new = lock(run=check_and_sign(new, finance2, at=LATER), by=finance, at=LATER)
    assert (new.status, AllocationRun.objects.get(pk=old.pk).status) == (RunStatus.LOCKED, RunStatus.LOCKED)
    general = make_run(
        round=round_,
        pool_yuan=1_000,
        reading=Reading.of(unit="yuan", base="graded"),
        by=finance,
        at=LATER,
        replaces=new,
    )
    assert differences(general).general == (
        "资金总额由15,000,000元变为1,000元",
        "占比基数由“申报总数：已上报且未撤回的申报”变为“已评定档次的平台数”",
    )


def test_only_the_locked_run_in_force_of_the_same_round_is_replaced_and_once(finance, finance2) -> None:
    round_, other = small_round(), published_round({JIA: {"A": 1}}, year=2021).round
    pending = draft(round_, finance)

    def correction(of: AllocationRun, in_: Round = round_) -> AllocationRun:
        return make_run(round=in_, pool_yuan=POOL, reading=Reading(), by=finance, at=LATER, replaces=of)

    with pytest.raises(Refusal, match="2020-ZJ-01不是2020年度锁定有效的资金分配，不能被更正。"):
        correction(pending)
    first = lock(run=check_and_sign(pending, finance2), by=finance, at=LATER)
    with pytest.raises(Refusal, match="2020-ZJ-01不是2021年度锁定有效的资金分配"):
        correction(first, other)
    second = correction(first)
    with pytest.raises(Refusal, match="2020-ZJ-01已有更正它的测算2020-ZJ-02，请先办结或作废。"):
        correction(first)
    discard(run=second, reason="填错", by=finance, at=LATER)
    third = lock(run=check_and_sign(correction(first), finance2), by=finance, at=LATER)
    with pytest.raises(Refusal, match="2020-ZJ-01不是2020年度锁定有效的资金分配"):
        correction(first)
    assert correction(third).replaces == third
