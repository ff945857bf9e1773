"""What judges gave on the stage: an assessor with one sheet in each county, and who stays out of it."""

from django.core.files.uploadedfile import SimpleUploadedFile

from evaluation.marking.choices import SheetKind, SheetStatus
from evaluation.marking.services import proofs
from evaluation.marking.services.assigning import declare_conflict
from evaluation.marking.services.sheets import fill_with_marks
from evaluation.models import Conflict, Evaluation, Mark, Proof, Sheet
from platforms.models import User
from tests import factories
from tests.access.world import World
from tests.factories import PNG


def judged(world: World, cast: dict[str, User]) -> None:
    """Give the open platform of 鄞州区 to the assessor of the cast, that of 慈溪市 to another, with marked words.

    The rest of the round is judged by the city; who of them declared a conflict stands on both.
    """
    at = world.evaluation.started_at
    for side, judge in ((world.own, cast["assessor"]), (world.other, cast["assessor2"])):
        region = side.officer.region
        assert region is not None
        row, mark = world.assessment(region.code, "open"), side.mark
        kind, note = SheetKind.ASSESSOR, mark.text("note")
        fill_with_marks([Sheet.objects.create(assessment=row, kind=kind, judge=judge, note=note, opened_at=at)])
        county = row.sheets.filter(kind=SheetKind.COUNTY)
        county.update(status=SheetStatus.OPEN, handed_in_by=None, handed_in_at=None)
        Mark.objects.filter(sheet__assessment=row).update(evidence=mark.text("found"))
        score, sheet = row.scores.get(indicator__code="venue"), county.get()
        common = {"score": score, "sheet": sheet, "note": mark.text("proof"), "by": side.officer, "at": at}
        proofs.add_link(link=f"https://example.cn/{mark.text('link')}", **common)
        picture = SimpleUploadedFile(f"{mark.text('photo')}.png", PNG, content_type="image/png")
        proofs.add_file(upload=picture, **common)
        declare_conflict(assessment=row, person=cast["assessor3"], reason=mark.text("conflict"), by=cast["city"], at=at)


def sheet_of(world: World) -> Sheet:
    """The sheet of the assessor of the cast."""
    return Sheet.objects.get(judge=world.people["assessor"])


def county_sheet(world: World) -> Sheet:
    """What 鄞州区 has to fill."""
    return Sheet.objects.get(assessment=world.assessment("330212", "open"), kind=SheetKind.COUNTY)


def proof_of(world: World) -> Proof:
    """A file that stands beside it."""
    return Proof.objects.get(sheet=county_sheet(world), file__isnull=False)


def conflict_of(world: World) -> Conflict:
    return Conflict.objects.get(assessment=world.assessment("330212", "open"))


def many_judged(evaluation: Evaluation, number: int) -> list[User]:
    """``number`` assessors, each with a sheet and a conflict on a platform of its own in ``evaluation``."""
    people = [factories.assessor(f"judge{place}") for place in range(number)]
    rows = list(evaluation.assessments.order_by("pk")[:number])
    at = evaluation.started_at
    Sheet.objects.bulk_create(
        Sheet(assessment=row, kind=SheetKind.ASSESSOR, judge=judge, opened_at=at)
        for row, judge in zip(rows, people, strict=True)
    )
    Conflict.objects.bulk_create(
        Conflict(assessment=row, person=people[place - 1], reason="亲属", declared_at=at, declared_by=judge)
        for place, (row, judge) in enumerate(zip(rows, people, strict=True))
    )
    return people
