"""Answering what is to be mended, and checking the answer: a page for each move of the table."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from platforms.choices import EvidenceKind
from platforms.desk.rectification_forms import AnswerForm, CloseForm, ReopenForm, WithdrawForm
from platforms.desk.rectifications import keep_files, trail, visible
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import Rectification, User
from platforms.pages.access import officer, person
from platforms.pages.forms import RefusableForm
from platforms.services import rectifications
from platforms.workflow import RECTIFICATION, Move

FORMS: dict[str, type[RefusableForm]] = {"close": CloseForm, "reopen": ReopenForm, "withdraw": WithdrawForm}
SERVICES: dict[str, Any] = {
    "answer": rectifications.answer,
    "close": rectifications.close,
    "reopen": rectifications.reopen,
    "withdraw": rectifications.withdraw,
}
EFFECTS = {
    "answer": ["答复后由发现一方复核，复核前可以补充上传材料。", "期限之后答复的，记为逾期答复。"],
    "close": ["整改办结，全部经过保留。"],
    "reopen": ["平台须在新的期限前重新整改并答复。", "退回理由和新的期限会通知工作联络员。"],
    "withdraw": ["这项整改不再要求答复，也不再计入统计，经过仍然保留。", "撤销后不能恢复，需要时重新开出。"],
}
WORDS = {
    "answer": "将答复整改 {}（{}）。",
    "close": "将复核通过整改 {}（{}）。",
    "reopen": "将退回整改 {}（{}）的答复。",
    "withdraw": "将撤销整改 {}（{}）。",
}
DONE = {"answer": "已答复", "close": "已复核通过", "reopen": "已退回重新整改", "withdraw": "已撤销"}


@officer("platforms.view_rectification")
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Ask what goes with the move ``name``, and make it."""
    row, user = visible(request, number), person(request)
    step = next((each for each in RECTIFICATION.moves if each.name == name), None)
    if step is None:
        raise Http404
    reason = rectifications.why_not(row, step, user)
    if reason:
        raise PermissionDenied(reason)
    if row.status not in step.sources:
        messages.warning(request, f"整改现为“{row.get_status_display()}”，不能再办理“{step.label}”，没有作任何改动。")
        return redirect("desk:rectification", row.number)
    form = _form(request, name, user)
    refusal, status = "", 200
    if form.is_bound and form.is_valid():
        try:
            return _make(request, row, name, form)
        except (Gone, StaleVersion) as refused:
            refusal, status = str(refused), 409
        except Refusal as refused:
            form.refuse(refused)
    return render(request, "desk/rectification_move.html", _context(row, step, form, refusal), status=status)


def _make(request: HttpRequest, row: Rectification, name: str, form: RefusableForm) -> HttpResponse:
    values = dict(form.cleaned_data)
    uploads = values.pop("uploads", [])
    SERVICES[name](rectification=row, version=_version(request), by=person(request), at=timezone.now(), **values)
    messages.success(request, f"{DONE[name]}：整改 {row.number}。")
    keep_files(request, row, EvidenceKind.ANSWER, uploads)
    return redirect("desk:rectification", row.number)


def _form(request: HttpRequest, name: str, user: User) -> RefusableForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    if name == "answer":
        answerers = [(each.value, each.label) for each in rectifications.answerers_of(user)]
        return AnswerForm(*sent, initial={"answered_for": answerers[0][0]}, answerers=answerers)
    return FORMS[name](*sent)


def _version(request: HttpRequest) -> int:
    """Return the version that the page showed; 0, which no row has, where it says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _context(row: Rectification, step: Move, form: RefusableForm, refusal: str) -> dict[str, Any]:
    return {
        "crumbs": [*trail(row), {"label": step.label, "url": ""}],
        "row": row,
        "answer": row.turns.filter(name="answer").last() if step.name in ("close", "reopen") else None,
        "title": step.label,
        "what": WORDS[step.name].format(row.number, row.platform.name),
        "effects": EFFECTS[step.name],
        "verb": step.label,
        "form": form,
        "refusal": refusal,
        "hidden": [{"name": "version", "value": row.version}],
        "cancel_url": reverse("desk:rectification", args=[row.number]),
        "danger": step.irreversible,
    }
