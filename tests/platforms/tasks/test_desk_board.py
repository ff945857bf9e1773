"""The board of the phases at the desk: what it shows, to whom, as a file; one task, and one task of many platforms."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from platforms.models import AuditEvent, EvidenceFile, Platform, Round, Task, TaskTemplate, User
from platforms.tasks.services import phase_dates, tasks
from platforms.tasks.services import templates as task_templates
from platforms.workbench.queries.todo import todo_for
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N18"), pytest.mark.clause("N19")]

BOARD = "/desk/tasks/"


@pytest.fixture
def round_(regions: dict[str, Any]) -> Round:
    """A round in which phase two runs today."""
    made, today = factories.round_of(timezone.localdate().year), timezone.localdate()
    for number, first, last in ((1, -60, -31), (2, -30, 30), (3, 31, 90), (4, 91, 120)):
        made.phases.filter(number=number).update(
            starts_on=today + timedelta(days=first), ends_on=today + timedelta(days=last)
        )
    return made


@pytest.fixture
def template(round_: Round, city: User, now: datetime) -> Callable[..., TaskTemplate]:
    def make(title: str, days: int, **values: Any) -> TaskTemplate:
        values = {"phase": 2, "proof": "已完成。", "due_on": timezone.localdate() + timedelta(days=days)} | values
        return task_templates.add(round=round_, values=values | {"title": title}, by=city, at=now)

    return make


@pytest.fixture
def platform(round_: Round, city: User, now: datetime) -> Callable[..., Platform]:
    def make(by: User, **place: Any) -> Platform:
        found = factories.accepted(by, round_, now, city=city, **place).platform
        assert found is not None
        return found

    return make


def task_of(platform: Platform, title: str = "接入系统") -> Task:
    return Task.objects.get(platform=platform, template__title=title)


def standings(answer: Any) -> dict[str, list[str]]:
    """Platform to its cells in words."""
    return {
        row["platform"].name: [f"{cell['word']} {cell['detail']}".strip() if cell else "" for cell in row["cells"]]
        for row in answer.context["rows"]
    }


def test_each_cell_says_in_words_how_a_task_stands(
    template: Any, platform: Any, yinzhou: User, browser_of: Any
) -> None:
    for title, days in (("接入系统", -2), ("公布收费", 3), ("建立协同", 20)):
        template(title, days)
    here = platform(yinzhou)
    now = timezone.now()
    tasks.finish(task=task_of(here), evidence="已接入", by=yinzhou, at=now)
    other = platform(yinzhou)
    tasks.block(task=task_of(other), reason="专线未通", by=yinzhou, at=now)
    today = timezone.localdate(now)
    answer = browser_of(yinzhou).get(BOARD)
    assert standings(answer) == {
        here.name: [f"已完成 {today.month}月{today.day}日", "待办 还有 3 天", "待办 还有 20 天"],
        other.name: ["受阻 已逾期 2 天", "待办 还有 3 天", "待办 还有 20 天"],
    }
    figures = answer.context["figures"]
    assert (figures.platforms, figures.tasks, figures.done, figures.late, figures.blocked) == (2, 6, 1, 1, 1)
    assert answer.content.decode().count('data-tone="bad">受阻</span>') == 2


def test_a_county_sees_its_platforms_the_city_all_of_them_and_nobody_else_any(
    template: Any, platform: Any, yinzhou: User, cixi: User, city: User, auditor: User, browser_of: Any
) -> None:
    template("接入系统", 5)
    own, other, industry = platform(yinzhou), platform(cixi), platform(city, type="industry")
    assert set(standings(browser_of(yinzhou).get(BOARD))) == {own.name}
    assert set(standings(browser_of(city).get(BOARD))) == {own.name, other.name, industry.name}
    assert set(standings(browser_of(city).get(BOARD, {"region": "330282"}))) == {other.name}
    assert set(standings(browser_of(city).get(BOARD, {"region": "HY"}))) == {industry.name}
    # A county cannot ask its way to another one.
    assert standings(browser_of(yinzhou).get(BOARD, {"region": "330282"})) == {}
    assert browser_of(auditor).get(BOARD).status_code == 403


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("late", {"迟"}),
        ("soon", {"近"}),
        ("blocked", {"阻"}),
        ("done", {"毕"}),
        ("open", {"迟", "近", "阻"}),
        ("x", {"迟", "近", "阻", "毕"}),
    ],
)
def test_the_chips_narrow_the_board(
    template: Any, platform: Any, yinzhou: User, now: datetime, browser_of: Any, state: str, names: set[str]
) -> None:
    template("接入系统", 1)
    rows = {name: platform(yinzhou) for name in ("迟", "近", "阻", "毕")}
    for name, row in rows.items():
        Platform.objects.filter(pk=row.pk).update(name=name)
    Task.objects.filter(platform=rows["迟"]).update(due_on=timezone.localdate() - timedelta(days=1))
    Task.objects.filter(platform=rows["阻"]).update(due_on=timezone.localdate() + timedelta(days=9))
    tasks.block(task=task_of(rows["阻"]), reason="专线未通", by=yinzhou, at=now)
    tasks.finish(task=task_of(rows["毕"]), evidence="已接入", by=yinzhou, at=now)
    assert set(standings(browser_of(yinzhou).get(BOARD, {"state": state}))) == names


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_file_holds_exactly_the_view(
    template: Any, platform: Any, yinzhou: User, browser_of: Any, kind: str
) -> None:
    first = template("接入系统", -2)
    template("建立名录", 9, for_town=False)
    town, park = platform(yinzhou), platform(yinzhou, type="park")
    answer = browser_of(yinzhou).get(f"/desk/tasks.{kind}", {"type": "town"})
    content = b"".join(answer.streaming_content)
    if kind == "csv":
        lines = [line.split(",") for line in content.decode("utf-8-sig").splitlines()]
    else:
        book = load_workbook(io.BytesIO(content))
        lines = [[str(cell.value) for cell in row] for row in book["阶段任务"].iter_rows()]
        assert [row[1].value for row in book["说明"].iter_rows()][1] == 1
    assert [line[:4] for line in lines] == [
        ["平台编号", "平台名称", "类型", "地区"],
        [town.code, town.name, "乡镇（街道）窗口平台", "鄞州区"],
    ]
    assert [line[4:] for line in lines] == [
        [f"接入系统（{first.due_on.isoformat()} 前）", lines[0][5]],
        ["已逾期 2 天", "不适用"],
    ]
    assert park.code not in content.decode("utf-8", "ignore")
    told = AuditEvent.objects.get(verb="导出列表：阶段任务")
    assert (told.actor, told.reason[:10]) == ("yinzhou", f"1 个，{kind}，筛选"[:10])


def test_the_board_asks_the_same_few_questions_for_one_platform_and_for_thirty(
    template: Any, platform: Any, yinzhou: User, browser_of: Any
) -> None:
    for number in range(4):
        template(f"任务{number}", 3 + number)
    first, browser = platform(yinzhou), browser_of(yinzhou)
    browser.get(BOARD)

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(BOARD)
        return len(answer.context["rows"]), len(queries)

    one = asked()
    for number in range(29):
        made = Platform.objects.create(
            code=f"{first.code}-{number}", name=f"平台{number}", type="town", region=first.region,
            town=factories.town(first.region, f"第{number}镇"), accepted_on=first.accepted_on,
        )  # fmt: skip
        Task.objects.bulk_create(
            Task(template=each, platform=made, due_on=each.due_on) for each in TaskTemplate.objects.all()
        )
    assert (one[0], asked()) == (1, (30, one[1]))


def test_without_tasks_the_board_says_what_comes_next(round_: Round, yinzhou: User, browser_of: Any) -> None:
    assert "尚未设定阶段任务。" in browser_of(yinzhou).get(BOARD).content.decode()


@pytest.mark.parametrize("query", ["phase=9", "phase=x", "q=%00", "page=x", "region=%00", "type=x"])
def test_an_address_that_means_nothing_narrows_nothing(
    template: Any, platform: Any, yinzhou: User, browser_of: Any, query: str
) -> None:
    template("接入系统", 5)
    platform(yinzhou)
    assert browser_of(yinzhou).get(f"{BOARD}?{query}").status_code in (200, 400)


def test_a_moved_date_is_told_on_the_board(
    template: Any, platform: Any, round_: Round, yinzhou: User, city: User, now: datetime, browser_of: Any
) -> None:
    made = template("接入系统", 5)
    here = platform(yinzhou)
    later = timezone.localdate() + timedelta(days=8)
    phase_dates.move(round=round_, dates={f"task_{made.pk}": later}, reason="系统升级", by=city, at=now)
    own = timezone.localdate() + timedelta(days=12)
    phase_dates.move_task(task=task_of(here), due_on=own, reason="台风", by=city, at=now)
    text = browser_of(yinzhou).get(BOARD).content.decode()
    assert f"任务“接入系统”完成期限：{made.due_on.isoformat()} 改为 {later.isoformat()}" in text
    assert "系统升级" in text
    assert f"期限调整为{own.month}月{own.day}日" in text


# One task ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def task(template: Any, platform: Any, yinzhou: User) -> Task:
    template("接入系统", 5)
    return task_of(platform(yinzhou))


def at(task: Task, act: str = "") -> str:
    return f"/desk/tasks/{task.pk}/{act}"


def test_a_task_is_done_on_its_page(task: Task, yinzhou: User, browser_of: Any) -> None:
    browser = browser_of(yinzhou)
    answer = browser.post(at(task, "finish/"), {"evidence": "已接入"}, follow=True)
    text = answer.content.decode()
    assert f"已登记完成：接入系统（{task.platform}）。" in text
    assert "完成情况：已接入" in text
    again = browser.post(at(task, "finish/"), {"evidence": "写了很久"})
    assert again.status_code == 409
    assert "“接入系统”已经登记完成，没有重复登记。" in again.content.decode()


def test_what_was_typed_stays_when_it_is_refused(
    task: Task, city: User, yinzhou: User, now: datetime, browser_of: Any
) -> None:
    task_templates.change(template=task.template, values={"needs_file": True}, by=city, at=now)
    browser = browser_of(yinzhou)
    refused = browser.post(at(task, "finish/"), {"evidence": "写了很久"})
    assert (refused.status_code, "写了很久</textarea>" in refused.content.decode()) == (409, True)
    empty = browser.post(at(task, "finish/"), {"evidence": ""})
    assert "请填写。" in empty.content.decode()
    browser.post(at(task, "files/"), {"uploads": factories.upload("截图.pdf"), "note": "接入截图"})
    assert EvidenceFile.objects.get(kind="task", key=task.pk).note == "接入截图"
    assert "截图.pdf" in browser.get(at(task)).content.decode()
    assert browser.post(at(task, "finish/"), {"evidence": "写了很久"}).status_code == 302


def test_a_file_that_is_none_is_named_on_the_page(task: Task, yinzhou: User, browser_of: Any) -> None:
    answer = browser_of(yinzhou).post(at(task, "files/"), {"uploads": factories.upload("a.exe", b"MZ")})
    assert answer.status_code == 409
    assert "以下文件上传失败" in answer.content.decode()


def test_blocking_freeing_and_opening_again_ask_why(task: Task, yinzhou: User, now: datetime, browser_of: Any) -> None:
    browser = browser_of(yinzhou)
    assert "受阻原因" in browser.get(at(task, "block/")).content.decode()
    assert "请填写。" in browser.post(at(task, "block/"), {"reason": ""}).content.decode()
    browser.post(at(task, "block/"), {"reason": "专线未通"})
    assert "专线未通" in browser.get(at(task)).content.decode()
    browser.post(at(task, "unblock/"), {"reason": ""})
    tasks.finish(task=task, evidence="已接入", by=yinzhou, at=now)
    browser.post(at(task, "reopen/"), {"reason": "核查未通过"})
    task.refresh_from_db()
    assert (task.blocked_at, task.done_at) == (None, None)
    late = browser.get(at(task, "reopen/"), follow=True)
    assert "任务现为“待办 还有 5 天”，不能重新打开。" in late.content.decode()
    assert browser.get(at(task, "nonsense/")).status_code == 404


def test_the_city_moves_a_day_and_opens_again_but_does_not_do_the_work(
    task: Task, city: User, yinzhou: User, now: datetime, browser_of: Any
) -> None:
    browser, later = browser_of(city), timezone.localdate() + timedelta(days=9)
    assert browser.post(at(task, "finish/"), {"evidence": "代办"}).status_code == 403
    assert browser.get(at(task, "block/")).status_code == 403
    outside = browser.post(at(task, "due/"), {"due_on": "2020-01-01", "reason": "台风"})
    assert (outside.status_code, "期限须在该阶段之内" in outside.content.decode()) == (409, True)
    browser.post(at(task, "due/"), {"due_on": later.isoformat(), "reason": "台风"})
    text = browser_of(yinzhou).get(at(task)).content.decode()
    assert f"改为 {later.isoformat()}" in text
    assert browser_of(yinzhou).get(at(task, "due/")).status_code == 403
    tasks.finish(task=task, evidence="已接入", by=yinzhou, at=now)
    assert browser.post(at(task, "reopen/"), {"reason": "核查未通过"}).status_code == 302


def test_a_task_of_another_county_is_not_there(task: Task, cixi: User, browser_of: Any) -> None:
    browser = browser_of(cixi)
    for act in ("", "block/", "reopen/"):
        assert browser.get(at(task, act)).status_code == 404
    for act in ("finish/", "files/", "block/"):
        assert browser.post(at(task, act), {"evidence": "越界", "reason": "越界"}).status_code == 404


# Many at once --------------------------------------------------------------------------------------------------------


def test_one_note_does_for_the_platforms_that_were_picked(
    template: Any, platform: Any, yinzhou: User, cixi: User, browser_of: Any
) -> None:
    made = template("接入系统", 5)
    rows = [platform(yinzhou) for _ in range(3)]
    foreign = platform(cixi)
    browser, url = browser_of(yinzhou), f"/desk/tasks/bulk/?template={made.pk}"
    assert browser.get(url).content.decode().count('type="checkbox"') == 3
    picked = [task_of(row).pk for row in (*rows[:2], foreign)]
    answer = browser.post(url, {"task": picked, "evidence": "统一接入"}, follow=True)
    assert "已登记 2 个平台完成“接入系统”。另有 1 个已办理或不属本地区，没有变动。" in answer.content.decode()
    assert Task.objects.filter(evidence="统一接入").count() == 2
    none = browser.post(url, {"evidence": "统一接入"})
    assert (none.status_code, "请至少选择一个平台。" in none.content.decode()) == (409, True)
    kept = browser.post(url, {"task": [task_of(rows[2]).pk], "evidence": ""}).content.decode()
    assert "checked" in kept
    assert browser.get("/desk/tasks/bulk/?template=x").status_code == 302
    assert browser.get("/desk/tasks/bulk/?template=999999").status_code == 404


# What waits ----------------------------------------------------------------------------------------------------------


def test_late_and_soon_tasks_wait_for_who_does_them(
    template: Any, platform: Any, yinzhou: User, city: User, browser_of: Any
) -> None:
    template("接入系统", -2)
    template("公布收费", 2)
    platform(yinzhou)
    found = {each.text: (each.count, each.url) for each in todo_for(yinzhou) if "阶段任务" in each.text}
    year = timezone.localdate().year
    assert found == {
        "办理阶段任务（联通与整改）": (1, f"/desk/tasks/?year={year}&phase=2&waiting=tasks.own.{year}2"),
    }
    for _, url in found.values():
        assert len(standings(browser_of(yinzhou).get(url))) == 1
    assert [(each.text, each.others) for each in todo_for(city) if "阶段任务" in each.text] == [
        ("督办逾期阶段任务的平台（联通与整改）", True)
    ]


def test_the_city_moves_dates_on_the_page_of_the_round(
    template: Any, platform: Any, round_: Round, city: User, yinzhou: User, now: datetime, browser_of: Any
) -> None:
    browser, url = browser_of(city), f"/admin/platforms/round/{round_.pk}/dates/"
    form = browser.get(url).context["form"]
    sent = {each.key: each.now.isoformat() for each in form.dates} | {"shown": form.now(), "reason": "台风"}
    later = round_.report_due_on + timedelta(days=3)
    answer = browser.post(url, sent | {"report_due": later.isoformat()}, follow=True)
    assert "已调整 1 个日期，各地在阶段和日历中可以看到。" in answer.content.decode()
    assert "上报截止日期" in answer.content.decode()
    stale = browser.post(url, sent | {"report_due": "2026-01-01"}).content.decode()
    assert "您打开本页之后，日期已被他人调整，本次没有保存。请刷新页面，核对后再调整。" in stale
    round_.refresh_from_db()
    assert round_.report_due_on == later
    assert browser_of(yinzhou).get(url).status_code == 403


def test_the_usual_tasks_are_loaded_with_a_button(round_: Round, city: User, browser_of: Any) -> None:
    browser, base = browser_of(city), f"/admin/platforms/round/{round_.pk}"
    page = browser.get(f"{base}/change/?tab=tasks").content.decode()
    assert f"{base}/load-tasks/" in page
    answer = browser.post(f"{base}/load-tasks/", follow=True)
    assert "已载入 16 项任务。" in answer.content.decode()
    assert "默认任务都已在其中。" in browser.post(f"{base}/load-tasks/", follow=True).content.decode()
    synced = browser.post(f"{base}/sync-tasks/", follow=True).content.decode()
    assert "已更新：新增 0 项，恢复 0 项，不再适用 0 项。" in synced


def test_dates_of_a_round_under_way_are_no_boxes_of_its_form(round_: Round, city: User, browser_of: Any) -> None:
    page = browser_of(city).get(f"/admin/platforms/round/{round_.pk}/change/?tab=dates").content.decode()
    assert 'name="report_due_on"' not in page
    assert "phases-0-ends_on" not in page
    preparing = factories.round_of(2099, "preparing", report_due_on=date(2099, 4, 17))
    page = browser_of(city).get(f"/admin/platforms/round/{preparing.pk}/change/?tab=dates").content.decode()
    assert 'name="report_due_on"' in page
    assert "phases-0-ends_on" in page


def test_a_template_is_made_changed_and_retired_on_the_screen(round_: Round, city: User, browser_of: Any) -> None:
    browser, today = browser_of(city), timezone.localdate()
    values = {
        "round": round_.pk, "phase": 2, "title": "接入系统", "proof": "已接入。", "clause": "", "for_town": "on",
        "due_on": today.isoformat(), "position": 1,
    }  # fmt: skip
    assert browser.post("/admin/platforms/tasktemplate/add/", values).status_code == 302
    made = TaskTemplate.objects.get()
    assert (made.for_town, made.for_park, made.due_on) == (True, False, today)
    wrong = browser.post("/admin/platforms/tasktemplate/add/", values | {"due_on": "2020-01-01", "title": "另一项"})
    assert "完成期限须在该阶段之内" in wrong.content.decode()
    assert browser.post(f"/admin/platforms/tasktemplate/{made.pk}/retire/").status_code == 302
    made.refresh_from_db()
    assert made.retired is True
