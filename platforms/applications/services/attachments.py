"""Files that come with an application: judged by their content, kept under a name of our own."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from platforms import stored_files
from platforms.applications import attachment_needs
from platforms.applications.choices import AttachmentKind, QuestionKind, RuleKind
from platforms.applications.queries.forms import content_of, digest_of, form_data
from platforms.applications.sections import section as section_named
from platforms.applications.services import corrections
from platforms.applications.services.ownership import check_may_change, check_open, locked
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.files.services import scanner
from platforms.filetypes import MEGABYTE, FileFacts, inspect
from platforms.models import Application, Attachment, FillLink, Question, User

#: Per application, without those that a newer one took the place of; more is a mistake or an attack.
MOST_FILES = 60
#: Per application, with them, in bytes.
MOST_BYTES = 500 * MEGABYTE


@dataclass(frozen=True)
class _Part:
    """What a file is for: its kind, the rule or the question, and the older file whose place it takes."""

    kind: str
    rule_kind: str = ""
    question: Question | None = None
    replaces: Attachment | None = None
    link: FillLink | None = None

    @property
    def home(self) -> str:
        """The section that a link may be for to bring the file, besides that of the files."""
        return self.question.section if self.question else attachment_needs.section_of(self.kind)

    @property
    def place(self) -> tuple[str, str]:
        """Section and part of the form that the file belongs to."""
        return (self.question.section, self.question.key) if self.question else ("attachments", "attachments")

    @property
    def label(self) -> str:
        return self.question.text if self.question else attachment_needs.label_of(self.kind, self.rule_kind)


def add(
    *,
    application: Application,
    kind: str,
    upload: UploadedFile,
    by: User | None,
    at: datetime,
    actor: str = "",
    rule_kind: str = "",
    question: Question | None = None,
    link: FillLink | None = None,
) -> Attachment:
    """Keep ``upload`` as an attachment of ``kind``, in a format that this kind takes, at most 20 MB.

    The version of the form stays: a file added overwrites nobody's work. A file of the kind ``rule`` may say which
    rule it is; one of the kind ``question`` answers that ``question``, and belongs to the section in which it is asked.
    A stamped scan remembers what the form said. Judging and scanning hold no lock. ``link`` is that through which a
    unit sends it; one for a single section takes only the kinds that belong to this section.

    Raises:
        Refusal: not editable, not the person's own, not for this link, empty, too large, of another format, with
            macros, infected or not scanned, there already, too many, or the disk is full.
    """
    return _take(application, _Part(kind, rule_kind, question, link=link), upload, by=by, at=at, actor=actor)


def replace_file(
    *,
    attachment: Attachment,
    upload: UploadedFile,
    by: User | None,
    at: datetime,
    actor: str = "",
    link: FillLink | None = None,
) -> Attachment:
    """Put ``upload`` in the place of ``attachment``, which is kept as an older file of the same kind.

    Raises:
        Gone: it was taken off or replaced by now.
        Refusal: as for :func:`add`.
    """
    part = _Part(attachment.kind, attachment.rule_kind, attachment.question, attachment, link)
    return _take(attachment.application, part, upload, by=by, at=at, actor=actor)


@transaction.atomic
def remove(
    *, attachment: Attachment, by: User | None, at: datetime, actor: str = "", link: FillLink | None = None
) -> None:
    """Take an attachment off a draft or returned application; what a submitted version names stays on disk.

    Raises:
        Refusal: not editable, not the person's own, not for this link, or an older file, which is kept.
    """
    row = locked(attachment.application)
    part = _Part(attachment.kind, attachment.rule_kind, attachment.question, link=link)
    _check_allowed(row, part, permission="delete_attachment", by=by, at=at, actor=actor)
    current = row.attachments.filter(pk=attachment.pk).first()
    if current is None:
        return
    if current.replaced_at is not None:
        raise Refusal(f"“{current.shown_name}”已被新文件替换，作为历史文件保留，不能删除。")
    stored_name = current.stored_name
    current.delete()
    changes = {part.label: [attachment.shown_name, None]}
    audit.record(verb="删除附件", by=by, at=at, target=row, changes=changes, actor=actor)
    if part.kind != AttachmentKind.STAMPED:
        corrections.content_changed(row)
    if not _is_named(row, stored_name, attachment.digest):
        transaction.on_commit(lambda: stored_files.drop(stored_name))


def _take(
    application: Application, part: _Part, upload: UploadedFile, *, by: User | None, at: datetime, actor: str
) -> Attachment:
    # Before the file is looked at, so that nobody makes the server judge files for an application not their own.
    now = Application.objects.select_related("round").filter(pk=application.pk).first()
    if now is None:
        raise Gone("这份申报表已被删除。")
    _check_allowed(now, part, permission="add_attachment", by=by, at=at, actor=actor)
    _check_kind(now, part)
    file = cast(BinaryIO, upload)
    facts = inspect(
        upload.name or "",
        file,
        allowed=attachment_needs.formats_of(part.kind, part.rule_kind),
        max_bytes=settings.FILE_UPLOAD_MAX_BYTES,
    )
    scanner.check(facts.shown_name, file)
    file.seek(0)
    return _store(application, part, facts, file.read(), by=by, at=at, actor=actor)


@transaction.atomic
def _store(
    application: Application,
    part: _Part,
    facts: FileFacts,
    content: bytes,
    *,
    by: User | None,
    at: datetime,
    actor: str,
) -> Attachment:
    row = locked(application)
    _check_allowed(row, part, permission="add_attachment", by=by, at=at, actor=actor)
    digest = hashlib.sha256(content).hexdigest()
    old = _to_replace(row, part)
    _check_new(row, part, digest)
    _check_quota(row, facts, by=by, at=at, more=old is None)
    stored_name = stored_files.name_of(row.pk, digest)
    try:
        is_fresh = stored_files.keep(stored_name, content)
    except OSError as error:
        raise Refusal("服务器暂时无法保存附件，请稍后再试；已填内容不受影响。") from error
    try:
        made = Attachment.objects.create(
            application=row,
            kind=part.kind,
            rule_kind=part.rule_kind,
            question=part.question,
            shown_name=facts.shown_name,
            stored_name=stored_name,
            media_type=facts.media_type,
            size=facts.size,
            digest=digest,
            uploaded_at=at,
            uploaded_by=by,
            replaces=old,
            form_digest=_sealed_digest(row) if part.kind == AttachmentKind.STAMPED else "",
        )
        if old is not None:
            Attachment.objects.filter(pk=old.pk).update(replaced_at=at)
        changes = {part.label: [old.shown_name if old else None, facts.shown_name]}
        audit.record(verb="替换附件" if old else "上传附件", by=by, at=at, target=row, changes=changes, actor=actor)
        if part.kind != AttachmentKind.STAMPED:
            corrections.content_changed(row)
    except Exception:
        # The row is still locked: nobody else can have begun to use the file.
        if is_fresh:
            stored_files.drop(stored_name)
        raise
    return made


def _check_allowed(
    row: Application, part: _Part, *, permission: str, by: User | None, at: datetime, actor: str
) -> None:
    section, field = part.place
    check_may_change(row, by=by, at=at, actor=actor, permission=permission, section=section, also=part.home)
    only = part.link.section if part.link else ""
    # A wider link that stands beside this one opens nothing through it.
    if only not in ("", section, part.home):
        what = f"“{section_named(only).title}”"
        raise Refusal(f"这个填报链接只用于{what}部分，不能上传、替换或删除“{part.label}”的文件。")
    if part.kind != AttachmentKind.STAMPED:
        # A new seal goes with every correction.
        check_open(row, by=by, at=at, section=section, fields=[field], also=part.home)


def _check_kind(row: Application, part: _Part) -> None:
    wrong_rule = part.rule_kind and (part.kind != AttachmentKind.RULE or part.rule_kind not in RuleKind.values)
    if part.kind not in AttachmentKind.values or wrong_rule:
        raise Refusal("请选择附件的类别。")
    question = part.question
    if (part.kind == AttachmentKind.QUESTION) != (question is not None):
        raise Refusal("补充问题的附件请在该问题处上传。")
    if question is None:
        return
    asked = question.round_id == row.round_id and question.kind == QuestionKind.FILE and question.is_for(row.type)
    if not asked:
        raise Refusal(f"这份申报表没有要求上传“{question.text}”的文件。")


def _to_replace(row: Application, part: _Part) -> Attachment | None:
    if part.replaces is None:
        return None
    old = row.attachments.filter(pk=part.replaces.pk, replaced_at__isnull=True).first()
    if old is None:
        raise Gone(f"“{part.replaces.shown_name}”已被删除或替换，新文件没有保存，请刷新页面后查看。")
    return old


def _check_new(row: Application, part: _Part, digest: str) -> None:
    same = replace(part, replaces=None)
    current = row.attachments.filter(
        kind=same.kind, rule_kind=same.rule_kind, question=same.question, digest=digest, replaced_at__isnull=True
    )
    if current.exists():
        raise Refusal(f"这个文件已作为{f'“{part.label}”的附件' if part.question else part.label}上传过。")


def _check_quota(row: Application, facts: FileFacts, *, by: User | None, at: datetime, more: bool) -> None:
    """Refuse what goes over the limits of the application, and of the person (or of the unit) for the day."""
    there = row.attachments.aggregate(files=Count("pk", filter=Q(replaced_at__isnull=True)), size=Sum("size"))
    if more and there["files"] >= MOST_FILES:
        raise Refusal(f"每份申报表最多上传 {MOST_FILES} 个附件，请先删除不需要的。")
    if (there["size"] or 0) + facts.size > MOST_BYTES:
        raise Refusal(
            f"每份申报表的附件（含历史文件）共不超过 {MOST_BYTES // MEGABYTE} MB，放不下“{facts.shown_name}”。"
        )
    midnight = datetime.combine(timezone.localdate(at), time.min, tzinfo=timezone.get_current_timezone())
    whose = Q(uploaded_by=by) if by is not None else Q(application=row, uploaded_by__isnull=True)
    if Attachment.objects.filter(whose, uploaded_at__gte=midnight).count() >= settings.UPLOADS_PER_DAY:
        raise Refusal(f"今天已上传 {settings.UPLOADS_PER_DAY} 个文件，达到每日上限，请明天再上传。")


def _is_named(row: Application, stored_name: str, digest: str) -> bool:
    """Say whether another row, or a version that was submitted, still names the file."""
    if row.attachments.filter(stored_name=stored_name).exists():
        return True
    frozen = row.versions.values_list("data__attachments", flat=True)
    return any(file["digest"] == digest for files in frozen for file in files or ())


def _sealed_digest(row: Application) -> str:
    """Return the digest of what a scan that comes now was printed from: the last print, else what the form says."""
    return str(row.printed["digest"]) if row.printed else digest_of(content_of(form_data(row)))
