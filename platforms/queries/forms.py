"""The whole application form as one value: what completeness judges, what a version freezes, what print will show."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from platforms import naming
from platforms.models import Application
from platforms.sections import ROW_KINDS, SECTIONS


def form_data(application: Application) -> dict[str, Any]:
    """Return the whole form of ``application`` as canonical, JSON-able data.

    Keys: ``site`` (number, year, type, region, its code, town, park, association, industry chain, name of the place,
    proposed name), one mapping per section that has fields (``platform``, ``operator``, ``venue``, ``record``,
    ``plan``, ``commitment``), lists ``staff``, ``services``, ``partners``, ``rules``, ``attachments`` (kind,
    shown_name, digest, size) and ``counts`` (``staff_total``, ``staff_full_time``). Decimals are strings, dates ISO
    strings, what was not answered None or "".
    """
    form: dict[str, Any] = {"site": _site(application)}
    for section in SECTIONS:
        if section.fields:
            form[section.slug] = {field: plain(getattr(application, field)) for field in section.fields}
    for kind in ROW_KINDS:
        form[kind.name] = rows_of(application, kind.name)
    form["attachments"] = list(
        application.attachments.order_by("pk").values("kind", "shown_name", "digest", "size"),
    )
    full_time = sum(1 for person in form["staff"] if person["full_time"])
    form["counts"] = {"staff_total": len(form["staff"]), "staff_full_time": full_time}
    return form


def rows_of(application: Application, kind: str) -> list[dict[str, Any]]:
    """Return the rows of one kind below ``application`` as they were entered, in order."""
    fields = next(each.fields for each in ROW_KINDS if each.name == kind)
    return list(getattr(application, kind).order_by("pk").values(*fields))


def proposed_name(application: Application) -> str:
    """Return the name that the naming rule gives to the place of ``application`` (二·(一))."""
    region = application.region
    return naming.propose(application.type, region.name if region else "", application.site_name)


def plain(value: Any) -> Any:
    """Return ``value`` as JSON holds it: decimals without trailing zeros and dates as text."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def digest_of(data: dict[str, Any]) -> str:
    """Return the SHA-256, in hex, of the canonical JSON of ``data``."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _site(application: Application) -> dict[str, Any]:
    region, town, park = application.region, application.town, application.park
    return {
        "number": application.number,
        "year": application.round.year,
        "type": application.type,
        "region": region.name if region else "",
        "region_code": region.code if region else "",
        "town": town.name if town else "",
        "town_code": town.code if town else "",
        "park": park.name if park else "",
        "park_code": park.code if park else "",
        "association": application.association,
        "industry_chain": application.industry_chain,
        "place": application.site_name,
        "proposed_name": proposed_name(application),
    }
