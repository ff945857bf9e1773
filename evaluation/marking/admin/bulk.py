"""Many grades staged or taken back at once: chosen in the list, named on a page, all or none."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from evaluation.marking.choices import AssessmentStatus
from evaluation.marking.services.staging import stage_proposed, unstage
from evaluation.models import Assessment
from platforms.backoffice.base import MOST_SELECTED, ScopedAdmin
from platforms.models import User

NAMED = 30


class BulkStaging(ScopedAdmin):
    """The actions 按建议档次暂定 and 取消暂定档次, and their pages."""

    actions: tuple[str, ...] = ("stage_chosen", "unstage_chosen")

    def has_confirm_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("evaluation.confirm_assessment")

    @admin.action(description="按建议档次暂定", permissions=["confirm"])
    def stage_chosen(self, request: HttpRequest, queryset: QuerySet[Assessment]) -> HttpResponse:
        """Show which grades would be staged; what is not yet scored, or staged already, is left out."""
        return self._ask(
            request,
            queryset,
            queryset.filter(status=AssessmentStatus.SCORED, staged_grade=""),
            verb="按建议档次暂定",
            what="待核定且尚未暂定",
            label=lambda row: row.proposed_label,
            url="stage_proposed",
        )

    @admin.action(description="取消暂定档次", permissions=["confirm"])
    def unstage_chosen(self, request: HttpRequest, queryset: QuerySet[Assessment]) -> HttpResponse:
        """Show which staged grades would be taken back; where nothing is staged, nothing is named."""
        return self._ask(
            request,
            queryset,
            queryset.exclude(staged_grade=""),
            verb="取消暂定档次",
            what="已暂定",
            label=lambda row: row.staged_label,
            url="unstage",
        )

    def _ask(
        self,
        request: HttpRequest,
        queryset: QuerySet[Assessment],
        chosen: QuerySet[Assessment],
        *,
        verb: str,
        what: str,
        label: Callable[[Assessment], str],
        url: str,
    ) -> HttpResponse:
        rows = list(chosen.order_by("application__number"))
        left_out = queryset.count() - len(rows)
        if not rows:
            messages.error(request, f"选中的平台都不是“{what}”状态，没有可办理的。")
            return HttpResponseRedirect(request.get_full_path())
        counts = Counter(label(row) for row in rows)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": verb,
            "what": f"将对 {len(rows)} 个平台{verb}："
            + "、".join(f"{name} {counts[name]} 个" for name in sorted(counts))
            + "。",
            "warning": f"另有 {left_out} 个平台不是“{what}”状态，不在其内。" if left_out else "",
            "names": [f"{row.application.name}（{row.points} 分，{label(row)}）" for row in rows[:NAMED]],
            "names_total": len(rows),
            "hidden": [{"name": "shown", "value": f"{row.pk}:{row.revision}"} for row in rows],
            "verb": f"{verb}（{len(rows)} 个平台）",
            "action": reverse(f"admin:evaluation_assessment_{url}"),
            "cancel_url": request.get_full_path(),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/confirm_move.html", context)

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("stage-proposed/", wrap(self.stage_proposed_view), name="evaluation_assessment_stage_proposed"),
            path("unstage/", wrap(self.unstage_view), name="evaluation_assessment_unstage"),
            *super().get_urls(),
        ]

    def stage_proposed_view(self, request: HttpRequest) -> HttpResponse:
        """Stage what the page before named (POST); a page that was opened on older scores stages nothing."""

        def act(shown: Mapping[int, int], by: User) -> Any:
            return stage_proposed(shown=shown, by=by, at=timezone.now())

        return self._done(request, act, "已按建议档次暂定 {} 个平台。")

    def unstage_view(self, request: HttpRequest) -> HttpResponse:
        """Take back what the page before named (POST)."""

        def act(shown: Mapping[int, int], by: User) -> Any:
            return unstage(assessments=shown, by=by, at=timezone.now())

        return self._done(request, act, "已取消 {} 个平台的暂定档次。")

    def _done(self, request: HttpRequest, act: Callable[[Mapping[int, int], User], Any], told: str) -> HttpResponse:
        if not isinstance(request.user, User) or not self.has_confirm_permission(request):
            raise PermissionDenied
        person, worklist = request.user, reverse("admin:evaluation_assessment_changelist")
        shown = _shown(request.POST.getlist("shown"))
        if request.method != "POST" or not shown or len(shown) > MOST_SELECTED:
            messages.error(request, "没有选中平台，请在列表中勾选后再办理。")
            return HttpResponseRedirect(worklist)
        visible = set(self.get_queryset(request).filter(pk__in=shown).values_list("pk", flat=True))
        mine = {pk: revision for pk, revision in shown.items() if pk in visible}
        self.run(request, lambda: act(mine, person), told.format(len(mine)))
        return HttpResponseRedirect(worklist)


def _shown(values: list[str]) -> dict[int, int]:
    """Return key to revision; whatever is not a pair of numbers is left out."""
    pairs = [value.split(":") for value in values if value.isascii() and value.replace(":", "").isdigit()]
    return {int(pair[0]): int(pair[1]) for pair in pairs if len(pair) == 2 and all(pair) and len(pair[0]) < 19}
