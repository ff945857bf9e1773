"""The county's own check between operating unit and city: looked through and passed on, or back to the unit."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from platforms.applications import completeness
from platforms.applications.choices import CorrectionLevel
from platforms.applications.desk.access import own_application
from platforms.applications.desk.case_forms import FillLinkForm
from platforms.applications.desk.fill_links import link_rows
from platforms.applications.desk.section_page import version_of
from platforms.applications.desk.sections import desk_place, trail
from platforms.applications.pages.item_rows import ItemRows
from platforms.applications.pages.parts import ask_links, groups_of, history_of
from platforms.applications.queries.corrections import check_state
from platforms.applications.queries.differences import between
from platforms.applications.queries.forms import form_data
from platforms.applications.queries.parts import part_choices
from platforms.applications.queries.wording import sheets_of
from platforms.applications.services import corrections
from platforms.audit.queries import events_of, happening
from platforms.errors import Refusal
from platforms.models import Application, FillLink
from platforms.moments import moment
from platforms.one_use import creates, shown_once
from platforms.pages.access import current_user, officer

STATES = {
    "none": {"label": "未核对", "tone": "neutral"},
    "stale": {"label": "核对后又有修改", "tone": "wait"},
    "checked": {"label": "已核对", "tone": "good"},
}
#: Events of the log that change what the form says.
_WRITES = ("填写", "上传", "删除附件", "替换", "导入", "套用")
_MOST_EVENTS = 50


def check_of(application: Application) -> dict[str, Any]:
    """Return how the county's check of ``application`` stands: label and tone of a badge, who and when."""
    state = STATES[check_state(application)]
    who = application.checked_by.name if application.checked_by else ""
    when = f"{who}，{moment(application.checked_at)}" if application.checked_at else ""
    return {**state, "when": when}


@officer("platforms.check_application")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, number: str) -> HttpResponse:
    """The form as it is now, what the unit changed since it was last sent back, and the two ways on."""
    row = own_application(request, number)
    if request.method == "POST":
        try:
            corrections.check(application=row, version=version_of(request), by=current_user(request), at=timezone.now())
        except Refusal as refusal:
            messages.warning(request, str(refusal))
            return redirect("desk:check", row.number)
        messages.success(request, f"已核对申报表 {row.number}。之后再有修改的，请重新核对。")
        return redirect("desk:application", row.number)
    data, place = form_data(row), desk_place(request, row)
    gaps = completeness.gaps(data)
    links = FillLink.objects.visible_to(request.user).filter(application=row).order_by("-created_at", "-pk")
    sent = next((link for link in links if link.sent_form is not None), None)
    send_back = reverse("desk:send_back", args=[row.number])
    context = {
        "crumbs": [*trail(row), {"label": "核对", "url": ""}],
        "application": row,
        "check": check_of(row),
        "gaps": [{"message": gap.message, "url": f"{place.section_url(gap.section)}#id_{gap.field}"} for gap in gaps],
        "links": link_rows(links),
        "sent": sent,
        "sent_at": moment(sent.created_at) if sent else "",
        "groups": groups_of(between(sent.sent_form, data)) if sent and sent.sent_form else [],
        "later": _since_check(row),
        "turns": history_of(row, CorrectionLevel.COUNTY),
        "send_back_url": send_back,
        "overview_url": place.overview_url,
        "sheets": ask_links(sheets_of(data), send_back, of_unit=True),
        "attachments": [
            {
                "kind": each.get_kind_display(),
                "name": each.shown_name,
                "url": reverse("desk:attachment", args=[each.pk]),
            }
            for each in row.attachments.filter(replaced_at__isnull=True)
        ],
        "ask_files_url": f"{send_back}?item=attachments",
        "version": row.version,
    }
    return render(request, "applications/check.html", context)


def _since_check(row: Application) -> list[dict[str, Any]]:
    """Return what was changed after the last check, from the log, the latest first."""
    if row.checked_at is None or check_state(row) == "checked":
        return []
    events = events_of(row).filter(at__gte=row.checked_at)
    told = [happening(event) for event in events[: _MOST_EVENTS * 2] if event.verb.startswith(_WRITES)]
    return [
        {"when": moment(each.when), "who": each.who, "what": each.what, "changes": each.changes}
        for each in told[:_MOST_EVENTS]
    ]


@officer("platforms.check_application")
@creates
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token", "address")
def send_back(request: HttpRequest, number: str) -> HttpResponse:
    """Ask the unit to correct what is named; the new link is on the answer to that and nowhere else."""
    row = own_application(request, number)
    last = row.fill_links.order_by("-created_at", "-pk").values_list("recipient", flat=True).first()
    first = {"recipient": last or row.operator_name}
    sent = request.POST if request.method == "POST" else None
    rows = ItemRows(choices=part_choices(row, of_unit=True), data=sent, chosen=request.GET.getlist("item"))
    form = FillLinkForm(sent, initial=first)
    address, refusal = "", ""
    if sent is not None and "add_row" in sent:
        form = FillLinkForm(initial={name: sent.get(name, "") for name in form.fields})
        rows.add_row()
    elif sent is not None and rows.is_valid() & form.is_valid():
        try:
            _, token = corrections.send_back(
                application=row,
                recipient=form.cleaned_data["recipient"],
                days=form.cleaned_data["days"],
                items=rows.items,
                by=current_user(request),
                at=timezone.now(),
            )
        except Refusal as refused:
            refusal = str(refused)
        else:
            path = reverse("fill:start", args=[token])
            address = f"{settings.SITE_URL}{path}" if settings.PRODUCTION else request.build_absolute_uri(path)
    context = {
        "crumbs": [
            *trail(row),
            {"label": "核对", "url": reverse("desk:check", args=[row.number])},
            {"label": "退回运营单位修改", "url": ""},
        ],
        "application": row,
        "form": form,
        "rows": rows,
        "problems": rows.problems,
        "address": address,
        "refusal": refusal,
        "overview_url": reverse("desk:application", args=[row.number]),
        "cancel_url": reverse("desk:check", args=[row.number]),
    }
    page = render(request, "applications/send_back.html", context, status=409 if refusal else 200)
    note = "填报链接只显示一次，未记下的请作废后重新生成。"
    return shown_once(page, record=reverse("desk:check", args=[row.number]), note=note) if address else page
