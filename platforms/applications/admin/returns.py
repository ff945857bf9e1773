"""Returning an application from the page on which it is read: a sentence at each part, a day, a reason, one press."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from platforms.applications.correction import ANSWER_WORKING_DAYS, default_due
from platforms.applications.pages.asks import Asks
from platforms.applications.pages.parts import files_to_ask_about
from platforms.applications.queries.parts import part_choices
from platforms.applications.services import filing
from platforms.backoffice.moves import MoveButtons, person_of
from platforms.errors import Refusal
from platforms.models import Application
from platforms.pages.fields import DayField, PlainTextField
from platforms.pages.queue import kept
from platforms.rounds.queries.calendar_days import known_days, unknown_holidays


class ReturnForm(forms.Form):
    """What goes with what is asked for at the parts."""

    use_required_attribute = False
    reason = PlainTextField(
        label="理由",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": "1000"}),
        help_text="总的说明；已在栏目处写明补正要求的可不填。没有指明栏目的须填写，整份申报表都可以修改。",
    )
    due_on = DayField(
        label="补正期限",
        required=False,
        help_text=f"不填的，为退回之日起 {ANSWER_WORKING_DAYS} 个工作日。逾期的予以标记，仍可提交。",
    )

    def __init__(self, data: Any = None) -> None:
        today = timezone.localdate()
        due = default_due(today, known_days())
        super().__init__(data, initial={"due_on": due})
        self.fields["due_on"].help_text += unknown_holidays([(today, due)])


class ReturnMove(MoveButtons):
    """The move ``return`` on the page where the form is read; every other move as in :class:`MoveButtons`."""

    def reading_page(self, request: HttpRequest, row: Application, **returning: Any) -> HttpResponse:
        """Return the page of ``row``; ``returning`` is what was sent with a return that was not made."""
        raise NotImplementedError

    def returning(self, request: HttpRequest, row: Application, sent: Any = None) -> dict[str, Any]:
        """Return form and boxes of a return, nothing where this person cannot return ``row`` now."""
        move = self.workflow.move("return")
        if row.status not in move.sources or not self.may_move(request, row, move):
            return {}
        return {
            "return_url": kept(request, self.move_url(row, move)),
            "return_seen": self.version_of(row),
            "form": ReturnForm(sent),
            "asks": Asks(part_choices(row), files=files_to_ask_about(row), data=sent),
            "asks_key": f"{row.number}:{row.version}:{person_of(request).pk}",
            "return_effects": self.move_effects(request, row, move),
        }

    def move_view(self, request: HttpRequest, object_id: int, move_name: str) -> HttpResponse:
        if move_name != "return":
            return super().move_view(request, object_id, move_name)
        row: Application = self.visible_or_404(request, str(object_id))
        move = self.workflow.move(move_name)
        if not self.may_move(request, row, move):
            raise PermissionDenied
        if row.status not in move.sources:
            messages.error(request, f"当前状态为“{self.state_label(row)}”，不能办理“{move.label}”。")
            return HttpResponseRedirect(self.change_url(request, row.pk))
        returning = self.returning(request, row, request.POST if request.method == "POST" else None)
        form, asks, refusal = returning["form"], returning["asks"], ""
        if request.method == "POST" and asks.is_valid() & form.is_valid():
            items, reason = asks.items, form.cleaned_data["reason"]
            if not items and not reason:
                form.add_error("reason", "请填写退回的理由，或在栏目处写明补正要求。")
            else:
                following = self.ahead_of(request, row, move)
                try:
                    with transaction.atomic():
                        self.check_as_shown(request, row)
                        filing.return_for_correction(
                            application=row,
                            reason=reason or f"请按所列 {len(items)} 处补正。",
                            items=items,
                            due_on=form.cleaned_data["due_on"],
                            by=person_of(request),
                            at=timezone.now(),
                        )
                except Refusal as refused:
                    refusal = str(refused)
                else:
                    return self.tell_done(request, row, move, following)
        page = self.reading_page(request, row, **returning, refusal=refusal)
        page.status_code = 409 if refusal else 200
        return page
