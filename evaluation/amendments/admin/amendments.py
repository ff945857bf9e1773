"""Corrections and changes of published results: proposed, decided by another officer, read again for good."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from evaluation.amendments.admin.forms import AmendmentForm, ChangeForm, CorrectionForm
from evaluation.amendments.choices import AmendmentKind, AmendmentStatus
from evaluation.amendments.fields import FIELDS
from evaluation.amendments.queries.amendments import in_the_way, lines_told, to_change
from evaluation.amendments.queries.consequences import Consequence, consequence
from evaluation.amendments.services import deciding, proposing
from evaluation.amendments.workflow import AMENDMENT
from evaluation.models import Amendment, Result
from platforms.backoffice.case_files import CaseFiles
from platforms.backoffice.moves import MoveService, person_of
from platforms.backoffice.proposals import ProposalAdmin
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of
from platforms.models import Platform
from platforms.move_table import Move
from platforms.notices.clauses import activate
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {AmendmentStatus.PROPOSED: "wait", AmendmentStatus.DECIDED: "good"}


@admin.register(Amendment)
class AmendmentAdmin(CaseFiles, ProposalAdmin):
    workflow = AMENDMENT
    evidence_kind = EvidenceKind.AMENDMENT
    move_services: ClassVar[Mapping[str, MoveService]] = {
        "decide": lambda row, by, at, _reason, _data: deciding.decide(amendment=row, by=by, at=at),
        "decline": lambda row, by, at, reason, _data: deciding.decline(amendment=row, reason=reason, by=by, at=at),
        "withdraw": lambda row, by, at, _reason, _data: deciding.withdraw(amendment=row, by=by, at=at),
    }
    state_tones: ClassVar[Mapping[str, Tone]] = TONES
    change_form_template = "admin/evaluation/amendment.html"
    site_path = "platform"
    list_unit = "件"
    list_display = ("number", "state", "kind", "platform", "place", "what", "effective_on", "proposed_at")
    list_filter = ("status", "kind", "result__publication__round", "platform__region")
    list_select_related = ("platform__region", "result__publication__round__notice")
    search_fields = ("number", "platform__name", "platform__code")
    search_help_text = "编号、平台名称或平台编号"
    shown = (
        "number", "kind", "platform_link", "round", "told", "grade_reason", "public_reason", "reason", "effective_on",
        "certificates", "proposer", "decider", "decision_reason",
    )  # fmt: skip

    def get_urls(self) -> list:
        wrap, name = self.admin_site.admin_view, "evaluation_amendment"
        return [
            path("correct/<int:result_pk>/", wrap(self.correct_view), name=f"{name}_correct"),
            path("propose-change/<int:platform_pk>/", wrap(self.propose_change_view), name=f"{name}_propose_change"),
            *super().get_urls(),
        ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = super().get_fields(request, obj)
        # The city's own reasons are not told to the county beside what everybody reads.
        hidden = obj is not None and obj.kind == AmendmentKind.CORRECTION and person_of(request).role == Role.COUNTY
        return tuple(name for name in names if not (hidden and name == "reason"))

    # Columns ---------------------------------------------------------------------------------------------------------

    @admin.display(description="地区", ordering="platform__region__code")
    def place(self, row: Amendment) -> str:
        return row.platform.region.name if row.platform.region else "市级"

    @admin.display(description="变动")
    def what(self, row: Amendment) -> str:
        found = [*(["档次"] if row.grade else []), *(FIELDS[name].label for name in row.changes)]
        return "、".join([*found, *(["评价指标"] if row.entries else [])])

    @admin.display(description="年度")
    def round(self, row: Amendment) -> str:
        return str(row.result.publication.round)

    @admin.display(description="窗口平台")
    def platform_link(self, row: Amendment) -> SafeString:
        url = reverse("admin:platforms_platform_change", args=(row.platform_id,))
        return format_html('<a href="{}">{}</a>（{}）', url, row.platform.name, row.platform.code)

    @admin.display(description="变动内容")
    def told(self, row: Amendment) -> str:
        return "；".join(lines_told(row))

    @admin.display(description="认定证书")
    def certificates(self, row: Amendment) -> str:
        made = row.made
        if made is None:
            return ""
        held = getattr(made, "certification", None)
        old = getattr(row.result, "certification", None)
        words = [f"原证书 {old.number} 终止"] if old else []
        return "，".join(
            [*words, *([f"新证书 {held.number}，有效期至{day_in_words(held.valid_until)}"] if held else [])]
        )

    # The page --------------------------------------------------------------------------------------------------------

    def may_add_files(self, request: HttpRequest, row: Any) -> bool:
        person = person_of(request)
        own = row.status == AmendmentStatus.PROPOSED and row.proposed_by_id == person.pk
        return own and person.has_perm("platforms.add_evidencefile")

    def panel(self, request: HttpRequest, row: Any, **more: Any) -> dict[str, Any]:
        return super().panel(request, row, title="证明材料", **more)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: Amendment = self.visible_or_404(request, object_id)
        is_open = row.status == AmendmentStatus.PROPOSED
        own = row.proposed_by_id == person_of(request).pk
        found = _consequence(row) if is_open else Consequence()
        more = {
            "against": [found.problem] if found.problem else [],
            "waits_for_another": is_open and own,
            "alone": self.alone(request) if is_open and own else [],
            "effects": _effects(row, found) if is_open and not found.problem else [],
            "public_url": reverse("site:result", args=(row.result.code,)) if row.made_id else "",
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def move_what(self, row: Any, move: Move) -> str:
        kind, name = row.get_kind_display(), row.platform.name
        if move.name == "decide":
            return f"将批准对“{name}”认定结果的{kind}（{row}），公众页面立即显示新的内容；办理后不能恢复。"
        return f"将对“{name}”的{kind}（{row}）办理“{move.label}”。"

    def move_facts(self, request: HttpRequest, row: Any, move: Move) -> list[dict[str, Any]]:
        files = files_of(EvidenceKind.AMENDMENT, row.pk)
        links = ((reverse("desk:evidence", args=(each.pk,)), each.shown_name) for each in files)
        return [
            {"label": "窗口平台", "value": f"{row.platform.name}（{row.platform.code}）"},
            {"label": "年度", "value": self.round(row)},
            {"label": "变动内容", "value": self.told(row)},
            *([{"label": "档次说明", "value": row.grade_reason}] if row.grade_reason else []),
            {"label": "公开说明", "value": row.public_reason},
            {"label": "理由", "value": row.reason},
            {"label": "证明材料", "value": format_html_join("；", '<a href="{}">{}</a>', links) or "无"},
            {"label": "生效日期", "value": day_in_words(row.effective_on)},
            {"label": "提出人", "value": self.proposer(row)},
        ]

    def move_effects(self, request: HttpRequest, row: Any, move: Move) -> Sequence[str]:
        if move.name != "decide":
            return ("公布的内容不变，提议和结果保留。",)
        found = _consequence(row)
        return (found.problem,) if found.problem else _effects(row, found)

    # Proposing -------------------------------------------------------------------------------------------------------

    def correct_view(self, request: HttpRequest, result_pk: int) -> HttpResponse:
        """Ask what was published wrongly (GET), propose the correction (POST)."""
        person = person_of(request)
        if not person.has_perm("evaluation.propose_correction"):
            raise PermissionDenied
        rows = Result.objects.visible_to(person).select_related("publication__round", "platform", "certification")
        result = get_object_or_404(rows, pk=result_pk)
        back = reverse("admin:evaluation_result_change", args=(result.pk,))
        activate(result.publication.round.notice_id)
        form = CorrectionForm(request.POST or None, result=result, person=person)

        def propose(form: CorrectionForm) -> Amendment:
            return proposing.propose_correction(
                result=result, grade=form.cleaned_data["grade"], grade_reason=form.cleaned_data["grade_reason"],
                entries=form.entries, changes=form.changes, by=person, at=timezone.now(), **form.given,
            )  # fmt: skip

        return self._propose(request, form, propose, result, back, "提出更正")

    def propose_change_view(self, request: HttpRequest, platform_pk: int) -> HttpResponse:
        """Ask what is no longer so, with proof (GET), propose the change (POST)."""
        person = person_of(request)
        if not person.has_perm("evaluation.propose_change"):
            raise PermissionDenied
        platform = get_object_or_404(Platform.objects.visible_to(person), pk=platform_pk)
        back = reverse("evaluation:changes")
        result = to_change(platform, on=timezone.localdate())
        if result is None:
            self.message_user(request, "该平台没有已公布的认定结果，不能办理变更。", level="warning")
            return HttpResponseRedirect(back)
        activate(result.publication.round.notice_id)
        form = ChangeForm(request.POST or None, request.FILES or None, result=result, person=person)

        def propose(form: ChangeForm) -> Amendment:
            return proposing.propose_change(
                result=result, changes=form.changes, uploads=form.cleaned_data["file"], by=person, at=timezone.now(),
                **form.given,
            )  # fmt: skip

        return self._propose(request, form, propose, result, back, "提出变更")

    def _propose(
        self, request: HttpRequest, form: AmendmentForm, propose: Any, result: Result, back: str, verb: str
    ) -> HttpResponse:
        why = in_the_way(result, on=timezone.localdate())
        if why:
            self.message_user(request, why, level="warning")
            return HttpResponseRedirect(back)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                made = propose(form)
            except Refusal as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
                status = 409
            else:
                self.message_user(request, f"已{verb} {made.number}，待市经信局另一位人员决定。", level="success")
                return HttpResponseRedirect(reverse("admin:evaluation_amendment_change", args=(made.pk,)))
        page = self.confirm_page(
            request,
            title=verb,
            what=f"将对“{result.name}”（{result.code}）{result.publication.round}的认定结果{verb}，由市经信局另一位人员决定。",
            effects=[
                "决定之前，公布的内容和证书不变。",
                "批准后另列新的一版，原内容保留并标明；证书按新内容另行编号，原证书不再有效。",
                *self.alone(request),
            ],
            verb=verb,
            cancel_url=back,
            form=form,
        )
        page.status_code = status
        return page

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows: QuerySet = super().get_queryset(request)
        return rows.select_related("platform__region", "result__publication__round", "proposed_by", "decided_by")


def _consequence(row: Amendment) -> Consequence:
    return consequence(
        row.result, grade=row.grade or row.result.grade, on=row.effective_on, today=timezone.localdate()
    )  # fmt: skip


def _effects(row: Amendment, found: Consequence) -> list[str]:
    told = []
    if found.ends is not None:
        was_wrong = row.kind == AmendmentKind.CORRECTION and found.ends.result_id == row.result_id
        word = "已更正" if was_wrong else "已换证"
        told.append(f"证书 {found.ends.number} 终止，证书核验页面显示{word}。")
    if found.begins is not None and found.until is not None:
        days = f"{day_in_words(found.begins)}至{day_in_words(found.until)}"
        told.append(f"颁发新证书，有效期{days}。")
    if found.ends is not None and found.begins is None:
        told.append("不再予以认定，不另发证书；不限制今后申报。")
    return [
        *told,
        "公众查询、数据开放和接口只列新的一版，原内容在平台页面标明；结果通知书重新印发，并发邮件告知区县（市）。",
    ]
