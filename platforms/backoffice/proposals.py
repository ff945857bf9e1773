"""The page of what one person proposes and another decides (``platforms.two_people``)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.case_files import filled_fields
from platforms.backoffice.moves import MoveButtons, person_of
from platforms.backoffice.states import badge
from platforms.models import User
from platforms.moments import moment
from platforms.move_table import Move, Workflow
from platforms.tones import Tone
from platforms.two_people import Proposal


def alone(person: User, workflow: Workflow) -> list[str]:
    """Return in a sentence that nobody but ``person`` could decide what goes through ``workflow``, nothing where
    somebody can."""
    step = next(each for each in workflow.moves if each.name != "withdraw")
    if User.objects.filter(role__in=step.actors, is_active=True).exclude(pk=person.pk).exists():
        return []
    return [f"除您以外没有在用账号可以办理“{step.label}”，请先由安全管理员为另一位人员开设账号。"]


class ProposalAdmin(MoveButtons, ReadOnlyAdmin):
    """Who proposed a row may only withdraw it, others may only decide."""

    state_tones: ClassVar[Mapping[str, Tone]]
    #: The fields and columns of the page; those that say nothing yet are left out.
    shown: ClassVar[tuple[str, ...]]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 - Django's signature
        return filled_fields(self, self.shown, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    @admin.display(description="状态", ordering="status")
    def state(self, row: Any) -> SafeString:
        return badge(row.get_status_display(), self.state_tones.get(row.status, "neutral"))

    @admin.display(description="提出人")
    def proposer(self, row: Proposal) -> str:
        return f"{row.proposed_by.name}，{moment(row.proposed_at)}"

    @admin.display(description="办结人")
    def decider(self, row: Proposal) -> str:
        return f"{row.decided_by.name}，{moment(row.decided_at)}" if row.decided_by and row.decided_at else ""

    def alone(self, request: HttpRequest) -> list[str]:
        """Return what :func:`alone` says to the person of ``request``."""
        return alone(person_of(request), self.workflow)

    def may_move(self, request: HttpRequest, row: Any, move: Move) -> bool:
        own = row.proposed_by_id == person_of(request).pk
        return super().may_move(request, row, move) and own == (move.name == "withdraw")
