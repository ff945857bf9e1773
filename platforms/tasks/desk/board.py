"""The board of the phases (platform × task) for county and city, and the same as a file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.views.decorators.http import require_safe

from platforms.choices import TYPES_IN_SHORT, Role
from platforms.dates import day_in_words
from platforms.excel.list_file import Row, safe
from platforms.models import Phase, TaskTemplate, User
from platforms.pages.access import officer
from platforms.pages.date_changes import changes_of
from platforms.pages.lists import Filter, ListPage, Words, text
from platforms.pages.short_names import short_of
from platforms.pages.years import ONE_YEAR, by_year, round_here, year_url
from platforms.rounds.choices import RoundStatus
from platforms.rounds.phases import MOST_PHASES, phase_label, short_label
from platforms.tasks import queries as tasks
from platforms.tasks.queries import STATES, Cell, Choice, Figures

PAGE = 50
CHUNK = 500
#: Moved dates that the board tells.


#: Every phase that a notice can have; the notice of the round says which there are and what they are called.
PHASES = {str(number): f"第{number}阶段" for number in range(1, MOST_PHASES + 1)}


class Board(ListPage):
    """Platforms down, tasks of one phase across."""

    title, noun, unit = "阶段", "平台", "个"
    file_title = "阶段任务"
    search = "查找平台名称或编号"
    place, file_place = "desk:tasks", "desk:tasks_file"
    template = "tasks/board.html"
    filters = (
        ONE_YEAR,
        Filter("phase", "阶段", words=PHASES, every="", narrows=False, stays=True),
        Filter("state", "状态", words=STATES),
        Filter("type", "类型", words=TYPES_IN_SHORT),
        Filter("region", "地区", most=12, every="全市"),
        text("q", "查找"),
    )
    columns = ()
    size = PAGE

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.round = round_here(request)
        # Where the address says neither, the links on the page say which year and phase they are about.
        self.values["year"] = str(self.round.year)
        self.values["phase"] = self.values["phase"] or str(tasks.current_phase(self.round, self.today))
        self.file_name = f"阶段任务-{self.round.year}年度-第{self.values['phase']}阶段"

    @cached_property
    def choice(self) -> Choice:
        asked = self.values
        return Choice(self.round, int(asked["phase"]), asked["state"], asked["region"], asked["type"], asked["q"])

    @cached_property
    def figures(self) -> dict[int, Figures]:
        return tasks.figures(self.user, self.round, self.today)

    @cached_property
    def across(self) -> list[TaskTemplate]:
        return tasks.columns(self.choice)

    @cached_property
    def regions(self) -> list[tuple[str, str, int]]:
        if self.user.role != Role.CITY:
            return []
        found = tasks.by_region(self.user, self.choice, self.today)
        return [(code, f"{name}（逾期 {late}）" if late else name, count) for code, name, count, late in found]

    @cached_property
    def tally(self) -> dict[str, int]:
        now = self.figures.get(self.choice.phase, Figures())
        return {key: getattr(now, key) for key in ("late", "blocked")}

    def rows(self) -> QuerySet[Any]:
        return tasks.listed(self.user, self.choice, self.today)

    def count(self) -> None:
        return None

    def words(self, filter: Filter) -> Words:
        if filter.name != "phase":
            return super().words(filter)
        terms = self.round.terms
        return {str(each): short_label(phase_label(terms, each)) for each in sorted({*self.figures, self.choice.phase})}

    def counts(self, filter: Filter) -> Mapping[str, int]:
        if filter.name != "phase":
            return super().counts(filter)
        return {phase: self.figures.get(int(phase), Figures()).platforms for phase in PHASES}

    def shown(self, fields: Sequence[str]) -> tuple[Iterable[Sequence[Any]], dict[str, Any]]:  # noqa: ARG002 - cells of tasks, not fields
        page = Paginator(self.asked_rows(), self.size).get_page(self.request.GET.get("page"))
        rows = [
            {
                "platform": each.platform,
                "name": short_of(each.platform),
                "region": each.platform.region.name if each.platform.region else "市级",
                "cells": [_cell(cell, template) for cell, template in zip(each.cells, self.across, strict=True)],
            }
            for each in tasks.rows_of(self.user, self.choice, list(page), self.across, self.today)
        ]
        return (), {"page": page, "rows": rows}

    def buttons(self) -> list[dict[str, Any]]:
        found = [("日历", year_url(self.request, "desk:calendar"))]
        if self.choice.round is not None and self.user.has_perm("platforms.change_tasktemplate"):
            listing = reverse("admin:platforms_tasktemplate_changelist")
            found.append(("任务模板", f"{listing}?round__id__exact={self.choice.round.pk}"))
            found.append(("调整日期", reverse("admin:platforms_round_dates", args=[self.choice.round.pk])))
        return [{"label": label, "url": url, "kind": "plain"} for label, url in found]

    def extra(self) -> dict[str, Any]:
        choice, counts = self.choice, self.figures
        phase = Phase.objects.filter(round=self.round, number=choice.phase).first()
        clear = {"state": "", "type": "", "region": "", "q": ""}
        return {
            "choice": choice,
            "facts": list(filter(None, (str(choice.round), phase_label(self.round.terms, choice.phase), span(phase))))
            if choice.round
            else [],
            "has_tasks": bool(self.across or counts) or TaskTemplate.objects.filter(round=self.round).exists(),
            "columns": [_column(each, choice, self.user) for each in self.across],
            "with_region": self.user.role == Role.CITY,
            "figures": counts.get(choice.phase, Figures()),
            "late_url": self.address(**clear | {"state": "late"}),
            "blocked_url": self.address(**clear | {"state": "blocked"}),
            "events": changes_of(self.round, choice.phase),
        }

    def lines(self) -> Iterator[Row]:
        heads = [f"{each.title}（{each.due_on.isoformat()} 前）" for each in self.across]
        yield safe(["平台编号", "平台名称", "类型", "地区", *heads])
        platforms = self.rows()
        for start in range(0, platforms.count(), CHUNK):
            some = list(platforms[start : start + CHUNK])
            for row in tasks.rows_of(self.user, self.choice, some, self.across, self.today):
                own = row.platform
                told = [_in_words(cell, template) for cell, template in zip(row.cells, self.across, strict=True)]
                place = own.region.name if own.region else "市级"
                yield safe([own.code, own.name, own.get_type_display(), place, *told])


index = officer("platforms.view_task")(require_safe(by_year(Board.page)))
export = officer("platforms.view_task")(require_safe(by_year(Board.file)))


def _in_words(cell: Cell | None, template: TaskTemplate) -> str:
    if cell is None:
        return "不适用"
    moved = _moved(cell, template)
    return f"{cell.standing.text}（{moved}）" if moved else cell.standing.text


def _moved(cell: Cell, template: TaskTemplate) -> str:
    due = cell.task.due_on
    return "" if due == template.due_on or cell.standing.key == "done" else f"期限调整为{due.month}月{due.day}日"


def _column(template: TaskTemplate, choice: Choice, user: User) -> dict[str, Any]:
    settled = template.round_id is None or (choice.round is not None and choice.round.status == RoundStatus.PUBLISHED)
    return {
        "title": template.title,
        "due": f"{template.due_on.month}月{template.due_on.day}日前",
        "bulk_url": ""
        if settled or template.retired or not user.has_perm("platforms.change_task")
        else f"{reverse('desk:tasks_bulk')}?template={template.pk}",
    }


def _cell(cell: Cell | None, template: TaskTemplate) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {
        "title": template.title,
        "url": reverse("desk:task", args=[cell.task.pk]),
        "word": cell.standing.word,
        "detail": cell.standing.detail,
        "tone": cell.standing.tone,
        "moved": _moved(cell, template),
    }


def span(phase: Phase | None) -> str:
    """Return the days of ``phase`` in words."""
    if phase is None:
        return ""
    return f"{day_in_words(phase.starts_on)}至{day_in_words(phase.ends_on)}"
