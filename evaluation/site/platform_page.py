"""The page of one platform: what is published of it, with all its rounds and the certificate that it holds.

Grades, certificates, address, phone, services and rules are those of the published lines and never of the form as it is
today. Two things are read live, because they are public by their nature: the activities that the platform itself holds
(what it announces, what it reported; a change moves the edition of the kept pages), and counts of its services in
finished months (no single record; a kept page shows them as of at most a day ago, as each day is a new edition).
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from evaluation.certification.queries import published
from evaluation.certification.queries.published import HOLDING_STATES, Line, Offer
from evaluation.certification.queries.rule_files import PublicRule, public_rules
from evaluation.examples import queries as examples
from evaluation.models import NoticeLine, Result
from evaluation.public_notice.queries import notices
from evaluation.public_notice.running import State
from evaluation.site import contact
from evaluation.site.answers import public_page
from evaluation.site.door import address_of
from evaluation.site.results import shown
from evaluation.site.sketch import sketch
from platforms.activities import queries as activities
from platforms.dates import day_in_words
from platforms.figures import approximate
from platforms.models import Activity
from platforms.notices.clauses import activate
from platforms.pages.charts import Chart
from platforms.pages.plot import Drawn, plot
from platforms.reference import outline
from platforms.service_records.queries import open_figures
from platforms.service_records.queries.open_figures import Served

#: Good examples of one platform that its page leads to, the latest.
MOST_EXAMPLES = 5


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
    line, offers = lines[held], published.offers(latest)
    holds = line.state in HOLDING_STATES
    figures = open_figures.served(latest.platform_id, today)
    told_of = notices.telling_of(code)
    return render(
        request,
        "public/result.html",
        shown(line)
        | {
            "publication": found[held].publication,
            "later": later_words(found[0], held),
            "facts": facts(lines[0]),
            "reach": reach(lines[0], latest),
            "introduction": latest.introduction,
            "free": [offer for offer in offers if offer.public_interest],
            "offers": [offer for offer in offers if not offer.public_interest],
            "rules": [rule_row(each, code) for each in public_rules(latest, holds=holds)],
            "holds": holds,
            "announced": [activity_row(each) for each in activities.announced(latest.platform_id, today)]
            if holds
            else [],
            "told": [activity_row(each) for each in activities.told(latest.platform_id, today)],
            "examples": examples.listed(today).filter(platform=latest.platform_id)[:MOST_EXAMPLES],
            "figures": figures,
            "numbers": numbers_of(figures),
            "drawn": drawn(figures) if figures.records else None,
            "ground": ground_of(line, found[held]),
            "renew": renewal_words(line),
            "running": [noticed(each) for each in told_of.values() if runs(each, today)],
            "rounds": [
                rounds_row(each, row, told_of.get(row.publication.round_id))
                for each, row in zip(lines, found, strict=True)
            ],
            "earlier": [earlier_row(each, today) for each in published.earlier(code)],
            "grade_label": line.grade_label,
            "service": service_data(lines[0], latest, offers) if holds else None,
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


def renewal_words(line: Line) -> str:
    """Return what comes after the last day of a certificate in force, else nothing."""
    if line.state not in HOLDING_STATES or not line.valid_until:
        return ""
    return "期满未续期的，认定自次日起失效。"


def facts(line: Line) -> list[dict[str, Any]]:
    """Return the pairs that describe the platform; what was not published is left out."""
    pairs = (
        ("类型", line.type),
        ("地区", line.region),
        ("地点", line.site),
        ("运营单位", line.operator),
    )
    return [{"label": label, "value": value} for label, value in pairs if value]


def reach(line: Line, latest: Result) -> dict[str, Any]:
    """Return how a visitor comes to the platform: hours, numbers to dial, address, and its place where it is published.

    The coordinates are those of the form, which asks for CGCS2000; phones read them as WGS 84, from which it differs by
    less than a metre. Whether a form followed that is not known, so the page tells how they were asked for.
    """
    found: dict[str, Any] = {
        "hours": latest.opening_hours,
        "phones": contact.phones(line.phone),
        "address": latest.address,
        "geo_url": "",
        "map_url": "",
        "sketch": None,
    }
    longitude, latitude = latest.longitude, latest.latitude
    if longitude is None or latitude is None:
        return found
    place = {"longitude": longitude, "latitude": latitude}
    return found | {
        "position": f"东经 {longitude:f}°，北纬 {latitude:f}°",
        "geo_url": contact.geo(longitude, latitude),
        "map_url": contact.on_map_service(settings.MAP_SERVICE_URL, **place, name=line.name),
        "sketch": sketch(outline.load(settings.MAP_OUTLINE), float(longitude), float(latitude)),
    }


def rule_row(rule: PublicRule, code: str) -> dict[str, Any]:
    """Return one rule with the addresses of its files."""
    return {
        "kind": rule.label,
        "title": rule.title,
        "files": [
            {"url": reverse("site:rule_file", args=[code, file.digest]), "name": file.shown_name, "size": file.size}
            for file in rule.files
        ],
    }


def activity_row(each: Activity) -> dict[str, Any]:
    """Return what the public reads of an activity: no arrangements, no summary, nobody who was invited.

    How many came, and what was written about it, is told once it was reported.
    """
    return {
        "title": each.title,
        "kind": each.get_kind_display(),
        "on": each.held_on,
        "hours": each.hours,
        "place": each.place,
        "places": each.places,
        "people": each.people,
        "enterprises": each.enterprises,
        "links": [{"url": link.url, "title": link.title} for link in each.links.all()] if each.reported_at else [],
    }


def numbers_of(served: Served) -> list[dict[str, str]]:
    """Return the figures of service with what they are; those that are not to be told are left out."""
    share = served.free_share
    pairs = (
        ("近12个月服务", f"{served.records:,}", "次"),
        ("免费服务占比", "" if share is None else approximate(share * 100, 1), "%"),
        (f"{served.year}年以来服务企业", f"{served.enterprises:,}" if served.enterprises else "", "家"),
        ("满意度（满分5分）", "" if served.satisfaction is None else approximate(served.satisfaction, 1), "分"),
    )
    return [{"label": label, "number": number, "unit": unit} for label, number, unit in pairs if number]


def drawn(served: Served) -> Drawn:
    """Return the services by month as a drawing with its table."""
    rows = tuple((f"{day:%Y-%m}", "", (count,)) for day, count in served.months)
    chart = Chart(
        key="months",
        title=f"近{len(rows)}个月共服务 {served.records:,} 次",
        shape="columns",
        unit="次",
        head=("月份", "服务（次）"),
        rows=rows,
    )
    return Drawn(chart=chart, plot=plot(chart), name="各月服务次数")


def service_data(line: Line, latest: Result, offers: Iterable[Offer]) -> dict[str, Any]:
    """Return the platform in the words of schema.org (GovernmentService): only what the page shows."""
    place: dict[str, Any] = {"@type": "Place", "name": line.name}
    if latest.address:
        place["address"] = latest.address
    if latest.longitude is not None and latest.latitude is not None:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": f"{latest.latitude:f}",
            "longitude": f"{latest.longitude:f}",
        }
    channel: dict[str, Any] = {"@type": "ServiceChannel", "serviceLocation": place}
    if line.phone:
        channel["servicePhone"] = [
            {"@type": "ContactPoint", "telephone": each.text} for each in contact.phones(line.phone)
        ]
    free = [each for each in offers if each.free]
    data: dict[str, Any] = {
        "@type": "GovernmentService",
        "name": line.name,
        "identifier": line.code,
        "url": address_of(latest),
        "serviceType": line.type,
        "areaServed": {"@type": "AdministrativeArea", "name": line.region},
        "provider": {"@type": "Organization", "name": line.operator},
        "availableChannel": channel,
    }
    if latest.introduction:
        data["description"] = latest.introduction
    if free:
        data["offers"] = [{"@type": "Offer", "name": each.label, "price": "0", "priceCurrency": "CNY"} for each in free]
    return data


def rounds_row(line: Line, result: Result, told: NoticeLine | None) -> dict[str, Any]:
    """Return the row of one round; ``told`` is how its public notice named the platform, where it did."""
    more = {"year": result.publication.round.year, "certificate_url": certificate_url(line)}
    notice = {
        "notice_url": reverse("site:notice", args=[told.notice.number]) if told else "",
        "change": told.change_reason if told else "",
    }
    return shown(line) | more | notice | {"ground": ground_of(line, result)}


def runs(told: NoticeLine, today: date) -> bool:
    return notices.period_of(told.notice).state(today) == State.RUNNING


def noticed(told: NoticeLine) -> dict[str, str]:
    """Return what a public notice that runs says of the platform, and where to read it and to object."""
    notice = told.notice
    return {
        "round": str(notice.round),
        "grade": told.grade_label,
        "until": day_in_words(notice.ends_on),
        "url": reverse("site:notice", args=[notice.number]),
        "object_url": reverse("site:object", args=[notice.number]),
    }


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
