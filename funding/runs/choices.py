"""The closed vocabularies of allocation runs, with the words that users see; the readings stand in ``readings``."""

from django.db.models import TextChoices

from evaluation.marking.late import Standing
from funding.counting import Column


class RunStatus(TextChoices):
    DRAFT = "draft", "测算中"
    CHECKED = "checked", "已核对待签署"
    SIGNED = "signed", "已签署待锁定"
    LOCKED = "locked", "已锁定"
    DISCARDED = "discarded", "已作废"


#: Statuses in which a run is still worked at.
OPEN = (RunStatus.DRAFT, RunStatus.CHECKED, RunStatus.SIGNED)

#: What the log calls it when the check of a run no longer stands, and when a run is computed anew.
CHECK_LAPSED = "核对失效"
RECALCULATED = "重新测算资金"

#: How a reported application stands, in words.
STANDINGS = (
    (Standing.GRADED.value, "已评定"),
    (Standing.UNGRADED.value, "未评定档次"),
    (Standing.REFUSED.value, "拒不参加评价"),
    (Standing.WITHDRAWN.value, "评分提交前撤回"),
    (Standing.WITHDRAWN_LATE.value, "评分提交后撤回"),
)

#: Where it is counted, in words; under a grade the grade is named instead.
COLUMNS = (
    (Column.GRADE.value, "计入档次"),
    (Column.UNGRADED.value, "未评定"),
    (Column.WITHDRAWN_LATE.value, "评分后撤回"),
    (Column.REVOKED.value, "公布后撤销"),
    (Column.WITHDRAWN.value, "撤回（不计）"),
    (Column.LEFT_OUT.value, "未评定（不计）"),
)
