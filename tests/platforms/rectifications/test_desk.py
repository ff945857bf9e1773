"""What is to be mended at the desk: the list, the page of one, its moves and its files."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from platforms.files.queries import files_of
from platforms.models import Mail, Platform, Rectification, Region, Round, User
from platforms.rectifications import services as rectifications
from tests import factories
from tests.platforms.supervised import platform_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N18")]
LIST = "/desk/rectifications/"
QUERIES = 9


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def platform(round_2026: Round, regions: dict[str, Region]) -> Platform:
    return platform_of(regions["330212"], "鄞州区首南街道窗口平台")


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def fields(platform: Platform, **more: Any) -> dict[str, Any]:
    due = timezone.localdate() + timedelta(days=14)
    usual = {"platform": platform.code, "finder": "city", "clause": "conditions.linked", "problem": "没有接通"}
    return usual | {"due_on": due.isoformat()} | more


def opened(platform: Platform, by: User, **more: Any) -> Rectification:
    values: dict[str, Any] = {"finder": "city", "clause": "conditions.linked", "problem": "没有接通"} | more
    values.setdefault("due_on", timezone.localdate() + timedelta(days=14))
    return rectifications.open_one(platform=platform, by=by, at=timezone.now(), **values)


def address(row: Rectification, move: str = "") -> str:
    return reverse("desk:rectification", args=[row.number]) + (f"{move}/" if move else "")


def test_the_city_opens_one_with_a_file(platform: Platform, city: User) -> None:
    desk = browser(city)
    page = desk.get(f"{LIST}new/?platform={platform.code}&clause=conditions.linked").content.decode()
    assert f'<option value="{platform.code}" selected>' in page
    assert '<option value="conditions.linked" selected>' in page
    answer = desk.post(f"{LIST}new/", fields(platform, uploads=factories.upload("现场.pdf")), follow=True)
    row = Rectification.objects.get()
    assert answer.redirect_chain == [(address(row), 302)]
    assert f"已下发整改通知 {row.number}，整改通知已写入待发邮件。" in words(answer)
    assert [file.shown_name for file in files_of("rectification", row.pk)] == ["现场.pdf"]
    assert Mail.objects.filter(kind="rectify").count() == 1


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(platform: Platform, city: User) -> None:
    answer = browser(city).post(f"{LIST}new/", fields(platform, clause="named.other", due_on="2020-01-01"))
    text = answer.content.decode()
    assert "请写明是哪项指标或要求。" in text
    assert "没有接通</textarea>" in text
    answer = browser(city).post(f"{LIST}new/", fields(platform, due_on="2020-01-01"))
    assert "整改期限不能早于今天。" in answer.content.decode()
    answer = browser(city).post(f"{LIST}new/", {"platform": "x", "problem": "\x00"})
    assert "“x”不在可选项中，请从列出的选项中选择。" in answer.content.decode()
    assert not Rectification.objects.exists()


def test_a_file_that_is_no_proof_is_named_and_the_rest_is_kept(platform: Platform, city: User) -> None:
    sent = fields(platform, uploads=factories.upload("现场.pdf", b"<html>"))
    answer = browser(city).post(f"{LIST}new/", sent, follow=True)
    assert "文件“现场.pdf”的内容不是 pdf 格式，或已损坏，请检查后重新上传。" in words(answer)
    assert Rectification.objects.count() == 1


def test_the_county_answers_with_files_and_the_city_checks(platform: Platform, city: User, yinzhou: User) -> None:
    row, county = opened(platform, city), browser(yinzhou)
    assert "答复整改" in words(county.get(address(row)))
    form = county.get(address(row, "answer")).content.decode()
    assert 'name="version" value="1"' in form
    sent = {"version": "1", "answered_for": "platform", "text": "已接通", "uploads": factories.upload("截图.pdf")}
    answer = county.post(address(row, "answer"), sent, follow=True)
    assert f"已答复整改 {row.number}。" in words(answer)
    assert "已答复，待复核" in words(answer)
    assert "截图.pdf" in words(browser(city).get(address(row)))
    more = county.post(f"{address(row)}files/", {"uploads": factories.upload("补充.pdf", factories.PDF + b"%%EOF\n")})
    assert more.status_code == 302
    assert [file.shown_name for file in files_of("answer", row.pk)] == ["截图.pdf", "补充.pdf"]
    answer = browser(city).post(address(row, "close"), {"version": "2", "text": ""}, follow=True)
    assert f"已复核通过整改 {row.number}。" in words(answer)
    late = browser(city).get(address(row, "close"), follow=True)
    assert "整改现为“整改完成”，不能再办理“复核通过”，未作变更。" in words(late)


def test_an_older_page_is_told_so_and_keeps_what_was_typed(platform: Platform, city: User, yinzhou: User) -> None:
    row = opened(platform, city)
    answer = browser(yinzhou).post(
        address(row, "answer"), {"version": "9", "answered_for": "platform", "text": "已接通线路"}
    )
    assert answer.status_code == 409
    assert "您打开页面之后，这项整改已有新的进展" in words(answer)
    assert "已接通线路</textarea>" in answer.content.decode()
    answer = browser(yinzhou).post(address(row, "answer"), {"version": "", "answered_for": "platform", "text": " "})
    assert "请填写。" in words(answer)


def test_a_return_needs_a_reason_and_a_day_to_come(platform: Platform, city: User, yinzhou: User) -> None:
    row = opened(platform, city)
    rectifications.answer(
        rectification=row, text="好了", answered_for="platform", version=1, by=yinzhou, at=timezone.now()
    )
    desk = browser(city)
    assert words(desk.post(address(row, "reopen"), {"version": "2"})).count("请填写") >= 2
    answer = desk.post(address(row, "reopen"), {"version": "2", "text": "不全", "due_on": "2020-01-01"})
    assert "整改期限不能早于今天。" in words(answer)
    due = (timezone.localdate() + timedelta(days=3)).isoformat()
    answer = desk.post(address(row, "reopen"), {"version": "2", "text": "不全", "due_on": due}, follow=True)
    assert "退回重新整改" in words(answer)
    assert desk.post(address(row, "withdraw"), {"version": "3", "text": "误开"}).status_code == 302
    assert Rectification.objects.get().status == "withdrawn"


def test_whose_turn_it_is_not_is_told_why(
    platform: Platform, city: User, yinzhou: User, yinzhou2: User, cixi: User, finance: User
) -> None:
    row = opened(platform, yinzhou, finder="county")
    assert browser(cixi).get(address(row)).status_code == 404
    assert browser(finance).get(address(row)).status_code == 403
    assert browser(city).get(address(row, "answer")).status_code == 403
    assert browser(city).get(address(row, "nothing")).status_code == 404
    assert browser(city).post(f"{address(row)}files/", {"uploads": factories.upload()}).status_code == 403
    assert "等待平台所属地区答复。" in words(browser(city).get(address(row)))
    rectifications.answer(
        rectification=row, text="好了", answered_for="county", version=1, by=yinzhou, at=timezone.now()
    )
    assert "答复人不能复核自己的答复，请由本单位其他经办人复核。" in words(browser(yinzhou).get(address(row)))
    assert browser(yinzhou).post(address(row, "close"), {"version": "2"}).status_code == 403
    assert browser(yinzhou2).post(address(row, "close"), {"version": "2"}).status_code == 302


def test_the_list_narrows_and_its_file_is_what_is_shown(platform: Platform, city: User, yinzhou: User) -> None:
    late = opened(platform, city)
    Rectification.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=2), problem="=1+1")
    other = opened(platform, city)
    desk = browser(city)
    text = words(desk.get(LIST))
    assert "有 1 项整改已逾期。" in text
    assert "待整改，已逾期 2 天" in text
    narrowed = words(desk.get(f"{LIST}?state=overdue"))
    assert (late.number in narrowed, other.number in narrowed) == (True, False)
    assert "没有符合条件的整改。" in words(desk.get(f"{LIST}?q=zz"))
    file = b"".join(desk.get("/desk/rectifications.csv?state=overdue")).decode("utf-8-sig")  # type: ignore[arg-type]
    assert file.count("\r\n") == 2
    assert late.number in file
    assert ",'=1+1," in file
    book = desk.get("/desk/rectifications.xlsx")
    assert b"".join(book)[:2] == b"PK"  # type: ignore[arg-type]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_as_many_queries_whatever_its_length(
    platform: Platform, city: User, rows: int, django_assert_num_queries: Any
) -> None:
    first = opened(platform, city)
    Rectification.objects.bulk_create(
        Rectification(
            number=f"ZG-2025-{n:04d}", platform=platform, finder="city", clause="conditions.team", problem="缺人",
            due_on=first.due_on, opened_at=first.opened_at, opened_by=city,
        )
        for n in range(1, rows)
    )  # fmt: skip
    desk = browser(city)
    desk.get(LIST)
    with django_assert_num_queries(QUERIES):
        page = desk.get(LIST)
    assert len(page.context["rows"]) == min(rows, 25)
