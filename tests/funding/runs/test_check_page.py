"""What is read before a run is checked, signed or locked, and what a form keeps that was refused."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from funding.models import AllocationItem, AllocationRun
from funding.readings import COUNT_SWITCHES, SWITCHES, Counting, Reading
from funding.runs.choices import RunStatus
from funding.runs.queries.applications import applications_of, reported_of
from funding.runs.queries.frozen import items_of
from funding.runs.queries.sheet import sheet_of
from funding.runs.services.runs import check, discard, make_run
from funding.warnings import Kind
from platforms.models import AuditEvent, Round, User
from tests.evaluation.stage import graded_round, published_round
from tests.factories import PASSWORD
from tests.funding.worked import (
    AT,
    JIA,
    POOL,
    YI,
    checked,
    draft,
    drafter,
    locked,
    other_notice,
    other_round,
    signed,
    small_round,
    withdraw,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/funding/allocationrun/"
ADD = f"{LIST}add/"
DEFAULT = Reading().as_dict() | Counting().as_dict()
#: Every switch at another value than the default.
OTHERWISE = {switch.name: str(switch.choices[-1].value) for switch in (*SWITCHES, *COUNT_SWITCHES)}


def page(run: AllocationRun, *tail: object) -> str:
    return f"{LIST}{run.pk}/" + "".join(f"{part}/" for part in (tail or ("change",)))


def text_of(response: Any) -> str:
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace(" （", "（")


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def desk(browser_of, finance) -> Client:
    return browser_of(finance)


def counted_round() -> Round:
    """A published round of which one application was returned and never answered, and one withdrawn early."""
    round_ = published_round({JIA: {"A": 2, "returned": 2}, YI: {"A": 1}}).round
    withdraw(f"SB2020-{JIA}-003")
    return round_


# Warnings.


def test_the_warnings_stand_on_the_page_of_the_run_and_before_each_signature(browser_of, finance, finance2) -> None:
    round_ = counted_round()
    ungraded = "未评定档次的申报1件（海曙区1件），本次测算的处理：计入申报总数，不计档次。"
    run = draft(round_, finance)
    assert ungraded in [each.sentence for each in sheet_of(run).warnings]
    assert {Kind.ONE_FAILING, Kind.UNREACHED, Kind.UNGRADED} <= {each.kind for each in sheet_of(run).warnings}
    one, other = browser_of(finance), browser_of(finance2)
    for address in (page(run), page(run, "move", "check")):
        assert "注意事项 " in text_of(one.get(address))
        assert ungraded in text_of(one.get(address))
    one.post(page(run, "move", "check"), {"revision": 1})
    assert ungraded in text_of(other.get(page(run, "move", "sign")))
    other.post(page(run, "move", "sign"), {"revision": 1, "password": PASSWORD})
    assert ungraded in text_of(one.get(page(run, "move", "lock")))
    assert AllocationRun.objects.get().status == RunStatus.SIGNED


# The check page.


def test_the_check_page_shows_inputs_sums_and_who_computed(desk, finance) -> None:
    run = make_run(
        round=counted_round(), pool_yuan=14_000_000, reading=Reading.of(cutoff="exclusive"),
        counting=Counting.of(ungraded="out"), by=finance, at=AT,
    )  # fmt: skip
    words = text_of(desk.get(page(run, "move", "check")))
    assert "测算人 finance员 2020年10月12日 10:00" in words
    assert "签署人" not in words
    assert "资金总额 14,000,000 元 本年度资金上限 15,000,000 元 总额比上限少 1,000,000 元" in words
    assert "淘汰线（非默认） 不含20%：超过20%才不予支持 默认：含20%：达到20%即不予支持" in words
    assert "未评定档次的申报（非默认） 不计入申报总数 默认：计入申报总数，不计档次" in words
    assert "占比基数" not in words
    assert "各项口径均采用" not in words
    assert (
        "范围 申报 A档 B档 C档 D档 未评定 评分后撤回 公布后撤销 撤回不计 未评定不计 各地区合计 3 3 0 0 0 0 0 0 1 1"
        in words
    )
    assert "评分提交前撤回（1件）" in words
    assert f"SB2020-{JIA}-003" in words
    assert "未评定档次（1件）" in words
    assert f"SB2020-{JIA}-001" not in words
    assert f"申报数校验值 {run.counts_digest}" in words
    assert "按冻结的申报数、档次和口径重新计算，结果一致" in words
    assert "已分配 14,000,000 元 未分配 0 元" in words


def test_a_run_under_the_defaults_says_so_and_one_at_the_cap_too(desk, finance) -> None:
    words = text_of(desk.get(page(draft(small_round(), finance), "move", "check")))
    assert "总额等于上限" in words
    assert "各项口径均采用本年度通知的默认值。" in words


def test_the_signer_sees_who_computed_and_checked_and_when(desk) -> None:
    run = checked(small_round(), drafter())
    words = text_of(desk.get(page(run, "move", "sign")))
    assert "测算人 drafter员 2020年10月12日 10:00 核对人 drafter员 2020年10月12日 10:00" in words


def test_who_locks_sees_the_digest_and_a_reason_is_asked_on_a_page_of_its_own(browser_of, finance, finance2) -> None:
    run = signed(small_round(), finance)
    browser = browser_of(finance2)
    assert f"校验值 {run.digest}" in text_of(browser.get(page(run, "move", "lock")))
    assert "测算依据" not in text_of(browser.get(page(run, "move", "send_back")))


@pytest.mark.clause("N27")
def test_who_signs_reads_each_amount_and_what_a_correction_changes(browser_of, finance, finance2) -> None:
    round_ = published_round({JIA: {"A": 2, "returned": 1}, YI: {"A": 1}}).round
    first = draft(round_, finance)
    words = text_of(browser_of(finance).get(page(first, "move", "check")))
    assert "海曙区 10,000,000 1,000.00 万元 支持" in words
    assert "江北区 5,000,000 500.00 万元 支持" in words
    assert "被更正的测算" not in words
    discard(run=first, reason="重新测算", by=finance, at=AT)
    old = locked(round_, finance, finance2)
    new = make_run(round=round_, pool_yuan=12_000_000, reading=Reading(), by=finance, at=AT, replaces=old)
    check(run=new, by=finance, at=AT)
    response = browser_of(finance2).get(page(new, "move", "sign"))
    words = text_of(response)
    assert f"被更正的测算 {old.number}" in words
    assert "资金总额由15,000,000元变为12,000,000元" in words
    assert "江北区 5,000,000 4,000,000 -1,000,000" in words


def test_what_is_in_the_way_stands_on_the_check_page_before_it_is_pressed(desk, finance) -> None:
    run = draft(small_round(), finance)
    assert "现在不能签署或锁定" not in text_of(desk.get(page(run, "move", "check")))
    Round.objects.update(cap_yuan=14_000_000)
    words = text_of(desk.get(page(run, "move", "check")))
    assert "现在不能签署或锁定 资金总额15,000,000元超过本年度上限14,000,000元，请重新测算后再签署。" in words
    assert "总额超过上限" in words


def test_figures_that_do_not_agree_are_said_on_the_check_page(desk, finance) -> None:
    run = draft(small_round(), finance)
    run.rows.filter(code=JIA).update(amount_yuan=1)
    words = text_of(desk.get(page(run, "move", "check")))
    assert "核对未通过 海曙区的占比、得分、权重或金额与按冻结数据重新计算的不一致。" in words
    assert "重新计算 不一致" in words


def test_a_signature_refused_after_a_change_says_what_changed_and_that_the_check_is_gone(desk) -> None:
    run = checked(published_round({JIA: {"A": 4, "returned": 1}}).round, drafter())
    withdraw(f"SB2020-{JIA}-005")
    changed = (
        f"测算后申报数或认定结果有变动（海曙区（SB2020-{JIA}-005由“未评定档次，未评定”变为“评分提交前撤回，撤回（不计）”））"
        "，请重新测算后再签署。"
    )
    assert changed in text_of(desk.get(page(run, "move", "sign")))
    response = desk.post(page(run, "move", "sign"), {"revision": 1, "password": PASSWORD}, follow=True)
    assert response.redirect_chain == [(page(run), 302)]
    assert said(response) == [changed]
    assert f"核对已失效 {changed}" in text_of(response)
    run.refresh_from_db()
    assert (run.status, run.checked_by) == (RunStatus.DRAFT, None)
    assert AuditEvent.objects.order_by("-serial").first().verb == "核对失效"
    # Computed anew, the page no longer says it.
    shown = response.context["shown_digest"]
    response = desk.post(page(run), DEFAULT | {"pool_yuan": "15,000,000", "_shown": shown}, follow=True)
    assert "核对已失效" not in text_of(desk.get(page(run)))


def test_a_refusal_that_leaves_the_check_stays_on_the_page_with_what_was_typed(desk, finance) -> None:
    run = checked(small_round(), drafter())
    response = desk.post(page(run, "move", "sign"), {"revision": 7, "password": PASSWORD})
    assert response.status_code == 409
    run.refresh_from_db()
    assert run.status == RunStatus.CHECKED


# The applications.


def test_each_application_stands_on_the_page_under_its_region_and_the_odd_ones_before(
    browser_of, desk, finance
) -> None:
    run = draft(counted_round(), finance)
    found = applications_of(run, items_of(run), finance)
    assert [(group.heading, group.total) for group in found.kinds] == [("评分提交前撤回", 1), ("未评定档次", 1)]
    assert [(group.heading, group.total) for group in found.regions] == [("海曙区", 4), ("江北区", 1)]
    assert {entry.counted for entry in found.regions[1].entries} == {"A档"}
    words = text_of(desk.get(page(run)))
    assert "计入的申报 测算时冻结" in words
    assert "海曙区（4件）" in words


def test_finance_reaches_the_result_and_the_city_application_and_assessment_too(finance, city) -> None:
    run = draft(small_round(), finance)
    items = items_of(run)

    def shown(who: User) -> list[list[str]]:
        groups = applications_of(run, items, who).regions
        return [[link.label for link in entry.links] for group in groups for entry in group.entries]

    assert shown(finance) == [["认定结果"]] * 3
    assert shown(city) == [["申报", "评价", "认定结果"]] * 3


def test_each_link_opens_for_whom_it_is_shown(browser_of, finance, city) -> None:
    run = draft(small_round(), finance)
    for who in (finance, city):
        browser = browser_of(who)
        for link in applications_of(run, items_of(run), who).regions[0].entries[0].links:
            assert browser.get(link.url).status_code == 200


def test_a_run_keeps_its_applications_when_the_round_moves_on(desk, finance) -> None:
    run = draft(counted_round(), finance)
    before = reported_of(items_of(run))
    withdraw(f"SB2020-{JIA}-004")
    assert reported_of(items_of(AllocationRun.objects.get())) == before
    assert AllocationItem.objects.count() == len(before) == 5


@pytest.mark.parametrize(
    "regions", [{JIA: {"A": 1, "returned": 1}}, {JIA: {"A": 4, "B": 3, "returned": 2}, YI: {"A": 3}}]
)
def test_page_and_check_page_cost_the_same_whatever_the_run_counts(
    desk, finance, django_assert_num_queries, regions
) -> None:
    run = draft(published_round(regions).round, finance)
    desk.get(page(run))
    with django_assert_num_queries(PAGE_QUERIES):
        desk.get(page(run))
    with django_assert_num_queries(CHECK_QUERIES):
        desk.get(page(run, "move", "check"))


PAGE_QUERIES, CHECK_QUERIES = 28, 28


# The other ways to count.


@pytest.mark.clause("N24")
def test_the_page_says_what_the_other_ways_to_count_would_give(desk, finance) -> None:
    run = draft(published_round({JIA: {"A": 4, "returned": 1, "D": 1}, YI: {"A": 4}}).round, finance)
    compared = sheet_of(run).count_comparisons
    assert compared is not None
    assert [(other.switch, other.choice, other.largest) for other in compared.others] == [
        ("评分后撤回的申报", "计入申报总数，不计档次", "0"),
        ("评分后撤回的申报", "不计入申报总数", "0"),
        ("公布后撤销的平台", "按公布的档次计", "0"),
        ("未评定档次的申报", "经核实拒不参加评价的计为D档，其余计入申报总数", "0"),
        ("未评定档次的申报", "不计入申报总数", "7,500,000"),
    ]
    line = next(each for each in compared.lines if each.label == "海曙区")
    assert [(other.amount, other.more) for other in line.others][-1] == ("0", "-7,500,000")
    assert "申报数的其他口径对比" in text_of(desk.get(page(run)))


def test_the_other_ways_to_count_come_from_the_frozen_applications(finance) -> None:
    run = draft(published_round({JIA: {"A": 4, "returned": 1, "D": 1}, YI: {"A": 4}}).round, finance)
    before = sheet_of(run).count_comparisons
    withdraw(f"SB2020-{JIA}-005")
    assert sheet_of(AllocationRun.objects.get()).count_comparisons == before


# A form that is refused.


def kept(response: Any) -> dict[str, Any]:
    """What the form shows after it was refused: name → value."""
    form = response.context["adminform"].form
    return {bound.name: bound.value() for bound in form}


@pytest.mark.parametrize(
    ("pool", "problem"), [("15,000,001", "pool_yuan"), ("1，500万元整", "pool_yuan"), ("", "pool_yuan")]
)
def test_a_refused_pool_keeps_everything_as_it_was_typed(desk, pool, problem) -> None:
    round_ = small_round()
    typed = OTHERWISE | {"pool_yuan": pool, "round": str(round_.pk)}
    response = desk.post(ADD, typed)
    assert problem in response.context["adminform"].form.errors
    assert {name: kept(response)[name] for name in typed} == typed
    html = response.content.decode()
    for name, value in OTHERWISE.items():
        assert re.search(rf'<input type="radio" name="{name}" value="{value}"[^>]* checked', html)
    assert f'value="{pool}"' in html or not pool


def test_a_round_that_is_not_published_keeps_everything_as_it_was_typed(desk) -> None:
    small_round()
    unpublished = graded_round({JIA: {"A": 1}}, year=2021)
    typed = OTHERWISE | {"pool_yuan": "12,000,000", "round": str(unpublished.pk)}
    response = desk.post(ADD, typed)
    assert list(response.context["adminform"].form.errors) == ["round"]
    assert {name: kept(response)[name] for name in typed} == typed


def test_another_notice_keeps_everything_as_it_was_typed(desk, monkeypatch) -> None:
    small_round()
    notice = other_notice()
    round_ = other_round(notice, monkeypatch)
    typed = OTHERWISE | {"pool_yuan": "12,000,000", "round": str(round_.pk)}
    response = desk.post(ADD, typed | {"notice": "1"})
    assert list(response.context["adminform"].form.errors) == ["round"]
    assert {name: kept(response)[name] for name in typed} == typed
    assert kept(response)["notice"] == str(notice.pk)


def test_a_draft_that_is_refused_keeps_everything_as_it_was_typed(desk, finance) -> None:
    run = draft(small_round(), finance)
    shown = desk.get(page(run)).context["shown_digest"]
    typed = OTHERWISE | {"pool_yuan": "15,000,010"}
    response = desk.post(page(run), typed | {"_shown": shown})
    assert list(response.context["adminform"].form.errors) == ["pool_yuan"]
    assert {name: kept(response)[name] for name in typed} == typed


def test_what_the_service_refuses_keeps_everything_as_it_was_typed(desk, finance, finance2) -> None:
    round_ = small_round()
    old = locked(round_, finance, finance2)
    typed = OTHERWISE | {"pool_yuan": "12,000,000", "round": str(round_.pk), "replaces": ""}
    response = desk.post(ADD, typed)
    assert response.context["adminform"].form.errors == {
        "replaces": [f"2020年度已有锁定的资金分配{old.number}，更正须新建测算，并写明被更正的是它。"]
    }
    assert {name: kept(response)[name] for name in typed} == typed


@pytest.mark.clause("N22")
def test_the_pool_starts_from_the_cap_of_the_round_that_is_proposed(desk) -> None:
    small_round()
    later = small_round(2021)
    Round.objects.filter(pk=later.pk).update(cap_yuan=16_000_000)
    html = desk.get(ADD).content.decode()
    assert re.search(
        r'<input[^>]* name="pool_yuan"[^>]* value="16,000,000"|value="16,000,000"[^>]* name="pool_yuan"', html
    )
    assert sorted(re.findall(r'data-cap="([0-9,]+)"', html)) == ["15,000,000", "16,000,000"]


def test_without_a_published_round_no_pool_is_proposed(desk) -> None:
    assert "pool_yuan" not in desk.get(ADD).context["adminform"].form.initial
    assert POOL == 15_000_000
