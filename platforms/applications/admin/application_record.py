"""What stands on the one screen of an application in the back office, beside the form itself."""

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from platforms.applications import attachment_needs
from platforms.applications.pages.parts import history_of, last_two, notes_of
from platforms.applications.queries.forms import check_code
from platforms.models import Application, ApplicationVersion, User
from platforms.moments import moment
from platforms.pages.files import LARGEST_THUMBNAIL, SHOWN


def beside(application: Application, user: User) -> dict[str, Any]:
    """Return files, versions, what the last submission changed, questions and answers, and notes."""
    return {
        "attachments": attachments_of(application),
        "versions": versions_of(application),
        "changes": last_two(application, user),
        "turns": history_of(application),
        "assigned": application.assigned_to.name if application.assigned_to else "",
        **notes_of(application, user, in_office=True),
    }


def attachments_of(application: Application) -> list[dict[str, Any]]:
    """Return the files that belong to the form now, by kind; pictures with a preview, PDFs to be looked at."""
    found = application.attachments.filter(replaced_at__isnull=True).select_related("question")
    rows = []
    for each in found:
        url = reverse("desk:attachment", args=(each.pk,))
        rows.append(
            {
                "kind": each.question.text if each.question else attachment_needs.label_of(each.kind, each.rule_kind),
                "name": each.shown_name,
                "size": filesizeformat(each.size),
                "at": moment(each.uploaded_at),
                "url": url,
                "view_url": f"{url}?view=1" if each.media_type in SHOWN else "",
                "is_thumbnail": each.media_type.startswith("image/") and each.size <= LARGEST_THUMBNAIL,
            }
        )
    return rows


def versions_of(application: Application) -> list[dict[str, Any]]:
    """Return what was submitted, the latest first, with the check code that its print carries."""
    versions = ApplicationVersion.objects.filter(application=application).select_related("submitted_by")
    return [
        {
            "label": f"第{version.number}版",
            "at": moment(version.submitted_at),
            "by": version.submitted_by.name,
            "code": check_code(version.data),
            "url": reverse("desk:version", args=(application.number, version.number)),
        }
        for version in versions.order_by("-number")
    ]
