"""The rail of nouns beside desk and back office, in the order of work."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.urls import reverse

from platforms.applications.choices import ApplicationStatus
from platforms.cases.queries import complaints, grounds
from platforms.choices import Role
from platforms.models import Application, Mail, User
from platforms.rectifications import queries as rectifications
from platforms.rounds.queries.rounds import AT_WORK


@dataclass(frozen=True)
class RailItem:
    """One noun: where it leads, how many wait there for this person, whether the page is below it."""

    label: str
    url: str
    count: int
    active: bool


@dataclass(frozen=True)
class Noun:
    """A line of the rail: who sees it, where it leads, and which other tables of the back office stand below it.

    ``by_year``: the page is about a year and takes it from the address of the page before.
    """

    label: str
    view: str
    permission: str
    roles: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    by_year: bool = False

    def is_for(self, user: User) -> bool:
        return user.has_perm(self.permission) and (not self.roles or user.role in self.roles)

    @cached_property
    def doors(self) -> tuple[str, ...]:
        """The addresses that lead to this noun, its own first; they stay the same while the process lives."""
        return (reverse(self.view), *(reverse(f"admin:{name}_changelist") for name in self.below))

    def reach(self, path: str) -> int:
        """Return how much of ``path`` leads to this noun: the page stands below the one that has most."""
        return max((len(door) for door in self.doors if path.startswith(door)), default=0)


NOUNS = (
    Noun("工作台", "desk:workbench", "platforms.view_platform", roles=(Role.COUNTY, Role.CITY), by_year=True),
    Noun("申报", "desk:home", "platforms.add_application", roles=(Role.COUNTY,), by_year=True),
    Noun("填报链接", "desk:fill_link_list", "platforms.view_filllink", roles=(Role.COUNTY,), by_year=True),
    Noun("申报库", "admin:platforms_application_changelist", "platforms.view_application", roles=(Role.COUNTY,)),
    Noun("申报", "admin:platforms_application_changelist", "platforms.view_application", roles=(Role.CITY,)),
    Noun(
        "上报进度",
        "admin:platforms_batch_progress",
        "platforms.view_batch",
        roles=(Role.CITY,),
        below=("platforms_batch", "platforms_filingexception"),
        by_year=True,
    ),
    Noun("重点行业", "desk:home", "platforms.add_application", roles=(Role.CITY,), by_year=True),
    Noun("阶段", "desk:tasks", "platforms.view_task", below=("platforms_tasktemplate",), by_year=True),
    Noun("服务", "desk:service_records", "platforms.view_servicerecord", below=("platforms_apitoken",)),
    Noun("联通", "desk:link_states", "platforms.view_linkstate"),
    Noun("规划", "desk:planning", "platforms.view_platform", roles=(Role.COUNTY, Role.CITY), by_year=True),
    Noun("平台", "admin:platforms_platform_changelist", "platforms.view_platform"),
    Noun(
        "邮件",
        "admin:platforms_mail_changelist",
        "platforms.send_mail",
        below=("platforms_mailtemplate",),
    ),
    Noun("活动", "desk:activities", "platforms.view_activity", below=("platforms_goodexample",)),
    Noun("定期报送", "desk:returns", "platforms.view_periodicreturn", below=("platforms_returnschedule",)),
    Noun("整改", "desk:rectifications", "platforms.view_rectification"),
    Noun("回访", "desk:follow_ups", "platforms.view_followup"),
    Noun("投诉", "admin:platforms_complaint_changelist", "platforms.view_complaint"),
    Noun(
        "撤销情形",
        "admin:platforms_ground_changelist",
        "platforms.view_ground",
        below=("evaluation_revocationproposal", "platforms_ban", "platforms_banrelief"),
    ),
    Noun(
        "年度",
        "admin:platforms_round_changelist",
        "platforms.view_round",
        below=(
            *("platforms_notice", "platforms_quota", "platforms_question"),
            *("platforms_namingrule", "platforms_calendarday"),
        ),
    ),
    Noun(
        "评价",
        "admin:evaluation_assessment_changelist",
        "evaluation.view_assessment",
        below=("evaluation_evaluation", "evaluation_scheme"),
    ),
    Noun(
        "认定",
        "admin:evaluation_certification_changelist",
        "evaluation.view_certification",
        below=("evaluation_result", "evaluation_publication"),
    ),
    Noun("认定结果", "admin:evaluation_result_changelist", "evaluation.view_result", roles=(Role.FINANCE,)),
    Noun("资金", "admin:funding_allocationrun_changelist", "funding.view_allocationrun"),
    Noun("账号", "admin:platforms_user_changelist", "platforms.view_user"),
    Noun("审计", "admin:platforms_auditevent_changelist", "platforms.view_auditevent"),
)


def rail_for(user: User, path: str, query: str = "") -> list[RailItem]:
    """Return the nouns that ``user`` may open; ``path`` is the address of the page that is shown.

    ``query`` is the part of that address that names the year, kept by what is about a year too.
    """
    waiting = _waiting(user)
    mine = [noun for noun in NOUNS if noun.is_for(user)]
    furthest = max((noun.reach(path) for noun in mine), default=0)
    return [
        RailItem(noun.label, _url(noun, query), waiting.get(noun.label, 0), 0 < furthest == noun.reach(path))
        for noun in mine
    ]


def _url(noun: Noun, query: str) -> str:
    return noun.doors[0] + (f"?{query}" if query and noun.by_year else "")


def _waiting(user: User) -> dict[str, int]:
    """Count what waits for ``user``: what was returned to a county, what came in for the city."""
    if user.role not in (Role.COUNTY, Role.CITY):
        return {}
    status = ApplicationStatus.RETURNED if user.role == Role.COUNTY else ApplicationStatus.SUBMITTED
    # What is public already waits for nobody.
    filed = Application.objects.visible_to(user).filter(status=status, round__status__in=AT_WORK)
    if user.role == Role.COUNTY:
        mending = _counted("整改", rectifications.waiting_for(user))
        return dict(_counted("申报", filed).union(mending, _counted("投诉", complaints.waiting_for(user)), all=True))
    waiting = {"申报": filed.count()}
    if user.role == Role.CITY:
        received = complaints.waiting_for(user)
        facts = _counted("撤销情形", grounds.waiting_for(user))
        unsent = Mail.objects.visible_to(user).filter(state__in=("waiting", "failed"))
        mending = _counted("整改", rectifications.waiting_for(user))
        # All counts in one question: every page asks it.
        waiting |= dict(_counted("投诉", received).union(_counted("邮件", unsent), mending, facts, all=True))
    return waiting


def _counted(noun: str, rows: QuerySet) -> Any:
    return (
        rows.order_by()
        .annotate(noun=Value(noun))
        .values("noun")
        .annotate(count=Count("pk"))
        .values_list("noun", "count")
    )
