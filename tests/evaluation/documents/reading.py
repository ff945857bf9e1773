"""Readers of printed documents: their words, their tags, their codes."""

import io
from collections.abc import Iterator
from typing import Any

import pypdfium2
import zxingcpp
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

#: A picture is taken with so many dots to the inch, and the code on it is so wide, in centimetres.
DOTS, CENTIMETRES = 150, 2


def tags(content: bytes) -> list[DictionaryObject]:
    """Return the elements of a tagged PDF as they are read aloud."""
    root: Any = PdfReader(io.BytesIO(content)).trailer["/Root"]
    return list(_below(root["/StructTreeRoot"]["/K"]))


def kinds(content: bytes) -> list[str]:
    return [str(each["/S"]) for each in tags(content)]


def _below(node: Any) -> Iterator[DictionaryObject]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, ArrayObject):
        for each in node:
            yield from _below(each)
    elif isinstance(node, DictionaryObject):
        if isinstance(node.get("/S"), NameObject) and node.get("/S") != "/Artifact":
            yield node
        if "/K" in node:
            yield from _below(node["/K"])


def codes_on(content: bytes, *, code_width: float) -> list[str]:
    """Return what a reader finds on a grey picture of the page on which a code of ``code_width`` mm is 2 cm wide."""
    page = pypdfium2.PdfDocument(content)[0]
    scale = DOTS / 72 * CENTIMETRES * 10 / code_width
    picture = page.render(scale=scale, grayscale=True)
    grey = memoryview(picture.buffer).cast("B")[: picture.stride * picture.height]
    return [found.text for found in zxingcpp.read_barcodes(grey.cast("B", [picture.height, picture.stride]))]


def heights(content: bytes, letter: str) -> tuple[float, float]:
    """Return between which heights of the first page each ``letter`` stands, in points from below."""
    text = pypdfium2.PdfDocument(content)[0].get_textpage()
    places = [place for place, each in enumerate(text.get_text_range()) if each == letter]
    boxes = [text.get_charbox(place) for place in places]
    return min(box[1] for box in boxes), max(box[3] for box in boxes)
