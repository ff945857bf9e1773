"""认定证书 at the desk: the certificates of one's platforms, how long they hold, and beginning the renewal of one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.certification.choices import Validity
from evaluation.certification.queries.in_force import HOLDING
from evaluation.certification.validity import TONES, state
from evaluation.renewal import queries
from evaluation.renewal.choices import TONES as RENEWAL_TONES
from evaluation.renewal.choices import UNDER_WAY, Renewal
from evaluation.renewal.queries import Choice
from evaluation.renewal.services import renewals
from platforms.choices import PlatformType, Role
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.models import Round
from platforms.one_use import creates
from platforms.pages.access import current_user, officer
from platforms.pages.lists import TODAY, Column, Filter, ListPage, Value, day, region, short_name, text

STATE = ("valid_from", "valid_until", "end__ended_on", "end__cause", TODAY)
#: What the way to the renewal of a row is made of.
ACT = ("application", "renewal", "number", "result__platform__type")
NOT_OWN = "续期申报由平台所属区县（市）、管委会办理，重点行业平台由市经信局办理，您不能办理。"
STATES = {HOLDING: "认定有效", **{value: str(label) for value, label in Validity.choices if value != Validity.IN_FORCE}}
RENEWALS = {value: str(label) for value, label in Renewal.choices if value != Renewal.NONE}


def state_of(first: date, last: date, ended_on: date | None, cause: str | None, today: date) -> Validity:
    """Return what a certificate with these columns is today."""
    return state(
        valid_from=first, valid_until=last, ended_on=ended_on, cause=cause or "", on=today,
        expiring_days=settings.EXPIRING_DAYS,
    )  # fmt: skip


def _state(*facts: Any) -> dict[str, str]:
    found = state_of(*facts)
    return {"label": found.label, "tone": TONES[found]}


def _left(*facts: Any) -> Any:
    """Return how many days a certificate still holds, the last one not counted; nothing where it does not."""
    in_force = state_of(*facts) in (Validity.IN_FORCE, Validity.EXPIRING)
    return (facts[1] - facts[-1]).days if in_force else ""


def _renewal(value: str) -> dict[str, str]:
    return {"label": Renewal(value).label, "tone": RENEWAL_TONES[value]}


def under_way(application: str | None, renewal: str) -> str:
    """Return the number of the application that is to renew a certificate; nothing where none is on its way."""
    return application if application and renewal in UNDER_WAY else ""


def _document(pk: int | None) -> dict[str, str] | str:
    """Return the certificate as a file, where it was issued as one."""
    return {"label": "下载", "url": reverse("evaluation:document", args=(pk,))} if pk else ""


class Certificates(ListPage):
    """The certificates of one's platforms; of those in force, the ones that end first stand first."""

    title = file_title = "认定证书"
    noun = "认定证书"
    unit = "份"
    search = "证书编号、平台或运营单位"
    place, file_place = "evaluation:certificates", "evaluation:certificate_list"
    filters = (
        Filter("renewal", "续期", words=RENEWALS, some=True),
        Filter("state", "状态", words=STATES),
        Filter("region", "地区", most=12, city=True),
        text("q", "查找", 120),
    )
    columns = (
        Column("证书编号", "number"),
        Column("窗口平台", short_name("result", ("site_name",))),
        Column("状态", Value(STATE, _state)),
        Column("地区", region("result__platform__region__name"), city=True),
        Column("有效期至", day("valid_until")),
        Column("剩余", Value(STATE, _left), "天", num=True),
        Column("到期提醒", day("warned_on")),
        Column("续期", Value(("renewal",), _renewal)),
        Column("续期申报", Value(("application", "renewal"), under_way)),
        Column("证书文件", Value(("document",), _document)),
    )
    file_columns = (
        Column("证书编号", "number"),
        Column("平台编号", "result__code"),
        Column("窗口平台", short_name("result", ("site_name",))),
        Column("运营单位", "result__operator_name"),
        Column("地区", region("result__platform__region__name")),
        Column("有效期起", day("valid_from")),
        Column("有效期止", day("valid_until")),
        Column("状态", Value(STATE, lambda *facts: state_of(*facts).label)),
        Column("剩余", Value(STATE, _left), "天"),
        Column("到期提醒", day("warned_on")),
        Column("续期", Value(("renewal",), lambda value: Renewal(value).label)),
        Column("续期申报", Value(("application", "renewal"), under_way)),
    )
    none_yet = "暂无认定证书。"
    none_text = "认定结果公布后，取得认定的平台的证书列在这里。"
    size = 50
    choice_type = Choice

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.lead = (
            f"有效期届满前 {settings.RENEWAL_DAYS} 天起，可在申报期内办理续期申报；续期后的认定自原有效期届满次日起算。"
        )

    def rows(self) -> QuerySet[Any]:
        return queries.listed(self.user, self.choice, self.today)

    @cached_property
    def counted_renewals(self) -> Mapping[str, int]:
        """How many certificates each choice of ``renewal`` would show."""
        found = queries.tally(self.user, self.choice, self.today)
        return {"": sum(found.values()), **found}

    @cached_property
    def regions(self) -> list[tuple[str, str]]:
        return queries.regions_of(self.user) if self.user.role == Role.CITY else []

    def counts(self, filter: Filter) -> Mapping[str, int]:
        return self.counted_renewals if filter.name == "renewal" else super().counts(filter)

    def count(self) -> int | None:
        return self.counted_renewals.get(self.values["renewal"], 0)

    @cached_property
    def round(self) -> Round | None:
        """The round that a renewal would be filed in, where this person can file one today."""
        may = self.user.has_perm("platforms.add_application")
        return queries.round_for(self.user, self.today) if may else None

    def shown_columns(self) -> tuple[Column, ...]:
        leads = Value(ACT, self._act)
        return tuple(
            replace(each, value=leads) if each.label == "续期申报" else each for each in super().shown_columns()
        )

    def _act(self, application: str | None, renewal: str, number: str, kind: str) -> dict[str, str] | str:
        """Return what leads to the application that renews a certificate, or to making it."""
        if filed := under_way(application, renewal):
            return {"label": filed, "url": reverse("desk:application", args=(filed,))}
        of_city = kind == PlatformType.INDUSTRY
        if renewal != Renewal.OPEN or not self.round or of_city != (self.user.role == Role.CITY):
            return ""
        return {"label": "办理续期", "url": reverse("evaluation:renew", args=(number,))}


index = officer("platforms.view_standing")(require_safe(Certificates.page))
export = officer("platforms.view_standing")(require_safe(Certificates.file))


@officer("platforms.view_standing")
@creates
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, number: str) -> HttpResponse:
    """Say what a renewal of the certificate ``number`` starts with, and begin it."""
    user, today = current_user(request), timezone.localdate()
    needed = ("result__platform__region", "result__publication__round", "end")
    row = get_object_or_404(queries.visible(user).select_related(*needed), number=number)
    if not (user.has_perm("platforms.add_application") and renewals.is_own(row.result.platform, user)):
        raise PermissionDenied(NOT_OWN)
    back, round_ = reverse("evaluation:certificates"), queries.round_for(user, today)
    try:
        if round_ is None:
            raise Refusal("目前没有受理申报的年度，请在申报期内办理续期申报。")
        renewals.check(row, by=user, on=today)
        if request.method == "POST":
            made = renewals.begin(certification=row, round=round_, by=user, at=timezone.now())
            messages.success(request, f"已建立续期申报表 {made.number}，已引用历史申报内容，请逐项核对后提交。")
            return redirect("desk:application", made.number)
    except Refusal as refused:
        messages.warning(request, str(refused))
        return redirect(f"{back}?q={row.number}")
    until = day_in_words(row.valid_until)
    context = {
        "base": "desk/base.html",
        "crumbs": [{"label": "认定证书", "url": back}, {"label": "续期申报", "url": ""}],
        "title": "续期申报",
        "what": f"将在{round_}为“{row.result.name}”建立续期申报表（证书 {row.number}，有效期至{until}）。",
        "effects": [
            "引用该平台最近一次已受理的申报内容；年度业绩、附件和承诺须重新填写。",
            f"须在{day_in_words(round_.report_due_on)}前填写完整并上报，与其他申报一并评价。",
            "通过认定的，新证书自原有效期届满次日起生效；届满后公布的，自认定之日起生效。原证书在此之前继续有效。",
        ],
        "verb": "建立续期申报表",
        "cancel_url": back,
    }
    return render(request, "desk/confirm.html", context)
