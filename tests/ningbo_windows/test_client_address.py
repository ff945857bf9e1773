"""T53: which address a request comes from, with no, one and two proxies of ours in front."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from platforms.client_address import address_of, read_address
from platforms.models import AuditEvent, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.trust("T53")

PROXY, OUTER, CLIENT, FORGED = "10.0.0.1", "10.0.0.2", "203.0.113.7", "198.51.100.9"
HANDBOOK = Path(__file__).parents[2] / "docs" / "部署与运维.md"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("203.0.113.7", CLIENT),
        (" 203.0.113.7 ", CLIENT),
        ("203.0.113.7:51234", CLIENT),
        ("2001:DB8::0001", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ('"[2001:db8::1]:443"', "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:80", "fe80::1"),
        ("::ffff:203.0.113.7", CLIENT),
        ("[::ffff:203.0.113.7]:80", CLIENT),
        ("", ""),
        ("unknown", ""),
        ("_hidden", ""),
        ("203.0.113", ""),
        ("203.0.113.7.1", ""),
        ("２０３.0.113.7", ""),
        ("1" * 5_000, ""),
        ("203.0.113.7\x00", ""),
        ("'; DROP TABLE", ""),
    ],
)
def test_an_address_has_one_form(text: str, address: str) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        # None of ours: who connects is the client, whatever it says.
        (0, CLIENT, "", CLIENT),
        (0, CLIENT, FORGED, CLIENT),
        (0, "::ffff:203.0.113.7", "", CLIENT),
        (0, "", FORGED, ""),
        # One that writes the only entry, as in the handbook.
        (1, PROXY, CLIENT, CLIENT),
        (1, PROXY, "2001:db8::7", "2001:db8::7"),
        (1, PROXY, "[2001:db8::7]:443", "2001:db8::7"),
        # One that appends to what the client sent.
        (1, PROXY, f"{FORGED}, {CLIENT}", CLIENT),
        (1, PROXY, f"{FORGED},{FORGED},{CLIENT}", CLIENT),
        (1, PROXY, f", ,{CLIENT}", CLIENT),
        (1, PROXY, f"nonsense, {CLIENT}", CLIENT),
        # Over a socket of the machine nobody has an address but the entry.
        (1, "", CLIENT, CLIENT),
        # What is missing or no address: the proxy is all that is known.
        (1, PROXY, "", PROXY),
        (1, PROXY, "unknown", PROXY),
        (1, PROXY, f"{CLIENT},", PROXY),
        (1, PROXY, f"{CLIENT}, unknown", PROXY),
        # Two, each appending.
        (2, PROXY, f"{CLIENT}, {OUTER}", CLIENT),
        (2, PROXY, f"{FORGED}, {CLIENT}, {OUTER}", CLIENT),
        # Somebody went round the outer one: the inner vouches for that one address.
        (2, PROXY, CLIENT, CLIENT),
        (2, PROXY, f"unknown, {OUTER}", OUTER),
        (2, PROXY, f"{FORGED}, unknown, {OUTER}", OUTER),
        (2, PROXY, f"{CLIENT}, unknown", PROXY),
        (2, PROXY, "", PROXY),
    ],
)
def test_the_client_is_counted_from_the_right(proxies: int, remote: str, forwarded: str, address: str) -> None:
    assert address_of(remote=remote, forwarded=forwarded, proxies=proxies) == address


def header_of_the_handbook(client: str, sent: str) -> str:
    """Return what nginx sends on by the handbook's own lines for a client that sent ``sent``."""
    written = re.findall(r"^proxy_set_header X-Forwarded-For (.+);$", HANDBOOK.read_text("utf-8"), re.MULTILINE)
    assert written == ["$remote_addr"]
    assert "此时 `NINGBO_PROXY_COUNT=1`" in HANDBOOK.read_text("utf-8")
    return {"$remote_addr": client, "$proxy_add_x_forwarded_for": f"{sent}, {client}"}[written[0]]


def log_in(client: str, password: str, sent: str = FORGED) -> Any:
    return Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=header_of_the_handbook(client, sent)).post(
        "/admin/login/", {"username": "city", "password": password}
    )


@pytest.fixture
def _behind_the_handbooks_nginx(settings: Any) -> None:
    settings.PROXY_COUNT = 1


@pytest.mark.usefixtures("_behind_the_handbooks_nginx")
def test_behind_the_handbooks_proxy_the_log_has_the_client(city: User) -> None:
    log_in(CLIENT, PASSWORD)
    assert AuditEvent.objects.get(verb="登录").address == CLIENT


@pytest.mark.usefixtures("_behind_the_handbooks_nginx")
def test_behind_the_handbooks_proxy_nobody_else_keeps_an_account_locked(city: User) -> None:
    assert [log_in(FORGED, f"wrong-{turn}").status_code for turn in range(5)] == [200, 200, 200, 200, 429]
    assert log_in(CLIENT, PASSWORD).status_code == 302
    assert log_in(FORGED, PASSWORD).status_code == 429


@pytest.mark.usefixtures("_behind_the_handbooks_nginx")
def test_the_lock_holds_for_a_whole_line_of_ipv6(city: User) -> None:
    for turn in range(5):
        log_in(f"2001:db8:1:2::{turn}", "wrong-1")
    assert log_in("2001:db8:1:2:9::9", PASSWORD).status_code == 429
    assert log_in("2001:db8:1:3::1", PASSWORD).status_code == 302
    assert AuditEvent.objects.filter(address="2001:db8:1:2::3").count() == 1


@pytest.mark.usefixtures("_behind_the_handbooks_nginx")
def test_the_limit_of_verifications_is_counted_for_each_client(db: None, settings: Any) -> None:
    settings.VERIFICATIONS_PER_MINUTE = 1

    def verify(client: str) -> int:
        header = header_of_the_handbook(client, "")
        return Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=header).get("/verify/NB2025-001-AAAAA/").status_code

    assert [verify(CLIENT), verify(CLIENT), verify(FORGED)] == [404, 429, 404]


def test_without_a_proxy_the_header_says_nothing(city: User) -> None:
    Client(REMOTE_ADDR=CLIENT, HTTP_X_FORWARDED_FOR=FORGED).post(
        "/admin/login/", {"username": "city", "password": PASSWORD}
    )
    assert AuditEvent.objects.get(verb="登录").address == CLIENT
