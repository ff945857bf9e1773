"""One computes and checks, another signs, who did not sign locks; what was overtaken or tampered with is refused."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from evaluation.models import PublicNotice
from funding.models import AllocationRow, AllocationRun
from funding.money import FIRST
from funding.readings import Reading
from funding.runs.choices import RunStatus
from funding.runs.queries.frozen import check
from funding.runs.queries.obstacles import obstacles
from funding.runs.queries.sheet import sheet_of
from funding.runs.services.runs import check as check_run
from funding.runs.services.runs import discard, lock, recalculate, send_back, sign
from funding.runs.workflow import RUN
from platforms.choices import Role
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import AuditEvent, Region, Round, User
from tests import factories
from tests.evaluation.stage import objection
from tests.funding.worked import (
    AT,
    JIA,
    LATER,
    POOL,
    YI,
    amounts,
    check_and_sign,
    checked,
    draft,
    locked,
    signed,
    small_round,
    stored,
    withdraw,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_once")]

# Signatures.


def test_two_people_sign_and_the_run_is_locked(finance, finance2) -> None:
    run = signed(small_round(), finance)
    assert (run.status, run.signed_by, run.signed_at, len(run.digest)) == (RunStatus.SIGNED, finance, AT, 64)
    run = lock(run=run, by=finance2, at=LATER)
    assert (run.status, run.locked_by, run.locked_at) == (RunStatus.LOCKED, finance2, LATER)
    assert amounts(run, JIA, YI) == (10_000_000, 5_000_000)
    assert check(run) == ()


def test_the_signer_cannot_lock_and_neither_can_the_database(finance) -> None:
    run = signed(small_round(), finance)
    with pytest.raises(Refusal, match="锁定人不能是签署人本人，须由另一位财政人员锁定。"):
        lock(run=run, by=finance, at=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        AllocationRun.objects.filter(pk=run.pk).update(status="locked", locked_by=finance, locked_at=LATER)
    run.refresh_from_db()
    assert run.status == RunStatus.SIGNED


def test_only_who_computed_it_last_checks_a_run(finance, finance2) -> None:
    run = draft(small_round(), finance)
    with pytest.raises(Refusal, match=r"^这份测算由finance员最后测算，须由其本人核对；您可以重新测算后再核对。$"):
        check_run(run=run, by=finance2, at=AT)
    run = recalculate(run=run, pool_yuan=POOL, reading=Reading(), revision=1, by=finance2, at=AT)
    with pytest.raises(Refusal, match="由finance2员最后测算"):
        check_run(run=run, by=finance, at=AT)
    run = check_run(run=run, by=finance2, at=LATER)
    assert (run.status, run.checked_by, run.checked_at) == (RunStatus.CHECKED, finance2, LATER)
    event = AuditEvent.objects.get(verb="核对无误，送签署")
    assert (event.actor, event.changes) == ("finance2", {"申报数校验值": ["", run.counts_digest]})


def test_who_computed_a_run_does_not_sign_it_and_may_lock_it(finance, finance2) -> None:
    run = checked(small_round(), finance)
    with pytest.raises(Refusal, match=r"^签署人不能是测算人本人，须由另一位财政人员签署。$"):
        sign(run=run, by=finance, at=AT)
    run = sign(run=run, by=finance2, at=LATER)
    with pytest.raises(Refusal, match=r"^锁定人不能是签署人本人，须由另一位财政人员锁定。$"):
        lock(run=run, by=finance2, at=LATER)
    assert lock(run=run, by=finance, at=LATER).locked_by == finance


@pytest.mark.trust("T17")
@pytest.mark.parametrize(
    ("status", "values"),
    [
        # Checked by another than its drafter, or by nobody.
        ("draft", {"status": "checked", "checked_by": 2, "checked_at": AT}),
        ("draft", {"status": "checked"}),
        # A check without its moment, or on what is a draft again.
        ("checked", {"checked_at": None}),
        ("checked", {"status": "draft"}),
        # Signed by its drafter, before it was checked, or without a digest.
        ("checked", {"status": "signed", "signed_by": 1, "signed_at": AT, "digest": "0" * 64}),
        ("draft", {
            "status": "signed", "checked_by": 1, "checked_at": AT, "signed_by": 2, "signed_at": AT, "digest": "0" * 64,
        }),
        ("checked", {"status": "signed", "signed_by": 2, "signed_at": AT}),
        # Locked before it was signed, or by the signer.
        ("checked", {
            "status": "locked", "signed_by": 2, "signed_at": AT, "digest": "0" * 64, "locked_by": 1, "locked_at": AT,
        }),
        ("signed", {"status": "locked", "locked_by": 2, "locked_at": AT}),
        ("signed", {"status": "locked", "locked_at": AT}),
        # Computed anew by another behind a check that stands.
        ("signed", {"made_by": 2}),
    ],
)  # fmt: skip
def test_the_database_refuses_what_goes_past_drafter_signer_and_lock(finance, finance2, status, values) -> None:
    run = draft(small_round(), finance)
    if status != RunStatus.DRAFT:
        run = check_run(run=run, by=finance, at=AT)
    if status == RunStatus.SIGNED:
        run = sign(run=run, by=finance2, at=AT)
    before, people = stored(run), {1: finance, 2: finance2}
    values = {name: people[value] if isinstance(value, int) else value for name, value in values.items()}
    with pytest.raises(DatabaseError), transaction.atomic():
        AllocationRun.objects.filter(pk=run.pk).update(**values)
    assert stored(run) == before


def test_each_step_is_made_once(finance, finance2) -> None:
    run = checked(small_round(), finance)
    told = "未执行：这份测算当前为“{}”，请刷新页面后查看。$"
    with pytest.raises(Gone, match="^“核对无误，送签署”" + told.format("已核对待签署")):
        check_run(run=run, by=finance, at=AT)
    sign(run=run, by=finance2, at=AT)
    with pytest.raises(Gone, match="^“签署”" + told.format("已签署待锁定")):
        sign(run=run, by=finance2, at=AT)
    lock(run=run, by=finance, at=LATER)
    with pytest.raises(Gone, match="^“锁定”" + told.format("已锁定")):
        lock(run=run, by=finance, at=LATER)
    assert AuditEvent.objects.filter(object_pk=str(run.pk), object_type="资金分配").count() == 4


def test_a_page_of_before_neither_checks_signs_nor_locks(finance, finance2) -> None:
    run = draft(small_round(), finance)
    acts = (
        lambda seen: check_run(run=run, by=finance, at=AT, revision=seen),
        lambda seen: sign(run=run, by=finance2, at=AT, revision=seen),
        lambda seen: lock(run=run, by=finance, at=LATER, revision=seen),
    )
    for act in acts:
        for seen in (0, 2):
            with pytest.raises(StaleVersion):
                act(seen)
        act(1)
    run.refresh_from_db()
    assert run.status == RunStatus.LOCKED


@pytest.mark.trust("T18")
def test_people_who_were_renamed_since_still_check_sign_and_lock(finance, finance2) -> None:
    def rename(person: User) -> User:
        User.objects.filter(pk=person.pk).update(name=f"改名{person.name}", username=f"new-{person.username}")
        person.refresh_from_db()
        return person

    run = draft(small_round(), finance)
    run = check_run(run=run, by=rename(finance), at=AT)
    run = sign(run=run, by=rename(finance2), at=AT)
    rename(finance2)
    run = lock(run=run, by=rename(finance), at=LATER)
    assert (run.status, check(run)) == (RunStatus.LOCKED, ())
    assert [each.name for each in sheet_of(run).signatures] == [
        "改名改名finance员", "改名改名finance员", "改名改名finance2员", "改名改名finance员",
    ]  # fmt: skip


def test_a_checked_run_that_is_computed_anew_is_a_draft_again(finance, finance2) -> None:
    run = checked(small_round(), finance)
    run = recalculate(run=run, pool_yuan=12_000_000, reading=Reading(), revision=1, by=finance2, at=LATER)
    assert (run.status, run.checked_by, run.checked_at, run.made_by) == (RunStatus.DRAFT, None, None, finance2)
    with pytest.raises(Gone, match="“签署”未执行：这份测算当前为“测算中”"):
        sign(run=run, by=finance, at=LATER)
    assert AuditEvent.objects.filter(object_pk=str(run.pk)).order_by("-serial")[0].verb == "重新测算资金"


# What changes between check and signature takes the check back.


def changes_counts(run: AllocationRun) -> str:
    withdraw(f"SB2020-{JIA}-005")
    return f"测算后申报数或认定结果有变动（海曙区（SB2020-{JIA}-005由“未评定档次，未评定”变为“评分提交前撤回，"


def changes_cap(run: AllocationRun) -> str:
    Round.objects.filter(pk=run.round_id).update(cap_yuan=1_000)
    return "资金总额15,000,000元超过本年度上限1,000元"


def changes_notice(run: AllocationRun) -> str:
    money = FIRST.as_data() | {"points": {"A": 60, "B": 20, "C": 10}}
    AllocationRun.objects.filter(pk=run.pk).update(money=money)
    return "所依据的档次分值或淘汰线与本年度通知不一致"


def changes_figures(run: AllocationRun) -> str:
    AllocationRow.objects.filter(run=run, code=JIA).update(score="38")
    return "内部核对未通过：海曙区的占比、得分、权重或金额与按冻结数据重新计算的不一致。"


def test_what_is_in_the_way_and_no_input_leaves_the_check_standing(finance, finance2) -> None:
    round_ = small_round()
    run = checked(round_, finance)
    objection(PublicNotice.objects.get(round=round_), None)
    with pytest.raises(Refusal, match=r"^2020年度尚有1件异议未答复，答复后方可签署、锁定。$"):
        sign(run=run, by=finance2, at=LATER)
    run.refresh_from_db()
    assert (run.status, run.checked_by) == (RunStatus.CHECKED, finance)
    assert not AuditEvent.objects.filter(verb="核对失效").exists()


@pytest.mark.trust("T42")
def test_a_lock_whose_event_cannot_be_written_did_not_happen(finance, finance2, monkeypatch) -> None:
    run = signed(small_round(), finance)
    before = stored(run)

    def fails(**_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("platforms.audit.services.audit.record", fails)
    with pytest.raises(OSError, match="disk full"):
        lock(run=run, by=finance2, at=LATER)
    assert stored(run) == before


@pytest.mark.trust("T18")
@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.CITY}])
def test_the_pending_signature_of_a_person_who_left_no_longer_counts(finance, finance2, change) -> None:
    run = signed(small_round(), finance)
    User.objects.filter(pk=finance.pk).update(**change)
    with pytest.raises(Refusal, match="签署人finance员的账号已停用或已不在财政岗位，签署不再有效，请退回后重新签署。"):
        lock(run=run, by=finance2, at=LATER)
    run = send_back(run=run, reason="签署人已调离", by=finance2, at=LATER)
    third = factories.person("finance3", "finance")
    run = lock(run=check_and_sign(run, finance2, at=LATER), by=third, at=LATER)
    assert (run.status, run.signed_by, run.locked_by) == (RunStatus.LOCKED, finance2, third)


@pytest.mark.trust("T18")
def test_past_signatures_stay_when_the_person_leaves(finance, finance2) -> None:
    run = locked(small_round(), finance, finance2)
    before = stored(run)
    User.objects.filter(pk__in=[finance.pk, finance2.pk]).update(is_active=False)
    assert stored(run) == before
    assert check(AllocationRun.objects.get(pk=run.pk)) == ()


@pytest.mark.trust("T18")
def test_who_is_no_longer_active_or_in_finance_can_do_nothing(finance, finance2) -> None:
    round_ = small_round()
    run, ready, pending = draft(round_, finance2), checked(round_, finance), signed(round_, finance)
    finance2.is_active = False
    for act in (
        lambda: draft(round_, finance2),
        lambda: recalculate(run=run, pool_yuan=1, reading=Reading(), revision=1, by=finance2, at=AT),
        lambda: check_run(run=run, by=finance2, at=AT),
        lambda: sign(run=ready, by=finance2, at=AT),
        lambda: lock(run=pending, by=finance2, at=AT),
        lambda: send_back(run=pending, reason="退回", by=finance2, at=AT),
        lambda: discard(run=run, reason="作废", by=finance2, at=AT),
    ):
        with pytest.raises(Refusal, match="权限"):
            act()


@pytest.mark.parametrize(
    "tamper",
    [
        lambda run: AllocationRun.objects.filter(pk=run.pk).update(note="改过"),
        lambda run: AllocationRow.objects.filter(run=run, code=JIA).update(amount_yuan=9_250_001),
        lambda run: AllocationRow.objects.filter(run=run, code=JIA).update(withdrawn=1),
        lambda run: AllocationRow.objects.filter(run=run, code="SHQ").delete(),
        lambda run: AllocationRun.objects.filter(pk=run.pk).update(signed_at=LATER),
    ],
)
def test_what_was_changed_behind_the_signature_is_never_locked(finance, finance2, tamper) -> None:
    run = signed(small_round(), finance)
    tamper(run)
    with pytest.raises(Refusal, match="校验值不符：签署后内容被改动，不能锁定。请退回重新测算。"):
        lock(run=run, by=finance2, at=LATER)
    assert "校验值与现有内容不符，签署后内容被改动。" in check(AllocationRun.objects.get(pk=run.pk))


def test_a_draft_whose_stored_figures_are_wrong_is_not_signed(finance) -> None:
    run = draft(small_round(), finance)
    AllocationRow.objects.filter(run=run, code=JIA).update(score="38")
    assert check(run) == ("海曙区的占比、得分、权重或金额与按冻结数据重新计算的不一致。",)
    with pytest.raises(Refusal, match="内部核对未通过"):
        check_run(run=run, by=finance, at=AT)


# Drafts that time has overtaken.


@pytest.mark.clause("N22")
def test_a_pool_above_a_lowered_cap_is_neither_signed_nor_locked(finance, finance2) -> None:
    round_ = small_round()
    run, ready, pending = draft(round_, finance), checked(round_, finance), signed(round_, finance)
    Round.objects.filter(pk=round_.pk).update(cap_yuan=14_999_999)
    for act in (
        lambda: check_run(run=run, by=finance, at=AT),
        lambda: sign(run=ready, by=finance2, at=AT),
        lambda: lock(run=pending, by=finance2, at=LATER),
    ):
        with pytest.raises(Refusal, match="资金总额15,000,000元超过本年度上限14,999,999元，请重新测算后再签署。"):
            act()
    Round.objects.filter(pk=round_.pk).update(cap_yuan=15_000_000)
    assert check_and_sign(run, finance2).status == RunStatus.SIGNED


# The table of moves (T13), and what each leaves behind.

ACTS: dict[str, Callable[[AllocationRun, User], AllocationRun]] = {
    # Nobody but the drafter checks.
    "check": lambda run, by: check_run(run=run, by=run.made_by if by.role == Role.FINANCE else by, at=LATER),
    "sign": lambda run, by: sign(run=run, by=by, at=LATER),
    "send_back": lambda run, by: send_back(run=run, reason="数字有误", by=by, at=LATER),
    "lock": lambda run, by: lock(run=run, by=by, at=LATER),
    "discard": lambda run, by: discard(run=run, reason="不再需要", by=by, at=LATER),
}
ALLOWED = {
    ("draft", "check", "finance"): "checked",
    ("draft", "discard", "finance"): "discarded",
    ("checked", "sign", "finance"): "signed",
    ("checked", "send_back", "finance"): "draft",
    ("checked", "discard", "finance"): "discarded",
    ("signed", "send_back", "finance"): "draft",
    ("signed", "lock", "finance"): "locked",
}


def in_status(status: str, by: User) -> AllocationRun:
    run = draft(small_round(), by)
    if status == RunStatus.DISCARDED:
        return discard(run=run, reason="不再需要", by=by, at=AT)
    if status != RunStatus.DRAFT:
        run = check_run(run=run, by=by, at=AT)
    if status in (RunStatus.SIGNED, RunStatus.LOCKED):
        run = sign(run=run, by=factories.person("signer", "finance"), at=AT)
    return lock(run=run, by=by, at=AT) if status == RunStatus.LOCKED else run


@pytest.mark.trust("T13")
@pytest.mark.parametrize("status", RunStatus.values)
def test_only_the_cells_of_the_table_move_a_run(finance, status) -> None:
    run = in_status(status, finance)
    regions = {region.code: region for region in Region.objects.all()}
    people = {
        role: factories.officer("c", regions[JIA])
        if role == Role.COUNTY
        else User.objects.filter(username=role).exclude(pk=finance.pk).first() or factories.person(f"{role}-x", role)
        for role in Role.values
    }
    for name, act in ACTS.items():
        for role, person in people.items():
            target = ALLOWED.get((status, name, role))
            before, events = stored(run), AuditEvent.objects.count()
            with transaction.atomic():
                if target is None:
                    with pytest.raises(Refusal), transaction.atomic():
                        act(run, person)
                    assert (stored(run), AuditEvent.objects.count()) == (before, events)
                else:
                    assert act(run, person).status == target
                    assert AuditEvent.objects.count() == events + 1
                if target is not None and target != RunStatus.LOCKED:
                    transaction.set_rollback(True)
    assert {(s, n, r) for s, n, r in ALLOWED if s == status} == {
        (status, move.name, actor) for move in RUN.moves for actor in move.actors if status in move.sources
    }


def test_each_step_is_one_event_with_who_when_and_why(finance, finance2) -> None:
    run = signed(small_round(), finance)
    run = send_back(run=run, reason="口径需再议", by=finance2, at=LATER)
    assert (run.status, run.checked_by, run.checked_at) == (RunStatus.DRAFT, None, None)
    assert (run.signed_by, run.signed_at, run.digest) == (None, None, "")
    lock(run=check_and_sign(run, finance2, at=LATER), by=finance, at=LATER)
    events = AuditEvent.objects.filter(object_type="资金分配", object_pk=str(run.pk)).order_by("serial")
    assert [(event.verb, event.actor, event.reason, event.object_code) for event in events] == [
        ("新建资金测算", "drafter", "", "2020-ZJ-01"),
        ("核对无误，送签署", "drafter", "", "2020-ZJ-01"),
        ("签署", "finance", "", "2020-ZJ-01"),
        ("退回重新测算", "finance2", "口径需再议", "2020-ZJ-01"),
        ("核对无误，送签署", "drafter", "", "2020-ZJ-01"),
        ("签署", "finance2", "", "2020-ZJ-01"),
        ("锁定", "finance", "", "2020-ZJ-01"),
    ]


@pytest.mark.parametrize("name", ["send_back", "discard"])
def test_a_reason_is_asked_for_and_must_be_storable(finance, finance2, name) -> None:
    run = in_status("signed" if name == "send_back" else "draft", finance)
    act = {"send_back": send_back, "discard": discard}[name]
    for reason in ("", "  ", "退\x00回", "长" * 401):
        with pytest.raises(Refusal):
            act(run=run, reason=reason, by=finance2, at=LATER)
    assert act(run=run, reason="长" * 400, by=finance2, at=LATER).status == ALLOWED[(run.status, name, "finance")]


def test_a_run_that_can_be_signed_has_nothing_in_its_way(finance) -> None:
    run = draft(small_round(), finance)
    assert obstacles(run) == ()
