"""What a file is that somebody holds: the document that was issued, one that holds no longer, an altered one, none."""

from dataclasses import dataclass
from datetime import date

from evaluation.certification.choices import EndCause, Validity
from evaluation.certification.queries.documents import of_file, of_numbers, region_of, replacement_of
from evaluation.certification.queries.in_force import end_of, state_of
from evaluation.documents.reading import numbers_in
from evaluation.models import Certification, Document
from platforms.dates import day_in_words

#: Of a larger file no number is read, in bytes; no document is so large.
LARGEST_READ = 20 * 1024 * 1024

#: The verdict in a word, and in a sentence; a state of a certificate has its own word.
ISSUED = ("有效", "文件与签发的一致，现行有效。")
REPLACED = ("已取代", "文件与签发的一致，但已由新的文件取代，不再有效。")
ALTERED = ("已改动", "文件写有在册的编号，但与签发的文件不一致：内容被改动，或者是打印、扫描、另存得到的。")
UNKNOWN = ("未查到", "没有签发过这个文件，文件中也没有在册的编号。")
NO_FILE = ("未查到", "没有签发过这个文件；文件中的编号在册，其证书没有电子文件，请凭编号在网站核验。")
OF_STATE = {
    Validity.PENDING: ("尚未生效", "文件与签发的一致，认定尚未生效。"),
    Validity.IN_FORCE: ISSUED,
    Validity.EXPIRING: (ISSUED[0], "文件与签发的一致，现行有效，即将到期。"),
    Validity.EXPIRED: ("已到期", "文件与签发的一致，但认定已到期。"),
    Validity.REPLACED: ("已换证", "文件与签发的一致，但已换发新证，不再有效。"),
    Validity.GIVEN_UP: ("已放弃", "文件与签发的一致，但平台已放弃认定，不再有效。"),
    Validity.REVOKED: ("已撤销", "文件与签发的一致，但认定已撤销，不再有效。"),
    Validity.CORRECTED: ("已更正", "文件与签发的一致，但认定结果已更正，不再有效。"),
}


@dataclass(frozen=True)
class Verdict:
    """``word`` and ``sentence`` say it, ``valid`` is yes or no; ``facts`` are labels and values of the issued one."""

    word: str
    sentence: str
    valid: bool = False
    facts: tuple[tuple[str, str], ...] = ()


def verdict(content: bytes, *, on: date) -> Verdict:
    """Return what the file ``content`` is on the day ``on``.

    Only the very bytes that were issued are the document. What waits for its release is as unknown as anything else.
    """
    document = of_file(content)
    if document is None:
        return _named(numbers_in(content) if len(content) <= LARGEST_READ else [])
    facts = _facts(document)
    if document.certification:
        state = state_of(document.certification, on)
        valid = state in (Validity.IN_FORCE, Validity.EXPIRING)
        return Verdict(*OF_STATE[state], valid=valid, facts=facts + _end(document.certification))
    if newer := replacement_of(document):
        return Verdict(*REPLACED, facts=(*facts, ("取代的文件", newer.number)))
    return Verdict(*ISSUED, valid=True, facts=facts)


def _named(numbers: list[str]) -> Verdict:
    """Return what a file is that was not issued and has ``numbers`` in it."""
    if document := of_numbers(numbers):
        return Verdict(*ALTERED, facts=_facts(document))
    return Verdict(*(NO_FILE if Certification.objects.filter(number__in=numbers).exists() else UNKNOWN))


def _facts(document: Document) -> tuple[tuple[str, str], ...]:
    certification = document.certification
    pairs = [
        ("文件", document.get_kind_display()),
        ("编号", document.number),
        ("年度", str(document.publication.round)),
        ("地区", region_of(document)),
        ("平台名称", document.result.name if document.result else ""),
        ("有效期起", day_in_words(certification.valid_from) if certification else ""),
        ("有效期止", day_in_words(certification.valid_until) if certification else ""),
    ]
    return tuple(pair for pair in pairs if pair[1])


def _end(certification: Certification) -> tuple[tuple[str, str], ...]:
    end = end_of(certification)
    if end is None:
        return ()
    pairs = [
        ("终止日期", day_in_words(end.ended_on)),
        ("终止原因", EndCause(end.cause).label),
        ("撤销情形", certification.ground_label),
        ("新证", end.successor.number if end.successor else ""),
    ]
    return tuple(pair for pair in pairs if pair[1])
