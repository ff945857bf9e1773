"""The board of the phases: platforms down, tasks across, and what can be chosen of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from platforms import deadlines
from platforms.applications.models.platform import SITE
from platforms.applications.queries.standings import in_operation
from platforms.choices import Role
from platforms.deadlines import Standing
from platforms.models import Phase, Platform, Round, Task, TaskTemplate, User
from platforms.rounds.choices import RoundStatus

#: What the board can be narrowed to: key → word.
STATES = {"late": "逾期", "soon": "即将到期", "blocked": "受阻", "open": "未完成", "done": "已全部完成"}


@dataclass(frozen=True)
class Choice:
    """What the board shows: one phase of one round; ``region`` is a code, "HY" the city's own, empty all."""

    round: Round | None
    phase: int
    state: str = ""
    region: str = ""
    type: str = ""
    q: str = ""


@dataclass(frozen=True)
class Cell:
    """One task of one platform as it stands; None stands for a task that the platform does not have."""

    task: Task
    standing: Standing


@dataclass(frozen=True)
class Row:
    """One platform with a cell for each task of the phase, in the order of the columns."""

    platform: Platform
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Figures:
    """Counts of tasks: ``late`` are open past their day, blocked ones among them; ``platforms`` have any task."""

    platforms: int = 0
    tasks: int = 0
    done: int = 0
    late: int = 0
    blocked: int = 0


def is_late(on: date) -> Q:
    """Return the condition of a task that is open past its day on the day ``on``."""
    return Q(done_at__isnull=True, **deadlines.past("due_on", on))


def is_soon(on: date) -> Q:
    """Return the condition of a task that is open and due within some days from ``on``."""
    return Q(done_at__isnull=True, due_on__range=(on, on + timedelta(days=deadlines.SOON_DAYS)))


IS_BLOCKED = Q(blocked_at__isnull=False)
IS_OPEN = Q(done_at__isnull=True)


def tasks_of(user: User, round: Round | None, phase: int | None = None) -> QuerySet[Task]:
    """Return the tasks of ``round`` (and ``phase``) that ``user`` may see and that are still somebody's."""
    rows = Task.objects.visible_to(user).filter(template__round=round, dropped=False)
    return rows if phase is None else rows.filter(template__phase=phase)


def columns(choice: Choice) -> list[TaskTemplate]:
    """Return the tasks across: those of the phase that are in use or were done by somebody."""
    used = Task.objects.filter(template=OuterRef("pk"), dropped=False)
    rows = TaskTemplate.objects.filter(round=choice.round, phase=choice.phase)
    return list(rows.filter(Q(retired=False) | Exists(used)).order_by("position", "pk"))


def listed(user: User, choice: Choice, on: date) -> QuerySet[Platform]:
    """Return the platforms down, in the order of their codes, as ``choice`` narrows them on the day ``on``."""
    own = tasks_of(user, choice.round, choice.phase).filter(platform=OuterRef("pk"))
    rows = Platform.objects.visible_to(user).filter(Exists(own))
    if choice.region:
        rows = rows.filter(region__isnull=True) if choice.region == "HY" else rows.filter(region__code=choice.region)
    if choice.type:
        rows = rows.filter(type=choice.type)
    if choice.q:
        rows = rows.filter(Q(name__icontains=choice.q) | Q(code__icontains=choice.q))
    narrowed = {
        "late": Exists(own.filter(is_late(on))),
        "soon": Exists(own.filter(is_soon(on))),
        "blocked": Exists(own.filter(IS_BLOCKED)),
        "open": Exists(own.filter(IS_OPEN)),
        "done": ~Exists(own.filter(IS_OPEN)),
    }
    if choice.state:
        rows = rows.filter(narrowed[choice.state])
    found: QuerySet[Platform] = rows.select_related(*SITE).order_by("code")
    return found


def rows_of(
    user: User, choice: Choice, platforms: Sequence[Platform], across: Sequence[TaskTemplate], on: date
) -> list[Row]:
    """Return the lines of the board for ``platforms``, with one look at their tasks."""
    found = tasks_of(user, choice.round, choice.phase).filter(platform__in=[each.pk for each in platforms])
    at = {(task.platform_id, task.template_id): task for task in found}
    return [Row(each, tuple(_cell(at.get((each.pk, template.pk)), on) for template in across)) for each in platforms]


def standing_of(task: Task, on: date) -> Standing:
    """Return how ``task`` stands on the day ``on``."""
    done_on = timezone.localdate(task.done_at) if task.done_at else None
    return deadlines.standing(due=task.due_on, on=on, done_on=done_on, blocked=task.blocked_at is not None)


def figures(user: User, round: Round | None, on: date) -> dict[int, Figures]:
    """Return the counts of each phase of ``round`` on the day ``on``."""
    rows = tasks_of(user, round).order_by().values_list("template__phase")
    found = rows.annotate(
        platforms=Count("platform", distinct=True),
        tasks=Count("pk"),
        done=Count("pk", filter=Q(done_at__isnull=False)),
        late=Count("pk", filter=is_late(on)),
        blocked=Count("pk", filter=IS_BLOCKED),
    )
    return {phase: Figures(*counts) for phase, *counts in found}


def by_region(user: User, choice: Choice, on: date) -> list[tuple[str, str, int, int]]:
    """Return code, name, platforms and late tasks of each region in the phase; "HY" is the city's own."""
    rows = tasks_of(user, choice.round, choice.phase).order_by("platform__region__code")
    found = rows.values_list("platform__region__code", "platform__region__name").annotate(
        platforms=Count("platform", distinct=True), late=Count("pk", filter=is_late(on))
    )
    named = [(code or "HY", name or "市级（重点行业）", n, late) for code, name, n, late in found]
    return sorted(named, key=lambda each: (each[0] == "HY", each[0]))


def current_phase(round: Round | None, on: date) -> int:
    """Return the number of the phase with tasks that runs on the day ``on``, else the one before, else the first."""
    if round is None:
        return 2
    having = set(TaskTemplate.objects.filter(round=round).values_list("phase", flat=True))
    begun = Phase.objects.filter(round=round, number__in=having, starts_on__lte=on).order_by("-number").first()
    return begun.number if begun else min(having, default=2)


def pressing(user: User, on: date) -> QuerySet[Task]:
    """Return the tasks that are ``user``'s to do and that are late or soon due on the day ``on``.

    Rounds whose results are public wait for nobody, nor do platforms that are no longer in operation.
    """
    return _at_work(own_tasks(user), on).filter(due_on__lte=on + timedelta(days=deadlines.SOON_DAYS))


def late_at_counties(user: User, on: date) -> QuerySet[Task]:
    """Return the tasks of the counties that are late on the day ``on``, as :func:`pressing` has them."""
    rows = Task.objects.visible_to(user).filter(dropped=False, platform__region__isnull=False)
    return _at_work(rows, on).filter(is_late(on))


def _at_work(rows: QuerySet[Task], on: date) -> QuerySet[Task]:
    # Asked of the platform of each task, so that a county does not ask all platforms of the city.
    standing = in_operation(Platform.objects.filter(pk=OuterRef("platform")), on)
    at_work = (RoundStatus.FILING, RoundStatus.EVALUATING)
    return rows.filter(IS_OPEN, Exists(standing), template__round__status__in=at_work)


def own_tasks(user: User) -> QuerySet[Task]:
    """Return the tasks that ``user`` does: a county those of its platforms, the city those of key industries."""
    rows = Task.objects.visible_to(user).filter(dropped=False)
    return rows.filter(platform__region__isnull=True) if user.role == Role.CITY else rows


def _cell(task: Task | None, on: date) -> Cell | None:
    return None if task is None else Cell(task, standing_of(task, on))
