"""What a signature stands for, in each version of the statement."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from funding.models import AllocationRow, AllocationRun
from funding.money import FIRST
from funding.readings import SWITCHES
from funding.runs.queries.frozen import check, digest_of, rows_of, statement
from funding.runs.queries.sheet import sheet_of
from funding.runs.services.runs import check as check_run
from funding.runs.services.runs import lock
from platforms.errors import Refusal
from tests.funding.worked import AT, JIA, LATER, check_and_sign, draft, drafter, small_round, stored

#: Run and rows as the code of version 1 signed them, with its digest.
KEPT = json.loads(Path(__file__).with_name("version_1.json").read_text(encoding="utf-8"))


def kept_run() -> tuple[AllocationRun, list[AllocationRow]]:
    """The kept run and its rows as this code holds them, without a database."""
    said = KEPT["statement"]
    run = AllocationRun(
        version=1, number=said["number"], round_id=said["round"], pool_yuan=said["pool"], **said["reading"],
        allocated_yuan=said["allocated"], unallocated_yuan=said["unallocated"], note=said["note"],
        made_by_id=said["made"][0], made_at=datetime.fromisoformat(said["made"][1]), status="locked",
        signed_by_id=said["signed"][0], signed_at=datetime.fromisoformat(said["signed"][1]), digest=KEPT["digest"],
    )  # fmt: skip
    return run, [_row(each) for each in said["rows"]]


def _row(data: dict[str, Any]) -> AllocationRow:
    same = {name: data[name] for name in ("label", "code", "declared", "withdrawn", "excluded", "score", "weight")}
    return AllocationRow(
        region_id=data["region"],
        grades={grade: data[grade.lower()] for grade in "ABCD"},
        failing_share=data["d_share"],
        amount_yuan=data["amount_yuan"],
        **same,
    )


@pytest.mark.trust("T16")
def test_a_run_that_was_signed_under_the_first_version_still_verifies() -> None:
    run, rows = kept_run()
    assert statement(run, rows) == KEPT["statement"]
    assert digest_of(run, rows) == "754ccdbb5f9084e652cc2008f7afe665c1b0793f2644dd800bae65281ac320e6"
    assert check(run, rows) == ()


@pytest.mark.trust("T16")
def test_a_first_version_run_that_was_changed_does_not_verify() -> None:
    broken = "校验值与现有内容不符，签署后内容被改动。"
    run, rows = kept_run()
    rows[0].withdrawn = 1
    assert check(run, rows) == (broken,)
    run, rows = kept_run()
    rows[0].grades = {"A": 3, "B": 3, "C": 2, "D": 1}
    assert broken in check(run, rows)
    run, rows = kept_run()
    run.version, run.money = 2, FIRST.as_data()
    assert check(run, rows) == (broken,)


@pytest.mark.django_db
def test_a_run_of_the_first_version_is_signed_locked_and_shown_as_such(finance, finance2) -> None:
    run = draft(small_round(), finance)
    AllocationRun.objects.filter(pk=run.pk).update(version=1, money={})
    run = lock(run=check_and_sign(run, finance2), by=finance, at=LATER)
    assert "version" not in statement(run, rows_of(run))
    assert check(run) == ()
    sheet = sheet_of(run)
    assert (sheet.grade_labels, sheet.failing_label) == (("A档", "B档", "C档", "D档"), "D档")
    assert sheet.lines[0].counts == (2, 2, 0, 0, 0, 0, 0, 0)


@pytest.mark.django_db
@pytest.mark.trust("T16")
@pytest.mark.parametrize("version", [2, 3])
def test_the_second_and_later_versions_cover_themselves_and_the_money_of_the_notice(finance, finance2, version) -> None:
    run = draft(small_round(), drafter())
    AllocationRun.objects.filter(pk=run.pk).update(version=version)
    run = check_and_sign(run, finance)
    said = statement(run, rows_of(run))
    assert (said["version"], said["money"]) == (version, FIRST.as_data())
    assert said["rows"][0]["grades"] == {"A": 2, "B": 0, "C": 0, "D": 0}
    assert check(run) == ()
    # Nobody has a B: the amounts stay the same, and the signature breaks.
    money = FIRST.as_data() | {"points": {"A": 60, "B": 20, "C": 10}}
    AllocationRun.objects.filter(pk=run.pk).update(money=money)
    run.refresh_from_db()
    assert check(run) == ("校验值与现有内容不符，签署后内容被改动。",)
    with pytest.raises(Refusal, match="校验值不符：签署后内容被改动，不能锁定。"):
        lock(run=run, by=finance2, at=LATER)


@pytest.mark.django_db
def test_a_draft_made_with_other_money_than_its_notice_gives_is_not_signed(finance) -> None:
    run = draft(small_round(), finance)
    money = FIRST.as_data() | {"points": {"A": 60, "B": 20, "C": 10}}
    AllocationRun.objects.filter(pk=run.pk).update(money=money)
    with pytest.raises(Refusal, match="所依据的档次分值或淘汰线与本年度通知不一致，请重新测算后再签署。"):
        check_run(run=run, by=finance, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"money": {"points": 3}}, "所依据的档次分值和淘汰线无法读取，内容已被改动。"),
        ({"money": []}, "所依据的档次分值和淘汰线无法读取，内容已被改动。"),
    ],
)
def test_money_that_cannot_be_read_is_told_on_the_page_and_never_signed(browser_of, finance, change, sentence) -> None:
    run = draft(small_round(), finance)
    AllocationRun.objects.filter(pk=run.pk).update(**change)
    before = stored(run)
    assert sentence in browser_of(finance).get(f"/admin/funding/allocationrun/{run.pk}/change/").content.decode()
    with pytest.raises(Refusal, match=sentence.rstrip("。")):
        check_run(run=run, by=finance, at=AT)
    assert stored(run) == before


@pytest.mark.django_db
@pytest.mark.parametrize("grades", [[], "A", {"A": -1}, {"A": 0.5}])
def test_counts_that_cannot_be_read_are_told_on_the_page(browser_of, finance, grades) -> None:
    run = draft(small_round(), finance)
    AllocationRow.objects.filter(run=run, code=JIA).update(grades=grades)
    page = browser_of(finance).get(f"/admin/funding/allocationrun/{run.pk}/change/").content.decode()
    assert "核对未通过" in page


def test_a_reading_that_comes_in_later_changes_no_signature_of_before(monkeypatch) -> None:
    run, rows = kept_run()
    later = replace(SWITCHES[0], name="mood", since=2)
    monkeypatch.setattr("funding.runs.queries.frozen.SWITCHES", (*SWITCHES, later))
    run.mood = "good"
    assert digest_of(run, rows) == KEPT["digest"]
    for version, known in ((1, False), (2, True)):
        run.version = version
        assert ("mood" in statement(run, rows)["reading"]) is known


@pytest.mark.django_db
def test_a_version_that_nobody_knows_is_refused_by_the_database(finance) -> None:
    run = draft(small_round(), finance)
    with pytest.raises(DatabaseError), transaction.atomic():
        AllocationRun.objects.filter(pk=run.pk).update(version=4)
