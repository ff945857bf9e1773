"""The closed vocabularies of rounds, with the words that users see."""

from django.db.models import TextChoices


class RoundStatus(TextChoices):
    PREPARING = "preparing", "筹备中"
    FILING = "filing", "受理申报"
    EVALUATING = "evaluating", "申报已截止"
    PUBLISHED = "published", "已公布"


class RoundAct(TextChoices):
    """What may be done with a round although something is missing, with a reason."""

    OPEN_FILING = "open_filing", "开始受理申报"
    START_EVALUATION = "start_evaluation", "启动绩效评价"
    PUBLISH = "publish", "公布认定结果"


class DayKind(TextChoices):
    """How a day is worked unlike its weekday."""

    FREE = "free", "放假"
    WORK = "work", "补班"


class DateKind(TextChoices):
    """Which date of a round was moved."""

    PHASE_START = "phase_start", "阶段开始"
    PHASE_END = "phase_end", "阶段结束"
    REPORT_DUE = "report_due", "上报截止"
    TASK_DUE = "task_due", "任务期限"
    COUNT_FROM = "count_from", "评价期间开始"
    COUNT_UNTIL = "count_until", "评价期间结束"
