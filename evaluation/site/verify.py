"""Verification of a certificate by its number."""

import unicodedata
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluation.certification import certificate_number
from evaluation.certification.choices import EndCause, Validity
from evaluation.certification.queries import documents, published
from evaluation.certification.queries.in_force import end_of
from evaluation.models import Certification, Document
from evaluation.site import answers
from evaluation.site.answers import never_kept, public_page, too_often, wait_for
from evaluation.site.platform_page import ground_of
from evaluation.site.results import on_day, shown
from platforms.notices.clauses import activate

#: The answer in a sentence, for each state.
SENTENCES = {
    Validity.PENDING: "证书真实，认定尚未生效。",
    Validity.IN_FORCE: "证书真实，认定有效。",
    Validity.EXPIRING: "证书真实，认定有效，即将到期。",
    Validity.EXPIRED: "证书真实，但认定已到期。",
    Validity.REPLACED: "证书真实，但已换发新证，本证书不再有效。",
    Validity.GIVEN_UP: "证书真实，但平台已放弃认定，证书不再有效。",
    Validity.REVOKED: "证书真实，但认定已撤销，证书不再有效。",
    Validity.CORRECTED: "证书真实，但认定结果已更正，证书不再有效。",
}


#: What stands in numbers beside letters and digits; certificates from before this system have brackets.
IN_NUMBERS = "-—·.()〔〕[]【】《》_"
#: What is said of a certificate from before this system.
FROM_BEFORE = f"{published.HISTORIC}：本系统启用前颁发，按原有资料导入"


@require_safe
def verify(request: HttpRequest) -> HttpResponseBase:
    """Ask for a number; one that was typed in leads to its own page.

    The page that asks may be found and kept like others, an address with a number may not.
    """
    return _typed(request) if "number" in request.GET else _asked(request)


@public_page
def _asked(request: HttpRequest) -> HttpResponse:
    return render(request, "public/verify.html")


@never_kept
def _typed(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("number", "")
    patterns = (
        *published.number_patterns(),
        certificate_number.REPORT_PATTERN,
        certificate_number.LETTER_PATTERN,
    )
    number = certificate_number.normalise(typed, patterns) or as_typed(typed)
    if number:
        return HttpResponseRedirect(reverse("site:certificate", args=[number]))
    return render(request, "public/verify.html", {"empty": True})


def as_typed(text: str) -> str:
    """Return what of ``text`` can stand in an address and be repeated on a page: what a number is made of."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum() or c in IN_NUMBERS)[:40]
    return kept if any(c.isalnum() for c in kept) else ""


@require_safe
@never_kept
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Answer whether the certificate ``number`` exists and what it is today; a draft is as unknown as a guess.

    Reports and letters have numbers of their own; of them nothing is told that only their county may read.
    """
    seconds = wait_for(answers.verifications)
    if seconds:
        return too_often(request, "核验", seconds)
    found = published.certification(number)
    crumbs = [{"label": "证书核验", "url": reverse("site:verify")}, {"label": "核验结果"}]
    if found is None:
        paper = documents.numbered(number)
        if paper is not None:
            return render(request, "public/document.html", of_paper(paper) | {"crumbs": crumbs})
        return render(
            request, "public/certificate_unknown.html", {"number": as_typed(number), "crumbs": crumbs}, status=404
        )
    activate(found.result.publication.round.notice_id)
    line = published.line(found.result, timezone.localdate())
    latest = published.latest_of_platform(found)
    file = documents.of_certificate(found)
    later = published.taken_over_by(found.result)
    ground = ground_of(line, found.result)
    pairs = (
        ("证书编号", line.certificate),
        ("平台名称", line.name),
        ("运营单位", line.operator),
        ("地区", line.region),
        ("地点", line.site),
        ("类型", line.type),
        ("档次", line.grade_label),
        ("有效期", f"{on_day(line.valid_from)}至{on_day(line.valid_until)}"),
        ("撤销日期", on_day(line.revoked_on)),
        ("撤销情形", ground),
        ("换证日期", on_day(line.ended_on if line.replaced_by and line.state != Validity.CORRECTED else None)),
        ("更正日期", on_day(line.ended_on if line.state == Validity.CORRECTED else None)),
        (later.get_kind_display() + "说明" if later else "", later.public_reason if later else ""),
        ("放弃日期", on_day(line.ended_on if line.state == Validity.GIVEN_UP else None)),
        ("数据来源", FROM_BEFORE if line.taken_over else ""),
    )
    return render(
        request,
        "public/certificate.html",
        shown(line)
        | {
            "sentence": SENTENCES[Validity(line.state)],
            "pairs": [{"label": label, "value": value} for label, value in pairs if value],
            "history": history(found, ground),
            "digest": file.digest if file else "",
            "newer": latest.number if latest and latest.pk != found.pk else "",
            "today": timezone.localdate(),
            "crumbs": crumbs,
        },
    )


def history(found: Certification, ground: str) -> list[dict[str, str]]:
    """Return what happened to a certificate, the earliest first: ``day``, ``words``, and the ``number`` of another.

    ``ground`` is what a revocation was for.
    """
    lines = [{"day": on_day(found.result.publication.decided_on), "words": "作出认定", "number": ""}]
    for each in documents.replaced_by_it(found):
        words = f"取代原证书（{EndCause(each.cause).label}）"
        lines.append({"day": on_day(each.ended_on), "words": words, "number": each.certification.number})
    end = end_of(found)
    if end is None:
        return lines
    last = {"day": on_day(end.ended_on), "words": EndCause(end.cause).label, "number": ""}
    if end.cause == EndCause.REVOKED:
        last["words"] = f"撤销认定：{ground}" if ground else "撤销认定"
    elif end.successor:
        last |= {"words": f"由新证书取代（{last['words']}）", "number": end.successor.number}
    elif end.cause == EndCause.CORRECTED:
        last["words"] = "认定结果更正，不再认定"
    return [*lines, last]


def of_paper(paper: Document) -> dict[str, Any]:
    """Return what the public reads of a report or a letter: whose it is and whether it holds, no points."""
    newer = documents.replacement_of(paper)
    pairs = (
        ("文件", paper.get_kind_display()),
        ("编号", paper.number),
        ("年度", str(paper.publication.round)),
        ("地区", documents.region_of(paper)),
        ("平台编号", paper.result.code if paper.result else ""),
        ("平台名称", paper.result.name if paper.result else ""),
        ("运营单位", paper.result.operator_name if paper.result else ""),
        ("签发日期", on_day(timezone.localdate(paper.issued_at))),
    )
    return {
        "word": "已取代" if newer else "有效",
        "tone": "neutral" if newer else "good",
        "sentence": "文件真实，但已由新的文件取代，本文件不再有效。" if newer else "文件真实，现行有效。",
        "pairs": [{"label": label, "value": value} for label, value in pairs if value],
        "newer": newer.number if newer else "",
        "older": paper.replaces.number if paper.replaces else "",
        "digest": paper.digest,
        "today": timezone.localdate(),
    }
