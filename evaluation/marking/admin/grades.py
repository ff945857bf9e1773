"""The grades of a round before they are applied: spread, who is close to a line, each region, what changed."""

from fractions import Fraction
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from evaluation.marking.queries.overview import Overview, changed_since, last_look, overview
from evaluation.marking.services.staging import look
from evaluation.models import Evaluation
from evaluation.schemes.grading import plain
from platforms.backoffice.base import ScopedAdmin
from platforms.models import User
from platforms.notices.terms import grade_label


class GradesPage(ScopedAdmin):
    """The page 档次分布 of an evaluation, and the button that says that it was looked through."""

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/grades/", wrap(self.grades_view), name="evaluation_evaluation_grades"),
            path("<int:object_id>/look/", wrap(self.look_view), name="evaluation_evaluation_look"),
            *super().get_urls(),
        ]

    def grades_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show how the grades stand now (GET only)."""
        evaluation, person = self._evaluation(request, object_id)
        found, seen = overview(evaluation), last_look(evaluation, person)
        terms = evaluation.round.terms
        worklist = reverse("admin:evaluation_assessment_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "档次分布",
            "evaluation": evaluation,
            "overview": found,
            "grades": [grade.label for grade in terms.grades],
            "totals": list(zip([grade.label for grade in terms.grades], found.counts, strict=True)),
            "spread": _spread(evaluation, found),
            "regions": [_region(line) for line in found.regions],
            "line": "" if found.line is None else _percent(found.line),
            "close": [
                {
                    "row": each.assessment,
                    "told": f"{'高于' if each.above >= 0 else '低于'}{each.label}起点 {plain(abs(each.above))} 分",
                }
                for each in found.close
            ],
            "seen": seen,
            "changes": changed_since(evaluation, seen),
            "worklist": f"{worklist}?evaluation__round__id__exact={evaluation.round_id}",
            "look_url": reverse("admin:evaluation_evaluation_look", args=(evaluation.pk,)),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/evaluation/grades.html", context)

    def look_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Note that everything up to now was looked through (POST)."""
        evaluation, person = self._evaluation(request, object_id)
        if request.method == "POST":
            self.run(request, lambda: look(evaluation=evaluation, by=person, at=timezone.now()), "已标记为看过。")
        return HttpResponseRedirect(reverse("admin:evaluation_evaluation_grades", args=(evaluation.pk,)))

    def _evaluation(self, request: HttpRequest, object_id: int) -> tuple[Evaluation, User]:
        evaluation: Evaluation = self.visible_or_404(request, str(object_id))
        if not isinstance(request.user, User) or not request.user.has_perm("evaluation.view_assessment"):
            raise PermissionDenied
        return evaluation, request.user


def _spread(evaluation: Evaluation, found: Overview) -> list[dict[str, Any]]:
    terms = evaluation.round.terms
    return [
        {
            "label": f"{step.low}（含）–{step.high}" if step.high < 100 else f"{step.low}（含）–100（含）",
            "counts": step.counts,
            "total": step.total,
            "cutoffs": "、".join(f"{grade_label(terms, code)}起点" for code in step.cutoffs),
        }
        for step in found.spread
    ]


def _region(line: Any) -> dict[str, Any]:
    told = "已达到" if line.over else f"再增 {line.more} 个即达到"
    return {
        "name": line.name,
        "declared": line.declared,
        "counts": line.counts,
        "share": _percent(line.share),
        "told": told,
        "over": line.over,
        "near": not line.over and line.more == 1,
    }


def _percent(share: Fraction) -> str:
    return f"{plain(share * 100)}%"
