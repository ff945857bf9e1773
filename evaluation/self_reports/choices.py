"""How far a self-report (自评) is, with the words that users see."""

from django.db.models import TextChoices


class SelfReportStatus(TextChoices):
    WAITING = "waiting", "待填报"
    HANDED_IN = "handed_in", "待审核"
    RETURNED = "returned", "已退回"
    CHECKED = "checked", "已审核提交"


#: The unit may still write.
WRITABLE = (SelfReportStatus.WAITING, SelfReportStatus.RETURNED)
