"""报送安排: what platforms hand in periodically, set by the city; its periods are moved and closed here."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from platforms.backoffice.base import ServiceAdmin
from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import person_of
from platforms.backoffice.states import badge
from platforms.models import ReturnSchedule
from platforms.periodic_reports import queries
from platforms.periodic_reports.services import reports as service
from platforms.tasks.models import FOR_TYPE

LEAD = "窗口平台按期报送什么、何时报送。建立后，适用类型的平台即获得各期的报送，在“定期报送”中由所属地区办理。"
FORM_FIELDS = (
    "round", "title", "what", "wants_text", "figures", "wants_file", *FOR_TYPE.values(), "period", "due_day",
    "starts_on", "ends_on",
)  # fmt: skip


class ScheduleForm(ServiceForm):
    """The values of one schedule; the service judges them."""

    class Meta:
        model = ReturnSchedule
        fields = FORM_FIELDS
        widgets = {
            "what": forms.Textarea(attrs={"rows": 3, "maxlength": "400"}),
            "figures": forms.Textarea(attrs={"rows": 4, "maxlength": "400"}),
        }
        help_texts = {
            "figures": "每行一项，写明单位，例如：服务企业数（家）。不要数字的不填。",
            "period": "每月的在次月报送日到期，每季度的在季后首月报送日到期，一次的在结束日期到期。",
            "due_day": "1 至 28。",
        }


class MoveForm(forms.Form):
    """The new day of one period, and why."""

    use_required_attribute = False
    new = forms.DateField(label="新的报送期限", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="理由", max_length=service.MOST_REASON, widget=forms.Textarea(attrs={"rows": 3}))


@admin.register(ReturnSchedule)
class ReturnScheduleAdmin(ServiceAdmin):
    form = ScheduleForm
    list_unit = "项"
    list_display = ("title", "state", "round", "period", "due_day", "starts_on", "ends_on")
    list_filter = ("round", "period", "stopped")
    list_select_related = ("round",)
    search_fields = ("title", "what")
    search_help_text = "名称或报送要求"
    ordering = ("-round__year", "title", "pk")
    change_form_template = "admin/platforms/returnschedule/record.html"

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        name = "platforms_returnschedule"
        return [
            path("<int:object_id>/stop/", wrap(self.stop_view), name=f"{name}_stop"),
            path("<int:object_id>/sync/", wrap(self.sync_view), name=f"{name}_sync"),
            path("<int:object_id>/periods/<str:key>/move/", wrap(self.move_view), name=f"{name}_move"),
            path("<int:object_id>/periods/<str:key>/close/", wrap(self.close_view), name=f"{name}_close"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"lead": LEAD} | (extra_context or {}))

    @admin.display(description="状态", ordering="stopped")
    def state(self, row: ReturnSchedule) -> SafeString:
        return badge("已停止", "neutral") if row.stopped else badge("在用", "good")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("round",) if obj is not None else ()

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody deletes one: it is stopped, so that what was handed in keeps its name."""
        return False

    def perform(self, request: HttpRequest, form: ServiceForm, obj: ReturnSchedule | None) -> ReturnSchedule:
        values = {name: form.cleaned_data[name] for name in service.FIELDS if name in form.cleaned_data}
        who: dict[str, Any] = {"by": person_of(request), "at": timezone.now()}
        if obj is None:
            return service.add(round=form.cleaned_data["round"], values=values, **who)
        return service.change(schedule=obj, values=values, **who)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row: ReturnSchedule | None = context.get("original")
        if row is not None:
            context |= {
                "state_label": "已停止" if row.stopped else "在用",
                "state_tone": "neutral" if row.stopped else "good",
                "periods": self._periods(request, row),
                "date_changes": queries.date_changes(row),
            }
            if self.has_change_permission(request, row):
                stop, sync = (
                    reverse(f"admin:platforms_returnschedule_{name}", args=(row.pk,)) for name in ("stop", "sync")
                )
                context["moves"] = [
                    {"label": "补齐应报平台", "url": sync, "kind": "plain"},
                    {"label": "恢复" if row.stopped else "停止", "url": stop, "kind": "plain"},
                ]
        return super().render_change_form(request, context, *args, **kwargs)

    def _periods(self, request: HttpRequest, row: ReturnSchedule) -> list[dict[str, Any]]:
        may, person = self.has_change_permission(request, row), person_of(request)
        return [
            {
                "label": each.label,
                "due_on": each.due_on,
                "done": each.counts["done"],
                "late": each.counts["late"],
                "left": each.counts["open"] + each.counts["missing"] + each.counts["never"],
                "is_closed": each.is_closed,
                "list_url": f"{reverse('desk:returns')}?schedule={row.pk}&key={each.key}",
                "move_url": self._url(row, each.key, "move") if may and not each.is_closed else "",
                "close_url": self._url(row, each.key, "close") if may and not each.is_closed else "",
            }
            for each in queries.periods(person, row, timezone.localdate())
        ]

    def _url(self, row: ReturnSchedule, key: str, name: str) -> str:
        return reverse(f"admin:platforms_returnschedule_{name}", args=(row.pk, key))

    # Acts --------------------------------------------------------------------------------------------------------

    def stop_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask, then stop a schedule or take it up again."""
        row, who, back = self._begin(request, object_id)
        verb, stopped = ("恢复", False) if row.stopped else ("停止", True)
        if request.method == "POST":
            self.run(request, lambda: service.set_stopped(schedule=row, stopped=stopped, **who), f"已{verb}“{row}”。")
            return HttpResponseRedirect(back)
        effects = (
            ["尚未报送的各期不再要求报送。", "已报送的保留。"] if stopped else ["适用类型的平台重新获得各期的报送。"]
        )
        return self.confirm_page(
            request, title=f"{verb}报送", what=f"将{verb}报送安排“{row}”。", verb=f"{verb}报送", effects=effects,
            cancel_url=back, row=row,
        )  # fmt: skip

    def sync_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask, then give platforms that were accepted meanwhile their rows."""
        row, who, back = self._begin(request, object_id)
        if request.method == "POST":
            self.run(request, lambda: service.sync_one(schedule=row, **who), f"已补齐“{row}”的应报平台。")
            return HttpResponseRedirect(back)
        return self.confirm_page(
            request, title="补齐应报平台", what=f"将为新受理的平台补上“{row}”的各期报送。", verb="补齐应报平台",
            effects=["已有的报送不变。"], cancel_url=back, row=row,
        )  # fmt: skip

    def move_view(self, request: HttpRequest, object_id: int, key: str) -> HttpResponse:
        """Ask for the new day and the reason, then move the day of one period."""
        row, who, back = self._begin(request, object_id)
        period = self._period(request, row, key)
        form = MoveForm(request.POST or None, initial={"new": period.due_on})
        if request.method == "POST" and form.is_valid():
            values = form.cleaned_data
            act: Callable[[], Any] = lambda: service.move_date(schedule=row, key=key, **values, **who)  # noqa: E731
            if self.run(request, act, f"已调整“{row}”{period.label}的报送期限。"):
                return HttpResponseRedirect(back)
        return self.confirm_page(
            request, title="调整报送期限",
            what=f"将调整“{row}”{period.label}的报送期限，现为 {period.due_on:%Y-%m-%d}。", verb="调整报送期限",
            effects=["尚未报送的平台按新的期限报送。", "调整和理由对各地区可见。"], form=form, cancel_url=back, row=row,
        )  # fmt: skip

    def close_view(self, request: HttpRequest, object_id: int, key: str) -> HttpResponse:
        """Ask, then close one period."""
        row, who, back = self._begin(request, object_id)
        period = self._period(request, row, key)
        if request.method == "POST":
            self.run(
                request,
                lambda: service.close(schedule=row, key=key, **who),
                f"已结束“{row}”{period.label}的报送。",
            )
            return HttpResponseRedirect(back)
        left = period.counts["open"] + period.counts["missing"]
        return self.confirm_page(
            request, title="结束报送", what=f"将结束“{row}”{period.label}的报送，结束后不能恢复。",
            verb="结束这一期报送", effects=["各地区不能再报送或更正。", f"还有 {left} 份没有报送，将记为未报送。"],
            danger=True, cancel_url=back, row=row,
        )  # fmt: skip

    def _begin(self, request: HttpRequest, object_id: int) -> tuple[ReturnSchedule, dict[str, Any], str]:
        row: ReturnSchedule = self.visible_or_404(request, str(object_id))
        self.check_may(request, "change")
        who = {"by": person_of(request), "at": timezone.now()}
        return row, who, reverse("admin:platforms_returnschedule_change", args=(row.pk,))

    def _period(self, request: HttpRequest, row: ReturnSchedule, key: str) -> queries.Period:
        for each in queries.periods(person_of(request), row, timezone.localdate()):
            if each.key == key:
                return each
        raise Http404

    def audit_code(self, obj: ReturnSchedule) -> str:  # type: ignore[override]
        return str(obj.round.year)
