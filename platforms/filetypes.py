"""What a file really is: judged from its name and its content together, before anything opens it.

No Django, no parser: an office file is judged from its zip directory and from a look at its parts for what an XML
parser must never meet, a picture from the chain of its segments, a PDF from its two ends and from what would act by
itself in it. Every limit is checked before the part that it protects from is read.
"""

import contextlib
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from platforms.errors import Refusal

MEGABYTE = 1024 * 1024
#: Most that an office file may hold unpacked, in bytes; most entries; most bytes unpacked for one packed.
MAX_UNPACKED, MAX_ENTRIES, MAX_RATIO = 100 * MEGABYTE, 2_000, 200
#: A ratio says nothing about a small file, such as an empty workbook.
RATIO_FREE = 5 * MEGABYTE
LONGEST_NAME = 120
CHUNK = 64 * 1024
#: Most pixels of a picture: some 12,000 by 8,000; more is a bomb for whoever looks at it.
MAX_PIXELS = 100_000_000

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
_SPELLINGS = {"jpeg": "jpg"}
#: What people have, and what they can save it as.
_SAVE_AS = {
    **dict.fromkeys(("doc", "wps", "rtf", "odt"), "docx"),
    **dict.fromkeys(("xls", "et", "ods"), "xlsx"),
    **dict.fromkeys(("heic", "heif", "webp", "bmp", "gif"), "jpg"),
    **dict.fromkeys(("tif", "tiff", "ofd"), "pdf"),
}
_MAIN_PART = {"docx": b"wordprocessingml.document.main+xml", "xlsx": b"spreadsheetml.sheet.main+xml"}
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ACTIVE_PART = re.compile(r"vbaproject|vbadata|macrosheets?/|activex|embeddings/.*\.(bin|exe|js|vbs)$", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(zip|rar|7z|gz|tar|exe|dll|jar|com|bat|scr)$", re.IGNORECASE)
#: Steps through a file that is walked piece by piece: segments of a JPEG, fill bytes between them, chunks of a PNG.
MOST_SEGMENTS, MOST_FILL, MOST_CHUNKS = 2_000, 1_000, 50_000
#: Bytes of a zip directory: that of :data:`MAX_ENTRIES` entries with long names.
MAX_DIRECTORY = MAX_ENTRIES * 512


def _spelt(name: str) -> str:
    """Return a pattern for ``name`` in a PDF, each letter plain or as #xx."""
    return "".join(f"(?:{each}|#(?i:{ord(each):x}))" for each in name)


#: Starts something when the file is opened. Searched as it stands, and in what is packed: nothing is unescaped for it.
_ACTS = re.compile(f"/(?:{_spelt('JavaScript')}|{_spelt('Launch')})(?![A-Za-z]|#(?i:[46][1-9a-f]|[57][0-9a]))".encode())
#: Only where a dictionary says this does a stream hold objects, which may be packed; outlines say it as well.
_FIRST = re.compile(f"/{_spelt('First')}".encode())
_STREAM = re.compile(rb"stream\r?\n")
#: How a stream of objects begins: with the numbers of the objects and where each stands.
_NUMBERED = re.compile(rb"(?:[\s\0]|%[^\r\n]*[\r\n])*\d+[\s\0]+\d+[\s\0]")
#: Streams of a PDF that are looked into, and bytes that are unpacked of them, or read for it.
MOST_STREAMS, MOST_PACKED, _PACKED_CHUNK = 50_000, 100 * MEGABYTE, 4 * 1024
_FORBIDDEN_XML = tuple(
    word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_OVERLAP = max(map(len, _FORBIDDEN_XML))
_DECLARED_ENCODING = re.compile(rb"^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_PLAIN_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii", b"utf-16"}


@dataclass(frozen=True)
class FileFacts:
    """What a file is: ``kind`` is a key of :data:`MEDIA_TYPES`, ``size`` is in bytes."""

    shown_name: str
    kind: str
    media_type: str
    size: int


def shown_name(name: str) -> str:
    """Return ``name`` fit to be shown and stored as text: no path, nothing invisible, at most 120 characters."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    clean = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")).strip()
    stem, dot, extension = clean.rpartition(".")
    if dot and len(clean) > LONGEST_NAME:
        extension = extension[:10]
        clean = f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"
    return clean[:LONGEST_NAME] or "未命名"


def inspect(name: str, file: BinaryIO, *, allowed: Collection[str], max_bytes: int) -> FileFacts:
    """Return what ``file`` is; it is left at its beginning.

    ``allowed`` are keys of :data:`MEDIA_TYPES`.

    Raises:
        Refusal: too large, empty, of a kind that is not allowed, not what its name says, or dangerous to open.
    """
    shown = shown_name(name)
    kind = _kind_of_name(shown, allowed)
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise Refusal(f"文件“{shown}”是空的，请检查后重新上传。")
    if size > max_bytes:
        raise Refusal(
            f"文件“{shown}”为 {size / MEGABYTE:.1f} MB，超过上限 {max_bytes / MEGABYTE:.0f} MB，请压缩或拆分后上传。"
        )
    head = file.read(1024)
    if head.startswith(_COMPOUND):
        raise Refusal(f"文件“{shown}”是加密文件或旧版 Office 文件，请取消密码，另存为 xlsx 或 docx 后上传。")
    _CHECKS[kind](shown, file, head, size)
    file.seek(0)
    return FileFacts(shown, kind, MEDIA_TYPES[kind], size)


def _kind_of_name(shown: str, allowed: Collection[str]) -> str:
    extension = shown.rpartition(".")[2].lower() if "." in shown else ""
    kind = _SPELLINGS.get(extension, extension)
    if kind in ("xlsm", "docm", "xltm", "dotm", "xlsb"):
        raise Refusal(f"文件“{shown}”可能含宏，不能上传，请另存为不含宏的 xlsx 或 docx。")
    if kind not in allowed and _SAVE_AS.get(kind) in allowed:
        raise Refusal(f"不能直接上传“{shown}”，请另存为 {_SAVE_AS[kind]} 后上传。")
    if kind not in allowed:
        raise Refusal(f"不能上传“{shown}”：仅支持 {'、'.join(sorted(allowed))} 格式。")
    return kind


def _not_what_it_says(shown: str, kind: str) -> Refusal:
    return Refusal(f"文件“{shown}”的内容不是 {kind} 格式，或已损坏，请检查后重新上传。")


def _check_pdf(shown: str, file: BinaryIO, head: bytes, size: int) -> None:
    file.seek(max(0, size - 2048))
    if not head.startswith(b"%PDF-") or b"%%EOF" not in file.read():
        raise _not_what_it_says(shown, "pdf")
    _check_one_thing_only(shown, file)
    file.seek(0)
    content = file.read(size)
    if _ACTS.search(content) or any(map(_ACTS.search, _packed_objects(shown, content))):
        raise Refusal(f"文件“{shown}”含脚本或会启动程序，不能上传，请“打印”成不含脚本的 PDF 后上传。")


def _packed_objects(shown: str, content: bytes) -> Iterator[bytes]:
    """Yield the objects of a PDF that stand in packed streams, as programs write them; encrypted ones are not seen."""
    if not _FIRST.search(content):
        return
    too_much = Refusal(f"文件“{shown}”的内部结构过于复杂，不能上传，请“打印”成 PDF 后上传。")
    view, left = memoryview(content), MOST_PACKED
    for number, begin in enumerate(_STREAM.finditer(content)):
        if number == MOST_STREAMS:
            raise too_much
        # Without the two bytes before it and the checksum behind it, which no reader asks for.
        packed, at, objects = zlib.decompressobj(-zlib.MAX_WBITS), begin.end() + 2, bytearray()
        with contextlib.suppress(zlib.error):  # another kind of stream, or one that is damaged further on
            if not _NUMBERED.match(packed.copy().decompress(view[at : at + 1024], 1024)):
                continue
            while left > 0 and at < len(view) and not packed.eof:
                part = packed.decompress(view[at : at + _PACKED_CHUNK])
                objects += part
                at, left = at + _PACKED_CHUNK, left - _PACKED_CHUNK - len(part)
        if left <= 0:
            raise too_much
        yield bytes(objects)


def _check_jpg(shown: str, file: BinaryIO, head: bytes, size: int) -> None:
    if not head.startswith(b"\xff\xd8\xff") or not _ends_as_jpg(shown, file, size):
        raise _not_what_it_says(shown, "jpg")
    _check_one_thing_only(shown, file, head)


def _ends_as_jpg(shown: str, file: BinaryIO, size: int) -> bool:
    """Walk the segments up to the picture itself, and say whether the end mark follows; the thumbnail's is none."""
    file.seek(2)
    filled = 0
    for _ in range(MOST_SEGMENTS):
        mark = file.read(2)
        while mark == b"\xff\xff" and filled < MOST_FILL:
            mark = mark[1:] + file.read(1)
            filled += 1
        length = int.from_bytes(file.read(2), "big")
        if len(mark) < 2 or mark[0] != 0xFF or length < 2:
            return False
        body = file.read(min(length - 2, 5))
        if 0xC0 <= mark[1] <= 0xCF and mark[1] not in (0xC4, 0xC8, 0xCC) and len(body) == 5:
            _check_pixels(shown, int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big"))
        if mark[1] == 0xDA:
            return b"\xff\xd9" in file.read(size)
        file.seek(length - 2 - len(body), 1)
    return False


def _check_png(shown: str, file: BinaryIO, head: bytes, size: int) -> None:
    if not head.startswith(b"\x89PNG\r\n\x1a\n") or head[12:16] != b"IHDR":
        raise _not_what_it_says(shown, "png")
    _check_pixels(shown, int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big"))
    kind, end = b"", 8
    for _ in range(MOST_CHUNKS):
        file.seek(end)
        start = file.read(8)
        kind, end = start[4:], end + 12 + int.from_bytes(start[:4], "big")
        if len(start) < 8 or end > size or kind == b"IEND":
            break
    if kind != b"IEND" or end > size:
        raise _not_what_it_says(shown, "png")
    _check_one_thing_only(shown, file, head)


def _check_pixels(shown: str, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise Refusal(f"图片“{shown}”为 {width}×{height} 像素，超过上限 {MAX_PIXELS // 10_000} 万像素，请缩小后上传。")


def _check_one_thing_only(shown: str, file: BinaryIO, head: bytes = b"") -> None:
    """Refuse what another program would take for an archive, a page or a PDF."""
    if zipfile.is_zipfile(file):
        raise Refusal(f"文件“{shown}”内含压缩包或程序，不能上传。")
    if re.search(rb"%PDF-|<html|<script|<!doctype|<svg", head, re.IGNORECASE):
        raise Refusal(f"文件“{shown}”中夹带了其他内容，不能上传，请重新拍摄或另存。")


def _check_csv(shown: str, file: BinaryIO, head: bytes, size: int) -> None:
    if head.startswith((b"PK\x03\x04", b"%PDF-", b"\x7fELF", b"MZ")) or head.lstrip()[:1] == b"<":
        raise _not_what_it_says(shown, "csv")
    file.seek(0)
    content = file.read(size)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(
            f"文件“{shown}”不是 UTF-8 编码（可能是 GBK 或 UTF-16），请在 Excel 中另存为“CSV UTF-8”，或直接上传 xlsx。"
        ) from None
    if "\x00" in text:
        raise _not_what_it_says(shown, "csv")


def _check_docx(shown: str, file: BinaryIO, head: bytes, _size: int) -> None:
    _check_office(shown, file, head, "docx")


def _check_xlsx(shown: str, file: BinaryIO, head: bytes, _size: int) -> None:
    _check_office(shown, file, head, "xlsx")


_CHECKS = {
    "pdf": _check_pdf,
    "jpg": _check_jpg,
    "png": _check_png,
    "csv": _check_csv,
    "docx": _check_docx,
    "xlsx": _check_xlsx,
}


def _check_office(shown: str, file: BinaryIO, head: bytes, kind: str) -> None:
    if not head.startswith(b"PK\x03\x04"):
        raise _not_what_it_says(shown, kind)
    try:
        record = zipfile._EndRecData(file)  # type: ignore[attr-defined]
        # ``ZipFile`` builds a row for each entry of the directory before anybody can count them.
        if record is None or record[zipfile._ECD_SIZE] > MAX_DIRECTORY:  # type: ignore[attr-defined]
            raise _not_what_it_says(shown, kind)
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            _check_directory(shown, archive.infolist())
            types = archive.read("[Content_Types].xml")
            if b"macroEnabled" in types:
                raise Refusal(f"文件“{shown}”含宏，不能上传，请另存为不含宏的 {kind}。")
            if _MAIN_PART[kind] not in types:
                raise _not_what_it_says(shown, kind)
            for entry in archive.infolist():
                _check_part(shown, archive, entry)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, OSError, RuntimeError):
        raise _not_what_it_says(shown, kind) from None


def _check_directory(shown: str, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse from the directory alone; ``zipfile`` never unpacks more of an entry than the directory says."""
    if len(entries) > MAX_ENTRIES:
        raise Refusal(f"文件“{shown}”内部条目过多（{len(entries)} 个），不能上传。")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FREE and unpacked / packed > MAX_RATIO):
        raise Refusal(f"文件“{shown}”展开后过大（{unpacked / MEGABYTE:.0f} MB），不能上传，请删去多余内容后另存。")
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise Refusal(f"文件“{shown}”内部有同名条目，不能上传，请用 Office 或 WPS 重新另存。")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise Refusal(f"文件“{shown}”设有密码，请取消密码后上传。")
        path = entry.filename.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/") or ":" in path:
            raise Refusal(f"文件“{shown}”内部路径异常，不能上传，请用 Office 或 WPS 重新另存。")
        if _ACTIVE_PART.search(path):
            raise Refusal(f"文件“{shown}”含宏或控件，不能上传，请另存为不含宏的文件。")
        if _ARCHIVE.search(path):
            raise Refusal(f"文件“{shown}”内含压缩包或程序，不能上传。")


def _check_part(shown: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Read one part to its end, so that a wrong size or checksum shows, and look into XML for entities."""
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml", ".svg"))
    tail = b""
    for number, chunk in enumerate(_chunks(archive, entry)):
        if not is_xml:
            if number == 0 and chunk.startswith((b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf")):
                raise Refusal(f"文件“{shown}”内含压缩包或程序，不能上传。")
            continue
        if number == 0:
            declared = _DECLARED_ENCODING.match(chunk)
            if declared and declared[1].lower() not in _PLAIN_ENCODINGS:
                raise _not_what_it_says(shown, entry.filename)
        window = tail + chunk
        if any(word in window for word in _FORBIDDEN_XML):
            raise Refusal(f"文件“{shown}”含有外部实体定义，不能上传，请用 Office 或 WPS 重新另存。")
        tail = window[-_OVERLAP:]


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            yield chunk
