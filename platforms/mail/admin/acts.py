"""What is done with one mail or with several at once: a page that names it, then one call of one service each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone

from platforms.backoffice.base import ServiceAdmin
from platforms.backoffice.moves import person_of
from platforms.mail.queries import MAIL_OFF
from platforms.mail.services import outbox
from platforms.mail.services.delivery import send_due
from platforms.models import Mail

#: Sent while somebody looks on; whatever is more leaves with the command.
MOST_AT_ONCE, SECONDS_AT_ONCE = 5, 10
NAMES_SHOWN = 50


@dataclass(frozen=True)
class Act:
    """A button of a mail: its word, what it does to one mail, and what the page before it says."""

    label: str
    do: Callable[..., Mail]
    effect: str
    permission: str
    kind: str = "plain"


ACTS = {
    "send": Act("立即发送", outbox.release, "邮件送出后不能收回。", "send", "main"),
    "by-hand": Act(
        "记为已另行送出", outbox.mark_sent_by_hand, "请在用其他方式发出文本之后再记；系统不再发送这封邮件。", "change"
    ),
    "discard": Act("取消发送", outbox.discard, "取消后不能恢复，邮件留存备查。", "change", "danger"),
}


class MailActs(ServiceAdmin):
    """The buttons of a mail and the actions of the list."""

    actions = ("send_selected", "discard_selected")

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.act_view)
        return [path("<int:object_id>/act/<slug:act>/", view, name="platforms_mail_act"), *super().get_urls()]

    def has_send_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "send")

    def buttons(self, request: HttpRequest, row: Mail) -> list[dict[str, Any]]:
        if row.state not in outbox.OPEN:
            return []
        # Nothing can be sent without a server and an address: then the copied text is the way.
        possible = settings.MAIL_ENABLED and row.address
        return [
            {"label": act.label, "url": self._act_url(row, name), "kind": act.kind}
            for name, act in ACTS.items()
            if self.may(request, act.permission) and (name != "send" or possible)
        ]

    def _act_url(self, row: Mail, name: str) -> str:
        return reverse("admin:platforms_mail_act", args=(row.pk, name))

    def act_view(self, request: HttpRequest, object_id: int, act: str) -> HttpResponse:
        """Say what will happen to one mail (GET), do it (POST)."""
        row: Mail = self.visible_or_404(request, str(object_id))
        if act not in ACTS:
            raise Http404
        chosen = ACTS[act]
        if not self.may(request, chosen.permission):
            raise PermissionDenied
        back = reverse("admin:platforms_mail_change", args=(row.pk,))
        if request.method == "POST":
            self._act(request, chosen, [row])
            return HttpResponseRedirect(back)
        to = f"{row.recipient}（{row.address}）" if row.address else row.recipient
        return self.confirm_page(
            request,
            title=chosen.label,
            what=f"将对发给“{to}”的邮件“{row.subject}”办理“{chosen.label}”。",
            effects=[chosen.effect],
            verb=chosen.label,
            danger=chosen.kind == "danger",
            row=row,
            cancel_url=back,
        )

    # Several --------------------------------------------------------------------------------------------------------

    @admin.action(description="发送选中的邮件", permissions=["send"])
    def send_selected(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
        if not settings.MAIL_ENABLED:
            messages.error(request, MAIL_OFF)
            return None
        return self._together(request, queryset.exclude(address=""), queryset, "send")

    @admin.action(description="取消发送选中的邮件", permissions=["change"])
    def discard_selected(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
        return self._together(request, queryset, queryset, "discard")

    def _together(
        self, request: HttpRequest, fitting: models.QuerySet, chosen: models.QuerySet, name: str
    ) -> HttpResponse | None:
        """Name the mails, ask, then act on one after the other; each stands for itself."""
        act = ACTS[name]
        ready = list(fitting.filter(state__in=outbox.OPEN).order_by("created_at", "pk"))
        if not ready:
            messages.error(request, f"选中的邮件中没有可以“{act.label}”的：已送出、已取消和没有邮箱的不在其中。")
            return None
        if request.POST.get("confirmed") == "yes":
            self._act(request, act, ready)
            return None
        left_out = chosen.count() - len(ready)
        hidden = [
            {"name": "action", "value": f"{name}_selected"},
            {"name": "confirmed", "value": "yes"},
            {"name": "index", "value": "0"},
            *({"name": helpers.ACTION_CHECKBOX_NAME, "value": row.pk} for row in ready),
        ]
        return self.confirm_page(
            request,
            title=act.label,
            what=f"将对 {len(ready)} 封邮件办理“{act.label}”。",
            effects=[act.effect],
            verb=f"{act.label}这 {len(ready)} 封邮件",
            danger=act.kind == "danger",
            names=[f"{row.recipient}：{row.subject}" for row in ready[:NAMES_SHOWN]],
            names_total=len(ready),
            warning=f"另有 {left_out} 封不能办理（已送出、已取消或没有邮箱），不在其中。" if left_out else "",
            hidden=hidden,
            cancel_url=request.get_full_path(),
        )

    def _act(self, request: HttpRequest, act: Act, rows: list[Mail]) -> None:
        person, at = person_of(request), timezone.now()
        done = [row for row in rows if self.run(request, lambda row=row: act.do(mail=row, by=person, at=at))]  # type: ignore[misc]
        if act.do is outbox.release:
            self._send(request, done)
        elif done:
            messages.success(request, f"已{act.label} {len(done)} 封邮件。")

    def _send(self, request: HttpRequest, rows: list[Mail]) -> None:
        """Send the first few while the person looks on; a silent server holds nobody longer than one mail may take."""
        if not rows:
            return
        tally = send_due(
            clock=timezone.now,
            most=MOST_AT_ONCE,
            seconds=SECONDS_AT_ONCE,
            only=Q(pk__in=[row.pk for row in rows]),
        )
        rest = len(rows) - tally.sent - tally.failed
        if tally.sent:
            messages.success(request, f"已送出 {tally.sent} 封邮件。")
        if tally.failed:
            messages.warning(request, f"{tally.failed} 封没有送出，原因见列表，系统会再次尝试。{tally.stopped}")
        if rest:
            messages.info(request, f"其余 {rest} 封由系统随后发送。")
