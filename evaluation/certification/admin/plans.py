"""Publishing in the back office: proposed by one officer, prepared, read again, approved by another."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from evaluation.certification.choices import PlanStatus, PreparedKind
from evaluation.certification.queries import plans as queries
from evaluation.certification.queries.certifications import kept_despite_d
from evaluation.certification.queries.planned import planned
from evaluation.certification.queries.publication import Preview, before_publishing, preview
from evaluation.certification.services import plans
from evaluation.certification.validity import valid_until
from evaluation.certification.workflow import PUBLICATION
from evaluation.marking.queries.graded import graded
from evaluation.models import Prepared, PublicationPlan
from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.moves import MoveService, person_of
from platforms.backoffice.own_password import AsksPassword
from platforms.backoffice.proposals import ProposalAdmin
from platforms.dates import day_in_words
from platforms.document_number import document_number
from platforms.errors import Refusal
from platforms.filetypes import MEDIA_TYPES
from platforms.models import Round
from platforms.move_table import Move
from platforms.notices.queries import printed_number
from platforms.one_use import repeatable
from platforms.pages.fields import DayField
from platforms.pages.files import send_kept
from platforms.pages.in_background import Work, background, later
from platforms.rounds.admin.overrides import reason_field
from platforms.rounds.choices import RoundStatus
from platforms.rounds.readiness import Finding, asking, stopping
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {PlanStatus.PROPOSED: "wait", PlanStatus.DECIDED: "good", PlanStatus.DECLINED: "bad"}
#: More platforms than this are prepared in the background.
AT_ONCE = 300
PREPARED = "公布内容已准备完成，待市经信局另一位人员批准。"


class ProposeForm(AsksPassword):
    """The date of the decision, from which certificates count, and a reason where something stays behind."""

    decided_on = DayField(label="认定日期")
    document_number = forms.CharField(
        label="文号",
        max_length=40,
        required=False,
        help_text="公布文件的文号，如 经信〔2026〕12号；印在证书、报告和通知书上，暂无文号的可不填。",
    )

    field_order = ("decided_on", "document_number", "reason", "password")

    def __init__(self, *args: Any, asks: bool, years: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "decided_on"
        ].help_text = f"不早于公示期满次日。证书自这一天起有效{years}年；续期的，自原证书到期次日起。公布后不能修改。"
        if asks:
            self.fields["reason"] = reason_field()
        self.order_fields(self.field_order)

    def clean_document_number(self) -> str:
        """Write it as document numbers are written."""
        try:
            return document_number(self.cleaned_data["document_number"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


@background
def prepare_plan(work: Work) -> None:
    """Prepare a plan of many platforms."""
    work.require("evaluation.propose_publication")
    plan = PublicationPlan.objects.get(pk=work.asked["plan"])
    plans.prepare(plan=plan, by=work.by, at=timezone.now(), told=work.report)
    work.tell(PREPARED, reverse("admin:evaluation_publicationplan_change", args=(plan.pk,)))


@admin.register(PublicationPlan)
class PublicationPlanAdmin(ProposalAdmin):
    workflow = PUBLICATION
    move_services: ClassVar[Mapping[str, MoveService]] = {
        "approve": lambda row, by, at, _reason, _data: plans.approve(plan=row, by=by, at=at),
        "decline": lambda row, by, at, reason, _data: plans.decline(plan=row, reason=reason, by=by, at=at),
        "withdraw": lambda row, by, at, _reason, _data: plans.withdraw(plan=row, by=by, at=at),
    }
    state_tones: ClassVar[Mapping[str, Tone]] = TONES
    change_form_template = "admin/evaluation/publication_plan.html"
    list_display = ("number", "state", "round", "decided_on", "document_number", "proposer", "proposed_at")
    list_filter = ("status", "round")
    list_select_related = ("round", "proposed_by")
    search_fields = ("number", "document_number")
    search_help_text = "编号或文号"
    shown = (
        "number", "round", "decided_on", "document_number", "gaps_told", "reason", "proposer", "ready", "decider",
        "decision_reason",
    )  # fmt: skip

    def get_urls(self) -> list:
        name = "evaluation_publicationplan"
        view = self.admin_site.admin_view
        return [
            path("propose/<int:round_pk>/", view(self.propose_view), name=f"{name}_propose"),
            path("<int:object_id>/prepare/", view(self.prepare_view), name=f"{name}_prepare"),
            *super().get_urls(),
        ]

    @admin.display(description="尚缺事项")
    def gaps_told(self, row: PublicationPlan) -> str:
        return "".join(row.gaps)

    @admin.display(description="准备情况")
    def ready(self, row: PublicationPlan) -> str:
        found = queries.counts(row)
        told = "、".join(
            f"{PreparedKind(kind).label} {done}" + (f"/{there}" if done < there else "")
            for kind, (there, done) in found.items()
        )
        return told if row.prepared_at else f"尚未完成：{told}" if told else "尚未开始"

    # The page --------------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        is_open, own = row.status == PlanStatus.PROPOSED, row.proposed_by_id == person_of(request).pk
        more: dict[str, Any] = {"waits_for_another": is_open and own and row.prepared_at is not None}
        if is_open:
            more["alone"] = self.alone(request) if own else []
            today = timezone.localdate()
            rows = planned(row.round, decided_on=row.decided_on, on=today)
            more |= {
                "changed": plans.changed_since(row, rows),
                "unprepared": row.prepared_at is None,
                "prepare_url": reverse("admin:evaluation_publicationplan_prepare", args=(row.pk,)) if own else "",
                **_table(row.round, preview(row.round, on=today)),
            }
        if row.prepared.exists():
            url = reverse("admin:evaluation_prepared_changelist")
            more["prepared"] = [
                {
                    "url": f"{url}?plan__id__exact={row.pk}&kind__exact={kind}",
                    "cells": [PreparedKind(kind).label, there],
                }
                for kind, (there, _) in queries.counts(row).items()
            ]
            more["prepared_columns"] = [{"label": "内容"}, {"label": "数量", "num": True}]
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def may_move(self, request: HttpRequest, row: Any, move: Move) -> bool:
        ready = move.name != "approve" or row.status != PlanStatus.PROPOSED or row.prepared_at is not None
        return super().may_move(request, row, move) and ready

    def move_what(self, row: Any, move: Move) -> str:
        if move.name != "approve":
            return f"将对{row.round}的公布方案（{row}）办理“{move.label}”，不公布任何内容。"
        found = preview(row.round, on=timezone.localdate())
        return (
            f"将向社会公布 {found.total} 个平台的认定结果，并颁发 {found.certified} 张证书。公布后不能撤回，"
            "有误的须另行更正。"
        )

    def move_facts(self, request: HttpRequest, row: Any, move: Move) -> list[dict[str, Any]]:
        return [
            {"label": "年度", "value": str(row.round)},
            {"label": "认定日期", "value": day_in_words(row.decided_on)},
            {"label": "文号", "value": row.document_number or "（未编号）"},
            {"label": "准备情况", "value": self.ready(row)},
            {"label": "提出人", "value": self.proposer(row)},
        ]

    def move_effects(self, request: HttpRequest, row: Any, move: Move) -> Sequence[str]:
        if move.name != "approve":
            return ("已准备的编号保留给原平台，重新提出时继续使用。",)
        found = preview(row.round, on=timezone.localdate())
        lines = [
            *_effects(row.round, found, row.decided_on),
            "认定结果、证书、公众查询、开放数据和给各地的邮件同时生效。",
            *filter(None, [kept_told(row.round)]),
        ]
        changed = plans.changed_since(row, planned(row.round, decided_on=row.decided_on, on=timezone.localdate()))
        return [*lines, f"提出后内容已有变动（{changed}），不能批准。"] if changed else lines

    def move_findings(self, request: HttpRequest, row: Any, move: Move) -> Sequence[Finding]:
        return before_publishing(row.round, on=timezone.localdate()) if move.name == "approve" else ()

    # Proposing and preparing -----------------------------------------------------------------------------------------

    @repeatable
    def propose_view(self, request: HttpRequest, round_pk: int) -> HttpResponseBase:
        """Say what would become public (GET), propose it and prepare it (POST)."""
        person = person_of(request)
        if not person.has_perm("evaluation.propose_publication"):
            raise PermissionDenied
        round_ = get_object_or_404(Round.objects.visible_to(person).filter(evaluation__isnull=False), pk=round_pk)
        back = reverse("admin:evaluation_evaluation_change", args=(round_.evaluation.pk,))
        waiting = queries.open_plan(round_)
        if waiting is not None and waiting.proposed_by_id == person.pk:
            # Pressed twice: printing stays out of the transaction of a press, so nothing else leads the second one on.
            return HttpResponseRedirect(self._page(waiting))
        today = timezone.localdate()
        missing = before_publishing(round_, on=today)
        for sentence in _in_the_way(round_, missing):
            messages.error(request, sentence)
            return HttpResponseRedirect(back)
        form = ProposeForm(
            request.POST or None,
            person=person,
            initial={"decided_on": today},
            asks=bool(asking(missing)),
            years=round_.terms.validity_years,
        )
        if request.method == "POST" and form.is_valid():
            given, made = form.cleaned_data, []

            def act() -> None:
                made.append(
                    plans.propose(
                        round=round_,
                        decided_on=given["decided_on"],
                        document_number=given["document_number"],
                        reason=given.get("reason", ""),
                        by=person,
                        at=timezone.now(),
                    )
                )

            if self.run(request, act, f"已提出公布{round_}认定结果。"):
                return self._prepared(request, made[0])
        found = preview(round_, on=today)
        return self.confirm_page(
            request,
            title=f"提出公布{round_}认定结果",
            what=(
                f"将提出公布 {found.total} 个平台的认定结果、颁发 {found.certified} 张证书，"
                "由市经信局另一位人员批准后公布。"
            ),
            effects=[
                "提出后即准备证书、报告、通知书和邮件；批准之前县级和公众看不到任何内容。",
                "提出后评分、档次或公布信息有变动的，须重新提出。",
                *_effects(round_, found),
                *filter(None, [kept_told(round_)]),
                *self.alone(request),
            ],
            verb="提出公布",
            findings=missing,
            cancel_url=back,
            form=form,
        )

    @repeatable
    def prepare_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """Go on with a preparation that was broken off (POST)."""
        row = self.visible_or_404(request, str(object_id))
        if row.proposed_by_id != person_of(request).pk or not request.user.has_perm("evaluation.propose_publication"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(self._page(row))
        return self._prepared(request, row)

    def _prepared(self, request: HttpRequest, plan: PublicationPlan) -> HttpResponseBase:
        count = graded(plan.round, on=timezone.localdate()).count()
        try:
            if count > AT_ONCE:
                asked = {"plan": plan.pk}
                return later(request, prepare_plan, f"准备公布内容：{plan}", total=count, unit="个", asked=asked)
            plans.prepare(plan=plan, by=person_of(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, PREPARED)
        return HttpResponseRedirect(self._page(plan))

    def _page(self, plan: PublicationPlan) -> str:
        return reverse("admin:evaluation_publicationplan_change", args=(plan.pk,))


@admin.register(Prepared)
class PreparedAdmin(ReadOnlyAdmin):
    """What waits for an approval, for those who publish and nobody else."""

    site_path = "assessment__application"
    list_unit = "份"
    list_display = ("title", "kind", "platform", "place", "opened")
    list_display_links = ("title",)
    list_filter = ("plan", "kind", "region")
    list_select_related = ("region", "assessment__application__region", "plan")
    search_fields = ("number", "assessment__application__number", "assessment__application__name")
    search_help_text = "编号、申报编号或平台名称"
    fields = ("title", "kind", "plan_link", "platform", "place", "opened", "digest", "recipient", "subject", "body")

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.file_view)
        return [path("<int:object_id>/file/", view, name="evaluation_prepared_file"), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(map(str, self.fields))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        is_mail = obj is not None and obj.kind == PreparedKind.MAIL
        left_out = ("platform", "opened", "digest") if is_mail else ("recipient", "subject", "body")
        return tuple(name for name in self.get_readonly_fields(request) if name not in left_out)

    @admin.display(description="编号", ordering="number")
    def title(self, row: Prepared) -> str:
        return row.number or f"{row.get_kind_display()} {self.place(row)}"

    @admin.display(description="窗口平台")
    def platform(self, row: Prepared) -> str:
        return f"{row.assessment.application.name}（{row.assessment.application.number}）" if row.assessment else "—"

    @admin.display(description="地区")
    def place(self, row: Prepared) -> str:
        region = row.assessment.application.region if row.assessment else row.region
        return region.name if region else "市级"

    @admin.display(description="文件")
    def opened(self, row: Prepared) -> SafeString | str:
        if not row.stored_name:
            return "—" if row.kind == PreparedKind.MAIL else "尚未生成"
        url = reverse("admin:evaluation_prepared_file", args=(row.pk,))
        return format_html('<a href="{}">打开<span class="visually-hidden">{}</span></a>', url, row.number)

    @admin.display(description="公布方案")
    def plan_link(self, row: Prepared) -> SafeString:
        url = reverse("admin:evaluation_publicationplan_change", args=(row.plan_id,))
        return format_html('<a href="{}">{}</a>', url, row.plan)

    @admin.display(description="收件人")
    def recipient(self, row: Prepared) -> str:
        return f"{row.text.get('recipient', '')}（{row.text.get('address') or '无邮箱，供复制'}）"

    @admin.display(description="标题")
    def subject(self, row: Prepared) -> str:
        return str(row.text.get("subject", ""))

    @admin.display(description="正文")
    def body(self, row: Prepared) -> str:
        return str(row.text.get("body", ""))

    def file_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """Show a prepared document; nothing of it is valid yet."""
        row = self.visible_or_404(request, str(object_id))
        if not row.stored_name:
            raise Http404
        row.shown_name, row.media_type = f"{row.number}.pdf", MEDIA_TYPES["pdf"]
        return send_kept(row, view=True)


def kept_told(round_: Round) -> str:
    """Say how many platforms graded D hold a certificate that stays in force, or nothing where none does."""
    count = kept_despite_d(round_, on=timezone.localdate()).count()
    if not count:
        return ""
    failed = "、".join(grade.label for grade in round_.terms.grades if not grade.certified)
    return (
        f"{failed}平台中有 {count} 个持有未到期证书。本次评为{failed}不影响其效力，证书到期前继续有效；"
        f"撤销须依通知{printed_number(round_.notice_id, 'grounds')}所列情形办理。"
    )


def _in_the_way(round_: Round, missing: Sequence[Finding]) -> list[str]:
    if round_.status == RoundStatus.PUBLISHED:
        return [f"{round_}认定结果已经公布。"]
    waiting = queries.open_plan(round_)
    if waiting is not None:
        return [f"该年度已有待批准的公布方案 {waiting.number}，请先办结。"]
    return [each.sentence for each in stopping(missing)]


def _effects(round_: Round, found: Preview, decided_on: date | None = None) -> list[str]:
    terms = round_.terms
    until = day_in_words(valid_until(decided_on or timezone.localdate(), terms.validity_years))
    labels = [grade.label for grade in terms.grades]
    counts = "、".join(f"{label} {n} 个" for label, n in zip(labels, found.grades, strict=True))
    certified = [grade.label for grade in terms.grades if grade.certified]
    failed = [grade.label for grade in terms.grades if not grade.certified]
    lines = [
        f"{counts}。{'、'.join(certified)}予以认定，{'、'.join(failed)}不予认定。",
        f"证书自认定日期起有效{terms.validity_years}年，{'' if decided_on else '如认定日期为今天，'}有效期至{until}。",
    ]
    by_region: Callable[[tuple[int, ...]], str] = lambda ns: "、".join(  # noqa: E731
        f"{label} {n}" for label, n in zip(labels, ns, strict=True) if n
    )
    lines += [f"{line.name} {line.total} 个：{by_region(line.grades)}" for line in found.regions]
    return lines


def _table(round_: Round, found: Preview) -> dict[str, Any]:
    grades = [{"label": grade.label, "num": True} for grade in round_.terms.grades]
    return {
        "grade_columns": [{"label": "地区"}, *grades, {"label": "合计", "num": True}],
        "grade_rows": [{"cells": [line.name, *line.grades, line.total]} for line in found.regions],
        "grade_total": ["合计", *found.grades, found.total],
    }
