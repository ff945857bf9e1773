"""What mails say about an application."""

from django.urls import reverse

from platforms.mail.services.mails import About
from platforms.models import Application


def about(application: Application) -> About:
    """Return ``application`` as the mails about it name it."""
    values = {
        "number": application.number,
        "platform": application.name,
        "operator": application.operator_name,
        "code": application.platform.code if application.platform else "",
        "link": reverse("desk:application", args=(application.number,)),
    }
    return About("application", application, values)
