"""定期报送 at the desk: the list with its file, the board of one schedule, handing in."""

from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from platforms import deadlines
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of
from platforms.models import PeriodicReturn, Platform
from platforms.moments import moment
from platforms.pages import evidence
from platforms.pages.access import current_user, officer
from platforms.pages.lists import (
    TODAY,
    Column,
    Counted,
    Filter,
    ListPage,
    Value,
    Words,
    day,
    leads_to,
    region,
    short_name,
    text,
    when,
)
from platforms.pages.moves import METHODS, version_of
from platforms.periodic_reports import queries
from platforms.periodic_reports.desk.forms import ReturnForm
from platforms.periodic_reports.queries import STATES, TONES, Choice
from platforms.periodic_reports.services import reports as service

#: What the state of a row is derived from.
STATE = ("handed_in_at", "late", "closed_at", "due_on", TODAY)


def state_words(handed_in_at: Any, late: bool, closed_at: Any, due_on: date, today: date) -> dict[str, str]:
    """Return label and tone of a state, with the days where it is still owed."""
    state = queries.state_of(handed_in_at, late, closed_at, due_on, today)
    label = STATES[state]
    if state in ("open", "missing"):
        label = f"{label}，{deadlines.in_words(deadlines.days_left(due_on, today))}"
    return {"label": label, "tone": TONES[state]}


def _facts(row: PeriodicReturn, today: date) -> tuple[Any, ...]:
    return (*(getattr(row, name) for name in STATE if name != TODAY), today)


def _figures(said: dict[str, str], at: Any) -> str:
    """Return the numbers in words; what is not handed in yet is its writer's own."""
    return "；".join(f"{label}：{each}" for label, each in said.items()) if at else ""


NAME, REGION = Column("窗口平台", short_name("platform")), Column("地区", region("platform__region__name"))
DUE = Column("报送期限", day("due_on"))


class PeriodicReturns(ListPage):
    """What is handed in, what is still owed first."""

    title = file_title = "定期报送"
    noun = "报送"
    unit = "份"
    lead = "窗口平台按期报送的材料和数据，由所属区县（市）、管委会报送；市经信局结束之前可以更正。"
    search = "平台名称或编号"
    place, file_place = "desk:returns", "desk:return_list"
    template = "periodic_reports/reports.html"
    filters = (
        Filter("state", "状态", words=STATES, some=True),
        Filter("schedule", "报送安排", pattern="[0-9]{1,9}"),
        text("key", "报送期", 8),
        Filter("region", "地区", most=12, city=True),
        text("q", "查找"),
    )
    columns = (
        Column("报送", Value(("schedule__title", "label"), "{} {}".format)),
        NAME,
        Column("状态", Value(STATE, state_words)),
        REGION,
        DUE,
        Column("报送时间", Value(("handed_in_at",), lambda at: moment(at) or "—")),
    )
    file_columns = (
        Column("报送安排", "schedule__title"),
        Column("报送期", "label"),
        Column("平台编号", "platform__code"),
        NAME,
        REGION,
        DUE,
        Column("状态", Value(STATE, lambda *facts: STATES[queries.state_of(*facts)])),
        Column("报送时间", when("handed_in_at")),
        Column("报送人", "handed_in_by__name"),
        Column("报送内容", Value(("text", "handed_in_at"), lambda text, at: text if at else "")),
        Column("数字", Value(("figures", "handed_in_at"), _figures)),
    )
    link = leads_to("desk:return", "pk")
    none_yet = "暂无需要报送的内容。"
    none_text = "先建立报送安排，平台即按期获得要报送的各期。"
    size = 50
    choice_type = Choice

    @cached_property
    def tally(self) -> dict[str, int]:
        counts = queries.tally(self.user, self.choice, self.today)
        return {"": sum(counts.values()), **counts}

    @cached_property
    def regions(self) -> list[tuple[str, str]]:
        return queries.regions_with_any(self.user)

    @cached_property
    def schedules(self) -> dict[str, str]:
        return {str(each.pk): str(each) for each in queries.schedules_of(self.user)}

    def rows(self) -> QuerySet[Any]:
        return queries.listed(self.user, self.choice, self.today)

    def words(self, filter: Filter) -> Words:
        return self.schedules if filter.name == "schedule" else super().words(filter)

    def buttons(self) -> list[dict[str, Any]]:
        fills = self.user.role == Role.COUNTY and self.schedules
        schedules = reverse("admin:platforms_returnschedule_changelist")
        arranges = self.user.has_perm("platforms.change_returnschedule")
        return [
            *([{"label": "填报", "url": self.sheet, "kind": "main", "first": True}] if fills else []),
            *([{"label": "报送数据", "url": self.sheet, "kind": "plain"}] if self.schedules and not fills else []),
            *([{"label": "报送安排", "url": schedules, "kind": "plain", "first": True}] if arranges else []),
        ]

    @property
    def sheet(self) -> str:
        """The address of the sheet of the schedule and period that the list is narrowed to."""
        named = {name: self.values[name] for name in ("schedule", "key", "region") if self.values[name]}
        return f"{reverse('desk:return_sheet')}{'?' if named else ''}{urlencode(named)}"

    def extra(self) -> dict[str, Any]:
        board = reverse("desk:return_board")
        return {"boards": [{"label": name, "url": f"{board}?schedule={key}"} for key, name in self.schedules.items()]}


index = officer("platforms.view_periodicreturn")(require_safe(PeriodicReturns.page))
export = officer("platforms.view_periodicreturn")(require_safe(PeriodicReturns.file))


class OneSchedule(ListPage):
    """What the lists about one schedule share: it stands in the address, else the latest one is meant."""

    unit, sticky = "个", True
    place = "desk:return_board"
    filters = (Filter("schedule", "报送安排", every="", stays=True, narrows=False), text("region", "地区", 12))
    size = 50

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.schedules = {str(each.pk): each for each in queries.schedules_of(self.user)}
        named = self.values["schedule"]
        #: Which one it is about; None where there is none yet.
        self.schedule = self.schedules.get(named) or next(iter(self.schedules.values()), None)
        self.values["schedule"] = str(self.schedule.pk) if self.schedule else ""

    def words(self, filter: Filter) -> Words:
        names = {key: str(each) for key, each in self.schedules.items()}
        return names if filter.name == "schedule" else dict(queries.regions_with_any(self.user))

    def rows_url(self, **choice: str) -> str:
        """Return the address of the list of what is handed in, narrowed to the schedule and ``choice``."""
        return f"{reverse('desk:returns')}?{urlencode({'schedule': self.values['schedule'], **choice})}"


class RegionReturns(OneSchedule):
    """The regions with their counts by state."""

    title = file_title = label = "各地区报送情况"
    unit = "个地区"
    file_place = "desk:return_region_list"
    link = Value(("url",), str)

    def rows(self) -> list[Counted]:
        if self.schedule is None:
            return []
        counted = queries.by_region(self.user, self.schedule, self.today)
        return [
            {"name": name, "code": code, "url": self.address(region=code), **counts} for code, name, counts in counted
        ]

    def shown_columns(self) -> tuple[Column, ...]:
        def opens(state: str) -> Value:
            return Value(("code", state), lambda code, count: self.rows_url(region=code, state=state) if count else "")

        counts = (Column(label, state, "份", num=True, opens=opens(state)) for state, label in STATES.items())
        return (Column("地区", "name"), *counts)


class ReturnBoard(OneSchedule):
    """One schedule: platform by platform the periods, for the city the regions above."""

    title = "定期报送进度"
    file_title = label = "各平台各期报送情况"
    noun = "平台"
    none_yet = "暂无需要报送的内容。"
    file_place = "desk:return_board_list"
    template = "periodic_reports/board.html"

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.lead = self.schedule.title if self.schedule else ""

    def rows(self) -> QuerySet[Any]:
        if self.schedule is None:
            return Platform.objects.none()
        return queries.platforms_of(self.user, self.schedule, self.values["region"])

    @cached_property
    def periods(self) -> list[queries.Period]:
        return queries.periods(self.user, self.schedule, self.today) if self.schedule else []

    def read(self, rows: Any) -> list[Counted]:
        platforms = list(rows)
        found = queries.board(self.user, self.schedule, platforms) if self.schedule else {}
        return [
            {"code": own.code, "name": own.name, "site": own.site_name, "region": own.region.name if own.region else ""}
            | {each.key: found.get((own.pk, each.key)) for each in self.periods}
            for own in platforms
        ]

    def shown_columns(self) -> tuple[Column, ...]:
        return (
            Column("窗口平台", short_name("", ("site",))),
            *(
                Column(
                    each.label,
                    Value((each.key, TODAY), _cell),
                    unit=f"{each.due_on.isoformat()} 前",
                    head_url=self.rows_url(key=each.key, region=self.values["region"]),
                    opens=Value((each.key,), lambda row: reverse("desk:return", args=[row.pk]) if row else ""),
                )
                for each in self.periods
            ),
        )

    def file_heads(self) -> tuple[Column, ...]:
        def state(row: PeriodicReturn | None, today: date) -> str:
            return STATES[queries.state_of(*_facts(row, today))] if row else "不适用"

        periods = (
            Column(f"{each.label}（{each.due_on.isoformat()} 前）", Value((each.key, TODAY), state))
            for each in self.periods
        )
        return (Column("平台编号", "code"), Column("窗口平台", "name"), Column("地区", region("region")), *periods)

    def crumbs(self) -> list[dict[str, str]]:
        return [{"label": "定期报送", "url": reverse("desk:returns")}, {"label": "进度", "url": ""}]

    def extra(self) -> dict[str, Any]:
        return {
            "regions": RegionReturns(self.request).context() if self.user.role == Role.CITY else None,
            "changes": queries.date_changes(self.schedule)[:10] if self.schedule else [],
        }


def _cell(row: PeriodicReturn | None, today: date) -> dict[str, str] | str:
    if row is None:
        return "—"
    state = queries.state_of(*_facts(row, today))
    return {"label": STATES[state], "tone": TONES[state]}


board = officer("platforms.view_periodicreturn")(require_safe(ReturnBoard.page))
board_list = officer("platforms.view_periodicreturn")(require_safe(ReturnBoard.file))
region_list = officer("platforms.view_periodicreturn")(require_safe(RegionReturns.file))


@officer("platforms.view_periodicreturn")
@require_http_methods(METHODS)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What one platform handed in for one period, and the form to hand it in or correct it."""
    rows = PeriodicReturn.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("schedule__round", "platform__region", "handed_in_by"), pk=pk)
    user, today = current_user(request), timezone.localdate()
    may = service.is_own(row, user) and row.closed_at is None
    form, refusal, status = None, "", 200
    if request.method == "POST" or may:
        form = ReturnForm(*((request.POST, request.FILES) if request.method == "POST" else ()), row=row)
    if form is not None and form.is_bound and form.is_valid():
        outcome = _receive(request, row, form)
        if isinstance(outcome, HttpResponse):
            return outcome
        refusal, status = outcome, 409 if outcome else 200
    kept = files_of(EvidenceKind.RETURN, row.pk)
    context = {
        "crumbs": [{"label": "定期报送", "url": reverse("desk:returns")}, {"label": row.label, "url": ""}],
        "row": row,
        "title": row.schedule.title,
        "code": row.label,
        "region": row.platform.name,
        "state": state_words(*_facts(row, today)),
        "form": form if may or refusal else None,
        "refusal": refusal,
        "verb": "更正" if row.handed_in_at else "报送",
        "pairs": _pairs(row),
        "changes": queries.date_changes(row.schedule, row.key),
        "evidence": evidence.panel(kept, title="已上传的文件") if kept else None,
        "is_late": row.handed_in_at is None and deadlines.is_late(row.due_on, today),
    }
    return render(request, "periodic_reports/report.html", context, status=status)


def _receive(request: HttpRequest, row: PeriodicReturn, form: ReturnForm) -> HttpResponse | str:
    """Keep the files, then hand in; returns the answer, or the sentence of what was refused ("" beside a field)."""
    user = current_user(request)
    if not service.is_own(row, user):
        return "定期报送由平台所属区县（市）、管委会办理，您可以查看，不能报送。"
    if row.closed_at is not None:
        return "市经信局已结束这一期报送，不能再报送或更正。"
    region, uploads = row.platform.region, form.cleaned_data["uploads"]
    for each in evidence.keep(request, uploads, kind=EvidenceKind.RETURN, key=row.pk, region=region):
        if each["refusal"]:
            form.add_error("uploads", each["refusal"])
    if form.errors:
        return ""
    values = {"text": form.cleaned_data["text"], "figures": form.figures(row), "version": version_of(request)}
    try:
        service.hand_in(row=row, by=user, at=timezone.now(), **values)
    except (Gone, StaleVersion) as refused:
        return str(refused)
    except Refusal as refused:
        form.refuse(refused)
        return ""
    messages.success(request, f"已报送“{row.schedule.title}”{row.label}：{row.platform.name}。")
    return redirect("desk:return", row.pk)


def _pairs(row: PeriodicReturn) -> list[dict[str, str]]:
    pairs = [
        {"label": "窗口平台", "value": f"{row.platform.name}（{row.platform.code}）"},
        {"label": "报送期限", "value": day_in_words(row.due_on)},
    ]
    if row.schedule.what:
        pairs.append({"label": "报送要求", "value": row.schedule.what})
    if row.handed_in_at and row.handed_in_by:
        pairs += [{"label": label, "value": value} for label, value in row.figures.items()]
        pairs += [{"label": "报送内容", "value": row.text}] if row.text else []
        pairs.append({"label": "最近报送", "value": f"{row.handed_in_by.name}，{moment(row.handed_in_at)}"})
    return pairs
