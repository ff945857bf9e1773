"""The list of a published round and the page of one platform."""

import re
from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluation.models import Certification, Publication, Result
from evaluation.site.filters import read_filters
from platforms.notices.clauses import cite, citing
from tests import factories
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.stage import graded_round, moment, published_round

pytestmark = pytest.mark.django_db


def names(client: Client, query: str = "") -> list[str]:
    """Names of the platforms on the first page of the list."""
    return [row["line"].name for row in client.get(f"/results/{query}").context["rows"]]


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_nothing_is_published_before_the_act_of_publication(stranger: Client) -> None:
    graded_round({"330212": {"A": 2, "D": 1}}, year=2025)
    for path in ("/", "/results/", "/map/", "/open-data/"):
        assert "尚未公布认定结果" in text(stranger, path)
    assert stranger.get("/results/330212-001/").status_code == 404
    assert "鄞州区" not in text(stranger, "/results/?q=鄞州") + text(stranger, "/map/") + text(stranger, "/sitemap.xml")


@pytest.mark.clause("N20")
def test_all_grades_are_published_and_d_is_not_certified(stranger: Client, publication: Publication) -> None:
    page = stranger.get("/results/?round=2025&region=330212")
    assert page.context["total"] == 10
    assert [row["line"].grade for row in page.context["rows"]] == list("AAAABBBCCD")
    assert page.context["rows"][-1]["line"].state_label == "未认定"
    assert page.context["rows"][0]["line"].certificate.startswith("NB2025-")


def test_the_public_site_cites_the_notice_of_the_round_that_it_shows(
    stranger: Client, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = factories.invented_notice(validity_years=2)
    monkeypatch.setattr(factories, "notice", lambda: other)
    assert "认定有效期 3 年" in text(stranger, "/")
    latest = published_round({"330282": {"B": 1}}, year=2026)
    assert latest.round.notice == other
    for query, number in (("", "第23条"), ("?round=2026", "第23条"), ("?round=2025", "五")):
        with citing(None):
            read_filters(QueryDict(query[1:]))
            assert cite("ban") == number
    # What the process remembers of the pages goes by their edition, and publishing made another.
    assert "认定有效期 2 年" in text(stranger, "/")


@pytest.mark.clause("N28")
def test_what_is_in_force_today_is_shown_first_whatever_round_it_is_of(stranger: Client) -> None:
    """Three years from 28 September: 2022 ran out, 2024 holds, 2025 took the place of one of 2024."""
    published_round({"330282": {"A": 1}}, year=2022)
    published_round({"330212": {"C": 1}, "330282": {"A": 1, "B": 1}}, year=2024)
    published_round({"330212": {"A": 1, "D": 1}}, year=2025)
    graded_round({"330212": {"A": 9}}, year=2026)
    page = stranger.get("/results/")
    assert [(row["line"].code, row["line"].round, row["line"].grade) for row in page.context["rows"]] == [
        ("330212-001", 2025, "A"),
        ("330282-001", 2024, "A"),
        ("330282-002", 2024, "B"),
    ]
    years = page.context["groups"][0]["options"]
    assert [(each["label"], each["active"]) for each in years] == [
        ("现行有效", True), ("全部年度", False), ("2025年度", False), ("2024年度", False), ("2022年度", False),
    ]  # fmt: skip
    assert [stranger.get(f"/results/?round={year}").context["total"] for year in (2022, 2024, 2025)] == [1, 3, 2]
    home = stranger.get("/")
    assert (home.context["total"], [each["count"] for each in home.context["grades"]]) == (3, [2, 1, 0])
    assert stranger.get("/map/").context["total"] == 3
    assert stranger.get("/open-data/").context["total"] == 3
    assert stranger.get("/api/v1/results").json()["count"] == 3
    assert len(stranger.get("/complaints/new/").context["offered"]) == 3
    hidden = stranger.get("/results/?round=2026")
    assert hidden.context["total"] == 3
    assert hidden.context["filters"].problems == ["所选年度没有公布的认定结果。"]


@pytest.mark.clause("N28")
def test_the_last_day_of_a_certificate_is_in_force_and_the_day_after_is_not(
    stranger: Client, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, total in ((date(2028, 9, 27), 12), (date(2028, 9, 28), 0)):
        monkeypatch.setattr(timezone, "localdate", lambda day=day: day)
        assert stranger.get("/results/").context["total"] == total


def test_a_search_that_finds_nothing_in_force_names_the_rounds_where_it_would(stranger: Client) -> None:
    published_round({"330212": {"A": 1}, "330282": {"D": 1}}, year=2024)
    published_round({"330212": {"A": 1}}, year=2025)
    for query in ("q=慈溪", "round=2025&q=慈溪"):
        page = stranger.get(f"/results/?{query}")
        assert page.context["total"] == 0
        assert page.context["elsewhere"] == [
            {"year": 2024, "count": 1, "url": "/results/?q=%E6%85%88%E6%BA%AA&round=2024"}
        ]
    assert stranger.get("/results/?q=鄞州").context["elsewhere"] == []
    assert stranger.get("/results/?q=无此平台").context["elsewhere"] == []


def test_filters_stand_in_the_address_and_each_chip_says_what_it_will_show(
    stranger: Client, publication: Publication
) -> None:
    page = stranger.get("/results/?region=330212&grade=A")
    assert page.context["total"] == 4
    assert [group["label"] for group in page.context["groups"]] == [
        "年度", "状态", "地区", "乡镇、功能区", "类型", "服务", "档次",
    ]  # fmt: skip
    for group in page.context["groups"]:
        for option in group["options"]:
            assert stranger.get(option["url"]).context["total"] == option["count"], option


def test_the_city_stands_for_the_key_industries(stranger: Client, publication: Publication) -> None:
    page = stranger.get("/results/?region=330200")
    assert [row["line"].type_code for row in page.context["rows"]] == ["industry"]


def test_search_finds_names_places_codes_and_pinyin(stranger: Client, publication: Publication) -> None:
    found = {
        "鄞州": 9,
        "第1镇": 2,
        "第1镇 慈溪": 1,
        "330282-": 2,
        "yzq": 9,
        "yinzhou": 9,
        "HY-001": 1,
        "ｈｙ－００１": 1,
        "无此平台": 0,
    }
    assert {query: stranger.get("/results/", {"q": query}).context["total"] for query in found} == found


def test_the_number_of_a_certificate_leads_to_its_verification(stranger: Client, publication: Publication) -> None:
    number = Certification.objects.values_list("number", flat=True)[0]
    for typed in (number, number.lower(), f" {number} "):
        answer = stranger.get("/results/", {"q": typed})
        assert (answer.status_code, answer["Location"]) == (302, f"/verify/{number}/")
    # In a round as well: who has a number asks for the certificate.
    assert stranger.get("/results/", {"q": number, "round": "2025"})["Location"] == f"/verify/{number}/"


@pytest.mark.trust("T41")
def test_odd_addresses_are_answered_with_a_page(stranger: Client, publication: Publication) -> None:
    pages = ("0", "-1", "1000000000", "9" * 5000, "x", "１", "")
    words = ("%25%25%25", "____", "+".join(["镇"] * 200), "a" * 5000, "%5C%27%22%3Cscript%3E", "😀")
    rest = (
        "grade=Z&type=all&region=x&round=all",
        "status=all&all=1",
        "name__regex=(a%2B)%2B%24",
        "round=99999999999999999999",
        "region=330212&region=330282",
    )
    for query in (*(f"page={page}" for page in pages), *(f"q={word}" for word in words), *rest):
        page = stranger.get(f"/results/?{query}")
        assert page.status_code == 200, query
        assert len(page.context["rows"]) == min(page.context["total"], 25)
        assert "<script>" not in page.content.decode()


def test_a_percent_sign_is_looked_for_and_matches_nothing_else(stranger: Client, publication: Publication) -> None:
    assert stranger.get("/results/?q=%25%25%25").context["total"] == 0


@pytest.mark.trust("T38")
def test_the_count_shown_is_the_number_of_rows_on_all_pages(stranger: Client) -> None:
    published_round({"330212": {"A": 20, "B": 10}}, year=2025)
    pages = [stranger.get(f"/results/?page={number}") for number in (1, 2)]
    assert pages[0].context["total"] == 30
    assert [len(page.context["rows"]) for page in pages] == [25, 5]
    codes = {row["line"].code for page in pages for row in page.context["rows"]}
    assert len(codes) == 30


def test_the_list_asks_the_database_as_often_for_thirty_rows_as_for_one(stranger: Client) -> None:
    published_round({"330212": {"A": 1}}, year=2024)
    published_round({"330212": {"A": 20, "B": 10}}, year=2025)
    for query in ("?round=2024", "?round=2025", ""):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            stranger.get(f"/results/{query}")
        assert len(queries) == 4, [query["sql"] for query in queries]
    with CaptureQueriesContext(connection) as queries:
        stranger.get("/results/?region=330212&grade=A&q=yz&page=1")
    assert len(queries) == 5


@pytest.mark.clause("N06")
def test_one_platform_shows_its_facts_services_rules_and_rounds(stranger: Client) -> None:
    published_round({"330212": {"C": 1}}, year=2024)
    published_round({"330212": {"A": 1}}, year=2025)
    page = stranger.get("/results/330212-001/")
    assert [(row["year"], row["line"].grade) for row in page.context["rounds"]] == [(2025, "A"), (2024, "C")]
    shown = page.content.decode()
    for fact in (
        "鄞州区",
        "第1镇企业服务中心",
        "0574-87654321",
        "涉企政策宣传解读和申报辅导",
        "免费",
        "每次200元",
        "服务流程",
    ):
        assert fact in shown
    assert "投诉处理制度" not in shown  # a rule that is not public
    assert "/complaints/new/?platform=330212-001" in shown
    assert page.context["verify_url"] in shown


def test_an_unknown_platform_is_not_found(stranger: Client, publication: Publication) -> None:
    for code in ("330212-999", "none", "%25", "x" * 500):
        assert stranger.get(f"/results/{code}/").status_code == 404


@pytest.mark.clause("N28")
def test_a_revoked_certificate_is_shown_as_revoked_everywhere(stranger: Client, publication: Publication) -> None:
    certification = Certification.objects.get(result__code="330212-001")
    revoked(certification, "other", on=date(2025, 11, 3), at=moment(2026), reason="核查属实")
    assert names(stranger, "?q=330212-001") == []
    for path in ("/results/?round=2025&q=330212-001", "/results/330212-001/", f"/verify/{certification.number}/"):
        shown = text(stranger, path)
        assert "已撤销" in shown
        assert "核查属实" not in shown
    # The page of the platform and that of the certificate say for what and since when.
    for path in ("/results/330212-001/", f"/verify/{certification.number}/"):
        shown = text(stranger, path)
        assert ("2025年11月3日" in shown, certification.ground_label in shown) == (True, True)
    assert certification.ground_label not in text(stranger, "/results/330212-002/")
    row = stranger.get("/open-data/results.json?round=2025&q=330212-001").getvalue().decode()
    assert "已撤销" in row


def test_only_office_phones_are_shown(stranger: Client, publication: Publication) -> None:
    from evaluation.certification.queries.published import office_phone

    assert office_phone("0574-87654321、13812345678") == "0574-87654321"
    assert office_phone("+86 138-1234-5678") == ""
    assert office_phone("0574-87654321转138") == "0574-87654321转138"


@pytest.mark.trust("T38")
def test_sitemap_and_robots_name_published_pages_only(stranger: Client, publication: Publication) -> None:
    graded_round({"330282": {"A": 9}}, year=2026)
    sitemap = text(stranger, "/sitemap.xml")
    codes = set(re.findall(r"/results/([0-9A-Z-]+)/", sitemap))
    assert codes == set(Result.objects.values_list("code", flat=True))
    assert "/results/330282-009/" not in sitemap
    assert "Disallow: /admin/" in text(stranger, "/robots.txt")


@pytest.mark.trust("T33")
def test_addresses_come_from_the_settings_and_not_from_the_request(stranger: Client, publication: Publication) -> None:
    sitemap = stranger.get("/sitemap.xml", headers={"X-Forwarded-Host": "evil.example"}).content.decode()
    assert "evil.example" not in sitemap
    assert sitemap.count("<loc>http://127.0.0.1:8000/") == sitemap.count("<loc>")
    assert stranger.get("/results/", headers={"Host": "evil.example"}).status_code == 400


def test_visitors_share_copies_of_pages_and_people_with_a_session_do_not(
    stranger: Client, publication: Publication, city2: object, browser_of: object
) -> None:
    assert stranger.get("/results/")["Cache-Control"] == "public, max-age=60"
    assert browser_of(city2).get("/results/")["Cache-Control"] == "no-store, private"  # type: ignore[operator]
    assert stranger.post("/results/").status_code == 405
