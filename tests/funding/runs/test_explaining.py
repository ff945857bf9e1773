"""The pages that explain a run, region by region."""

import re
from datetime import date
from fractions import Fraction
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from evaluation.certification.queries.counted_in import CountedIn
from evaluation.models import Assessment
from funding.derivation import Step, derive
from funding.models import AllocationItem, AllocationRow, AllocationRun
from funding.runs.explanation_paper import Application, Told, explanation_paper
from funding.runs.queries.explained import Overview, counted, explained, overview
from funding.runs.services.runs import discard
from platforms.applications.documents.paper import Grid, Heading, Pairs, Paragraph
from tests.funding.naive import tally
from tests.funding.test_formula import CITY, split
from tests.funding.worked import AT, BING, DING, JIA, YI, draft, locked, worked_round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worked_once")]

#: A region that declared nothing.
NOTHING = "330212"


def page(run: AllocationRun, *tail: str) -> str:
    return f"/admin/funding/allocationrun/{run.pk}/regions/" + "".join(f"{part}/" for part in tail)


def text_of(response: Any) -> str:
    """What people read on the page, without blanks."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.fixture
def desk(browser_of, finance) -> Client:
    return browser_of(finance)


# One region.


@pytest.mark.clause("N25")
@pytest.mark.clause("N26")
@pytest.mark.clause("N27")
def test_the_page_of_a_region_goes_from_its_counts_to_its_yuan(desk, finance) -> None:
    run = draft(worked_round(), finance)
    shown = text_of(desk.get(page(run, JIA)))
    steps = (
        "申报总数4+3+2+1+0+0+0=10家",
        "D档占比1÷10=10%，低于淘汰线20%，参加分配",
        "A档得分4/10×60=24",
        "B档得分3/10×30=9",
        "C档得分2/5×10=4",
        "得分24+9+4=37分",
        "权重分母37+23=60分",
        "权重37÷60=37/60（约61.6667%）",
        "应得金额15,000,000×37/60=9,250,000元",
        "分配金额9,250,000+0=9,250,000元",
    )
    places = [shown.index(step) for step in steps]
    assert places == sorted(places)


@pytest.mark.clause("N24")
def test_the_page_of_an_excluded_region_says_why_and_how_far(desk, finance) -> None:
    run = draft(worked_round(), finance)
    shown = text_of(desk.get(page(run, YI)))
    assert "不予支持" in shown
    assert "D档减少1家（申报总数不变），或者申报总数增加1家（D档家数不变），占比即低于淘汰线20%。" in shown
    assert "按同一口径可分得4,772,727元。" in shown
    assert "应得金额" not in shown


def test_a_region_that_declared_nothing_has_a_page_too(desk, finance) -> None:
    run = draft(worked_round(), finance)
    shown = text_of(desk.get(page(run, NOTHING)))
    assert "没有申报，不分配资金" in shown
    assert "本地区的申报" not in shown


def test_the_counts_say_what_stands_beside_them(finance) -> None:
    run = draft(worked_round(), finance)
    AllocationRow.objects.filter(run=run, code=JIA).update(withdrawn=2, left_out=1, late_failing=1)
    first = first_step(run)
    assert (first.label, first.formula, first.result) == ("申报总数", "4 + 3 + 2 + 1 + 0 + 0 + 0", "10家")
    assert first.note.startswith(
        "依次为A档、B档、C档、D档、未评定、评分后撤回、公布后撤销。D档中含评分后撤回1家。"
        "另有撤回2家、未评定1家不计入申报总数。评分后撤回的申报："
    )


def test_a_run_from_before_each_application_was_kept_begins_with_the_share(finance) -> None:
    run = draft(worked_round(), finance)
    AllocationRun.objects.filter(pk=run.pk).update(version=2)
    assert first_step(AllocationRun.objects.get(pk=run.pk)).label == "D档占比"


def first_step(run: AllocationRun) -> Step:
    derivation = explained(run).derivation(0)
    assert derivation is not None
    return derivation.steps[0]


def test_regions_lead_on_to_their_neighbours_by_code(desk, finance) -> None:
    run = draft(worked_round(), finance)
    codes = [row.code for row in explained(run).rows]
    assert codes == sorted(codes)
    first, second, last = (desk.get(page(run, code)).context for code in (codes[0], codes[1], codes[-1]))
    assert (first["before"], first["after"]["url"]) == (None, page(run, codes[1]))
    assert (second["before"]["url"], second["after"]["url"]) == (page(run, codes[0]), page(run, codes[2]))
    assert (last["before"]["url"], last["after"]) == (page(run, codes[-2]), None)


def test_the_sheet_leads_to_the_page_of_each_region_and_to_all_of_them(desk, finance) -> None:
    run = draft(worked_round(), finance)
    sheet = desk.get(reverse("admin:funding_allocationrun_change", args=(run.pk,))).content.decode()
    for code in (JIA, YI, BING, DING, NOTHING):
        assert f'href="{page(run, code)}"' in sheet
    assert f'href="{page(run)}"' in sheet


# Its platforms.


def test_each_application_stands_under_what_it_counts_as_the_best_grade_first(finance) -> None:
    run = draft(worked_round(), finance)
    found = counted(run.rows.get(code=JIA), finance)
    assert [each.column for each in found] == ["计入A档"] * 4 + ["计入B档"] * 3 + ["计入C档"] * 2 + ["计入D档"]
    assert [each.grade for each in found] == ["A档"] * 4 + ["B档"] * 3 + ["C档"] * 2 + ["D档"]


def test_what_is_not_counted_stands_last_with_its_day_and_its_reason(desk, finance) -> None:
    run = draft(worked_round(), finance)
    items = AllocationItem.objects.filter(run=run, row__code=JIA)
    AllocationItem.objects.filter(pk=items.earliest("number").pk).update(
        column="withdrawn",
        counts_as="",
        standing="withdrawn",
        grade="",
        happened_on=date(2020, 9, 1),
        reason="场地到期",
    )
    AllocationItem.objects.filter(pk=items.latest("number").pk).update(
        column="revoked", counts_as="", revoked_on=date(2020, 10, 9)
    )
    found = counted(run.rows.get(code=JIA), finance)
    assert [each.column for each in found[-2:]] == ["公布后撤销", "撤回（不计）"]
    shown = text_of(desk.get(page(run, JIA)))
    assert "撤回（不计）评分提交前撤回—2020-09-01场地到期" in shown
    assert "2020-10-09撤销" in shown


@pytest.mark.parametrize(
    ("who", "views"),
    [
        ("finance", ["evaluation_result"]),
        ("city", ["evaluation_result", "evaluation_assessment", "platforms_application"]),
    ],
)
def test_each_application_leads_to_what_the_person_may_open(request, browser_of, finance, who, views) -> None:
    run = draft(worked_round(), finance)
    item = AllocationItem.objects.filter(run=run, row__code=BING).earliest("number")
    keys = {
        "evaluation_result": item.result_id,
        "evaluation_assessment": Assessment.objects.get(application=item.application_id).pk,
        "platforms_application": item.application_id,
    }
    browser = browser_of(request.getfixturevalue(who))
    found = next(
        each
        for each in browser.get(page(run, BING)).context["items"]
        if each["row"].application_id == item.application_id
    )
    urls = [link["url"] for link in found["links"]]
    assert urls == [reverse(f"admin:{view}_change", args=(keys[view],)) for view in views]
    assert [browser.get(url).status_code for url in urls] == [200] * len(views)


def test_a_result_leads_back_to_the_runs_that_count_it(desk, finance) -> None:
    round_ = worked_round()
    run = draft(round_, finance)
    dropped = discard(run=draft(round_, finance), reason="重新测算", by=finance, at=AT)
    item = AllocationItem.objects.filter(run=run, row__code=BING, counts_as="B").get()
    result = reverse("admin:evaluation_result_change", args=(item.result_id,))
    assert desk.get(result).context["counted_in"] == [
        CountedIn(run.number, "计入B档，测算中", page(run, BING)),
    ]
    assert page(run, BING) in desk.get(result).content.decode()
    assert dropped.items.filter(result=item.result).count() == 1


@pytest.mark.parametrize(("who", "region", "without_any", "all_of_them"), [("finance", 11, 10, 7), ("city", 13, 10, 7)])
def test_the_pages_ask_the_database_as_often_for_many_as_for_few(
    request, browser_of, finance, who, region, without_any, all_of_them
) -> None:
    run = draft(worked_round(), finance)
    browser = browser_of(request.getfixturevalue(who))
    browser.get(page(run))
    asked = []
    for path in (page(run, JIA), page(run, BING), page(run, NOTHING), page(run)):
        with CaptureQueriesContext(connection) as queries:
            browser.get(path)
        asked.append(len(queries))
    assert asked == [region, region, without_any, all_of_them]


# All regions.


def test_the_overview_draws_what_each_region_gets_the_largest_first(desk, finance) -> None:
    run = draft(worked_round(), finance)
    chart = desk.get(page(run)).context["overview"].chart
    assert chart.title == f"2个地区参加分配，{label(run, JIA)}分得最多，为 925.00 万元"
    assert chart.rows == (
        (label(run, JIA), page(run, JIA), (Fraction(925),)),
        (label(run, BING), page(run, BING), (Fraction(575),)),
    )
    assert chart.note == "合计 15,000,000 元，未分配 0 元。"


def label(run: AllocationRun, code: str) -> str:
    return run.rows.get(code=code).label


def test_the_overview_says_what_a_grade_is_worth_and_how_that_comes(desk, finance) -> None:
    run = draft(worked_round(), finance)
    worths = desk.get(page(run)).context["overview"].worths
    assert [(each.label, each.formula, each.text) for each in worths] == [
        ("A档", "60/10 ÷ 60 × 15,000,000", "1,500,000元"),
        ("B档", "30/10 ÷ 60 × 15,000,000", "750,000元"),
        ("C档", "10/5 ÷ 60 × 15,000,000", "500,000元"),
    ]


def overview_of(run: AllocationRun) -> Overview:
    allocation = explained(run).allocation
    assert allocation is not None
    return overview(allocation, lambda code: code)


@pytest.mark.clause("N24")
def test_the_overview_names_those_without_money_and_why(finance) -> None:
    run = draft(worked_round(), finance)
    others = overview_of(run).others
    assert len(others) == 15
    assert [(each.code, each.headline) for each in others][:3] == [
        (YI, "不予支持"),
        (DING, "不予支持"),
        (NOTHING, "没有申报，不分配资金"),
    ]


@pytest.mark.clause("N27")
def test_the_overview_says_where_the_last_yuan_went(desk, finance) -> None:
    run = draft(worked_round(), finance, totals="funded")
    rest = desk.get(page(run)).context["overview"].rest
    assert rest.sentence == (
        "各地应得金额合计取整为15,000,000元，各自舍去尾数后合计14,999,999元，剩余1元，分给尾数最大的1个地区，每个1元。"
    )
    assert [(each.place, each.region.code, each.cut, each.tied, each.got) for each in rest.lines] == [
        (1, BING, "6/7（约0.8571）", False, True),
        (2, JIA, "1/7（约0.1429）", False, False),
    ]


def test_where_nothing_is_left_over_the_overview_says_so(finance) -> None:
    round_ = worked_round()
    rest = overview_of(draft(round_, finance)).rest
    assert (rest.sentence, rest.lines) == ("各地应得金额舍去不足1元的尾数后没有剩余单位。", ())
    wan = overview_of(draft(round_, finance, divisor="all", unit="wan")).rest
    assert wan.sentence == "各地应得金额舍去不足1万元的尾数后没有剩余单位。"


# What was changed behind everybody's back.


def test_counts_that_cannot_be_are_told_instead_of_an_amount(desk, finance) -> None:
    run = draft(worked_round(), finance)
    AllocationRow.objects.filter(run=run, code=JIA).update(grades={"A": 11})
    for path in (page(run), page(run, JIA)):
        response = desk.get(path)
        assert response.status_code == 200
        shown = text_of(response)
        assert "核对未通过" in shown
        assert f"{label(run, JIA)}：已评定11家，多于申报总数10家。" in shown
        assert "下载PDF" not in shown
    assert desk.get(f"{page(run)}paper.pdf").status_code == 404
    assert desk.get(f"{page(run, JIA)}paper.pdf").status_code == 404


def test_a_grade_that_the_run_no_longer_names_is_shown_by_its_code_behind_the_others(finance) -> None:
    run = draft(worked_round(), finance)
    AllocationItem.objects.filter(run=run, row__code=BING, counts_as="A").update(counts_as="X")
    found = counted(run.rows.get(code=BING), finance)
    assert [each.column for each in found] == ["计入B档", "计入C档"] + ["计入X"] * 3


# Papers.


def test_each_region_and_all_of_them_are_sent_as_pdf(desk, finance, finance2) -> None:
    run = locked(worked_round(), finance, finance2)
    for path, name in ((page(run), "逐地区说明"), (page(run, JIA), label(run, JIA))):
        response = desk.get(f"{path}paper.pdf")
        assert response.status_code == 200
        assert response["Content-Type"] == "application/pdf"
        assert quote(f"资金分配计算过程-{run.number}-{name}.pdf") in response["Content-Disposition"]
        content = response.content
        assert content.startswith(b"%PDF-")
        assert desk.get(f"{path}paper.pdf").content == content
    words = words_of(desk.get(f"{page(run, JIA)}paper.pdf").content)
    number = AllocationItem.objects.filter(run=run, row__code=JIA).earliest("number").number
    for word in (number, "4/10 × 60", "24 + 9 + 4", "37分", "9,250,000元", run.number, run.digest[:16]):
        assert re.sub(r"\s", "", word) in words


def words_of(content: bytes) -> str:
    # Words break at marks without width.
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)
    return text.replace("\u200b", "")


def test_the_paper_tells_one_region_or_several() -> None:
    told = Told("2020年度资金分配表", "2020-ZJ-01", "测算中", "15,000,000元", "")
    result = split(*CITY)
    one, two = derive(result, 0), derive(result, 1)
    alone = explanation_paper(told, [one])
    assert (alone.title, alone.footer) == ("甲资金分配计算过程", "测算编号 2020-ZJ-01")
    assert [type(block) for block in alone.blocks] == [Pairs, Paragraph, Grid]
    assert alone.blocks[0] == Pairs(
        (("地区", "甲", "地区代码", "甲"), ("资金总额", "15,000,000元", "分配结果", "分配9,250,000元"))
    )
    assert isinstance(alone.blocks[-1], Grid)
    assert alone.blocks[-1].rows[1] == ("全市总数", "全市总数取“全部地区的A、B、C档”。", "A档10家、B档10家、C档5家")
    assert alone.blocks[-1].rows[2] == ("A档得分", "4/10 × 60\n本地区A档4家，全市10家，该档60分。", "24")
    listed = explanation_paper(
        told,
        [one],
        [
            Application("2020-0001", "平台一", "计入A档", "已评定", ""),
            Application("2020-0002", "平台二", "撤回（不计）", "评分提交前撤回", "2020-09-01 场地到期"),
        ],
    )
    assert listed.blocks[:-1] == alone.blocks
    assert isinstance(listed.blocks[-1], Grid)
    assert listed.blocks[-1].rows == (
        ("2020-0001", "平台一", "计入A档", "已评定", "—"),
        ("2020-0002", "平台二", "撤回（不计）", "评分提交前撤回", "2020-09-01 场地到期"),
    )
    both = explanation_paper(told, [one, two])
    assert both.title == "各地区资金分配计算过程"
    assert [block.text for block in both.blocks if isinstance(block, Heading)] == ["甲", "乙"]
    nothing = derive(split(tally("戊", 0, 0, 0, 0, 0)), 0)
    assert [type(block) for block in explanation_paper(told, [nothing]).blocks] == [Pairs, Paragraph]


# Who comes in.
