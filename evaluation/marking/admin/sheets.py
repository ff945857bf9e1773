"""The sheets of those who judge: what a county, an assessor and the city see of them, filled and handed in."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from evaluation.marking.admin.grid import GridPages
from evaluation.marking.admin.subjects import JudgeSheet, Subject, judge_sheets
from evaluation.marking.choices import SheetStatus
from evaluation.marking.queries.blindness import readable
from evaluation.marking.queries.neighbours import fillable
from evaluation.marking.services import sheets
from evaluation.marking.workflow import SHEET
from evaluation.models import Sheet
from platforms.applications.choices import ApplicationStatus
from platforms.backoffice.base import MOST_SELECTED
from platforms.backoffice.moves import MoveButtons, person_of
from platforms.backoffice.states import badge
from platforms.backoffice.waiting import WaitingFilter
from platforms.choices import Role
from platforms.models import User
from platforms.move_table import Move
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {"open": "wait", "handed_in": "good"}
#: So many names stand on the page that asks before all sheets are handed in.
NAMED = 30


def _reopen(row: Sheet, by: User, at: datetime, reason: str, _: Mapping[str, Any]) -> Sheet:
    return sheets.reopen_sheet(sheet=row, reason=reason, by=by, at=at)


@admin.register(Sheet)
class SheetAdmin(GridPages, MoveButtons):
    workflow = SHEET
    # A sheet is handed in on its own page, or all of them on one.
    move_services = {"reopen": _reopen}
    state_tones = TONES
    finish_label = "提交"
    finished = "已提交"
    change_list_template = "admin/evaluation/sheet_list.html"
    site_path = "assessment__application"
    list_unit = "份"
    list_display = (
        *("number", "name", "state", "region", "kind_label", "judge_name", "self_run", "given_points", "handed_in_at"),
    )
    list_display_links = ("number",)
    list_filter = ("assessment__evaluation__round", "kind", "status", "assessment__application__region")
    search_fields = ("assessment__application__number", "assessment__application__name")
    search_help_text = "申报编号、名称或拼音首字母"
    ordering = ("-assessment__evaluation__round__year", "assessment__application__number", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        # What was withdrawn after acceptance is no longer judged.
        rows = super().get_queryset(request).filter(assessment__application__status=ApplicationStatus.ACCEPTED)
        reads = readable(Sheet.objects.filter(pk=OuterRef("pk")), person_of(request))
        shown: QuerySet = rows.annotate(reads=Exists(reads)).select_related(
            "judge",
            "assessment__application__region",
            "assessment__evaluation__round",
            "assessment__evaluation__scheme",
        )
        return shown

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        own = "assessment__evaluation__round", "status"
        shown = self.list_filter if person_of(request).role == Role.CITY else own
        return [each for each in super().get_list_filter(request) if each is WaitingFilter or _field(each) in shown]

    def get_list_display(self, request: HttpRequest) -> Any:
        hidden = () if person_of(request).role == Role.CITY else ("judge_name", "self_run")
        return tuple(name for name in super().get_list_display(request) if name not in hidden)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def audit_code(self, obj: Any) -> str:
        return str(obj.assessment.application.number)

    # Columns -----------------------------------------------------------------------------------------------------

    @admin.display(description="申报编号", ordering="assessment__application__number")
    def number(self, row: Sheet) -> str:
        return row.assessment.application.number

    @admin.display(description="平台名称", ordering="assessment__application__name")
    def name(self, row: Sheet) -> str:
        return row.assessment.application.name

    @admin.display(description="地区", ordering="assessment__application__region__code")
    def region(self, row: Sheet) -> str:
        found = row.assessment.application.region
        return found.name if found else "市级"

    @admin.display(description="评分表", ordering="kind")
    def kind_label(self, row: Sheet) -> str:
        return str(row.get_kind_display())

    @admin.display(description="评分人", ordering="judge__name")
    def judge_name(self, row: Sheet) -> str:
        return row.judge.name if row.judge else "—"

    @admin.display(description="县级自行运营", ordering="runs_itself")
    def self_run(self, row: Sheet) -> str:
        return "是" if row.runs_itself else ""

    @admin.display(description="状态", ordering="status")
    def state(self, row: Sheet) -> SafeString:
        return badge(row.get_status_display(), TONES[row.status])

    # No order by it: that would tell what the column hides.
    @admin.display(description="得分")
    def given_points(self, row: Any) -> Any:
        return row.points if row.reads and row.points is not None else "—"

    # The sheet ---------------------------------------------------------------------------------------------------

    def grid_rows(self, request: HttpRequest) -> QuerySet:
        return fillable(self.get_queryset(request), person_of(request))

    def to_evaluation(self) -> str:
        return "assessment__evaluation"

    def subjects(self, request: HttpRequest, rows: list[Any]) -> dict[int, Subject]:
        return judge_sheets(rows, person_of(request))

    def subject_of(self, request: HttpRequest, object_id: str) -> JudgeSheet:
        row = self.visible_or_404(request, object_id)
        if not row.reads:
            raise PermissionDenied("该平台的评分表尚未全部提交，提交后方可查看。")
        return JudgeSheet(row, person_of(request))

    def may_settle(self, request: HttpRequest) -> bool:
        return request.user.has_perm("evaluation.fill_sheet")

    def told(self, row: Any) -> str:
        points = "" if row.points is None else f"，得分 {row.points} 分"
        return f"{row.assessment.application.number}{points}"

    def sheet_extras(self, request: HttpRequest, subject: Any, posted: Mapping[str, Any] | None) -> dict[str, Any]:
        row: Sheet = subject.row
        return {
            "eyebrow": row.get_kind_display() + (f"：{row.judge.name}" if row.judge else ""),
            "state_label": self.state_label(row),
            "state_tone": TONES[row.status],
            "moves": self.buttons(request, row),
            "note": row.note,
            "runs_itself": row.runs_itself and person_of(request).role == Role.CITY,
        }

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what happened to a sheet to those who may read what it holds."""
        self.subject_of(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        own = row.judge_id == person_of(request).pk and row.status == SheetStatus.OPEN
        declare = reverse("admin:evaluation_conflict_declare", args=(row.pk,))
        more = [{"label": "申请回避", "url": declare, "kind": "plain"}] if own else []
        return [*super().buttons(request, row), *more]

    def move_kind(self, move: Move, *, first: bool) -> str:
        return "plain"

    # All at once -------------------------------------------------------------------------------------------------

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.hand_in_view)
        return [path("hand-in/", view, name="evaluation_sheet_hand_in"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        person = person_of(request)
        urls = {}
        if person.role != Role.CITY and self.may_settle(request):
            urls = {"grid_url": self.own_url("grid"), "hand_in_url": self.own_url("hand_in")}
        return super().changelist_view(request, urls | (extra_context or {}))

    def hand_in_view(self, request: HttpRequest) -> HttpResponse:
        """Say which sheets would be handed in and which are not complete (GET), hand in those named (POST)."""
        if not self.may_settle(request):
            raise PermissionDenied
        person, back = person_of(request), reverse("admin:evaluation_sheet_changelist")
        rows = fillable(self.get_queryset(request), person).filter(status=SheetStatus.OPEN)
        ready: list[Sheet] = []
        lacking: list[Sheet] = []
        for row in rows.order_by("assessment__application__number")[:MOST_SELECTED]:
            subject = JudgeSheet(row, person)
            if subject.writes:
                (lacking if subject.outcome.missing or subject.gaps else ready).append(row)
        if request.method == "POST":
            named = {f"{row.pk}:{row.revision}": row for row in ready}
            shown = request.POST.getlist("shown")
            if not shown or set(shown) - set(named):
                messages.error(request, "未提交：评分表在您打开之后已有变动，请重新核对。")
                return HttpResponseRedirect(back)
            chosen = [named[each] for each in shown]
            self.run(
                request,
                lambda: sheets.hand_in_all(sheets=chosen, by=person, at=timezone.now()),
                f"已提交 {len(chosen)} 份评分表。",
            )
            return HttpResponseRedirect(back)
        if not ready:
            messages.error(request, "尚无评分表填写完整，请先逐份填写。")
            return HttpResponseRedirect(back)
        names = "、".join(row.assessment.application.name for row in lacking[:NAMED])
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "全部提交",
            "what": f"将提交 {len(ready)} 份评分表，提交后不能修改。",
            "warning": f"另有 {len(lacking)} 份未填完，不在其内：{names}。" if lacking else "",
            "names": [f"{row.assessment.application.name}（{row.points or 0} 分）" for row in ready[:NAMED]],
            "names_total": len(ready),
            "hidden": [{"name": "shown", "value": f"{row.pk}:{row.revision}"} for row in ready],
            "verb": f"提交 {len(ready)} 份评分表",
            "cancel_url": back,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/confirm_move.html", context)


def _field(spec: Any) -> str:
    return str(spec[0] if isinstance(spec, (tuple, list)) else spec)
