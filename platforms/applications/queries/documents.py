"""The printed forms of applications: taken from disk where they were kept, else made from what was frozen.

A form that was kept and one that is made again from the same version are the same bytes as long as the layout stays.
Whoever may not see people gets the form with its people masked, which is never kept.
"""

import hashlib
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from platforms import stored_files
from platforms.applications import completeness
from platforms.applications.choices import ApplicationStatus, DocumentKind
from platforms.applications.documents import file_names, pdf, word
from platforms.applications.documents.form import Facts
from platforms.applications.queries.differences import Difference, between
from platforms.applications.queries.forms import check_code, form_data
from platforms.dates import moment_in_words
from platforms.masking import mask_form
from platforms.models import Application, ApplicationVersion, FormDocument, User
from platforms.pieces import Pieces

logger = logging.getLogger(__name__)

DRAFT, REVISED, TO_SEAL = "草稿", "修改稿", "盖章稿"
_STATES = {DRAFT: "草稿（未提交）", REVISED: "修改稿（未重新提交）", TO_SEAL: "盖章稿"}
#: Versions of an archive that are read at once.
_READ_AT_ONCE = 20


def code_of(data: dict[str, Any]) -> str:
    """Return the check code of what a version froze, however old it is."""
    return check_code(data if "attachments" in data else {**data, "attachments": []})


def rendered(version: ApplicationVersion, kind: str, *, masked: bool = False) -> bytes:
    """Return the printed form of ``version`` made anew from what it froze.

    Raises:
        typst.TypstError: it could not be set; the message is for the log.
    """
    submitted = timezone.localtime(version.submitted_at)
    facts = Facts(
        edition=f"第{version.number}版",
        state=f"第{version.number}版　提交时间：{moment_in_words(submitted)}",
        code=code_of(version.data),
        at=submitted,
        masked=masked,
    )
    return _render(version.data, facts, kind)


def document_of(version: ApplicationVersion, kind: str, *, masked: bool = False) -> bytes:
    """Return the printed form of ``version``: the file that was kept with it, or one made from it now.

    Raises:
        typst.TypstError: it had to be made and could not be set; the message is for the log.
    """
    if not masked:
        for document in version.documents.all():
            if document.kind == kind and (content := _kept(document)) is not None:
                return content
    return rendered(version, kind, masked=masked)


def draft_of(application: Application, kind: str, *, masked: bool = False) -> bytes:
    """Return the form of ``application`` as it stands now.

    It is marked on each page as not submitted, unless nothing is missing: then it is what is sealed.

    Raises:
        typst.TypstError: it could not be set; the message is for the log.
    """
    data = form_data(application)
    edition = edition_of(application, data, masked=masked)
    state = _STATES[edition]
    facts = Facts(
        edition=edition, state=state, code=check_code(data), at=timezone.localtime(application.saved_at), masked=masked
    )
    return _render(data, facts, kind)


def edition_of(application: Application, data: dict[str, Any], *, masked: bool = False) -> str:
    """Return what a print of the form as it stands in ``data`` is called; one with masked people is not sealed."""
    if not masked and not completeness.gaps(data):
        return TO_SEAL
    return REVISED if application.status == ApplicationStatus.RETURNED else DRAFT


@dataclass(frozen=True)
class Print:
    """The last print to be sealed: its check ``code``, ``at`` when it was made, and what was changed since."""

    code: str
    at: datetime
    changes: tuple[Difference, ...]
    is_current: bool


def print_of(application: Application, data: dict[str, Any]) -> Print | None:
    """Return the last print of ``application`` to be sealed, held against the form as it is now; None before one."""
    kept = application.printed
    if not kept:
        return None
    # What differs in the files alone has no field to be told by.
    return Print(
        kept["code"],
        datetime.fromisoformat(kept["at"]),
        between(kept["form"], data),
        kept["code"] == check_code(data),
    )


def name_of(version: ApplicationVersion, kind: str, *, masked: bool = False) -> str:
    """Return the name of the file for whoever downloads it: 2026-0012_平台名称_第1版.pdf."""
    number, name = _named(version)
    return file_names.single(number=number, name=name, edition=f"第{version.number}版", ending=kind, masked=masked)


def name_of_draft(application: Application, kind: str, *, edition: str, masked: bool = False) -> str:
    """Return the name of a print of the form as it stands now: 2026-0012_平台名称_草稿.pdf."""
    return file_names.single(
        number=application.number, name=application.name, edition=edition, ending=kind, masked=masked
    )


def zip_of(versions: QuerySet[ApplicationVersion], *, reader: User) -> Iterator[bytes]:
    """Yield a ZIP archive of the PDFs of ``versions``, in their order, as ``reader`` may see them, bit by bit.

    One form at a time is in memory. A form that cannot be made leaves a text that says so in its place; the others
    follow.
    """
    pks = list(versions.values_list("pk", flat=True))
    digits = max(2, len(str(len(pks))))
    stream = Pieces()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for first in range(0, len(pks), _READ_AT_ONCE):
            some = ApplicationVersion.objects.select_related("application").prefetch_related("documents")
            found = some.in_bulk(pks[first : first + _READ_AT_ONCE])
            for place, pk in enumerate(pks[first : first + _READ_AT_ONCE], start=first + 1):
                _add(archive, place, found[pk], reader, digits)
                yield stream.take()
    yield stream.take()


def _add(archive: zipfile.ZipFile, place: int, version: ApplicationVersion, reader: User, digits: int) -> None:
    number, name = _named(version)
    code, ending = code_of(version.data), str(DocumentKind.PDF)
    try:
        content = document_of(version, ending, masked=not reader.sees_people(version.application.region_id))
    except Exception:  # one form must not take the others with it
        logger.exception("printing version %s failed", version.pk)
        content, ending = "这份申报表暂时无法生成，请稍后单独下载。".encode(), "txt"
    edition = f"第{version.number}版"
    file_name = file_names.archived(
        place, number=number, name=name, edition=edition, code=code, ending=ending, digits=digits
    )
    at = timezone.localtime(version.submitted_at)
    archive.writestr(zipfile.ZipInfo(file_name, at.timetuple()[:6]), content)


def _render(data: dict[str, Any], facts: Facts, kind: str) -> bytes:
    shown = mask_form(data) if facts.masked else data
    return pdf.render(shown, facts) if kind == DocumentKind.PDF else word.render(shown, facts)


def _kept(document: FormDocument) -> bytes | None:
    """Return the file of ``document``, or None if it is gone or is not what was kept."""
    try:
        content = stored_files.read(document.stored_name)
    except OSError:
        logger.exception("the file of form document %s cannot be read", document.pk)
        return None
    if hashlib.sha256(content).hexdigest() != document.digest:
        logger.error("the file of form document %s is not what was kept", document.pk)
        return None
    return content


def _named(version: ApplicationVersion) -> tuple[str, str]:
    data = version.data
    number, name = data.get("site", {}).get("number"), data.get("platform", {}).get("name")
    return str(number or version.application.number), str(name or version.application.name)
