"""Releasing a locked run: who may, when, under which document, and whom it is told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from funding.models import AllocationRelease, AllocationRun
from funding.readings import Reading
from funding.releases.queries import chain_of, neighbours, unreleased
from funding.releases.services import release
from funding.runs.services.runs import check, lock, make_run, sign
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, Mail, User
from tests import factories
from tests.funding.worked import (
    AT,
    BING,
    DECIDED_ON,
    DOCUMENT,
    JIA,
    LATER,
    POOL,
    RELEASED_AT,
    USE_DUE_ON,
    YI,
    drafter,
    locked,
    release_of,
    released,
    signed,
    small_round,
    worked_round,
)

pytestmark = pytest.mark.django_db
RELEASED = "已公布的分配结果不得修改或删除"


@pytest.fixture
def finance2() -> User:
    return factories.person("finance2", "finance")


def correction(old: AllocationRun, signer: User, locker: User, **reading: str) -> AllocationRun:
    """A locked run that corrects ``old``."""
    run = make_run(round=old.round, pool_yuan=POOL, reading=Reading.of(**reading), by=drafter(), at=LATER, replaces=old)
    run = check(run=run, by=drafter(), at=LATER)
    return lock(run=sign(run=run, by=signer, at=LATER), by=locker, at=LATER)


def given(run: AllocationRun, by: User, **other: Any) -> dict[str, Any]:
    """What a release takes, but for ``other``."""
    return {
        "run": run,
        "document_number": DOCUMENT,
        "decided_on": DECIDED_ON,
        "use_due_on": USE_DUE_ON,
        "by": by,
        "at": RELEASED_AT,
    } | other


def test_a_release_keeps_document_and_days_and_is_recorded(finance: User, finance2: User) -> None:
    run = locked(small_round(), finance, finance2)
    made = release(**given(run, finance, document_number="甬财[2020]88号"))
    assert (made.document_number, made.decided_on, made.use_due_on) == (DOCUMENT, DECIDED_ON, USE_DUE_ON)
    assert (made.released_by, made.released_at) == (finance, RELEASED_AT)
    event = AuditEvent.objects.get(verb="公布分配结果")
    assert (event.actor, event.at) == (finance.username, RELEASED_AT)
    assert event.changes == {
        "测算编号": ["", run.number],
        "文号": ["", DOCUMENT],
        "文件日期": ["", "2020-10-12"],
        "使用情况报告截止日期": ["", "2021-06-30"],
        "已分配（元）": ["", POOL],
    }


@pytest.mark.parametrize("who", ["city", "yinzhou", "auditor"])
def test_only_finance_releases(who: str, request: pytest.FixtureRequest, finance: User, finance2: User) -> None:
    run = locked(small_round(), finance, finance2)
    with pytest.raises(Refusal, match=r"^您没有公布分配结果的权限。$"):
        release(**given(run, request.getfixturevalue(who)))
    assert not AllocationRelease.objects.exists()


def test_a_run_is_released_once(finance: User, finance2: User) -> None:
    made = released(small_round(), finance, finance2)
    with pytest.raises(Gone, match=r"^2020-ZJ-01的分配结果已经公布。$"):
        release_of(made.run, finance)
    assert AllocationRelease.objects.count() == 1


def test_what_is_not_locked_is_not_released(finance: User) -> None:
    run = signed(small_round(), finance)
    with pytest.raises(Refusal, match=r"^2020-ZJ-01当前为“已签署待锁定”，锁定后才可以公布分配结果。$"):
        release_of(run, finance)


def test_what_was_corrected_is_not_released_any_more(finance: User, finance2: User) -> None:
    old = locked(worked_round(), finance, finance2)
    new = correction(old, finance, finance2)
    with pytest.raises(Refusal, match=r"^2020-ZJ-01已由2020-ZJ-02更正，请公布2020-ZJ-02的分配结果。$"):
        release_of(old, finance)
    assert release_of(new, finance).run == new


@pytest.mark.parametrize(
    ("other", "field", "sentence"),
    [
        ({"document_number": ""}, "document_number", "请填写文号，如 经信〔2026〕12号。"),
        (
            {"document_number": "八十八号"},
            "document_number",
            "请按“机关代字〔年份〕序号”填写文号，如 经信〔2026〕12号。",
        ),
        ({"decided_on": date(2020, 10, 11)}, "decided_on", "文件日期不能早于锁定日期2020年10月12日。"),
        ({"decided_on": date(2020, 10, 14)}, "decided_on", "文件日期不能晚于今日（2020年10月13日）。"),
        ({"use_due_on": date(2020, 10, 13)}, "use_due_on", "使用情况报告截止日期须晚于今日（2020年10月13日）。"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    other: dict[str, Any], field: str, sentence: str, finance: User, finance2: User
) -> None:
    run = locked(small_round(), finance, finance2)
    with pytest.raises(Refusal) as refused:
        release(**given(run, finance, **other))
    assert (refused.value.field, str(refused.value)) == (field, sentence)
    assert not AllocationRelease.objects.exists()


@pytest.mark.parametrize(
    "other", [{"decided_on": date(2020, 10, 13)}, {"use_due_on": date(2020, 10, 14)}], ids=["today", "tomorrow"]
)
def test_the_days_at_the_line_are_taken(other: dict[str, Any], finance: User, finance2: User) -> None:
    made = release(**given(locked(small_round(), finance, finance2), finance, **other))
    assert {name: getattr(made, name) for name in other} == other


def test_each_county_that_reported_is_told_its_amount_once(finance: User, finance2: User) -> None:
    made = released(worked_round(), finance, finance2)
    mails = {mail.occasion: mail for mail in Mail.objects.filter(kind="allocated")}
    assert set(mails) == {f"allocation:2020-ZJ-01:{code}" for code in (JIA, YI, BING, "330211")}
    told = mails[f"allocation:2020-ZJ-01:{JIA}"]
    assert told.region is not None
    assert told.region.code == JIA
    assert told.subject == "请知悉：2020年度窗口平台资金分配结果已公布（甬财〔2020〕88号）"
    assert "分配金额：9,250,000 元。" in told.body
    assert f"/desk/funding/{made.pk}/" in told.body
    assert "请在2021年6月30日前填报资金使用情况报告。" in told.body
    assert "分配金额：0 元（未通过20%的淘汰线，不予支持）。" in mails[f"allocation:2020-ZJ-01:{YI}"].body


def test_a_correction_says_what_was_released_before(finance: User, finance2: User) -> None:
    first = released(worked_round(), finance, finance2)
    new = correction(first.run, finance, finance2, totals="funded")
    second = release_of(new, finance, document_number="甬财〔2020〕90号")
    told = Mail.objects.get(occasion=f"allocation:2020-ZJ-02:{JIA}")
    assert "分配金额：9,517,857 元，更正前为 9,250,000 元。" in told.body
    assert chain_of(first.run.round) == [second, first]
    assert neighbours(second) == (first, None)
    assert neighbours(first) == (None, second)
    event = AuditEvent.objects.filter(verb="公布分配结果").latest("pk")
    assert event.changes["被更正的分配结果"] == ["", "2020-ZJ-01"]


def test_what_waits_for_a_release_is_locked_in_force_and_not_released(finance: User, finance2: User) -> None:
    old = locked(worked_round(), finance, finance2)
    assert list(unreleased()) == [old]
    new = correction(old, finance, finance2)
    assert list(unreleased()) == [new]
    release_of(new, finance)
    assert list(unreleased()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("document_number", "甬财〔2020〕1号"), ("decided_on", date(2020, 10, 1)), ("use_due_on", date(2029, 1, 1))],
)
def test_the_database_refuses_every_change_of_a_release(column: str, value: Any, finance: User, finance2: User) -> None:
    made = released(small_round(), finance, finance2)
    for change in (
        lambda: AllocationRelease.objects.filter(pk=made.pk).update(**{column: value}),
        lambda: AllocationRelease.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match=RELEASED), transaction.atomic():
            change()
    assert AllocationRelease.objects.get() == made


def test_the_database_refuses_to_push_a_release_aside(finance: User, finance2: User) -> None:
    """SQLite deletes without a DELETE trigger what INSERT OR REPLACE pushes aside."""
    made = released(small_round(), finance, finance2)
    facts = {"run": made.run, "document_number": "甬财〔2020〕1号", "decided_on": DECIDED_ON, "use_due_on": USE_DUE_ON,
             "released_at": AT, "released_by": finance}  # fmt: skip
    for key in ({}, {"pk": made.pk}):
        with pytest.raises(DatabaseError, match=RELEASED), transaction.atomic():
            AllocationRelease.objects.create(**facts | key)
    assert AllocationRelease.objects.get().document_number == DOCUMENT


def test_the_database_refuses_to_release_what_is_not_locked(finance: User) -> None:
    run = signed(small_round(), finance)
    with pytest.raises(DatabaseError, match="资金分配须先锁定再公布"), transaction.atomic():
        AllocationRelease.objects.create(
            run=run, document_number=DOCUMENT, decided_on=DECIDED_ON, use_due_on=USE_DUE_ON, released_at=AT,
            released_by=finance,
        )  # fmt: skip


def test_the_database_keeps_a_document_and_a_day_after_it(finance: User, finance2: User) -> None:
    run = locked(small_round(), finance, finance2)
    facts = {"run": run, "document_number": DOCUMENT, "decided_on": DECIDED_ON, "use_due_on": DECIDED_ON,
             "released_at": AT, "released_by": finance}  # fmt: skip
    for wrong in ({"document_number": ""}, {"use_due_on": DECIDED_ON - timedelta(days=1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            AllocationRelease.objects.create(**facts | wrong)
    assert AllocationRelease.objects.create(**facts).pk
