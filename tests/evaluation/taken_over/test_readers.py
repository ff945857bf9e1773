"""Whoever reads results reads those of before the system too, and is told where they come from."""

import csv
import io
import json
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from evaluation.certification.queries.published import HISTORIC, numbers_meant
from evaluation.models import Certification
from evaluation.years.queries import years
from funding.runs.queries.tallies import tallies_of
from platforms.errors import Refusal
from platforms.models import Round, Town, User
from platforms.workbench.queries.todo import todo_for
from tests.evaluation import stage
from tests.evaluation.taken_over.before import plain, row, taken

pytestmark = pytest.mark.django_db

NUMBER = "窗口（2023）001号"


@pytest.fixture
def before(town: Town, city: User) -> Certification:
    """The certificate of 东郊街道 of 2023, which holds until October 2026."""
    return taken(row(certificate=NUMBER), by=city).certificates[0]


@pytest.mark.clause("N28")
@pytest.mark.parametrize(
    "typed",
    [NUMBER, "窗口(2023)001号", " 窗口 (2023)001号 ", "窗口(２０２３)001号"],
)
def test_an_old_certificate_is_verified_as_it_is_typed(before: Certification, stranger: Client, typed: str) -> None:
    asked = stranger.get("/verify/", {"number": typed})
    assert asked.status_code == 302
    answer = stranger.get(asked["Location"])
    text = answer.content.decode()
    assert ("证书真实，认定有效。" in text, NUMBER in text) == (True, True)
    assert "历史数据：本系统启用前颁发，按原有资料导入" in text


@pytest.mark.parametrize("typed", ["窗口(2023)001号", "窗口（2023）001号"])
def test_a_certificate_with_brackets_in_half_width_is_found_in_either(
    town: Town, city: User, stranger: Client, typed: str
) -> None:
    taken(row(certificate="窗口(2023)001号"), by=city)
    assert stranger.get("/verify/", {"number": typed}, follow=True).status_code == 200
    assert "东郊街道窗口平台" in stranger.get("/results/", {"q": typed}).content.decode()


def test_brackets_of_a_document_and_small_letters_are_found(town: Town, city: User, stranger: Client) -> None:
    taken(row(certificate="甬窗〔2023〕A1号"), by=city)
    assert stranger.get(f"/verify/{quote('甬窗（2023）a1号')}/").status_code == 404
    assert stranger.get(f"/verify/{quote('甬窗（2023）A1号')}/").status_code == 200
    assert stranger.get(f"/verify/{quote('甬窗〔2023〕a1号')}/").status_code == 200


def test_what_a_number_may_mean(db: None) -> None:
    assert numbers_meant("a (1)", ()) == ("a(1)", "A(1)", "a〔1〕", "a（1）", "A（1）")
    assert numbers_meant("NB2020-001-AAAAA", ()) == ("NB2020-001-AAAAA",)
    assert numbers_meant("  ", ()) == ()


@pytest.mark.parametrize("typed", ["窗口（2023）002号", "..", "?", "a/b"])
def test_another_number_is_unknown(before: Certification, stranger: Client, typed: str) -> None:
    asked = stranger.get("/verify/", {"number": typed}, follow=True)
    assert HISTORIC not in asked.content.decode()
    assert asked.status_code in (200, 404)


def test_the_interface_verifies_it_and_says_where_it_comes_from(before: Certification, stranger: Client) -> None:
    found = stranger.get(f"/api/v1/certificates/{quote(NUMBER)}").json()
    assert (found["number"], found["state"], found["round"], found["result"]["taken_over"]) == (
        NUMBER, "in_force", 2023, True,
    )  # fmt: skip


def test_the_list_finds_the_number_and_marks_the_line(before: Certification, stranger: Client) -> None:
    for asked in ({"q": NUMBER}, {"q": "东郊"}, {"round": "2023"}, {"q": NUMBER, "round": "2023"}):
        text = stranger.get("/results/", asked).content.decode()
        assert ("东郊街道窗口平台" in text, HISTORIC in text) == (True, True)
    assert "东郊街道窗口平台" not in stranger.get("/results/", {"q": "窗口（2023）002号"}).content.decode()


def test_the_page_of_the_platform_marks_the_year(before: Certification, stranger: Client) -> None:
    text = stranger.get(f"/results/{before.result.code}/").content.decode()
    assert HISTORIC in text
    assert f"/verify/{quote(NUMBER, safe='()')}/" in text


def test_the_files_say_what_was_taken_over(before: Certification, stranger: Client) -> None:
    answer: Any = stranger.get("/open-data/results.csv")
    lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [(line["证书编号"], line["历史数据"]) for line in lines] == [(NUMBER, "是")]
    data: Any = stranger.get("/open-data/results.json")
    assert [each["taken_over"] for each in json.loads(data.getvalue())["results"]] == [True]


def test_a_line_of_the_system_bears_no_mark(stranger: Client) -> None:
    publication = stage.published_round({"330212": {"A": 1}}, year=2025)
    code = publication.results.get().code
    pages = [stranger.get(path) for path in ("/results/", f"/results/{code}/")]
    assert [HISTORIC in page.content.decode() for page in pages] == [False, False]


def test_no_money_is_split_by_a_year_of_which_nobody_knows_what_was_declared(
    before: Certification, finance: User
) -> None:
    with pytest.raises(Refusal, match="2023年度认定结果为导入的历史数据，系统中没有申报数，不能测算资金。"):
        tallies_of(Round.objects.get(year=2023))
    assert todo_for(finance) == []
    stage.published_round({"330212": {"A": 1}}, year=2025)
    assert [(each.text, each.count) for each in todo_for(finance)] == [("为已公布的年度测算资金", 1)]


def test_years_are_not_compared_with_what_has_no_points(before: Certification, city: User) -> None:
    assert years(city) == ()
    stage.published_round({"330212": {"A": 1}}, year=2025)
    assert [each.year for each in years(city)] == [2025]


def test_the_back_office_shows_results_and_certificates(before: Certification, browser_of: Any, city: User) -> None:
    office = browser_of(city)
    for path in (
        f"/admin/evaluation/result/{before.result_id}/change/",
        f"/admin/evaluation/certification/{before.pk}/change/",
        f"/admin/evaluation/publication/{before.result.publication_id}/change/",
        "/admin/evaluation/certification/",
        "/admin/evaluation/result/",
        f"/admin/platforms/platform/{before.result.platform_id}/change/",
        "/desk/planning/",
        "/desk/workbench/",
        "/desk/years/",
        "/admin/platforms/round/",
    ):
        assert office.get(path).status_code == 200, path


def test_a_grade_without_a_certificate_is_public_in_its_year_alone(town: Town, city: User, stranger: Client) -> None:
    taken(plain(decided_on=date(2023, 10, 8)), by=city)
    assert "东郊街道窗口平台" in stranger.get("/results/", {"round": "2023"}).content.decode()
    assert "东郊街道窗口平台" not in stranger.get("/results/").content.decode()
