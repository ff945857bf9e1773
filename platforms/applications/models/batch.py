from django.db import models

from platforms.applications.models.application import Application, ApplicationVersion
from platforms.reference.models import Region
from platforms.rounds.models.round import Round
from platforms.scope import ScopedModel


class Batch(ScopedModel):
    """One report (上报) of a region to the city: the applications that went in together, and its receipt.

    ``number`` is the receipt number, ``sequence`` counts the reports of a region in a round: from the second on they
    are supplementary (补充上报). ``region`` None is the city's own report of key industries. The liaison officer is
    kept as named at that moment. Never changed, never deleted.
    """

    region_path = "region"

    round = models.ForeignKey(Round, models.PROTECT, verbose_name="年度", related_name="batches")
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="地区", related_name="batches", null=True, blank=True
    )
    number = models.CharField("回执编号", max_length=32, unique=True)
    sequence = models.PositiveSmallIntegerField("第几批")
    liaison_name = models.CharField("联络员", max_length=40, blank=True)
    liaison_post = models.CharField("联络员职务", max_length=40, blank=True)
    liaison_phone = models.CharField("联络员电话", max_length=60, blank=True)
    note = models.CharField("说明", max_length=400, blank=True)
    reported_at = models.DateTimeField("上报时间")
    reported_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="上报人", related_name="+")
    is_late = models.BooleanField("逾期", default=False)

    class Meta:
        verbose_name = "上报"
        verbose_name_plural = "上报"
        ordering = ("-reported_at",)
        constraints = (
            models.UniqueConstraint(fields=("round", "region", "sequence"), name="batch_once_per_region_and_sequence"),
            models.UniqueConstraint(
                fields=("round", "sequence"),
                condition=models.Q(region__isnull=True),
                name="batch_once_per_sequence_of_the_city",
            ),
        )

    def __str__(self) -> str:
        return self.number


class BatchItem(ScopedModel):
    """One application of a report, with the version that went in; an application is reported once."""

    region_path = "batch__region"

    batch = models.ForeignKey(Batch, models.PROTECT, verbose_name="上报", related_name="items")
    application = models.OneToOneField(Application, models.PROTECT, verbose_name="申报表", related_name="batch_item")
    version = models.ForeignKey(ApplicationVersion, models.PROTECT, verbose_name="版本", related_name="+")
    position = models.PositiveSmallIntegerField("序号")

    class Meta:
        verbose_name = "上报的申报表"
        verbose_name_plural = "上报的申报表"
        ordering = ("batch", "position")

    def __str__(self) -> str:
        return str(self.application)
