"""How public answers are made smaller on the way: which encoding a browser takes, and what is worth it."""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Literal

import brotli  # type: ignore[import-untyped]

Encoding = Literal["", "br", "gzip"]

#: What is no longer than this costs as many packets either way.
SHORTEST = 500
#: Compressed once and sent many times; more takes several times as long for a few per cent.
BROTLI_QUALITY, GZIP_LEVEL = 5, 6
_TEXTS = re.compile(r"(?:text/.+|image/svg\+xml|application/(?:.+\+)?(?:json|xml|javascript))(?:;.*)?", re.ASCII)
_TAG_IN = re.compile('-(?:br|gzip)"')
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


@lru_cache(maxsize=256)
def taken(accepted: str) -> Encoding:
    """Return the best encoding that the header Accept-Encoding names; nothing where it names none of ours."""
    named = set()
    for each in accepted.lower().split(","):
        name, _, weight = each.partition(";")
        if not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight):
            named.add(name.strip())
    return "br" if "br" in named else "gzip" if "gzip" in named else ""


def shrinks(headers: Mapping[str, str], size: int) -> bool:
    """Say whether an answer of ``size`` bytes, 0 where nobody knows yet, is worth compressing.

    Pictures, PDF and workbooks are compressed already.
    """
    is_text = _TEXTS.fullmatch(headers.get("Content-Type", "")) is not None
    return is_text and "Content-Encoding" not in headers and not 0 < size < SHORTEST


def tag_in(etag: str, encoding: Encoding) -> str:
    """Return the tag of the same answer in ``encoding``: other bytes have another tag."""
    return f'{etag[:-1]}-{encoding}"' if encoding else etag


def tags_without_encoding(tags: str) -> str:
    """Return the header If-None-Match as views know it, which tag what they make and not how it is sent."""
    return _TAG_IN.sub('"', tags)


def compressed(parts: Iterable[bytes], encoding: Encoding) -> Iterator[bytes]:
    """Yield ``parts`` in ``encoding``, which is one of ours; the same bytes give the same bytes."""
    if encoding == "br":
        packer = brotli.Compressor(mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
        yield from filter(None, map(packer.process, parts))
        yield packer.finish()
    else:
        zipper = zlib.compressobj(GZIP_LEVEL, wbits=_GZIP_WINDOW)
        yield from filter(None, map(zipper.compress, parts))
        yield zipper.flush()
