"""What admin and inline share: rows, foreign keys and permissions through ``visible_to``."""

# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import BLANK_CHOICE_DASH, Q
from django.http import HttpRequest
from django.utils import timezone

from platforms.models import Region
from platforms.pages.money_fields import MoneyField
from platforms.reference.queries.regions import regions_on

#: What an empty drop-down says.
CHOOSE = "请选择"


class ScopedForms:
    """What admin and inline share: rows, foreign keys and permissions through ``visible_to``."""

    model: type[models.Model]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        queryset: models.QuerySet = self.model._default_manager.visible_to(request.user)  # type: ignore[attr-defined]
        ordering = self.get_ordering(request)  # type: ignore[attr-defined]
        return queryset.order_by(*ordering) if ordering else queryset

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> models.QuerySet:
        """Return the rows that a drop-down offers and a posted key may name: of regions those of today.

        A row goes on naming the region that it names already.
        """
        model = db_field.remote_field.model
        rows: models.QuerySet = model._default_manager.visible_to(request.user)
        if model is not Region:
            return rows
        offered = rows & regions_on(timezone.localdate())
        key = request.resolver_match.kwargs.get("object_id", "") if request.resolver_match else ""
        if db_field.model is not self.model or not str(key).isdecimal():
            return offered
        named = self.model._default_manager.filter(pk=key).values(db_field.name)
        return rows.filter(Q(pk__in=offered.values("pk")) | Q(pk__in=named))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        # No pop-ups: what is missing is made on its own page.
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        if field is not None and db_field.name.endswith("_yuan"):
            label = str(field.label).removesuffix("（元）")
            field = MoneyField(label=label, required=field.required, low="1", help_text=field.help_text)
        if isinstance(field, forms.ModelChoiceField) and field.empty_label == BLANK_CHOICE_DASH[0][1]:
            field.empty_label = CHOOSE
        elif isinstance(field, forms.ChoiceField) and isinstance(field.choices, list):
            field.choices = [(value, label if value else CHOOSE) for value, label in field.choices]
        return field

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        return False

    def may(self, request: HttpRequest, verb: str) -> bool:
        """Say whether the person holds ``verb`` (view, add, change, delete …) on this model."""
        opts = self.model._meta
        return request.user.has_perm(f"{opts.app_label}.{verb}_{opts.model_name}")

    def sees(self, request: HttpRequest, obj: models.Model | None) -> bool:
        """Say whether ``obj`` is among the person's rows; asked of the database once per request."""
        if obj is None or obj.pk is None or not hasattr(obj, "is_visible_to"):
            return True
        known: dict[tuple[type, Any], bool] = request.__dict__.setdefault("_rows_seen", {})
        key = (type(obj), obj.pk)
        if key not in known:
            known[key] = obj.is_visible_to(request.user)
        return known[key]

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.may(request, "view") and self.sees(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.may(request, "change") and self.sees(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.may(request, "delete") and self.sees(request, obj)


class ScopedInline(ScopedForms, admin.TabularInline):
    """Rows below a row, scoped like the row itself; a forged number of rows costs nothing."""

    extra = 0
    max_num = 60

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.may(request, "add") and self.sees(request, obj)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, **{"absolute_max": (self.max_num or 60) + 20, **kwargs})


def field_at(model: type[models.Model], path: str) -> Any:
    """Return the model field at the end of a lookup path, or None."""
    field: Any = None
    for part in path.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return None
        if field.is_relation:
            model = field.related_model
    return field


def is_column(model: type[models.Model], name: str) -> bool:
    """Say whether ``name`` is a column of the table of ``model``."""
    field = field_at(model, name)
    return field is not None and field.concrete
