"""The one login of desk and back office; every try is written to the audit log."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from ningbo_windows.rail import FILING
from platforms.accounts.services.failure_log import record_failure
from platforms.audit.services import audit
from platforms.client_address import request_address
from platforms.limits import Limiter
from platforms.models import User
from platforms.roles import permissions_of
from platforms.turning_away import in_words, too_often, wait_for

#: Wrong logins of one address, whatever names were tried; logins that succeed do not count.
tries = Limiter("logins", lambda: settings.LOGIN_FAILURES_PER_ADDRESS, seconds=15 * 60)
#: Wrong old passwords of one account, from wherever.
old_passwords = Limiter("old passwords", lambda: settings.PASSWORD_FAILURES, seconds=15 * 60)


class LoginForm(AuthenticationForm):
    """Name and password; the same sentence for every way to be wrong."""

    error_messages = {
        "invalid_login": "账号或密码不正确，请核对后重试。连续 5 次错误将暂时锁定。",
        "inactive": "账号或密码不正确，请核对后重试。连续 5 次错误将暂时锁定。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "账号"
        self.fields["password"].label = "密码"

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()


def first_page(user: User) -> str:
    """Return where work begins for ``user``: the desk for who only files, the back office for the others."""
    return reverse(FILING.view) if FILING.is_for(user) else reverse("admin:index")


class OfficeLoginView(LoginView):
    """Log in, to the page that was asked for or to where this person's work begins."""

    form_class = LoginForm
    template_name = "admin/login.html"
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        user = self.request.user
        return first_page(user) if isinstance(user, User) else settings.LOGIN_REDIRECT_URL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles = demo_people() if settings.DEMO else []
        return super().get_context_data(**kwargs) | {"title": "登录", "demo_people": roles}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Try name and password, unless this address was wrong too often: then the right ones are refused too."""
        seconds = wait_for(tries)
        if seconds:
            record_failure(verb="登录过于频繁", at=timezone.now())
            reason = f"本网络地址的登录失败次数过多，请约 {in_words(seconds)}后再试；忘记密码请联系安全管理员重置。"
            return too_often(request, "登录", seconds, reason=reason)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        tries.give_back(request_address.get())
        with transaction.atomic():
            response = super().form_valid(form)
            audit.record(verb="登录", by=form.get_user(), at=timezone.now())
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        name = str(form.data.get("username", ""))[:40].replace("\x00", "")
        record_failure(verb="登录失败", at=timezone.now(), actor=name)
        return super().form_invalid(form)


class OfficePasswordChangeView(PasswordChangeView):
    """Change the own password; all other sessions of the account end with it."""

    template_name = "registration/password_change_form.html"
    success_url = reverse_lazy("admin:password_change_done")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"title": "修改密码"}

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Change it, unless the old one was wrong too often: whoever found a session open must not guess on."""
        account = str(request.user.pk)
        seconds = old_passwords.wait(account)
        if seconds:
            reason = f"原密码连续填写错误，请约 {in_words(seconds)}后再试；忘记密码请联系安全管理员重置。"
            return too_often(request, "修改密码", seconds, reason=reason)
        form = self.get_form()
        if form.is_valid() or not form.has_error("old_password", "password_incorrect"):
            old_passwords.give_back(account)
        else:
            record_failure(verb="修改密码失败", by=form.user, at=timezone.now(), reason="原密码不正确")
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            form.user.must_change_password = False
            response = super().form_valid(form)
            audit.record(verb="修改密码", by=form.user, at=timezone.now(), target=form.user, code=form.user.username)
        return response


def demo_people() -> list[User]:
    """Return the accounts that the demo's login page offers: who may do most first, the counties by code."""
    people = get_user_model().objects.select_related("region").filter(is_active=True)
    return sorted(people, key=lambda p: (-len(permissions_of(p.role)), p.region.code if p.region else "", p.username))


@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Log in as one of the demo's people without a password; exists in the demo only."""
    if not settings.DEMO:
        raise Http404
    person = User.objects.filter(username=request.POST.get("username", ""), is_active=True).first()
    if person is None:
        raise Http404
    logout(request)
    login(request, person, backend="ningbo_windows.backends.RoleBackend")
    audit.record(verb="登录", by=person, at=timezone.now(), reason="演示环境选择角色")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = first_page(person)
    return HttpResponseRedirect(target)


@require_POST
def logout_view(request: HttpRequest) -> HttpResponse:
    """End the session; the old cookie is dead at once."""
    if isinstance(request.user, User):
        audit.record(verb="退出", by=request.user, at=timezone.now())
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)
