"""动态与通知 in the back office: written, seen beforehand as the public will see it, published and withdrawn."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from evaluation.models import Article
from evaluation.news import queries, services
from evaluation.news.choices import STREAMED, ArticleStatus
from evaluation.news.workflow import ARTICLE
from platforms.backoffice.base import ServiceAdmin
from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import MoveButtons, MoveService, ReasonForm, person_of
from platforms.backoffice.states import badge
from platforms.file_formats import PICTURES, accept_of
from platforms.moments import moment
from platforms.move_table import Move
from platforms.pages.fields import MomentField
from platforms.pages.files import ManyFilesField, ManyFilesInput, send_kept, send_variant
from platforms.tones import Tone

LEAD = "面向公众的新闻动态、通知公告、政策解读和网站说明；发布后在网站“动态与通知”中可见。"
TONES: Mapping[str, Tone] = {
    ArticleStatus.DRAFT: "neutral",
    ArticleStatus.PUBLISHED: "good",
    ArticleStatus.WITHDRAWN: "wait",
}
TEXT_HINT = (
    "空一行分段；“## ”起行为小标题，“- ”起行为列表，**重点** 为加粗，[文字](https://网址) 为链接，"
    "![](图1) 为下方第 1 张图片。不写个人的手机号码和证件号码。"
)
#: As many pictures as one saving adds.
PLACES = (1, 2, 3)
#: What goes, by the keys of its rows.
DROPS = ("drop_pictures", "drop_files")


def _picture(place: int) -> forms.FileField:
    return forms.FileField(
        label=f"新图片 {place}",
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(PICTURES.values())}),
        help_text="jpg 或 png，不超过 10 MB；自动缩放转正，拍摄地点、设备等信息一并去除。" if place == 1 else "",
    )


def _alt(place: int) -> forms.CharField:
    return forms.CharField(
        label=f"新图片 {place} 的说明",
        required=False,
        max_length=services.MOST_ALT,
        help_text="有图片的必填：图片上是什么，供看不到图片的人阅读。" if place == 1 else "",
    )


class ArticleForm(ServiceForm):
    """What the public will read, with three more pictures and any files; the service judges it."""

    picture_1, alt_1 = _picture(1), _alt(1)
    picture_2, alt_2 = _picture(2), _alt(2)
    picture_3, alt_3 = _picture(3), _alt(3)
    drop_pictures = forms.MultipleChoiceField(label="去掉图片", required=False, widget=forms.CheckboxSelectMultiple)
    attachments = ManyFilesField(
        label="附件",
        required=False,
        widget=ManyFilesInput(attrs={"accept": accept_of()}),
        help_text="可一次选择多个，每个不超过 20 MB；支持 PDF、JPEG、PNG、Word（docx）、Excel（xlsx）。",
    )
    drop_files = forms.MultipleChoiceField(label="去掉附件", required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Article
        fields = ("kind", "title", "summary", "text")
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3, "maxlength": "200"}),
            "text": forms.Textarea(attrs={"rows": 20, "maxlength": "20000"}),
        }
        help_texts = {"summary": "一两句话，用于列表和搜索结果。", "text": TEXT_HINT}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        kept = {
            "drop_pictures": [(str(each.pk), f"{each.mark}：{each.picture_alt}") for each in row.pictures.all()],
            "drop_files": [(str(each.pk), each.shown_name) for each in row.files.all()],
        } if row.pk else {}  # fmt: skip
        for name, choices in kept.items():
            if name in self.fields:
                self.fields[name].choices = choices  # type: ignore[attr-defined]


class PublishForm(ReasonForm):
    """From when on everybody reads it."""

    shown_from = MomentField(
        label="公开时间", required=False, help_text="留空的，立即公开；填以后时间的，到时自动公开。"
    )


@admin.register(Article)
class ArticleAdmin(MoveButtons, ServiceAdmin):
    form = ArticleForm
    workflow = ARTICLE
    move_services: ClassVar[Mapping[str, MoveService]] = {
        "publish": lambda row, by, at, _reason, data: services.publish(
            article=row, shown_from=data.get("shown_from"), by=by, at=at
        ),
        "withdraw": lambda row, by, at, reason, _data: services.withdraw(article=row, reason=reason, by=by, at=at),
    }
    move_forms: ClassVar[Mapping[str, type[ReasonForm]]] = {"publish": PublishForm}
    phrases: ClassVar[Mapping[str, str]] = {"publish": "发布“{row}”", "withdraw": "撤下“{row}”"}
    state_tones = TONES
    list_unit = "篇"
    list_display = ("title", "kind", "state", "shown_from", "edited_at", "edited_by")
    list_filter = ("status", "kind")
    list_select_related = ("edited_by",)
    search_fields = ("title", "summary")
    search_help_text = "标题或摘要"
    ordering = ("-edited_at", "-pk")
    change_form_template = "admin/evaluation/article.html"

    def get_urls(self) -> list:
        wrap, name = self.admin_site.admin_view, "evaluation_article"
        return [
            path("<int:object_id>/preview/", wrap(self.preview_view), name=f"{name}_preview"),
            path("<int:object_id>/pictures/<slug:digest>.webp", wrap(self.picture_view), name=f"{name}_picture"),
            path("<int:object_id>/files/<int:file_pk>/", wrap(self.file_view), name=f"{name}_file"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"lead": LEAD, **(extra_context or {})})

    @admin.display(description="状态", ordering="status")
    def state(self, row: Article) -> SafeString:
        return badge(self.state_label(row), TONES[row.status])

    def state_label(self, row: Any) -> str:
        """Return the state; one that is published ahead says from when on it is read."""
        if row.status == ArticleStatus.PUBLISHED and row.shown_from > timezone.now():
            return f"定时发布，{moment(row.shown_from)} 公开"
        return super().state_label(row)

    # One text --------------------------------------------------------------------------------------------------------

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        texts = ("kind", "title", "summary", "text")
        if obj is not None and not self.has_change_permission(request, obj):
            return texts
        added = [name for place in PLACES for name in (f"picture_{place}", f"alt_{place}")]
        drops = (
            ["drop_pictures"] if obj is not None and obj.pictures.exists() else [],
            ["drop_files"] if obj is not None and obj.files.exists() else [],
        )
        return [*texts, *drops[0], *added, *drops[1], "attachments"]

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        public = isinstance(obj, Article) and obj.status == ArticleStatus.PUBLISHED
        return super().has_change_permission(request, obj) and not public

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody deletes one: it is withdrawn."""
        return False

    def perform(self, request: HttpRequest, form: ServiceForm, obj: Any) -> Article:
        data = form.cleaned_data
        uploads: list[tuple[UploadedFile, str]] = [
            (data[f"picture_{place}"], data.get(f"alt_{place}", ""))
            for place in PLACES
            if data.get(f"picture_{place}") is not None
        ]
        common: dict[str, Any] = {
            "kind": data["kind"],
            "values": {name: data.get(name, "") for name in services.TEXTS},
            "pictures": uploads,
            "files": data.get("attachments") or [],
            "by": person_of(request),
            "at": timezone.now(),
        }
        if obj is None:
            return services.write(**common)
        drops: dict[str, Any] = {name: [int(key) for key in data.get(name, [])] for name in DROPS}
        return services.edit(article=obj, **drops, **common)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: Article = self.visible_or_404(request, object_id)
        public = row.status == ArticleStatus.PUBLISHED and row.shown_from and row.shown_from <= timezone.now()
        more = {
            "preview_url": reverse("admin:evaluation_article_preview", args=(row.pk,)),
            "public_url": reverse("site:news_article", args=(row.pk,)) if public else "",
            "pictures": [
                {"mark": each.mark, "picture": shown} for each, shown in queries.pictures_of(row, preview=True)
            ],
            "files": [
                {"label": each.shown_name, "url": reverse("admin:evaluation_article_file", args=(row.pk, each.pk))}
                for each in row.files.all()
            ],
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def move_effects(self, request: HttpRequest, row: Any, move: Move) -> Sequence[str]:
        if move.name == "withdraw":
            return ("网站上不再显示，地址打开后为“没有这个页面”。", "修改后可以重新发布。")
        where = "动态与通知" if row.kind in STREAMED else "网站说明"
        return (f"自公开时间起，任何人都能在网站“{where}”中看到。", "发布后不能修改，需要修改的先撤下。")

    # What goes with it -----------------------------------------------------------------------------------------------

    def preview_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show the page of a text exactly as the public will see it."""
        row: Article = self.visible_or_404(request, str(object_id))
        return TemplateResponse(request, "public/news_article.html", queries.page_of(row, preview=True))

    def picture_view(self, request: HttpRequest, object_id: int, digest: str) -> HttpResponse:
        """Show one width of a picture to who edits the text."""
        row: Article = self.visible_or_404(request, str(object_id))
        found = next((each for each in row.pictures.all() if each.picture_of(digest)), None)
        if found is None:
            raise Http404
        return send_variant(found, digest, public=False)

    def file_view(self, request: HttpRequest, object_id: int, file_pk: int) -> HttpResponseBase:
        """Send a file to who edits the text."""
        row: Article = self.visible_or_404(request, str(object_id))
        found = row.files.filter(pk=file_pk).first()
        if found is None:
            raise Http404
        return send_kept(found)
