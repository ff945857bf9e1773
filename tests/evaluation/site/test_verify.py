"""The check of a certificate by its number."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evaluation.certification.choices import Validity
from evaluation.models import Certification, Publication
from evaluation.site import verify
from tests.evaluation.stage import certified, graded_round

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T37")]


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(verify.timezone, "localdate", lambda: day)


@pytest.mark.clause("N28")
@pytest.mark.parametrize(
    ("day", "word", "tone"),
    [
        (date(2025, 9, 28), "有效", "good"),
        (date(2028, 6, 28), "有效", "good"),
        (date(2028, 6, 29), "即将到期", "wait"),
        (date(2028, 9, 27), "即将到期", "wait"),
        (date(2028, 9, 28), "已到期", "neutral"),
        (date(2025, 9, 27), "尚未生效", "info"),
    ],
)
def test_the_answer_is_a_word_and_a_colour(
    stranger: Client, monkeypatch: pytest.MonkeyPatch, day: date, word: str, tone: str
) -> None:
    number = certified(year=2025).number
    on(monkeypatch, day)
    page = stranger.get(f"/verify/{number}/")
    assert page.status_code == 200
    assert f'data-tone="{tone}"' in page.content.decode()
    assert f'<p class="answer__word">{word}</p>' in page.content.decode()


def test_every_state_has_a_sentence() -> None:
    assert set(verify.SENTENCES) == set(Validity)


def test_a_number_is_understood_as_people_type_it(stranger: Client) -> None:
    number = certified(year=2025).number
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in number)
    for typed in (number.lower(), f"  {number} ", number.replace("-", ""), number.replace("-", "－"), full_width):
        page = stranger.get("/verify/", {"number": typed}, follow=True)
        assert page.redirect_chain == [(f"/verify/{number}/", 302)]
        assert page.status_code == 200


def test_only_what_practice_allows_is_shown(stranger: Client) -> None:
    number = certified(year=2025).number
    page = stranger.get(f"/verify/{number}/?include=all&fields=phone")
    assert [pair["label"] for pair in page.context["pairs"]] == [
        "证书编号", "平台名称", "运营单位", "地区", "地点", "类型", "档次", "有效期",
    ]  # fmt: skip
    assert "0574-87654321" not in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_an_unknown_number_is_a_plain_answer(stranger: Client, publication: Publication) -> None:
    for number in ("NB2025-001-AAAAA", "NB2025-001", "x", "%25", "NB2020-999999-ACDEF", "啊" * 60, "a" * 500):
        page = stranger.get(f"/verify/{number}/")
        assert page.status_code == 404
        assert "未查到" in page.content.decode()


def test_a_number_that_cannot_be_one_leads_nowhere_else(stranger: Client, db: None) -> None:
    for typed in ("", "   ", "..", "/", "//evil.example", "\\\\evil"):
        page = stranger.get("/verify/", {"number": typed})
        assert page.status_code == 200 or page["Location"].startswith("/verify/")
        assert "//" not in page.get("Location", "")


def test_a_draft_is_as_unknown_as_a_guess(stranger: Client, publication: Publication) -> None:
    graded_round({"330282": {"A": 3}}, year=2026)
    number = Certification.objects.order_by("number").values_list("number", flat=True)[0]
    pages = []
    for guess in (number.replace("2025", "2026"), "NB2031-117-AAAAA"):
        with CaptureQueriesContext(connection) as queries:
            pages.append((stranger.get(f"/verify/{guess}/"), len(queries)))
    (draft, asked), (guess_page, asked_too) = pages
    assert asked == asked_too == 3
    assert draft.status_code == guess_page.status_code == 404
    assert len(draft.content) == len(guess_page.content)


def test_guessing_is_slowed_down(stranger: Client, settings: object, publication: Publication) -> None:
    settings.VERIFICATIONS_PER_MINUTE = 3  # type: ignore[attr-defined]
    answers = [stranger.get(f"/verify/NB2025-{number:03d}-AAAAA/") for number in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert "核验过于频繁" in answers[-1].content.decode()
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    # The interface shares the pot; another address has its own.
    assert stranger.get("/api/v1/certificates/NB2025-001-AAAAA").status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.9").get("/verify/NB2025-001-AAAAA/").status_code == 404


def test_a_later_certificate_of_the_platform_is_named(stranger: Client) -> None:
    first = certified(year=2024)
    second = certified(year=2025)
    assert second.number in stranger.get(f"/verify/{first.number}/").content.decode()
    assert stranger.get(f"/verify/{second.number}/").context["newer"] == ""
