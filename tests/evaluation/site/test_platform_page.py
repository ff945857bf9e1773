"""The page of one platform: what is free, how it is reached, what it does, and what is known of its grades."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from evaluation.certification.queries import published
from evaluation.models import NoticeLine, Publication, Result
from evaluation.site.platform_page import reach, service_data
from platforms.choices import FreeService
from platforms.models import ActivityLink, Platform, PlatformMonth, User
from tests import factories
from tests.evaluation.documents.reading import codes_on
from tests.evaluation.site.test_cache import House
from tests.evaluation.stage import announced, confirmed_round, published_round
from tests.kept_rows import once
from tests.platforms.applications.documents.samples import text_of_pdf

pytestmark = pytest.mark.django_db

TODAY = date(2026, 10, 10)
PAGE = "/results/330212-001/"


@pytest.fixture
def one() -> Publication:
    """One platform of 鄞州区, certified in 2025."""
    return once(published_round, {"330212": {"A": 1}}, year=2025)


def text(client: Client, path: str = PAGE) -> str:
    return client.get(path).content.decode()


def held(by: User, day: date, title: str, **fields: Any) -> Any:
    """An activity that the platform of :data:`PAGE` itself holds."""
    platform = Platform.objects.get(code="330212-001")
    return factories.activity_of(
        by, held_on=day, title=title, organiser="platform", platform=platform, note="联系张三", summary="到场王五",
        **{"is_public": True} | fields,
    )  # fmt: skip


PLANNED: dict[str, Any] = {
    "status": "planned", "reported_at": None, "reported_by": None, "people": None, "enterprises": None
}  # fmt: skip


@pytest.mark.clause("N40")
def test_what_is_free_comes_first_and_fees_after_it(stranger: Client, one: Publication) -> None:
    page = stranger.get(PAGE)
    assert [offer.label for offer in page.context["free"]] == [label for _, label in FreeService.choices]
    assert all(offer.free for offer in page.context["free"])
    assert [offer.fee_standard for offer in page.context["offers"]] == ["每次200元"] * 4
    shown = page.content.decode()
    assert shown.index('id="free"') < shown.index('id="reach"') < shown.index('id="offers"')


def test_a_visitor_is_led_to_the_platform_by_phone_address_and_place(
    stranger: Client, one: Publication, settings: Any
) -> None:
    shown = text(stranger)
    assert '<a class="touch" href="tel:057487654321">0574-87654321</a>' in shown
    assert 'href="geo:29.831600,121.546800"' in shown
    assert "东经 121.546800°，北纬 29.831600°（按2000国家大地坐标系填报，未作换算）" in shown
    assert 'class="sketch__mark"' in shown
    # No map service is named that nobody chose.
    assert "在网上地图中查看" not in shown
    assert re.findall(r'<a [^>]*href="https?://[^"]*"', shown) == []
    settings.MAP_SERVICE_URL = "https://map.example.cn/?at={longitude},{latitude}&amp;name={name}"
    assert "https://map.example.cn/?at=121.546800,29.831600" in text(stranger)


def test_a_platform_without_coordinates_has_an_address_and_no_map(stranger: Client, one: Publication) -> None:
    result = Result(
        **{
            field.attname: getattr(Result.objects.get(), field.attname)
            for field in Result._meta.concrete_fields
            if field.name not in ("id", "longitude", "latitude", "service_phone")
        },
        service_phone="13812345678",
    )
    found = reach(published.line(result, TODAY), result)
    assert (found["address"], found["geo_url"], found["map_url"], found["sketch"]) == (result.address, "", "", None)
    # A mobile is somebody's: neither shown nor dialled.
    assert found["phones"] == []


@pytest.mark.clause("N38")
def test_activities_that_are_ahead_or_were_reported_in_the_last_year_are_shown(
    stranger: Client, one: Publication, city: User
) -> None:
    held(city, TODAY, "今日预告", **PLANNED)
    held(city, TODAY - timedelta(days=1), "昨日未总结", **PLANNED)
    held(city, TODAY + timedelta(days=9), "已取消的", **PLANNED | {
        "status": "cancelled", "cancelled_at": timezone.now(), "cancelled_by": city, "cancel_reason": "天气",
    })  # fmt: skip
    # What the county did not decide to show is nobody's to read, before and after.
    held(city, TODAY, "内部培训", **PLANNED, is_public=False)
    held(city, TODAY - timedelta(days=20), "闭门会", is_public=False)
    latest = held(city, TODAY - timedelta(days=365), "一年之内")
    held(city, TODAY - timedelta(days=366), "一年以前")
    factories.activity_of(city, held_on=TODAY, title="枢纽平台的", organiser="city_hub")
    ActivityLink.objects.create(activity=latest, url="https://news.example.cn/1", title="报道")
    page = stranger.get(PAGE)
    assert [each["title"] for each in page.context["announced"]] == ["今日预告"]
    assert [(each["title"], each["people"], each["enterprises"]) for each in page.context["told"]] == [
        ("一年之内", 30, 12)
    ]
    shown = page.content.decode()
    assert "30 人、12 家企业参加" in shown
    assert 'href="https://news.example.cn/1"' in shown
    assert 'rel="noopener noreferrer nofollow">报道</a>' in shown
    # Neither arrangements nor summary: they are written for officers.
    assert [
        word for word in ("张三", "王五", "天气", "昨日未总结", "枢纽平台的", "内部培训", "闭门会") if word in shown
    ] == []


@pytest.mark.clause("N40")
def test_services_are_drawn_by_month_with_their_table(stranger: Client, one: Publication) -> None:
    platform = Platform.objects.get(code="330212-001")
    assert 'id="figures"' not in text(stranger)
    for number, ratings in ((8, 4), (9, 5)):
        PlatformMonth.objects.create(
            platform=platform, month=date(2026, number, 1), service_class="law", records=10 * number, free_records=60,
            satisfaction_sum=ratings * 5, satisfaction_count=ratings,
        )  # fmt: skip
    page = stranger.get(PAGE)
    assert [(each["label"], each["number"]) for each in page.context["numbers"]] == [
        ("近12个月服务", "170"), ("免费服务占比", "约70.6"),
    ]  # fmt: skip
    shown = page.content.decode()
    assert (shown.count("plot__piece--1"), '<td class="num" data-value="90">90</td>' in re.sub(r"\s+", " ", shown)) == (
        2, True,
    )  # fmt: skip
    assert "满意度" not in shown
    PlatformMonth.objects.filter(month=date(2026, 9, 1)).update(satisfaction_sum=30, satisfaction_count=6)
    numbers = stranger.get(PAGE).context["numbers"]
    assert numbers[-1] == {"label": "满意度（满分5分）", "number": "5", "unit": "分"}


def test_a_change_of_an_activity_is_on_the_kept_page_after_a_second_and_services_after_a_day(
    one: Publication, city: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_PAGES_KEPT = 100
    house = House()
    assert ["法律讲座" in house.text(PAGE), 'id="figures"' in house.text(PAGE)] == [False, False]
    row = held(city, TODAY, "法律讲座", **PLANNED)
    PlatformMonth.objects.create(
        platform=row.platform, month=date(2026, 9, 1), service_class="law", records=3, free_records=3
    )
    assert house.built == [PAGE]
    house.seconds = 1
    assert "法律讲座" in house.text(PAGE)
    row.title, row.version = "用工讲座", 2
    row.save()
    house.seconds = 2
    assert ["法律讲座" in house.text(PAGE), "用工讲座" in house.text(PAGE)] == [False, True]
    PlatformMonth.objects.update(records=977)
    house.seconds = 3
    assert "977" not in house.text(PAGE)
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY + timedelta(days=1))
    house.seconds = 4
    assert "977" in house.text(PAGE)


def test_each_year_leads_to_its_public_notice_and_one_that_runs_says_so(stranger: Client, one: Publication) -> None:
    notice = NoticeLine.objects.get().notice
    page = stranger.get(PAGE)
    assert [row["notice_url"] for row in page.context["rounds"]] == [f"/notice/{notice.number}/"]
    assert page.context["running"] == []
    second = announced(confirmed_round({"330212": {"B": 1}}, year=2026), at=timezone.now() + timedelta(days=18))
    assert second is not None
    page = stranger.get(PAGE)
    assert [(each["round"], each["grade"], each["object_url"]) for each in page.context["running"]] == [
        ("2026年度", "B档", f"/notice/{second.number}/object/")
    ]
    assert "正在公示" in page.content.decode()
    assert len(page.context["rounds"]) == 1


@pytest.mark.clause("N28")
def test_what_comes_after_the_last_day_is_said_while_the_certificate_holds(
    stranger: Client, one: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "期满未续期的，认定自次日起失效。"
    for day, said in ((date(2028, 9, 27), words), (date(2028, 9, 28), "")):
        monkeypatch.setattr(timezone, "localdate", lambda *_, day=day: day)
        page = stranger.get(PAGE)
        assert (page.context["renew"], page.context["holds"]) == (said, bool(said))
        assert bool(page.context["service"]) == bool(said)


def test_machines_read_of_the_service_what_the_page_says(stranger: Client, one: Publication) -> None:
    result = Result.objects.get()
    data = stranger.get(PAGE).context["service"]
    assert (data["@type"], data["name"], data["identifier"]) == ("GovernmentService", result.name, "330212-001")
    assert data["url"] == "http://127.0.0.1:8000/results/330212-001/"
    assert data["availableChannel"]["servicePhone"] == [{"@type": "ContactPoint", "telephone": "0574-87654321"}]
    assert data["availableChannel"]["serviceLocation"]["geo"]["latitude"] == "29.831600"
    assert [each["price"] for each in data["offers"]] == ["0"] * 3
    bare = Result(name="甲", code="1", publication=result.publication, type="town", grade="A")
    data = service_data(published.line(bare, TODAY), bare, [])
    assert set(data) == {
        "@type", "name", "identifier", "url", "serviceType", "areaServed", "provider", "availableChannel",
    }  # fmt: skip
    assert data["availableChannel"] == {
        "@type": "ServiceChannel", "serviceLocation": {"@type": "Place", "name": "甲"},
    }  # fmt: skip


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("a5", 420)])
def test_the_sheet_for_the_door_leads_to_the_page(stranger: Client, one: Publication, paper: str, width: int) -> None:
    answer = stranger.get(f"{PAGE}door-{paper}.pdf")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "public, max-age=60")
    assert answer["Content-Disposition"].startswith("attachment")
    assert f"_330212-001_{paper.upper()}.pdf" in answer["Content-Disposition"]
    part = 0.7 if paper == "a5" else 1.0
    assert codes_on(answer.content, code_width=92 * part) == ["http://127.0.0.1:8000/results/330212-001/"]
    said = text_of_pdf(answer.content)
    result = Result.objects.get()
    for word in (result.name, "330212-001", "0574-87654321", "免费服务", "扫码查看"):
        assert word in said
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert (len(pages), round(float(pages[0].mediabox.width))) == (1, width)
    assert stranger.get(f"{PAGE}door-{paper}.pdf").content == answer.content


def test_the_code_is_a_drawing_that_runs_nothing(stranger: Client, one: Publication) -> None:
    answer = stranger.get(f"{PAGE}code.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    for name in ("code.svg", "door-a4.pdf", "door-a5.pdf"):
        assert stranger.get(f"/results/330212-009/{name}").status_code == 404


def test_only_a_platform_that_is_certified_has_its_name_at_a_door(stranger: Client, db: None) -> None:
    published_round({"330212": {"A": 1, "D": 1}}, year=2025)
    codes = {row.grade: row.code for row in Result.objects.all()}
    shown = {grade: "门口二维码" in text(stranger, f"/results/{code}/") for grade, code in codes.items()}
    assert shown == {"A": True, "D": False}
    for name in ("code.svg", "door-a4.pdf"):
        answers = {grade: stranger.get(f"/results/{code}/{name}").status_code for grade, code in codes.items()}
        assert answers == {"A": 200, "D": 404}
