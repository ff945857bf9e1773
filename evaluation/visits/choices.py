"""The closed vocabulary of site visits (现场核查), with the words that users see."""

from django.db.models import TextChoices


class VisitSide(TextChoices):
    """Which office went: what the city found is not read by the county."""

    COUNTY = "county", "县级核查"
    CITY = "city", "市级核查"
