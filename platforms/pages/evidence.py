"""Files that prove something: the checked view of one, and the list with its upload form for the pages of all parts.

A page shows ``{% include "files/evidence.html" %}`` with ``evidence`` from :func:`panel`; the view that its form is
sent
to (``action``) calls :func:`receive`. Where files come along with other values, :func:`keep` takes them.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from platforms.errors import Refusal
from platforms.file_formats import FORMAT_WORDS, FORMATS, accept_of
from platforms.files.choices import JUDGED
from platforms.files.services import evidence
from platforms.filetypes import MEGABYTE, shown_name
from platforms.models import EvidenceFile, Region
from platforms.moments import moment
from platforms.pages.access import current_user, officer
from platforms.pages.files import LARGEST_THUMBNAIL, MOST_FILES, SHOWN, ManyFilesField, ManyFilesInput, send_kept

#: What keeps one file with its note, or refuses it.
Add = Callable[[UploadedFile, str], EvidenceFile]


def files_field(label: str = "佐证材料", help_text: str = f"一次最多选择 {MOST_FILES} 个文件。") -> ManyFilesField:
    """Return a box for files that come along with other values of a form."""
    widget = ManyFilesInput(attrs={"multiple": True, "accept": accept_of()})
    return ManyFilesField(label=label, widget=widget, required=False, help_text=help_text)


class EvidenceForm(forms.Form):
    """Files and what they show; the files themselves are judged by the service."""

    use_required_attribute = False

    note = forms.CharField(label="说明", max_length=evidence.MOST_NOTE, required=False, help_text="材料证明什么。")
    uploads = files_field("文件")

    def __init__(self, data: Any = None, files: Any = None) -> None:
        # It stands below other forms, whose boxes have the same names.
        super().__init__(data, files, auto_id="evidence_%s")

    def clean_uploads(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["uploads"]
        if not files:
            raise ValidationError("请选择要上传的文件。")
        if len(files) > MOST_FILES:
            raise ValidationError(f"一次最多上传 {MOST_FILES} 个文件，现选了 {len(files)} 个。")
        return files


@officer("platforms.view_evidencefile")
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send one file to who may see it; ``?view=1`` shows pictures and PDFs in the browser."""
    row = get_object_or_404(EvidenceFile.objects.visible_to(request.user).exclude(kind__in=JUDGED), pk=pk)
    return send_kept(row, view=request.GET.get("view") == "1")


def _at_the_desk(file: EvidenceFile) -> str:
    return reverse("desk:evidence", args=[file.pk])


def listed(
    files: Iterable[EvidenceFile], *, url_of: Callable[[EvidenceFile], str] = _at_the_desk
) -> list[dict[str, Any]]:
    """Return ``files`` as ``files/file_table.html`` and ``files/evidence.html`` show them."""
    rows = []
    for each in files:
        url = url_of(each)
        rows.append(
            {
                "name": each.shown_name,
                "kind": each.note or each.get_kind_display(),
                "size": filesizeformat(each.size),
                "at": moment(each.uploaded_at),
                "by": each.uploaded_by.name if each.uploaded_by else "",
                "url": url,
                "view_url": f"{url}?view=1" if each.media_type in SHOWN else "",
                "is_thumbnail": each.media_type.startswith("image/") and each.size <= LARGEST_THUMBNAIL,
            }
        )
    return rows


def panel(
    files: Iterable[EvidenceFile],
    *,
    action: str = "",
    form: EvidenceForm | None = None,
    refused: Sequence[str] = (),
    title: str = "佐证材料",
    url_of: Callable[[EvidenceFile], str] = _at_the_desk,
) -> dict[str, Any]:
    """Return what ``files/evidence.html`` shows as ``evidence``; without ``action`` the files can only be read.

    ``url_of`` gives the checked address of a file, where it is not the one at the desk.
    """
    return {
        "title": title,
        "files": listed(files, url_of=url_of),
        "action": action,
        "form": (form or EvidenceForm()) if action else None,
        "refused": list(refused),
        "formats": [FORMAT_WORDS[name] for name in FORMATS],
        "limit": f"{settings.FILE_UPLOAD_MAX_BYTES // MEGABYTE} MB",
        "limit_bytes": settings.FILE_UPLOAD_MAX_BYTES,
        "most": evidence.MOST_FILES,
    }


def keep(
    request: HttpRequest,
    uploads: Iterable[UploadedFile],
    *,
    kind: str,
    key: int,
    region: Region | None,
    note: str = "",
) -> list[dict[str, str]]:
    """Keep each of ``uploads``; returns name and refusal (or nothing) of each."""
    return _kept(uploads, _adding(request, kind, key, region), note)


def _adding(request: HttpRequest, kind: str, key: int, region: Region | None) -> Add:
    def add(upload: UploadedFile, note: str) -> EvidenceFile:
        by = current_user(request)
        return evidence.add(kind=kind, key=key, region=region, upload=upload, note=note, by=by, at=timezone.now())

    return add


def _kept(uploads: Iterable[UploadedFile], add: Add, note: str) -> list[dict[str, str]]:
    outcome = []
    for upload in uploads:
        refusal = ""
        try:
            add(upload, note)
        except Refusal as refused:
            refusal = str(refused)
        outcome.append({"name": shown_name(upload.name or ""), "refusal": refusal})
    return outcome


def receive(
    request: HttpRequest, *, kind: str, key: int, region: Region | None, back: str
) -> tuple[HttpResponse | None, EvidenceForm, list[str]]:
    """Keep what the form of the panel sent, as a proof of one subject; returns what :func:`receive_with` does."""
    return receive_with(request, add=_adding(request, kind, key, region), back=back)


def receive_with(request: HttpRequest, *, add: Add, back: str) -> tuple[HttpResponse | None, EvidenceForm, list[str]]:
    """Let ``add`` keep each file that the form of the panel sent, with its note.

    Returns the answer when there is nothing to say again (a redirect to ``back``, or JSON for the script), else None
    with the bound form and the sentences of the files that were refused, for the page to show with status 409.
    """
    form = EvidenceForm(request.POST, request.FILES)
    outcome: list[dict[str, str]] = []
    if form.is_valid():
        uploads, note = form.cleaned_data["uploads"], form.cleaned_data["note"]
        outcome = _kept(uploads, add, note)
    refused = [each["refusal"] for each in outcome if each["refusal"]]
    if request.headers.get("Accept") == "application/json":
        sentences = [sentence for errors in form.errors.values() for sentence in errors]
        body = {"files": outcome, "errors": sentences}
        return JsonResponse(body, status=422 if sentences else 200), form, refused
    kept = len(outcome) - len(refused)
    if kept:
        messages.success(request, f"已上传 {kept} 个佐证材料。")
    if outcome and not refused:
        return HttpResponseRedirect(back), form, refused
    return None, form, refused
