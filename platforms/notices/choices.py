"""The closed vocabularies of notices, with the words that users see."""

from django.db.models import TextChoices


class NoticeStatus(TextChoices):
    DRAFT = "draft", "编制中"
    PROPOSED = "proposed", "待批准"
    APPROVED = "approved", "已批准"


class Collector(TextChoices):
    """What collects facts for a ground (撤销情形) by itself; a ground without one is noted by hand."""

    REFUSES_EVALUATION = "refuses_evaluation", "绩效评价中拒不参加"
    FALSE_MATERIAL = "false_material", "回访与记录不符"
    COMPLAINTS = "complaints", "核实的投诉"
    REFUSES_ACTIVITIES = "refuses_activities", "拒绝服务活动"
    FEES = "fees", "公益性服务收费核查"
    OTHER = "other", "没有对应情形的逾期未整改"
