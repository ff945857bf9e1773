"""What was published: shown, taken out as Excel, never edited."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path

from evaluation.certification.admin import rule_files, versions
from evaluation.certification.excel import ResultResource
from evaluation.certification.queries.counted_in import counted_in
from evaluation.models import Publication, Result
from platforms.applications.choices import RuleKind
from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.excel import ExportAdmin
from platforms.backoffice.moves import person_of
from platforms.backoffice.vocabularies import grade_filter
from platforms.choices import FreeService, ServiceClass

SERVICES = dict(FreeService.choices) | dict(ServiceClass.choices)
RULES = dict(RuleKind.choices)


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    list_display = ("round", "decided_on", "lines", "published_at", "published_by")
    list_select_related = ("round", "published_by")
    fields = ("round", "decided_on", "taken_over", "published_at", "publisher")
    readonly_fields = ("publisher",)

    @admin.display(description="公布人")
    def publisher(self, publication: Publication) -> str:
        # As a foreign key it would be a link to an account, which no reader of this page may open.
        return str(publication.published_by)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows: QuerySet = (
            super()
            .get_queryset(request)
            .annotate(_lines=Count("results", filter=Q(results__corrected_by__isnull=True)))
        )
        return rows

    @admin.display(description="公布平台（个）")
    def lines(self, publication: Any) -> int:
        return int(publication._lines)


@admin.register(Result)
class ResultAdmin(ReadOnlyAdmin, ExportAdmin):
    resource = ResultResource
    site_path = ""
    list_unit = "个"
    list_display = ("code", "name", "region_name", "type", "operator_name", "grade_name", "round")
    list_display_links = ("code",)
    list_select_related = ("region", "publication__round", "certification")
    list_filter = ("publication__round", "region", "type", grade_filter("grade"), versions.VersionFilter)
    search_fields = ("code", "name", "operator_name", "site_name")
    search_help_text = "平台编号、名称、拼音首字母或运营单位"
    ordering = ("-publication__round__year", "code")
    change_form_template = "admin/evaluation/result.html"
    fields = (
        "round",
        "version",
        "code",
        "name",
        "type",
        "region_name",
        "site_name",
        "operator_name",
        "grade_name",
        "address",
        "opening_hours",
        "service_phone",
        "introduction",
        "offers",
        "rules",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002
        return tuple(map(str, self.fields))

    def get_urls(self) -> list:
        return [
            path(
                "<int:object_id>/withhold/<slug:digest>/",
                self.admin_site.admin_view(self.withhold_view),
                name="evaluation_result_withhold",
            ),
            *super().get_urls(),
        ]

    def withhold_view(self, request: HttpRequest, object_id: int, digest: str) -> HttpResponse:
        """Ask why a file of a rule is shown to the public no longer (GET), take it off (POST)."""
        return rule_files.view(self, request, self.visible_or_404(request, str(object_id)), digest)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: Result = self.visible_or_404(request, object_id)
        counts = not Result.objects.filter(corrects=row).exists()
        may_see = request.user.has_perm("evaluation.view_amendment")
        more = {
            "moves": versions.moves(request, row),
            "state_label": "有效" if counts else "已被更正或变更",
            "state_tone": "good" if counts else "neutral",
            "versions": versions.versions(row),
            "amendments": versions.told(row) if may_see else [],
            "counted_in": counted_in(row, person_of(request)),
            "rule_files": rule_files.listed(request, row) if counts else [],
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    @admin.display(description="地区", ordering="region__code")
    def region_name(self, result: Result) -> str:
        return result.region.name if result.region else "市级"

    @admin.display(description="档次", ordering="grade")
    def grade_name(self, result: Result) -> str:
        return result.grade_label

    @admin.display(description="年度", ordering="publication__round__year")
    def round(self, result: Result) -> str:
        return str(result.publication.round)

    @admin.display(description="服务内容")
    def offers(self, result: Result) -> str:
        names = [SERVICES.get(row["free_service"] or row["service_class"], "") for row in result.services]
        return "、".join(names)

    @admin.display(description="公开制度")
    def rules(self, result: Result) -> str:
        return "、".join(RULES.get(row["kind"], row["title"]) for row in result.public_rules)
