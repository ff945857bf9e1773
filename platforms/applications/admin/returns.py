"""Returning an application from the back office: a reason, a day, and questions at parts of the form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from platforms.applications.correction import ANSWER_WORKING_DAYS, default_due
from platforms.applications.pages.item_rows import ItemRows
from platforms.applications.pages.parts import ask_links
from platforms.applications.queries.parts import part_choices
from platforms.applications.queries.wording import Sheet
from platforms.applications.services import filing
from platforms.backoffice.moves import MoveButtons, person_of
from platforms.errors import Refusal
from platforms.models import Application
from platforms.pages.fields import DayField, PlainTextField
from platforms.rounds.queries.calendar_days import known_days, unknown_holidays


class ReturnForm(forms.Form):
    """What goes with the questions."""

    use_required_attribute = False
    reason = PlainTextField(
        label="理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": "1000"}),
        help_text="总的说明；下面没有列出具体栏目的，整份申报表都可以修改。",
        error_messages={"required": "请填写退回的理由。"},
    )
    due_on = DayField(
        label="补正期限",
        required=False,
        help_text=f"不填的，为退回之日起 {ANSWER_WORKING_DAYS} 个工作日。逾期的予以标记，仍可提交。",
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        today = timezone.localdate()
        due = default_due(today, known_days())
        super().__init__(data, initial=initial or {"due_on": due})
        self.fields["due_on"].help_text += unknown_holidays([(today, due)])


def asking(made: MoveButtons, request: HttpRequest, row: Application, sheets: list[Sheet]) -> list[Sheet]:
    """Return ``sheets`` with the address that returns each section and field, where this person can return ``row``."""
    move = made.workflow.move("return")
    if row.status not in move.sources or not made.may_move(request, row, move):
        return sheets
    return ask_links(sheets, made.move_url(row, move))


class ReturnMove(MoveButtons):
    """The move ``return`` on a page of its own; every other move on the page of :class:`MoveButtons`."""

    def move_view(self, request: HttpRequest, object_id: int, move_name: str) -> HttpResponse:
        if move_name != "return":
            return super().move_view(request, object_id, move_name)
        row: Application = self.visible_or_404(request, str(object_id))
        move = self.workflow.move(move_name)
        if not self.may_move(request, row, move):
            raise PermissionDenied
        back = reverse("admin:platforms_application_change", args=(row.pk,))
        if row.status not in move.sources:
            messages.error(request, f"当前状态为“{self.state_label(row)}”，不能办理“{move.label}”。")
            return HttpResponseRedirect(back)
        sent = request.POST if request.method == "POST" else None
        rows = ItemRows(choices=part_choices(row), data=sent, chosen=request.GET.getlist("item"))
        form = ReturnForm(sent)
        refusal = ""
        if sent is not None and "add_row" in sent:
            form = ReturnForm(initial={name: sent.get(name, "") for name in form.fields})
            rows.add_row()
        elif sent is not None and rows.is_valid() & form.is_valid():
            try:
                filing.return_for_correction(
                    application=row,
                    reason=form.cleaned_data["reason"],
                    items=rows.items,
                    due_on=form.cleaned_data["due_on"],
                    by=person_of(request),
                    at=timezone.now(),
                )
            except Refusal as refused:
                refusal = str(refused)
            else:
                messages.success(request, f"已办理“{move.label}”：{row}。")
                return HttpResponseRedirect(back)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": move.label,
            "what": self.move_what(row, move),
            "effects": self.move_effects(request, row, move),
            "verb": move.label,
            "cancel_url": back,
            "form": form,
            "rows": rows,
            "problems": rows.problems,
            "refusal": refusal,
            "row": row,
        }
        request.current_app = self.admin_site.name
        page = "admin/platforms/application/return.html"
        return TemplateResponse(request, page, context, status=409 if refusal else 200)
