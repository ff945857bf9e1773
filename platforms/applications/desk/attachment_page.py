"""Section nine: files are added, replaced and taken off one by one, and read through a checked view."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from platforms.applications import attachment_needs
from platforms.applications.attachment_needs import Need, Standing
from platforms.applications.choices import AttachmentKind
from platforms.applications.desk.file_scope import files_within, kinds_at, refusal_reason, why_fixed
from platforms.applications.pages.parts import seal_of
from platforms.applications.queries.corrections import are_files_closed
from platforms.applications.queries.forms import check_code, form_data
from platforms.applications.services import attachments
from platforms.errors import Refusal
from platforms.file_formats import FORMAT_WORDS, FORMATS, accept_of, camera_of
from platforms.filetypes import MEGABYTE, shown_name
from platforms.models import Application, Attachment
from platforms.moments import moment
from platforms.pages.fields import PickField
from platforms.pages.files import LARGEST_THUMBNAIL, MOST_FILES, SHOWN, ManyFilesField, ManyFilesInput, send_kept

if TYPE_CHECKING:
    from platforms.applications.desk.section_page import Place

TONES = {"must": "bad", "advised": "wait", "open": "neutral"}


class UploadForm(forms.Form):
    """What kind of proof the files are; the files themselves are judged by the service.

    With ``old`` one file takes its place, and the kind is that of the old one. ``kinds`` are the needs that may be
    served here, ``refusal_reason`` says of any other why it may not.
    """

    use_required_attribute = False
    uploads = ManyFilesField(
        label="文件",
        widget=ManyFilesInput(attrs={"multiple": True, "accept": accept_of()}),
        required=False,
        help_text=f"一次最多选择 {MOST_FILES} 个文件，同一次上传的文件属于同一类别。",
    )

    def __init__(
        self, *args: Any, kinds: Collection[Need], refusal_reason: str, old: Attachment | None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.most = MOST_FILES
        pairs = [(need.key, need.label) for need in kinds]
        self.fields["kind"] = PickField(
            label="类别", choices=pairs, error_messages={"invalid_choice": refusal_reason} if refusal_reason else None
        )
        self.order_fields(("kind", "uploads"))
        if old is not None:
            self.most = 1
            del self.fields["kind"]
            box = self.fields["uploads"]
            box.label, box.help_text = "新文件", "只选一个文件。"
            del box.widget.attrs["multiple"]

    def clean_uploads(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["uploads"]
        if not files:
            raise ValidationError("请选择要上传的文件。")
        if len(files) > self.most:
            raise ValidationError(f"一次最多上传 {self.most} 个文件，现选了 {len(files)} 个。")
        return files


def attachments_page(
    request: HttpRequest, application: Application, context_of: Callable[[], dict[str, Any]], place: "Place"
) -> HttpResponse:
    """Show the files of ``application``, or keep what was uploaded; a file that is refused is named with the reason.

    ``context_of`` makes the frame of the page once the files are kept. A script that sends file by file gets the
    outcome of each as JSON.
    """
    closed = are_files_closed(application, place.writer.link)
    kinds = kinds_at(place, closed)
    old = _old(request, application, place)
    if old is not None and request.method != "POST" and (reason := why_fixed(old, place, closed)):
        messages.warning(request, f"“{old.shown_name}”不能替换。{reason}")
        return HttpResponseRedirect(place.section_url("attachments"))
    options: dict[str, Any] = {"old": old, "kinds": kinds, "refusal_reason": refusal_reason(place, closed)}
    form, status = UploadForm(**options), 200
    outcome: list[dict[str, Any]] = []
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, **options)
        if form.is_valid():
            outcome = _keep(application, old, form, place)
        if request.headers.get("Accept") == "application/json":
            sentences = [sentence for errors in form.errors.values() for sentence in errors]
            return JsonResponse({"files": outcome, "errors": sentences}, status=422 if sentences else 200)
        kept = sum(1 for each in outcome if not each["refusal"])
        if kept:
            messages.success(request, f"已替换“{old.shown_name}”。" if old else f"已上传 {kept} 个文件。")
        if outcome and kept == len(outcome):
            return HttpResponseRedirect(place.section_url("attachments"))
        status = 409 if outcome and not kept else 200
    context = context_of()
    data = form_data(application)
    page = {
        "form": form,
        "old": old,
        "refused": [each["refusal"] for each in outcome if each["refusal"]],
        **_needs_and_files(application, data, place, kinds, closed=closed),
        **seal_of(application, data),
        "most_at_once": MOST_FILES,
        "closed": closed,
        "can_upload": bool(kinds),
        "takes_stamp": any(need.kind == AttachmentKind.STAMPED for need in kinds),
        "here_url": place.section_url("attachments"),
        "formats": [FORMAT_WORDS[name] for name in FORMATS],
        "limit": f"{settings.FILE_UPLOAD_MAX_BYTES // MEGABYTE} MB",
        "limit_bytes": settings.FILE_UPLOAD_MAX_BYTES,
        "request_limit": f"{settings.REQUEST_MAX_BYTES // MEGABYTE - 1} MB",
        "most": attachments.MOST_FILES,
        "a_day": settings.UPLOADS_PER_DAY,
        "check_code": check_code(data),
        "form_pdf_url": place.form_pdf_url,
    }
    return render(request, "applications/section_attachments.html", context | page, status=status)


def _old(request: HttpRequest, application: Application, place: "Place") -> Attachment | None:
    """Return the file that the address or the form asks to replace, or answer 404."""
    asked = request.POST.get("replace") or request.GET.get("replace", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404
    files = files_within(application, place.only).select_related("question", "application")
    return get_object_or_404(files, pk=int(asked), question__isnull=True)


def _keep(application: Application, old: Attachment | None, form: UploadForm, place: "Place") -> list[dict[str, Any]]:
    """Keep each file that came, and return name and refusal (or nothing) of each."""
    writer = place.writer
    who: dict[str, Any] = {"by": writer.by, "at": timezone.now(), "actor": writer.actor, "link": writer.link}
    kind, _, rule = form.cleaned_data.get("kind", "").partition(":")
    outcome = []
    for upload in form.cleaned_data["uploads"]:
        refusal = ""
        try:
            if old is not None:
                attachments.replace_file(attachment=old, upload=upload, **who)
            else:
                attachments.add(application=application, kind=kind, rule_kind=rule, upload=upload, **who)
        except Refusal as refused:
            refusal = str(refused)
        outcome.append({"name": shown_name(upload.name or ""), "refusal": refusal})
    return outcome


def _needs_and_files(
    application: Application, data: dict[str, Any], place: "Place", kinds: Collection[Need], *, closed: bool
) -> dict[str, list[dict[str, Any]]]:
    """Return what is needed, each with its ``files``; apart what is ``not_needed`` now, and the files of no need."""
    found = _files(application, data, place, closed=closed)
    rows = [_need(each, data, kinds) for each in attachment_needs.standings(data, place.only)]
    for row in rows:
        row["files"] = [file for file in found["files"] if file["key"] == row["key"]]
    keys = {row["key"] for row in rows}
    return {
        "needs": [row for row in rows if row["is_shown"] or row["files"]],
        "not_needed": [row for row in rows if not row["is_shown"] and not row["files"]],
        "files": [file for file in found["files"] if file["key"] not in keys],
        "older_files": found["older_files"],
    }


def _need(standing: Standing, data: dict[str, Any], kinds: Collection[Need]) -> dict[str, Any]:
    """Return one row of what is needed; of ``kinds`` more may come."""
    need, done = standing.need, standing.count > 0
    is_other = need.kind == AttachmentKind.OTHER
    level = "选填" if is_other else attachment_needs.LEVEL_WORDS[standing.level]
    public = next((rule["is_public"] for rule in data["rules"] if rule["kind"] == need.rule_kind), None)
    return {
        "key": need.key,
        "label": need.label,
        "id": need.key.replace(":", "-"),
        "level": level,
        "level_tone": TONES[standing.level],
        "is_shown": is_other or standing.level != "open",
        "is_stamp": need.kind == AttachmentKind.STAMPED,
        "state_label": f"已上传 {standing.count} 个" if done else "未上传",
        "state_tone": "good" if done else TONES[standing.level],
        "public": "" if public is None else "对外公开" if public else "不对外公开",
        "why": f"{need.why}（{need.clause}）",
        "hint": f"{need.hint}可用 {need.formats_in_words}。",
        "accept": accept_of(need.formats),
        "camera": ",".join(camera_of(need.formats)),
        "may_upload": need in kinds,
    }


def _files(
    application: Application, data: dict[str, Any], place: "Place", *, closed: bool
) -> dict[str, list[dict[str, Any]]]:
    """Return the ``files`` that belong to the form now, and the ``older_files`` that newer ones took the place of."""
    rows = files_within(application, place.only)
    found = list(rows.select_related("question", "replaced_with", "uploaded_by", "application"))
    stale = {file["digest"] for file in data["attachments"] if file.get("stale")}
    now = []
    for each in found:
        if each.replaced_at is None:
            is_stale = each.kind == AttachmentKind.STAMPED and each.digest in stale
            now.append(
                _file(each, place, may_change=not why_fixed(each, place, closed))
                | {"warning": "与现有内容不一致" if is_stale else ""}
            )
    older = sorted((each for each in found if each.replaced_at), key=lambda each: (each.replaced_at, each.pk))
    return {"files": now, "older_files": [_file(each, place, may_change=False) for each in reversed(older)]}


def _file(each: Attachment, place: "Place", *, may_change: bool) -> dict[str, Any]:
    url = place.attachment_url(each.pk)
    newer = getattr(each, "replaced_with", None)
    return {
        "name": each.shown_name,
        "key": "" if each.question else attachment_needs.key_of(each.kind, each.rule_kind),
        "kind": each.question.text if each.question else attachment_needs.label_of(each.kind, each.rule_kind),
        "size": filesizeformat(each.size),
        "at": moment(each.uploaded_at),
        "by": each.uploaded_by.name if each.uploaded_by else "运营单位",
        "url": url,
        "view_url": f"{url}?view=1" if each.media_type in SHOWN else "",
        "is_thumbnail": each.media_type.startswith("image/") and each.size <= LARGEST_THUMBNAIL,
        "remove_url": place.remove_url(each.pk) if may_change else "",
        "replace_url": f"{place.section_url('attachments')}?replace={each.pk}#upload"
        if may_change and each.question_id is None
        else "",
        "replaced": moment(each.replaced_at),
        "newer": newer.shown_name if newer else "",
    }


def serve(rows: QuerySet[Attachment], pk: int, *, view: bool = False) -> FileResponse:
    """Send the file ``pk`` if it is among ``rows``, as a download that no browser opens as a page.

    With ``view`` pictures and PDFs are shown in the browser; anything else is a download all the same.
    """
    attachment = get_object_or_404(rows, pk=pk)
    return send_kept(attachment, view=view)


def remove_page(request: HttpRequest, attachment: Attachment, place: "Place") -> HttpResponse:
    """Ask before a file is taken off, and take it off."""
    back = place.section_url(attachment.question.section if attachment.question else "attachments")
    writer = place.writer
    closed = are_files_closed(attachment.application, writer.link)
    if request.method != "POST" and (reason := why_fixed(attachment, place, closed)):
        messages.warning(request, f"附件“{attachment.shown_name}”不能删除。{reason}")
        return HttpResponseRedirect(back)
    if request.method == "POST":
        try:
            attachments.remove(
                attachment=attachment, by=writer.by, at=timezone.now(), actor=writer.actor, link=writer.link
            )
            messages.success(request, f"已删除附件“{attachment.shown_name}”。")
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        return HttpResponseRedirect(back)
    context = {
        "base": place.base,
        "crumbs": [*place.crumbs, {"label": "附件", "url": back}, {"label": "删除附件", "url": ""}],
        "title": "删除附件",
        "what": f"将从申报表 {attachment.application.number} 中删除附件“{attachment.shown_name}”。",
        "effects": ["需要时可以重新上传。", "已提交过的版本仍保留当时的文件记录。"],
        "verb": "删除这个附件",
        "cancel_url": back,
        "danger": True,
    }
    return render(request, "desk/confirm.html", context)
