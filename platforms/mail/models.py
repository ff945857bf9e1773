from django.db import models

from platforms.mail.choices import MailKind, MailState
from platforms.reference.models import Region
from platforms.rounds.models.round import Round
from platforms.scope import EVERYWHERE, ScopedModel


class MailTemplate(ScopedModel):
    """The text of one kind of mail as the city edited it; without a row the built-in text holds."""

    region_path = EVERYWHERE

    kind = models.CharField("种类", max_length=16, choices=MailKind.choices, unique=True)
    subject = models.CharField("标题", max_length=120)
    body = models.TextField("正文", max_length=4000)
    edited_at = models.DateTimeField("修改时间")
    edited_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="修改人", related_name="+")

    class Meta:
        verbose_name = "邮件模板"
        verbose_name_plural = "邮件模板"
        ordering = ("kind",)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=MailKind.values), name="mail_template_kind_closed"),
        )

    def __str__(self) -> str:
        return self.get_kind_display()


class Mail(ScopedModel):
    """One mail in the outbox: written in the transaction of what it tells, sent by a command, kept with its state.

    ``address`` is empty where nobody's is known: such a mail is a text to copy. A mail waits, can be read, changed,
    discarded or sent; ``attempts`` and ``problem`` tell how sending went, ``next_try_at`` when it is tried again.
    """

    region_path = "region"

    kind = models.CharField("种类", max_length=16, choices=MailKind.choices)
    state = models.CharField("状态", max_length=10, choices=MailState.choices, default=MailState.WAITING)
    round = models.ForeignKey(Round, models.PROTECT, verbose_name="年度", related_name="mails", null=True, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区", related_name="mails", null=True, blank=True)
    application = models.ForeignKey(
        "platforms.Application", models.CASCADE, verbose_name="申报表", related_name="mails", null=True, blank=True
    )
    activity = models.ForeignKey(
        "platforms.Activity", models.PROTECT, verbose_name="服务活动", related_name="mails", null=True, blank=True
    )
    # What the mail tells, where that is told once: an act and whom it is told; empty for all others.
    occasion = models.CharField(max_length=60, blank=True, editable=False)
    recipient = models.CharField("收件人", max_length=80)
    address = models.EmailField("邮箱", max_length=120, blank=True)
    subject = models.CharField("标题", max_length=120)
    body = models.TextField("正文", max_length=4000)
    created_at = models.DateTimeField("生成时间")
    created_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="经办人", related_name="+", null=True, blank=True
    )
    edited_at = models.DateTimeField("修改时间", null=True, blank=True)
    edited_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="修改人", related_name="+", null=True, blank=True
    )
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    next_try_at = models.DateTimeField("下次尝试", null=True, blank=True)
    problem = models.CharField("未送出的原因", max_length=200, blank=True)
    sent_at = models.DateTimeField("送出时间", null=True, blank=True)
    discarded_at = models.DateTimeField("取消时间", null=True, blank=True)
    discarded_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="取消人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "邮件"
        verbose_name_plural = "邮件"
        ordering = ("-created_at", "-pk")
        permissions = (("send_mail", "发送邮件"),)
        indexes = (models.Index(fields=("state", "next_try_at"), name="mail_outbox"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=MailState.values), name="mail_state_closed"),
            models.CheckConstraint(condition=models.Q(kind__in=MailKind.values), name="mail_kind_closed"),
            models.UniqueConstraint(
                fields=("occasion",), condition=~models.Q(occasion=""), name="mail_once_per_occasion"
            ),
            models.CheckConstraint(
                condition=models.Q(state=MailState.SENT, sent_at__isnull=False)
                | (~models.Q(state=MailState.SENT) & models.Q(sent_at__isnull=True)),
                name="mail_sent_has_date",
            ),
            models.CheckConstraint(
                condition=models.Q(state=MailState.DISCARDED, discarded_at__isnull=False, discarded_by__isnull=False)
                | (~models.Q(state=MailState.DISCARDED) & models.Q(discarded_at__isnull=True)),
                name="mail_discarded_has_date",
            ),
        )

    def __str__(self) -> str:
        return self.subject
