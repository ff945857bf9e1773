"""Service records from a workbook: wrong cells are named, good rows kept knowingly, the same again changes nothing."""

import io
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from platforms.excel.list_file import workbook
from platforms.excel.parts import FOUND
from platforms.models import Platform, ServiceRecord, ServiceRecordPast, User
from platforms.service_records.excel import template as record_template
from platforms.service_records.excel.sheet import read_workbook
from tests import factories
from tests.platforms.service_records.cast import platform as platform_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N03")]
SHEET = "/desk/services/sheet/"
HEADS = [column.header for column in record_template.COLUMNS]


@pytest.fixture
def own(yinzhou: User) -> Platform:
    return platform_of(yinzhou.region)


def line(number: int = 1, **more: Any) -> list[Any]:
    values: dict[str, Any] = {
        "编号": f"A-{number}", "窗口平台": "330212-001 鄞州区窗口平台1", "企业名称": "宁波测试有限公司",
        "统一社会信用代码": factories.credit_code(1), "服务类别": "法律服务", "公益性服务": None,
        "服务日期": date(2026, 4, 1), "服务方式": "电话", "收费（元）": 0, "满意度": 5, "服务内容": f"第{number}次",
        "服务人员": "王明", "结果": "已办结",
    } | more  # fmt: skip
    return [values[head] for head in HEADS]


def book(*lines: list[Any], heads: list[Any] = HEADS, title: str = "服务记录") -> bytes:
    made = Workbook()
    assert made.active is not None
    made.active.title = title
    for each in (heads, *lines):
        made.active.append(each)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def sent(desk: Client, content: bytes, name: str = "服务.xlsx") -> Any:
    return desk.post(SHEET, {"workbook": SimpleUploadedFile(name, content)}, follow=True)


def confirmed(desk: Client, shown: Any, **more: Any) -> Any:
    values = {"token": shown.context["token"], "seen": shown.context["judged"].fingerprint}
    return desk.post(f"{SHEET}confirm/", values | more, follow=True)


def said(answer: Any) -> list[str]:
    return [str(each) for each in answer.context["messages"]]


def found(answer: Any) -> list[tuple[str, str, str]]:
    return [
        (each["cell"], each["value"], each["sentence"]) for sheet in answer.context["sheets"] for each in sheet["rows"]
    ]


def test_a_filled_in_template_is_taken_and_the_same_again_changes_nothing(desk: Client, own: Platform) -> None:
    content = desk.get(f"{SHEET}template.xlsx").content
    made = load_workbook(io.BytesIO(content))
    page = made["服务记录"]
    assert [cell.value for cell in page[1]] == HEADS
    assert len(page.data_validations.dataValidation) == 5
    for place, value in enumerate(line(), start=1):
        page.cell(2, place, value)
    buffer = io.BytesIO()
    made.save(buffer)
    answer = confirmed(desk, sent(desk, buffer.getvalue()))
    assert said(answer) == ["导入完成：新增 1 条，更正 0 条，未变 0 条。"]
    record = ServiceRecord.objects.get()
    assert (record.source, record.external_id, record.platform, record.satisfaction) == ("excel:330212", "A-1", own, 5)

    again = sent(desk, buffer.getvalue())
    assert (again.context["judged"].same, again.context["judged"].to_do) == (1, 0)
    assert "表中的服务记录都已登记过，内容一致，无需写入。" in again.content.decode()
    changed = sent(desk, book(line(服务内容="改写")))
    assert (changed.context["judged"].changed, changed.context["judged"].new) == (1, 0)
    assert said(confirmed(desk, changed)) == ["导入完成：新增 0 条，更正 1 条，未变 0 条。"]
    assert ServiceRecordPast.objects.get().data["summary"] == "第1次"


def test_rows_without_a_number_are_known_by_their_content(desk: Client, own: Platform) -> None:
    content = book(line(编号=None), line(编号=None), line(2, 编号=None))
    confirmed(desk, sent(desk, content))
    assert ServiceRecord.objects.count() == 3
    assert sent(desk, content).context["judged"].same == 3


@pytest.mark.parametrize(
    ("more", "cell", "value", "sentence"),
    [
        ({"窗口平台": "330282-001"}, "B2", "330282-001", "没有这个平台，或者不在您可登记的范围之内，请从列表中选择。"),
        ({"企业名称": None}, "C2", "", "“企业名称”没有填写，必须填写。"),
        ({"服务类别": "修车"}, "E2", "修车", None),
        ({"服务日期": "2026-02-30"}, "G2", "2026-02-30", "“服务日期”不是存在的日期，请核对。"),
        ({"服务日期": "2099-01-01"}, "G2", "2099-01-01", "服务日期不能晚于今天。"),
        ({"收费（元）": "十元"}, "I2", "十元", "“收费（元）”不是数字，请只填数字，不写单位、逗号和文字。"),
        ({"收费（元）": "=1+1"}, "I2", "公式", "“收费（元）”是公式，请复制后选择性粘贴为数值。"),
        ({"满意度": 6}, "J2", "6", "满意度须为 1 至 5 的整数，没有评价的为空。"),
        ({"服务内容": "长" * 201}, "K2", None, "服务内容最多 200 个字，现为 201 个字。"),
    ],
)
def test_each_wrong_cell_is_named_with_what_stands_there(
    desk: Client, own: Platform, cixi: User, more: dict[str, Any], cell: str, value: str | None, sentence: str | None
) -> None:
    platform_of(cixi.region)
    ((at, there, told),) = found(sent(desk, book(line(**more))))
    assert at == cell
    assert value in (None, there)
    assert sentence in (None, told)


def test_a_cell_of_the_wrong_kind_hides_no_other_fault_of_its_row(desk: Client, own: Platform) -> None:
    content = book(line(**{"收费（元）": "十元", "服务日期": "2099-01-01", "满意度": 6}))
    assert [(cell, told) for cell, _, told in found(sent(desk, content))] == [
        ("G2", "服务日期不能晚于今天。"),
        ("I2", "“收费（元）”不是数字，请只填数字，不写单位、逗号和文字。"),
        ("J2", "满意度须为 1 至 5 的整数，没有评价的为空。"),
    ]


def test_good_rows_are_kept_only_when_that_is_said(desk: Client, own: Platform) -> None:
    shown = sent(desk, book(line(1), line(2, 企业名称=None), line(1, 服务内容="别的")))
    assert [each[0] for each in found(shown)] == ["C3", "A4"]
    assert found(shown)[1][2] == "编号与第 2 行相同而内容不同，请改正其中一行的编号。"
    assert said(confirmed(desk, shown)) == ["有 2 行有错误。只写入没有错误的，请先勾选“不写入有错误的行”。"]
    assert not ServiceRecord.objects.exists()
    answer = confirmed(desk, shown, only_good="1")
    assert said(answer) == ["导入完成：新增 1 条，更正 0 条，未变 0 条，有错误未写入 2 行。"]
    gone = "这份工作簿已经写入过，或检查结果已失效，没有重复写入。如需登记，请重新上传。"
    assert said(confirmed(desk, shown, only_good="1")) == [gone]


def marked(desk: Client, shown: Any) -> bytes:
    answer = desk.post(f"{SHEET}marked/", {"token": shown.context["token"]})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return bytes(answer.content)


def test_what_was_not_taken_in_comes_back_marked_and_can_be_sent_again(desk: Client, own: Platform) -> None:
    """The same workbook with its wrong cells coloured and commented; nothing else in it differs."""
    shown = sent(desk, book(line(1), line(2, 企业名称=None), line(3, 满意度=6)))
    left = confirmed(desk, shown, only_good="1")
    assert (left.context["judged"].same, left.context["judged"].bad, left.context["judged"].to_do) == (1, 2, 0)
    content = marked(desk, left)
    assert marked(desk, left) != b""
    made = load_workbook(io.BytesIO(content))
    page = made["服务记录"]
    comments = {cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment}
    wrong = "满意度须为 1 至 5 的整数，没有评价的为空。"
    assert comments == {"C3": "“企业名称”没有填写，必须填写。", "J4": wrong}
    assert [page[cell].fill.fgColor.rgb[2:] for cell in ("A3", "C3", "J4")] == ["000000", "FFF2CC", "F4A6A6"]
    assert [cell.value for cell in page[2]][:3] == line(1)[:3]
    assert [row[3:5] for row in made[FOUND].iter_rows(min_row=2, values_only=True)] == [
        ("“企业名称”没有填写，必须填写。", "没有填写"), (wrong, "不合规定")
    ]  # fmt: skip
    page["C3"], page["J4"] = "宁波测试有限公司", 5
    buffer = io.BytesIO()
    made.save(buffer)
    again = sent(desk, buffer.getvalue())
    assert (found(again), again.context["judged"].same, again.context["judged"].new) == ([], 1, 2)
    assert said(confirmed(desk, again)) == ["导入完成：新增 2 条，更正 0 条，未变 1 条。"]


def test_a_marked_workbook_is_only_for_the_upload_on_the_screen(desk: Client, own: Platform) -> None:
    sent(desk, book(line(1, 企业名称=None)))
    answer = desk.post(f"{SHEET}marked/", {"token": "0" * 32}, follow=True)
    assert said(answer) == ["检查结果已失效，请重新上传。"]


def test_what_changed_since_the_check_is_shown_first(desk: Client, own: Platform) -> None:
    shown = sent(desk, book(line(1), line(2)))
    answer = confirmed(desk, shown, seen="9.9.9.9")
    assert said(answer) == ["检查之后，系统中的内容有变化，没有写入。请按现在的结果重新核对。"]
    assert not ServiceRecord.objects.exists()


def test_a_cancelled_number_does_not_come_back(desk: Client, own: Platform) -> None:
    confirmed(desk, sent(desk, book(line())))
    desk.post(f"/desk/services/{ServiceRecord.objects.get().pk}/cancel/", {"reason": "重复"})
    assert found(sent(desk, book(line()))) == [
        ("A2", "A-1", "这条记录已经作废，不能再次报送；确需登记的，请使用新的来源编号。")
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            lambda: book(line(), heads=[*HEADS[:-1], "口味"]),
            "表头“口味”不在模板中，请改正或删除这一列；自用的说明请用“备注”作表头。",
        ),
        (lambda: book(line(), heads=[*HEADS[:-1], "服务人员"]), "表头“服务人员”重复，同一列只能有一个。"),
        (lambda: book(["一", "二"], heads=["三", "四"]), "没有找到表头，请使用下载的模板填写，不要改动表头。"),
        (lambda: book(line()[1:5], heads=HEADS[1:5]), "缺少“服务日期”列，请使用下载的模板填写。"),
    ],
)  # fmt: skip
def test_a_sheet_of_another_shape_is_not_guessed_at(desk: Client, own: Platform, content: Any, sentence: str) -> None:
    shown = sent(desk, content())
    assert sentence in [each[2] for each in found(shown)]
    assert shown.context["judged"].to_do == 0
    assert said(confirmed(desk, shown)) == ["没有可以写入的服务记录，请按检查结果改正后重新上传。"]


def test_what_is_no_workbook_is_refused_at_the_box(desk: Client, own: Platform) -> None:
    errors = sent(desk, b"hello").context["form"].errors
    assert list(errors) == ["workbook"]
    assert said(desk.get(f"{SHEET}check/", follow=True)) == ["没有等待确认的工作簿，请上传。"]


def test_as_many_rows_as_may_be_are_taken_and_one_more_is_refused(
    desk: Client, own: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platforms.service_records.excel.sheet.MOST_ROWS", 3)
    many = [line(number) for number in range(1, 5)]
    assert sent(desk, book(*many)).context["form"].errors == {
        "workbook": ["工作表超过 3 行，没有读取，请拆分成几个文件。"]
    }
    assert said(confirmed(desk, sent(desk, book(*many[:3])))) == ["导入完成：新增 3 条，更正 0 条，未变 0 条。"]


def test_five_thousand_rows_are_taken_at_once(desk: Client, own: Platform) -> None:
    shown = sent(desk, book(*(line(n) for n in range(1, 5_001))))
    assert said(confirmed(desk, shown)) == ["导入完成：新增 5000 条，更正 0 条，未变 0 条。"]
    assert re.search("服务记录", desk.get("/desk/services/").content.decode())


@pytest.mark.parametrize("most", [2_000, pytest.param(record_template.MOST_ROWS, marks=pytest.mark.long)])
def test_each_row_is_read_in_its_place(most: int) -> None:
    rows = [HEADS, *(line(number) for number in range(1, most + 1))]
    content = b"".join(workbook("服务记录", rows, []))
    found = read_workbook(
        "服务.xlsx", content, places=[("330212-001", "鄞州区窗口平台1")], today=date(2026, 11, 28),
        archived_before=date(2026, 1, 1), max_bytes=10 * 1024 * 1024,
    )  # fmt: skip
    assert (len(found.rows), found.numbers[-1], found.findings) == (most, most + 1, [])
    assert [row.external_id for row in found.rows] == [row[0] for row in rows[1:]]
