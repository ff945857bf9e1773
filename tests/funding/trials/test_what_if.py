"""What a run would give otherwise: the page, what it refuses, and the draft that is made of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evaluation.marking.late import Standing, Ungraded, WithdrawnLate
from funding.counting import Reported
from funding.formula import allocate
from funding.models import AllocationItem, AllocationRow, AllocationRun
from funding.readings import Counting, Reading
from funding.runs.services.runs import STALE, discard, recalculate
from funding.trials.admin.form import address_of
from funding.trials.queries.basis import Basis, Platform, basis_of
from funding.trials.queries.trial import Asked, most_failing, try_out
from platforms.choices import Role
from platforms.models import AuditEvent, Region, Round
from tests import factories
from tests.evaluation.stage import published_round
from tests.funding.runs.test_admin import LIST, said, text_of
from tests.funding.worked import (
    AMOUNTS,
    AT,
    BING,
    DING,
    JIA,
    POOL,
    YI,
    checked,
    draft,
    locked,
    stored,
    worked_round,
)

pytestmark = pytest.mark.django_db


def page(run: AllocationRun) -> str:
    return f"{LIST}{run.pk}/what-if/"


@pytest.fixture(scope="module")
def published(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """The round of the worked example, made once: it is published as two officers do, which takes its time."""
    with django_db_blocker.unblock(), transaction.atomic():
        key = worked_round().pk
        # Once for all: PostgreSQL would check every key anew at the end of each test.
        connection.check_constraints()
        yield key
        transaction.set_rollback(True)


@pytest.fixture
def worked(published: int, db: None) -> Round:
    """The published round, read afresh."""
    return Round.objects.get(pk=published)


@pytest.fixture
def desk(browser_of, finance) -> Client:
    return browser_of(finance)


def shown(browser: Client, run: AllocationRun, **asked: Any) -> Any:
    """What the page shows under its form."""
    response = browser.get(page(run), asked)
    assert response.status_code == 200
    return response.context["shown"]


def amounts(result: Any, run: AllocationRun) -> tuple[int, ...]:
    """What the trial gives 甲, 乙, 丙 and 丁."""
    labels = dict(run.rows.values_list("code", "label"))
    found = {line.label: line.after for line in result.lines}
    return tuple(found[labels[code]] for code in (JIA, YI, BING, DING))


def line_of(result: Any, code: str) -> Any:
    name = Region.objects.get(code=code).name
    return next(line for line in result.lines if line.label == name)


def items(run: AllocationRun, code: str, grade: str) -> list[int]:
    return list(AllocationItem.objects.filter(run=run, row__code=code, grade=grade).values_list("pk", flat=True))


# Who comes in.


@pytest.mark.trust("T13")
def test_who_may_see_the_run_may_try_and_only_who_may_make_one_saves(browser_of, finance, worked) -> None:
    run = draft(worked, finance)
    before, events = stored(run), AuditEvent.objects.count()
    region = Region.objects.get(code=JIA)
    for role in Role.values:
        person = factories.officer("c", region) if role == Role.COUNTY else factories.person(f"{role}-x", role)
        browser = browser_of(person)
        may = role in (Role.FINANCE, Role.CITY)
        assert browser.get(page(run)).status_code == (200 if may else 403), role
        assert browser.head(page(run)).status_code == (200 if may else 403), role
        assert browser.put(page(run)).status_code == (405 if may else 403), role
        if role != Role.FINANCE:
            assert browser.post(page(run), {"pool_yuan": "1"}).status_code == 403
    assert browser_of(finance).get(f"{LIST}999/what-if/").status_code == 404
    assert stored(run) == before
    assert AllocationRun.objects.count() == 1
    assert AuditEvent.objects.filter(verb__contains="测算").count() == 1
    assert AuditEvent.objects.count() >= events


def test_the_run_leads_to_its_trial_and_back(desk, finance, worked) -> None:
    run = draft(worked, finance)
    assert page(run) in desk.get(f"{LIST}{run.pk}/change/").content.decode()
    assert f"{LIST}{run.pk}/change/" in desk.get(page(run)).content.decode()


def test_only_who_may_make_a_run_is_offered_to_save(browser_of, finance, city, worked) -> None:
    run = draft(worked, finance)
    offered = ["按试算重新测算" in text_of(browser_of(each).get(page(run))) for each in (finance, city)]
    assert offered == [True, False]


# What is tried.


def test_without_a_question_it_is_the_run_itself(desk, finance, worked) -> None:
    run = draft(worked, finance)
    result = shown(desk, run)
    assert amounts(result, run) == AMOUNTS[()][0]
    assert {(line.before, line.more, line.is_changed) for line in result.lines} == {
        (line.after, "—", False) for line in result.lines
    }
    assert (result.total.before, result.total.after, result.total.verdict) == (POOL, POOL, "支持2个")
    assert [figure.more for figure in result.figures] == [""] * 6
    assert result.combined == "共 96 种组合，可以测算的 96 种。"


@pytest.mark.clause("N27")
def test_another_reading_gives_what_a_run_under_it_gives(desk, finance, worked) -> None:
    run = draft(worked, finance)
    for reading, (expected, unallocated) in AMOUNTS.items():
        result = shown(desk, run, **dict(reading))
        assert amounts(result, run) == expected
        assert result.figures[2].after == f"{unallocated:,} 元"


def test_another_pool_is_typed_as_people_type_money(desk, finance, worked) -> None:
    run = draft(worked, finance)
    for typed in ("7,500,000", "750万元", "７５０万", " 7 500 000 ", "7500000"):
        result = shown(desk, run, pool_yuan=typed)
        assert amounts(result, run) == (4_625_000, 0, 2_875_000, 0)
    line = line_of(result, JIA)
    assert (line.before_wan, line.after_wan, line.more) == ("925.00", "462.50", "-4,625,000")
    assert (line.before_yuan, line.after_yuan, line.is_changed) == ("9,250,000", "4,625,000", True)
    assert result.figures[0].more == "-7,500,000"


@pytest.mark.clause("N24")
def test_one_more_d_on_the_line_takes_everything(desk, finance, worked) -> None:
    run = draft(worked, finance)
    assert line_of(shown(desk, run), JIA).bearable == "0 家"
    line = line_of(shown(desk, run, **{f"more_{JIA}": "1"}), JIA)
    assert (line.verdict_before, line.verdict, line.tone, line.after) == ("支持", "不予支持", "bad", 0)
    assert (line.declared, line.share, line.bearable) == ("10", "10% → 20%", "超出 1 家")


@pytest.mark.clause("N24")
def test_a_withdrawn_platform_is_gone_from_declared_and_from_its_grade(desk, finance, worked) -> None:
    run = draft(worked, finance)
    line = line_of(shown(desk, run, without=items(run, YI, "D")[:1]), YI)
    assert (line.declared, line.share) == ("10 → 9", "20% → 11.11%")
    assert (line.verdict_before, line.verdict, line.tone) == ("不予支持", "支持", "good")
    assert line.after > 0


def test_several_assumptions_hold_at_once(desk, finance, worked) -> None:
    run = draft(worked, finance)
    gone = [*items(run, YI, "D")[:1], *items(run, DING, "D")]
    result = shown(desk, run, pool_yuan="600万", without=gone, cutoff="exclusive", **{f"more_{BING}": "1"})
    assert [line_of(result, code).share for code in (JIA, YI, BING, DING)] == [
        "10%", "20% → 11.11%", "0% → 20%", "40% → 0%",
    ]  # fmt: skip
    assert result.total.after == 6_000_000
    assert result.total.declared == "30 → 27"
    assert result.total.verdict == "支持2 → 4个"


def test_a_region_that_declared_nothing_and_one_without_points_are_named_so(desk, finance) -> None:
    publication = published_round({JIA: {"A": 2}, YI: {"B": 4, "D": 1}}, year=2021)
    run = draft(publication.round, finance)
    result = shown(desk, run, without=items(run, YI, "B"), cutoff="exclusive", base="graded")
    assert line_of(result, DING).verdict == "未申报"
    assert line_of(result, DING).bearable == "—"
    assert (line_of(result, YI).verdict, line_of(result, YI).verdict_before) == ("不予支持", "")


def test_nothing_left_to_give_is_said_and_inversions_are_warned_of(desk, finance) -> None:
    publication = published_round({JIA: {"A": 5, "B": 1}, YI: {"A": 5, "C": 1, "D": 1}}, year=2021)
    run = draft(publication.round, finance)
    assert shown(desk, run).warnings == (
        "档次倒挂：1家B档相当于5家A档的金额。",
        "档次倒挂：1家C档相当于约1.67家A档的金额。",
    )
    result = shown(desk, run, **{f"more_{JIA}": "2", f"more_{YI}": "1"})
    assert result.note == "未被淘汰的区县（市）、管委会没有A、B、C档平台，得分均为零，资金未分配。"
    assert result.total.after == 0


# All combinations.


def test_spread_effects_and_field_are_shown_with_what_gives_them(desk, finance, worked) -> None:
    run = draft(worked, finance)
    result = shown(desk, run)
    name = Region.objects.get(code=YI).name
    spread = next(line for line in result.spreads if line.label == name)
    assert spread.figures == (("0", "0.00"), ("0", "0.00"), ("485", "485.00"))
    assert spread.lowest_by == "与本次试算相同"
    assert spread.highest_by == "淘汰线：不含20%：超过20%才不予支持；全市总数：仅计获得资金支持地区的A、B、C档"
    assert spread.strongest == "淘汰线"
    assert result.spread_title == f"{name}受口径影响最大：0.00 万元至 485.00 万元"
    assert result.effect_title == "影响最大的口径是“淘汰线”：各地增减合计平均 784.05 万元"
    first = result.effects[0]
    assert (first.label, first.largest, first.mean, first.exact) == ("淘汰线", "4,772,727", "7,840,454.5", "15680909/2")
    assert first.by == f"{name}，不含20%：超过20%才不予支持"
    assert [(each.largest, each.by, each.exact) for each in result.effects[-1:]] == [("0", "—", "")]
    assert result.heat.title == f"只改变一项口径，{name}增减最多：477.27 万元（淘汰线）"
    assert len(result.heat.head) == 1 + 7 + 2
    assert result.heat.head[-2:] == ("全部组合最低", "全部组合最高")
    row = next(numbers for label, _, numbers in result.heat.rows if label == name)
    assert [round(number) for number in row] == [477, 0, 0, 0, 0, 0, 0, 0, 485]


def test_ways_to_count_multiply_the_combinations_where_they_are_asked_for(desk, finance, worked) -> None:
    run = draft(worked, finance)
    result = shown(desk, run, counts_too="on")
    assert result.combined == "共 1,728 种组合，可以测算的 1,728 种。"
    assert len(result.effects) == 9
    assert len(result.heat.head) == 1 + 7 + 5 + 2


def test_combinations_that_cannot_be_split_are_told(desk, finance, worked) -> None:
    run = draft(worked, finance)
    result = shown(desk, run, pool_yuan="12,000,001")
    assert result.combined == "共 96 种组合，可以测算的 48 种。"
    assert result.refused == ("金额单位为万元时，资金总额必须是整万元（48 种组合不能测算）。",)
    assert None in next(numbers for *_, numbers in result.heat.rows)


def test_where_nothing_depends_on_the_readings_that_is_said(desk, finance) -> None:
    publication = published_round({JIA: {"A": 1}}, year=2021)
    run = draft(publication.round, finance)
    result = shown(desk, run, divisor="funded", without=items(run, JIA, "A"))
    assert result.spread_title == "各种口径组合下，各地金额相同"
    assert result.effect_title == "各项口径均不影响金额"
    assert result.heat.title == "只改变一项口径，各地金额均不变"


# The counts.


def of(basis: Basis, *platforms: Reported) -> Basis:
    """The basis with these applications instead of its own."""
    made = tuple(Platform(n, f"平台{n}", f"{n}", one.region, "", one) for n, one in enumerate(platforms))
    return replace(basis, platforms=made)


def test_the_frozen_applications_give_the_frozen_counts(finance, worked) -> None:
    basis = basis_of(draft(worked, finance))
    drawn = basis.drawn(basis.counting)
    assert (drawn.tallies, drawn.industry) == (basis.before.tallies, basis.before.industry)
    assert len(basis.platforms) == 30
    assert len(basis.ways()) == 18


def test_each_way_to_count_reads_the_same_applications_otherwise(finance, worked) -> None:
    basis = of(
        basis_of(draft(worked, finance)),
        *[Reported(JIA, Standing.GRADED, "A")] * 3,
        Reported(JIA, Standing.GRADED, "B", revoked=True),
        Reported(JIA, Standing.WITHDRAWN_LATE, "D"),
        Reported(JIA, Standing.REFUSED),
    )
    place = [tally.code for tally in basis.before.tallies].index(JIA)

    def counted(*without: int, **how: Any) -> tuple[int, dict[str, int]]:
        tally = basis.drawn(replace(Counting(), **how), set(without)).tallies[place]
        return tally.declared, {grade: number for grade, number in tally.grades.items() if number}

    assert counted() == (6, {"A": 3, "D": 1})
    assert counted(withdrawn_late=WithdrawnLate.OUT) == (5, {"A": 3})
    assert counted(revoked="counted") == (6, {"A": 3, "B": 1, "D": 1})
    assert counted(ungraded=Ungraded.AS_D) == (6, {"A": 3, "D": 2})
    assert counted(0, 4) == (4, {"A": 2})


def test_what_is_tried_for_a_region_holds_under_every_way_to_count(finance, worked) -> None:
    run = draft(worked, finance)
    basis = of(
        basis_of(run), Reported(JIA, Standing.GRADED, "A"), Reported(JIA, Standing.REFUSED),
        Reported(YI, Standing.GRADED, "A"),
    )  # fmt: skip
    asked = Asked(POOL, Reading(), Counting(), {JIA: 1, YI: 1}, frozenset({2}), counts_too=True)
    assert most_failing(basis, asked) == {YI: 0}
    asked = replace(asked, failing={JIA: 1})
    assert most_failing(basis, asked) == {}
    assert most_failing(basis, replace(asked, failing={JIA: 3})) == {JIA: 2}
    trial = try_out(basis, asked)
    assert len(trial.combinations.all) == 96 * 18
    drawn = basis.drawn(replace(Counting(), ungraded=Ungraded.OUT), {2})
    worse = [replace(t, grades={**t.grades, "A": 0, "D": 1}) if t.code == JIA else t for t in drawn.tallies]
    values = (*Reading().as_dict().values(), "as_proposed", "left_out", "out")
    found = next(each for each in trial.combinations.all if each.values == values)
    assert found.amounts == allocate(worse, drawn.industry, POOL, Reading(), basis.money).amounts
    assert asked.changes_counts
    assert replace(asked, failing={}).changes_counts
    assert not replace(asked, failing={JIA: 0}, without=frozenset()).changes_counts


def test_a_run_from_before_its_applications_were_frozen_keeps_its_counts(desk, finance, worked) -> None:
    run = draft(worked, finance)
    AllocationItem.objects.filter(run=run).delete()
    AllocationRun.objects.filter(pk=run.pk).update(version=1)
    response = desk.get(page(run), {"counts_too": "on", "revoked": "counted", f"more_{JIA}": "1"})
    assert "本测算未逐家保存申报，申报数的口径不能改变。" in text_of(response)
    result = response.context["shown"]
    assert line_of(result, JIA).after == 0
    assert result.combined == "共 96 种组合，可以测算的 96 种。"


def test_a_run_that_cannot_be_read_says_why(desk, finance, worked) -> None:
    run = draft(worked, finance)
    AllocationRun.objects.filter(pk=run.pk).update(money={})
    for ask in (desk.get, desk.post):
        response = ask(page(run), follow=True)
        assert "所依据的档次分值和淘汰线无法读取，内容已被改动。" in text_of(response)
        assert "不能试算" in text_of(response)
    assert AllocationRun.objects.count() == 1


# Bad input.


#: What is typed, at which field it is refused, and in what words.
WRONG: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"pool_yuan": "一千万"}, "pool_yuan", "请填写金额，单位为元，如 15000000、15,000,000 或 1500万元。"),
    ({"pool_yuan": ""}, "pool_yuan", "请填写。"),
    ({"pool_yuan": "0"}, "pool_yuan", "资金总额必须大于零。"),
    ({"pool_yuan": "-5"}, "pool_yuan", "应在 0 至 999,999,999,999,999 元之间，请核对。"),
    ({"pool_yuan": "0.5"}, "pool_yuan", "应为整数元，不能有小数。"),
    ({"pool_yuan": "15000001"}, "pool_yuan", "资金总额15,000,001元超过本年度上限15,000,000元。"),
    ({"pool_yuan": "12345", "unit": "wan"}, "pool_yuan", "金额单位为万元时，资金总额必须是整万元。"),
    ({"cutoff": "sometimes"}, "cutoff", "没有这一取值，请重新选择。"),
    ({"revoked": "x"}, "revoked", "没有这一取值，请重新选择。"),
    ({f"more_{JIA}": "一"}, f"more_{JIA}", "请填写整数，如 1。"),
    ({f"more_{JIA}": "-1"}, f"more_{JIA}", "应在 0 至 9,999 之间。"),
    ({f"more_{JIA}": "10000"}, f"more_{JIA}", "应在 0 至 9,999 之间。"),
    ({f"more_{JIA}": "10"}, f"more_{JIA}", "最多还可增加 9 家D档。"),
    ({"more_330212": "1"}, "more_330212", "没有可以再评为D档的平台。"),
    ({"without": ["0"]}, "without", "所选平台不在本测算计入的申报中，请重新选择。"),
    ({"without": ["一"]}, "without", "所选平台不在本测算计入的申报中，请重新选择。"),
)


def test_bad_input_is_a_sentence_at_its_field_and_what_was_typed_stays(desk, finance, worked) -> None:
    run = draft(worked, finance)
    for asked, field, sentence in WRONG:
        response = desk.get(page(run), asked)
        form = response.context["form"]
        assert response.status_code == 200
        assert form.errors == {field: [sentence]}
        assert sentence in text_of(response)
        assert "shown" not in response.context
        assert form[field].value() == asked[field]
        if field == "pool_yuan" or field.startswith("more_"):
            assert not asked[field] or f'value="{asked[field]}"' in response.content.decode()


def test_what_is_left_empty_is_as_the_run_has_it(desk, finance, worked) -> None:
    run = draft(worked, finance, divisor="all")
    result = shown(desk, run, divisor="", revoked="", **{f"more_{JIA}": ""})
    assert amounts(result, run) == AMOUNTS[(("divisor", "all"),)][0]


# The address.


def test_the_address_holds_only_what_differs_and_shows_the_same_again(desk, finance, worked) -> None:
    run = draft(worked, finance)
    gone = items(run, YI, "D")
    asked = {
        **Reading().as_dict(), "pool_yuan": "600万元", "cutoff": "exclusive", f"more_{JIA}": "1", "without": gone,
        "revoked": "counted", f"more_{YI}": "", "counts_too": "on",
    }  # fmt: skip
    response = desk.get(page(run), asked)
    address = response.context["address"]
    assert address == (
        f"{page(run)}?pool_yuan=6000000&cutoff=exclusive&revoked=counted&more_{JIA}=1"
        f"&without={gone[0]}&without={gone[1]}&counts_too=on"
    )
    assert desk.get(address).context["shown"] == response.context["shown"]
    assert desk.get(page(run)).context["address"] == page(run)
    basis = basis_of(run)
    same = Asked(POOL, Reading(), Counting(), {}, frozenset())
    assert address_of(basis, same) == ""


def test_what_is_assumed_stands_open_and_ticked(desk, finance, worked) -> None:
    run = draft(worked, finance)
    platform = items(run, YI, "D")[0]
    closed = desk.get(page(run)).context["form"]
    opened = desk.get(page(run), {"without": platform}).context["form"]
    typed = desk.get(page(run), {f"more_{JIA}": "1"}).context["form"]
    assert [form.assumes for form in (closed, opened, typed)] == [False, True, True]
    ticked = [each["platform"].pk for line in opened.regions for each in line["platforms"] if each["ticked"]]
    assert ticked == [platform]
    assert [line["label"] for line in opened.regions if line["open"]] == [Region.objects.get(code=YI).name]


def test_platforms_of_key_industries_can_be_withdrawn_and_withdrawn_ones_cannot(desk, finance) -> None:
    publication = published_round({JIA: {"A": 2}, "HY": {"A": 1}}, year=2021)
    run = draft(publication.round, finance, industry="counted", divisor="hundred")
    last = desk.get(page(run)).context["form"].regions[-1]
    assert (last["label"], last["failing"], len(last["platforms"])) == ("重点行业平台", None, 1)
    key = last["platforms"][0]["platform"].pk
    result = shown(desk, run, without=key)
    assert [(each.before, each.after) for each in result.figures[2:4]] == [
        ("9,000,000 元", "6,000,000 元"), ("3,000,000 元", "4,500,000 元"),
    ]  # fmt: skip
    AllocationItem.objects.filter(pk=key).update(standing="withdrawn", column="withdrawn", counts_as="")
    form = desk.get(page(run), {"without": key}).context["form"]
    assert form.regions[-1]["label"] != "重点行业平台"
    assert list(form.errors) == ["without"]


# A draft of it.


def save(browser: Client, run: AllocationRun, query: str = "", **values: Any) -> Any:
    return browser.post(f"{page(run)}{query}", values, follow=True)


def kept(browser: Client, run: AllocationRun, **asked: Any) -> dict[str, Any]:
    """What the form under a trial sends."""
    response = browser.get(page(run), asked)
    return {**response.context["kept"], "revision": run.revision}


def test_a_trial_of_somebody_elses_run_becomes_a_draft_of_its_own(browser_of, finance, finance2, worked) -> None:
    run = draft(worked, finance)
    before, browser = stored(run), browser_of(finance2)
    response = save(
        browser, run, **kept(browser, run, pool_yuan="900万", divisor="all", revoked="counted", cutoff="exclusive")
    )
    made = AllocationRun.objects.exclude(pk=run.pk).get()
    assert response.redirect_chain[-1][0] == f"{LIST}{made.pk}/change/"
    assert said(response) == [f"已将试算存为测算草案{made}，请核对。"]
    assert (made.pool_yuan, made.divisor, made.revoked, made.cutoff) == (9_000_000, "all", "counted", "exclusive")
    assert (made.status, made.made_by, made.replaces) == ("draft", finance2, None)
    assert stored(run) == before
    assert AuditEvent.objects.filter(verb="新建资金测算", object_pk=str(made.pk)).count() == 1


def test_a_trial_of_the_own_draft_computes_it_anew(desk, finance, worked) -> None:
    run = draft(worked, finance)
    response = save(desk, run, **kept(desk, run, pool_yuan="900万"))
    assert said(response) == [f"已按试算的资金总额和口径重新测算{run}，请核对。"]
    again = AllocationRun.objects.get()
    assert (again.pk, again.pool_yuan, again.revision) == (run.pk, 9_000_000, run.revision + 1)


def test_a_checked_run_keeps_its_check_and_a_new_draft_is_made(desk, finance, worked) -> None:
    run = checked(worked, finance)
    save(desk, run, **kept(desk, run, pool_yuan="900万"))
    assert [each.status for each in AllocationRun.objects.order_by("pk")] == ["checked", "draft"]


def test_a_trial_of_a_locked_run_becomes_a_correction_of_it(desk, finance, finance2, worked) -> None:
    run = locked(worked, finance, finance2)
    assert f"更正 {run.number}" in text_of(desk.get(page(run)))
    save(desk, run, **kept(desk, run, pool_yuan="900万"))
    made = AllocationRun.objects.exclude(pk=run.pk).get()
    assert made.replaces == run
    response = save(desk, run, "?pool_yuan=800", **kept(desk, run, pool_yuan="800万"))
    assert response.redirect_chain == [(f"{page(run)}?pool_yuan=800", 302)]
    assert AllocationRun.objects.count() == 2
    assert made.number in said(response)[0]


def test_made_up_counts_never_come_into_a_draft(browser_of, finance, finance2, worked) -> None:
    run = draft(worked, finance)
    browser = browser_of(finance2)
    asked = {f"more_{JIA}": "1", "without": items(run, YI, "D")}
    assert "只是假设，不会写入测算" in text_of(browser.get(page(run), asked))
    assert "只是假设，不会写入测算" not in text_of(browser.get(page(run), {"pool_yuan": "900万"}))
    sent = kept(browser, run, **asked)
    assert set(sent) == {"pool_yuan", "revision", *Reading().as_dict(), *Counting().as_dict()}
    save(browser, run, **sent, **asked)
    made = AllocationRun.objects.exclude(pk=run.pk).get()
    counts = [
        list(AllocationRow.objects.filter(run=each).order_by("code").values_list("code", "declared", "grades"))
        for each in (run, made)
    ]
    assert counts[0] == counts[1]


def test_what_no_page_sends_is_refused_and_nothing_is_made(desk, finance, worked) -> None:
    run = draft(worked, finance)
    before = stored(run)
    for sent, sentence in (
        ({}, "资金总额：请填写。"),
        ({"pool_yuan": "99999999"}, "资金总额：资金总额99,999,999元超过本年度上限15,000,000元。"),
        ({"pool_yuan": "9000000", "cutoff": "x"}, "淘汰线：没有这一取值，请重新选择。"),
    ):
        response = save(desk, run, "?cutoff=exclusive", **sent)
        assert said(response) == [sentence]
        assert response.redirect_chain == [(f"{page(run)}?cutoff=exclusive", 302)]
    assert stored(run) == before
    assert AllocationRun.objects.count() == 1


def test_a_draft_that_was_computed_anew_meanwhile_is_not_overwritten(desk, finance, worked) -> None:
    run = draft(worked, finance)
    recalculate(run=run, pool_yuan=8_000_000, reading=Reading(), revision=1, by=finance, at=AT)
    for revision in ("1", "", "x", "99999999999"):
        assert said(save(desk, run, pool_yuan="9000000", revision=revision)) == [STALE]
    assert AllocationRun.objects.get().pool_yuan == 8_000_000


def test_a_discarded_run_can_be_tried_and_saved_as_a_new_one(desk, finance, worked) -> None:
    run = discard(run=draft(worked, finance), reason="重复", by=finance, at=AT)
    save(desk, run, **kept(desk, run))
    assert AllocationRun.objects.filter(status="draft").count() == 1


# What it costs.


def test_the_page_asks_as_often_for_a_full_city_as_for_two_regions(desk, finance) -> None:
    codes = [region.code for region in Region.objects.all()] or [each.code for each in factories.regions().values()]
    few, many = (
        draft(published_round(counts, year=year).round, finance)
        for year, counts in (
            (2021, {JIA: {"A": 1}, YI: {"B": 1}}),
            (2022, {code: {"A": 1, "D": 1} for code in codes} | {"HY": {"A": 1}}),
        )
    )
    found = []
    for run in (few, many):
        desk.get(page(run))
        with CaptureQueriesContext(connection) as asked:
            desk.get(page(run), {"counts_too": "on", "pool_yuan": "900万"})
        found.append(len(asked))
    assert found == [8, 8]
