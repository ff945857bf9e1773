"""The dates of a round once filing has begun, moved with a reason; and its tasks loaded and brought up to date."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone

from platforms.backoffice.base import ScopedAdmin
from platforms.backoffice.moves import person_of
from platforms.errors import Refusal
from platforms.models import Round
from platforms.pages.fields import DayField, PlainTextField
from platforms.rounds.choices import RoundStatus
from platforms.tasks.services import phase_dates, tasks
from platforms.tasks.services import templates as task_templates


class DatesForm(forms.Form):
    """Every date of a round that can be moved, and one reason for those that are."""

    use_required_attribute = False
    reason = PlainTextField(
        label="理由",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": "400"}),
        help_text="各地都能看到，和原日期、现日期一起保留。",
    )

    def __init__(self, data: Any = None, *, round: Round) -> None:
        super().__init__(data)
        self.dates = phase_dates.movable(round)
        for each in self.dates:
            self.fields[each.key] = DayField(label=each.what, initial=each.now)
        self.fields["shown"] = forms.CharField(required=False, widget=forms.HiddenInput, initial=self.now())
        self.order_fields([*(each.key for each in self.dates), "reason"])

    def now(self) -> str:
        """Return the dates as they are, so that a page that is out of date is told apart."""
        return " ".join(f"{each.key}:{each.now.isoformat()}" for each in self.dates)

    def clean_shown(self) -> str:
        """Refuse a page that was opened on other dates: it would move them back unseen."""
        shown = str(self.cleaned_data["shown"])
        if shown != self.now():
            raise forms.ValidationError("您打开本页之后，日期已被他人调整，本次没有保存。请刷新页面，核对后再调整。")
        return shown

    def moved(self) -> dict[str, date]:
        """Return the dates that were sent, by key."""
        return {each.key: self.cleaned_data[each.key] for each in self.dates}


class RoundDates(ScopedAdmin):
    """What the back office of rounds does with dates and tasks."""

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/dates/", wrap(self.dates_view), name="platforms_round_dates"),
            path("<int:object_id>/load-tasks/", wrap(self.load_view), name="platforms_round_load_tasks"),
            path("<int:object_id>/sync-tasks/", wrap(self.sync_view), name="platforms_round_sync_tasks"),
            *super().get_urls(),
        ]

    def dates_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show all dates; move those that were changed."""
        row, back = self._workable(request, object_id, "dates")
        if row.status in (RoundStatus.PREPARING, RoundStatus.PUBLISHED):
            told = (
                "筹备中的年度请直接在下面修改日期。"
                if row.status == RoundStatus.PREPARING
                else "结果已公布，日期不再调整。"
            )
            messages.info(request, told)
            return HttpResponseRedirect(back)
        form = DatesForm(request.POST if request.method == "POST" else None, round=row)
        if form.is_bound and form.is_valid():
            try:
                made = phase_dates.move(
                    round=row, dates=form.moved(), reason=form.cleaned_data["reason"], by=person_of(request),
                    at=timezone.now(),
                )  # fmt: skip
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"已调整 {len(made)} 个日期，各地在阶段和日历中可以看到。")
                return HttpResponseRedirect(back)
        return self.confirm_page(
            request,
            title="调整日期",
            what=f"修改{row}需要调整的日期，其余不动；与平台任务期限相同的随任务一起调整，单独调整过的不变。",
            verb="调整日期",
            form=form,
            cancel_url=back,
            row=row,
        )

    def load_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask, then add the usual tasks that the round does not have."""
        row, back = self._workable(request, object_id, "tasks")
        if request.method == "POST":
            done: list[int] = []
            who: dict[str, Any] = {"by": person_of(request), "at": timezone.now()}
            if self.run(request, lambda: done.append(task_templates.load_defaults(round=row, **who))):
                messages.success(request, f"已载入 {done[0]} 项任务。" if done[0] else "默认任务都已在其中。")
            return HttpResponseRedirect(back)
        return self.confirm_page(
            request,
            title="载入默认任务",
            what=f"将把各阶段的默认任务载入{row}，载入后可以逐项修改、停用或另行新建。",
            verb="载入默认任务",
            effects=["已有的同名任务不变。", "期限按各阶段的起止日期推算。", "已受理的平台随即获得任务。"],
            cancel_url=back,
            row=row,
        )

    def sync_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask, then bring the tasks of all platforms up to the templates."""
        row, back = self._workable(request, object_id, "tasks")
        if request.method == "POST":
            done: list[tasks.Synced] = []
            who: dict[str, Any] = {"by": person_of(request), "at": timezone.now()}
            if self.run(request, lambda: done.append(tasks.sync_round(round=row, **who))):
                told = done[0]
                messages.success(
                    request, f"已更新：新增 {told.made} 项，恢复 {told.restored} 项，不再适用 {told.dropped} 项。"
                )
            return HttpResponseRedirect(back)
        return self.confirm_page(
            request,
            title="更新各平台的任务",
            what=f"将按{row}的任务模板核对所有已受理平台的任务，缺少的补上，不再适用的撤下。",
            verb="更新各平台的任务",
            effects=["已登记完成的任务不变。", "重复办理不会产生重复的任务。"],
            cancel_url=back,
            row=row,
        )

    def _workable(self, request: HttpRequest, object_id: int, tab: str) -> tuple[Round, str]:
        row: Round = self.visible_or_404(request, str(object_id))
        if not person_of(request).has_perm("platforms.change_phase"):
            raise PermissionDenied
        return row, f"{reverse('admin:platforms_round_change', args=(row.pk,))}?tab={tab}"


def tasks_context(round: Round) -> dict[str, Any]:
    """Return what the page of ``round`` says of its tasks, with the addresses of what can be done."""
    listing = reverse("admin:platforms_tasktemplate_changelist")
    shown: dict[str, Any] = {
        "task_templates": round.task_templates.filter(retired=False).count(),
        "task_templates_url": f"{listing}?round__id__exact={round.pk}",
        "board_url": f"{reverse('desk:tasks')}?year={round.year}",
    }
    if round.status != RoundStatus.PUBLISHED:
        shown["load_tasks_url"] = reverse("admin:platforms_round_load_tasks", args=(round.pk,))
        shown["sync_tasks_url"] = reverse("admin:platforms_round_sync_tasks", args=(round.pk,))
    return shown
