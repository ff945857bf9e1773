"""Lists as a person wants them: its columns, their order, and the filters that a list opens with."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import IGNORED_PARAMS, PAGE_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from platforms.accounts.services import list_settings
from platforms.backoffice.scoped import field_at
from platforms.errors import Refusal
from platforms.models import ListSetting, User

#: In the address of a list: show it as it comes, whatever was remembered.
ALL = "all"
_KEPT = "_list_setting"


#: Columns that show what a row is about by its place.
NAMED = ("name", "platform")
#: What a place is read from.
_PLACES = ("region", "town", "park", "former_zone")


class SitesList(ChangeList):
    """A list that reads the places of its rows with them, and whose head marks the columns it is sorted by."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet) -> list[Any]:
        # Django marks the order of the class, also where a list of this request has one of its own.
        self._sorted_by = self.model_admin.get_ordering(request)
        return super().get_ordering(request, queryset)

    def _get_default_ordering(self) -> Any:
        return self._sorted_by or super()._get_default_ordering()  # type: ignore[misc]

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet:
        rows = super().get_queryset(*args, **kwargs)
        of: PersonalList = self.model_admin  # type: ignore[assignment]
        if of.site_path is None:
            return rows
        joined = [at for name in _PLACES if field_at(of.model, at := of.at_site(name)) is not None]
        return rows.select_related(*joined) if joined else rows


class PersonalList(admin.ModelAdmin):
    """A ``ModelAdmin`` whose list each person may set; ``list_more`` are columns offered beside ``list_display``."""

    list_more: Sequence[str] = ()
    #: What rows are counted in, and what an empty list says beside that it is empty.
    list_unit: str = "条"
    list_none: str = ""
    #: The lookup from a row to the platform, application or result that it is about; "" where the row is one, None
    #: where it is about none. The columns :data:`NAMED` of such a list show its place (``platforms.names``).
    site_path: str | None = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ARG002 - Django's
        return SitesList

    def at_site(self, name: str) -> str:
        """Return the lookup of ``name`` of the platform, application or result that a row is about."""
        return f"{self.site_path}__{name}" if self.site_path else name

    @property
    def list_name(self) -> str:
        """What the setting is kept under."""
        return f"{self.model._meta.app_label}.{self.model._meta.model_name}"

    def offered_columns(self) -> list[str]:
        """Return every column that may be shown, those that come by themselves first."""
        return [str(name) for name in (*self.list_display, *self.list_more)]

    def list_setting(self, request: HttpRequest) -> ListSetting | None:
        """Return what the person remembered for this list; looked up once a request."""
        kept: dict[str, Any] = request.__dict__.setdefault(_KEPT, {})
        if self.list_name not in kept:
            mine = ListSetting.objects.filter(user=request.user, list_name=self.list_name)  # type: ignore[misc]
            kept[self.list_name] = mine.first()
        found: ListSetting | None = kept[self.list_name]
        return found

    def get_list_display(self, request: HttpRequest) -> Any:
        setting = self.list_setting(request)
        # A column may have been taken away since it was chosen.
        mine = [name for name in setting.columns if name in self.offered_columns()] if setting else []
        return mine or self.list_display

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        links = super().get_list_display_links(request, list_display)
        if links is None or set(links) & set(list_display):
            return links
        return list(list_display[:1])

    def get_urls(self) -> list:
        name = f"{self.model._meta.app_label}_{self.model._meta.model_name}_settings"
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.settings_view))
        return [path("settings/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method in ("GET", "HEAD") and not request.GET and self.has_view_or_change_permission(request):
            setting = self.list_setting(request)
            if setting and setting.query:
                return HttpResponseRedirect(f"{request.path}?{setting.query}")
        query = _kept_query(request)
        here = reverse(f"admin:{self.list_name.replace('.', '_')}_settings")
        extra = {"settings_url": f"{here}?{query}" if query else here, **(extra_context or {})}
        return super().changelist_view(request, extra)

    def settings_view(self, request: HttpRequest) -> HttpResponse:
        """Offer the columns and the filters of the address; keep them, or forget what was kept."""
        if not self.has_view_or_change_permission(request) or not isinstance(request.user, User):
            raise PermissionDenied
        back = reverse(f"admin:{self.list_name.replace('.', '_')}_changelist")
        refusal = ""
        if request.method == "POST" and "forget" in request.POST:
            list_settings.forget(list_name=self.list_name, by=request.user)
            messages.success(request, "已恢复为默认的列表。")
            return HttpResponseRedirect(back)
        if request.method == "POST":
            try:
                setting = list_settings.remember(
                    list_name=self.list_name,
                    columns=_chosen(request.POST),
                    offered=self.offered_columns(),
                    query=request.POST.get("query", "") if request.POST.get("keep") == "yes" else "",
                    by=request.user,
                )
            except Refusal as refused:
                refusal = str(refused)
            else:
                messages.success(request, "已记住这个列表的设置。")
                return HttpResponseRedirect(f"{back}?{setting.query or f'{ALL}='}")
        return self._settings_page(request, back, refusal)

    def _settings_page(self, request: HttpRequest, back: str, refusal: str) -> HttpResponse:
        setting = self.list_setting(request)
        query = request.POST.get("query", "") if request.method == "POST" else _kept_query(request)
        shown = _chosen(request.POST) if request.method == "POST" else list(self.get_list_display(request))
        hidden = [name for name in self.offered_columns() if name not in shown]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"列表设置：{self.model._meta.verbose_name_plural}",
            "columns": [
                {
                    "name": name,
                    "label": label_for_field(name, self.model, self),
                    "shown": name in shown,
                    "place": place,
                }
                for place, name in enumerate((*shown, *hidden), start=1)
                if name in self.offered_columns()
            ],
            "query": query,
            "keeps": bool(setting and setting.query),
            "is_set": setting is not None,
            "refusal": refusal,
            "back": f"{back}?{query or f'{ALL}='}",
        }
        request.current_app = self.admin_site.name
        status = 409 if refusal else 200
        return TemplateResponse(request, "admin/list_settings.html", context, status=status)


def _chosen(data: QueryDict) -> list[str]:
    """Return the ticked columns in the order of their numbers; what is no number goes last, as it stood."""

    def place(name: str) -> tuple[int, int]:
        text = data.get(f"place-{name}", "")
        return (int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 999, names.index(name))

    names = data.getlist("column")
    return sorted(names, key=place)


def _kept_query(request: HttpRequest) -> str:
    """Return filters, search and order of the address; which page it is, and that all is shown, is not kept."""
    query = request.GET.copy()
    for name in (PAGE_VAR, ALL, "e", "_changelist_filters", *(set(IGNORED_PARAMS) - {"o", "q"})):
        query.pop(name, None)
    return query.urlencode()
