"""Which application a person at the desk may see, write and move.

Somebody else's application is 404, one that may be seen but not changed is 403 with a sentence saying why.
"""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from platforms.applications.services.ownership import is_own
from platforms.applications.workflow import APPLICATION
from platforms.models import Application, User
from platforms.move_table import Move
from platforms.notices.clauses import activate
from platforms.pages.access import NotNow, current_user


def visible_application(request: HttpRequest, number: str) -> Application:
    """Return the application called ``number`` if this person may see it, else answer 404."""
    rows = Application.objects.visible_to(request.user).select_related(
        "round", "region", "town", "park__town", "created_by"
    )
    found = get_object_or_404(rows, number=number)
    activate(found.round.notice_id)
    return found


def refusal_reason(user: User, application: Application) -> str:
    """Return why ``user`` cannot change the form of ``application`` now, or nothing if it can be changed."""
    if not user.has_perm("platforms.change_application") or not is_own(application, user):
        return "这份申报表由所属区县（市）、管委会填写，您可以查看，不能修改。"
    if not application.is_editable:
        return f"申报表现为“{application.get_status_display()}”，不能修改；需要修改的，请联系市经信局退回。"
    return ""


def own_application(request: HttpRequest, number: str, *, editable: bool = True) -> Application:
    """Return the application called ``number`` if it is this person's to write, else 404 or 403.

    With ``editable`` it must also be a draft or returned. A form that is being sent is checked by the service instead,
    so that what was typed is shown again beside the refusal.
    """
    application = visible_application(request, number)
    user = current_user(request)
    reason = refusal_reason(user, application)
    if reason and (editable or not is_own(application, user)):
        raise PermissionDenied(reason)
    return application


def open_moves(user: User, application: Application) -> list[Move]:
    """Return the moves that ``user`` can make at the desk: those of the table, on an application of its own.

    Accepting and returning is the work of the back office, where the whole file is laid out.
    """
    if not is_own(application, user):
        return []
    return [
        move
        for move in APPLICATION.open_to(status=application.status, role=user.role)
        if user.has_perm(move.permission) and move.name in ("submit", "resubmit", "withdraw")
    ]


def movable_application(request: HttpRequest, number: str, name: str) -> Application:
    """Return the application called ``number`` if this person can make the move ``name`` now, else 404 or 403.

    Raises:
        NotNow: it is the person's own, but in another state; ``officer`` leads back to it with the sentence.
    """
    application, user = visible_application(request, number), current_user(request)
    move = APPLICATION.move(name)
    if not is_own(application, user) or user.role not in move.actors or not user.has_perm(move.permission):
        raise PermissionDenied(f"这份申报表由所属区县（市）、管委会办理，您不能办理“{move.label}”。")
    if application.status not in move.sources:
        status = application.get_status_display()
        raise NotNow(
            f"申报表现为“{status}”，不能再办理“{move.label}”，未作变更。",
            back=reverse("desk:application", args=[application.number]),
        )
    return application
