"""Two versions of one form side by side: what came, what went, what became something else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from platforms.applications.desk.access import visible_application
from platforms.applications.desk.sections import trail
from platforms.applications.pages.parts import compared
from platforms.models import ApplicationVersion
from platforms.moments import moment
from platforms.pages.access import current_user, officer


@officer("platforms.view_applicationversion")
@require_safe
def differences(request: HttpRequest, number: str, old: int, new: int) -> HttpResponse:
    """Two versions side by side; ``old`` and ``new`` are their numbers, the later one on the right."""
    row, user = visible_application(request, number), current_user(request)
    rows = ApplicationVersion.objects.visible_to(user).filter(application=row).select_related("submitted_by")
    versions = {version.number: version for version in rows}
    if old not in versions or new not in versions or old == new:
        raise Http404
    first, second = versions[min(old, new)], versions[max(old, new)]
    pairs = [
        {
            "label": f"第{before}版与第{before + 1}版",
            "url": reverse("desk:differences", args=[row.number, before, before + 1]),
            "current": (before, before + 1) == (first.number, second.number),
        }
        for before in sorted(versions, reverse=True)
        if before + 1 in versions
    ]
    context = compared(row, user, first, second) | {
        "crumbs": [*trail(row), {"label": f"第{first.number}版与第{second.number}版", "url": ""}],
        "application": row,
        "masked": not user.sees_people(row.region_id),
        "pairs": pairs if len(pairs) > 1 else [],
        "sides": [
            {
                "label": f"第{version.number}版",
                "at": moment(version.submitted_at),
                "by": version.submitted_by.name,
                "url": reverse("desk:version", args=[row.number, version.number]),
            }
            for version in (first, second)
        ],
    }
    return render(request, "applications/differences.html", context)
