"""Two versions of one form side by side: what came, what went, what became something else."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from platforms.desk.access import officer, person, visible_application
from platforms.desk.sections import trail
from platforms.masking import may_see_people
from platforms.models import Application, ApplicationVersion, User
from platforms.queries.differences import Difference, between
from platforms.sections import SECTIONS
from platforms.wording import moment

WORDS = {"added": ("新增", "good"), "removed": ("删除", "bad"), "changed": ("修改", "wait")}


def groups_of(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    """Return ``differences`` by section, as ``desk/difference_table.html`` takes them."""
    found: dict[str, list[dict[str, str]]] = {}
    for each in differences:
        word, tone = WORDS[each.kind]
        row = {"label": each.label, "old": each.old, "new": each.new, "word": word, "tone": tone}
        found.setdefault(each.section, []).append(row)
    return [
        {"title": f"{section.number} {section.title}", "rows": found[section.slug]}
        for section in SECTIONS
        if section.slug in found
    ]


def last_two(application: Application, user: User) -> dict[str, Any]:
    """Return what the last submission changed: ``groups``, the two labels and ``url``; empty before there are two.

    For the pages of an application, at the desk and in the back office; people are told as ``user`` may read them.
    """
    rows = ApplicationVersion.objects.visible_to(user).filter(application=application).order_by("-number")[:2]
    versions = list(rows)
    if len(versions) < 2:
        return {}
    new, old = versions
    return compared(application, user, old, new) | {
        "url": reverse("desk:differences", args=[application.number, old.number, new.number])
    }


def compared(application: Application, user: User, old: ApplicationVersion, new: ApplicationVersion) -> dict[str, Any]:
    """Return the differences between two versions of ``application`` as ``user`` may read them."""
    differences = between(old.data, new.data, masked=not sees_people(application, user))
    return {
        "groups": groups_of(differences),
        "count": len(differences),
        "old_label": f"第{old.number}版",
        "new_label": f"第{new.number}版",
    }


def sees_people(application: Application, user: User) -> bool:
    """Say whether ``user`` reads the names and mobiles of ``application`` in full."""
    return may_see_people(role=user.role, own_region=user.region_id, row_region=application.region_id)


@officer("platforms.view_applicationversion")
@require_safe
def differences(request: HttpRequest, number: str, old: int, new: int) -> HttpResponse:
    """Two versions side by side; ``old`` and ``new`` are their numbers, the later one on the right."""
    row, user = visible_application(request, number), person(request)
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
        "masked": not sees_people(row, user),
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
    return render(request, "desk/differences.html", context)
