"""News, announcements and standing texts: written by the city, published from a moment on, withdrawn for a reason."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from evaluation.examples.services import check_public_text
from evaluation.models import Article, ArticleFile, ArticlePicture
from evaluation.news.choices import ArticleKind, ArticleStatus
from evaluation.news.workflow import ARTICLE
from platforms import stored_files
from platforms.audit.services import audit
from platforms.dates import moment_in_words
from platforms.errors import Gone, Refusal
from platforms.file_formats import FORMATS, PICTURES
from platforms.files.services import scanner
from platforms.files.services.pictures import keep_picture
from platforms.filetypes import MEGABYTE, inspect
from platforms.markdown import PICTURE, names_of_pictures
from platforms.models import User
from platforms.moves import apply_move, check_may_move
from platforms.pictures import without_metadata
from platforms.text import clean_text

TEXTS = {"title": ("标题", 80), "summary": ("摘要", 200), "text": ("正文", 20_000)}
MOST_PICTURES, MOST_FILES, MOST_ALT = 12, 10, 120
MOST_FILE = 20 * MEGABYTE
MOST_REASON = 400


@transaction.atomic
def write(
    *,
    kind: str,
    values: Mapping[str, str],
    pictures: Sequence[tuple[UploadedFile, str]] = (),
    files: Sequence[UploadedFile] = (),
    by: User,
    at: datetime,
) -> Article:
    """Write a text of the sort ``kind`` (:class:`ArticleKind`) that nobody but the city reads yet.

    ``values`` are ``title``, ``summary`` and ``text``; each of ``pictures`` comes with what it shows.

    Raises:
        Refusal: ``by`` may not, something is missing or too long, a mobile or identity number stands in a text, a link
            leads nowhere, a picture is none, is not described or is named but not there, or a file is not taken.
    """
    if not by.has_perm("evaluation.add_article"):
        raise Refusal("您没有编写动态与通知的权限。")
    row = Article(edited_at=at, edited_by=by)
    _set(row, kind, values)
    row.save(force_insert=True)
    _attach(row, pictures, files)
    _check_pictures_named(row)
    audit.record(verb="编写动态与通知", by=by, at=at, target=row, changes={"标题": ["", row.title]})
    return row


@transaction.atomic
def edit(
    *,
    article: Article,
    kind: str,
    values: Mapping[str, str],
    pictures: Sequence[tuple[UploadedFile, str]] = (),
    files: Sequence[UploadedFile] = (),
    drop_pictures: Collection[int] = (),
    drop_files: Collection[int] = (),
    by: User,
    at: datetime,
) -> Article:
    """Change a text that is not public; ``drop_pictures`` and ``drop_files`` are keys of what goes.

    Raises:
        Gone: it is published; it is withdrawn first.
        Refusal: as for :func:`write`.
    """
    if not by.has_perm("evaluation.change_article"):
        raise Refusal("您没有编写动态与通知的权限。")
    row = Article.objects.select_for_update().get(pk=article.pk)
    if row.status == ArticleStatus.PUBLISHED:
        raise Gone("已发布，请先撤下再修改。")
    before = _told(row)
    _set(row, kind, values)
    row.edited_at, row.edited_by = at, by
    row.version += 1
    row.save()
    row.pictures.filter(pk__in=drop_pictures).delete()
    row.files.filter(pk__in=drop_files).delete()
    _attach(row, pictures, files)
    _check_pictures_named(row)
    changes = audit.differences(before, _told(row))
    audit.record(verb="修改动态与通知", by=by, at=at, target=row, changes=changes)
    return row


@transaction.atomic
def publish(*, article: Article, shown_from: datetime | None = None, by: User, at: datetime) -> Article:
    """Put a text on the public site, from ``shown_from`` on, or at once where none is given.

    Raises:
        Gone: it is published already.
        Refusal: ``by`` may not.
    """
    move = check_may_move(workflow=ARTICLE, name="publish", by=by)
    begins = shown_from or at
    again: dict[str, Any] = {"withdrawn_at": None, "withdrawn_by": None, "withdrawal_reason": ""}
    row = apply_move(article, move=move, shown_from=begins, published_at=at, published_by=by, **again)
    changes = {"公开时间": ["", moment_in_words(begins)]}
    audit.record(verb="发布动态与通知", by=by, at=at, target=row, reason=row.title, changes=changes)
    return row


@transaction.atomic
def withdraw(*, article: Article, reason: str, by: User, at: datetime) -> Article:
    """Take a text off the public site, or stop one that is to come; it can be changed and published again.

    Raises:
        Gone: it is not published.
        Refusal: ``by`` may not, or no ``reason`` is given.
    """
    move = check_may_move(workflow=ARTICLE, name="withdraw", by=by, reason=reason)
    reason = clean_text("理由", reason, most=MOST_REASON, required=True, field="reason")
    row = apply_move(article, move=move, withdrawn_at=at, withdrawn_by=by, withdrawal_reason=reason)
    audit.record(verb="撤下动态与通知", by=by, at=at, target=row, reason=reason)
    return row


def _set(row: Article, kind: str, values: Mapping[str, str]) -> None:
    if kind not in ArticleKind.values:
        raise Refusal.of("kind", "请选择栏目。")
    row.kind = kind
    for name, (label, most) in TEXTS.items():
        text = clean_text(label, values.get(name, ""), most=most, required=True, field=name)
        check_public_text(name, label, text, markdown=name == "text")
        setattr(row, name, text)


def _attach(row: Article, pictures: Sequence[tuple[UploadedFile, str]], files: Sequence[UploadedFile]) -> None:
    number = row.pictures.aggregate(last=Max("number"))["last"] or 0
    if row.pictures.count() + len(pictures) > MOST_PICTURES:
        raise Refusal.of("picture_1", f"最多 {MOST_PICTURES} 张图片，请先去掉不用的图片。")
    for place, (upload, alt) in enumerate(pictures, start=1):
        picture = ArticlePicture(article=row, number=number + place)
        field = f"alt_{place}"
        picture.picture_alt = clean_text("图片说明", alt, most=MOST_ALT, field=field)
        if not picture.picture_alt:
            raise Refusal.of(field, "请填写“图片说明”，说明图片上是什么，供看不到图片的人阅读。")
        check_public_text(field, "图片说明", picture.picture_alt)
        keep_picture(picture, upload, folder=stored_files.NEWS, field=f"picture_{place}")
        picture.save(force_insert=True)
    if row.files.count() + len(files) > MOST_FILES:
        raise Refusal.of("files", f"最多 {MOST_FILES} 个附件，请先去掉不用的附件。")
    for each in files:
        _keep_file(row, each)


def _keep_file(row: Article, upload: UploadedFile) -> None:
    file = cast(BinaryIO, upload)
    try:
        facts = inspect(upload.name or "", file, allowed=FORMATS, max_bytes=MOST_FILE)
        scanner.check(facts.shown_name, file)
    except Refusal as refused:
        refused.field = "files"
        raise
    file.seek(0)
    content = file.read()
    try:
        # Everybody will read it: nothing is left of what the camera wrote into it.
        content = without_metadata(content, facts.kind) if facts.kind in PICTURES else content
    except ValueError:
        raise Refusal.of("files", f"图片“{facts.shown_name}”已损坏，请重新拍摄或另存后上传。") from None
    name = f"{stored_files.NEWS}/{hashlib.sha256(content).hexdigest()}"
    if row.files.filter(stored_name=name).exists():
        raise Refusal.of("files", f"附件中已有与“{facts.shown_name}”相同的文件，没有重复上传。")
    try:
        stored_files.keep(name, content)
    except OSError as error:
        raise Refusal.of("files", "服务器暂时无法保存文件，请稍后再试；已填内容不受影响。") from error
    ArticleFile.objects.create(
        article=row, shown_name=facts.shown_name, stored_name=name, media_type=facts.media_type, size=len(content)
    )


def _check_pictures_named(row: Article) -> None:
    """Refuse a text that puts in a picture which is not among its own."""
    there = {each.mark for each in row.pictures.all()}
    for name in names_of_pictures(row.text):
        if name not in there:
            known = "、".join(sorted(there)) or "无"
            shown = name if PICTURE.fullmatch(name) else name[:60]
            raise Refusal.of("text", f"“正文”中引用的图片“{shown}”不存在，现有图片：{known}；写法如 ![](图1)。")


def _told(row: Article) -> dict[str, str]:
    return {
        "栏目": row.get_kind_display(),
        **{label: getattr(row, name) for name, (label, _) in TEXTS.items()},
        "图片": "、".join(each.picture_alt for each in row.pictures.all()),
        "附件": "、".join(each.shown_name for each in row.files.all()),
    }
