"""Files that come with an application: judged by their content, kept under a name of our own."""

import hashlib
from datetime import datetime
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from platforms.choices import AttachmentKind, QuestionKind
from platforms.errors import Refusal
from platforms.filetypes import inspect
from platforms.models import Application, Attachment, Question, User
from platforms.services import attachment_files, audit
from platforms.services.ownership import check_may_change, check_open, locked

#: Keys of ``filetypes.MEDIA_TYPES``.
FORMATS = ("pdf", "jpg", "png", "docx", "xlsx")
#: Per application; more is a mistake or an attack.
MOST_FILES = 60


@transaction.atomic
def add(
    *,
    application: Application,
    kind: str,
    upload: UploadedFile,
    by: User | None,
    at: datetime,
    actor: str = "",
    question: Question | None = None,
) -> Attachment:
    """Keep ``upload`` as an attachment of ``kind`` (PDF, JPEG, PNG, docx or xlsx, at most 20 MB).

    The version of the form stays: a file added overwrites nobody's work. A file of the kind ``question`` answers that
    ``question``, and belongs to the section in which it is asked.

    Raises:
        Refusal: not editable, not the person's own, empty, too large, of another format, with macros, or too many.
    """
    row = locked(application)
    section, part = _part_of(question)
    check_may_change(row, by=by, at=at, actor=actor, permission="add_attachment", section=section)
    if kind != AttachmentKind.STAMPED:
        # A new seal goes with every correction.
        check_open(row, by=by, at=at, section=section, fields=[part])
    if kind not in AttachmentKind.values:
        raise Refusal("请选择附件的类别。")
    _check_asked(row, kind, question)
    if row.attachments.count() >= MOST_FILES:
        raise Refusal(f"每份申报表最多上传 {MOST_FILES} 个附件，请先删除不需要的。")
    upload.seek(0)
    file = cast(BinaryIO, upload)
    facts = inspect(upload.name or "", file, allowed=FORMATS, max_bytes=settings.FILE_UPLOAD_MAX_BYTES)
    content = upload.read()
    digest = hashlib.sha256(content).hexdigest()
    label = question.text if question else str(AttachmentKind(kind).label)
    if row.attachments.filter(kind=kind, question=question, digest=digest).exists():
        raise Refusal(f"这个文件已作为{f'“{label}”的附件' if question else label}上传过。")
    try:
        stored_name = attachment_files.keep(row.pk, digest, content)
    except OSError as error:
        raise Refusal("服务器暂时无法保存附件，请稍后再试；已填内容不受影响。") from error
    made = Attachment.objects.create(
        application=row,
        kind=kind,
        shown_name=facts.shown_name,
        stored_name=stored_name,
        media_type=facts.media_type,
        size=facts.size,
        digest=digest,
        uploaded_at=at,
        uploaded_by=by,
        question=question,
    )
    changes = {label: [None, facts.shown_name]}
    audit.record(verb="上传附件", by=by, at=at, target=row, changes=changes, actor=actor)
    return made


@transaction.atomic
def remove(*, attachment: Attachment, by: User | None, at: datetime, actor: str = "") -> None:
    """Take an attachment off a draft or returned application; what a submitted version names stays on disk.

    Raises:
        Refusal: not editable or not the person's own.
    """
    row = locked(attachment.application)
    section, part = _part_of(attachment.question)
    check_may_change(row, by=by, at=at, actor=actor, permission="delete_attachment", section=section)
    if attachment.kind != AttachmentKind.STAMPED:
        check_open(row, by=by, at=at, section=section, fields=[part])
    label = attachment.question.text if attachment.question else attachment.get_kind_display()
    stored_name = attachment.stored_name
    if not row.attachments.filter(pk=attachment.pk).delete()[0]:
        return
    audit.record(verb="删除附件", by=by, at=at, target=row, changes={label: [attachment.shown_name, None]}, actor=actor)
    still_named = row.submitted_at is not None or row.attachments.filter(stored_name=stored_name).exists()
    if not still_named:
        transaction.on_commit(lambda: attachment_files.drop(stored_name))


def _part_of(question: Question | None) -> tuple[str, str]:
    """Return section and part of the form that a file belongs to."""
    return (question.section, question.key) if question else ("attachments", "attachments")


def _check_asked(row: Application, kind: str, question: Question | None) -> None:
    if (kind == AttachmentKind.QUESTION) != (question is not None):
        raise Refusal("补充问题的附件请在该问题处上传。")
    if question is None:
        return
    asked = question.round_id == row.round_id and question.kind == QuestionKind.FILE and question.is_for(row.type)
    if not asked:
        raise Refusal(f"这份申报表没有要求上传“{question.text}”的文件。")


def open_file(attachment: Attachment) -> BinaryIO:
    """Open the file of ``attachment`` for reading; the caller has checked that the person may see it.

    Raises:
        FileNotFoundError: the file is gone from disk.
    """
    return attachment_files.path_of(attachment.stored_name).open("rb")
