"""What is put beside an indicator to show why: files and links, added and taken away while the scores are open."""

from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction

from evaluation.marking.choices import AssessmentStatus, SheetKind, SheetStatus
from evaluation.marking.services.assessments import check_not_public, code_of
from evaluation.marking.services.sheets import check_judge, check_open
from evaluation.marking.workflow import ASSESSMENT, SHEET
from evaluation.models import Proof, Score, Sheet
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.services import evidence
from platforms.models import User
from platforms.moves import check_may_move
from platforms.text import clean_text

#: Most links of one indicator; files are counted by ``platforms.files``.
MOST_LINKS = 20


def add_file(
    *, score: Score, sheet: Sheet | None, upload: UploadedFile, note: str = "", by: User, at: datetime
) -> Proof:
    """Keep ``upload`` beside ``score``, for ``sheet`` or, without one, for the scores that count.

    Raises:
        Refusal: the sheet is not this person's, or the file is refused (``evidence.add``). Gone: no longer open.
    """
    _check_open(score, sheet, by)
    region = score.assessment.application.region if sheet and sheet.kind == SheetKind.COUNTY else None
    # The files of one sheet are no business of another one, not even that they are the same.
    kind, key = (EvidenceKind.SCORE, score.pk) if sheet is None else (EvidenceKind.MARK, _mark(score, sheet))
    file = evidence.add(kind=kind, key=key, region=region, upload=upload, note=note, by=by, at=at)
    with transaction.atomic():
        # Judging a file takes its time and holds no lock; what was handed in meanwhile gets no more files.
        _check_open(score, sheet, by)
        return _added(Proof(score=score, sheet=sheet, file=file, note=file.note, added_at=at, added_by=by))


@transaction.atomic
def add_link(*, score: Score, sheet: Sheet | None, link: str, note: str = "", by: User, at: datetime) -> Proof:
    """Keep the address ``link`` (https) beside ``score``, as :func:`add_file` does with a file.

    Raises:
        Refusal: as there, no address that begins with https://, there already, or too many.
    """
    _check_open(score, sheet, by)
    link = clean_text("链接", link, most=500, required=True)
    try:
        URLValidator(schemes=["https"])(link)
    except ValidationError:
        raise Refusal.of("link", "链接须以 https:// 开头，如 https://www.ningbo.gov.cn/。") from None
    if urlsplit(link).username is not None:
        raise Refusal.of("link", "链接中不能带账号。")
    there = Proof.objects.filter(score=score, sheet=sheet).exclude(link="")
    if there.filter(link=link).exists():
        raise Refusal.of("link", "该链接已经添加过，不必重复添加。")
    if there.count() >= MOST_LINKS:
        raise Refusal.of("link", f"每项最多添加 {MOST_LINKS} 个链接。")
    note = clean_text("说明", note, most=evidence.MOST_NOTE)
    return _added(Proof(score=score, sheet=sheet, link=link, note=note, added_at=at, added_by=by))


@transaction.atomic
def remove(*, proof: Proof, by: User, at: datetime) -> None:
    """Take away what ``by`` added; a file itself stays in the store.

    Raises:
        Refusal: somebody else added it. Gone: no longer open, or taken away already.
    """
    _check_open(proof.score, proof.sheet, by)
    if proof.added_by_id != by.pk:
        raise Refusal("佐证由他人添加，不能移除。")
    told = str(proof)
    if not Proof.objects.filter(pk=proof.pk).delete()[0]:
        raise Gone("该佐证已移除。")
    _record("移除评分佐证", proof, [told, None], by, at)


def _added(proof: Proof) -> Proof:
    proof.save(force_insert=True)
    _record("添加评分佐证", proof, [None, str(proof)], proof.added_by, proof.added_at)
    return proof


def _record(verb: str, proof: Proof, change: list[str | None], by: User, at: datetime) -> None:
    target = proof.sheet or proof.score.assessment
    code, title = code_of(proof.score.assessment), proof.score.indicator.title
    audit.record(verb=verb, by=by, at=at, target=target, code=code, changes={title: change})


def _mark(score: Score, sheet: Sheet) -> int:
    mark = sheet.marks.filter(indicator=score.indicator_id).values_list("pk", flat=True).first()
    if mark is None:
        raise Refusal("这份评分表没有该项指标。")
    return mark


def _check_open(score: Score, sheet: Sheet | None, by: User) -> None:
    if sheet is None:
        check_may_move(workflow=ASSESSMENT, name="complete", by=by)
        check_not_public(score.assessment)
        score.assessment.refresh_from_db()
        if score.assessment.status != AssessmentStatus.OPEN:
            raise Gone("未办理：评分已完成或已核定，如需修改请先退回重评。")
        return
    check_may_move(workflow=SHEET, name="hand_in", by=by)
    check_judge(sheet, by)
    check_open(sheet.assessment)
    sheet.refresh_from_db()
    if sheet.status != SheetStatus.OPEN:
        raise Gone("未办理：评分表已提交，如需修改请联系市经信局退回。")
