"""The questions of the city stand in the form like its own: at the desk, behind a link, frozen and read again."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from platforms.applications.queries.forms import form_data
from platforms.applications.queries.wording import sheets_of
from platforms.applications.services import drafts as applications
from platforms.applications.services import fill_links
from platforms.models import Application, Question, Round, User
from tests import factories

Save = Callable[..., HttpResponse]
FORM = {"counters": "2"}


@pytest.fixture
def asked(city: User, round_2026: Round, now: datetime) -> dict[str, Question]:
    """One question of each kind at the end of 场地设施, by kind."""
    more: dict[str, dict[str, Any]] = {
        "number": {"required": True},
        "choice": {"required": True},
        "text": {"help_text": "写<b>两句</b>"},
    }
    kinds = ("text", "number", "date", "choice", "file")
    return {
        kind: factories.question(round_2026, city, now, kind, text=f"问{kind}", **more.get(kind, {})) for kind in kinds
    }


def section_of(row: Application, slug: str = "venue") -> str:
    return reverse("desk:section", args=[row.number, slug])


def test_each_kind_has_its_box_at_the_end_of_its_section(
    draft: Application, desk: Client, asked: dict[str, Question]
) -> None:
    page = desk.get(section_of(draft)).content.decode()
    key = {kind: row.key for kind, row in asked.items()}
    places = [page.index(f'name="{key[kind]}"') for kind in asked]
    assert places == sorted(places)
    assert page.index('name="has_unified_sign"') < places[0]
    assert f'<textarea name="{key["text"]}"' in page
    number = page.split(f'name="{key["number"]}"')[1].split(">")[0]
    assert ('inputmode="decimal"' in number, 'autocomplete="off"' in number) == (True, True)
    # A box names as its description only what stands on the page.
    described = re.findall(r'aria-describedby="([^"]*)"', number)
    assert described == [f"id_{key['number']}_gap"]
    assert page.count(f'id="{described[0]}"') == 1
    assert f'<input type="date" name="{key["date"]}"' in page
    assert page.count(f'type="radio" name="{key["choice"]}"') == 2
    assert f'<input type="file" name="{key["file"]}"' in page
    assert 'enctype="multipart/form-data"' in page
    assert "写&lt;b&gt;两句&lt;/b&gt;" in page
    assert f'<label for="id_{key["number"]}">问number\n</label>' in page
    assert f'<label for="id_{key["text"]}">问text <span class="mark">选填</span>\n</label>' in page
    assert "questions" not in desk.get(section_of(draft, "plan")).content.decode()


def test_a_section_without_a_file_question_sends_no_files(draft: Application, desk: Client) -> None:
    assert "multipart" not in desk.get(section_of(draft)).content.decode()


def test_a_choice_that_may_be_left_open_or_is_long_is_a_list(
    draft: Application, desk: Client, city: User, round_2026: Round, now: datetime
) -> None:
    open_ = factories.question(round_2026, city, now, "choice", text="可不选")
    options = "\n".join("甲乙丙丁戊己")
    long = factories.question(round_2026, city, now, "choice", text="长", options=options, required=True)
    page = desk.get(section_of(draft)).content.decode()
    assert f'<select name="{open_.key}"' in page
    assert f'<select name="{long.key}"' in page
    assert page.count("请选择</option>") == 2


def test_answers_and_files_are_saved_with_the_section(
    draft: Application, save: Save, desk: Client, asked: dict[str, Question]
) -> None:
    key = {kind: row.key for kind, row in asked.items()}
    typed = {key["text"]: "一\n二", key["number"]: "１２", key["date"]: "2026-03-08", key["choice"]: "已开通"}
    sent = save(draft, "venue", **FORM, **typed, **{key["file"]: [factories.upload("照片.pdf")]})
    assert sent["Location"] == section_of(draft)
    assert [each["value"] for each in form_data(draft)["questions"]] == ["一\n二", "12", "2026-03-08", "已开通", ""]
    page = desk.get(section_of(draft)).content.decode()
    assert 'value="12"' in page
    assert 'value="2026-03-08"' in page
    assert "照片.pdf</a>" in page
    file = draft.attachments.get()
    assert (file.kind, file.question, file.uploaded_by) == ("question", asked["file"], draft.created_by)


@pytest.mark.trust("T29")
def test_what_is_wrong_stays_in_its_box_and_the_rest_is_saved(
    draft: Application, save: Save, asked: dict[str, Question]
) -> None:
    number, date, file = asked["number"].key, asked["date"].key, asked["file"].key
    sent = save(
        draft, "venue", **FORM, **{number: "三天", date: "2026-02-30"},
        **{file: [factories.upload("好.pdf"), factories.upload("坏.exe", b"MZ")]},
    )  # fmt: skip
    page = sent.content.decode()
    assert sent.status_code == 200
    assert 'value="三天"' in page
    assert "“问number”：请只填写数字，整数最多 12 位，小数最多 4 位，不要带逗号、单位或其他文字。" in page
    assert "“问date”：请填写 1900年至2100年之间的日期，写法如 2026-03-18。" in page
    assert f'href="#id_{file}"' in page
    assert "坏.exe" in page
    draft.refresh_from_db()
    assert draft.counters == 2
    assert [each.shown_name for each in draft.attachments.all()] == ["好.pdf"]


def test_a_page_that_saves_by_itself_is_told_of_a_refused_file(
    draft: Application, desk: Client, asked: dict[str, Question]
) -> None:
    key = asked["file"].key
    sent = {"version": draft.version, "save": "1", key: [factories.upload("坏.exe", b"MZ")]}
    told = desk.post(section_of(draft), sent, headers={"HX-Request": "true"}).content.decode()
    assert 'data-state="partly"' in told
    assert f'data-for="id_{key}"' in told
    assert "坏.exe" in told


def test_too_many_files_at_once_are_named(draft: Application, save: Save, asked: dict[str, Question]) -> None:
    files = [factories.upload(f"{n}.pdf", factories.PDF + bytes([n])) for n in range(11)]
    page = save(draft, "venue", **{asked["file"].key: files}).content.decode()
    assert "一次最多上传 10 个文件，现选了 11 个。" in page
    assert draft.attachments.count() == 0


def test_after_a_colleague_saved_both_answers_are_shown(
    draft: Application, desk: Client, yinzhou: User, now: datetime, asked: dict[str, Question]
) -> None:
    number = asked["number"].key
    old = draft.version
    applications.save_section(
        application=draft, section="venue", values={number: "5"}, version=old, by=yinzhou, at=now
    )  # fmt: skip
    sent = desk.post(section_of(draft), {"version": old, number: "7", "save": "1"})
    page = sent.content.decode()
    assert sent.status_code in (200, 409)
    assert "问number" in page
    assert 'value="7"' in page
    assert draft.answers.get().value == "5"


def test_the_rail_counts_what_is_missing_here(draft: Application, desk: Client, asked: dict[str, Question]) -> None:
    page = desk.get(section_of(draft)).content.decode()
    assert f'<a href="#id_{asked["number"].key}">请填写“问number”。</a>' in page
    assert f'<a href="#id_{asked["choice"].key}">请选择“问choice”。</a>' in page
    assert "问text”。" not in page


def test_a_file_is_taken_off_where_it_stands(
    draft: Application, save: Save, desk: Client, asked: dict[str, Question]
) -> None:
    save(draft, "venue", **{asked["file"].key: [factories.upload("照片.pdf")]})
    remove = reverse("desk:attachment_remove", args=[draft.attachments.get().pk])
    assert f'href="{remove}"' in desk.get(section_of(draft)).content.decode()
    assert desk.post(remove)["Location"] == section_of(draft)
    assert draft.attachments.count() == 0


def test_the_page_of_attachments_offers_no_kind_that_belongs_beside_a_question(
    draft: Application, desk: Client
) -> None:
    page = desk.get(section_of(draft, "attachments")).content.decode()
    assert "补充问题附件" not in page
    desk.post(section_of(draft, "attachments"), {"kind": "question", "uploads": factories.upload()})
    assert draft.attachments.count() == 0


def test_from_the_question_to_the_frozen_version_and_back_to_the_reader(
    yinzhou: User, city: User, stranger: Client, desk: Client, browser_of: Callable[[User], Client],
    round_2026: Round, now: datetime, asked: dict[str, Question],
) -> None:  # fmt: skip
    row = factories.complete_application(yinzhou, round_2026, now)
    token = fill_links.issue(application=row, recipient="测试单位", days=14, by=yinzhou, at=timezone.now())[1]
    key = {kind: question.key for kind, question in asked.items()}
    page = reverse("fill:section", args=[token, "venue"])
    shown = stranger.get(page)
    initial = {name: value for name, value in shown.context["editor"].form.initial.items() if value not in (None, "")}
    typed = initial | {
        "in_public_affairs_centre": "yes", "has_unified_sign": "no", key["number"]: "90", key["choice"]: "已开通",
        key["date"]: "2026-03-08", key["text"]: "每周三上门", key["file"]: [factories.upload("照片.pdf")],
    }  # fmt: skip
    sent = stranger.post(page, typed | {"version": row.version, "save": "1"})
    assert sent["Location"] == page
    assert "照片.pdf</a>" in stranger.get(page).content.decode()
    row.refresh_from_db()
    filed = desk.post(reverse("desk:submit", args=[row.number]), {"version": row.version, "over_quota_reason": "试"})
    assert filed.status_code == 302
    version = row.versions.get()
    told = {pair["label"]: pair["value"] for sheet in sheets_of(version.data) for pair in sheet.pairs}
    expected = {
        "问text": "每周三上门", "问number": "90", "问date": "2026年3月8日", "问choice": "已开通", "问file": "照片.pdf"
    }  # fmt: skip
    assert {label: told[label] for label in expected} == expected
    asked["number"].refresh_from_db()
    for browser, address in (
        (desk, reverse("desk:application", args=[row.number])),
        (desk, reverse("desk:version", args=[row.number, 1])),
        (browser_of(city), reverse("admin:platforms_application_change", args=[row.pk])),
    ):
        reader = browser.get(address).content.decode()
        for label, value in expected.items():
            assert label in reader, address
            assert value in reader, address


def test_what_was_not_answered_reads_so_in_a_version_and_is_left_out_beside_the_gaps(
    draft: Application, asked: dict[str, Question]
) -> None:
    data = form_data(draft)
    venue = next(sheet for sheet in sheets_of(data) if sheet.slug == "venue")
    assert [pair["value"] for pair in venue.pairs if pair["label"].startswith("问")] == [""] * 5
    assert "问number" not in str(sheets_of(data, only_answers=True))


def test_a_version_from_before_there_were_questions_reads_as_it_did(draft: Application) -> None:
    old = {name: value for name, value in form_data(draft).items() if name != "questions"}
    assert [sheet.slug for sheet in sheets_of(old)][:3] == ["platform", "operator", "venue"]
