"""The first page of the site: what a window platform is and does, where one is, and how all of them stand."""

import gzip
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone

from evaluation.examples import services as examples
from evaluation.models import Publication
from platforms import identity
from platforms.choices import FreeService
from platforms.models import Platform, User
from tests import factories
from tests.evaluation.news.test_articles import published
from tests.evaluation.site.test_cache import House
from tests.evaluation.stage import published_round
from tests.evaluation.statistics.test_queries import reached, served

pytestmark = pytest.mark.django_db


def text(client: Client, path: str = "/") -> str:
    return client.get(path).content.decode()


def test_the_title_of_the_first_page_is_the_name_of_the_site(stranger: Client, publication: Publication) -> None:
    page = text(stranger)
    assert re.findall(r"<title>([^<]*)</title>", page)[0] == identity.ours().programme
    assert re.findall(r"<h1>([^<]*)</h1>", page) == [identity.ours().programme]


@pytest.mark.clause("N06")
def test_it_says_what_is_free_of_charge_with_a_picture_each(stranger: Client) -> None:
    """Before anything is published too: what a platform is does not wait for a round."""
    page = text(stranger)
    for service in FreeService:
        assert service.label in page
        assert f'<use href="#picture-{service}">' in page
        assert f'<symbol id="picture-{service}"' in page
    assert "style=" not in page


def test_it_leads_to_search_map_regions_certificates_and_complaints(stranger: Client, publication: Publication) -> None:
    page = text(stranger)
    for address in ("/map/", "/verify/", "/complaints/new/", "/complaints/status/", "/statistics/", "#regions"):
        assert f'href="{address}"' in page
    assert '<form class="search"' in page
    regions = stranger.get("/").context["regions"]
    assert [(row["name"], row["total"]) for row in regions] == [("鄞州区", 9), ("慈溪市", 2), ("市级", 1)]
    assert regions[0]["url"] == "/results/?region=330212"


@pytest.mark.clause("N07")
def test_progress_is_against_the_target_of_the_notice(stranger: Client, publication: Publication) -> None:
    titles = [each.plot.title for each in stranger.get("/").context["charts"]]
    assert titles == ["有效期内的窗口平台 12 个，为建设目标 100 个左右的 12%"]


def test_another_notice_has_another_target(stranger: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    other = factories.invented_notice(target=40)
    monkeypatch.setattr(factories, "notice", lambda: other)
    published_round({"330212": {"A": 1}}, year=2026)
    titles = [each.plot.title for each in stranger.get("/").context["charts"]]
    assert titles == ["有效期内的窗口平台 1 个，为建设目标 40 个左右的 2.5%"]


@pytest.mark.clause("N40")
def test_charts_stand_with_their_tables_and_files(stranger: Client, publication: Publication) -> None:
    for platform in Platform.objects.filter(code__startswith="330212")[:4]:
        served(platform, date(2026, 9, 1), 20, 15)
        reached(platform, 1, 2, 3, 4)
    drawn = {each.chart.key: each for each in stranger.get("/").context["charts"]}
    assert list(drawn) == ["progress", "enterprises", "recent"]
    assert drawn["enterprises"].plot.title == "2026年（截至10月10日）窗口平台服务企业 4 家"
    assert drawn["recent"].plot.title == "近 12 个月服务 80 次，其中免费 75%"
    page = text(stranger)
    for key, each in drawn.items():
        assert f'aria-labelledby="{key}-title {key}-desc"' in page
        assert each.exports == (("csv", f"/statistics/{key}.csv"),)
    assert page.count('role="img"') == page.count('<table class="data"') == 3


def test_the_latest_examples_stand_with_their_pictures(stranger: Client, publication: Publication, city: User) -> None:
    platform = Platform.objects.filter(code__startswith="330212").order_by("code")[0]
    for number in range(4):
        values = {"title": f"案例{number}", "text": "走访 40 家企业。", "picture_alt": "培训现场"}
        row = examples.write(
            platform=platform, values=values, picture=factories.upload("现场.png", factories.PNG), by=city,
            at=timezone.now(),
        )  # fmt: skip
        examples.publish(example=row, by=city, at=timezone.now())
    shown = stranger.get("/").context["examples"]
    assert [each["example"].title for each in shown] == ["案例3", "案例2", "案例1"]
    assert text(stranger).count('alt="培训现场"') == 3


@pytest.mark.clause("N40")
def test_the_latest_news_stand_on_it_a_second_after_they_are_published(
    publication: Publication, city: User, settings: Any
) -> None:
    settings.PUBLIC_PAGES_KEPT = 10
    house = House()
    assert "走访企业活动" not in house.text("/")
    row = published(city, values={"title": "走访企业活动"})
    house.seconds = 1
    assert f'<a href="/news/{row.pk}/">走访企业活动</a>' in house.text("/")


@pytest.fixture
def footer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The foot of the pages as an operator fills it."""
    identity.ours.cache_clear()
    lines = {"ORGANISER": "甲局", "ADDRESS": "乙路1号", "PHONE": "0574-80000000", "ICP": "丙ICP备0号", "PSB": "丁备0号"}
    for name, value in lines.items():
        monkeypatch.setenv(f"NINGBO_{name}", value)
    yield
    monkeypatch.undo()
    identity.ours.cache_clear()


def foot(client: Client) -> str:
    return text(client).partition('<footer class="footer">')[2]


@pytest.mark.usefixtures("footer")
def test_the_foot_of_a_page_says_what_the_operator_filled_in(stranger: Client) -> None:
    found = foot(stranger)
    for line in ("主办单位：甲局", "地址：乙路1号", "联系电话：0574-80000000"):
        assert f"<li>{line}</li>" in found
    assert '<a href="https://beian.miit.gov.cn/" rel="noopener">丙ICP备0号</a>' in found
    assert '<a href="https://beian.mps.gov.cn/" rel="noopener">丁备0号</a>' in found
    assert "可拨打 0574-80000000（甲局）反映" in text(stranger, "/accessibility/")


def test_what_nobody_filled_in_is_not_shown(stranger: Client) -> None:
    found = foot(stranger)
    for word in ("主办单位", "地址", "联系电话", "beian", "网站标识码"):
        assert word not in found
    assert '<a href="/accessibility/">无障碍说明</a>' in found
    assert "反馈" not in text(stranger, "/accessibility/")


def test_the_first_page_weighs_no_more_than_sixty_kilobytes(
    stranger: Client, publication: Publication, settings: Any
) -> None:
    """What is sent of it, compressed, with its styles and scripts and without fonts and pictures."""
    for platform in Platform.objects.filter(code__startswith="330212")[:4]:
        served(platform, date(2026, 9, 1), 20, 15)
        reached(platform, 1, 2, 3, 4)
    page = text(stranger)
    files = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', page)
    assert "css/home.css" in files
    static = Path(configured.BASE_DIR) / "static"
    loaded = {name for file in files for name in _with_imports(static, file)}
    bodies = [page.encode(), *((static / name).read_bytes() for name in sorted(loaded))]
    assert sum(len(gzip.compress(body, 6)) for body in bodies) <= 60_000
    assert not any("echarts" in name for name in loaded)


def _with_imports(static: Path, name: str) -> set[str]:
    """Return ``name`` and the modules that it imports, which a browser loads too."""
    found, waiting = set(), [name]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.add(current)
        text = (static / current).read_text(encoding="utf-8")
        modules = re.findall(r'(?:from|import)\s*\(?"(\./[^"]+)"', text)
        waiting += [str(Path(current).parent / module) for module in modules]
    return found
