"""Which files a page of the form shows, and which of them may come, be replaced and go there now."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from platforms.applications import attachment_needs
from platforms.applications.attachment_needs import Need
from platforms.applications.choices import AttachmentKind
from platforms.applications.queries.corrections import closed_fields, limits_of
from platforms.applications.sections import section as section_of
from platforms.models import Application, Attachment

if TYPE_CHECKING:
    from platforms.applications.desk.section_page import Place

#: What is said wherever a return keeps a part closed.
CLOSED = "退回时没有要求补正，不能修改。"


def files_within(application: Application, section: str) -> QuerySet[Attachment]:
    """Return the files of ``application`` that whoever fills only ``section`` may see; empty: all of them."""
    files = application.attachments.all()
    if section in ("", "attachments"):
        return files
    kinds = {need.kind for need in attachment_needs.needs_of(section)}
    return files.filter(Q(kind__in=kinds) | Q(question__section=section))


def kinds_at(place: "Place", closed: bool) -> tuple[Need, ...]:
    """Return the needs for which a file may come here now."""
    needs = attachment_needs.needs_of(place.only)
    # A new seal goes with every correction.
    return tuple(need for need in needs if not closed or need.kind == AttachmentKind.STAMPED)


def refusal_reason(place: "Place", closed: bool) -> str:
    """Return why a kind that is not offered here is refused; nothing where all kinds are."""
    if place.only not in ("", "attachments"):
        return f"这个填报链接只用于“{section_of(place.only).title}”部分，只能上传这一部分的附件。"
    return "退回时没有要求补正附件，现在只能上传盖章扫描件。" if closed else ""


def why_fixed(file: Attachment, place: "Place", closed: bool) -> str:
    """Return why ``file``, one that belongs to the form now, cannot be replaced or taken off at ``place``.

    Nothing where it can be; ``closed`` says whether a return keeps the files of the form closed.
    """
    if file.question is None:
        return CLOSED if closed and file.kind != AttachmentKind.STAMPED else ""
    question, row = file.question, file.application
    if place.only not in ("", question.section):
        return f"它在“{section_of(question.section).title}”部分上传，不属于这个填报链接。"
    if closed_fields(row, limits_of(row, place.writer.link), question.section, [question.key]):
        return CLOSED
    return ""
