"""Good examples (典型案例, 六·(二)): written by the city, published and withdrawn."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from evaluation.certification.queries.published import MOBILE
from evaluation.examples.queries import is_certified
from platforms import stored_files
from platforms.activities.choices import ActivityStatus, ExampleStatus
from platforms.audit.services import audit
from platforms.cells import visible
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.files.services.pictures import drop_picture as drop_kept
from platforms.files.services.pictures import keep_picture
from platforms.markdown import names_of_pictures, plain_of, wrong_links
from platforms.models import Activity, Application, GoodExample, Platform, User
from platforms.text import clean_text

TEXTS = {"title": ("标题", 60, True), "text": ("正文", 3000, True), "picture_alt": ("图片说明", 120, False)}
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{6}[- ]?\d{8}[- ]?\d{3}[\dXx](?![0-9A-Za-z])")


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

    ``values`` are ``title``, ``text`` (Markdown) and, with a picture, ``picture_alt``, which says what it shows.

    Raises:
        Refusal: ``by`` may not, something is missing, a phone number or identity number of a person stands in the
            text, a link leads nowhere, the picture is none, the source is not the platform's, or no certificate of it
            holds.
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
def publish(*, example: GoodExample, shown_on: date | None = None, by: User, at: datetime) -> GoodExample:
    """Put an example on the public site, from the day ``shown_on`` on, or at once where none is given.

    Raises:
        Gone: it is public already.
        Refusal: ``by`` may not, or no certificate of the platform holds.
    """
    row = _locked(example, by=by, permission="platforms.publish_goodexample")
    if row.status == ExampleStatus.PUBLISHED:
        raise Gone("典型案例已经发布，没有重复发布。")
    _check_certified(row.platform, at)
    row.status, row.published_at, row.published_by = ExampleStatus.PUBLISHED, at, by
    row.shown_on = shown_on or timezone.localdate(at)
    row.save(update_fields=["status", "published_at", "published_by", "shown_on"])
    changes = {"发布日期": ["", day_in_words(row.shown_on)]}
    audit.record(
        verb="发布典型案例", by=by, at=at, target=row, code=row.platform.code, reason=row.title, changes=changes
    )
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


def check_public_text(field: str, label: str, text: str, *, markdown: bool = False) -> None:
    """Check that ``text`` can be read by everybody; in Markdown, what its readers will see is looked at as well.

    Raises:
        Refusal: of ``field``: the number of a mobile or of an identity card stands in it, or a link leads nowhere.
    """
    for shown in (text, plain_of(text)) if markdown else (text,):
        # As it is read: digits of full width are digits, and what nobody sees parts none of them.
        read = visible(unicodedata.normalize("NFKC", shown))
        if MOBILE.search(read) or _IDENTITY.search(read):
            raise Refusal.of(field, f"“{label}”中有手机号码或身份证号码，公开前请删去。")
    if markdown and (wrong := wrong_links(text)):
        raise Refusal.of(field, f"“{label}”中的链接“{wrong[0][:60]}”不可用：网址以 https:// 开头，本站页面以 / 开头。")


def _set(row: GoodExample, values: Mapping[str, str], picture: UploadedFile | None, *, drop_picture: bool) -> None:
    for name, (label, most, required) in TEXTS.items():
        text = clean_text(label, values.get(name, ""), most=most, required=required, field=name)
        check_public_text(name, label, text, markdown=name == "text")
        setattr(row, name, text)
    if names_of_pictures(row.text):
        raise Refusal.of("text", "“正文”中不能引用图片，图片另在“图片”栏上传。")
    alt = row.picture_alt
    if picture is not None:
        keep_picture(row, picture, folder=stored_files.EXAMPLES, field="picture")
    elif drop_picture:
        drop_kept(row)
    if row.picture_name and not alt:
        raise Refusal.of("picture_alt", "请填写“图片说明”，说明图片上是什么，供看不到图片的人阅读。")
    row.picture_alt = alt if row.picture_name else ""
