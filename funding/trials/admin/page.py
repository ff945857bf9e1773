"""The page of a trial: what a run would give otherwise. It reads; a draft is made of it by the services of runs."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from funding.formula import PoolError
from funding.models import AllocationRun
from funding.money import MoneyError
from funding.runs.choices import RunStatus
from funding.runs.queries.obstacles import in_force
from funding.runs.services import runs
from funding.tally import TallyError
from funding.trials.admin.form import TrialForm, address_of
from funding.trials.admin.shown import shown
from funding.trials.queries.basis import basis_of
from funding.trials.queries.trial import try_out
from platforms.backoffice.base import ScopedAdmin
from platforms.backoffice.moves import person_of
from platforms.errors import Refusal

SLUG, LABEL = "what-if", "试算"
#: One step of the slider, in yuan.
STEP = 10_000


def what_if(office: ScopedAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    """Try what the address asks for (GET); make a draft with its pool, readings and ways to count (POST)."""
    run: AllocationRun = office.visible_or_404(request, str(object_id))
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if request.method == "POST":
        office.check_may(request, "add")
        return _save(request, run)
    context: dict[str, Any] = {
        **office.admin_site.each_context(request),
        "opts": office.model._meta,
        "run": run,
        "title": f"{LABEL}：{run.number}",
        "run_url": _run_url(run),
    }
    try:
        basis = basis_of(run)
    except (TallyError, PoolError, MoneyError) as error:
        return _page(office, request, context | {"broken": f"{error}。"})
    form = TrialForm(basis, request.GET)
    context |= {
        "form": form,
        "step": STEP,
        "cap": run.round.cap_yuan,
        "pool": basis.before.pool,
        "failing": basis.money.failing_label,
    }
    if not form.is_valid():
        return _page(office, request, context)
    asked = form.asked()
    trial = try_out(basis, asked)
    query = address_of(basis, asked)
    standing = in_force(run.round)
    context |= {
        "pool": asked.pool,
        "shown": shown(trial),
        "changes_counts": asked.changes_counts,
        "address": f"{request.path}?{query}" if query else request.path,
        "may_save": office.may(request, "add"),
        "updates": _is_own_draft(request, run),
        "corrects": standing.number if standing and not _is_own_draft(request, run) else "",
        "kept": {"pool_yuan": str(asked.pool), **asked.reading.as_dict(), **asked.counting.as_dict()},
    }
    return _page(office, request, context)


def _page(office: ScopedAdmin, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    request.current_app = office.admin_site.name
    return TemplateResponse(request, "admin/funding/what_if.html", context)


def _save(request: HttpRequest, run: AllocationRun) -> HttpResponse:
    """Make a draft, or compute the own one anew; what is typed in the address stays there where it is refused."""
    here = HttpResponseRedirect(request.get_full_path())
    try:
        basis = basis_of(run)
    except (TallyError, PoolError, MoneyError) as error:
        messages.error(request, f"{error}。")
        return here
    sent = QueryDict(mutable=True)
    for switch in (*basis.switches, *basis.count_switches):
        sent[switch.name] = request.POST.get(switch.name, "")
    sent["pool_yuan"] = request.POST.get("pool_yuan", "")
    form = TrialForm(basis, sent)
    if not form.is_valid():
        said = [f"{form.fields[name].label}：{error}" for name, errors in form.errors.items() for error in errors]
        messages.error(request, "".join(said))
        return here
    asked, by, at = form.asked(), person_of(request), timezone.now()
    how: dict[str, Any] = {
        "pool_yuan": asked.pool, "reading": asked.reading, "counting": asked.counting, "by": by, "at": at,
    }  # fmt: skip
    try:
        if _is_own_draft(request, run):
            done = runs.recalculate(run=run, revision=_revision(request), **how)
            messages.success(request, f"已按试算的资金总额和口径重新测算{done}，请核对。")
        else:
            done = runs.make_run(round=run.round, replaces=in_force(run.round), **how)
            messages.success(request, f"已将试算存为测算草案{done}，请核对。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return here
    return HttpResponseRedirect(_run_url(done))


def _is_own_draft(request: HttpRequest, run: AllocationRun) -> bool:
    return run.status == RunStatus.DRAFT and run.made_by_id == request.user.pk


def _revision(request: HttpRequest) -> int:
    """Return the revision that the page showed; 0, which no run has, where it says none."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _run_url(run: AllocationRun) -> str:
    return reverse("admin:funding_allocationrun_change", args=(run.pk,))
