"""The first page of the desk: the round, the quota, the own list; the list and the summary sheet as files."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from platforms.applications.excel.summary import COLUMNS
from platforms.models import Application, AuditEvent, Liaison, Quota, Round, User
from platforms.rounds.choices import RoundStatus
from tests import factories

HOME = reverse("desk:home")


def page(browser: Client, query: str = "") -> str:
    return browser.get(HOME + query).content.decode()


@pytest.fixture
def filed(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    factories.liaison(round_2026, yinzhou.region, yinzhou, now)
    return factories.submitted(yinzhou, round_2026, now)


def test_without_a_round_the_page_says_so(desk: Client) -> None:
    assert "市经信局尚未开始受理申报。" in page(desk)


def test_an_empty_list_shows_the_one_next_step(desk: Client, round_2026: Round) -> None:
    assert "2026年度暂无申报。" in page(desk)
    assert page(desk).count(reverse("desk:new")) == 2


@pytest.mark.parametrize("status", [RoundStatus.EVALUATING, RoundStatus.PUBLISHED])
def test_nothing_is_begun_while_the_round_takes_no_filings(desk: Client, regions: dict, status: str) -> None:
    factories.round_of(2026, status)
    assert reverse("desk:new") not in page(desk)
    assert "不受理新的申报" in desk.get(reverse("desk:new")).content.decode()


@pytest.mark.clause("N09")
def test_the_quota_is_shown_used_and_left(desk: Client, filed: Application, round_2026: Round, yinzhou: User) -> None:
    def filed_bar() -> str:
        return desk.get(HOME).context["dashboard"].bars[0].said

    assert filed_bar() == "1 份"
    quota = Quota.objects.create(round=round_2026, region=yinzhou.region, places=3)
    assert filed_bar() == "1 / 3 个"
    quota.places = 0
    quota.save()
    assert filed_bar() == "1 / 0 个，超出 1 个"


@pytest.mark.clause("N16")
def test_a_missing_liaison_officer_is_asked_for(desk: Client, round_2026: Round, yinzhou: User) -> None:
    assert "填写联络员" in page(desk)
    sent = desk.post(reverse("desk:liaison"), {"name": "赵一", "post": "科长", "phone": "0574－8765 4321"})
    assert sent["Location"] == HOME
    named = Liaison.objects.get()
    assert (named.region, named.phone) == (yinzhou.region, "0574-87654321")
    assert "赵一（科长）0574-87654321" in page(desk)


def test_a_wrong_phone_of_the_liaison_officer_is_refused(desk: Client, round_2026: Round) -> None:
    sent = desk.post(reverse("desk:liaison"), {"name": "赵一", "post": "", "phone": "12"})
    assert (sent.status_code, Liaison.objects.count()) == (200, 0)
    assert 'value="赵一"' in sent.content.decode()


def test_the_list_holds_the_own_region_alone(
    desk: Client, filed: Application, cixi: User, round_2026: Round, now: datetime
) -> None:
    other = factories.draft(cixi, round_2026, now)
    assert (filed.number in page(desk), other.number in page(desk)) == (True, False)


def test_the_list_is_narrowed_searched_and_sorted(
    desk: Client, filed: Application, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    draft = factories.draft(yinzhou, round_2026, now)

    def found(query: str) -> list[str]:
        rows = desk.get(HOME + query).context["rows"]
        return [row["cells"][0] for row in rows]

    assert found("?status=draft") == [draft.number]
    assert found("?type=park") == []
    assert found(f"?q={filed.number[-2:]}") == [filed.number]
    assert found("?q=测试服务中心") == [filed.number]
    assert found("?sort=number") == [filed.number, draft.number]
    assert found("?sort=-number") == [draft.number, filed.number]
    assert found("?sort=operator__password&status=x&page=99&round=all") != []
    assert "清除筛选" in page(desk, "?q=没有这个")


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_as_many_queries_whatever_its_length(
    count: int,
    desk: Client,
    yinzhou: User,
    round_2026: Round,
    now: datetime,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    factories.liaison(round_2026, yinzhou.region, yinzhou, now)
    for _ in range(count):
        factories.draft(yinzhou, round_2026, now)
    desk.get(HOME)  # the first page of a session notes when it began
    # Three of them judge all drafts at once, to say how many can be reported.
    with django_assert_num_queries(19):
        assert desk.get(HOME).context["page"].paginator.count == count


def test_the_view_is_exported_as_it_is_narrowed(
    desk: Client, filed: Application, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    draft = factories.draft(yinzhou, round_2026, now)
    Application.objects.filter(pk=draft.pk).update(operator_name="=HYPERLINK(1)", name="@名称")
    sent = desk.get(reverse("desk:export", args=["csv"]) + "?status=draft")
    assert sent["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    lines = list(csv.reader(io.StringIO(sent.getvalue().decode("utf-8-sig"))))
    assert [lines[0][0], lines[1][0], len(lines)] == ["申报编号", draft.number, 2]
    assert (lines[1][2], lines[1][6]) == ("'@名称", "'=HYPERLINK(1)")
    sheet = load_workbook(io.BytesIO(desk.get(reverse("desk:export", args=["xlsx"])).getvalue())).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in cells] == ["申报编号", draft.number, filed.number]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    told = AuditEvent.objects.filter(verb="导出列表：申报", actor="yinzhou").order_by("serial")
    assert [each.reason for each in told] == ["1 份，csv，筛选：状态：草稿", "2 份，xlsx"]


@pytest.mark.clause("N17")
def test_the_summary_sheet_has_the_columns_of_the_form(
    desk: Client, filed: Application, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    factories.draft(yinzhou, round_2026, now)
    sheet = load_workbook(io.BytesIO(desk.get(reverse("desk:summary")).content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[3]] == [head for head, _ in COLUMNS]
    assert str(sheet["A2"].value).startswith("推荐单位（盖章）：")
    row = [cell.value for cell in sheet[4]]
    assert row[:4] == [1, filed.name, "乡镇（街道）窗口平台", "测试服务中心"]
    assert row[10:13] == [120.5, 1, 2]
    assert row[13] == "三项公益性服务、投融资服务"
    assert row[14] == "2026年4月10日"
    assert str(sheet["A5"].value).startswith("共 1 个平台")
    assert (sheet.print_title_rows, sheet.page_setup.orientation, sheet.page_setup.paperSize) == (
        "$1:$3",
        "landscape",
        9,
    )
    assert "$A$1:$P$5" in str(sheet.print_area)
    assert AuditEvent.objects.filter(verb="下载汇总表", actor="yinzhou").count() == 1


@pytest.mark.clause("N17")
def test_a_late_report_is_marked(desk: Client, yinzhou: User, regions: dict, now: datetime) -> None:
    late = factories.round_of(2026, report_due_on=date(2026, 4, 9))
    factories.liaison(late, yinzhou.region, yinzhou, now)
    factories.submitted(yinzhou, late, now)
    assert "已提交（逾期）" in page(desk)
    sheet = load_workbook(io.BytesIO(desk.get(reverse("desk:summary")).content)).active
    assert sheet is not None
    assert sheet["P4"].value == "逾期提交"
