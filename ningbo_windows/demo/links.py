"""Who is linked to the city's information system, who not yet and why, and what was said of fees for what is free."""

from datetime import date, timedelta
from typing import Any

from ningbo_windows.demo.calendar import at
from ningbo_windows.demo.drawing import Draw
from ningbo_windows.demo.world import World
from platforms.cases.choices import FeeCaseState
from platforms.models import FeeCase, LinkState, Platform, ServiceRecord, User
from platforms.service_records.queries.records import flagged

METHODS = ("接口对接", "接口对接", "系统账号录入", "经县级枢纽平台汇集")
PLANS = ("运营单位系统改造中，预计下月接入。", "专线尚未开通，已向通信公司申请。", "运营单位刚更换，账号正在办理。")
TOLD = ("系统误收，已全额退还。", "含第三方检测费，已补充说明并改列。", "经办人登记有误，已提醒运营单位。")
#: Every so many platforms one that is not linked; of older fees every so many one that was passed on.
UNLINKED, PASSED = 19, 25
#: Days after which a region has explained a fee, and the city decided.
EXPLAINED_AFTER, DECIDED_AFTER = 60, 120


def link(world: World) -> None:
    """Write the findings of all platforms, and the cases of the fees that are some months old."""
    draw = Draw(f"联通 {world.scale}")
    served = set(ServiceRecord.objects.order_by().values_list("platform", flat=True).distinct())
    rows = []
    for place, platform in enumerate(Platform.objects.select_related("region").order_by("code")):
        by = _officer(world, platform)
        accepted = platform.accepted_on
        if platform.pk not in served or place % UNLINKED == UNLINKED - 1:
            day = min(accepted + timedelta(days=30), world.today)
            rows.append(_row(platform, by, day, linked=False, note=draw.one(PLANS)))
            continue
        if draw.random() < 0.2:
            day = min(accepted + timedelta(days=10), world.today)
            rows.append(_row(platform, by, day, linked=False, note=draw.one(PLANS)))
        day = min(accepted + timedelta(days=draw.between(20, 40)), world.today)
        rows.append(_row(platform, by, day, linked=True, method=draw.one(METHODS)))
    LinkState.objects.bulk_create(rows, batch_size=500)
    _explain(world, draw)


def _row(platform: Platform, by: User, day: date, **values: Any) -> LinkState:
    return LinkState(platform=platform, on=day, noted_at=at(day, 15), noted_by=by, **values)


def _explain(world: World, draw: Draw) -> None:
    before = world.today - timedelta(days=EXPLAINED_AFTER)
    fees = ServiceRecord.objects.filter(flagged(), cancelled_at__isnull=True, served_on__lte=before)
    cases = []
    for place, record in enumerate(fees.select_related("platform__region").order_by("served_on", "pk")):
        by, city = _officer(world, record.platform), world.people["city"]
        case = FeeCase(
            record=record, state=FeeCaseState.EXPLAINED, explanation=draw.one(TOLD),
            explained_at=at(record.served_on + timedelta(days=14), 10), explained_by=by,
        )  # fmt: skip
        if by != city and record.served_on <= world.today - timedelta(days=DECIDED_AFTER):
            is_passed = place % PASSED == PASSED - 1
            case.state = FeeCaseState.PASSED if is_passed else FeeCaseState.SETTLED
            case.decision = "多次收费，移送核查。" if is_passed else "已核实退款凭证。"
            case.decided_at, case.decided_by = at(record.served_on + timedelta(days=30), 16), city
        cases.append(case)
    FeeCase.objects.bulk_create(cases, batch_size=500)


def _officer(world: World, platform: Platform) -> User:
    return world.officers[platform.region.code] if platform.region else world.people["city"]
