"""The closed vocabularies of rectifications (整改), with the words that users see."""

from django.db.models import TextChoices


class RectificationStatus(TextChoices):
    OPENED = "opened", "待整改"
    ANSWERED = "answered", "已答复，待复核"
    REOPENED = "reopened", "退回重新整改"
    CLOSED = "closed", "整改完成"
    WITHDRAWN = "withdrawn", "已撤销"


class RectificationClause(TextChoices):
    """What of the notice is not met."""

    VENUE = "venue", "二·(一) 标识命名和场地设施"
    TEAM = "team", "二·(二) 运营管理团队"
    LINKED = "linked", "二·(三) 互联互通和服务数据"
    FREE = "free", "二·(四) 免费提供公益性服务"
    ACTIVITIES = "activities", "二·(五) 服务活动和宣传"
    RULES = "rules", "二·(六) 服务管理制度和公开"
    TASKS = "tasks", "四·阶段任务"
    REFUSES_EVALUATION = "refuses", "五·1 参加绩效评价"
    FALSE_MATERIAL = "false", "五·2 材料和数据真实"
    COMPLAINTS = "complaints", "五·3 企业投诉"
    HUBS = "hubs", "五·4 配合枢纽平台活动"
    FEES = "fees", "五·5 公益性服务收费"
    TRUST = "trust", "五·6 遵守法律、规章和信用"
    INDICATOR = "indicator", "评价指标"
    OTHER = "other", "其他"


class RectificationFinder(TextChoices):
    """Who found it; the county's hub works for the county, the city's for the city (六)."""

    COUNTY = "county", "区县(市)经信部门"
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
