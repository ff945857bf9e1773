"""The handbook as data: chapters, links, pictures, search, safe HTML."""

import re

import pytest

from ningbo_windows import handbook
from ningbo_windows.screens import FOR_ALL, SCREENS, help_for
from platforms.choices import Role


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


def test_each_person_reads_the_own_chapter() -> None:
    assert help_for("desk:section", "county") == ("county", "3-填写十个部分")
    assert help_for("desk:section", "city") == ("city", "4-重点行业申报")
    assert help_for("admin:platforms_regionchange_add", "city") == ("city", "地区合并新设撤销")
    assert help_for("admin:platforms_region_changelist", "city") == ("city", "2-导入名单")
    assert help_for("admin:platforms_region_changelist", "finance") == ("finance", "")
    assert help_for("admin:password_change", "county") == ("everyone", "")
    assert help_for("", "auditor") == ("auditor", "")


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

    assert "批量填报" in found("单元格 批注")
    assert found("ＥＸＣＥＬ 批注") == found("excel 批注") != []
    assert found("没有这样的词") == []
    assert found("") == found(" ") == []


def test_a_hit_shows_the_text_around_it() -> None:
    hit = next(hit for hit in handbook.search("加批注") if hit.section.anchor == "批量填报")
    assert hit.found == "加批注"
    assert hit.before.startswith("…")
    assert hit.before.endswith("单元格已着色并")
    assert hit.after.startswith("，改好后直接重新上传")
    assert hit.after.endswith("…")


def test_a_word_of_the_heading_alone_shows_the_beginning() -> None:
    hit = next(hit for hit in handbook.search("先确定联络员") if hit.section.anchor == "1-先确定联络员")
    assert (hit.before, hit.found) == ("", "")
    assert hit.after.endswith("…")
