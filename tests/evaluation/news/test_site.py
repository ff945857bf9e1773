"""News for everybody: in the list, on a page of their own, from their moment on, and gone when they are withdrawn."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.models import Article
from evaluation.news import services
from platforms.backoffice.base import STALE
from platforms.models import AuditEvent, Region, User
from platforms.moments import moment
from tests import factories
from tests.evaluation.news.test_articles import TEXTS, picture, published, written
from tests.evaluation.site.test_cache import House
from tests.evaluation.stage import published_round

SITE_URL = "http://127.0.0.1:8000"

pytestmark = pytest.mark.django_db


def text_of(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def variant(row: Article, *, public: bool = True) -> str:
    digest = row.pictures.all()[0].picture_name.rpartition("/")[2]
    return f"/news/{row.pk}/pictures/{digest}.webp" if public else reverse(
        "admin:evaluation_article_picture", args=[row.pk, digest]
    )  # fmt: skip


def test_a_text_has_a_page_with_pictures_that_keep_their_place(city: User, stranger: Client) -> None:
    row = published(
        city,
        values={"text": "## 安排\n\n走访企业。\n\n![](图1)"},
        pictures=[picture(), picture("签约")],
        files=[factories.upload("申报表.pdf")],
    )
    page = text_of(stranger, f"/news/{row.pk}/")
    assert "<h2>安排</h2>" in page
    assert f"<title>{row.title} - " in page
    assert f"/news/{row.pk}/</loc>" in text_of(stranger, "/sitemap.xml")
    first, second = page.index('alt="走访现场"'), page.index('alt="签约"')
    assert page.index("走访企业。") < first < second
    for part in ('width="1000"', 'height="500"', 'loading="lazy"', " 480w, ", " 1000w"):
        assert page.count(part) == 2, part
    sent = stranger.get(variant(row))
    assert (sent["Content-Type"], sent["Cache-Control"]) == ("image/webp", "public, max-age=604800, immutable")
    assert sent.content[:4] == b"RIFF"
    file = stranger.get(f"/news/{row.pk}/files/{row.files.get().pk}/")
    assert file["Content-Disposition"].startswith("attachment")
    assert b"".join(file.streaming_content) == factories.PDF
    for path in (f"/news/{row.pk}/pictures/{'0' * 64}.webp", f"/news/{row.pk}/files/999/", "/news/999/"):
        assert stranger.get(path).status_code == 404, path
    assert stranger.post(variant(row)).status_code == 405


def test_before_its_moment_and_after_its_withdrawal_it_is_as_unknown(city: User, stranger: Client) -> None:
    row = written(city, pictures=[picture()], files=[factories.upload()])
    paths = (f"/news/{row.pk}/", variant(row), f"/news/{row.pk}/files/{row.files.get().pk}/")

    def seen() -> list[int]:
        answers = [stranger.get(path) for path in paths]
        for answer in answers:
            b"".join(answer.streaming_content if answer.streaming else answer)
        return [answer.status_code for answer in answers]

    now = timezone.now()
    assert (seen(), row.title in text_of(stranger, "/news/")) == ([404] * 3, False)
    services.publish(article=row, shown_from=now + timedelta(days=1), by=city, at=now)
    assert (seen(), row.title in text_of(stranger, "/news/")) == ([404] * 3, False)
    services.withdraw(article=row, reason="提前", by=city, at=now)
    services.publish(article=row, shown_from=now - timedelta(days=1), by=city, at=now)
    assert (seen(), row.title in text_of(stranger, "/news/")) == ([200] * 3, True)
    services.withdraw(article=row, reason="有误", by=city, at=now)
    assert (seen(), row.title in text_of(stranger, "/news/")) == ([404] * 3, False)


def test_the_list_is_one_stream_and_each_kind_has_its_own(
    regions: dict[str, Region], city: User, stranger: Client
) -> None:
    published_round({"330212": {"A": 1}}, year=2025)
    published(city, values={"title": "动态一"})
    published(city, kind="announcement", values={"title": "通知一"})
    published(city, kind="policy", values={"title": "解读一"})
    about = published(city, kind="about", values={"title": "关于窗口平台"})
    titles = {"动态一", "通知一", "解读一", "2025年度认定结果", "2025年度拟认定名单公示"}

    def listed(query: str) -> set[str]:
        return {row.title for row in stranger.get(f"/news/{query}").context["rows"]}

    assert listed("") == listed("?kind=unknown") == listed("?utm_source=x") == titles
    assert {kind: listed(f"?kind={kind}") for kind in ("news", "announcement", "policy", "published")} == {
        "news": {"动态一"},
        "announcement": {"通知一"},
        "policy": {"解读一"},
        "published": {"2025年度认定结果", "2025年度拟认定名单公示"},
    }
    for asked, own in (("?kind=announcement&utm_source=x", "?kind=announcement"), ("?kind=unknown", "")):
        assert f'rel="canonical" href="{SITE_URL}/news/{own}"' in text_of(stranger, f"/news/{asked}")
    page = text_of(stranger, "/news/?kind=announcement")
    assert "<title>通知公告 - " in page
    assert 'href="/notice/"' in page.partition("<main")[2]
    assert f'href="/news/{about.pk}/"' in page


def test_many_are_turned_over(city: User, stranger: Client) -> None:
    now = timezone.now()
    Article.objects.bulk_create(
        Article(
            kind="news", title=f"动态{n}", summary="摘要", text="正文", status="published", edited_at=now,
            edited_by=city, published_at=now, published_by=city, shown_from=now - timedelta(minutes=n),
        )
        for n in range(21)
    )  # fmt: skip
    assert [row.title for row in stranger.get("/news/?kind=news&page=2").context["rows"]] == ["动态20"]
    assert [row.title for row in stranger.get("/news/?page=2").context["rows"]] == ["动态20"]
    assert len(stranger.get("/news/?page=x").context["rows"]) == 20
    assert "<title>动态与通知（第 2 页） - " in text_of(stranger, "/news/?page=2")


def test_an_empty_list_says_so(stranger: Client) -> None:
    assert "本栏目暂无内容。" in text_of(stranger, "/news/?kind=policy")


def test_its_pages_are_kept_and_change_within_a_second_of_the_act(city: User, settings: Any) -> None:
    settings.PUBLIC_PAGES_KEPT = 100
    house, one = House(), "/news/?kind=news&page=1"
    assert "动态一" not in house.text(one)
    row = published(city, values={"title": "动态一"})
    assert "动态一" not in house.text(one)
    house.seconds += 1
    assert house.text(one) == house.text(one)
    assert "动态一" in house.text(one)
    assert row.title in house.text(f"/news/{row.pk}/")
    assert house.built.count(one) == 2
    services.withdraw(article=row, reason="有误", by=city, at=timezone.now())
    house.seconds += 1
    assert "动态一" not in house.text(one)
    assert house.ask(f"/news/{row.pk}/").status_code == 404


def test_from_the_back_office_to_the_page(city: User, yinzhou: User, browser_of: Callable[[User], Client]) -> None:
    hub, visitor = browser_of(city), Client()
    add = reverse("admin:evaluation_article_add")
    wrong = hub.post(add, {"kind": "news", **TEXTS, "text": "联系 13800138000"})
    assert "“正文”中有手机号码或身份证号码，公开前请删去。" in wrong.content.decode()
    assert "联系 13800138000" in wrong.content.decode()
    upload, alt = picture()
    sent = {"kind": "news", **TEXTS, "picture_2": upload, "alt_2": alt, "attachments": factories.upload("申报表.pdf")}
    assert hub.post(add, sent).status_code == 302
    row = Article.objects.get()

    def at(name: str, *more: object) -> str:
        return reverse(f"admin:evaluation_article_{name}", args=[row.pk, *more])

    change = text_of(hub, at("change"))
    assert [word for word in ("图1：走访现场", "申报表.pdf", at("preview"), "去掉图片") if word not in change] == []
    preview = text_of(hub, at("preview"))
    assert [word for word in ("预览", variant(row, public=False), "<h2>安排</h2>") if word not in preview] == []
    assert hub.get(variant(row, public=False))["Cache-Control"] == "no-store, private"
    assert b"".join(hub.get(at("file", row.files.get().pk)).streaming_content) == factories.PDF
    assert [hub.get(at("picture", "0")).status_code, hub.get(at("file", 999)).status_code] == [404, 404]
    county = browser_of(yinzhou)
    assert {county.get(path).status_code for path in (at("change"), at("preview"), variant(row, public=False))} == {403}

    shown = change.partition('name="_shown" value="')[2].partition('"')[0]
    edited = {"kind": "policy", **TEXTS, "title": "改题", "_shown": shown, "drop_pictures": [row.pictures.get().pk]}
    assert hub.post(at("change"), edited | {"drop_files": [row.files.get().pk]}).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.kind, row.pictures.count(), row.files.count()) == ("改题", "policy", 0, 0)

    assert "自公开时间起" in text_of(hub, at("move", "publish"))
    assert hub.post(at("move", "publish"), {"shown_from": "不是时间"}).status_code == 200
    for year in ("0001", "9999"):
        beyond = hub.post(at("move", "publish"), {"shown_from": f"{year}-01-01T00:00"})
        assert "年份应在 1900 至 2100 之间，请核对。" in beyond.content.decode()
    later = timezone.localtime() + timedelta(days=3)
    hub.post(at("move", "publish"), {"shown_from": f"{later:%Y-%m-%dT%H:%M}"})
    row.refresh_from_db()
    assert row.shown_from == later.replace(second=0, microsecond=0)
    listed = text_of(hub, reverse("admin:evaluation_article_changelist"))
    assert f"定时发布，{moment(later)} 公开" in listed
    assert "在网站上查看" not in text_of(hub, at("change"))
    assert visitor.get(f"/news/{row.pk}/").status_code == 404
    assert hub.post(at("move", "withdraw"), {"reason": ""}).status_code == 200
    hub.post(at("move", "withdraw"), {"reason": "改为立即公开"})
    assert "撤下理由：改为立即公开" in text_of(hub, at("change"))
    hub.post(at("move", "publish"), {"shown_from": ""})
    assert "改题" in text_of(visitor, "/news/")
    assert f"/news/{row.pk}/" in text_of(hub, at("change"))
    assert AuditEvent.objects.filter(verb="发布动态与通知").count() == 2


@pytest.mark.trust("T11")
def test_nobody_publishes_what_a_colleague_changed_meanwhile(city: User, browser_of: Callable[[User], Client]) -> None:
    row, hub = written(city), browser_of(city)
    publish = reverse("admin:evaluation_article_move", args=[row.pk, "publish"])
    asked = hub.get(publish).content.decode()
    assert '<input type="hidden" name="seen" value="1">' in asked
    services.edit(article=row, kind="news", values=TEXTS | {"title": "别的"}, by=city, at=timezone.now())
    refused = hub.post(publish, {"shown_from": "", "seen": "1"})
    assert (refused.status_code, STALE in refused.content.decode()) == (409, True)
    row.refresh_from_db()
    assert row.status == "draft"
    assert hub.post(publish, {"shown_from": "", "seen": "2"}).status_code == 302
    row.refresh_from_db()
    assert row.status == "published"
