"""The rail of nouns beside desk and back office, in the order of work."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from platforms.models import User
from platforms.workbench.queries.todo import counts_by_noun


@dataclass(frozen=True)
class RailItem:
    """One noun: where it leads, how many wait there for this person, whether the page is below it, its group."""

    label: str
    url: str
    count: int
    active: bool
    group: str


@dataclass(frozen=True)
class RailGroup:
    """Nouns of one part of the work; ``count`` is what waits below all of them, ``is_open`` that they are shown."""

    label: str
    items: tuple[RailItem, ...]
    count: int
    is_open: bool


#: The parts of the work, in its order.
GROUPS = (FILE, RUN, WATCH, JUDGE, FUND, SET) = ("申报", "建设与运行", "监督", "评价与认定", "资金", "数据与设置")
#: So many entries stand open at once, the first one above the groups among them.
MOST_OPEN = 8


@dataclass(frozen=True)
class Noun:
    """A line of the rail: in which group it stands, who sees it, where it leads, and which other tables of the back
    office or pages stand below it.

    It is for who has ``permission``, but not for who has ``without`` too and finds the same elsewhere. ``by_year``: the
    page is about a year and takes it from the address of the page before. ``part`` is the part of the page that it
    means, where the page begins with something else.
    """

    group: str
    label: str
    view: str
    permission: str
    without: str = ""
    below: tuple[str, ...] = ()
    by_year: bool = False
    part: str = ""

    def is_for(self, user: User) -> bool:
        return user.has_perm(self.permission) and not (self.without and user.has_perm(self.without))

    @cached_property
    def doors(self) -> tuple[str, ...]:
        """The addresses that lead to this noun, its own first; they stay the same while the process lives."""
        below = (name if ":" in name else f"admin:{name}_changelist" for name in self.below)
        return (reverse(self.view), *map(reverse, below))

    def reach(self, path: str) -> int:
        """Return how much of ``path`` leads to this noun: the page stands below the one that has most."""
        return max((len(door) for door in self.doors if path.startswith(door)), default=0)


#: Its address lies below that of a noun, but it is about all of them.
SEARCH = "desk:search"
#: What tells who judges applications from who only files them.
JUDGES = "platforms.accept_application"
#: Where the work of who only files begins.
FILING = Noun(FILE, "申报", "desk:home", "platforms.add_application", without=JUDGES, by_year=True, part="list-title")
NOUNS = (
    FILING,
    Noun(FILE, "填报链接", "desk:fill_link_list", "platforms.view_filllink", without=JUDGES, by_year=True),
    Noun(FILE, "历年申报", "admin:platforms_application_changelist", "platforms.view_application", without=JUDGES),
    Noun(FILE, "申报", "admin:platforms_application_changelist", JUDGES),
    Noun(
        FILE,
        "上报进度",
        "admin:platforms_batch_progress",
        JUDGES,
        below=("platforms_batch", "platforms_filingexception"),
        by_year=True,
    ),
    Noun(FILE, "重点行业", "desk:home", JUDGES, by_year=True),
    Noun(FILE, "规划", "desk:planning", "platforms.view_platform", by_year=True),
    Noun(RUN, "工作台", "desk:workbench", "platforms.view_platform", by_year=True),
    Noun(RUN, "平台", "admin:platforms_platform_changelist", "platforms.view_platform"),
    Noun(RUN, "阶段", "desk:tasks", "platforms.view_task", below=("platforms_tasktemplate",), by_year=True),
    Noun(RUN, "服务", "desk:service_records", "platforms.view_servicerecord", below=("platforms_apitoken",)),
    Noun(RUN, "联通", "desk:link_states", "platforms.view_linkstate"),
    Noun(RUN, "活动", "desk:activities", "platforms.view_activity", below=("platforms_goodexample",)),
    Noun(RUN, "定期报送", "desk:returns", "platforms.view_periodicreturn", below=("platforms_returnschedule",)),
    Noun(WATCH, "整改", "desk:rectifications", "platforms.view_rectification"),
    Noun(WATCH, "回访", "desk:follow_ups", "platforms.view_followup"),
    Noun(WATCH, "投诉", "admin:platforms_complaint_changelist", "platforms.view_complaint"),
    Noun(WATCH, "现场核查", "admin:evaluation_sitevisit_changelist", "evaluation.view_sitevisit"),
    Noun(
        WATCH,
        "撤销情形",
        "admin:platforms_ground_changelist",
        "platforms.view_ground",
        below=("evaluation_revocationproposal", "platforms_ban", "platforms_banrelief"),
    ),
    Noun(WATCH, "告知和陈述", "hearings:index", "evaluation.view_hearing"),
    Noun(JUDGE, "自评", "self_reports:index", "evaluation.view_selfreport"),
    Noun(
        JUDGE,
        "评价",
        "admin:evaluation_assessment_changelist",
        "evaluation.view_assessment",
        below=(
            *("evaluation_evaluation", "evaluation_scheme", "evaluation_conflict", "evaluation_sheet"),
            "evaluation:gaps",
        ),
    ),
    Noun(JUDGE, "核实事项", "admin:evaluation_flag_changelist", "evaluation.view_flag"),
    Noun(
        JUDGE,
        "评分",
        "admin:evaluation_sheet_changelist",
        "evaluation.view_sheet",
        without="evaluation.view_assessment",
    ),
    Noun(
        JUDGE,
        "公示",
        "admin:evaluation_publicnotice_changelist",
        "evaluation.view_publicnotice",
        below=("evaluation:notice_lines",),
    ),
    Noun(
        JUDGE,
        "公示",
        "evaluation:notice_lines",
        "evaluation.view_noticeline",
        without="evaluation.view_publicnotice",
        by_year=True,
    ),
    Noun(JUDGE, "异议", "admin:evaluation_objection_changelist", "evaluation.view_objection"),
    Noun(
        JUDGE,
        "认定",
        "admin:evaluation_certification_changelist",
        "evaluation.view_certification",
        below=(
            *("evaluation_result", "evaluation_publication", "evaluation_publicationplan", "evaluation_prepared"),
            *("evaluation_amendment", "evaluation:changes", "evaluation:results_latest"),
            *("evaluation:certificates", "evaluation:recognition", "evaluation:taken_over"),
        ),
    ),
    Noun(
        JUDGE,
        "变更",
        "evaluation:changes",
        "evaluation.propose_change",
        without="evaluation.view_certification",
        below=("evaluation_amendment",),
    ),
    Noun(
        JUDGE, "认定证书", "evaluation:certificates", "platforms.view_standing", without="evaluation.view_certification"
    ),
    Noun(
        JUDGE,
        "认定结果",
        "admin:evaluation_result_changelist",
        "evaluation.view_result",
        without="evaluation.view_certification",
    ),
    Noun(
        JUDGE,
        "认定结果",
        "evaluation:results_latest",
        "evaluation.view_frozenevidence",
        without="evaluation.view_certification",
    ),
    Noun(
        FUND,
        "资金",
        "admin:funding_allocationrun_changelist",
        "funding.view_allocationrun",
        below=("funding_allocationrelease", "funding_paymentbatch", "funding:releases"),
    ),
    Noun(FUND, "资金", "funding:releases", "funding.view_allocationrelease", without="funding.view_allocationrun"),
    Noun(FUND, "资金使用", "funding:uses", "funding.view_usereport"),
    Noun(SET, "动态与通知", "admin:evaluation_article_changelist", "evaluation.view_article"),
    Noun(SET, "年度对比", "evaluation:years", "evaluation.compare_years"),
    Noun(
        SET,
        "年度",
        "admin:platforms_round_changelist",
        "platforms.view_round",
        below=(
            *("platforms_notice", "platforms_quota", "platforms_question"),
            *("platforms_namingrule", "platforms_calendarday", "platforms_regionchange"),
        ),
    ),
    Noun(SET, "邮件", "admin:platforms_mail_changelist", "platforms.send_mail", below=("platforms_mailtemplate",)),
    Noun(SET, "账号", "admin:platforms_user_changelist", "platforms.view_user"),
    Noun(SET, "审计", "admin:platforms_auditevent_changelist", "platforms.view_auditevent"),
    Noun(SET, "后台处理", "desk:background", "platforms.view_job"),
    Noun(SET, "运行状况", "desk:background_state", "platforms.view_worker"),
)


def rail_for(user: User, path: str, query: str = "") -> list[RailItem]:
    """Return the nouns that ``user`` may open; ``path`` is the address of the page that is shown.

    ``query`` is the part of that address that names the year, kept by what is about a year too.
    """
    waiting = counts_by_noun(user)
    mine = [noun for noun in NOUNS if noun.is_for(user)]
    furthest = 0 if path == reverse(SEARCH) else max((noun.reach(path) for noun in mine), default=0)
    return [
        RailItem(
            noun.label,
            _url(noun, query),
            waiting.get(noun.label, 0),
            0 < furthest == noun.reach(path),
            noun.group,
        )
        for noun in mine
    ]


def _url(noun: Noun, query: str) -> str:
    part = f"#{noun.part}" if noun.part else ""
    return noun.doors[0] + (f"?{query}" if query and noun.by_year else "") + part


def in_groups(items: Iterable[RailItem]) -> list[RailGroup]:
    """Return ``items`` in the groups of the work: the group of the page that is shown is open.

    All of them are open where all items together are few enough; groups without an item are left out.
    """
    items = tuple(items)
    few = len(items) < MOST_OPEN
    found = []
    for label in GROUPS:
        mine = tuple(item for item in items if item.group == label)
        if mine:
            is_open = few or any(item.active for item in mine)
            found.append(RailGroup(label, mine, sum(item.count for item in mine), is_open))
    return found


def below_the_rail(user: User, tables: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return ``tables`` of the back office as sections in the order of the rail, without those that stand in it.

    A table is ``{"name", "admin_url", …}`` as Django's list of applications has it. One that no noun leads to stands
    with the settings.
    """
    mine = [noun for noun in NOUNS if noun.is_for(user)]
    in_rail = {noun.doors[0] for noun in mine}
    group_of = {door: noun.group for noun in reversed(mine) for door in noun.doors[1:]}
    order = {door: place for place, door in enumerate(door for noun in mine for door in noun.doors)}
    sections: dict[str, list[dict[str, Any]]] = {group: [] for group in GROUPS}
    for table in tables:
        url = str(table["admin_url"] or "")
        if url and url not in in_rail:
            sections[group_of.get(url, SET)].append(table)
    for rows in sections.values():
        rows.sort(key=lambda table: order.get(str(table["admin_url"]), len(order)))
    return [
        {"name": group, "app_label": f"group-{GROUPS.index(group)}", "models": rows}
        for group, rows in sections.items()
        if rows
    ]
