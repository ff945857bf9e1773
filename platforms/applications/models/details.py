"""The rows below an application: staff, services, partners, rules."""

from django.core.validators import MaxValueValidator
from django.db import models

from platforms.applications.choices import AttachmentKind, Education, RuleKind, Sex
from platforms.applications.models.application import Application, unreadable_field
from platforms.choices import FreeService, ServiceClass
from platforms.scope import ScopedModel


class StaffMember(ScopedModel):
    """One person of the operating team (二·(二)); totals are counted from these rows, never typed."""

    region_path = "application__region"

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="申报表", related_name="staff")
    name = models.CharField("姓名", max_length=40)
    sex = models.CharField("性别", max_length=6, choices=Sex.choices)
    education = models.CharField("学历", max_length=10, choices=Education.choices)
    qualification = models.CharField("职称或证书", max_length=80, blank=True)
    post = models.CharField("岗位", max_length=40)
    full_time = models.BooleanField("专职", default=True)
    # A draft holds a row that is only begun; blank is false, as a whole row has it.
    years = models.PositiveSmallIntegerField("企业服务年限（年）", null=True, validators=[MaxValueValidator(60)])
    mobile = models.CharField("手机", max_length=40, blank=True)
    unreadable = unreadable_field()

    class Meta:
        verbose_name = "运营人员"
        verbose_name_plural = "运营人员"
        ordering = ("application", "pk")

    def __str__(self) -> str:
        return self.name


class ServiceOffer(ScopedModel):
    """One service on offer: one of the three compulsory free ones, or one of the network's eight classes.

    Never both; neither only in a draft where the class is not chosen yet. The free ones never carry a fee (二·(四)).
    """

    region_path = "application__region"

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="申报表", related_name="services")
    free_service = models.CharField("公益性服务", max_length=10, choices=FreeService.choices, blank=True)
    service_class = models.CharField("服务类别", max_length=12, choices=ServiceClass.choices, blank=True)
    content = models.CharField("服务内容", max_length=200)
    is_free = models.BooleanField("免费", default=True)
    fee_standard = models.CharField("收费标准", max_length=120, blank=True)
    unreadable = unreadable_field()

    class Meta:
        verbose_name = "服务内容"
        verbose_name_plural = "服务内容"
        ordering = ("application", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(free_service__in=FreeService.values, service_class="")
                | models.Q(free_service="", service_class__in=["", *ServiceClass.values]),
                name="service_free_or_class",
                violation_error_message="每项服务只能是公益性服务或八类服务之一。",
            ),
            # 二·(四): the three services are free.
            models.CheckConstraint(
                condition=models.Q(free_service="") | models.Q(is_free=True, fee_standard=""),
                name="service_public_interest_is_free",
                violation_error_message="三项公益性服务须免费，不得填写收费标准。",
            ),
            models.UniqueConstraint(
                fields=("application", "free_service"),
                condition=~models.Q(free_service=""),
                name="service_free_once",
                violation_error_message="同一项公益性服务只需填写一次。",
            ),
        )

    def __str__(self) -> str:
        return self.get_free_service_display() or self.get_service_class_display()


class Partner(ScopedModel):
    """An institution that provides services together with the platform."""

    region_path = "application__region"

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="申报表", related_name="partners")
    name = models.CharField("合作机构", max_length=80)
    service_class = models.CharField("合作服务类别", max_length=12, choices=ServiceClass.choices)
    unreadable = unreadable_field()

    class Meta:
        verbose_name = "合作机构"
        verbose_name_plural = "合作机构"
        ordering = ("application", "pk")

    def __str__(self) -> str:
        return self.name


class ManagementRule(ScopedModel):
    """One management rule (二·(六)); process, standard and fees must be public."""

    region_path = "application__region"

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="申报表", related_name="rules")
    kind = models.CharField("制度", max_length=12, choices=RuleKind.choices)
    title = models.CharField("制度名称", max_length=120)
    is_public = models.BooleanField("对外公开", default=False)
    unreadable = unreadable_field()

    class Meta:
        verbose_name = "管理制度"
        verbose_name_plural = "管理制度"
        ordering = ("application", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("application", "kind"),
                name="rule_once_per_kind",
                violation_error_message="同一类制度只需填写一次。",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=RuleKind.values), name="rule_kind_closed"),
        )

    def __str__(self) -> str:
        return self.title


class Attachment(ScopedModel):
    """One uploaded file, kept under a name made from the SHA-256 of its content and served by a checked view only.

    ``size`` is in bytes, ``media_type`` was judged from the content, ``shown_name`` is what the person called it.
    A newer file keeps the older one: that one then has a ``replaced_at`` and belongs to the form no more. A rule's
    file names the ``rule_kind``, the answer to a question the ``question``; a stamped scan keeps in ``form_digest``
    what the form said when it was uploaded, so that a later change makes it stale.
    """

    region_path = "application__region"

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="申报表", related_name="attachments")
    kind = models.CharField("类别", max_length=16, choices=AttachmentKind.choices)
    shown_name = models.CharField("文件名", max_length=120)
    stored_name = models.CharField("存储名", max_length=120, editable=False)
    media_type = models.CharField("格式", max_length=100, editable=False)
    size = models.PositiveIntegerField("大小（字节）", editable=False)
    digest = models.CharField("校验值", max_length=64, editable=False)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="上传人", related_name="+", null=True, blank=True
    )
    rule_kind = models.CharField("制度", max_length=12, choices=RuleKind.choices, blank=True)
    question = models.ForeignKey(
        "platforms.Question", models.PROTECT, verbose_name="补充问题", related_name="files", null=True, blank=True
    )
    replaces = models.OneToOneField(
        "self", models.SET_NULL, verbose_name="替换的文件", related_name="replaced_with", null=True, blank=True
    )
    replaced_at = models.DateTimeField("被替换时间", null=True, blank=True)
    form_digest = models.CharField("上传时的申报表校验值", max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ("application", "kind", "pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=AttachmentKind.values), name="attachment_kind_closed"),
            models.CheckConstraint(
                condition=models.Q(rule_kind="") | models.Q(rule_kind__in=RuleKind.values, kind=AttachmentKind.RULE),
                name="attachment_rule_kind_closed",
            ),
            models.CheckConstraint(
                condition=(models.Q(question__isnull=True) & ~models.Q(kind=AttachmentKind.QUESTION))
                | models.Q(question__isnull=False, kind=AttachmentKind.QUESTION),
                name="attachment_question_has_kind",
            ),
        )

    def __str__(self) -> str:
        return self.shown_name


class FillLink(ScopedModel):
    """A link that lets an operating unit fill one application, or one ``section`` of it, without an account.

    Only the SHA-256 of the token is stored. Usable while not expired, not revoked and not handed over. Of its openings
    the row keeps the moments of the first and the last, and nothing of who it was.
    """

    region_path = "application__region"

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="申报表", related_name="fill_links")
    token_hash = models.CharField("令牌校验值", max_length=64, unique=True, editable=False)
    recipient = models.CharField("填报单位", max_length=80)
    section = models.CharField("填写部分", max_length=16, blank=True)
    created_at = models.DateTimeField("发出时间")
    created_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="发出人", related_name="+")
    expires_at = models.DateTimeField("到期时间")
    opened_at = models.DateTimeField("首次打开时间", null=True, blank=True)
    last_opened_at = models.DateTimeField("最近打开时间", null=True, blank=True)
    handed_over_at = models.DateTimeField("交回时间", null=True, blank=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)
    # What the form said when the county sent it back with questions: what the unit changed is told against it.
    sent_form = models.JSONField("发出时的申报表", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "填报链接"
        verbose_name_plural = "填报链接"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.recipient
