"""Everything that the approval of a plan makes valid, made before it: numbers, then documents, then letters and mails.

A number is taken once, in a transaction of its own; the file follows it. So the work can be broken off anywhere and
goes on where it stopped, and no number is lost or given twice.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import islice

from django.db import transaction
from django.urls import reverse

from evaluation.certification.certificate_number import LETTER_PATTERN, REPORT_PATTERN
from evaluation.certification.choices import PreparedKind
from evaluation.certification.evidence import Line
from evaluation.certification.queries.documents import verify_url
from evaluation.certification.queries.planned import Planned, public_line
from evaluation.certification.services.certificates import next_numbers
from evaluation.documents.facts import CertificateFacts, LetterFacts, LetterLine, ReportFacts, ReportLine
from evaluation.documents.printing import certificate_pdf, letter_pdf, report_pdf
from evaluation.models import Prepared, PublicationPlan
from evaluation.schemes.grading import plain
from platforms import stored_files
from platforms.dates import day_in_words
from platforms.identity import ours
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import Region

#: So many platforms are printed between two looks at the database.
PORTION = 50
#: The letter gives the reasons of so many grades, the last ones of the notice.
EXPLAINED = 2
CITY = "市级"
NOT_CERTIFIED = "不予认定"

Key = tuple[str, int | None, int | None]


@transaction.atomic
def reserve(plan: PublicationPlan, rows: Sequence[Planned]) -> None:
    """Give a number to each document of ``plan``; those prepared before for the same and the same year are kept."""
    # Whoever prepares at the same time waits here.
    PublicationPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.prepared.exists():
        return
    regions = sorted({_region_of(row) for row in rows}, key=lambda key: (key is None, key or 0))
    keys: dict[PreparedKind, list[Key]] = {
        PreparedKind.CERTIFICATE: [
            (PreparedKind.CERTIFICATE, row.assessment.pk, None) for row in rows if row.valid_from
        ],
        PreparedKind.REPORT: [(PreparedKind.REPORT, row.assessment.pk, None) for row in rows],
        PreparedKind.LETTER: [(PreparedKind.LETTER, None, region) for region in regions],
    }
    patterns = {
        PreparedKind.CERTIFICATE: plan.round.terms.number_pattern,
        PreparedKind.REPORT: REPORT_PATTERN,
        PreparedKind.LETTER: LETTER_PATTERN,
    }
    numbers, year = _known(plan), plan.decided_on.year
    for kind, wanted in keys.items():
        fresh = [key for key in wanted if key not in numbers]
        numbers |= dict(zip(fresh, next_numbers(patterns[kind], year, len(fresh), series=kind.value), strict=True))
    basis = {row.assessment.pk: row.basis for row in rows}
    Prepared.objects.bulk_create(
        (
            Prepared(
                plan=plan,
                kind=kind,
                assessment_id=assessment,
                region_id=region,
                number=numbers[kind, assessment, region],
                text={"basis": basis[assessment]} if kind == PreparedKind.REPORT and assessment else {},
            )
            for wanted in keys.values()
            for kind, assessment, region in wanted
        ),
        batch_size=500,
    )


def print_documents(plan: PublicationPlan, rows: Sequence[Planned], told: Callable[[int], object]) -> None:
    """Print what has a number and no file yet, portion by portion; ``told`` hears how many platforms are done."""
    numbers = dict(plan.prepared.filter(kind=PreparedKind.CERTIFICATE).values_list("assessment", "number"))
    waiting = {
        (each.kind, each.assessment_id): each for each in plan.prepared.filter(digest="", assessment__isnull=False)
    }
    pending = (
        iter([row for row in rows if any(row.assessment.pk == key for _, key in waiting)]) if waiting else iter(())
    )
    done = 0
    while portion := list(islice(pending, PORTION)):
        printed = []
        for row in portion:
            number = numbers.get(row.assessment.pk, "")
            for kind, make in ((PreparedKind.CERTIFICATE, _certificate), (PreparedKind.REPORT, _report)):
                each = waiting.get((kind, row.assessment.pk))
                if each is not None:
                    printed.append(_kept(each, make(plan, row, each.number, number)))
        _write(printed)
        done += len(portion)
        told(done)


def write_letters(plan: PublicationPlan, rows: Sequence[Planned]) -> None:
    """Print the letters and compose the mails, one of each for every county and for the city's own platforms."""
    numbers = dict(plan.prepared.filter(kind=PreparedKind.CERTIFICATE).values_list("assessment", "number"))
    letters = list(plan.prepared.filter(kind=PreparedKind.LETTER).select_related("region"))
    by_region: dict[int | None, list[Planned]] = {}
    for row in rows:
        by_region.setdefault(_region_of(row), []).append(row)
    _write(
        [_kept(each, _letter(plan, by_region[each.region_id], each, numbers)) for each in letters if not each.digest]
    )
    mailed = [_mail(plan, by_region[each.region_id], each) for each in letters]
    Prepared.objects.bulk_create(mailed)


def _known(plan: PublicationPlan) -> dict[Key, str]:
    """Return the numbers that earlier plans of the same round took in the same year."""
    earlier = Prepared.objects.filter(plan__round=plan.round, plan__decided_on__year=plan.decided_on.year)
    return {
        (kind, assessment, region): number
        for kind, assessment, region, number in earlier.exclude(number="")
        .exclude(plan=plan)
        .order_by("pk")
        .values_list("kind", "assessment", "region", "number")
    }


def _region_of(row: Planned) -> int | None:
    region: int | None = row.assessment.application.region_id
    return region


def _kept(each: Prepared, content: bytes) -> Prepared:
    each.digest, each.size = sha256(content).hexdigest(), len(content)
    each.stored_name = f"{stored_files.DOCUMENTS}/{each.digest}"
    stored_files.keep(each.stored_name, content)
    return each


def _write(printed: Iterable[Prepared]) -> None:
    with transaction.atomic():
        Prepared.objects.bulk_update(printed, ["digest", "size", "stored_name"], batch_size=2 * PORTION)


def _certificate(plan: PublicationPlan, row: Planned, number: str, _certificate_number: str) -> bytes:
    line, terms = public_line(row.assessment), plan.round.terms
    assert row.valid_from is not None  # has a number
    assert row.valid_until is not None
    return certificate_pdf(
        CertificateFacts(
            number=number,
            name=line.name,
            operator=line.operator_name,
            region=line.region.name if line.region else CITY,
            site=line.site_name,
            type=line.get_type_display(),
            grade=dict(terms.grade_choices)[line.grade],
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            decided_on=plan.decided_on,
            document_number=plan.document_number,
            authority=ours().industry_bureau.name,
            verify_url=verify_url(number),
            at=plan.proposed_at,
        )
    )


def _report(plan: PublicationPlan, row: Planned, number: str, certificate: str) -> bytes:
    line, evidence = public_line(row.assessment), row.evidence
    return report_pdf(
        ReportFacts(
            number=number,
            round=str(plan.round),
            code=line.code,
            name=line.name,
            operator=line.operator_name,
            region=line.region.name if line.region else CITY,
            type=line.get_type_display(),
            points=plain(evidence.points),
            grade=evidence.grade_label,
            grade_reason="；".join(evidence.reasons),
            certificate=certificate,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            document_number=plan.document_number,
            decided_on=plan.decided_on,
            lines=tuple(report_line(each) for each in evidence.lines),
            authority=ours().industry_bureau.name,
            verify_url=verify_url(number),
            at=plan.proposed_at,
        )
    )


def report_line(line: Line) -> ReportLine:
    """Return one indicator as a report prints it."""
    return ReportLine(line.head, line.indicator.title, line.full_told, line.value_told, line.points_told, line.reason)


def _letter(plan: PublicationPlan, rows: Sequence[Planned], each: Prepared, numbers: dict[int, str]) -> bytes:
    terms = plan.round.terms
    explained = terms.grade_codes[-EXPLAINED:]
    lines = []
    for row in rows:
        line, evidence = public_line(row.assessment), row.evidence
        lines.append(
            LetterLine(
                code=line.code,
                name=line.name,
                operator=line.operator_name,
                grade=evidence.grade_label,
                certificate=numbers.get(row.assessment.pk, ""),
                valid_until=row.valid_until,
                reasons="；".join(evidence.explained) if evidence.grade in explained else "",
            )
        )
    return letter_pdf(
        LetterFacts(
            number=each.number,
            round=str(plan.round),
            region=each.region.name if each.region else CITY,
            document_number=plan.document_number,
            decided_on=plan.decided_on,
            lines=tuple(lines),
            authority=ours().industry_bureau.name,
            at=plan.proposed_at,
        )
    )


def _mail(plan: PublicationPlan, rows: Sequence[Planned], letter: Prepared) -> Prepared:
    region: Region | None = letter.region
    certified = sum(row.valid_from is not None for row in rows)
    mail = mails.compose_to_liaison(
        kind=MailKind.PUBLISHED,
        round=plan.round,
        region=region,
        context={
            "document": plan.document_number,
            "decided_on": day_in_words(plan.decided_on),
            "certified": str(certified),
            "failed": str(len(rows) - certified),
            "letter": letter.number,
            "link": reverse("evaluation:results", args=(plan.round.year,)),
        },
        by=plan.proposed_by,
        at=plan.proposed_at,
    )
    text = {name: getattr(mail, name) for name in ("recipient", "address", "subject", "body")}
    return Prepared(plan=plan, kind=PreparedKind.MAIL, region=region, text=text)
