"""What a file really is, judged by its content; the name only has to agree."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath

from platforms.errors import Refusal

#: Limits for office files, which are zip archives: entries, bytes when unpacked, unpacked to packed.
MOST_ENTRIES = 2000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
_CHUNK = 1024 * 1024

_OFFICE = "application/vnd.openxmlformats-officedocument"
_ALLOWED = "可上传 PDF、JPG、PNG、docx、xlsx 文件"
_DAMAGED = "文件已损坏或不完整,请在本机打开确认后重新上传。"


def media_type_of(content: bytes, name: str) -> str:
    """Return the media type of ``content``; ``name`` must carry an ending that goes with it.

    Raises:
        Refusal: another format, damaged, protected, with macros, or an archive that unpacks to too much.
    """
    ending = PurePosixPath(name).suffix.lower()
    judge, media_type = _ENDINGS.get(ending, (None, ""))
    if judge is None:
        raise Refusal(f"不接受“{ending or name}”文件。{_ALLOWED}。")
    judge(content, ending)
    return media_type


def _wrong(ending: str) -> Refusal:
    return Refusal(f"文件内容不是“{ending}”格式,请勿只改文件名。{_ALLOWED}。")


def _pdf(content: bytes, ending: str) -> None:
    if not content.startswith(b"%PDF-"):
        raise _wrong(ending)
    if b"%%EOF" not in content[-2048:]:
        raise Refusal(_DAMAGED)


def _jpeg(content: bytes, ending: str) -> None:
    if not content.startswith(b"\xff\xd8\xff"):
        raise _wrong(ending)
    if b"\xff\xd9" not in content:
        raise Refusal(_DAMAGED)


def _png(content: bytes, ending: str) -> None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise _wrong(ending)
    if b"IEND" not in content[-64:]:
        raise Refusal(_DAMAGED)


def _docx(content: bytes, ending: str) -> None:
    _office(content, ending, "word/document.xml")


def _xlsx(content: bytes, ending: str) -> None:
    _office(content, ending, "xl/workbook.xml")


def _office(content: bytes, ending: str, main_part: str) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refusal("不接受加密的文件和旧格式(doc、xls)文件,请取消密码并另存为 docx 或 xlsx 后上传。")
    if not content.startswith(b"PK\x03\x04"):
        raise _wrong(ending)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(archive.infolist(), ending, main_part)
            for entry in archive.infolist():
                _check_entry(archive, entry)
            if b"macroenabled" in archive.read("[Content_Types].xml").lower():
                raise Refusal("不接受含宏的文件,请另存为不含宏的 docx 或 xlsx 后上传。")
    # All that an archive raises that lies about what is in it.
    except (
        zipfile.BadZipFile,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        raise Refusal(_DAMAGED) from error


def _check_directory(entries: list[zipfile.ZipInfo], ending: str, main_part: str) -> None:
    """Judge the archive by its directory alone, before anything is unpacked."""
    if len(entries) > MOST_ENTRIES:
        raise Refusal(f"文件内部结构异常:含 {len(entries)} 个部件,最多 {MOST_ENTRIES} 个。")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * packed:
        raise Refusal("文件解压后过大,不予接受。请检查文件,或另存为 PDF 后上传。")
    names = {entry.filename for entry in entries}
    if not {main_part, "[Content_Types].xml"} <= names or len(names) != len(entries):
        raise _wrong(ending)
    for name in names:
        low = name.lower()
        if low.endswith("vbaproject.bin") or "/activex/" in low:
            raise Refusal("不接受含宏的文件,请另存为不含宏的 docx 或 xlsx 后上传。")
        if low.endswith((".zip", ".7z", ".rar", ".exe", ".dll", ".js", ".vbs", ".bat", ".docm", ".xlsm")):
            raise Refusal("不接受内嵌压缩包或程序的文件,请删除内嵌对象后上传。")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refusal("不接受加密的文件,请取消密码后上传。")


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack one part to nowhere: a directory that lies about a size or checksum is found here."""
    with archive.open(entry) as part:
        while part.read(_CHUNK):
            pass


_Judge = Callable[[bytes, str], None]
_ENDINGS: dict[str, tuple[_Judge, str]] = {
    ".pdf": (_pdf, "application/pdf"),
    ".jpg": (_jpeg, "image/jpeg"),
    ".jpeg": (_jpeg, "image/jpeg"),
    ".png": (_png, "image/png"),
    ".docx": (_docx, f"{_OFFICE}.wordprocessingml.document"),
    ".xlsx": (_xlsx, f"{_OFFICE}.spreadsheetml.sheet"),
}
