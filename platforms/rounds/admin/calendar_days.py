"""放假和补班日: what working days are counted by beyond the years that the software carries."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from platforms import working_days
from platforms.backoffice.reference_list import ListAdmin
from platforms.models import CalendarDay
from platforms.rounds.excel.calendar_days import CalendarDayResource
from platforms.rounds.queries.calendar_days import known_days


@admin.register(CalendarDay)
class CalendarDayAdmin(ListAdmin):
    resource = CalendarDayResource
    list_unit = "天"
    list_display = ("day", "kind", "note")
    list_filter = ("kind",)
    search_fields = ("note",)
    search_help_text = "说明"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        last = self.last_import() if self.has_import_permission(request) else ""
        return super().changelist_view(request, {"lead": f"{last}{_standing()}", **(extra_context or {})})

    def audit_code(self, obj: CalendarDay) -> str:  # type: ignore[override]
        return obj.day.isoformat()


def _standing() -> str:
    """Say what the list is for, and whether this year and the next are known."""
    year = timezone.localdate().year
    span = (date(year, 1, 1), date(year + 1, 12, 31))
    told = working_days.covered_years_message(working_days.unknown_years([span], known_days()))
    return f"补正期限、投诉办理期限按工作日计算；本表录入的安排优先于软件自带的国务院放假安排。{told}"
