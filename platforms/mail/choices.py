"""The closed vocabularies of mails, with the words that users see."""

from django.db.models import TextChoices


class MailKind(TextChoices):
    """The mails that the system writes; the texts are edited on a screen."""

    REMINDER = "reminder", "催报提醒"
    RECEIVED = "received", "上报回执"
    RETURNED = "returned", "退回补正"
    ACCEPTED = "accepted", "受理通知"
    ACCEPTED_MANY = "accepted_many", "受理通知（多份）"
    EXCEPTION = "exception", "延期申报许可"
    DUE = "due", "到期提醒"
    RECTIFY = "rectify", "整改通知"
    LINK = "link", "联通催办"
    COMPLAINT = "complaint", "投诉通知"
    INVITED = "invited", "活动邀请"
    REARRANGED = "rearranged", "活动变更"
    CALLED_OFF = "called_off", "活动取消"
    SELF_REPORT = "self_report", "自评链接"
    SELF_DUE = "self_due", "自评提醒"
    SELF_OWED = "self_owed", "自评催报"
    NOTICE = "notice", "公示通知"
    OBJECTION = "objection", "异议受理"
    OBJECTED = "objected", "异议答复"
    HEARING = "hearing", "告知书"
    PUBLISHED = "published", "结果公布"
    AMENDED = "amended", "更正和变更"
    REVOKED = "revoked", "撤销认定"
    EXPIRING = "expiring", "认定到期提醒"
    ALLOCATED = "allocated", "资金分配结果"


class MailState(TextChoices):
    WAITING = "waiting", "待发送"
    SENT = "sent", "已送出"
    FAILED = "failed", "未送达"
    DISCARDED = "discarded", "已取消"
