"""The applications that a run counts, as people read them: where each stands, why, and where it can be looked at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from evaluation.marking.late import Standing
from evaluation.models import Assessment, Result
from funding.counting import Column, Reported
from funding.models import AllocationItem, AllocationRun
from funding.runs.choices import COLUMNS, STANDINGS
from funding.runs.queries.frozen import named_money
from platforms.models import Application, User


@dataclass(frozen=True)
class Link:
    """A page where something of an application can be read."""

    label: str
    url: str


@dataclass(frozen=True)
class Entry:
    """One application: how it stands, where it is counted, when and why; ``links`` are the pages its reader may see."""

    number: str
    name: str
    region: str
    standing: str
    grade: str
    counted: str
    on: date | None
    reason: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Group:
    """Applications under one heading; ``total`` is their number."""

    heading: str
    entries: tuple[Entry, ...]

    @property
    def total(self) -> int:
        return len(self.entries)

    @property
    def has_links(self) -> bool:
        """Whether the reader may look at anything of them."""
        return any(each.links for each in self.entries)


@dataclass(frozen=True)
class Applications:
    """All applications of a run: those that are not simply graded by kind, and all of them by region."""

    kinds: tuple[Group, ...]
    regions: tuple[Group, ...]


#: The kinds that are read one by one before a signature: heading, and which applications they are.
KINDS: tuple[tuple[str, Callable[[AllocationItem], bool]], ...] = (
    ("评分提交前撤回", lambda item: item.standing == Standing.WITHDRAWN),
    ("评分提交后撤回", lambda item: item.standing == Standing.WITHDRAWN_LATE),
    ("未评定档次", lambda item: item.standing == Standing.UNGRADED),
    ("拒不参加评价", lambda item: item.standing == Standing.REFUSED),
    ("公布后撤销", lambda item: item.revoked_on is not None),
)


def reported_of(items: Iterable[AllocationItem]) -> list[Reported]:
    """Return the frozen ``items``, each with its row, as the counting takes them."""
    return [Reported(item.row.code, Standing(item.standing), item.grade, item.revoked_on is not None) for item in items]


def applications_of(run: AllocationRun, items: Sequence[AllocationItem], reader: User) -> Applications:
    """Return ``items``, the applications of ``run``, with links to what ``reader`` may see of each."""
    links = _links(items, reader)
    labels = named_money(run).labels
    entries = {item.pk: _entry(item, labels.get(item.grade, item.grade), labels, links) for item in items}
    kinds = (Group(heading, tuple(entries[item.pk] for item in items if is_of(item))) for heading, is_of in KINDS)
    rows = sorted({item.row for item in items}, key=lambda row: (row.region_id is None, row.code))
    regions = (Group(row.label, tuple(entries[item.pk] for item in items if item.row_id == row.pk)) for row in rows)
    return Applications(tuple(group for group in kinds if group.entries), tuple(regions))


def counted_as(column: str, counts_as: str, labels: Mapping[str, str]) -> str:
    """Return where an application is counted, in words: the grade, or the column."""
    return labels.get(counts_as, counts_as) if column == Column.GRADE else dict(COLUMNS)[column]


def told(standing: str, column: str, counts_as: str, labels: Mapping[str, str]) -> str:
    """Return how an application stands and where it is counted: its grade, or 拒不参加评价，未评定."""
    place = counted_as(column, counts_as, labels)
    return place if standing == Standing.GRADED else f"{dict(STANDINGS)[standing]}，{place}"


def _entry(
    item: AllocationItem, grade: str, labels: Mapping[str, str], links: dict[tuple[str, int | None], Link]
) -> Entry:
    is_graded = item.standing == Standing.GRADED
    keys = (("申报", item.application_id), ("评价", item.application_id), ("认定结果", item.result_id))
    return Entry(
        number=item.number,
        name=item.name,
        region=item.row.label,
        standing="公布后撤销" if item.revoked_on else dict(STANDINGS)[item.standing],
        grade=grade if is_graded or not grade else f"拟定{grade}",
        counted=counted_as(item.column, item.counts_as, labels),
        on=item.revoked_on or item.happened_on,
        reason=item.reason,
        links=tuple(links[key] for key in keys if key in links),
    )


def _links(items: Sequence[AllocationItem], reader: User) -> dict[tuple[str, int | None], Link]:
    """Return by label and key the pages of applications, assessments and results that ``reader`` may see."""
    keys = [item.application_id for item in items]

    def seen(model: type, rows: QuerySet) -> Iterable[tuple[int, int]]:
        opts = model._meta  # type: ignore[attr-defined]
        return rows if reader.has_perm(f"{opts.app_label}.view_{opts.model_name}") else ()

    found: dict[tuple[str, int | None], Link] = {}
    applications = Application.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", "pk")
    for key, pk in seen(Application, applications):
        found["申报", key] = Link("申报", reverse("admin:platforms_application_change", args=(pk,)))
    assessments = Assessment.objects.visible_to(reader).filter(application__in=keys)
    for key, pk in seen(Assessment, assessments.values_list("application_id", "pk")):
        found["评价", key] = Link("评价", reverse("admin:evaluation_assessment_change", args=(pk,)))
    results = Result.objects.visible_to(reader).filter(pk__in=[item.result_id for item in items if item.result_id])
    for key, pk in seen(Result, results.values_list("pk", "pk")):
        found["认定结果", key] = Link("认定结果", reverse("admin:evaluation_result_change", args=(pk,)))
    return found
