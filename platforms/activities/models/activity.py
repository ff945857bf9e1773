from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from platforms.activities.choices import ActivityKind, ActivityStatus, InvitationAnswer, Organiser
from platforms.applications.models.platform import Platform
from platforms.choices import Role, ServiceClass
from platforms.reference.models import Region
from platforms.rounds.models.round import Round
from platforms.scope import ScopedModel, ScopedQuerySet, regions_of_officer

if TYPE_CHECKING:
    from platforms.accounts.models.user import User


def together(*names: str) -> models.Q:
    """Return the condition that the nullable columns ``names`` are all set or all empty."""
    return models.Q(**{f"{name}__isnull": True for name in names}) | models.Q(
        **{f"{name}__isnull": False for name in names}
    )


class ActivityQuerySet(ScopedQuerySet):
    """A county sees what it entered, and what its platforms are invited to by others."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        rows = super().visible_to(user)
        if getattr(user, "role", "") != Role.COUNTY or rows.query.is_empty():
            return rows
        own = regions_of_officer(user)
        invited = Invitation.objects.filter(platform__region__in=own).values("activity")
        return self.filter(models.Q(region__in=own) | models.Q(pk__in=invited))


class Activity(ScopedModel):
    """A service activity (二·(五), 六·(二)): planned, held and reported, or cancelled with a reason.

    ``region`` is that of the county that entered it, None for the city's. ``platform`` is set where a platform holds
    it. ``answer_by`` is the last day for the answers of the invited. ``people`` and ``enterprises`` are counted when
    it is reported. ``is_public`` is the decision of who entered it that the page of the platform tells of it.
    ``version`` counts the changes. That a report is late is derived.
    """

    region_path = "region"

    number = models.CharField("活动编号", max_length=20, unique=True, editable=False)
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="地区", related_name="activities", null=True, blank=True
    )
    round = models.ForeignKey(
        Round, models.PROTECT, verbose_name="年度", related_name="activities", null=True, blank=True
    )
    organiser = models.CharField("举办单位", max_length=10, choices=Organiser.choices)
    platform = models.ForeignKey(
        Platform, models.PROTECT, verbose_name="窗口平台", related_name="held_activities", null=True, blank=True
    )
    kind = models.CharField("类型", max_length=12, choices=ActivityKind.choices)
    service_class = models.CharField("服务类别", max_length=12, choices=ServiceClass.choices)
    title = models.CharField("活动名称", max_length=60)
    held_on = models.DateField("活动日期")
    hours = models.CharField("时间", max_length=30, blank=True)
    place = models.CharField("地点", max_length=80)
    places = models.PositiveIntegerField("名额（人）", null=True, blank=True)
    note = models.TextField("活动安排", max_length=1000, blank=True)
    answer_by = models.DateField("答复期限", null=True, blank=True)
    is_public = models.BooleanField("在平台页面公开", default=False)
    status = models.CharField("状态", max_length=10, choices=ActivityStatus.choices, default=ActivityStatus.PLANNED)
    version = models.PositiveSmallIntegerField("版本", default=1, editable=False)
    planned_at = models.DateTimeField("计划时间")
    planned_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="计划人", related_name="+")
    people = models.PositiveIntegerField("参加人数（人）", null=True, blank=True)
    enterprises = models.PositiveIntegerField("参加企业（家）", null=True, blank=True)
    summary = models.TextField("活动总结", max_length=2000, blank=True)
    reported_at = models.DateTimeField("总结时间", null=True, blank=True)
    reported_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="总结人", related_name="+", null=True, blank=True
    )
    cancel_reason = models.CharField("取消理由", max_length=400, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="取消人", related_name="+", null=True, blank=True
    )

    objects = ActivityQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "服务活动"
        verbose_name_plural = "服务活动"
        ordering = ("-held_on", "-pk")
        permissions = (("move_activity", "举办、总结、取消活动"),)
        indexes = (models.Index(fields=("status", "held_on"), name="activity_by_day"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=ActivityStatus.values), name="activity_status_closed"),
            models.CheckConstraint(condition=models.Q(kind__in=ActivityKind.values), name="activity_kind_closed"),
            models.CheckConstraint(
                condition=models.Q(service_class__in=ServiceClass.values), name="activity_class_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(organiser=Organiser.PLATFORM, platform__isnull=False)
                | models.Q(organiser__in=(Organiser.CITY_HUB, Organiser.COUNTY_HUB), platform__isnull=True),
                name="activity_organiser_fits",
            ),
            models.CheckConstraint(
                condition=models.Q(is_public=False) | models.Q(organiser=Organiser.PLATFORM),
                name="activity_public_of_a_platform",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status=ActivityStatus.REPORTED, reported_at__isnull=False, reported_by__isnull=False,
                    people__isnull=False, enterprises__isnull=False,
                )
                | (
                    ~models.Q(status=ActivityStatus.REPORTED)
                    & models.Q(reported_at__isnull=True, reported_by__isnull=True)
                ),
                name="activity_reported_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status=ActivityStatus.CANCELLED, cancelled_at__isnull=False, cancelled_by__isnull=False
                )
                & ~models.Q(cancel_reason="")
                | (
                    ~models.Q(status=ActivityStatus.CANCELLED)
                    & models.Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancel_reason="")
                ),
                name="activity_cancelled_whole",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.number


class Invitation(ScopedModel):
    """That a platform is invited to an activity, and what it answered; a refusal stays as it was given (五·4).

    ``late`` marks an answer after ``answer_by`` of the activity. ``took_part`` is said by the report, None before.
    """

    region_path = "platform__region"

    activity = models.ForeignKey(Activity, models.PROTECT, verbose_name="服务活动", related_name="invitations")
    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="invitations")
    invited_at = models.DateTimeField("邀请时间")
    invited_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="邀请人", related_name="+")
    answer = models.CharField("答复", max_length=10, choices=InvitationAnswer.choices, blank=True)
    reason = models.CharField("不参加的理由", max_length=400, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="答复人", related_name="+", null=True, blank=True
    )
    late = models.BooleanField("逾期答复", default=False)
    took_part = models.BooleanField("实际参加", null=True, blank=True)

    class Meta:
        verbose_name = "活动邀请"
        verbose_name_plural = "活动邀请"
        ordering = ("activity", "platform")
        permissions = (("answer_invitation", "答复活动邀请"),)
        constraints = (
            models.UniqueConstraint(fields=("activity", "platform"), name="invitation_once"),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True, answered_by__isnull=True, reason="")
                | models.Q(
                    answer=InvitationAnswer.ACCEPTED, answered_at__isnull=False, answered_by__isnull=False, reason=""
                )
                | models.Q(answer=InvitationAnswer.REFUSED, answered_at__isnull=False, answered_by__isnull=False)
                & ~models.Q(reason=""),
                name="invitation_answer_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.activity} {self.platform}"


class ActivityLink(ScopedModel):
    """Where an activity was written about (宣传报道): an https address with what it is called."""

    region_path = "activity__region"

    activity = models.ForeignKey(Activity, models.CASCADE, verbose_name="服务活动", related_name="links")
    title = models.CharField("标题", max_length=80)
    url = models.CharField("链接", max_length=300)

    class Meta:
        verbose_name = "宣传报道"
        verbose_name_plural = "宣传报道"
        ordering = ("activity", "pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(url__startswith="https://"), name="activity_link_is_https"),
        )

    def __str__(self) -> str:
        return self.title
