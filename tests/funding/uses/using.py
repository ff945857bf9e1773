"""A region that was paid 1,000 yuan, and its report."""

from datetime import UTC, date, datetime

from funding.models import AllocationRelease, UseReport
from funding.uses.services import Item, save, submit
from platforms.models import Region, Round, User
from tests.evaluation.stage import published_round
from tests.funding.payments.paying import paid
from tests.funding.worked import released

AT = datetime(2020, 11, 2, 2, 0, tzinfo=UTC)
YINZHOU, CIXI = "330212", "330282"
PAID = 1_000


def paid_round(finance: User, finance2: User) -> AllocationRelease:
    """The release of a round of two counties, each of which was paid 1,000 yuan."""
    round_ = published_round({YINZHOU: {"A": 2}, CIXI: {"A": 1}}).round
    release = released(round_, finance, finance2)
    paid(release, finance, finance2, r330212=PAID, r330282=PAID)
    return release


def item(amount: int = 400, purpose: str = "购置设备", on: date = date(2020, 10, 30)) -> Item:
    return Item(purpose, amount, on)


def saved(
    round_: Round, by: User, *items: Item, text: str = "", revision: int = 0, region: Region | None = None
) -> UseReport:
    """What the county of ``by`` has written."""
    where = region or by.region
    assert where is not None
    return save(round=round_, region=where, text=text, items=items, revision=revision, by=by, at=AT)


def submitted(round_: Round, by: User, *items: Item, text: str = "") -> UseReport:
    """A report that waits for finance."""
    made = saved(round_, by, *items, text=text)
    return submit(report=made, revision=made.revision, by=by, at=AT)
