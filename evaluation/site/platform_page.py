"""The page of one platform: what is published of it, with all its rounds and the certificate that it holds."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from evaluation.certification.choices import Validity
from evaluation.certification.queries import published
from evaluation.certification.queries.published import Line
from evaluation.models import Result
from evaluation.site.answers import public_page
from evaluation.site.results import shown
from platforms.notices.clauses import activate

#: In force, whether or not the end is near.
HOLDING_STATES = (Validity.IN_FORCE, Validity.EXPIRING)


@public_page
def result(request: HttpRequest, code: str) -> HttpResponse:
    """Show one platform as it was last published, with all its published rounds and the certificate that it holds.

    A D in a later round leaves a certificate in force until its date, so that the state is not that of the last round.
    """
    found = published.history(code)
    if not found:
        raise Http404
    latest, today = found[0], timezone.localdate()
    activate(latest.publication.round.notice_id)
    lines = [published.line(row, today) for row in found]
    held = next((place for place, row in enumerate(lines) if row.state in HOLDING_STATES), 0)
    line = lines[held]
    return render(
        request,
        "public/result.html",
        shown(line)
        | {
            "publication": found[held].publication,
            "later": later_words(found[0], held),
            "facts": facts(lines[0], latest),
            "introduction": latest.introduction,
            "offers": published.offers(latest),
            "rules": published.public_rules(latest),
            "ground": ground_of(line, found[held]),
            "rounds": [rounds_row(each, row) for each, row in zip(lines, found, strict=True)],
            "earlier": [earlier_row(each, today) for each in published.earlier(code)],
            "grade_label": line.grade_label,
            "verify_url": reverse("site:certificate", args=[line.certificate]) if line.certificate else "",
            "complain_url": f"{reverse('site:complain')}?platform={line.code}",
            "crumbs": [{"label": "认定结果", "url": reverse("site:results")}, {"label": lines[0].name}],
        },
    )


def later_words(latest: Any, held: int) -> str:
    """Return what the latest round came to where the certificate in force is of an earlier one, else nothing."""
    if not held:
        return ""
    round_ = latest.publication.round
    kept = "" if latest.grade in round_.terms.certified else "，原证书在有效期内继续有效"
    return f"{round_}绩效评价为{latest.grade_label}{kept}。"


def facts(line: Line, latest: Any) -> list[dict[str, Any]]:
    """Return the pairs that describe the platform; what was not published is left out."""
    pairs = (
        ("类型", line.type),
        ("地区", line.region),
        ("地点", line.site),
        ("运营单位", line.operator),
        ("地址", latest.address),
        ("开放时间", latest.opening_hours),
        ("服务电话", line.phone),
    )
    return [{"label": label, "value": value} for label, value in pairs if value]


def rounds_row(line: Line, result: Result) -> dict[str, Any]:
    more = {"year": result.publication.round.year, "certificate_url": certificate_url(line)}
    return shown(line) | more | {"ground": ground_of(line, result)}


def ground_of(line: Line, result: Result) -> str:
    """Return for what the certificate of ``result`` was revoked, as its notice calls it; nothing where it was not."""
    return result.certification.ground_label if line.revoked_on else ""


def earlier_row(each: published.Earlier, today: date) -> dict[str, Any]:
    """Return the row of a version that was corrected or changed; its certificate says itself what became of it."""
    line = published.line(each.result, today)
    return {
        "year": line.round,
        "line": line,
        "on": each.on,
        "kind": each.kind,
        "reason": each.reason,
        "certificate_url": certificate_url(line),
    }


def certificate_url(line: Line) -> str:
    return reverse("site:certificate", args=[line.certificate]) if line.certificate else ""
