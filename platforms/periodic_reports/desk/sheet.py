"""One period of one schedule as a sheet, platforms down, what is asked for across: saved by itself, then handed in."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from platforms import deadlines
from platforms.errors import Refusal, StaleVersion
from platforms.files.choices import EvidenceKind
from platforms.files.queries import counts_of
from platforms.models import PeriodicReturn, ReturnSchedule, User
from platforms.moments import moment
from platforms.one_use import repeatable
from platforms.pages.access import current_user, officer
from platforms.pages.cell_grid import (
    Answer,
    Cell,
    Column,
    Kind,
    Refused,
    Standing,
    Unreadable,
    body_of,
    cell_of,
    read_cells,
    standing,
)
from platforms.periodic_reports import queries
from platforms.periodic_reports.queries import STATES, Choice
from platforms.periodic_reports.services import reports as service

#: More rows than these are not shown at once; the city narrows them to a region.
MOST_ROWS = 1_000
#: How often a row is read anew where others save into it meanwhile.
TRIES = 4
LARGEST = Decimal(999_999_999_999)
STATE, TEXT = Column("state", "状态", Kind.READONLY), "text"


class Sheet:
    """What the address names: a schedule, one of its periods, for the city also a region and a state."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.user, self.today = request, current_user(request), timezone.localdate()
        self.schedules = {str(each.pk): each for each in queries.schedules_of(self.user)}
        named = self.schedules.get(request.GET.get("schedule", ""))
        self.schedule: ReturnSchedule | None = named or next(iter(self.schedules.values()), None)
        self.periods = queries.periods(self.user, self.schedule, self.today) if self.schedule else []
        keys = {each.key: each for each in self.periods}
        owed = [each for each in self.periods if each.counts["open"] + each.counts["missing"]]
        self.period = keys.get(request.GET.get("key", "")) or next(iter([*owed, *reversed(self.periods)]), None)
        self.regions = dict(queries.regions_with_any(self.user))
        self.region = request.GET.get("region", "") if request.GET.get("region", "") in self.regions else ""
        self.state = request.GET.get("state", "") if request.GET.get("state", "") in STATES else ""

    @property
    def here(self) -> dict[str, str]:
        """The address of this sheet."""
        named = {
            "schedule": str(self.schedule.pk) if self.schedule else "",
            "key": self.period.key if self.period else "",
        }
        return {name: value for name, value in {**named, "region": self.region, "state": self.state}.items() if value}

    def url(self, page: str = "desk:return_sheet", **more: str) -> str:
        chosen = {name: value for name, value in {**self.here, **more}.items() if value}
        return f"{reverse(page)}?{urlencode(chosen)}"

    def rows(self) -> list[PeriodicReturn]:
        """Return the rows that the person sees, by region and platform."""
        if self.schedule is None or self.period is None:
            return []
        choice = Choice(self.state, str(self.schedule.pk), self.period.key, self.region)
        rows = queries.listed(self.user, choice, self.today)
        places = ("platform__region", "platform__town", "platform__park", "platform__former_zone")
        rows = rows.select_related("schedule__round", *places)
        return list(rows.order_by("platform__region__code", "platform__code")[:MOST_ROWS])

    @property
    def columns(self) -> list[Column]:
        assert self.schedule is not None
        return columns_of(self.schedule)


def columns_of(schedule: ReturnSchedule) -> list[Column]:
    """Return one column for each number, by its label, and one for the text where it is asked for."""
    numbers = [Column(f"figure-{each}", each, low=Decimal(0), most=LARGEST, places=2) for each in schedule.labels]
    text = [Column(TEXT, "报送内容", Kind.TEXT, most=service.MOST_TEXT)] if schedule.wants_text else []
    return [*numbers, *text]


def value_of(row: PeriodicReturn, col: str) -> str:
    """Return what stands in the cell ``col`` of ``row``."""
    return row.text if col == TEXT else str(row.figures.get(col.removeprefix("figure-"), ""))


def words_of(row: PeriodicReturn, columns: Iterable[Column], *, files: int, today: Any) -> str:
    """Return in words how far ``row`` is."""
    state = queries.state_of(row.handed_in_at, row.late, row.closed_at, row.due_on, today)
    if row.handed_in_at is not None or row.closed_at is not None:
        return STATES[state]
    gaps = sum(not value_of(row, column.code) for column in columns)
    needs = ["须上传文件"] if row.schedule.wants_file and not files else []
    return "，".join([*([f"还有 {gaps} 项未填"] if gaps else []), *needs]) or "可以报送"


def _is_open(row: PeriodicReturn, user: User) -> bool:
    return row.handed_in_at is None and row.closed_at is None and service.is_own(row, user)


@officer("platforms.view_periodicreturn")
@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The sheet; who does not hand in reads it, without what is still being typed."""
    made = Sheet(request)
    rows = made.rows()
    columns = made.columns if made.schedule else []
    files = (
        counts_of(EvidenceKind.RETURN, [each.pk for each in rows]) if made.schedule and made.schedule.wants_file else {}
    )
    own = [each for each in rows if _is_open(each, made.user)]
    context = {
        "crumbs": [{"label": "定期报送", "url": reverse("desk:returns")}, {"label": "填报表", "url": ""}],
        "title": made.schedule.title if made.schedule else "定期报送",
        "period": made.period,
        "schedule": made.schedule,
        "groups": _groups(made),
        "columns": [STATE, *columns],
        "rows": [_grid_row(each, columns, made, files.get(each.pk, 0)) for each in rows],
        "grid_id": "return-" + "-".join(made.here.values()),
        "save_url": made.url("desk:return_sheet_cells"),
        "writer": made.user.pk,
        "login": f"{reverse('admin:login')}?{urlencode({'next': request.get_full_path()})}",
        "own": own,
        "hand_in_url": made.url("desk:return_sheet_hand_in"),
        "more": len(rows) == MOST_ROWS,
    }
    return render(request, "periodic_reports/sheet.html", context)


def _grid_row(row: PeriodicReturn, columns: list[Column], made: Sheet, files: int) -> dict[str, Any]:
    is_open = _is_open(row, made.user)
    # What another side is still typing is not its report yet.
    shows = is_open or row.handed_in_at is not None
    late = row.handed_in_at is None and row.closed_at is None and deadlines.is_late(row.due_on, made.today)
    state = words_of(row, columns, files=files, today=made.today) if shows or row.closed_at else "未报送"
    left = deadlines.in_words(deadlines.days_left(row.due_on, made.today))
    region = row.platform.region.name if row.platform.region else "市级"
    place = row.platform.site_name if made.region or len(made.regions) < 2 else f"{region} {row.platform.site_name}"
    return {
        "pk": row.pk,
        "label": place,
        "url": reverse("desk:return", args=[row.pk]),
        "note": moment(row.handed_in_at) if row.handed_in_at else "" if row.closed_at else left,
        "cells": [
            cell_of(STATE, state),
            *(
                cell_of(column, value_of(row, column.code) if shows else "", closed=not is_open, due=late)
                for column in columns
            ),
        ],
    }


def _groups(made: Sheet) -> list[dict[str, Any]]:
    """Return the choices above the sheet."""
    if made.schedule is None or made.period is None:
        return []

    def group(label: str, options: Iterable[tuple[str, str, bool, int | None]]) -> dict[str, Any]:
        names = ("label", "url", "active", "count")
        return {"label": label, "options": [dict(zip(names, each, strict=True)) for each in options]}

    counts, key = made.period.counts, made.period.key
    groups = [
        group(
            "报送安排",
            (
                (str(each), made.url(schedule=pk, key=""), each == made.schedule, None)
                for pk, each in made.schedules.items()
            ),
        ),
        group(
            "报送期",
            (
                (
                    each.label,
                    made.url(key=each.key),
                    each.key == key,
                    each.counts["open"] + each.counts["missing"] or None,
                )
                for each in made.periods
            ),
        ),
        group(
            "状态",
            [
                ("全部", made.url(state=""), not made.state, None),
                *(
                    (label, made.url(state=state), made.state == state, counts[state])
                    for state, label in STATES.items()
                    if counts[state]
                ),
            ],
        ),
    ]
    if len(made.regions) > 1:
        every = ("全部", made.url(region=""), not made.region, None)
        some = ((name, made.url(region=code), made.region == code, None) for code, name in made.regions.items())
        groups.append(group("地区", [every, *some]))
    return [each for each in groups if len(each["options"]) > 1]


@officer("platforms.hand_in_periodicreturn")
@repeatable
@require_POST
def cells(request: HttpRequest) -> HttpResponse:
    """Save the cells that were typed into; the answer is read by ``static/js/cell-grid.js``."""
    made = Sheet(request)
    columns = made.columns if made.schedule else []
    try:
        sent, refused = read_cells(body_of(request), columns)
    except Unreadable as wrong:
        return JsonResponse({"sentence": str(wrong)}, status=400)
    answer = Answer(columns, refused=list(refused))
    by_row: dict[int, list[Cell]] = {}
    for cell in sent:
        by_row.setdefault(cell.row, []).append(cell)
    rows = PeriodicReturn.objects.visible_to(made.user).filter(schedule=made.schedule, pk__in=by_row)
    known = {each.pk: each for each in rows.select_related("platform", "schedule")}
    files = counts_of(EvidenceKind.RETURN, known)
    for pk, own in by_row.items():
        if pk not in known:
            answer.refused += [Refused(pk, cell.col, "没有这份报送，请刷新页面。") for cell in own]
            continue
        row = _save(known[pk], own, answer, made.user)
        if _is_open(row, made.user):
            answer.rows[pk] = {"state": words_of(row, columns, files=files.get(pk, 0), today=made.today)}
    return JsonResponse(answer.as_json())


def _save(row: PeriodicReturn, sent: list[Cell], answer: Answer, user: User) -> PeriodicReturn:
    """Save the cells of one row as far as they can be, tell ``answer``, and return the row as it is then."""
    for _ in range(TRIES):
        found = [(cell, standing(cell, value_of(row, cell.col))) for cell in sent]
        writing = [cell for cell, what in found if what == Standing.WRITE]
        figures = {cell.col.removeprefix("figure-"): cell.value for cell in writing if cell.col != TEXT}
        text = next((cell.value for cell in writing if cell.col == TEXT), None)
        try:
            service.check_open(row, user)
            if writing:
                row = service.fill(row=row, figures=figures, text=text, version=row.version, by=user, at=timezone.now())
        except StaleVersion:
            row = PeriodicReturn.objects.select_related("platform", "schedule").get(pk=row.pk)
            continue
        except Refusal as refusal:
            answer.refused += [Refused(cell.row, cell.col, str(refusal)) for cell in sent]
            return row
        answer.saved += [cell for cell, what in found if what != Standing.STALE]
        answer.stale += [(cell, value_of(row, cell.col)) for cell, what in found if what == Standing.STALE]
        return row
    answer.refused += [Refused(cell.row, cell.col, "他人正在修改，没有保存，请稍后重试。") for cell in sent]
    return row


@officer("platforms.hand_in_periodicreturn")
@require_POST
def hand_in(request: HttpRequest) -> HttpResponse:
    """Hand in the chosen platforms whose rows are filled; the others are named with what is missing."""
    made = Sheet(request)
    chosen = set(request.POST.getlist("row"))
    rows = [each for each in made.rows() if str(each.pk) in chosen and service.is_own(each, made.user)]
    done, refused = service.hand_in_filled(rows=rows, by=made.user, at=timezone.now())
    if done:
        messages.success(request, f"已报送 {len(done)} 个平台。")
    names = {each.pk: each.platform.site_name for each in rows}
    told = "；".join(f"{names[pk]}：{sentence.removesuffix('。')}" for pk, sentence in list(refused.items())[:10])
    left = f"{len(refused)} 个平台没有报送。{told}{'……' if len(refused) > 10 else '。'}" if refused else ""
    if not rows:
        left = "请选择要报送的平台。"
    if left:
        (messages.info if done else messages.warning)(request, left)
    return redirect(made.url(state="" if done else made.state))
