"""The secret address of a calendar."""

from django.db import models

from platforms.reference.models import Region
from platforms.scope import EVERYWHERE, ScopedModel


class CalendarFeed(ScopedModel):
    """The secret address of a person's calendar; only the hash of its token is kept.

    It is dead when revoked, and when the account is not what it was: ``role`` and ``region`` are those of that time.
    """

    region_path = EVERYWHERE

    user = models.ForeignKey("platforms.User", models.CASCADE, verbose_name="账号", related_name="calendar_feeds")
    token_hash = models.CharField("令牌校验值", max_length=64, unique=True, editable=False)
    role = models.CharField("角色", max_length=10)
    region = models.ForeignKey(Region, models.CASCADE, verbose_name="地区", related_name="+", null=True, blank=True)
    made_at = models.DateTimeField("生成时间")
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    class Meta:
        verbose_name = "日历订阅"
        verbose_name_plural = "日历订阅"
        ordering = ("user", "-made_at")
        constraints = (
            models.UniqueConstraint(
                fields=("user",), condition=models.Q(revoked_at__isnull=True), name="calendar_feed_once_per_user"
            ),
        )

    def __str__(self) -> str:
        return str(self.user)
