"""The copy of a PDF that everybody may have: it tells nothing of who made it and is otherwise the same."""

import io
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Text
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from evaluation.documents.public_copy import without_metadata
from tests import factories

#: What nobody may read.
NAME = "ZHANGSAN"


def written(*, author: str = NAME, password: str | None = None) -> bytes:
    """A PDF of two pages in which ``author`` stands wherever a program writes it, and a heading and a field."""
    writer = PdfWriter()
    for _ in range(2):
        writer.add_blank_page(200, 200)
    writer.add_outline_item(title="服务流程", page_number=1)
    writer.add_metadata({"/Author": author, "/Company": author})
    about = StreamObject()
    about.set_data(f"<x>{author}</x>".encode())
    for holder in (writer.root_object, writer.pages[0]):
        holder[NameObject("/Metadata")] = writer._add_object(about)
    kept = DictionaryObject({NameObject("/Program"): TextStringObject(author)})
    writer.pages[0][NameObject("/PieceInfo")] = writer._add_object(kept)
    writer.add_annotation(0, Text(text="请核对", rect=(10, 10, 20, 20)))
    comment: Any = writer.pages[0]["/Annots"][0].get_object()  # type: ignore[index]
    comment[NameObject("/T")] = TextStringObject(author)
    field = Text(text="", rect=(30, 30, 40, 40))
    field[NameObject("/Subtype")], field[NameObject("/T")] = NameObject("/Widget"), TextStringObject("单位")
    writer.add_annotation(1, field)
    if password is not None:
        writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def words(content: bytes) -> str:
    """Whatever stands in the objects of a PDF, those that nothing leads to included."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    found = [each for each in writer._objects if each is not None]
    streams = [each.get_data().decode(errors="replace") for each in found if isinstance(each, StreamObject)]
    return f"{found}{streams}{content.decode('latin-1')}"


def test_who_made_it_stands_nowhere_in_the_copy_and_all_else_does() -> None:
    original = written()
    assert NAME in words(original)
    copy = without_metadata(original)
    assert NAME not in words(copy)
    reader = PdfReader(io.BytesIO(copy))
    assert (len(reader.pages), reader.metadata, reader.xmp_metadata) == (2, None, None)
    assert [each["/Title"] for each in reader.outline] == ["服务流程"]  # type: ignore[call-overload]
    comment, field = (page["/Annots"][0].get_object() for page in reader.pages)  # type: ignore[index]
    assert (comment["/Contents"], field["/T"]) == ("请核对", "单位")


def test_what_only_may_not_be_changed_is_copied_too() -> None:
    copy = without_metadata(written(password=""))
    assert PdfReader(io.BytesIO(copy)).metadata is None
    assert NAME not in words(copy)


def test_the_same_file_gives_the_same_copy() -> None:
    original = written()
    assert without_metadata(original) == without_metadata(original)


def test_what_is_signed_or_cannot_be_read_is_sent_as_it_is() -> None:
    signed = written() + b"\n% /ByteRange [0 1 2 3]\n"
    locked = written(password="secret")
    for content in (signed, locked, factories.PDF, b"%PDF-1.7 nonsense", b""):
        assert without_metadata(content) == content
