"""What keeps a run from being checked, signed or locked: each obstacle with its sentence."""

from datetime import timedelta

import pytest

from evaluation.models import Certification, PublicNotice, Result
from evaluation.public_notice.services.objections import refuse
from funding.models import AllocationRun
from funding.runs.queries.frozen import rows_of
from funding.runs.queries.obstacles import changed_counts, in_force, obstacles
from funding.runs.services.runs import check as check_run
from funding.runs.services.runs import lock, sign
from platforms.errors import Refusal
from platforms.models import Application, Region, Round
from tests.evaluation.amendments.amending import change, changed, correction
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.stage import approver, objection, published_round
from tests.funding.worked import AT, JIA, LATER, YI, checked, draft, drafter, locked, signed, small_round, withdraw

pytestmark = pytest.mark.django_db


def of(run: AllocationRun) -> tuple[str, ...]:
    """The obstacles of the run as it is read now."""
    return obstacles(AllocationRun.objects.select_related("round").get(pk=run.pk))


def test_an_open_objection_is_in_the_way_until_it_is_answered(finance, finance2) -> None:
    round_ = small_round()
    runs = draft(round_, finance), checked(round_, finance), signed(round_, finance)
    made = objection(PublicNotice.objects.get(round=round_), None)
    told = "2020年度尚有1件异议未答复，答复后方可签署、锁定。"
    acts = (
        lambda: check_run(run=runs[0], by=finance, at=AT),
        lambda: sign(run=runs[1], by=finance2, at=AT),
        lambda: lock(run=runs[2], by=finance2, at=AT),
    )
    for run, act in zip(runs, acts, strict=True):
        assert of(run) == (told,)
        with pytest.raises(Refusal) as caught:
            act()
        assert str(caught.value) == told
    refuse(objection=made, text="与公示无关", by=approver(), at=AT)
    assert [of(run) for run in runs] == [()] * 3


def test_objections_of_another_round_are_none_of_this_one(finance) -> None:
    run, other = draft(small_round(), finance), small_round(2021)
    objection(PublicNotice.objects.get(round=other), None)
    assert of(run) == ()


def test_a_proposed_correction_is_in_the_way_and_a_proposed_change_of_data_is_not(finance) -> None:
    round_ = small_round()
    run = draft(round_, finance)
    first, second = Result.objects.filter(publication__round=round_, region__code=JIA)
    change(first, {"address": "新址1号"}, on=LATER.date(), at=LATER)
    assert of(run) == ()
    correction(second, grade="B", grade_reason="核对", on=LATER.date(), at=LATER)
    assert of(run) == ("2020年度尚有1件认定结果更正待决定，决定后方可签署、锁定。",)


def test_a_revocation_before_the_lock_is_told_with_the_application(finance) -> None:
    round_ = small_round()
    run = draft(round_, finance)
    revoked(Certification.objects.filter(result__region__code=JIA).order_by("pk")[0], on=AT.date(), at=AT)
    assert of(run) == (
        "测算后申报数或认定结果有变动（海曙区（SB2020-330203-001由“A档”变为“公布后撤销”）），请重新测算后再签署。",
    )


def test_three_changed_applications_of_a_region_are_named_and_of_four_it_is_said_how_many(finance) -> None:
    round_ = published_round({JIA: {"A": 1, "returned": 3}, YI: {"A": 1, "returned": 4}}).round
    run = draft(round_, finance)
    for code, count in ((JIA, 3), (YI, 4)):
        for number in range(2, 2 + count):
            withdraw(f"SB2020-{code}-{number:03d}")
    first, second = changed_counts(run, rows_of(run))
    assert first.startswith("海曙区（SB2020-330203-002由“未评定档次，未评定”变为")
    assert (first.count("变为"), "等" in first) == (3, False)
    assert (second.count("变为"), second.endswith("等4件）")) == (3, True)


def test_an_application_that_came_or_went_is_told_as_not_listed(finance) -> None:
    run = draft(published_round({JIA: {"A": 1, "returned": 1, "draft": 1}}).round, finance)
    Application.objects.filter(number=f"SB2020-{JIA}-002").update(
        submitted_at=None, last_submitted_at=None, status="draft"
    )
    Application.objects.filter(number=f"SB2020-{JIA}-003").update(submitted_at=AT, status="submitted")
    [told] = changed_counts(run, rows_of(run))
    assert told == (
        f"海曙区（SB2020-{JIA}-002由“未评定档次，未评定”变为“未列入”；"
        f"SB2020-{JIA}-003由“未列入”变为“未评定档次，未评定”）"
    )


def test_a_cap_that_was_lowered_to_the_pool_stands_and_one_yuan_below_it_does_not(finance) -> None:
    run = draft(small_round(), finance, pool=1_000)
    for cap, told in ((1_000, ()), (999, ("资金总额1,000元超过本年度上限999元，请重新测算后再签署。",))):
        Round.objects.filter(pk=run.round_id).update(cap_yuan=cap)
        assert of(run) == told


def test_counts_that_cannot_be_drawn_any_more_are_told(finance) -> None:
    run = draft(small_round(), finance)
    withdraw(f"SB2020-{JIA}-001")
    assert of(run) == (
        f"测算后申报数或认定结果有变动（SB2020-{JIA}-001已撤回，但有公布的认定结果，不能测算资金），请重新测算后再签署。",
    )


def test_a_region_that_was_renamed_is_named_and_computed_anew(finance) -> None:
    run = draft(small_round(), finance)
    Region.objects.filter(code=JIA).update(name="改名区")
    assert of(run) == ("测算后申报数或认定结果有变动（改名区），请重新测算后再签署。",)


def test_a_changed_operator_changes_no_count(finance, monkeypatch) -> None:
    round_ = small_round()
    run = draft(round_, finance)
    at = LATER + timedelta(days=200)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    result = Result.objects.filter(publication__round=round_, region__code=JIA)[0]
    changed(result, {"address": "新址1号"}, on=at.date(), at=at)
    assert of(run) == ()


def test_only_the_run_in_force_and_what_corrects_it_have_no_locked_one_in_the_way(finance, finance2) -> None:
    round_ = small_round()
    rival = draft(round_, drafter())
    assert in_force(round_) is None
    run = locked(round_, finance, finance2)
    assert in_force(round_) == run
    assert of(rival) == (f"本年度已有锁定的资金分配{run.number}，只能新建更正它的测算。",)
