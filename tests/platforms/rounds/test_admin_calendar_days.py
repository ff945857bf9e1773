"""放假和补班日: entered on screen or by Excel, and counted by wherever working days are."""

import io
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from platforms.cases.services.complaints import due_after, file_complaint
from platforms.models import AuditEvent, CalendarDay, Complaint, Region, Round, User
from tests.platforms.supervised import platform_of

pytestmark = pytest.mark.django_db
LIST = "admin:platforms_calendarday_changelist"


def test_a_day_is_entered_on_screen_and_logged(browser_of: Any, city: User) -> None:
    sent = {"day": "2027-01-01", "kind": "free", "note": "元旦"}
    browser_of(city).post(reverse("admin:platforms_calendarday_add"), sent)
    assert list(CalendarDay.objects.values_list("day", "kind", "note")) == [(date(2027, 1, 1), "free", "元旦")]
    event = AuditEvent.objects.get(object_code="2027-01-01")
    assert (event.actor, event.verb) == ("city", "新建放假和补班日")


def test_days_come_by_excel_with_a_template(browser_of: Any, city: User) -> None:
    browser = browser_of(city)
    template = browser.get(reverse("admin:platforms_calendarday_import_template"))
    heads = [cell.value for cell in load_workbook(io.BytesIO(b"".join(template))).worksheets[0][1]]
    assert heads == ["日期", "安排", "说明"]
    CalendarDay.objects.create(day=date(2027, 1, 1), kind="work")
    book = Workbook()
    for line in (heads, ["2027-01-01", "放假", "元旦"], ["2027-01-09", "补班", ""]):
        book.worksheets[0].append(line)
    content = io.BytesIO()
    book.save(content)
    file = SimpleUploadedFile("放假安排.xlsx", content.getvalue())
    page = browser.post(reverse("admin:platforms_calendarday_import"), {"import_file": file})
    token = {"token": page.context["confirm_form"].initial["token"]}
    browser.post(reverse("admin:platforms_calendarday_process_import"), token)
    assert list(CalendarDay.objects.order_by("day").values_list("day", "kind", "note")) == [
        (date(2027, 1, 1), "free", "元旦"),
        (date(2027, 1, 9), "work", ""),
    ]


def test_a_county_reads_the_list_and_changes_nothing(browser_of: Any, yinzhou: User) -> None:
    row = CalendarDay.objects.create(day=date(2027, 1, 1), kind="free")
    browser = browser_of(yinzhou)
    assert browser.get(reverse(LIST)).status_code == 200
    change = reverse("admin:platforms_calendarday_change", args=(row.pk,))
    assert browser.post(change, {"day": "2027-01-01", "kind": "work", "note": ""}).status_code == 403
    assert browser.post(reverse("admin:platforms_calendarday_add"), {}).status_code == 403


def test_the_list_says_which_years_are_not_known(browser_of: Any, city: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2089, 6, 1))
    assert "2089、2090 年放假安排尚未录入，按周一至周五计算。" in browser_of(city).get(reverse(LIST)).content.decode()
    CalendarDay.objects.create(day=date(2089, 10, 1), kind="free")
    CalendarDay.objects.create(day=date(2090, 1, 2), kind="free")
    assert "尚未录入" not in browser_of(city).get(reverse(LIST)).content.decode()


def test_the_deadline_of_a_complaint_goes_by_the_list(now: datetime) -> None:
    assert due_after(now) == date(2026, 5, 6)
    CalendarDay.objects.create(day=date(2026, 4, 13), kind="free")
    CalendarDay.objects.create(day=date(2026, 4, 14), kind="free")
    CalendarDay.objects.create(day=date(2026, 4, 18), kind="work")
    assert due_after(now) == date(2026, 5, 7)


def test_the_page_of_a_complaint_says_where_a_year_is_not_known(
    browser_of: Any, city: User, round_2026: Round, regions: dict[str, Region], now: datetime
) -> None:
    row, _ = file_complaint(
        platform=platform_of(regions["330212"]), text="收费", enterprise="甲公司", contact_name="周某",
        contact_phone="13800138000", sender_hash="a" * 64, at=now,
    )  # fmt: skip
    url, told = reverse("admin:platforms_complaint_change", args=(row.pk,)), "年放假安排尚未录入，按周一至周五计算。"
    shown = browser_of(city).get(url).content.decode()
    assert "按 15 个工作日计算。" in shown
    assert told not in shown
    Complaint.objects.update(due_on=date(2090, 1, 10))
    assert told in browser_of(city).get(url).content.decode()
