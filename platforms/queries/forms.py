"""The whole application form as one value: what completeness judges, what a version freezes, what print will show."""

import base64
import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from platforms import naming
from platforms.choices import AttachmentKind
from platforms.models import Application, NamingRule, Question
from platforms.sections import ROW_KINDS, SECTIONS


def form_data(application: Application) -> dict[str, Any]:
    """Return the whole form of ``application`` as canonical, JSON-able data.

    Keys: ``site`` (number, year, type, region, its code, town, park, association, industry chain, name of the place,
    proposed name), one mapping per section that has fields (``platform``, ``operator``, ``venue``, ``record``,
    ``plan``, ``commitment``), lists ``staff``, ``services``, ``partners``, ``rules``, ``questions`` (key, section,
    text, help, kind, options, required, value: what the city asks on top), ``attachments`` (kind, shown_name, digest,
    size, rule_kind, question: the files that belong to the form now) and ``counts`` (``staff_total``,
    ``staff_full_time``). Decimals are strings, dates ISO strings, what was not answered None or "". Versions frozen
    before a key existed lack it.
    """
    form: dict[str, Any] = {"site": _site(application)}
    for section in SECTIONS:
        if section.fields:
            form[section.slug] = {field: plain(getattr(application, field)) for field in section.fields}
    for kind in ROW_KINDS:
        form[kind.name] = rows_of(application, kind.name)
    form["questions"] = _questions(application)
    form["attachments"] = [
        {**file, "question": f"question_{file['question']}" if file["question"] else ""}
        for file in application.attachments.filter(replaced_at__isnull=True)
        .order_by("pk")
        .values("kind", "shown_name", "digest", "size", "rule_kind", "question")
    ]
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
    return naming.propose(application.type, region.name if region else "", application.site_name, naming_rules())


def naming_rules() -> dict[str, str]:
    """Return the pattern of each platform type: what the city set, else the rule that came with the system."""
    return {**naming.DEFAULT_RULES, **dict(NamingRule.objects.values_list("type", "pattern"))}


def plain(value: Any) -> Any:
    """Return ``value`` as JSON holds it: decimals without trailing zeros and dates as text."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def content_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return ``data`` without the stamped scans: what is printed, sealed, and must not change afterwards."""
    files = [file for file in data["attachments"] if file["kind"] != AttachmentKind.STAMPED]
    return {**data, "attachments": files}


def check_code(data: dict[str, Any]) -> str:
    """Return the short code (8 characters, 40 bits) printed on the form that says which content it is: K7QD-2MWX."""
    code = base64.b32encode(bytes.fromhex(digest_of(content_of(data))))[:8].decode()
    return f"{code[:4]}-{code[4:]}"


def digest_of(data: dict[str, Any]) -> str:
    """Return the SHA-256, in hex, of the canonical JSON of ``data``."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _questions(application: Application) -> list[dict[str, Any]]:
    """Return the questions that the round asks of this type, with what was answered; files are attachments."""
    answers = dict(application.answers.values_list("question", "value"))
    return [
        {
            "key": question.key,
            "section": question.section,
            "text": question.text,
            "help": question.help_text,
            "kind": question.kind,
            "options": question.choices,
            "required": question.required,
            "value": answers.get(question.pk, ""),
        }
        for question in Question.objects.filter(round=application.round_id)
        if question.is_for(application.type)
    ]


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
