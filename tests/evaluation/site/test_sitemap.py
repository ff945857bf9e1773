"""What search engines are told: the public pages, when they changed, and what stays closed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from evaluation.models import Publication, Result
from evaluation.site import sitemap
from tests.evaluation.amendments import amending
from tests.evaluation.site.conftest import DAY

pytestmark = pytest.mark.django_db
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOST = "http://127.0.0.1:8000"


def told(stranger: Client, path: str = "/sitemap.xml") -> tuple[str, dict[str, str | None]]:
    """The kind of list, and its addresses with their days."""
    answer = stranger.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    root = fromstring(answer.content)
    found = {each.findtext(f"{SPACE}loc"): each.findtext(f"{SPACE}lastmod") for each in root}
    return root.tag.removeprefix(SPACE), found


def test_every_address_is_there_and_open(stranger: Client, publication: Publication) -> None:
    kind, found = told(stranger)
    assert kind == "urlset"
    paths = [address.removeprefix(HOST) for address in found]
    assert {path: stranger.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert {"/", "/open-data/dictionary/", "/results/?round=2025", "/results/330212-001/", "/api/v1/docs"} <= set(paths)


def test_a_page_says_when_it_last_changed(stranger: Client, publication: Publication) -> None:
    path = f"{HOST}/results/330212-001/"
    _, before = told(stranger)
    assert datetime.fromisoformat(str(before[path])) == publication.published_at.replace(microsecond=0)
    old = Result.objects.get(publication=publication, code="330212-001")
    amending.changed(old, {"name": "新的名称"}, on=DAY.date(), at=DAY + timedelta(minutes=1))
    _, after = told(stranger)
    assert datetime.fromisoformat(str(after[path])) == DAY + timedelta(minutes=1)
    assert {each for each in after if after[each] != before[each]} == {
        path, *(f"{HOST}/{name}" for name in ("", "results/", "map/", "statistics/", "open-data/")),
    }  # fmt: skip


def test_more_than_one_list_may_hold_are_several(
    stranger: Client, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole = told(stranger)
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", 10)
    kind, parts = told(stranger)
    assert (kind, len(parts)) == ("sitemapindex", -(-len(whole) // 10))
    lists = [told(stranger, part.removeprefix(HOST)) for part in parts]
    assert {kind for kind, _ in lists} == {"urlset"}
    assert {address: day for _, found in lists for address, day in found.items()} == whole
    assert max(len(found) for _, found in lists) == 10
    for number in (0, len(parts) + 1):
        assert stranger.get(f"/sitemap-{number}.xml").status_code == 404


def test_as_many_as_a_list_may_hold_are_one(
    stranger: Client, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole = told(stranger)
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", len(whole))
    assert told(stranger)[0] == "urlset"


def test_a_sitemap_that_did_not_change_is_confirmed(stranger: Client, publication: Publication) -> None:
    first = stranger.get("/sitemap.xml")
    assert stranger.get("/sitemap.xml", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_the_page_that_asks_for_a_number_may_be_found_and_that_of_a_number_may_not(
    stranger: Client, publication: Publication
) -> None:
    assert f"{HOST}/verify/" in told(stranger)[1]
    lines = stranger.get("/robots.txt").content.decode().splitlines()
    assert {"Allow: /verify/$", "Disallow: /verify/"} <= set(lines)
    assert stranger.get("/verify/").get("X-Robots-Tag") is None
    for path in ("/verify/?number=", "/verify/?number=NB", "/verify/NB2025-001-AAAAA/"):
        assert (stranger.get(path)["X-Robots-Tag"], stranger.get(path)["Cache-Control"]) == ("noindex", "no-store")


def test_robots_leave_out_what_is_behind_a_login_or_a_key(stranger: Client) -> None:
    text: Any = stranger.get("/robots.txt").content.decode().splitlines()
    assert text[0] == "User-agent: *"
    assert {line for line in text if line.startswith("Disallow")} >= {"Disallow: /admin/", "Disallow: /desk/"}
    assert {"Allow: /api/v1/docs", "Disallow: /api/", f"Sitemap: {HOST}/sitemap.xml"} <= set(text)
    assert not [line for line in text if line in ("Disallow: /", "Disallow: /open-data/", "Disallow: /feed/")]
