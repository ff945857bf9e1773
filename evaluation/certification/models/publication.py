from django.db import models

from evaluation.marking.models import Assessment
from platforms.choices import PlatformType
from platforms.models import Notice, Platform, Region, Round
from platforms.notices.models import value_of
from platforms.notices.terms import grade_label
from platforms.scope import EVERYWHERE, ScopedModel


class Publication(ScopedModel):
    """The act that made the results of a round public; ``decided_on`` is the date of the decision."""

    region_path = EVERYWHERE

    round = models.OneToOneField(Round, models.PROTECT, verbose_name="年度", related_name="publication")
    decided_on = models.DateField("认定日期")
    published_at = models.DateTimeField("公布时间")
    published_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="公布人", related_name="+")

    class Meta:
        verbose_name = "公布"
        verbose_name_plural = "公布"
        ordering = ("-round__year",)
        permissions = (("publish_results", "公布认定结果"), ("compare_years", "查看年度对比"))

    def __str__(self) -> str:
        return f"{self.round}认定结果"


class Result(ScopedModel):
    """One published line, frozen: all that the public ever reads of a platform in a round.

    Holds what practice allows in public and nothing else: platform, operator, region, site, type, grade, office phone.
    """

    region_path = "region"

    publication = models.ForeignKey(Publication, models.PROTECT, verbose_name="公布", related_name="results")
    assessment = models.OneToOneField(Assessment, models.PROTECT, verbose_name="评价", related_name="result")
    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="results")
    code = models.CharField("平台编号", max_length=20)
    name = models.CharField("平台名称", max_length=80)
    # Initials and full spelling of the name, so that hjq or hengjiang finds 横江区.
    pinyin = models.CharField(max_length=600, blank=True, editable=False)
    type = models.CharField("类型", max_length=16, choices=PlatformType.choices)
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="地区", related_name="results", null=True, blank=True
    )
    site_name = models.CharField("地点", max_length=100)
    operator_name = models.CharField("运营单位", max_length=80)
    address = models.CharField("地址", max_length=120, blank=True)
    opening_hours = models.CharField("开放时间", max_length=80, blank=True)
    service_phone = models.CharField("服务电话", max_length=60, blank=True)
    introduction = models.TextField("平台简介", max_length=1000, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True, blank=True)
    services = models.JSONField("服务内容", default=list)
    public_rules = models.JSONField("公开制度", default=list)
    grade = models.CharField("档次", max_length=8)

    class Meta:
        verbose_name = "认定结果"
        verbose_name_plural = "认定结果"
        ordering = ("publication", "code")
        permissions = (("export_result", "导出认定结果"),)
        indexes = (
            # The list in its order, and the counts beside the filters, both without touching what they do not show.
            models.Index(fields=("publication", "code"), name="result_in_order"),
            models.Index(fields=("publication", "region", "type", "grade"), name="result_counts"),
            models.Index(fields=("code",), name="result_code"),
        )
        constraints = (models.UniqueConstraint(fields=("publication", "platform"), name="result_once_per_platform"),)

    def __str__(self) -> str:
        return self.name

    @property
    def grade_label(self) -> str:
        """What the notice of its round calls the grade."""
        return grade_label(self.publication.round.terms, self.grade)


class Certification(ScopedModel):
    """The certificate of one platform: valid from and until inclusive (五: 认定有效期3年), revoked once or never.

    What ended it before its last day is :class:`CertificationEnd`; ``ground`` and what goes with it say what a
    revocation was based on, ``ground`` as ``ground_notice`` lists it: the notice of the certificate that the platform
    held then, which another one that was to begin later ends with. What it is today is derived from its dates and its
    end by ``evaluation.certification.validity``.
    """

    region_path = "result__region"

    result = models.OneToOneField(Result, models.PROTECT, verbose_name="认定结果", related_name="certification")
    number = models.CharField("证书编号", max_length=24, unique=True)
    valid_from = models.DateField("有效期起")
    valid_until = models.DateField("有效期止")
    revoked_on = models.DateField("撤销日期", null=True, blank=True)
    revoked_at = models.DateTimeField("撤销操作时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="撤销人", related_name="+", null=True, blank=True
    )
    ground = models.CharField("撤销情形", max_length=20, blank=True)
    ground_notice = models.ForeignKey(
        Notice, models.PROTECT, verbose_name="撤销依据的通知", related_name="+", null=True, blank=True
    )
    revocation_reason = models.TextField("撤销事实", max_length=1000, blank=True)

    class Meta:
        verbose_name = "认定证书"
        verbose_name_plural = "认定证书"
        ordering = ("number",)
        permissions = (("export_certification", "导出认定证书"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("valid_from")), name="certification_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    ground="",
                    ground_notice__isnull=True,
                    revoked_on__isnull=True,
                    revoked_at__isnull=True,
                    revoked_by__isnull=True,
                )
                | models.Q(
                    ~models.Q(ground=""),
                    ground_notice__isnull=False,
                    revoked_on__isnull=False,
                    revoked_at__isnull=False,
                    revoked_by__isnull=False,
                ),
                name="certification_revocation_has_who_and_when",
            ),
        )

    @property
    def ground_label(self) -> str:
        """The ground of the revocation as its notice calls it; empty where it was not revoked."""
        return value_of(self.ground_notice_id).terms.ground(self.ground).label if self.ground_notice_id else ""

    def __str__(self) -> str:
        return self.number
