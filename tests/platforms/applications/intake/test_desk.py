"""批量填报 at the desk: template, upload, check, one confirmation, the marked workbook."""

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl.workbook.workbook import Workbook

from platforms.applications.intake import marker
from platforms.models import Application, AuditEvent, Round, Town, User
from tests import factories
from tests.platforms.applications.intake.sheets import fill, one, saved

pytestmark = pytest.mark.django_db
INDEX, CHECK = "/desk/intake/", "/desk/intake/check/"
GONE = "这份工作簿已经写入过，或检查结果已失效，没有重复写入。如需填报，请重新上传。"


@pytest.fixture
def desk(yinzhou: User, browser_of: Any) -> Client:
    browser: Client = browser_of(yinzhou)
    return browser


def send(browser: Client, book: Workbook | bytes, name: str = "三月.xlsx") -> Any:
    content = book if isinstance(book, bytes) else saved(book)
    return browser.post(INDEX, {"workbook": SimpleUploadedFile(name, content)})


def confirm(browser: Client, page: Any, **more: Any) -> Any:
    fields = {"token": page.context["token"], "seen": page.context["seen"]} | more
    return browser.post(reverse("desk:intake_confirm"), fields, follow=True)


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_a_workbook_is_checked_and_then_taken_in_once(desk: Client, blank: Workbook) -> None:
    fill(blank, "申报表", one("姜山镇", 1, 地址="某某路1号"), one("首南街道", 2))
    fill(
        blank,
        "运营人员",
        {
            "申报表序号": 1,
            "姓名": "王一",
            "性别": "女",
            "学历": "本科",
            "岗位": "主任",
            "专职": "是",
            "企业服务年限（年）": 5,
        },
    )
    answer = send(desk, blank)
    assert (answer.status_code, answer["Location"]) == (302, CHECK)
    page = desk.get(CHECK)
    assert page.context["counts"] == {"new": 2, "changed": 0, "same": 0, "bad": 0}
    assert not Application.objects.exists()
    done = confirm(desk, page)
    assert done.redirect_chain == [("/desk/", 302)]
    assert said(done) == ["批量填报完成：新建 2 份，修改 0 份，未变 0 份。"]
    assert [(row.number, row.address, row.staff.count()) for row in Application.objects.order_by("number")] == [
        ("2026-0001", "某某路1号", 1),
        ("2026-0002", "", 0),
    ]
    event = AuditEvent.objects.get(verb="批量填报")
    assert event.actor == "yinzhou"
    assert event.reason.startswith("新建 2 份，修改 0 份，未变 0 份；文件校验值 ")
    assert said(confirm(desk, page)) == [GONE]
    assert Application.objects.count() == 2


def test_what_differs_is_shown_field_by_field(desk: Client, blank: Workbook) -> None:
    fill(blank, "申报表", one("姜山镇", 1, 地址="某某路1号", 联系人="张三"), one("首南街道", 2))
    send(desk, blank)
    confirm(desk, desk.get(CHECK))
    head = {str(cell.value): cell.column for cell in blank["申报表"][3]}
    blank["申报表"].cell(4, head["地址"]).value = "某某路2号"
    send(desk, blank)
    page = desk.get(CHECK)
    assert page.context["counts"] == {"new": 0, "changed": 1, "same": 1, "bad": 0}
    assert page.context["rows"][0]["changes"] == [{"label": "地址", "old": "某某路1号", "new": "某某路2号"}]
    assert "<del>某某路1号</del> <ins>某某路2号</ins>" in page.content.decode()
    assert said(confirm(desk, page)) == ["批量填报完成：新建 0 份，修改 1 份，未变 1 份。"]
    send(desk, blank)
    page = desk.get(CHECK)
    assert page.context["counts"] == {"new": 0, "changed": 0, "same": 2, "bad": 0}
    assert "没有错误的申报与系统中的内容完全一致，无需写入。" in page.content.decode()


def test_only_the_good_ones_are_taken_when_the_officer_says_so(desk: Client, blank: Workbook) -> None:
    fill(blank, "申报表", one("姜山镇", 1), one("不存在镇", 2))
    send(desk, blank)
    page = desk.get(CHECK)
    assert "工作表“申报表”" in page.content.decode()
    assert said(confirm(desk, page)) == ["有 1 份申报有错误。只写入没有错误的，请先勾选“不写入有错误的申报”。"]
    assert not Application.objects.exists()
    done = confirm(desk, page, only_good="1")
    assert said(done) == ["批量填报完成：新建 1 份，修改 0 份，未变 0 份，有错误未写入 1 份。"]
    assert "未写入 1 份" in AuditEvent.objects.get(verb="批量填报").reason


def test_what_concerns_the_whole_workbook_stops_all_of_it(desk: Client, blank: Workbook) -> None:
    fill(blank, "申报表", one("姜山镇", 1))
    fill(blank, "合作机构", {"申报表序号": 9, "合作机构": "某所", "合作服务类别": "法律服务"})
    send(desk, blank)
    page = desk.get(CHECK)
    assert "以下错误影响全表，改正之前不能写入任何一份申报。" in page.content.decode()
    assert "确认写入" not in page.content.decode()
    confirm(desk, page, only_good="1")
    assert not Application.objects.exists()


@pytest.mark.trust("T27")
def test_a_confirmation_holds_for_what_was_shown(
    desk: Client, blank: Workbook, yinzhou2: User, towns: list[Town], round_2026: Round
) -> None:
    fill(blank, "申报表", one("姜山镇", 1, 地址="某某路1号"))
    send(desk, blank)
    page = desk.get(CHECK)
    factories.draft(yinzhou2, round_2026, timezone.now(), town=towns[0])
    sentence = "检查之后，系统中的内容有变化，没有写入。请按现在的结果重新核对。"
    assert said(confirm(desk, page)) == [sentence]
    assert Application.objects.get().address == ""
    page = desk.get(CHECK)
    assert page.context["counts"]["changed"] == 1
    assert said(confirm(desk, page, token="0" * 32)) == [GONE]
    assert Application.objects.get().address == ""
    confirm(desk, page)
    assert Application.objects.get().address == "某某路1号"


@pytest.mark.trust("T27")
def test_an_upload_belongs_to_its_session_and_person(
    desk: Client, blank: Workbook, yinzhou: User, yinzhou2: User, browser_of: Any
) -> None:
    fill(blank, "申报表", one("姜山镇", 1))
    send(desk, blank)
    page = desk.get(CHECK)
    for other in (browser_of(yinzhou2), browser_of(yinzhou)):
        assert said(confirm(other, page)) == [GONE]
        assert other.get(CHECK)["Location"] == INDEX
        assert other.post(reverse("desk:intake_back"), {"token": page.context["token"]})["Location"] == INDEX
    assert not Application.objects.exists()


@pytest.mark.trust("T27")
def test_rights_that_were_withdrawn_count_at_the_confirmation(desk: Client, blank: Workbook, yinzhou: User) -> None:
    fill(blank, "申报表", one("姜山镇", 1))
    send(desk, blank)
    page = desk.get(CHECK)
    User.objects.filter(pk=yinzhou.pk).update(role="finance", region=None)
    fields = {"token": page.context["token"], "seen": page.context["seen"]}
    assert desk.post(reverse("desk:intake_confirm"), fields).status_code == 302
    assert not Application.objects.exists()


def test_an_upload_waits_for_its_officer(desk: Client, blank: Workbook) -> None:
    assert desk.get(CHECK)["Location"] == INDEX
    fill(blank, "申报表", one("姜山镇", 1))
    send(desk, blank)
    assert "“三月.xlsx”已经检查，尚未确认。" in desk.get(INDEX).content.decode()
    # Another upload takes its place.
    send(desk, blank, "四月.xlsx")
    assert desk.get(CHECK).context["name"] == "四月.xlsx"


def test_the_workbook_comes_back_marked_again_and_again(desk: Client, blank: Workbook) -> None:
    fill(blank, "申报表", one("姜山镇", 1, 统一社会信用代码=9.13302e17, 成立日期="24/1/2"))
    send(desk, blank)
    token = desk.get(CHECK).context["token"]
    answer = desk.post(reverse("desk:intake_back"), {"token": token})
    assert "-%E5%B7%B2%E6%A0%87%E8%AE%B0.xlsx" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    page = book["申报表"]
    comments = {cell.coordinate: cell.comment.text for row in page for cell in row if cell.comment}
    assert list(comments.values()) == [
        "“统一社会信用代码”是数字格式，Excel 只保留前 15 位，后面的位数已经丢失，请把单元格设为文本格式后重新填写。",
        "“成立日期”看不出哪个是年份，请写四位的年份，如 2024-01-02。",
    ]
    again = desk.post(reverse("desk:intake_back"), {"token": token})
    assert "-%E5%B7%B2%E6%A0%87%E8%AE%B0.xlsx" in again["Content-Disposition"]
    # It is sent again as it is, with one mistake mended, and comes back with the mark of the other.
    places = {name: cell for cell in comments for name in ("统一社会信用代码", "成立日期") if name in comments[cell]}
    page[places["成立日期"]].value = "2024-01-02"
    send(desk, book)
    judged = desk.get(CHECK)
    assert judged.context["findings"] == 1
    third = desk.post(reverse("desk:intake_back"), {"token": judged.context["token"]})
    marks = openpyxl.load_workbook(io.BytesIO(third.content))["申报表"]
    assert [cell.coordinate for row in marks for cell in row if cell.comment] == [places["统一社会信用代码"]]


def test_what_stops_everything_stands_on_top_and_apart(desk: Client, blank: Workbook) -> None:
    fill(blank, "申报表", one("姜山镇", 1, 成立日期="24/1/2"))
    head = next(cell for row in blank["运营人员"] for cell in row if cell.value == "姓名")
    head.value = "名字"
    send(desk, blank)
    answer = desk.get(CHECK)
    text = answer.content.decode()
    assert [sheet["title"] for sheet in answer.context["blocking"]] == ["运营人员"]
    assert [sheet["title"] for sheet in answer.context["sheets"]] == ["申报表"]
    assert text.index("先改正影响全表的错误") < text.index("份申报：将新建") < text.index("看不出哪个是年份")
    assert answer.context["to_do"] == 0
    assert 'href="/desk/intake/"' in text
    head.value = "姓名"
    send(desk, blank)
    assert "影响全表" not in desk.get(CHECK).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsx", b"", "文件是空的，请检查后重新上传。"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "不能直接上传“a.xls”，请另存为 xlsx 后上传。"),
        ("a.xlsm", b"PK\x03\x04", "文件“a.xlsm”可能含宏，不能上传，请另存为不含宏的 xlsx 或 docx。"),
        ("a.xlsx", b"hello", "文件“a.xlsx”的内容不是 xlsx 格式，或已损坏，请检查后重新上传。"),
    ],
)
def test_files_that_are_no_workbooks(desk: Client, towns: list[Town], name: str, content: bytes, sentence: str) -> None:
    page = send(desk, content, name)
    assert page.context["form"].errors == {"workbook": [sentence]}


def test_a_foreign_or_old_template_is_told_with_the_way_to_the_right_one(
    desk: Client, blank: Workbook, round_2026: Round
) -> None:
    marker = blank["版本"]
    for cell, value, sentence in (
        ("A2", "0", "模板的版本（第 0 版）已停用，请下载新模板，把内容复制到新模板后再上传。"),
        ("A3", "2025", "这是2025年度的模板，现在填报的是2026年度，请下载本年度的模板。"),
        ("A4", "330282", "这是其他地区的模板，其中的乡镇（街道）和园区名单与本地区不同，请下载本地区的模板。"),
        ("A1", "别的", "这份工作簿不是从本系统下载的批量填报模板，请下载模板，把内容填入模板后再上传。"),
    ):
        before, marker[cell].value = marker[cell].value, value
        page = send(desk, blank)
        marker[cell].value = before
        assert page.context["form"].errors == {"workbook": [sentence]}
        assert page.context["wrong_template"] is True
        assert '模板不适用。<a href="/desk/intake/template.xlsx">' in " ".join(page.content.decode().split())


def test_a_template_made_under_a_former_name_of_the_programme_is_still_read(
    desk: Client, blank: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marker, "_FORMER", ["原平台批量填报"])
    blank["版本"]["A1"].value = "原平台批量填报"
    assert send(desk, blank).status_code == 302


@pytest.mark.trust("T25")
def test_too_many_rows_are_refused_before_they_are_read(desk: Client, blank: Workbook, settings: Any) -> None:
    settings.IMPORT_MAX_ROWS = 50
    page = blank["申报表"]
    for number in range(4, 2200):
        page.cell(number, 1).value = number
    answer = send(desk, blank)
    sentence = "有工作表超过 50 行（设过格式的空行也算），没有读取，请删去多余的行或拆分文件。"
    assert answer.context["form"].errors == {"workbook": [sentence]}
    settings.IMPORT_MAX_BYTES = 1000
    assert send(desk, blank).context["form"].errors == {"workbook": ["文件超过上限 0 MB，请拆分后分别上传。"]}


def test_templates_and_drafts_come_down(desk: Client, draft_of: Any, yinzhou: User) -> None:
    row: Application = draft_of()
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/desk/intake/template.xlsx").content))
    assert book.sheetnames == [
        "申报表",
        "运营人员",
        "服务内容",
        "合作机构",
        "管理制度",
        "填写说明",
        "示例",
        "选项",
        "版本",
    ]
    assert [book[name].sheet_state for name in ("示例", "选项", "版本")] == ["visible", "hidden", "hidden"]
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/desk/intake/drafts.xlsx").content))
    assert [cell.value for cell in book["申报表"][4]][:4] == ["1", row.number, "乡镇（街道）窗口平台", "姜山镇"]
    event = AuditEvent.objects.get(verb="导出申报表")
    assert (event.actor, event.reason) == ("yinzhou", "1 条，批量填报表")


@pytest.fixture
def draft_of(yinzhou: User, round_2026: Round, towns: list[Town], now: datetime) -> Any:
    return lambda: factories.fill(factories.draft(yinzhou, round_2026, now, town=towns[0]), yinzhou, now)


def test_without_a_round_and_after_it(desk: Client, regions: Any) -> None:
    assert "市经信局尚未开始受理申报。" in desk.get(INDEX).content.decode()
    for view in ("template.xlsx", "drafts.xlsx", "check/"):
        assert "市经信局尚未开始受理申报。" in desk.get(f"{INDEX}{view}").content.decode()
    round_ = factories.round_of(2026, status="published")
    assert f"{round_}结果已公布，申报表不能再变动。" in desk.get(INDEX).content.decode()
    Round.objects.update(status="evaluating")
    assert "现在不受理新的申报，只能修改已有草稿。" in desk.get(INDEX).content.decode()


def test_the_city_takes_in_key_industries(city: User, round_2026: Round, browser_of: Any) -> None:
    browser = browser_of(city)
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/desk/intake/template.xlsx").content))
    fill(
        book, "申报表", {"序号": 1, "类型": "重点行业窗口平台", "行业协会": "宁波市模具行业协会", "服务产业链": "模具"}
    )
    send(browser, book)
    assert said(confirm(browser, browser.get(CHECK))) == ["批量填报完成：新建 1 份，修改 0 份，未变 0 份。"]
    assert Application.objects.get().association == "宁波市模具行业协会"


def test_the_check_costs_the_same_for_one_and_for_thirty(
    desk: Client, yinzhou: User, round_2026: Round, django_assert_num_queries: Any
) -> None:
    for number in range(31):
        factories.town(yinzhou.region, f"第{number}镇")
    for count in (1, 30):
        book = openpyxl.load_workbook(io.BytesIO(desk.get("/desk/intake/template.xlsx").content))
        fill(book, "申报表", *(one(f"第{number}镇", number + 1, 地址="某路") for number in range(count)))
        send(desk, book)
        with django_assert_num_queries(14):
            desk.get(CHECK)
