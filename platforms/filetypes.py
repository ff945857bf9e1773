"""What a file really is: judged from its name and its content together, before anything opens it.

No Django, no parser: an office file is judged from its zip directory and from a look at its parts for what an XML
parser must never meet. Every limit is checked before the part that it protects from is read.
"""

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

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
_SPELLINGS = {"jpeg": "jpg"}
_MAIN_PART = {"docx": b"wordprocessingml.document.main+xml", "xlsx": b"spreadsheetml.sheet.main+xml"}
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ACTIVE_PART = re.compile(r"vbaproject|vbadata|macrosheets?/|activex|embeddings/.*\.(bin|exe|js|vbs)$", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(zip|rar|7z|gz|tar|exe|dll|jar|com|bat|scr)$", re.IGNORECASE)
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
    if kind not in allowed:
        raise Refusal(f"不能上传“{shown}”：只收 {'、'.join(sorted(allowed))} 格式的文件。")
    return kind


def _not_what_it_says(shown: str, kind: str) -> Refusal:
    return Refusal(f"文件“{shown}”的内容不是 {kind} 格式，或已损坏，请检查后重新上传。")


def _check_pdf(shown: str, file: BinaryIO, head: bytes, size: int) -> None:
    file.seek(max(0, size - 2048))
    if not head.startswith(b"%PDF-") or b"%%EOF" not in file.read():
        raise _not_what_it_says(shown, "pdf")


def _check_jpg(shown: str, file: BinaryIO, head: bytes, size: int) -> None:
    file.seek(max(0, size - MEGABYTE))
    if not head.startswith(b"\xff\xd8\xff") or b"\xff\xd9" not in file.read():
        raise _not_what_it_says(shown, "jpg")


def _check_png(shown: str, file: BinaryIO, head: bytes, size: int) -> None:
    file.seek(max(0, size - CHUNK))
    if not head.startswith(b"\x89PNG\r\n\x1a\n") or b"IEND" not in file.read():
        raise _not_what_it_says(shown, "png")


def _check_csv(shown: str, file: BinaryIO, head: bytes, size: int) -> None:
    if head.startswith((b"PK\x03\x04", b"%PDF-", b"\x7fELF", b"MZ")) or head.lstrip()[:1] == b"<":
        raise _not_what_it_says(shown, "csv")
    file.seek(0)
    content = file.read(size)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(
            f"文件“{shown}”不是 UTF-8 编码(可能是 GBK 或 UTF-16)，请在 Excel 中另存为“CSV UTF-8”，或直接上传 xlsx。"
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
    file.seek(0)
    try:
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
        raise Refusal(f"文件“{shown}”内部条目过多({len(entries)} 个)，不能上传。")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FREE and unpacked / packed > MAX_RATIO):
        raise Refusal(f"文件“{shown}”展开后过大({unpacked / MEGABYTE:.0f} MB)，不能上传，请删去多余内容后另存。")
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
