"""The handbook as data: chapters, links, pictures, search, safe HTML."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import resolve

from ningbo_windows import field_dictionary, handbook
from ningbo_windows.rail import NOUNS
from ningbo_windows.screens import FOR_ALL, SCREENS, help_for
from platforms.applications.form_fields import FORM_FIELDS
from platforms.applications.sections import section
from platforms.choices import Role
from platforms.roles import permissions_of


def chapter(slug: str) -> handbook.Chapter:
    found = handbook.chapter(slug)
    assert found is not None
    return found


def written(text: str) -> handbook.Chapter:
    """The first chapter of a handbook that has ``text`` in it."""
    return handbook.read(f"## 一\n\n{text}\n\n" + "\n\n".join("## 另" for _ in handbook.SLUGS[1:]))[0]


def shown(text: str) -> str:
    places = {"1-有": "/there/#1-有"}
    return handbook.html(written(text), link=lambda to: places.get(to, ""), picture=lambda name: f"/p/{name}.png")


def test_each_chapter_has_its_address() -> None:
    assert [(each.slug, each.title[:4]) for each in handbook.chapters()][:3] == [
        ("everyone", "一、所有"),
        ("county", "二、区县"),
        ("unit", "三、运营"),
    ]
    assert len(handbook.chapters()) == len(handbook.SLUGS)
    assert handbook.chapter("nothing") is None


def test_a_handbook_with_another_number_of_chapters_is_not_read() -> None:
    with pytest.raises(ValueError, match="shorter"):
        handbook.read("## 一")


def test_a_part_of_a_chapter_is_what_stands_under_its_heading_alone() -> None:
    one = written("### 甲\n\n甲文\n\n### 乙\n\n乙文")
    found = [handbook.html(handbook.part(one, key), link=str, picture=str) for key in ("甲", "乙")]
    assert found == ["<p>甲文</p>\n", "<p>乙文</p>\n"]
    with pytest.raises(StopIteration):
        handbook.part(one, "丙")


def test_no_two_headings_have_one_anchor() -> None:
    anchors = [anchor for each in handbook.chapters() for anchor in (each.anchor, *each.anchors)]
    assert len(anchors) == len(set(anchors))


def test_each_link_of_the_handbook_leads_to_a_heading_and_each_picture_is_there() -> None:
    anchors = {anchor for each in handbook.chapters() for anchor in (each.anchor, *each.anchors)}
    asked: list[str] = []
    for each in handbook.chapters():
        handbook.html(each, link=lambda to: asked.append(to) or "", picture=lambda name: name)  # type: ignore[func-returns-value]
        assert [name for name in each.images if not (path := handbook.image(name)) or not path.is_file()] == []
    # Another file of the folder is not shown in the product: its name stands without a link.
    assert {to for to in asked if to} - anchors == set()
    assert len([to for to in asked if to]) > 5


def test_each_picture_is_shown_and_small() -> None:
    folder = Path(settings.BASE_DIR) / "docs" / "images"
    shown = {name for each in handbook.chapters() for name in each.images}
    assert {path.stem for path in folder.glob("*.png")} == shown
    assert {path.name for path in folder.glob("*.png") if path.stat().st_size > 200_000} == set()


def test_only_pictures_of_the_handbook_are_there() -> None:
    assert handbook.image("county-home") is not None
    assert handbook.image("nothing") is None


@pytest.mark.parametrize("name", sorted({*SCREENS, "admin:index", *FOR_ALL}))
@pytest.mark.parametrize("role", Role.values)
def test_each_screen_leads_to_a_heading_that_exists(name: str, role: str) -> None:
    slug, anchor = help_for(name, role)
    assert anchor in ("", *chapter(slug).anchors)


def test_each_heading_of_the_mapping_exists_and_each_beginning_names_a_screen() -> None:
    anchors = {anchor for each in handbook.chapters() for anchor in each.anchors}
    assert {anchor for named in SCREENS.values() for anchor in named} - anchors == set()
    assert set(FOR_ALL.values()) - set(chapter("everyone").anchors) == set()


def test_each_person_reads_the_own_chapter() -> None:
    assert help_for("desk:section", "county") == ("county", "3-填写十个部分")
    assert help_for("desk:section", "city") == ("city", "4-重点行业申报")
    assert help_for("admin:platforms_regionchange_add", "city") == ("city", "地区合并新设撤销")
    assert help_for("admin:platforms_region_changelist", "city") == ("city", "2-导入名单")
    assert help_for("admin:platforms_region_changelist", "finance") == ("finance", "")
    assert help_for("admin:password_change", "county") == ("everyone", "登录和密码")
    assert help_for("desk:background_job", "county") == ("everyone", "后台处理")
    assert help_for("desk:background_state", "sysadmin") == ("sysadmin", "")
    assert help_for("admin:index", "nobody") == ("everyone", "首页和待办")
    assert help_for("", "auditor") == ("auditor", "")


@pytest.mark.parametrize("role", Role.values)
def test_each_entry_of_the_rail_leads_to_its_paragraph(role: str) -> None:
    # A chapter without headings is one paragraph itself.
    mine = [
        noun for noun in NOUNS if noun.permission in permissions_of(role) and noun.without not in permissions_of(role)
    ]
    found = {noun.view: help_for(noun.view, role) for noun in mine}
    assert mine
    assert {view: slug for view, (slug, anchor) in found.items() if not anchor and chapter(slug).anchors} == {}


def test_each_list_that_a_county_reads_leads_to_its_paragraph() -> None:
    read = [each._meta for each in admin.site._registry]
    read = [each for each in read if f"{each.app_label}.view_{each.model_name}" in permissions_of(Role.COUNTY)]
    lists = {each.label_lower: f"admin:{each.app_label}_{each.model_name}_changelist" for each in read}
    # Of these the chapter of a county has nothing to say.
    silent = {"platforms.calendarday", "platforms.mail", "platforms.notice", "platforms.region"}
    assert {label for label, name in lists.items() if not help_for(name, "county")[1]} == silent
    assert help_for("desk:version", "county") == ("county", "7-提交和上报")
    assert help_for("desk:counted_rows", "county") == ("county", "28-平台页面工作台和规划")


def test_each_page_that_the_handbook_links_is_there_and_only_public_ones_are_links_in_the_help() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "操作手册.md").read_text(encoding="utf-8")
    written = set(re.findall(r"\]\((/[^)#]*)\)", text))
    # An address that leads nowhere raises.
    assert len({resolve(to).view_name for to in written}) == len(written) > 15
    shown = {to for each in handbook.chapters() for to in linked(each) if to.startswith("/")}
    assert shown == {to for to in written if not to.startswith(("/desk/", "/admin/"))}


def linked(one: handbook.Chapter) -> list[str]:
    """The addresses of the links of a chapter as the page has them."""
    return re.findall(r'<a href="([^"]+)"', handbook.html(one, link=lambda to: f"#{to}", picture=lambda name: name))


def test_questions_are_answered_for_each_who_works_with_the_product() -> None:
    questions = chapter("questions")
    assert [section.title for section in questions.sections if section.anchor] == [
        *("登录和账号", "区县经办的问题", "市经信局经办的问题", "评审员的问题", "财政经办的问题", "公众和企业的问题")
    ]
    body = handbook.html(questions, link=lambda to: f"#{to}", picture=lambda name: name)
    assert 20 <= body.count("<tr>") - body.count("<thead>") <= 60


def test_the_dictionary_has_each_field_of_the_form_and_each_column_of_the_open_data() -> None:
    texts = {section.title: section.text for section in chapter("dictionary").sections}
    for slug, fields in FORM_FIELDS.items():
        text = texts[f"申报表：{section(slug).title}"]
        assert [each.header for each in fields if each.header not in text] == []
    for table in field_dictionary.tables():
        text = texts[f"开放数据：{table.title}"]
        assert [each.key for each in table.columns if each.key not in text] == []


def test_the_dictionary_says_where_a_field_is_printed_and_who_is_masked() -> None:
    lines = field_dictionary.chapter().splitlines()
    assert "| 姓名 | 文字 | 必填 | 第四部分“运营人员”表 | “运营人员” | 否 | 是 |" in lines
    assert "| 地址 | 文字 | 必填 | 第一部分 | “申报表” | 是 | 否 |" in lines
    assert "| 县级审核日期 | 日期 | 符合条件的必填，由县级填写 | 第十部分 | 在网页上填写 | 否 | 否 |" in lines


def test_the_dictionary_is_searched_like_the_rest() -> None:
    assert "dictionary" in {hit.chapter.slug for hit in handbook.search("统一社会信用代码 代码")}


def test_raw_html_and_scripts_of_the_file_are_text() -> None:
    assert "<script" not in shown("<script>alert(1)</script>")
    assert "<img" not in shown("甲 <img src=x onerror=y> 乙")
    assert "javascript" not in shown("[点](javascript:alert%281%29)").replace("[点](javascript:alert%281%29)", "")


def test_links_and_pictures_get_addresses_of_the_product() -> None:
    assert shown("[有](#1-有)") == '<p><a href="/there/#1-有">有</a></p>\n'
    assert shown("[没有](#2-没有) [外](https://example.org/)") == "<p>没有 外</p>\n"
    assert shown("![图](images/some-name.png)") == '<p><img src="/p/some-name.png" alt="图" loading="lazy" /></p>\n'
    assert re.search(r' width="\d{3,4}" height="\d{3,4}"', shown("![图](images/login.png)"))
    assert shown("![图](../other.png)") == "<p></p>\n"


def test_headings_go_one_step_up_and_tables_scroll_without_style() -> None:
    assert shown("### 1. 有") == '<h2 id="1-有">1. 有</h2>\n'
    table = shown("| 甲 |\n| ---: |\n| 乙 |")
    assert "style" not in table
    assert table.startswith('<div class="table-wrap" role="region" tabindex="0" aria-label="表 1"><table>')
    assert 'aria-label="表 2"' in shown("| 甲 |\n| --- |\n| 乙 |\n\n| 甲 |\n| --- |\n| 乙 |")
    assert shown("3. 丙") == '<ol start="3">\n<li>丙</li>\n</ol>\n'


def test_search_finds_all_words_whatever_their_case_and_width() -> None:
    def found(asked: str) -> list[str]:
        return [hit.section.anchor for hit in handbook.search(asked)]

    assert "6-批量填报" in found("单元格 批注")
    assert found("ＥＸＣＥＬ 批注") == found("excel 批注") != []
    assert found("没有这样的词") == []
    assert found("") == found(" ") == []


def test_a_hit_shows_the_text_around_it() -> None:
    hit = next(hit for hit in handbook.search("加批注") if hit.section.anchor == "6-批量填报")
    assert hit.found == "加批注"
    assert hit.before.startswith("…")
    assert hit.before.endswith("单元格已着色并")
    assert hit.after.startswith("，改好后直接重新上传")
    assert hit.after.endswith("…")


def test_a_word_of_the_heading_alone_shows_the_beginning() -> None:
    hit = next(hit for hit in handbook.search("申报工作台和联络员") if hit.section.anchor == "1-申报工作台和联络员")
    assert (hit.before, hit.found) == ("", "")
    assert hit.after.endswith("…")
