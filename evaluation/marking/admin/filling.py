"""The page of a marking sheet: filled, saved as one types, with what the scores rest on beside it."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluation.flags.queries import open_flags
from evaluation.marking import paper
from evaluation.marking.admin import sheet
from evaluation.marking.admin.cells import columns_of, save_cells, texts_of
from evaluation.marking.admin.facts import facts_of
from evaluation.marking.admin.sheet import Row
from evaluation.marking.admin.subjects import Subject
from evaluation.marking.services import proofs
from evaluation.marking.services.entering import ScoresRefused
from evaluation.models import Proof, SiteVisit
from evaluation.schemes.models import heads_of
from evaluation.self_reports.queries.lines import evidence_of
from evaluation.visits.queries import visits_of
from platforms.applications.choices import AttachmentKind
from platforms.applications.documents import file_names
from platforms.applications.documents.pdf import set_paper
from platforms.applications.queries.wording import sheets_of
from platforms.backoffice.base import ScopedAdmin
from platforms.backoffice.moves import person_of
from platforms.choices import Role
from platforms.errors import Refusal, StaleVersion
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of_all
from platforms.files.services import evidence
from platforms.filetypes import MEDIA_TYPES
from platforms.masking import mask_form
from platforms.models import Attachment, EvidenceFile
from platforms.moments import moment
from platforms.one_use import repeatable
from platforms.pages.access import log_denial
from platforms.pages.cell_grid import Answer, Unreadable, body_of, read_cells
from platforms.pages.downloads import download
from platforms.pages.evidence import files_field
from platforms.pages.files import SHOWN, send_kept

#: What opens beside the sheet as a whole.
PANES = {"form": "申报表", "files": "申报附件", "visits": "现场核查", "flags": "核实事项"}


class ProofForm(forms.Form):
    """A file or a link beside an indicator, and what it shows."""

    use_required_attribute = False

    uploads = files_field("文件")
    link = forms.CharField(label="链接", required=False, max_length=500, help_text="以 https:// 开头。")
    note = forms.CharField(label="说明", required=False, max_length=evidence.MOST_NOTE, help_text="材料证明什么。")

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="proof_%s")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("uploads") and not cleaned.get("link") and not self.errors:
            raise forms.ValidationError("请选择文件或填写链接。")
        return cleaned


class SheetPages(ScopedAdmin):
    """The pages of a marking sheet for a model whose rows are sheets; a subclass says which (:meth:`subject_of`)."""

    def subject_of(self, request: HttpRequest, object_id: str) -> Subject:
        """Return the sheet before the person; 404 for what is not there, 403 for what must not be read yet."""
        raise NotImplementedError

    def sheet_extras(self, request: HttpRequest, subject: Any, posted: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return what the page of this kind of sheet shows besides."""
        return {}

    def options_of(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the service is told besides the scores."""
        return {}

    def may_settle(self, request: HttpRequest) -> bool:
        """Say whether the person may fill sheets of this kind at all."""
        raise NotImplementedError

    #: What is done when all of it is given, and what is said then.
    finish_label = ""
    finished = ""

    # Addresses ---------------------------------------------------------------------------------------------------

    @property
    def _name(self) -> str:
        return f"{self.model._meta.app_label}_{self.model._meta.model_name}"

    def own_url(self, view: str, *args: Any) -> str:
        return reverse(f"admin:{self._name}_{view}", args=args)

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        own = (
            ("<int:object_id>/cells/", require_POST(self.cells_view), "cells"),
            ("<int:object_id>/row/<slug:code>/", self.row_view, "row"),
            ("<int:object_id>/pane/<slug:what>/", require_safe(self.pane_view), "pane"),
            ("<int:object_id>/file/<slug:kind>/<int:pk>/", require_safe(self.file_view), "file"),
            ("<int:object_id>/proof/<int:pk>/remove/", self.remove_view, "remove"),
            ("<int:object_id>/sheet.pdf", require_safe(self.print_view), "print"),
        )
        return [
            *(path(route, wrap(view), name=f"{self._name}_{name}") for route, view, name in own),
            *super().get_urls(),
        ]

    # The sheet ---------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the sheet (GET), save what was typed and, if asked, complete it (POST)."""
        subject = self.subject_of(request, object_id)
        rows = subject.rows()
        if request.method != "POST":
            return self._sheet_page(request, subject, rows, None)
        if not self.may_settle(request):
            # The sheet stays with what was typed; nothing of it is saved.
            sheet.read(rows, request.POST)
            log_denial(request)
            page = self._sheet_page(request, subject, rows, Refusal("未保存：您的账号不能评分。"))
            page.status_code = 403
            return page
        trouble = self._save(request, subject, rows)
        if trouble is None:
            return HttpResponseRedirect(self._after(request, subject))
        subject.refresh()
        return self._sheet_page(request, subject, rows, trouble)

    def _save(self, request: HttpRequest, subject: Subject, rows: dict[str, Row]) -> Refusal | None:
        """Hand the sheet to the service; returns what stands in the way."""
        action = request.POST.get("action", "save")
        entries = sheet.read(rows, request.POST, adopt=action == "adopt", county=action == "county")
        unread = [line for line in rows.values() if line.error]
        if unread:
            return Refusal(f"未保存：有 {len(unread)} 项数字无法识别，请按行内提示改正。")
        revision = request.POST.get("revision", "")
        try:
            with transaction.atomic():
                saved = subject.save(
                    entries,
                    # Missing or made up counts as out of date.
                    revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else 0,
                    finish=action == "finish",
                    at=timezone.now(),
                    **self.options_of(request),
                )
        except ScoresRefused as refusal:
            for code, sentence in refusal.errors.items():
                rows[code].error = sentence
            return Refusal(f"未保存：有 {len(refusal.errors)} 项需要改正，见行内提示。")
        except Refusal as refusal:
            return refusal
        done = self.finished if action == "finish" else "已保存"
        self.message_user(request, f"{done}：{self.told(saved)}。")
        return None

    def told(self, row: Any) -> str:
        """Return in words what was saved."""
        raise NotImplementedError

    def _after(self, request: HttpRequest, subject: Subject) -> str:
        """After completion go on to the next open one, as a person with a hundred of them does."""
        following = subject.place.next_open if request.POST.get("action") == "finish" else None
        return self.own_url("change", following or subject.row.pk)

    def _sheet_page(
        self, request: HttpRequest, subject: Subject, rows: dict[str, Row], trouble: Refusal | None
    ) -> HttpResponse:
        row, place, assessment = subject.row, subject.place, subject.assessment
        stale = isinstance(trouble, StaleVersion)
        posted = request.POST if request.method == "POST" else None
        heads = dict(heads_of(assessment.terms))
        for code, line in rows.items():
            line.url = self.own_url("row", row.pk, code)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": assessment.application.name,
            "row": row,
            "assessment": assessment,
            "application": assessment.application,
            "code": assessment.application.number,
            "region": assessment.application.region or "市级",
            "gates": sheet.gates(rows),
            "groups": sheet.groups(rows, heads),
            "failing": assessment.terms.failing.label,
            "is_graded": subject.is_graded,
            "is_third": any(line.others for line in rows.values()),
            "has_county": any(line.county for line in rows.values()),
            "writes": subject.writes,
            "texts": texts_of(subject),
            "trouble": trouble,
            "stale": stale,
            "facts": facts_of(assessment.frozen_form.data),
            "place": place,
            "previous_url": self.own_url("change", place.previous) if place.previous else "",
            "next_url": self.own_url("change", place.next) if place.next else "",
            "history_url": self.own_url("history", row.pk),
            "list_url": self.own_url("changelist"),
            "save_url": self.own_url("cells", row.pk),
            "print_url": self.own_url("print", row.pk),
            "writer": person_of(request).pk,
            "login": f"{reverse('admin:login')}?{urlencode({'next': request.path})}",
            "panes": [
                {"label": label, "url": self.own_url("pane", row.pk, what)}
                for what, label in PANES.items()
                # Flags are between offices.
                if what != "flags" or request.user.has_perm("evaluation.view_flag")
            ],
            "finish_label": self.finish_label,
            **self.sheet_extras(request, subject, posted),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/evaluation/sheet.html", context, status=409 if stale else 200)

    @repeatable
    def cells_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Save the boxes that were typed into; the answer is read by ``static/js/sheet-save.js``."""
        subject = self.subject_of(request, str(object_id))
        if not self.may_settle(request):
            raise PermissionDenied
        if not subject.writes:
            return JsonResponse({"sentence": "评分已完成或不由您填写，不能修改。"}, status=409)
        columns = columns_of(each.indicator for each in subject.given.values())
        try:
            cells, refused = read_cells(body_of(request), columns)
        except Unreadable as wrong:
            return JsonResponse({"sentence": str(wrong)}, status=400)
        answer = Answer(columns, refused=list(refused))
        save_cells({subject.row.pk: subject}, cells, answer, at=timezone.now())
        subject.refresh()
        answer.revision = subject.row.revision
        return JsonResponse(answer.as_json())

    def print_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Send the sheet as it stands as PDF."""
        subject = self.subject_of(request, str(object_id))
        at, application = timezone.now(), subject.assessment.application
        texts = texts_of(subject)
        marked = paper.Marked(
            year=subject.assessment.evaluation.round.year,
            number=application.number,
            platform=application.name,
            region=application.region.name if application.region else "市级",
            operator=application.operator_name,
            sheet=str(subject.sheet.get_kind_display() if subject.sheet else "市级评分"),
            state=str(subject.row.get_status_display()),
            total=texts["total"],
            grade=texts.get("grade", ""),
        )
        lines = [
            paper.Line(
                title=each.indicator.title,
                gate={"yes": "具备", "no": "不具备"}.get(each.passed, "未判定") if each.is_gate else "",
                reported=_with_unit(each.reported, each.indicator.unit),
                counted=_with_unit(each.counted, each.indicator.unit),
                verified=_with_unit(each.verified, each.indicator.unit),
                points=each.points,
                full_marks=each.full_marks,
                words=each.evidence,
            )
            for each in subject.rows().values()
        ]
        name = f"评分表_{file_names.safe(application.number)}_{file_names.safe(application.name)}.pdf"
        return download(set_paper(paper.sheet_paper(marked, lines, at), at=at), name, MEDIA_TYPES["pdf"])

    # Beside the sheet --------------------------------------------------------------------------------------------

    def pane_view(self, request: HttpRequest, object_id: int, what: str) -> HttpResponse:
        """Show a part of what is judged: the submitted form with its people masked, or its files."""
        subject = self.subject_of(request, str(object_id))
        if what not in PANES:
            raise Http404
        return self._pane(request, subject, PANES[what], getattr(self, f"_{what}")(subject) | {"what": what})

    def _form(self, subject: Subject) -> dict[str, Any]:
        return {"sheets": sheets_of(mask_form(subject.assessment.frozen_form.data)), "masked": True}

    def _files(self, subject: Subject) -> dict[str, Any]:
        return {"files": [self._shown(subject, "attachment", x, x.get_kind_display()) for x in _attachments(subject)]}

    def _visits(self, subject: Subject) -> dict[str, Any]:
        """What was found on the spot; who judges needs no right of its own to read it, a county reads its own."""
        visits = found_on_the_spot(subject)
        photos = files_of_all(EvidenceKind.VISIT, [each.pk for each in visits])
        return {
            "visits": [
                {
                    "row": each,
                    "photos": [self._shown(subject, "visit", one, one.note) for one in photos.get(each.pk, ())],
                }
                for each in visits
            ]
        }

    def _flags(self, subject: Subject) -> dict[str, Any]:
        return {"flags": open_flags(subject.assessment, subject.person)}

    def row_view(self, request: HttpRequest, object_id: int, code: str) -> HttpResponse:
        """Show what the scores of one indicator rest on (GET), add a file or a link to it (POST)."""
        subject = self.subject_of(request, str(object_id))
        row = subject.rows().get(code)
        if row is None:
            raise Http404
        form = ProofForm(request.POST, request.FILES) if request.method == "POST" else ProofForm()
        if request.method == "POST":
            if not subject.writes:
                raise PermissionDenied
            if form.is_valid() and self._add(request, subject, code, form):
                return HttpResponseRedirect(f"{self.own_url('change', subject.row.pk)}#row-{code}")
        person, reported = person_of(request), evidence_of(subject.assessment).get(code, [])
        context = {
            "line": row,
            "files": [
                *(self._shown(subject, "report", each, "自评佐证") for each in reported if not isinstance(each, str)),
                *(self._proof(subject, each) for each in row.proofs if each.file),
            ],
            "links": [
                *({"url": each, "by": "自评佐证"} for each in reported if isinstance(each, str)),
                *(
                    {
                        "url": each.link,
                        "note": each.note,
                        "by": _whose(each, person),
                        "at": moment(each.added_at),
                        "remove_url": self._remove_url(subject, each),
                    }
                    for each in row.proofs
                    if each.link
                ),
            ],
            "form": form if subject.writes else None,
            "action": self.own_url("row", subject.row.pk, code),
        }
        page = self._pane(request, subject, row.indicator.title, context)
        page.status_code = 422 if request.method == "POST" else 200
        return page

    def _add(self, request: HttpRequest, subject: Subject, code: str, form: ProofForm) -> bool:
        """Keep what the form holds; what is refused is noted in the form. Returns whether all of it was kept."""
        score = subject.figures[subject.given[code].indicator_id]
        common = {"score": score, "sheet": subject.sheet, "note": form.cleaned_data["note"], "by": person_of(request)}
        kept = 0
        for upload in form.cleaned_data["uploads"]:
            try:
                proofs.add_file(upload=upload, at=timezone.now(), **common)
                kept += 1
            except Refusal as refusal:
                form.add_error("uploads", str(refusal))
        if form.cleaned_data["link"]:
            try:
                proofs.add_link(link=form.cleaned_data["link"], at=timezone.now(), **common)
                kept += 1
            except Refusal as refusal:
                form.add_error("link", str(refusal))
        if kept:
            messages.success(request, f"已添加 {kept} 件佐证。")
        return not form.errors

    def file_view(self, request: HttpRequest, object_id: int, kind: str, pk: int) -> HttpResponseBase:
        """Send a file that stands beside the sheet; ``?view=1`` shows pictures and PDFs in the browser."""
        subject = self.subject_of(request, str(object_id))
        view = request.GET.get("view") == "1"
        found: Attachment | EvidenceFile | None
        if kind == "attachment":
            found = next((each for each in _attachments(subject) if each.pk == pk), None)
        elif kind == "report":
            reported = [each for proofs in evidence_of(subject.assessment).values() for each in proofs]
            found = next((each for each in reported if not isinstance(each, str) and each.pk == pk), None)
        elif kind == "visit":
            keys = [each.pk for each in found_on_the_spot(subject)]
            found = EvidenceFile.objects.filter(kind=EvidenceKind.VISIT, key__in=keys, pk=pk).first()
        else:
            proof = subject.proofs.filter(pk=pk, file__isnull=False).first() if kind == "proof" else None
            found = proof.file if proof else None
        if found is None:
            raise Http404
        return send_kept(found, view=view)

    def remove_view(self, request: HttpRequest, object_id: int, pk: int) -> HttpResponse:
        """Say what is taken away (GET), take it away (POST)."""
        subject = self.subject_of(request, str(object_id))
        proof = get_object_or_404(subject.proofs, pk=pk)
        person, back = person_of(request), self.own_url("change", subject.row.pk)
        if proof.added_by_id != person.pk or not subject.writes:
            raise PermissionDenied
        if request.method == "POST":
            self.run(
                request, lambda: proofs.remove(proof=proof, by=person, at=timezone.now()), f"已移除佐证：{proof}。"
            )
            return HttpResponseRedirect(back)
        return self.confirm_page(
            request,
            title="移除佐证",
            what=f"将移除“{proof.score.indicator.title}”的佐证：{proof}。",
            verb="移除佐证",
            cancel_url=back,
            row=subject.row,
        )

    def _pane(self, request: HttpRequest, subject: Subject, title: str, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": title,
            "subtitle": subject.assessment.application.name,
            "back": self.own_url("change", subject.row.pk),
            "assessment": subject.assessment,
        }
        return TemplateResponse(request, "admin/evaluation/sheet_pane.html", {**shared, **context})

    def _proof(self, subject: Subject, proof: Proof) -> dict[str, Any]:
        shown = self._shown(subject, "proof", proof.file, proof.note, pk=proof.pk)
        by, at = _whose(proof, subject.person), moment(proof.added_at)
        return {**shown, "by": by, "at": at, "remove_url": self._remove_url(subject, proof)}

    def _remove_url(self, subject: Subject, proof: Proof) -> str:
        own = (
            proof.added_by_id == subject.person.pk
            and subject.writes
            and proof.sheet_id == getattr(subject.sheet, "pk", None)
        )
        return self.own_url("remove", subject.row.pk, proof.pk) if own else ""

    def _shown(self, subject: Subject, kind: str, file: Any, note: str, *, pk: int | None = None) -> dict[str, Any]:
        url = self.own_url("file", subject.row.pk, kind, pk or file.pk)
        is_picture = file.media_type.startswith("image/") and file.media_type in SHOWN
        return {
            "name": file.shown_name,
            "kind": note,
            "url": url,
            "view_url": f"{url}?view=1" if file.media_type in SHOWN else "",
            "pane": "image" if is_picture else "file",
        }


def _with_unit(value: str, unit: str) -> str:
    return f"{value}{unit}" if value else ""


def found_on_the_spot(subject: Subject) -> list[SiteVisit]:
    """Return the visits to the platform that nobody withdrew; a county reads its own."""
    rows: QuerySet[SiteVisit] = SiteVisit.objects.filter(assessment=subject.assessment, withdrawn_at__isnull=True)
    if subject.person.role == Role.COUNTY:
        rows = visits_of(subject.assessment, subject.person)
    return list(rows)


def _attachments(subject: Subject) -> list[Attachment]:
    """Return the files that were submitted with the form that is judged; the scan with seal and signature is none of
    what is judged and names people."""
    frozen = {each["digest"] for each in subject.assessment.frozen_form.data.get("attachments", ())}
    files = subject.assessment.application.attachments.filter(digest__in=frozen)
    return list(files.exclude(kind=AttachmentKind.STAMPED).order_by("kind", "pk"))


def _whose(proof: Proof, reader: Any) -> str:
    """Return who added a proof, as far as the reader may know: of a judge only the kind of the sheet."""
    if proof.added_by_id == reader.pk:
        return "本人"
    return proof.sheet.get_kind_display() if proof.sheet else "市级"
