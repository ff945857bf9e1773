"""Certificate, plaque, letter and report as files: read back, archival, accessible, the same for the same facts."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from evaluation.documents.printing import certificate_pdf, letter_pdf, plaque, report_pdf
from evaluation.documents.qr import code_of
from platforms.applications.documents import typesetting
from platforms.applications.documents.glyphs import printable
from tests.evaluation.documents.reading import codes_on, heights, kinds, tags
from tests.evaluation.documents.samples import ADDRESS, AT, CERTIFICATE, LETTER, REPORT
from tests.platforms.applications.documents.samples import pages_of, squeezed, text_of_pdf

PRINTED: dict[str, Callable[[], bytes]] = {
    "certificate": lambda: certificate_pdf(CERTIFICATE),
    "plaque": lambda: plaque(CERTIFICATE, "pdf"),
    "letter": lambda: letter_pdf(LETTER),
    "report": lambda: report_pdf(REPORT),
}
every = pytest.mark.parametrize("kind", PRINTED)


@pytest.mark.clause("N20")
def test_a_certificate_says_who_is_certified_as_what_from_when_until_when_and_by_whom() -> None:
    text = text_of_pdf(certificate_pdf(CERTIFICATE))
    said = (
        "宁波市中小企业公共服务窗口平台认定证书", "证书编号：NB2026-001-H7KQ3", CERTIFICATE.name,
        "经绩效评价，认定为宁波市中小企业公共服务窗口平台，档次为A档。", "运营单位宁波姜山企业服务有限公司",
        "所在地区鄞州区", "服务地点姜山镇", "平台类型乡镇（街道）", "有效期2026年9月28日至2029年9月27日",
        "认定文号甬经信〔2026〕12号", "宁波市经济和信息化局2026年9月28日", ADDRESS,
    )  # fmt: skip
    assert [each for each in said if each not in text] == []


def test_a_certificate_without_a_document_number_has_no_line_for_it() -> None:
    assert "认定文号" not in text_of_pdf(certificate_pdf(replace(CERTIFICATE, document_number="")))


def test_a_plaque_says_name_number_and_validity() -> None:
    text = text_of_pdf(plaque(CERTIFICATE, "pdf"))
    said = (CERTIFICATE.name, "证书编号：NB2026-001-H7KQ3", "有效期：2026年9月28日至2029年9月27日", "扫码核验")
    assert [each for each in said if each not in text] == []
    assert "A档" not in text


def test_a_letter_lists_the_platforms_of_its_county_with_reasons() -> None:
    text = text_of_pdf(letter_pdf(LETTER))
    said = (
        "2026年度绩效评价认定结果通知书", "编号：TZ2026-330212", "认定文号：甬经信〔2026〕12号", "鄞州区：",
        "共3个平台：认定2个，不予认定1个。", "NB2026-001-H7KQ3至2029年9月27日", "得分64.00分。", "不予认定",
        "年服务企业数未达标。", "宁波市经济和信息化局2026年9月28日（盖章）",
    )  # fmt: skip
    assert [each for each in said if each not in text] == []
    assert "取代" not in text


def test_a_letter_of_one_kind_counts_that_kind_only() -> None:
    certified, refused = (replace(LETTER, lines=LETTER.lines[:2]), replace(LETTER, lines=LETTER.lines[2:]))
    assert "共2个平台：认定2个。" in text_of_pdf(letter_pdf(certified))
    assert "共1个平台：不予认定1个。" in text_of_pdf(letter_pdf(refused))


def test_what_is_sent_in_the_place_of_another_names_it() -> None:
    assert "本通知书取代编号为TZ2026-1的结果通知书" in text_of_pdf(letter_pdf(replace(LETTER, replaces="TZ2026-1")))
    assert "取代的报告BG2026-1" in text_of_pdf(report_pdf(replace(REPORT, replaces="BG2026-1")))


def test_a_report_gives_each_indicator_below_its_head_and_the_reason_of_the_grade() -> None:
    text = text_of_pdf(report_pdf(REPORT))
    said = (
        "2026年度绩效评价认定结果报告", "报告编号BG2026-330212-001", "总分92.50", "档次A档",
        "指标满分数值得分说明基本条件固定场地—320平方米达标服务能力年服务企业数20186家18.50核定数少于填报数4家。",
        "档次说明得分92.50分，达到A档分数线。", "有效期2026年9月28日至2029年9月27日",
    )  # fmt: skip
    assert [each for each in said if each not in text] == []


def test_a_report_of_what_was_not_certified_has_no_days() -> None:
    text = text_of_pdf(report_pdf(replace(REPORT, certificate="", valid_from=None, valid_until=None, grade_reason="")))
    assert "证书编号不予认定" in text
    assert "有效期" not in text
    assert "档次说明" not in text


@every
def test_it_is_archival_and_accessible_and_carries_its_fonts(kind: str) -> None:
    content = PRINTED[kind]()
    reader = PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    meta = root["/Metadata"].get_data().decode()
    assert re.findall(r"<(?:pdfaid:part|pdfaid:conformance|pdfuaid:part)>(.+?)<", meta) == ["2", "A", "1"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("zh-CN", True)
    assert reader.metadata is not None
    number = {"letter": LETTER.number, "report": REPORT.number}.get(kind, CERTIFICATE.number)
    assert reader.metadata["/Keywords"] == number
    assert (reader.metadata.author, reader.metadata.creation_date) == ("宁波市经济和信息化局", AT)
    below = [
        font.get_object()["/DescendantFonts"][0].get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    assert {"/FontFile3" in each["/FontDescriptor"].get_object() for each in below} == {True}
    assert b"/JavaScript" not in content
    assert b"/Subtype /Image" not in content


@every
def test_each_table_has_a_head_each_drawing_words_and_the_title_is_the_first_heading(kind: str) -> None:
    content = PRINTED[kind]()
    found = kinds(content)
    assert found.count("/H1") == 1
    # A head of five columns for each table, and no table without one.
    assert found.count("/TH") == 5 * found.count("/Table") == {"letter": 5, "report": 5}.get(kind, 0)
    drawings = [str(each["/Alt"]) for each in tags(content) if each["/S"] == "/Figure"]
    address = REPORT.verify_url if kind == "report" else CERTIFICATE.verify_url
    assert drawings == ([] if kind == "letter" else [f"核验网址的二维码：{address}"])


@every
def test_the_same_facts_are_the_same_bytes(kind: str) -> None:
    assert PRINTED[kind]() == PRINTED[kind]()


def test_a_process_that_has_just_begun_prints_the_same_bytes() -> None:
    before = [make() for make in PRINTED.values()]
    typesetting._fonts.cache_clear()
    anew: list[bytes] = []
    thread = Thread(target=lambda: anew.extend(make() for make in PRINTED.values()))
    thread.start()
    thread.join()
    assert anew == before


def test_other_facts_are_other_bytes() -> None:
    first = certificate_pdf(CERTIFICATE)
    assert certificate_pdf(replace(CERTIFICATE, number="NB2026-001-H7KQ4")) != first
    assert certificate_pdf(replace(CERTIFICATE, at=AT + timedelta(seconds=1))) != first


@pytest.mark.parametrize(("kind", "millimetres"), [("certificate", 27), ("report", 24), ("plaque", 92)])
def test_the_code_is_read_from_a_picture_of_two_centimetres(kind: str, millimetres: float) -> None:
    """20 mm at 150 dots to the inch, as a scanner of an office makes it."""
    address = REPORT.verify_url if kind == "report" else ADDRESS
    assert codes_on(PRINTED[kind](), code_width=millimetres) == [address]


def test_the_code_of_a_long_address_is_read_as_well() -> None:
    address = f"https://{'a' * 40}.example.gov.cn/verify/NB2026-001-H7KQ3/"
    assert codes_on(certificate_pdf(replace(CERTIFICATE, verify_url=address)), code_width=27) == [address]


def test_a_code_has_a_light_margin_and_no_two_runs_that_touch() -> None:
    code = code_of(ADDRESS)
    columns = {column for column, _, _ in code["runs"]} | {column + length for column, _, length in code["runs"]}
    rows = {row for _, row, _ in code["runs"]}
    assert (min(columns), max(columns), min(rows), max(rows)) == (4, code["modules"] - 4, 4, code["modules"] - 5)
    ends = {(column + length, row) for column, row, length in code["runs"]}
    assert not ends & {(column, row) for column, row, _ in code["runs"]}


def test_a_plaque_to_be_engraved_has_its_letters_as_outlines_and_refers_to_nothing() -> None:
    content = plaque(CERTIFICATE, "svg")
    root = fromstring(content)
    assert {each.tag.rpartition("}")[2] for each in root.iter()} <= {
        "svg",
        "path",
        "g",
        "use",
        "defs",
        "symbol",
        "clipPath",
    }
    refers = [value for each in root.iter() for name, value in each.attrib.items() if name.endswith("href")]
    assert {value[0] for value in refers} == {"#"}
    assert (root.attrib["width"], root.attrib["height"]) == ("1700.787401575pt", "1133.858267717pt")
    assert content == plaque(CERTIFICATE, "svg")


ODD = (
    '#read("/etc/passwd")', '#import "@preview/x:1.0.0": *', "$x^2$", "*粗* _斜_ `码`", "<label> @label", "\\u{41}",
    "\"引\" '号'", "第一行\n第二行", "𠮷野家", "= 标题", "https://example.cn/?a=1&b=2", "// 注 /* 释 */", "😀平台",
)  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_what_looks_like_code_is_printed_letter_by_letter(text: str) -> None:
    wanted = squeezed(printable(text))
    facts = replace(CERTIFICATE, name=text, operator=text, authority=text, document_number=text)
    assert text_of_pdf(certificate_pdf(facts)).count(wanted) == 4
    assert wanted in text_of_pdf(plaque(facts, "pdf"))
    lines = (replace(LETTER.lines[0], name=text, reasons=text),)
    assert text_of_pdf(letter_pdf(replace(LETTER, region=text, lines=lines))).count(wanted) == 4
    lines = (replace(REPORT.lines[0], head=text, indicator=text, reason=text),)
    assert text_of_pdf(report_pdf(replace(REPORT, name=text, grade_reason=text, lines=lines))).count(wanted) == 5


def has_shape(text: str) -> bool:
    return bool(printable(text).strip())


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=80).filter(has_shape))
@example("W" * 80)
@example("宁波前湾新区杭州湾数字经济产业园" * 5)
def test_any_name_stays_on_the_one_page(name: str) -> None:
    facts = replace(CERTIFICATE, name=name, operator=name, site=name + "。")
    for content in (certificate_pdf(facts), plaque(facts, "pdf")):
        assert len(pages_of(content)) == 1


def test_the_longest_names_leave_what_stands_above_and_below_them_free() -> None:
    facts = replace(CERTIFICATE, name="某" * 80, operator="甲" * 80, site="乙" * 100)
    name, said, operator, site, day, scan = (
        heights(certificate_pdf(facts), each) for each in ("某", "绩", "甲", "乙", "期", "扫")
    )
    assert name[0] > said[1] > said[0] > operator[1] > operator[0] > site[1] > site[0] > day[1] > day[0] > scan[1]
    # The code, of 27 mm, stands on a margin of 20 mm.
    assert day[0] > 47 / 25.4 * 72


def test_a_report_of_sixty_indicators_repeats_its_head_on_each_page() -> None:
    lines = tuple(replace(REPORT.lines[1], head=f"第{number // 10}类", reason="说" * 60) for number in range(60))
    pages = pages_of(report_pdf(replace(REPORT, lines=lines)))
    assert len(pages) >= 3
    assert {"指标满分数值得分说明" in page for page in pages[:-1]} == {True}
    assert [f"第{number}页共{len(pages)}页" in page for number, page in enumerate(pages, start=1)] == [True] * len(
        pages
    )
