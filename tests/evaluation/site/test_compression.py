"""Public pages go compressed, once per page and encoding; what is somebody's, or holds a secret, never does."""

import gzip
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from django.test import Client

from evaluation.models import Publication
from evaluation.site.compression import compressed, shrinks, tag_in, tags_without_encoding, taken
from platforms.models import User

BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
BACKWARDS: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.fixture
def keeping(settings: Any) -> None:
    settings.PUBLIC_PAGES_KEPT = 100


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP;q=0.5 , identity", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000, gzip;q=0", ""),
        ("br;q=0.001", "br"),
        ("identity, *", ""),
        ("", ""),
    ],
)
def test_a_browser_gets_the_best_that_it_takes(accepted: str, encoding: str) -> None:
    assert taken(accepted) == encoding


def test_texts_are_worth_it_from_500_bytes_on() -> None:
    for kind in ("text/html; charset=utf-8", "text/csv", "application/json", "application/geo+json", "image/svg+xml"):
        headers = {"Content-Type": kind}
        assert [shrinks(headers, size) for size in (0, 499, 500)] == [True, False, True], kind
        assert not shrinks({**headers, "Content-Encoding": "gzip"}, 500)
    for kind in ("image/png", "application/pdf", "application/zip", "application/octet-stream", ""):
        assert not shrinks({"Content-Type": kind}, 5000), kind


def test_a_tag_says_how_the_bytes_are_written_and_views_never_see_that() -> None:
    tags = [tag_in('"abc"', "br"), tag_in('"abc"', "gzip"), tag_in('"abc"', "")]
    assert tags == ['"abc-br"', '"abc-gzip"', '"abc"']
    assert tags_without_encoding(", W/".join(tags)) == '"abc", W/"abc", W/"abc"'


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_parts_make_one_body_and_the_same_each_time(encoding: Any) -> None:
    parts = ["宁波".encode() * 300, b"", b"x" * 70_000]
    once = b"".join(compressed(parts, encoding))
    assert BACKWARDS[encoding](once) == b"".join(parts)
    assert once == b"".join(compressed(parts, encoding))


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_kept_page_goes_in_the_encoding_asked_for_with_a_tag_of_its_own(
    keeping: None, publication: Publication, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Client()
    for path in ("/results/", "/open-data/results.csv", "/map/"):
        plain = visitor.get(path)
        assert "Content-Encoding" not in plain
        small = visitor.get(path, headers={"Accept-Encoding": encoding})
        assert (small["Content-Encoding"], small["ETag"]) == (encoding, tag_in(plain["ETag"], encoding))  # type: ignore[arg-type]
        assert BACKWARDS[encoding](small.content) == plain.content
        assert len(small.content) < len(plain.content) / 2
        assert small["Content-Length"] == str(len(small.content))
        assert "Accept-Encoding" in plain["Vary"]
        assert small["Vary"] == plain["Vary"]
        monkeypatch.setattr("evaluation.site.kept_pages.compressed", None)  # it is made once
        assert visitor.get(path, headers={"Accept-Encoding": encoding}).content == small.content
        monkeypatch.undo()
        known = {"Accept-Encoding": encoding, "If-None-Match": small["ETag"]}
        assert visitor.get(path, headers=known).status_code == 304
        assert visitor.get(path, headers={"If-None-Match": small["ETag"]}).status_code == 200


@pytest.mark.django_db
def test_a_search_is_not_kept_and_goes_compressed(keeping: None, publication: Publication) -> None:
    visitor = Client()
    for path in ("/results/?q=鄞州", "/open-data/results.csv?q=鄞州", "/open-data/results.json?q=鄞州"):
        plain, small = visitor.get(path), visitor.get(path, headers=BROWSER)
        assert (plain.get("Content-Encoding"), small["Content-Encoding"]) == (None, "br")
        assert brotli.decompress(small.getvalue()) == plain.getvalue()
        assert "Accept-Encoding" in plain["Vary"]
        if "ETag" in small:
            assert small["ETag"] == tag_in(plain["ETag"], "br")
            assert visitor.get(path, headers={**BROWSER, "If-None-Match": small["ETag"]}).status_code == 304


@pytest.mark.django_db
def test_nothing_of_a_person_and_nothing_with_a_token_goes_compressed(
    keeping: None, publication: Publication, city2: User
) -> None:
    """The length of a compressed page tells whether what was typed stands in it twice: once as a secret."""
    somebody = Client()
    somebody.force_login(city2, backend="ningbo_windows.backends.RoleBackend")
    for path in ("/", "/results/", "/results/?q=鄞州", "/desk/", "/admin/"):
        assert "Content-Encoding" not in somebody.get(path, headers=BROWSER), path
    visitor = Client()
    for path in ("/complaints/new/", "/admin/login/"):
        for _ in range(2):  # with a token of its own, and with one that it has already
            answer = visitor.get(path, headers=BROWSER)
            assert "csrfmiddlewaretoken" in answer.content.decode()
            assert "Content-Encoding" not in answer, path
    assert "Content-Encoding" not in visitor.get("/verify/NB2025-00001-AAAAA/", headers=BROWSER)
