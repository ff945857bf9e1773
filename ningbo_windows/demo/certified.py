"""Around certifications: a notice that runs today with objections, years from before, a correction, renewals."""

import hashlib
from datetime import date, datetime, timedelta

from evaluation.amendments.services import deciding, proposing
from evaluation.hearings.services import hearings
from evaluation.marking.services.start import start_evaluation
from evaluation.models import Certification, Hearing, NoticeLine, PublicNotice, Result
from evaluation.public_notice.choices import ObjectionChannel, ObjectionOutcome
from evaluation.public_notice.services import objections
from evaluation.renewal.services import expiry_warnings, renewals
from evaluation.taken_over.rows import Row
from evaluation.taken_over.services import take_over
from ningbo_windows.demo import announced, calendar
from ningbo_windows.demo.calendar import Dates, at
from ningbo_windows.demo.cases import Case
from ningbo_windows.demo.marking import mark
from ningbo_windows.demo.revocations import platform_at
from ningbo_windows.demo.rounds import NOT_BACK, scheme_of_the_form
from ningbo_windows.demo.world import World
from platforms import working_days
from platforms.applications.queries.forms import proposed_name
from platforms.identity import ours
from platforms.models import Application, Platform, Round, Standing
from platforms.rounds.queries.calendar_days import known_days

#: A year from before the system, and when it was entered.
BEFORE, DECIDED_BEFORE, ENTERED_ON = 2021, date(2021, 10, 8), date(2022, 2, 15)
#: What was certified then, by parts of the plans; the first is renewed later, the last was none.
TAKEN_OVER = (("乙", "镇8", "B"), ("庚", "园3", "A"), ("己", "镇12", "D"))
#: Certified in the small round: graded too low by a slip, and renewed this year.
SLIPPED, RENEWS = ("丁", "镇11"), ("乙", "镇9")
#: How many days ago the notice that runs today began, at least.
RUNS_SINCE = 2


def take_over_before(world: World) -> None:
    """Enter what was certified in the year before the system, as the city did when it went live."""
    places = [(spot, grade) for part, place, grade in TAKEN_OVER if (spot := world.stage.spot(part, place))]
    rows = [_row(world, number, *spot, grade) for number, (spot, grade) in enumerate(places, start=1)]
    if rows:
        digest = hashlib.sha256(repr(rows).encode()).hexdigest()
        take_over(rows=rows, notice=world.notice, digest=digest, by=world.people["city"], at=at(ENTERED_ON, 14, 30))


def _row(world: World, number: int, code: str, place: str, grade: str) -> Row:
    site = world.site(code, place)
    unit = world.unit(site)
    name = proposed_name(
        Application(type=site.type, region=site.region, town=site.town, park=site.park, association=site.association)
    )
    certified = grade in world.notice.value().certified
    found = site.park or site.town
    return Row(
        number=number + 1,
        year=BEFORE,
        name=name,
        type=site.type,
        operator=unit.operator_name,
        operator_code=unit.operator_code,
        grade=grade,
        decided_on=DECIDED_BEFORE,
        region=code,
        site=found.name if found else "",
        certificate=f"窗口（{BEFORE}）第{number:03d}号" if certified else "",
        valid_from=DECIDED_BEFORE if certified else None,
        valid_until=date(BEFORE + 3, 10, 7) if certified else None,
        document_number=f"经信〔{BEFORE}〕8号",
        phone=unit.service_phone,
        address=unit.address,
    )


def renew_what_was_taken_over(world: World, row: Round) -> None:
    """Let the first of :data:`TAKEN_OVER` be filed in ``row`` as a renewal: the new certificate follows the old."""
    part, place, _ = TAKEN_OVER[0]
    if spot := world.stage.spot(part, place):
        platform = platform_at(world, *spot)
        standing = Standing.objects.filter(platform=platform).first()
        Application.objects.filter(round=row, platform=platform).update(renews=standing)


def correct_a_slip(world: World) -> Round | None:
    """Let two officers correct a grade of the small round: a sum was wrong, the certificate is issued anew.

    The round is returned; None where the stage has no such platform.
    """
    if not (spot := world.stage.spot(*SLIPPED)):
        return None
    result = _result(world, *spot)
    day = world.today - timedelta(days=26)
    made = proposing.propose_correction(
        result=result,
        grade="B",
        grade_reason="服务企业数汇总时漏计一个季度，补计后达到B档标准。",
        public_reason="服务企业数漏计一个季度，补计后由C档更正为B档。",
        reason="运营单位来文反映，经核对系统服务记录，2023年第四季度数据未计入汇总。（演示数据）",
        effective_on=day,
        by=world.people["city"],
        at=at(day, 10),
    )
    deciding.decide(amendment=made, by=world.people["city2"], at=at(day + timedelta(days=1), 15))
    return result.publication.round


def warn_and_renew(world: World) -> None:
    """Tell counties of certificates that end soon, and let one of them begin a renewal."""
    for days in (45, 15):
        day = world.today - timedelta(days=days)
        expiry_warnings.warn(day, at(day, 7))
    if spot := world.stage.spot(*RENEWS):
        held = Certification.objects.get(result=_result(world, *spot))
        current = Round.objects.get(year=world.today.year)
        begun = at(world.today - timedelta(days=4), 10, 40)
        renewals.begin(certification=held, round=current, by=world.officers[spot[0]], at=begun)


def announce_now(world: World, row: Round, dates: Dates, cases: list[Case]) -> None:
    """Grade ``row`` and open its notice, which runs today: one hearing is answered, two objections have come."""
    started = at(dates.evaluated, 9, 30)
    evaluation = start_evaluation(
        round=row,
        scheme=scheme_of_the_form(world, started),
        self_reports_by=dates.evaluated + timedelta(days=10),
        first_scores_by=dates.evaluated + timedelta(days=20),
        reason=NOT_BACK,
        by=world.people["city"],
        at=started,
    )
    first = _began(world)
    mark(world, evaluation, cases, start=dates.evaluated + timedelta(days=1), end=first - timedelta(days=1))
    world.ledger.write()
    notice = announced.announce(world, row, first)
    _be_heard(world, notice, at(first, 16))
    _object(world, notice, first)


def _began(world: World) -> date:
    """Return the last working day that lies :data:`RUNS_SINCE` days back or more."""
    known, day = known_days(), world.today - timedelta(days=RUNS_SINCE)
    while not working_days.is_working_day(day, known):
        day -= timedelta(days=1)
    return day


def _be_heard(world: World, notice: PublicNotice, moment: datetime) -> None:
    """Let a county write down what the operator of a platform answers on paper."""
    told = Hearing.objects.filter(assessment__notice_lines__notice=notice).select_related("platform__region")
    for hearing in told.order_by("number")[:1]:
        region = hearing.platform.region
        hearings.answer(
            hearing=hearing,
            text="网络故障系运营商线路改造所致，改造期间以现场登记代替，附登记表，请予复核。",
            name=world.draw.person(),
            phone=ours().examples.phone,
            by=world.officers[region.code] if region else world.people["city"],
            received_on=moment.date(),
            at=moment,
        )


def _object(world: World, notice: PublicNotice, first: date) -> None:
    """Let somebody object to the list on the site and somebody on paper; the first is answered."""
    city, city2 = world.people["city"], world.people["city2"]
    asked, _ = objections.file(
        notice=notice,
        channel=ObjectionChannel.FORM,
        name=f"{ours().city.short}某机械制造有限公司",
        phone=world.draw.phone(),
        text="公示名单未列明各平台的服务电话，企业无法联系核实，建议补充公布。",
        at=at(first, 14, 5),
    )
    asked = objections.assign(objection=asked, to=city2, by=city, at=at(first, 15))
    day = first + timedelta(days=1)
    objections.answer(
        objection=asked,
        outcome=ObjectionOutcome.PARTLY,
        text="公示名单按规定列明平台、运营单位和拟评档次；服务电话在公布认定结果时一并公布，公示期内可拨打公示电话查询。",
        by=city2,
        at=at(day, 9, 30),
    )
    line = NoticeLine.objects.filter(notice=notice, is_public=True).order_by("code").first()
    objections.file(
        notice=notice,
        assessment=line.assessment if line else None,
        channel=ObjectionChannel.PAPER,
        name=f"{ours().city.short}某五金工具厂",
        phone=world.draw.phone(),
        text="该平台工作日下午多次无人值守，与公示的开放时间不符，请核实后再认定。",
        received_at=at(first, 16, 20),
        by=city,
        at=at(day, 10),
    )


def _result(world: World, code: str, place: str) -> Result:
    platform: Platform = platform_at(world, code, place)
    found: Result = Result.objects.current().get(
        platform=platform, publication__round__year=calendar.small(world.today).year
    )
    return found
