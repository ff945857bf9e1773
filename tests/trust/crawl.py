"""A browser that follows every link, and reads every kind of answer as text."""

import html
import io
import json
import re
import zipfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from pypdf import PdfReader
from pypdf.errors import PdfReadError

from tests.access.visits import Visitor

STARTS = ("/", "/desk/", "/admin/", "/api/v1/docs", "/api/v1/openapi.json", "/api/v1/results", "/sitemap.xml")
#: Ends the session, or is no page of ours.
LEFT_OUT = re.compile(r"^/(static/|logout/|admin/logout/|admin/jsi18n/)")
#: Only says which list one came from.
WAY_BACK = "_changelist_filters"
#: Sorted and filtered in any number of ways, a list stays the same list.
MOST_QUERIES = 3
DEEPEST = 5


#: Drawn anew for each answer: letters of chance, which sooner or later spell any short mark.
CHANCE = re.compile(
    r"""(?<=nonce-)[\w+/=-]+|(?<=csrfmiddlewaretoken" value=")\w+|(?<=name="once" value=")[\w-]+"""
    r"""|(?<=csrftoken=)\w+|(?<=sessionid=)\w+"""
)


def text_of(answer: Any) -> str:
    """Return all that an answer says: entities, escapes and the parts of a workbook opened; headers too."""
    content = answer.kept if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            text = "\n".join(_part(archive.read(name)) for name in archive.namelist())
    elif content[:5] == b"%PDF-":
        text = _part(content)
    elif "json" in kind:
        text = json.dumps(json.loads(content), ensure_ascii=False)
    else:
        text = content.decode("utf-8-sig", "replace")
    return CHANCE.sub("", html.unescape(text) + html.unescape(str(dict(answer.headers))))


@lru_cache(maxsize=256)  # many addresses answer with the same file
def _part(content: bytes) -> str:
    """Return what a file says; of a PDF all that is on its pages, without blanks, which stand where there is room."""
    if content[:5] != b"%PDF-" or b"/Type" not in content:
        return content.decode("utf-8", "replace")
    try:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    except PdfReadError:  # a stand-in of the tests
        return content.decode("utf-8", "replace")
    return re.sub(r"[\s\u200b]+", "", "".join(pages))


def links(path: str, text: str) -> Iterator[str]:
    """Yield the local addresses that a page names."""
    for found in re.findall(r"""(?:href|src|action)=["']([^"']+)["']|<loc>([^<]+)</loc>""", text):
        target = urlsplit(urljoin(f"http://testserver{path}", next(filter(None, found))))
        if target.netloc == "testserver" and target.scheme == "http" and not LEFT_OUT.match(target.path):
            query = "&".join(part for part in target.query.split("&") if part and not part.startswith(WAY_BACK))
            yield target.path + (f"?{query}" if query else "")


def crawl(visitor: Visitor, starts: Iterable[str] = STARTS, most: int = 3_000) -> Iterator[tuple[str, Any, str]]:
    """Yield address, answer and text of every page that can be reached from ``starts``."""
    waiting = deque((start, 0) for start in starts)
    seen = set(starts)
    queries: Counter[str] = Counter()
    while waiting:
        path, depth = waiting.popleft()
        answer = visitor.ask("GET", path)
        text = text_of(answer)
        yield path, answer, text
        assert len(seen) <= most, "the crawl does not end"
        names_none = answer.headers.get("Content-Type", "").startswith("text/x-python")
        found = [] if names_none else links(path, text)
        targets = [answer.url] if answer.status_code in (301, 302) else found
        if depth == DEEPEST:
            continue
        for target in dict.fromkeys(targets):
            bare, _, query = target.partition("?")
            if target in seen or (query and queries[bare] >= MOST_QUERIES):
                continue
            queries[bare] += bool(query)
            seen.add(target)
            waiting.append((target, depth + 1))
