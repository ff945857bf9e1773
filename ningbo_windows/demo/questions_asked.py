"""What the city asked in invented returns, and what was answered."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from ningbo_windows.demo.cases import Case, Step
from ningbo_windows.demo.ledger import Ledger
from platforms.applications.choices import CorrectionLevel
from platforms.applications.correction import Asked
from platforms.applications.queries.parts import label_of_part
from platforms.models import ApplicationMove, CorrectionItem

BATCH = 500


def asked_in(step: Step) -> tuple[Asked, ...]:
    """Return what a return asks: its questions, else the whole form with the reason."""
    return tuple(step.items) or (Asked("", "", step.reason),)


def turns(case: Case) -> Iterator[tuple[Step, dict[int, Step]]]:
    """Yield each return of ``case`` with the step in which each of its questions was answered, by place."""
    returned: Step | None = None
    answered: dict[int, Step] = {}
    for step in case.steps:
        if step.name == "return":
            if returned is not None:
                yield returned, answered
            returned, answered = step, {}
        elif returned is not None and step.kind == "answer":
            answered[int(step.part)] = step
        elif returned is not None and step.name == "resubmit":
            left = [place for place in range(len(asked_in(returned))) if place not in answered]
            answered |= dict.fromkeys(left, step)
    if returned is not None:
        yield returned, answered


def write_questions(cases: Iterable[Case], moves: Mapping[tuple[int, Any], ApplicationMove]) -> None:
    """Write the questions of ``cases``; ``moves`` are the stored returns by application and moment."""
    found = []
    for case in cases:
        for turn, (step, answered) in enumerate(turns(case), start=1):
            assert step.by is not None
            for place, item in enumerate(asked_in(step)):
                reply = answered.get(place)
                found.append(
                    CorrectionItem(
                        application=case.application,
                        level=CorrectionLevel.CITY,
                        turn=turn,
                        asked_in=moves[case.application.pk, step.at],
                        section=item.section,
                        field=item.field,
                        text=item.text,
                        asked_at=step.at,
                        asked_by=step.by,
                        answer=reply.reason if reply else "",
                        answered_at=reply.at if reply else None,
                        answered_by=reply.by if reply else None,
                    )
                )
    CorrectionItem.objects.bulk_create(found, batch_size=BATCH)


def note_answers(case: Case, step: Step, ledger: Ledger) -> None:
    """Leave the events of the answers that were given in ``step``."""
    for returned, answered in turns(case):
        for place, item in enumerate(asked_in(returned)):
            if answered.get(place) is step:
                note = partial(ledger.note, step.at, by=step.by, target=case.application, code=case.application.number)
                note(verb="答复补正要求", changes={label_of_part(item.section, item.field): [None, step.reason]})
