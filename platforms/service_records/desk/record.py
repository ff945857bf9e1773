"""One service record at the desk: what it says and said, a correction, a cancellation, the case of its fee."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from platforms.applications.queries.standings import in_operation, lately_in_operation
from platforms.cases.queries.fee_cases import CASE_OPEN, CASE_STATES, CASE_TONES
from platforms.cases.services import fee_cases
from platforms.choices import Role
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import FeeCase, Platform, ServiceRecord, ServiceRecordPast, User
from platforms.moments import moment
from platforms.pages.access import current_user, officer
from platforms.service_records.desk.forms import CancelForm, CorrectForm, DecideForm, ExplainForm
from platforms.service_records.desk.labels import events_of, is_flagged, pairs_of, state_of
from platforms.service_records.services import records as service_records


def trail(row: ServiceRecord | None = None, *more: str) -> list[dict[str, str]]:
    """Return the crumbs down to ``row``, and a page below it."""
    crumbs = [{"label": "服务", "url": reverse("desk:service_records")}]
    if row is not None:
        label = f"{row.served_on:%Y-%m-%d} {row.enterprise.name}"
        crumbs.append({"label": label, "url": reverse("desk:service_record", args=[row.pk])})
    return [*crumbs, *({"label": label, "url": ""} for label in more)]


def visible(request: HttpRequest, pk: int) -> ServiceRecord:
    """Return the record if this person may see it, else answer 404."""
    rows = ServiceRecord.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("platform__region", "enterprise", "entered_by", "cancelled_by"), pk=pk)


def platform_choices(user: User, *, also: Platform | None = None) -> list[tuple[str, str]]:
    """Return code and words of the platforms that ``user`` files for, those in operation first; ``also`` is among them.

    Those that ended lately come last, for services of the days before, which may still be written down.
    """
    today = timezone.localdate()
    lately = lately_in_operation(Platform.objects.all(), today).values("pk")
    rows = Platform.objects.visible_to(user).filter(Q(pk__in=lately) | Q(pk=also.pk if also else None))
    rows = rows.annotate(at_work=Exists(in_operation(Platform.objects.filter(pk=OuterRef("pk")), today)))
    found = []
    for each in rows.select_related("region").order_by("-at_work", "region__code", "code"):
        region = each.region.name if each.region else "市级"
        name = each.name if user.role == Role.COUNTY else f"{each.name}（{region}）"
        found.append((each.code, name if each.at_work else f"{name}（已终止运营，仅可补录终止前的服务）"))
    return found


@officer("platforms.view_servicerecord")
@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """What one record says and how it came to say so."""
    row, user = visible(request, pk), current_user(request)
    past = list(
        ServiceRecordPast.objects.visible_to(user).filter(record=row).select_related("replaced_by").order_by("version")
    )
    case = FeeCase.objects.filter(record=row).select_related("explained_by", "decided_by").first()
    moves = []
    if user.has_perm("platforms.change_servicerecord") and not row.cancelled_at:
        moves = [
            {"label": "更正", "url": reverse("desk:service_record_correct", args=[pk]), "kind": "main"},
            {"label": "作废", "url": reverse("desk:service_record_cancel", args=[pk]), "kind": "danger"},
        ]
    context = {
        "crumbs": trail(row)[:1],
        "row": row,
        "state": state_of(row.cancelled_at, row.free_category, row.fee),
        "title": "服务记录",
        "code": f"第 {row.version} 版",
        "region": row.platform.name,
        "pairs": pairs_of(row),
        "events": events_of(row, past),
        "moves": moves,
        "case": case_of(row, case, user),
    }
    return render(request, "service_records/service_record.html", context)


def case_of(row: ServiceRecord, case: FeeCase | None, user: User) -> dict[str, Any] | None:
    """Return the case of the fee of ``row`` as the page shows it, None where there is none."""
    if case is None and (row.cancelled_at or not is_flagged(row.free_category, row.fee)):
        return None
    state = case.state if case else CASE_OPEN
    pairs = []
    if case and case.explained_at and case.explained_by:
        pairs.append({"label": "情况说明", "value": case.explanation})
        pairs.append({"label": "说明", "value": f"{moment(case.explained_at)}，{case.explained_by.name}"})
    if case and case.decided_at and case.decided_by:
        pairs.append({"label": "处理意见", "value": case.decision})
        pairs.append({"label": "处理", "value": f"{moment(case.decided_at)}，{case.decided_by.name}"})
    url = ""
    if not (case and case.decided_at) and _side_of(row, user):
        url = reverse("desk:service_fee", args=[row.pk])
    verb = "处理" if _side_of(row, user) == "decide" else "修改说明" if case else "填写说明"
    return {"label": CASE_STATES[state], "tone": CASE_TONES[state], "pairs": pairs, "url": url, "verb": verb}


def _side_of(row: ServiceRecord, user: User) -> str:
    """Return what ``user`` does in the case of a fee: ``explain``, ``decide`` or nothing."""
    case = FeeCase.objects.filter(record=row).only("explained_at").first()
    if user.role == Role.COUNTY and user.has_perm("platforms.add_feecase"):
        return "explain"
    if user.role == Role.CITY and user.has_perm("platforms.change_feecase"):
        # Platforms of the city's own have nobody else to explain.
        return "explain" if row.platform.region_id is None and case is None else "decide"
    return ""


def _initial(row: ServiceRecord) -> dict[str, Any]:
    names = ("service_class", "free_category", "summary", "served_on", "channel", "served_by", "result", "satisfaction")
    values = {name: getattr(row, name) for name in names}
    return values | {
        "platform": row.platform.code,
        "enterprise_name": row.enterprise.name,
        "enterprise_code": row.enterprise.code,
        "fee": f"{row.fee:.2f}".removesuffix(".00"),
        "version": row.version,
    }


def _changeable(request: HttpRequest, pk: int) -> ServiceRecord:
    row = visible(request, pk)
    if not current_user(request).has_perm("platforms.change_servicerecord"):
        raise PermissionDenied("您没有更正、作废这条服务记录的权限。")
    return row


@officer("platforms.view_servicerecord")
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a record say something else; nothing typed is lost when it is refused."""
    row, user = _changeable(request, pk), current_user(request)
    if row.cancelled_at:
        messages.error(request, "这条服务记录已经作废，不能更正。")
        return redirect("desk:service_record", pk)
    sent: Any = request.POST if request.method == "POST" else None
    form = CorrectForm(sent, initial=_initial(row), platforms=platform_choices(user, also=row.platform))
    status = 200
    if sent is not None and form.is_valid():
        values = dict(form.cleaned_data)
        reason, version = values.pop("reason"), values.pop("version")
        try:
            service_records.correct(
                record=row, values=values, reason=reason, by=user, at=timezone.now(), version=version
            )
        except Gone as gone:
            messages.error(request, str(gone))
            return redirect("desk:service_record", pk)
        except Refusal as refusal:
            status = 409 if isinstance(refusal, StaleVersion) else 200
            form.refuse(refusal)
        else:
            messages.success(request, "已更正，原来的内容保留在办理记录中。")
            return redirect("desk:service_record", pk)
    context = {
        "crumbs": trail(row, "更正"),
        "form": form,
        "row": row,
        "title": "更正服务记录",
        "lead": "更正后按新的内容统计，原来的内容和理由保留在办理记录中。",
        "verb": "保存更正",
        "cancel_url": reverse("desk:service_record", args=[pk]),
    }
    return render(request, "service_records/service_form.html", context, status=status)


@officer("platforms.view_servicerecord")
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a record back, with a reason, after it was shown what that means."""
    row = _changeable(request, pk)
    form = CancelForm(request.POST) if request.method == "POST" else CancelForm()
    if request.method == "POST" and form.is_valid():
        try:
            service_records.cancel(
                record=row, reason=form.cleaned_data["reason"], by=current_user(request), at=timezone.now()
            )
        except Gone as gone:
            messages.error(request, str(gone))
            return redirect("desk:service_record", pk)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "已作废，这条服务记录不再计入统计。")
            return redirect("desk:service_record", pk)
    context = {
        "base": "desk/base.html",
        "crumbs": trail(row, "作废"),
        "title": "作废服务记录",
        "what": f"作废 {row.platform.name}{row.served_on:%Y-%m-%d} 为“{row.enterprise.name}”提供的服务记录。",
        "effects": ["不再计入各项统计，列表中仍可查到。", "作废后不能恢复，也不能再用同一来源编号报送。"],
        "form": form,
        "verb": "作废这条记录",
        "danger": True,
        "cancel_url": reverse("desk:service_record", args=[pk]),
    }
    return render(request, "desk/confirm.html", context)


@officer("platforms.view_servicerecord")
@require_http_methods(["GET", "HEAD", "POST"])
def fee(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a fee for a free service was (region), or what becomes of it (city)."""
    row, user = visible(request, pk), current_user(request)
    side = _side_of(row, user)
    if not side:
        raise PermissionDenied("您没有办理这项收费的权限。")
    case = FeeCase.objects.filter(record=row).first()
    back = redirect("desk:service_record", pk)
    shown = case_of(row, case, user)
    if shown is None or not shown["url"]:
        messages.error(request, f"这项收费{'已经处理' if shown else '不需要说明'}，未作变更。")
        return back
    sent: Any = request.POST if request.method == "POST" else None
    form: Any = (
        ExplainForm(sent, initial={"text": case.explanation if case else ""}) if side == "explain" else DecideForm(sent)
    )
    if sent is not None and form.is_valid():
        act = fee_cases.explain if side == "explain" else fee_cases.decide
        try:
            act(record=row, by=user, at=timezone.now(), **form.cleaned_data)
        except Gone as gone:
            messages.error(request, str(gone))
            return back
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "已保存情况说明。" if side == "explain" else "已保存处理意见。")
            return back
    context = {
        "crumbs": trail(row, "公益性服务收费"),
        "form": form,
        "row": row,
        "title": "说明公益性服务收费" if side == "explain" else "处理公益性服务收费",
        "lead": f"{row.platform.name}，{row.get_free_category_display() or '原为公益性服务'}，收费 {row.fee:,.2f} 元。",
        "verb": "保存说明" if side == "explain" else "保存处理意见",
        "pairs": shown["pairs"],
        "cancel_url": reverse("desk:service_record", args=[pk]),
    }
    return render(request, "service_records/service_form.html", context)
