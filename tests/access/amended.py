"""What the stage holds of corrections and changes: a county's own that waits, and one of the city about the other."""

from datetime import UTC, date, datetime

from evaluation.amendments.services import deciding
from evaluation.models import Amendment
from tests.access.world import World
from tests.evaluation.amendments.amending import change, correction

AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)
ON = date(2026, 2, 1)


def amend(made: World) -> None:
    """A change that 鄞州区 asks for, and a correction of a platform of 慈溪市 that another officer is to decide on."""
    own, other = made.own, made.other
    change(
        made.certificates("330212")[0].result, {"address": own.mark.text("new address")}, on=ON, at=AT, by=own.officer,
        public_reason=own.mark.text("told"), reason=own.mark.text("amendment"),
    )  # fmt: skip
    correction(
        made.certificates("330282")[0].result, grade="C", grade_reason=other.mark.text("grade reason"),
        changes={"address": other.mark.text("new address")}, on=ON, at=AT,
        public_reason=other.mark.text("told"), reason=other.mark.text("amendment"),
    )  # fmt: skip


def open_one(made: World) -> Amendment:
    """The change that 鄞州区 asks for."""
    return Amendment.objects.get(status="proposed", platform__region=made.own.officer.region)


def in_each_status(made: World) -> dict[str, Amendment]:
    """A correction proposed by ``city2`` in each status; the one that waits can be decided."""
    city, city2, result = made.people["city"], made.people["city2"], open_one(made).result
    deciding.withdraw(amendment=open_one(made), by=made.own.officer, at=AT)
    found = {}
    for status in ("declined", "withdrawn", "decided", "proposed"):
        grade = "C" if result.grade != "C" else "B"
        row = correction(result, grade=grade, grade_reason="核对", on=ON, at=AT, by=city2)
        if status == "declined":
            deciding.decline(amendment=row, reason="不予", by=city, at=AT)
        elif status == "withdrawn":
            deciding.withdraw(amendment=row, by=city2, at=AT)
        elif status == "decided":
            made_of_it = deciding.decide(amendment=row, by=city, at=AT).made
            assert made_of_it is not None
            result = made_of_it
        found[status] = Amendment.objects.get(pk=row.pk)
    return found
