"""Allocation runs in the back office: finance computes, signs and locks; the city reads."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from funding.models import AllocationRun
from funding.readings import COUNT_SWITCHES, SWITCHES
from funding.releases.queries import unreleased
from funding.runs.admin.explaining import ExplainingPages
from funding.runs.admin.form import CapSelect, RunForm, SeenForm, as_typed
from funding.runs.choices import RunStatus
from funding.runs.excel.files import KINDS, as_file, name_of
from funding.runs.queries.applications import applications_of
from funding.runs.queries.frozen import read_once, rows_of
from funding.runs.queries.obstacles import changed_counts, lapsed_check
from funding.runs.queries.sheet import in_wan, sheet_of
from funding.runs.services import runs
from funding.runs.services.sheet import export_sheet
from funding.runs.workflow import RUN
from platforms.backoffice.excel import download
from platforms.backoffice.moves import person_of
from platforms.backoffice.states import badge
from platforms.models import Round, User
from platforms.move_table import Move
from platforms.rounds.choices import RoundStatus
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {
    RunStatus.DRAFT: "neutral",
    RunStatus.CHECKED: "wait",
    RunStatus.SIGNED: "wait",
    RunStatus.LOCKED: "good",
    RunStatus.DISCARDED: "neutral",
}
#: What is read before a run is checked, signed or locked.
CHECK_PAGE = "admin/funding/run_check.html"
#: Stands for a revision that was not posted; no run has it.
NOT_SEEN = 0
READINGS = tuple(switch.name for switch in SWITCHES)
COUNTINGS = tuple(switch.name for switch in COUNT_SWITCHES)


@dataclass(frozen=True)
class Beside:
    """A page of a later room about one run: the end of its address, what leads to it, and its view."""

    slug: str
    label: str
    view: Callable[..., HttpResponse]

    @property
    def url_name(self) -> str:
        return f"funding_allocationrun_{self.slug.replace('-', '_')}"


def _seen(data: Mapping[str, Any]) -> int:
    return data.get("revision") or NOT_SEEN


@admin.register(AllocationRun)
class AllocationRunAdmin(ExplainingPages):
    """Amounts, status and signatures are shown and never edited; each button is one call of one service."""

    #: Filled by ``funding.admin``; a view takes this admin, the request and the key of the run.
    beside: ClassVar[list[Beside]] = []
    workflow = RUN
    move_services = {
        "check": lambda row, by, at, _reason, data: runs.check(run=row, revision=_seen(data), by=by, at=at),
        "sign": lambda row, by, at, _reason, data: runs.sign(run=row, revision=_seen(data), by=by, at=at),
        "lock": lambda row, by, at, _reason, data: runs.lock(run=row, revision=_seen(data), by=by, at=at),
        "send_back": lambda row, by, at, reason, _data: runs.send_back(run=row, reason=reason, by=by, at=at),
        "discard": lambda row, by, at, reason, _data: runs.discard(run=row, reason=reason, by=by, at=at),
    }
    phrases = {"check": "核对 {row}"}
    move_forms = {"check": SeenForm, "sign": SeenForm, "lock": SeenForm}
    state_tones = TONES
    form = RunForm
    add_form_template = "admin/funding/run_add.html"
    change_form_template = "admin/funding/run_page.html"
    list_unit = "次"
    list_display = ("number", "round", "state", "pool", "allocated", "signature", "second_signature", "replaced")
    list_display_links = ("number",)
    list_filter = ("status", "round")
    list_select_related = ("round", "signed_by", "locked_by", "replaces")
    search_fields = ("number",)
    search_help_text = "测算编号"
    ordering = ("-made_at", "-pk")
    actions = None

    # Rows --------------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return (
            super()
            .get_queryset(request)
            .select_related("round", "made_by", "checked_by", "signed_by", "locked_by", "replaces")
        )

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        if isinstance(obj, AllocationRun) and obj.status not in (RunStatus.DRAFT, RunStatus.CHECKED):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> models.QuerySet:
        rows = super().get_field_queryset(db, db_field, request)
        if db_field.name == "round":
            return _countable(rows)
        if db_field.name == "replaces":
            return rows.filter(status=RunStatus.LOCKED).exclude(replacements__status=RunStatus.LOCKED)
        return rows

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "round":
            kwargs["widget"] = CapSelect
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "round":
            field.empty_label, field.help_text = "请选择", "只列出认定结果已公布的年度。"
            field.label_from_instance = lambda round_: f"{round_}（资金上限 {round_.cap_yuan:,} 元）"
        elif db_field.name == "replaces":
            field.empty_label = "不是更正"
            field.help_text = "该年度已有锁定的资金分配时必须选择：原测算保持不变，本测算逐地区说明增减和原因。"
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Propose the latest round that can be counted and its cap; nothing is taken from the address."""
        latest = _countable(Round.objects.visible_to(person_of(request))).order_by("-year").first()
        return {"round": latest.pk, "pool_yuan": as_typed(latest.cap_yuan)} if latest else {}

    # List --------------------------------------------------------------------------------------------------------

    @admin.display(description="状态", ordering="status")
    def state(self, run: AllocationRun) -> SafeString:
        return badge(run.get_status_display(), TONES[run.status])

    @admin.display(description="资金总额（万元）", ordering="pool_yuan")
    def pool(self, run: AllocationRun) -> SafeString:
        return _money(run.pool_yuan)

    @admin.display(description="已分配（万元）", ordering="allocated_yuan")
    def allocated(self, run: AllocationRun) -> SafeString:
        return _money(run.allocated_yuan)

    @admin.display(description="签署", ordering="signed_at")
    def signature(self, run: AllocationRun) -> str:
        return _who_and_when(run.signed_by, run.signed_at)

    @admin.display(description="锁定", ordering="locked_at")
    def second_signature(self, run: AllocationRun) -> str:
        return _who_and_when(run.locked_by, run.locked_at)

    @admin.display(description="被更正的测算")
    def replaced(self, run: AllocationRun) -> str:
        return format_html('<span class="nowrap">{}</span>', run.replaces.number) if run.replaces else ""

    # One run -----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.sheet_view)
        others = [
            path(
                f"<int:object_id>/{each.slug}/",
                self.admin_site.admin_view(partial(each.view, self)),
                name=each.url_name,
            )
            for each in self.beside
        ]
        # An address for each kind, so that the table of who may do what has a line for each.
        files = [
            path(f"<int:object_id>/sheet/{kind}/", view, {"kind": kind}, name="funding_allocationrun_sheet")
            for kind in KINDS
        ]
        return [*files, *others, *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list:
        own = ["pool_yuan"] if obj is not None else ["round", "replaces", "pool_yuan"]
        return [
            ("资金", {"fields": own}),
            ("口径", {"fields": list(READINGS)}),
            ("申报数的口径", {"fields": list(COUNTINGS)}),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = dict(extra_context or {})
        if request.method != "POST":
            context |= self.page_context(request, self.visible_or_404(request, object_id))
        return super().change_view(request, object_id, form_url, context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        run = context.get("original")
        if isinstance(run, AllocationRun) and "sheet" not in context:
            # The form was refused and holds what was typed; the sheet shows what is stored.
            context |= self.page_context(request, AllocationRun.objects.get(pk=run.pk))
        return super().render_change_form(request, context, *args, **kwargs)

    @read_once()
    def page_context(self, request: HttpRequest, run: AllocationRun) -> dict[str, Any]:
        """Return what the page of ``run`` shows beside the form."""
        may_export = request.user.has_perm("funding.export_allocationrun")
        sheet = sheet_of(run)
        return {
            "sheet": sheet,
            "applications": applications_of(run, sheet.items, person_of(request)),
            "lapsed": lapsed_check(run),
            "title": run.number,
            "subtitle": None,
            "region": str(run.round),
            "may_recalculate": self.has_change_permission(request, run),
            "beside": [(each.label, reverse(f"admin:{each.url_name}", args=(run.pk,))) for each in self.beside],
            "exports": [(kind.label, self.sheet_url(run, name)) for name, kind in KINDS.items()] if may_export else [],
            "dead_signature": run.status == RunStatus.SIGNED
            and run.signed_by is not None
            and not runs.signature_counts(run.signed_by),
            "own_signature": run.status == RunStatus.SIGNED and run.signed_by_id == request.user.pk,
            "changed_since": changed_counts(run, rows_of(run)) if run.status == RunStatus.LOCKED else [],
            "release": getattr(run, "release", None),
            "replacements": list(run.replacements.exclude(status=RunStatus.DISCARDED)),
        }

    def save_model(self, request: HttpRequest, obj: AllocationRun, form: Any, change: bool) -> None:
        by, at = person_of(request), timezone.now()
        pool, how = form.cleaned_data["pool_yuan"], {"reading": form.reading(), "counting": form.counting()}
        if change:
            done = runs.recalculate(run=obj, pool_yuan=pool, revision=obj.revision, by=by, at=at, **how)
        else:
            done = runs.make_run(
                round=form.cleaned_data["round"],
                pool_yuan=pool,
                **how,
                replaces=form.cleaned_data.get("replaces"),
                by=by,
                at=at,
            )
        obj.__dict__.update(done.__dict__)

    def _record(self, request: HttpRequest, verb: str, obj: models.Model, changes: Any) -> None:
        """Leave the audit event to the service."""

    def response_add(
        self, request: HttpRequest, obj: AllocationRun, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(request, f"已完成测算{obj}，请核对。")
        return HttpResponseRedirect(self.page_url(obj))

    def response_change(self, request: HttpRequest, obj: AllocationRun) -> HttpResponse:
        messages.success(request, f"已重新测算{obj}，请核对。")
        return HttpResponseRedirect(self.page_url(obj))

    def shown_digest(self, request: HttpRequest, obj: Any) -> str:
        """Return what the page showed, the status with it: a check is not undone by who has not seen it."""
        return f"{super().shown_digest(request, obj)}-{obj.status}"

    # Moves -------------------------------------------------------------------------------------------------------

    def buttons(self, request: HttpRequest, row: AllocationRun) -> list[dict[str, Any]]:
        """Return the moves of this person: only the drafter checks, another one signs, who signed does not lock."""
        found = super().buttons(request, row)
        mine = row.made_by_id == request.user.pk
        closed = {
            "check": not mine,
            "sign": mine,
            "lock": row.signed_by_id == request.user.pk,
        }
        urls = {self.move_url(row, RUN.move(name)) for name, is_closed in closed.items() if is_closed}
        offered = [button for button in found if button["url"] not in urls]
        if request.user.has_perm("funding.release_allocationrun") and unreleased().filter(pk=row.pk).exists():
            url = reverse("admin:funding_allocationrelease_release", args=(row.pk,))
            offered.append({"label": "公布分配结果", "url": url, "kind": "main"})
        return sorted(offered, key=lambda button: ("main", "plain", "danger").index(button["kind"]))

    def move_kind(self, move: Move, *, first: bool) -> str:
        return {"sign": "main", "lock": "main", "discard": "danger"}.get(move.name, "plain")

    def move_view(self, request: HttpRequest, object_id: int, move_name: str) -> HttpResponse:
        """Show inputs, sums and warnings before a run is checked, signed or locked.

        Where a signature was refused because an input changed, the check no longer stands: the page of the run says so.
        """
        response = super().move_view(request, object_id, move_name)
        if not isinstance(response, TemplateResponse) or response.context_data is None:
            return response
        shown = response.context_data
        run: AllocationRun = shown["row"]
        if run.status not in RUN.move(move_name).sources:
            return HttpResponseRedirect(self.page_url(run))
        form = shown["form"]
        if isinstance(form, SeenForm):
            form.initial["revision"] = run.revision
            response.template_name = CHECK_PAGE
            sheet = sheet_of(run)
            response.context_data = shown | {
                "sheet": sheet,
                "applications": applications_of(run, sheet.items, person_of(request)),
                "left_yuan": run.round.cap_yuan - run.pool_yuan,
            }
        return response

    def move_what(self, row: AllocationRun, move: Move) -> str:
        count = row.rows.filter(region__isnull=False).count()
        money = f"资金总额{row.pool_yuan:,}元，{count}个地区合计分配{row.allocated_yuan:,}元"
        if row.unallocated_yuan:
            money += f"，未分配{row.unallocated_yuan:,}元"
        return {
            "check": f"核对{row.round}资金分配{row.number}：{money}。核对无误后，由另一位财政人员签署。",
            "sign": f"将签署{row.round}资金分配{row.number}：{money}。签署后由您以外的财政人员锁定。",
            "lock": f"将锁定{row.round}资金分配{row.number}：{money}。",
            "send_back": f"将把{row.round}资金分配{row.number}退回重新测算，已有的核对和签署作废。",
            "discard": f"将作废{row.round}资金分配{row.number}：{money}。",
        }[move.name]

    def move_effects(self, request: HttpRequest, row: AllocationRun, move: Move) -> list[str]:
        if move.name == "lock":
            names = "、".join(row.rows.filter(region__isnull=False).order_by("code").values_list("label", flat=True))
            return [
                f"涉及地区：{names}。",
                "锁定后申报数、档次、口径和金额都不能再修改或删除；更正须另建测算，并逐地区说明增减和原因。",
                "锁定不公布结果；公布分配结果须另行办理。",
                f"校验值：{row.digest}",
            ]
        if move.name == "discard":
            return ["作废后不能恢复，内容仍可查看。"]
        return []

    # Addresses and files -----------------------------------------------------------------------------------------

    def page_url(self, run: AllocationRun) -> str:
        return reverse("admin:funding_allocationrun_change", args=(run.pk,))

    def sheet_url(self, run: AllocationRun, kind: str) -> str:
        return reverse("admin:funding_allocationrun_sheet", kwargs={"object_id": run.pk, "kind": kind})

    def sheet_view(self, request: HttpRequest, object_id: int, kind: str) -> HttpResponse:
        """Send the sheet as a file (POST: each export is one audit event)."""
        run = self.visible_or_404(request, str(object_id))
        if not request.user.has_perm("funding.export_allocationrun"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        label = KINDS[kind].label
        sheet = export_sheet(run=run, kind=label, by=person_of(request), at=timezone.now())
        return download(as_file(sheet, kind), name_of(run, kind), KINDS[kind].ending)


def _countable(rounds: models.QuerySet) -> models.QuerySet:
    """Return those that can be allocated: published, and not taken over from before this system without counts."""
    return rounds.filter(status=RoundStatus.PUBLISHED).exclude(publication__taken_over=True)


def _money(yuan: int) -> SafeString:
    return format_html('<span class="money">{}</span> <span class="muted small nowrap">{} 元</span>', in_wan(yuan),
                       f"{yuan:,}")  # fmt: skip


def _who_and_when(person: User | None, at: datetime | None) -> str:
    return f"{person.name} {timezone.localdate(at).isoformat()}" if person and at else ""
