"""A number of a person of another region: starred on pages, in lists and in files; shown one at a time, and logged."""

import io
import re
from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from platforms.accounts.services import phones
from platforms.cases.services import complaints
from platforms.errors import Refusal
from platforms.models import Application, AuditEvent, Complaint, Liaison, StaffMember, User
from platforms.pages.phones import NUMBERS
from platforms.periodic_reports.services import acceptance

CONTACT, COLLEAGUE, LIAISON, COMPLAINANT = "13911112222", "13711112222", "13611112222", "13511112222"
ALL = (CONTACT, COLLEAGUE, LIAISON, COMPLAINANT)


@pytest.fixture
def people(ours: Application, now: datetime) -> Application:
    """An application of 鄞州区 with a mobile of everybody that is named with it."""
    Application.objects.filter(pk=ours.pk).update(contact_mobile=CONTACT, contact_name="张三丰")
    StaffMember.objects.filter(application=ours).update(mobile=COLLEAGUE, name="李四")
    Liaison.objects.update(phone=f"{LIAISON}、0574-87654321", name="赵联络")
    ours.refresh_from_db()
    return ours


@pytest.fixture
def complaint(city: User, ours: Application, now: datetime) -> Complaint:
    accepted = acceptance.accept(application=ours, by=city, at=now)
    made, _code = complaints.file_complaint(
        platform=accepted.platform,
        text="收费不透明",
        enterprise="某企业",
        contact_name="孙投诉",
        contact_phone="13900139000",
        sender_hash="x",
        at=now,
    )
    return made


def press(browser: Any, kind: str, pk: int, **data: str) -> Any:
    return browser.post(reverse("desk:phone", args=[kind, pk]), data)


def page_of(row: Application) -> str:
    return reverse("admin:platforms_application_change", args=(row.pk,))


def shown_at(kind: str, row: Any) -> str:
    return f'formaction="{reverse("desk:phone", args=[kind, row.pk])}"'


def test_the_city_reads_stars_with_a_press_at_each(browser_of: Any, city: User, people: Application) -> None:
    text = browser_of(city).get(page_of(people)).content.decode()
    assert (CONTACT in text, "139****2222" in text) == (False, True)
    assert (COLLEAGUE in text, "137****2222" in text) == (False, True)
    assert text.count(shown_at("contact", people)) == 1
    for person in people.staff.all():
        assert text.count(shown_at("staff", person)) == 1
    assert text.count('id="phone-form"') == 1


def test_the_own_county_reads_in_full_and_has_nothing_to_press(
    browser_of: Any, yinzhou: User, people: Application
) -> None:
    text = browser_of(yinzhou).get(page_of(people)).content.decode()
    assert (CONTACT in text, "data-phone" in text, "phone-form" in text) == (True, False, False)


def test_a_press_shows_one_number_and_the_log_says_whose(browser_of: Any, city: User, people: Application) -> None:
    before = AuditEvent.objects.count()
    answer = press(browser_of(city), "contact", people.pk, back=page_of(people))
    text = answer.content.decode()
    assert (answer.status_code, CONTACT in text, COLLEAGUE in text) == (200, True, False)
    assert f'href="{page_of(people)}">返回' in text
    event = AuditEvent.objects.order_by("serial").last()
    assert event is not None
    assert (AuditEvent.objects.count() - before, event.verb, event.actor) == (1, "查看手机号", "city")
    assert (event.object_type, event.object_code, event.reason) == ("申报表", people.number, "联系人 张*")
    # Neither the number nor the whole name stands in the log.
    assert not [each for each in (CONTACT, "张三丰") if each in f"{event.reason}{event.changes}{event.object_code}"]


def test_each_kind_of_number_is_shown_and_logged(
    browser_of: Any, city: User, people: Application, complaint: Complaint
) -> None:
    Complaint.objects.update(contact_phone=COMPLAINANT, contact_name="王五")
    staff, liaison, browser = people.staff.order_by("pk")[0], Liaison.objects.get(), browser_of(city)
    for kind, pk, number, whose in (
        ("staff", staff.pk, COLLEAGUE, f"{people.number} 运营人员 李*"),
        ("liaison", liaison.pk, LIAISON, f"{people.round.year}-330212 工作联络员 赵*"),
        ("complaint", complaint.pk, COMPLAINANT, f"{complaint.number} 投诉人 王*"),
    ):
        assert number in press(browser, kind, pk).content.decode()
        event = AuditEvent.objects.order_by("serial").last()
        assert event is not None
        assert f"{event.object_code} {event.reason}" == whose


def test_a_way_back_to_another_site_is_not_offered(browser_of: Any, city: User, people: Application) -> None:
    for back in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", ""):
        assert "evil" not in press(browser_of(city), "contact", people.pk, back=back).content.decode()
        assert ">返回</a>" not in press(browser_of(city), "contact", people.pk, back=back).content.decode()


@pytest.mark.parametrize("who", ["yinzhou", "cixi", "finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_is_shown_one(request: Any, browser_of: Any, people: Application, who: str) -> None:
    before = AuditEvent.objects.filter(verb="查看手机号").count()
    answer = press(browser_of(request.getfixturevalue(who)), "contact", people.pk)
    assert answer.status_code == 403
    assert (CONTACT in answer.content.decode(), AuditEvent.objects.filter(verb="查看手机号").count()) == (False, before)


def test_what_is_not_there_is_not_shown(browser_of: Any, city: User, people: Application) -> None:
    browser = browser_of(city)
    Application.objects.filter(pk=people.pk).update(contact_mobile="")
    for kind, pk in (("contact", people.pk), ("contact", 999_999), ("nothing", people.pk)):
        assert press(browser, kind, pk).status_code == 404
    assert browser.get(reverse("desk:phone", args=["contact", people.pk])).status_code == 405


def test_the_service_itself_refuses(people: Application, yinzhou: User, city: User, now: datetime) -> None:
    who: dict[str, Any] = {"target": people, "code": people.number, "whose": "联系人", "at": now}
    with pytest.raises(Refusal, match="没有查看手机号的权限"):
        phones.show(**who, number=CONTACT, by=yinzhou)
    with pytest.raises(Refusal, match="没有登记号码"):
        phones.show(**who, number="", by=city)
    assert phones.show(**who, number=CONTACT, by=city) == CONTACT


def test_every_kind_names_a_permission_and_masks_the_name(people: Application) -> None:
    assert {"contact", "staff", "complaint", "call", "liaison", "hearing"} == set(NUMBERS)
    assert NUMBERS["contact"].whose(people) == "联系人 张*"


def cells(content: bytes) -> str:
    sheets = load_workbook(io.BytesIO(content)).worksheets
    return "\n".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)


def test_lists_and_files_of_the_city_hold_stars_only(
    browser_of: Any, city: User, people: Application, complaint: Complaint
) -> None:
    Complaint.objects.update(contact_phone=COMPLAINANT)
    browser = browser_of(city)
    columns = {
        "complaint": ["number", "contact_masked", "phone_masked"],
        "liaison": [],
        "application": [],
    }
    for model, names in columns.items():
        if names:
            browser.post(reverse(f"admin:platforms_{model}_settings"), {"column": names})
        address = reverse(f"admin:platforms_{model}_changelist")
        text = browser.get(f"{address}?all=").content.decode()
        assert [each for each in ALL if each in text] == [], model
        for kind in ("xlsx", "csv"):
            answer = browser.get(f"{address}list.{kind}")
            content = answer.getvalue() if answer.status_code == 200 else b""
            told = cells(content) if kind == "xlsx" and content else content.decode("utf-8", "replace")
            assert [each for each in ALL if each in told] == [], (model, kind)
    progress = reverse("admin:platforms_batch_progress")
    assert LIAISON not in browser.get(progress).content.decode()
    for kind in ("xlsx", "csv"):
        content = browser.get(reverse("admin:platforms_batch_progress_file", args=(kind,))).content
        told = cells(content) if kind == "xlsx" else content.decode()
        assert (LIAISON in told, "136****2222、0574-87654321" in told) == (False, True)
    page = browser.get(reverse("admin:platforms_complaint_change", args=(complaint.pk,))).content.decode()
    assert (COMPLAINANT in page, bool(re.search(shown_at("complaint", complaint), page))) == (False, True)
