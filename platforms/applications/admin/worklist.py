"""The city's worklist over the applications: what waits, who looks after it, and acts on several at once."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections.abc import Callable, Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.files.base import File
from django.db import models
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.documents import zip_of
from platforms.applications.queries.worklist import WAITING, narrowed
from platforms.applications.services import assigning, filing
from platforms.audit.services import audit
from platforms.backoffice.moves import person_of
from platforms.backoffice.scoped import CHOOSE
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.models import Application, ApplicationVersion, User
from platforms.pages.in_background import Work, background, later
from platforms.periodic_reports.services import acceptance

NAMES_SHOWN = 50
NOBODY = "nobody"
#: Does one thing with one application; refuses by raising.
Act = Callable[[Application, User, datetime], Any]


class WaitingFilter(admin.SimpleListFilter):
    """待办: new, answered, late, overdue, mine, nobody's."""

    title = "待办"
    parameter_name = "todo"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return list(WAITING.items())

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        key = self.value()
        if key not in WAITING:
            return queryset
        return narrowed(queryset, key, user=person_of(request), on=timezone.localdate())


class ManyReturnForm(forms.Form):
    """One reason for several applications; the whole form is open again for each."""

    reason = forms.CharField(
        label="退回理由",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": "400"}),
        help_text="每份申报表都按整份退回；要指明具体栏目的，请逐份办理。",
    )


class AssignForm(forms.Form):
    """The city officer who looks after the applications from now on."""

    officer = forms.ChoiceField(label="经办人", error_messages={"required": "请选择经办人。"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(role=Role.CITY, is_active=True).order_by("name", "username")
        self.people = {str(each.pk): each for each in people}
        names = [(key, f"{each.name}（{each.username}）") for key, each in self.people.items()]
        self.fields["officer"].choices = [("", CHOOSE), *names, (NOBODY, "不指定经办人")]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> User | None:
        """Who was chosen; None for nobody."""
        return self.people.get(self.cleaned_data["officer"])


class _Archive:
    """The PDFs of some versions in one ZIP, as ``person`` may see them."""

    def __init__(self, pks: list[int], person: User) -> None:
        self.pks, self.person = pks, person
        self.versions = ApplicationVersion.objects.visible_to(person).filter(pk__in=pks)
        self.count = self.versions.count()

    @property
    def name(self) -> str:
        # Forms of the counties go to the city without names and mobiles.
        masked = self.versions.filter(application__region__isnull=False).exists() and self.person.region_id is None
        return f"申报表-{self.count}份-{timezone.localdate():%Y%m%d}{'_隐去个人信息' if masked else ''}.zip"

    def pieces(self) -> Iterator[bytes]:
        return zip_of(self.versions.order_by("application__number"), reader=self.person)

    def note(self) -> None:
        audit.record(verb="下载申报表", by=self.person, at=timezone.now(), reason=f"{self.count} 份，打包")


@background
def print_forms(work: Work) -> None:
    """Print the versions that were chosen, those of them that the person still sees."""
    work.require("platforms.view_applicationversion")
    archive = _Archive(work.asked["versions"], work.by)
    if not archive.count:
        raise Refusal("选中的申报表已不在您的办理范围内，未生成文件。")
    with TemporaryFile() as file:
        for piece in work.counted(archive.pieces()):
            file.write(piece)
        work.keep(archive.name, File(file), "application/zip")
    work.at_end(archive.note)
    with work.ending():
        work.job.done = archive.count


class WorklistActions(admin.ModelAdmin):
    """The actions of the list: each names what it would touch, asks, then does one application after the other."""

    def has_accept_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("platforms.accept_application")

    def has_return_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("platforms.return_application")

    def has_assign_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("platforms.assign_application")

    @admin.action(description="受理选中的申报表", permissions=["accept"])
    def accept_selected(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
        """Accept what is submitted among the chosen ones."""
        return self._each(
            request,
            queryset,
            action="accept_selected",
            verb="受理",
            wanted=(ApplicationStatus.SUBMITTED,),
            effect="状态由“已提交”变为“已受理”",
            act=lambda row, by, at: acceptance.accept(application=row, by=by, at=at),
        )

    @admin.action(description="退回选中的申报表", permissions=["return"])
    def return_selected(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
        """Return what is submitted among the chosen ones, with one reason."""
        form = ManyReturnForm(request.POST if request.POST.get("confirmed") == "yes" else None)
        return self._each(
            request,
            queryset,
            action="return_selected",
            verb="退回",
            wanted=(ApplicationStatus.SUBMITTED,),
            effect="状态由“已提交”变为“已退回”，理由永久保留",
            form=form,
            act=lambda row, by, at: filing.return_for_correction(
                application=row, reason=form.cleaned_data["reason"], by=by, at=at
            ),
        )

    @admin.action(description="分派选中的申报表", permissions=["assign"])
    def assign_selected(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
        """Give the chosen ones to a colleague."""
        form = AssignForm(request.POST if request.POST.get("confirmed") == "yes" else None)
        return self._each(
            request,
            queryset,
            action="assign_selected",
            verb="分派",
            wanted=tuple(ApplicationStatus.values),
            effect="由选定的人员经办，以前的经办人不再显示",
            form=form,
            act=lambda row, by, at: assigning.assign(application=row, to=form.chosen, by=by, at=at),
        )

    @admin.action(description="下载选中申报表的 PDF", permissions=["view"])
    def zip_selected(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponseBase | None:
        """Send the latest version of each chosen one as a PDF, all in one ZIP that is made while it is sent.

        The background makes one of many.
        """
        person = person_of(request)
        latest = ApplicationVersion.objects.filter(application=models.OuterRef("pk")).order_by("-number").values("pk")
        chosen = queryset.annotate(latest=models.Subquery(latest[:1])).filter(latest__isnull=False)
        archive = _Archive(list(chosen.order_by().values_list("latest", flat=True)), person)
        if not archive.count:
            messages.error(request, "选中的申报表都没有提交过，没有可以下载的版本。")
            return None
        if archive.count > settings.FORMS_PRINTED_AT_ONCE:
            title, asked = f"打印申报表：选中的 {archive.count} 份", {"versions": archive.pks}
            try:
                return later(request, print_forms, title, total=archive.count, unit="份", asked=asked)
            except Refusal as refusal:
                messages.error(request, str(refusal))
                return None
        archive.note()
        response = StreamingHttpResponse(archive.pieces(), content_type="application/zip")
        response["Content-Disposition"] = content_disposition_header(True, archive.name)
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def _each(
        self,
        request: HttpRequest,
        queryset: models.QuerySet,
        *,
        action: str,
        verb: str,
        wanted: tuple[str, ...],
        effect: str,
        act: Act,
        form: forms.Form | None = None,
    ) -> HttpResponse | None:
        """Ask before ``act`` is done with those of ``queryset`` that are in a ``wanted`` status, then do it.

        Each application stands for itself: one that is refused leaves a message and the others are done.
        """
        rows = list(queryset.order_by("number"))
        ready = [row for row in rows if row.status in wanted]
        if not ready:
            messages.error(request, f"选中的申报表都不是“已提交”状态，不能{verb}。")
            return None
        if request.POST.get("confirmed") == "yes" and (form is None or form.is_valid()):
            by, at = person_of(request), timezone.now()
            done = sum(self.run(request, lambda row=row: act(row, by, at)) for row in ready)  # type: ignore[attr-defined]
            if done:
                messages.success(request, f"已{verb} {done} 份申报表。")
            return None
        left_out = len(rows) - len(ready)
        hidden = [
            {"name": "action", "value": action},
            {"name": "confirmed", "value": "yes"},
            {"name": "index", "value": "0"},
            *({"name": helpers.ACTION_CHECKBOX_NAME, "value": row.pk} for row in ready),
        ]
        answer: HttpResponse = self.confirm_page(  # type: ignore[attr-defined]
            request,
            title=f"{verb}选中的申报表",
            what=f"将{verb} {len(ready)} 份申报表，{effect}。",
            verb=f"{verb}这 {len(ready)} 份申报表",
            names=[str(row) for row in ready[:NAMES_SHOWN]],
            names_total=len(ready),
            warning=f"另有 {left_out} 份不是“已提交”状态，不在其中。" if left_out else "",
            hidden=hidden,
            form=form,
            cancel_url=request.get_full_path(),
        )
        return answer
