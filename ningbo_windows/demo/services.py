"""Two years of services: some charged where they should be free, some taken back, some platforms fallen silent.

The rows go straight into the table and the rollups are counted from them; what comes out is what the services would
have written, but for the events of the log, of which there would be one for each batch.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count

from ningbo_windows.demo import words
from ningbo_windows.demo.calendar import at
from ningbo_windows.demo.drawing import Draw
from ningbo_windows.demo.world import World
from platforms.applications.queries.standings import operations
from platforms.identity import ours
from platforms.models import ApiToken, Enterprise, Platform, ServiceRecord, ServiceRecordPast, User
from platforms.service_records.rules import Checked
from platforms.service_records.services import recount as service_recount
from platforms.service_records.services import store as service_store
from platforms.service_records.services.records import past_data
from platforms.service_records.services.store import Fresh
from platforms.service_records.services.tokens import PREFIX

DAYS = 730
#: Records in all, and enterprises that they are about.
RECORDS, ENTERPRISES = 80_000, 4_000
#: Every so many platforms one that fell silent, one that never sent anything, one that enters by hand.
SILENT, NEVER, BY_HAND = 14, 23, 5
CANCELLED, CORRECTED = 60, 120
#: Class, free category, usual text; as often as they stand here.
SERVICES = (
    ("information", "policy", "解读助企政策并指导网上申报"),
    ("information", "policy", "辅导专精特新中小企业申报"),
    ("information", "", "推送行业信息和展会通知"),
    ("finance", "needs", "对接银行，协助办理贷款续贷"),
    ("finance", "", "辅导企业规范财务、准备融资材料"),
    ("startup", "problems", "代办企业变更登记"),
    ("talent", "needs", "收集用工需求并对接招聘会"),
    ("talent", "", "组织安全生产培训"),
    ("technology", "needs", "对接高校解决工艺难题"),
    ("technology", "", "协助办理产品检测"),
    ("management", "problems", "协调解决厂房租赁纠纷"),
    ("management", "", "指导企业数字化改造诊断"),
    ("market", "", "协助企业参加进出口商品交易会"),
    ("law", "problems", "答复劳动合同纠纷咨询并转办"),
    ("law", "", "审查采购合同"),
)
CHANNELS = ("onsite", "hall", "hall", "phone", "phone", "online")
FEES = (20_000, 30_000, 50_000, 80_000, 120_000)
REASONS = ("重复登记", "企业反映未接受服务", "登记错误，非本平台服务")


def two_years_of_services(world: World) -> None:
    """Write the records, what was corrected and cancelled among them, the rollups, and two tokens."""
    draw = Draw(f"服务 {world.scale}")
    everybody = list(Platform.objects.select_related("region").order_by("code"))
    days = _days_at_work(world, everybody)
    platforms = [each for each in everybody if days[each.pk]]
    enterprises = _enterprises(world, draw)
    weights = [draw.between(2, 10) * len(days[each.pk]) for each in platforms]
    share = RECORDS * world.scale / sum(weights)
    for place, (platform, weight) in enumerate(zip(platforms, weights, strict=True)):
        if place % NEVER == NEVER - 1:
            continue
        until = world.today - timedelta(days=draw.between(61, 260)) if place % SILENT == SILENT - 1 else world.today
        officer = _officer(world, platform) if place % BY_HAND == BY_HAND - 1 else None
        own = [day for day in days[platform.pk] if day < until]
        _serve(world, draw, platform, enterprises, round(weight * share), own, officer)
    _correct(world, draw)
    _cancel(world, draw)
    service_recount.rebuild()
    _tokens(world, draw, [each for each in platforms if days[each.pk][-1] == world.today])


def _days_at_work(world: World, platforms: list[Platform]) -> dict[int, list[date]]:
    """Return the days of these years on which each of ``platforms`` was in operation, today the last."""
    known = operations([each.pk for each in platforms])
    days = [world.today - timedelta(days=ago) for ago in range(DAYS, -1, -1)]
    return {pk: [day for day in days if own.on(day)] for pk, own in known.items()}


def _enterprises(world: World, draw: Draw) -> list[tuple[int, str, str]]:
    """Make the enterprises; returns key, code and name."""
    rows = []
    for _ in range(ENTERPRISES * world.scale):
        region = draw.one(list(world.regions))
        area = world.stage.everywhere[region].host or region
        name = f"{ours().city.short}{draw.brand()}{draw.one(words.TRADES)}有限公司"
        rows.append(
            Enterprise(
                code=draw.credit_code("91", area), first_name=name, name=name,
                first_seen_at=at(world.today - timedelta(days=DAYS), 9),
            )
        )  # fmt: skip
    Enterprise.objects.bulk_create(rows, batch_size=1000)
    return list(Enterprise.objects.order_by("code").values_list("pk", "code", "name"))


def _serve(
    world: World,
    draw: Draw,
    platform: Platform,
    enterprises: list[tuple[int, str, str]],
    records: int,
    days: list[date],
    officer: User | None,
) -> None:
    """Write the records of one platform, a month at a time, on ``days`` of its operation."""
    if not days:
        return
    # Most enterprises come from the neighbourhood and come again.
    own = draw.sample(enterprises, min(len(enterprises), 40 + records // 8))
    served = sorted(days[int(len(days) * draw.random())] for _ in range(records))
    region = platform.region.code if platform.region else "HY"
    source = f"hand:{region}" if officer else f"platform:{platform.code}"
    people = [draw.person() for _ in range(4)]
    numbers = count(1)
    months: dict[tuple[int, int], list[Fresh]] = {}
    charges = draw.random() < 0.12
    for day in served:
        key, code, name = draw.one(own)
        kind, free, summary = draw.one(SERVICES)
        luck = draw.random()
        # A fee where it must be free is rare, and the same few platforms take it.
        fen = draw.one(FEES) if (not free and luck < 0.22) or (free and charges and luck < 0.01) else 0
        says = Checked(
            f"{platform.code}-{next(numbers):05d}", platform.code, name, code, kind, free, day, draw.one(CHANNELS), fen,
            None if luck > 0.7 else 5 if luck > 0.2 else 4 if luck > 0.04 else 2, summary, draw.one(people), "settled",
        )  # fmt: skip
        months.setdefault((day.year, day.month), []).append(Fresh(platform.pk, key, says))
    for rows in months.values():
        service_store.insert(
            rows, source=source, by_id=officer.pk if officer else None, at=_sent(world, rows[-1].says.served_on)
        )


def _sent(world: World, day: date) -> datetime:
    """Return when what was done until ``day`` was sent: the next morning."""
    return at(min(day + timedelta(days=1), world.today), 8)


def _some(draw: Draw, most: int) -> Iterator[service_store.Stored]:
    keys = list(ServiceRecord.objects.filter(version=1, cancelled_at=None).order_by("pk").values_list("pk", flat=True))
    yield from service_store.stored_rows(sorted(draw.sample(keys, min(most, len(keys)))))


def _correct(world: World, draw: Draw) -> None:
    changed = []
    past = []
    by = world.people["city"]
    for old in _some(draw, CORRECTED):
        says = old.says._replace(satisfaction=5 if old.says.satisfaction != 5 else 4, served_by=draw.person())
        changed.append((old, Fresh(old.platform_id, old.enterprise_id, says)))
        past.append(
            ServiceRecordPast(
                record_id=old.pk, version=1, data=past_data(old.says), replaced_by=by, reason="回访核对后更正满意度",
                replaced_at=at(min(old.says.served_on + timedelta(days=9), world.today), 7),
            )
        )  # fmt: skip
    ServiceRecordPast.objects.bulk_create(past, batch_size=500)
    if changed:
        service_store.replace(changed)


def _cancel(world: World, draw: Draw) -> None:
    by = world.people["city"]
    rows = []
    for old in _some(draw, CANCELLED):
        moment = at(min(old.says.served_on + timedelta(days=12), world.today), 7)
        rows.append(ServiceRecord(pk=old.pk, cancelled_at=moment, cancelled_by=by, cancel_reason=draw.one(REASONS)))
    ServiceRecord.objects.bulk_update(rows, ("cancelled_at", "cancelled_by", "cancel_reason"), batch_size=200)


def _officer(world: World, platform: Platform) -> User | None:
    return world.officers.get(platform.region.code) if platform.region else world.people["city"]


def _tokens(world: World, draw: Draw, platforms: list[Platform]) -> None:
    """A token of a county hub and one of a platform; nobody knows their text."""
    issued = at(world.today - timedelta(days=200), 10)
    hub = world.regions[world.stage.code("甲")]
    single = next((each for each in platforms if each.region_id not in (None, hub.pk)), None)
    ApiToken.objects.bulk_create(
        ApiToken(
            token_hash=hashlib.sha256(str(draw.random()).encode()).hexdigest(),
            hint=f"{PREFIX}{draw.between(1000, 9999)}",
            platform=platform,
            region=platform.region if platform else hub,
            note=note,
            issued_at=issued,
            issued_by=world.people["city"],
            expires_at=issued + timedelta(days=365),
            last_used_at=at(world.today - timedelta(days=1), 8),
        )
        for platform, note in (
            (None, f"{hub.name}县级枢纽平台业务系统"),
            *([(single, "平台服务系统")] if single else ()),
        )
    )
