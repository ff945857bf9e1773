"""What a run froze: the file of its counts, their digest, and that nothing of it can be changed unseen."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from funding.models import AllocationItem, AllocationRow, AllocationRun
from funding.money import FIRST
from funding.readings import Counting, Reading
from funding.runs.queries.frozen import (
    FORMER_COUNTING,
    check,
    counting_for,
    counts_digest_of,
    frozen_csv,
    items_of,
    reading_of,
    rows_of,
    statement,
    tally_of,
)
from funding.runs.services.runs import make_run
from funding.tally_csv import read_tallies
from funding.terms_file import columns_of
from platforms.models import Round
from tests.evaluation.stage import published_round
from tests.funding.worked import AMOUNTS, AT, EXAMPLE, JIA, POOL, YI, draft, drafter, locked, signed, withdraw
from tests.kept_rows import once

pytestmark = pytest.mark.django_db


def _round_() -> Round:
    round_ = published_round({**EXAMPLE, JIA: {**EXAMPLE[JIA], "returned": 2}, "HY": {"A": 1, "B": 1}}).round
    withdraw(f"SB2020-{JIA}-011")
    return round_


@pytest.fixture
def round_() -> Round:
    """The worked example with key-industry platforms, a withdrawal and an application that got no grade."""
    return once(_round_)


def again(run: AllocationRun) -> AllocationRun:
    return AllocationRun.objects.get(pk=run.pk)


# The file.


def test_the_file_holds_the_counts_of_every_row_and_the_key_industries_last(round_, finance) -> None:
    run = draft(round_, finance)
    content = frozen_csv(run, rows_of(run))
    head, *lines = csv.reader(io.StringIO(content.decode("utf-8")))
    assert head == ["region", "declared", "a", "b", "c", "d"]
    assert len(lines) == 18
    assert lines[0][0].endswith("海曙区")
    assert lines[0][1:] == ["11", "4", "3", "2", "1"]
    assert lines[-1] == ["", "2", "1", "1", "0", "0"]
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    found = read_tallies(content, columns_of(FIRST))
    rows = rows_of(run)
    assert [(each.declared, dict(each.grades)) for each in (*found.tallies, found.industry)] == [
        (tally_of(row).declared, dict(tally_of(row).grades)) for row in rows
    ]


@pytest.mark.clause("N27")
@pytest.mark.parametrize("reading", [*AMOUNTS, (("industry", "counted"), ("divisor", "all"))])
def test_the_command_takes_the_file_and_comes_to_the_same_yuan(round_, finance, tmp_path, reading) -> None:
    run = draft(round_, finance, **dict(reading))
    file = tmp_path / "counts.csv"
    file.write_bytes(frozen_csv(run, rows_of(run)))
    out = io.StringIO()
    call_command("allocate", str(file), pool=POOL, json=True, stdout=out, **reading_of(run).as_dict())
    said = json.loads(out.getvalue())
    assert [row["amount"] for row in said["rows"]] == [
        row.amount_yuan for row in rows_of(run) if row.region_id is not None
    ]
    assert (said["allocated"], said["unallocated"]) == (run.allocated_yuan, run.unallocated_yuan)


@pytest.mark.trust("T16")
def test_the_digest_of_the_counts_is_the_one_that_anybody_takes_of_the_file(
    round_, finance, finance2, tmp_path
) -> None:
    run = locked(round_, finance, finance2)
    file: Path = tmp_path / "counts.csv"
    file.write_bytes(frozen_csv(run, rows_of(run)))
    assert hashlib.sha256(file.read_bytes()).hexdigest() == run.counts_digest == counts_digest_of(run, rows_of(run))
    assert statement(run, rows_of(run))["counts"] == run.counts_digest


def test_another_way_to_count_is_another_file_and_another_digest(round_, finance) -> None:
    found = set()
    for name, value in (("ungraded", "declared"), ("ungraded", "out")):
        counting = Counting.of(**{name: value})
        run = make_run(round=round_, pool_yuan=POOL, reading=Reading(), counting=counting, by=finance, at=AT)
        assert (counting_for(run), check(run)) == (counting, ())
        found.add((run.counts_digest, run.rows.get(code=JIA).declared))
    assert {declared for _, declared in found} == {10, 11}
    assert len({digest for digest, _ in found}) == 2


# Changed behind everybody's back.

ITEM = f"SB2020-{JIA}-001"
UNGRADED = f"SB2020-{JIA}-012"
ROW = "海曙区的申报数、档次数与所列申报不一致。"


def items(run: AllocationRun, number: str = ITEM) -> Any:
    return AllocationItem.objects.filter(run=run, number=number)


TAMPERED = {
    "an item taken out": (lambda run: items(run).delete(), [ROW]),
    "its grade and what it counts as": (lambda run: items(run).update(grade="B", counts_as="B"), [ROW]),
    "its grade alone": (lambda run: items(run).update(grade="B"), [ROW, f"{ITEM}计入的栏目与所采用的口径不一致。"]),
    "its column": (
        lambda run: items(run).update(column="ungraded", counts_as=""), [f"{ITEM}计入的栏目与所采用的口径不一致。"],
    ),
    "its standing": (
        lambda run: items(run, UNGRADED).update(standing="withdrawn"),
        [ROW, f"{UNGRADED}计入的栏目与所采用的口径不一致。"],
    ),
    "its revocation": (
        lambda run: items(run).update(revoked_on=AT.date()), [ROW, f"{ITEM}计入的栏目与所采用的口径不一致。"],
    ),
    "its row": (
        lambda run: items(run).update(row=run.rows.get(code=YI)), [ROW, "江北区的申报数、档次数与所列申报不一致。"],
    ),
    "the withdrawn of a row": (lambda run: AllocationRow.objects.filter(run=run, code=JIA).update(withdrawn=0), [ROW]),
    "the marks of a row": (lambda run: AllocationRow.objects.filter(run=run, code=JIA).update(late_failing=1), [ROW]),
    "the columns of a row": (
        lambda run: AllocationRow.objects.filter(run=run, code=JIA).update(ungraded=0, withdrawn_late=1), [ROW],
    ),
    "the way to count": (
        lambda run: AllocationRun.objects.filter(pk=run.pk).update(ungraded="out"),
        [ROW, f"{UNGRADED}计入的栏目与所采用的口径不一致。"],
    ),
    "the digest of the counts": (
        lambda run: AllocationRun.objects.filter(pk=run.pk).update(counts_digest="0" * 64),
        ["申报数校验值与冻结的申报数不符。"],
    ),
    "the name of a region": (
        lambda run: AllocationRow.objects.filter(run=run, code=JIA).update(label="江南区"),
        ["申报数校验值与冻结的申报数不符。"],
    ),
}  # fmt: skip


@pytest.mark.trust("T16")
@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_changed_in_a_draft_is_found_without_any_signature(round_, name) -> None:
    change, told = TAMPERED[name]
    run = draft(round_, drafter())
    assert check(run) == ()
    change(run)
    assert list(check(again(run))) == told


@pytest.mark.trust("T16")
@pytest.mark.parametrize("field", ["name", "reason", "happened_on"])
def test_what_no_count_rests_on_is_held_by_the_signature(round_, finance, field) -> None:
    run = signed(round_, finance)
    values = {"name": "别的平台", "reason": "改过", "happened_on": AT.date()}
    items(run).update(**{field: values[field]})
    assert check(again(run)) == ("校验值与现有内容不符，签署后内容被改动。",)


def test_a_declared_number_that_was_raised_is_found_by_sum_digest_and_money(round_, finance) -> None:
    run = draft(round_, finance)
    AllocationRow.objects.filter(run=run, code=JIA).update(declared=12)
    assert check(again(run)) == (
        ROW,
        "申报数校验值与冻结的申报数不符。",
        "海曙区的占比、得分、权重或金额与按冻结数据重新计算的不一致。",
    )


# Runs of before.


@pytest.mark.parametrize("version", [1, 2])
def test_a_run_of_an_earlier_version_is_read_as_it_was_counted_then(round_, finance, version) -> None:
    run = draft(round_, finance)
    AllocationItem.objects.filter(run=run).delete()
    AllocationRun.objects.filter(pk=run.pk).update(version=version, counts_digest="")
    run = again(run)
    assert counting_for(run) == FORMER_COUNTING
    assert FORMER_COUNTING.as_dict() == {"withdrawn_late": "out", "revoked": "counted", "ungraded": "declared"}
    assert (check(run), items_of(run)) == ((), [])
    assert {"counting", "counts", "items", "checked"} & set(statement(run, rows_of(run))) == set()
