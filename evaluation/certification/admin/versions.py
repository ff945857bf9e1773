"""The versions of a published line on its pages: what was corrected or changed, and the buttons that ask for it."""

# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from evaluation.amendments.queries.amendments import in_the_way, of_result
from evaluation.models import Result


class VersionFilter(admin.SimpleListFilter):
    """By whether a version counts; without a choice only those are listed that do."""

    title = "版本"
    parameter_name = "version"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", "含已更正、变更的"), ("earlier", "已更正、变更的")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        asked = self.value()
        if asked == "all":
            return queryset
        return queryset.filter(corrected_by__isnull=asked != "earlier")

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [first | {"display": "有效的"}, *others]


def moves(request: HttpRequest, result: Result) -> list[dict[str, str]]:
    """Return the buttons of a page about ``result`` that this person may press."""
    person = request.user
    may_correct = person.has_perm("evaluation.propose_correction")
    may_change = person.has_perm("evaluation.propose_change")
    if not (may_correct or may_change) or in_the_way(result, on=timezone.localdate()):
        return []
    correct = reverse("admin:evaluation_amendment_correct", args=(result.pk,))
    change = reverse("admin:evaluation_amendment_propose_change", args=(result.platform_id,))
    return [
        *([{"label": "更正", "url": correct, "kind": "plain"}] if may_correct else []),
        *([{"label": "变更", "url": change, "kind": "plain"}] if may_change else []),
    ]


def told(result: Result) -> list[dict[str, str]]:
    """Return the proposals about the line of ``result`` as its pages list them."""
    return [
        {
            "url": reverse("admin:evaluation_amendment_change", args=(each.pk,)),
            "number": each.number,
            "words": f"{each.get_kind_display()}，{each.get_status_display()}",
        }
        for each in of_result(result)
    ]


def versions(result: Result) -> list[dict[str, str]]:
    """Return the other versions of the line of ``result``, the latest first."""
    rows = Result.objects.filter(publication=result.publication_id, platform=result.platform_id)
    rows = rows.exclude(pk=result.pk).select_related("publication__round").order_by("-version")
    return [
        {
            "url": reverse("admin:evaluation_result_change", args=(each.pk,)),
            "number": f"第 {each.version} 版",
            "words": f"{each.name}，{each.operator_name}，{each.grade_label}",
        }
        for each in rows
    ]
