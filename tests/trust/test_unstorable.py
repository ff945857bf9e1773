"""T59: NUL and halves of characters are refused with a sentence wherever text comes in, and never break a page."""

import io
import json
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from platforms.excel.parts import FOUND
from platforms.models import Complaint, ServiceRecord, User
from platforms.service_records.services import tokens as api_tokens
from platforms.storable import is_storable, without_unstorable
from tests.platforms.service_records.cast import platform as platform_of
from tests.platforms.service_records.test_desk_sheet import book, line

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T59")]
SENTENCE = "提交的内容中含有无法保存的字符，没有保存，请返回上一页，删除后重新提交。"


@pytest.mark.parametrize(
    ("text", "storable"),
    [
        ("", True),
        ("abc", True),
        ("宁波😀\t\n", True),
        ("\x01", True),
        ("a\x00", False),
        ("\ud800", False),
        ("甲\udfff乙", False),
        ("宁\x00波", False),
        ("宁\ufffe波", False),
        ("\uffff", False),
        ("\ufffd", True),
    ],
)
def test_what_can_be_kept(text: str, storable: bool) -> None:
    assert is_storable(text) is storable
    assert is_storable(without_unstorable(text))
    assert (without_unstorable(text) == text) is storable


@pytest.mark.parametrize("token", ["中文", "é" * 32, "\x00", "😀", "ｔｏｋｅｎ"])
@pytest.mark.parametrize("kept", [False, True])
def test_a_token_of_any_characters_is_an_unknown_one(city: User, browser_of: Any, token: str, kept: bool) -> None:
    browser = browser_of(city)
    if kept:
        made = Workbook()
        made.active.append(["代码", "名称"])
        buffer = io.BytesIO()
        made.save(buffer)
        session = browser.session
        session["pending_import"] = {
            "token": "a" * 32, "model": "platforms.town", "person": city.pk, "name": "a.xlsx", "digest": "",
        }  # fmt: skip
        session.save()
    answer = browser.post("/admin/platforms/town/process_import/", {"token": token})
    # What looks like a sentence is shown to be copied, as after any refusal.
    assert answer.status_code == (409 if token == "中文" else 302)


@pytest.mark.parametrize("path", ["/admin/login/", "/complaints/new/", "/complaints/status/", "/desk/liaison/"])
def test_a_form_with_such_a_character_in_any_field_stores_nothing(
    path: str, browser_of: Any, yinzhou: User, round_2026: Any
) -> None:
    names = (
        "username",
        "password",
        "platform",
        "text",
        "enterprise",
        "contact_name",
        "contact_phone",
        "number",
        "code",
    )
    for browser in (Client(), browser_of(yinzhou)):
        answer = browser.post(path, dict.fromkeys((*names, "name", "phone", "mobile", "email"), "a\x00b"))
        assert answer.status_code in (200, 302, 403, 409, 422)
        assert browser.post(path, {"a\x00b": "text"}).status_code == 400
    assert Complaint.objects.count() == 0


@pytest.mark.parametrize(
    "error",
    [
        ValueError("A string literal cannot contain NUL (0x00) characters."),
        DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    ],
)
@pytest.mark.parametrize("background", [False, True])
def test_what_no_field_looked_at_is_refused_too(
    error: Exception, background: bool, browser_of: Any, yinzhou: User, round_2026: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_options: Any) -> Any:
        raise error

    monkeypatch.setattr("platforms.applications.desk.home.todo_for", broken)
    answer = browser_of(yinzhou).get("/desk/", headers={"X-Background": "1"} if background else {})
    assert answer.status_code == 400
    assert (answer.content.decode() == SENTENCE) is background
    assert SENTENCE in answer.content.decode()


@pytest.mark.parametrize("path", ["/results/?q=a%00b", "/api/v1/results?q=%00", "/verify/?number=%00", "/a%00b/"])
def test_an_address_with_such_a_character_is_refused(path: str) -> None:
    assert Client().get(path).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/results/?q=%ED%A0%80",
        "/verify/?number=%ED%A0%80",
        "/fill/%ED%A0%80/",
        "/fill/report/%ED%A0%80/",
        "/%ED%A0%80/",
    ],
)
def test_half_a_character_in_an_address_breaks_nothing(path: str) -> None:
    assert Client().get(path, follow=True).status_code in (200, 404)


@pytest.mark.parametrize("name", [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME])
def test_a_cookie_with_such_a_character_is_refused(name: str) -> None:
    answer = Client().get("/desk/", headers={"cookie": f'{name}="abcdefgh\\000ijklmnop"'})
    assert answer.status_code == 400
    assert "无效字符" in answer.content.decode()


@pytest.mark.parametrize("text", ["\\ud800", "a\\udfffb", "\\u0000", "a\\u0000b"])
def test_a_record_with_such_a_character_is_not_taken_by_the_interface(text: str, yinzhou: User) -> None:
    platform_of(yinzhou.region)
    _, token = api_tokens.issue(region=yinzhou.region, by=None, at=timezone.now(), actor="测试")
    row = json.dumps({"external_id": "X", "summary": "TEXT"}).replace("TEXT", text)
    answer = Client().post(
        "/api/v1/service-records/",
        f'{{"records": [{row}]}}',
        "application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 422 or len(answer.json()["rejected"]) == 1
    assert ServiceRecord.objects.count() == 0


@pytest.mark.parametrize("escape", ["_xD800_", "_x0000_", "甲_xDFFF_乙", "_xD800_" * 2])
@pytest.mark.parametrize(
    "column", ["服务内容", "企业名称", "编号", "窗口平台", "服务类别", "统一社会信用代码", "收费（元）"]
)
def test_a_cell_with_such_a_character_is_named(escape: str, column: str, yinzhou: User, browser_of: Any) -> None:
    platform_of(yinzhou.region)
    desk = browser_of(yinzhou)
    answer = desk.post(
        "/desk/services/sheet/",
        {"workbook": SimpleUploadedFile("服务.xlsx", book(line(1), line(2, **{column: escape})))},
        follow=True,
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "含有无法保存的字符，请删除后重新填写。" in page
    assert answer.context["judged"].bad == 1
    marked = desk.post("/desk/services/sheet/marked/", {"token": answer.context["token"]})
    content = b"".join(marked.streaming_content) if marked.streaming else marked.content
    assert load_workbook(io.BytesIO(content))[FOUND]["B2"].value.endswith("3")
    assert ServiceRecord.objects.count() == 0


def test_such_a_character_in_a_head_breaks_nothing(yinzhou: User, browser_of: Any) -> None:
    platform_of(yinzhou.region)
    heads = ["_xD800_", "_x0000_"]
    answer = browser_of(yinzhou).post(
        "/desk/services/sheet/",
        {"workbook": SimpleUploadedFile("服务.xlsx", book(["_xD800_", "_x0000_"], heads=heads))},
        follow=True,
    )
    assert answer.status_code == 200


def test_two_halves_that_belong_together_are_one_character() -> None:
    from tests.platforms.excel.test_xlsx import book as written
    from tests.platforms.excel.test_xlsx import cells

    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>_xD83D__xDE00_好</t></is></c></row>'
    assert cells(written(row)) == [(1, {0: "😀好"})]
