"""Every page of the public site, from the URL configuration: what anyone reads without an account."""

from tests.access.addresses import patterns
from tests.access.visits import Visitor
from tests.access.world import World

#: Where those who work here, units with a link, and machines come in.
OTHER_DOORS = ("admin/", "desk/", "fill/", "demo/", "calendar/", "logout/", "healthz", "favicon.ico")


def page_patterns() -> list[str]:
    """Return the addresses of the site as the URL configuration writes them, such as ``results/<str:code>/``."""
    return [
        each
        for each in dict.fromkeys(patterns())
        if not each.startswith(OTHER_DOORS) and (not each.startswith("api/") or each == "api/v1/docs")
    ]


def public_pages(here: World) -> dict[str, tuple[str, bytes]]:
    """Return address and bytes of each page, as a stranger gets it."""
    stranger = Visitor(here, "stranger")
    found = {}
    for pattern in page_patterns():
        path = stranger.address(pattern)
        answer = stranger.ask("GET", path)
        assert answer.status_code == 200, pattern
        # Files, feeds and marks of the map are no pages.
        if answer.headers["Content-Type"].startswith("text/html"):
            found[pattern] = (path, answer.content)
    return found
