"""The history of invented applications: frozen versions, moves, links, and one audit event for each thing done."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import models

from ningbo_windows.demo.attachments import form_at, seal_stamps
from ningbo_windows.demo.cases import LINK_DAYS, MOVES, Case, Step
from ningbo_windows.demo.ledger import Ledger
from ningbo_windows.demo.questions_asked import note_answers, write_questions
from platforms.applications.attachment_needs import BY_KEY
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.forms import digest_of, forms_of
from platforms.applications.queries.wording import TABLES
from platforms.applications.sections import ROW_KINDS, row_kind, section
from platforms.applications.services.answers import described
from platforms.applications.workflow import APPLICATION
from platforms.models import (
    Application,
    ApplicationMove,
    ApplicationVersion,
    FillLink,
)
from platforms.values import field_of, in_words, row_in_words

ROW_MODELS: Mapping[str, type[models.Model]] = {kind.name: TABLES[kind.name] for kind in ROW_KINDS}
BATCH = 500


def write_history(cases: Sequence[Case], ledger: Ledger) -> None:
    """Write versions, moves and links of ``cases``, which are stored already, and leave their events in ``ledger``."""
    versions: list[ApplicationVersion] = []
    moves: list[ApplicationMove] = []
    links: list[FillLink] = []
    forms = forms_of([case.application for case in cases if case.step("files")])
    seal_stamps(cases, forms)
    for case in cases:
        versions += _versions(case, forms.get(case.application.pk, {}))
        moves += _moves(case)
        links += _links(case)
        for step in case.steps:
            _note(case, step, ledger)
    ApplicationVersion.objects.bulk_create(versions, batch_size=BATCH)
    stored = ApplicationMove.objects.bulk_create(sorted(moves, key=lambda move: move.at), batch_size=BATCH)
    write_questions(cases, {(move.application_id, move.at): move for move in stored if move.name == "return"})
    FillLink.objects.bulk_create(links)


def _versions(case: Case, form: dict[str, Any]) -> list[ApplicationVersion]:
    """Return what was frozen at each submission; an earlier version holds what a correction changed later."""
    sent = [place for place, step in enumerate(case.steps) if step.name in ("submit", "resubmit")]
    found = []
    for number, place in enumerate(sent, start=1):
        step, data = case.steps[place], form_at(case, form, place)
        assert step.by is not None
        found.append(
            ApplicationVersion(
                application=case.application,
                number=number,
                data=data,
                digest=digest_of(data),
                submitted_at=step.at,
                submitted_by=step.by,
            )
        )
    return found


def _moves(case: Case) -> list[ApplicationMove]:
    status: str = ApplicationStatus.DRAFT
    found = []
    for step in case.steps:
        if step.name not in MOVES:
            continue
        assert step.by is not None
        move = APPLICATION.move(step.name)
        found.append(
            ApplicationMove(
                application=case.application,
                name=move.name,
                label=move.label,
                source=status,
                target=move.target,
                reason=_reason(case, step),
                at=step.at,
                by=step.by,
            )
        )
        status = move.target
    return found


def _reason(case: Case, step: Step) -> str:
    return case.application.over_quota_reason if step.name == "submit" else step.reason


def _links(case: Case) -> list[FillLink]:
    opened, back = case.step("open"), case.step("hand_over")
    return [
        FillLink(
            application=case.application,
            # Nobody holds the token of a link that was never sent.
            token_hash=hashlib.sha256(f"demo:{case.application.number}{_part(sent)}".encode()).hexdigest(),
            recipient=case.recipient,
            section=_part(sent),
            created_at=sent.at,
            created_by=sent.by,
            expires_at=sent.at + timedelta(days=LINK_DAYS),
            opened_at=opened.at if opened else None,
            handed_over_at=back.at if back else None,
        )
        for sent in case.steps
        if sent.name == "link" and sent.by is not None
    ]


def _part(sent: Step) -> str:
    """Return the section that a link was sent for, or nothing for the whole form."""
    return str(sent.values.get("section", ""))


def _note(case: Case, step: Step, ledger: Ledger) -> None:
    row = case.application
    note = partial(ledger.note, step.at, by=step.by, target=row, code=row.number)
    if step.by is None:
        note = partial(note, actor=case.actor)
    if step.kind == "answer" or step.name == "resubmit":
        note_answers(case, step, ledger)
    if step.kind == "answer":
        return
    if step.name in MOVES:
        note(verb=APPLICATION.move(step.name).label, reason=_reason(case, step))
    elif step.kind in ("section", "correct"):
        note(verb=f"填写{section(step.part).title}", changes=partial(_section_changes, case, step))
    elif step.kind == "rows":
        title = row_kind(step.part).title
        note(verb=f"填写{title}", changes=partial(_row_changes, title, ROW_MODELS[step.part], case, step.part))
    elif step.name == "files":
        for key, name in case.form.files:
            note(verb="上传附件", changes={BY_KEY[key].label: [None, name]})
    elif step.kind == "replace":
        old = next(name for key, name in case.form.files if key == step.part)
        note(verb="替换附件", changes={BY_KEY[step.part].label: [old, step.values["name"]]})
    elif step.name == "link":
        title = f"，{section(_part(step)).title}" if _part(step) else ""
        note(verb="发出填报链接", reason=f"{case.recipient}，{LINK_DAYS} 天{title}")
    else:
        verbs = {"create": "建立申报表", "open": "打开填报链接", "hand_over": "交回申报表", "check": "县级核对通过"}
        note(verb=verbs[step.name])


_BLANK = Application()


def _section_changes(case: Case, step: Step) -> dict[str, Any]:
    changes = {}
    for name, value in case.values_of(step).items():
        old = case.form.sections[step.part][name] if step.kind == "correct" else getattr(_BLANK, name)
        if old != value:
            field = field_of(Application, name)
            changes[str(field.verbose_name)] = [in_words(field, old), in_words(field, value)]
    answered = {question: ("", value) for question, value in case.answers_of(step, case.asked)}
    return changes | described(answered)


def _row_changes(title: str, model: type[models.Model], case: Case, kind: str) -> dict[str, Any]:
    return {title: [[], [row_in_words(model, values) for values in case.form.rows[kind]]]}
