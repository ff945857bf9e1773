"""What a file really is: judged before anything opens it."""

import io
import random
import struct
import zipfile
import zlib
from typing import Any

import openpyxl
import pytest

from platforms.errors import Refusal
from platforms.filetypes import MAX_ENTRIES, inspect, shown_name
from tests import factories

ALL = {"pdf", "jpg", "png", "docx", "xlsx", "csv"}
MEGABYTE = 1024 * 1024


def workbook(**parts: bytes) -> io.BytesIO:
    """An xlsx that openpyxl wrote, with further parts (``__`` for a slash)."""
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.save(buffer)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer


def replaced(part: str, change: Any) -> io.BytesIO:
    """An xlsx in which one part was changed."""
    source, target = workbook(), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == part else content)
    return target


def refuse(name: str, file: io.BytesIO, limit: int = 20 * MEGABYTE) -> str:
    with pytest.raises(Refusal) as refusal:
        inspect(name, file, allowed=ALL, max_bytes=limit)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.PDF", b"%PDF-1.7\n...\n%%EOF\n", "pdf"),
        ("a.jpeg", factories.JPEG, "jpg"),
        ("a.png", factories.PNG, "png"),
        ("a.csv", "代码,名称\n1,甲\n".encode("utf-8-sig"), "csv"),
    ],
)
def test_a_file_is_what_name_and_content_say_together(name: str, content: bytes, kind: str) -> None:
    facts = inspect(name, io.BytesIO(content), allowed=ALL, max_bytes=MEGABYTE)
    assert (facts.kind, facts.size) == (kind, len(content))


def test_a_plain_workbook_is_taken() -> None:
    assert inspect("表.xlsx", workbook(), allowed={"xlsx"}, max_bytes=MEGABYTE).kind == "xlsx"


@pytest.mark.trust("T21")
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsm", b"PK\x03\x04", "可能含宏"),
        ("a.exe", b"MZ", "仅支持"),
        ("a", b"x", "仅支持"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "加密文件或旧版"),
        ("a.xlsx", b"<html></html>", "不是 xlsx 格式"),
        ("a.xlsx", b"PK\x03\x04 truncated", "不是 xlsx 格式"),
        ("a.pdf", b"<html></html>", "不是 pdf 格式"),
        ("a.pdf", b"%PDF-1.7 cut off", "不是 pdf 格式"),
        ("a.png", b"GIF89a", "不是 png 格式"),
        ("a.jpg", b"MZ\x90", "不是 jpg 格式"),
        ("a.csv", "名称\n甲".encode("gbk"), "不是 UTF-8 编码"),
        ("a.csv", "名称\n甲".encode("utf-16"), "不是 UTF-8 编码"),
        ("a.csv", b"<html>", "不是 csv 格式"),
        ("a.csv", b"a\x00b", "不是 csv 格式"),
        ("a.pdf", b"", "是空的"),
        (r"a.pdf", rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "不是 pdf 格式"),
    ],
)
def test_wrong_kinds_are_refused_with_a_sentence(name: str, content: bytes, said: str) -> None:
    assert said in refuse(name, io.BytesIO(content))


@pytest.mark.trust("T21")
def test_a_macro_workbook_renamed_is_refused() -> None:
    assert "含宏" in refuse("a.xlsx", workbook(**{"xl__vbaProject.bin": b"x"}))
    renamed = replaced(
        "[Content_Types].xml",
        lambda content: content.replace(
            b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
        ),
    )
    assert "含宏" in refuse("a.xlsx", renamed)


@pytest.mark.trust("T19")
def test_bombs_are_refused_from_the_directory() -> None:
    assert "展开后过大" in refuse("a.xlsx", workbook(**{"xl__big.xml": b" " * (101 * MEGABYTE)}))
    assert "展开后过大" in refuse("a.xlsx", workbook(**{"xl__dense.xml": b" " * (10 * MEGABYTE)}))
    many = {f"xl__media__{number}.txt": b"" for number in range(MAX_ENTRIES)}
    assert "条目过多" in refuse("a.xlsx", workbook(**many))
    assert "内含压缩包" in refuse("a.xlsx", workbook(**{"xl__inner.zip": b"PK"}))


@pytest.mark.trust("T19")
def test_a_directory_that_lies_about_sizes_is_refused() -> None:
    content = bytearray(workbook(**{"xl__big.xml": b" " * (2 * MEGABYTE)}).getvalue())
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 10)  # the unpacked size of the last entry
    assert "已损坏" in refuse("a.xlsx", io.BytesIO(bytes(content)))


@pytest.mark.trust("T20")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_entities_are_refused_in_every_part(part: str, encoding: str) -> None:
    bad = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "http://127.0.0.1/">]><a>&b;</a>'.encode(encoding)
    assert "外部实体" in refuse("a.xlsx", replaced(part, lambda _old: bad))


@pytest.mark.trust("T20")
def test_a_part_in_an_encoding_that_hides_its_words_is_refused() -> None:
    bad = b'<?xml version="1.0" encoding="cp037"?>' + "<!DOCTYPE a>".encode("cp037")
    assert "已损坏" in refuse("a.xlsx", replaced("xl/workbook.xml", lambda _old: bad))


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("方案.doc", "docx"),
        ("方案.wps", "docx"),
        ("表.xls", "xlsx"),
        ("表.et", "xlsx"),
        ("照片.HEIC", "jpg"),
        ("扫描.tif", "pdf"),
    ],
)
def test_what_people_have_is_refused_with_what_to_save_it_as(name: str, target: str) -> None:
    assert refuse(name, io.BytesIO(b"x")) == f"不能直接上传“{name}”，请另存为 {target} 后上传。"


def test_nobody_is_sent_to_a_format_that_is_not_taken_either() -> None:
    with pytest.raises(Refusal, match=r"^不能上传“方案\.doc”：仅支持 jpg、png 格式。$"):
        inspect("方案.doc", io.BytesIO(b"x"), allowed={"jpg", "png"}, max_bytes=MEGABYTE)


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("run.exe", b"MZ")
    return file.getvalue()


@pytest.mark.trust("T21")
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", factories.PDF[:-6] + archive() + b"%%EOF\n", "文件“a.pdf”内含压缩包或程序，不能上传。"),
        ("a.png", factories.PNG + archive(), "文件“a.png”内含压缩包或程序，不能上传。"),
        ("a.jpg", factories.JPEG + archive(), "文件“a.jpg”内含压缩包或程序，不能上传。"),
        (
            "a.jpg",
            factories.JPEG[:2] + b"\xff\xfe\x00\x0a%PDF-1.4" + factories.JPEG[2:],
            "文件“a.jpg”中夹带了其他内容，不能上传，请重新拍摄或另存。",
        ),
        (
            "a.jpg",
            factories.JPEG[:2] + b"\xff\xfe\x00\x0a<SCRIPT>" + factories.JPEG[2:],
            "文件“a.jpg”中夹带了其他内容，不能上传，请重新拍摄或另存。",
        ),
    ],
)
def test_what_is_two_things_at_once_is_refused(name: str, content: bytes, said: str) -> None:
    assert refuse(name, io.BytesIO(content)) == said


@pytest.mark.trust("T21")
@pytest.mark.parametrize("action", [b"/S /JavaScript /JS (x)", b"/S/J#61vaScript", b"/S /Launch /F (cmd.exe)"])
def test_a_pdf_that_acts_by_itself_is_refused(action: bytes) -> None:
    acting = factories.PDF.replace(b"<<>>", b"<<" + action + b">>", 1)
    said = "文件“a.pdf”含脚本或会启动程序，不能上传，请“打印”成不含脚本的 PDF 后上传。"
    assert refuse("a.pdf", io.BytesIO(acting)) == said


@pytest.mark.trust("T21")
def test_a_pdf_may_speak_of_programs() -> None:
    talking = factories.PDF.replace(b"<<>>", b"<</Title (Launch of the JavaScript course) /LaunchPad 1>>", 1)
    assert inspect("a.pdf", io.BytesIO(talking), allowed=ALL, max_bytes=MEGABYTE).kind == "pdf"


@pytest.mark.trust("T23")
@pytest.mark.parametrize("cut", [1, 8, 20, 40])
@pytest.mark.parametrize(("name", "content"), [("a.png", factories.PNG), ("a.jpg", factories.JPEG)])
def test_a_picture_that_was_cut_off_is_refused(name: str, content: bytes, cut: int) -> None:
    said = f"文件“{name}”的内容不是 {name[2:]} 格式，或已损坏，请检查后重新上传。"
    assert refuse(name, io.BytesIO(content[:-cut])) == said


@pytest.mark.trust("T23")
def test_the_end_of_a_thumbnail_is_not_the_end_of_a_picture() -> None:
    thumbnail = b"\xff\xe1\x00\x0c" + b"\xff\xd8thumb\xff\xd9" + b"\x00"
    whole = factories.JPEG[:2] + thumbnail + factories.JPEG[2:]
    assert inspect("a.jpg", io.BytesIO(whole), allowed=ALL, max_bytes=MEGABYTE).kind == "jpg"
    assert "已损坏" in refuse("a.jpg", io.BytesIO(whole[:-2]))


def test_fill_bytes_before_a_mark_are_passed_over() -> None:
    filled = factories.JPEG[:2] + b"\xff\xff" + factories.JPEG[2:]
    assert inspect("a.jpg", io.BytesIO(filled), allowed=ALL, max_bytes=MEGABYTE).kind == "jpg"


@pytest.mark.trust("T19")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", factories.PNG[:16] + struct.pack(">II", 20_000, 10_000) + factories.PNG[24:]),
        (
            "a.jpg",
            factories.JPEG.replace(b"\x08\x00\x01\x00\x01", b"\x08" + struct.pack(">HH", 10_000, 20_000), 1),
        ),
    ],
)
def test_a_picture_with_too_many_pixels_is_refused(name: str, content: bytes) -> None:
    said = f"图片“{name}”为 20000×10000 像素，超过上限 10000 万像素，请缩小后上传。"
    assert refuse(name, io.BytesIO(content)) == said


@pytest.mark.trust("T23")
def test_the_limit_is_said_with_the_size() -> None:
    assert "为 2.0 MB，超过上限 1 MB" in refuse("a.pdf", io.BytesIO(b"%PDF-" + b"x" * 2 * MEGABYTE), MEGABYTE)


@pytest.mark.trust("T22")
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\证明.pdf", "证明.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\x00.pdf", "a.pdf"),
        ("", "未命名"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("点" * 300, "点" * 120),
    ],
)
def test_names_are_shown_without_path_and_tricks(name: str, shown: str) -> None:
    assert shown_name(name) == shown


# T55 ------------------------------------------------------------------------------------------------------------------


class Counted(io.BytesIO):
    """A file that counts how often it is asked for a piece."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        return super().read(size)


def segments(*bodies: bytes, fill: int = 0) -> bytes:
    """A picture with ``fill`` fill bytes and then the segments given, before its own."""
    own = b"".join(b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body for body in bodies)
    return factories.JPEG[:2] + b"\xff" * fill + own + factories.JPEG[2:]


def png_of(chunks: int) -> bytes:
    empty = struct.pack(">I", 0) + b"tEXt" + b"\0\0\0\0"
    return factories.PNG[:33] + empty * chunks + factories.PNG[33:]


@pytest.mark.trust("T55")
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jpg", b"\xff\xd8" + b"\xff" * (19 * MEGABYTE), "不是 jpg 格式"),
        ("a.jpg", b"\xff\xd8" + b"\xff\xe1\x00\x02" * (19 * MEGABYTE // 4) + b"\xff\xd9", "不是 jpg 格式"),
        ("a.jpg", segments(fill=19 * MEGABYTE), "不是 jpg 格式"),
        ("a.png", png_of(19 * MEGABYTE // 12), "不是 png 格式"),
        ("a.pdf", b"%PDF-1.7\n" + b"#41" * (19 * MEGABYTE // 3) + b"\n%%EOF\n", ""),
        ("a.pdf", b"%PDF-1.7\n" + b"/#4a#61#76#61" * (19 * MEGABYTE // 13) + b"\n%%EOF\n", ""),
    ],
)
def test_a_hostile_file_of_19_megabytes_is_judged_in_few_steps(name: str, content: bytes, said: str) -> None:
    file = Counted(content)
    if said:
        assert said in refuse(name, file)
    else:
        assert inspect(name, file, allowed=ALL, max_bytes=20 * MEGABYTE).kind == "pdf"
    assert file.reads < 60_000


@pytest.mark.trust("T55")
def test_pictures_with_many_parts_are_still_pictures() -> None:
    for name, content in (
        ("a.jpg", segments(*[b"x" * 100] * 1_500)),
        ("a.jpg", segments(b"x", fill=500)),
        ("a.png", png_of(20_000)),
    ):
        assert inspect(name, io.BytesIO(content), allowed=ALL, max_bytes=20 * MEGABYTE).kind == name[2:]


@pytest.mark.trust("T55")
@pytest.mark.parametrize(
    ("action", "refused"),
    [
        (b"/JavaScript", True),
        (b"/Launch ", True),
        (b"/#4aavaScript", True),
        (b"/#4A#61#76#61#53#63#72#69#70#74", True),
        (b"/L#61unch", True),
        (b"/JavaScriptX", False),
        (b"/JavaScript#41", False),
        (b"/JavaScript#20", True),
        (b"/Launcher", False),
        (b"/Launch#7A", False),
        (b"/#23javascript", False),
        (b"JavaScript", False),
    ],
)
def test_what_a_pdf_would_start_is_found_in_every_spelling(action: bytes, refused: bool) -> None:
    file = io.BytesIO(b"%PDF-1.7\n" + action + b"\n%%EOF\n")
    if refused:
        assert "含脚本" in refuse("a.pdf", file)
    else:
        assert inspect("a.pdf", file, allowed=ALL, max_bytes=MEGABYTE).kind == "pdf"


def deflated(content: bytes) -> bytes:
    """The beginning of a stream that goes on behind ``content``."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush(zlib.Z_SYNC_FLUSH)


def packed(*objects: bytes, said: bytes = b"/Type/ObjStm/N 2/First 9") -> bytes:
    """A PDF whose objects stand in packed streams, as most programs write it."""
    streams = [zlib.compress(b"1 0 2 99 " + each) for each in objects]
    parts = [
        b"%d 0 obj<<%s/Filter/FlateDecode/Length %d>>stream\r\n%s\nendstream endobj\n" % (number, said, len(each), each)
        for number, each in enumerate(streams, 1)
    ]
    return b"%PDF-1.7\n" + b"".join(parts) + b"%%EOF\n"


@pytest.mark.trust("T21")
@pytest.mark.parametrize("action", [b"<</S/JavaScript/JS(x)>>", b"<</S/J#61vaScript>>", b"<</S/Launch/F(cmd.exe)>>"])
@pytest.mark.parametrize("said", [b"/Type/ObjStm/N 2/First 9", b"/N 2/F#69rst 9"])
def test_what_a_pdf_would_start_is_found_where_it_is_packed(action: bytes, said: bytes) -> None:
    harmless = b"<</Title(JavaScript)>>" + bytes(range(256)) * 500
    assert inspect("a.pdf", io.BytesIO(packed(harmless)), allowed=ALL, max_bytes=MEGABYTE).kind == "pdf"
    for acting in (packed(harmless, action, said=said), packed(b"%\n" + harmless + action, said=said)):
        assert action not in acting
        assert "含脚本" in refuse("a.pdf", io.BytesIO(acting))


@pytest.mark.trust("T21")
def test_packed_objects_that_end_early_are_looked_into_as_far_as_they_go() -> None:
    whole = packed(b"<</S/JavaScript>>" + random.Random(1).randbytes(5_000))
    cut = whole.replace(b"\nendstream", b"")[:-500] + b"%%EOF\n"
    assert "含脚本" in refuse("a.pdf", io.BytesIO(cut))


@pytest.mark.trust("T21")
@pytest.mark.parametrize("other", [b"BT (JavaScript) Tj ET", b"\xff\xd8\xff", b""])
def test_other_streams_are_no_objects(other: bytes) -> None:
    page = b"5 0 obj<</First 3 0 R>>endobj 6 0 obj<<>>stream\n%s\nendstream endobj"
    for content in (zlib.compress(other + b"/JavaScript "), other):
        file = io.BytesIO(b"%PDF-1.7\n" + page % content + b"%%EOF\n")
        assert inspect("a.pdf", file, allowed=ALL, max_bytes=MEGABYTE).kind == "pdf"


def stored(content: bytes) -> bytes:
    """A block of a stream that is not packed."""
    return b"\0" + struct.pack("<HH", len(content), 0xFFFF ^ len(content)) + content


BEGUN = b"stream\nxx" + deflated(b"1 0 2 99 ")


@pytest.mark.trust("T55")
@pytest.mark.parametrize(
    "content",
    [
        packed(b"\0" * (101 * MEGABYTE)),
        b"%PDF-1.7\n/First " + b"stream\n" * (MEGABYTE) + b"%%EOF\n",
        # Streams within each other, of empty blocks: much is read and nothing comes of it.
        b"%PDF-1.7\n/First " + BEGUN + stored(BEGUN) * 30 + stored(b"") * (MEGABYTE) + b"%%EOF\n",
    ],
    ids=["much", "many", "empty"],
)
def test_a_pdf_is_unpacked_within_bounds(content: bytes) -> None:
    assert "过于复杂" in refuse("a.pdf", io.BytesIO(content))


@pytest.mark.trust("T55")
def test_a_zip_directory_is_weighed_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"xl__media__{number:05}{'x' * 100}.txt": b"" for number in range(12_000)}
    file = workbook(**many)
    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "__init__", lambda *_a, **_k: pytest.fail("read"))
        assert "已损坏" in refuse("a.xlsx", file)
