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
from platforms.applications.pages.asks import Asks
from platforms.applications.pages.parts import files_to_ask_about, groups_of, history_of, kind_of_file
from platforms.applications.queries.corrections import check_state, to_check
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
from platforms.pages.queue import Ahead, ahead, tell

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
        following = _ahead(request, row)
        try:
            corrections.check(application=row, version=version_of(request), by=current_user(request), at=timezone.now())
        except Refusal as refusal:
            messages.warning(request, str(refusal))
            return redirect("desk:check", row.number)
        tell(
            request,
            f"已核对 {row.number}“{row.name}”，可以上报；之后再有修改的，请重新核对。",
            next=following,
            unit="份",
            list_url=reverse("desk:home"),
        )
        return redirect("desk:application", row.number)
    return _page(request, row, FillLinkForm(initial=_recipient(row)), _asks(row))


def _asks(row: Application, sent: Any = None) -> Asks:
    return Asks(part_choices(row, of_unit=True), files=files_to_ask_about(row), data=sent)


def _recipient(row: Application) -> dict[str, str]:
    last = row.fill_links.order_by("-created_at", "-pk").values_list("recipient", flat=True).first()
    return {"recipient": last or row.operator_name}


def _page(request: HttpRequest, row: Application, form: FillLinkForm, asks: Asks, *, refusal: str = "") -> HttpResponse:
    """The form to be read, with a box at each part, and below it the two ways on."""
    data, place = form_data(row), desk_place(request, row)
    gaps = completeness.gaps(data)
    links = FillLink.objects.visible_to(request.user).filter(application=row).order_by("-created_at", "-pk")
    sent = next((link for link in links if link.sent_form is not None), None)
    turns = history_of(row, CorrectionLevel.COUNTY)
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
        "turns": turns,
        "check_url": reverse("desk:check", args=[row.number]),
        "return_url": reverse("desk:send_back", args=[row.number]),
        "overview_url": place.overview_url,
        "sheets": asks.at(sheets_of(data), of_unit=True),
        "attachments": [
            {
                "kind": kind_of_file(each),
                "name": each.shown_name,
                "url": reverse("desk:attachment", args=[each.pk]),
                "ask": asks.files.get(str(each.pk)),
            }
            for each in row.attachments.filter(replaced_at__isnull=True).select_related("question")
        ],
        "asks": asks,
        "asks_key": f"{row.number}:{row.version}:{len(turns)}:{current_user(request).pk}",
        "form": form,
        "refusal": refusal,
        "version": row.version,
    }
    return render(request, "applications/check.html", context, status=409 if refusal else 200)


def _ahead(request: HttpRequest, row: Application) -> Ahead:
    """Return which form waits to be checked after ``row``."""
    numbers = list(to_check(current_user(request)).values_list("number", flat=True))
    return ahead(numbers, row.number, lambda number: reverse("desk:check", args=[number]))


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
    if request.method != "POST":
        return _page(request, row, FillLinkForm(initial=_recipient(row)), _asks(row))
    form, asks = FillLinkForm(request.POST, initial=_recipient(row)), _asks(row, request.POST)
    if not (asks.is_valid() & form.is_valid()):
        return _page(request, row, form, asks)
    try:
        _, token = corrections.send_back(
            application=row,
            recipient=form.cleaned_data["recipient"],
            days=form.cleaned_data["days"],
            items=asks.items,
            by=current_user(request),
            at=timezone.now(),
        )
    except Refusal as refused:
        return _page(request, row, form, asks, refusal=str(refused))
    path = reverse("fill:start", args=[token])
    address = f"{settings.SITE_URL}{path}" if settings.PRODUCTION else request.build_absolute_uri(path)
    check_url = reverse("desk:check", args=[row.number])
    context = {
        "crumbs": [*trail(row), {"label": "核对", "url": check_url}, {"label": "退回运营单位修改", "url": ""}],
        "application": row,
        "count": len(asks.items),
        "address": address,
        "overview_url": reverse("desk:application", args=[row.number]),
        "next": _ahead(request, row),
    }
    page = render(request, "applications/send_back.html", context)
    return shown_once(page, record=check_url, note="填报链接只显示一次，未记下的请作废后重新生成。")
