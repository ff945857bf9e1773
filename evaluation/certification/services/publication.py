"""The one act that makes a round public: all of it, or nothing."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from evaluation.certification import validity
from evaluation.certification.pinyin import searchable
from evaluation.certification.queries.publication import before_publishing
from evaluation.certification.services import certificates, endings
from evaluation.marking.queries.graded import graded
from evaluation.marking.workflow import ASSESSMENT
from evaluation.models import Assessment, Publication, Result
from platforms.audit.services import audit
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.models import Round, User
from platforms.moves import check_may_move
from platforms.periodic_reports.services import rows as report_rows
from platforms.rounds.choices import RoundAct
from platforms.rounds.services import overrides
from platforms.rounds.services.rounds import mark_published

#: A decision may be dated so many days ahead of its publication, as a document that takes effect later.
DAYS_AHEAD = 30

#: What the public reads of each service on offer.
SERVICE_FIELDS = ("free_service", "service_class", "content", "is_free", "fee_standard")


@transaction.atomic
def publish(*, round: Round, decided_on: date, reason: str = "", by: User, at: datetime) -> Publication:
    """Publish the results of ``round`` and issue the certificates, valid from ``decided_on``.

    A new certificate takes the place of the one that its platform holds, from its first day on; a D leaves it in force
    until its date (五 names six grounds for taking it away and no seventh). Results hold what was frozen at
    submission, not what the rows say today. What was returned or has no confirmed grade stays behind, with ``reason``:
    it counts as declared and is not published.

    Raises:
        Gone: somebody else published in between. Refusal: something stands in the way (``queries.publication``) or
            stays behind without a reason, the date is out of range or before a certificate that a platform holds, or
            ``by`` may not.
    """
    move = check_may_move(workflow=ASSESSMENT, name="publish", by=by)
    _check_date(round, decided_on, validity.day_in_ningbo(at))
    # First of all, because it locks the row: whoever comes second waits here and then reads that it is done.
    mark_published(round=round, by=by, at=at)
    missing = before_publishing(round, on=validity.day_in_ningbo(at))
    overrides.settle(round=round, act=RoundAct.PUBLISH, findings=missing, reason=reason, by=by, at=at)
    publication = Publication.objects.create(round=round, decided_on=decided_on, published_at=at, published_by=by)
    assessments = list(
        graded(round, on=validity.day_in_ningbo(at))
        .select_related("frozen_form", "application__platform", "application__region", "application__town",
                        "application__park")
        .order_by("application__platform__code")
    )  # fmt: skip
    results = Result.objects.bulk_create(frozen_result(publication, assessment) for assessment in assessments)
    moved = Assessment.objects.filter(
        pk__in=[assessment.pk for assessment in assessments], status__in=move.sources
    ).update(status=move.target)
    if moved != len(assessments):
        raise Gone("不能公布：有平台的评价状态刚被他人改变，请刷新页面后重新核对。")
    audit.record_many(
        [
            audit.Entry(
                verb=move.label,
                target=assessment,
                code=assessment.application.number,
                changes={"档次": ["", assessment.grade], "认定日期": ["", decided_on]},
            )
            for assessment in assessments
        ],
        by=by,
        at=at,
    )
    issued = certificates.issue(results=results, terms=round.terms, decided_on=decided_on, by=by, at=at)
    replaced = endings.begin(issued=issued, by=by, at=at)
    # What is handed in periodically is asked of those that are in operation.
    report_rows.sync_all(platforms=[result.platform for result in results])
    audit.record(
        verb="公布认定结果",
        by=by,
        at=at,
        target=publication,
        code=str(publication),
        changes={"公布平台": [0, len(results)], "颁发证书": [0, len(issued)], "换发新证": [0, len(replaced)]},
    )
    return publication


def frozen_result(publication: Publication, assessment: Assessment) -> Result:
    """Return the public line of ``assessment``: the allowed fields of the form as it was submitted."""
    form = assessment.frozen_form.data
    application = assessment.application
    accepted = application.platform
    assert accepted is not None  # held by application_accepted_has_platform
    platform, operator = form["platform"], form["operator"]
    return Result(
        publication=publication,
        assessment=assessment,
        platform=accepted,
        code=accepted.code,
        name=platform["name"],
        pinyin=searchable(platform["name"]),
        type=application.type,
        region=application.region,
        site_name=application.site_name,
        operator_name=operator["operator_name"],
        address=platform["address"],
        opening_hours=platform["opening_hours"],
        service_phone=platform["service_phone"],
        introduction=platform["introduction"],
        longitude=_decimal(platform["longitude"]),
        latitude=_decimal(platform["latitude"]),
        services=[{key: row[key] for key in SERVICE_FIELDS} for row in form["services"]],
        public_rules=[{"kind": row["kind"], "title": row["title"]} for row in form["rules"] if row["is_public"]],
        grade=assessment.grade,
    )


def _decimal(value: str | None) -> Decimal | None:
    return Decimal(value) if value else None


def _check_date(round: Round, decided_on: date, today: date) -> None:
    earliest, latest = date(round.year, 1, 1), today + timedelta(days=DAYS_AHEAD)
    if not earliest <= decided_on <= latest:
        span = f"{day_in_words(earliest)}至{day_in_words(latest)}"
        raise Refusal(f"认定日期为{day_in_words(decided_on)}，应在{span}(公布后 {DAYS_AHEAD} 天)之间。")
