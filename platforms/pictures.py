"""A picture without what a camera or a program wrote into it (place, device, names); pure.

The pixels stay byte for byte. What says which way is up goes too, so pictures are turned before they are sent.
"""

from collections.abc import Iterator

#: Chunks of a PNG that change how it looks.
_PNG_KEPT = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs",
}  # fmt: skip
_SCAN, _END, _COMMENT = 0xDA, 0xD9, 0xFE


def without_metadata(content: bytes, kind: str) -> bytes:
    """Return ``content``, a ``jpg`` or ``png`` that was judged whole, without its metadata and whatever follows it.

    Raises:
        ValueError: it cannot be walked through, or ``kind`` is another.
    """
    if kind not in ("jpg", "png"):
        raise ValueError(f"no picture of kind {kind!r}")
    return b"".join(_jpg(content) if kind == "jpg" else _png(content))


def _png(content: bytes) -> Iterator[bytes]:
    yield content[:8]
    at, kind = 8, b""
    while kind != b"IEND":
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 12 + size
        if len(kind) < 4 or end > len(content):
            raise ValueError("cut off")
        if kind in _PNG_KEPT:
            yield content[at:end]
        at = end


def _jpg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    at = 2
    while True:
        while content[at : at + 2] == b"\xff\xff":  # fill
            at += 1
        if at + 2 > len(content) or content[at] != 0xFF:
            raise ValueError("cut off")
        mark = content[at + 1]
        if mark == _END:
            yield content[at : at + 2]
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if end > len(content) or end < at + 4:
            raise ValueError("cut off")
        if mark == _SCAN:
            end = _end_of_scan(content, end)
        if not _is_metadata(mark, content[at + 4 : at + 16]):
            yield content[at:end]
        at = end


def _is_metadata(mark: int, body: bytes) -> bool:
    # Kept: JFIF (0), colour profiles (2) and Adobe's colour transform (14).
    is_application = 0xE0 <= mark <= 0xEF
    kept = mark in (0xE0, 0xEE) or (mark == 0xE2 and body.startswith(b"ICC_PROFILE"))
    return mark == _COMMENT or (is_application and not kept)


def _end_of_scan(content: bytes, at: int) -> int:
    """Return where the mark after the scan that begins at ``at`` stands."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] != 0x00 and not 0xD0 <= content[at + 1] <= 0xD7 and content[at + 1] != 0xFF:
            return at
        at += 1 if content[at + 1] == 0xFF else 2
    raise ValueError("cut off")
