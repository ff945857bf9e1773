"""Import and export pages: upload, preview, confirm once; export of exactly the list that is shown."""

# ruff: noqa: ARG002 - the signatures are django-import-export's

import io
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from import_export.admin import ExportMixin, ImportMixin

from platforms.audit.services import audit
from platforms.backoffice.base import ScopedAdmin
from platforms.errors import Refusal
from platforms.excel import pending, sheets
from platforms.excel.base import ScopedResource
from platforms.excel.workbook import Table, read_table
from platforms.filetypes import MEDIA_TYPES
from platforms.models import User
from platforms.one_use import repeatable


class UploadForm(forms.Form):
    """The file to import."""

    import_file = forms.FileField(
        label="文件",
        max_length=300,
        help_text="xlsx 或 UTF-8 编码的 csv，首行为列名。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": "文件是空的，请检查后重新上传。"},
    )


class ConfirmForm(forms.Form):
    """Names the upload that was previewed; what it is stays in the session."""

    token = forms.CharField(widget=forms.HiddenInput)


class ExportForm(forms.Form):
    """The kind of file."""

    format = forms.ChoiceField(
        label="格式", choices=(("xlsx", "Excel 工作簿（xlsx）"), ("csv", "CSV(UTF-8)")), initial="xlsx"
    )
    # Kept for the template, which lists what was selected; the rows themselves come from the list's own filters.
    is_selectable_fields_form = False


class ExportAdmin(ExportMixin, ScopedAdmin):
    """A ``ScopedAdmin`` with an export of the rows that the person sees, under the filters that are set."""

    resource: type[ScopedResource]
    import_export_change_list_template = "admin/import_export/change_list_export.html"

    def resource_of(self, request: HttpRequest, table: Table | None = None) -> ScopedResource:
        assert isinstance(request.user, User)
        return self.resource(user=request.user, table=table)

    def get_resource_classes(self, request: HttpRequest) -> list[type[ScopedResource]]:
        return [self.resource]

    def get_export_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return the rows under the filters of the address and, where some were ticked, only those."""
        rows: models.QuerySet = super().get_export_queryset(request)
        ticked = request.POST.getlist("export_items")
        if ticked:
            rows = rows.filter(pk__in=[pk for pk in ticked if pk.isascii() and pk.isdigit() and len(pk) < 19])
        return rows

    @repeatable
    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Ask for the kind of file (GET), send it (POST); each export is one audit event."""
        if not (self.has_export_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        try:
            rows = self.get_export_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{request.path}?e=1")
        form = ExportForm(request.POST) if request.method == "POST" else ExportForm()
        if request.method == "POST" and form.is_valid():
            return self._file(request, rows, str(form.cleaned_data["format"]))
        resource = self.resource_of(request)
        context = {
            **self.admin_site.each_context(request),
            "title": "导出",
            "form": form,
            "opts": self.model._meta,
            "fields_list": [(self.model._meta.verbose_name, [c.header for c in resource.columns])],
            "export_url": request.get_full_path(),
            "subtitle": None,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.export_template_name, context)

    def _file(self, request: HttpRequest, rows: models.QuerySet, kind: str) -> HttpResponse:
        headers, values = self.resource_of(request).export_rows(rows)
        title = str(self.model._meta.verbose_name)
        content = sheets.as_xlsx(title, headers, values) if kind == "xlsx" else sheets.as_csv(headers, values)
        audit.record(
            verb=f"导出{title}",
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
            reason=f"{len(values)} 条，{kind}",
        )
        return download(content, f"{title}-{timezone.localdate():%Y%m%d}.{kind}", kind)


class ExcelAdmin(ImportMixin, ExportAdmin):
    """An ``ExportAdmin`` that also takes a sheet: template, upload, preview, one confirmation."""

    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    import_template_name = "admin/platforms/import.html"

    def get_urls(self) -> list:
        name = f"{self.model._meta.app_label}_{self.model._meta.model_name}_import_template"
        view = self.admin_site.admin_view(require_safe(self.import_template_view))
        return [path("import/template/", view, name=name), *super().get_urls()]

    def import_template_view(self, request: HttpRequest) -> HttpResponse:
        """Send the xlsx to fill in."""
        self._check_may_import(request)
        title = str(self.model._meta.verbose_name)
        columns = self.resource_of(request).columns
        return download(sheets.template(title, columns), f"{title}导入模板.xlsx", "xlsx")

    @repeatable
    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read and try an upload without keeping anything, show what it would do, ask once."""
        self._check_may_import(request)
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        result = confirm = None
        verdict = ""
        left: dict[str, Any] = {}
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["import_file"]
            try:
                table, content = self._read(upload)
            except Refusal as refusal:
                form.add_error("import_file", str(refusal))
            else:
                if table.problems:
                    verdict, problems = self.resource_of(request, table).problems()
                    form.add_error("import_file", ValidationError(problems))
                else:
                    resource = self.resource_of(request, table)
                    result = resource.import_table(dry_run=True)
                    if not result.has_errors() and not result.has_validation_errors():
                        kept = pending.keep(
                            request.session,
                            model=self.model._meta.label_lower,
                            person=int(request.user.pk or 0),
                            name=upload.name,
                            content=content,
                        )
                        confirm = ConfirmForm(initial={"token": kept.token})
                        left = self.left_alone(resource, result)
        return self._import_page(
            request, form=form, result=result, confirm_form=confirm, left_alone=left, verdict=verdict
        )

    def left_alone(self, resource: ScopedResource, result: Any) -> dict[str, Any]:
        """Return what the page says of rows that are stored and not in the file; nothing unless a list is complete."""
        return {}

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Import what was previewed in this session, once; everything is checked again."""
        self._check_may_import(request)
        if request.method != "POST":
            return HttpResponseRedirect(self._url("import"))
        taken = pending.take(
            request.session,
            token=request.POST.get("token", ""),
            model=self.model._meta.label_lower,
            person=int(request.user.pk or 0),
        )
        if taken is None:
            messages.error(request, "这份文件已经导入过，或预览已失效，没有重复写入。如需导入，请重新上传文件。")
            return HttpResponseRedirect(self._url("import"))
        kept, content = taken
        try:
            with transaction.atomic():
                table = self._read_content(kept.name, content)
                result = self.resource_of(request, table).import_table(dry_run=False)
                done = not result.has_errors() and not result.has_validation_errors()
                if done:
                    self._record_import(request, kept, result)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self._url("import"))
        if not done:
            # What was previewed no longer fits what is stored.
            return self._import_page(request, form=UploadForm(), result=result, confirm_form=None)
        totals = result.totals
        messages.success(
            request, f"导入完成：新增 {totals['new']} 条，修改 {totals['update']} 条，不变 {totals['skip']} 条。"
        )
        return HttpResponseRedirect(self._url("changelist"))

    def _check_may_import(self, request: HttpRequest) -> None:
        if not (self.has_import_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied

    def _read(self, upload: Any) -> tuple[Table, bytes]:
        if upload.size > settings.IMPORT_MAX_BYTES:
            megabytes = settings.IMPORT_MAX_BYTES // (1024 * 1024)
            raise Refusal(f"文件超过上限 {megabytes} MB，请拆分后分别导入。")
        content = upload.read()
        return self._read_content(upload.name, content), content

    def _read_content(self, name: str, content: bytes) -> Table:
        return read_table(
            name,
            io.BytesIO(content),
            columns=self.resource.columns,
            max_bytes=settings.IMPORT_MAX_BYTES,
            max_rows=settings.IMPORT_MAX_ROWS,
        )

    def _record_import(self, request: HttpRequest, kept: pending.Pending, result: Any) -> None:
        totals = result.totals
        audit.record(
            verb=f"导入{self.model._meta.verbose_name}",
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
            reason=(
                f"新增 {totals['new']} 条，修改 {totals['update']} 条，不变 {totals['skip']} 条；"
                f"文件校验值 {kept.digest[:16]}"
            ),
        )

    def _import_page(self, request: HttpRequest, **page: Any) -> HttpResponse:
        columns = self.resource_of(request).columns
        context = {
            **self.admin_site.each_context(request),
            "title": "导入",
            "opts": self.model._meta,
            "fields_list": [(self.model._meta.verbose_name, [c.header for c in columns if not c.readonly])],
            "ignored": [c.header for c in columns if c.readonly],
            "template_url": self._url("import_template"),
            "upload_formats": ("xlsx", "csv"),
            "limit": f"{settings.IMPORT_MAX_BYTES // (1024 * 1024)} MB 和 {settings.IMPORT_MAX_ROWS:,} 行",
            "import_error_display": (),
            **page,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.import_template_name, context)

    def _url(self, view: str) -> str:
        return reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_{view}")


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """Return a file to be saved, never shown in the page."""
    response = HttpResponse(content, content_type=MEDIA_TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
