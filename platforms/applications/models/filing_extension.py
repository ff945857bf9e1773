from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from platforms.applications.models.application import Application
from platforms.reference.models import Region
from platforms.rounds.models.round import Round
from platforms.scope import ScopedModel


class FilingException(ScopedModel):
    """Leave to file after the closing (延期申报许可): for whom, why, until when, for how many applications.

    ``region`` None is the city itself (key industries); ``application`` narrows it to one draft. A use is one first
    submission and a row of its own; it is usable while not revoked, not past ``ends_on`` and not used up.
    """

    region_path = "region"

    round = models.ForeignKey(Round, models.PROTECT, verbose_name="年度", related_name="exceptions")
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="地区", related_name="exceptions", null=True, blank=True
    )
    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name="申报表", related_name="exceptions", null=True, blank=True
    )
    reason = models.CharField("理由", max_length=400)
    ends_on = models.DateField("有效期至")
    uses_allowed = models.PositiveSmallIntegerField(
        "可提交（份）", default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    granted_at = models.DateTimeField("许可时间")
    granted_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="许可人", related_name="+")
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="撤销人", related_name="+", null=True, blank=True
    )
    revoke_reason = models.CharField("撤销理由", max_length=400, blank=True)

    class Meta:
        verbose_name = "延期申报许可"
        verbose_name_plural = "延期申报许可"
        ordering = ("-granted_at",)
        constraints = (
            models.CheckConstraint(condition=models.Q(uses_allowed__gte=1), name="exception_allows_at_least_one"),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="exception_revoked_by_and_at",
            ),
        )

    def __str__(self) -> str:
        return f"{self.round} {self.region or '市级'}延期申报许可"


class FilingExceptionUse(ScopedModel):
    """One application that was submitted after the closing under an extension."""

    region_path = "exception__region"

    exception = models.ForeignKey(FilingException, models.PROTECT, verbose_name="许可", related_name="uses")
    application = models.OneToOneField(Application, models.PROTECT, verbose_name="申报表", related_name="exception_use")
    at = models.DateTimeField("使用时间")
    by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="使用人", related_name="+")

    class Meta:
        verbose_name = "许可的使用"
        verbose_name_plural = "许可的使用"
        ordering = ("exception", "at")

    def __str__(self) -> str:
        return str(self.application)
