"""Reports on the use of funds: the list, one report with its rows and files, and how finance settles it."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from funding.models import UseReport
from funding.uses import queries, services
from funding.uses.choices import ReportStatus
from funding.uses.desk.form import ItemForms, TextForm
from funding.uses.queries import UseLine
from funding.uses.workflow import USE_REPORT
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of
from platforms.models import EvidenceFile, Platform, Round
from platforms.moments import moment
from platforms.pages import evidence
from platforms.pages.access import current_user, officer
from platforms.pages.fields import PlainTextField
from platforms.pages.files import send_kept
from platforms.pages.lists import Column, Counted, Filter, ListPage, Value, Words, day, plain
from platforms.pages.moves import version_of
from platforms.pages.queue import Ahead, ahead, tell
from platforms.tones import Tone

READ, FILL, SETTLE = "funding.view_usereport", "funding.fill_usereport", "funding.settle_usereport"
#: What the list can be narrowed to: what is late or waits for the county, and what waits for finance.
STATES = {"late": "逾期未报送", "due": "待报送", "returned": "待补正", "submitted": "待审核"}
TONES: dict[str, Tone] = {"submitted": "wait", "returned": "bad", "accepted": "good"}


def _yuan(name: str) -> Value:
    """Return an amount with commas, a number in a file."""
    return Value((name,), lambda yuan: f"{yuan:,}", plain(name))


class Uses(ListPage):
    """Every region that was paid anything, overdue reports first, with the sums allocated, paid and reported."""

    title = file_title = label = "资金使用情况"
    noun, unit = "资金使用情况", "条"
    lead = "各地区已分配、已拨付和已报告使用的资金；逾期未报送的排在最前。"
    place, file_place = "funding:uses", "funding:use_list"
    size = 50
    filters = (Filter("year", "年度", pattern=r"[0-9]{4}"), Filter("state", "状态", words=STATES))
    none_yet = "尚无已公布的资金分配结果。"
    link = Value(("url",), str)
    columns = (
        Column("地区", "label"),
        Column("年度", "year_label"),
        Column("分配", _yuan("allocated"), unit="元", num=True),
        Column("已拨付", _yuan("paid"), unit="元", num=True),
        Column("已报告使用", _yuan("reported"), unit="元", num=True),
        Column("报告截止日期", day("due")),
        Column(
            "状态", Value(("state",), lambda state: state, Value(("state",), lambda state: state and state["label"]))
        ),
    )

    @cached_property
    def every_line(self) -> list[UseLine]:
        """What the person reads, of all years and however it stands."""
        return queries.lines_for(self.user)

    def words(self, filter: Filter) -> Words:
        years = {str(line.round.year): str(line.round) for line in self.every_line}
        return years if filter.name == "year" else super().words(filter)

    @cached_property
    def all_rows(self) -> list[Counted]:
        """What the address asks for; the sums below are those of the same lines."""
        year, state = self.values["year"], self.values["state"]
        asked = [line for line in self.every_line if year in ("", str(line.round.year))]
        found = queries.overdue_first([line for line in asked if queries.stands(line, state, self.today)], self.today)
        return [
            {
                "label": line.region.name,
                "url": _address(line),
                "year_label": str(line.round),
                "allocated": line.allocated,
                "paid": line.standing.paid,
                "reported": line.standing.reported,
                "due": line.standing.due_on,
                "state": _state(line),
            }
            for line in found
        ]

    def rows(self) -> list[Counted]:
        return self.all_rows

    def total(self) -> Counted | None:
        if not self.all_rows:
            return None
        sums = {name: sum(row[name] for row in self.all_rows) for name in ("allocated", "paid", "reported")}
        return {"label": "合计", "url": "", "year_label": "", "due": None, "state": "", **sums}


def _state(line: UseLine) -> dict[str, str]:
    """Return label and tone of how the report of ``line`` stands today."""
    standing = line.standing
    if standing.is_overdue(timezone.localdate()):
        return {"label": "逾期未报送", "tone": "bad"}
    if not standing.paid:
        return {"label": "尚未拨付", "tone": "neutral"}
    if line.report is None:
        return {"label": "未填报", "tone": "neutral"}
    return {"label": line.report.get_status_display(), "tone": TONES.get(line.report.status, "neutral")}


index = officer(READ)(require_safe(Uses.page))
export = officer(READ)(require_safe(Uses.file))


def _line_or_404(request: HttpRequest, year: int, code: str) -> UseLine:
    """Return the region of ``code`` in the round of ``year`` if this person reads it."""
    round_ = get_object_or_404(Round, year=year)
    lines = queries.lines_for(current_user(request), round=round_)
    found = next((line for line in lines if line.region.code == code), None)
    if found is None:
        raise Http404
    return found


def _may_fill(request: HttpRequest, line: UseLine) -> bool:
    return (
        current_user(request).has_perm(FILL)
        and line.standing.paid > 0
        and (line.report is None or line.report.status in services.WRITABLE)
    )


@officer(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """Show the report of one region (GET), keep it or hand it in (POST)."""
    line = _line_or_404(request, year, code)
    if request.method != "POST":
        return _page(request, line)
    if not current_user(request).has_perm(FILL):
        raise PermissionDenied("资金使用情况由区县（市）、管委会填报，您可以查看，不能填报。")
    text, items = TextForm(request.POST), _item_forms(request, line, request.POST)
    if not (text.is_valid() and items.is_valid()):
        return _page(request, line, text=text, items=items, status=422)
    given = [item for form in items if (item := form.item())]
    submits, by, at = request.POST.get("action") == "submit", current_user(request), timezone.now()
    try:
        with transaction.atomic():
            kept = services.save(
                round=line.round, region=line.region, text=text.cleaned_data["text"], items=given,
                revision=text.cleaned_data["revision"] or 0, by=by, at=at,
            )  # fmt: skip
            if submits:
                services.submit(report=kept, revision=kept.revision, by=by, at=at)
    except Refusal as refusal:
        return _page(request, line, text=text, items=items, refusal=str(refusal), status=409)
    messages.success(request, "已报送，待市财政局审核。" if submits else "已保存草稿。")
    return redirect("funding:use", year, code)


@officer(FILL)
@require_POST
def files(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """Keep the files that were sent; what was refused is said on the page itself."""
    line = _line_or_404(request, year, code)
    if line.report is None:
        messages.error(request, "请先保存草稿，再上传凭证。")
        return redirect("funding:use", year, code)
    row = line.report

    def add(upload: UploadedFile, note: str) -> EvidenceFile:
        by = current_user(request)
        return services.add_file(report=row, upload=upload, note=note, by=by, at=timezone.now())

    answer, form, refused = evidence.receive_with(request, add=add, back=_address(line))
    if answer:
        return answer
    return _page(request, line, status=409 if refused else 422, form=form, refused=refused)


@officer(READ)
@require_safe
def file(request: HttpRequest, year: int, code: str, pk: int) -> HttpResponseBase:
    """Send one file of a report to who reads the report."""
    line = _line_or_404(request, year, code)
    if line.report is None:
        raise Http404
    rows = EvidenceFile.objects.filter(kind=EvidenceKind.FUND_USE, key=line.report.pk)
    return send_kept(get_object_or_404(rows, pk=pk), view=request.GET.get("view") == "1")


class ReasonForm(forms.Form):
    """Why a report goes back."""

    use_required_attribute = False

    reason = PlainTextField(
        label="退回理由", max_length=400, widget=forms.Textarea(attrs={"rows": 4, "maxlength": 400})
    )


@officer(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, year: int, code: str, name: str) -> HttpResponse:
    """Ask once more (GET), return or accept the report (POST)."""
    line = _line_or_404(request, year, code)
    if name not in ("return", "accept") or line.report is None:
        raise Http404
    if not current_user(request).has_perm(SETTLE):
        raise PermissionDenied("资金使用情况报告由市财政局审核，您可以查看，不能审核。")
    row, move = line.report, USE_REPORT.move(name)
    if row.status not in move.sources:
        messages.warning(request, f"{row}现为“{row.get_status_display()}”，不能办理“{move.label}”。")
        return redirect("funding:use", year, code)
    form = ReasonForm(request.POST or None) if move.reason_required else None
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        by, at = current_user(request), timezone.now()
        following = _ahead(request, line)
        try:
            if form is None:
                services.accept(report=row, revision=version_of(request), by=by, at=at)
            else:
                reason = form.cleaned_data["reason"]
                services.send_back(report=row, reason=reason, revision=version_of(request), by=by, at=at)
        except Refusal as refused:
            refusal = str(refused)
        else:
            tell(request, f"已{move.label}{row}。", next=following, unit="份", list_url=reverse("funding:uses"))
            return redirect("funding:use", year, code)
    effects = (
        ["通过后不能修改；后续拨付资金的使用情况，须在通过前一并报告。"] if form is None else ["该地区补正后重新报送。"]
    )
    context = {
        "crumbs": [*_trail(line, last=False), {"label": move.label, "url": ""}],
        "row": row,
        "title": move.label,
        "what": f"将{move.label}{row}。",
        "effects": effects,
        "verb": move.label,
        "facts": _pairs(line),
        "form": form,
        "refusal": refusal,
        "hidden": [{"name": "version", "value": row.revision}],
        "cancel_url": _address(line),
        "danger": False,
    }
    return render(request, "desk/move.html", context, status=409 if refusal else 200)


def _ahead(request: HttpRequest, line: UseLine) -> Ahead:
    """Return which report waits to be settled after that of ``line``, the first handed in first."""
    reports = UseReport.objects.visible_to(request.user).filter(status=ReportStatus.SUBMITTED)
    keys = list(reports.order_by("submitted_at", "pk").values_list("round__year", "region__code"))
    return ahead(keys, (line.round.year, line.region.code), lambda key: reverse("funding:use", args=key))


def _address(line: UseLine) -> str:
    return reverse("funding:use", args=(line.round.year, line.region.code))


def _trail(line: UseLine, *, last: bool = True) -> list[dict[str, str]]:
    own = {"label": f"{line.region.name}{line.round}", "url": "" if last else _address(line)}
    return [{"label": Uses.title, "url": reverse("funding:uses")}, own]


def _item_forms(request: HttpRequest, line: UseLine, data: Any = None) -> Any:
    platforms = Platform.objects.visible_to(request.user).filter(region=line.region).order_by("name")
    initial = [
        {
            "purpose": item.purpose,
            "amount": f"{item.amount_yuan:,}",
            "spent_on": item.spent_on,
            "platform": item.platform_id,
        }
        for item in (line.report.items.all() if line.report else ())
    ]
    return ItemForms(data, initial=initial, form_kwargs={"platforms": platforms}, prefix="items")


def _page(
    request: HttpRequest,
    line: UseLine,
    *,
    text: TextForm | None = None,
    items: Any = None,
    refusal: str = "",
    status: int = 200,
    **panel: Any,
) -> HttpResponse:
    row, user = line.report, current_user(request)
    may_fill = _may_fill(request, line)
    moves = []
    if row is not None and row.status == ReportStatus.SUBMITTED and user.has_perm(SETTLE):
        for name, kind in (("accept", "main"), ("return", "plain")):
            url = reverse("funding:use_settle", args=(line.round.year, line.region.code, name))
            moves.append({"label": USE_REPORT.move(name).label, "url": url, "kind": kind})
    context = {
        "crumbs": _trail(line),
        "title": f"{line.round}资金使用情况",
        "code": "",
        "region": line.region.name,
        "state": _state(line),
        "moves": moves,
        "pairs": _pairs(line),
        "may_fill": may_fill,
        "text": text or TextForm(initial={"text": row.text if row else "", "revision": row.revision if row else 0}),
        "items": items if items is not None else _item_forms(request, line),
        "refusal": refusal,
        "returned": row.settled_reason if row is not None and row.status == ReportStatus.RETURNED else "",
        "item_rows": _item_rows(row) if row is not None and not may_fill else [],
        "item_columns": [
            {"label": "用途"},
            {"label": "金额", "unit": "元", "num": True},
            {"label": "支出日期"},
            {"label": "用于的平台"},
        ],
        "payment_rows": queries.payment_rows(user, line.round, line.region),
        "payment_columns": queries.PAYMENT_COLUMNS,
        "evidence": _panel(line, may_fill=may_fill, **panel) if row is not None else None,
        "release_url": reverse("funding:release_region", args=(line.release.pk, line.region.code)),
    }
    return render(request, "uses/report.html", context, status=status)


def _panel(line: UseLine, *, may_fill: bool, **panel: Any) -> dict[str, Any]:
    row = line.report
    assert row is not None  # who calls it has one
    year, code = line.round.year, line.region.code
    return evidence.panel(
        files_of(EvidenceKind.FUND_USE, row.pk),
        action=reverse("funding:use_files", args=(year, code)) if may_fill else "",
        title="支出凭证",
        url_of=lambda each: reverse("funding:use_file", args=(year, code, each.pk)),
        **panel,
    )


def _pairs(line: UseLine) -> list[dict[str, Any]]:
    standing, row = line.standing, line.report
    pairs = [
        {"label": "分配金额", "value": f"{line.allocated:,}", "unit": "元"},
        {"label": "已拨付", "value": f"{standing.paid:,}", "unit": "元"},
        {"label": "已报告使用", "value": f"{standing.reported:,}", "unit": "元"},
        {"label": "报告截止日期", "value": day_in_words(standing.due_on)},
    ]
    if row is not None and row.submitted_by is not None:
        pairs.append({"label": "报送", "value": f"{row.submitted_by.name}，{moment(row.submitted_at)}"})
    if row is not None and row.settled_by is not None:
        pairs.append({"label": "审核", "value": f"{row.settled_by.name}，{moment(row.settled_at)}"})
    return pairs


def _item_rows(row: UseReport) -> list[dict[str, Any]]:
    return [
        {
            "cells": [
                item.purpose,
                f"{item.amount_yuan:,}",
                item.spent_on.isoformat(),
                item.platform.name if item.platform else "—",
            ]
        }
        for item in row.items.select_related("platform")
    ]
