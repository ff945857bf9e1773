"""What waits for the finance officers: runs to sign and to check, published rounds without one."""

from django.urls import reverse

from evaluation.models import Publication
from funding.models import AllocationRun
from funding.runs.choices import OPEN, RunStatus
from platforms.choices import Role
from platforms.models import User
from platforms.workbench.queries.todo import Opened, Source, Todo, counted


def _runs(user: User, _opened: Opened) -> list[Todo]:
    runs = AllocationRun.objects.visible_to(user)
    listing = reverse("admin:funding_allocationrun_changelist")
    at_work = (*OPEN, RunStatus.LOCKED)
    # A notice without money has nothing to allocate, nor has a year of which nobody knows what was declared.
    published = Publication.objects.visible_to(user).filter(
        taken_over=False, round__notice__terms__money__has_key="kind"
    )
    unfunded = published.exclude(round__allocation_runs__status__in=at_work)
    return [
        counted(
            "锁定资金分配",
            runs.filter(status=RunStatus.SIGNED).exclude(signed_by=user),
            "signed_at",
            f"{listing}?status__exact=signed",
        ),
        counted(
            "签署资金分配",
            runs.filter(status=RunStatus.CHECKED).exclude(made_by=user),
            "checked_at",
            f"{listing}?status__exact=checked",
        ),
        counted(
            "核对资金测算",
            runs.filter(status=RunStatus.DRAFT, made_by=user),
            "made_at",
            f"{listing}?status__exact=draft",
        ),
        counted("为已公布的年度测算资金", unfunded, "published_at", listing),
    ]


SOURCES = (Source(10, (Role.FINANCE,), _runs),)
