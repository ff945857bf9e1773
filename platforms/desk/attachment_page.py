"""Section nine: files are added one upload at a time, taken off one by one, and read through a checked view."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from platforms.choices import AttachmentKind
from platforms.desk.fields import PickField
from platforms.desk.words import moment
from platforms.errors import Refusal
from platforms.models import Application, Attachment
from platforms.services import attachments

if TYPE_CHECKING:
    from platforms.desk.section_page import Place

FORMATS = ("pdf", "jpg", "png", "docx", "xlsx")
MOST_FILES = 10


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """The files as a list; each is judged by the service, which names it when it is refused."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:  # noqa: ARG002 - Django's signature
        return list(data) if isinstance(data, list | tuple) else [data] if data else []


class UploadForm(forms.Form):
    """What kind of proof the files are; the files themselves are judged by the service."""

    use_required_attribute = False
    # The file that a question asks for is uploaded beside the question.
    kind = PickField(
        label="类别", choices=[pair for pair in AttachmentKind.choices if pair[0] != AttachmentKind.QUESTION]
    )
    uploads = ManyFilesField(
        label="文件",
        widget=ManyFilesInput(attrs={"multiple": True, "accept": ",".join(f".{name}" for name in FORMATS)}),
        required=False,
        help_text=f"一次最多选择 {MOST_FILES} 个文件，同一次上传的文件属于同一类别。",
    )

    def clean_uploads(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["uploads"]
        if not files:
            raise ValidationError("请选择要上传的文件。")
        if len(files) > MOST_FILES:
            raise ValidationError(f"一次最多上传 {MOST_FILES} 个文件，现选了 {len(files)} 个。")
        return files


def attachments_page(
    request: HttpRequest, application: Application, context: dict[str, Any], place: "Place"
) -> HttpResponse:
    """Show the files of ``application``, or add what was uploaded; a file that is refused is named with the reason."""
    form, status = UploadForm(), 200
    refused: list[str] = []
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            uploads = form.cleaned_data["uploads"]
            refused = _add_all(application, form.cleaned_data["kind"], uploads, place)
            if len(uploads) > len(refused):
                messages.success(request, f"已上传 {len(uploads) - len(refused)} 个文件。")
            if not refused:
                return HttpResponseRedirect(place.section_url("attachments"))
            status = 409 if len(refused) == len(uploads) else 200
    rows = [
        {
            "kind": each.question.text if each.question else each.get_kind_display(),
            "name": each.shown_name,
            "size": filesizeformat(each.size),
            "at": moment(each.uploaded_at),
            "url": place.attachment_url(each.pk),
            "remove_url": place.remove_url(each.pk),
        }
        for each in application.attachments.select_related("question")
    ]
    page = {
        "form": form,
        "refused": refused,
        "rows": rows,
        "formats": FORMATS,
        "limit": f"{settings.FILE_UPLOAD_MAX_BYTES // 1024 // 1024} MB",
    }
    return render(request, "desk/section_attachments.html", context | page, status=status)


def _add_all(application: Application, kind: str, uploads: list[UploadedFile], place: "Place") -> list[str]:
    refused = []
    for upload in uploads:
        try:
            attachments.add(
                application=application,
                kind=kind,
                upload=upload,
                by=place.writer.by,
                at=timezone.now(),
                actor=place.writer.actor,
            )
        except Refusal as refusal:
            refused.append(str(refusal))
    return refused


def serve(rows: QuerySet[Attachment], pk: int) -> FileResponse:
    """Send the file ``pk`` if it is among ``rows``, as a download that no browser opens as a page."""
    attachment = get_object_or_404(rows, pk=pk)
    try:
        content = attachments.open_file(attachment)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content, as_attachment=True, filename=attachment.shown_name, content_type=attachment.media_type
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def remove_page(request: HttpRequest, attachment: Attachment, place: "Place") -> HttpResponse:
    """Ask before a file is taken off, and take it off."""
    back = place.section_url(attachment.question.section if attachment.question else "attachments")
    if request.method == "POST":
        try:
            attachments.remove(attachment=attachment, by=place.writer.by, at=timezone.now(), actor=place.writer.actor)
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
