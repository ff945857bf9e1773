"""The money of the demo: computed, checked, signed, locked and released by two officers, corrected, and paid."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from funding.models import AllocationRelease, AllocationRun, PaymentBatch
from funding.payments.queries.sums import money_of_regions
from funding.payments.services import batches
from funding.readings import Reading
from funding.releases.services import release
from funding.runs.services import runs
from funding.uses import services as uses
from funding.uses.services import Item
from ningbo_windows.demo import words
from ningbo_windows.demo.calendar import at
from ningbo_windows.demo.papers import png
from ningbo_windows.demo.world import World
from platforms.models import Round

#: The serials of the documents that release an allocation, correct it and pay it.
RELEASE, CORRECTION, PAYMENT = 41, 57, 63
DAY = timedelta(days=1)
#: So long counties have to report what they used the money for.
TO_REPORT = timedelta(days=240)


def allocate(
    world: World, row: Round, *, pool: int, made_on: date, locked: bool, corrects: AllocationRun | None = None
) -> AllocationRun:
    """Split ``pool`` yuan by the default readings: one officer checks, another signs, the first locks if ``locked``."""
    first, second = world.people["finance"], world.people["finance2"]
    run = runs.make_run(round=row, pool_yuan=pool, reading=Reading(), replaces=corrects, by=first, at=at(made_on, 10))
    run = runs.check(run=run, by=first, at=at(made_on, 11, 5))
    run = runs.sign(run=run, by=second, at=at(made_on, 15, 20))
    if locked:
        run = runs.lock(run=run, by=first, at=at(made_on + DAY, 9, 40))
    return run


def publish(world: World, run: AllocationRun, day: date, *, serial: int = RELEASE) -> AllocationRelease:
    """Release a locked ``run`` on ``day``."""
    return release(
        run=run,
        document_number=_document(day, serial),
        decided_on=day,
        use_due_on=day + TO_REPORT,
        by=world.people["finance2"],
        at=at(day, 16),
    )


def pay(world: World, made: AllocationRelease, day: date, *, serial: int, reason: str, percent: int = 100) -> None:
    """Pay on ``day`` so much of what is left of each amount, by two officers."""
    batch = propose(world, made, day, serial=serial, reason=reason, percent=percent)
    batches.release_batch(batch=batch, by=world.people["finance2"], at=at(day, 15))


def propose(
    world: World, made: AllocationRelease, day: date, *, serial: int, reason: str, percent: int = 100
) -> PaymentBatch:
    """Propose on ``day`` to pay ``percent`` of what is left of each amount, cut down to whole yuan."""
    rests = {money.region: money.balance.rest * percent // 100 for money in money_of_regions(made.run)}
    return batches.propose(
        release=made,
        lines={region: yuan for region, yuan in rests.items() if yuan},
        document_number=_document(day, serial),
        paid_on=day,
        reason=reason,
        by=world.people["finance"],
        at=at(day, 10, 30),
    )


def first_money(world: World, run: AllocationRun, released_on: date) -> None:
    """Release the first allocation and pay it in two parts."""
    made = publish(world, run, released_on)
    pay(world, made, released_on + 20 * DAY, serial=PAYMENT, percent=60, reason="按分配结果预拨60%。")
    pay(world, made, released_on + 60 * DAY, serial=PAYMENT + 1, reason="实施进度已核实，拨付剩余资金。")
    report_uses(world, run.round, made.use_due_on - 12 * DAY)


def report_uses(world: World, row: Round, day: date) -> None:
    """Let counties report on ``day`` what they used it for: the last one late, the two before it not settled yet."""
    run = AllocationRun.objects.get(round=row)
    lines = [money for money in money_of_regions(run) if money.balance.paid and money.region.code in world.officers]
    finance = world.people["finance"]
    for left, money in zip(reversed(range(len(lines))), lines, strict=True):
        if left == 0:
            continue
        paid, officer, region = money.balance.paid, world.officers[money.region.code], money.region
        works = paid * 7 // 10
        items = (
            Item(words.USE_OF_WORKS, works, day - 90 * DAY),
            Item(words.USE_OF_SERVICES, paid - works, day - 30 * DAY),
        )
        report = uses.save(
            round=row, region=region, text=words.USE_TEXT, items=items, revision=0, by=officer, at=at(day, 10)
        )
        proof = SimpleUploadedFile("支出凭证汇总.png", png(40 + left))
        uses.add_file(report=report, upload=proof, note="", by=officer, at=at(day, 10, 20))
        report = uses.submit(report=report, revision=report.revision, by=officer, at=at(day, 10, 30))
        if left == 1:
            uses.send_back(
                report=report, reason=words.USE_RETURNED, revision=report.revision, by=finance, at=at(day + 6 * DAY, 15)
            )
        elif left > 2:
            uses.accept(report=report, revision=report.revision, by=finance, at=at(day + 6 * DAY, 15, left))


def small_money(world: World, run: AllocationRun, released_on: date) -> None:
    """Release the allocation of the small round and pay most of it, before a grade turns out to be wrong."""
    made = publish(world, run, released_on)
    pay(world, made, released_on + 25 * DAY, serial=PAYMENT, percent=80, reason="按分配结果预拨80%。")


def correct(world: World, row: Round) -> None:
    """Correct the allocation of ``row`` after a grade was corrected, release it, and propose a payment that waits."""
    old = AllocationRun.objects.get(round=row)
    day = world.today - 22 * DAY
    run = allocate(world, row, pool=old.pool_yuan, made_on=day, locked=True, corrects=old)
    made = publish(world, run, day + 4 * DAY, serial=CORRECTION)
    propose(world, made, world.today - 3 * DAY, serial=PAYMENT + 2, reason="按更正后的分配结果补拨。")


def _document(day: date, serial: int) -> str:
    return f"财〔{day.year}〕{serial}号"
