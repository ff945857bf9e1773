"""The list on the screen as a file: its columns, filters, order and scope, every page of it, streamed."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import re_path
from django.utils import timezone
from django.utils.html import strip_tags
from django.views.decorators.http import require_safe

from platforms.audit.services import audit
from platforms.dates import plain_moment
from platforms.excel.columns import guard_formula, on_the_clock
from platforms.excel.list_file import MOST_IN_SHEET, Row, list_response
from platforms.pages.made_later import counted, is_too_long, made_later, note

CHUNK = 1_000
#: How the head of a column ends that says a day or a moment and nothing else.
_OF_DAYS = ("时间", "日期", "期限")


class ListFiles(admin.ModelAdmin):
    """A ``ModelAdmin`` whose list can be taken along as xlsx or csv, by who may export the model or, without such a
    permission, by who may see the list."""

    def get_urls(self) -> list:
        name = f"{self.model._meta.app_label}_{self.model._meta.model_name}_list"
        view = self.admin_site.admin_view(require_safe(self.list_file_view))
        return [re_path(r"^list\.(?P<kind>xlsx|csv)$", view, name=name), *super().get_urls()]

    def may_take_list(self, request: HttpRequest) -> bool:
        """Say whether this person may take the list along."""
        opts = self.model._meta
        export = f"export_{opts.model_name}"
        needs_more = export in dict(opts.permissions)
        allowed = not needs_more or request.user.has_perm(f"{opts.app_label}.{export}")
        return allowed and self.has_view_or_change_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        extra = {"may_take_list": self.may_take_list(request), **(extra_context or {})}
        return super().changelist_view(request, extra)

    def list_file_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Send the list that the address describes; each file is one audit event.

        The background makes a long workbook.
        """
        if not self.may_take_list(request):
            raise PermissionDenied
        try:
            shown = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect("../?e=1")
        title = str(self.model._meta.verbose_name_plural)
        kind = "csv" if shown.result_count > MOST_IN_SHEET else kind
        if kind == "xlsx" and is_too_long(request, shown.result_count, settings.ROWS_SENT_AT_ONCE):
            return made_later(request, f"导出列表：{title}", total=shown.result_count, unit="条")
        note(
            request,
            lambda: audit.record(
                verb=f"导出列表：{title}",
                by=request.user,  # type: ignore[arg-type]
                at=timezone.now(),
                reason=f"{shown.result_count} 条，{kind}",
            ),
        )
        name = f"{title}-{shown.result_count}条-{timezone.localdate():%Y%m%d}.{kind}"
        rows = counted(request, self._rows(shown))
        return list_response(name, title, rows, self._notes(request, shown))

    def _rows(self, shown: ChangeList) -> Iterator[Row]:
        """Yield the heads and one line for each row of the list, formula-safe."""
        names = [str(name) for name in shown.list_display if name != "action_checkbox"]
        heads = [str(label_for_field(name, self.model, self)) for name in names]
        dates = [self._date_of(name, head) for name, head in zip(names, heads, strict=True)]
        yield heads
        for row in shown.queryset.iterator(chunk_size=CHUNK):
            yield [
                _in_file(getattr(row, field)) if field else _cell(name, row, self)
                for name, field in zip(names, dates, strict=True)
            ]

    def _date_of(self, name: str, head: str) -> str:
        """Return the field of the day that the column ``name`` says in words, nothing where it says another thing."""
        field = getattr(getattr(self, name, None), "admin_order_field", "")
        own = {each.name for each in self.model._meta.fields if isinstance(each, models.DateField)}
        return field if field in own and head.endswith(_OF_DAYS) else ""

    def _notes(self, request: HttpRequest, shown: ChangeList) -> list[Row]:
        """Return what the file says about itself: count, filters, when and by whom."""
        chosen = []
        for spec in shown.filter_specs:
            picked = [choice for choice in spec.choices(shown) if choice["selected"]]
            chosen += [f"{spec.title}：{choice['display']}" for choice in picked if choice["display"] != "全部"]
        if shown.query:
            chosen.append(f"查找：{shown.query}")
        return [
            ["列表", str(self.model._meta.verbose_name_plural)],
            ["条数", shown.result_count],
            ["筛选条件", guard_formula("；".join(map(str, chosen)) or "无")],
            ["导出时间", plain_moment(timezone.now())],
            ["导出人", guard_formula(str(request.user))],
        ]


def _cell(name: str, row: models.Model, model_admin: admin.ModelAdmin) -> Any:
    """Return what the list shows in column ``name`` of ``row``, as a number or a day where it is one."""
    try:
        field, _, value = lookup_field(name, row, model_admin)
    except ObjectDoesNotExist:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(field, models.ForeignKey):
        value = getattr(row, field.name)
    elif field is not None and field.flatchoices:
        value = display_for_field(value, field, "")
    if isinstance(value, (int, Decimal, date)):
        return _in_file(value)
    if value is None or value == "":
        return ""
    # Badges and links are mark-up on the screen only.
    text = unescape(strip_tags(str(value))) if hasattr(value, "__html__") else str(value)
    return guard_formula(text)


def _in_file(value: Any) -> Any:
    return "" if value is None else on_the_clock(value) if isinstance(value, datetime) else value
