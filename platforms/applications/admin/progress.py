"""Who of the 17 has reported (上报进度): the table of the city, its file, and the reminders."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from platforms.applications.choices import ApplicationStatus
from platforms.applications.excel import reporting
from platforms.applications.queries.quotas import quota_table
from platforms.applications.queries.reporting import RegionReport, reports_of, totals_of
from platforms.audit.services import audit
from platforms.backoffice.moves import person_of
from platforms.calendar.services import reminders
from platforms.choices import Role
from platforms.dates import day_in_words, moment_in_words
from platforms.errors import Refusal
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import Region, Round
from platforms.pages.downloads import MEDIA_TYPES, download
from platforms.pages.phones import starred
from platforms.pages.years import no_round_page, round_asked
from platforms.rounds.choices import RoundStatus

MAKERS = {"xlsx": reporting.as_xlsx, "csv": reporting.as_csv}
Test = Callable[[RegionReport], bool]
#: What the table can be narrowed to.
SHOWN: dict[str, tuple[str, Test]] = {
    "": ("全部", lambda _each: True),
    "missing": ("未上报", lambda each: each.region is not None and not each.has_reported),
    "reported": ("已上报", lambda each: each.has_reported),
    "late": ("逾期", lambda each: each.late),
    "over": ("超名额", lambda each: each.over > 0),
}
STATUSES = (
    ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED, ApplicationStatus.ACCEPTED,
    ApplicationStatus.WITHDRAWN,
)  # fmt: skip


def _remind(round_: Round, missing: int) -> list[dict[str, str]]:
    if not missing:
        return []
    url = _address(round_, "", "admin:platforms_batch_remind")
    return [{"label": f"催报未上报的 {missing} 个地区", "url": url, "kind": "main"}]


def progress_view(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show how each region stands; for the city alone."""
    _check_city(request)
    round_, show = round_asked(request), _show_of(request)
    if round_ is None:
        return no_round_page(request)
    reports = reports_of(round_, on=timezone.localdate())
    shown = [each for each in reports if SHOWN[show][1](each)]
    filing = round_.status == RoundStatus.FILING
    missing = [each for each in reports if each.region is not None and not each.has_reported]
    batches = f"{reverse('admin:platforms_batch_changelist')}?round__id__exact={round_.pk}"
    context = {
        "round": round_,
        "groups": _chips(round_, show, reports),
        "clear_url": _address(round_) if show else "",
        "statuses": [status.label for status in STATUSES],
        "rows": [_row(each, round_, filing=filing) for each in shown],
        "totals": totals_of(round_, reports),
        "due": {
            "label": "上报截止",
            "date": day_in_words(round_.report_due_on),
            "days": (round_.report_due_on - timezone.localdate()).days if filing else None,
        },
        "facts": [round_.title, round_.get_status_display()],
        "exports": [
            (kind, _address(round_, show, "admin:platforms_batch_progress_file", kind)) for kind in MEDIA_TYPES
        ],
        "filing": filing,
        "moves": [*_remind(round_, len(missing) if filing else 0), {"label": "全部回执", "url": batches}],
    }
    return _page(model_admin, request, "progress.html", context)


def export_view(_model_admin: admin.ModelAdmin, request: HttpRequest, kind: str) -> HttpResponse:
    """Send the table as it is narrowed; it names people, so that it is noted in the log."""
    _check_city(request)
    person, round_, show = person_of(request), round_asked(request), _show_of(request)
    if not person.has_perm("platforms.export_application"):
        raise PermissionDenied
    if round_ is None:
        raise Http404
    shown = [each for each in reports_of(round_, on=timezone.localdate()) if SHOWN[show][1](each)]
    changes = {"地区（个）": [None, len(shown)]}
    audit.record(
        verb="导出上报进度", by=person, at=timezone.now(), target=round_, code=str(round_.year), changes=changes
    )
    return download(MAKERS[kind](shown), f"上报进度-{round_.year}年度.{kind}", MEDIA_TYPES[kind])


def remind_view(model_admin: admin.ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Show the reminders as they would be written (GET); write those that were picked (POST)."""
    _check_city(request)
    person, round_ = person_of(request), round_asked(request)
    if not person.has_perm("platforms.send_mail"):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if round_ is None:
        raise Http404
    back = _address(round_)
    try:
        reminders.check_may_remind(round_, by=person)
        if request.method == "POST":
            regions = list(Region.objects.filter(code__in=request.POST.getlist("region")).order_by("code"))
            written = reminders.remind(round=round_, regions=regions, by=person, at=timezone.now())
            return _written(request, len(regions), len(written))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    waiting, now = reminders.waiting_for(round_), timezone.now()
    one = request.GET.get("region", "")
    regions = [
        each.region
        for each in reports_of(round_, on=timezone.localdate())
        if each.region is not None and (each.region.code == one if one else not each.has_reported)
    ]
    uses = {use.region.pk: use for use in quota_table(round=round_, user=person)}
    composed = mails.compose_to_liaisons(
        kind=MailKind.REMINDER,
        round=round_,
        contexts=[(region, reminders.context_of(round_, region, uses.get(region.pk))) for region in regions],
        by=person,
        at=now,
    )
    rows = [
        {"region": mail.region, "mail": mail, "waiting": mail.region is not None and mail.region.pk in waiting}
        for mail in composed
    ]
    context = {"round": round_, "rows": rows, "back_url": back, "ready": sum(not row["waiting"] for row in rows)}
    return _page(model_admin, request, "remind.html", context)


def _written(request: HttpRequest, asked: int, written: int) -> HttpResponse:
    """Lead to the outbox, where the reminders are read once more, changed, copied and sent."""
    outbox = f"{reverse('admin:platforms_mail_changelist')}?kind__exact={MailKind.REMINDER}&state__exact=waiting"
    if written:
        messages.success(request, f"已生成 {written} 封催报提醒，请在下面核对后发送，或复制文本用其他方式发送。")
    if asked > written:
        messages.info(request, f"另有 {asked - written} 个地区的提醒已在待发送的邮件中，没有重复生成。")
    return HttpResponseRedirect(outbox)


def _check_city(request: HttpRequest) -> None:
    person = person_of(request)
    if person.role != Role.CITY or not person.has_perm("platforms.view_batch"):
        raise PermissionDenied


def _show_of(request: HttpRequest) -> str:
    show = request.GET.get("show", "")
    return show if show in SHOWN else ""


def _address(round_: Round, show: str = "", view: str = "admin:platforms_batch_progress", kind: str = "") -> str:
    query = {"year": str(round_.year), "show": show}
    return reverse(view, args=[kind] if kind else None) + "?" + urlencode({k: v for k, v in query.items() if v})


def _chips(round_: Round, show: str, reports: list[RegionReport]) -> list[dict[str, Any]]:
    states = [
        {
            "label": label,
            "url": _address(round_, name),
            "active": show == name,
            "count": sum(1 for each in reports if test(each)),
        }
        for name, (label, test) in SHOWN.items()
    ]
    return [{"label": "上报", "options": states}]


def _row(each: RegionReport, round_: Round, *, filing: bool) -> dict[str, Any]:
    state = {"label": "已上报", "tone": "good"} if each.has_reported else {"label": "未上报", "tone": "wait"}
    if each.region is None and not each.has_reported:
        state = {"label": "尚无", "tone": "neutral"}
    code = each.region.code if each.region else ""
    return {
        "report": each,
        "phone": starred("liaison", each.liaison, shows=True) if each.liaison else None,
        "state": state,
        "first": moment_in_words(each.first_at) if each.first_at else "",
        "over": f"超出 {each.over} 个",
        "counts": [each.counts[status] for status in STATUSES],
        "batches_url": f"{reverse('admin:platforms_batch_changelist')}?round__id__exact={round_.pk}"
        + (f"&region__id__exact={each.region.pk}" if each.region else "&region__isnull=True"),
        "remind_url": f"{_address(round_, '', 'admin:platforms_batch_remind')}&region={code}"
        if filing and code
        else "",
    }


def _page(
    model_admin: admin.ModelAdmin, request: HttpRequest, template: str, context: dict[str, Any]
) -> TemplateResponse:
    context = {**model_admin.admin_site.each_context(request), "opts": model_admin.model._meta, **context}
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, f"admin/platforms/batch/{template}", context)
