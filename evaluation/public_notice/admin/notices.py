"""Public notices in the back office: proposed by one, opened by another, followed and changed until publication."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evaluation.marking.queries.graded import graded
from evaluation.models import Assessment, NoticeLine, PublicNotice
from evaluation.public_notice.admin.form import AmendForm, PeriodForm, ProposeForm
from evaluation.public_notice.choices import NoticeStatus
from evaluation.public_notice.listing import Entry
from evaluation.public_notice.queries import notices, objections
from evaluation.public_notice.queries.listed import entries, entry, with_facts
from evaluation.public_notice.queries.notices import Versions
from evaluation.public_notice.queries.opening import last_day, obstacles
from evaluation.public_notice.running import TONES as RUNNING_TONES
from evaluation.public_notice.running import counted
from evaluation.public_notice.services import notices as service
from evaluation.public_notice.workflow import NOTICE
from platforms.backoffice.moves import MoveService, person_of
from platforms.backoffice.proposals import ProposalAdmin
from platforms.backoffice.states import badge
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.identity import ours
from platforms.models import Region, Round
from platforms.moments import moment
from platforms.move_table import Move
from platforms.notices.clauses import activate
from platforms.notices.terms import Terms, grade_label
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.calendar_days import unknown_holidays
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {NoticeStatus.PROPOSED: "wait", NoticeStatus.STOPPED: "bad"}
LISTED, CHANGED = ("平台编号", "平台名称", "地区", "运营单位", "拟评档次", "对外公示", "理由"), ("此前版本", "变动")
USUAL_DAYS = 5
LINES_PER_PAGE = 100
CLOSED = "该公示已终止或结果已公布，不能更新。"
UNGRADED = "该平台现无核定档次，核定档次后才能更新公示。"


@admin.register(PublicNotice)
class PublicNoticeAdmin(ProposalAdmin):
    workflow = NOTICE
    move_services: ClassVar[Mapping[str, MoveService]] = {
        "open": lambda row, by, at, _reason, _data: service.open_notice(notice=row, by=by, at=at),
        "decline": lambda row, by, at, reason, _data: service.decline(notice=row, reason=reason, by=by, at=at),
        "withdraw": lambda row, by, at, _reason, _data: service.withdraw(notice=row, by=by, at=at),
        "stop": lambda row, by, at, reason, _data: service.stop(notice=row, reason=reason, by=by, at=at),
    }
    state_tones: ClassVar[Mapping[str, Tone]] = TONES
    change_form_template = "admin/evaluation/notice.html"
    list_unit = "次"
    list_display = ("number", "state", "round", "document_number", "period", "proposed_at")
    list_filter = ("status", "round")
    list_select_related = ("round",)
    search_fields = ("number", "document_number")
    search_help_text = "公示编号或文号"
    shown = (
        "number", "round", "document_number", "organiser", "phone", "address", "email", "period", "days", "public_page",
        "objected", "reason", "proposer", "decider", "decision_reason", "stopper", "stop_reason",
    )  # fmt: skip

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("propose/<int:round_pk>/", wrap(self.propose_view), name="evaluation_publicnotice_propose"),
            path(
                "<int:object_id>/amend/<int:assessment_pk>/",
                wrap(self.amend_view),
                name="evaluation_publicnotice_amend",
            ),
            *super().get_urls(),
        ]

    # Columns ---------------------------------------------------------------------------------------------------------

    @admin.display(description="状态", ordering="status")
    def state(self, row: Any) -> SafeString:
        return badge(self.state_label(row), self.tone(row))

    def tone(self, row: PublicNotice) -> Tone:
        """Return the tone of the state of ``row`` today."""
        if row.status != NoticeStatus.OPENED:
            return TONES.get(row.status, "neutral")
        return RUNNING_TONES[notices.period_of(row).state(timezone.localdate())]

    def state_label(self, row: Any) -> str:
        opened = row.status == NoticeStatus.OPENED
        return notices.period_of(row).state(timezone.localdate()).value if opened else super().state_label(row)

    @admin.display(description="公示期", ordering="starts_on")
    def period(self, row: PublicNotice) -> str:
        period = notices.period_of(row)
        return f"{period.first.isoformat()} 至 {period.last.isoformat()}"

    @admin.display(description="天数")
    def days(self, row: PublicNotice) -> str:
        return counted(row.working_days, first_counts=row.first_day_counts)

    @admin.display(description="公示页面")
    def public_page(self, row: PublicNotice) -> SafeString | str:
        if row.status not in notices.RELEASED:
            return ""
        url = reverse("site:notice", args=(row.number,))
        return format_html('<a href="{}">{}</a>', url, url)

    @admin.display(description="异议")
    def objected(self, row: PublicNotice) -> SafeString | str:
        told = objections.told(row).in_words if row.status in notices.RELEASED else ""
        url = f"{reverse('admin:evaluation_objection_changelist')}?{urlencode({'notice__id__exact': row.pk})}"
        return format_html('<a href="{}">{}</a>', url, told) if told else ""

    @admin.display(description="终止人")
    def stopper(self, row: PublicNotice) -> str:
        return f"{row.stopped_by.name}，{moment(row.stopped_at)}" if row.stopped_by else ""

    # The page --------------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        waits = row.status == NoticeStatus.PROPOSED
        listed = entries(row.round, on=timezone.localdate()) if waits else {}
        pages = Paginator(
            list(listed.values())
            if waits
            else notices.latest_lines(row).select_related("region", "notice__round", "objection").order_by("code"),
            LINES_PER_PAGE,
        )
        page: Page[Any] = pages.get_page(request.GET.get("lines"))
        may_amend = self._may_amend(request, row)
        own = row.proposed_by_id == person_of(request).pk
        lines = [] if waits else notices.with_versions(page, public=False)
        changed = any(each.latest.version > 1 for each in lines)
        more = {
            "against": obstacles(row, listed, on=timezone.localdate()) if waits else [],
            "waits_for_another": waits and own,
            "alone": self.alone(request) if waits and own else [],
            "waits": waits,
            "state_tone": self.tone(row),
            "line_columns": [{"label": name} for name in (*LISTED, *CHANGED * changed, *["办理"] * may_amend)],
            "line_rows": _proposed(page, row.round.terms)
            if waits
            else _opened(lines, changed=changed, may_amend=may_amend),
            "lines": page,
            "differing": _differing(row) if may_amend else [],
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def _may_amend(self, request: HttpRequest, row: PublicNotice) -> bool:
        opened = row.status == NoticeStatus.OPENED and row.round.status != RoundStatus.PUBLISHED
        return opened and request.user.has_perm("evaluation.amend_publicnotice")

    def may_move(self, request: HttpRequest, row: Any, move: Move) -> bool:
        if move.name != "stop":
            return super().may_move(request, row, move)
        person = person_of(request)
        return row.round.status != RoundStatus.PUBLISHED and person.has_perm(move.permission)

    def move_kind(self, move: Move, *, first: bool) -> str:
        return "danger" if move.name == "stop" else "main" if move.name == "open" else "plain"

    def move_what(self, row: Any, move: Move) -> str:
        if move.name == "open":
            return f"将公开{row.round}拟认定名单，公示期{notices.period_of(row).in_words}，批准后不能修改。"
        if move.name == "stop":
            return f"将终止公示 {row}，终止后不能恢复，须重新提出公示。"
        return f"将对公示 {row} 办理“{move.label}”，名单不公开。"

    def move_facts(self, request: HttpRequest, row: Any, move: Move) -> list[dict[str, Any]]:
        return [
            {"label": "年度", "value": str(row.round)},
            {"label": "文号", "value": row.document_number or "无"},
            {"label": "公示期", "value": f"{self.period(row)}（{self.days(row)}）"},
            {"label": "公示单位", "value": f"{row.organiser}，{row.phone}"},
            {"label": "提出人", "value": self.proposer(row)},
            {"label": "理由", "value": row.reason},
        ]

    def move_effects(self, request: HttpRequest, row: Any, move: Move) -> Sequence[str]:
        if move.name == "stop":
            return ("公示页面保留名单，并显示已终止和终止理由。", "已收到的异议仍须逐件答复。")
        if move.name != "open":
            return ()
        listed = entries(row.round, on=timezone.localdate())
        public = sum(each.is_public for each in listed.values())
        return (
            f"对外公示 {public} 个拟予认定的平台；不予认定的 {len(listed) - public} 个不对外公示。",
            "向每个拟不予认定平台的运营单位发出告知书，陈述申辩期限为公示期最后一天。",
            "向有平台列入名单的每个地区各发一封邮件。",
            *obstacles(row, listed, on=timezone.localdate()),
        )

    # Proposing -------------------------------------------------------------------------------------------------------

    def propose_view(self, request: HttpRequest, round_pk: int) -> HttpResponse:
        """Ask for period and texts (GET), say when it ends (POST with ``preview``), propose it (POST)."""
        person = person_of(request)
        if not person.has_perm("evaluation.propose_publicnotice"):
            raise PermissionDenied
        round_ = get_object_or_404(Round.objects.visible_to(person), pk=round_pk)
        activate(round_.notice_id)
        listed = entries(round_, on=timezone.localdate())
        why = _why_not(round_, listed)
        if why:
            messages.error(request, why)
            return HttpResponseRedirect(reverse("admin:evaluation_publicnotice_changelist"))
        previews = "preview" in request.POST
        form = ProposeForm(
            request.POST if request.method == "POST" and not previews else None,
            person=person,
            initial=request.POST.dict() if previews else _initial(),
        )
        if form.is_bound and form.is_valid():
            given = {name: value for name, value in form.cleaned_data.items() if name != "password"}
            try:
                with transaction.atomic():
                    made = service.propose(round=round_, by=person, at=timezone.now(), **given)
            except Refusal as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                messages.success(request, f"已提出公示 {made.number}，待市经信局另一位人员批准。")
                return HttpResponseRedirect(reverse("admin:evaluation_publicnotice_change", args=(made.pk,)))
        public = sum(each.is_public for each in listed.values())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"提出{round_}公示",
            "form": form,
            "told": _told(PeriodForm(request.POST if request.method == "POST" else _initial())),
            "effects": [
                f"拟列入 {len(listed)} 个平台：对外公示 {public} 个，仅告知所在地 {len(listed) - public} 个。",
                "由市经信局另一位人员批准；批准之前，名单不对区县（市）和公众公开。",
                "批准前核定档次有变动的，须重新提出。",
                *self.alone(request),
            ],
            "cancel_url": reverse("admin:evaluation_publicnotice_changelist"),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/evaluation/notice_propose.html", context)

    def amend_view(self, request: HttpRequest, object_id: int, assessment_pk: int) -> HttpResponse:
        """Say what changes of one platform (GET), list it anew (POST)."""
        row = self.visible_or_404(request, str(object_id))
        person = person_of(request)
        if not person.has_perm("evaluation.amend_publicnotice"):
            raise PermissionDenied
        last = notices.latest_lines(row).filter(assessment=assessment_pk).select_related("region").first()
        if last is None:
            raise Http404
        back = reverse("admin:evaluation_publicnotice_change", args=(row.pk,))
        now = with_facts(graded(row.round, on=timezone.localdate()).filter(pk=last.assessment_id)).first()
        if not self._may_amend(request, row) or now is None:
            text = (
                "该平台现无核定档次，核定档次后才能更新公示。"
                if now is None
                else "该公示已终止或结果已公布，不能更新。"
            )
            messages.error(request, text)
            return HttpResponseRedirect(back)
        form = AmendForm(request.POST or None, person=person, notice=row, assessment=now)
        if form.is_bound and form.is_valid():
            given = form.cleaned_data

            def act() -> None:
                service.amend(
                    notice=row, assessment=now, reason=given["reason"], objection=given["objection"], by=person,
                    at=timezone.now(),
                )  # fmt: skip

            if self.run(request, act, f"已更新“{last.name}”的公示内容。"):
                return HttpResponseRedirect(back)
        said = entry(now, row.round.terms)
        return self.confirm_page(
            request,
            title="更新公示名单",
            what=f"将按现核定档次更新“{last.name}”（{last.code}）的公示内容，原内容保留。",
            pairs=_change(last, said, row.round.terms),
            effects=_effects(last, said),
            verb="更新公示名单",
            cancel_url=back,
            form=form,
            row=row,
        )


def _initial() -> dict[str, Any]:
    foot = ours().footer
    return {
        "starts_on": timezone.localdate().isoformat(),
        "working_days": USUAL_DAYS,
        "organiser": ours().industry_bureau.name,
        "phone": foot.phone,
    }


def _told(form: PeriodForm) -> dict[str, Any]:
    """Return the callout that says when the notice would end, or what is wrong with its period."""
    if not form.is_valid():
        lines = [f"{form.fields[name].label}：{error}" for name, errors in form.errors.items() for error in errors]
        return {"tone": "bad", "heading": "无法测算公示期", "lines": lines}
    given = form.cleaned_data
    last = last_day(given["starts_on"], given["working_days"], first_day_counts=given["first_day_counts"])
    days = counted(given["working_days"], first_counts=given["first_day_counts"])
    unknown = unknown_holidays([(given["starts_on"], last)])
    period = f"{day_in_words(given['starts_on'])}至{day_in_words(last)}"
    return {
        "tone": "wait" if unknown else "info",
        "heading": f"公示期：{period}（{days}）",
        "lines": ["已按放假和补班安排计算。", *([unknown] if unknown else [])],
    }


def _why_not(round_: Round, listed: Mapping[Assessment, Entry]) -> str:
    """Return why no notice can be proposed for ``round_`` now, or nothing."""
    pending = notices.pending_of(round_)
    if round_.status == RoundStatus.PUBLISHED:
        return f"{round_}认定结果已公布，无须公示。"
    if pending is not None:
        return f"{round_}已有公示 {pending.number}（{pending.get_status_display()}），不能另行提出。"
    return "" if listed else f"{round_}尚无核定档次的平台，核定档次后才能提出公示。"


def _yes(*, public: bool) -> str:
    return "公示" if public else "不公示"


def _proposed(page: Iterable[Entry], terms: Terms) -> list[dict[str, Any]]:
    page = list(page)
    named = Region.objects.filter(code__in={each.region for each in page})
    names = dict(named.values_list("code", "name"))
    return [
        {
            "cells": [
                each.code, each.name, names.get(each.region, "市级"), each.operator_name,
                grade_label(terms, each.grade), _yes(public=each.is_public), each.reasons or "—",
            ]
        }
        for each in page
    ]  # fmt: skip


def _opened(lines: Iterable[Versions], *, changed: bool, may_amend: bool) -> list[dict[str, Any]]:
    return [
        {
            "url": reverse("admin:evaluation_assessment_change", args=(each.latest.assessment_id,)),
            "cells": [
                each.latest.code,
                each.latest.name,
                each.latest.region.name if each.latest.region else "市级",
                each.latest.operator_name,
                each.latest.grade_label,
                _yes(public=each.latest.is_public),
                each.latest.reasons or "—",
                *(_changes(each) if changed else ()),
                *([{"label": "更新", "url": _amend_url(each.latest)}] * may_amend),
            ],
        }
        for each in lines
    ]


def _changes(each: Versions) -> tuple[str, str]:
    """Return the older versions and why the last one was made, each a dash where there is none."""
    return "；".join(_version(line) for line in each.older) or "—", _why(each.latest) or "—"


def _version(line: NoticeLine) -> str:
    why = f"，{_why(line)}" if line.change_reason else ""
    return f"第 {line.version} 版（{moment(line.made_at)}）：{line.grade_label}{why}"


def _why(line: NoticeLine) -> str:
    objection = f"（异议 {line.objection.number}）" if line.objection else ""
    return f"{moment(line.made_at)}：{line.change_reason}{objection}" if line.change_reason else ""


def _differing(row: PublicNotice) -> list[dict[str, str]]:
    return [
        {
            "label": f"{line.name}（{line.code}）：公示为{line.grade_label}，"
            f"现{'核定为' + line.assessment.grade_label if line.assessment.grade else '退回重评中'}",
            "url": _amend_url(line) if line.assessment.grade else "",
        }
        for line in notices.differing(row).select_related("assessment__evaluation__round", "notice__round")
    ]


def _amend_url(line: NoticeLine) -> str:
    return reverse("admin:evaluation_publicnotice_amend", args=(line.notice_id, line.assessment_id))


def _change(last: NoticeLine, said: Entry, terms: Terms) -> list[dict[str, str]]:
    """Return what is said now beside what would be said."""
    return [
        {"label": "公示档次", "value": f"{last.grade_label}（{_yes(public=last.is_public)}）"},
        {"label": "现核定档次", "value": f"{grade_label(terms, said.grade)}（{_yes(public=said.is_public)}）"},
        {"label": "公示理由", "value": last.reasons or "无"},
        {"label": "现理由", "value": said.reasons or "无"},
    ]


def _effects(last: NoticeLine, said: Entry) -> list[str]:
    if said.is_public:
        where = (
            "公示页面显示新档次、变动理由和原档次。" if last.is_public else "该平台列入对外公示名单，并显示变动理由。"
        )
        return [where]
    told = "向运营单位发出告知书，可以陈述申辩。"
    return [*(["该平台从对外公示名单中移出，页面显示变动理由。"] if last.is_public else []), told]
