"""典型案例: written by the city out of activities and typical cases, published on the site for everybody."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from evaluation.examples import queries
from evaluation.examples import services as service
from evaluation.examples.queries import holding
from platforms.activities.choices import ActivityStatus, ExampleStatus
from platforms.backoffice.base import SEEN, ServiceAdmin
from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import person_of
from platforms.backoffice.states import badge
from platforms.files.queries import picture_of
from platforms.models import Activity, Application, GoodExample
from platforms.notices.clauses import cited
from platforms.pages.fields import DayField
from platforms.pages.files import send_variant
from platforms.tones import Tone

LEAD = cited(
    "公开宣传窗口平台的好做法（{}）。只能写有已公布并在有效期内认定的平台；发布后在网站“典型案例”中可见。",
    "duties.hubs",
)
TONES: Mapping[str, Tone] = {
    ExampleStatus.DRAFT: "neutral",
    ExampleStatus.PUBLISHED: "good",
    ExampleStatus.WITHDRAWN: "wait",
}
MARKDOWN_HINT = "空一行分段；“## ”起行为小标题，“- ”起行为列表，**重点** 为加粗，[文字](https://网址) 为链接。"
ACTS = {"publish": "发布", "withdraw": "撤下"}
SOURCES_PER_PAGE = 25


class ExampleForm(ServiceForm):
    """What the public will read; the service judges it."""

    picture = forms.FileField(
        label="图片",
        required=False,
        help_text="jpg 或 png，不超过 10 MB；自动缩放转正，拍摄地点、设备等信息一并去除。",
    )
    drop_picture = forms.BooleanField(label="去掉现有图片", required=False)

    class Meta:
        model = GoodExample
        fields = ("platform", "title", "text", "picture_alt", "activity", "application")
        widgets = {
            "text": forms.Textarea(attrs={"rows": 14, "maxlength": "3000"}),
            "activity": forms.HiddenInput,
            "application": forms.HiddenInput,
        }
        help_texts = {
            "text": f"公开的文字，不写个人的姓名、电话和证件号码。{MARKDOWN_HINT}",
            "picture_alt": "有图片的必填：图片上是什么，供看不到图片的人阅读。",
        }


class PublishForm(forms.Form):
    """From which day on everybody reads it."""

    shown_on = DayField(label="发布日期", required=False, help_text="留空的，即日发布；填以后日期的，到期自动公开。")


def _picture_address(pk: int, digest: str) -> str:
    return reverse("admin:platforms_goodexample_picture", args=(pk, digest))


@admin.register(GoodExample)
class GoodExampleAdmin(ServiceAdmin):
    form = ExampleForm
    fields = ("platform", "title", "text", "picture", "picture_alt", "drop_picture", "activity", "application")
    site_path = "platform"
    list_unit = "篇"
    list_display = ("title", "platform", "source", "state", "edited_at", "shown_on")
    list_filter = ("status", "platform__region")
    list_select_related = ("platform", "activity", "application")
    search_fields = ("title", "platform__name")
    search_help_text = "标题或平台名称"
    ordering = ("-edited_at", "-pk")
    change_list_template = "admin/platforms/goodexample/list.html"
    change_form_template = "admin/platforms/goodexample/record.html"

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("sources/", wrap(self.sources_view), name="platforms_goodexample_sources"),
            path(
                "<int:object_id>/picture/<slug:digest>.webp",
                wrap(self.picture_view),
                name="platforms_goodexample_picture",
            ),
            path("<int:object_id>/preview/", wrap(self.preview_view), name="platforms_goodexample_preview"),
            path("<int:object_id>/act/<slug:act>/", wrap(self.act_view), name="platforms_goodexample_act"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        sources = reverse("admin:platforms_goodexample_sources") if self.may(request, "add") else ""
        return super().changelist_view(request, {"lead": LEAD, "sources_url": sources} | (extra_context or {}))

    @admin.display(description="来源")
    def source(self, row: GoodExample) -> str:
        if row.activity is not None:
            return f"活动 {row.activity.number}"
        return f"申报表 {row.application.number}" if row.application is not None else "自行编写"

    @admin.display(description="状态", ordering="status")
    def state(self, row: GoodExample) -> SafeString:
        return badge(row.get_status_display(), TONES[ExampleStatus(row.status)])

    # One example -----------------------------------------------------------------------------------------------------

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> models.QuerySet:
        rows = super().get_field_queryset(db, db_field, request)
        if db_field.name == "platform":
            return rows.filter(pk__in=holding(timezone.localdate()).values("result__platform")).order_by("code")
        return rows

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with what the source says: the summary of an activity, the typical cases of an application."""
        given = super().get_changeform_initial_data(request)
        key = str(given.get("activity") or "")
        if key.isascii() and key.isdigit() and len(key) < 19:
            row = Activity.objects.visible_to(request.user).filter(pk=key).first()
            if row is not None:
                return {"activity": row.pk, "platform": row.platform_id, "title": row.title, "text": row.summary}
        key = str(given.get("application") or "")
        if key.isascii() and key.isdigit() and len(key) < 19:
            form = Application.objects.visible_to(request.user).filter(pk=key).first()
            if form is not None:
                return {"application": form.pk, "platform": form.platform_id, "text": form.typical_cases}
        return {}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("platform",) if obj is not None else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [name for name in self.fields if name != "drop_picture"]
        gone = {"activity", "application"} | (set() if obj.picture_name else {"drop_picture"})
        if obj.status == ExampleStatus.PUBLISHED:
            # Nothing is sent on a page that changes nothing; the picture itself stands beside the text.
            gone |= {"picture", "drop_picture"}
        return [name for name in self.fields if name not in gone]

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        public = isinstance(obj, GoodExample) and obj.status == ExampleStatus.PUBLISHED
        return super().has_change_permission(request, obj) and not public

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody deletes one: it is withdrawn."""
        return False

    def perform(self, request: HttpRequest, form: ServiceForm, obj: GoodExample | None) -> GoodExample:
        data = form.cleaned_data
        values = {name: data.get(name, "") for name in service.TEXTS}
        common: dict[str, Any] = {"picture": data.get("picture"), "by": person_of(request), "at": timezone.now()}
        if obj is None:
            source: dict[str, Any] = {name: data.get(name) for name in ("activity", "application")}
            return service.write(platform=data["platform"], values=values, **source, **common)
        drop = bool(data.get("drop_picture"))
        return service.edit(example=obj, values=values, drop_picture=drop, **common)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row: GoodExample | None = context.get("original")
        if row is not None:
            act = "withdraw" if row.status == ExampleStatus.PUBLISHED else "publish"
            context |= {
                "state_label": row.get_status_display(),
                "state_tone": TONES[ExampleStatus(row.status)],
                "source": self.source(row),
            }
            address = partial(_picture_address, row.pk)
            context["picture"] = picture_of(row, address)
            context["preview_url"] = reverse("admin:platforms_goodexample_preview", args=(row.pk,))
            if row.status == ExampleStatus.PUBLISHED and row.shown_on and row.shown_on <= timezone.localdate():
                context["public_url"] = reverse("site:example", args=(row.pk,))
            if self.may(request, "publish"):
                url = reverse("admin:platforms_goodexample_act", args=(row.pk, act))
                context["moves"] = [{"label": ACTS[act], "url": url, "kind": "main" if act == "publish" else "danger"}]
        return super().render_change_form(request, context, *args, **kwargs)

    def audit_code(self, obj: GoodExample) -> str:  # type: ignore[override]
        return str(obj.platform.code)

    # Acts --------------------------------------------------------------------------------------------------------

    def act_view(self, request: HttpRequest, object_id: int, act: str) -> HttpResponse:
        """Ask, then publish an example or withdraw it."""
        row: GoodExample = self.visible_or_404(request, str(object_id))
        self.check_may(request, "publish")
        if act not in ACTS:
            raise Http404
        back = reverse("admin:platforms_goodexample_change", args=(row.pk,))
        form = PublishForm(request.POST if request.method == "POST" else None) if act == "publish" else None
        if request.method == "POST" and (form is None or form.is_valid()):
            who: dict[str, Any] = {"example": row, "by": person_of(request), "at": timezone.now()}
            shown_on = form.cleaned_data["shown_on"] if form is not None else None
            call = partial(service.publish, shown_on=shown_on, **who) if form else partial(service.withdraw, **who)

            def as_shown() -> None:
                self.check_as_shown(request, row)
                call()

            self.run(request, as_shown, f"已{ACTS[act]}典型案例“{row}”。")
            return HttpResponseRedirect(back)
        effects = (
            ["自发布日期起，任何人都能在网站“典型案例”中看到。", "发布后不能修改，需要修改的先撤下。"]
            if act == "publish"
            else ["网站上不再显示，地址打开后为“没有这个页面”。", "修改后可以重新发布。"]
        )
        return self.confirm_page(
            request, title=f"{ACTS[act]}典型案例", what=f"将{ACTS[act]}典型案例“{row}”（{row.platform}）。",
            verb=f"{ACTS[act]}典型案例", effects=effects, danger=act == "withdraw", cancel_url=back, row=row, form=form,
            hidden=[{"name": SEEN, "value": self.version_of(row)}],
        )  # fmt: skip

    def picture_view(self, request: HttpRequest, object_id: int, digest: str) -> HttpResponse:
        """Show the picture to who edits it."""
        return send_variant(self.visible_or_404(request, str(object_id)), digest, public=False)

    def preview_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show the page of an example exactly as the public will see it."""
        row: GoodExample = self.visible_or_404(request, str(object_id))
        found = queries.shown([row], preview=True)
        if not found:
            raise Http404
        return TemplateResponse(request, "public/example.html", queries.page_of(found[0], preview=True))

    def sources_view(self, request: HttpRequest) -> HttpResponse:
        """List what an example can be made of: reported activities, and typical cases of applications."""
        self.check_may(request, "add")
        certified = holding(timezone.localdate()).values("result__platform")
        by_cases = request.GET.get("kind") == "cases"
        rows: models.QuerySet
        if by_cases:
            rows = Application.objects.visible_to(request.user).filter(platform__in=certified)
            rows = rows.exclude(typical_cases="").select_related("platform").order_by("-round__year", "number")
        else:
            present = models.Q(invitations__took_part=True, invitations__platform__in=certified)
            found = Activity.objects.visible_to(request.user).filter(status=ActivityStatus.REPORTED)
            keys = found.filter(models.Q(platform__in=certified) | present).order_by().values("pk")
            rows = Activity.objects.filter(pk__in=keys).select_related("platform").order_by("-held_on", "-pk")
        page = Paginator(rows, SOURCES_PER_PAGE).get_page(request.GET.get("page"))
        add, name = reverse("admin:platforms_goodexample_add"), "application" if by_cases else "activity"
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "挑选来源",
            "by_cases": by_cases,
            "page": page,
            "rows": [{"row": row, "url": f"{add}?{urlencode({name: row.pk})}"} for row in page],
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/platforms/goodexample/sources.html", context)
