"""Service records typed by hand, one after the other: what was typed last is there again, Enter keeps a record."""

import re
import secrets
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platforms.errors import Refusal
from platforms.models import Platform, ServiceRecord, User
from platforms.pages.access import current_user, officer
from platforms.pages.labels import yuan
from platforms.reference.choices import CITYS_OWN
from platforms.service_records.choices import ServiceChannel, ServiceResult
from platforms.service_records.desk.forms import EntryForm
from platforms.service_records.desk.labels import FREE, is_flagged
from platforms.service_records.desk.record import platform_choices, trail
from platforms.service_records.queries import enterprises
from platforms.service_records.rules import RecordIn
from platforms.service_records.services import records as service_records

#: So many of today's are shown below the form, the last one first.
SHOWN = 20
_NUMBER = re.compile(r"\d{8}-[0-9a-f]{12}", re.ASCII)
_KEPT = "service_entry"
#: What the next record begins with, as the last one had it.
_REMEMBERED = ("platform", "service_class", "free_category", "channel", "served_by")
#: Where a field of the service stands on the form.
_FIELDS = {"enterprise_name": "enterprise", "enterprise_code": "enterprise"}


def source_of(user: User, way: str = "hand") -> str:
    """Return the source of what ``user`` brings: ``hand:CODE`` with the code of the region, HY for the city."""
    return f"{way}:{user.region.code if user.region else CITYS_OWN}"


def fresh_number() -> str:
    """Return a number of its own for one filled-in form, so that sent twice it is kept once."""
    return f"{timezone.localdate():%Y%m%d}-{secrets.token_hex(6)}"


def _beginning(request: HttpRequest) -> dict[str, Any]:
    """Return what the empty form begins with."""
    kept = request.session.get(_KEPT)
    values = {name: str(kept.get(name, "")) for name in _REMEMBERED} if isinstance(kept, dict) else {}
    if not isinstance(kept, dict):
        last = _own(current_user(request)).order_by("-pk").first()
        if last is not None:
            values = {"platform": last.platform.code, "service_class": last.service_class, "channel": last.channel}
    today = timezone.localdate()
    # The day is kept while one types; on the next one begins with that day again.
    on = kept.get("served_on", "") if isinstance(kept, dict) and kept.get("typed_on") == today.isoformat() else ""
    asked = request.GET.get("platform", "")[:20]
    return (
        {"channel": ServiceChannel.ONSITE}
        | {name: value for name, value in values.items() if value}
        | ({"platform": asked} if asked else {})
        | {"served_on": on or today, "fee": "0", "result": ServiceResult.SETTLED}
    )


def _own(user: User) -> Any:
    rows = ServiceRecord.objects.visible_to(user).filter(entered_by=user, source=source_of(user))
    return rows.select_related("platform", "enterprise")


@officer("platforms.add_servicerecord")
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest) -> HttpResponse:
    """The form, with what was typed today below it."""
    user, platforms = current_user(request), platform_choices(current_user(request))
    looks = "find" in request.POST or "pick" in request.POST
    number, sent = fresh_number(), request.method == "POST" and not looks
    begins = _beginning(request) | (_looked_up(request) if looks else {})
    form = EntryForm(*((request.POST,) if sent else ()), initial=begins, platforms=platforms)
    first = "platform" if not form.initial.get("platform") else "enterprise"
    if not sent:
        form.fields[first].widget.attrs["autofocus"] = True
    status = 200
    if sent:
        given = request.POST.get("number", "")
        number = given if _NUMBER.fullmatch(given) else number
        if form.is_valid():
            known = ServiceRecord.objects.filter(source=source_of(user), external_id=number).first()
            problem = _keep(request, form, number, known)
            if not problem:
                # Without a fragment: a browser then gives the focus to the box of the enterprise.
                return redirect("desk:service_entry")
            # The same page sent again with something else in it is another service.
            number, status = (fresh_number() if known else number), 409
    midnight = datetime.combine(timezone.localdate(), time.min, tzinfo=timezone.get_current_timezone())
    today = _own(user).filter(received_at__gte=midnight)
    rows = list(today.order_by("-pk")[: SHOWN + 1])
    context = {
        "crumbs": [*trail(), {"label": "登记", "url": ""}],
        "form": form,
        "number": number,
        "today": [_row(each) for each in rows[:SHOWN]],
        "today_count": today.filter(cancelled_at__isnull=True).count(),
        "more": len(rows) > SHOWN,
        "has_platforms": bool(platforms),
        "open_details": any(name in form.errors for name in DETAILS) if sent else False,
        "details": [form[name] for name in DETAILS],
        "lookup_url": reverse("desk:service_enterprises"),
        "least": enterprises.LEAST_OF_OWN,
        "found": _found(request, user) if "find" in request.POST else None,
    }
    return render(request, "service_records/service_entry.html", context, status=status)


def _looked_up(request: HttpRequest) -> dict[str, str]:
    """Return what was typed before somebody looked for an enterprise without a script, with the one that was chosen."""
    typed = {name: request.POST.get(name, "")[:400] for name in EntryForm.base_fields}
    return typed | ({"enterprise": request.POST["pick"][:120]} if "pick" in request.POST else {})


def _found(request: HttpRequest, user: User) -> list[str]:
    """Return the enterprises that the box means, each as the box takes it."""
    text = request.POST.get("enterprise", "").replace("\x00", "")[:80]
    known = enterprises.like(text, user) if text.strip() else enterprises.recent(user)
    return [f"{name} {code}" for name, code in known]


#: Boxes that are folded away, as they seldom change.
DETAILS = ("channel", "fee", "satisfaction", "served_by", "result")


def _keep(request: HttpRequest, form: EntryForm, number: str, known: ServiceRecord | None) -> bool:
    """Keep the record of a valid ``form``; says whether something is to be said on the form instead."""
    if known is not None:
        said = "这一页的内容刚才已经登记过，没有重复登记。如果是另一次服务，请核对后再保存一次。"
        form.add_error(None, said)
        return True
    user, values = current_user(request), dict(form.cleaned_data)
    name, code = values.pop("enterprise")
    row = RecordIn(external_id=number, enterprise_name=name, enterprise_code=code, **values)
    try:
        outcome = service_records.take_in(
            rows=[row], source=source_of(user), platforms=Platform.objects.visible_to(user), by=user, at=timezone.now()
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return True
    for each in outcome.rejected:
        field = _FIELDS.get(each.field, each.field)
        form.add_error(field if field in form.fields else None, each.message)
        return True
    request.session[_KEPT] = {each: values[each] for each in _REMEMBERED} | {
        "served_on": values["served_on"].isoformat(),
        "typed_on": timezone.localdate().isoformat(),
    }
    messages.success(request, f"已登记：{name}。")
    if values["free_category"] and values["fee"].strip() not in ("0", "0.0", "0.00"):
        messages.warning(request, "公益性服务应当免费，这条记录已标为“公益性服务收费”，请核对或填写说明。")
    return False


def _row(row: ServiceRecord) -> dict[str, Any]:
    kind = row.get_service_class_display()
    return {
        "row": row,
        "kind": f"{kind}，{FREE[row.free_category]}" if row.free_category else kind,  # type: ignore[index]
        "fee": yuan(row.fee),
        "flagged": is_flagged(row.free_category, row.fee),
        "at": f"{timezone.localtime(row.received_at):%H:%M}",
        "undo_url": "" if row.cancelled_at else reverse("desk:service_undo", args=[row.pk]),
    }


@officer("platforms.change_servicerecord")
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what the person typed today; older ones are cancelled with a reason on their own page."""
    user = current_user(request)
    row = get_object_or_404(ServiceRecord.objects.visible_to(user), pk=pk)
    back = redirect("desk:service_entry")
    is_todays = timezone.localdate(row.received_at) == timezone.localdate()
    if row.entered_by_id != user.pk or row.source != source_of(user) or not is_todays:
        messages.error(request, "只能撤回本人当天手工登记的记录，其他记录请在记录页面填写理由后作废。")
        return redirect("desk:service_record", pk)
    try:
        service_records.cancel(record=row, reason="当天登记有误，撤回", by=user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return back
    messages.success(request, "已撤回，这条记录不计入统计。")
    return back


@officer("platforms.add_servicerecord")
@require_safe
def lookup(request: HttpRequest) -> JsonResponse:
    """Return the few known enterprises that ``q`` means; for an empty one those that the person typed last."""
    user, text = current_user(request), request.GET.get("q", "").replace("\x00", "")[:80]
    found = enterprises.like(text, user) if text.strip() else enterprises.recent(user)
    answer = JsonResponse({"enterprises": [{"name": name, "code": code} for name, code in found]})
    patch_cache_control(answer, private=True, no_store=True)
    return answer
