"""Service records from a workbook: template, upload, what it would do cell by cell, one confirmation."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platforms import stored_files
from platforms.applications.queries.standings import lately_in_operation
from platforms.background.queries import of as jobs_of
from platforms.errors import Gone, Refusal
from platforms.excel import pending
from platforms.excel.findings import LABELS, Failure
from platforms.excel.marking import marked
from platforms.excel.pending import Pending
from platforms.filetypes import MEDIA_TYPES
from platforms.models import Platform, User
from platforms.one_use import repeatable
from platforms.pages.access import current_user, officer
from platforms.pages.downloads import download
from platforms.pages.in_background import Work, background, later
from platforms.pages.uploads import UploadForm
from platforms.service_records import rules
from platforms.service_records.desk.entry import source_of
from platforms.service_records.desk.record import trail
from platforms.service_records.excel import template as record_template
from platforms.service_records.excel.sheet import Read, read_workbook
from platforms.service_records.services import records as service_records
from platforms.service_records.services import store as service_store
from platforms.service_records.services.records import Outcome

IMPORT = "platforms.import_servicerecord"
MOST_FINDINGS, MOST_READINGS = 200, 100
#: Each is a comment in the workbook that is handed back, and all must fit when that is sent again.
MOST_MARKED = 2_500
#: What the kinds of failure are called here.
_LABELS = LABELS | {Failure.RULE: "不合规定"}
_GONE = "这份工作簿已经写入过，或检查结果已失效，没有重复写入。如需登记，请重新上传。"


@dataclass
class Judged:
    """What a workbook would do: how many rows are new, corrections or there already, and what is wrong."""

    read: Read
    new: int = 0
    changed: int = 0
    same: int = 0

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.same + self.bad

    @property
    def bad(self) -> int:
        return len(self.read.bad)

    @property
    def to_do(self) -> int:
        return 0 if self.read.is_broken else self.new + self.changed

    @property
    def fingerprint(self) -> str:
        """What the person has seen; other numbers are shown first."""
        return f"{self.new}.{self.changed}.{self.same}.{self.bad}"


def _places(user: User) -> list[tuple[str, str]]:
    return list(Platform.objects.visible_to(user).order_by("code").values_list("code", "name"))


def _offered(user: User) -> list[tuple[str, str]]:
    """Return code and name of the platforms that the template offers; those that ended lately are still filled in."""
    rows = lately_in_operation(Platform.objects.visible_to(user), timezone.localdate())
    return list(rows.order_by("code").values_list("code", "name"))


def judge(name: str, content: bytes, user: User) -> Judged:
    """Read the workbook and compare it with what is kept.

    Raises:
        Refusal: the file itself is not taken.
    """
    read = read_workbook(
        name,
        content,
        places=_places(user),
        today=timezone.localdate(),
        archived_before=service_records.archived_before(),
        max_bytes=settings.IMPORT_MAX_BYTES,
    )
    judged = Judged(read)
    known = service_store.stored(source_of(user, "excel"), [row.external_id for row in read.rows])
    seen: set[str] = set()
    for row, number in list(zip(read.rows, read.numbers, strict=True)):
        old = known.get(row.external_id)
        says, _ = rules.check(row, today=timezone.localdate())
        if old is not None and old.cancelled:
            read.wrong("external_id", number, row.external_id, service_records.CANCELLED, Failure.RULE)
        elif row.external_id in seen or (
            old is not None and old.says._replace(enterprise_name="") == (says and says._replace(enterprise_name=""))
        ):
            judged.same += 1
        elif old is None:
            judged.new += 1
        else:
            judged.changed += 1
        seen.add(row.external_id)
    good = [pair for pair in zip(read.rows, read.numbers, strict=True) if pair[1] not in read.bad]
    read.rows, read.numbers = [row for row, _ in good], [number for _, number in good]
    return judged


def _model(user: User) -> str:
    return f"records:{source_of(user, 'excel')}"


def _put_aside(request: HttpRequest, name: str, content: bytes, rows: int) -> None:
    user = current_user(request)
    pending.keep(request.session, model=_model(user), person=user.pk, name=name, content=content, rows=rows)


def _look(request: HttpRequest) -> tuple[Pending, bytes] | None:
    user = current_user(request)
    return pending.look(request.session, model=_model(user), person=user.pk)


def _trail(*more: str) -> list[dict[str, str]]:
    return [
        *trail(),
        {"label": "表格导入", "url": reverse("desk:service_sheet")},
        *({"label": m, "url": ""} for m in more),
    ]


@officer(IMPORT)
@repeatable
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Template and upload; what was uploaded is put aside and judged on the next page."""
    user = current_user(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["workbook"]
        try:
            if upload.size > settings.IMPORT_MAX_BYTES:
                raise Refusal(f"文件超过上限 {settings.IMPORT_MAX_BYTES // (1024 * 1024)} MB，请拆分后分别上传。")
            content = upload.read()
            judged = judge(upload.name, content, user)
        except Refusal as refusal:
            form.add_error("workbook", str(refusal))
        else:
            _put_aside(request, upload.name, content, judged.rows)
            return redirect("desk:service_sheet_check")
    waiting = _look(request)
    context = {
        "crumbs": [*trail(), {"label": "表格导入", "url": ""}],
        "form": form,
        "waiting": waiting[0].name if waiting else "",
        "limit": f"{settings.IMPORT_MAX_BYTES // (1024 * 1024)} MB",
        "most": f"{record_template.MOST_ROWS:,}",
    }
    return render(request, "service_records/service_sheet.html", context)


@officer(IMPORT)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """Send the workbook to fill in."""
    content = record_template.template(_offered(current_user(request)))
    return download(content, "服务记录导入模板.xlsx", MEDIA_TYPES["xlsx"])


@officer(IMPORT)
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Show what the workbook would do and what is wrong with it; can be opened again until it is confirmed."""
    user, found = current_user(request), _look(request)
    if found is None:
        messages.info(request, "没有等待确认的工作簿，请上传。")
        return redirect("desk:service_sheet")
    try:
        judged = judge(found[0].name, found[1], user)
    except Refusal as refusal:
        pending.drop(request.session)
        messages.error(request, str(refusal))
        return redirect("desk:service_sheet")
    findings, readings = judged.read.findings, judged.read.readings
    context = {
        "crumbs": _trail("检查结果"),
        "name": found[0].name,
        "token": found[0].token,
        "judged": judged,
        "findings": len(findings),
        "findings_left": max(0, len(findings) - MOST_FINDINGS),
        "sheets": list(_sheets(judged.read)),
        "readings": readings[:MOST_READINGS],
        "readings_count": len(readings),
        "readings_left": max(0, len(readings) - MOST_READINGS),
    }
    return render(request, "service_records/service_sheet_check.html", context)


def _sheets(read: Read) -> Iterator[dict[str, Any]]:
    for title, some in groupby(read.findings[:MOST_FINDINGS], key=lambda each: each.sheet):
        rows = [
            {
                "cell": each.cell or (f"第 {each.row} 行" if each.row else "整张表"),
                "value": each.value,
                "sentence": each.sentence,
                "label": _LABELS[each.failure],
            }
            for each in some
        ]
        yield {"title": title, "rows": rows}


@officer(IMPORT)
@repeatable
@require_POST
def back(request: HttpRequest) -> HttpResponse:
    """Send the workbook back with its wrong cells coloured and commented, as often as it is asked for.

    The background marks a long one.
    """
    user, found = current_user(request), _look(request)
    if found is None or found[0].token != request.POST.get("token", ""):
        messages.error(request, "检查结果已失效，请重新上传。")
        return redirect("desk:service_sheet")
    try:
        if found[0].rows > settings.ROWS_MARKED_AT_ONCE:
            asked, kept = {"name": found[0].name}, found[0].stored_name
            title = f"标出错误：{found[0].name}"
            return later(request, mark_sheet, title, total=found[0].rows, asked=asked, kept=kept)
        content = _marked(found[0].name, found[1], user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:service_sheet")
    return download(content, _name_of_marked(found[0].name), MEDIA_TYPES["xlsx"])


def _marked(name: str, content: bytes, user: User) -> bytes:
    return marked(content, judge(name, content, user).read.findings[:MOST_MARKED], _LABELS)


def _name_of_marked(name: str) -> str:
    return f"{name.rsplit('.', 1)[0]}-已标记.xlsx"


@background
def mark_sheet(work: Work) -> None:
    """Mark a long workbook."""
    work.require(IMPORT)
    name = work.asked["name"]
    work.keep(_name_of_marked(name), _marked(name, work.input(), work.by), MEDIA_TYPES["xlsx"])
    with work.ending():
        work.job.done = work.job.total or 0


@officer(IMPORT)
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Take in what was shown, once; everything is judged again, and what is not what was shown is shown first.

    What was left out is shown again afterwards, so that it can be fetched marked and mended. The background takes in a
    long workbook.
    """
    user, found = current_user(request), _look(request)
    token = request.POST.get("token", "")
    if found is None or found[0].token != token:
        messages.error(request, _GONE)
        return redirect("desk:service_sheet")
    seen, only_good = request.POST.get("seen", ""), bool(request.POST.get("only_good"))
    if found[0].rows > settings.ROWS_WRITTEN_AT_ONCE:
        return _confirm_later(request, found[0], seen=seen, only_good=only_good)
    try:
        with transaction.atomic():
            service_store.lock_source(source_of(user, "excel"))
            judged = judge(found[0].name, found[1], user)
            why_not = _why_not(judged, seen=seen, only_good=only_good)
            if why_not:
                messages.warning(request, why_not)
                return redirect("desk:service_sheet_check")
            if pending.take(request.session, token=token, model=_model(user), person=user.pk) is None:
                messages.error(request, _GONE)
                return redirect("desk:service_sheet")
            done = _take_in(judged, user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:service_sheet")
    told, left_out = _told(judged, done)
    messages.success(request, told)
    if not left_out:
        return redirect("desk:service_records")
    _put_aside(request, found[0].name, found[1], judged.rows)
    return redirect("desk:service_sheet_check")


def _take_in(judged: Judged, user: User) -> Outcome:
    return service_records.take_in(
        rows=judged.read.rows,
        source=source_of(user, "excel"),
        platforms=Platform.objects.visible_to(user),
        by=user,
        at=timezone.now(),
    )


def _told(judged: Judged, done: Outcome) -> tuple[str, int]:
    """Return what is said of a workbook that was taken in, and how many rows were left out."""
    told = f"导入完成：新增 {done.created} 条，更正 {done.updated} 条，未变 {done.unchanged} 条"
    left_out = judged.bad + len(done.rejected)
    return (f"{told}，有错误未写入 {left_out} 行。" if left_out else f"{told}。"), left_out


def _confirm_later(request: HttpRequest, found: Pending, *, seen: str, only_good: bool) -> HttpResponse:
    """Hand a long workbook to the background, once."""
    user = current_user(request)
    try:
        with transaction.atomic():
            asked = {"name": found.name, "seen": seen, "only_good": only_good}
            title, kept = f"导入服务记录：{found.name}", found.stored_name
            answer = later(request, take_in_sheet, title, total=found.rows, asked=asked, kept=kept)
            # Last: what was taken cannot be given back.
            if pending.take(request.session, token=found.token, model=_model(user), person=user.pk) is None:
                raise Gone(_GONE)
            return answer
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:service_sheet" if isinstance(refusal, Gone) else "desk:service_sheet_check")


@background
def take_in_sheet(work: Work) -> None:
    """Take in a long workbook as :func:`confirm` does a short one; what was left out can be looked at again."""
    work.require(IMPORT)
    content, again = work.input(), reverse("desk:service_sheet_again", args=[work.job.pk])
    with work.ending():
        service_store.lock_source(source_of(work.by, "excel"))
        judged = judge(work.asked["name"], content, work.by)
        why_not = _why_not(judged, seen=work.asked["seen"], only_good=work.asked["only_good"])
        if why_not:
            work.tell(why_not, again, by_post=True)
            raise Refusal(why_not)
        told, left_out = _told(judged, _take_in(judged, work.by))
        work.tell(told, again if left_out else reverse("desk:service_records"), by_post=bool(left_out))
        work.job.done = work.job.total or 0


@officer(IMPORT)
@repeatable
@require_POST
def again(request: HttpRequest, key: int) -> HttpResponse:
    """Put the workbook of a job aside as if it had just been uploaded, and show what it would do now."""
    user = current_user(request)
    job = get_object_or_404(jobs_of(user).filter(task=take_in_sheet.module_path, finished_at__isnull=False), pk=key)
    try:
        _put_aside(request, job.asked["name"], stored_files.read(job.input_name), job.total or 0)
    except FileNotFoundError:
        messages.error(request, "工作簿已过保存期限，请重新上传。")
        return redirect("desk:service_sheet")
    return redirect("desk:service_sheet_check")


def _why_not(judged: Judged, *, seen: str, only_good: bool) -> str:
    """Return why what was confirmed is not taken in now, or nothing."""
    if not judged.to_do:
        return "没有可以写入的服务记录，请按检查结果改正后重新上传。"
    if judged.bad and not only_good:
        return f"有 {judged.bad} 行有错误。只写入没有错误的，请先勾选“不写入有错误的行”。"
    if seen != judged.fingerprint:
        return "检查之后，系统中的内容有变化，没有写入。请按现在的结果重新核对。"
    return ""
