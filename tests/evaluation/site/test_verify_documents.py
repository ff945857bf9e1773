"""What the check of a number says beside the certificate: its history, its file, reports, letters, old numbers."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from evaluation.certification.choices import EndCause
from evaluation.models import Certification, CertificationEnd
from platforms.models import Region, User
from tests.evaluation.documents import issued
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.stage import certified

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T37")]
AT = datetime(2026, 10, 9, 2, tzinfo=UTC)


def page_of(number: str) -> Any:
    answer = Client().get(f"/verify/{number}/")
    assert answer.status_code == 200
    return answer


def history(number: str) -> list[tuple[str, str, str]]:
    return [(each["day"], each["words"], each["number"]) for each in page_of(number).context["history"]]


@pytest.mark.clause("N20")
def test_the_page_says_the_digest_of_the_file_that_was_issued() -> None:
    document = certified(year=2025).document
    page = page_of(document.number).content.decode()
    assert f'data-digest="{document.digest}"' in page
    assert f"<code>{document.digest}</code>" in page


def test_a_certificate_tells_what_it_replaced_and_what_replaced_it() -> None:
    first, second, third = (certified(year=year) for year in (2023, 2024, 2025))
    assert history(second.number) == [
        ("2024年9月28日", "作出认定", ""),
        ("2024年9月28日", "取代原证书（换发新证）", first.number),
        ("2025年9月28日", "由新证书取代（换发新证）", third.number),
    ]
    page = page_of(second.number).content.decode()
    assert f'<a href="/verify/{first.number}/">{first.number}</a>' in page
    assert f'<a href="/verify/{third.number}/">{third.number}</a>' in page


@pytest.mark.clause("N29")
def test_a_revoked_certificate_names_the_ground_and_the_day(regions: dict[str, Region]) -> None:
    certification = revoked(certified(year=2025), "fees", on=date(2026, 10, 9), at=AT)
    answer = page_of(certification.number)
    pairs = {pair["label"]: pair["value"] for pair in answer.context["pairs"]}
    assert pairs["撤销情形"] == certification.ground_label != ""
    assert pairs["撤销日期"] == "2026年10月9日"
    assert history(certification.number)[-1] == ("2026年10月9日", f"撤销认定：{certification.ground_label}", "")
    # The facts are for the file, not for the public.
    assert certification.revocation_reason not in answer.content.decode()


@pytest.mark.parametrize(
    ("cause", "words"), [(EndCause.GIVEN_UP, "自愿放弃"), (EndCause.CORRECTED, "认定结果更正，不再认定")]
)
def test_other_ends_are_told_in_words(city: User, cause: str, words: str) -> None:
    certification = certified(year=2025)
    CertificationEnd.objects.create(
        certification=certification,
        ended_on=date(2026, 10, 9),
        cause=cause,
        reason="内部说明",
        ended_by=city,
        ended_at=AT,
    )
    assert history(certification.number)[-1] == ("2026年10月9日", words, "")
    assert "内部说明" not in page_of(certification.number).content.decode()


def test_a_report_is_real_and_says_no_points(stranger: Client) -> None:
    result = certified(year=2025).result
    report = issued.report(result)
    for typed in ("BG2026-330212-001", "bg2026-330212-001", " ＢＧ2026-330212-001 "):
        answer = stranger.get("/verify/", {"number": typed}, follow=True)
        assert answer.status_code == 200
        assert [(pair["label"], pair["value"]) for pair in answer.context["pairs"]] == [
            ("文件", "绩效评价认定结果报告"), ("编号", report.number), ("年度", "2025年度"), ("地区", "鄞州区"),
            ("平台编号", result.code), ("平台名称", result.name), ("运营单位", result.operator_name),
            ("签发日期", "2026年9月28日"),
        ]  # fmt: skip
    page = answer.content.decode()
    assert "文件真实，现行有效。" in page
    assert f'data-digest="{report.digest}"' in page
    assert "分</" not in page
    assert answer["Cache-Control"] == "no-store"


def test_the_number_of_a_report_is_understood_as_people_type_it(stranger: Client) -> None:
    number = certified(year=2025).result.documents.get(kind="report").number
    for typed in (number.lower(), number.replace("-", ""), number.replace("-", " ")):
        page = stranger.get("/verify/", {"number": typed}, follow=True)
        assert page.redirect_chain == [(f"/verify/{number}/", 302)]
        assert page.status_code == 200


def test_a_letter_says_whose_it_is_and_what_took_its_place() -> None:
    publication = certified(year=2025).result.publication
    first = issued.letter(publication, None, number="TZ2025-330200")
    assert page_of(first.number).context["word"] == "有效"
    second = issued.letter(publication, None, number="TZ2025-330200-2", replaces=first)
    old, new = page_of(first.number), page_of(second.number)
    assert (old.context["word"], old.context["tone"], old.context["newer"]) == ("已取代", "neutral", second.number)
    assert (new.context["word"], new.context["tone"], new.context["older"]) == ("有效", "good", first.number)
    assert f'<a href="/verify/{second.number}/">' in old.content.decode()
    assert f'<a href="/verify/{first.number}/">' in new.content.decode()
    assert [pair["value"] for pair in new.context["pairs"]] == [
        "结果通知书", second.number, "2025年度", "市级", "2026年9月28日",
    ]  # fmt: skip


@pytest.fixture
def taken_over() -> Certification:
    return issued.taken_over()


def test_a_certificate_without_a_file_has_nothing_to_compare_with(taken_over: Certification) -> None:
    assert "data-digest" not in page_of(taken_over.number).content.decode()
    assert Client().get(f"/api/v1/certificates/{taken_over.number}").json()["sha256"] == ""


@pytest.mark.parametrize(
    "typed",
    ["甬窗〔2021〕第12号", " 甬窗 〔2021〕第12号 ", "甬窗（2021）第12号", "甬窗[2021]第１２号", "甬窗(2021)第12号"],
)
def test_an_old_number_is_found_as_people_type_it(stranger: Client, taken_over: Certification, typed: str) -> None:
    answer = stranger.get("/verify/", {"number": typed}, follow=True)
    assert answer.status_code == 200
    assert "证书真实，但认定已到期。" in answer.content.decode()
    assert stranger.get(f"/api/v1/certificates/{typed.strip()}").json()["number"] == taken_over.number


def test_an_old_number_counts_against_the_same_limit(
    stranger: Client, taken_over: Certification, settings: object
) -> None:
    settings.VERIFICATIONS_PER_MINUTE = 2  # type: ignore[attr-defined]
    answers = [stranger.get(f"/verify/甬窗〔2021〕第{number}号/").status_code for number in (11, 12, 13)]
    assert answers == [404, 200, 429]
