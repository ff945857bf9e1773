"""What a kept file proves, with the words that users see."""

from django.db.models import TextChoices


class EvidenceKind(TextChoices):
    """What a file proves."""

    TASK = "task", "阶段任务"
    LINK = "link", "系统联通"
    ACTIVITY = "activity", "服务活动"
    RETURN = "return", "定期报送"
    RECTIFICATION = "rectification", "整改"
    ANSWER = "answer", "整改答复"
    FOLLOW_UP = "follow_up", "回访"
    COMPLAINT = "complaint", "投诉核查"
    GROUND = "ground", "撤销情形事实"
    VISIT = "visit", "现场核查"
    SELF_REPORT = "self_report", "自评佐证"
    SCORE = "score", "市级评分"
    MARK = "mark", "评分表"
    OBJECTION = "objection", "异议材料"
    HEARING = "hearing", "陈述申辩"
    AMENDMENT = "amendment", "更正变更依据"
    FUND_USE = "fund_use", "资金使用凭证"


#: Taken on phones, which write down where and when and on whose device: kept without that.
STRIPPED = (EvidenceKind.VISIT, EvidenceKind.SELF_REPORT, EvidenceKind.OBJECTION, EvidenceKind.HEARING)

#: What is proved for somebody's scores: shown on the sheet only, where it is known who may read it by now.
JUDGED = (EvidenceKind.SCORE, EvidenceKind.MARK)

#: From people who object: what they call a file may say who they are, and the log keeps its digest instead.
NAMELESS = (EvidenceKind.OBJECTION,)
