"""Many grades confirmed at once: chosen in the list, named on a page, confirmed all or none."""

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from evaluation.marking.choices import AssessmentStatus
from evaluation.marking.services.assessments import confirm_proposed
from evaluation.models import Assessment
from platforms.backoffice.base import MOST_SELECTED, ScopedAdmin
from platforms.models import User

NAMED = 30


class BulkConfirm(ScopedAdmin):
    """The action 按建议档次核定 and its page."""

    actions = ("confirm_chosen",)

    def has_confirm_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("evaluation.confirm_assessment")

    @admin.action(description="按建议档次核定", permissions=["confirm"])
    def confirm_chosen(self, request: HttpRequest, queryset: QuerySet[Assessment]) -> HttpResponse:
        """Show which grades would be confirmed; what is not yet scored or already confirmed is left out."""
        rows = list(queryset.filter(status=AssessmentStatus.SCORED).order_by("application__number"))
        left_out = queryset.count() - len(rows)
        if not rows:
            messages.error(request, "选中的平台都不是“待核定”状态，没有可核定的。")
            return HttpResponseRedirect(request.get_full_path())
        counts = Counter(row.proposed_label for row in rows)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "按建议档次核定",
            "what": f"将按建议档次核定 {len(rows)} 个平台："
            + "、".join(f"{label} {counts[label]} 个" for label in sorted(counts))
            + "。",
            "warning": f"另有 {left_out} 个平台不是“待核定”状态，不在其内。" if left_out else "",
            "names": [f"{row.application.name}({row.points} 分，{row.proposed_label})" for row in rows[:NAMED]],
            "names_total": len(rows),
            "hidden": [{"name": "shown", "value": f"{row.pk}:{row.revision}"} for row in rows],
            "verb": f"核定 {len(rows)} 个平台的档次",
            "action": reverse("admin:evaluation_assessment_confirm_proposed"),
            "cancel_url": request.get_full_path(),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/confirm_move.html", context)

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.confirm_proposed_view)
        return [path("confirm-proposed/", view, name="evaluation_assessment_confirm_proposed"), *super().get_urls()]

    def confirm_proposed_view(self, request: HttpRequest) -> HttpResponse:
        """Confirm what the page before named (POST); a page that was opened on older scores confirms nothing."""
        if not isinstance(request.user, User) or not self.has_confirm_permission(request):
            raise PermissionDenied
        person, worklist = request.user, reverse("admin:evaluation_assessment_changelist")
        shown = _shown(request.POST.getlist("shown"))
        if request.method != "POST" or not shown or len(shown) > MOST_SELECTED:
            messages.error(request, "没有选中平台，请在列表中勾选后再办理。")
            return HttpResponseRedirect(worklist)
        visible = set(self.get_queryset(request).filter(pk__in=shown).values_list("pk", flat=True))
        mine = {pk: revision for pk, revision in shown.items() if pk in visible}
        self.run(
            request,
            lambda: confirm_proposed(shown=mine, by=person, at=timezone.now()),
            f"已按建议档次核定 {len(mine)} 个平台。",
        )
        return HttpResponseRedirect(worklist)


def _shown(values: list[str]) -> dict[int, int]:
    """Return key to revision; whatever is not a pair of numbers is left out."""
    pairs = [value.split(":") for value in values if value.isascii() and value.replace(":", "").isdigit()]
    return {int(pair[0]): int(pair[1]) for pair in pairs if len(pair) == 2 and all(pair) and len(pair[0]) < 19}
