"""What an edit in the back office leaves behind: audit events instead of Django's own log."""

# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from platforms.audit.queries import HistoryEntry, events_of, happening
from platforms.audit.services import audit
from platforms.backoffice.fresh import in_words

EVENTS_PER_PAGE = 50


class AuditedAdmin(admin.ModelAdmin):
    """A ``ModelAdmin`` whose log is the audit log: each save and deletion is one event; the history page reads them."""

    def construct_change_message(  # type: ignore[override]
        self, request: HttpRequest, form: forms.ModelForm, formsets: Any, add: bool = False
    ) -> dict[str, list[Any]]:
        """Return what changed, label to pair of old and new; it is handed on to the ``log_`` methods."""
        changes = form_changes(form)
        for formset in formsets or ():
            changes |= formset_changes(formset)
        return changes

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:  # type: ignore[override]
        self._record(request, f"新建{obj._meta.verbose_name}", obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:  # type: ignore[override]
        if message:
            self._record(request, f"修改{obj._meta.verbose_name}", obj, message)

    def log_deletion(self, request: HttpRequest, obj: models.Model, object_repr: str) -> None:
        self._record(request, f"删除{obj._meta.verbose_name}", obj, {})

    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet) -> None:  # type: ignore[override]
        for obj in queryset:
            self.log_deletion(request, obj, str(obj))

    def _record(self, request: HttpRequest, verb: str, obj: models.Model, changes: Any) -> None:
        audit.record(
            verb=verb,
            by=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
            target=obj,
            code=self.audit_code(obj),
            changes=changes if isinstance(changes, dict) else {},
        )

    def audit_code(self, obj: models.Model) -> str:
        """Return what people call the row in the log; never a person's name."""
        return ""

    def shown_happening(self, request: HttpRequest, obj: models.Model, event: HistoryEntry) -> HistoryEntry:
        """Return ``event`` as this person may read it; masks what is personal where a subclass says so."""
        return event

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show who did what to one row, when and why, with old and new values, to those who may see the row."""
        obj = self.visible_or_404(request, object_id)  # type: ignore[attr-defined]
        page = Paginator(events_of(obj), EVENTS_PER_PAGE).get_page(request.GET.get("page"))
        opts = self.model._meta
        context = {
            **self.admin_site.each_context(request),
            "title": "修改记录",
            "subtitle": str(obj),
            "object": obj,
            "opts": opts,
            "module_name": opts.verbose_name_plural,
            "page": page,
            "happenings": [self.shown_happening(request, obj, happening(event)) for event in page],
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/object_history.html", context)


def form_changes(form: forms.ModelForm, prefix: str = "") -> dict[str, list[Any]]:
    """Return label to pair of old and new value, in words, of what a bound form changed."""
    changes = {}
    for name in form.changed_data:
        if name == "DELETE" or name not in form.fields:
            continue
        field = form.fields[name]
        old = in_words(field, form.initial.get(name))
        changes[f"{prefix}{field.label or name}"] = [old, in_words(field, form.cleaned_data.get(name))]
    return changes


def formset_changes(formset: Any) -> dict[str, list[Any]]:
    """Return the same for the rows of a saved inline formset, each under the name of its row."""
    changes: dict[str, list[Any]] = {}
    for form in formset.forms:
        if form.instance in formset.deleted_objects:
            changes[f"{form.instance._meta.verbose_name}“{form.instance}”"] = ["有", "已删除"]
        elif form.has_changed() and form.instance.pk:
            changes |= form_changes(form, f"{form.instance}:")
    return changes
