"""The back office for rows that have a scope: what a person may not see does not exist, at any door of the admin."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import NestedObjects, flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import models, router, transaction
from django.db.models import Q, Value
from django.db.models.functions import Replace
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from platforms.backoffice.fresh import SHOWN, FreshForm, ServiceForm, digest_of_rows
from platforms.backoffice.history import AuditedAdmin
from platforms.backoffice.list_files import ListFiles
from platforms.backoffice.lists import PersonalList
from platforms.backoffice.scoped import CHOOSE, ScopedForms, ScopedInline, field_at, is_column
from platforms.backoffice.waiting import WaitingFilter
from platforms.errors import Refusal, StaleVersion
from platforms.notices.clauses import activate
from platforms.rounds.queries.rounds import notice_of
from platforms.waiting import PARAMETER

__all__ = ["MOST_SELECTED", "ReadOnlyAdmin", "ScopedAdmin", "ScopedInline", "ServiceAdmin"]

#: Most rows that one action takes at once.
MOST_SELECTED = 1_000
#: Most words of one search; each costs a condition per searched field.
MOST_WORDS = 8
#: A number is looked for without its dashes too where so many characters of it are given.
LEAST_BARE = 5
ROWS_PER_PAGE = 50
#: Where a request keeps the sentence of the service that refused its form.
REFUSAL = "_refusal"
#: Names what a page showed of its row when a button was pressed; see :meth:`ScopedAdmin.version_of`.
SEEN = "seen"
STALE = "您打开页面之后，内容已有变动，本次操作未执行。请查看最新内容后再办理。"
#: Where a request keeps the rows that were read by their keys.
_READ = "_rows_read"


class ScopedAdmin(PersonalList, ListFiles, ScopedForms, AuditedAdmin):
    """A ``ModelAdmin`` that knows scope, writes audit events, and does what services say.

    Subclasses list their columns and filters as usual. ``list_filter`` is also the list of what may be asked for in the
    address: any other lookup is a 400.
    """

    list_per_page = ROWS_PER_PAGE
    list_max_show_all = ROWS_PER_PAGE
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    save_on_top = False
    view_on_site = False
    form: type[forms.ModelForm] = FreshForm
    change_form_template = "admin/platforms/record_form.html"
    #: What the page of one row reads with it.
    record_select_related: Sequence[str] = ()

    @property
    def media(self) -> forms.Media:
        """Return the scripts of Django's pages but the one that counts rows (static/js/selection.js does it)."""
        scripts: list[str] = super().media._js  # type: ignore[attr-defined]
        return forms.Media(js=[each for each in scripts if not str(each).endswith("/actions.js")])

    # Rows --------------------------------------------------------------------------------------------------------

    def get_action_choices(self, request: HttpRequest, default_choices: Any = (("", CHOOSE),)) -> list[tuple[str, str]]:
        return super().get_action_choices(request, list(default_choices))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "add")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "view")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        names_one = request.resolver_match is not None and "object_id" in request.resolver_match.kwargs
        return rows.select_related(*self.record_select_related) if names_one and self.record_select_related else rows

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        # One look at a row is enough to show it: what a page read of it, and of what hangs on it, serves its parts too.
        read: dict[Any, Any] = request.__dict__.setdefault(_READ, {})
        key = (type(self), object_id, from_field)
        if request.method in ("GET", "HEAD") and key in read:
            return read[key]
        found = read[key] = super().get_object(request, object_id, from_field)
        if found is None:
            return None
        request.__dict__.setdefault("_rows_seen", {})[(type(found), found.pk)] = True
        if request.method == "POST" and transaction.get_connection().in_atomic_block:
            # Two who save at once: the second one waits here and then finds its page out of date.
            self.model._default_manager.select_for_update().filter(pk=found.pk).values_list("pk").first()
            found = super().get_object(request, object_id, from_field)
        activate(ask=lambda: notice_of(found))
        return found

    def visible_or_404(self, request: HttpRequest, object_id: str) -> Any:
        """Return the row, or raise ``Http404`` alike for what is not there and what is somebody else's."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, unquote(str(object_id)))
        if found is None:
            raise Http404
        return found

    def check_may(self, request: HttpRequest, verb: str) -> None:
        """Raise ``PermissionDenied`` unless the person holds ``verb`` on this model."""
        if not self.may(request, verb):
            raise PermissionDenied

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        raise Http404

    # Lists -------------------------------------------------------------------------------------------------------

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Return the filters; those over rows offer only what occurs among the rows that the person sees."""
        found = [self._scoped_filter(spec) for spec in super().get_list_filter(request)]
        return [WaitingFilter, *found] if PARAMETER in request.GET else found

    def _scoped_filter(self, spec: Any) -> Any:
        if not isinstance(spec, str):
            return spec
        field = field_at(self.model, spec)
        return (spec, admin.RelatedOnlyFieldListFilter) if field is not None and field.is_relation else spec

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Allow what the filters on the page can ask for, and nothing else (no ``__regex``, no hidden columns)."""
        filters = self.get_list_filter(request) if request is not None else self.list_filter
        allowed: set[str] = set()
        spec: Any
        for spec in filters:
            if isinstance(spec, type):
                allowed.add(str(getattr(spec, "parameter_name", "")))
                continue
            name = spec[0] if isinstance(spec, (tuple, list)) else str(spec)
            allowed |= {name, *(f"{name}__{part}" for part in ("exact", "isnull", "gte", "lt", "id__exact"))}
            field = field_at(self.model, name)
            if field is not None and field.is_relation:
                allowed.add(f"{name}__{field.target_field.name}__exact")
        if self.date_hierarchy:
            allowed |= {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day", "gte", "lt")}
        return lookup in allowed

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        """Return the rows in which each word occurs: in a searched field (:meth:`searched_fields`), or in a number or
        code as it is written without dashes."""
        fields = self.searched_fields(request)
        numbers = {f"_bare{place}": name for place, name in enumerate(fields) if name.endswith(("number", "code"))}
        if not fields:
            return queryset, False
        for word in " ".join(search_term.replace("\x00", " ").split()[:MOST_WORDS])[:100].split():
            found = Q()
            for name in fields:
                found |= Q(**{f"{name}__icontains": word})
            if len(word) >= LEAST_BARE and word.isascii() and word.isalnum() and any(map(str.isdigit, word)):
                for bare, name in numbers.items():
                    queryset = queryset.alias(**{bare: Replace(name, Value("-"), Value(""))})
                    found |= Q(**{f"{bare}__icontains": word})
            queryset = queryset.filter(found)
        return queryset, False

    def searched_fields(self, request: HttpRequest) -> list[str]:
        """Return what a search looks at: ``search_fields``, and of the site of a row its region and its pinyin."""
        fields = list(self.get_search_fields(request))
        if fields and self.site_path is not None:
            more = (self.at_site(name) for name in ("region__name", "search_text", "town__search_text", "pinyin"))
            fields += [name for name in more if name not in fields and field_at(self.model, name) is not None]
        return fields

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def response_action(self, request: HttpRequest, queryset: models.QuerySet, *args: Any) -> HttpResponse | None:
        chosen = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
        across = request.POST.get("select_across") == "1"
        if len(chosen) > MOST_SELECTED or (across and queryset[: MOST_SELECTED + 1].count() > MOST_SELECTED):
            messages.error(request, f"一次最多处理 {MOST_SELECTED:,} 条，请先筛选，分批处理。")
            return HttpResponseRedirect(request.get_full_path())
        if not all(pk.isascii() and pk.isdigit() and len(pk) < 19 for pk in chosen):
            messages.error(request, "选中的记录无效，请刷新页面后重新选择。")
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset, *args)

    # One row -----------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(made, FreshForm):
            made.refusal = request.__dict__.get(REFUSAL)
        # Asked for without a list of fields, Django only wants to know which fields there are.
        if obj is not None and kwargs.get("fields") is not None and issubclass(made, FreshForm):
            made.stored_digest = self.shown_digest(request, obj)
        return made

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form again, as it was sent, where the service that saves it refuses."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refusal as refusal:
            if request.method != "POST" or REFUSAL in request.__dict__:
                raise
            request.__dict__[REFUSAL] = refusal
        page = super().changeform_view(request, *args, **kwargs)
        page.status_code = 409
        return page

    def shown_digest(self, request: HttpRequest, obj: models.Model) -> str:
        """Return the digest of what can be edited on the page of ``obj``, the rows below it included."""
        readonly = set(self.get_readonly_fields(request, obj))
        own = [name for name in flatten_fieldsets(self.get_fieldsets(request, obj)) if name not in readonly]
        rows: list[tuple[models.Model, list[str]]] = [(obj, [name for name in own if is_column(self.model, name)])]
        for inline in self.get_inline_instances(request, obj):
            if not inline.has_change_permission(request, obj):
                continue
            fields = [f.attname for f in inline.model._meta.concrete_fields if f.editable and not f.primary_key]
            key = next(f for f in inline.model._meta.fields if f.remote_field and f.remote_field.model is self.model)
            below = inline.get_queryset(request).filter(**{key.name: obj}).order_by("pk")
            rows += [(row, fields) for row in below]
        return digest_of_rows(rows)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = context.get("original")
        if obj is not None and context.get("adminform") is not None and self.has_change_permission(request, obj):
            form = context["adminform"].form
            context |= {"shown_name": SHOWN, "shown_digest": getattr(form, "stored_digest", "")}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        """Say what hangs on a row by kind and number, never by the titles of other people's rows (T04)."""
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        kinds: Any = collector.model_objs
        counts = {model._meta.verbose_name_plural: len(rows) for model, rows in kinds.items()}
        lacking = {
            model._meta.verbose_name
            for model in kinds
            if not request.user.has_perm(f"{model._meta.app_label}.delete_{model._meta.model_name}")
        }
        protecting = Counter(str(row._meta.verbose_name) for row in collector.protected)
        return [str(obj) for obj in objs], counts, lacking, [f"{kind} {n} 条" for kind, n in protecting.items()]

    # Acts --------------------------------------------------------------------------------------------------------

    def confirm_page(self, request: HttpRequest, *, title: str, what: str, verb: str, **more: Any) -> HttpResponse:
        """Return the page that says what will happen and asks once more; ``more`` as in ``components/confirm.html``."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": title,
            "what": what,
            "verb": verb,
            **more,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/confirm_move.html", context)

    def version_of(self, row: Any) -> str:
        """Return what tells ``row`` from what others make of it later: how often it was saved, where it is counted."""
        return str(getattr(row, "revision", getattr(row, "version", "")))

    def check_as_shown(self, request: HttpRequest, row: Any) -> None:
        """Hold ``row`` and refuse a button of a page that showed an older one, though it may be in the same state.

        Raises:
            StaleVersion: it was saved since.
        """
        seen = request.POST.get(SEEN)
        if seen is not None:
            now = self.model._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
            if self.version_of(now) != seen:
                raise StaleVersion(STALE)

    def run(self, request: HttpRequest, act: Callable[[], Any], done: str = "") -> bool:
        """Call one service; a refusal becomes a message. Returns whether it was done."""
        refused: Refusal | None = None
        try:
            with transaction.atomic():
                try:
                    act()
                except Refusal as refusal:
                    if not refusal.keeps:
                        raise
                    refused = refusal
        except Refusal as refusal:
            refused = refusal
        if refused is not None:
            messages.error(request, str(refused))
            return False
        if done:
            messages.success(request, done)
        return True


class ServiceAdmin(ScopedAdmin):
    """A ``ScopedAdmin`` without inlines whose add and change forms call one service each (:meth:`perform`)."""

    form = ServiceForm

    def perform(self, request: HttpRequest, form: ServiceForm, obj: Any) -> models.Model:
        """Make the call for the valid ``form``; ``obj`` is the row that is changed, None for a new one.

        Raises:
            Refusal: shown above the form.
        """
        raise NotImplementedError

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change=change, **kwargs)
        admin_of_form = self

        class Form(made):  # type: ignore[misc, valid-type]
            def perform(self) -> models.Model:
                return admin_of_form.perform(request, self, obj)

        return Form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Do nothing: the service saved it."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Do nothing: the service wrote the event."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """Do nothing: the service wrote the event."""


class ReadOnlyAdmin(ScopedAdmin):
    """Rows that the back office shows and never edits."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
