"""Parts of the page of an application, at the desk and in the back office."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from platforms.applications import attachment_needs, completeness
from platforms.applications.choices import ApplicationStatus, CorrectionLevel, NoteReaders
from platforms.applications.queries.corrections import Turn, is_answer_late, turns_of
from platforms.applications.queries.differences import Difference, between
from platforms.applications.queries.documents import print_of
from platforms.applications.queries.notes import levels_read_by, readable
from platforms.applications.queries.parts import label_of_part, question_texts
from platforms.applications.sections import SECTIONS
from platforms.dates import day_in_words
from platforms.models import Application, ApplicationVersion, Attachment, CorrectionItem, Note, User
from platforms.moments import moment
from platforms.tones import Tone

APPLICATION_TONES: Mapping[str, Tone] = {
    ApplicationStatus.DRAFT: "neutral",
    ApplicationStatus.SUBMITTED: "info",
    ApplicationStatus.RETURNED: "bad",
    ApplicationStatus.ACCEPTED: "good",
    ApplicationStatus.WITHDRAWN: "neutral",
}

_DIFFERENCES = {"added": ("新增", "good"), "removed": ("删除", "bad"), "changed": ("修改", "wait")}

_MOST_IN_NOTE = 1000
#: Why nothing is written about a form that the city files for itself: its officers see each move here, and a unit could
#: not follow the link of such a mail, which asks for an account.
NO_MAIL = "市级重点行业的申报由市经信局自行填报和审核，提交、退回和受理在本系统内即可看到，不生成邮件。"
TELL_UNIT = "需要告知运营单位的，请发出填报链接，或按申报表上的联系方式另行告知。"


def state_label(row: Application) -> str:
    """Return the status of ``row``, marked where it was filed or corrected late, or the correction is overdue."""
    today = timezone.localdate()
    return state_text(row.status, row.is_late, row.correction_due_on, row.last_submitted_at, today)


def state_text(status: str, is_late: bool, due: date | None, sent: datetime | None, today: date) -> str:
    """Return the same from the fields of an application."""
    late = ["逾期"] if is_late else []
    late += ["补正逾期"] if is_answer_late(status, due, sent, today) else []
    state = ApplicationStatus(status).label
    return f"{state}（{'，'.join(late)}）" if late else state


def renewal_of(row: Application) -> str:
    """Return which certificate ``row`` renews and until when that holds; nothing where it renews none."""
    return f"证书 {row.renews.certificate}，有效期至{day_in_words(row.renews.ends_on)}" if row.renews else ""


def renewal_note(row: Application) -> str:
    """Return the sentence that says the same on every page of the form."""
    told = renewal_of(row)
    return f"续期申报：{told}" if told else ""


def seal_of(row: Application, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the last print to be sealed for ``applications/seal_state.html``, and whether one can be made now."""
    if not row.is_editable:
        return {}
    last = print_of(row, dict(data))
    return {
        "may_seal": not completeness.gaps(data),
        "seal": last and {"code": last.code, "at": moment(last.at), "is_current": last.is_current},
        "seal_changes": groups_of(last.changes) if last and not last.is_current else [],
    }


def why_no_mail(application: Application) -> str:
    """Return why no mail is written about ``application``, and what to do instead; nothing where mails are written."""
    return "" if application.region_id else f"{NO_MAIL}{TELL_UNIT}"


def groups_of(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    """Return ``differences`` by section, as ``applications/difference_table.html`` takes them."""
    found: dict[str, list[dict[str, str]]] = {}
    for each in differences:
        word, tone = _DIFFERENCES[each.kind]
        row = {"label": each.label, "old": each.old, "new": each.new, "word": word, "tone": tone}
        found.setdefault(each.section, []).append(row)
    return [
        {"title": f"{section.number} {section.title}", "rows": found[section.slug]}
        for section in SECTIONS
        if section.slug in found
    ]


def versions_of(application: Application, user: User) -> list[ApplicationVersion]:
    """Return what was submitted, the latest first."""
    rows = ApplicationVersion.objects.visible_to(user).filter(application=application)
    return list(rows.select_related("submitted_by").order_by("-number"))


def last_two(application: Application, user: User, versions: Sequence[ApplicationVersion]) -> dict[str, Any]:
    """Return what the last submission changed: ``groups``, the two labels and ``url``; empty before there are two.

    ``versions`` are those of :func:`versions_of`.

    For the pages of an application, at the desk and in the back office; people are told as ``user`` may read them.
    """
    if len(versions) < 2:
        return {}
    new, old = versions[:2]
    return compared(application, user, old, new) | {
        "url": reverse("desk:differences", args=[application.number, old.number, new.number])
    }


def compared(application: Application, user: User, old: ApplicationVersion, new: ApplicationVersion) -> dict[str, Any]:
    """Return the differences between two versions of ``application`` as ``user`` may read them."""
    differences = between(old.data, new.data, masked=not user.sees_people(application.region_id))
    return {
        "groups": groups_of(differences),
        "count": len(differences),
        "old_label": f"第{old.number}版",
        "new_label": f"第{new.number}版",
    }


def notes_of(application: Application, user: User, *, in_office: bool = False) -> dict[str, Any]:
    """Return what ``applications/notes.html`` shows: the notes that ``user`` reads, and the form to write one."""
    return {
        "notes": shown_notes(readable(application, user=user)),
        "note_url": reverse("desk:note", args=[application.number]) if user.has_perm("platforms.add_note") else "",
        "note_levels": [(level, NoteReaders(level).label) for level in levels_read_by(user)],
        "note_most": _MOST_IN_NOTE,
        "note_office": in_office,
    }


def shown_notes(notes: QuerySet[Note], *, names: bool = True) -> list[dict[str, str]]:
    """Return ``notes`` as ``applications/notes.html`` takes them; without ``names`` an office wrote them, not a
    person."""
    return [
        {
            "text": note.text,
            "who": note.written_by.name if names else note.written_by.get_role_display(),
            "when": moment(note.written_at),
            "readers": note.get_readers_display(),
        }
        for note in notes
    ]


def kind_of_file(file: Attachment) -> str:
    """Return what ``file`` was asked for as: its kind, or the question that it answers."""
    return file.question.text if file.question else attachment_needs.label_of(file.kind, file.rule_kind)


def files_to_ask_about(application: Application) -> dict[str, str]:
    """Return the files that belong to ``application`` now: key → what the file is, as a return names it."""
    found = application.attachments.filter(replaced_at__isnull=True).select_related("question")
    return {str(file.pk): f"{kind_of_file(file)}（{file.shown_name}）"[:120] for file in found}


def part_label(section: str, name: str, texts: Mapping[str, str]) -> str:
    """Return what a question is about, with the section it stands in: 场地设施：服务窗口(个)."""
    title, label = label_of_part(section), label_of_part(section, name, texts)
    return label if label == title else f"{title}：{label}"


def history_of(application: Application, level: str = CorrectionLevel.CITY) -> list[dict[str, Any]]:
    """Return every return of the form at ``level``, the latest first, for ``applications/corrections_history.html``."""
    return histories_of(application, level)[0]


def histories_of(application: Application, *levels: str) -> list[list[dict[str, Any]]]:
    """Return :func:`history_of` for each of ``levels``."""
    turns = turns_of(application, *levels)
    texts = question_texts(application, [item.field for turn in turns for item in turn.items])
    return [[_turn(turn, texts) for turn in turns if turn.level == level] for level in levels]


def _turn(turn: Turn, texts: Mapping[str, str]) -> dict[str, Any]:
    first = turn.first
    return {
        "number": turn.number,
        "who": first.asked_by.name,
        "when": moment(first.asked_at),
        "to": first.sent_in.recipient if first.sent_in else "",
        "reason": first.asked_in.reason if first.asked_in else "",
        "items": [
            {
                "label": part_label(item.section, item.field, texts),
                "text": item.text,
                "answer": item.answer,
                "answered": who_answered(item),
            }
            for item in turn.items
        ],
    }


def who_answered(item: CorrectionItem) -> str:
    if item.answered_at is None:
        return ""
    who = item.answered_by.name if item.answered_by else item.answerer
    return f"{who}，{moment(item.answered_at)}"
