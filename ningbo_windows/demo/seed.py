"""Fill an empty database with the demo."""

from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from ningbo_windows.demo import (
    activities,
    aftermath,
    begun,
    calendar,
    certified,
    links,
    money,
    news,
    plans,
    questions,
    supervision,
)
from ningbo_windows.demo.drawing import Draw
from ningbo_windows.demo.judging import judge
from ningbo_windows.demo.ledger import foreseeable
from ningbo_windows.demo.reports import leave_to_come_late
from ningbo_windows.demo.rounds import (
    enter_a_free_day,
    file_current,
    file_finished,
    judge_and_publish,
    prepare_round,
    set_up_round,
)
from ningbo_windows.demo.services import two_years_of_services
from ningbo_windows.demo.stage import staged
from ningbo_windows.demo.tasks import ask_now
from ningbo_windows.demo.world import World
from platforms.applications.services import gap_counts
from platforms.errors import Refusal
from platforms.models import Round

#: 五: 2020年度安排不高于1500万元.
FIRST_POOL, SMALL_POOL, LAST_POOL = 15_000_000, 1_200_000, 6_000_000
#: Three that came in after the day on which reports were due, and two that were allowed to come late.
LATE = (("辛", "镇1"), ("壬", "镇1"), ("己", "镇2"))
HELD_UP, RENAMED = ("壬", "镇2"), ("辛", "镇2")


def is_empty() -> bool:
    """Say whether there is nothing in the database yet that the demo would add to."""
    return not Round.objects.exists()


@transaction.atomic
def seed(*, today: date, scale: int = 1, password: str) -> None:
    """Fill the database, in which the reference data must be; all of it or nothing.

    ``today`` is the day on which the current round stands in its first phase; the same day, scale and code give the
    same content. ``scale`` is how many times as many platforms there are. ``password`` is set for every account.

    Raises:
        Refusal: ``today`` lies before 2026, so that the rounds of the demo would overlap.
    """
    if today < calendar.EARLIEST_TODAY:
        raise Refusal(
            f"本机日期为 {today:%Y-%m-%d}，早于演示数据所需的 {calendar.EARLIEST_TODAY.year} 年，请校正日期后重试。"
        )
    draw = Draw(f"{staged().seed} {scale}")
    world = World(today, scale, draw)
    with foreseeable(draw):
        world.set_up(make_password(password))
        _first(world)
        certified.take_over_before(world)
        _small(world)
        _last(world)
        judged = _judging(world)
        _announced(world)
        _current(world)
        _coming(world)
        two_years_of_services(world)
        links.link(world)
        supervision.call(world)
        activities.hold(world)
        activities.tell(world)
        news.tell(world)
        activities.ask_returns(world)
        aftermath.cases(world)
        judge(world, judged)
        certified.warn_and_renew(world)
        gap_counts.recount()


def _first(world: World) -> None:
    dates = calendar.FIRST
    row = set_up_round(world, dates, cap=FIRST_POOL)
    cases = file_finished(world, row, dates, plans.FIRST, late=world.stage.spots(LATE))
    judge_and_publish(world, row, dates, cases)
    run = money.allocate(world, row, pool=FIRST_POOL, made_on=date(2020, 10, 19), locked=True)
    money.first_money(world, run, date(2020, 10, 26))
    aftermath.after_first(world)


def _small(world: World) -> None:
    dates = calendar.small(world.today)
    row = set_up_round(world, dates, cap=SMALL_POOL, share=10)
    cases = file_finished(world, row, dates, plans.SMALL)
    judge_and_publish(world, row, dates, cases)
    made_on = dates.decided + timedelta(days=20)
    money.small_money(
        world,
        money.allocate(world, row, pool=SMALL_POOL, made_on=made_on, locked=True),
        made_on + timedelta(days=9),
    )


def _last(world: World) -> None:
    dates = calendar.last(world.today)
    row = set_up_round(world, dates, cap=LAST_POOL, share=2)
    cases = file_finished(world, row, dates, plans.LAST)
    certified.renew_what_was_taken_over(world, row)
    if spot := world.stage.spot(*HELD_UP):
        leave_to_come_late(world, row, dates, spot[0], f"{spot[1]}窗口场地因台风受损，验收推迟，同意延期申报 1 份。")
    if spot := world.stage.spot(*RENAMED):
        leave_to_come_late(
            world, row, dates, spot[0], f"{spot[1]}运营单位更名，证照换发中。",
            revoked="运营单位放弃申报，许可不再需要。",
        )  # fmt: skip
    judge_and_publish(world, row, dates, cases)
    aftermath.after_last(world, dates.year)
    supervision.mend(world)
    money.allocate(world, row, pool=LAST_POOL, made_on=world.today - timedelta(days=25), locked=False)
    aftermath.lately(world)
    if (slipped := certified.correct_a_slip(world)) is not None:
        money.correct(world, slipped)


def _judging(world: World) -> Round:
    """File a round whose evaluation begins once there are services to count."""
    dates = calendar.judging(world.today)
    row = set_up_round(world, dates, cap=LAST_POOL, share=3)
    file_finished(world, row, dates, plans.JUDGING)
    return row


def _announced(world: World) -> None:
    """File and grade a round whose list is public today."""
    dates = calendar.announced(world.today)
    row = set_up_round(world, dates, cap=SMALL_POOL, share=3)
    cases = file_finished(world, row, dates, plans.ANNOUNCED)
    certified.announce_now(world, row, dates, cases)


def _current(world: World) -> None:
    dates = calendar.current(world.today)
    row = set_up_round(world, dates, cap=FIRST_POOL)
    enter_a_free_day(world, dates)
    questions.ask(row, by=world.people["city"], at=calendar.at(dates.opened, 10))
    ask_now(world, row, dates.opened)
    file_current(world, row, dates, plans.CURRENT)
    questions.send_pictures(row)
    begun.leave_open(world, row)


def _coming(world: World) -> None:
    """The next year is written down already; as long as its filing is not opened it takes over nothing."""
    prepare_round(world, calendar.coming(world.today), cap=FIRST_POOL, day=world.today - timedelta(days=4))
