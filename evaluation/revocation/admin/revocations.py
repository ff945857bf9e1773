"""Revocations (五): proposed from confirmed facts of the register, decided by another officer, read again for good."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from evaluation.hearings import queries as hearings
from evaluation.hearings.queries import STATES
from evaluation.models import Certification, RevocationFact, RevocationProposal
from evaluation.revocation import queries
from evaluation.revocation.admin.form import ProposeForm
from evaluation.revocation.choices import ProposalStatus
from evaluation.revocation.services import revocation
from evaluation.revocation.workflow import REVOCATION
from platforms.applications.eligibility import ban_end
from platforms.backoffice.moves import MoveService, person_of
from platforms.backoffice.proposals import ProposalAdmin
from platforms.backoffice.vocabularies import ground_filter
from platforms.cases.queries import grounds
from platforms.dates import day_in_words
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of_all
from platforms.models import Complaint, Ground, Platform
from platforms.move_table import Move
from platforms.notices.models import value_of
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {ProposalStatus.PROPOSED: "wait", ProposalStatus.DECIDED: "bad"}
FACT_COLUMNS = ("登记编号", "事实", "发生日期", "确认理由", "计入的投诉", "佐证材料", "现状")


@admin.register(RevocationProposal)
class RevocationProposalAdmin(ProposalAdmin):
    workflow = REVOCATION
    move_services: ClassVar[Mapping[str, MoveService]] = {
        "decide": lambda row, by, at, _reason, _data: revocation.decide(proposal=row, by=by, at=at),
        "decline": lambda row, by, at, reason, _data: revocation.decline(proposal=row, reason=reason, by=by, at=at),
        "withdraw": lambda row, by, at, _reason, _data: revocation.withdraw(proposal=row, by=by, at=at),
    }
    state_tones: ClassVar[Mapping[str, Tone]] = TONES
    change_form_template = "admin/evaluation/revocation.html"
    site_path = "platform"
    list_unit = "件"
    list_display = ("number", "state", "platform", "place", "ground_label", "effective_on", "proposed_at")
    list_filter = ("status", ground_filter(), "platform__region")
    list_select_related = ("platform__region",)
    search_fields = ("number", "platform__name", "platform__code")
    search_help_text = "编号、平台名称或平台编号"
    shown = (
        "number", "platform_link", "ground_label", "reason", "effective_on", "certificates", "hearing_link", "proposer",
        "decider", "decision_reason",
    )  # fmt: skip

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.propose_view)
        name = "evaluation_revocationproposal_propose"
        return [path("propose/<int:platform_pk>/", view, name=name), *super().get_urls()]

    # Columns ---------------------------------------------------------------------------------------------------------

    @admin.display(description="撤销情形", ordering="ground")
    def ground_label(self, row: RevocationProposal) -> str:
        return row.ground_label

    @admin.display(description="地区", ordering="platform__region__code")
    def place(self, row: RevocationProposal) -> str:
        return row.platform.region.name if row.platform.region else "市级"

    @admin.display(description="窗口平台")
    def platform_link(self, row: RevocationProposal) -> SafeString:
        url = reverse("admin:platforms_platform_change", args=(row.platform_id,))
        return format_html('<a href="{}">{}</a>（{}）', url, row.platform.name, row.platform.code)

    @admin.display(description="认定证书")
    def certificates(self, row: RevocationProposal) -> SafeString:
        found = queries.certificates_of(row)
        lines = [
            (
                reverse("admin:evaluation_certification_change", args=(each.pk,)),
                each.number,
                f"{each.valid_from} 至 {each.valid_until}{'，已撤销' if each.ground else ''}",
            )
            for each in found
        ]
        return format_html_join("；", '<a href="{}">{}</a>（{}）', lines)

    @admin.display(description="告知和陈述")
    def hearing_link(self, row: RevocationProposal) -> SafeString:
        hearing = row.hearing
        state = STATES[hearings.state_of(hearing, timezone.localdate())]
        url = reverse("hearings:hearing", args=(hearing.number,))
        until = day_in_words(hearing.answer_by)
        # A platform that never learned of it was not heard, whatever the calendar says.
        unread = "" if hearing.opened_at or hearing.answered_at else "，链接尚未打开，决定前请核实是否送达"
        return format_html('<a href="{}">{}</a>（{}，陈述期限{}{}）', url, hearing.number, state, until, unread)

    # The page --------------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        is_open = row.status == ProposalStatus.PROPOSED
        own = row.proposed_by_id == person_of(request).pk
        more = {
            "against": queries.obstacles(row) if is_open else [],
            "unheard": queries.unheard(row, timezone.localdate()) if is_open else "",
            "waits_for_another": is_open and own,
            "alone": self.alone(request) if is_open and own else [],
            "fact_columns": [{"label": name} for name in FACT_COLUMNS],
            "fact_rows": _fact_rows(row),
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def move_kind(self, move: Move, *, first: bool) -> str:
        return "danger" if move.irreversible else "plain"

    def move_what(self, row: Any, move: Move) -> str:
        if move.name == "decide":
            return f"将撤销“{row.platform.name}”的认定，撤销后不能恢复。"
        return f"将对“{row.platform.name}”的撤销认定（{row}）办理“{move.label}”。"

    def move_facts(self, request: HttpRequest, row: Any, move: Move) -> list[dict[str, Any]]:
        files = files_of_all(EvidenceKind.GROUND, [each.fact_id for each in row.facts.all()])
        return [
            {"label": "窗口平台", "value": f"{row.platform.name}（{row.platform.code}）"},
            {"label": "认定证书", "value": self.certificates(row)},
            {"label": "撤销情形", "value": row.ground_label},
            *(
                {"label": f"事实 {each.number}", "value": each.text, "hint": _proofs(files.get(each.fact_id, []))}
                for each in row.facts.all()
            ),
            {"label": "事实和依据", "value": row.reason},
            {"label": "告知和陈述", "value": self.hearing_link(row)},
            *_said(row),
            {"label": "提出人", "value": self.proposer(row)},
        ]

    def move_effects(self, request: HttpRequest, row: Any, move: Move) -> Sequence[str]:
        if move.name != "decide":
            return ("认定不变，提议和结果保留，所列事实可以重新提出。",)
        first = queries.certificate_on(row.platform, row.effective_on, today=timezone.localdate())
        until = ban_end(row.effective_on, value_of(row.notice_id).terms.ban_years)
        operator = first.result.operator_name if first else row.platform.operator_name
        return (
            f"认定自 {row.effective_on:%Y-%m-%d} 起撤销，公众查询结果、证书核验页面立即显示已撤销。",
            f"运营单位“{operator}”和地点“{row.platform.site_name}”在 {until:%Y-%m-%d}（含当日）前不受理认定申报。",
            "撤销通知写入待发邮件，发给平台所属区县（市）、管委会。",
            *filter(None, [queries.unheard(row, timezone.localdate()), *queries.obstacles(row)]),
        )

    def propose_view(self, request: HttpRequest, platform_pk: int) -> HttpResponse:
        """Ask for facts, words and day (GET), propose the revocation (POST)."""
        person = person_of(request)
        if not person.has_perm("evaluation.propose_revocation"):
            raise PermissionDenied
        platform = get_object_or_404(Platform.objects.visible_to(person), pk=platform_pk)
        back = reverse("admin:platforms_platform_change", args=(platform.pk,))
        usable = queries.usable_facts(platform)
        today = timezone.localdate()
        held = queries.certificate_on(platform, today, today=today)
        why = _why_not(platform, usable, held)
        if why or held is None:
            self.message_user(request, why, level="warning")
            return HttpResponseRedirect(back)
        initial = _initial(request, platform, usable)
        form = ProposeForm(request.POST or None, usable=usable, initial=initial, person=person)
        if request.method == "POST" and form.is_valid():
            given, made = form.cleaned_data, []

            def act() -> None:
                facts = list(given["facts"])
                ground = facts[0].ground
                made.append(
                    revocation.propose(
                        platform=platform, ground=ground, facts=facts, reason=given["reason"], on=given["on"],
                        by=person, at=timezone.now(),
                    )
                )  # fmt: skip

            if self.run(request, act, "已提出撤销认定并告知运营单位，待市经信局另一位人员决定。"):
                return HttpResponseRedirect(reverse("admin:evaluation_revocationproposal_change", args=(made[0].pk,)))
        return self.confirm_page(
            request,
            title="提出撤销认定",
            what=f"将提出撤销“{platform.name}”（{platform.code}）的认定，由市经信局另一位人员决定。",
            effects=[
                f"同时向运营单位“{held.result.operator_name}”发出告知书，写明撤销情形和所选事实，"
                f"陈述期限至{day_in_words(queries.answer_by(today))}（{settings.HEARING_DAYS} 个工作日）。",
                "陈述申辩复核后、运营单位放弃陈述后，或者期满未陈述的，方可决定；决定之前认定不变。",
                "决定撤销后，公众查询结果、证书核验页面显示已撤销，运营单位和该地点自撤销日期起"
                f"{queries.terms_of(held).ban_years}年内不受理认定申报。",
                *self.alone(request),
            ],
            verb="提出撤销认定",
            cancel_url=back,
            form=form,
        )


def _said(row: RevocationProposal) -> list[dict[str, str]]:
    """Return what the operator said and what came of it, for who decides."""
    hearing = row.hearing
    words = (("陈述申辩", hearing.answer), ("复核意见", hearing.reply))
    return [{"label": label, "value": text} for label, text in words if text]


def _initial(request: HttpRequest, platform: Platform, usable: Sequence[Ground]) -> dict[str, Any]:
    """Propose the fact that the page came from, or all of the ground that most of them name."""
    asked = request.GET.get("fact", "")
    chosen = [row for row in usable if str(row.pk) == asked]
    if not chosen:
        ground = grounds.suggested(platform)
        chosen = [row for row in usable if row.ground == ground]
    return {
        "facts": [row.pk for row in chosen],
        "reason": "\n".join(row.text for row in chosen)[:1000],
        "on": timezone.localdate(),
    }


def _why_not(platform: Platform, usable: Sequence[Ground], held: Certification | None) -> str:
    """Return why nothing can be proposed about ``platform`` now, or nothing."""
    waiting = queries.of_platform(platform).filter(status=ProposalStatus.PROPOSED).first()
    if waiting is not None:
        return f"该平台已有待决定的撤销认定 {waiting.number}，请先办结。"
    if held is None:
        return "该平台没有有效的认定，无须撤销。"
    if not usable:
        return "该平台没有可作为依据的已确认事实，请先在“撤销情形”中登记并确认。"
    return ""


def _fact_rows(row: RevocationProposal) -> list[dict[str, Any]]:
    facts: list[RevocationFact] = list(row.facts.select_related("fact"))
    files = files_of_all(EvidenceKind.GROUND, [each.fact_id for each in facts])
    numbers = [number for each in facts for number in each.complaints]
    known = dict(Complaint.objects.filter(number__in=numbers).values_list("number", "pk"))
    return [
        {
            "url": reverse("admin:platforms_ground_change", args=(each.fact_id,)),
            "cells": [
                each.number,
                each.text,
                f"{each.happened_on:%Y-%m-%d}",
                each.confirmation,
                _linked((known.get(number), number) for number in each.complaints) or "无",
                _proofs(files.get(each.fact_id, [])),
                each.fact.get_status_display(),
            ],
        }
        for each in facts
    ]


def _linked(complaints: Iterable[tuple[int | None, str]]) -> SafeString:
    address = "admin:platforms_complaint_change"
    return format_html_join(
        "、", '<a href="{}">{}</a>', ((reverse(address, args=(pk,)), number) for pk, number in complaints if pk)
    )


def _proofs(files: Sequence[Any]) -> SafeString | str:
    if not files:
        return "无佐证材料"
    links = ((reverse("desk:evidence", args=(each.pk,)), each.shown_name) for each in files)
    return format_html_join("；", '<a href="{}">{}</a>', links)
