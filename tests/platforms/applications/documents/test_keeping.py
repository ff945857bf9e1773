"""Printed forms are kept with each submitted version, and a submission never depends on them."""

import hashlib
import io
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from platforms import stored_files
from platforms.applications.choices import DocumentKind
from platforms.applications.documents import pdf
from platforms.applications.queries import documents as printed
from platforms.applications.queries.forms import check_code, form_data
from platforms.applications.services import filing
from platforms.models import Application, ApplicationVersion, AuditEvent, FormDocument, Round, User
from tests import factories
from tests.platforms.applications.documents.samples import pages_of, words_of_docx

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.complete_application(yinzhou, round_2026, now)


def submit(row: Application, by: User, at: datetime) -> ApplicationVersion:
    filing.submit(application=row, version=row.version, by=by, at=at)
    return row.versions.get()


@pytest.mark.clause("N17")
def test_a_submission_keeps_a_pdf_and_a_word_file_of_what_was_submitted(
    row: Application, yinzhou: User, now: datetime
) -> None:
    version = submit(row, yinzhou, now)
    kept = {each.kind: each for each in version.documents.all()}
    assert set(kept) == {DocumentKind.PDF, DocumentKind.DOCX}
    for kind, document in kept.items():
        content = stored_files.read(document.stored_name)
        assert document.stored_name == f"attachments/{row.pk}/{document.digest}"
        assert (document.digest, document.size) == (hashlib.sha256(content).hexdigest(), len(content))
        assert document.made_at == now
        assert printed.document_of(version, kind) == content
    code = check_code(version.data)
    content = printed.document_of(version, DocumentKind.PDF)
    pages = pages_of(content)
    assert all(page.startswith("第1版提交时间：2026年4月10日10:00") for page in pages)
    assert all(f"申报编号{row.number}第1版校验码{code}" in page for page in pages)
    metadata = PdfReader(io.BytesIO(content)).metadata
    assert metadata is not None
    assert metadata.creation_date == now
    words = words_of_docx(printed.document_of(version, DocumentKind.DOCX))
    assert words[-1].startswith(f"申报编号 {row.number}　第1版　校验码 {code}")


def test_what_is_kept_is_what_would_be_made_again_from_the_frozen_data(
    row: Application, yinzhou: User, now: datetime
) -> None:
    """So a version without files (an older one, one put into the tables at once) prints the same."""
    version = submit(row, yinzhou, now)
    again = ApplicationVersion.objects.get(pk=version.pk)
    for kind in DocumentKind.values:
        assert printed.rendered(again, kind) == printed.document_of(version, kind)


def test_each_version_keeps_its_own_files(row: Application, yinzhou: User, city: User, now: datetime) -> None:
    first = submit(row, yinzhou, now)
    before = printed.document_of(first, DocumentKind.PDF)
    back = filing.return_for_correction(application=row, reason="请补正", by=city, at=now)
    back = factories.applications.save_section(
        application=back, section="platform", values={"address": "新址9号"}, version=back.version, by=yinzhou, at=now
    )
    filing.resubmit(application=back, version=back.version, answer="已补正", by=yinzhou, at=now + timedelta(days=1))
    second = row.versions.get(number=2)
    assert "新址9号" in "".join(pages_of(printed.document_of(second, DocumentKind.PDF)))
    assert "第2版提交时间：2026年4月11日10:00" in pages_of(printed.document_of(second, DocumentKind.PDF))[0]
    assert printed.document_of(first, DocumentKind.PDF) == before
    assert FormDocument.objects.filter(version__application=row).count() == 4


def test_nobody_changes_or_deletes_what_was_kept(row: Application, yinzhou: User, now: datetime) -> None:
    submit(row, yinzhou, now)
    for act in (
        lambda: FormDocument.objects.update(size=1),
        lambda: FormDocument.objects.all()._raw_delete("default"),  # type: ignore[attr-defined]
    ):
        with pytest.raises(IntegrityError, match="已提交版本的文件不得修改或删除"), transaction.atomic():
            act()


def test_a_form_that_cannot_be_printed_is_submitted_all_the_same(
    row: Application, yinzhou: User, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
        broken.setattr(pdf, "render", _broken)
        version = submit(row, yinzhou, now)
    assert Application.objects.get(pk=row.pk).status == "submitted"
    assert [each.kind for each in version.documents.all()] == [DocumentKind.DOCX]
    assert [each.getMessage() for each in caplog.records] == [f"version {version.pk} was submitted without its pdf"]
    # At the first download it is made from what was frozen.
    assert pages_of(printed.document_of(version, DocumentKind.PDF))[0].startswith("第1版提交时间：")


def _broken(*_: Any) -> bytes:
    raise RuntimeError("typst is gone")


@pytest.mark.trust("T43")
def test_a_full_disk_costs_the_files_and_not_the_submission(
    row: Application, yinzhou: User, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(stored_files, "keep", full)
        version = submit(row, yinzhou, now)
    assert list(version.documents.all()) == []
    assert len(caplog.records) == 2
    assert printed.document_of(version, DocumentKind.PDF)[:5] == b"%PDF-"


@pytest.mark.trust("T42")
def test_a_submission_that_is_undone_leaves_no_row_and_at_most_a_file(
    row: Application, yinzhou: User, now: datetime, settings: Any
) -> None:
    with transaction.atomic():
        submit(row, yinzhou, now)
        transaction.set_rollback(True)
    assert not FormDocument.objects.exists()
    files = [path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert len(files) == len(set(row.attachments.values_list("digest", flat=True))) + 2
    # The next try makes the same bytes and finds its files there.
    submit(row, yinzhou, now)
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) == len(files)


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_kept_file_that_is_gone_or_changed_is_made_again_and_told_in_the_log(
    row: Application, yinzhou: User, now: datetime, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    version = submit(row, yinzhou, now)
    document = version.documents.get(kind=DocumentKind.PDF)
    path = factories.on_disk(document.stored_name)
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(b"%PDF-1.7 something else")
    assert printed.document_of(version, DocumentKind.PDF) == content
    told = {"gone": "cannot be read", "changed": "is not what was kept"}[harm]
    assert [each.getMessage() for each in caplog.records] == [f"the file of form document {document.pk} {told}"]


def test_a_draft_says_plainly_that_it_was_not_submitted(row: Application) -> None:
    Application.objects.filter(pk=row.pk).update(address="")
    row.refresh_from_db()
    pages = pages_of(printed.draft_of(row, DocumentKind.PDF))
    assert all(page.startswith("草稿（未提交）") for page in pages)
    code = check_code(form_data(row))
    assert all(f"申报编号{row.number}草稿校验码{code}" in page for page in pages)
    assert words_of_docx(printed.draft_of(row, DocumentKind.DOCX))[0] == "草稿（未提交）\t"


def test_a_complete_form_is_printed_to_be_sealed(row: Application) -> None:
    code = check_code(form_data(row))
    for page in pages_of(printed.draft_of(row, DocumentKind.PDF)):
        assert page.startswith("盖章稿")
        assert f"申报编号{row.number}盖章稿校验码{code}" in page
        assert "草稿" not in page
    assert words_of_docx(printed.draft_of(row, DocumentKind.DOCX))[0] == "盖章稿\t"
    # With its people masked it is no print to be sealed.
    assert pages_of(printed.draft_of(row, DocumentKind.PDF, masked=True))[0].startswith("草稿（未提交）")


def test_what_is_being_corrected_says_that_it_was_not_submitted_again(
    row: Application, yinzhou: User, city: User, now: datetime
) -> None:
    submit(row, yinzhou, now)
    back = filing.return_for_correction(application=row, reason="请补正", by=city, at=now)
    Application.objects.filter(pk=back.pk).update(address="")
    back.refresh_from_db()
    assert pages_of(printed.draft_of(back, DocumentKind.PDF))[0].startswith("修改稿（未重新提交）")


def test_a_version_frozen_long_ago_prints_what_it_has(row: Application, yinzhou: User, now: datetime) -> None:
    version = ApplicationVersion.objects.create(
        application=row, number=1, data={}, digest="0" * 64, submitted_at=now, submitted_by=yinzhou
    )
    assert "第1版" in pages_of(printed.document_of(version, DocumentKind.PDF))[0]
    assert printed.name_of(version, DocumentKind.PDF) == f"{row.number}_{row.name}_第1版.pdf"


def test_keeping_the_files_writes_no_event_of_its_own(row: Application, yinzhou: User, now: datetime) -> None:
    before = AuditEvent.objects.count()
    submit(row, yinzhou, now)
    assert AuditEvent.objects.count() == before + 1
