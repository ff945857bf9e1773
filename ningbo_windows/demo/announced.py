"""The public notice of a round that is over: proposed by one officer, opened by another, ended before the decision."""

from datetime import date, timedelta

from evaluation.models import PublicNotice
from evaluation.public_notice.services import notices
from ningbo_windows.demo.calendar import at
from ningbo_windows.demo.world import World
from platforms.identity import ours
from platforms.models import Round

#: So long before the decision the notice begins: five working days end in time, whatever holidays lie between.
BEFORE = timedelta(days=21)
DOCUMENT, WORKING_DAYS = 96, 5


def announce(world: World, row: Round, first: date) -> PublicNotice:
    """Make public who is proposed for certification, from the day ``first`` on."""
    proposed = notices.propose(
        round=row,
        document_number=f"经信〔{first.year}〕{DOCUMENT}号",
        organiser=ours().industry_bureau.name,
        phone=ours().examples.phone,
        address="",
        email="",
        working_days=WORKING_DAYS,
        first_day_counts=False,
        starts_on=first,
        reason="绩效评价已完成，各平台档次已核定。",
        by=world.people["city"],
        at=at(first, 9, 10),
    )
    return notices.open_notice(notice=proposed, by=world.people["city2"], at=at(first, 10))
