"""The feed, read by a parser of XML that knows nothing of this program."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from evaluation.models import Publication, Result
from tests.evaluation.amendments import amending
from tests.evaluation.site.conftest import DAY
from tests.evaluation.stage import graded_round

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def feed_of(stranger: Client) -> Any:
    answer = stranger.get("/feed/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return fromstring(answer.content)


def valid(feed: Any) -> None:
    """Hold the feed against RFC 4287: what a feed and an entry must have, once, and in which form."""
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    for each in (feed, *entries):
        for name in ("id", "title", "updated"):
            (found,) = each.findall(f"{ATOM}{name}")
            assert found.text
        assert urlsplit(each.findtext(f"{ATOM}id")).scheme == "http"
        assert datetime.fromisoformat(each.findtext(f"{ATOM}updated")).tzinfo is not None
        links = [link for link in each.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert [urlsplit(link.get("href")).netloc for link in links] == ["127.0.0.1:8000"]
    assert feed.find(f"{ATOM}author").findtext(f"{ATOM}name")
    (own,) = [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own.get("href") == "http://127.0.0.1:8000/feed/"
    ids = [each.findtext(f"{ATOM}id") for each in entries]
    assert len(set(ids)) == len(ids)
    moments = [datetime.fromisoformat(each.findtext(f"{ATOM}updated")) for each in entries]
    assert moments == sorted(moments, reverse=True)


def test_before_anything_is_public_the_feed_is_valid_and_empty(stranger: Client) -> None:
    feed = feed_of(stranger)
    valid(feed)
    assert feed.findall(f"{ATOM}entry") == []


def test_publications_corrections_and_notices_are_told_once_with_their_pages(
    stranger: Client, publication: Publication
) -> None:
    graded_round({"330205": {"A": 1}}, year=2026)  # of which only the public notice is known
    before = feed_of(stranger)
    old = Result.objects.get(publication=publication, code="330212-001")
    amending.changed(old, {"name": "甲<乙>&丙"}, on=DAY.date(), at=DAY, public_reason="名称<登记>有误")
    feed = feed_of(stranger)
    valid(before)
    valid(feed)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == len(before.findall(f"{ATOM}entry")) + 1
    assert ("甲<乙>&丙" in entries[0].findtext(f"{ATOM}title"), entries[0].findtext(f"{ATOM}summary")) == (
        True, "名称<登记>有误",
    )  # fmt: skip
    assert {each.find(f"{ATOM}category").get("term") for each in entries} == {"变更", "公示", "认定结果"}
    for each in entries:
        link = urlsplit(each.find(f"{ATOM}link").get("href"))
        assert stranger.get(f"{link.path}?{link.query}").status_code == 200


def test_a_feed_that_did_not_change_is_confirmed(stranger: Client, publication: Publication) -> None:
    tag = stranger.head("/feed/")["ETag"]
    assert stranger.get("/feed/", headers={"If-None-Match": tag}).status_code == 304
    old = Result.objects.get(publication=publication, code="330212-001")
    amending.changed(old, {"name": "新的名称"}, on=DAY.date(), at=DAY)
    assert stranger.get("/feed/", headers={"If-None-Match": tag}).status_code == 200


def test_each_page_leads_to_the_feed(stranger: Client, publication: Publication) -> None:
    for path in ("/", "/results/", "/open-data/", "/results/330212-001/"):
        page = stranger.get(path).content.decode()
        assert 'rel="alternate"' in page
        assert 'href="/feed/"' in page
