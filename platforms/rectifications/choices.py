"""The closed vocabularies of rectifications (整改), with the words that users see."""

from collections.abc import Mapping

from django.db.models import TextChoices

from platforms.notices.clauses import KEYS


class RectificationStatus(TextChoices):
    OPENED = "opened", "待整改"
    ANSWERED = "answered", "已答复，待复核"
    REOPENED = "reopened", "退回重新整改"
    CLOSED = "closed", "整改完成"
    WITHDRAWN = "withdrawn", "已撤销"


class RectificationClause(TextChoices):
    """What is not met, besides the grounds for a revocation: these are called by their keys, which have no dot.

    The basic conditions are called by the keys of their clauses. The number is printed by the notice of the round.
    """

    VENUE = "conditions.venue", KEYS["conditions.venue"]
    TEAM = "conditions.team", KEYS["conditions.team"]
    LINKED = "conditions.linked", KEYS["conditions.linked"]
    FREE = "conditions.free", KEYS["conditions.free"]
    ACTIVITIES = "conditions.activities", KEYS["conditions.activities"]
    RULES = "conditions.rules", KEYS["conditions.rules"]
    TASKS = "phases.tasks", "阶段任务"
    INDICATOR = "named.indicator", "评价指标"
    OTHER = "named.other", "其他"


#: What no clause of the notice says stands in words beside it.
NAMED = (RectificationClause.INDICATOR, RectificationClause.OTHER)
#: The clauses that are cited; for a ground its own.
CITED: Mapping[str, str] = {
    **{value: value for value in RectificationClause.values if value in KEYS},
    RectificationClause.TASKS: "phases",
}


class RectificationFinder(TextChoices):
    """Who found it; the county's hub works for the county, the city's for the city (六)."""

    COUNTY = "county", "区县（市）经信部门"
    COUNTY_HUB = "county_hub", "县级枢纽平台"
    CITY = "city", "市经信局"
    CITY_HUB = "city_hub", "市级枢纽平台"


#: Those whose findings the county checks itself; the others are the city's to check.
COUNTY_FINDERS = (RectificationFinder.COUNTY, RectificationFinder.COUNTY_HUB)


class AnsweredFor(TextChoices):
    """Whose answer it is; a platform answers through its county."""

    PLATFORM = "platform", "窗口平台"
    COUNTY = "county", "县级经信部门"
    CITY = "city", "市经信局"
