"""Submitting a returned form again: each question with its answer and what changed because of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from platforms.applications import completeness
from platforms.applications.desk.access import movable_application
from platforms.applications.desk.correction_items import Asked, Question
from platforms.applications.desk.section_page import version_of
from platforms.applications.desk.sections import desk_place, trail
from platforms.applications.pages.parts import groups_of
from platforms.applications.queries.differences import Difference, between
from platforms.applications.queries.forms import form_data
from platforms.applications.services import filing
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.pages.access import current_user, officer
from platforms.pages.forms import ReasonForm


@officer("platforms.submit_application")
@require_http_methods(["GET", "HEAD", "POST"])
def resubmit(request: HttpRequest, number: str) -> HttpResponse:
    """Answer what the city asked and submit again."""
    row = movable_application(request, number, "resubmit")
    place = desk_place(request, row)
    asked = place.asked()
    questions = asked.questions if asked else []
    whole = _is_whole(asked)
    sent = request.POST if request.method == "POST" else None
    label, hint = ("补正说明", "说明已作的修改；不需修改的，说明情况。") if whole else ("总的说明", "可以不填。")
    form = ReasonForm(sent, label=label, hint=hint, most=1000)
    form.fields["reason"].required = whole
    refusal, status = "", 200
    if sent is not None and form.is_valid():
        boxes = {question.pk: str(sent[question.box]) for question in questions if question.box in sent}
        try:
            moved = filing.resubmit(
                application=row,
                version=version_of(request),
                answer=form.cleaned_data["reason"],
                answers=boxes,
                by=current_user(request),
                at=timezone.now(),
            )
        except (Gone, StaleVersion) as late:
            messages.warning(request, str(late))
            return redirect("desk:application", row.number)
        except Refusal as refused:
            refusal, status = str(refused), 409
        else:
            messages.success(request, f"已重新提交申报表 {moved.number}，现由市经信局审核。")
            return redirect("desk:application", moved.number)
    data = form_data(row)
    last = row.versions.order_by("-number").first()
    changes = between(last.data, data) if last else ()
    context = {
        "base": "desk/base.html",
        "crumbs": [*trail(row), {"label": "补正后重新提交", "url": ""}],
        "application": row,
        "corrections": asked,
        "whole": whole,
        "asked": [{"question": each, "changes": _changes_at(each, changes)} for each in questions],
        "form": form,
        "refusal": refusal,
        "version": row.version,
        "groups": groups_of(changes),
        "old_label": f"退回时（第{last.number}版）" if last else "退回时",
        "cancel_url": place.overview_url,
        "gaps": [
            {"message": gap.message, "url": f"{place.section_url(gap.section)}#id_{gap.field}"}
            for gap in completeness.gaps(data)
        ],
    }
    return render(request, "applications/resubmit.html", context, status=status)


def _is_whole(asked: Asked | None) -> bool:
    """Say whether the overall answer is the answer: nothing but the whole form is asked about, unanswered so far."""
    if asked is None:
        return True
    return len(asked.questions) == 1 and not asked.questions[0].section and not asked.questions[0].answer


def _changes_at(question: Question, changes: tuple[Difference, ...]) -> list[Difference]:
    return [each for each in changes if question.section in ("", each.section) and question.field in ("", each.field)]
