"""What stands beside an application elsewhere: same operator, same place, a ban; told only to who may see it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from platforms.applications.choices import ApplicationStatus, OperatingMode
from platforms.applications.eligibility import ban_sentence
from platforms.applications.models.platform import Site
from platforms.applications.queries.bans import active_bans
from platforms.applications.queries.sites import same_place
from platforms.choices import PlatformType
from platforms.models import Application, Park, Round, Town, User
from platforms.reference.choices import TownKind

#: Meets no row.
_NONE = Q(pk__in=())


@dataclass(frozen=True)
class Finding:
    """One thing to know: ``text`` says it, ``number`` and ``key`` name the other application where there is one.

    ``blocking`` says that it will stop the submission; the others are there to be looked at.
    """

    text: str
    number: str = ""
    key: int = 0
    blocking: bool = False


def about_operator(*, code: str, round: Round | None, user: User, on: date, place: Site | None = None) -> list[Finding]:
    """Return what is known of the operator ``code`` at ``place`` before a form is begun; what is empty says nothing.

    A ban is told in the words in which the submission would be refused.
    """
    key, name = (place.site_key, place.site_name) if place else ("", "")
    bans = active_bans(operator_code=code, site_key=key, site_name=name, on=on)
    found = [Finding(ban_sentence(ban), blocking=True) for ban in bans]
    if code and round is not None:
        rows = _standing(Application.objects.visible_to(user).filter(round=round, operator_code=code))
        found += [Finding(f"该单位{round}已有申报“{row.name}”。", row.number, row.pk) for row in rows]
    return found


def about(application: Application, *, user: User) -> list[Finding]:
    """Return what else stands at the place or with the operator of ``application``, as far as ``user`` may see it.

    A county is told of its own rows only; the city, which decides, of all.
    """
    others = _others(application, user)
    return [
        *_same_operator(application, others),
        *_neighbours(application, others),
        *_earlier_rounds(application, others),
        *_park_manager(application),
    ]


def _others(application: Application, user: User) -> list[Any]:
    """Return the applications of the operator, in the town and for the place; each says ``is_here`` and ``is_near``."""
    operated = Q(operator_code=application.operator_code) if application.operator_code else _NONE
    town = _town_of(application)
    near = Q(Q(town=town) | Q(park__town=town), round=application.round_id) if town else _NONE
    here = same_place(application)
    rows = Application.objects.visible_to(user).exclude(pk=application.pk).filter(operated | near | here)
    return list(_standing(rows).annotate(is_near=_whether(near), is_here=_whether(here)).select_related("round"))


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _town_of(application: Application) -> Town | None:
    return application.park.town if application.park else application.town


def _standing(rows: QuerySet[Application]) -> QuerySet[Application]:
    return rows.exclude(status=ApplicationStatus.WITHDRAWN).order_by("number")


def _same_operator(application: Application, others: list[Any]) -> list[Finding]:
    """Name the other applications of the operator: in this round all, in earlier ones those under another name."""
    if not application.operator_code:
        return []
    found = []
    for row in others:
        if row.operator_code != application.operator_code:
            continue
        if row.round_id == application.round_id:
            found.append(
                Finding(f"同一运营单位{row.round}还申报了“{row.name}”，请确认其能同时运营。", row.number, row.pk)
            )
        elif row.operator_name and application.operator_name and row.operator_name != application.operator_name:
            found.append(
                Finding(
                    f"同一信用代码在{row.round}申报表中的单位名称为“{row.operator_name}”，请核对。", row.number, row.pk
                )
            )
    return found


def _neighbours(application: Application, others: list[Any]) -> list[Finding]:
    """Name the platforms of other types in the same town (六·(一): 避免服务重叠)."""
    town = _town_of(application)
    if town is None:
        return []
    return [
        Finding(
            f"同在{town.name}的“{row.name}”（{row.get_type_display()}）{application.round}也已申报，请说明如何避免服务重叠。",
            row.number,
            row.pk,
        )
        for row in others
        if row.is_near and not row.is_here
    ]


def _earlier_rounds(application: Application, others: list[Any]) -> list[Finding]:
    """Name the last application for the same place in another round."""
    earlier = [row for row in others if row.is_here and row.round_id != application.round_id]
    if not earlier:
        return []
    last = max(earlier, key=lambda row: row.round.year)
    return [Finding(f"该地点在{last.round}申报过，状态为“{last.get_status_display()}”。", last.number, last.pk)]


def _park_manager(application: Application) -> list[Finding]:
    """Say where a park is not run by its manager although it is run directly (三·(三))."""
    park, operator = application.park, application.operator_name
    direct = application.type == PlatformType.PARK and application.operating_mode == OperatingMode.DIRECT
    if not direct or park is None or not park.manager or not operator or operator == park.manager:
        return []
    return [Finding(f"备案的园区运营管理方为“{park.manager}”，与运营单位不一致；由其委托的，运营方式应选“委托运营”。")]


def place_facts(*, town: Town | None, park: Park | None) -> list[str]:
    """Return what is on record of a place, for the head of the form: 工业强镇, rating of the park."""
    facts = []
    if town is not None and town.is_strong:
        facts.append("工业强镇")
    if town is not None and town.kind == TownKind.ZONE:
        facts.append("独立运行的开发区（区县登记，待市经信局核对）" if town.is_proposed else "独立运行的开发区")
    if park is not None:
        year = f"{park.rating_year}年度" if park.rating_year else ""
        facts.append(f"园区最近绩效评价：{year}{park.get_rating_display()}" if park.rating else "园区尚无绩效评价")
    return facts
