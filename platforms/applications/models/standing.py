from django.db import models

from platforms.applications.choices import EndedWhy
from platforms.applications.models.platform import Platform
from platforms.applications.standing import Period
from platforms.notices.models import Notice
from platforms.scope import ScopedModel


class Standing(ScopedModel):
    """The time in which a platform stands under one certificate, as the side that decides wrote it down (五).

    ``starts_on`` and ``ends_on`` are the first and the planned last day, both inclusive. ``ended_on`` is the first day
    on which it stands no longer, where something ended it: the first day of the certificate that took its place, the
    day of a revocation. It lies before ``starts_on`` where a certificate was taken away before it began. What ran out
    by itself stays open, until the next standing of the platform closes it as expired; so at most one is open.
    ``known_at`` is when the certificate was made public, ``notice`` what the round of the certificate ran under: what
    hangs on the certificate (撤销情形, 投诉, 限制申报) reads that notice.
    """

    region_path = "platform__region"

    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="standings")
    certificate = models.CharField("证书编号", max_length=24, unique=True)
    notice = models.ForeignKey(Notice, models.PROTECT, verbose_name="依据的通知", related_name="+")
    starts_on = models.DateField("有效期起")
    ends_on = models.DateField("有效期止")
    known_at = models.DateTimeField("公布时间")
    ended_on = models.DateField("终止日期", null=True, blank=True)
    ended_why = models.CharField("终止原因", max_length=10, choices=EndedWhy.choices, blank=True)
    ended_at = models.DateTimeField("终止登记时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="终止登记人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "运营期"
        verbose_name_plural = "运营期"
        ordering = ("platform", "starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="standing_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True, ended_why="", ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(
                    ended_on__isnull=False,
                    ended_why__in=EndedWhy.values,
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                ),
                name="standing_end_has_why_who_and_when",
            ),
            models.UniqueConstraint(
                fields=("platform",), condition=models.Q(ended_on__isnull=True), name="standing_open_once_per_platform"
            ),
        )

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on, self.ended_on, self.ended_why)

    def __str__(self) -> str:
        return self.certificate
