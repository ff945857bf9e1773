"""A scheme as a workbook: what goes out comes back as the same scheme, and whatever is wrong is named by its cell."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from evaluation.models import Indicator, Scheme, SchemeCutoff
from evaluation.schemes.excel import as_workbook
from evaluation.schemes.services import take_in_scheme
from platforms.errors import Refusal
from platforms.models import AuditEvent, User
from tests.evaluation import stage
from tests.factories import default_scheme as load_default_scheme

pytestmark = pytest.mark.django_db
UPLOAD, CHECK = (reverse(f"admin:evaluation_scheme_{name}") for name in ("upload", "check"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def office(browser_of: Any, city: User) -> Client:
    made: Client = browser_of(city)
    return made


@pytest.fixture
def scheme() -> Scheme:
    """The default scheme with everything that a workbook holds."""
    made = load_default_scheme()
    Indicator.objects.filter(scheme=made, code="venue").update(marks_by_type={"park": "6"}, evidence_required=True)
    Indicator.objects.filter(scheme=made, code="income").update(marks_by_type={"park": "10"})
    SchemeCutoff.objects.filter(scheme=made, grade="A").update(share="20", least=0)
    Scheme.objects.filter(pk=made.pk).update(
        explain_full=True, difference_share="12.5", gap_share="40", missing_report="recorded", note="=1+1"
    )
    made.refresh_from_db()
    return made


def changed(scheme: Scheme, change: Callable[[Workbook], Any]) -> bytes:
    """The workbook of ``scheme`` after an officer changed something in it."""
    book = load_workbook(io.BytesIO(as_workbook(scheme)))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def sent(office: Client, content: bytes, name: str = "方案.xlsx") -> Any:
    return office.post(UPLOAD, {"workbook": SimpleUploadedFile(name, content, XLSX)}, follow=True)


def found(office: Client, content: bytes) -> list[tuple[str, str, str]]:
    """Sheet, cell and sentence of everything that is wrong."""
    page = sent(office, content)
    return [(each.sheet, each.cell, each.sentence) for each in page.context["read"].findings]


def test_a_scheme_goes_out_and_comes_back_as_the_next_version(office: Client, scheme: Scheme) -> None:
    answer = office.get(reverse("admin:evaluation_scheme_workbook", args=(scheme.pk,)))
    assert answer["Content-Type"] == XLSX
    assert AuditEvent.objects.get(verb="导出评价方案").object_code == str(scheme)
    page = sent(office, answer.content)
    assert (page.context["read"].findings, page.context["read"].readings) == ([], [])
    assert page.context["problems"] == []
    told = f"建立评价方案“软件默认评价方案”，含指标 {scheme.indicators.count()} 项、档次起点 3 项。"
    assert told in page.content.decode()
    assert Scheme.objects.count() == 1
    done = office.post(CHECK, {"token": page.context["token"]})
    made = Scheme.objects.get(version=2)
    assert done["Location"] == reverse("admin:evaluation_scheme_change", args=(made.pk,))
    assert (made.value(), made.note, made.status, made.notice) == (scheme.value(), "=1+1", "draft", scheme.notice)
    rows = [list(each.indicators.values_list("order", "unit", "guide", "title")) for each in (scheme, made)]
    assert rows[0] == rows[1]
    event = AuditEvent.objects.get(verb="导入评价方案")
    assert event.object_code == str(made)
    # The same upload is taken once.
    again = office.post(CHECK, {"token": page.context["token"], "x": "1"}, follow=True)
    assert "这份工作簿已经导入，或检查结果已失效。" in again.content.decode()
    assert Scheme.objects.count() == 2


def test_a_workbook_has_three_sheets_in_the_words_of_the_page(scheme: Scheme) -> None:
    book = load_workbook(io.BytesIO(as_workbook(scheme)))
    assert book.sheetnames == ["指标", "档次", "设置"]
    assert [[cell.value for cell in row] for row in book["档次"]] == [
        ["档次", "起点（分）", "名次占比（%）"],
        ["B档", 75, None],
        ["C档", 60, None],
        ["A档", 0, 20],
    ]
    assert [cell.value for cell in book["设置"][2]][3:] == ["是", 12.5, 40, "只按系统核计评分"]
    venue = next(row for row in book["指标"].values if row[2] == "venue")
    assert venue[1:8] == ("建设基本条件", "venue", "场地设施", "评分", 8, "小微企业园：6", "㎡")


def test_other_ways_to_write_a_cell_are_read_and_told(office: Client, scheme: Scheme) -> None:
    def change(book: Workbook) -> None:
        book["设置"]["D2"] = "√"
        book["档次"]["B2"] = "７６分"
        book["指标"]["O1"] = "备注"
        book["指标"]["O2"] = "再议"

    page = sent(office, changed(scheme, change))
    read = page.context["read"]
    assert (read.findings, len(read.readings)) == ([], 2)
    assert (read.cutoffs[0].grade, read.cutoffs[0].least) == ("B", 76)


def test_a_draft_that_cannot_be_used_yet_is_taken_and_told(office: Client, scheme: Scheme) -> None:
    def change(book: Workbook) -> None:
        book["档次"]["B2"] = 59

    page = sent(office, changed(scheme, change))
    assert page.context["problems"] == ["C档：起点分不得高于B档。"]
    assert office.post(CHECK, {"token": page.context["token"]}).status_code == 302
    assert Scheme.objects.count() == 2


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "at", "sentence"),
    [
        ("指标", "F8", "八", "F8", "“满分（分）”不是数字，请只填数字，不写单位、逗号和文字。"),
        ("指标", "F8", -1, "F8", "“满分（分）”：不能小于 0。"),
        ("指标", "C9", "venue", "C9", "与第 8 行重复，请改正其中一行。"),
        ("指标", "C9", "a b!", "C9", None),
        ("指标", "D9", None, "D9", "“指标”没有填写，必须填写。"),
        ("指标", "G9", "园区：8", "G9", None),
        (
            "指标",
            "K9",
            "1（含）–2：2；3（含）以上：7",
            "K9",
            "“1（含）–2”与“3（含）以上”两档之间缺 2（含）–3，请补齐。",
        ),
        ("指标", "L9", "系统里没有的", "L9", None),
        ("指标", "E9", "=A1", "E9", "“计分方法”是公式，请复制后选择性粘贴为数值。"),
        ("指标", "P9", "多余", "P9", "这一列没有表头，请删除，或移到有表头的列。"),
        ("指标", "D1", "指标名", "", "缺少“指标”列，请使用导出的工作簿填写。"),
        ("档次", "C2", 101, "C2", None),
        ("档次", "B2", None, "B2", "请填写起点分，按名次的填写名次占比。"),
        ("档次", "A2", "C档", "A3", "与第 2 行重复，请改正其中一行。"),
        ("档次", "A2", "D档", "A2", None),
        ("设置", "G2", "再说", "G2", None),
        ("设置", "A3", "第二行", "B3", "“通知”没有填写，必须填写。"),
        ("设置", "A2", "方" * 81, "A2", None),
    ],
)
def test_what_is_wrong_is_named_by_its_cell_and_nothing_is_taken(
    office: Client, scheme: Scheme, sheet: str, cell: str, value: Any, at: str, sentence: str | None
) -> None:
    def change(book: Workbook) -> None:
        book[sheet][cell] = value

    page = sent(office, changed(scheme, change))
    findings = page.context["read"].findings
    assert (findings[0].sheet, findings[0].cell) == (sheet, at)
    if sentence:
        assert findings[0].sentence == sentence
    assert 'name="token"' not in page.content.decode()
    refused = office.post(CHECK, {"token": page.context["token"]}, follow=True)
    assert f"工作簿有 {len(findings)} 处错误，没有导入，请改正后重新上传。" in refused.content.decode()
    assert Scheme.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda book: book.remove(book["档次"]), ("档次", "", "缺少工作表“档次”，请使用导出的工作簿填写。")),
        (
            lambda book: book["档次"].delete_rows(1),
            ("档次", "", "没有找到表头，请使用导出的工作簿填写，不要改动表头。"),
        ),
        (lambda book: book["档次"].delete_cols(3), ("档次", "", "缺少“名次占比（%）”列，请使用导出的工作簿填写。")),
        (lambda book: book["设置"].delete_rows(2), ("设置", "", "工作表“设置”应有且只有一行内容。")),
        (
            lambda book: book["档次"].merge_cells("A2:A3"),
            ("档次", "A2", "是合并单元格，请取消合并，逐格填写。"),
        ),
        (
            lambda book: book["档次"].row_dimensions.__getitem__(3).__setattr__("hidden", True),
            ("档次", "A3", "第 3 行被隐藏或被筛选掉，请取消隐藏，核对后重新上传。"),
        ),
        (
            lambda book: book["档次"].column_dimensions.__getitem__("B").__setattr__("hidden", True),
            ("档次", "B1", "“起点（分）”列被隐藏，请取消隐藏，核对后重新上传。"),
        ),
        (
            lambda book: book["档次"].__setattr__("sheet_state", "hidden"),
            ("档次", "", "工作表“档次”被隐藏，请取消隐藏，核对后重新上传。"),
        ),
        (
            lambda book: book["档次"].__setitem__("D1", "档次"),
            ("档次", "D1", "表头“档次”重复，同一列只能有一个。"),
        ),
    ],
)
def test_a_sheet_of_another_shape_is_told(
    office: Client, scheme: Scheme, change: Callable[[Workbook], Any], wrong: tuple[str, str, str]
) -> None:
    assert found(office, changed(scheme, change))[0] == wrong


def test_a_file_that_is_no_workbook_is_refused_on_the_first_page(office: Client, scheme: Scheme) -> None:
    assert sent(office, b"no workbook").context["form"].errors["workbook"] == [
        "文件“方案.xlsx”的内容不是 xlsx 格式，或已损坏，请检查后重新上传。"
    ]
    many = changed(scheme, lambda book: [book["指标"].append([n]) for n in range(500)])
    assert sent(office, many).context["form"].errors["workbook"] == [
        "工作表“指标”超过 60 行，没有读取，请删去多余的行。"
    ]
    assert sent(office, b"").context["form"].errors["workbook"] == ["文件是空的，请检查后重新上传。"]


def test_without_an_upload_there_is_nothing_to_check(office: Client, scheme: Scheme) -> None:
    assert "没有等待确认的工作簿，请上传。" in office.get(CHECK, follow=True).content.decode()


def test_only_who_writes_schemes_takes_one_in(scheme: Scheme, auditor: User) -> None:
    with pytest.raises(Refusal, match="您没有“编制评价方案”的权限。"):
        take_in_scheme(
            scheme=Scheme(name="新", notice=scheme.notice),
            cutoffs=[],
            indicators=[],
            digest="0" * 64,
            by=auditor,
            at=stage.moment(2020),
        )
    assert Scheme.objects.count() == 1
