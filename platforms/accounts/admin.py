"""Accounts, for the security administrator: made, given a role, switched off; never deleted."""

# ruff: noqa: ARG002 - the signatures are Django's

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from platforms.accounts.excel import UserResource
from platforms.accounts.services import accounts
from platforms.backoffice.base import ServiceAdmin
from platforms.backoffice.excel import ExcelAdmin
from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import person_of
from platforms.errors import Refusal
from platforms.models import User
from platforms.one_use import shown_once

HELP = {
    "region": "仅县级经办需要选择。",
    "employer": "评审员必填，用于核对回避；其他角色不填。",
    "employer_code": "评审员工作单位的 18 位代码，选填，用于核对回避。",
}


@admin.register(User)
class UserAdmin(ServiceAdmin, ExcelAdmin):
    resource = UserResource
    list_unit = "个"
    list_display = ("username", "name", "role", "region", "is_active", "first_password", "last_login")
    list_filter = ("role", "is_active", "region")
    list_select_related = ("region",)
    search_fields = ("username", "name")
    search_help_text = "账号或姓名"

    @admin.display(description="密码", ordering="must_change_password")
    def first_password(self, obj: User) -> str:
        return "初始密码，首次登录须修改" if obj.must_change_password else "已由本人修改"

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/reset-password/", wrap(self.reset_view), name="platforms_user_reset_password"),
            path("<int:object_id>/unlock/", wrap(self.unlock_view), name="platforms_user_unlock"),
            *super().get_urls(),
        ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("username", "name", "role", "region", "employer", "employer_code", "phone")
        return (
            *("username", "name", "role", "region", "employer", "employer_code", "phone"),
            *("is_active", "first_password", "last_login"),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("username", "first_password", "last_login") if obj else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in HELP:
            field.help_text = HELP[db_field.name]
        return field

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def perform(self, request: HttpRequest, form: ServiceForm, obj: User | None) -> User:
        data, by, at = form.cleaned_data, person_of(request), timezone.now()
        if obj is not None:
            values = {name: data[name] for name in accounts.CHANGED}
            return accounts.change_account(account=obj, values=values, by=by, at=at)
        made, password = accounts.create_account(
            username=data["username"],
            name=data["name"],
            role=data["role"],
            region=data["region"],
            phone=data["phone"],
            employer=data["employer"],
            employer_code=data["employer_code"],
            by=by,
            at=at,
        )
        request.__dict__["_first_password"] = password
        return made

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._password_page(request, obj, request.__dict__["_first_password"], "账号已建立")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        account = self.visible_or_404(request, object_id)
        moves = []
        if self.has_change_permission(request, account):
            if account.pk != request.user.pk:
                url = reverse("admin:platforms_user_reset_password", args=(account.pk,))
                moves.append({"label": "重置密码", "url": url, "kind": "plain"})
            url = reverse("admin:platforms_user_unlock", args=(account.pk,))
            moves.append({"label": "解除登录锁定", "url": url, "kind": "plain"})
        return super().change_view(request, object_id, form_url, {"moves": moves} | (extra_context or {}))

    def reset_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask, then show the new first password once, on the answer itself and nowhere else."""
        account = self._changeable(request, object_id)
        if request.method == "POST":
            try:
                password = accounts.reset_password(account=account, by=person_of(request), at=timezone.now())
            except Refusal as refusal:
                messages.error(request, str(refusal))
                return HttpResponseRedirect(self._change_url(account))
            return self._password_page(request, account, password, "密码已重置")
        what = (
            f"将为账号“{account.username}”（{account.name}）生成新的初始密码，原密码立即失效，"
            "该账号已登录的页面全部退出。"
        )
        return self.confirm_page(
            request,
            title="重置密码",
            what=what,
            verb="重置密码",
            cancel_url=self._change_url(account),
            row=account,
        )

    def unlock_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask, then lift the lock that failed logins put on the account."""
        account = self._changeable(request, object_id)
        back = self._change_url(account)
        if request.method == "POST":
            by, at = person_of(request), timezone.now()
            self.run(request, lambda: accounts.unlock(account=account, by=by, at=at), "已解除登录锁定。")
            return HttpResponseRedirect(back)
        what = f"将解除账号“{account.username}”（{account.name}）因连续输错密码而受到的登录锁定。"
        return self.confirm_page(
            request, title="解除登录锁定", what=what, verb="解除登录锁定", cancel_url=back, row=account
        )

    def audit_code(self, obj: User) -> str:  # type: ignore[override]
        return obj.username

    def _changeable(self, request: HttpRequest, object_id: int) -> User:
        account: User = self.visible_or_404(request, str(object_id))
        self.check_may(request, "change")
        return account

    def _change_url(self, account: User) -> str:
        return reverse("admin:platforms_user_change", args=(account.pk,))

    def _password_page(self, request: HttpRequest, account: User, password: str, title: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": title,
            "account": account,
            "password": password,
        }
        page = TemplateResponse(request, "admin/platforms/user/first_password.html", context)
        note = "初始密码只显示一次，未记下的请重置密码。"
        return shown_once(page, record=self._change_url(account), note=note)
