"""The one act that makes a round public: all of it, or nothing. Called by the approval of a plan and by nobody else."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from evaluation.certification.choices import DocumentKind, PreparedKind
from evaluation.certification.evidence import digest, to_data
from evaluation.certification.queries.planned import Planned, public_line
from evaluation.certification.services import certificates, endings
from evaluation.certification.services.certificates import Ready
from evaluation.marking.workflow import ASSESSMENT
from evaluation.models import (
    Assessment,
    Certification,
    Document,
    FrozenEvidence,
    Prepared,
    Publication,
    PublicationPlan,
    Result,
)
from platforms.audit.services import audit
from platforms.errors import Gone
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import Mail, User
from platforms.moves import check_may_move
from platforms.periodic_reports.services import rows as report_rows
from platforms.rounds.services.rounds import mark_published

BATCH = 500
#: What a mail to the city itself is told by, where a county has its code.
CITY_OCCASION = "city"


@transaction.atomic
def release(*, plan: PublicationPlan, rows: Sequence[Planned], by: User, at: datetime) -> Publication:
    """Make ``rows`` public with everything that was prepared for them under ``plan``, and write the mails.

    Results hold what was frozen at submission, not what the rows say today. The caller has checked that ``rows`` are
    what was prepared.

    Raises:
        Gone: somebody else published or changed a grade in between. Refusal: ``by`` may not, or a platform holds a
            certificate that begins later.
    """
    move = check_may_move(workflow=ASSESSMENT, name="publish", by=by)
    mark_published(round=plan.round, by=by, at=at)
    publication = Publication.objects.create(
        round=plan.round,
        plan=plan,
        decided_on=plan.decided_on,
        document_number=plan.document_number,
        published_at=at,
        published_by=by,
    )
    results = Result.objects.bulk_create([public_line(row.assessment, publication) for row in rows], batch_size=BATCH)
    FrozenEvidence.objects.bulk_create(
        [_frozen(result, row) for result, row in zip(results, rows, strict=True)], batch_size=BATCH
    )
    assessments = [row.assessment for row in rows]
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
                changes={"档次": ["", assessment.grade], "认定日期": ["", plan.decided_on]},
            )
            for assessment in assessments
        ],
        by=by,
        at=at,
    )
    prepared = list(plan.prepared.select_related("region"))
    numbers = {each.assessment_id: each.number for each in prepared if each.kind == PreparedKind.CERTIFICATE}
    ready = [
        Ready(result, numbers[row.assessment.pk], row.valid_from, row.valid_until)
        for result, row in zip(results, rows, strict=True)
        if row.valid_from and row.valid_until
    ]
    issued = certificates.issue(ready=ready, by=by, at=at)
    documents = _documents(publication, prepared, results, issued, at)
    replaced = endings.begin(issued=issued, by=by, at=at)
    # What is handed in periodically is asked of those that are in operation.
    report_rows.sync_all(platforms=[result.platform for result in results])
    written = mails.write_prepared(
        prepared=[_mail(plan, each) for each in prepared if each.kind == PreparedKind.MAIL], by=by, at=at
    )
    audit.record(
        verb="公布认定结果",
        by=by,
        at=at,
        target=publication,
        code=str(publication),
        changes={
            "公布平台": [0, len(results)],
            "颁发证书": [0, len(issued)],
            "换发新证": [0, len(replaced)],
            "签发文件": [0, len(documents)],
            "通知邮件": [0, len(written)],
        },
    )
    return publication


def _frozen(result: Result, row: Planned) -> FrozenEvidence:
    data = to_data(row.evidence)
    return FrozenEvidence(result=result, data=data, digest=digest(data))


def _documents(
    publication: Publication,
    prepared: Sequence[Prepared],
    results: Sequence[Result],
    issued: Sequence[Certification],
    at: datetime,
) -> list[Document]:
    of_assessment = {result.assessment_id: result for result in results}
    of_result = {each.result_id: each for each in issued}
    made = []
    for each in prepared:
        if each.kind not in DocumentKind.values:
            continue
        result = of_assessment[each.assessment_id] if each.assessment_id else None
        is_certificate = each.kind == PreparedKind.CERTIFICATE
        made.append(
            Document(
                kind=each.kind,
                number=each.number,
                publication=publication,
                region=result.region if result else each.region,
                result=result,
                certification=of_result[result.pk] if result and is_certificate else None,
                stored_name=each.stored_name,
                digest=each.digest,
                size=each.size,
                issued_at=at,
            )
        )
    return Document.objects.bulk_create(made, batch_size=BATCH)


def _mail(plan: PublicationPlan, each: Prepared) -> Mail:
    who = each.region.code if each.region else CITY_OCCASION
    return Mail(
        kind=MailKind.PUBLISHED,
        round=plan.round,
        region=each.region,
        occasion=f"publication:{plan.round.year}:{who}",
        **{name: each.text[name] for name in ("recipient", "address", "subject", "body")},
    )
