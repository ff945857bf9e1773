"""What happens after a publication: complaints of enterprises, and certificates that are taken back."""

from datetime import date, datetime, timedelta

from evaluation.certification.services.endings import give_up
from evaluation.models import Certification
from ningbo_windows.demo import revocations
from ningbo_windows.demo.calendar import at
from ningbo_windows.demo.world import World
from platforms.applications.choices import ReliefKind
from platforms.cases.choices import ComplaintFinding
from platforms.cases.services.complaint_cases import decide, examine, take_up
from platforms.cases.services.complaints import file_complaint
from platforms.cases.services.ground_sources import propose_all
from platforms.identity import ours
from platforms.models import Complaint, Platform

#: Code of a region and name of a place in it.
Spot = tuple[str, str]
#: Where it happened, by parts of the plans.
CHARGED, STAYED_AWAY = ("乙", "镇1"), ("甲", "镇1")
MADE_UP_LISTS, CLOSED_BY_A_STORM, GAVE_UP = ("乙", "镇2"), ("丁", "镇1"), ("庚", "镇1")
NO_ANSWER, BOOKS_SOLD = ("甲", "镇2"), ("己", "镇1")
THREE_TIMES, SAID_TWICE = ("丙", "镇1"), ("戊", "镇1")


def complain(world: World, spot: Spot, *, text: str, enterprise: str, when: datetime) -> Complaint:
    """Let an enterprise complain about the platform at ``spot``."""
    complaint, _ = file_complaint(
        platform=revocations.platform_at(world, *spot),
        text=text,
        enterprise=enterprise,
        contact_name=world.draw.person(),
        contact_phone=world.draw.mobile(),
        sender_hash=f"{world.draw.between(0, 16**8):064x}",
        at=when,
    )
    return complaint


def after_first(world: World) -> None:
    """In the years after the first publication: one complaint proves true, two certificates are taken back."""
    if spot := world.stage.spot(*CHARGED):
        _fees_prove_true(world, spot)
    if spot := world.stage.spot(*STAYED_AWAY):
        _refused_activities(world, spot)


def _fees_prove_true(world: World, spot: Spot) -> None:
    city, city2 = world.people["city"], world.people["city2"]
    complaint = complain(
        world,
        spot,
        text="今年 9 月在该平台申请技改项目申报辅导，工作人员告知"
        "须先交 600 元“材料整理费”，未出具票据。通知明确这项服务免费，请核查。",
        enterprise=f"{ours().city.short}某电器有限公司",
        when=at(date(2021, 9, 22), 14, 12),
    )
    examine(
        complaint=complaint,
        finding=ComplaintFinding.SUPPORTED,
        text="已与投诉企业核对，调取平台收款记录，并询问当事人，收费属实。",
        reply="您反映的收费情况属实，已要求平台退还。",
        by=world.officers[spot[0]],
        at=at(date(2021, 10, 8), 10, 20),
    )
    decide(
        complaint=complaint,
        move="verify",
        reason="经调取收款记录并询问当事人，该平台以材料整理费名义向 7 家企业收取费用共 4200 元，情况属实，责令退还。",
        outcome="您反映的收费情况属实，已责令该平台退还所收费用，感谢您的监督。",
        by=city,
        at=at(date(2021, 10, 15), 16, 5),
    )
    revocations.revoke(
        world,
        *spot,
        2020,
        ground="fees",
        fact="以材料整理费名义向 7 家企业收取公益性服务费用共 4200 元，经投诉核查属实。",
        when=at(date(2021, 11, 5), 10, 30),
        by=city,
        other=city2,
    )


def _refused_activities(world: World, spot: Spot) -> None:
    city, city2 = world.people["city"], world.people["city2"]
    revocations.revoke(
        world,
        *spot,
        2020,
        ground="refuses_activities",
        fact="2021年下半年以来，四次拒绝参加市、县两级枢纽平台统筹的服务活动，经约谈仍不整改。",
        when=at(date(2022, 6, 15), 15, 0),
        by=city2,
        other=city,
    )
    revocations.relieve(
        world,
        *spot,
        kind=ReliefKind.LIFT,
        reason="经复核，其中两次活动邀请未送达，限制申报的依据不足，提前解除。（演示数据）",
        document=f"{world.stage.document}〔2023〕演示1号",
        when=at(date(2023, 2, 14), 10, 0),
    )


def after_last(world: World, year: int) -> None:
    """In the year after the latest publication: one certificate is taken back, one given up, a complaint unfounded."""
    if spot := world.stage.spot(*MADE_UP_LISTS):
        _made_up_lists(world, spot, year)
    if spot := world.stage.spot(*CLOSED_BY_A_STORM):
        _closed_by_a_storm(world, spot, year)
    if spot := world.stage.spot(*GAVE_UP):
        ended_on = date(year + 1, 9, 15)
        give_up(
            certification=_certification(world, *spot, year),
            on=ended_on,
            reason="运营单位业务调整，经街道同意，来文申请放弃认定。",
            by=world.people["city"],
            at=at(ended_on, 9, 20),
        )


def _made_up_lists(world: World, spot: Spot, year: int) -> None:
    revocations.revoke(
        world,
        *spot,
        year,
        ground="false_material",
        fact="经核查，上报的服务企业清单中有 63 家为虚构或重复登记，活动签到表系事后补制，数据严重失实。",
        when=at(date(year + 1, 6, 18), 11, 0),
        by=world.people["city"],
        other=world.people["city2"],
    )
    # A strong industrial town, which must not stay empty for three years.
    code, town = spot
    revocations.relieve(
        world,
        *spot,
        kind=ReliefKind.RELEASE,
        reason=f"{town}为工业强镇，须建设全覆盖，{world.regions[code].name}拟由另一运营单位承接，同意放开该地点。（演示数据）",
        document=f"{world.stage.document}〔{year + 1}〕演示2号",
        when=at(date(year + 1, 9, 9), 9, 30),
    )


def _closed_by_a_storm(world: World, spot: Spot, year: int) -> None:
    complaint = complain(
        world,
        spot,
        text="8 月 20 日上午到平台咨询贴息政策，窗口无人接待，等候近一个小时，电话也无人接听。",
        enterprise=f"{world.stage.everywhere[spot[0]].short}某塑料制品厂",
        when=at(date(year + 1, 8, 21), 9, 40),
    )
    examine(
        complaint=complaint,
        finding=ComplaintFinding.UNSUPPORTED,
        text="当日因台风防御全镇停工，公众号和门口已提前公告；次日平台已联系企业办结咨询。",
        reply="当日因台风防御停工，平台已提前公告，次日已为您办结。",
        by=world.officers[spot[0]],
        at=at(date(year + 1, 8, 28), 11, 5),
    )
    decide(
        complaint=complaint,
        move="dismiss",
        reason="经核查，当日因台风防御全镇停工，平台已在公众号和门口提前公告，次日已主动联系企业办结咨询。",
        outcome="经核查，当日因台风防御全镇停工，平台已提前公告，次日已联系您办结咨询，未发现服务不规范。",
        by=world.people["city2"],
        at=at(date(year + 1, 9, 3), 15, 30),
    )


def lately(world: World) -> None:
    """In the last weeks: two complaints that nobody has decided yet."""
    if spot := world.stage.spot(*NO_ANSWER):
        complain(
            world,
            spot,
            text="上月登记了融资对接需求，平台答应三天内回复，至今没有消息，多次致电答复口径不一。",
            enterprise=f"{ours().city.short}某汽配有限公司",
            when=at(world.today - timedelta(days=24), 10, 18),
        )
    if spot := world.stage.spot(*BOOKS_SOLD):
        complain(
            world,
            spot,
            text="报名参加平台的免费财税培训，到场后被要求购买 280 元教材才能入场，请核查是否合规。",
            enterprise=f"{world.stage.everywhere[spot[0]].short}某光学仪器有限公司",
            when=at(world.today - timedelta(days=22), 16, 47),
        )


def cases(world: World) -> None:
    """Complaints in each state, three that prove true at one platform, a double, and what the sources propose."""
    three, double = world.stage.spot(*THREE_TIMES), world.stage.spot(*SAID_TWICE)
    if three:
        _three_prove_true(world, three)
    if double:
        short, today = world.stage.everywhere[double[0]].short, world.today
        words = {"text": "周五下午窗口无人值守，公示的电话也打不通。", "enterprise": f"{short}某紧固件厂"}
        first = complain(world, double, when=at(today - timedelta(days=9), 15, 20), **words)
        complain(world, double, when=at(today - timedelta(days=8), 9, 2), **words)
        take_up(complaint=first, by=world.officers[double[0]], at=at(today - timedelta(days=7), 9, 30))
    propose_all(on=world.today, at=at(world.today - timedelta(days=1), 8))
    if three:
        revocations.leave_waiting(world, *three)
    if spot := world.stage.spot(*MADE_UP_LISTS):
        revocations.leave_relief_waiting(world, *spot)


def _three_prove_true(world: World, spot: Spot) -> None:
    city, today, officer = world.people["city"], world.today, world.officers[spot[0]]
    told = (
        (64, f"{ours().city.short}某模具有限公司", "申请贷款贴息辅导时被要求先购买 380 元的会员服务。"),
        (51, f"{world.stage.everywhere[spot[0]].short}某物流有限公司",
         "平台承诺一周内对接银行，两个月没有回音，窗口人员推诿。"),
        (43, f"{ours().city.short}某阀门有限公司", "参加免费培训后被追收 150 元场地费，没有票据。"),
    )  # fmt: skip
    for days, enterprise, text in told:
        when = at(today - timedelta(days=days), 10, 5)
        row = complain(world, spot, text=text, enterprise=enterprise, when=when)
        examine(
            complaint=row, finding=ComplaintFinding.SUPPORTED, text="已与投诉企业和平台分别核对，所述情况属实。",
            reply="您反映的情况属实，已要求平台整改。", by=officer, at=when + timedelta(days=6),
        )  # fmt: skip
        decide(
            complaint=row, move="verify", reason="县级核查材料齐全，情况属实。",
            outcome="您反映的情况属实，已要求该平台整改，感谢您的监督。", by=city, at=when + timedelta(days=9),
        )  # fmt: skip


def _platform(world: World, code: str, place: str) -> Platform:
    site = world.site(code, place)
    return Platform.objects.get(type=site.type, region=site.region, town=site.town, park=site.park)


def _certification(world: World, code: str, place: str, year: int) -> Certification:
    found: Certification = Certification.objects.get(
        result__platform=_platform(world, code, place), result__publication__round__year=year
    )
    return found
