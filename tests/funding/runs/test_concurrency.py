"""Two finance officers at once: exactly one wins, the other reads a sentence."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from funding.models import AllocationRun
from funding.readings import Reading
from funding.runs.choices import RunStatus
from funding.runs.queries.frozen import check
from funding.runs.queries.obstacles import in_force
from funding.runs.services import runs
from funding.runs.services.runs import check as check_run
from funding.runs.services.runs import discard, lock, make_run, recalculate, send_back, sign
from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import AuditEvent
from tests import factories
from tests.evaluation.stage import published_round
from tests.funding.worked import AT, JIA, LATER, POOL, checked, draft, drafter, locked, signed, small_round, withdraw
from tests.patience import LONG

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.trust("T11")]


def at_once(*acts: Callable[[], object]) -> tuple[list[object], list[str]]:
    """Run ``acts`` at the same moment, each in its own connection; what was done, and what the refusals said."""
    start, done, refused, failed = Barrier(len(acts)), [], [], []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(LONG)
            done.append(act())
        except Refusal as refusal:
            refused.append(str(refusal))
        except Exception as failure:
            failed.append(failure)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert failed == []
    return done, refused


def test_two_who_lock_the_same_run_at_once_lock_it_once(finance, finance2) -> None:
    third = factories.person("finance3", "finance")
    run = signed(small_round(), finance)
    done, refused = at_once(lambda: lock(run=run, by=finance2, at=LATER), lambda: lock(run=run, by=third, at=LATER))
    assert (len(done), len(refused)) == (1, 1)
    assert refused == ["“锁定”未执行：这份测算当前为“已锁定”，请刷新页面后查看。"]
    run.refresh_from_db()
    assert run.locked_by in (finance2, third)
    assert AuditEvent.objects.filter(verb="锁定").count() == 1
    assert list(audit.breaks()) == []
    assert check(run) == ()


def test_two_who_sign_the_same_run_at_once_sign_it_once(finance, finance2) -> None:
    run = checked(small_round(), drafter())
    done, refused = at_once(lambda: sign(run=run, by=finance, at=AT), lambda: sign(run=run, by=finance2, at=AT))
    assert (len(done), refused) == (1, ["“签署”未执行：这份测算当前为“已签署待锁定”，请刷新页面后查看。"])
    assert AuditEvent.objects.filter(verb="签署").count() == 1


def test_a_drafter_who_checks_twice_at_once_checks_once(finance) -> None:
    run = draft(small_round(), finance)
    done, refused = at_once(
        lambda: check_run(run=run, by=finance, at=AT), lambda: check_run(run=run, by=finance, at=AT)
    )
    assert (len(done), refused) == (
        1, ["“核对无误，送签署”未执行：这份测算当前为“已核对待签署”，请刷新页面后查看。"],
    )  # fmt: skip
    assert AuditEvent.objects.filter(verb="核对无误，送签署").count() == 1


def test_checking_what_is_computed_anew_at_once_never_checks_unseen_figures(finance, finance2) -> None:
    run = draft(small_round(), finance)
    at_once(
        lambda: recalculate(run=run, pool_yuan=9_000_000, reading=Reading(), revision=1, by=finance2, at=AT),
        lambda: check_run(run=run, revision=1, by=finance, at=AT),
    )
    run.refresh_from_db()
    # Checked first, it is computed anew all the same: the check is of what was seen, and does not outlive it.
    assert (run.status, run.pool_yuan, run.made_by, run.checked_by) == (RunStatus.DRAFT, 9_000_000, finance2, None)
    assert check(run) == ()


def test_who_signs_after_a_change_takes_back_no_newer_check(finance, finance2, monkeypatch) -> None:
    run = checked(published_round({JIA: {"A": 4, "returned": 1}}).round, finance)
    withdraw(f"SB2020-{JIA}-005")
    take_back = runs._take_back_check

    def meanwhile(*args: object) -> None:
        again = recalculate(run=run, pool_yuan=POOL, reading=Reading(), revision=1, by=finance, at=AT)
        check_run(run=again, by=finance, at=AT)
        take_back(*args)

    monkeypatch.setattr(runs, "_take_back_check", meanwhile)
    with pytest.raises(Refusal, match="有变动"):
        sign(run=run, by=finance2, at=AT)
    run.refresh_from_db()
    assert (run.status, run.checked_by, run.revision) == (RunStatus.CHECKED, finance, 2)
    assert not AuditEvent.objects.filter(verb="核对失效").exists()


def test_locking_and_sending_back_at_once_is_one_of_the_two(finance, finance2) -> None:
    run = signed(small_round(), finance)
    done, refused = at_once(
        lambda: lock(run=run, by=finance2, at=LATER), lambda: send_back(run=run, reason="有误", by=finance, at=LATER)
    )
    run.refresh_from_db()
    assert (len(done), len(refused)) == (1, 1)
    assert (run.status, bool(run.digest), bool(run.locked_by)) in (("locked", True, True), ("draft", False, False))


def test_two_signed_runs_of_a_round_locked_at_once_leave_one_in_force(finance, finance2) -> None:
    round_ = small_round()
    first, second = signed(round_, finance), signed(round_, finance)
    done, refused = at_once(
        lambda: lock(run=first, by=finance2, at=LATER), lambda: lock(run=second, by=finance2, at=LATER)
    )
    assert (len(done), len(refused)) == (1, 1)
    assert "只能新建更正它的测算" in refused[0]
    assert AllocationRun.objects.filter(status=RunStatus.LOCKED).count() == 1


def test_two_who_compute_the_same_draft_at_once_never_mix_their_rows(finance, finance2) -> None:
    run = draft(small_round(), finance)

    def again(by, pool: int) -> AllocationRun:
        return recalculate(run=run, pool_yuan=pool, reading=Reading(), revision=1, by=by, at=AT)

    done, refused = at_once(lambda: again(finance, 9_000_000), lambda: again(finance2, 6_000_000))
    run.refresh_from_db()
    assert (len(done), len(refused), run.revision, run.rows.count()) == (1, 1, 2, 18)
    assert check(run) == ()


def test_signing_what_is_computed_anew_at_once_never_signs_unseen_figures(finance, finance2) -> None:
    run = checked(small_round(), finance)
    done, refused = at_once(
        lambda: recalculate(run=run, pool_yuan=9_000_000, reading=Reading(), revision=1, by=finance, at=AT),
        lambda: sign(run=run, revision=1, by=finance2, at=AT),
    )
    run.refresh_from_db()
    assert (len(done), len(refused)) == (1, 1)
    assert (run.status, run.pool_yuan) in ((RunStatus.SIGNED, POOL), (RunStatus.DRAFT, 9_000_000))
    assert check(run) == ()


@pytest.mark.trust("T46")
def test_runs_made_at_once_get_numbers_of_their_own_without_a_gap(finance, finance2) -> None:
    round_ = small_round()

    def several(by) -> list[str]:
        with transaction.atomic():
            draft(round_, by)
            transaction.set_rollback(True)
        return [draft(round_, by).number for _ in range(10)]

    done, refused = at_once(lambda: several(finance), lambda: several(finance2))
    assert refused == []
    assert sorted(number for numbers in done for number in numbers) == [f"2020-ZJ-{n:02d}" for n in range(1, 21)]


def test_two_corrections_of_a_locked_run_made_at_once_are_one(finance, finance2) -> None:
    round_ = small_round()
    old = locked(round_, finance, finance2)

    def correct(by) -> AllocationRun:
        return make_run(round=round_, pool_yuan=POOL, reading=Reading(), by=by, at=LATER, replaces=old)

    done, refused = at_once(lambda: correct(finance), lambda: correct(finance2))
    assert (len(done), len(refused)) == (1, 1)
    assert "已有更正它的测算2020-ZJ-02" in refused[0]
    discard(run=done[0], reason="不再需要", by=finance, at=LATER)
    assert in_force(round_) == old
