"""Markdown that officers write, as HTML that is safe on a public page; no Django.

Taken in are headings, paragraphs, lists, emphasis, quotations, tables, links and the writer's own pictures; HTML is
shown as it was typed. The result passes an allowlist of tags and attributes once more, whatever the reader made of it.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import unquote, urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: Where a link may lead: into this site, to another one, to a mailbox or to a phone.
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
#: How a text names the pictures that belong to it: ``![](图1)``.
PICTURE = re.compile(r"图[1-9][0-9]{0,2}")
TAGS = frozenset({
    "a", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "hr", "img", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "rel"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "img": {"alt", "class", "decoding", "height", "loading", "sizes", "src", "srcset", "width"},
    "ol": {"start"},
    "table": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
}
#: The values that an attribute may have where there are few.
VALUES = {
    ("div", "class"): {"table-wrap"},
    ("table", "class"): {"data"},
    ("td", "class"): {"num"},
    ("th", "class"): {"num"},
}
REL = "noopener nofollow noreferrer"
#: The page has the only first heading, and nothing in a text needs more than three levels.
HIGHEST, LOWEST = 2, 4
_BOX = '<div class="table-wrap" role="region" tabindex="0" aria-label="表格">'


def html_of(text: str, *, pictures: Mapping[str, str] | None = None) -> str:
    """Return ``text`` as safe HTML; ``pictures`` maps names such as ``图1`` to the HTML of pictures of ours.

    A single line break stays one, and blanks at the beginning of a line mean nothing, as in plain text. A picture that
    is not there is left out. Headings begin at the second level.
    """
    tokens = [_shown(token, pictures or {}) for token in _reader().parse(text)]
    made: str = _reader().renderer.render(tokens, _reader().options, {})
    made = made.replace("<table>", f'{_BOX}<table class="data">').replace("</table>", "</table></div>")
    return nh3.clean(
        made,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_allowed_value,
        url_schemes=set(SCHEMES),
        link_rel=None,
    ).strip()


def plain_of(text: str) -> str:
    """Return the words of ``text`` as people read them, a line for each paragraph, heading or cell."""
    return "\n".join(filter(None, (_plain(token) for token in _reader().parse(text))))


def names_of_pictures(text: str) -> list[str]:
    """Return what ``text`` puts in as pictures, in its order; what is none of the writer's is named as it stands."""
    return [_source(piece) for piece in _pieces(text) if piece.type == "image"]


def wrong_links(text: str) -> list[str]:
    """Return the targets of links in ``text`` that lead nowhere a link may lead, each once, in its order."""
    found = (match[1] for match in re.finditer(r"\]\(\s*<?([^()\s<>]+)", text))
    return list(dict.fromkeys(each for each in found if not may_lead_to(each) and not PICTURE.fullmatch(each)))


def may_lead_to(target: str) -> bool:
    """Say whether a link may lead to ``target``: a path of this site, a part of the page, or one of :data:`SCHEMES`."""
    if target.startswith(("/", "#")):
        return not target.startswith(("//", "/\\"))
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.netloc if parts.scheme.startswith("http") else parts.path)


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    # A line indented by blanks is a paragraph, and a line of dashes below it makes no heading of it.
    reader.disable(["code", "lheading", "reference"])
    reader.validateLink = _may_be_read  # type: ignore[method-assign, assignment]
    return reader


def _may_be_read(target: str) -> bool:
    return may_lead_to(target) or bool(PICTURE.fullmatch(unquote(target)))


def _shown(token: Token, pictures: Mapping[str, str]) -> Token:
    if token.type in ("heading_open", "heading_close"):
        return token.copy(tag=f"h{min(max(int(token.tag[1]), HIGHEST), LOWEST)}")
    if token.type == "inline":
        return token.copy(children=[_piece(each, pictures) for each in token.children or ()])
    attrs = {name: value for name, value in token.attrs.items() if name == "start"}
    if token.type in ("th_open", "td_open"):
        attrs = {"scope": "col"} if token.type == "th_open" else {}
        attrs |= {"class": "num"} if token.attrs.get("style") == "text-align:right" else {}
    return token.copy(attrs=attrs)


def _piece(piece: Token, pictures: Mapping[str, str]) -> Token:
    if piece.type == "image":
        return Token("html_inline", "", 0, content=pictures.get(_source(piece), ""))
    if piece.type == "link_open":
        href = str(piece.attrs["href"])
        if not may_lead_to(href):
            return piece.copy(attrs={})
        return piece.copy(attrs={"href": href} | ({"rel": REL} if href.startswith("http") else {}))
    return piece


def _source(piece: Token) -> str:
    return unquote(str(piece.attrs["src"]))


def _pieces(text: str) -> Iterator[Token]:
    for token in _reader().parse(text):
        yield from token.children or ()


def _plain(token: Token) -> str:
    if token.type in ("fence", "inline") and not token.children:
        return token.content.strip()
    breaks = ("softbreak", "hardbreak")
    return "".join(
        "\n" if each.type in breaks else "" if each.type == "image" else each.content for each in token.children or ()
    ).strip()


def _allowed_value(tag: str, name: str, value: str) -> str | None:
    if (tag, name) in VALUES and value not in VALUES[tag, name]:
        return None
    if name == "src" and (not value.startswith("/") or value.startswith("//")):
        return None
    if name == "href" and not may_lead_to(value):
        return None
    return value
