from django.db import models

from platforms.rounds.choices import DayKind
from platforms.scope import EVERYWHERE, ScopedModel


class CalendarDay(ScopedModel):
    """A day that is free or worked unlike its weekday (放假、补班), as the city entered it; goes before the library.

    ``platforms.working_days`` counts by it.
    """

    region_path = EVERYWHERE

    day = models.DateField("日期", unique=True)
    kind = models.CharField("安排", max_length=4, choices=DayKind.choices)
    note = models.CharField("说明", max_length=40, blank=True)

    class Meta:
        verbose_name = "放假和补班日"
        verbose_name_plural = "放假和补班日"
        ordering = ("-day",)
        constraints = (models.CheckConstraint(condition=models.Q(kind__in=DayKind.values), name="calendar_day_closed"),)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_kind_display()}"
