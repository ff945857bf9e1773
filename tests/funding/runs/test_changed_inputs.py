"""What becomes of a check and of a signature when an input changes."""

import pytest

from evaluation.models import Certification
from funding.models import AllocationRun
from funding.readings import Reading
from funding.runs.choices import RunStatus
from funding.runs.queries.frozen import check
from funding.runs.services.runs import check as check_run
from funding.runs.services.runs import lock, recalculate, sign
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, Region
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.stage import published_round
from tests.funding.runs.test_signatures import changes_cap, changes_counts, changes_figures, changes_notice
from tests.funding.worked import (
    AT,
    JIA,
    LATER,
    POOL,
    YI,
    check_and_sign,
    checked,
    draft,
    locked,
    signed,
    stored,
    withdraw,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("change", [changes_counts, changes_cap, changes_notice, changes_figures])
def test_an_input_that_changed_after_the_check_takes_it_back_and_is_told(finance, finance2, change) -> None:
    run = checked(published_round({JIA: {"A": 4, "returned": 1}}).round, finance)
    told = change(run)
    with pytest.raises(Refusal) as caught:
        sign(run=run, by=finance2, at=LATER)
    assert str(caught.value).startswith(told)
    run.refresh_from_db()
    assert (run.status, run.checked_by, run.checked_at, run.signed_by) == (RunStatus.DRAFT, None, None, None)
    event = AuditEvent.objects.order_by("-serial")[0]
    assert (event.verb, event.actor, event.reason, event.object_code) == (
        "核对失效", "finance2", str(caught.value), run.number,
    )  # fmt: skip
    with pytest.raises(Gone):
        sign(run=run, by=finance2, at=LATER)
    assert AuditEvent.objects.filter(verb="核对失效").count() == 1


@pytest.mark.clause("N23")
def test_a_draft_whose_counts_have_changed_is_computed_anew_before_it_is_checked(finance, finance2) -> None:
    round_ = published_round({JIA: {"A": 4, "D": 1, "returned": 1}}).round
    run = draft(round_, finance)
    withdraw(f"SB2020-{JIA}-006")
    changed = f"海曙区（SB2020-{JIA}-006由“未评定档次，未评定”变为“评分提交前撤回，撤回（不计）”）"
    with pytest.raises(Refusal, match=f"测算后申报数或认定结果有变动（{changed}），请重新测算后再签署。"):
        check_run(run=run, by=finance, at=AT)
    run = recalculate(run=run, pool_yuan=POOL, reading=Reading(), revision=1, by=finance, at=AT)
    assert (run.rows.get(code=JIA).declared, run.rows.get(code=JIA).excluded) == (5, True)
    assert check_and_sign(run, finance2).status == RunStatus.SIGNED


def test_a_signed_run_whose_counts_have_changed_is_not_locked(finance, finance2) -> None:
    run = signed(published_round({JIA: {"A": 4, "returned": 1}}).round, finance)
    withdraw(f"SB2020-{JIA}-005")
    with pytest.raises(Refusal, match=f"有变动（海曙区（SB2020-{JIA}-005由"):
        lock(run=run, by=finance2, at=LATER)


@pytest.mark.trust("T16")
@pytest.mark.clause("N23")
def test_a_run_keeps_the_counts_and_grades_that_it_was_signed_with(city, finance, finance2) -> None:
    round_ = published_round({JIA: {"A": 2, "B": 1, "returned": 1}, YI: {"A": 1}}).round
    run = locked(round_, finance, finance2)
    before = stored(run)
    withdraw(f"SB2020-{JIA}-004")
    revoked(Certification.objects.filter(result__region__code=JIA).first(), on=LATER.date(), at=LATER)
    Region.objects.filter(code=JIA).update(name="改名区")
    assert stored(run) == before
    assert check(AllocationRun.objects.get(pk=run.pk)) == ()
