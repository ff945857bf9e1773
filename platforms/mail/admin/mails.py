"""The outbox: mails are read, changed while they wait, discarded, sent one by one or together."""

# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import person_of
from platforms.backoffice.states import badge
from platforms.dates import plain_moment
from platforms.mail.admin.acts import MailActs
from platforms.mail.queries import delivery, may_send, standing
from platforms.mail.services import outbox
from platforms.models import Mail

#: Columns about how mails leave the outbox.
OF_SENDING = ("attempts", "next_try_at", "problem")


class MailForm(ServiceForm):
    class Meta:
        widgets = {
            "subject": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "body": forms.Textarea(attrs={"rows": 18}),
        }


@admin.register(Mail)
class MailAdmin(MailActs):
    form = MailForm
    list_unit = "封"
    list_display = ("subject", "delivery", "kind", "recipient", "created_at", "sent_at", "attempts", "problem")
    list_filter = ("state", "kind", "round", "region")
    list_select_related = ("region",)
    search_fields = ("subject", "recipient", "address", "application__number", "application__platform__code")
    search_help_text = "标题、收件人、邮箱、申报编号或平台编号"
    change_form_template = "admin/platforms/mail/record.html"
    readonly_fields = (
        "kind", "recipient", "place", "about", "created_at", "writer", "attempts", "next_try_at", "problem", "sent_at",
        "discarded", "edited",
    )  # fmt: skip

    # Columns --------------------------------------------------------------------------------------------------------

    @admin.display(description="状态", ordering="state")
    def delivery(self, row: Mail) -> str:
        shown = delivery(row)
        return badge(shown.label, shown.tone)

    @admin.display(description="状态", ordering="state")
    def standing(self, row: Mail) -> str:
        shown = standing(row)
        return badge(shown.label, shown.tone)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns; what keeps a mail from going is told to who sends mails."""
        columns = super().get_list_display(request)
        if may_send(person_of(request)):
            return columns
        return ["standing" if name == "delivery" else name for name in columns if name not in OF_SENDING]

    @admin.display(description="地区", ordering="region__code")
    def place(self, row: Mail) -> str:
        return row.region.name if row.region else "市级"

    @admin.display(description="申报表或活动")
    def about(self, row: Mail) -> str:
        if row.activity is not None:
            url = reverse("desk:activity", args=(row.activity.number,))
            return format_html('<a href="{}">{}</a>', url, row.activity.number)
        if row.application is None:
            return ""
        url = reverse("admin:platforms_application_change", args=(row.application_id,))
        return format_html('<a href="{}">{}</a>', url, row.application.number)

    # Names, not links to accounts, which no reader of this page may open.
    @admin.display(description="经办人")
    def writer(self, row: Mail) -> str:
        return row.created_by.name if row.created_by else "系统"

    @admin.display(description="修改")
    def edited(self, row: Mail) -> str:
        return _who_when(row.edited_by, row.edited_at)

    @admin.display(description="取消发送")
    def discarded(self, row: Mail) -> str:
        return _who_when(row.discarded_by, row.discarded_at)

    def audit_code(self, obj: Mail) -> str:  # type: ignore[override]
        return outbox.code_of(obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what there is to tell: nothing about sending where nothing was sent, and so on."""
        told: list[Any] = [
            ("kind", "recipient"),
            ("place", "created_at"),
            ("writer", "about") if obj.application else ("writer",),
        ]
        if may_send(person_of(request)):
            told += [("attempts", "next_try_at") if obj.next_try_at else "attempts"]
            told += ["problem"] if obj.problem else []
        told += ["sent_at"] if obj.sent_at else []
        told += ["edited"] if obj.edited_at else []
        told += ["discarded"] if obj.discarded_at else []
        return [(None, {"fields": ("address", "subject", "body")}), ("投递情况", {"fields": told})]

    # Rights ---------------------------------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        is_open = not isinstance(obj, Mail) or obj.state in outbox.OPEN
        return is_open and super().has_change_permission(request, obj)

    # One mail -------------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        return rows.select_related("region", "application", "activity", "created_by", "edited_by", "discarded_by")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        lead = (
            ""
            if settings.MAIL_ENABLED or not may_send(person_of(request))
            else "邮件未开通：系统只生成文本，请打开邮件复制后用其他方式发送，再记为已另行送出。"
        )
        templates = request.user.has_perm("platforms.view_mailtemplate")
        context = {
            "lead": lead,
            "templates_url": reverse("admin:platforms_mailtemplate_changelist") if templates else "",
            "empty_list": "暂无邮件。退回、受理、上报和催报时，系统在这里生成邮件。",
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: Mail = self.visible_or_404(request, object_id)
        sends = may_send(person_of(request))
        shown = delivery(row) if sends else standing(row)
        if request.method == "POST" and row.state not in outbox.OPEN and self.may(request, "change"):
            messages.error(request, f"没有保存：邮件{shown.label}，不能再修改。")
            return HttpResponseRedirect(request.path)
        context = {
            "state_label": shown.label,
            "state_tone": shown.tone,
            "region": self.place(row),
            "moves": self.buttons(request, row),
            "to_copy": sends and row.state in outbox.OPEN,
            "mail_off": not settings.MAIL_ENABLED,
            # Then the text is what the reader came for.
            "by_hand": not settings.MAIL_ENABLED or not row.address,
            "sends": sends,
            "mail": row,
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def perform(self, request: HttpRequest, form: ServiceForm, obj: Mail) -> Mail:
        data = form.cleaned_data
        return outbox.change(
            mail=obj,
            address=data["address"],
            subject=data["subject"],
            body=data["body"],
            by=person_of(request),
            at=timezone.now(),
        )


def _who_when(who: Any, when: Any) -> str:
    return f"{who.name}，{plain_moment(when)}" if who and when else ""
