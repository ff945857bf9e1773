from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from evaluation.certification import certificate_number
from evaluation.certification.validity import day_in_ningbo
from evaluation.models import Certification, Result
from platforms.audit.services import audit, numbering
from platforms.models import User

BATCH = 500


@dataclass(frozen=True)
class Ready:
    """A certificate that only waits to be valid: whose result, its number, its first and its last day."""

    result: Result
    number: str
    valid_from: date
    valid_until: date


@transaction.atomic
def issue(*, ready: Sequence[Ready], by: User, at: datetime) -> list[Certification]:
    """Issue the certificates of ``ready`` in their order; the numbers were taken before and bear the year of decision.

    The database refuses a number that was prepared for another platform.
    """
    made = Certification.objects.bulk_create(
        [
            Certification(
                result=each.result, number=each.number, operator_code=_certified_operator(each.result),
                valid_from=each.valid_from, valid_until=each.valid_until,
            )
            for each in ready
        ],
        batch_size=BATCH,
    )  # fmt: skip
    audit.record_many(
        [
            audit.Entry(
                verb="颁发证书",
                target=certification,
                changes={
                    "平台编号": ["", certification.result.code],
                    "档次": ["", certification.result.grade],
                    "有效期止": ["", certification.valid_until],
                },
            )
            for certification in made
        ],
        by=by,
        at=at,
    )
    return made


@transaction.atomic
def reissue(
    *, result: Result, operator_code: str, valid_from: date, valid_until: date, by: User, at: datetime
) -> Certification:
    """Issue the certificate of a new version ``result`` of a published line, with a number of its own.

    Dates are inclusive; what it takes the place of is the caller's to end.
    """
    number, *_ = next_numbers(result.publication.round.terms.number_pattern, day_in_ningbo(at).year, 1)
    made = Certification.objects.create(
        result=result, number=number, operator_code=operator_code, valid_from=valid_from, valid_until=valid_until
    )
    changes = {
        "平台编号": ["", result.code],
        "档次": ["", result.grade],
        "有效期起": ["", valid_from],
        "有效期止": ["", valid_until],
    }
    audit.record(verb="颁发证书", by=by, at=at, target=made, changes=changes)
    return made


def next_numbers(pattern: str, year: int, count: int, *, series: str = "certificate") -> list[str]:
    """Return the next ``count`` numbers of ``series`` in ``year`` written as ``pattern`` says, in order.

    Numbers of a year run on whatever the pattern, so that no two differ in their letters alone.
    """
    if not count:
        return []
    last = numbering.next_number(f"{series}:{year}", count=count)
    return [
        certificate_number.compose(
            pattern, year=year, serial=serial, random=numbering.random_part(certificate_number.RANDOM_LENGTH)
        )
        for serial in range(last - count + 1, last + 1)
    ]


def _certified_operator(result: Result) -> str:
    """Return the credit code of who applied, as it was frozen."""
    assert result.assessment is not None  # what is taken over is not issued here
    return str(result.assessment.frozen_form.data["operator"]["operator_code"])
