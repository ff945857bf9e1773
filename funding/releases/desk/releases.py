"""Released allocations at the desk: a county its own amount with all it rests on, finance and city every region."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluation.marking.late import Standing
from funding.derivation import Derivation
from funding.models import AllocationItem, AllocationRelease, AllocationRow
from funding.releases import queries
from funding.runs.choices import COLUMNS, STANDINGS
from funding.runs.queries.differences import Difference, between
from funding.runs.queries.explained import explained
from funding.runs.queries.frozen import read_once
from funding.runs.queries.sheet import Sheet, sheet_of
from funding.uses.queries import afterwards
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.models import User
from platforms.notices.clauses import activate
from platforms.pages.access import current_user, officer
from platforms.pages.lists import Column, ListPage, Value, day, day_of, leads_to

READ = "funding.view_allocationrelease"
#: Where the applications and their results are read.
READ_RESULTS = "evaluation.view_frozenevidence"
NOTHING = "—"


def _yuan(amount: int | None) -> str:
    return NOTHING if amount is None else f"{amount:,}"


def _state(corrected: bool) -> dict[str, str]:
    return {"label": "已更正", "tone": "neutral"} if corrected else {"label": "有效", "tone": "good"}


class Releases(ListPage):
    """The released allocations of all years, corrected ones included, with the amount of the own region."""

    unit = "份"
    title = file_title = label = "资金分配结果"
    noun, unit = "分配结果", "次"
    lead = "市财政局公布的年度资金分配结果；打开可查看金额的计算过程、计入的申报和采用的口径。"
    place = "funding:releases"
    link = leads_to("funding:release", "pk")
    none_yet = "尚未公布资金分配结果。"

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The columns; a county reads its own amount, the others that of all regions."""
        amount = "本地区金额" if self.user.role == Role.COUNTY else "分配金额"
        return (
            Column("年度", Value(("run__round__year",), lambda year: f"{year}年度")),
            Column("文号", "document_number"),
            Column("文件日期", day("decided_on")),
            Column("公布日期", day_of("released_at")),
            Column(amount, Value(("amount",), _yuan), unit="元", num=True),
            Column("使用情况报告截止日期", day("use_due_on")),
            Column("状态", Value(("corrected",), _state)),
        )

    def rows(self) -> QuerySet[Any]:
        rows = AllocationRelease.objects.visible_to(self.user)
        own = queries.rows_for(self.user, rows.values("run")).filter(run=OuterRef("run"))
        amount = own.order_by().values("run").annotate(sum=Sum("amount_yuan")).values("sum")
        return rows.annotate(amount=Subquery(amount), corrected=queries.corrected()).order_by(
            "-run__round__year", "-pk"
        )


index = officer(READ)(require_safe(Releases.page))


@officer(READ)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the regions of this person get; one region alone has its page at once."""
    user = current_user(request)
    release = _release_or_404(user, pk)
    rows = list(queries.rows_for(user, [release.run]))
    if user.role == Role.COUNTY and len(rows) == 1:
        return redirect("funding:release_region", release.pk, rows[0].code)
    lines = [
        {"url": reverse("funding:release_region", args=(release.pk, row.code)), "cells": [row.label, *_amounts(row)]}
        for row in rows
    ]
    columns = [{"label": "地区"}, *({"label": each, "num": True} for each in ("申报", "金额（元）"))]
    context = _head(release) | {"pairs": _pairs(release), "columns": columns, "lines": lines}
    return render(request, "releases/release.html", context)


@officer(READ)
@require_safe
@read_once()
def region(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Show the amount of one region with the counts, shares, applications and readings that it rests on."""
    user = current_user(request)
    release = _release_or_404(user, pk)
    row = get_object_or_404(queries.rows_for(user, [release.run]), code=code)
    sheet = sheet_of(release.run)
    line = next(each for each in sheet.lines if each.code == row.code)
    former, _ = queries.neighbours(release)
    head = _head(release)
    if user.role != Role.COUNTY:
        head["crumbs"].insert(1, {"label": head["title"], "url": reverse("funding:release", args=(release.pk,))})
    head["crumbs"][-1] = {"label": row.label, "url": ""}
    context = head | {
        "region": row.label,
        "pairs": [{"label": "分配金额", "value": f"{row.amount_yuan:,} 元"}, *_pairs(release)],
        "sheet": sheet,
        "line": line,
        "own_lines": [{"line": line, "url": ""}],
        "readings": [*sheet.readings, *sheet.countings],
        "derivation": _derivation(release, code),
        "items": [_item(each, sheet, user, release.run.round.year) for each in queries.items_of_row(row)],
        "item_columns": [
            {"label": each} for each in ("申报编号", "平台名称", "申报情况", "评定档次", "计入", "日期", "理由")
        ],
        "correction": _correction(former, release, row),
        "afterwards": afterwards(user, release.run.round, code),
    }
    return render(request, "releases/release_region.html", context)


def _release_or_404(user: User, pk: int) -> AllocationRelease:
    rows = AllocationRelease.objects.visible_to(user).select_related(
        "run__round", "run__made_by", "run__checked_by", "run__signed_by", "run__locked_by", "run__replaces__round",
        "released_by",
    )  # fmt: skip
    found: AllocationRelease = get_object_or_404(rows, pk=pk)
    activate(found.run.round.notice_id)
    return found


def _derivation(release: AllocationRelease, code: str) -> Derivation | None:
    found = explained(release.run)
    place = found.place_of(code)
    return None if place is None else found.derivation(place)


def _head(release: AllocationRelease) -> dict[str, Any]:
    """Return what stands above: title, state, and where the release that corrects this one is."""
    _, newer = queries.neighbours(release)
    return {
        "crumbs": [
            {"label": "资金分配结果", "url": reverse("funding:releases")},
            {"label": str(release), "url": ""},
        ],
        "title": str(release),
        "state": _state(newer is not None),
        "newer": newer and {"label": newer.document_number, "url": reverse("funding:release", args=(newer.pk,))},
    }


def _pairs(release: AllocationRelease) -> list[dict[str, Any]]:
    return [
        {"label": "文号", "value": release.document_number},
        {"label": "文件日期", "value": day_in_words(release.decided_on)},
        {"label": "公布日期", "value": day_in_words(timezone.localdate(release.released_at))},
        {"label": "资金总额", "value": f"{release.run.pool_yuan:,} 元"},
        {"label": "测算编号", "value": release.run.number},
        {"label": "使用情况报告截止日期", "value": day_in_words(release.use_due_on)},
    ]


def _amounts(row: AllocationRow) -> list[str]:
    return [str(row.declared), f"{row.amount_yuan:,}"]


def _item(item: AllocationItem, sheet: Sheet, user: User, year: int) -> dict[str, Any]:
    """Return one application as a row of the table; it leads to its result where this person reads results."""
    labels = sheet.money.labels
    day_ = item.revoked_on or item.happened_on
    counted = labels.get(item.counts_as, item.counts_as) if item.counts_as else dict(COLUMNS)[item.column]
    # What was only proposed is told where it counts, and nowhere else.
    known = item.grade if item.standing == Standing.GRADED else item.counts_as
    reads = item.result is not None and user.has_perm(READ_RESULTS)
    return {
        "url": reverse("evaluation:result", args=(year, item.result.code)) if reads and item.result else "",
        "cells": [
            item.number,
            item.name,
            dict(STANDINGS)[item.standing],
            labels.get(known, known) or NOTHING,
            counted,
            day_.isoformat() if day_ else NOTHING,
            item.reason or ("公布后撤销" if item.revoked_on else NOTHING),
        ],
    }


def _correction(
    former: AllocationRelease | None, release: AllocationRelease, row: AllocationRow
) -> dict[str, Any] | None:
    """Return what was released of the region before, and why it differs; None where nothing was."""
    if former is None:
        return None
    found = between(former.run, release.run)
    own: Difference = next(each for each in found.lines if each.label == row.label)
    return {
        "difference": own,
        "general": found.general,
        "label": former.document_number,
        "url": reverse("funding:release", args=(former.pk,)),
    }
