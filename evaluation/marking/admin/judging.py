"""Those who judge: how far they are, where two of them differ, and who stays out of which platform."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from evaluation.marking.admin.judge_forms import OwnConflictForm, ThirdForm
from evaluation.marking.choices import AssessmentStatus, JudgedBy, SheetKind, SheetStatus
from evaluation.marking.queries.judges import apart, progress_of, short_of_judges
from evaluation.marking.services import assigning
from evaluation.models import Assessment, Conflict, Evaluation, Sheet
from platforms.backoffice.base import ReadOnlyAdmin, ScopedAdmin
from platforms.backoffice.moves import person_of
from platforms.models import User
from platforms.tones import Tone

#: So many platforms are named on a page that only says that something is missing there.
NAMED = 30
TONES: Mapping[str, Tone] = {SheetStatus.OPEN: "wait", SheetStatus.HANDED_IN: "good"}


class JudgingPages(ScopedAdmin):
    """The pages of an evaluation on those who judge: how far they are, and where two of them differ."""

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/judges/", wrap(self.progress_view), name="evaluation_evaluation_judges"),
            path("<int:object_id>/differences/", wrap(self.differences_view), name="evaluation_evaluation_differences"),
            *super().get_urls(),
        ]

    def judging_moves(self, evaluation: Evaluation, person: User) -> list[dict[str, Any]]:
        """Return the buttons that lead to these pages, where assessors judge the round or one of its platforms."""
        sheets = Sheet.objects.filter(assessment__evaluation=evaluation, kind=SheetKind.ASSESSOR)
        by_assessors = evaluation.judged_by == JudgedBy.ASSESSORS or sheets.exists()
        if not by_assessors or not person.has_perm(assigning.ASSIGN):
            return []
        views = (("评审进度", "judges"), ("评分分歧", "differences"))
        return [
            {"label": label, "url": reverse(f"admin:evaluation_evaluation_{view}", args=(evaluation.pk,))}
            for label, view in views
        ]

    def progress_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show how much each of those who judge has left, and which platforms lack somebody."""
        evaluation = self._followed(request, object_id)
        people = progress_of(evaluation)
        short = list(short_of_judges(Assessment.objects.filter(evaluation=evaluation)).select_related("application"))
        return judging_page(
            self,
            request,
            "judging.html",
            {
                "title": "评审进度",
                "evaluation": evaluation,
                "columns": [
                    {"label": "评分人"},
                    {"label": "单位"},
                    {"label": "待评分", "unit": "份", "num": True},
                    {"label": "已提交", "unit": "份", "num": True},
                ],
                "rows": [
                    {
                        "cells": [
                            str(each.person),
                            each.person.employer or each.person.get_role_display(),
                            each.open,
                            each.handed_in,
                        ]
                    }
                    for each in people
                ],
                "total": ["合计", "", sum(each.open for each in people), sum(each.handed_in for each in people)],
                "short": len(short),
                "named": [
                    {"name": row.application, "url": reverse("admin:evaluation_assessment_judges", args=(row.pk,))}
                    for row in short[:NAMED]
                ],
                "worklist": f"{reverse('admin:evaluation_assessment_changelist')}"
                f"?evaluation__round__id__exact={evaluation.round_id}&status__exact={AssessmentStatus.OPEN}",
            },
        )

    def differences_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show on what two assessors differ (GET), name a third for those that were ticked (POST)."""
        evaluation = self._followed(request, object_id)
        here = reverse("admin:evaluation_evaluation_differences", args=(evaluation.pk,))
        found = apart(evaluation)
        if request.GET.get("third") == "none":
            found = [each for each in found if each.third.judge_id is None]
        form = ThirdForm(request.POST or None)
        status = 200
        if request.method == "POST":
            ticked = set(request.POST.getlist("sheet"))
            sheets = [each.third for each in found if str(each.third.pk) in ticked]
            if not sheets:
                messages.error(request, "没有选中平台，请勾选后再办理。")
            elif form.is_valid():
                person, by = form.cleaned_data["judge"], person_of(request)
                if self.run(
                    request,
                    lambda: assigning.assign_thirds(sheets=sheets, judge=person, by=by, at=timezone.now()),
                    f"已指定{person}复评 {len(sheets)} 个平台。",
                ):
                    return HttpResponseRedirect(here)
                status = 409
        page = judging_page(
            self,
            request,
            "differences.html",
            {
                "title": "评分分歧",
                "evaluation": evaluation,
                "form": form,
                "ticked": request.POST.getlist("sheet"),
                "rows": [
                    {
                        "sheet": each.third,
                        "application": each.third.assessment.application,
                        "url": reverse("admin:evaluation_assessment_judges", args=(each.third.assessment_id,)),
                        "sentences": [one.sentence for one in each.differences],
                        "third": str(each.third.judge or "待指定"),
                        "state": each.third.get_status_display() if each.third.judge else "",
                        "tone": TONES[each.third.status],
                        "open": each.third.status == SheetStatus.OPEN,
                    }
                    for each in found
                ],
            },
        )
        page.status_code = status
        return page

    def _followed(self, request: HttpRequest, object_id: int) -> Evaluation:
        evaluation: Evaluation = self.visible_or_404(request, str(object_id))
        if not request.user.has_perm(assigning.ASSIGN):
            raise PermissionDenied
        return evaluation


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    """Who stays out of which platform: declared by the city on the page of the platform, by judges on their sheets."""

    site_path = "assessment__application"
    list_display = ("number", "name", "person", "reason", "declared_at", "declared_by")
    list_display_links = None
    list_filter = ("assessment__evaluation__round",)
    list_select_related = ("assessment__application", "person", "declared_by")
    search_fields = ("assessment__application__number", "assessment__application__name", "person__name")
    search_help_text = "申报编号、平台名称或人员姓名"
    ordering = ("-assessment__evaluation__round__year", "assessment__application__number", "pk")

    @admin.display(description="申报编号", ordering="assessment__application__number")
    def number(self, row: Conflict) -> str:
        return row.assessment.application.number

    @admin.display(description="平台名称")
    def name(self, row: Conflict) -> str:
        return row.assessment.application.name

    def audit_code(self, obj: Any) -> str:
        return str(obj.assessment.application.number)

    def get_urls(self) -> list:
        declare = self.admin_site.admin_view(self.declare_view)
        return [
            path("declare/<int:sheet_pk>/", declare, name="evaluation_conflict_declare"),
            *super().get_urls(),
        ]

    def declare_view(self, request: HttpRequest, sheet_pk: int) -> HttpResponse:
        """Ask a judge why the own platform goes to somebody else (GET), note it down (POST)."""
        person = person_of(request)
        if not person.has_perm("evaluation.fill_sheet"):
            raise PermissionDenied
        sheet = Sheet.objects.visible_to(person).select_related("assessment__application").filter(pk=sheet_pk).first()
        if sheet is None:
            raise Http404
        if sheet.judge_id != person.pk:
            raise PermissionDenied
        form, row = OwnConflictForm(request.POST or None), sheet.assessment
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            if self.run(
                request,
                lambda: assigning.declare_conflict(
                    assessment=row, person=person, reason=reason, by=person, at=timezone.now()
                ),
                f"已登记回避：{row.application.number}，将另行分派。",
            ):
                return HttpResponseRedirect(reverse("admin:index"))
        return judging_page(
            self,
            request,
            "own_conflict.html",
            {
                "title": "申请回避",
                "what": f"登记后，“{row.application.name}”不再由您评分，已填写的内容不再保留，由市经信局另行分派。",
                "verb": "登记回避",
                "cancel_url": reverse("admin:index"),
                "form": form,
            },
        )


def judging_page(
    model_admin: admin.ModelAdmin, request: HttpRequest, template: str, context: Mapping[str, Any]
) -> TemplateResponse:
    """Return a page of the back office that is made of ``template``."""
    shown = {**model_admin.admin_site.each_context(request), "opts": model_admin.model._meta, **context}
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, f"admin/evaluation/{template}", shown)
