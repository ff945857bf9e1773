"""What a file is that somebody holds: ``manage.py verify_certificate`` and the query behind it."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from evaluation.certification.choices import EndCause, Validity
from evaluation.certification.queries import verdict as verdicts
from evaluation.certification.queries.documents import certificate_facts
from evaluation.certification.queries.verdict import verdict
from evaluation.documents.printing import certificate_pdf
from evaluation.documents.reading import numbers_in
from evaluation.management.commands import verify_certificate
from evaluation.models import Certification, CertificationEnd, Document
from platforms import stored_files
from platforms.models import User
from tests.evaluation import stage
from tests.evaluation.documents import issued
from tests.evaluation.revocation.revoking import revoked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("printed")]
TODAY = date(2026, 10, 10)


@pytest.fixture
def certification() -> Certification:
    return stage.certified(year=2026)


@pytest.fixture
def document(certification: Certification) -> Document:
    return certification.document


def content_of(document: Document) -> bytes:
    return stored_files.read(document.stored_name)


def ended(certification: Certification, cause: str, by: User, successor: Certification | None = None) -> None:
    CertificationEnd.objects.create(
        certification=certification, ended_on=TODAY, cause=cause, reason="说明", successor=successor, ended_by=by,
        ended_at=issued.ISSUED_AT,
    )  # fmt: skip


@pytest.mark.clause("N20")
@pytest.mark.parametrize(
    ("day", "word", "valid"),
    [
        (date(2026, 9, 27), "尚未生效", False),
        (date(2026, 9, 28), "有效", True),
        (date(2029, 9, 27), "有效", True),
        (date(2029, 9, 28), "已到期", False),
    ],
)
def test_a_certificate_is_what_its_days_say(document: Document, day: date, word: str, valid: bool) -> None:
    found = verdict(content_of(document), on=day)
    assert (found.word, found.valid) == (word, valid)
    assert found.facts[:2] == (("文件", "认定证书"), ("编号", document.number))
    assert found.facts[-1] == ("有效期止", "2029年9月27日")


@pytest.mark.parametrize(
    ("cause", "word"),
    [(EndCause.GIVEN_UP, "已放弃"), (EndCause.CORRECTED, "已更正")],
)
def test_a_certificate_that_ended_says_how_and_when(document: Document, city: User, cause: str, word: str) -> None:
    assert document.certification is not None
    ended(document.certification, cause, city)
    found = verdict(content_of(document), on=TODAY)
    assert (found.word, found.valid) == (word, False)
    assert found.facts[-2:] == (("终止日期", "2026年10月10日"), ("终止原因", EndCause(cause).label))
    assert verdict(content_of(document), on=date(2026, 10, 9)).word == "有效"


def test_a_revoked_certificate_says_on_which_ground(document: Document) -> None:
    assert document.certification is not None
    revoked(document.certification, "fees", on=TODAY, at=datetime(2026, 10, 10, 2, tzinfo=UTC))
    found = verdict(content_of(document), on=TODAY)
    assert (found.word, found.valid) == ("已撤销", False)
    assert dict(found.facts)["终止日期"] == "2026年10月10日"
    document.certification.refresh_from_db()
    assert dict(found.facts)["撤销情形"] == document.certification.ground_label != ""


def test_a_certificate_that_was_replaced_names_the_new_one(city: User) -> None:
    first, second = stage.certified(year=2025), stage.certified(year=2026)
    found = verdict(content_of(first.document), on=TODAY)
    assert (found.word, found.valid) == ("已换证", False)
    assert found.facts[-1] == ("新证", second.number)
    assert verdict(content_of(second.document), on=TODAY).valid


def test_every_state_has_a_word() -> None:
    assert set(verdicts.OF_STATE) == set(Validity)


def test_a_report_and_a_letter_hold_until_another_takes_their_place(certification: Certification) -> None:
    result = certification.result
    for make, old, new in (
        (lambda **more: issued.report(result, **more), "BG2026-1", "BG2026-2"),
        (lambda **more: issued.letter(result.publication, result.region, **more), "TZ2026-1", "TZ2026-2"),
    ):
        first = make(number=old)
        assert (verdict(content_of(first), on=TODAY).word, verdict(content_of(first), on=TODAY).valid) == ("有效", True)
        second = make(number=new, replaces=first)
        found = verdict(content_of(first), on=TODAY)
        assert (found.word, found.valid, found.facts[-1]) == ("已取代", False, ("取代的文件", new))
        assert verdict(content_of(second), on=TODAY).valid


def test_one_changed_byte_is_an_altered_file(document: Document) -> None:
    content = content_of(document)
    for altered in (content + b"\n", content.replace(b"%PDF-1.7", b"%PDF-1.6"), content[:-1]):
        assert altered != content
        found = verdict(altered, on=TODAY)
        assert (found.word, found.valid) == ("已改动", False)
        assert ("编号", document.number) in found.facts


def test_a_file_without_a_number_of_ours_is_unknown(document: Document) -> None:
    for content in (b"", b"%PDF-1.7", b"\x00" * 1000, b"not a PDF with " + document.number.encode()):
        assert verdict(content, on=TODAY) == verdicts.Verdict(*verdicts.UNKNOWN)


def test_a_number_whose_certificate_has_no_file_is_told_apart() -> None:
    content = certificate_pdf(certificate_facts(issued.taken_over("NB2021-012")))
    assert verdict(content, on=TODAY) == verdicts.Verdict(*verdicts.NO_FILE)


def test_of_a_file_that_is_too_large_no_number_is_read(document: Document, monkeypatch: Any) -> None:
    content = content_of(document) + b"\n"
    monkeypatch.setattr(verdicts, "LARGEST_READ", len(content))
    assert verdict(content, on=TODAY).word == "已改动"
    monkeypatch.setattr(verdicts, "LARGEST_READ", len(content) - 1)
    assert verdict(content, on=TODAY).word == "未查到"


def test_a_document_names_its_own_number_first(certification: Certification) -> None:
    result = certification.result
    rows = (certification.document, issued.report(result), issued.letter(result.publication, result.region))
    assert [numbers_in(content_of(row))[0] for row in rows] == [row.number for row in rows]


def run(file: Path) -> tuple[int, str]:
    told = io.StringIO()
    try:
        call_command("verify_certificate", str(file), stdout=told)
    except SystemExit as end:
        return int(str(end.code)), told.getvalue()
    return 0, told.getvalue()


def test_the_command_says_it_and_exits_with_one_unless_the_document_holds(
    document: Document, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(verify_certificate.timezone, "localdate", lambda: TODAY)
    file = tmp_path / "证书.pdf"
    file.write_bytes(content_of(document))
    assert document.result is not None
    assert run(file) == (
        0,
        "有效：文件与签发的一致，现行有效。\n文件：认定证书\n"
        f"编号：{document.number}\n年度：2026年度\n地区：鄞州区\n平台名称：{document.result.name}\n"
        "有效期起：2026年9月28日\n有效期止：2029年9月27日\n",
    )
    file.write_bytes(content_of(document) + b" ")
    code, told = run(file)
    assert (code, told.splitlines()[0].partition("：")[0]) == (1, "已改动")
    file.write_bytes(b"x")
    assert run(file) == (1, "未查到：没有签发过这个文件，文件中也没有在册的编号。\n")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"文件 .*无此证书\.pdf 无法读取"):
        call_command("verify_certificate", str(tmp_path / "无此证书.pdf"))
