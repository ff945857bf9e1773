"""A run under a notice with other names, points, line and defaults, beside one of 2020."""

import csv
import io
from typing import Any

import pytest
from django.utils import timezone

from evaluation.models import Publication
from funding.models import AllocationRun
from funding.readings import counting_of, defaults_of
from funding.runs.admin.form import OTHER_NOTICE
from funding.runs.excel.plain import as_csv
from funding.runs.queries.frozen import check, money_of
from funding.runs.queries.sheet import sheet_of
from funding.runs.services.runs import lock, make_run, recalculate
from platforms.errors import Refusal
from platforms.models import AuditEvent, Notice, Round
from platforms.notices.content import ContentError
from platforms.notices.services import check_content
from platforms.workbench.queries.todo import SOURCES as TODO
from platforms.workbench.queries.todo import Opened
from tests.funding.runs.test_admin import text_of
from tests.funding.runs.test_sheet import book_of, table
from tests.funding.worked import (
    AMOUNTS,
    AT,
    LATER,
    OTHER_AMOUNTS,
    POOL,
    amounts,
    check_and_sign,
    draft,
    locked,
    other_notice,
    other_round,
    worked_round,
)

pytestmark = pytest.mark.django_db

ADD = "/admin/funding/allocationrun/add/"


@pytest.fixture
def notice() -> Notice:
    return other_notice()


@pytest.fixture
def older() -> Round:
    """The round of 2020; published first, as certificates of one place follow each other."""
    return worked_round()


@pytest.fixture
def round_(older, notice, monkeypatch) -> Round:
    return other_round(notice, monkeypatch)


def read_as(round_: Round) -> dict[str, str]:
    """The readings that the notice of ``round_`` starts from, as its form sends them."""
    return defaults_of(round_.terms).as_dict() | counting_of(round_.terms).as_dict()


def made(round_: Round, by: Any) -> AllocationRun:
    """A draft with the readings that the notice starts from."""
    return make_run(round=round_, pool_yuan=POOL, reading=defaults_of(round_.terms), by=by, at=AT)


@pytest.mark.clause("N24")
@pytest.mark.clause("N25")
@pytest.mark.clause("N27")
def test_two_notices_are_locked_beside_each_other_each_with_its_own_money(older, round_, finance, finance2) -> None:
    first = locked(older, finance, finance2)
    other = lock(run=check_and_sign(made(round_, finance), finance2), by=finance, at=LATER)
    assert (amounts(first), amounts(other)) == (AMOUNTS[()][0], OTHER_AMOUNTS)
    assert money_of(other).share.points == (("A", 50), ("B", 20))
    assert (money_of(other).line_text, other.cutoff) == ("30%", "exclusive")
    assert [check(run) for run in (first, other)] == [(), ()]


def test_the_page_names_grades_line_and_full_marks_as_the_notice_does(round_, finance, browser_of) -> None:
    words = text_of(browser_of(finance).get(f"/admin/funding/allocationrun/{made(round_, finance).pk}/change/"))
    assert (
        "地区 金额（元） 是否支持 申报 "
        "优秀 良好 合格 不合格 未评定 评分后撤回 公布后撤销 撤回不计 未评定不计 不合格占比" in words
    )
    assert "1家优秀折合" in words
    assert "1家良好折合" in words
    assert "1家合格折合" not in words
    assert "撤回均计不合格时 还可增加不合格" in words
    assert "淘汰线 不含30%：超过30%才不予支持 默认 本年度通知采用此口径。" in words
    assert "满分70分" in words
    assert "D档" not in words


def test_workbook_and_table_have_a_column_for_each_grade_of_the_notice(round_, finance) -> None:
    run = made(round_, finance)
    lines = table(book_of(run)["资金分配表"])
    grades = ["优秀", "良好", "合格", "不合格"]
    assert list(lines["海曙区"])[2:7] == ["申报", *grades]
    assert list(lines["海曙区"])[12] == "不合格占比"
    assert list(lines["海曙区"].values())[2:7] == [10, 4, 3, 2, 1]
    head = next(csv.reader(io.StringIO(as_csv(sheet_of(run)).decode("utf-8-sig"))))
    assert head[5:10] == ["申报", *grades]
    assert head[16] == "不合格占比"


def test_the_log_of_a_draft_that_is_computed_anew_names_the_grades(older, round_, finance) -> None:
    run = made(round_, finance)
    recalculate(run=run, pool_yuan=POOL, reading=defaults_of(older.terms), revision=1, by=finance, at=LATER)
    event = AuditEvent.objects.get(verb="重新测算资金")
    assert event.changes["淘汰线"] == ["不含30%：超过30%才不予支持", "含30%：达到30%即不予支持"]


# A notice without money.


def test_a_notice_without_money_has_no_run(monkeypatch, finance, browser_of) -> None:
    round_ = other_round(other_notice(money={}), monkeypatch)
    with pytest.raises(Refusal, match=r"^本年度的通知没有安排资金。$"):
        made(round_, finance)
    desk = browser_of(finance)
    entered = {"round": round_.pk, "pool_yuan": "1000", **read_as(round_)}
    response = desk.post(ADD, entered)
    assert response.context["adminform"].form.non_field_errors() == ["本年度的通知没有安排资金。"]
    assert response.context["adminform"].form["pool_yuan"].value() == "1000"
    assert not AllocationRun.objects.exists()


def test_a_published_round_waits_for_a_run_only_where_its_notice_gives_money(monkeypatch, finance) -> None:
    def waiting() -> int:
        opened = Opened(finance, timezone.localdate())
        found = [todo for source in TODO if "finance" in source.roles for todo in source.find(finance, opened)]
        return next(todo.rows.count() for todo in found if todo.text == "为已公布的年度测算资金")

    worked_round()
    assert waiting() == 1
    other_round(other_notice(money={}), monkeypatch)
    assert Publication.objects.count() == 2
    assert waiting() == 1


# Readings of the notice.


def test_a_notice_that_starts_from_a_reading_that_does_not_exist_is_refused_at_its_place(notice) -> None:
    with pytest.raises(ContentError) as caught:
        check_content(notice.terms | {"readings": {"divisor": "most"}}, notice.clauses)
    assert caught.value.problems == (("readings.divisor", "权重分母（divisor）只能取 funded、all、hundred。"),)


def test_a_new_run_starts_from_the_readings_of_the_notice_of_its_round(round_, finance, browser_of) -> None:
    response = browser_of(finance).get(ADD)
    form = response.context["adminform"].form
    assert (form["round"].value(), form["cutoff"].value(), form["base"].value()) == (round_.pk, "exclusive", "declared")
    assert [label for _, label in form.fields["cutoff"].choices] == [
        "含30%：达到30%即不予支持",
        "不含30%：超过30%才不予支持（默认）",
    ]
    assert f'name="notice" value="{round_.notice_id}"' in response.content.decode()


def test_a_round_under_another_notice_is_shown_in_its_words_before_anything_is_computed(
    older, round_, finance, browser_of
) -> None:
    desk = browser_of(finance)
    shown = desk.get(ADD).context["adminform"].form["notice"].value()
    entered = {"round": older.pk, "pool_yuan": "1500万元", **read_as(round_), "notice": shown}
    response = desk.post(ADD, entered)
    form = response.context["adminform"].form
    assert form.errors == {"round": [OTHER_NOTICE]}
    assert (form["pool_yuan"].value(), form["cutoff"].value()) == ("1500万元", "exclusive")
    assert form["notice"].value() == str(older.notice_id)
    assert "含20%：达到20%即不予支持（默认）" in text_of(response)
    assert not AllocationRun.objects.exists()
    assert desk.post(ADD, entered | {"notice": form["notice"].value()}).status_code == 302
    assert AllocationRun.objects.get().cutoff == "exclusive"


@pytest.mark.parametrize("chosen", ["", "x", "999999", "9" * 40, "\x00"])
def test_a_round_that_is_none_is_refused_beside_the_field(round_, finance, browser_of, chosen) -> None:
    entered = {"round": chosen, "pool_yuan": "1", **read_as(round_), "notice": "x"}
    response = browser_of(finance).post(ADD, entered)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["round"]


def test_the_other_readings_say_how_much_one_region_gains_or_loses_at_most(finance, browser_of) -> None:
    words = text_of(
        browser_of(finance).get(f"/admin/funding/allocationrun/{draft(worked_round(), finance).pk}/change/")
    )
    assert "单个地区最大增减 — 4,772,727 0 267,857 0 3,700,000 3,700,000 0 未分配" in words
