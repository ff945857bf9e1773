"""A file is compared with the one that was issued, in the browser alone: chosen, dropped, on a phone, without https."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from evaluation.models import Document
from platforms import stored_files
from tests import factories
from tests.browser.forms import overflows, violations
from tests.evaluation import stage
from tests.evaluation.documents import issued

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N20")]


@pytest.fixture
def document(transactional_db: None) -> Document:
    factories.regions()
    return stage.certified(year=2026).document


@pytest.fixture
def original(document: Document) -> bytes:
    return stored_files.read(document.stored_name)


def choose(page: Page, content: bytes, name: str = "证书.pdf") -> None:
    page.get_by_label("选择 PDF 文件").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})


@pytest.mark.parametrize("width", [1280, 390])
def test_the_original_is_told_from_any_other_file_and_nothing_is_sent(
    document: Document, original: bytes, open_as: Any, width: int
) -> None:
    page = open_as(width=width)
    page.goto(f"/verify/{document.number}/")
    said, asked = page.get_by_role("status"), []
    page.on("request", lambda request: None if "/static/" in request.url else asked.append(request.url))
    choose(page, original)
    expect(said).to_have_text("一致：“证书.pdf”就是签发的原件，是否有效以上方的核验结果为准。")
    choose(page, original + b"\n")
    expect(said).to_have_text("不一致：“证书.pdf”不是签发的原件，内容可能被改动，或者是另一份文件。")
    assert asked == []
    assert violations(page) == []
    assert not overflows(page)


def test_a_file_is_dropped_and_several_at_once_are_not_compared(
    document: Document, original: bytes, open_as: Any
) -> None:
    page = open_as()
    page.goto(f"/verify/{document.number}/")
    said = page.get_by_role("status")
    for count, told in (
        (2, "请每次选择一个文件。"),
        (1, "一致：“0.pdf”就是签发的原件，是否有效以上方的核验结果为准。"),
    ):
        page.evaluate(
            """([bytes, count]) => {
              const data = new DataTransfer();
              for (let number = 0; number < count; number += 1) {
                data.items.add(new File([new Uint8Array(bytes)], `${number}.pdf`));
              }
              const box = document.querySelector("[data-compare]");
              for (const type of ["dragenter", "dragover", "drop"]) {
                box.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
              }
            }""",
            [list(original), count],
        )
        expect(said).to_have_text(told)


def test_the_keyboard_is_enough_and_the_digest_is_there_to_compare_by_hand(document: Document, open_as: Any) -> None:
    page = open_as()
    page.goto(f"/verify/{document.number}/")
    page.get_by_label("选择 PDF 文件").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_text("人工核对")).to_be_focused()
    expect(page.get_by_text(document.digest)).not_to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text(document.digest)).to_be_visible()


def test_without_https_the_page_says_so_and_shows_how_to_compare_by_hand(document: Document, open_as: Any) -> None:
    page = open_as()
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    page.goto(f"/verify/{document.number}/")
    expect(page.get_by_role("status")).to_contain_text("当前网址未加密")
    expect(page.get_by_label("选择 PDF 文件")).to_be_disabled()
    expect(page.get_by_text(document.digest)).to_be_visible()


def test_a_report_is_compared_as_well(document: Document, open_as: Any) -> None:
    report = issued.report(document.result)  # type: ignore[arg-type]
    page = open_as()
    page.goto(f"/verify/{report.number}/")
    choose(page, stored_files.read(report.stored_name), "报告.pdf")
    expect(page.get_by_role("status")).to_have_text("一致：“报告.pdf”就是签发的原件，是否有效以上方的核验结果为准。")
