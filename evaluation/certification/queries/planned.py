"""What a round would make public now, platform by platform: public line, evidence, days of the certificate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from evaluation.certification.evidence import Evidence, differences, digest, to_data
from evaluation.certification.queries.evidence import evidence_of
from evaluation.certification.validity import renewed_from, valid_until
from evaluation.marking.queries.graded import graded
from evaluation.models import Assessment, Evaluation, Publication, Result
from platforms.applications.choices import AttachmentKind
from platforms.applications.queries.standings import running
from platforms.models import Round
from platforms.pinyin import searchable

#: What the public reads of each service on offer.
SERVICE_FIELDS = ("free_service", "service_class", "content", "is_free", "fee_standard")


@dataclass(frozen=True)
class Planned:
    """One platform of a publication: ``valid_from`` and ``valid_until`` are empty where nothing is certified."""

    assessment: Assessment
    evidence: Evidence
    valid_from: date | None
    valid_until: date | None

    @property
    def basis(self) -> str:
        """The digest of all that is made public of it and of what its grade rests on."""
        application = self.assessment.application
        return digest(
            {
                "evidence": digest(to_data(self.evidence)),
                "form": self.assessment.frozen_form_id,
                "platform": application.platform_id,
                "place": [application.type, application.region_id, application.site_name],
                "days": [str(self.valid_from), str(self.valid_until)],
            }
        )


def planned(round: Round, *, decided_on: date, on: date) -> list[Planned]:
    """Return what would be published of ``round`` on the day ``on``, by the code of the platform."""
    evaluation = Evaluation.objects.select_related("scheme", "round").filter(round=round).first()
    if evaluation is None:
        return []
    rows = list(
        graded(round, on=on)
        .select_related(
            "frozen_form", "application__platform", "application__region", "application__town", "application__park",
            "application__renews",
        )
        .order_by("application__platform__code")
    )  # fmt: skip
    evidence, terms = evidence_of(evaluation, rows), round.terms
    last_days = running(row.application.renews for row in rows if row.application.renews)
    made = []
    for row in rows:
        first = _first_day(row, decided_on, last_days) if row.grade in terms.certified else None
        last = valid_until(first, terms.validity_years) if first else None
        made.append(Planned(row, evidence[row.pk], first, last))
    return made


def contradictions(rows: Sequence[Planned]) -> list[str]:
    """Return, for each of ``rows`` whose points or grade its own scores do not give, its number and what is wrong."""
    return [
        f"{row.assessment.application.number}（{'；'.join(found)}）"
        for row in rows
        if (found := differences(row.evidence))
    ]


def first_days(rows: Iterable[Planned]) -> dict[int, date]:
    """Return the first day of each certificate of ``rows`` by the key of its platform."""
    found = {row.assessment.application.platform_id: row.valid_from for row in rows if row.valid_from}
    return {key: day for key, day in found.items() if key is not None}


def public_line(assessment: Assessment, publication: Publication | None = None) -> Result:
    """Return the public line of ``assessment``, not stored: the allowed fields of the form as it was submitted."""
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
        public_rules=[
            {"kind": row["kind"], "title": row["title"], "files": _public_files(form, row["kind"])}
            for row in form["rules"]
            if row["is_public"]
        ],
        grade=assessment.grade,
    )


def _public_files(form: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return digest and size of the PDF files that the frozen ``form`` has for the rule ``kind``, once each.

    Other formats stay inside: a Word file tells who wrote it.
    """
    found = {
        file["digest"]: {"digest": file["digest"], "size": file["size"]}
        for file in form["attachments"]
        if file["kind"] == AttachmentKind.RULE
        and file.get("rule_kind") == kind
        and file["shown_name"].lower().endswith(".pdf")
    }
    return list(found.values())


def _first_day(assessment: Assessment, decided_on: date, last_days: Mapping[int, date]) -> date:
    """Return the first day of a certificate: of a renewal the day after what it renews, while that runs to its end."""
    renewed = assessment.application.renews
    last = last_days.get(renewed.platform_id) if renewed else None
    return renewed_from(last, decided_on) if last else decided_on


def _decimal(value: str | None) -> Decimal | None:
    return Decimal(value) if value else None
