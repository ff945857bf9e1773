"""What waits for the finance officers: runs to sign and to check, published rounds without one."""

from collections.abc import Iterator

from django.urls import reverse

from evaluation.models import Publication
from funding.models import AllocationRun
from funding.runs.choices import OPEN, RunStatus
from platforms.choices import Role
from platforms.models import User
from platforms.workbench.queries.todo import Opened, Source, Waiting


def _runs(user: User, _opened: Opened) -> Iterator[Waiting]:
    runs = AllocationRun.objects.visible_to(user)
    listing = reverse("admin:funding_allocationrun_changelist")
    at_work = (*OPEN, RunStatus.LOCKED)
    # A notice without money has nothing to allocate, nor has a year of which nobody knows what was declared.
    published = Publication.objects.visible_to(user).filter(
        taken_over=False, round__notice__terms__money__has_key="kind"
    )
    unfunded = published.exclude(round__allocation_runs__status__in=at_work)
    signed = runs.filter(status=RunStatus.SIGNED).exclude(signed_by=user)
    checked = runs.filter(status=RunStatus.CHECKED).exclude(made_by=user)
    drafts = runs.filter(status=RunStatus.DRAFT, made_by=user)
    publications = reverse("admin:evaluation_publication_changelist")
    yield Waiting("signed", "锁定资金分配", signed, listing, since="signed_at")
    yield Waiting("checked", "签署资金分配", checked, listing, since="checked_at")
    yield Waiting("drafts", "核对资金测算", drafts, listing, since="made_at")
    yield Waiting("unfunded", "为已公布的年度测算资金", unfunded, publications, since="published_at")


SOURCES = (Source("runs", 10, (Role.FINANCE,), "资金", _runs),)
