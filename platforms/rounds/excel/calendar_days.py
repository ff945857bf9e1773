"""Days that are free or worked unlike their weekday, as a sheet."""

from typing import ClassVar

from platforms.excel.base import ScopedResource
from platforms.excel.columns import Column, Kind
from platforms.models import CalendarDay
from platforms.rounds.choices import DayKind

KINDS = tuple((each.value, str(each.label)) for each in DayKind)


class CalendarDayResource(ScopedResource):
    """放假和补班日, by the day."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("day", "日期", Kind.DATE, required=True, example="2027-01-01"),
        Column(
            "kind", "安排", Kind.CHOICE, required=True, choices=KINDS,
            hint="工作日放假的填“放假”，周末上班的填“补班”；照常的日子不填", example="放假",
        ),
        Column("note", "说明", hint="选填", example="元旦"),
    )  # fmt: skip

    class Meta(ScopedResource.Meta):
        model = CalendarDay
        import_id_fields = ("day",)
