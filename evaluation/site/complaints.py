"""Complaints: filing one, the receipt that is shown once, and looking up what became of it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.certification.queries import published
from evaluation.site import answers
from evaluation.site.answers import never_kept, too_often, wait_for
from evaluation.site.filters import read_filters
from evaluation.site.forms import ComplaintForm, StatusForm
from platforms.cases.choices import ComplaintStatus
from platforms.cases.queries.complaints import case_of
from platforms.cases.services import complaints
from platforms.client_address import request_address
from platforms.errors import Refusal
from platforms.limits import neighbourhood
from platforms.one_use import repeatable, shown_once

RECEIPT = "complaint_receipt"
#: As many platforms as the list below the box offers; any other is named by its name or code.
MOST_OFFERED = 500

#: Word and tone of each state as the complainant reads it.
SHOWN = {
    ComplaintStatus.RECEIVED: ("待受理", "wait"),
    ComplaintStatus.EXAMINING: ("核查中", "wait"),
    ComplaintStatus.EXAMINED: ("核查中", "wait"),
    ComplaintStatus.REOPENED: ("重新核查中", "wait"),
    # Whoever complained was right: to them it is no bad news.
    ComplaintStatus.VERIFIED: ("核查属实", "good"),
    ComplaintStatus.UNFOUNDED: ("核查不属实", "neutral"),
}


def sender() -> str:
    """Return a keyed hash of the address that is being answered; the address itself is not stored."""
    return salted_hmac("complaint.sender", neighbourhood(request_address.get()), algorithm="sha256").hexdigest()


@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
def complain(request: HttpRequest) -> HttpResponse:
    """Take in a complaint about a published platform."""
    if request.method != "POST":
        named = published.named(request.GET.get("platform", "")[:120])
        initial = {"platform": f"{named.name}（{named.code}）"} if named else {}
        return form_page(request, ComplaintForm(initial=initial))
    form = ComplaintForm(request.POST)
    if not form.is_valid():
        return form_page(request, form, status=422)
    given = form.cleaned_data
    try:
        complaint, code = complaints.file_complaint(
            platform=given["platform"].platform,
            text=given["text"],
            enterprise=given["enterprise"],
            contact_name=given["contact_name"],
            contact_phone=given["contact_phone"],
            sender_hash=sender(),
            at=timezone.now(),
        )
    except complaints.TooMany as refusal:
        return too_often(request, "投诉", 3600, reason=str(refusal))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return form_page(request, form, status=422)
    request.session[RECEIPT] = {"number": complaint.number, "code": code, "platform": given["platform"].name}
    receipt = reverse("site:complaint_received")
    note = f"受理编号为 {complaint.number}；查询码只显示一次，未记下的请与受理单位联系。"
    return shown_once(HttpResponseRedirect(receipt), record=receipt, note=note)


def form_page(request: HttpRequest, form: ComplaintForm, status: int = 200) -> HttpResponse:
    """Show the form; offered is what is in force today, and before that what was meant by an unknown name."""
    offered = [*form.similar, *published.results(read_filters({}).wanted)[:MOST_OFFERED]]
    return render(
        request,
        "public/complaint_form.html",
        {"form": form, "offered": list(dict.fromkeys(f"{row.name}（{row.code}）" for row in offered))},
        status=status,
    )


@require_safe
@never_kept
def received(request: HttpRequest) -> HttpResponse:
    """Show number and lookup code of the complaint just filed, once; later only where to look it up."""
    return render(request, "public/complaint_received.html", {"receipt": request.session.pop(RECEIPT, None)})


@repeatable
@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
def status(request: HttpRequest) -> HttpResponse:
    """Say what became of a complaint to whoever knows its number and its code; a wrong code is an unknown number."""
    if request.method != "POST":
        return render(request, "public/complaint_status.html", {"form": StatusForm()})
    seconds = wait_for(answers.look_ups)
    if seconds:
        return too_often(request, "查询", seconds)
    form = StatusForm(request.POST)
    found = None
    if form.is_valid():
        found = complaints.find(form.cleaned_data["number"], form.cleaned_data["code"])
        if found is None:
            form.add_error(None, "没有查到：受理编号或查询码有误，请核对后重新填写。")
    if found is None:
        return render(request, "public/complaint_status.html", {"form": form}, status=422)
    return render(
        request,
        "public/complaint_status.html",
        {
            "form": StatusForm(),
            "complaint": found,
            "case": case_of(found),
            "is_merged": found.merged_into_id is not None,
            "state": SHOWN[ComplaintStatus(case_of(found).status)][0],
            "tone": SHOWN[ComplaintStatus(case_of(found).status)][1],
        },
    )
