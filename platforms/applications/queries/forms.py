"""The whole application form as one value: what completeness judges, what a version freezes, what print will show."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from platforms import together, unreadable
from platforms.applications import naming
from platforms.applications.choices import AttachmentKind
from platforms.applications.questions import normalise
from platforms.applications.sections import ROW_KINDS, SECTIONS
from platforms.models import Answer, Application, Attachment, NamingRule, Question
from platforms.unreadable import KEY
from platforms.values import plain

#: A query of SQLite takes some 32,000 values, and each application is named once for each of its tables.
_AT_ONCE = 2_000


def form_data(application: Application) -> dict[str, Any]:
    """Return the whole form of ``application`` as canonical, JSON-able data.

    Keys: ``site`` (number, year, type, region, its code, town, park, association, industry chain, name of the place,
    proposed name), one mapping per section that has fields (``platform``, ``operator``, ``venue``, ``record``,
    ``plan``, ``commitment``), lists ``staff``, ``services``, ``partners``, ``rules``, ``questions`` (key, section,
    text, help, kind, options, required, value: what the city asks on top), ``attachments`` (kind, shown_name, digest,
    size, rule_kind, question: the files that belong to the form now; a stamped scan also says whether it is ``stale``,
    the content having changed since) and ``counts`` (``staff_total``,
    ``staff_full_time``). Decimals are strings, dates ISO strings, what was not answered None or "". Versions frozen
    before a key existed lack it. A draft, or a row of it, in which something stands that its column cannot hold has
    that under ``unreadable``; what is submitted never has.
    """
    return forms_of([application])[application.pk]


def forms_of(applications: Sequence[Application]) -> dict[int, dict[str, Any]]:
    """Return the :func:`form_data` of each of ``applications`` by its key, with two queries for each 2,000."""
    if len(applications) > _AT_ONCE:
        portions = range(0, len(applications), _AT_ONCE)
        return {key: form for at in portions for key, form in forms_of(applications[at : at + _AT_ONCE]).items()}
    found = together.rows_of(_parts([application.pk for application in applications]))
    names = {**naming.DEFAULT_RULES, **{row["type"]: row["pattern"] for row in together.only(found["names"])}}
    rows = {
        kind.name: {key: [_row(each) for each in some] for key, some in found[kind.name].items()} for kind in ROW_KINDS
    }
    asked = list(Question.objects.filter(round__in={application.round_id for application in applications}))
    answers = {
        (application, row["question"]): row["value"] for application, some in found["answers"].items() for row in some
    }
    return {
        application.pk: _form(
            application,
            names,
            {name: found.get(application.pk, []) for name, found in rows.items()},
            found["files"].get(application.pk, []),
            [
                _question(each, answers.get((application.pk, each.pk), ""))
                for each in asked
                if each.round_id == application.round_id and each.is_for(application.type)
            ],
        )
        for application in applications
    }


def _form(
    application: Application,
    names: dict[str, str],
    rows: dict[str, list[dict[str, Any]]],
    files: list[dict[str, Any]],
    questions: list[dict[str, Any]],
) -> dict[str, Any]:
    form: dict[str, Any] = unreadable.with_it({"site": _site(application, names)}, application.unreadable)
    for section in SECTIONS:
        if section.fields:
            form[section.slug] = {field: plain(getattr(application, field)) for field in section.fields}
    form |= rows
    form["questions"] = questions
    sealed = [file.pop("form_digest") for file in files]
    form["attachments"] = [
        {**file, "question": f"question_{file['question']}" if file["question"] else ""} for file in files
    ]
    full_time = sum(1 for person in form["staff"] if person["full_time"])
    form["counts"] = {"staff_total": len(form["staff"]), "staff_full_time": full_time}
    content = digest_of(content_of(form)) if any(sealed) else ""
    for file, digest in zip(form["attachments"], sealed, strict=True):
        if file["kind"] == AttachmentKind.STAMPED:
            # Scans from before the content was kept beside them cannot be told to be stale.
            file["stale"] = digest not in ("", content)
    return form


def _parts(keys: list[int]) -> dict[str, together.Part]:
    """Return what belongs to the forms ``keys`` and stands in tables of its own; with the naming rules beside it."""
    below = {"application__in": keys}
    parts = {
        kind.name: together.Part(row_model(kind.name).objects.filter(**below), (*kind.fields, KEY), "application")
        for kind in ROW_KINDS
    }
    parts["files"] = together.Part(
        Attachment.objects.filter(**below, replaced_at__isnull=True),
        ("kind", "shown_name", "digest", "size", "rule_kind", "question", "form_digest"),
        "application",
    )
    parts["answers"] = together.Part(Answer.objects.filter(**below), ("question", "value"), "application")
    parts["names"] = together.Part(NamingRule.objects.all(), ("type", "pattern"))
    return parts


def row_model(kind: str) -> Any:
    """Return the model of one kind of rows below an application."""
    return Application._meta.get_field(kind).related_model


def rows_of(application: Application, kind: str) -> list[dict[str, Any]]:
    """Return the rows of one kind below ``application`` as they were entered, in order."""
    fields = next(each.fields for each in ROW_KINDS if each.name == kind)
    return [_row(row) for row in getattr(application, kind).order_by("pk").values(*fields, KEY)]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return unreadable.with_it(row, row[KEY])


def proposed_name(application: Application, names: dict[str, str] | None = None) -> str:
    """Return the name that the naming rule gives to the place of ``application`` (二·(一)).

    ``names`` are the :func:`naming_rules`, for a caller who has read them already.
    """
    region, rules = application.region, naming_rules() if names is None else names
    return naming.propose(application.type, region.name if region else "", application.site_name, rules)


def naming_rules() -> dict[str, str]:
    """Return the pattern of each platform type: what the city set, else the rule that came with the system."""
    return {**naming.DEFAULT_RULES, **dict(NamingRule.objects.values_list("type", "pattern"))}


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


def _question(question: Question, value: str) -> dict[str, Any]:
    """Return one question that the round asks with what was answered; files are attachments."""
    return {
        "key": question.key,
        "section": question.section,
        "text": question.text,
        "help": question.help_text,
        "kind": question.kind,
        "options": question.choices,
        "least": "" if question.least is None else normalise(question.kind, question.least),
        "required": question.required,
        "value": value,
    }


def _site(application: Application, names: dict[str, str]) -> dict[str, Any]:
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
        "proposed_name": proposed_name(application, names),
    }
