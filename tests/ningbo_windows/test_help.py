"""帮助 stands on every page of desk, back office and links, and opens the handbook in the product."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from ningbo_windows import handbook
from ningbo_windows.screens import FOR_ALL, SCREENS
from platforms.models import User

pytestmark = pytest.mark.django_db

HELP = re.compile(r'<a class="topbar__link" href="([^"]+)">帮助</a>')


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="ningbo_windows.backends.RoleBackend")
    return client


def help_of(client: Client, path: str) -> str:
    found = HELP.findall(client.get(path).content.decode())
    assert len(found) == 1, path
    return unquote(found[0])


def names(resolver: object = None, before: str = "") -> Iterator[str]:
    """Every name of the URL configuration."""
    for entry in (resolver or get_resolver()).url_patterns:  # type: ignore[attr-defined]
        if hasattr(entry, "url_patterns"):
            yield from names(entry, before + (f"{entry.namespace}:" if entry.namespace else ""))
        elif entry.name:
            yield before + entry.name


def test_each_beginning_of_the_mapping_is_that_of_a_screen() -> None:
    known = tuple(names())
    assert [each for each in (*SCREENS, *FOR_ALL) if not any(name.startswith(each) for name in known)] == []


def test_a_page_leads_to_its_part_of_the_handbook(yinzhou: User, city: User) -> None:
    assert help_of(logged_in(yinzhou), reverse("desk:intake")) == "/desk/help/county/#6-批量填报"
    assert help_of(logged_in(city), reverse("admin:platforms_quota_changelist")) == "/desk/help/city/#2-导入名单"
    assert help_of(logged_in(city), "/admin/") == "/desk/help/everyone/#首页和待办"


def test_each_chapter_opens_with_its_headings_and_pictures(finance: User) -> None:
    client = logged_in(finance)
    for each in handbook.chapters():
        page = client.get(reverse("help_chapter", args=[each.slug])).content.decode()
        assert [anchor for anchor in each.anchors if f'id="{anchor}"' not in page] == []
        for name in each.images:
            address = reverse("help_picture", args=[name])
            assert f'src="{address}"' in page
            answer = client.get(address)
            assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
            assert answer.content.startswith(b"\x89PNG")
    assert client.get("/desk/help/nothing/").status_code == 404
    assert client.get("/desk/help/images/nothing.png").status_code == 404


def test_each_link_inside_of_a_chapter_resolves(city: User) -> None:
    client = logged_in(city)
    for each in handbook.chapters():
        page = client.get(reverse("help_chapter", args=[each.slug])).content.decode()
        body = page[page.index('class="help-text"') :]
        for to in re.findall(r'href="([^"]+)"', body):
            path, _, anchor = unquote(to).partition("#")
            if path.startswith("/desk/help/") and path != "/desk/help/":
                slug = path.split("/")[3]
                target = handbook.chapter(slug)
                assert target is not None, to
                assert not anchor or anchor in target.anchors, to


def test_the_handbook_is_searched(yinzhou: User) -> None:
    page = logged_in(yinzhou).get("/desk/help/", {"q": "单元格 加批注"}).content.decode()
    assert "“单元格 加批注”：" in page
    assert "<mark>单元格</mark>" in page
    assert "手册中没有找到" in logged_in(yinzhou).get("/desk/help/", {"q": "<b>没有"}).content.decode()


def test_a_stranger_reads_the_chapter_of_the_unit_and_no_other() -> None:
    client = Client()
    page = client.get("/fill/help/").content.decode()
    assert "填报说明" in page
    assert "/desk/" not in page
    assert client.get("/fill/help/images/unit-fill.png").status_code == 200
    assert client.get("/fill/help/images/county-home.png").status_code == 404
    assert client.get("/desk/help/county/")["Location"].startswith("/admin/login/")
    assert client.get("/desk/help/images/county-home.png").status_code == 302


def test_a_link_leads_to_the_help_of_the_unit() -> None:
    assert help_of(Client(), "/fill/not-a-link/") == "/fill/help/"


def test_everybody_finds_the_chapter_of_the_public_and_its_questions_from_each_page(city: User) -> None:
    stranger = Client()
    for path in ("/", "/results/", "/verify/"):
        assert '<a class="site-tool" href="/help/">帮助</a>' in stranger.get(path).content.decode(), path
    page = stranger.get("/help/").content.decode()
    chapter = handbook.chapter("public")
    assert chapter is not None
    assert [anchor for anchor in chapter.anchors if f'<a href="#{anchor}">' not in page] == []
    assert [anchor for anchor in chapter.anchors if f'id="{anchor}"' not in page] == []
    for name in chapter.images:
        assert f'src="/help/images/{name}.png"' in page
        assert stranger.get(f"/help/images/{name}.png")["Content-Type"] == "image/png"
    assert "怎样辨别证书真假" in page
    # Nothing of the work of the office: neither its questions nor its pages nor its pictures.
    assert "一个地区不能再拨付" not in page
    assert "/desk/" not in page
    assert stranger.get("/help/images/county-home.png").status_code == 404
    assert "/help/</loc>" in stranger.get("/sitemap.xml").content.decode()
    # Who works here reads the same on a public page.
    assert '<a class="site-tool" href="/help/">帮助</a>' in logged_in(city).get("/help/").content.decode()
