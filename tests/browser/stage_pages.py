"""Pages of the access matrix in a browser, as the test client got them: no server, no second connection."""

import base64
import mimetypes
import re
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.access.matrix import table
from tests.access.visits import COLUMNS, Visitor
from tests.access.world import World

HOST = "http://stage.test"
#: The smallest picture: one dot.
DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
#: Who is asked for a page: the first of them who may open it.
READERS = ("city", "own", "finance", "auditor", "sysadmin", "token", "stranger")


def page_of(here: World, pattern: str) -> tuple[str, bytes]:
    """Return address and text of the page that stands at ``pattern`` of the matrix."""
    codes = table()["GET", pattern]
    visitor = Visitor(here, next(name for name in READERS if codes[COLUMNS.index(name)] == 200))
    path = visitor.address(pattern)
    return path, visitor.ask("GET", path).content


class StagePages:
    """A browser that shows answers of the test client; styles and scripts are those of the working copy."""

    def __init__(self, chromium: Browser, **view: Any) -> None:
        self.context: BrowserContext = chromium.new_context(base_url=HOST, locale="zh-CN", **view)
        self.context.route("**/*", self._answer)
        self.page: Page = self.context.new_page()
        self.body = b""

    def show(self, path: str, body: bytes) -> Page:
        """Open the page ``body`` at ``path``."""
        self.body = body
        self.page.goto(path, wait_until="load")
        return self.page

    def _answer(self, route: Route) -> None:
        if route.request.is_navigation_request():
            route.fulfill(body=self.body, content_type="text/html; charset=utf-8")
            return
        path = urlsplit(route.request.url).path
        name = re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", path.removeprefix("/static/"))
        found = finders.find(name) if path.startswith("/static/") else None
        if found:
            route.fulfill(path=found, content_type=mimetypes.guess_type(found)[0] or "text/plain")
        elif route.request.resource_type == "image":
            # A picture that does not come leaves the place that is kept free for it.
            route.fulfill(body=DOT, content_type="image/gif")
        else:
            route.fulfill(status=404)
