"""批量填报: template, upload, what the workbook would do, one confirmation; the workbook back with errors marked."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platforms.applications.desk.sections import trail
from platforms.applications.intake import review as reviews
from platforms.applications.intake.drafts import own_drafts, workbook_for
from platforms.applications.intake.fields import KEY, MOST_APPLICATIONS
from platforms.applications.intake.marker import WrongTemplate
from platforms.applications.intake.review import Judged, Review
from platforms.applications.queries.wording import NOTHING
from platforms.applications.services import intake
from platforms.applications.services.filing_extensions import check_filing_open
from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.excel import pending
from platforms.excel.findings import LABELS
from platforms.excel.marking import marked
from platforms.excel.pending import Pending
from platforms.filetypes import MEDIA_TYPES
from platforms.models import Round, User
from platforms.one_use import repeatable
from platforms.pages.access import current_user, officer
from platforms.pages.downloads import download
from platforms.pages.uploads import UploadForm
from platforms.pages.years import by_year, round_here, year_url
from platforms.rounds.choices import RoundStatus

_GONE = "这份工作簿已经写入过，或检查结果已失效，没有重复写入。如需填报，请重新上传。"
#: More is not listed; all of it stands in the marked workbook, and all of it is taken in.
_MOST_FINDINGS, _MOST_READINGS, _MOST_ROWS, _MOST_CHANGES = 200, 100, 200, 12
_STATES = {
    "new": ("新建", "good"),
    "changed": ("修改", "info"),
    "same": ("未变", "neutral"),
    "bad": ("有错误", "bad"),
}


def _where(request: HttpRequest) -> tuple[User, Round]:
    return current_user(request), round_here(request)


def _model(round_: Round) -> str:
    return f"intake:{round_.pk}"


def _look(request: HttpRequest, round_: Round) -> tuple[Pending, bytes] | None:
    return pending.look(request.session, model=_model(round_), person=current_user(request).pk)


@officer("platforms.import_application")
@repeatable
@require_http_methods(["GET", "HEAD", "POST"])
@by_year
def index(request: HttpRequest) -> HttpResponse:
    """Template and upload; what was uploaded is put aside and judged on the next page."""
    user, round_ = _where(request)
    closed = _closed_reason(round_)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    wrong_template = False
    if request.method == "POST" and not closed and form.is_valid():
        upload = form.cleaned_data["workbook"]
        try:
            content = _content(upload)
            reviews.accept(upload.name, content, round=round_, user=user)
        except Refusal as refusal:
            form.add_error("workbook", str(refusal))
            wrong_template = isinstance(refusal, WrongTemplate)
        else:
            pending.keep(request.session, model=_model(round_), person=user.pk, name=upload.name, content=content)
            return redirect(year_url(request, "desk:intake_check"))
    waiting = _look(request, round_)
    context = {
        "crumbs": [*trail(home=year_url(request, "desk:home")), {"label": "批量填报", "url": ""}],
        "form": form,
        "round": round_,
        "closed": closed,
        "no_new": not _takes_new(round_, user),
        "wrong_template": wrong_template,
        "drafts": len(own_drafts(user, round_)),
        "waiting": waiting[0].name if waiting else "",
        "limit": f"{settings.IMPORT_MAX_BYTES // (1024 * 1024)} MB",
        "most": f"{MOST_APPLICATIONS:,}",
        "most_rows": f"{settings.IMPORT_MAX_ROWS:,}",
    }
    return render(request, "applications/intake.html", context)


def _takes_new(round_: Round, user: User) -> bool:
    """Say whether new applications can be made: filing is open, or an extension lets the region in."""
    try:
        check_filing_open(round_, region=user.region, on=timezone.localdate())
    except Refusal:
        return False
    return True


def _closed_reason(round_: Round) -> str:
    if round_.status == RoundStatus.PUBLISHED:
        return f"{round_}结果已公布，申报表不能再变动。"
    return ""


def _content(upload: Any) -> bytes:
    if upload.size > settings.IMPORT_MAX_BYTES:
        megabytes = settings.IMPORT_MAX_BYTES // (1024 * 1024)
        raise Refusal(f"文件超过上限 {megabytes} MB，请拆分后分别上传。")
    content: bytes = upload.read()
    return content


@officer("platforms.import_application")
@require_safe
@by_year
def template(request: HttpRequest) -> HttpResponse:
    """Send the workbook to fill in."""
    user, round_ = _where(request)
    return download(workbook_for(user, round_), f"{round_.year}年度批量填报模板.xlsx", MEDIA_TYPES["xlsx"])


@officer("platforms.import_application")
@require_safe
@by_year
def drafts(request: HttpRequest) -> HttpResponse:
    """Send the workbook with the own drafts in it; the log says so, as people stand in it."""
    user, round_ = _where(request)
    rows = own_drafts(user, round_)
    audit.record(verb="导出申报表", by=user, at=timezone.now(), target=round_, reason=f"{len(rows)} 条，批量填报表")
    return download(workbook_for(user, round_, rows), f"{round_.year}年度申报表-可再导入.xlsx", MEDIA_TYPES["xlsx"])


@officer("platforms.import_application")
@require_safe
@by_year
def check(request: HttpRequest) -> HttpResponse:
    """Show what the workbook would do and what is wrong with it; can be opened again until it is confirmed."""
    user, round_ = _where(request)
    found = _look(request, round_)
    if found is None:
        messages.info(request, "没有等待确认的工作簿，请上传。")
        return redirect(year_url(request, "desk:intake"))
    try:
        judged = _review(found, round_, user)
    except Refusal as refusal:
        # The template was changed, or the row limit, since it was uploaded.
        pending.drop(request.session)
        messages.error(request, str(refusal))
        return redirect(year_url(request, "desk:intake"))
    crumbs = [
        *trail(home=year_url(request, "desk:home")),
        {"label": "批量填报", "url": year_url(request, "desk:intake")},
        {"label": "检查结果", "url": ""},
    ]
    context = {
        "crumbs": crumbs,
        "name": found[0].name,
        "token": found[0].token,
        **_context_of(judged),
    }
    return render(request, "applications/intake_check.html", context)


def _context_of(review: Review) -> dict[str, Any]:
    """Return what the template shows of ``review``."""
    counts = {state: review.count(state) for state in _STATES}
    blocking = [each for each in review.findings if not each.key]
    # What stops everything comes first, and is never left out for what stops one application.
    single = [each for each in review.findings if each.key][: max(0, _MOST_FINDINGS - len(blocking))]
    blocking = blocking[:_MOST_FINDINGS]
    return {
        "round": review.round,
        "counts": counts,
        "total": len(review.judged),
        "seen": review.fingerprint,
        "is_broken": review.is_broken,
        "good": len(review.filed),
        "to_do": counts["new"] + counts["changed"] if not review.is_broken else 0,
        "findings": len(review.findings),
        "findings_left": len(review.findings) - len(blocking) - len(single),
        "blocking": _sheets(blocking),
        "sheets": _sheets(single),
        "readings": [(each.sheet, each.cell, each.value, each.understood) for each in review.readings[:_MOST_READINGS]],
        "readings_count": len(review.readings),
        "readings_left": max(0, len(review.readings) - _MOST_READINGS),
        "rows": [_row(each) for each in review.judged[:_MOST_ROWS]],
        "rows_left": max(0, len(review.judged) - _MOST_ROWS),
    }


def _sheets(findings: list[Any]) -> list[dict[str, Any]]:
    return [_sheet(title, list(some)) for title, some in groupby(findings, key=lambda each: each.sheet)]


def _sheet(title: str, findings: list[Any]) -> dict[str, Any]:
    rows = [
        {"cell": each.cell or "整张表", "value": each.value, "sentence": each.sentence, "label": LABELS[each.failure]}
        for each in findings
    ]
    return {"title": title, "rows": rows}


def _row(each: Judged) -> dict[str, Any]:
    label, tone = _STATES[each.state]
    plan = each.plan
    changes = _changes(each) if each.state == "changed" else []
    return {
        "number": each.entry.number,
        "key": each.entry.values.get(KEY, ""),
        "place": plan.row.site_name if plan else "",
        "code": plan.row.number if plan and not plan.is_new else "",
        "label": label,
        "tone": tone,
        "note": _note(each),
        "changes": changes[:_MOST_CHANGES],
        "changes_left": max(0, len(changes) - _MOST_CHANGES),
    }


def _note(each: Judged) -> str:
    if each.state != "new" or each.plan is None:
        return ""
    filled = sum(len(changes) for _, _, changes in each.plan.sections.values())
    lines = sum(len(after) for _, after in each.plan.rows.values())
    return f"填写 {filled} 项、各类明细 {lines} 行"


def _changes(each: Judged) -> list[dict[str, str]]:
    assert each.plan is not None
    return [_change(label, old, new) for _, changes in each.plan.changes() for label, (old, new) in changes.items()]


def _change(label: str, old: Any, new: Any) -> dict[str, str]:
    """Return one change in words; of rows only those that go and those that come."""
    if not isinstance(old, list):
        return {"label": label, "old": _words(old), "new": _words(new)}
    gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
    return {"label": f"{label}（{len(old)} 行改为 {len(new)} 行）", "old": "；".join(gone), "new": "；".join(come)}


def _words(value: Any) -> str:
    return NOTHING if value is None or value == "" else str(value)


def _review(found: tuple[Pending, bytes], round_: Round, user: User, *, lock: bool = False) -> Review:
    return reviews.review(found[0].name, found[1], round=round_, user=user, at=timezone.now(), lock=lock)


@officer("platforms.import_application")
@repeatable
@require_POST
@by_year
def back(request: HttpRequest) -> HttpResponse:
    """Send the workbook back with its wrong cells marked, as often as it is asked for."""
    user, round_ = _where(request)
    found = _look(request, round_)
    token = request.POST.get("token", "")
    if found is None or token != found[0].token:
        messages.error(request, "检查结果已失效，请重新上传。")
        return redirect(year_url(request, "desk:intake"))
    try:
        content = marked(found[1], _review(found, round_, user).findings)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(year_url(request, "desk:intake_check"))
    name = found[0].name.rsplit(".", 1)[0]
    return download(content, f"{name}-已标记.xlsx", MEDIA_TYPES["xlsx"])


@officer("platforms.import_application")
@require_POST
@by_year
def confirm(request: HttpRequest) -> HttpResponse:
    """Take in what was shown, once; everything is judged again, and what is not what was shown is shown first."""
    user, round_ = _where(request)
    found = _look(request, round_)
    if found is None:
        messages.error(request, _GONE)
        return redirect(year_url(request, "desk:intake"))
    try:
        with transaction.atomic():
            judged = _review(found, round_, user, lock=True)
            refusal = _refusal_reason(request, judged)
            if refusal:
                messages.warning(request, refusal)
                return redirect(year_url(request, "desk:intake_check"))
            token = request.POST.get("token", "")
            if pending.take(request.session, token=token, model=_model(round_), person=user.pk) is None:
                messages.error(request, _GONE)
                return redirect(year_url(request, "desk:intake"))
            left_out = judged.count("bad")
            done = intake.take_in(
                round=round_,
                filed=judged.filed,
                by=user,
                at=timezone.now(),
                digest=judged.digest,
                left_out=left_out,
                planned=judged.plans,
            )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(year_url(request, "desk:intake"))
    done_text = f"批量填报完成：新建 {len(done.new)} 份，修改 {len(done.changed)} 份，未变 {len(done.unchanged)} 份"
    messages.success(request, f"{done_text}，有错误未写入 {left_out} 份。" if left_out else f"{done_text}。")
    return redirect(year_url(request, "desk:home"))


def _refusal_reason(request: HttpRequest, judged: Review) -> str:
    """Return why what was confirmed is not taken in now, or nothing."""
    left_out = judged.count("bad")
    if not judged.plans:
        return "没有可以写入的申报，请按检查结果改正后重新上传。"
    if left_out and not request.POST.get("only_good"):
        return f"有 {left_out} 份申报有错误。只写入没有错误的，请先勾选“不写入有错误的申报”。"
    if request.POST.get("seen") != judged.fingerprint:
        return "检查之后，系统中的内容有变化，没有写入。请按现在的结果重新核对。"
    return ""
