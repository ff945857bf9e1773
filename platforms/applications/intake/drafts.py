"""What stands in the intake workbook already: template and drafts of one person's region."""

from collections.abc import Iterator, Sequence
from typing import Any

from platforms.applications.choices import ApplicationStatus
from platforms.applications.eligibility import allowed_types
from platforms.applications.intake.fields import FILLED, Layout
from platforms.applications.intake.places import places_of
from platforms.applications.intake.review import layout_of
from platforms.applications.intake.template import Facts, Filling, template
from platforms.applications.queries.forms import row_model
from platforms.applications.sections import ROW_KINDS
from platforms.choices import PlatformType
from platforms.models import Answer, Application, Round, User


def workbook_for(user: User, round: Round, applications: Sequence[Application] = ()) -> bytes:
    """Return the template of ``user`` for ``round``, with ``applications`` filled in."""
    layout = layout_of(user, round)
    places = places_of(user)
    facts = Facts(
        year=round.year,
        region=user.region.name if user.region else "重点行业",
        code=user.region.code if user.region else "",
        towns=tuple(town.name for town in places.towns),
        parks=tuple(park.name for park in places.parks),
    )
    return template(layout, facts, _fillings(applications, layout))


def own_drafts(user: User, round: Round) -> list[Application]:
    """Return the drafts of ``round`` that ``user`` files and that were never handed in, by number."""
    types = allowed_types(user.role, user.region.kind if user.region else "")
    rows = Application.objects.visible_to(user).filter(round=round, type__in=types, region=user.region_id)
    rows = rows.filter(status=ApplicationStatus.DRAFT, submitted_at__isnull=True)
    return list(rows.select_related("town", "park").order_by("number"))


def _fillings(applications: Sequence[Application], layout: Layout) -> Iterator[Filling]:
    keys = [row.pk for row in applications]
    rows: dict[int, dict[str, list[dict[str, Any]]]] = {key: {} for key in keys}
    for kind in ROW_KINDS:
        lines = row_model(kind.name)._default_manager.filter(application__in=keys).order_by("pk")
        for line in lines.values("application", *kind.fields):
            rows[line.pop("application")].setdefault(kind.name, []).append(line)
    asked = {question.pk: question.key for question in layout.questions}
    answers: dict[int, dict[str, str]] = {key: {} for key in keys}
    for answer in Answer.objects.filter(application__in=keys, question__in=asked):
        answers[answer.application_id][asked[answer.question_id]] = answer.value
    for row in applications:
        values = {name: getattr(row, name) for section in FILLED for name in section.fields}
        values |= {"number": row.number, "type": row.type}
        values |= {"association": row.association, "industry_chain": row.industry_chain}
        if row.park is not None:
            values["park"] = row.park.name
        elif row.town is not None and row.type != PlatformType.PARK:
            values["town"] = row.town.name
        yield Filling({**values, **answers[row.pk]}, rows[row.pk])
