"""How a certificate ends before its last day (五): replaced by a later one, given up, revoked.

A platform holds at most one certificate in force. Whatever ends acts on the platform, so that no older certificate of
it is left standing; ``platforms`` gets the same end in the same transaction and reads nothing else.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from evaluation.certification.choices import EndCause
from evaluation.certification.validity import day_in_ningbo
from evaluation.models import Certification, CertificationEnd
from platforms.applications.choices import EndedWhy
from platforms.applications.services import standings
from platforms.applications.services.standings import Begun
from platforms.audit.services import audit
from platforms.errors import Gone, Refusal
from platforms.models import Platform, Standing, User
from platforms.periodic_reports.services import rows as report_rows
from platforms.text import clean_text

BATCH = 500
#: What forbids a platform to give its certification up, in a sentence or nothing; rooms above add theirs.
HINDRANCES: list[Callable[[Platform], str]] = []


def hindrance(platform: Platform) -> str:
    """Return in a sentence why ``platform`` may not give its certification up now, or nothing."""
    return next(filter(None, (each(platform) for each in HINDRANCES)), "")


@transaction.atomic
def begin(
    *, issued: Sequence[Certification], cause: EndCause = EndCause.REPLACED, by: User, at: datetime
) -> list[CertificationEnd]:
    """Let the certificates of ``issued`` take the place of those that their platforms hold; returns what this ended.

    ``cause`` is REPLACED, or CORRECTED where what is replaced was wrong.

    Raises:
        Refusal: a platform holds a certificate that begins later than the new one.
    """
    new = {each.result.platform_id: each for each in issued}
    begun = [
        Begun(
            each.result.platform, each.number, each.result.publication.round.notice_id, each.valid_from,
            each.valid_until,
        )
        for each in issued
    ]  # fmt: skip
    why = EndedWhy(cause.value)
    closed = standings.begin(begun=begun, why=why, by=by, at=at)
    replaced = [row for row in closed if row.ended_why == why]
    return _write(replaced, cause, "", by, at, successors=new)


@transaction.atomic
def give_up(*, certification: Certification, on: date, reason: str, by: User, at: datetime) -> list[CertificationEnd]:
    """Write down that the platform of ``certification`` gave its certification up from the day ``on``; no ban follows.

    Returns what was ended: the certificate in force and one that would begin later.

    Raises:
        Gone: nothing of it is in force any more. Refusal: no reason, a day before the certification or after today,
            :func:`hindrance`, or ``by`` may not.
    """
    if not by.has_perm("evaluation.end_certification"):
        raise Refusal("您没有办理放弃认定的权限。")
    reason = clean_text("放弃理由", reason, most=1000, required=True)
    today = day_in_ningbo(at)
    if not min(certification.valid_from, today) <= on <= today:
        raise Refusal.of("on", "放弃日期须在认定之日以后，且不晚于今天。")
    # Proposals to revoke queue here, too.
    platform = Platform.objects.select_for_update(of=("self",)).get(pk=certification.result.platform_id)
    if why := hindrance(platform):
        raise Refusal(why)
    ended = _end(platform, on, EndCause.GIVEN_UP, reason, by, at)
    if certification.pk not in {each.certification_id for each in ended}:
        raise Gone("该证书已终止或已到期，请刷新页面后查看。")
    audit.record_many(
        [
            audit.Entry(
                verb="放弃认定", target=each.certification, code=each.certification.number, reason=reason,
                changes={"放弃日期": ["", on]},
            )
            for each in ended
        ],
        by=by,
        at=at,
    )  # fmt: skip
    return ended


@transaction.atomic
def end_for_correction(*, platform: Platform, on: date, by: User, at: datetime) -> list[Certification]:
    """End the certificate that ``platform`` holds from the day ``on``, because its result was wrong; no ban follows.

    Returns what was ended. Who may do so and what else follows is the caller's to see to.
    """
    return [each.certification for each in _end(platform, on, EndCause.CORRECTED, "", by, at)]


@transaction.atomic
def end_for_revocation(
    *, platform: Platform, on: date, notice: int, ground: str, reason: str, by: User, at: datetime
) -> list[Certification]:
    """End whatever certificate ``platform`` holds from the day ``on``, also one that begins later, as revoked (五).

    Each carries ``ground`` as ``notice`` lists it, and ``reason``; returns them, the one in force first, nothing where
    none is. Who may do so and what else follows is the caller's to see to.
    """
    ended = _end(platform, on, EndCause.REVOKED, "", by, at, notice=notice, ground=ground, facts=reason)
    return [each.certification for each in ended]


def _end(
    platform: Platform,
    on: date,
    cause: EndCause,
    reason: str,
    by: User,
    at: datetime,
    *,
    notice: int | None = None,
    ground: str = "",
    facts: str = "",
) -> list[CertificationEnd]:
    closed = standings.end(platform=platform, on=on, why=EndedWhy(cause.value), by=by, at=at)
    report_rows.sync_all(platforms=[platform])
    if ground:
        numbers = [row.certificate for row in closed]
        Certification.objects.filter(number__in=numbers, ground="").update(
            ground=ground, ground_notice=notice, revocation_reason=facts, revoked_on=on, revoked_by=by, revoked_at=at
        )
    return _write(closed, cause, reason, by, at)


def _write(
    closed: Iterable[Standing],
    cause: EndCause,
    reason: str,
    by: User,
    at: datetime,
    *,
    successors: dict[int, Certification] | None = None,
) -> list[CertificationEnd]:
    """Write the ends of the certificates of ``closed``, over ends that lay ahead; in the order of ``closed``."""
    rows = list(closed)
    numbers = [row.certificate for row in rows]
    found = Certification.objects.filter(number__in=numbers).select_related("result__platform", "end")
    certificates = {each.number: each for each in found}
    made, overtaken = [], []
    for row in rows:
        certification = certificates[row.certificate]
        end = getattr(certification, "end", None)
        if end is None:
            end = CertificationEnd(certification=certification)
            made.append(end)
        else:
            overtaken.append(end)
        assert row.ended_on is not None  # just ended
        end.ended_on, end.cause, end.reason, end.ended_by, end.ended_at = row.ended_on, cause.value, reason, by, at
        end.successor = (successors or {}).get(row.platform_id)
    CertificationEnd.objects.bulk_create(made, batch_size=BATCH)
    for end in overtaken:
        end.save()
    return [certificates[number].end for number in numbers]
