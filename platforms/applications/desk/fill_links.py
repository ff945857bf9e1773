"""Links for operating units: given out, watched, ended."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from platforms.applications.desk.access import own_application
from platforms.applications.desk.case_forms import FillLinkForm
from platforms.applications.desk.sections import trail
from platforms.applications.queries.fill_links import (
    EDITABLE,
    ENDED,
    EXPIRED,
    FILLING,
    HANDED_OVER,
    SOON_DAYS,
    STATES,
    UNOPENED,
    counted,
    in_state,
    links_of,
    state_of,
)
from platforms.applications.sections import SECTIONS
from platforms.applications.services import fill_links
from platforms.applications.services.ownership import is_own
from platforms.dates import moment_in_words
from platforms.errors import Refusal
from platforms.identity import ours
from platforms.models import Application, FillLink
from platforms.moments import moment
from platforms.one_use import creates, shown_once
from platforms.pages.access import current_user, officer
from platforms.pages.fields import PickField
from platforms.pages.years import by_year, round_here, with_year, year_url

PAGE = 25
WHOLE = "全表"


class LinkForm(FillLinkForm):
    """The same, for one section or the whole form."""

    section = PickField(
        label="填写内容",
        choices=[],
        required=False,
        help_text="可以把不同部分分别发给不同的单位，各填各的。",
    )
    field_order = ("recipient", "section", "days")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["section"]
        assert isinstance(field, PickField)
        parts = [(each.slug, f"只填“{each.title}”") for each in SECTIONS]
        field.choices = [("", "全表"), *parts]


def link_rows(links: Iterable[FillLink]) -> list[dict[str, Any]]:
    """Return the links as rows of a table; the address itself is stored nowhere."""
    now, links = timezone.now(), list(links)
    prefetch_related_objects(links, "application")
    rows = []
    for link in links:
        state, number = state_of(link, now), link.application.number
        is_open = state in (UNOPENED, FILLING)
        days = (timezone.localdate(link.expires_at) - timezone.localdate(now)).days
        again = state in (UNOPENED, FILLING, EXPIRED, ENDED) and link.application.status in EDITABLE
        rows.append(
            {
                "recipient": link.recipient,
                "part": fill_links.TITLES.get(link.section, WHOLE),
                "number": number,
                "platform": link.application.name,
                "application_url": reverse("desk:application", args=[number]),
                "state_label": state.label,
                "state_tone": state.tone,
                "created": moment(link.created_at),
                "expires": moment(link.expires_at),
                "left": ("今天到期" if days <= 0 else f"还有 {days} 天") if is_open else "",
                "is_soon": is_open and days <= SOON_DAYS,
                "opened": moment(link.opened_at),
                "last_opened": moment(link.last_opened_at),
                "handed_over": moment(link.handed_over_at),
                "revoke_url": reverse("desk:fill_link_revoke", args=[link.pk]) if is_open else "",
                "again_url": f"{reverse('desk:fill_links', args=[number])}?again={link.pk}" if again else "",
            }
        )
    return rows


@officer("platforms.view_filllink")
@require_safe
@by_year
def overview(request: HttpRequest) -> HttpResponse:
    """All links of one round's own applications: who has not opened, who has not handed over, until when."""
    user, round_, now = current_user(request), round_here(request), timezone.now()
    links = links_of(user, round_)
    counts = counted(links, now)
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in counts else ""
    pages = Paginator(in_state(links, chosen, now), PAGE)
    pages.count = counts[chosen] if chosen else sum(counts.values())  # known already
    page = pages.get_page(request.GET.get("page"))
    options = [
        {"label": "全部", "url": with_year(request, request.path), "active": not chosen, "count": sum(counts.values())}
    ]
    options += [
        {
            "label": state.label,
            "url": with_year(request, f"{request.path}?state={state.key}"),
            "active": chosen == state.key,
            "count": counts[state.key],
        }
        for state in STATES
        if counts[state.key] or chosen == state.key
    ]
    context = {
        "crumbs": [*trail(home=year_url(request, "desk:home")), {"label": "填报链接", "url": ""}],
        "none_yet": f"{round_}尚未发出填报链接。",
        "page": page,
        "rows": link_rows(page),
        "groups": [{"label": "状态", "options": options}],
        "clear_url": with_year(request, request.path) if chosen else "",
        "unopened": counts[UNOPENED.key],
        "filling": counts[FILLING.key],
        "handed": counts[HANDED_OVER.key],
    }
    return render(request, "applications/fill_links_overview.html", context)


@officer("platforms.add_filllink")
@creates
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, number: str) -> HttpResponse:
    """The links of one application; a new one's address is on the answer to its making and nowhere else."""
    row = own_application(request, number)
    links = FillLink.objects.visible_to(request.user).filter(application=row).select_related("application")
    links = links.defer("sent_form")
    form = LinkForm(request.POST if request.method == "POST" else None, initial=_initial(request, row, links))
    made: dict[str, Any] = {}
    refusal = ""
    if request.method == "POST" and form.is_valid():
        section = form.cleaned_data["section"]
        try:
            link, token = fill_links.issue(
                application=row,
                recipient=form.cleaned_data["recipient"],
                days=form.cleaned_data["days"],
                section=section,
                by=current_user(request),
                at=timezone.now(),
            )
        except Refusal as refused:
            refusal = str(refused)
        else:
            made = fresh_link(request, row, link, token)
    rows = link_rows(links)
    context = {
        "crumbs": [*trail(row), {"label": "填报链接", "url": ""}],
        "application": row,
        "form": form,
        "made": made,
        "refusal": refusal,
        "rows": rows,
        "open_rows": [each for each in rows if each["revoke_url"]],
        "overview_url": reverse("desk:application", args=[row.number]),
        "all_links_url": f"{reverse('desk:fill_link_list')}?year={row.round.year}",
    }
    page = render(request, "applications/fill_links.html", context, status=409 if refusal else 200)
    note = "填报链接只显示一次，未记下的请作废后重新生成。"
    return shown_once(page, record=request.get_full_path(), note=note) if made else page


def _initial(request: HttpRequest, row: Application, links: QuerySet[FillLink]) -> dict[str, Any]:
    """Return what the form begins with: the unit, or for another try what the earlier link was for."""
    asked = request.GET.get("again", "")
    old = links.filter(pk=int(asked)).first() if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    if old is None:
        return {"recipient": row.operator_name}
    return {
        "recipient": old.recipient,
        "section": old.section,
        "days": min(max((old.expires_at - old.created_at).days, 1), fill_links.LONGEST_DAYS),
    }


def fresh_link(request: HttpRequest, row: Application, link: FillLink, token: str) -> dict[str, Any]:
    """Return the address of a link just made and a message to send it with; neither is kept anywhere."""
    path = reverse("fill:start", args=[token])
    address = f"{settings.SITE_URL}{path}" if settings.PRODUCTION else request.build_absolute_uri(path)
    sender = row.region.name if row.region else ours().industry_bureau.short
    part = f"中的“{fill_links.TITLES[link.section]}”部分" if link.section else ""
    until = moment_in_words(link.expires_at)
    message = (
        f"{link.recipient}：请填写“{row.name}”建设运营申报表（编号 {row.number}）{part}。"
        f"打开下面的地址即可填写，不需要账号，可以分多次填：\n{address}\n"
        f"请在{until}前填完，并按“交回”。知道地址的人都能填写，请勿转发给无关人员。（{sender}）"
    )
    return {"address": address, "message": message, "recipient": link.recipient}


@officer("platforms.change_filllink")
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a link before its time."""
    links = FillLink.objects.visible_to(request.user).select_related("application")
    link = get_object_or_404(links, pk=pk)
    row = link.application
    if not is_own(row, current_user(request)):
        raise PermissionDenied("这份申报表由所属区县（市）、管委会办理，您不能作废它的填报链接。")
    if request.method == "POST":
        try:
            fill_links.revoke(link=link, by=current_user(request), at=timezone.now())
            messages.success(request, f"已作废发给“{link.recipient}”的填报链接。")
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        return redirect("desk:application", row.number)
    context = {
        "base": "desk/base.html",
        "crumbs": [*trail(row), {"label": "作废填报链接", "url": ""}],
        "title": "作废填报链接",
        "what": f"将作废发给“{link.recipient}”的填报链接（{fill_links.TITLES.get(link.section, WHOLE)}），"
        f"对方不能再打开申报表 {row.number}。",
        "effects": ["对方已保存的内容仍然保留。", "需要时可以重新发出链接。"],
        "verb": "作废这个链接",
        "cancel_url": reverse("desk:application", args=[row.number]),
        "danger": True,
    }
    return render(request, "desk/confirm.html", context)
