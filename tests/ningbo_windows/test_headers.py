"""Every answer carries the headers that keep a page to itself."""

import pytest
from django.test import Client

EXPECTED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.trust("T40")
@pytest.mark.parametrize(
    ("address", "status"),
    [("/healthz", 200), ("/admin/", 302), ("/admin/login/", 200), ("/nothing-here/", 404), ("/a%00b/", 400)],
)
def test_headers_are_on_every_answer(db: None, stranger: Client, address: str, status: int) -> None:
    answer = stranger.get(address)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "camera=()" in answer.headers["Permissions-Policy"]


@pytest.mark.trust("T33")
def test_a_foreign_host_is_refused(db: None, stranger: Client) -> None:
    assert stranger.get("/healthz", headers={"host": "evil.example"}).status_code == 400


def test_a_browser_finds_the_icon_where_no_page_names_it(db: None, stranger: Client) -> None:
    answer = stranger.get("/favicon.ico")
    assert (answer.status_code, answer.url.endswith("icons/favicon.svg")) == (302, True)  # type: ignore[attr-defined]


def test_health_needs_no_login(db: None, stranger: Client) -> None:
    assert stranger.get("/healthz").json() == {"status": "ok"}
