"""The files that answer a question, beside the question: kept with the section, listed, taken off."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.template.defaultfilters import filesizeformat

from platforms.applications.choices import AttachmentKind
from platforms.applications.services import attachments
from platforms.errors import Refusal
from platforms.models import Application, FillLink, User
from platforms.moments import moment

if TYPE_CHECKING:
    from platforms.applications.desk.section_forms import SectionForm
    from platforms.applications.desk.section_page import Place


def keep_files(
    form: "SectionForm", application: Application, *, by: User | None, actor: str, link: FillLink | None, at: datetime
) -> None:
    """Keep the files that came with ``form``; what the service refuses is an error of its box."""
    form.is_valid()
    for key in form.file_keys:
        refused = []
        for upload in form.cleaned_data.get(key, ()):
            try:
                attachments.add(
                    application=application,
                    kind=AttachmentKind.QUESTION,
                    question=form.questions[key],
                    upload=upload,
                    by=by,
                    at=at,
                    actor=actor,
                    link=link,
                )
            except Refusal as refusal:
                refused.append(str(refusal))
        for sentence in refused:
            form.add_error(key, sentence)


def question_files(
    application: Application, slug: str, place: "Place", closed: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Return the files below the questions of the section called ``slug``, with ``key`` as the name of the box.

    Those of a question in ``closed`` are only read.
    """
    files = application.attachments.filter(question__section=slug, replaced_at__isnull=True)
    return [
        {
            "key": f"question_{each.question_id}",
            "name": each.shown_name,
            "facts": f"{filesizeformat(each.size)}，{moment(each.uploaded_at)}",
            "url": place.attachment_url(each.pk),
            "remove_url": "" if f"question_{each.question_id}" in closed else place.remove_url(each.pk),
        }
        for each in files.order_by("pk")
    ]
