"""Who judges: the action and the pages on which the city assigns assessors to platforms."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from evaluation.marking.admin.judge_forms import (
    REPLACE,
    AssignForm,
    ChangeForm,
    ConflictForm,
    OneForm,
    ThirdForm,
    named,
)
from evaluation.marking.admin.judging import TONES, judging_page
from evaluation.marking.choices import AssessmentStatus, JudgedBy, SheetKind, SheetStatus
from evaluation.marking.queries.judge_plan import judges_there, plan_of
from evaluation.marking.queries.judges import ASSESSORS, bars, judges
from evaluation.marking.services import assigning
from evaluation.models import Assessment, Sheet
from platforms.backoffice.base import MOST_SELECTED, ScopedAdmin
from platforms.backoffice.moves import person_of
from platforms.models import User
from platforms.moments import moment


class Assigning(ScopedAdmin):
    """The action 分派评审员 of the worklist, and the page of one platform on which its judges stand."""

    actions: tuple[str, ...] = ("assign_chosen",)

    def has_assign_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(assigning.ASSIGN)

    def get_urls(self) -> list:
        wrap, one = self.admin_site.admin_view, "<int:object_id>/judges/"
        return [
            path("assign/", wrap(self.assign_view), name="evaluation_assessment_assign"),
            path(one, wrap(self.judges_view), name="evaluation_assessment_judges"),
            path(f"{one}conflict/", wrap(self.conflict_view), name="evaluation_assessment_conflict"),
            path(f"{one}<int:sheet_pk>/", wrap(self.judge_view), name="evaluation_assessment_judge"),
            *super().get_urls(),
        ]

    # In bulk -----------------------------------------------------------------------------------------------------

    @admin.action(description="分派评审员", permissions=["assign"])
    def assign_chosen(self, request: HttpRequest, queryset: QuerySet[Assessment]) -> HttpResponse:
        """Ask over whom the chosen platforms are spread."""
        rows = self._open_ones(queryset)
        if not rows:
            messages.error(request, "选中的平台都不是待评分状态，没有可分派的。")
            return HttpResponseRedirect(request.get_full_path())
        return self._bulk_page(request, rows, AssignForm(), left_out=queryset.count() - len(rows))

    def assign_view(self, request: HttpRequest) -> HttpResponse:
        """Show who would judge what and why somebody is left out, then assign just that (POST)."""
        if not self.has_assign_permission(request):
            raise PermissionDenied
        worklist, wanted = reverse("admin:evaluation_assessment_changelist"), _plan_of(request.POST.getlist("plan"))
        rows = self._open_ones(self.get_queryset(request).filter(pk__in=wanted)) if len(wanted) <= MOST_SELECTED else []
        if request.method != "POST" or not rows:
            messages.error(request, "没有选中平台，请在列表中勾选后再办理。")
            return HttpResponseRedirect(worklist)
        form = AssignForm(request.POST)
        if not form.is_valid():
            return self._bulk_page(request, rows, form)
        data = form.cleaned_data
        if request.POST.get("step") != "go":
            return self._preview_page(request, rows, form)
        made: list[int] = []

        def act() -> None:
            made.append(
                assigning.assign_many(
                    plan={row.pk: wanted[row.pk] for row in rows},
                    replace=data["mode"] == REPLACE,
                    reason=data["reason"],
                    by=person_of(request),
                    at=timezone.now(),
                )
            )

        if not self.run(request, act):
            page = self._bulk_page(request, rows, form)
            page.status_code = 409
            return page
        messages.success(request, f"已分派 {made[0]} 份评分表。" if made[0] else "评审员已齐，无需分派。")
        return HttpResponseRedirect(worklist)

    def _open_ones(self, rows: QuerySet[Assessment]) -> list[Assessment]:
        mine = rows.filter(status=AssessmentStatus.OPEN)
        return list(mine.select_related("application__region", "frozen_form").order_by("application__number"))

    def _bulk_page(
        self, request: HttpRequest, rows: Collection[Assessment], form: AssignForm, left_out: int = 0
    ) -> TemplateResponse:
        return self._page(
            request,
            "assign.html",
            {
                "title": "分派评审员",
                "lead": f"将 {len(rows)} 个平台平均分派给所选人员，每个平台 {ASSESSORS} 名；须回避的自动避开。",
                "warning": f"另有 {left_out} 个平台不是待评分状态，不在其内。" if left_out else "",
                "form": form,
                "plan": [f"{row.pk}:" for row in rows],
                "back_url": reverse("admin:evaluation_assessment_changelist"),
            },
        )

    def _preview_page(self, request: HttpRequest, rows: list[Assessment], form: AssignForm) -> HttpResponse:
        data = form.cleaned_data
        people = list(data["judges"])
        planned, barred = plan_of(rows, people, replace=data["mode"] == REPLACE)
        names = {person.pk: person for person in User.objects.filter(pk__in={j for one in planned for j in one.judges})}
        chosen = {person.pk: person for person in people}
        by_key, short = {row.pk: row for row in rows}, sum(one.missing for one in planned)
        there = judges_there(rows)
        lines = [
            {
                "row": by_key[one.key],
                "judges": "、".join(
                    named(names[judge]) + ("［已分派］" if judge in there.get(one.key, ()) else "")
                    for judge in one.judges
                ),
                "missing": one.missing,
                "left_out": [
                    f"{chosen[judge]}：{sentence}" for judge, sentence in barred[one.key].items() if judge in chosen
                ],
                "plan": f"{one.key}:{','.join(map(str, one.judges))}",
            }
            for one in planned
        ]
        counts = [
            {"name": named(person), "count": sum(person.pk in one.judges for one in planned)} for person in people
        ]
        return self._page(
            request,
            "assign_preview.html",
            {
                "title": "分派预览",
                "lines": lines,
                "counts": counts,
                "short": short,
                "hidden": [
                    *({"name": "judges", "value": person.pk} for person in people),
                    {"name": "mode", "value": data["mode"]},
                    {"name": "reason", "value": data["reason"]},
                ],
                "replaces": data["mode"] == REPLACE,
                "reason": data["reason"],
                "back_url": reverse("admin:evaluation_assessment_changelist"),
            },
        )

    # One platform ------------------------------------------------------------------------------------------------

    def judges_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show who judges and who must stay out (GET), assign who was chosen (POST)."""
        row = self._assignable(request, object_id)
        sheets = list(row.sheets.select_related("judge", "handed_in_by").order_by("pk"))
        people = list(judges())
        barred = bars([row], people)[row.pk]
        lacking = ASSESSORS - sum(sheet.kind == SheetKind.ASSESSOR for sheet in sheets)
        takes = row.status == AssessmentStatus.OPEN
        form = None
        if takes and lacking > 0:
            form = OneForm(request.POST or None, free=self._free(row, barred), most=lacking)
        if request.method == "POST" and form is not None and form.is_valid():
            chosen, by, at = list(form.cleaned_data["judges"]), person_of(request), timezone.now()

            def act() -> None:
                for person in chosen:
                    assigning.assign(assessment=row, judge=person, by=by, at=at)

            if self.run(request, act, f"已分派：{row.application.number}，{'、'.join(map(str, chosen))}。"):
                return HttpResponseRedirect(self._own_url("judges", row))
        return self._page(
            request,
            "judges.html",
            {
                "title": "评审员",
                "row": row,
                "sheets": [self._line(sheet, open=row.status == AssessmentStatus.OPEN) for sheet in sheets],
                "barred": [f"{named(person)}：{barred[person.pk]}" for person in people if person.pk in barred],
                "form": form,
                "city_scores": takes and lacking == ASSESSORS and row.evaluation.judged_by == JudgedBy.CITY,
                "conflict_url": self._own_url("conflict", row) if takes else "",
                "back_url": self._own_url("change", row),
            },
        )

    def _line(self, sheet: Sheet, *, open: bool) -> dict[str, Any]:
        waits = sheet.kind == SheetKind.THIRD and sheet.judge is None
        changeable = open and sheet.kind != SheetKind.COUNTY and sheet.status == SheetStatus.OPEN
        who = sheet.handed_in_by if sheet.kind == SheetKind.COUNTY else sheet.judge
        return {
            "kind": sheet.get_kind_display(),
            "who": str(who or ("待指定" if waits else "县级经办")),
            "state": sheet.get_status_display(),
            "tone": TONES[sheet.status],
            "when": moment(sheet.handed_in_at),
            "told": sheet.note or ("县级自行运营" if sheet.runs_itself else ""),
            "url": reverse("admin:evaluation_assessment_judge", args=(sheet.assessment_id, sheet.pk))
            if changeable
            else "",
            "verb": "指定第三人" if waits else "更换或取消",
        }

    def judge_view(self, request: HttpRequest, object_id: int, sheet_pk: int) -> HttpResponse:
        """Ask who judges instead, or that nobody does yet (GET), and change it (POST)."""
        row = self._assignable(request, object_id)
        sheet = row.sheets.exclude(kind=SheetKind.COUNTY).select_related("judge").filter(pk=sheet_pk).first()
        if sheet is None:
            raise Http404
        back, third = self._own_url("judges", row), sheet.kind == SheetKind.THIRD
        free = self._free(row, bars([row], list(judges()))[row.pk])
        # Whom nobody was asked before needs no reason to be asked.
        first = third and sheet.judge is None
        form: forms.Form = ChangeForm(request.POST or None, free=free)
        if first:
            form = ThirdForm(request.POST or None)
            form.fields["judge"].queryset = free  # type: ignore[attr-defined]
        if request.method == "POST" and form.is_valid():
            data, by, at = form.cleaned_data, person_of(request), timezone.now()
            chosen: User | None = data["judge"]

            def act() -> None:
                if chosen is None:
                    assigning.unassign(sheet=sheet, reason=data["reason"], by=by, at=at)
                elif third:
                    if not first:
                        assigning.unassign(sheet=sheet, reason=data["reason"], by=by, at=at)
                    assigning.assign_third(sheet=sheet, judge=chosen, by=by, at=at)
                else:
                    assigning.replace_judge(sheet=sheet, judge=chosen, reason=data["reason"], by=by, at=at)

            told = (
                f"已改由{chosen}评分。" if chosen and not first else f"已指定{chosen}。" if chosen else "已取消分派。"
            )
            if self.run(request, act, told):
                return HttpResponseRedirect(back)
        what = (
            f"“{row.application.name}”的两名评审员评分相差较大，请指定第三人复评。"
            if first
            else f"“{row.application.name}”现由{sheet.judge}评分（{sheet.get_kind_display()}，尚未提交）。"
            + ("" if third else "更换或取消后，其已填写的内容不再保留。")
        )
        verb = "指定第三人" if first else "更换或取消评审员"
        return self.confirm_page(request, title=verb, what=what, verb=verb, cancel_url=back, form=form, row=row)

    def conflict_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask who stays out and why (GET), note it down (POST)."""
        row = self._assignable(request, object_id)
        back = self._own_url("judges", row)
        free = judges().exclude(conflicts__assessment=row)
        form = ConflictForm(request.POST or None, free=free)
        if request.method == "POST" and form.is_valid():
            data, by = form.cleaned_data, person_of(request)
            if self.run(
                request,
                lambda: assigning.declare_conflict(assessment=row, by=by, at=timezone.now(), **data),
                f"已登记{data['person']}对{row.application.number}回避。",
            ):
                return HttpResponseRedirect(back)
        return self.confirm_page(
            request,
            title="登记回避",
            what=f"登记后，此人不能被分派评审“{row.application.name}”；已分派而尚未提交的评分表一并取消，另行分派。",
            verb="登记回避",
            cancel_url=back,
            form=form,
            row=row,
        )

    def _free(self, row: Assessment, barred: Mapping[int, str]) -> QuerySet[User]:
        """Return who can be asked for ``row``: nobody who judges it already or must stay out."""
        there = row.sheets.filter(judge__isnull=False).values("judge")
        return judges().exclude(pk__in=there).exclude(pk__in=barred)

    def _assignable(self, request: HttpRequest, object_id: int) -> Assessment:
        row: Assessment = self.visible_or_404(request, str(object_id))
        if not self.has_assign_permission(request):
            raise PermissionDenied
        return row

    def _own_url(self, view: str, row: Assessment) -> str:
        return reverse(f"admin:evaluation_assessment_{view}", args=(row.pk,))

    def _page(self, request: HttpRequest, template: str, context: Mapping[str, Any]) -> TemplateResponse:
        return judging_page(self, request, template, context)


def _plan_of(values: list[str]) -> dict[int, list[int]]:
    """Return who judges which assessment as the page sent it; whatever is no number is left out."""
    found: dict[int, list[int]] = {}
    for value in values:
        key, _, wanted = value.partition(":")
        if _is_key(key):
            found[int(key)] = [int(each) for each in wanted.split(",") if _is_key(each)]
    return found


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
