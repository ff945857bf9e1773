"""Tokens of the interface for service records (接口令牌): issued and shown once, listed with their use, revoked."""

# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from platforms.applications.queries.standings import in_operation
from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.moves import person_of
from platforms.backoffice.states import badge
from platforms.choices import Role
from platforms.errors import Gone, Refusal
from platforms.models import ApiToken, Platform, Region, User
from platforms.moments import moment
from platforms.one_use import shown_once
from platforms.pages.fields import PlainTextField, WholeNumberField
from platforms.reference.queries.regions import regions_on
from platforms.service_records.services import tokens as api_tokens
from platforms.tones import Tone


class IssueForm(forms.Form):
    """For whom, for how long, what for; only what the person may give tokens for is offered."""

    use_required_attribute = False
    holder = forms.ChoiceField(
        label="发放给",
        error_messages={"required": "请选择发放给谁。", "invalid_choice": "请从列出的平台和地区中选择。"},
        help_text="给地区的令牌可以报送该地区所有窗口平台的服务记录，给平台的只能报送本平台的。",
    )
    days = WholeNumberField(
        label="有效期", unit="天", low=1, high=api_tokens.LONGEST_DAYS, initial=api_tokens.USUAL_DAYS
    )
    note = PlainTextField(label="用途", required=False, max_length=80, help_text="如哪个系统使用、由谁保管。")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = person.role == Role.COUNTY
        today = timezone.localdate()
        regions = regions_on(today)
        if own:
            regions = regions.filter(pk=person.region_id or 0)
        platforms = in_operation(Platform.objects.visible_to(person), today).order_by("code")
        holder = self.fields["holder"]
        assert isinstance(holder, forms.ChoiceField)
        holder.choices = [
            ("", "请选择"),
            ("地区", [(f"region:{code}", name) for code, name in regions.values_list("code", "name")]),
            (
                "窗口平台",
                [(f"platform:{code}", f"{code} {name}") for code, name in platforms.values_list("code", "name")],
            ),
        ]

    def clean_holder(self) -> dict[str, Any]:
        kind, _, code = self.cleaned_data["holder"].partition(":")
        model: Any = Region if kind == "region" else Platform
        return {kind: model.objects.get(code=code)}


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_unit = "个"
    list_display = ("shown_hint", "holder", "note", "issued_at", "expires_at", "last_used_at", "state")
    list_display_links = ("shown_hint",)
    list_filter = ("region",)
    search_fields = ("note", "hint", "platform__code", "platform__search_text", "platform__town__search_text")
    search_help_text = "用途、令牌开头、平台名称或平台编号"
    ordering = ("-issued_at", "-pk")
    list_select_related = ("platform", "region")

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:object_id>/revoke/", view, name="platforms_apitoken_revoke"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "add")

    @admin.display(description="令牌", ordering="hint")
    def shown_hint(self, row: ApiToken) -> str:
        return f"{row.hint}…"

    @admin.display(description="发放给", ordering="region__code")
    def holder(self, row: ApiToken) -> str:
        if row.platform is not None:
            return f"{row.platform.code} {row.platform.name}"
        return row.region.name if row.region else ""

    @admin.display(description="状态")
    def state(self, row: ApiToken) -> str:
        return badge(*_standing(row))

    def audit_code(self, obj: ApiToken) -> str:  # type: ignore[override]
        return api_tokens.holder_code(obj)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for whom; issue it and show it this once."""
        self.check_may(request, "add")
        person = person_of(request)
        form = IssueForm(request.POST if request.method == "POST" else None, person=person)
        listing = reverse("admin:platforms_apitoken_changelist")
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                token, text = api_tokens.issue(
                    **data["holder"], days=data["days"], note=data["note"], by=person, at=timezone.now()
                )
            except Refusal as refusal:
                messages.error(request, str(refusal))
            else:
                context = {
                    **self.admin_site.each_context(request),
                    "opts": self.model._meta,
                    "title": "接口令牌已发放",
                    "text": text,
                    "holder": self.holder(token),
                    "until": moment(token.expires_at),
                    "listing": listing,
                    "docs_url": reverse("api_docs"),
                }
                request.current_app = self.admin_site.name
                page = TemplateResponse(request, "admin/platforms/apitoken/issued.html", context)
                record = reverse("admin:platforms_apitoken_change", args=(token.pk,))
                return shown_once(page, record=record, note="令牌只显示一次，未记下的请作废后重新发放。")
        return self.confirm_page(
            request,
            title="发放接口令牌",
            what="其他系统凭令牌成批报送服务记录。令牌只在下一页显示一次，系统只保存校验值，遗失的只能重新发放。",
            verb="发放接口令牌",
            form=form,
            cancel_url=listing,
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a token with its use; nothing of it is edited."""
        row = self.visible_or_404(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        label, tone = _standing(row)
        url = reverse("admin:platforms_apitoken_revoke", args=(row.pk,))
        revocable = self.may(request, "change") and row.revoked_at is None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"接口令牌 {row.hint}…",
            "state_label": label,
            "state_tone": tone,
            "moves": [{"label": "作废令牌", "url": url, "kind": "danger"}] if revocable else [],
            "pairs": self._pairs(row),
            "listing": reverse("admin:platforms_apitoken_changelist"),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/platforms/apitoken/record.html", context)

    def _pairs(self, row: ApiToken) -> list[dict[str, str]]:
        issuer = row.issued_by.name if row.issued_by else "命令行"
        pairs = [
            {"label": "发放给", "value": self.holder(row)},
            {"label": "来源", "value": api_tokens.source_of(row)},
            {"label": "用途", "value": row.note or "未填写"},
            {"label": "发放", "value": f"{issuer}，{moment(row.issued_at)}"},
            {"label": "到期", "value": moment(row.expires_at)},
            {"label": "最近使用", "value": moment(row.last_used_at) if row.last_used_at else "从未使用"},
        ]
        if row.revoked_by is not None:
            pairs.append({"label": "作废", "value": f"{row.revoked_by.name}，{moment(row.revoked_at)}"})
        return pairs

    def revoke_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask once more, then end the token."""
        row = self.visible_or_404(request, str(object_id))
        self.check_may(request, "change")
        back = reverse("admin:platforms_apitoken_change", args=(row.pk,))
        if request.method == "POST":
            try:
                api_tokens.revoke(token=row, by=person_of(request), at=timezone.now())
            except Gone as gone:
                messages.error(request, str(gone))
            else:
                messages.success(request, f"已作废接口令牌 {row.hint}…。")
            return HttpResponseRedirect(back)
        return self.confirm_page(
            request,
            title="作废接口令牌",
            what=f"将作废发放给“{self.holder(row)}”的接口令牌 {row.hint}…，立即不能再报送服务记录。",
            effects=["已报送的服务记录不受影响。", "作废后不能恢复；需要时重新发放，新令牌沿用原来的来源编号。"],
            verb="作废令牌",
            cancel_url=back,
            danger=True,
            row=row,
        )


def _standing(row: ApiToken) -> tuple[str, Tone]:
    """Return the state of a token in words, and its tone."""
    if row.revoked_at is not None:
        return "已作废", "bad"
    return ("已到期", "neutral") if row.expires_at <= timezone.now() else ("有效", "good")
