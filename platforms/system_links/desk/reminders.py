"""The city reminds the regions of platforms that are not linked or silent: as the mails would read, then written."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from platforms.errors import Refusal
from platforms.mail.choices import MailKind
from platforms.models import Region
from platforms.pages.access import current_user, officer
from platforms.rounds.queries.rounds import current_round
from platforms.system_links import queries
from platforms.system_links import services as link_states
from platforms.system_links.desk.links import trail


@officer("platforms.view_linkstate")
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest) -> HttpResponse:
    """Show the mails as they would be written (GET); write those that were picked (POST)."""
    user, round_, today, now = current_user(request), current_round(), timezone.localdate(), timezone.now()
    try:
        link_states.check_may_remind(user)
    except Refusal as refusal:
        raise PermissionDenied(str(refusal)) from None
    if round_ is None:
        messages.error(request, "尚未建立年度，不能催办。")
        return redirect("desk:link_states")
    if request.method == "POST":
        regions = list(Region.objects.filter(code__in=request.POST.getlist("region")).order_by("code"))
        try:
            written = link_states.remind(regions=regions, round=round_, on=today, by=user, at=now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:link_remind")
        return _written(request, len(regions), len(written))
    owing, waiting = queries.owing(today), link_states.waiting_for(round_)
    regions = list(Region.objects.filter(pk__in=owing).order_by("code"))
    composed = link_states.compose(regions, owing, round=round_, by=user, at=now)
    rows = [
        {"region": region, "note": _owed(owing[region.pk]), "mail": mail, "waiting": region.pk in waiting}
        for region, mail in zip(regions, composed, strict=True)
    ]
    context = {
        "crumbs": trail("催办"),
        "rows": rows,
        "ready": sum(not row["waiting"] for row in rows),
        "back_url": reverse("desk:link_states"),
    }
    return render(request, "system_links/link_remind.html", context)


def _owed(owing: queries.Owing) -> str:
    return f"未联通 {owing.unlinked} 个，{queries.SILENT_DAYS} 天以上近期无服务记录 {owing.silent} 个。"


def _written(request: HttpRequest, asked: int, written: int) -> HttpResponse:
    """Lead to the outbox, where the mails are read once more, changed, copied and sent."""
    if written:
        messages.success(request, f"已生成 {written} 封联通催办，请在下面核对后发送，或复制文本用其他方式发送。")
    if asked > written:
        messages.info(
            request, f"另有 {asked - written} 个地区没有生成：提醒仍在待发送的邮件中，或已没有需要催办的平台。"
        )
    outbox = f"{reverse('admin:platforms_mail_changelist')}?kind__exact={MailKind.LINK}&state__exact=waiting"
    return HttpResponseRedirect(outbox)
