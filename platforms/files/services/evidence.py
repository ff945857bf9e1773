"""Files that prove something below a platform: judged by their content, kept under a name of our own, never changed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, time
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from platforms import stored_files
from platforms.audit.services import audit, numbering
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.file_formats import FORMATS
from platforms.files.choices import NAMELESS, STRIPPED, EvidenceKind
from platforms.files.services import scanner
from platforms.filetypes import MEGABYTE, FileFacts, inspect
from platforms.models import EvidenceFile, Region, User
from platforms.pictures import without_metadata
from platforms.text import clean_text

#: Per subject; more is a mistake or an attack.
MOST_FILES = 30
#: Per subject, in bytes.
MOST_BYTES = 200 * MEGABYTE
MOST_NOTE = 80
#: What units and people bring that have no account.
BY_LINK = (EvidenceKind.SELF_REPORT, EvidenceKind.HEARING, EvidenceKind.OBJECTION)
#: What a person uploads in a day is counted together; other kinds of files join by ``ready`` of the app.
COUNTED: list[type[models.Model]] = [EvidenceFile]


def add(
    *,
    kind: str,
    key: int,
    region: Region | None,
    upload: UploadedFile,
    note: str = "",
    by: User | None,
    at: datetime,
    actor: str = "",
) -> EvidenceFile:
    """Keep ``upload`` as a proof for the row ``key`` of the sort ``kind`` (:class:`EvidenceKind`), at most 20 MB.

    ``region`` is that of the subject, None for the city's own. The caller has checked that ``by`` may work on the
    subject; ``by`` None is a unit without an account, which ``actor`` names and whose link the caller has checked.
    Judging and scanning hold no lock. Pictures of a kind in ``STRIPPED`` are kept without their metadata.

    Raises:
        Refusal: not the person's region, empty, too large, of another format, with macros, damaged, infected or not
            scanned, there already, too many for the subject or for the day, or the disk is full.
    """
    _check_allowed(kind, region, by)
    return keep(judge(kind, upload, note), key=key, region=region, by=by, at=at, actor=actor)


@dataclass(frozen=True)
class Judged:
    """The content of an upload that was found good, as it will be kept."""

    kind: str
    facts: FileFacts
    content: bytes
    note: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def judge(kind: str, upload: UploadedFile, note: str = "") -> Judged:
    """Judge and scan ``upload``, for :func:`keep` in a transaction; nothing is kept and no lock is held.

    Raises:
        Refusal: as :func:`add`, about the file itself.
    """
    note = clean_text("说明", note, most=MOST_NOTE)
    file = cast(BinaryIO, upload)
    facts = inspect(upload.name or "", file, allowed=FORMATS, max_bytes=settings.FILE_UPLOAD_MAX_BYTES)
    scanner.check(facts.shown_name, file)
    file.seek(0)
    return Judged(kind, facts, _plain(kind, facts, file.read()), note)


def keep(
    judged: Judged, *, key: int, region: Region | None, by: User | None, at: datetime, actor: str = ""
) -> EvidenceFile:
    """Keep what :func:`judge` found good as a proof for the row ``key``.

    Raises:
        Refusal: as :func:`add`, about the person, the subject or the disk.
    """
    _check_allowed(judged.kind, region, by)
    subject = EvidenceFile(
        kind=judged.kind,
        key=key,
        region=region,
        note=judged.note,
        shown_name=judged.facts.shown_name,
        media_type=judged.facts.media_type,
        size=len(judged.content),
        digest=judged.digest,
        uploaded_at=at,
        uploaded_by=by,
    )
    return _store(subject, judged.facts, judged.content, by=by, at=at, actor=actor)


def _plain(kind: str, facts: FileFacts, content: bytes) -> bytes:
    """Return ``content``; a picture of a kind in :data:`STRIPPED` without what the camera wrote into it."""
    if kind not in STRIPPED or facts.kind not in ("jpg", "png"):
        return content
    try:
        return without_metadata(content, facts.kind)
    except ValueError:
        raise Refusal(f"图片“{facts.shown_name}”已损坏，没有保存，请重新拍摄或另存后上传。") from None


def name_of(kind: str, key: int, digest: str) -> str:
    """Return the name of a content that proves something for one subject."""
    return f"{stored_files.EVIDENCE}/{kind}/{key}/{digest}"


@transaction.atomic
def _store(
    made: EvidenceFile, facts: FileFacts, content: bytes, *, by: User | None, at: datetime, actor: str
) -> EvidenceFile:
    # The counter's row lock makes uploads queue, so that many at once cannot all count the same few rows.
    numbering.next_number("evidence")
    _check_quota(made, facts, by=by, at=at)
    made.stored_name = name_of(made.kind, made.key, made.digest)
    try:
        is_fresh = stored_files.keep(made.stored_name, content)
    except OSError as error:
        raise Refusal("服务器暂时无法保存文件，请稍后再试；已填内容不受影响。") from error
    try:
        made.save(force_insert=True)
        told = made.digest if made.kind in NAMELESS else facts.shown_name
        changes = {EvidenceKind(made.kind).label: [None, told]}
        code = f"{made.kind}:{made.key}"
        audit.record(verb="上传佐证材料", by=by, at=at, target=made, code=code, changes=changes, actor=actor)
    except Exception:
        # The counter is still locked: nobody else can have begun to use the file.
        if is_fresh:
            stored_files.drop(made.stored_name)
        raise
    return made


def _check_allowed(kind: str, region: Region | None, by: User | None) -> None:
    if kind not in EvidenceKind.values:
        raise ValueError(f"no evidence of kind {kind!r}")
    if by is None:
        if kind not in BY_LINK:
            raise ValueError(f"evidence of kind {kind!r} comes from people with an account")
        return
    own = by.role == Role.CITY or (region is not None and by.acts_for(region.pk))
    # Who judges adds files to the own sheets and to nothing else; whose sheet it is was looked at by the caller.
    judges = by.role == Role.ASSESSOR and kind == EvidenceKind.MARK and region is None
    if not judges and not (own and by.has_perm("platforms.add_evidencefile")):
        raise Refusal("您没有为这项工作上传佐证材料的权限。")


def _check_quota(made: EvidenceFile, facts: FileFacts, *, by: User | None, at: datetime) -> None:
    """Refuse what is there already or goes over the limits of the subject, or of the person for the day.

    A unit without an account has no day of its own: what its link is for has a limit as a whole, kept by the caller.
    """
    there = EvidenceFile.objects.filter(kind=made.kind, key=made.key)
    if there.filter(digest=made.digest).exists():
        raise Refusal(f"文件“{facts.shown_name}”已经上传过，不必重复上传。")
    known = there.aggregate(files=Count("pk"), size=Sum("size"))
    if known["files"] >= MOST_FILES:
        raise Refusal(f"每项最多上传 {MOST_FILES} 个佐证材料，“{facts.shown_name}”没有保存。")
    if (known["size"] or 0) + facts.size > MOST_BYTES:
        raise Refusal(f"每项的佐证材料共不超过 {MOST_BYTES // MEGABYTE} MB，放不下“{facts.shown_name}”。")
    if by is None:
        return
    midnight = datetime.combine(timezone.localdate(at), time.min, tzinfo=timezone.get_current_timezone())
    sent = sum(model._default_manager.filter(uploaded_by=by, uploaded_at__gte=midnight).count() for model in COUNTED)
    if sent >= settings.UPLOADS_PER_DAY:
        raise Refusal(f"今天已上传 {settings.UPLOADS_PER_DAY} 个文件，达到每日上限，请明天再上传。")
