"""Payments: proposed by one finance officer, released by another, never more than was allocated."""

from datetime import date, timedelta
from typing import Any

import pytest

from funding.models import AllocationRelease, Payment, PaymentBatch
from funding.payments.choices import BatchStatus
from funding.payments.queries.sums import money_of_regions, payments_of, release_in_force
from funding.payments.queries.todo import waiting_for
from funding.payments.services.batches import decline, propose, release_batch, withdraw
from funding.payments.services.summary import export_summary
from funding.runs.queries.obstacles import in_force
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, Region, User
from platforms.workbench.queries.todo import todo_for
from tests.funding.payments.paying import DOCUMENT, PAID_ON, corrected, lines, paid, proposed
from tests.funding.worked import BING, DING, JIA, LATER, POOL, YI, locked, release_of, released, worked_round
from tests.kept_rows import once

pytestmark = pytest.mark.django_db

JIA_AMOUNT, BING_AMOUNT = 9_250_000, 5_750_000


def _release(finance: User, finance2: User) -> AllocationRelease:
    return released(worked_round(), finance, finance2)


@pytest.fixture
def release(finance: User, finance2: User) -> AllocationRelease:
    return once(_release, finance, finance2)


def sums(release: AllocationRelease, code: str) -> tuple[int, int, int, int, int]:
    """Allocated, paid, proposed, rest and overpaid of the region of ``code`` under the run in force."""
    run = in_force(release.run.round)
    assert run is not None
    found = {each.region.code: each.balance for each in money_of_regions(run)}[code]
    return found.allocated, found.paid, found.proposed, found.rest, found.overpaid


# From a proposal to money.


@pytest.mark.clause("N27")
def test_a_batch_is_proposed_by_one_and_released_by_another(release: AllocationRelease, finance: User, finance2: User):
    batch = proposed(release, finance, r330203=9_000_000, r330206=5_750_000)
    assert (batch.number, batch.status, batch.document_number) == ("2020-BF-01", BatchStatus.PROPOSED, DOCUMENT)
    assert sums(release, JIA) == (JIA_AMOUNT, 0, 9_000_000, 250_000, 0)
    done = release_batch(batch=batch, by=finance2, at=LATER)
    assert (done.status, done.decided_by, done.decided_at) == (BatchStatus.RELEASED, finance2, LATER)
    assert sums(release, JIA) == (JIA_AMOUNT, 9_000_000, 0, 250_000, 0)
    assert sums(release, BING) == (BING_AMOUNT, BING_AMOUNT, 0, 0, 0)
    assert [(each.region.code, each.amount_yuan) for each in payments_of(release.run.round)] == [
        (JIA, 9_000_000),
        (BING, 5_750_000),
    ]
    assert proposed(release, finance, r330203=250_000).number == "2020-BF-02"


def test_each_verb_writes_one_event(release: AllocationRelease, finance: User, finance2: User) -> None:
    release_batch(batch=proposed(release, finance, r330203=1_000), by=finance2, at=LATER)
    decline(batch=proposed(release, finance, r330203=2_000), reason="金额有误", by=finance2, at=LATER)
    withdraw(batch=proposed(release, finance, r330203=3_000), by=finance, at=LATER)
    export_summary(round=release.run.round, by=finance, at=LATER)
    found = AuditEvent.objects.filter(verb__contains="拨付").order_by("serial")
    assert [(each.verb, each.actor, each.object_code) for each in found] == [
        ("提出拨付", finance.username, "2020-BF-01"),
        ("批准拨付", finance2.username, "2020-BF-01"),
        ("提出拨付", finance.username, "2020-BF-02"),
        ("不批准拨付", finance2.username, "2020-BF-02"),
        ("提出拨付", finance.username, "2020-BF-03"),
        ("撤回拨付", finance.username, "2020-BF-03"),
        ("导出资金拨付情况", finance.username, "2020"),
    ]
    assert found[1].changes["海曙区"] == ["", 1_000]
    assert found[1].changes["提出人"] == ["", finance.username]
    assert found[3].reason == "金额有误"


def test_what_is_declined_or_withdrawn_counts_no_longer(release: AllocationRelease, finance: User, finance2: User):
    decline(batch=proposed(release, finance, r330203=JIA_AMOUNT), reason="有误", by=finance2, at=LATER)
    withdraw(batch=proposed(release, finance, r330203=JIA_AMOUNT), by=finance, at=LATER)
    assert sums(release, JIA) == (JIA_AMOUNT, 0, 0, JIA_AMOUNT, 0)
    assert paid(release, finance, finance2, r330203=JIA_AMOUNT).status == BatchStatus.RELEASED


# Two people.


def test_who_proposed_decides_nothing_and_another_takes_nothing_back(
    release: AllocationRelease, finance: User, finance2: User
) -> None:
    batch = proposed(release, finance, r330203=1_000)
    for act in (
        lambda: release_batch(batch=batch, by=finance, at=LATER),
        lambda: decline(batch=batch, reason="有误", by=finance, at=LATER),
    ):
        with pytest.raises(Refusal, match="提出人不能办理本人提出的拨付"):
            act()
    with pytest.raises(Refusal, match="只有提出人可以撤回"):
        withdraw(batch=batch, by=finance2, at=LATER)
    batch.refresh_from_db()
    assert batch.status == BatchStatus.PROPOSED


def test_nobody_else_moves_money(
    release: AllocationRelease, finance: User, city: User, auditor: User, yinzhou: User
) -> None:
    batch = proposed(release, finance, r330203=1_000)
    for person in (city, auditor, yinzhou):
        with pytest.raises(Refusal, match="您没有提出拨付的权限。"):
            proposed(release, person, r330203=1)
        with pytest.raises(Refusal, match="您没有“批准拨付”的权限。"):
            release_batch(batch=batch, by=person, at=LATER)
        with pytest.raises(Refusal, match="您没有“不批准拨付”的权限。"):
            decline(batch=batch, reason="有误", by=person, at=LATER)
        with pytest.raises(Refusal, match="您没有“撤回拨付”的权限。"):
            withdraw(batch=batch, by=person, at=LATER)
        with pytest.raises(Refusal, match="您没有导出资金拨付情况的权限。"):
            export_summary(round=release.run.round, by=person, at=LATER)


def test_a_proposer_who_is_gone_makes_the_batch_void(release: AllocationRelease, finance: User, finance2: User) -> None:
    batch = proposed(release, finance, r330203=1_000)
    User.objects.filter(pk=finance.pk).update(is_active=False)
    with pytest.raises(Refusal, match="账号已停用或已不在岗位"):
        release_batch(batch=batch, by=finance2, at=LATER)
    assert decline(batch=batch, reason="提出人已离岗", by=finance2, at=LATER).status == BatchStatus.DECLINED


def test_a_renamed_proposer_is_the_same_person(release: AllocationRelease, finance: User) -> None:
    batch = proposed(release, finance, r330203=1_000)
    User.objects.filter(pk=finance.pk).update(username="renamed", name="另一个名字")
    with pytest.raises(Refusal, match="提出人不能办理本人提出的拨付"):
        release_batch(batch=batch, by=User.objects.get(pk=finance.pk), at=LATER)


def test_nothing_is_decided_twice(release: AllocationRelease, finance: User, finance2: User) -> None:
    batch = paid(release, finance, finance2, r330203=1_000)
    for act in (
        lambda: release_batch(batch=batch, by=finance2, at=LATER),
        lambda: decline(batch=batch, reason="有误", by=finance2, at=LATER),
        lambda: withdraw(batch=batch, by=finance, at=LATER),
    ):
        with pytest.raises(Gone, match="拨付批次2020-BF-01现为“已拨付”"):
            act()
    assert AuditEvent.objects.filter(verb="批准拨付").count() == 1


# Never more than was allocated.


def test_more_than_the_rest_is_refused_at_its_box(release: AllocationRelease, finance: User) -> None:
    for code, amount, sentence in (
        (JIA, JIA_AMOUNT + 1, "超出海曙区可拨付的 9,250,000 元（分配 9,250,000 元，已拨付 0 元）。"),
        (JIA, 0, "拨付金额应大于零。"),
        (YI, 1, "江北区不予支持，不能拨付。"),
        (DING, 1, "镇海区不予支持，不能拨付。"),
    ):
        with pytest.raises(Refusal) as refused:
            proposed(release, finance, **{f"r{code}": amount})
        assert (str(refused.value), refused.value.field) == (sentence, f"amount_{Region.objects.get(code=code).pk}")
    assert not PaymentBatch.objects.exists()


def test_batches_that_wait_count_too(release: AllocationRelease, finance: User, finance2: User) -> None:
    paid(release, finance, finance2, r330203=9_000_000)
    proposed(release, finance, r330203=200_000)
    with pytest.raises(Refusal, match="已拨付 9,000,000 元，待批准 200,000 元"):
        proposed(release, finance2, r330203=50_001)
    assert proposed(release, finance2, r330203=50_000).pk


def test_what_cannot_be_is_refused(release: AllocationRelease, finance: User) -> None:
    typed = {"lines": lines(r330203=1), "document_number": DOCUMENT, "paid_on": PAID_ON, "reason": "首批"}
    written = "请按“机关代字〔年份〕序号”填写文号，如 经信〔2026〕12号。"
    cases: tuple[tuple[dict[str, Any], str, str], ...] = (
        ({"document_number": ""}, "document_number", "请填写拨款文号。"),
        ({"document_number": "九十号"}, "document_number", written),
        ({"reason": " "}, "reason", "请填写“拨付理由”。"),
        ({"paid_on": date(2020, 10, 11)}, "paid_on", "拨付日期不能早于分配文件日期 2020-10-12。"),
        ({"lines": {}}, "", "请至少填写一个地区的拨付金额。"),
    )
    for changes, field, sentence in cases:
        with pytest.raises(Refusal) as refused:
            propose(release=release, by=finance, at=LATER, **(typed | changes))
        assert (refused.value.field, str(refused.value)) == (field, sentence)


def test_the_day_of_the_document_itself_will_do_and_the_number_is_written_as_numbers_are(
    release: AllocationRelease, finance: User
) -> None:
    made = propose(
        release=release, lines=lines(r330203=1), document_number="甬财[2020] 90号", paid_on=release.decided_on,
        reason="首批", by=finance, at=LATER,
    )  # fmt: skip
    assert (made.document_number, made.paid_on) == (DOCUMENT, date(2020, 10, 12))


def test_a_region_outside_of_the_run_is_refused(release: AllocationRelease, finance: User) -> None:
    stranger = Region.objects.create(code="330299", name="新设区", kind="county")
    with pytest.raises(Refusal, match="新设区不在2020-ZJ-01的分配范围内，不能拨付。"):
        proposed(release, finance, given={stranger: 1})


# A correction after money was paid.


def test_a_correction_that_lowers_an_amount_shows_what_was_paid_too_much(
    release: AllocationRelease, finance: User, finance2: User
) -> None:
    paid(release, finance, finance2, r330203=JIA_AMOUNT)
    newer = release_of(corrected(release.run, 12_000_000, finance, finance2), finance2)
    assert sums(release, JIA) == (7_400_000, JIA_AMOUNT, 0, 0, 1_850_000)
    with pytest.raises(Refusal, match="海曙区已多拨 1,850,000 元，不能再拨付。"):
        proposed(newer, finance, r330203=1)
    assert proposed(newer, finance, r330206=4_600_000).pk


def test_nothing_is_paid_by_an_allocation_that_was_corrected(
    release: AllocationRelease, finance: User, finance2: User
) -> None:
    waiting = proposed(release, finance, r330203=1_000)
    run = corrected(release.run, POOL, finance, finance2, totals="funded")
    why = "2020-ZJ-01已由2020-ZJ-02更正，须按更正并公布后的分配结果另行提出拨付。"
    with pytest.raises(Refusal, match=why):
        release_batch(batch=waiting, by=finance2, at=LATER)
    with pytest.raises(Refusal, match=why):
        proposed(release, finance, r330203=1_000)
    assert release_in_force(release.run.round) is None
    newer = release_of(run, finance2)
    assert release_in_force(release.run.round) == newer
    assert withdraw(batch=waiting, by=finance, at=LATER).status == BatchStatus.WITHDRAWN
    assert paid(newer, finance, finance2, r330203=9_517_857).status == BatchStatus.RELEASED


def test_a_round_without_a_locked_run_has_no_release(finance: User) -> None:
    assert release_in_force(worked_round()) is None


# What waits.


def test_a_batch_waits_for_everybody_who_did_not_propose_it(
    release: AllocationRelease, finance: User, finance2: User, city: User
) -> None:
    batch = proposed(release, finance, r330203=1_000)
    assert [list(waiting_for(person)) for person in (finance, finance2, city)] == [[], [batch], []]
    assert [todo.text for todo in todo_for(finance2)] == ["批准拨付"]
    assert "批准拨付" not in [todo.text for todo in todo_for(finance)]
    release_batch(batch=batch, by=finance2, at=LATER + timedelta(days=1))
    assert not waiting_for(finance2).exists()


def test_a_payment_reads_as_region_and_amount(release: AllocationRelease, finance: User) -> None:
    batch = proposed(release, finance, r330203=1_234)
    assert (str(batch), str(Payment.objects.get())) == ("2020-BF-01", "海曙区1,234元")


def test_a_run_that_is_only_locked_has_nothing_to_pay_by(finance: User, finance2: User) -> None:
    run = locked(worked_round(), finance, finance2)
    assert not AllocationRelease.objects.filter(run=run).exists()
    assert release_in_force(run.round) is None
