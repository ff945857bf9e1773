"""The points and grades of a published year, made anew from what was frozen with its results."""

from collections.abc import Iterator
from dataclasses import dataclass

from evaluation.certification.evidence import differences, digest, from_data, scheme_digest
from evaluation.models import Evaluation, Publication, Result


@dataclass(frozen=True)
class Regraded:
    """One version of a result: ``found`` are Chinese sentences, empty where everything agrees.

    ``skipped`` says that it was taken over from before this system and rests on nothing that could be counted again.
    """

    code: str
    name: str
    version: int
    found: tuple[str, ...] = ()
    skipped: bool = False


def regraded(publication: Publication) -> Iterator[Regraded]:
    """Yield every result of ``publication`` in the order of codes and versions, the corrected ones too."""
    evaluation = Evaluation.objects.select_related("scheme").filter(round=publication.round_id).first()
    scheme = scheme_digest(evaluation.scheme.value()) if evaluation else ""
    rows = Result.objects.filter(publication=publication).select_related("evidence").order_by("code", "version")
    for row in rows.iterator(chunk_size=500):
        evidence = getattr(row, "evidence", None)
        if evidence is None and row.assessment_id is None:
            yield Regraded(row.code, row.name, row.version, skipped=True)
            continue
        if evidence is None:
            yield Regraded(row.code, row.name, row.version, ("没有评价依据",))
            continue
        found = [] if digest(evidence.data) == evidence.digest else ["评价依据与公布时的校验值不一致"]
        value = from_data(evidence.data)
        found += differences(value)
        if value.grade != row.grade:
            found.append(f"公布的档次为{row.grade}，评价依据为{value.grade}")
        if value.scheme_digest != scheme:
            found.append(f"评价方案“{value.scheme_label}”与公布时不一致")
        yield Regraded(row.code, row.name, row.version, tuple(found))
