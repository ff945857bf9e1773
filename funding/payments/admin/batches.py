"""Payments in the back office: proposed by one finance officer, released by another; the city reads."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from funding.models import AllocationRelease, AllocationRun, PaymentBatch
from funding.payments.admin.form import BatchForm, box
from funding.payments.balance import Balance, Totals
from funding.payments.choices import BatchStatus
from funding.payments.excel import summary_file
from funding.payments.queries import sums as queries
from funding.payments.queries.sums import RegionMoney
from funding.payments.services import batches
from funding.payments.services.summary import export_summary
from funding.payments.workflow import BATCH
from funding.runs.queries.obstacles import in_force
from platforms.backoffice.excel import download
from platforms.backoffice.moves import MoveService, person_of
from platforms.backoffice.proposals import ProposalAdmin
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.models import Region, Round
from platforms.move_table import Move
from platforms.one_use import creates
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {BatchStatus.PROPOSED: "wait", BatchStatus.RELEASED: "good", BatchStatus.DECLINED: "bad"}
PAYMENT_COLUMNS = (
    {"label": "地区"},
    {"label": "本批拨付", "unit": "元", "num": True},
    {"label": "分配", "unit": "元", "num": True},
    {"label": "已拨付合计", "unit": "元", "num": True},
    {"label": "待批准合计", "unit": "元", "num": True},
    {"label": "尚可拨付", "unit": "元", "num": True},
)
SUMMARY_COLUMNS = (
    {"label": "地区"},
    {"label": "分配", "unit": "元", "num": True},
    {"label": "已拨付", "unit": "元", "num": True},
    {"label": "待批准", "unit": "元", "num": True},
    {"label": "尚可拨付", "unit": "元", "num": True},
    {"label": "多拨", "unit": "元", "num": True},
    {"label": "拨付批次"},
)


@admin.register(PaymentBatch)
class PaymentBatchAdmin(ProposalAdmin):
    workflow = BATCH
    move_services: ClassVar[Mapping[str, MoveService]] = {
        "release": lambda row, by, at, _reason, _data: batches.release_batch(batch=row, by=by, at=at),
        "decline": lambda row, by, at, reason, _data: batches.decline(batch=row, reason=reason, by=by, at=at),
        "withdraw": lambda row, by, at, _reason, _data: batches.withdraw(batch=row, by=by, at=at),
    }
    state_tones: ClassVar[Mapping[str, Tone]] = TONES
    change_form_template = "admin/funding/payment_batch.html"
    change_list_template = "admin/funding/payment_batch_list.html"
    list_unit = "批"
    list_display = ("number", "state", "round", "document_number", "paid_on", "total", "proposer")
    list_filter = ("status", "release__run__round")
    list_select_related = ("release__run__round", "proposed_by")
    search_fields = ("number", "document_number")
    search_help_text = "编号或拨款文号"
    shown = (
        "number", "allocation", "document_number", "paid_on", "total", "reason", "proposer", "decider",
        "decision_reason",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows: models.QuerySet = super().get_queryset(request)
        rows = rows.select_related("release__run__round", "proposed_by", "decided_by")
        summed: models.QuerySet = rows.annotate(yuan=Sum("payments__amount_yuan"))
        return summed

    def get_urls(self) -> list:
        name, view = "funding_paymentbatch", self.admin_site.admin_view
        return [
            path("propose/<int:release_pk>/", view(self.propose_view), name=f"{name}_propose"),
            path("summary/<int:year>/", view(self.summary_view), name=f"{name}_summary"),
            path("summary/<int:year>/file/", view(self.file_view), name=f"{name}_file"),
            *super().get_urls(),
        ]

    # Columns ---------------------------------------------------------------------------------------------------------

    @admin.display(description="年度", ordering="release__run__round__year")
    def round(self, row: PaymentBatch) -> str:
        return str(row.release.run.round)

    @admin.display(description="资金分配")
    def allocation(self, row: PaymentBatch) -> SafeString:
        run = row.release.run
        links = (
            (reverse("admin:funding_allocationrun_change", args=(run.pk,)), run.number),
            (_summary(run.round), f"{run.round}拨付情况"),
        )
        return format_html_join("，", '<a href="{}">{}</a>', links)

    @admin.display(description="拨付合计（元）", ordering="yuan")
    def total(self, row: Any) -> SafeString:
        return format_html('<span class="nowrap">{}</span>', f"{row.yuan:,}")

    # The page --------------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        latest = queries.released_rounds().first()
        release = queries.release_in_force(latest) if latest and self._may_propose(request) else None
        more = {
            "summary_url": _summary(latest) if latest else "",
            "propose_url": _propose(release) if release else "",
            "propose_label": f"提出{latest}拨付",
        }
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        is_open = row.status == BatchStatus.PROPOSED
        own = row.proposed_by_id == person_of(request).pk
        more = {
            "overtaken": batches.overtaken(row.release, row.release.run.round) if is_open else "",
            "waits_for_another": is_open and own,
            "alone": self.alone(request) if is_open and own else [],
            "payment_columns": PAYMENT_COLUMNS,
            "payment_rows": _payment_rows(row),
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def move_kind(self, move: Move, *, first: bool) -> str:
        return "main" if first else "plain"

    def move_what(self, row: Any, move: Move) -> str:
        if move.name == "release":
            return (
                f"将批准拨付批次“{row}”：按{row.document_number}向 {row.payments.count()} 个地区拨付"
                f"共 {row.yuan:,} 元，批准后不能修改或撤销。"
            )
        return f"将对拨付批次“{row}”办理“{move.label}”，不拨付任何资金。"

    def move_facts(self, request: HttpRequest, row: Any, move: Move) -> list[dict[str, Any]]:
        return [
            {"label": "资金分配", "value": self.allocation(row)},
            {"label": "拨款文号", "value": row.document_number},
            {"label": "拨付日期", "value": day_in_words(row.paid_on)},
            *(
                {"label": each.region.name, "value": f"{each.amount_yuan:,}", "unit": "元"}
                for each in row.payments.select_related("region")
            ),
            {"label": "拨付理由", "value": row.reason},
            {"label": "提出人", "value": self.proposer(row)},
        ]

    def move_effects(self, request: HttpRequest, row: Any, move: Move) -> Sequence[str]:
        if move.name != "release":
            return ("该批次不再计入各地区的待批准金额，可以重新提出。",)
        why = batches.overtaken(row.release, row.release.run.round)
        return ("批准后计入各地区已拨付金额，各地区可以查看。", *filter(None, [why]))

    # Proposing -------------------------------------------------------------------------------------------------------

    def _may_propose(self, request: HttpRequest) -> bool:
        return person_of(request).has_perm("funding.propose_paymentbatch")

    @creates
    def propose_view(self, request: HttpRequest, release_pk: int) -> HttpResponse:
        """Ask for the amounts of a batch (GET), propose it (POST)."""
        person = person_of(request)
        if not self._may_propose(request):
            raise PermissionDenied
        releases = AllocationRelease.objects.visible_to(person).select_related("run__round")
        release = get_object_or_404(releases, pk=release_pk)
        round_ = release.run.round
        why = batches.overtaken(release, round_)
        if why:
            messages.error(request, why)
            return HttpResponseRedirect(_summary(round_))
        regions = queries.money_of_regions(release.run)
        if not any(each.balance.rest for each in regions):
            messages.error(request, f"{round_}各地区均无尚可拨付的金额，不能提出拨付。")
            return HttpResponseRedirect(_summary(round_))
        form = BatchForm(request.POST or None, regions=regions, initial={"paid_on": timezone.localdate()})
        status = 200
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                with transaction.atomic():
                    made = batches.propose(
                        release=release,
                        lines=form.lines(),
                        document_number=given["document_number"],
                        paid_on=given["paid_on"],
                        reason=given["reason"],
                        by=person,
                        at=timezone.now(),
                    )
            except Refusal as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
                status = 409
            else:
                messages.success(request, f"已提出拨付批次 {made.number}，待另一位财政人员批准。")
                return HttpResponseRedirect(reverse("admin:funding_paymentbatch_change", args=(made.pk,)))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"提出{round_}拨付",
            "run": release.run,
            "release": release,
            "form": form,
            "lines": [
                {"money": each, "box": form[box(each.region)] if box(each.region) in form.fields else None}
                for each in regions
            ],
            "totals": Totals.of(each.balance for each in regions),
            "overtaken": _overtaken(regions, release),
            "cancel_url": _summary(round_),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/funding/payment_propose.html", context, status=status)

    # The sums of a round ---------------------------------------------------------------------------------------------

    def summary_view(self, request: HttpRequest, year: int) -> HttpResponse:
        """Show what each region was given and paid, with the batches."""
        round_, regions = self._regions(request, year)
        run = in_force(round_)
        assert run is not None  # a released run is locked
        release = queries.release_in_force(round_)
        has_rest = any(each.balance.rest for each in regions)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"{round_}资金拨付情况",
            "round": round_,
            "run": run,
            "release": release,
            "columns": SUMMARY_COLUMNS,
            "rows": [_summary_row(run, each) for each in regions],
            "total": _summary_total(regions),
            "overpaid": [
                f"{each.balance.label}多拨 {each.balance.overpaid:,} 元（{each.balance.in_words}）"
                for each in regions
                if each.balance.overpaid
            ],
            "overtaken": _overtaken(regions, release),
            "years": [(each.year, _summary(each)) for each in queries.released_rounds()],
            "propose_url": _propose(release) if release and has_rest and self._may_propose(request) else "",
            "file_url": reverse("admin:funding_paymentbatch_file", args=(year,)),
            "may_export": person_of(request).has_perm("funding.export_allocationrun"),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/funding/payment_summary.html", context)

    def file_view(self, request: HttpRequest, year: int) -> HttpResponse:
        """Send the sums of a round as a workbook (POST: each export is one audit event)."""
        round_, regions = self._regions(request, year)
        person = person_of(request)
        if not person.has_perm("funding.export_allocationrun"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        export_summary(round=round_, by=person, at=timezone.now())
        run = in_force(round_)
        assert run is not None  # a released run is locked
        return download(summary_file(run, regions), f"{round_.year}年度资金拨付情况.xlsx", "xlsx")

    def _regions(self, request: HttpRequest, year: int) -> tuple[Round, list[RegionMoney]]:
        """Return the round of ``year`` and the sums of its regions; 404 while no amount of it is known."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        round_ = get_object_or_404(queries.released_rounds(), year=year)
        run = in_force(round_)
        if run is None:
            raise Http404
        return round_, queries.money_of_regions(run)


def _summary(round: Round) -> str:
    return reverse("admin:funding_paymentbatch_summary", args=(round.year,))


def _propose(release: AllocationRelease) -> str:
    return reverse("admin:funding_paymentbatch_propose", args=(release.pk,))


def _payment_rows(row: PaymentBatch) -> list[dict[str, Any]]:
    """Return what the batch pays, each beside the sums of its region as they stand now.

    A region leads to how its amount comes about in the run that the batch pays.
    """
    run = in_force(row.release.run.round)
    known = {each.region.pk: each.balance for each in queries.money_of_regions(run)} if run else {}
    rows = []
    for each in row.payments.select_related("region"):
        sums = known.get(each.region_id, Balance(each.region.name))
        yuan = (each.amount_yuan, sums.allocated, sums.paid, sums.proposed, sums.rest)
        url = _region(row.release.run, each.region)
        rows.append({"url": url, "cells": [each.region.name, *(f"{number:,}" for number in yuan)]})
    return rows


def _summary_row(run: AllocationRun, line: RegionMoney) -> dict[str, Any]:
    """Return the sums of a region; it leads to how its amount comes about and what was used of it."""
    balance = line.balance
    sums = (balance.allocated, balance.paid, balance.proposed, balance.rest, balance.overpaid)
    # Each on a line of its own; on a phone the cell is a grid, which would lay text and links beside each other.
    links = format_html_join(
        "",
        '<div><a class="nowrap" href="{}">{}</a>（{}，{} 元）</div>',
        (
            (
                reverse("admin:funding_paymentbatch_change", args=(each.batch_id,)),
                each.batch.number,
                f"{each.batch.get_status_display()} {each.batch.paid_on:%Y-%m-%d}",
                f"{each.amount_yuan:,}",
            )
            for each in line.payments
        ),
    )
    cell = format_html("<div>{}</div>", links) if links else _nothing(line)
    url = _region(run, line.region) if line.in_run else ""
    return {"url": url, "cells": [balance.label, *(f"{yuan:,}" for yuan in sums), cell]}


def _region(run: AllocationRun, region: Region) -> str:
    return reverse("admin:funding_allocationrun_region", args=(run.pk, region.code))


def _overtaken(regions: Sequence[RegionMoney], release: AllocationRelease | None) -> list[str]:
    """Return what is to be done with each batch that waits and was proposed before a correction of the amounts."""
    waiting = {
        each.batch.number
        for line in regions
        for each in line.payments
        if each.batch.status == BatchStatus.PROPOSED and (release is None or each.batch.release_id != release.pk)
    }
    return [
        f"{number}按更正前的分配结果提出，不能批准，但仍占用待批准金额；请撤回或不批准后重新提出。"
        for number in sorted(waiting)
    ]


def _nothing(line: RegionMoney) -> str:
    return "不予支持" if line.balance.excluded else "—"


def _summary_total(regions: Sequence[RegionMoney]) -> list[str]:
    sums = Totals.of(each.balance for each in regions)
    return [
        "合计",
        *(f"{yuan:,}" for yuan in (sums.allocated, sums.paid, sums.proposed, sums.rest, sums.overpaid)),
        "",
    ]
