"""Verification of a certificate by its number."""

import unicodedata

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluation.certification import certificate_number
from evaluation.certification.choices import Validity
from evaluation.certification.queries import published
from evaluation.site import answers
from evaluation.site.answers import never_kept, too_often, wait_for
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


@require_safe
@never_kept
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a number; one that was typed in leads to its own page."""
    typed = request.GET.get("number", "")
    number = certificate_number.normalise(typed, published.number_patterns()) or as_typed(typed)
    if number:
        return HttpResponseRedirect(reverse("site:certificate", args=[number]))
    return render(request, "public/verify.html", {"empty": "number" in request.GET})


def as_typed(text: str) -> str:
    """Return what of ``text`` can stand in an address and be repeated on a page: letters, digits and hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum() or c == "-")[:40]


@require_safe
@never_kept
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Answer whether the certificate ``number`` exists and what it is today; a draft is as unknown as a guess."""
    seconds = wait_for(answers.verifications)
    if seconds:
        return too_often(request, "核验", seconds)
    found = published.certification(certificate_number.normalise(number, published.number_patterns()))
    crumbs = [{"label": "证书核验", "url": reverse("site:verify")}, {"label": "核验结果"}]
    if found is None:
        return render(
            request, "public/certificate_unknown.html", {"number": as_typed(number), "crumbs": crumbs}, status=404
        )
    activate(found.result.publication.round.notice_id)
    line = published.line(found.result, timezone.localdate())
    latest = published.latest_of_platform(found)
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
        ("换证日期", on_day(line.ended_on if line.replaced_by else None)),
        ("放弃日期", on_day(line.ended_on if line.state == Validity.GIVEN_UP else None)),
    )
    return render(
        request,
        "public/certificate.html",
        shown(line)
        | {
            "sentence": SENTENCES[Validity(line.state)],
            "pairs": [{"label": label, "value": value} for label, value in pairs if value],
            "newer": latest.number if latest and latest.pk != found.pk else "",
            "today": timezone.localdate(),
            "crumbs": crumbs,
        },
    )
