"""Leave to file after the closing (延期申报许可): granted, listed with its uses, taken back; never deleted."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from platforms.applications.queries.filing_extensions import ExtensionState, Standing, standing_of
from platforms.applications.services import filing_extensions
from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.moves import person_of
from platforms.backoffice.states import badge
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.models import Application, FilingException, FilingExceptionUse, Region, Round
from platforms.moments import moment
from platforms.pages.fields import DayField, PlainTextField, WholeNumberField, plain_digits
from platforms.pages.forms import ReasonForm
from platforms.reference.queries.regions import regions_on
from platforms.rounds.choices import RoundStatus
from platforms.tones import Tone

TONES: Mapping[str, Tone] = {
    ExtensionState.USABLE: "good",
    ExtensionState.USED_UP: "neutral",
    ExtensionState.EXPIRED: "neutral",
    ExtensionState.REVOKED: "bad",
}
#: What stands for the city itself in the list of regions.
CITY = "HY"


class GrantForm(forms.Form):
    """For whom, until when, for how many, and why."""

    use_required_attribute = False
    round = forms.ModelChoiceField(
        label="年度",
        queryset=Round.objects.none(),
        empty_label=None,
        error_messages={"required": "请选择年度。", "invalid_choice": "请从列出的年度中选择。"},
    )
    region = forms.ChoiceField(
        label="地区", error_messages={"required": "请选择地区。", "invalid_choice": "请从列出的地区中选择。"}
    )
    application = PlainTextField(
        label="申报编号",
        required=False,
        max_length=24,
        rule=lambda text: plain_digits(text).upper(),
        help_text="只许可某一份草稿时填写；不填的，该地区可以新建、提交任何申报表。",
    )
    uses_allowed = WholeNumberField(
        label="可提交",
        unit="份",
        low=1,
        high=filing_extensions.MOST_USES,
        initial=1,
        help_text="填写了申报编号的，只能是 1 份。",
    )
    ends_on = DayField(label="有效期至", help_text=f"含当日；最长 {filing_extensions.MOST_DAYS} 天。")
    reason = PlainTextField(
        label="理由", max_length=400, widget=forms.Textarea(attrs={"rows": 4, "maxlength": "400"}),
        help_text="该地区可以看到，也写进发给联络员的邮件。",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rounds, regions = self.fields["round"], self.fields["region"]
        assert isinstance(rounds, forms.ModelChoiceField)
        assert isinstance(regions, forms.ChoiceField)
        rounds.queryset = Round.objects.filter(status=RoundStatus.EVALUATING).order_by("-year")
        named = regions_on(timezone.localdate()).values_list("code", "name")
        regions.choices = [("", "请选择"), *named, (CITY, "市级（重点行业）")]

    def clean_region(self) -> Region | None:
        code = self.cleaned_data["region"]
        return None if code == CITY else Region.objects.get(code=code)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        number = data.get("application")
        if not number or "region" not in data or not data.get("round"):
            return data | {"application": None} if "application" in data else data
        found = Application.objects.filter(number=number, round=data["round"], region=data["region"]).first()
        if found is None:
            self.add_error("application", ValidationError(f"所选地区{data['round']}没有这个编号的申报表，请核对。"))
        elif data.get("uses_allowed", 1) != 1:
            self.add_error("uses_allowed", ValidationError("只许可一份申报表时，份数只能是 1。"))
        return data | {"application": found}


@admin.register(FilingException)
class FilingExceptionAdmin(ReadOnlyAdmin):
    list_display = ("place", "state", "round", "whom", "ends_on", "uses_shown", "granted_at", "granter", "reason")
    list_display_links = ("place",)
    list_filter = ("round", "region")
    ordering = ("-granted_at", "-pk")

    def get_urls(self) -> list:
        revoke = path(
            "<int:object_id>/revoke/",
            self.admin_site.admin_view(self.revoke_view),
            name="platforms_filingexception_revoke",
        )
        return [revoke, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = (
            super().get_queryset(request).select_related("round", "region", "application", "granted_by", "revoked_by")
        )
        counted: models.QuerySet = rows.annotate(used=Count("uses"))
        return counted

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "add")

    @admin.display(description="地区", ordering="region__code")
    def place(self, row: FilingException) -> str:
        return row.region.name if row.region else "市级（重点行业）"

    @admin.display(description="适用")
    def whom(self, row: FilingException) -> str:
        return row.application.number if row.application else "任何申报表"

    @admin.display(description="已用")
    def uses_shown(self, row: Any) -> str:
        return f"{row.used} / {row.uses_allowed} 份"

    @admin.display(description="状态")
    def state(self, row: Any) -> str:
        state = _standing(row).state
        return badge(state, TONES[state])

    # Names, not links to accounts, which no reader of this page may open.
    @admin.display(description="许可人")
    def granter(self, row: FilingException) -> str:
        return row.granted_by.name

    def audit_code(self, obj: FilingException) -> str:  # type: ignore[override]
        return filing_extensions.code_of(obj)

    # Granting --------------------------------------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for whom, until when and why; say exactly what that means; grant it."""
        self.check_may(request, "add")
        listing = reverse("admin:platforms_filingexception_changelist")
        if not Round.objects.filter(status=RoundStatus.EVALUATING).exists():
            messages.error(request, "现在没有申报已截止、结果尚未公布的年度，不需要延期申报许可。")
            return HttpResponseRedirect(listing)
        posted = request.method == "POST"
        form = GrantForm(request.POST if posted else None, initial=_known(request.GET.dict()))
        if not posted or not form.is_valid():
            return self._grant_page(request, form, listing)
        data = form.cleaned_data
        if request.POST.get("confirmed") != "yes":
            return self._grant_confirm(request, form)
        try:
            made = filing_extensions.grant(**data, by=person_of(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return self._grant_page(request, form, listing)
        messages.success(
            request,
            f"已许可{self.place(made)}延期申报 {made.uses_allowed} 份，至{day_in_words(made.ends_on)}（含当日）。",
        )
        return HttpResponseRedirect(reverse("admin:platforms_filingexception_change", args=(made.pk,)))

    def _grant_page(self, request: HttpRequest, form: GrantForm, listing: str) -> HttpResponse:
        what = "申报截止后，个别地区或个别申报表确有特殊情况的，可以许可延期申报。下一步核对后生效。"
        return self.confirm_page(
            request, title="许可延期申报", what=what, verb="下一步：核对", form=form, cancel_url=listing
        )

    def _grant_confirm(self, request: HttpRequest, form: GrantForm) -> HttpResponse:
        data = form.cleaned_data
        place = data["region"].name if data["region"] else "市级（重点行业）"
        whom = f"申报表 {data['application'].number}" if data["application"] else f"{data['uses_allowed']} 份申报表"
        typed = _known({name: str(request.POST.get(name, "")) for name in form.fields})
        effects = [
            f"理由：{data['reason']}",
            f"{place}的申报工作台显示这项许可；到期、用完或撤销后不能再提交。",
            "凭许可提交的申报表在上报截止日期之后的标记为逾期，每份使用一次许可，使用记录永久保留。",
        ]
        if data["region"]:
            effects.append("同时生成一封通知联络员的邮件，等待发送。")
        else:
            effects.append("市级重点行业由市经信局自行申报，不生成邮件。")
        return self.confirm_page(
            request,
            title="核对延期申报许可",
            what=f"将许可{place}在{data['round']}申报截止后提交 {whom}，至{day_in_words(data['ends_on'])}（含当日）。",
            effects=effects,
            verb="许可延期申报",
            hidden=[{"name": "confirmed", "value": "yes"}, *({"name": n, "value": v} for n, v in typed.items())],
            cancel_url=f"{request.path}?{urlencode(typed)}",
        )

    # One extension ----------------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show an extension with its uses; nothing of it is edited."""
        row = self.visible_or_404(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        standing = _standing(row)
        uses = FilingExceptionUse.objects.filter(exception=row).select_related("application", "by").order_by("at", "pk")
        revocable = self.may(request, "change") and row.revoked_at is None and standing.left > 0
        url = reverse("admin:platforms_filingexception_revoke", args=(row.pk,))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"{self.place(row)}延期申报许可",
            "state_label": str(standing.state),
            "state_tone": TONES[standing.state],
            "moves": [{"label": "撤销许可", "url": url, "kind": "danger"}] if revocable else [],
            "pairs": self._pairs(row, standing),
            "columns": [{"label": "申报编号"}, {"label": "平台名称"}, {"label": "使用时间"}, {"label": "使用人"}],
            "rows": [
                {
                    "url": reverse("admin:platforms_application_change", args=(use.application_id,)),
                    "cells": [use.application.number, use.application.name, moment(use.at), use.by.name],
                }
                for use in uses
            ],
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/platforms/filingexception/record.html", context)

    def _pairs(self, row: FilingException, standing: Standing) -> list[dict[str, str]]:
        pairs = [
            {"label": "年度", "value": str(row.round)},
            {"label": "适用", "value": self.whom(row)},
            {"label": "理由", "value": row.reason},
            {"label": "有效期至", "value": f"{day_in_words(row.ends_on)}（含当日）"},
            {"label": "份数", "value": f"可提交 {row.uses_allowed} 份，已用 {standing.used} 份"},
            {"label": "许可", "value": f"{row.granted_by.name}，{moment(row.granted_at)}"},
        ]
        if row.revoked_by is not None:
            pairs.append({"label": "撤销", "value": f"{row.revoked_by.name}，{moment(row.revoked_at)}"})
            pairs.append({"label": "撤销理由", "value": row.revoke_reason})
        return pairs

    def revoke_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the reason, then take back what is left."""
        row = self.visible_or_404(request, str(object_id))
        self.check_may(request, "change")
        back = reverse("admin:platforms_filingexception_change", args=(row.pk,))
        form = ReasonForm(request.POST if request.method == "POST" else None, label="撤销理由", most=400)
        if request.method == "POST" and form.is_valid():
            reason, by, at = form.cleaned_data["reason"], person_of(request), timezone.now()
            act: Callable[[], Any] = lambda: filing_extensions.revoke(extension=row, reason=reason, by=by, at=at)  # noqa: E731
            if self.run(request, act, f"已撤销{self.place(row)}延期申报许可。"):
                return HttpResponseRedirect(back)
        left = _standing(row).left
        return self.confirm_page(
            request,
            title="撤销延期申报许可",
            what=f"将撤销{self.place(row)}的延期申报许可，其余 {left} 份不能再提交。",
            effects=["已凭许可提交的申报表不受影响。", "撤销后不能恢复；需要时可以重新许可。"],
            verb="撤销这项许可",
            form=form,
            cancel_url=back,
            danger=True,
            row=row,
        )


def _standing(row: Any) -> Standing:
    return standing_of(row, used=row.used, on=timezone.localdate())


def _known(values: dict[str, str]) -> dict[str, str]:
    """Return the values of the fields of :class:`GrantForm`, for going back to it with nothing lost."""
    return {name: values[name] for name in GrantForm.base_fields if values.get(name)}
