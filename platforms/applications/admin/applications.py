"""Applications in the back office: the city's worklist, the whole file on one screen, and the moves."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from platforms import deadlines
from platforms.applications import completeness
from platforms.applications.admin.returns import ReturnMove
from platforms.applications.admin.worklist import WaitingFilter, WorklistActions
from platforms.applications.choices import ApplicationStatus
from platforms.applications.excel.applications import ApplicationResource
from platforms.applications.pages.asks import Asks
from platforms.applications.pages.parts import (
    APPLICATION_TONES,
    history_of,
    kind_of_file,
    last_two,
    notes_of,
    renewal_of,
    state_label,
    versions_of,
    why_no_mail,
)
from platforms.applications.pages.phones import with_phones
from platforms.applications.queries.corrections import check_state, is_overdue
from platforms.applications.queries.findings import about
from platforms.applications.queries.forms import check_code, form_data
from platforms.applications.queries.withdrawal import comes_after
from platforms.applications.queries.wording import label_of, sheets_of
from platforms.applications.queries.worklist import SUBMITTED, WAITING, progress_of
from platforms.applications.services import drafts as applications
from platforms.applications.services import filing
from platforms.applications.services.ownership import is_own
from platforms.applications.workflow import APPLICATION
from platforms.audit.queries import Change, HistoryEntry
from platforms.backoffice.excel import ExportAdmin
from platforms.backoffice.moves import MoveService, person_of
from platforms.backoffice.states import badge
from platforms.choices import PlatformType, Role
from platforms.errors import Refusal
from platforms.masking import PEOPLE, mask_form
from platforms.models import Application, ApplicationMove, ApplicationVersion, Round, StaffMember, User
from platforms.moments import moment
from platforms.move_table import Move
from platforms.pages.files import LARGEST_THUMBNAIL, SHOWN
from platforms.pages.mail_lines import mail_lines
from platforms.pages.queue import kept
from platforms.periodic_reports.services import acceptance
from platforms.rounds.queries.rounds import current_round

#: Labels of the history whose values name people; the rows of the team are not shown at all.
PEOPLE_BY_LABEL = {label_of(name): mask for name, mask in PEOPLE.items()}
TEAM = str(StaffMember._meta.verbose_name)


@admin.register(Application)
class ApplicationAdmin(WorklistActions, ReturnMove, ExportAdmin):
    workflow = APPLICATION
    resource = ApplicationResource
    move_services: ClassVar[Mapping[str, MoveService]] = {
        "accept": lambda row, by, at, _reason, _data: acceptance.accept(application=row, by=by, at=at),
        "return": lambda row, by, at, reason, _data: filing.return_for_correction(
            application=row, reason=reason, by=by, at=at
        ),
        "withdraw": lambda row, by, at, reason, _data: acceptance.withdraw(
            application=row, reason=reason, by=by, at=at
        ),
    }
    state_tones = APPLICATION_TONES
    site_path = ""
    list_unit = "份"
    unit = "份"
    oldest_first = ("last_submitted_at", "pk")
    list_display = (
        "number",
        "name",
        "state",
        "waits",
        "type_in_short",
        "place",
        "late",
        "assigned_to",
        "last_submitted_at",
    )
    list_more = (
        "round",
        "operator_name",
        "operator_code",
        "operating_mode",
        "floor_area",
        "submitted_at",
        "accepted_at",
        "correction_due_on",
        "over_quota_reason",
    )
    list_filter = (WaitingFilter, "status", "type", "round", "region", "assigned_to", "is_late")
    list_select_related = ("region", "round", "assigned_to")
    record_select_related = (*list_select_related, "region__host", "town__region", "town__zone", "park__region")
    change_list_template = "admin/platforms/application/change_list.html"
    # The round at work first.
    ordering = ("-round__year", "number")
    search_fields = ("number", "search_text", "town__search_text", "operator_name", "operator_code", "platform__code")
    search_help_text = "编号、名称、拼音首字母、运营单位或信用代码"
    actions = ("accept_selected", "return_selected", "assign_selected", "zip_selected")

    @admin.display(description="状态", ordering="status")
    def state(self, row: Application) -> str:
        return badge(row.get_status_display(), APPLICATION_TONES[row.status])

    @admin.display(description="类型", ordering="type")
    def type_in_short(self, row: Application) -> str:
        return PlatformType(row.type).short

    @admin.display(description="地区", ordering="region__code")
    def place(self, row: Application) -> str:
        return row.region.name if row.region else "市级"

    @admin.display(description="等待", ordering="last_submitted_at")
    def waits(self, row: Application) -> str:
        """Say how long it waits for the city, or until when the county is to answer."""
        today = timezone.localdate()
        if row.status == ApplicationStatus.SUBMITTED and row.last_submitted_at:
            return deadlines.waited((today - deadlines.day_of(row.last_submitted_at)).days)
        if row.status == ApplicationStatus.RETURNED and row.correction_due_on:
            return deadlines.in_words(deadlines.days_left(row.correction_due_on, today))
        return ""

    @admin.display(description="逾期", ordering="is_late")
    def late(self, row: Application) -> str:
        """Say what came or is late: the submission, the answer to a return."""
        marks = ["逾期提交"] if row.is_late else []
        if is_overdue(row, timezone.localdate()):
            marks.append("补正逾期")
        return "、".join(marks)

    def get_ordering(self, request: HttpRequest) -> Any:
        # What waits is worked off from the oldest; the key, since the head of the list marks each column that is named.
        waits = request.GET.get(WaitingFilter.parameter_name) in WAITING
        return ("last_submitted_at", "pk") if waits else super().get_ordering(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the worklist with how far the round is that it is narrowed to, else the current one.

        The city begins with what waits for it; any address, and a list that was set, says for itself what it shows.
        """
        begins = request.method != "POST" and not request.GET and person_of(request).role == Role.CITY
        if begins and self.list_setting(request) is None:
            request.GET = QueryDict(f"{WaitingFilter.parameter_name}={SUBMITTED}")
        key = request.GET.get("round__id__exact", "")
        named = key.isascii() and key.isdigit() and len(key) < 10
        round_ = Round.objects.filter(pk=int(key)).first() if named else current_round()
        extra = {"progress": progress_of(round_, user=person_of(request)) if round_ else None, "round": round_}
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    # The form itself is filled at the desk --------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self.check_may(request, "add")
        return HttpResponseRedirect(reverse("desk:new"))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        if not super().has_delete_permission(request, obj):
            return False
        if not isinstance(obj, Application):
            return obj is None
        # Nothing that was ever submitted is deleted.
        draft = obj.status == ApplicationStatus.DRAFT and obj.submitted_at is None
        return draft and is_own(obj, person_of(request))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:platforms_application_changelist"))

    def delete_model(self, request: HttpRequest, obj: Application) -> None:
        applications.delete_draft(application=obj, by=person_of(request), at=timezone.now())

    def log_deletion(self, request: HttpRequest, obj: models.Model, object_repr: str) -> None:
        """Do nothing: the service writes the event."""

    # One screen -----------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the whole file, read-only, with the moves that can be made."""
        row: Application = self.visible_or_404(request, object_id)
        if request.method not in ("GET", "HEAD"):
            # Nothing of the form is changed here, whatever is sent (T13).
            raise PermissionDenied
        return self.reading_page(request, row, **self.returning(request, row), **(extra_context or {}))

    def buttons(self, request: HttpRequest, row: Application) -> list[dict[str, Any]]:
        """Return the moves; those that are decided at the foot of the page lead there."""
        accept, back = (self.workflow.move(name).label for name in ("accept", "return"))
        places = {accept: "#accept-title", back: "#return-title"}
        return [each | {"url": places.get(each["label"], each["url"])} for each in super().buttons(request, row)]

    def _accepting(self, request: HttpRequest, row: Application) -> dict[str, Any]:
        """Return what the page says before ``row`` is accepted on it, nothing where this person cannot do that now."""
        move = self.workflow.move("accept")
        if row.status not in move.sources or not self.may_move(request, row, move):
            return {}
        return {
            "url": kept(request, self.move_url(row, move)),
            "seen": self.version_of(row),
            "effects": self.move_effects(request, row, move),
        }

    def reading_page(self, request: HttpRequest, row: Application, **returning: Any) -> HttpResponse:
        person = person_of(request)
        data = form_data(row)
        shown = data if person_of(request).sees_people(row.region_id) else mask_form(data)
        sheets = sheets_of(shown)
        if shown is not data:
            sheets = with_phones(sheets, row, person)
        history = ApplicationMove.objects.filter(application=row).select_related("by").order_by("-pk")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": row,
            "title": str(self.model._meta.verbose_name),
            "row": row,
            "code": row.number,
            "region": row.region.name if row.region else "市级",
            "state_label": self.state_label(row),
            "state_tone": APPLICATION_TONES[row.status],
            "moves": self.buttons(request, row),
            "list_url": self.list_url(request),
            "facts": self._facts(row),
            "gaps": [gap.message for gap in completeness.gaps(data)],
            "warnings": [gap.message for gap in completeness.warnings(data)],
            "related": about(row, user=person),
            "events": [
                {"when": moment(move.at), "who": move.by.name, "what": move.label, "why": move.reason}
                for move in history
            ],
            "mails": mail_lines(person, application=row),
            "no_mails": why_no_mail(row),
            **_beside(row, person, returning.get("asks")),
            "masked": not person_of(request).sees_people(row.region_id),
            "sheets": asks.at(sheets) if (asks := returning.get("asks")) else sheets,
            "accepting": self._accepting(request, row),
            "desk_url": reverse("desk:application", args=(row.number,)) if is_own(row, person) else "",
            "can_delete": self.has_delete_permission(request, row),
            **returning,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/platforms/application/record.html", context)

    def state_label(self, row: Application) -> str:
        return state_label(row)

    def _facts(self, row: Application) -> list[dict[str, str]]:
        return [
            {"label": "年度", "value": str(row.round)},
            {"label": "类型", "value": row.get_type_display()},
            {"label": "地点", "value": row.site_name},
            *([{"label": "服务产业链", "value": row.industry_chain}] if row.association else []),
            *([{"label": "小微企业园最近绩效评价", "value": _rating(row)}] if row.park else []),
            *([{"label": "续期", "value": renewal_of(row)}] if row.renews else []),
            {"label": "首次提交", "value": moment(row.submitted_at) or "尚未提交"},
            {"label": "最近提交", "value": moment(row.last_submitted_at) or "尚未提交"},
            {"label": "受理", "value": moment(row.accepted_at) or "尚未受理"},
            {"label": "经办人", "value": row.assigned_to.name if row.assigned_to else "未分派"},
            {"label": "县级核对", "value": _checked(row)},
            *([{"label": "超出名额的理由", "value": row.over_quota_reason}] if row.over_quota_reason else []),
        ]

    def shown_happening(self, request: HttpRequest, obj: models.Model, event: HistoryEntry) -> HistoryEntry:
        assert isinstance(obj, Application)
        return (
            event
            if person_of(request).sees_people(obj.region_id)
            else replace(event, changes=tuple(map(_masked, event.changes)))
        )

    # Moves ----------------------------------------------------------------------------------------------------------

    def waiting(self, request: HttpRequest, move: Move) -> list[int]:
        # Whatever the city sees it may accept and return: no row is looked at by itself.
        rows = self.listed(request).filter(status__in=move.sources)
        return list(rows.values_list("pk", flat=True))

    def may_move(self, request: HttpRequest, row: Application, move: Move) -> bool:
        allowed = super().may_move(request, row, move)
        return allowed and (move.name != "withdraw" or is_own(row, person_of(request)))

    def move_done(self, row: Application, move: Move) -> str:
        if move.name != "accept" or row.platform is None:
            return super().move_done(row, move)
        return f"已受理 {row}，平台编号 {row.platform.code}。"

    def move_effects(self, request: HttpRequest, row: Application, move: Move) -> list[str]:
        mail = why_no_mail(row) or "同时生成一封发给该地区工作联络员的邮件，等待发送。"
        return {
            "accept": ["该申报进入本年度的建设和评价，平台编号随即生成（该地点已有编号的沿用）。", mail],
            "return": [
                f"{'所属地区' if row.region_id else '市经信局'}修改所列内容并逐项答复后重新提交。",
                "补正要求和答复永久保留。",
                mail,
            ],
            "withdraw": ["撤回后不能恢复，该地点可以重新建立申报。"],
        }[move.name] + [found.told for found in (comes_after(row) if move.name == "withdraw" else ())]


def _checked(row: Application) -> str:
    """Say whether the county checked what the form says now."""
    state = check_state(row)
    if state == "none":
        return "没有核对记录"
    return f"{moment(row.checked_at)}{'，核对后又有修改' if state == 'stale' else ''}"


def _rating(row: Application) -> str:
    park = row.park
    if park is None or not park.rating:
        return "未评价"
    return f"{park.rating_year or ''}{'年度 ' if park.rating_year else ''}{park.get_rating_display()}"


def _masked(change: Change) -> Change:
    if change.label == TEAM:
        return Change(change.label, "", "已修改")
    mask = PEOPLE_BY_LABEL.get(change.label)
    return Change(change.label, mask(change.old), mask(change.new)) if mask else change


def _beside(application: Application, user: User, asks: Asks | None) -> dict[str, Any]:
    """Return files, versions, what the last submission changed, questions and answers, and notes."""
    versions = versions_of(application, user)
    return {
        "attachments": _attachments_of(application, asks),
        "versions": [_version(application, each) for each in versions],
        "changes": last_two(application, user, versions),
        "turns": history_of(application),
        "assigned": application.assigned_to.name if application.assigned_to else "",
        **notes_of(application, user, in_office=True),
    }


def _attachments_of(application: Application, asks: Asks | None) -> list[dict[str, Any]]:
    """Return the files that belong to the form now, by kind; pictures with a preview, PDFs to be looked at."""
    found = application.attachments.filter(replaced_at__isnull=True).select_related("question")
    rows = []
    for each in found:
        url = reverse("desk:attachment", args=(each.pk,))
        rows.append(
            {
                "kind": kind_of_file(each),
                "name": each.shown_name,
                "size": filesizeformat(each.size),
                "ask": asks.files.get(str(each.pk)) if asks else None,
                "at": moment(each.uploaded_at),
                "url": url,
                "view_url": f"{url}?view=1" if each.media_type in SHOWN else "",
                "is_thumbnail": each.media_type.startswith("image/") and each.size <= LARGEST_THUMBNAIL,
            }
        )
    return rows


def _version(application: Application, version: ApplicationVersion) -> dict[str, Any]:
    """Return what was submitted, with the check code that its print carries."""
    return {
        "label": f"第{version.number}版",
        "at": moment(version.submitted_at),
        "by": version.submitted_by.name,
        "code": check_code(version.data),
        "url": reverse("desk:version", args=(application.number, version.number)),
    }
