"""The reports of invented regions: what was filed in the same days goes to the city together, with one receipt."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from ningbo_windows.demo.calendar import Dates, at
from ningbo_windows.demo.cases import Case, Step
from ningbo_windows.demo.ledger import Ledger, take_numbers
from ningbo_windows.demo.world import World
from platforms import deadlines
from platforms.applications.services import filing_extensions
from platforms.mail.choices import MailKind, MailState
from platforms.mail.services import mails
from platforms.models import ApplicationVersion, Batch, BatchItem, Liaison, Mail, Round


def together(cases: Iterable[Case], *, due: date) -> None:
    """Let cases of one region that are ready within the same days be submitted at one moment, that of the last.

    Nobody waits beyond what happened to his application next, nor past the day ``due``.
    """
    by_region: defaultdict[int | None, list[Case]] = defaultdict(list)
    for case in cases:
        if case.step("submit"):
            by_region[case.site.region_id].append(case)
    for own in by_region.values():
        group: list[Case] = []
        for case in sorted(own, key=_submitted):
            moment = _submitted(case)
            same_side = not group or deadlines.came_late(due, _submitted(group[0])) == deadlines.came_late(due, moment)
            if group and not (same_side and all(moment < _next(each) for each in group)):
                _submit_at(group)
                group = []
            group.append(case)
        _submit_at(group)


def write_reports(cases: Sequence[Case], *, round: Round, ledger: Ledger) -> None:
    """Write the receipts of ``cases``, whose versions are stored: one for each region and moment."""
    groups: defaultdict[tuple[str, datetime], list[Case]] = defaultdict(list)
    for case in cases:
        step = case.step("submit")
        if step is not None:
            groups[case.site.region.code if case.site.region else "HY", step.at].append(case)
    if not groups:
        return
    liaisons = {each.region_id: each for each in Liaison.objects.filter(round=round)}
    of_region: defaultdict[str, list[datetime]] = defaultdict(list)
    for code, moment in sorted(groups):
        of_region[code].append(moment)
    batches = []
    for code, moments in of_region.items():
        numbers = take_numbers(f"batch:{round.year}:{code}", len(moments))
        batches += [
            _batch(round, code, sequence, groups[code, moment], liaisons)
            for moment, sequence in zip(moments, numbers, strict=True)
        ]
    stored = Batch.objects.bulk_create(batches)
    rows = [case.application for some in groups.values() for case in some]
    first = dict(ApplicationVersion.objects.filter(application__in=rows, number=1).values_list("application", "pk"))
    items = []
    for batch in stored:
        code = batch.region.code if batch.region else "HY"
        own = sorted((case.application for case in groups[code, batch.reported_at]), key=lambda row: row.number)
        items += [
            BatchItem(batch=batch, application=row, version_id=first[row.pk], position=position)
            for position, row in enumerate(own, start=1)
        ]
        verb = "补充上报" if batch.sequence > 1 else "上报"
        changes = {"申报表（份）": [None, len(own)]}
        ledger.note(batch.reported_at, verb, batch.reported_by, batch, batch.number, changes=changes)
    BatchItem.objects.bulk_create(items)


def write_receipts(round: Round) -> None:
    """Write the mails that told the liaison officers of their receipts; all of them went out."""
    written = []
    for batch in Batch.objects.filter(round=round, region__isnull=False).select_related("region").order_by("pk"):
        context = {"receipt": batch.number, "count": str(batch.items.count()), "link": f"/desk/batches/{batch.number}/"}
        mail = mails.compose_to_liaison(
            kind=MailKind.RECEIVED, round=round, region=batch.region, context=context, by=batch.reported_by,
            at=batch.reported_at,
        )  # fmt: skip
        _send(mail)
        written.append(mail)
    Mail.objects.bulk_create(written)


def leave_to_come_late(world: World, round: Round, dates: Dates, code: str, reason: str, *, revoked: str = "") -> None:
    """Let a region file late in a round that is closed; it never came, or the leave was taken back (``revoked``)."""
    granted = at(dates.closed + timedelta(days=1), 10, 20)
    city = world.people["city"]
    made = filing_extensions.grant(
        round=round, region=world.regions[code], reason=reason, ends_on=dates.closed + timedelta(days=10),
        uses_allowed=1, by=city, at=granted,
    )  # fmt: skip
    if revoked:
        filing_extensions.revoke(
            extension=made, reason=revoked, by=world.people["city2"], at=granted + timedelta(days=4)
        )
    for mail in Mail.objects.filter(round=round, kind=MailKind.EXCEPTION, region=made.region):
        _send(mail)
        mail.save()


def _send(mail: Mail) -> None:
    if mail.address:
        mail.state, mail.sent_at = MailState.SENT, mail.created_at + timedelta(minutes=4)
        mail.attempts, mail.problem = 1, ""


def _batch(round: Round, code: str, sequence: int, cases: Sequence[Case], liaisons: dict[int, Liaison]) -> Batch:
    first = cases[0]
    step = first.step("submit")
    assert step is not None
    assert step.by is not None
    liaison = liaisons.get(first.site.region_id or 0)
    return Batch(
        round=round,
        region=first.site.region,
        number=f"SB{round.year}-{code}-{sequence:02d}",
        sequence=sequence,
        liaison_name=liaison.name if liaison else "",
        liaison_post=liaison.post if liaison else "",
        liaison_phone=liaison.phone if liaison else "",
        reported_at=step.at,
        reported_by=step.by,
        is_late=any(case.application.is_late for case in cases),
    )


def _submitted(case: Case) -> datetime:
    step = case.step("submit")
    assert step is not None
    return step.at


def _next(case: Case) -> datetime:
    """Return when the next thing happened to a submitted case; nothing more did: never."""
    moment = _submitted(case)
    return min((step.at for step in case.steps if step.at > moment), default=datetime.max.replace(tzinfo=moment.tzinfo))


def _submit_at(group: Sequence[Case]) -> None:
    if not group:
        return
    moment = max(_submitted(case) for case in group)

    def moved(step: Step) -> Step:
        return replace(step, at=moment) if step.name == "submit" else step

    for case in group:
        case.steps = [moved(step) for step in case.steps]
