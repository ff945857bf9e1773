"""What the background makes is what the request makes: the same rows, the same file, the same lines in the log."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.contrib.admin import helpers
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from platforms import stored_files
from platforms.applications.services import batches
from platforms.models import AuditEvent, Batch, Job, Platform, Round, ServiceRecord, User
from platforms.pages.in_background import NOT_ALLOWED, SUSPENDED
from platforms.service_records.services import records
from tests import factories
from tests.platforms.service_records.cast import AT, row
from tests.platforms.service_records.cast import platform as platform_of
from tests.platforms.service_records.test_desk_sheet import SHEET, book, confirmed, line, sent

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
LIST = "/desk/services.xlsx"


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


@pytest.fixture
def own(yinzhou: User) -> Platform:
    return platform_of(yinzhou.region)


def taken_in(by: User, count: int) -> None:
    rows = [row(number) for number in range(count)]
    records.take_in(rows=rows, source="hand:330212", platforms=Platform.objects.all(), by=by, at=AT)


def cells(content: bytes) -> list[list[list[Any]]]:
    """What stands on the sheets of a workbook, but for the moment at which it was made."""
    sheets = load_workbook(io.BytesIO(content)).worksheets
    return [[[*each] for each in sheet.values if each[0] != "导出时间"] for sheet in sheets]


def said(since: int = 0) -> Iterator[tuple[Any, ...]]:
    """What the log says of the act itself, without that it was asked for in the background and fetched there."""
    found = AuditEvent.objects.filter(serial__gt=since).exclude(verb__contains="后台处理").order_by("serial")
    yield from found.values_list("verb", "actor", "actor_role", "address", "object_code", "reason", "changes", "result")


def answer_to(desk: Client, url: str) -> tuple[str, bytes]:
    answer = desk.get(url)
    assert answer.status_code == 200
    return answer["Content-Disposition"], b"".join(answer.streaming_content)


def made(desk: Client, answer: Any) -> tuple[str, bytes]:
    """The file that the job made to which ``answer`` led."""
    assert answer.status_code == 302
    job = Job.objects.latest("pk")
    assert answer.url == f"/desk/background/{job.pk}/"
    assert (job.state, job.sentence) == ("done", "")
    assert job.done == job.total
    return answer_to(desk, f"/desk/background/{job.pk}/file/")


def test_a_long_list_of_the_desk_is_the_same_file(
    yinzhou: User, own: Platform, browser_of: Browser, settings: Any, commit: Any
) -> None:
    taken_in(yinzhou, 12)
    desk, begun = browser_of(yinzhou), AuditEvent.objects.count()
    url = f"{LIST}?class=information&q=宁波企业"
    name, at_once = answer_to(desk, url)
    first = list(said(begun))
    settings.ROWS_SENT_AT_ONCE, begun = 11, AuditEvent.objects.count()
    with commit(execute=True):
        answer = desk.get(url)
    later_name, later = made(desk, answer)
    assert (later_name, cells(later), list(said(begun))) == (name, cells(at_once), first)
    assert [verb for verb, *_ in first] == ["导出列表：服务记录"]


@pytest.mark.parametrize(("most", "status"), [(12, 200), (11, 302)])
def test_a_list_is_long_when_it_has_more_rows_than_a_request_sends(
    most: int, status: int, yinzhou: User, own: Platform, browser_of: Browser, settings: Any
) -> None:
    taken_in(yinzhou, 12)
    settings.ROWS_SENT_AT_ONCE = most
    assert browser_of(yinzhou).get(LIST).status_code == status
    assert Job.objects.count() == (status == 302)


def test_a_csv_flows_from_its_first_line_on_however_long_it_is(
    yinzhou: User, own: Platform, browser_of: Browser, settings: Any
) -> None:
    taken_in(yinzhou, 3)
    settings.ROWS_SENT_AT_ONCE = 1
    answer = browser_of(yinzhou).get("/desk/services.csv")
    assert (answer.status_code, len(b"".join(answer.streaming_content).splitlines())) == (200, 4)


def test_who_asks_for_the_same_list_again_is_led_to_the_same_job(
    yinzhou: User, own: Platform, browser_of: Browser, settings: Any
) -> None:
    taken_in(yinzhou, 3)
    settings.ROWS_SENT_AT_ONCE = 1
    desk = browser_of(yinzhou)
    assert desk.get(LIST).url == desk.get(LIST).url
    desk.head(f"{LIST}?channel=phone")
    assert Job.objects.count() == 1


def test_who_has_ten_waiting_is_told_and_asks_later(
    yinzhou: User, own: Platform, browser_of: Browser, settings: Any
) -> None:
    taken_in(yinzhou, 3)
    settings.ROWS_SENT_AT_ONCE = 1
    desk = browser_of(yinzhou)
    for number in range(10):
        desk.get(f"{LIST}?q=宁波企业&since=20{number + 10}-01")
    answer = desk.get(LIST, follow=True)
    assert "您已有 10 项后台处理尚未完成，请待其完成后再提交。" in answer.content.decode()
    assert Job.objects.count() == 10


def test_a_list_is_of_what_its_person_sees_when_it_is_made(
    yinzhou: User, own: Platform, cixi: User, browser_of: Browser, settings: Any, commit: Any
) -> None:
    taken_in(yinzhou, 3)
    platform_of(cixi.region)
    settings.ROWS_SENT_AT_ONCE = 1
    desk = browser_of(yinzhou)
    with commit(execute=True):
        desk.get(LIST)
        User.objects.filter(pk=yinzhou.pk).update(region=cixi.region)
    [rows, _] = cells(stored_files.read(Job.objects.get().stored_name))
    assert len(rows) == 1


def test_who_was_suspended_or_lost_the_right_in_between_gets_no_list(
    yinzhou: User, yinzhou2: User, own: Platform, browser_of: Browser, settings: Any, commit: Any
) -> None:
    taken_in(yinzhou, 3)
    settings.ROWS_SENT_AT_ONCE = 1
    begun = AuditEvent.objects.count()
    with commit(execute=True):
        browser_of(yinzhou).get(LIST)
        browser_of(yinzhou2).get(LIST)
        User.objects.filter(pk=yinzhou.pk).update(is_active=False)
        User.objects.filter(pk=yinzhou2.pk).update(role="finance", region=None)
    told = list(Job.objects.order_by("pk").values_list("state", "sentence", "stored_name"))
    gone = "该文件已不存在，或您已没有取得它的权限，未生成文件。"
    assert told == [("failed", SUSPENDED, ""), ("failed", gone, "")]
    assert list(said(begun)) == []


def test_a_long_list_of_the_back_office_is_the_same_file(
    city: User, regions: Any, browser_of: Browser, settings: Any, commit: Any
) -> None:
    for number in range(4):
        factories.town(regions["330212"], f"第{number}街道")
    desk, begun = browser_of(city), AuditEvent.objects.count()
    url = "/admin/platforms/town/list.xlsx?q=街道"
    name, at_once = answer_to(desk, url)
    first = list(said(begun))
    settings.ROWS_SENT_AT_ONCE, begun = 3, AuditEvent.objects.count()
    with commit(execute=True):
        answer = desk.get(url)
    later_name, later = made(desk, answer)
    assert (later_name, cells(later), list(said(begun))) == (name, cells(at_once), first)


# The sheet of service records -----------------------------------------------------------------------------------------


def kept() -> list[tuple[Any, ...]]:
    fields = ("source", "external_id", "summary", "version", "fee", "enterprise__code", "entered_by__username")
    return list(ServiceRecord.objects.order_by("external_id").values_list(*fields))


def sheet_taken_in(desk: Client, content: bytes, commit: Any, **more: Any) -> Any:
    with commit(execute=True):
        return confirmed(desk, sent(desk, content), **more)


def test_a_long_sheet_writes_the_same_and_says_the_same(
    yinzhou: User, own: Platform, browser_of: Browser, settings: Any, commit: Any
) -> None:
    content = book(*(line(number) for number in range(4)))
    desk, begun = browser_of(yinzhou), AuditEvent.objects.count()
    answer = sheet_taken_in(desk, content, commit)
    assert "导入完成：新增 4 条，更正 0 条，未变 0 条。" in answer.content.decode()
    at_once, first = kept(), list(said(begun))
    ServiceRecord.objects.all().delete()
    settings.ROWS_WRITTEN_AT_ONCE, begun = 3, AuditEvent.objects.count()
    sheet_taken_in(desk, content, commit)
    job = Job.objects.get()
    assert (job.state, job.sentence, job.address, job.by_post) == (
        "done", "导入完成：新增 4 条，更正 0 条，未变 0 条。", "/desk/services/", False,
    )  # fmt: skip
    assert (kept(), list(said(begun))) == (at_once, first)
    assert (job.done, job.total) == (4, 4)


def test_a_sheet_is_taken_once_however_it_is_confirmed(
    yinzhou: User, own: Platform, browser_of: Browser, settings: Any, commit: Any
) -> None:
    settings.ROWS_WRITTEN_AT_ONCE = 1
    desk = browser_of(yinzhou)
    shown = sent(desk, book(line(1), line(2)))
    with commit(execute=True):
        confirmed(desk, shown)
        again = confirmed(desk, shown)
    assert "这份工作簿已经写入过，或检查结果已失效，没有重复写入。" in again.content.decode()
    assert (Job.objects.count(), ServiceRecord.objects.count()) == (1, 2)
    assert list(stored_files.names(stored_files.IMPORTS)) == []


def test_the_rows_that_a_long_sheet_left_out_are_shown_again(
    yinzhou: User, own: Platform, browser_of: Browser, settings: Any, commit: Any
) -> None:
    settings.ROWS_WRITTEN_AT_ONCE = 1
    desk = browser_of(yinzhou)
    sheet_taken_in(desk, book(line(1), line(2, 服务类别="不知道")), commit, only_good="1")
    job = Job.objects.get()
    assert job.sentence == "导入完成：新增 1 条，更正 0 条，未变 0 条，有错误未写入 1 行。"
    answer = desk.post(job.address, follow=True)
    assert answer.redirect_chain == [("/desk/services/sheet/check/", 302)]
    assert "有错误 1 行" in answer.content.decode()


def test_a_long_sheet_that_meets_other_rows_than_were_shown_writes_nothing_and_is_shown_again(
    yinzhou: User, own: Platform, browser_of: Browser, settings: Any, commit: Any
) -> None:
    settings.ROWS_WRITTEN_AT_ONCE = 1
    desk = browser_of(yinzhou)
    with commit(execute=True):
        confirmed(desk, sent(desk, book(line(1), line(2))))
        records.take_in(
            rows=[row(1, external_id="A-1")], source="excel:330212", platforms=Platform.objects.all(), by=yinzhou, at=AT
        )
    job = Job.objects.get()
    assert (job.state, job.sentence) == ("failed", "检查之后，系统中的内容有变化，没有写入。请按现在的结果重新核对。")
    assert ServiceRecord.objects.count() == 1
    assert "将新增 1 条，更正 1 条" in desk.post(job.address, follow=True).content.decode()


@pytest.mark.trust("T01")
def test_nobody_else_gets_at_the_sheet_of_a_job(
    yinzhou: User, yinzhou2: User, own: Platform, browser_of: Browser, settings: Any, commit: Any
) -> None:
    settings.ROWS_WRITTEN_AT_ONCE = 1
    desk = browser_of(yinzhou)
    sheet_taken_in(desk, book(line(1), line(2, 服务类别="不知道")), commit, only_good="1")
    address = Job.objects.get().address
    assert browser_of(yinzhou2).post(address).status_code == 404
    assert desk.post("/desk/services/sheet/again/0/").status_code == 404


def test_who_was_suspended_or_lost_the_right_in_between_writes_nothing(
    yinzhou: User, yinzhou2: User, own: Platform, browser_of: Browser, settings: Any, commit: Any
) -> None:
    settings.ROWS_WRITTEN_AT_ONCE = 1
    with commit(execute=True):
        for person in (yinzhou, yinzhou2):
            desk = browser_of(person)
            confirmed(desk, sent(desk, book(line(1), line(2))))
        User.objects.filter(pk=yinzhou.pk).update(is_active=False)
        User.objects.filter(pk=yinzhou2.pk).update(role="finance", region=None)
    assert list(Job.objects.order_by("pk").values_list("sentence", flat=True)) == [SUSPENDED, NOT_ALLOWED]
    assert not ServiceRecord.objects.exists()


def test_a_long_sheet_is_handed_back_marked_the_same(
    yinzhou: User, own: Platform, browser_of: Browser, settings: Any, commit: Any
) -> None:
    desk = browser_of(yinzhou)
    shown = sent(desk, book(line(1), line(2, 服务类别="不知道")))
    token = {"token": shown.context["token"]}
    at_once = desk.post(f"{SHEET}marked/", token)
    settings.ROWS_MARKED_AT_ONCE = 1
    with commit(execute=True):
        answer = desk.post(f"{SHEET}marked/", token)
    name, later = made(desk, answer)
    assert name == at_once["Content-Disposition"]
    assert cells(later) == cells(at_once.content)
    # It can still be confirmed: only a copy was worked on.
    assert "有错误 1 行" in desk.get(f"{SHEET}check/").content.decode()


# Printed forms --------------------------------------------------------------------------------------------------------


def printed(content: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def batch(yinzhou: User, round_2026: Round, now: datetime) -> Batch:
    rows = [factories.complete_application(yinzhou, round_2026, now) for _ in range(2)]
    shown = {each: each.version for each in rows}
    return batches.report(
        round=round_2026, region=yinzhou.region, applications=shown, over_quota_reason="测试", by=yinzhou, at=now
    )


def test_many_forms_of_a_report_are_the_same_archive(
    batch: Batch, yinzhou: User, browser_of: Browser, settings: Any, commit: Any
) -> None:
    desk, begun = browser_of(yinzhou), AuditEvent.objects.count()
    url = reverse("desk:batch_zip", args=[batch.number])
    name, at_once = answer_to(desk, url)
    first = list(said(begun))
    settings.FORMS_PRINTED_AT_ONCE, begun = 1, AuditEvent.objects.count()
    with commit(execute=True):
        answer = desk.get(url)
    later_name, later = made(desk, answer)
    assert (later_name, printed(later), list(said(begun))) == (name, printed(at_once), first)
    assert [verb for verb, *_ in first] == ["下载申报表 ZIP"]


def test_many_chosen_forms_are_the_same_archive(
    batch: Batch, city: User, browser_of: Browser, settings: Any, commit: Any
) -> None:
    desk, begun = browser_of(city), AuditEvent.objects.count()
    chosen = [item.application_id for item in batch.items.select_related("application")]
    press = {"action": "zip_selected", "index": "0", helpers.ACTION_CHECKBOX_NAME: chosen}
    url = reverse("admin:platforms_application_changelist")
    answer = desk.post(url, press)
    name, at_once = answer["Content-Disposition"], b"".join(answer.streaming_content)
    first = list(said(begun))
    settings.FORMS_PRINTED_AT_ONCE, begun = 1, AuditEvent.objects.count()
    with commit(execute=True):
        answer = desk.post(url, press)
    later_name, later = made(desk, answer)
    assert (later_name, printed(later), list(said(begun))) == (name, printed(at_once), first)
    assert [verb for verb, *_ in first] == ["下载申报表"]
