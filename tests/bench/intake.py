"""What a county's workbook costs: ``python -m tests.bench.intake [--postgres] [--quick]``.

The floor is openpyxl in read-only mode, reading every cell of every sheet of the same workbook in the same run. Ours is
what a person waits for: the check (read, judged with all rules, nothing kept) and the confirmation (the same again,
then written with rows, versions and the events of the log). Each form has all its fields and ten rows below it, and
leaves ten events. What was written is rolled back after each run. For comparison, the services for single drafts do a
fiftieth of the same forms; their time is told for as many forms.
"""

import io
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from tests.bench.allocation import medians
from tests.bench.imports import peak
from tests.bench.stand import Line, arguments, own_database, show

if TYPE_CHECKING:
    from platforms.applications.intake.review import Review

FORMS = 2_000
ONE_BY_ONE = FORMS // 50
RUNS, QUICK_RUNS = 5, 1
FLOOR = "openpyxl read-only"


def only_read(content: bytes) -> int:
    """The floor: touch every value of every sheet."""
    book = load_workbook(io.BytesIO(content), read_only=True)
    try:
        return sum(
            1 for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for value in row
            if value is not None
        )  # fmt: skip
    finally:
        book.close()


class Stage:
    """鄞州区 with a town for each form, and the workbook that holds them all."""

    def __init__(self) -> None:
        from django.utils import timezone

        from platforms.applications.services.intake_plan import Filed
        from platforms.models import Town
        from tests import factories

        region = factories.regions()["330212"]
        self.user, self.round, self.at = factories.officer("yinzhou", region), factories.round_of(2026), timezone.now()
        towns = Town.objects.bulk_create(
            Town(code=f"330212{number:05d}", name=f"第{number}镇", kind="town", region=region)
            for number in range(FORMS)
        )
        sections = {slug: values for slug, values in factories.FORM.items() if slug != "commitment"}
        self.filed = [
            Filed(type="town", region=region, town=town, sections=sections, rows=factories.ROWS) for town in towns
        ]
        self.content = self._workbook()

    def _workbook(self) -> bytes:
        from django.db import transaction

        from platforms.applications.intake.drafts import own_drafts, workbook_for
        from platforms.applications.services.intake import take_in

        with transaction.atomic():
            take_in(round=self.round, filed=self.filed, by=self.user, at=self.at)
            rows = own_drafts(self.user, self.round)
            for row in rows:
                row.number = ""
            content = workbook_for(self.user, self.round, rows)
            transaction.set_rollback(True)
        return content

    def check(self, *, lock: bool = False) -> "Review":
        """Judge the workbook as the page does."""
        from platforms.applications.intake.review import review

        found = review("bench.xlsx", self.content, round=self.round, user=self.user, at=self.at, lock=lock)
        assert not found.findings, found.findings[:3]
        assert found.count("new") == FORMS
        assert found.fingerprint
        return found

    def confirm(self) -> None:
        """Judge it and take it in, and take it back."""
        from django.db import transaction

        from platforms.applications.services.intake import take_in

        with transaction.atomic():
            found = self.check(lock=True)
            take_in(round=self.round, filed=found.filed, by=self.user, at=self.at, planned=found.plans)
            transaction.set_rollback(True)

    def one_by_one(self) -> None:
        """Do some of it with the services for single drafts."""
        from django.db import transaction

        from platforms.applications.services import drafts as applications

        with transaction.atomic():
            for each in self.filed[:ONE_BY_ONE]:
                row = applications.create(
                    round=self.round, type=each.type, region=each.region, town=each.town, by=self.user, at=self.at
                )
                given = {"by": self.user, "at": self.at}
                for slug, values in each.sections.items():
                    row = applications.save_section(
                        application=row, section=slug, values=values, version=row.version, **given
                    )
                for kind, rows in each.rows.items():
                    row = applications.save_rows(application=row, section=kind, rows=rows, version=row.version, **given)
            transaction.set_rollback(True)


def measure(*, runs: int = RUNS) -> list[Line]:
    """Measure; needs a database that is empty and leaves it so."""
    from django.db import transaction

    with transaction.atomic():
        stage = Stage()
        read = partial(only_read, stage.content)
        ways: list[Callable[[], Any]] = [stage.check, stage.confirm, stage.one_by_one]
        floor, check, confirm, single = medians([read, *ways], runs)
        note = f"{len(stage.content) // 1000} kB, peak {peak(stage.check):.0f} MB, floor {peak(read):.0f} MB"
        lines = [
            Line(f"{FORMS:,} forms, checked", FLOOR, floor, check, note),
            Line(f"{FORMS:,} forms, checked again and written", FLOOR, floor, confirm),
            Line(f"{FORMS:,} forms, one by one, without reading", FLOOR, floor, single * FORMS / ONE_BY_ONE),
        ]
        transaction.set_rollback(True)
    return lines


def main() -> None:
    given = arguments(__doc__)
    with own_database(postgres=given.postgres):
        show("Intake", measure(runs=QUICK_RUNS if given.quick else RUNS))


if __name__ == "__main__":
    main()
