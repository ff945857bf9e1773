from django.db import models

from platforms.activities.choices import ExampleStatus
from platforms.activities.models.activity import Activity
from platforms.applications.models.application import Application
from platforms.applications.models.platform import Platform
from platforms.files.models import Pictured, described
from platforms.scope import ScopedModel


class GoodExample(Pictured, ScopedModel):
    """A good example (典型, 六·(二)) that the city writes for the public: a title, a text, at most one picture.

    It may come from a reported ``activity`` or from the typical cases of an ``application``. The text is Markdown. Once
    it is published everybody reads it from the day ``shown_on`` on, which may lie ahead.
    """

    region_path = "platform__region"

    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="good_examples")
    activity = models.ForeignKey(
        Activity, models.PROTECT, verbose_name="来源活动", related_name="good_examples", null=True, blank=True
    )
    application = models.ForeignKey(
        Application, models.PROTECT, verbose_name="来源申报表", related_name="good_examples", null=True, blank=True
    )
    title = models.CharField("标题", max_length=60)
    text = models.TextField("正文", max_length=3000)
    status = models.CharField("状态", max_length=10, choices=ExampleStatus.choices, default=ExampleStatus.DRAFT)
    version = models.PositiveSmallIntegerField("版本", default=1, editable=False)
    edited_at = models.DateTimeField("编辑时间")
    edited_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="编辑人", related_name="+")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="发布人", related_name="+", null=True, blank=True
    )
    shown_on = models.DateField("发布日期", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="撤下人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "典型案例"
        verbose_name_plural = "典型案例"
        ordering = ("-edited_at", "-pk")
        permissions = (("publish_goodexample", "发布、撤下典型案例"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=ExampleStatus.values), name="example_status_closed"),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, published_by__isnull=True)
                | models.Q(published_at__isnull=False, published_by__isnull=False),
                name="example_published_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="example_withdrawn_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=ExampleStatus.PUBLISHED)
                | models.Q(published_at__isnull=False, shown_on__isnull=False),
                name="example_public_has_a_day",
            ),
            described("example_picture_is_described"),
        )

    def __str__(self) -> str:
        return self.title
