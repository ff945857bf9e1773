"""The files that come with an invented application: tiny, valid, and saying what they are."""

import struct
import zlib
from functools import cache

_PDF = "application/pdf"
_PNG = "image/png"


@cache
def pdf(title: str) -> bytes:
    """Return a PDF of one page that says 演示文件 and ``title``, in a font that every reader has at hand."""
    text = "".join(
        f"BT /F1 {size} Tf 72 {height} Td <{line.encode('utf-16-be').hex()}> Tj ET\n"
        for size, height, line in ((28, 740, "演示文件"), (18, 700, title), (11, 670, "内容为虚构，仅供演示。"))
    ).encode()
    bodies = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%bendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 7 0 R>>",
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
    )
    written = b"%PDF-1.4\n"
    places: list[int] = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(bodies) + 1
    return (
        written
        + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            count,
            table,
            count,
            len(written),
        )
    )


@cache
def png(shade: int) -> bytes:
    """Return a small picture of one colour, in place of a photo; ``shade`` from 0 to 255."""
    width, height = 240, 160
    line = b"\x00" + bytes((shade, 150, 255 - shade // 2)) * width

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(line * height))
        + chunk(b"IEND", b"")
    )


def paper(name: str) -> tuple[bytes, str]:
    """Return content and media type of the file called ``name``."""
    stem, _, ending = name.rpartition(".")
    return (png(zlib.crc32(stem.encode()) % 256), _PNG) if ending == "png" else (pdf(stem), _PDF)
