"""The form as PDF/A: everything that was written is in it, as it was written, and nothing of it was run."""

import io
import unicodedata
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from platforms.applications.documents import glyphs, pdf, typesetting
from platforms.applications.documents.fields import FIELDS
from platforms.applications.documents.glyphs import printable
from platforms.masking import mask_form
from tests.platforms.applications.documents.samples import AT, FACTS, FORM, SAID, pages_of, squeezed, text_of_pdf


def printed(**platform: str) -> str:
    form = deepcopy(FORM)
    form["platform"] |= platform
    return text_of_pdf(pdf.render(form, FACTS))


def test_every_value_of_a_full_form_is_read_in_it() -> None:
    text = text_of_pdf(pdf.render(FORM, FACTS))
    assert [said for said in SAID if squeezed(said) not in text] == []
    labels = [field.label for fields in FIELDS.values() for field in fields.values()]
    # What is written by hand or beside a seal has no label of its own.
    assert [each for each in labels if each not in text] == ["县级审核意见", "县级审核日期"]
    assert "99999999" not in text


def test_each_page_says_which_paper_it_is_and_how_many_there_are() -> None:
    form = FORM | {"staff": FORM["staff"] * 20}
    pages = pages_of(pdf.render(form, FACTS))
    assert len(pages) >= 4
    for number, page in enumerate(pages, start=1):
        assert page.startswith("第1版提交时间：2026年4月10日10:00")
        assert page.endswith(f"申报编号2026-0012第1版校验码K7QD-2MWX第{number}页共{len(pages)}页")


def test_the_head_of_a_table_stands_on_each_of_its_pages() -> None:
    staff = [{**FORM["staff"][0], "name": f"员工{number}号"} for number in range(90)]
    pages = [page for page in pages_of(pdf.render(FORM | {"staff": staff}, FACTS)) if "员工" in page]
    assert len(pages) >= 3
    assert {"序号姓名性别学历职称或证书岗位专职" in page for page in pages} == {True}


def test_it_is_archival_and_accessible_and_carries_its_fonts() -> None:
    content = pdf.render(FORM, FACTS)
    reader = PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    meta = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in meta
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in meta
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("zh-CN", True)
    assert reader.metadata is not None
    assert reader.metadata.title == "宁波市中小企业公共服务窗口平台建设运营申报表（2026年度）"
    assert reader.metadata.author == "宁波市经济和信息化局"
    assert reader.metadata.creation_date == AT
    box = reader.pages[0].mediabox
    assert (round(box.width / 72 * 25.4), round(box.height / 72 * 25.4)) == (210, 297)
    assert embedded_fonts(reader) == {"NotoSerifCJKsc-Regular", "NotoSansCJKsc-Bold"}
    assert b"/JavaScript" not in content
    assert b"/URI" not in content


def embedded_fonts(reader: PdfReader) -> set[str]:
    """Return the names of all fonts, having made sure that each is in the file."""
    names = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            below = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile3" in below["/FontDescriptor"].get_object()
            names.add(below["/BaseFont"].split("+")[1].removesuffix("-Identity-H"))
    assert not isinstance(names, IndirectObject)
    return names


def test_the_same_form_is_the_same_bytes_and_another_moment_or_letter_is_not() -> None:
    first = pdf.render(FORM, FACTS)
    assert pdf.render(deepcopy(FORM), replace(FACTS)) == first
    assert pdf.render(FORM, replace(FACTS, at=AT + timedelta(seconds=1))) != first
    assert pdf.render(FORM, replace(FACTS, code="AAAA-BBBB")) != first


def test_a_process_that_has_just_begun_prints_the_same_bytes() -> None:
    before = pdf.render(FORM, FACTS)
    glyphs._outside.cache_clear()
    typesetting._fonts.cache_clear()
    printed_anew: list[bytes] = []
    thread = Thread(target=lambda: printed_anew.append(pdf.render(FORM, FACTS)))
    thread.start()
    thread.join()
    assert printed_anew == [before]


def test_threads_print_side_by_side() -> None:
    expected = pdf.render(FORM, FACTS)
    made: list[bytes] = []
    threads = [Thread(target=lambda: made.append(pdf.render(FORM, FACTS))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [expected] * 4


@pytest.mark.parametrize(
    "text",
    [
        "#x(1)", "#read(\"/etc/passwd\")", "#import \"@preview/x:1.0.0\": *", "$x^2$", "*粗* _斜_ `code`",
        "@引用 <label>", "\\u{41} \\ end", "A&B 公司", "<b>x</b>", "</w:t>", "{{7*7}}", "{% raw %}", "= 标题",
        "- 项 + 项 / 词: 义", "// 注 /* 释 */", "https://example.cn/?a=1&b=2", "~ -- --- ... -?", "[x] (y) {z}",
        "“引”‘号’ \"q\" 'q'",
    ],
)  # fmt: skip
def test_what_looks_like_code_is_printed_letter_by_letter(text: str) -> None:
    assert squeezed(text) in printed(introduction=f"始{text}终")


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60))
def test_whatever_was_written_is_read_again(text: str) -> None:
    page = printed(introduction=f"始{text}终")
    # Marks that go with the letter before may be stored in another order; the letters are all there, in their order.
    wanted = squeezed(printable(text))
    assert ordered(wanted) == ordered(page[page.index("平台简介始") + 5 : page.index("终二、运营单位")])


def ordered(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each)[0] in "LN")


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 10_000_000),
    st.decimals(0, 99_999_999, places=2).map(lambda value: format(value.normalize(), "f")),
    st.dates().map(str),
    st.booleans(),
)
def test_numbers_days_and_choices_are_read_again(count: int, funds: str, day: str, sign: bool) -> None:
    form = deepcopy(FORM)
    form["record"]["attendance"], form["plan"]["funds_wan"] = count, funds
    form["operator"]["founded_on"], form["venue"]["has_unified_sign"] = day, sign
    text = text_of_pdf(pdf.render(form, FACTS))
    year, month, number = (int(part) for part in day.split("-"))
    assert f"活动参加人次（人次）{count}" in text
    assert f"{funds}（" in text
    assert f"{year}年{month}月{number}日" in text
    assert f"已悬挂统一标志标识{'是' if sign else '否'}" in text


def longest_line(content: bytes) -> int:
    """Return the most letters on one line: a word that left its cell would stand on a line of its own length."""
    lines = [line for page in PdfReader(io.BytesIO(content)).pages for line in page.extract_text().splitlines()]
    return max(len(line.replace("\u200b", "")) for line in lines)


@pytest.mark.parametrize("word", ["a" * 2000, "W" * 2000, "，" * 2000, "中" * 2000, "甲 " * 1000])
def test_a_word_of_two_thousand_letters_stays_in_its_cell(word: str) -> None:
    form = deepcopy(FORM)
    form["record"]["typical_cases"] = word
    form["staff"][0]["post"] = word[:40]
    form["operator"]["contact_email"] = word[:120]
    content = pdf.render(form, FACTS)
    whole = word + word[:40] + word[:120]
    assert text_of_pdf(content).count(word[0]) >= whole.count(word[0])
    assert longest_line(content) < 95


@pytest.mark.trust("T41")
def test_the_longest_form_is_printed() -> None:
    form = deepcopy(FORM)
    form["platform"]["introduction"] = "长" * 1000
    form["record"]["typical_cases"] = "案" * 2000
    form["staff"] = [{**FORM["staff"][0], "name": "名" * 40, "qualification": "证" * 80} for _ in range(200)]
    form["services"] = [{**FORM["services"][1], "content": "容" * 200} for _ in range(60)]
    pages = pages_of(pdf.render(form, FACTS))
    assert pages[-1].endswith(f"第{len(pages)}页共{len(pages)}页")


def test_a_masked_form_says_so_and_names_nobody() -> None:
    pages = pages_of(pdf.render(mask_form(FORM), replace(FACTS, masked=True)))
    people = ("王法人", "李负责", "张联系", "13800138001", "王一", "李二", "13900139001", "contact@")
    assert [each for each in people if each in "".join(pages)] == []
    assert "138****8001" in pages[0]
    assert all("已隐去个人信息" in page for page in pages)


def test_nothing_is_read_but_the_template(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The template can reach its own folder only, and no package is looked for."""
    import typst

    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.txt").write_text("geheim")
    monkeypatch.setattr(typesetting, "SHARED", tmp_path / "inside")
    monkeypatch.setattr(typesetting, "_local", type("Fresh", (), {})())
    for number, line in enumerate((
        '#read("../secret.txt")', '#read("/../secret.txt")', '#read("secret.txt")', f'#read("{tmp_path}/secret.txt")',
        '#import "@preview/cetz:0.1.0"',
    )):  # fmt: skip
        template = tmp_path / f"{number}.typ"
        template.write_text(line)
        monkeypatch.setattr(pdf, "TEMPLATE", template)
        with pytest.raises(typst.TypstError):
            pdf.render(FORM, FACTS)
