"""A scheme as a workbook: sent, uploaded, checked sheet by sheet, taken as a draft once it is confirmed."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from evaluation.models import Scheme
from evaluation.schemes.excel import ReadScheme, as_workbook, read_workbook
from evaluation.schemes.grading import Problem
from evaluation.schemes.queries import problems_of
from evaluation.schemes.services import take_in_scheme
from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.excel import pending
from platforms.excel.findings import LABELS, Failure
from platforms.models import Notice, User
from platforms.notices.choices import NoticeStatus
from platforms.notices.models import value_of
from platforms.one_use import creates, repeatable
from platforms.pages.downloads import MEDIA_TYPES, download
from platforms.pages.uploads import UploadForm

#: What the upload between check and confirmation is kept under.
KEPT = "evaluation.scheme"
MOST_FINDINGS = 200
_LABELS = LABELS | {Failure.RULE: "不符合要求"}
_GONE = "这份工作簿已经导入，或检查结果已失效。如需导入，请重新上传。"


class SchemeWorkbooks:
    """The pages of workbooks, for the admin of schemes."""

    admin_site: Any
    model: Any

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("workbook/", wrap(self.upload_view), name="evaluation_scheme_upload"),
            path("workbook/check/", wrap(self.check_view), name="evaluation_scheme_check"),
            path("<int:object_id>/workbook/", wrap(self.workbook_view), name="evaluation_scheme_workbook"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def workbook_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Send the scheme, as it is stored."""
        scheme: Scheme = self.visible_or_404(request, str(object_id))  # type: ignore[attr-defined]
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        assert isinstance(request.user, User)
        audit.record(verb="导出评价方案", by=request.user, at=timezone.now(), target=scheme, code=str(scheme))
        return download(as_workbook(scheme), f"{scheme}.xlsx", MEDIA_TYPES["xlsx"])

    @repeatable
    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Take a workbook and put it aside; the next page says what it holds."""
        self._check_may_write(request)
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        form.fields["workbook"].help_text = "在导出的工作簿中修改，xlsx 格式。上传后先检查，确认前不写入任何内容。"
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["workbook"]
            try:
                if upload.size > settings.IMPORT_MAX_BYTES:
                    raise Refusal(f"文件超过上限 {settings.IMPORT_MAX_BYTES // (1024 * 1024)} MB。")
                content = upload.read()
                _read(upload.name, content)
            except Refusal as refusal:
                form.add_error("workbook", str(refusal))
            else:
                pending.keep(
                    request.session,
                    model=KEPT,
                    person=int(request.user.pk or 0),
                    name=upload.name,
                    content=content,
                )
                return HttpResponseRedirect(reverse("admin:evaluation_scheme_check"))
        return self._page(request, "admin/evaluation/scheme_upload.html", "由工作簿建立方案", form=form)

    @creates
    def check_view(self, request: HttpRequest) -> HttpResponse:
        """Show what the workbook holds and what is wrong with it (GET); take it as a draft (POST)."""
        self._check_may_write(request)
        person = int(request.user.pk or 0)
        if request.method == "POST":
            return self._take_in(request, person)
        kept = pending.look(request.session, model=KEPT, person=person)
        if kept is None:
            messages.info(request, "没有等待确认的工作簿，请上传。")
            return HttpResponseRedirect(reverse("admin:evaluation_scheme_upload"))
        try:
            read = _read(kept[0].name, kept[1])
        except Refusal as refusal:
            pending.drop(request.session)
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:evaluation_scheme_upload"))
        scheme = read.scheme
        return self._page(
            request,
            "admin/evaluation/scheme_check.html",
            "检查结果",
            name=kept[0].name,
            token=kept[0].token,
            read=read,
            sheets=list(_sheets(read)),
            findings_left=max(0, len(read.findings) - MOST_FINDINGS),
            notice=str(scheme.notice) if scheme else "",
            problems=[] if read.findings else [problem.told for problem in _problems(read)],
        )

    def _take_in(self, request: HttpRequest, person: int) -> HttpResponse:
        back = HttpResponseRedirect(reverse("admin:evaluation_scheme_upload"))
        taken = pending.take(request.session, token=request.POST.get("token", ""), model=KEPT, person=person)
        if taken is None:
            messages.error(request, _GONE)
            return back
        made: list[Scheme] = []

        def act() -> None:
            read = _read(taken[0].name, taken[1])
            if read.findings or read.scheme is None:
                raise Refusal(f"工作簿有 {len(read.findings)} 处错误，没有导入，请改正后重新上传。")
            assert isinstance(request.user, User)
            made.append(
                take_in_scheme(
                    scheme=read.scheme,
                    cutoffs=read.cutoffs,
                    indicators=read.indicators,
                    digest=taken[0].digest,
                    by=request.user,
                    at=timezone.now(),
                )
            )

        if not self.run(request, act):  # type: ignore[attr-defined]
            return back
        messages.success(request, f"已建立“{made[0]}”，可继续修改。")
        return HttpResponseRedirect(reverse("admin:evaluation_scheme_change", args=(made[0].pk,)))

    def _check_may_write(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied

    def _page(self, request: HttpRequest, template: str, title: str, **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": title,
            "limit": f"{settings.IMPORT_MAX_BYTES // (1024 * 1024)} MB",
            **more,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, context)


def _read(name: str, content: bytes) -> ReadScheme:
    notices = Notice.objects.filter(status=NoticeStatus.APPROVED)
    known = {str(each.pk): (str(each), value_of(each.pk).terms) for each in notices}
    return read_workbook(name, content, notices=known, max_bytes=settings.IMPORT_MAX_BYTES)


def _problems(read: ReadScheme) -> tuple[Problem, ...]:
    """Return what keeps the scheme from being used as it stands; it may be taken as a draft all the same."""
    return problems_of(read.scheme.value_with(read.indicators, read.cutoffs)) if read.scheme else ()


def _sheets(read: ReadScheme) -> Iterator[dict[str, Any]]:
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
