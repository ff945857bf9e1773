"""Activities of hubs and platforms, what was answered and came of them, good examples, and what is handed in."""

from datetime import date, timedelta
from typing import Any

from evaluation.examples import services as examples
from evaluation.examples.queries import holding
from ningbo_windows.demo.calendar import at
from ningbo_windows.demo.drawing import Draw
from ningbo_windows.demo.news import drawing
from ningbo_windows.demo.world import World
from platforms.activities.choices import ActivityKind, ActivityStatus, Organiser
from platforms.activities.rules import REPORT_DAYS
from platforms.applications.queries.standings import operations
from platforms.applications.standing import Operation
from platforms.audit.services import numbering
from platforms.models import (
    Activity,
    ActivityLink,
    AuditEvent,
    GoodExample,
    Invitation,
    PeriodicReturn,
    Platform,
    ReturnSchedule,
)
from platforms.periodic_reports.services import rows as report_rows
from platforms.rounds.queries.rounds import current_round, round_of

#: Title, kind, class of service.
KINDS = (
    ("惠企政策集中宣讲", ActivityKind.POLICY, "information"),
    ("技术改造项目申报辅导", ActivityKind.TRAINING, "technology"),
    ("银企融资对接会", ActivityKind.MATCHMAKING, "finance"),
    ("劳动用工法律讲座", ActivityKind.TRAINING, "law"),
    ("中小微企业服务月启动仪式", ActivityKind.PUBLICITY, "market"),
    ("数字化转型走进车间", ActivityKind.TRAINING, "management"),
)
REFUSALS = ("当日平台承办镇里的招聘会，人手不足。", "主题与辖区产业无关，企业不愿参加。", "窗口搬迁，暂停对外活动。")
SUMMARY = "围绕“{}”讲解政策要点和办理流程，现场答疑 {} 人次，收集企业需求 {} 条，会后由窗口平台逐一回访。"
STORIES = (
    ("把政策送进车间", "窗口平台按行业梳理惠企政策，编成一页纸的办理指南，由专员带着指南走进车间，"
     "一个季度走访企业 120 家，帮助 36 家企业完成技术改造补助申报。"),
    ("三天对接一笔贷款", "企业提出融资需求后，窗口平台当天核实、次日推送给 6 家银行，第三天组织面谈，"
     "半年撮合贷款 41 笔，平均用时比以前缩短一半。"),
    ("小微企业园里的法律门诊", "每周三下午，律师在园区窗口坐诊，免费解答用工和合同问题；"
     "疑难问题建立台账，办结后公开同类问题的答复。"),
)  # fmt: skip
#: Days between two activities of one organiser.
STEP = 41


def hold(world: World) -> None:
    """Two years of activities: the city hub's, those of some county hubs and of their platforms."""
    draw = Draw(f"活动 {world.scale}")
    by_region: dict[str, list[Platform]] = {}
    for each in Platform.objects.select_related("region").order_by("code"):
        by_region.setdefault(each.region.code if each.region else "", []).append(each)
    certified = set(holding(world.today).values_list("result__platform", flat=True))
    at_work = operations([each.pk for some in by_region.values() for each in some])
    rows: list[Activity] = []
    for place, code in enumerate(["", *sorted(code for code in by_region if code)]):
        for number in range(17 if place < 6 else 5):
            day = world.today + timedelta(days=12 + place % 5 - STEP * number)
            own = Organiser.CITY_HUB if not code else Organiser.COUNTY_HUB
            some = _at_work(world, by_region.get(code, []), at_work, day)
            held_by = some[number % len(some)] if number % 3 == 2 and some else None
            rows.append(_activity(world, draw, code, Organiser.PLATFORM if held_by else own, held_by, day))
    rows.sort(key=lambda row: row.planned_at)
    for row in rows:
        year = row.held_on.year
        row.number = f"HD-{year}-{numbering.next_number(f'activity:{year}'):04d}"
    Activity.objects.bulk_create(rows, batch_size=500)
    _invite(world, draw, rows, by_region, certified, at_work)
    reported = [row for row in rows if row.status == ActivityStatus.REPORTED]
    ActivityLink.objects.bulk_create(
        ActivityLink(activity=row, url=f"https://news.example.cn/{row.number.lower()}", title=f"{row.title}报道")
        for row in reported[::4]
    )


def _at_work(world: World, platforms: list[Platform], known: dict[int, Operation], day: date) -> list[Platform]:
    """Return those of ``platforms`` in operation on ``day``, as far as it is known today."""
    return [each for each in platforms if known[each.pk].on(min(day, world.today))]


def _activity(
    world: World, draw: Draw, code: str, organiser: Organiser, platform: Platform | None, day: date
) -> Activity:
    title, kind, service_class = draw.one(KINDS)
    by = world.officers[code] if code else world.people["city"]
    row = Activity(
        number="", region=world.regions[code] if code else None, round=round_of(day), organiser=organiser,
        platform=platform, kind=kind, service_class=service_class, title=title, held_on=day, hours="14:00 至 16:30",
        place=f"{platform.site_name}服务大厅" if platform else "企业服务中心会议室", places=draw.between(3, 10) * 10,
        answer_by=None if platform else day - timedelta(days=4), planned_at=at(day - timedelta(days=21), 9, 30),
        planned_by=by, is_public=platform is not None,
    )  # fmt: skip
    ago = (world.today - day).days
    if ago > REPORT_DAYS + 3 or (ago > 2 and draw.between(1, 2) == 1):
        row.status, row.version = ActivityStatus.REPORTED, 3
        row.people, row.enterprises = draw.between(24, 90), draw.between(12, 48)
        row.summary = SUMMARY.format(title, draw.between(8, 40), draw.between(3, 20))
        row.reported_at, row.reported_by = at(day + timedelta(days=2), 16), by
    elif ago > 0:
        row.status, row.version = ActivityStatus.HELD, 2
    return row


def _invite(
    world: World,
    draw: Draw,
    rows: list[Activity],
    by_region: dict[str, list[Platform]],
    certified: set[int],
    at_work: dict[int, Operation],
) -> None:
    everybody = [each for some in by_region.values() for each in some if each.pk in certified]
    # One that keeps away from what the hubs organise: what it refused stands in the register of grounds.
    unwilling = next(iter(by_region.get(world.stage.code("戊"), [])), None)
    made = []
    for row in rows:
        if row.platform_id is not None:
            continue
        code = row.region.code if row.region else ""
        asked = _at_work(world, by_region[code] if code else everybody[draw.between(0, 3) :: 4], at_work, row.held_on)
        asked = asked[:8] if code else asked
        made += [_invitation(world, draw, row, each, refused=25 if each == unwilling else 1) for each in asked]
    Invitation.objects.bulk_create(made, batch_size=500)


def _invitation(world: World, draw: Draw, row: Activity, platform: Platform, *, refused: int) -> Invitation:
    """Return one with its answer; those up to ``refused`` of forty refuse, but for the first, who says nothing."""
    made = Invitation(activity=row, platform=platform, invited_at=row.planned_at, invited_by=row.planned_by)
    luck = draw.between(1, 40)
    is_open = row.held_on > world.today and luck < 30
    if not is_open and luck > 1:
        made.answer = "refused" if luck <= refused else "accepted"
        made.reason = draw.one(REFUSALS) if luck <= refused else ""
        made.answered_at = at(min(row.held_on - timedelta(days=8), world.today - timedelta(days=1)), 10, 15)
        made.answered_by = world.officers[platform.region.code] if platform.region else world.people["city"]
    if row.status == ActivityStatus.REPORTED:
        made.took_part = made.answer == "accepted" and luck < 39
    return made


def tell(world: World) -> None:
    """Publish what the city picked as good examples; one is still being written."""
    city = world.people["city"]
    certified = Platform.objects.filter(pk__in=holding(world.today).values("result__platform")).order_by("code")
    # Nothing in the log is older than what stands before it.
    moment = AuditEvent.objects.order_by("-serial").values_list("at", flat=True)[0]
    rows: list[GoodExample] = [
        examples.write(
            platform=certified[place * 9],
            values={"title": title, "text": text, "picture_alt": "示意画：窗口平台服务大厅的柜台"},
            picture=drawing(place),
            by=city,
            at=moment,
        )
        for place, (title, text) in enumerate(STORIES)
    ]
    for row in rows[:-1]:
        examples.publish(example=row, by=city, at=moment)


def ask_returns(world: World) -> None:
    """A monthly and a quarterly return of the current round; most of it came in, some late, some is missing."""
    draw = Draw(f"报送 {world.scale}")
    round_ = current_round()
    common: dict[str, Any] = {"round": round_, "starts_on": world.today - timedelta(days=150)}
    common["ends_on"] = world.today + timedelta(days=60)
    schedules = [
        ReturnSchedule.objects.create(
            title="服务工作月报", what="上月服务和活动情况，存在的问题。", figures="服务企业（家）\n举办活动（场）",
            period="monthly", due_day=5, **common,
        ),
        ReturnSchedule.objects.create(
            title="公益性服务季度小结", what="三项公益性服务的做法和成效。", period="quarterly", due_day=10, **common
        ),
    ]  # fmt: skip
    report_rows.sync(schedules=schedules)
    rows = list(PeriodicReturn.objects.select_related("platform__region", "schedule").order_by("due_on", "pk"))
    for row in rows:
        luck = draw.between(1, 30)
        if row.due_on >= world.today or luck == 1:
            continue
        row.late = luck < 4
        row.text = f"{row.label}服务平稳，企业咨询集中在融资和用工，已逐一回复。"
        row.figures = {label: str(draw.between(2, 60)) for label in row.schedule.labels}
        row.handed_in_at = at(row.due_on + timedelta(days=2 if row.late else -draw.between(0, 4)), 15, 20)
        region = row.platform.region
        row.handed_in_by, row.version = world.officers[region.code] if region else world.people["city"], 2
    # Written anew: an update of each of a thousand rows takes ten times as long.
    PeriodicReturn.objects.all().delete()
    PeriodicReturn.objects.bulk_create(rows, batch_size=500)
