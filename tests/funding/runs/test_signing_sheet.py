"""The sheet that is signed by hand: read back, archival, accessible, the same for the same run."""

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader

from funding.money import FIRST
from funding.readings import Reading, count_switches_of, switches_of
from funding.runs.queries.sheet import sheet_of
from funding.runs.queries.signing import signing_facts
from funding.runs.services.runs import discard, make_run
from funding.runs.signing_sheet import Signed, signing_pdf
from tests.evaluation.documents.reading import kinds
from tests.evaluation.stage import published_round
from tests.funding.worked import AT, JIA, LATER, draft, locked, small_round, worked_round
from tests.platforms.applications.documents.samples import text_of_pdf

pytestmark = pytest.mark.django_db

SWITCHES_IN_WORDS = (*switches_of(FIRST), *count_switches_of(FIRST))


def pdf_of(run: Any) -> bytes:
    return signing_pdf(signing_facts(sheet_of(run)))


def missing(content: bytes, *said: str) -> list[str]:
    text = text_of_pdf(content)
    return [each for each in said if "".join(each.split()) not in text]


@pytest.mark.clause("N27")
def test_it_says_who_gets_how_much_how_it_was_read_what_a_platform_is_worth_and_who_signed(finance, finance2) -> None:
    run = locked(worked_round(), finance, finance2)
    said = (
        "2020年度窗口平台建设补助资金分配表年度2020年度测算编号2020-ZJ-01资金总额（元）15,000,000状态已锁定",
        "海曙区33020310432100000", "10%支持3761.66%9,250,000",
        "北仑区330206" + "53110" + "00000" + "0%支持2338.33%5,750,000",
        "合计", "100%15,000,000", f"取整规则：{sheet_of(run).last_unit_rule}",
        *(f"{each.label}{each.default.label}默认{each.reason}" for each in SWITCHES_IN_WORDS),
        "1家A档折合1,500,000元1家B档折合750,000元1家C档折合500,000元", "环节姓名日期签字",
        "测算人drafter员2020年10月12日10:00", "核对人drafter员2020年10月12日10:00",
        "签署人finance员2020年10月12日10:00", "锁定人finance2员2020年10月12日13:00",
        f"申报数校验值：{run.counts_digest}", f"校验值：{run.digest}",
    )  # fmt: skip
    assert missing(pdf_of(run), *said) == []
    assert "草案" not in text_of_pdf(pdf_of(run))


def test_a_draft_says_so_and_leaves_places_for_names_and_dates(finance) -> None:
    run = draft(small_round(), finance, cutoff="exclusive")
    content = pdf_of(run)
    assert missing(
        content,
        "资金分配表（草案）",
        "淘汰线不含20%：超过20%才不予支持非默认（默认为“含20%：达到20%即不予支持”）",
        "核对人签署人锁定人",
        "校验值：签署后生成",
    ) == []  # fmt: skip


def test_a_discarded_run_says_so(finance) -> None:
    run = discard(run=draft(small_round(), finance), reason="口径有误", by=finance, at=LATER)
    assert missing(pdf_of(run), "资金分配表（已作废）") == []


def test_warnings_and_notes_stand_on_it_and_a_correction_names_what_it_corrects(finance, finance2) -> None:
    steep = draft(published_round({JIA: {"A": 8, "B": 1}}).round, finance)
    assert missing(pdf_of(steep), "提示档次倒挂：1家B档相当于4家A档的金额", *sheet_of(steep).warning_sentences) == []
    round_ = small_round(2021)
    old = locked(round_, finance, finance2)
    new = make_run(round=round_, pool_yuan=1_000_000, reading=Reading(), by=finance, at=LATER, replaces=old)
    assert missing(pdf_of(new), f"被更正的测算{old.number}") == []
    nothing = draft(published_round({JIA: {"D": 1}}, year=2022).round, finance)
    assert missing(pdf_of(nothing), f"说明{nothing.note}") == []


@pytest.mark.trust("T14")
def test_it_is_archival_and_accessible_lies_across_and_is_the_same_for_the_same_run(finance, finance2) -> None:
    run = locked(worked_round(), finance, finance2)
    content = pdf_of(run)
    reader = PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    meta = root["/Metadata"].get_data().decode()
    assert re.findall(r"<(?:pdfaid:part|pdfaid:conformance|pdfuaid:part)>(.+?)<", meta) == ["2", "A", "1"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("zh-CN", True)
    assert reader.metadata is not None
    assert (reader.metadata["/Keywords"], reader.metadata.author) == (run.number, "宁波市财政局")
    assert reader.metadata.creation_date == LATER
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {(842, 595)}
    # The table, two of readings, the people: each with a head.
    assert (kinds(content).count("/Table"), kinds(content).count("/H1")) == (4, 1)
    assert kinds(content).count("/TH") == 18 + 4 + 4 + 4
    assert b"/JavaScript" not in content
    assert pdf_of(run) == content


def test_what_was_typed_is_set_as_words_and_a_long_word_stays_on_the_page(finance) -> None:
    facts = signing_facts(sheet_of(draft(small_round(), finance)))
    typed = replace(
        facts,
        signatures=(Signed("测算", "#panic()" + "W" * 200, AT),),
        rows=(("[$x$] " + "长" * 40, *facts.rows[0][1:]),),
    )
    content = signing_pdf(typed)
    assert missing(content, "#panic()" + "W" * 200, "[$x$]" + "长" * 40) == []
