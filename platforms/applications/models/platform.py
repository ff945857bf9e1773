from django.db import models

from platforms.choices import PlatformType
from platforms.reference.models import Park, Region, Town
from platforms.scope import EVERYWHERE, ScopedModel
from platforms.searchable import SearchText

#: The rows that :attr:`Site.site_name` reads, for ``select_related``.
SITE = ("region", "town", "park", "former_zone")


class Site(models.Model):
    """Where a platform stands: a zone itself, a town, a park, or (for an industry) an association.

    ``region`` is empty for key-industry platforms, which belong to the city (三·(四)). Exactly one kind of place is
    set, as the type asks; ``eligibility`` says which. ``former_zone`` is set where a platform of a zone itself stands
    for one that came to another region: it is no place of that region's own.
    """

    type = models.CharField("类型", max_length=16, choices=PlatformType.choices)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区", null=True, blank=True)
    town = models.ForeignKey(Town, models.PROTECT, verbose_name="乡镇（街道）", null=True, blank=True)
    park = models.ForeignKey(Park, models.PROTECT, verbose_name="小微企业园", null=True, blank=True)
    association = models.CharField("行业协会", max_length=80, blank=True)
    industry_chain = models.CharField("服务产业链", max_length=80, blank=True)
    former_zone = models.ForeignKey(
        Region, models.PROTECT, verbose_name="原管委会", related_name="+", null=True, blank=True, editable=False
    )

    class Meta:
        abstract = True

    @property
    def site_name(self) -> str:
        """The place in words: the town, the park, the association, or the zone itself."""
        place = self.park or self.town or self.former_zone or self.region
        return self.association or (place.name if place else "")

    @property
    def site_key(self) -> str:
        """What identifies the place across rounds, operators and spellings; equal keys are the same place."""
        if self.park_id:
            return f"park:{self.park_id}"
        if self.town_id:
            return f"town:{self.town_id}"
        if self.type == PlatformType.INDUSTRY:
            return f"association:{''.join(self.association.split())}"
        zone = self.former_zone_id or self.region_id
        return f"zone:{zone}" if zone else ""


def site_constraints(prefix: str) -> tuple[models.CheckConstraint, ...]:
    """Return what holds for the place of each type, named for the table ``prefix``."""
    q = models.Q
    return (
        models.CheckConstraint(condition=q(type__in=PlatformType.values), name=f"{prefix}_type_closed"),
        models.CheckConstraint(
            condition=(q(type=PlatformType.FUNCTIONAL_ZONE, region__isnull=False, park__isnull=True, association=""))
            | q(type=PlatformType.TOWN, region__isnull=False, town__isnull=False, park__isnull=True, association="")
            | q(type=PlatformType.PARK, region__isnull=False, park__isnull=False, association="")
            | (
                q(type=PlatformType.INDUSTRY, region__isnull=True, town__isnull=True, park__isnull=True)
                & ~q(association="")
            ),
            name=f"{prefix}_site_fits_type",
        ),
    )


class Platform(Site, ScopedModel):
    """A window platform that was accepted once; lives on from round to round under its ``code``.

    Name and operator are those of the latest accepted application. What the public reads is the frozen result of a
    published round, never this row.
    """

    region_path = "region"

    code = models.CharField("平台编号", max_length=20, unique=True)
    name = models.CharField("平台名称", max_length=80)
    search_text = SearchText("检索内容")
    operator_name = models.CharField("运营单位", max_length=80)
    operator_code = models.CharField("统一社会信用代码", max_length=18, db_index=True)
    accepted_on = models.DateField("首次受理日期")

    class Meta:
        verbose_name = "窗口平台"
        verbose_name_plural = "窗口平台"
        ordering = ("code",)
        constraints = (
            *site_constraints("platform"),
            # One platform per place, whoever files it and as whatever type.
            models.UniqueConstraint(
                fields=("town",),
                condition=models.Q(town__isnull=False, park__isnull=True),
                name="platform_once_per_town",
            ),
            models.UniqueConstraint(
                fields=("park",), condition=models.Q(park__isnull=False), name="platform_once_per_park"
            ),
            models.UniqueConstraint(
                fields=("region",),
                condition=models.Q(type=PlatformType.FUNCTIONAL_ZONE, town__isnull=True, former_zone__isnull=True),
                name="platform_once_per_zone",
            ),
            models.UniqueConstraint(
                fields=("association",),
                condition=models.Q(type=PlatformType.INDUSTRY),
                name="platform_once_per_association",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Ban(ScopedModel):
    """Years in which no application of an operator or for a site is accepted after a revocation (五).

    How many says the notice of the certificate that was revoked. Dates are inclusive; ``operator_code`` or ``site_key``
    or both are set. The row never changes: what two people of the city lift or release stands in ``BanRelief``, and
    ``queries.bans`` knows both.
    """

    region_path = EVERYWHERE

    operator_code = models.CharField("统一社会信用代码", max_length=18, blank=True, db_index=True)
    site_key = models.CharField("地点", max_length=100, blank=True, db_index=True)
    site_label = models.CharField("地点名称", max_length=100, blank=True)
    starts_on = models.DateField("起始日期")
    ends_on = models.DateField("截止日期")
    reason = models.CharField("原因", max_length=400)

    class Meta:
        verbose_name = "限制申报"
        verbose_name_plural = "限制申报"
        ordering = ("-starts_on", "pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="ban_ends_after_start"),
            models.CheckConstraint(
                condition=~models.Q(operator_code="", site_key=""), name="ban_names_operator_or_site"
            ),
        )

    def __str__(self) -> str:
        return self.site_label or self.operator_code
