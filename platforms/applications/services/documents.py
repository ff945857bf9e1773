"""Printed forms: kept with the version that they print, and noted when they leave the house with people in them."""

import hashlib
import logging
from datetime import datetime

from django.db import models, transaction

from platforms import stored_files
from platforms.applications import completeness
from platforms.applications.choices import DocumentKind
from platforms.applications.queries.documents import rendered
from platforms.applications.queries.forms import check_code, content_of, digest_of, form_data
from platforms.audit.services import audit
from platforms.models import Application, ApplicationVersion, FormDocument, User

logger = logging.getLogger(__name__)


@transaction.atomic
def freeze(*, version: ApplicationVersion, at: datetime) -> None:
    """Print ``version`` as PDF and Word and keep both with it; called in the transaction that submits.

    A submission is never lost because it cannot be printed: what could not be made or written is left out, noted in
    the log of the server, and made from the frozen data when it is asked for.
    """
    kept = []
    for kind in DocumentKind.values:
        try:
            content = rendered(version, kind)
            digest = hashlib.sha256(content).hexdigest()
            name = stored_files.name_of(version.application_id, digest)
            stored_files.keep(name, content)
        except Exception:  # whatever it is, the officer has submitted
            logger.exception("version %s was submitted without its %s", version.pk, kind)
            continue
        kept.append(
            FormDocument(version=version, kind=kind, stored_name=name, digest=digest, size=len(content), made_at=at)
        )
    FormDocument.objects.bulk_create(kept)


@transaction.atomic
def note_print(*, application: Application, kind: str, by: User | None, at: datetime, actor: str = "") -> None:
    """Keep what a print of a complete form says, so that the scan of it is held against this; see ``print_of``.

    The same content printed again is the same print. A form with gaps is not sealed and nothing is kept of it.
    """
    data = form_data(application)
    if completeness.gaps(data):
        return
    content, code = content_of(data), check_code(data)
    if (application.printed or {}).get("code") == code:
        return
    kept = {"code": code, "digest": digest_of(content), "at": at.isoformat(), "form": content}
    Application.objects.filter(pk=application.pk).update(printed=kept)
    changes = {"校验码": [(application.printed or {}).get("code"), code]}
    audit.record(
        verb=f"打印盖章稿 {DocumentKind(kind).label}", by=by, at=at, target=application, changes=changes, actor=actor
    )


@transaction.atomic
def note_download(
    *,
    target: models.Model,
    kind: str,
    by: User | None,
    at: datetime,
    edition: str = "",
    count: int = 1,
    actor: str = "",
) -> None:
    """Write down who took printed forms that name people: one of ``target``, or ``count`` in an archive.

    ``actor`` says who it was where it is nobody with an account (``by`` None).
    """
    label = "申报表 ZIP" if kind == "zip" else f"申报表 {DocumentKind(kind).label}"
    changes = {"版本": [None, edition]} if edition else {"份数（份）": [None, count]}
    audit.record(verb=f"下载{label}", by=by, at=at, target=target, changes=changes, actor=actor)
