"""The form as a Word file: the same words as the PDF, editable, and nothing in it is read as anything but text."""

import io
import re
import zipfile
from copy import deepcopy
from dataclasses import replace

import docx
import pytest
from defusedxml import ElementTree
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms.applications.documents import word
from platforms.applications.documents.form import form_paper
from tests.platforms.applications.documents.samples import FACTS, FORM, SAID, words_of_docx


def printed(text: str) -> list[str]:
    form = deepcopy(FORM)
    form["platform"]["introduction"] = text
    return words_of_docx(word.render(form, FACTS))


def test_every_value_of_a_full_form_is_in_it() -> None:
    words = words_of_docx(word.render(FORM, FACTS))
    assert [said for said in SAID if not any(said in each for each in words)] == []
    assert not any("99999999" in each for each in words)


def test_it_says_on_each_page_which_paper_it_is() -> None:
    document = docx.Document(io.BytesIO(word.render(FORM, replace(FACTS, masked=True))))
    section = document.sections[0]
    assert section.header.paragraphs[0].text == "第1版　提交时间：2026年4月10日 10:00\t已隐去个人信息"
    footer = section.footer.paragraphs[0]
    assert footer.text == "申报编号 2026-0012　第1版　校验码 K7QD-2MWX\t第1页　共1页"
    fields = [each.text for each in footer._element.iter(qn("w:instrText"))]
    assert fields == [" PAGE ", " NUMPAGES "]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_the_head_of_each_table_is_repeated_and_the_places_for_seals_are_there() -> None:
    document = docx.Document(io.BytesIO(word.render(FORM, FACTS)))
    heads = [
        table for table in document.tables if table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    ]
    assert [table.rows[0].cells[1].text for table in heads] == ["姓名", "服务", "合作机构", "制度", "类别"]
    seals = [[each.text for each in table.rows[0].cells[0].paragraphs] for table in document.tables[-3:]]
    assert seals == [
        ["运营单位承诺", "本单位承诺：本申报表及附件内容真实、准确，如有不实，愿承担相应责任。", "",
         "运营单位（盖章）：", "法定代表人（签字）：", "年　　　月　　　日"],
        ["县级经信部门意见", "同意推荐。", "", "县级经信部门（盖章）：", "负责人（签字）：", "2026年4月9日"],
        ["市级意见", "", "市级经信部门（盖章）：", "年　　　月　　　日"],
    ]  # fmt: skip


def rows_kept_whole(content: bytes) -> dict[str, bool]:
    document = docx.Document(io.BytesIO(content))
    return {
        row.cells[0].text: row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None
        for table in document.tables
        for row in table.rows
    }


def test_a_row_stays_on_one_page_unless_it_is_a_long_text() -> None:
    for length, whole in ((word.LONGEST_WHOLE, True), (word.LONGEST_WHOLE + 1, False)):
        form = deepcopy(FORM)
        form["platform"]["introduction"] = "长" * length
        kept = rows_kept_whole(word.render(form, FACTS))
        assert kept.pop("平台简介") is whole
        assert set(kept.values()) == {True}


def test_what_is_signed_and_sealed_stays_on_one_page() -> None:
    document = docx.Document(io.BytesIO(word.render(FORM, FACTS)))
    body = list(document.element.body)
    texts = ["".join(piece.text for piece in each.iter(qn("w:t"))) for each in body]
    first = texts.index("十、承诺与审核意见")
    kept = [
        [paragraph.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None for paragraph in each.iter(qn("w:p"))]
        for each in body
    ]
    last = max(place for place, each in enumerate(body) if each.tag == qn("w:tbl"))
    assert {one for each in kept[first:last] for one in each} == {True}
    assert {one for each in kept[last:] for one in each} == {False}
    # The table of the files before it may go over two pages.
    before = max(place for place in range(first) if body[place].tag == qn("w:tbl"))
    assert set(kept[before]) == {False}


def test_a_page_without_a_seal_keeps_nothing_together() -> None:
    paper = form_paper(FORM, FACTS)
    blocks = tuple(block for block in paper.blocks if block.kind not in ("seal", "heading"))
    with zipfile.ZipFile(io.BytesIO(word.set_paper(replace(paper, blocks=blocks)))) as archive:
        assert b"<w:keepNext/>" not in archive.read("word/document.xml")
    alone = tuple(block for block in paper.blocks if block.kind == "seal")
    with zipfile.ZipFile(io.BytesIO(word.set_paper(replace(paper, blocks=alone)))) as archive:
        assert b"<w:keepNext/>" in archive.read("word/document.xml")


def test_it_opens_as_a_file_of_today_with_chinese_punctuation() -> None:
    with zipfile.ZipFile(io.BytesIO(word.render(FORM, FACTS))) as archive:
        assert b'w:name="compatibilityMode"' in archive.read("word/settings.xml")
        document = archive.read("word/document.xml").decode()
    assert document.count('<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>') == document.count("<w:r>")


def test_a_version_without_anything_is_still_a_file() -> None:
    words = words_of_docx(word.render({}, FACTS))
    assert words[1:3] == ["宁波市中小企业公共服务窗口平台建设运营申报表", "一、平台信息"]


def test_both_files_are_made_from_the_same_page() -> None:
    words = words_of_docx(word.render(FORM, FACTS))
    paper = form_paper(FORM, FACTS)
    assert words[1:3] == [paper.title, paper.subtitle]
    assert [each for each in words if re.match("[一二三四五六七八九十]、", each)] == [
        block.text for block in paper.blocks if block.kind == "heading"
    ]  # fmt: skip


@pytest.mark.trust("T26")
@pytest.mark.parametrize(
    "text",
    [
        "A&B 公司", "<b>x</b>", "</w:t></w:r></w:p><w:p/>", "{{7*7}}", "{% raw %}", "{{ cycler.__init__.__globals__ }}",
        "{# x #}", "]]>", "<!--", "&amp;", "&#65;", "\"'", "%s {0} {body}", "\\", " 前后有空格  ", "甲\n乙\t丙", "😀𠮷",
        "MERGEFIELD x", "=1+1",
    ],
)  # fmt: skip
def test_what_looks_like_markup_arrives_unchanged(text: str) -> None:
    assert text in printed(text)


@pytest.mark.trust("T26")
def test_what_a_file_cannot_hold_becomes_a_sign() -> None:
    assert "响\ufffd铃\ufffd" in printed("响\x07铃\x00")
    assert "行\n尾" in printed("行\r\n尾")


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=("Cs", "Cc")), min_size=1))
def test_whatever_was_written_is_read_again(text: str) -> None:
    kept = re.sub("[\ufffe\uffff]", "\ufffd", text)
    assert kept in printed(text)


def test_every_part_is_sound_and_the_bytes_are_always_the_same() -> None:
    content = word.render(FORM, FACTS)
    assert word.render(deepcopy(FORM), replace(FACTS)) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "[Content_Types].xml"
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        everything = b"".join(map(archive.read, archive.namelist()))
    # Neither macros nor anything that is fetched from outside.
    assert b"vbaProject" not in everything
    assert b'TargetMode="External"' not in everything
