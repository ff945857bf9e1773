from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from platforms.dates import day_in_words
from platforms.reference.choices import ParkRating, RegionKind, TownKind
from platforms.reference.place_names import spelled
from platforms.scope import EVERYWHERE, ScopedModel
from platforms.searchable import SearchText


class Region(ScopedModel):
    """A county, district or zone committee (区县(市)、管委会) that files, is graded as a whole and is funded.

    ``code`` is the official six-digit code of a county, a code of our own for the zone committees, which have none.
    ``valid_from`` is its first day (empty: it was always there), ``valid_until`` its last one, that day included
    (empty: it goes on). ``inherits`` are the keys of all regions that came to it, those that had come to them before
    included: its officers go on with their rows (``platforms.scope``). All three are written by a change of regions
    alone (``platforms.region_changes``).
    """

    region_path = EVERYWHERE

    code = models.CharField("代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=40, unique=True)
    search_text = SearchText("检索内容")
    kind = models.CharField("类别", max_length=10, choices=RegionKind.choices)
    host = models.ForeignKey(
        "self", models.PROTECT, verbose_name="所在区县", related_name="zones", null=True, blank=True
    )
    valid_from = models.DateField("设立日期", null=True, blank=True, editable=False)
    valid_until = models.DateField("最后有效日", null=True, blank=True, editable=False)
    inherits = models.JSONField("承接的地区", default=list, editable=False)

    class Meta:
        verbose_name = "地区"
        verbose_name_plural = "地区"
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=RegionKind.values), name="region_kind_closed"),
            models.CheckConstraint(
                condition=models.Q(kind=RegionKind.ZONE) | models.Q(host__isnull=True),
                name="region_host_of_zone_only",
                violation_error_message="只有管委会才填写所在区县。",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="region_ends_after_start",
                violation_error_message="最后有效日不能早于设立日期。",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse to call a region that has ended something else; the rows of past rounds lie with it."""
        if self.pk and self.valid_until is not None:
            stored = Region.objects.get(pk=self.pk)
            if (stored.code, stored.name, stored.kind) != (self.code, self.name, self.kind):
                raise ValidationError(f"“{stored}”已于{day_in_words(self.valid_until)}之后撤并，不能修改。")
        check_goes_on(self, "host")

    @property
    def ended(self) -> str:
        """Why nothing more is given to the region, as a sentence; empty while it goes on."""
        if self.valid_until is None:
            return ""
        return f"“{self}”的最后有效日为{day_in_words(self.valid_until)}，请选择承接它的地区。"


def check_goes_on(row: models.Model, *fields: str) -> None:
    """Refuse to give ``row`` to a region that has ended; ``fields`` name regions and may be empty.

    Raises:
        ValidationError: at the field.
    """
    for field in fields:
        if getattr(row, f"{field}_id") is not None and (told := getattr(row, field).ended):
            raise ValidationError({field: told})


class Town(ScopedModel):
    """A town, sub-district, township or statistical pseudo-unit.

    ``is_strong`` marks the strong industrial towns (工业强镇, attachment 2 of the notice), which is not public and
    therefore imported. ``zone`` is the zone committee that runs the town, where one does (三·(一)): it files for the
    town, and the county beside it only where the city has set ``open_to_host``. ``is_proposed`` is a development zone
    (三·(二)3) that a county entered and the city has not looked at yet. ``moved_on`` is the day on which a change of
    regions last gave it to another region: reference files do not move it back. Names are kept in one spelling.
    """

    region_path = EVERYWHERE

    code = models.CharField("代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=40)
    search_text = SearchText("检索内容")
    kind = models.CharField("类别", max_length=12, choices=TownKind.choices)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="所属区县", related_name="towns")
    zone = models.ForeignKey(
        Region,
        models.PROTECT,
        verbose_name="代管管委会",
        related_name="governed_towns",
        null=True,
        blank=True,
        help_text="由管委会代管的填写；填写后由管委会申报。",
    )
    open_to_host = models.BooleanField(
        "同时开放所在区县申报", default=False, help_text="仅由管委会代管的可开放；同一年度仍只受理一份申报。"
    )
    is_strong = models.BooleanField("工业强镇", default=False)
    is_proposed = models.BooleanField(
        "区县登记待核对", default=False, help_text="由区县（市）登记的独立运行的开发区；核对无误后取消勾选。"
    )
    moved_on = models.DateField("划转日期", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "乡镇（街道）"
        verbose_name_plural = "乡镇（街道）"
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=TownKind.values), name="town_kind_closed"),
            models.CheckConstraint(
                condition=models.Q(open_to_host=False) | models.Q(zone__isnull=False),
                name="town_open_to_host_of_zone_only",
                violation_error_message="只有由管委会代管的乡镇（街道）可以开放所在区县申报。",
            ),
            models.CheckConstraint(
                condition=models.Q(is_proposed=False) | models.Q(kind=TownKind.ZONE),
                name="town_proposed_is_development_zone",
                violation_error_message="只有开发区由区县（市）登记。",
            ),
            models.UniqueConstraint(
                fields=("region", "name"),
                name="town_name_in_region",
                violation_error_message="该地区已有同名的乡镇（街道）。",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def run_by(self) -> Region:
        """The region that the town counts with: the zone committee that runs it, else its county."""
        return self.zone or self.region

    def clean(self) -> None:
        """Put the name into one spelling; refuse a county where a zone committee is asked for."""
        self.name = spelled(self.name)
        if self.zone is not None and self.zone.kind != RegionKind.ZONE:
            raise ValidationError({"zone": "代管的须是管委会，请重新选择。"})
        check_goes_on(self, "region", "zone")

    def save(self, *args: Any, **options: Any) -> None:
        self.name = spelled(self.name)
        super().save(*args, **options)


class Park(ScopedModel):
    """A small and micro enterprise park on record (三·(三)); the list is imported, with the latest rating."""

    region_path = "region"

    code = models.CharField("备案编号", max_length=30, unique=True)
    name = models.CharField("名称", max_length=80)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="所属地区", related_name="parks")
    town = models.ForeignKey(
        Town, models.PROTECT, verbose_name="所在乡镇（街道）", related_name="parks", null=True, blank=True
    )
    manager = models.CharField("运营管理方", max_length=80, blank=True)
    recorded_on = models.DateField("备案日期", null=True, blank=True)
    rating = models.CharField("最近绩效评价", max_length=1, choices=ParkRating.choices, blank=True)
    rating_year = models.PositiveSmallIntegerField("评价年度", null=True, blank=True)

    class Meta:
        verbose_name = "小微企业园"
        verbose_name_plural = "小微企业园"
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(
                fields=("region", "name"),
                name="park_name_in_region",
                violation_error_message="该地区已有同名的小微企业园。",
            ),
            models.CheckConstraint(
                condition=models.Q(rating="") | models.Q(rating__in=ParkRating.values), name="park_rating_closed"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_goes_on(self, "region")
