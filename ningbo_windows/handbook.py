"""The handbook of ``docs/``, read once: its chapters as safe HTML, its pictures, search over its text.

The last chapter is made from the code (``field_dictionary``). Nothing of the handbook comes from users; raw HTML in the
file is shown as text all the same.
"""

import re
import struct
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ningbo_windows import field_dictionary

#: The chapters in their order: the word of each in an address. The file has all but the last one.
SLUGS = (
    *("everyone", "county", "unit", "city", "assessor", "finance", "auditor", "security", "sysadmin", "public"),
    *("questions", "dictionary"),
)
_DOCS = Path(__file__).resolve().parent.parent / "docs"
#: Where pages begin that not every reader of the handbook may open.
_OFFICE = ("/desk/", "/admin/")
_IMAGES = re.compile(r"images/([a-z-]+)\.png")
#: Characters of a snippet before and after what was found.
_BEFORE, _AFTER = 24, 60
_BOX = '<div class="table-wrap" role="region" tabindex="0" aria-label="表 {}">'


@dataclass(frozen=True)
class Section:
    """What stands under one heading, without its marks; ``anchor`` is empty above the first heading of a chapter."""

    title: str
    anchor: str
    text: str


@dataclass(frozen=True)
class Chapter:
    """One second-level heading with all below it; ``anchor`` is how the file itself refers to the chapter."""

    slug: str
    title: str
    anchor: str
    tokens: Sequence[Token]
    sections: tuple[Section, ...]

    @property
    def anchors(self) -> tuple[str, ...]:
        return tuple(section.anchor for section in self.sections if section.anchor)

    @property
    def images(self) -> tuple[str, ...]:
        """The names of the pictures in it, without folder and ending."""
        sources = [str(each.attrs["src"]) for each in _flat(self.tokens) if each.type == "image"]
        return tuple(found[1] for source in sources if (found := _IMAGES.fullmatch(source)))


@dataclass(frozen=True)
class Hit:
    """A section that has all words of a search, and the text around the first of them in three pieces."""

    chapter: Chapter
    section: Section
    before: str
    found: str
    after: str


def anchor_of(title: str) -> str:
    """Return the name by which a link inside of the file reaches the heading ``title``."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


@cache
def chapters() -> tuple[Chapter, ...]:
    """Return the chapters of the handbook in order."""
    return read(f"{(_DOCS / '操作手册.md').read_text(encoding='utf-8')}\n\n{field_dictionary.chapter()}")


def read(text: str) -> tuple[Chapter, ...]:
    """Return the chapters of ``text``.

    Raises:
        ValueError: it has more or fewer chapters than :data:`SLUGS`.
    """
    tokens = _reader().parse(text)
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    pieces = [tokens[start:end] for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True)]
    return tuple(_chapter(slug, piece) for slug, piece in zip(SLUGS, pieces, strict=True))


def chapter(slug: str) -> Chapter | None:
    """Return the chapter that an address calls ``slug``."""
    return next((each for each in chapters() if each.slug == slug), None)


def part(of: Chapter, anchor: str) -> Chapter:
    """Return what stands under the heading ``anchor`` of ``of`` alone, as a chapter.

    Raises:
        StopIteration: ``of`` has no such heading.
    """
    starts = [at for at, token in enumerate(of.tokens) if token.type == "heading_open"]
    start = next(at for at in starts if anchor_of(of.tokens[at + 1].content) == anchor)
    end = next((at for at in starts if at > start), len(of.tokens))
    return _chapter(of.slug, of.tokens[start:end])


def image(name: str) -> Path | None:
    """Return the file of a picture that the handbook shows; others of the folder are not found."""
    named = {each for one in chapters() for each in one.images}
    return _DOCS / "images" / f"{name}.png" if name in named else None


def html(of: Chapter, *, link: Callable[[str], str], picture: Callable[[str], str]) -> str:
    """Return ``of`` without its own title as safe HTML.

    Args:
        of: the chapter.
        link: the address for an anchor of the file; where it is empty the words stand without a link.
        picture: the address of a picture by its name.
    """
    tokens = [_shown(token, link, picture) for token in of.tokens[3:]]
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrs = {"id": anchor_of(tokens[at + 1].content)}
    out: str = _reader().renderer.render(tokens, _reader().options, {})
    number = count(1)
    # Each box that scrolls has a name of its own for who hears the page.
    opened = re.sub("<table>", lambda _: f"{_BOX.format(next(number))}<table>", out)
    return opened.replace("</table>", "</table></div>")


def search(asked: str) -> list[Hit]:
    """Return the sections that have every word of ``asked`` in title or text; case and width do not matter."""
    words = fold(asked).split()
    hits = [_hit(one, section, words) for one in chapters() for section in one.sections] if words else []
    return [hit for hit in hits if hit]


def fold(text: str) -> str:
    """Return ``text`` in small letters and half width, character by character, so that places stay the same."""
    return "".join(one if len(one := unicodedata.normalize("NFKC", each).lower()) == 1 else each for each in text)


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _chapter(slug: str, tokens: Sequence[Token]) -> Chapter:
    title = tokens[1].content
    return Chapter(slug, title, anchor_of(title), tokens, tuple(_sections(title, tokens)))


def _sections(title: str, tokens: Sequence[Token]) -> Iterator[Section]:
    anchor, texts = "", list[str]()
    for at, token in enumerate(tokens[3:], start=3):
        if token.type == "heading_open":
            yield Section(title, anchor, " ".join(texts))
            title, anchor, texts = tokens[at + 1].content, anchor_of(tokens[at + 1].content), []
        elif token.type == "inline" and tokens[at - 1].type != "heading_open":
            texts.append(_plain(token))
    yield Section(title, anchor, " ".join(texts))


def _plain(token: Token) -> str:
    return "".join(" " if each.type == "softbreak" else each.content for each in token.children or ())


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or ())


def _shown(token: Token, link: Callable[[str], str], picture: Callable[[str], str]) -> Token:
    """Return ``token`` as the page shows it: headings one step up, addresses of the product."""
    if token.type in ("heading_open", "heading_close"):
        return token.copy(tag=f"h{int(token.tag[1]) - 1}")
    if token.type == "inline":
        pieces = list(token.children or ())
        return token.copy(children=list(_inline(pieces, link, picture)))
    # No style of table cells, which the policy of the pages refuses; a list goes on with its number.
    return token.copy(attrs={name: value for name, value in token.attrs.items() if name == "start"})


def _inline(pieces: Sequence[Token], link: Callable[[str], str], picture: Callable[[str], str]) -> Iterator[Token]:
    kept = True
    for piece in pieces:
        if piece.type == "link_open":
            to = str(piece.attrs["href"])
            # A public page is open to every reader; a page of the office is not, and stands there by its name.
            href = "" if to.startswith(_OFFICE) else to if to.startswith("/") else link(_anchor(to))
            kept = bool(href)
            if kept:
                yield piece.copy(attrs={"href": href})
        elif piece.type == "image":
            found = _IMAGES.fullmatch(str(piece.attrs["src"]))
            if found:
                yield piece.copy(attrs={"src": picture(found[1]), "alt": "", "loading": "lazy"} | _size(found[1]))
        elif piece.type != "link_close" or kept:
            yield piece


def _size(name: str) -> dict[str, str | int | float]:
    """Return width and height of a picture, so that no text moves when it comes; nothing for one that is not there."""
    path = _DOCS / "images" / f"{name}.png"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        width, height = struct.unpack(">II", file.read(24)[16:])
    return {"width": str(width), "height": str(height)}


def _anchor(href: str) -> str:
    """Return the anchor of this file that ``href`` names, or nothing for another file."""
    return unquote(href[1:]) if href.startswith("#") else ""


def _hit(one: Chapter, section: Section, words: Sequence[str]) -> Hit | None:
    title, text = fold(section.title), fold(section.text)
    if not all(word in title or word in text for word in words):
        return None
    places = [(text.index(word), len(word)) for word in words if word in text]
    if not places:
        return Hit(one, section, "", "", _cut(section.text, 0, _BEFORE + _AFTER))
    at, length = min(places)
    start = max(0, at - _BEFORE)
    return Hit(
        one,
        section,
        ("…" if start else "") + section.text[start:at],
        section.text[at : at + length],
        _cut(section.text, at + length, _AFTER),
    )


def _cut(text: str, start: int, most: int) -> str:
    return text[start : start + most] + ("…" if len(text) > start + most else "")
