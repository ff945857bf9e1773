"""Files of invented applications on disk: each content is written once, the other places are links to it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from ningbo_windows.demo.cases import Case, Step
from ningbo_windows.demo.papers import paper
from platforms import stored_files
from platforms.applications.choices import AttachmentKind
from platforms.applications.queries.forms import content_of, digest_of
from platforms.models import Attachment
from platforms.values import plain


def keep_files(cases: Iterable[Case]) -> None:
    """Write the files of ``cases`` with their rows; an older one stays beside the one that took its place."""
    first: dict[str, str] = {}
    rows: list[Attachment] = []
    newer: list[tuple[Attachment, Attachment]] = []
    for case in cases:
        mine: dict[str, Attachment] = {}
        for step in case.steps:
            if step.name == "files":
                mine |= {key: _keep(case, step, key, name, first) for key, name in case.form.files}
                rows += mine.values()
            elif step.kind == "replace":
                old, new = mine[step.part], _keep(case, step, step.part, step.values["name"], first)
                old.replaced_at, mine[step.part] = step.at, new
                newer.append((old, new))
    Attachment.objects.bulk_create(rows, batch_size=500)
    for old, new in newer:
        new.replaces = old
    Attachment.objects.bulk_create([new for _, new in newer], batch_size=500)


def form_at(case: Case, form: Mapping[str, Any], place: int) -> dict[str, Any]:
    """Return ``form``, as ``case`` leaves it, as it was at the step ``place``: what came later is not yet there."""
    data, files = dict(form), dict(case.form.files)
    for step in case.steps[place:]:
        if step.kind == "correct":
            before = {name: plain(case.form.sections[step.part][name]) for name in step.values}
            data[step.part] = data[step.part] | before
    for step in case.steps[:place]:
        if step.kind == "replace":
            files[step.part] = step.values["name"]
    data["attachments"] = [
        {**file, **_facts(files[file["kind"]])} if file["kind"] == AttachmentKind.STAMPED else file
        for file in form["attachments"]
    ]
    sealed = _content(case, form, _last_stamp(case, place))
    for file in data["attachments"]:
        if file["kind"] == AttachmentKind.STAMPED:
            file["stale"] = digest_of(content_of(data)) != sealed
    return data


def seal_stamps(cases: Sequence[Case], forms: Mapping[int, Mapping[str, Any]]) -> None:
    """Note at each stamped scan what its form said when it was uploaded; ``forms`` are by key of application."""
    by_key = {case.application.pk: case for case in cases}
    stamps = list(Attachment.objects.filter(application__in=by_key, kind=AttachmentKind.STAMPED))
    for each in stamps:
        case = by_key[each.application_id]
        places = {step.at: place for place, step in enumerate(case.steps) if _stamps(step)}
        each.form_digest = _content(case, forms[case.application.pk], places[each.uploaded_at])
    Attachment.objects.bulk_update(stamps, ["form_digest"], batch_size=200)


def _stamps(step: Step) -> bool:
    return step.name in ("files", f"replace:{AttachmentKind.STAMPED}")


def _last_stamp(case: Case, place: int) -> int:
    return max((number for number, step in enumerate(case.steps[:place]) if _stamps(step)), default=0)


def _content(case: Case, form: Mapping[str, Any], place: int) -> str:
    """Return the digest of what is printed and sealed, as it was at the step ``place``."""
    data = dict(form)
    for step in case.steps[place:]:
        if step.kind == "correct":
            before = {name: plain(case.form.sections[step.part][name]) for name in step.values}
            data[step.part] = data[step.part] | before
    return digest_of(content_of(data))


def _keep(case: Case, step: Step, key: str, name: str, first: dict[str, str]) -> Attachment:
    """Put the file called ``name`` on disk and return its row, not stored yet."""
    content, media_type, digest = _paper(name)
    kind, _, rule = key.partition(":")
    stored_name = stored_files.name_of(case.application.pk, digest)
    if first.setdefault(digest, stored_name) == stored_name:
        stored_files.keep(stored_name, content)
    else:
        stored_files.keep_also(stored_name, first[digest])
    return Attachment(
        application=case.application,
        kind=kind,
        rule_kind=rule,
        shown_name=name,
        stored_name=stored_name,
        media_type=media_type,
        size=len(content),
        digest=digest,
        uploaded_at=step.at,
        uploaded_by=step.by,
    )


def _facts(name: str) -> dict[str, Any]:
    """Return what a form says of the file called ``name``."""
    content, _, digest = _paper(name)
    return {"shown_name": name, "digest": digest, "size": len(content)}


@cache
def _paper(name: str) -> tuple[bytes, str, str]:
    content, media_type = paper(name)
    return content, media_type, hashlib.sha256(content).hexdigest()
