"""The first page of the desk: what waits, how the round stands, the own applications; and the list as a file."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.views.decorators.http import require_safe

from platforms.applications.choices import ApplicationStatus
from platforms.applications.pages.parts import APPLICATION_TONES, state_text
from platforms.applications.queries import listing as desk
from platforms.applications.queries.filing_extensions import extension_sentence, extensions_for, standings
from platforms.applications.queries.listing import Choice
from platforms.applications.queries.questions import answered
from platforms.applications.queries.reporting import can_report, duty_of, may_begin
from platforms.choices import TYPES_IN_SHORT, PlatformType, Role
from platforms.dates import day_in_words
from platforms.excel.list_file import Row, safe
from platforms.models import Liaison, Round, User
from platforms.pages.access import officer
from platforms.pages.charts import Chart
from platforms.pages.lists import (
    CHUNK,
    TODAY,
    Column,
    Filter,
    ListPage,
    Value,
    leads_to,
    minute,
    plain,
    reading,
    region,
    short_name,
    site,
    sorting,
    text,
    when,
    word,
)
from platforms.pages.years import ONE_YEAR, by_year, round_here, year_url
from platforms.rounds.choices import RoundStatus
from platforms.workbench.agenda import parts
from platforms.workbench.queries.dashboard import Dashboard
from platforms.workbench.queries.todo import todo_for

#: So many days before the reports are due a banner says what is left.
BANNER_DAYS = 7


class RoundFilter(Filter):
    """The round of the page, or all of them."""

    def group(self, page: ListPage) -> dict[str, Any]:
        return Filter.group(replace(self, every=str(round_here(page.request))), page)


def state_of(status: str, is_late: bool, due: Any, sent: Any, handed_over: bool, today: date) -> dict[str, str]:
    """Return label and tone of an application that the operating unit may have given back."""
    state = state_text(status, is_late, due, sent, today)
    if handed_over and status in (ApplicationStatus.DRAFT, ApplicationStatus.RETURNED):
        return {"label": f"{state}（单位已交回）", "tone": "info"}
    return {"label": state, "tone": APPLICATION_TONES[ApplicationStatus(status)]}


STATE = ("status", "is_late", "correction_due_on", "last_submitted_at", "handed_over", TODAY)
PLACE = Column("地点", site())


class Applications(ListPage):
    """待办, the round, and the own applications."""

    title, noun, unit = "申报工作台", "申报", "份"
    label, file_title = "申报列表", "申报"
    search = "平台名称、编号或运营单位"
    place, file_place = "desk:home", "desk:export"
    template = "applications/home.html"
    filters = (
        Filter("status", "状态", words={desk.ALL_FILED: "已申报", **dict(ApplicationStatus.choices)}, some=True),
        Filter("type", "类型", words=TYPES_IN_SHORT, some=True),
        text("q", "查找"),
        RoundFilter("round", "年度", words={"all": "各年度"}),
        ONE_YEAR,
        sorting("-saved", *desk.SORTS),
    )
    columns = (
        Column("编号", "number", sort="number"),
        Column("平台名称", short_name(), sort="name"),
        Column("状态", Value(STATE, state_of), sort="status"),
        Column("类型", word("type", TYPES_IN_SHORT), sort="type"),
        Column("运营单位", Value(("operator_name",), lambda name: name or "未填写")),
        Column("更新时间", when("saved_at"), sort="saved"),
    )
    file_columns = (
        Column("申报编号", "number"),
        Column("年度", Value(("round__year",), str)),
        Column("平台名称", "name"),
        Column("平台类型", word("type", PlatformType)),
        Column("地区", region()),
        PLACE,
        Column("运营单位", "operator_name"),
        Column("统一社会信用代码", "operator_code"),
        Column("状态", word("status", ApplicationStatus)),
        Column("逾期提交", Value(("is_late",), lambda late: "是" if late else "否")),
        Column("首次提交时间", minute("submitted_at")),
        Column("更新时间", minute("saved_at")),
    )
    file_permission = "platforms.export_application"
    link = leads_to("desk:application", "number")

    @cached_property
    def choice(self) -> Choice:
        asked = self.values
        return Choice(asked["status"], asked["type"], asked["q"], asked["sort"], all_rounds=asked["round"] == "all")

    @cached_property
    def round(self) -> Round:
        return round_here(self.request)

    @cached_property
    def by_state_and_type(self) -> Mapping[tuple[str, str], int]:
        return desk.tally(desk.in_round(self.user, self.round, self.choice))

    def rows(self) -> QuerySet[Any]:
        return desk.listed(self.user, self.round, self.choice)

    def count(self) -> int:
        return self.counts(self.filters[0])[self.choice.status]

    def counts(self, filter: Filter) -> Mapping[str, int]:
        if filter.name not in ("status", "type"):
            return {}
        place = 0 if filter.name == "status" else 1
        other = {self.choice.type} if place == 0 else {self.choice.status}
        if other == {desk.ALL_FILED}:
            other = set(desk.FILED)
        found: dict[str, int] = defaultdict(int)
        for key, count in self.by_state_and_type.items():
            if other & {"", key[1 - place]}:
                found[key[place]] += count
                found[""] += count
                if place == 0 and key[0] in desk.FILED:
                    found[desk.ALL_FILED] += count
        return found

    def buttons(self) -> list[dict[str, Any]]:
        pages = [("上报回执", "desk:batches"), ("批量填报", "desk:intake"), ("下载汇总表", "desk:summary")]
        if can_report(self.round, self.user.region, on=self.today):
            pages.insert(0, ("上报", "desk:batch_new"))
        found = [{"label": label, "url": year_url(self.request, name), "kind": "plain"} for label, name in pages]
        if not may_begin(self.round, self.user.region, on=self.today):
            return found
        new = {"label": "新建申报", "url": year_url(self.request, "desk:new"), "kind": "main", "first": True}
        return [new, *found]

    def why_empty(self, *, can_begin: bool) -> tuple[str, str]:
        if can_begin:
            return f"{self.round}暂无申报。", "先选择平台类型和地点，再逐项填写申报表，可随时保存草稿。"
        return f"{self.round}没有申报。", "现在不受理新的申报。"

    def extra(self) -> dict[str, Any]:
        return {
            "round": self.round,
            "todo": parts(todo_for(self.user), self.today),
            "facts": [self.round.title, self.round.get_status_display()],
            "by_county": self.user.role == Role.COUNTY,
            "dashboard": (stands := Dashboard(self.user, self.round, self.today)),
            "chart": Chart("types", stands.title, "bars", "份", stands.heads, stands.types, total=True),
            **_standing(self.round, self.user),
        }

    def lines(self) -> Iterator[Row]:
        """Yield the lines with the answers to what the rounds ask on top, a column for each question."""
        more, answers = answered(list(self.rows().values_list("pk", flat=True)))
        fields, cells = reading([plain("pk"), *(each.cell.filed for each in self.file_columns)], self.today)
        yield safe([*(each.label for each in self.file_columns), *more])
        for row in self.rows().values_list(*fields).iterator(chunk_size=CHUNK):
            key, *line = cells(row)
            mine = answers.get(key, {})
            yield safe([*line, *(mine.get(each, "") for each in more)])


home = officer("platforms.add_application")(require_safe(by_year(Applications.page)))
export = officer("platforms.export_application")(require_safe(by_year(Applications.file)))


def _standing(round_: Round, user: User) -> dict[str, Any]:
    """Return how the round stands today and, for a county, its quota and its liaison officer."""
    today = timezone.localdate()
    due = round_.report_due_on
    standing: dict[str, Any] = {
        "due": {
            "label": "上报截止",
            "date": day_in_words(due),
            "days": (due - today).days if round_.status == RoundStatus.FILING else None,
        },
    }
    standing["leave"] = _leave(round_, user)
    if user.role == Role.COUNTY and user.region is not None:
        standing["reminder"] = _reminder(round_, user, today)
        standing["liaison"] = Liaison.objects.visible_to(user).filter(round=round_).first()
    return standing


def _leave(round_: Round, user: User) -> list[str]:
    """Return what the city lets this region file after the closing, one sentence for each extension, ended ones too."""
    if round_.status != RoundStatus.EVALUATING:
        return []
    rows = extensions_for(round=round_, region=user.region)
    return [extension_sentence(each) for each in standings(rows, on=timezone.localdate())]


def _reminder(round_: Round, user: User, today: date) -> dict[str, str]:
    """Return the banner of the last days before the reports are due, and after; nothing where nothing is left."""
    if round_.status != RoundStatus.FILING or (round_.report_due_on - today).days > BANNER_DAYS:
        return {}
    duty = duty_of(round_, user, on=today)
    if duty.has_reported and not duty.drafts:
        return {}
    when = (
        f"距上报截止日期还有 {duty.days} 天" if duty.days > 0
        else "今天是上报截止日期" if duty.days == 0
        else f"上报截止日期已过 {-duty.days} 天，现在上报的将标记为逾期"
    )  # fmt: skip
    left = [] if duty.has_reported else ["本地区尚未上报"]
    left += [f"还有 {duty.drafts} 份草稿没有上报"] if duty.drafts else []
    return {"text": f"{when}，{'，'.join(left)}。", "tone": "bad" if duty.days < 0 else "wait"}
