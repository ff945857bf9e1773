"""The back office: Django's admin with our login, our frame and what waits for the person on top."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from ningbo_windows import login
from ningbo_windows.office_state import state_for
from ningbo_windows.rail import below_the_rail
from platforms.choices import Role
from platforms.identity import ours
from platforms.models import User
from platforms.pages.charts import Chart
from platforms.rounds.queries.rounds import current_round
from platforms.workbench.agenda import parts
from platforms.workbench.queries.dashboard import Dashboard
from platforms.workbench.queries.todo import todo_for


class BackOffice(AdminSite):
    """One site for all roles; what each sees inside follows from permissions and scope."""

    site_header = ours().programme
    site_title = "窗口平台管理"
    index_title = "待办"
    site_url = "/"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register as Django does, but leave out groups, which this house does not use (roles are a table), and the
        rows of the queue, which are a matter of the machine: people see jobs."""
        models = model_or_iterable if isinstance(model_or_iterable, (list, tuple)) else [model_or_iterable]
        if not {Group, DBTaskResult} & set(models):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        """Leave out the way from any row of any table to its public page: it would tell which rows exist."""
        return [entry for entry in super().get_urls() if getattr(entry, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.is_active

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return login.OfficeLoginView.as_view(extra_context=self.each_context(request) | (extra_context or {}))(request)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ARG002
        return login.logout_view(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context = self.each_context(request) | (extra_context or {})
        return login.OfficePasswordChangeView.as_view(extra_context=context)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the tables in the order of work, without those that stand in the rail; of one application all."""
        found = super().get_app_list(request, app_label)
        if app_label or not isinstance(request.user, User):
            return found
        return below_the_rail(request.user, [table for app in found for table in app["models"]])

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        shown: dict[str, Any] = {}
        if isinstance(request.user, User):
            user, today = request.user, timezone.localdate()
            shown = {"todo": parts(todo_for(user), today), "watched": state_for(user, timezone.now())}
            if user.role in (Role.COUNTY, Role.CITY) and (round_ := current_round()) is not None:
                stands = Dashboard(user, round_, today)
                chart = Chart("types", stands.title, "bars", "份", stands.heads, stands.types, total=True)
                shown |= {"dashboard": stands, "chart": chart}
        return super().index(request, shown | (extra_context or {}))
