"""Files sent from a real browser: several at once with figures, by the line of a kind, dropped, without a network."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from platforms.models import Application, Attachment
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)


@pytest.fixture
def draft(transactional_db: None) -> Application:
    regions = factories.regions()
    return factories.draft(factories.officer("yinzhou", regions["330212"]), factories.round_of(2026), AT)


@pytest.fixture
def page(draft: Application, open_as: Any) -> Page:
    opened: Page = open_as("yinzhou")
    opened.goto(f"/desk/applications/{draft.number}/attachments/")
    return opened


def pdf(name: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/pdf", "buffer": factories.PDF + name.encode() + b"%%EOF\n"}


def row(page: Page, kind: str = "venue") -> Any:
    """The row of one requirement."""
    return page.locator(f"#need-{kind}")


def send(page: Page, *files: dict[str, Any], kind: str = "venue") -> None:
    """Choose files in the row of a requirement; they go at once."""
    row(page, kind).locator("[name=uploads][multiple]").set_input_files(list(files))


def outcomes(page: Page) -> Any:
    return page.locator("[data-upload-list] li")


def names() -> list[str]:
    return sorted(Attachment.objects.filter(replaced_at__isnull=True).values_list("shown_name", flat=True))


def test_each_of_several_files_has_its_own_outcome(page: Page) -> None:
    wrong = {"name": "坏.pdf", "mimeType": "application/pdf", "buffer": b"<html></html>"}
    empty = {"name": "空.pdf", "mimeType": "application/pdf", "buffer": b""}
    send(page, pdf("一.pdf"), wrong, empty, pdf("二.pdf"))
    expect(outcomes(page)).to_have_text([
        "一.pdf 上传成功",
        "坏.pdf 文件“坏.pdf”的内容不是 pdf 格式，或已损坏，请检查后重新上传。",
        "空.pdf 文件“空.pdf”是空的，请检查后重新上传。",
        "二.pdf 上传成功",
    ])  # fmt: skip
    expect(row(page).locator("[data-upload-figures]")).to_have_text(
        re.compile(r"^4 / 4 个文件，0\.0 MB / 0\.0 MB，100%$")
    )
    expect(row(page).locator("[data-upload-said]")).to_have_text("2 个文件上传成功，2 个上传失败，原因见列表。")
    expect(row(page).locator("[data-need-files]")).to_contain_text("一.pdf")
    expect(row(page).locator("[data-need-files]")).to_contain_text("二.pdf")
    assert names() == ["一.pdf", "二.pdf"]


def test_a_file_belongs_to_the_requirement_in_whose_row_it_was_chosen(page: Page) -> None:
    with page.expect_file_chooser() as chooser:
        row(page, "rule-fees").locator("[name=uploads][multiple]").click()
    chooser.value.set_files([pdf("收费.pdf")])  # type: ignore[list-item]
    expect(outcomes(page)).to_have_text(["收费.pdf 上传成功"])
    assert Attachment.objects.get().rule_kind == "fees"
    expect(page.locator("#section-gaps")).not_to_contain_text("请上传“收费标准”的管理制度文件。")


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    large = tmp_path / "大.pdf"
    with large.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    row(page).locator("[name=uploads][multiple]").set_input_files(large)
    said = "大.pdf 文件“大.pdf”为 21.0 MB，超过上限 20 MB，请压缩或拆分后上传。"
    expect(outcomes(page)).to_have_text([said])
    assert "POST" not in sent


def test_files_are_dropped_on_a_row(page: Page) -> None:
    drop = """form => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(["%PDF-1.4\\n%%EOF\\n"], "拖入.pdf", { type: "application/pdf" }));
        form.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }"""
    row(page, "other").locator("form[data-uploads]").evaluate(drop)
    expect(outcomes(page)).to_have_text(["拖入.pdf 上传成功"])
    assert names() == ["拖入.pdf"]


@pytest.mark.trust("T48")
def test_without_a_network_the_file_waits_for_another_try(page: Page) -> None:
    page.context.set_offline(True)
    send(page, pdf("一.pdf"))
    expect(outcomes(page)).to_have_text(["一.pdf 网络中断，没有上传。 重试"])
    page.context.set_offline(False)
    page.click("text=重试")
    expect(outcomes(page)).to_have_text(["一.pdf 上传成功 "])
    assert names() == ["一.pdf"]


@pytest.mark.trust("T31")
def test_after_the_session_ended_the_file_waits_for_another_login(page: Page) -> None:
    Session.objects.all().delete()
    send(page, pdf("一.pdf"))
    expect(outcomes(page)).to_contain_text(["登录已超时，没有上传，请在另一个窗口重新登录后重试。"])
    assert names() == []


def test_a_newer_file_takes_the_place_of_the_older_one(page: Page) -> None:
    send(page, pdf("旧.pdf"))
    expect(outcomes(page)).to_have_text(["旧.pdf 上传成功"])
    row(page).get_by_text("替换").click()
    page.set_input_files("#upload [name=uploads]", [pdf("新.pdf")])
    page.click("#upload [type=submit]")
    expect(page.locator("#other-files summary")).to_have_text("历史文件（1 个）")
    assert names() == ["新.pdf"]


def test_without_scripts_the_plain_form_works(
    draft: Application, open_as: Any, chromium: Any, live_server: Any
) -> None:
    with_scripts: Page = open_as("yinzhou")
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=with_scripts.context.storage_state()
    )
    page = context.new_page()
    page.goto(f"/desk/applications/{draft.number}/attachments/")
    row(page).locator("[name=uploads][multiple]").set_input_files([pdf("一.pdf"), pdf("二.pdf")])
    row(page).locator("[type=submit]").click()
    expect(page.locator("main")).to_contain_text("已上传 2 个文件。")
    context.close()
    assert names() == ["一.pdf", "二.pdf"]
