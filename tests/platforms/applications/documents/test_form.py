"""The form on paper: each field once, under its own name, written as an office writes it."""

from dataclasses import replace
from typing import Any

import pytest

from platforms.applications.documents.fields import COLUMNS, FIELDS, Field
from platforms.applications.documents.form import form_paper
from platforms.applications.documents.paper import FULL, Grid, Heading, Pairs, Paper, Paragraph, Seal
from platforms.applications.queries.wording import label_of
from platforms.applications.sections import ROW_KINDS, SECTIONS
from platforms.choices import PlatformType
from tests.platforms.applications.documents.samples import FACTS, FORM


def pairs_of(paper: Paper) -> dict[str, str]:
    found = {}
    for block in paper.blocks:
        if isinstance(block, Pairs):
            for row in block.rows:
                found |= dict(zip(row[::2], row[1::2], strict=True))
    return found


def grids_of(paper: Paper) -> list[Grid]:
    return [block for block in paper.blocks if isinstance(block, Grid)]


def test_every_field_of_the_form_is_printed_under_its_name() -> None:
    for section in SECTIONS:
        assert set(FIELDS.get(section.slug, {})) == set(section.fields)
        for name, field in FIELDS.get(section.slug, {}).items():
            assert field.label == label_of(name).replace("(", "（").replace(")", "）")


def test_every_column_of_the_rows_is_printed_under_its_name() -> None:
    for kind in ROW_KINDS:
        # A service is one of the free ones or of a class: one column for both.
        assert set(COLUMNS[kind.name]) == set(kind.fields) - ({"free_service", "service_class"} if kind.name ==
                                                              "services" else set())  # fmt: skip
        for name, (field, _) in COLUMNS[kind.name].items():
            assert field.label == label_of(name, kind.name).replace("(", "（").replace(")", "）")


def test_the_ten_sections_stand_in_their_order() -> None:
    headings = [block.text for block in form_paper(FORM, FACTS).blocks if isinstance(block, Heading)]
    assert headings == [
        "一、平台信息", "二、运营单位", "三、场地设施", "四、运营人员", "五、服务内容", "六、服务业绩", "七、管理制度",
        "八、建设运营计划", "九、附件", "十、承诺与审核意见",
    ]  # fmt: skip


def test_the_widths_of_a_table_are_the_width_of_the_page() -> None:
    grids = grids_of(form_paper(FORM, FACTS))
    assert [sum(grid.widths) for grid in grids] == [FULL] * 5
    assert all(len(grid.widths) == len(grid.head) == len(row) for grid in grids for row in grid.rows)


@pytest.mark.parametrize(
    ("style", "value", "said"),
    [
        ("day", "2020-03-18", "2020年3月18日"),
        ("day", "去年", "去年"),
        ("number", "120.50", "120.5"),
        ("number", "1e3", "1000"),
        ("number", 0, "0"),
        ("number", "NaN", "NaN"),
        ("number", "1E+900000", "1E+900000"),
        ("number", "三", "三"),
        ("wan", "925", "925（9,250,000元）"),
        ("wan", "0.01", "0.01（100元）"),
        ("wan", "0", "0（0元）"),
        ("yes_no", True, "是"),
        ("yes_no", False, "否"),
        ("yes_no", "no", "否"),
        ("text", None, ""),
        ("text", "", ""),
        ("text", 12, "12"),
    ],
)
def test_a_value_is_written_as_an_office_writes_it(style: str, value: Any, said: str) -> None:
    assert Field("某项", style=style).in_words(value) == said


def test_an_unknown_choice_is_printed_as_it_was_frozen() -> None:
    assert FIELDS["operator"]["operator_nature"].in_words("cooperative") == "cooperative"


def test_what_was_not_answered_says_so() -> None:
    empty = {"site": FORM["site"], "platform": {"name": "某平台"}}
    paper = form_paper(empty, FACTS)
    pairs = pairs_of(paper)
    assert (pairs["平台名称"], pairs["地址"], pairs["成立日期"]) == ("某平台", "未填写", "未填写")
    assert [block.text for block in paper.blocks if isinstance(block, Paragraph)] == [
        "未填写", "共 0 人，其中专职 0 人。", "服务内容：未填写", "合作机构：未填写", "未填写", "未填写",
    ]  # fmt: skip


def test_a_version_without_anything_is_still_a_form() -> None:
    paper = form_paper({}, FACTS)
    assert paper.subtitle == ""
    assert pairs_of(paper)["申报编号"] == "未填写"


@pytest.mark.parametrize(
    ("site", "shown"),
    [
        ({"type": PlatformType.TOWN, "region": "鄞州区", "town": "首南街道", "place": "首南街道"},
         {"平台类型": "乡镇（街道）窗口平台", "所属地区": "鄞州区", "建设地点": "首南街道"}),
        ({"type": PlatformType.PARK, "region": "鄞州区", "town": "首南街道", "place": "南部园"},
         {"平台类型": "小微企业园窗口平台", "建设地点": "南部园", "乡镇（街道）": "首南街道"}),
        ({"type": PlatformType.INDUSTRY, "region": "", "association": "模具协会", "industry_chain": "模具"},
         {"所属地区": "市级", "行业协会": "模具协会", "服务产业链": "模具"}),
    ],
)  # fmt: skip
def test_the_place_is_named_as_its_type_has_it(site: dict[str, Any], shown: dict[str, str]) -> None:
    pairs = pairs_of(form_paper({"site": site}, FACTS))
    assert {name: pairs[name] for name in shown} == shown


def test_short_fields_share_a_line_and_none_is_lost_between_wide_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {name: Field(name, wide=name.isupper()) for name in ("a", "B", "c", "d", "e")}
    monkeypatch.setitem(FIELDS, "record", fields)  # type: ignore[arg-type]
    blocks = form_paper({"record": {name: f"{name}1" for name in fields}}, FACTS).blocks
    assert Pairs((("a", "a1"), ("B", "B1"), ("c", "c1", "d", "d1"), ("e", "e1"))) in blocks


def test_the_city_s_questions_end_their_section() -> None:
    blocks = form_paper(FORM, FACTS).blocks
    venue = next(block for block in blocks if isinstance(block, Pairs) and ("服务场地面积（㎡）" in block.rows[0]))
    assert venue.rows[-1] == ("是否配有停车位", "没有")
    place = [block.text for block in blocks if isinstance(block, Heading)].index("四、运营人员")
    start = [i for i, block in enumerate(blocks) if isinstance(block, Heading)][place]
    kinds = [block.kind for block in blocks[start : start + 4]]
    assert kinds == ["heading", "grid", "paragraph", "pairs"]
    assert blocks[start + 3] == Pairs((("最近培训日期", "2026年2月3日"),))
    assert pairs_of(form_paper(FORM, FACTS))["预算批复"] == "批复.pdf"


def test_a_question_of_the_last_section_is_printed_before_the_seals() -> None:
    question = {"section": "commitment", "text": "是否公示", "kind": "text", "value": ""}
    assert pairs_of(form_paper(FORM | {"questions": [question]}, FACTS))["是否公示"] == "未填写"


def test_the_files_are_listed_with_short_hashes_but_for_the_scan_of_this_very_paper() -> None:
    files = grids_of(form_paper(FORM, FACTS))[-1]
    assert files.head == ("序号", "类别", "文件名", "校验值（前8位）")
    assert files.rows == (
        ("1", "管理制度文件（投诉处理制度）", "投诉.pdf", "ab12cd34"),
        ("2", "补充问题附件（预算批复）", "批复.pdf", "ef56ab78"),
    )


def test_there_is_a_place_for_each_seal_and_signature() -> None:
    seals = [block for block in form_paper(FORM, FACTS).blocks if isinstance(block, Seal)]
    assert [(seal.title, seal.text, seal.lines) for seal in seals] == [
        (
            "运营单位承诺",
            "本单位承诺：本申报表及附件内容真实、准确，如有不实，愿承担相应责任。",
            ("运营单位（盖章）：", "法定代表人（签字）：", "年　　　月　　　日"),
        ),
        ("县级经信部门意见", "同意推荐。", ("县级经信部门（盖章）：", "负责人（签字）：", "2026年4月9日")),
        ("市级意见", "", ("市级经信部门（盖章）：", "年　　　月　　　日")),
    ]


def test_header_and_footer_say_what_paper_it_is() -> None:
    paper = form_paper(FORM, FACTS)
    assert paper.title == "宁波市中小企业公共服务窗口平台建设运营申报表"
    assert paper.subtitle == "（2026年度）"
    assert paper.header == ("第1版　提交时间：2026年4月10日 10:00", "")
    assert paper.footer == "申报编号 2026-0012　第1版　校验码 K7QD-2MWX"
    assert form_paper(FORM, replace(FACTS, masked=True)).header[1] == "已隐去个人信息"
