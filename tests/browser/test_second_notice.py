"""Another notice in a browser: entered, approved by two, and a round run under it beside that of 2020."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from evaluation.marking.services.assessments import save_scores
from evaluation.marking.services.entering import ScoreEntry, decimal_of
from evaluation.marking.services.staging import apply_staged, stage_proposed
from evaluation.models import Assessment, Certification, Evaluation, Scheme
from evaluation.schemes.choices import Method
from funding.models import AllocationRow, AllocationRun
from funding.runs.queries import frozen
from platforms.models import Notice, Round, User
from platforms.notices.clauses import KEYS
from tests import factories
from tests.browser.forms import violations
from tests.browser.test_round import close_filing, confirm, fill, publish, start_evaluation
from tests.evaluation import stage
from tests.funding import worked
from tests.platforms.notices import sample

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NUMBER = "某创办〔2026〕9号"
#: 江北区 has exactly 30 % 不合格, which is not over the line; 慈溪市 has 40 %.
COUNTS = {
    "330212": {"EX": 3, "OK": 2, "NO": 1},
    "330282": {"EX": 1, "OK": 2, "NO": 2},
    "330203": {"EX": 2, "OK": 1},
    "330205": {"EX": 2, "OK": 5, "NO": 3},
}
#: 鄞州 3/8×50+2/10×20 = 22.75, 海曙 2/8×50+1/10×20 = 14.5, 江北 2/8×50+5/10×20 = 22.5; together 59.75.
POOL = 5_975_000
AMOUNTS = {"鄞州区": 2_275_000, "慈溪市": 0, "海曙区": 1_450_000, "江北区": 2_250_000}
#: What earns enough of the default scheme for each grade: 100, 64 and 30 points.
LIKE = {"EX": "A", "OK": "C", "NO": "D"}
FILED_AT = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)


@pytest.fixture
def scene(transactional_db: None) -> AllocationRun:
    """2020 is published, its money signed and locked; city and finance have two officers each."""
    round_ = worked.worked_round()
    for username, role in (("city", "city"), ("city2", "city"), ("finance", "finance"), ("finance2", "finance")):
        factories.person(username, role)
    finance, finance2 = (User.objects.get(username=name) for name in ("finance", "finance2"))
    return worked.locked(round_, finance, finance2)


def test_a_round_under_another_notice_runs_beside_that_of_2020(scene: AllocationRun, open_as: Any) -> None:
    city, city2 = open_as("city"), open_as("city2")
    notice = enter(city)
    bring_into_use(city, city2, notice)
    assert notice.value().as_data() == notice_expected()

    round_ = prepare(city, notice)
    stage.file_accepted(round_, {code: {"A": sum(counts.values())} for code, counts in COUNTS.items()}, at=FILED_AT)
    close_filing(city, round_)
    write_scheme(city, notice)
    evaluation = start_evaluation(city, round_)
    grade(evaluation)
    publish(city, city2, evaluation)

    certificate = Certification.objects.filter(result__publication__round=round_, result__grade="EX")[0]
    old = Certification.objects.filter(result__publication__round__year=2020)[0]
    read_both(open_as(), certificate, old)

    drafter = open_as("finance")
    run = make_run(drafter, round_)
    sign(open_as("finance2"), run)
    lock(drafter, run)
    amounts = AllocationRow.objects.filter(run=run, label__in=AMOUNTS).values_list("label", "amount_yuan")
    assert dict(amounts) == AMOUNTS
    for each in (run, scene):
        each.refresh_from_db()
        assert frozen.check(each) == ()


def notice_expected() -> dict[str, Any]:
    """The invented notice as it is typed, with every reading named."""
    return sample.TERMS | {"readings": Notice.objects.get(number=NUMBER).terms["readings"]}


def enter(page: Page) -> Notice:
    """Turn the copy of the notice of 2020 into the invented one, box by box."""
    page.goto("/admin/platforms/notice/add/")
    assert violations(page) == []
    terms = sample.TERMS
    fill(
        page,
        {
            "number": NUMBER, "title": "试点通知", "issued_on": "2026-01-10",
            **{name: str(terms[name]) for name in ("validity_years", "ban_years", "complaints_enough", "target")},
            "number_pattern": terms["number_pattern"], "failing": "NO", "line": "30%",
        },
    )  # fmt: skip
    page.select_option("[name=reading_cutoff]", "exclusive")
    for part, rows, drop in (("phases", 3, 1), ("grades", 3, 1), ("heads", 2, 2), ("grounds", 3, 3)):
        for at, row in enumerate(terms[part]):
            values = {f"{part}-{at}-{name}": row[name] for name in ("label", "key", "code", "clause") if name in row}
            fill(page, values)
            if part == "grades":
                page.select_option(f"[name=grades-{at}-tone]", row["tone"])
                page.set_checked(f"[name=grades-{at}-certified]", row["certified"])
                fill(page, {f"grades-{at}-points": str(terms["money"]["points"].get(row["code"], ""))})
            if part == "grounds":
                page.select_option(f"[name=grounds-{at}-collector]", row["collector"])
        for at in range(rows, rows + drop):
            page.check(f"[name={part}-{at}-DELETE]")
    for at in range(len(Notice.objects.get(number=factories.NOTICE).clauses)):
        key = page.input_value(f"[name=clauses-{at}-key]")
        page.fill(f"[name=clauses-{at}-number]", f"第{list(KEYS).index(key) + 1 if key in KEYS else 99}条")
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("与现用通知（甬两创办〔2020〕5号）的差异")
    expect(page.locator("main")).to_contain_text("对2020年度认定结果的影响")
    assert violations(page) == []
    return Notice.objects.get(number=NUMBER)


def bring_into_use(page: Page, other: Page, notice: Notice) -> None:
    page.goto(f"/admin/platforms/notice/{notice.pk}/change/")
    confirm(page, "送审")
    expect(page.locator("main .page-header")).not_to_contain_text("批准通知")
    other.goto(f"/admin/platforms/notice/{notice.pk}/change/")
    confirm(other, "批准")
    notice.refresh_from_db()
    assert (notice.status, notice.approved_by.username if notice.approved_by else "") == ("approved", "city2")


def prepare(page: Page, notice: Notice) -> Round:
    """Make the round under the notice, with days for its three phases, and open filing."""
    page.goto("/admin/platforms/round/add/")
    fill(page, {"year": "2026", "title": "2026年度试点", "cap_yuan": "15000000", "report_due_on": "2026-04-17"})
    page.select_option("[name=notice]", str(notice.pk))
    page.click("main form input[name=_save], main form button[name=_save]")
    page.wait_for_load_state()
    round_ = Round.objects.get(year=2026)
    assert round_.notice_id == notice.pk
    page.goto(f"/admin/platforms/round/{round_.pk}/change/?tab=dates")
    for at, (first, last) in enumerate(
        (("2026-03-18", "2026-04-17"), ("2026-04-18", "2026-07-25"), ("2026-07-26", "2026-09-28"))
    ):
        fill(page, {f"phases-{at}-starts_on": first, f"phases-{at}-ends_on": last})
    page.click("main form input[name=_save], main form button[name=_save]")
    page.wait_for_load_state()
    assert [str(phase) for phase in round_.phases.order_by("number")] == [
        "第一阶段：自荐", "第二阶段：试点", "第三阶段：评定",
    ]  # fmt: skip
    page.goto(f"/admin/platforms/round/{round_.pk}/change/")
    confirm(page, "开始受理申报", reason="试点年度，名额另行通知。")
    round_.refresh_from_db()
    assert round_.status == "filing"
    return round_


def write_scheme(page: Page, notice: Notice) -> Scheme:
    """Copy the scheme of 2020, put it under the new notice, set heads and cut-offs."""
    page.goto(f"/admin/evaluation/scheme/{Scheme.objects.get().pk}/change/")
    confirm(page, "复制为新版本")
    made = Scheme.objects.order_by("-version")[0]
    page.goto(f"/admin/evaluation/scheme/{made.pk}/change/")
    page.select_option("[name=notice]", str(notice.pk))
    for at in range(3):
        page.check(f"[name=cutoffs-{at}-DELETE]")
    page.click("main form input[name=_save], main form button[name=_save]")
    page.wait_for_load_state()
    page.goto(f"/admin/evaluation/scheme/{made.pk}/change/")
    expect(page.locator("main")).to_contain_text("请填写优秀、合格的起点分或名次占比。")
    for at, (code, least) in enumerate((("EX", "85"), ("OK", "60"))):
        page.select_option(f"[name=cutoffs-{at}-grade]", code)
        page.fill(f"[name=cutoffs-{at}-least]", least)
    for at, indicator in enumerate(made.indicators.order_by("order")):
        head = indicator.head if indicator.head in ("conditions", "deductions") else "effect"
        page.select_option(f"[name=indicators-{at}-head]", head)
    page.click("main form input[name=_save], main form button[name=_save]")
    page.wait_for_load_state()
    page.goto(f"/admin/evaluation/scheme/{made.pk}/change/")
    expect(page.locator("main")).not_to_contain_text("本方案还不能启用")
    return made


def grade(evaluation: Evaluation) -> None:
    """Score every platform as planned and confirm the grades that follow."""
    by, at = stage.city_officer(), stage.moment(2026)
    stage.counties_hand_in(evaluation, at=at)
    for code, counts in COUNTS.items():
        rows = Assessment.objects.filter(evaluation=evaluation, application__region__code=code)
        wanted = [key for key, number in counts.items() for _ in range(number)]
        for row, key in zip(rows.order_by("application__number"), wanted, strict=True):
            done = save_scores(
                assessment=row, entries=entries(evaluation.scheme, LIKE[key]), revision=row.revision,
                by=by, at=at, finish=True,
            )  # fmt: skip
            assert done.proposed_grade == key
    shown = dict(Assessment.objects.filter(evaluation=evaluation).values_list("pk", "revision"))
    other = stage.grader()
    assert stage_proposed(shown=shown, by=other, at=at) == 24
    assert apply_staged(evaluation=evaluation, by=other, at=at) == 24


def entries(scheme: Scheme, letter: str) -> dict[str, ScoreEntry]:
    found = {}
    for indicator in scheme.value().indicators:
        nothing = indicator.code in stage.NOTHING_FOR[letter]
        if indicator.method == Method.GATE:
            found[indicator.code] = ScoreEntry(passed=True)
        elif indicator.method == Method.DEDUCTION:
            found[indicator.code] = ScoreEntry(verified=decimal_of(indicator.full_marks * 0), evidence="无")
        elif indicator.method == Method.SCORED:
            points = indicator.full_marks * (0 if nothing else 1)
            found[indicator.code] = ScoreEntry(points=decimal_of(points), evidence="现场核查")
        else:
            best = indicator.target if indicator.method == Method.LINEAR else indicator.tiers[-1][0]
            found[indicator.code] = ScoreEntry(
                verified=decimal_of((best or 0) * (0 if nothing else 1)), evidence="核查"
            )
    return found


def read_both(page: Page, new: Certification, old: Certification) -> None:
    """Anyone reads the new grade and verifies both numbers, written in two ways."""
    assert new.number.startswith("YH-CK2026-")
    assert (new.valid_until.year, old.valid_until.year) == (new.valid_from.year + 2, 2023)
    page.goto("/results/?round=2026&grade=EX")
    expect(page.locator("main")).to_contain_text("优秀")
    expect(page.locator("main")).to_contain_text(new.result.name)
    page.goto("/verify/")
    page.fill("input[name=number]", new.number.lower().replace("-", " "))
    page.click("main form [type=submit]")
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("证书真实，认定有效")
    expect(page.locator("main")).to_contain_text("优秀")
    page.goto(f"/verify/{old.number}/")
    expect(page.locator("main")).to_contain_text("证书真实，但认定已到期")
    expect(page.locator("main")).to_contain_text("A档")


def make_run(page: Page, round_: Round) -> AllocationRun:
    page.goto("/admin/funding/allocationrun/add/")
    page.select_option("select[name=round]", str(round_.pk))
    page.fill("input[name=pool_yuan]", str(POOL))
    expect(page.locator("main")).to_be_visible()
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_load_state()
    confirm(page, "核对无误")
    return AllocationRun.objects.get(round=round_)


def sign(page: Page, run: AllocationRun) -> None:
    page.goto(f"/admin/funding/allocationrun/{run.pk}/change/")
    for told in ("2,275,000", "1,450,000", "2,250,000", "优秀", "不合格"):
        expect(page.locator("main")).to_contain_text(told)
    confirm(page, "签署", password=factories.PASSWORD)
    run.refresh_from_db()
    assert run.status == "signed"


def lock(page: Page, run: AllocationRun) -> None:
    page.goto(f"/admin/funding/allocationrun/{run.pk}/change/")
    confirm(page, "锁定", password=factories.PASSWORD)
    run.refresh_from_db()
    assert run.status == "locked"
