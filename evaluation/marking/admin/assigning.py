"""Who judges: the pages on which the city assigns assessors, names a third and follows how far they are."""

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

from evaluation.marking.choices import AssessmentStatus, JudgedBy, SheetKind, SheetStatus
from evaluation.marking.queries.judges import ASSESSORS, apart, bars, judges, load_of, progress_of, short_of_judges
from evaluation.marking.services import assigning
from evaluation.marking.services.entering import LONGEST_TEXT
from evaluation.marking.spreading import Place, Spread, spread
from evaluation.models import Assessment, Conflict, Evaluation, Sheet
from platforms.backoffice.base import MOST_SELECTED, ReadOnlyAdmin, ScopedAdmin
from platforms.backoffice.moves import person_of
from platforms.models import User
from platforms.moments import moment

KEEP, REPLACE = "keep", "replace"
#: So many platforms are named on a page that only says that something is missing there.
NAMED = 30
TONES = {SheetStatus.OPEN: "wait", SheetStatus.HANDED_IN: "good"}


def _named(person: User) -> str:
    return f"{person}（{person.employer or person.get_role_display()}）"


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return _named(obj)


class PeopleField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return _named(obj)


def _reason(label: str, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}), **options)


class AssignForm(forms.Form):
    """Over whom the platforms are spread, and what becomes of those who are assigned already."""

    judges = PeopleField(User.objects.none(), label="评审员", error_messages={"required": "请选择评审员。"})
    mode = forms.ChoiceField(
        label="已分派的",
        choices=((KEEP, "保留，只补足缺少的"), (REPLACE, "重新分派，取消尚未提交的评分表")),
        initial=KEEP,
        widget=forms.RadioSelect,
    )
    reason = _reason("理由", required=False, help_text="重新分派时必填。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["judges"].queryset = judges()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("mode") == REPLACE and not data.get("reason"):
            self.add_error("reason", "请填写重新分派的理由。")
        return data


class OneForm(forms.Form):
    """Who judges one platform, among those who may."""

    judges = PeopleField(User.objects.none(), label="评审员", error_messages={"required": "请选择评审员。"})

    def __init__(self, *args: Any, free: QuerySet[User], most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        self.fields["judges"].queryset = free  # type: ignore[attr-defined]
        self.fields["judges"].help_text = f"还可分派 {most} 名。"

    def clean_judges(self) -> QuerySet[User]:
        chosen: QuerySet[User] = self.cleaned_data["judges"]
        if len(chosen) > self.most:
            raise forms.ValidationError(f"最多还可分派 {self.most} 名，现选了 {len(chosen)} 名。")
        return chosen


class ChangeForm(forms.Form):
    """Who judges instead, or nobody yet, and why."""

    judge = PersonField(User.objects.none(), label="改由", required=False, empty_label="暂不指定，另行分派")
    reason = _reason("理由")

    def __init__(self, *args: Any, free: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["judge"].queryset = free  # type: ignore[attr-defined]


class ThirdForm(forms.Form):
    """Who decides where two assessors differ."""

    judge = PersonField(
        User.objects.none(), label="第三人", empty_label="请选择", error_messages={"required": "请选择第三人。"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["judge"].queryset = judges()  # type: ignore[attr-defined]


class ConflictForm(forms.Form):
    """Who stays out of a platform, and why."""

    person = PersonField(User.objects.none(), label="回避人", empty_label="请选择")
    reason = _reason("回避事由")

    def __init__(self, *args: Any, free: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = free  # type: ignore[attr-defined]


class OwnConflictForm(forms.Form):
    """Why somebody stays out of a platform that was assigned to that person."""

    reason = _reason("回避事由", help_text="如在该单位任职、与其负责人有亲属关系、曾为其提供咨询等。")


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
            messages.error(request, "选中的平台都不是由评审员评分且待评分的，没有可分派的。")
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
        mine = rows.filter(status=AssessmentStatus.OPEN, evaluation__judged_by=JudgedBy.ASSESSORS)
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
                "warning": f"另有 {left_out} 个平台不是由评审员评分或不是待评分状态，不在其内。" if left_out else "",
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
        there = _judges_there(rows)
        lines = [
            {
                "row": by_key[one.key],
                "judges": [
                    {"name": _named(names[judge]), "there": judge in there.get(one.key, ())} for judge in one.judges
                ],
                "missing": one.missing,
                "left_out": [
                    f"{chosen[judge]}：{sentence}" for judge, sentence in barred[one.key].items() if judge in chosen
                ],
                "plan": f"{one.key}:{','.join(map(str, one.judges))}",
            }
            for one in planned
        ]
        counts = [
            {"name": _named(person), "count": sum(person.pk in one.judges for one in planned)} for person in people
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
        takes = row.status == AssessmentStatus.OPEN and row.evaluation.judged_by == JudgedBy.ASSESSORS
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
                "barred": [f"{_named(person)}：{barred[person.pk]}" for person in people if person.pk in barred],
                "form": form,
                "city_scores": row.evaluation.judged_by == JudgedBy.CITY,
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
            "tone": TONES[SheetStatus(sheet.status)],
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
        return _page(self, request, template, context)


class JudgingPages(ScopedAdmin):
    """The pages of an evaluation on those who judge: how far they are, and where two of them differ."""

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/judges/", wrap(self.progress_view), name="evaluation_evaluation_judges"),
            path("<int:object_id>/differences/", wrap(self.differences_view), name="evaluation_evaluation_differences"),
            *super().get_urls(),
        ]

    def judging_moves(self, evaluation: Evaluation, person: User) -> list[dict[str, Any]]:
        """Return the buttons that lead to these pages, where assessors judge."""
        if evaluation.judged_by != JudgedBy.ASSESSORS or not person.has_perm(assigning.ASSIGN):
            return []
        views = (("评审进度", "judges"), ("评分分歧", "differences"))
        return [
            {"label": label, "url": reverse(f"admin:evaluation_evaluation_{view}", args=(evaluation.pk,))}
            for label, view in views
        ]

    def progress_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show how much each of those who judge has left, and which platforms lack somebody."""
        evaluation = self._followed(request, object_id)
        people = progress_of(evaluation)
        short = list(short_of_judges(evaluation).select_related("application"))
        if evaluation.judged_by != JudgedBy.ASSESSORS:
            short = []
        return _page(
            self,
            request,
            "judging.html",
            {
                "title": "评审进度",
                "evaluation": evaluation,
                "columns": [
                    {"label": "评分人"},
                    {"label": "单位"},
                    {"label": "待评分", "unit": "份", "num": True},
                    {"label": "已提交", "unit": "份", "num": True},
                ],
                "rows": [
                    {
                        "cells": [
                            str(each.person),
                            each.person.employer or each.person.get_role_display(),
                            each.open,
                            each.handed_in,
                        ]
                    }
                    for each in people
                ],
                "total": ["合计", "", sum(each.open for each in people), sum(each.handed_in for each in people)],
                "short": len(short),
                "named": [
                    {"name": row.application, "url": reverse("admin:evaluation_assessment_judges", args=(row.pk,))}
                    for row in short[:NAMED]
                ],
                "worklist": f"{reverse('admin:evaluation_assessment_changelist')}"
                f"?evaluation__round__id__exact={evaluation.round_id}&status__exact={AssessmentStatus.OPEN}",
            },
        )

    def differences_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show on what two assessors differ (GET), name a third for those that were ticked (POST)."""
        evaluation = self._followed(request, object_id)
        here = reverse("admin:evaluation_evaluation_differences", args=(evaluation.pk,))
        found = apart(evaluation)
        form = ThirdForm(request.POST or None)
        status = 200
        if request.method == "POST":
            ticked = set(request.POST.getlist("sheet"))
            sheets = [each.third for each in found if str(each.third.pk) in ticked]
            if not sheets:
                messages.error(request, "没有选中平台，请勾选后再办理。")
            elif form.is_valid():
                person, by = form.cleaned_data["judge"], person_of(request)
                if self.run(
                    request,
                    lambda: assigning.assign_thirds(sheets=sheets, judge=person, by=by, at=timezone.now()),
                    f"已指定{person}复评 {len(sheets)} 个平台。",
                ):
                    return HttpResponseRedirect(here)
                status = 409
        page = _page(
            self,
            request,
            "differences.html",
            {
                "title": "评分分歧",
                "evaluation": evaluation,
                "form": form,
                "ticked": request.POST.getlist("sheet"),
                "rows": [
                    {
                        "sheet": each.third,
                        "application": each.third.assessment.application,
                        "url": reverse("admin:evaluation_assessment_judges", args=(each.third.assessment_id,)),
                        "sentences": [one.sentence for one in each.differences],
                        "third": str(each.third.judge or "待指定"),
                        "state": each.third.get_status_display() if each.third.judge else "",
                        "tone": TONES[SheetStatus(each.third.status)],
                        "open": each.third.status == SheetStatus.OPEN,
                    }
                    for each in found
                ],
            },
        )
        page.status_code = status
        return page

    def _followed(self, request: HttpRequest, object_id: int) -> Evaluation:
        evaluation: Evaluation = self.visible_or_404(request, str(object_id))
        if not request.user.has_perm(assigning.ASSIGN):
            raise PermissionDenied
        return evaluation


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    """Who stays out of which platform: declared by the city on the page of the platform, by judges on their sheets."""

    list_display = ("number", "name", "person", "reason", "declared_at", "declared_by")
    list_display_links = None
    list_filter = ("assessment__evaluation__round",)
    list_select_related = ("assessment__application", "person", "declared_by")
    search_fields = ("assessment__application__number", "assessment__application__name", "person__name")

    @admin.display(description="申报编号", ordering="assessment__application__number")
    def number(self, row: Conflict) -> str:
        return row.assessment.application.number

    @admin.display(description="平台名称")
    def name(self, row: Conflict) -> str:
        return row.assessment.application.name

    def audit_code(self, obj: Any) -> str:
        return str(obj.assessment.application.number)

    def get_urls(self) -> list:
        declare = self.admin_site.admin_view(self.declare_view)
        return [
            path("declare/<int:sheet_pk>/", declare, name="evaluation_conflict_declare"),
            *super().get_urls(),
        ]

    def declare_view(self, request: HttpRequest, sheet_pk: int) -> HttpResponse:
        """Ask a judge why the own platform goes to somebody else (GET), note it down (POST)."""
        person = person_of(request)
        if not person.has_perm("evaluation.fill_sheet"):
            raise PermissionDenied
        sheet = Sheet.objects.visible_to(person).select_related("assessment__application").filter(pk=sheet_pk).first()
        if sheet is None:
            raise Http404
        if sheet.judge_id != person.pk:
            raise PermissionDenied
        form, row = OwnConflictForm(request.POST or None), sheet.assessment
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            if self.run(
                request,
                lambda: assigning.declare_conflict(
                    assessment=row, person=person, reason=reason, by=person, at=timezone.now()
                ),
                f"已登记回避：{row.application.number}，将另行分派。",
            ):
                return HttpResponseRedirect(reverse("admin:index"))
        return _page(
            self,
            request,
            "own_conflict.html",
            {
                "title": "申请回避",
                "what": f"登记后，“{row.application.name}”不再由您评分，已填写的内容不再保留，由市经信局另行分派。",
                "verb": "登记回避",
                "cancel_url": reverse("admin:index"),
                "form": form,
            },
        )


def plan_of(
    rows: Collection[Assessment], people: Collection[User], *, replace: bool
) -> tuple[tuple[Spread, ...], dict[int, dict[int, str]]]:
    """Return who would judge ``rows`` if they were spread over ``people``, and why somebody stays out of which.

    With ``replace`` only who has handed in already stays.
    """
    barred = bars(rows, people)
    there = _judges_there(rows, handed_in=replace)
    thirds = Sheet.objects.filter(assessment__in=rows, kind=SheetKind.THIRD, judge__isnull=False)
    for key, judge in thirds.values_list("assessment", "judge"):
        barred[key].setdefault(judge, "已指定为该平台的第三人。")
    places = [Place(row.pk, tuple(there.get(row.pk, ())), barred[row.pk]) for row in rows]
    evaluations = {row.evaluation_id: row.evaluation for row in rows}
    load: dict[int, int] = {}
    for evaluation in evaluations.values():
        for judge, count in load_of(evaluation, but=[row.pk for row in rows]).items():
            load[judge] = load.get(judge, 0) + count
    return spread(places, [person.pk for person in people], load=load, each=ASSESSORS), barred


def _judges_there(rows: Collection[Assessment], *, handed_in: bool = False) -> dict[int, list[int]]:
    """Return who judges each of ``rows`` as an assessor now; with ``handed_in`` only who has handed in."""
    sheets = Sheet.objects.filter(assessment__in=rows, kind=SheetKind.ASSESSOR).order_by("pk")
    found: dict[int, list[int]] = {}
    for key, judge in (sheets.filter(status=SheetStatus.HANDED_IN) if handed_in else sheets).values_list(
        "assessment", "judge"
    ):
        found.setdefault(key, []).append(judge)
    return found


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


def _page(
    model_admin: admin.ModelAdmin, request: HttpRequest, template: str, context: Mapping[str, Any]
) -> TemplateResponse:
    shown = {**model_admin.admin_site.each_context(request), "opts": model_admin.model._meta, **context}
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, f"admin/evaluation/{template}", shown)
