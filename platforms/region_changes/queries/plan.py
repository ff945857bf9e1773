"""What a change of regions carries over, what it leaves where it is, and why it cannot be carried out.

The same plan is shown before the act and carried out by it.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Model, Q, QuerySet

from platforms.activities.choices import ActivityStatus
from platforms.applications.choices import ApplicationStatus
from platforms.cases.choices import COMPLAINT_OPEN
from platforms.choices import PlatformType
from platforms.dates import day_in_words
from platforms.models import (
    Activity,
    ApiToken,
    Application,
    Ban,
    Batch,
    Complaint,
    EvidenceFile,
    FilingException,
    FillLink,
    FollowUpSample,
    Invitation,
    Liaison,
    Park,
    PeriodicReturn,
    Platform,
    Quota,
    Rectification,
    Region,
    Round,
    Task,
    Town,
    User,
)
from platforms.rectifications.choices import RectificationStatus
from platforms.reference.choices import RegionKind
from platforms.region_changes.choices import ChangeKind
from platforms.region_changes.queries.wanted import Wanted
from platforms.rounds.choices import RoundStatus

#: More rows of one kind are not named.
MOST_NAMES = 12
_MENDING = (RectificationStatus.OPENED, RectificationStatus.REOPENED, RectificationStatus.ANSWERED)
_UNDECIDED = (ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED)


@dataclass(frozen=True)
class Item:
    """Rows of one kind: how many, in which unit, and the first of their names."""

    label: str
    count: int
    names: tuple[str, ...] = ()
    note: str = ""
    unit: str = "个"

    def __str__(self) -> str:
        named = f"：{'、'.join(self.names)}" if self.names else ""
        more = "等" if self.names and self.count > len(self.names) else ""
        return f"{self.label} {self.count} {self.unit}{named}{more}{f'（{self.note}）' if self.note else ''}"


#: What parts above know of regions that end and leave where it is: keys of the regions → items.
STAYING: list[Callable[[Collection[int]], Iterable[Item]]] = []


@dataclass(frozen=True)
class TownMove:
    """A town that goes to ``to`` (None: the main region); what lies in it and with one of ``sources`` goes along."""

    town: Town
    to: Region | None
    sources: frozenset[int]


@dataclass
class Plan:
    """What a change comes to. Rows come with the region that they go to, None for the main one."""

    wanted: Wanted
    problems: list[str] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    towns: list[TownMove] = field(default_factory=list)
    zones: list[Region] = field(default_factory=list)
    parks: list[tuple[Park, Region | None]] = field(default_factory=list)
    platforms: list[tuple[Platform, Region | None]] = field(default_factory=list)
    applications: list[tuple[Application, Region | None]] = field(default_factory=list)
    quotas: list[Quota] = field(default_factory=list)
    liaisons: list[Liaison] = field(default_factory=list)
    extensions: list[tuple[FilingException, Region | None]] = field(default_factory=list)
    activities: list[tuple[Activity, Region | None]] = field(default_factory=list)
    tokens: list[tuple[ApiToken, Region | None]] = field(default_factory=list)
    carried: list[Item] = field(default_factory=list)
    staying: list[Item] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """What was looked at, in short: another digest means that something has changed since."""
        said = [[str(item) for item in items] for items in (self.carried, self.staying)]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def kind_of(self, to: Region | None) -> str:
        """Return the kind of the region that something goes to."""
        return to.kind if to else self.wanted.main_kind

    def to_itself(self, row: Platform | Application) -> bool:
        """Say whether the place of the zone itself becomes that of the main region: it goes on under another name."""
        return self.renamed is not None and _is_zone_itself(row)

    @property
    def renamed(self) -> Region | None:
        """The zone that goes on under another name, if the change is no more than that."""
        whole = self.wanted.kind == ChangeKind.MERGE and self.wanted.main_kind == RegionKind.ZONE
        return self.wanted.ending[0] if whole and self.wanted.newcomer and len(self.wanted.ending) == 1 else None


def plan_of(wanted: Wanted, *, today: date) -> Plan:
    """Return what ``wanted`` comes to; where it has problems it must not be carried out."""
    plan = Plan(wanted, rounds=list(Round.objects.exclude(status=RoundStatus.PUBLISHED).order_by("year")))
    plan.problems += _of_days(wanted, plan.rounds, today)
    plan.problems += _of_parties(wanted)
    if plan.problems:
        return plan
    _move_towns(plan)
    _move_rows(plan)
    plan.problems += _of_places(plan)
    plan.carried, plan.staying = _carried(plan, today), _staying(plan)
    return plan


# Whether it can be ---------------------------------------------------------------------------------------------------


def _of_days(wanted: Wanted, open_rounds: Sequence[Round], today: date) -> Iterable[str]:
    day = wanted.effective_on
    if day > today:
        yield f"生效日期{day_in_words(day)}未到，请在当日或之后办理。"
    published = Round.objects.filter(status=RoundStatus.PUBLISHED)
    latest: date | None = published.aggregate(day=Max("published_on"))["day"]
    if latest is not None and day <= latest:
        yield f"生效日期须晚于最近一次公布认定结果之日（{day_in_words(latest)}），已公布的结果不因地区调整而改变。"
    for each in open_rounds:
        if each.counted_fixed_at is not None:
            yield f"{each}已启动绩效评价，请在公布认定结果的次日起办理，评价结果按原地区公布。"
    for region in (*wanted.ending, *([wanted.main] if wanted.main else []), *wanted.others):
        if region.valid_until is not None:
            yield f"“{region}”已于{day_in_words(region.valid_until)}之后撤并。"
        if region.valid_from is not None and day <= region.valid_from:
            yield f"“{region}”自{day_in_words(region.valid_from)}设立，生效日期须晚于该日。"


def _of_parties(wanted: Wanted) -> Iterable[str]:
    kind, ending, newcomer = wanted.kind, wanted.ending, wanted.newcomer
    if (wanted.main is None) == (newcomer is None):
        yield "请选择一个承接地区，或填写新设的地区，二者选一。"
        return
    if wanted.main in ending:
        yield f"“{wanted.main}”既撤并又承接，请核对。"
    if kind == ChangeKind.MERGE and not ending:
        yield "请选择撤并的地区。"
    if kind == ChangeKind.FOUND and (ending or newcomer is None):
        yield "新设时请填写新设的地区，不选撤并的地区。"
    if kind == ChangeKind.SPLIT and len(ending) != 1:
        yield "撤销、分设一次办理一个地区。"
    if kind == ChangeKind.MERGE and wanted.towns:
        yield "合并、改设时所辖乡镇（街道）全部由承接地区承接，不填写名单。"
    if kind == ChangeKind.SPLIT and not wanted.others:
        yield "请填写划入其他地区的乡镇（街道）；全部由一个地区承接的，请选“合并、改设”。"
    if any(region in ending for region in wanted.others):
        yield "乡镇（街道）不能划入撤并的地区。"
    if kind == ChangeKind.FOUND and newcomer and newcomer.kind == RegionKind.COUNTY and not wanted.towns:
        yield "新设区县（市），请填写划入的乡镇（街道）。"
    if wanted.main_kind == RegionKind.ZONE and any(region.kind == RegionKind.COUNTY for region in ending):
        yield "区县（市）由区县（市）承接，不能由管委会承接。"
    if newcomer:
        yield from _of_newcomer(wanted)


def _of_newcomer(wanted: Wanted) -> Iterable[str]:
    newcomer = wanted.newcomer
    assert newcomer is not None
    for name, label in (("code", "代码"), ("name", "名称")):
        value = getattr(newcomer, name)
        if Region.objects.filter(**{name: value}).exists():
            yield f"{label}“{value}”已被使用，撤并地区的代码和名称也不能再用。"
    host = newcomer.host
    if newcomer.kind == RegionKind.COUNTY and host is not None:
        yield "只有管委会才填写所在区县。"
    if host is not None and (host.kind != RegionKind.COUNTY or host in wanted.ending):
        yield f"“{host}”不能作为所在区县，请重新选择。"


def _of_places(plan: Plan) -> Iterable[str]:
    wanted = plan.wanted
    for move in plan.towns:
        town, target, kind = move.town, move.to or wanted.main, plan.kind_of(move.to)
        whole = f"{town.region}{town.name}"
        if not move.sources:
            yield f"“{whole}”不属于撤并的地区，请核对。"
        elif kind == RegionKind.ZONE and town.region in wanted.ending:
            yield f"“{whole}”所属区县撤并，须由区县（市）承接。"
        elif kind == RegionKind.COUNTY and town.zone in wanted.ending and target != town.region:
            yield f"“{whole}”由{town.zone}代管，撤并后只能由{town.region}承接，请在名单中写明。"
        elif wanted.kind == ChangeKind.FOUND and target is not None and target in (town.region, town.zone):
            yield f"“{whole}”已属于{target}。"
    yield from _same_names(plan)
    for row, to in plan.applications:
        kind = plan.kind_of(to)
        if row.status == ApplicationStatus.WITHDRAWN:
            continue
        if _changes_kind(row, kind):
            told = "划入后类型不同，请先撤回或删除，或在公布认定结果后办理"
            yield f"{row.round}申报表 {row.number}“{row.name}”按{row.get_type_display()}填报，{told}。"
        elif _is_zone_itself(row) and kind == RegionKind.COUNTY and row.status in _UNDECIDED:
            yield f"{row.round}申报表 {row.number}“{row.name}”是管委会本级申报，请先受理、撤回或删除。"


def _same_names(plan: Plan) -> Iterable[str]:
    """Yield names that two places of one region would bear afterwards."""
    coming: dict[tuple[Any, Region | None], list[str]] = {}
    for move in plan.towns:
        target = move.to or plan.wanted.main
        if plan.kind_of(move.to) == RegionKind.COUNTY and move.town.region != target:
            coming.setdefault((Town, target), []).append(move.town.name)
    for park, to in plan.parks:
        coming.setdefault((Park, to or plan.wanted.main), []).append(park.name)
    for (model, target), names in coming.items():
        there = model.objects.filter(region=target, name__in=names).values_list("name", flat=True) if target else ()
        where = target.name if target else plan.wanted.main_name
        for name in sorted({name for name in names if names.count(name) > 1 or name in there}):
            yield f"{model._meta.verbose_name}“{name}”划入后在{where}重名，请先更名。"


def _is_zone_itself(row: Platform | Application) -> bool:
    return row.type == PlatformType.FUNCTIONAL_ZONE and row.town_id is None and row.former_zone_id is None


def _changes_kind(row: Platform | Application, kind: str) -> bool:
    if row.type == PlatformType.TOWN:
        return kind == RegionKind.ZONE
    return row.type == PlatformType.FUNCTIONAL_ZONE and row.town_id is not None and kind == RegionKind.COUNTY


# What goes where -----------------------------------------------------------------------------------------------------


def _move_towns(plan: Plan) -> None:
    wanted = plan.wanted
    ending = {region.pk for region in wanted.ending}
    named = {town.pk: to for town, to in wanted.towns}
    rows = Town.objects.filter(Q(pk__in=named) | Q(region__in=ending) | Q(zone__in=ending))
    for town in rows.select_related("region", "zone").order_by("code"):
        to = named.get(town.pk)
        to = None if to == wanted.main else to
        kind = plan.kind_of(to)
        if wanted.kind != ChangeKind.FOUND:
            sources = {key for key in (town.region_id, town.zone_id) if key in ending}
        elif kind == RegionKind.ZONE:
            sources = {key for key in (town.region_id, town.zone_id) if key}
        else:
            sources = {town.region_id}
        plan.towns.append(TownMove(town, to, frozenset(sources)))
    plan.zones = list(Region.objects.filter(host__in=ending, valid_until__isnull=True).exclude(pk__in=ending))
    if plan.zones and wanted.main_kind != RegionKind.COUNTY:
        plan.problems.append(f"{'、'.join(map(str, plan.zones))}位于撤并的区县，须由区县（市）承接。")


def _move_rows(plan: Plan) -> None:
    ending = {region.pk for region in plan.wanted.ending}
    moves = {move.town.pk: move for move in plan.towns}
    sources = ending.union(*(move.sources for move in plan.towns))
    stay = object()

    def to(region: int | None, town: int | None) -> Any:
        move = moves.get(town or 0)
        if move is not None and region in move.sources:
            return move.to
        return None if region in ending else stay

    def going(rows: Iterable[Any], town_of: Callable[[Any], int | None]) -> list[tuple[Any, Region | None]]:
        found = ((row, to(row.region_id, town_of(row))) for row in rows)
        return [(row, where) for row, where in found if where is not stay]

    def town_of(row: Platform | Application) -> int | None:
        return row.town_id or (row.park.town_id if row.park else None)

    lying = Q(region__in=sources)
    plan.parks = going(Park.objects.filter(lying).select_related("region").order_by("code"), lambda park: park.town_id)
    platforms = Platform.objects.filter(lying).select_related("park", "region", "former_zone").order_by("code")
    plan.platforms = going(platforms, town_of)
    applications = Application.objects.filter(lying, round__in=plan.rounds).order_by("number")
    plan.applications = going(applications.select_related("round", "park", "region", "former_zone"), town_of)
    own = {"region__in": ending, "round__in": plan.rounds}
    plan.quotas = list(Quota.objects.filter(**own).select_related("round", "region").order_by("round", "region"))
    plan.liaisons = list(Liaison.objects.filter(**own).select_related("round", "region").order_by("round", "region"))
    follows = {row.pk: where for row, where in plan.applications}
    granted = FilingException.objects.filter(region__in=sources, round__in=plan.rounds, revoked_at__isnull=True)
    plan.extensions = [
        (each, follows.get(each.application_id or 0))
        for each in granted.select_related("round", "region").order_by("pk")
        if each.region_id in ending or each.application_id in follows
    ]
    held_by = {row.pk: where for row, where in plan.platforms}
    unfinished = Activity.objects.filter(status__in=(ActivityStatus.PLANNED, ActivityStatus.HELD), region__in=sources)
    plan.activities = [
        (each, held_by.get(each.platform_id or 0))
        for each in unfinished.order_by("number")
        if each.region_id in ending or each.platform_id in held_by
    ]
    valid = ApiToken.objects.filter(revoked_at__isnull=True, region__in=sources).select_related("region", "platform")
    plan.tokens = [
        (each, held_by.get(each.platform_id or 0))
        for each in valid.order_by("pk")
        if each.region_id in ending or each.platform_id in held_by
    ]


# In words ------------------------------------------------------------------------------------------------------------


def _carried(plan: Plan, today: date) -> list[Item]:
    wanted, keys = plan.wanted, [row.pk for row, _ in plan.platforms]
    forms = [row for row, _ in plan.applications]
    moved = {"platform__in": keys}
    officers = User.objects.filter(region__in=wanted.ending, is_active=True).order_by("username")
    places = [f"town:{move.town.pk}" for move in plan.towns] + [f"park:{park.pk}" for park, _ in plan.parks]
    bans = Ban.objects.filter(site_key__in=places, ends_on__gte=today)
    links = FillLink.objects.filter(application__in=forms, revoked_at__isnull=True, handed_over_at__isnull=True)
    halted = "停用" if wanted.close_officers else f"转入{wanted.main_name}，须重新登录"
    found = [
        _named("账号", officers, note=halted),
        _listed("乡镇（街道）", [f"{move.town.name}{_to(move.to)}" for move in plan.towns]),
        _listed("所辖管委会", [str(zone) for zone in plan.zones]),
        _listed("小微企业园", [f"{park.name}{_to(to)}" for park, to in plan.parks]),
        _listed("窗口平台", [f"{row.name}{_to(to)}" for row, to in plan.platforms]),
        *(_forms(round_, forms) for round_ in plan.rounds),
        Item("填报链接", links.count(), note="继续有效"),
        _listed("名额", [f"{quota.round}{quota.region} {quota.places} 个" for quota in plan.quotas], "并入承接地区"),
        _listed("联络员", [f"{each.round}{each.region}" for each in plan.liaisons], "承接地区已有的，以其为准", "名"),
        _listed("延期申报许可", [str(each) for each, _ in plan.extensions], unit="项"),
        Item("限制申报", bans.count(), note="随地点，期限不变", unit="项"),
        Item("未完成的阶段任务", Task.objects.filter(**moved, done_at__isnull=True, dropped=False).count(), unit="项"),
        Item("未办结的整改", Rectification.objects.filter(**moved, status__in=_MENDING).count(), unit="项"),
        Item(
            "未报送的定期报送",
            PeriodicReturn.objects.filter(**moved, handed_in_at__isnull=True, closed_at__isnull=True).count(),
            unit="项",
        ),
        Item("未办结的投诉", Complaint.objects.filter(**moved, status__in=COMPLAINT_OPEN).count(), unit="件"),
        Item("未答复的活动邀请", Invitation.objects.filter(**moved, answer="").count(), unit="份"),
        _listed("未总结的服务活动", [row.title for row, _ in plan.activities], unit="场"),
        _listed("接口令牌", [f"{row.hint}…" for row, _ in plan.tokens], "继续有效"),
    ]
    return [item for item in found if item.count]


def _staying(plan: Plan) -> list[Item]:
    keys = [region.pk for region in plan.wanted.ending]
    own: dict[str, Any] = {"region__in": keys}
    past = Application.objects.filter(**own, round__status=RoundStatus.PUBLISHED)
    found = [
        Item("已公布年度的申报表", past.count(), unit="份"),
        Item("上报记录", Batch.objects.filter(**own).count(), unit="次"),
        Item("回访样本", FollowUpSample.objects.filter(**own).count(), unit="份"),
        Item("佐证材料", EvidenceFile.objects.filter(**own).count(), unit="份"),
        Item("已总结、已取消的服务活动", Activity.objects.filter(**own).count() - len(plan.activities), unit="场"),
        Item(
            "管委会本级的限制申报",
            Ban.objects.filter(site_key__in=[f"zone:{key}" for key in keys]).count(),
            note="随原管委会",
            unit="项",
        ),
        *(item for source in STAYING for item in source(keys)),
    ]
    return [item for item in found if item.count > 0]


def _forms(round_: Round, rows: Sequence[Application]) -> Item:
    own = [row for row in rows if row.round_id == round_.pk]
    counts = [
        f"{status.label} {number} 份"
        for status in ApplicationStatus
        if (number := sum(row.status == status for row in own))
    ]
    return Item(f"{round_}申报表", len(own), tuple(row.name for row in own[:MOST_NAMES]), "、".join(counts), "份")


def _named(label: str, rows: QuerySet[Any], note: str = "") -> Item:
    return _listed(label, [str(row) for row in rows], note)


def _listed(label: str, names: Sequence[str], note: str = "", unit: str = "个") -> Item:
    return Item(label, len(names), tuple(names[:MOST_NAMES]), note, unit)


def _to(region: Model | None) -> str:
    return f"→{region}" if region else ""


def last_day(wanted: Wanted) -> date:
    """Return the last day of what ends."""
    return wanted.effective_on - timedelta(days=1)
