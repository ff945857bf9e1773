"""The city uploads a workbook of past years, sees what it would do, and confirms with its own password."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from evaluation.models import Certification, Result
from evaluation.taken_over.excel import COLUMNS
from platforms.models import AuditEvent, Notice, Town, User
from tests import factories
from tests.evaluation.taken_over.before import OTHER, plain, row, taken, workbook

pytestmark = pytest.mark.django_db

PLACE = "/desk/taken-over/"
PASSWORD = {"password": factories.PASSWORD}


@pytest.fixture
def desk(browser_of: Any, city: User, town: Town) -> Client:
    factories.notice()
    desk: Client = browser_of(city)
    return desk


def upload(desk: Client, content: bytes, name: str = "历史.xlsx", notice: Notice | None = None) -> Any:
    under = notice or factories.notice()
    return desk.post(PLACE, {"notice": under.pk, "workbook": SimpleUploadedFile(name, content)}, follow=True)


def confirm(desk: Client, shown: Any, **values: str) -> Any:
    path = shown.redirect_chain[-1][0]
    hidden = {each["name"]: each["value"] for each in shown.context["hidden"]}
    return desk.post(path, hidden | PASSWORD | values, follow=True)


def messages_of(answer: Any) -> list[str]:
    return [str(each) for each in answer.context["messages"]]


def test_the_template_asks_for_each_column_and_is_read_back(desk: Client) -> None:
    answer = desk.get(f"{PLACE}template/")
    sheet, notes = load_workbook(io.BytesIO(answer.content)).worksheets
    assert [cell.value for cell in sheet[1]] == [column.header for column in COLUMNS]
    assert [line[0].value for line in notes.iter_rows(min_row=2)] == [column.header for column in COLUMNS]


def test_a_workbook_is_shown_and_written_once_it_is_confirmed(desk: Client, city: User) -> None:
    shown = upload(desk, workbook(row(2, year=2020), row(3, year=2022), plain(4, year=2024)))
    text = shown.content.decode()
    assert "将导入 3 条结果和 2 张证书，新建平台 1 个。" in text
    assert ("已换证" in text, "已到期" in text, "未认定" in text) == (True, True, True)
    assert not Result.objects.exists()
    done = confirm(desk, shown)
    assert messages_of(done) == [
        "已导入2020、2022、2024年度历史认定：结果 3 条，证书 2 张，新建平台 1 个，限制申报 0 项。"
    ]
    assert [row["cells"][0] for row in done.context["years"]] == ["2024年度", "2022年度", "2020年度"]
    assert Certification.objects.count() == 2
    assert AuditEvent.objects.filter(verb="导入历史认定", actor=city.username).count() == 1


def test_what_becomes_of_each_year_is_shown(desk: Client, city: User) -> None:
    taken(plain(year=2021), by=city)
    factories.round_of(2023)
    shown = upload(desk, workbook(plain(2, year=2020), plain(3, year=2021), plain(4, year=2023)))
    assert [each["cells"][::3] for each in shown.context["years"]] == [
        ["2020年度", "新建年度"],
        ["2021年度", "补充此前导入的年度"],
        ["2023年度", "不能导入"],
    ]


def test_what_a_platform_is_found_by_is_shown(desk: Client, city: User) -> None:
    taken(row(year=2020), by=city)
    cells = [each["cells"] for each in upload(desk, workbook(row(year=2022, operator_code=OTHER))).context["rows"]]
    assert [each[3] for each in cells] == ["330212-001，按地点（运营单位不同）对应"]


@pytest.mark.parametrize(
    ("values", "told"),
    [({"password": ""}, "请输入您的登录密码。"), ({"password": "wrong"}, "密码")],
)
def test_a_wrong_password_writes_nothing_and_keeps_the_preview(desk: Client, values: dict[str, str], told: str) -> None:
    shown = upload(desk, workbook(row()))
    again = confirm(desk, shown, **values)
    assert told in again.content.decode()
    assert not Result.objects.exists()
    assert again.context["found"].certificates == 1
    assert Certification.objects.count() == 0
    hidden = {each["name"]: each["value"] for each in again.context["hidden"]}
    desk.post(shown.redirect_chain[-1][0], hidden | PASSWORD)
    assert Certification.objects.count() == 1


def test_a_confirmation_holds_once(desk: Client) -> None:
    shown = upload(desk, workbook(row()))
    confirm(desk, shown)
    again = confirm(desk, shown)
    assert messages_of(again) == ["这项操作刚才已经办理，没有重复办理。以下是首次提交的结果。"]
    assert Certification.objects.count() == 1


def test_another_upload_does_not_confirm_the_one_before(desk: Client) -> None:
    first = upload(desk, workbook(row()))
    upload(desk, workbook(row(name="另一个名称")))
    late = confirm(desk, first)
    assert messages_of(late) == ["这份文件已经导入，或预览已失效，没有重复写入。如需导入，请重新上传文件。"]
    assert not Result.objects.exists()


def test_what_is_wrong_is_shown_with_row_and_cell_and_cannot_be_confirmed(desk: Client) -> None:
    shown = upload(desk, workbook(row(2, grade="E"), row(3, year=2022, site="西郊街道")))
    cells = [each["cells"] for each in shown.context["problems"]]
    assert [each[:3] for each in cells] == [["第 2 行", "档次（I2）", "E"], ["第 3 行", "地点（F3）", "西郊街道"]]
    assert "2 行有问题，共 2 处" in shown.content.decode()
    assert "确认导入" not in shown.content.decode()
    confirm(desk, shown)
    assert not Result.objects.exists()


def test_what_came_on_record_since_the_preview_stops_the_confirmation(desk: Client, city: User) -> None:
    shown = upload(desk, workbook(row()))
    taken(row(name="先导入的"), by=city)
    again = confirm(desk, shown)
    assert "该平台2023年度的结果已有记录" in again.content.decode()
    assert Result.objects.get().name == "先导入的"


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "历史.xlsx", "文件是空的，请检查后重新上传。"),
        (b"hello", "历史.xlsx", ""),
        (b"hello", "历史.exe", ""),
        (workbook(row(), without="decided_on"), "历史.xlsx", "缺少必填的列：认定日期，请使用下载的模板填写。"),
        (
            workbook(row(), decided_on="去年"),
            "历史.xlsx",
            "第 2 行“认定日期”（M2）不是日期，请写成 2015-06-01 的样子。",
        ),
        (workbook(row(), certificate="=1+1"), "历史.xlsx", "第 2 行“证书编号”（J2）是公式，请复制后选择性粘贴为数值。"),
        (workbook(row(), type="其他"), "历史.xlsx", "第 2 行“类型”（D2）不符合选项要求"),
        (workbook(), "历史.xlsx", "表格没有数据行，请从第 2 行起填写。"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_at_its_box(desk: Client, content: bytes, name: str, told: str) -> None:
    answer = upload(desk, content, name)
    assert answer.redirect_chain == []
    errors = answer.context["form"].errors
    assert list(errors) == ["workbook"]
    assert told in errors["workbook"][0]


def test_a_csv_is_taken_as_well(desk: Client) -> None:
    heads = [column.header for column in COLUMNS if column.required]
    cells = ["2023", "东郊街道窗口平台", "重点行业窗口平台", "协会", OTHER, "D", "2023-10-08"]
    content = "\n".join([",".join([*heads, "地点"]), ",".join([*cells, "模具协会"])]).encode()
    shown = upload(desk, content, "历史.csv")
    assert shown.context["problems"] == []
    confirm(desk, shown)
    assert Result.objects.get().site_name == "模具协会"


def test_the_notice_is_one_of_the_approved_and_the_one_in_use_is_proposed(desk: Client) -> None:
    assert desk.get(PLACE).context["form"]["notice"].value() == factories.notice().pk
    draft = Notice.objects.create(
        number="甬经信〔2027〕9号", title="草稿", issued_on=date(2027, 1, 1), clauses=[], terms={},
        made_at=factories.notice().made_at,
    )  # fmt: skip
    answer = upload(desk, workbook(row()), notice=draft)
    assert list(answer.context["form"].errors) == ["notice"]
    upload(desk, workbook(row()))
    for asked in (draft.pk, "x", "", 10**12):
        gone = desk.get(f"{PLACE}check/?notice={asked}", follow=True)
        assert gone.redirect_chain[-1][0] == PLACE


def test_without_an_upload_the_preview_leads_back(desk: Client) -> None:
    answer = desk.get(f"{PLACE}check/?notice={factories.notice().pk}", follow=True)
    assert (answer.redirect_chain[-1][0], messages_of(answer)) == (PLACE, ["请先上传文件。"])


def test_the_next_step_finds_the_upload_of_its_own_person_alone(desk: Client, browser_of: Any, city2: User) -> None:
    shown = upload(desk, workbook(row()))
    answer = browser_of(city2).get(shown.redirect_chain[-1][0], follow=True)
    assert messages_of(answer) == ["请先上传文件。"]
