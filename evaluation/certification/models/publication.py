from typing import Self

from django.db import models

from evaluation.certification.choices import DocumentKind, PlanStatus, PreparedKind
from evaluation.marking.models import Assessment
from platforms.choices import PlatformType
from platforms.models import Notice, Platform, Region, Round
from platforms.notices.models import value_of
from platforms.notices.terms import grade_label
from platforms.scope import EVERYWHERE, ScopedModel, ScopedQuerySet
from platforms.two_people import Proposal, two_people


class PublicationPlan(Proposal):
    """The publication of a round, proposed by one officer and approved by another (四·(四)).

    Everything that the approval makes valid is prepared with it (:class:`Prepared`): numbers, documents, mails.
    ``basis`` is the digest of what they are prepared from; once that changed, or before ``prepared_at``, nobody can
    approve. ``gaps`` is what was missing when it was proposed, ``reason`` says why that stays behind; both are empty
    where nothing is missing.
    """

    region_path = EVERYWHERE

    round = models.ForeignKey(Round, models.PROTECT, verbose_name="年度", related_name="publication_plans")
    status = models.CharField("状态", max_length=10, choices=PlanStatus.choices, default=PlanStatus.PROPOSED)
    decided_on = models.DateField("认定日期")
    document_number = models.CharField("文号", max_length=40, blank=True)
    gaps = models.JSONField("尚缺事项", default=list, blank=True)
    basis = models.CharField("依据校验值", max_length=64, editable=False)
    prepared_at = models.DateTimeField("准备完成时间", null=True, blank=True)

    class Meta:
        verbose_name = "公布方案"
        verbose_name_plural = "公布方案"
        ordering = ("-proposed_at", "-pk")
        constraints = (
            *two_people("publication_plan", PlanStatus.values),
            models.UniqueConstraint(
                fields=("round",), condition=models.Q(status=PlanStatus.PROPOSED), name="publication_plan_one_open"
            ),
        )


class Prepared(ScopedModel):
    """One thing that waits for the approval of a plan: a number with its document, or a mail.

    ``assessment`` is whose certificate or report it is; ``region`` whose letter or mail, None for the city's own.
    ``text`` holds the columns of a mail, and of a report the digest of what it was prepared from (``basis``). A number
    that was prepared belongs to its assessment for good; the file follows the number.
    """

    region_path = EVERYWHERE

    plan = models.ForeignKey(PublicationPlan, models.CASCADE, verbose_name="公布方案", related_name="prepared")
    kind = models.CharField("种类", max_length=12, choices=PreparedKind.choices)
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, verbose_name="评价", related_name="+", null=True, blank=True
    )
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区", related_name="+", null=True, blank=True)
    number = models.CharField("编号", max_length=24, blank=True)
    stored_name = models.CharField(max_length=120, blank=True, editable=False)
    digest = models.CharField("校验值", max_length=64, blank=True)
    size = models.PositiveIntegerField("大小（字节）", default=0)
    text = models.JSONField("邮件", default=dict)

    class Meta:
        verbose_name = "待公布内容"
        verbose_name_plural = "待公布内容"
        ordering = ("plan", "kind", "pk")
        indexes = (models.Index(fields=("number",), name="prepared_number"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=PreparedKind.values), name="prepared_kind_closed"),
            models.UniqueConstraint(
                fields=("plan", "kind", "assessment"), condition=models.Q(assessment__isnull=False),
                name="prepared_once_per_platform",
            ),
            models.UniqueConstraint(
                fields=("plan", "kind", "region"),
                condition=models.Q(assessment__isnull=True, region__isnull=False),
                name="prepared_once_per_region",
            ),
            models.UniqueConstraint(
                fields=("plan", "kind"), condition=models.Q(assessment__isnull=True, region__isnull=True),
                name="prepared_once_for_the_city",
            ),
            models.UniqueConstraint(
                fields=("plan", "number"), condition=~models.Q(number=""), name="prepared_number_once"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()


class Publication(ScopedModel):
    """The act that made the results of a round public; ``decided_on`` is the date of the decision.

    ``plan`` is what two officers agreed on. A round from before this system is ``taken_over`` from a workbook and has
    none.
    """

    region_path = EVERYWHERE

    round = models.OneToOneField(Round, models.PROTECT, verbose_name="年度", related_name="publication")
    plan = models.OneToOneField(
        PublicationPlan, models.PROTECT, verbose_name="公布方案", related_name="publication", null=True, blank=True
    )
    taken_over = models.BooleanField("历史数据", default=False)
    decided_on = models.DateField("认定日期")
    document_number = models.CharField("文号", max_length=40, blank=True)
    published_at = models.DateTimeField("公布时间")
    published_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="公布人", related_name="+")

    class Meta:
        verbose_name = "公布"
        verbose_name_plural = "公布"
        ordering = ("-round__year",)
        permissions = (
            ("propose_publication", "提出公布"),
            ("publish_results", "公布认定结果"),
            ("take_over_results", "导入历史认定"),
            ("compare_years", "查看年度对比"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(taken_over=True, plan__isnull=True) | models.Q(taken_over=False, plan__isnull=False),
                name="publication_planned_or_taken_over",
            ),
        )

    def __str__(self) -> str:
        return f"{self.round}认定结果"


class Results(ScopedQuerySet):
    """Published lines with all their versions."""

    def current(self) -> Self:
        """Return the last version of each line: the one that counts."""
        return self.filter(corrected_by__isnull=True)


class Result(ScopedModel):
    """One published line, frozen: all that the public ever reads of a platform in a round.

    Holds what practice allows in public and nothing else: platform, operator, region, site, type, grade, office phone.
    A correction or a change (``evaluation.amendments``) is a new ``version`` that names the one in whose place it
    stands (``corrects``); the last of the chain counts (:meth:`Results.current`). ``assessment`` is empty for what was
    taken over.
    """

    region_path = "region"

    publication = models.ForeignKey(Publication, models.PROTECT, verbose_name="公布", related_name="results")
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, verbose_name="评价", related_name="results", null=True, blank=True
    )
    version = models.PositiveSmallIntegerField("版本", default=1)
    corrects = models.OneToOneField(
        "self", models.PROTECT, verbose_name="取代的版本", related_name="corrected_by", null=True, blank=True
    )
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

    objects = Results.as_manager()  # type: ignore[misc]

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
        constraints = (
            models.UniqueConstraint(fields=("publication", "platform", "version"), name="result_once_per_version"),
            models.CheckConstraint(
                condition=models.Q(version=1, corrects__isnull=True) | models.Q(version__gt=1, corrects__isnull=False),
                name="result_version_names_what_it_corrects",
            ),
        )

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
    # Who was certified, not the operator of today: a revocation bans that one.
    operator_code = models.CharField("统一社会信用代码", max_length=18, blank=True, editable=False)
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


class FrozenEvidence(ScopedModel):
    """What a result was decided on, frozen with it: scheme, entries, points, reasons (四·(四)).

    ``data`` holds what ``evaluation.certification.evidence`` reads; ``digest`` is the SHA-256 of its canonical JSON.
    It names no assessor.
    """

    region_path = "result__region"

    result = models.OneToOneField(Result, models.PROTECT, verbose_name="认定结果", related_name="evidence")
    data = models.JSONField("评价依据")
    digest = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "评价依据"
        verbose_name_plural = "评价依据"
        ordering = ("result",)

    def __str__(self) -> str:
        return str(self.result)


class Document(ScopedModel):
    """One document that was issued: a certificate, the report of a platform, the letter to a county.

    ``certification`` is whose certificate it is, ``result`` whose report; a letter belongs to ``publication`` and
    ``region`` (None is the city's own platforms). The file lies under ``stored_name``; ``digest`` is its SHA-256.
    ``replaces`` is the one in whose place it was issued.
    """

    region_path = "region"

    kind = models.CharField("种类", max_length=12, choices=DocumentKind.choices)
    number = models.CharField("编号", max_length=24, unique=True)
    publication = models.ForeignKey(Publication, models.PROTECT, verbose_name="公布", related_name="documents")
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="地区", related_name="documents", null=True, blank=True
    )
    result = models.ForeignKey(
        Result, models.PROTECT, verbose_name="认定结果", related_name="documents", null=True, blank=True
    )
    certification = models.OneToOneField(
        Certification, models.PROTECT, verbose_name="认定证书", related_name="document", null=True, blank=True
    )
    stored_name = models.CharField(max_length=120, editable=False)
    digest = models.CharField("校验值", max_length=64, db_index=True)
    size = models.PositiveIntegerField("大小（字节）")
    issued_at = models.DateTimeField("签发时间")
    replaces = models.OneToOneField(
        "self", models.PROTECT, verbose_name="取代的文件", related_name="replaced_by", null=True, blank=True
    )

    class Meta:
        verbose_name = "认定文件"
        verbose_name_plural = "认定文件"
        ordering = ("-issued_at", "kind", "number")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=DocumentKind.values), name="issued_document_kind_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=DocumentKind.CERTIFICATE, certification__isnull=False, result__isnull=False)
                | models.Q(kind=DocumentKind.REPORT, certification__isnull=True, result__isnull=False)
                | models.Q(kind=DocumentKind.LETTER, certification__isnull=True, result__isnull=True),
                name="issued_document_is_of_something",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
