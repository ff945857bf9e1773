"""The texts of the mails on a screen: placeholders beside them, a preview below, the built-in text to go back to."""

# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.fresh import SHOWN
from platforms.backoffice.moves import person_of
from platforms.dates import plain_moment
from platforms.errors import Refusal, StaleVersion
from platforms.mail import texts as mail_texts
from platforms.mail.choices import MailKind
from platforms.mail.services import templates as mail_templates
from platforms.mail.services.mails import text_of
from platforms.mail.services.templates import WrongText, digest_of
from platforms.models import MailTemplate

#: What each kind of mail is written for.
OCCASIONS = {
    MailKind.REMINDER: "市经信局向尚未上报的区县（市）催报时",
    MailKind.RECEIVED: "区县（市）上报后",
    MailKind.RETURNED: "市经信局退回申报表时",
    MailKind.ACCEPTED: "市经信局受理申报表时",
    MailKind.ACCEPTED_MANY: "市经信局先后受理同一地区的多份申报表时，合为一封",
    MailKind.EXCEPTION: "市经信局许可延期申报时",
    MailKind.DUE: "期限前后的固定日子，有应办未办的事项时",
    MailKind.RECTIFY: "下发整改通知、答复经复核退回时",
    MailKind.LINK: "市经信局催办未联通和长时间没有服务记录的平台时",
    MailKind.COMPLAINT: "收到投诉、投诉退回重新核查时",
    MailKind.INVITED: "邀请其他单位的窗口平台参加活动时",
    MailKind.REARRANGED: "受邀的活动改变日期、时间、地点或答复期限时",
    MailKind.CALLED_OFF: "受邀的活动取消时",
    MailKind.SELF_REPORT: "向运营单位发送自评链接时",
    MailKind.SELF_DUE: "自评截止前 7 天和 2 天，运营单位尚未提交时",
    MailKind.SELF_OWED: "自评截止前 7 天和 2 天，本地区有平台尚未提交时",
    MailKind.NOTICE: "公示开始时，每个区县（市）一封",
    MailKind.OBJECTION: "收到异议时，发给留有邮箱的异议人",
    MailKind.OBJECTED: "异议答复或不予受理时，发给留有邮箱的异议人",
    MailKind.HEARING: "告知拟不予认定或拟撤销认定时，发给运营单位",
    MailKind.PUBLISHED: "公布认定结果时，每个区县（市）一封",
    MailKind.AMENDED: "更正或变更生效时，发给所在区县（市）",
    MailKind.REVOKED: "决定撤销认定时，发给所在区县（市）",
    MailKind.EXPIRING: "认定到期前的固定日子，每个区县（市）一封",
    MailKind.ALLOCATED: "公布资金分配结果时，每个有申报的区县（市）一封",
}


class TextForm(forms.Form):
    """Subject and body of one kind of mail."""

    subject = forms.CharField(label="标题", max_length=mail_texts.MOST_SUBJECT)
    body = forms.CharField(
        label="正文",
        max_length=mail_texts.MOST_BODY,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="正文为纯文本。花括号中的内容在生成邮件时填入。",
    )


@admin.register(MailTemplate)
class MailTemplateAdmin(ReadOnlyAdmin):
    """Kinds, not rows: a kind whose text nobody edited has no row."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="platforms_mailtemplate_changelist"),
            path("<int:object_id>/", view(self.row_view), name="platforms_mailtemplate_change"),
            path("<slug:kind>/", view(self.text_view), name="platforms_mailtemplate_text"),
            path("<slug:kind>/reset/", view(self.reset_view), name="platforms_mailtemplate_reset"),
            path("<int:object_id>/history/", view(self.history_view), name="platforms_mailtemplate_history"),
        ]

    def row_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Lead from a row, as the history of a text names it, to the text of its kind."""
        row: MailTemplate = self.visible_or_404(request, str(object_id))
        return HttpResponseRedirect(reverse("admin:platforms_mailtemplate_text", args=(row.kind,)))

    def history_view(
        self, request: HttpRequest, object_id: int | str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().history_view(request, str(object_id), extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self.check_may(request, "view")
        edited = {row.kind: row for row in MailTemplate.objects.select_related("edited_by")}
        rows = []
        for kind in MailKind:
            row = edited.get(kind)
            subject = row.subject if row else mail_texts.BUILT_IN[kind].subject
            state = {"label": "已修改", "tone": "info"} if row else {"label": "内置文本", "tone": "neutral"}
            when = f"{row.edited_by.name}，{plain_moment(row.edited_at)}" if row else ""
            url = reverse("admin:platforms_mailtemplate_text", args=(kind,))
            rows.append({"url": url, "cells": [kind.label, OCCASIONS[kind], subject, state, when]})
        context = self._context(request, title="邮件模板", rows=rows)
        context["columns"] = [{"label": each} for each in ("邮件", "何时生成", "标题", "文本", "修改")]
        return TemplateResponse(request, "admin/platforms/mailtemplate/list.html", context)

    def text_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Show and change the text of ``kind``; a preview is shown without saving."""
        self._check(request, kind)
        stored = text_of(kind)
        form = TextForm(request.POST or None, initial={"subject": stored.subject, "body": stored.body})
        shown, stale = stored, False
        if request.method == "POST" and form.is_valid():
            try:
                if "preview" in request.POST:
                    shown = mail_templates.checked(kind, form.cleaned_data["subject"], form.cleaned_data["body"])
                else:
                    mail_templates.edit(
                        kind=kind,
                        subject=form.cleaned_data["subject"],
                        body=form.cleaned_data["body"],
                        shown=request.POST.get(SHOWN, ""),
                        by=person_of(request),
                        at=timezone.now(),
                    )
                    messages.success(request, f"已保存“{MailKind(kind).label}”的模板。")
                    return HttpResponseRedirect(request.path)
            except WrongText as wrong:
                for field, sentence in wrong.problems:
                    form.add_error(field, sentence)
            except StaleVersion as refusal:
                stale = True
                form.add_error(None, str(refusal))
            except Refusal as refusal:
                form.add_error(None, str(refusal))
        row = MailTemplate.objects.filter(kind=kind).first()
        context = self._context(
            request,
            title=MailKind(kind).label,
            form=form,
            lead=f"{OCCASIONS[MailKind(kind)]}生成。",
            placeholders=mail_texts.placeholders_of(kind),
            preview=mail_texts.example(kind, shown),
            is_preview="preview" in request.POST and not form.errors,
            stored=stored if stale else None,
            shown_name=SHOWN,
            # What was shown first stays so through previews and mistakes, until the other text was shown as well.
            shown_digest=digest_of(stored) if stale or request.method != "POST" else request.POST.get(SHOWN, ""),
            reset_url=reverse("admin:platforms_mailtemplate_reset", args=(kind,)) if row else "",
            history_url=reverse("admin:platforms_mailtemplate_history", args=(row.pk,)) if row else "",
        )
        return TemplateResponse(request, "admin/platforms/mailtemplate/text.html", context)

    def reset_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Ask, then let the built-in text hold again."""
        self._check(request, kind)
        back = reverse("admin:platforms_mailtemplate_text", args=(kind,))
        label = MailKind(kind).label
        if request.method == "POST":
            shown, person = request.POST.get(SHOWN, ""), person_of(request)
            self.run(
                request,
                lambda: mail_templates.reset(kind=kind, shown=shown, by=person, at=timezone.now()),
                f"“{label}”已恢复内置文本。",
            )
            return HttpResponseRedirect(back)
        built_in = mail_texts.BUILT_IN[kind]
        return self.confirm_page(
            request,
            title="恢复内置文本",
            what=f"将把“{label}”的标题和正文恢复为内置文本，现在的文本不再使用，可在审计记录中查到。",
            effects=[f"恢复后的标题：{built_in.subject}", "已经生成的邮件不变。"],
            verb="恢复内置文本",
            hidden=[{"name": SHOWN, "value": digest_of(text_of(kind))}],
            cancel_url=back,
        )

    def _check(self, request: HttpRequest, kind: str) -> None:
        if not self.may(request, "change"):
            raise PermissionDenied
        if kind not in MailKind.values:
            raise Http404

    def _context(self, request: HttpRequest, *, title: str, **more: Any) -> dict[str, Any]:
        request.current_app = self.admin_site.name
        return {**self.admin_site.each_context(request), "opts": self.model._meta, "title": title, **more}
