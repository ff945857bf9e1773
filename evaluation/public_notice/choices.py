"""How far a public notice and an objection are, with the words that users see."""

from django.db.models import TextChoices


class NoticeStatus(TextChoices):
    """How far a public notice is; whether an opened one still runs is derived from its dates."""

    PROPOSED = "proposed", "待批准"
    OPENED = "opened", "已公示"
    STOPPED = "stopped", "已终止"
    DECLINED = "declined", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"


class ObjectionChannel(TextChoices):
    FORM = "form", "网上填写"
    LINK = "link", "平台链接"
    MAIL = "mail", "邮件"
    PAPER = "paper", "书面"


class ObjectionStatus(TextChoices):
    RECEIVED = "received", "待分办"
    ASSIGNED = "assigned", "办理中"
    ANSWERED = "answered", "已答复"
    REFUSED = "refused", "不予受理"


class ObjectionOutcome(TextChoices):
    UPHELD = "upheld", "采纳"
    PARTLY = "partly", "部分采纳"
    REJECTED = "rejected", "不采纳"


#: What nobody answered or refused yet.
OBJECTION_OPEN = (ObjectionStatus.RECEIVED, ObjectionStatus.ASSIGNED)
#: What comes through the site itself, without an officer.
OBJECTION_ONLINE = (ObjectionChannel.FORM, ObjectionChannel.LINK)
