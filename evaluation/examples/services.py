"""Good examples (典型案例, 六·(二)): written by the city, published and withdrawn."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from evaluation.certification.queries.published import MOBILE
from evaluation.examples.queries import is_certified
from platforms import stored_files
from platforms.activities.choices import ActivityStatus, ExampleStatus
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.files.services import scanner
from platforms.filetypes import MEGABYTE, inspect
from platforms.models import Activity, Application, GoodExample, Platform, User
from platforms.pictures import without_metadata
from platforms.text import clean_text

TEXTS = {"title": ("标题", 60, True), "text": ("正文", 3000, True), "picture_alt": ("图片说明", 120, False)}
MOST_PICTURE = 2 * MEGABYTE
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")


@transaction.atomic
def write(
    *,
    platform: Platform,
    values: Mapping[str, str],
    picture: UploadedFile | None = None,
    activity: Activity | None = None,
    application: Application | None = None,
    by: User,
    at: datetime,
) -> GoodExample:
    """Write an example about ``platform``, perhaps out of a reported activity or the cases of an application.

    ``values`` are ``title``, ``text`` and, with a picture, ``picture_alt``, which says what it shows.

    Raises:
        Refusal: ``by`` may not, something is missing, a phone number or identity number of a person stands in the
            text, the picture is none, the source is not the platform's, or no certificate of it holds.
    """
    if not by.has_perm("platforms.add_goodexample"):
        raise Refusal("您没有编写典型案例的权限。")
    _check_certified(platform, at)
    _check_source(platform, activity, application)
    row = GoodExample(platform=platform, activity=activity, application=application, edited_at=at, edited_by=by)
    _set(row, values, picture, drop_picture=False)
    row.save(force_insert=True)
    audit.record(verb="编写典型案例", by=by, at=at, target=row, code=platform.code, changes={"标题": ["", row.title]})
    return row


@transaction.atomic
def edit(
    *,
    example: GoodExample,
    values: Mapping[str, str],
    picture: UploadedFile | None = None,
    drop_picture: bool = False,
    by: User,
    at: datetime,
) -> GoodExample:
    """Change an example that is not public.

    Raises:
        Gone: it is public; it is withdrawn first.
        Refusal: as for :func:`write`.
    """
    row = _locked(example, by=by, permission="platforms.change_goodexample")
    if row.status == ExampleStatus.PUBLISHED:
        raise Gone("典型案例已发布，请先撤下再修改。")
    before = {"标题": row.title, "正文": row.text, "图片说明": row.picture_alt}
    _set(row, values, picture, drop_picture=drop_picture)
    row.edited_at, row.edited_by = at, by
    row.version += 1
    row.save()
    changes = audit.differences(before, {"标题": row.title, "正文": row.text, "图片说明": row.picture_alt})
    audit.record(verb="修改典型案例", by=by, at=at, target=row, code=row.platform.code, changes=changes)
    return row


@transaction.atomic
def publish(*, example: GoodExample, by: User, at: datetime) -> GoodExample:
    """Put an example on the public site.

    Raises:
        Gone: it is public already.
        Refusal: ``by`` may not, or no certificate of the platform holds.
    """
    row = _locked(example, by=by, permission="platforms.publish_goodexample")
    if row.status == ExampleStatus.PUBLISHED:
        raise Gone("典型案例已经发布，没有重复发布。")
    _check_certified(row.platform, at)
    row.status, row.published_at, row.published_by = ExampleStatus.PUBLISHED, at, by
    row.save(update_fields=["status", "published_at", "published_by"])
    audit.record(verb="发布典型案例", by=by, at=at, target=row, code=row.platform.code, reason=row.title)
    return row


@transaction.atomic
def withdraw(*, example: GoodExample, by: User, at: datetime) -> GoodExample:
    """Take an example off the public site; it can be changed and published again.

    Raises:
        Gone: it is not public.
        Refusal: ``by`` may not.
    """
    row = _locked(example, by=by, permission="platforms.publish_goodexample")
    if row.status != ExampleStatus.PUBLISHED:
        raise Gone("典型案例没有发布，不需要撤下。")
    row.status, row.withdrawn_at, row.withdrawn_by = ExampleStatus.WITHDRAWN, at, by
    row.save(update_fields=["status", "withdrawn_at", "withdrawn_by"])
    audit.record(verb="撤下典型案例", by=by, at=at, target=row, code=row.platform.code, reason=row.title)
    return row


def _locked(example: GoodExample, *, by: User, permission: str) -> GoodExample:
    if not by.has_perm(permission):
        raise Refusal("您没有办理典型案例的权限。")
    rows = GoodExample.objects.select_related("platform").select_for_update(of=("self",))
    return rows.get(pk=example.pk)


def _check_certified(platform: Platform, at: datetime) -> None:
    if not is_certified(platform, timezone.localdate(at)):
        raise Refusal.of("platform", f"“{platform}”没有已公布并在有效期内的认定，不能作为典型案例。")


def _check_source(platform: Platform, activity: Activity | None, application: Application | None) -> None:
    if application is not None and application.platform_id != platform.pk:
        raise Refusal.of("platform", "申报表不是这个平台的，请核对来源。")
    if activity is None:
        return
    if activity.status != ActivityStatus.REPORTED:
        raise Refusal("只能选用已总结的活动。")
    present = activity.invitations.filter(took_part=True, platform=platform).exists()
    if activity.platform_id != platform.pk and not present:
        raise Refusal.of("platform", "这个平台没有举办或参加来源活动，请核对。")


def _set(row: GoodExample, values: Mapping[str, str], picture: UploadedFile | None, *, drop_picture: bool) -> None:
    for name, (label, most, required) in TEXTS.items():
        text = clean_text(label, values.get(name, ""), most=most, required=required)
        if MOBILE.search(text) or _IDENTITY.search(text):
            raise Refusal.of(name, f"“{label}”中有手机号码或身份证号码，公开前请删去。")
        setattr(row, name, text)
    if picture is not None:
        _keep_picture(row, picture)
    elif drop_picture:
        row.picture_name = row.picture_type = ""
    if not row.picture_name:
        row.picture_alt = ""
    elif not row.picture_alt:
        raise Refusal.of("picture_alt", "请填写“图片说明”，说明图片上是什么，供看不到图片的人阅读。")


def _keep_picture(row: GoodExample, picture: UploadedFile) -> None:
    file = cast(BinaryIO, picture)
    try:
        facts = inspect(picture.name or "", file, allowed=("jpg", "png"), max_bytes=MOST_PICTURE)
        scanner.check(facts.shown_name, file)
        file.seek(0)
        content: Any = without_metadata(file.read(), facts.kind)
    except ValueError:
        raise Refusal.of("picture", "图片已损坏，请重新拍摄或另存后上传。") from None
    except Refusal as refused:
        refused.field = "picture"
        raise
    name = f"{stored_files.EXAMPLES}/{hashlib.sha256(content).hexdigest()}"
    try:
        stored_files.keep(name, content)
    except OSError as error:
        raise Refusal("服务器暂时无法保存图片，请稍后再试；已填内容不受影响。") from error
    row.picture_name, row.picture_type = name, facts.media_type
