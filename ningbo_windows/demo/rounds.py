"""The rounds of the demo: set up, filed, marked, published; the steps that decide anything go through the services."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from evaluation.certification.services import plans
from evaluation.marking.services.start import start_evaluation
from evaluation.models import Publication, Scheme
from evaluation.schemes.choices import Method
from evaluation.schemes.default_scheme import STATED
from evaluation.schemes.services import copy_scheme, load_default_scheme
from ningbo_windows.demo import announced, words
from ningbo_windows.demo.calendar import Dates, at
from ningbo_windows.demo.cases import Case
from ningbo_windows.demo.filing import file_cases
from ningbo_windows.demo.histories import Maker
from ningbo_windows.demo.mails import write_mails
from ningbo_windows.demo.marking import mark
from ningbo_windows.demo.reports import together, write_receipts
from ningbo_windows.demo.tasks import work_off, work_on
from ningbo_windows.demo.world import World
from platforms.models import CalendarDay, Phase, Quota, Round
from platforms.periodic_reports.services import acceptance
from platforms.rounds.choices import DayKind
from platforms.rounds.services.liaisons import name_liaison
from platforms.rounds.services.rounds import move_round
from platforms.tasks.services.templates import load_defaults

Plan = Mapping[str, str]
#: The serial of the document that publishes the results of a year.
DOCUMENT = 128
#: Kept where a round goes on without a form that was returned and never came back.
NOT_BACK = "退回后逾期未补正，经电话催办仍未提交，其余平台不再等待。"


def set_up_round(world: World, dates: Dates, *, cap: int, share: int = 1) -> Round:
    """Make a round with phases and quotas (one of ``share`` of the places), open its filing, name the liaisons."""
    city, day = world.people["city"], dates.opened - timedelta(days=1)
    row = prepare_round(world, dates, cap=cap, share=share, day=day, quotas=world.stage.quotas())
    row = move_round(round=row, name="open_filing", by=city, at=at(dates.opened, 8, 30))
    for number, person in enumerate(world.stage.officers):
        officer = world.people[person.username]
        name_liaison(
            round=row,
            region=world.regions[person.region],
            name=officer.name,
            post=person.post,
            phone=officer.phone,
            email=person.email,
            by=officer,
            at=at(dates.opened, 9, number * 3),
        )
    return row


def prepare_round(
    world: World, dates: Dates, *, cap: int, day: date, share: int = 1, quotas: Mapping[str, int] | None = None
) -> Round:
    """Make a round with its phases, tasks and ``quotas`` (one of ``share`` of them) on ``day``; it is not opened."""
    city = world.people["city"]
    row = Round.objects.create(
        notice=world.notice,
        year=dates.year,
        title=f"{dates.year}年度全市中小企业公共服务窗口平台建设",
        target=100 * world.scale // share,
        cap_yuan=cap,
        report_due_on=dates.due,
    )
    Phase.objects.bulk_create(
        Phase(round=row, number=number, starts_on=first, ends_on=last) for number, first, last in dates.phases()
    )
    Quota.objects.bulk_create(
        Quota(round=row, region=world.regions[code], places=-(-places * world.scale // share))
        for code, places in (quotas or {}).items()
    )
    world.ledger.note(at(day, 14), "新建年度", city, row, "")
    if quotas:
        world.ledger.note(at(day, 15), "导入名额", city, row, "", changes={"新增": [0, len(quotas)]})
    world.ledger.write()
    load_defaults(round=row, by=city, at=at(day, 15, 40))
    load_default_scheme()
    return row


def enter_a_free_day(world: World, dates: Dates) -> None:
    """Let the city enter a day that was free by local order, as an example of the list that working days go by."""
    city, moment = world.people["city"], at(dates.opened, 17)
    day = dates.opened + timedelta(days=5)
    row = CalendarDay.objects.create(day=day, kind=DayKind.FREE, note="示例：台风停工一天")
    world.ledger.note(moment, "新建放假和补班日", city, row, day.isoformat())
    world.ledger.write()


def file_finished(
    world: World, row: Round, dates: Dates, plan: Plan, *, late: tuple[tuple[str, str], ...] = ()
) -> list[Case]:
    """File everything of a round that is over, in bulk, and close its filing."""
    maker = Maker(world, dates)
    cases = [
        maker.finished(code, place, outcome, late=(code, place) in late)
        for code, pairs in world.expanded(plan).items()
        for place, outcome in pairs
    ]
    together(cases, due=row.report_due_on)
    _file(world, row, cases)
    reason = "申报截止日期已过，各地上报的申报表均已审核。"
    move_round(round=row, name="close_filing", by=world.people["city"], at=at(dates.closed, 16, 30), reason=reason)
    work_off(world, row)
    return cases


def file_current(world: World, row: Round, dates: Dates, plan: Plan) -> list[Case]:
    """File what is under way in the current round."""
    maker = Maker(world, dates)
    cases = [
        maker.running(code, place, outcome) for code, pairs in world.expanded(plan).items() for place, outcome in pairs
    ]
    together(cases, due=row.report_due_on)
    file_cases(cases, round=row, ledger=world.ledger, quota=_quota(row))
    write_receipts(row)
    write_mails(
        cases,
        round=row,
        regions=world.regions,
        by=world.people["city"],
        ledger=world.ledger,
        now=at(world.today),
    )
    work_on(world, row)
    world.ledger.write()
    return cases


def _file(world: World, row: Round, cases: list[Case]) -> None:
    file_cases(cases, round=row, ledger=world.ledger, quota=_quota(row))
    world.ledger.write()


def _quota(row: Round) -> dict[int, int]:
    return dict(row.quotas.values_list("region", "places"))


def judge_and_publish(world: World, row: Round, dates: Dates, cases: list[Case]) -> Publication:
    """Evaluate by the default scheme and publish on the day of the decision, as two officers."""
    city, city2 = world.people["city"], world.people["city2"]
    started = at(dates.evaluated, 9, 30)
    evaluation = start_evaluation(
        round=row,
        scheme=scheme_of_the_form(world, started),
        self_reports_by=dates.evaluated + timedelta(days=10),
        first_scores_by=dates.evaluated + timedelta(days=20),
        reason=NOT_BACK,
        by=city,
        at=started,
    )
    mark(world, evaluation, cases, start=dates.evaluated + timedelta(days=1), end=dates.decided - announced.BEFORE)
    world.ledger.write()
    _leave_late(world, cases, dates.decided - announced.BEFORE)
    announced.announce(world, row, dates.decided - announced.BEFORE)
    plan = plans.propose(
        round=row,
        decided_on=dates.decided,
        document_number=f"经信〔{dates.decided.year}〕{DOCUMENT}号",
        reason=NOT_BACK,
        by=city,
        at=at(dates.decided, 9, 10),
    )
    plan = plans.prepare(plan=plan, by=city, at=at(dates.decided, 9, 20))
    return plans.approve(plan=plan, by=city2, at=at(dates.decided, 10))


def _leave_late(world: World, cases: list[Case], day: date) -> None:
    """Let counties withdraw what was scored, before the list becomes public on ``day``."""
    for case in cases:
        if case.grade == "D-":
            region = case.application.region
            assert region is not None
            acceptance.withdraw(
                application=case.application,
                reason=words.LATE_WITHDRAWAL,
                by=world.officers[region.code],
                at=at(day - timedelta(days=2), 16, 20),
            )


def scheme_of_the_form(world: World, moment: datetime) -> Scheme:
    """Return the second version of the default scheme: by the figures of the form, for rounds of before any record."""
    default = load_default_scheme()
    known = Scheme.objects.filter(name=default.name, version=default.version + 1).first()
    if known is not None:
        return known
    made = copy_scheme(scheme=default, by=world.people["city"], at=moment)
    for code, source in STATED.items():
        made.indicators.filter(code=code).update(source=source)
    made.indicators.filter(code="hubs").update(method=Method.SCORED, source="", tiers=[])
    return made
