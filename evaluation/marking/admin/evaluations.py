"""The evaluation of a round: started with a scheme, followed, published."""

# ruff: noqa: ARG002 - the signatures are Django's

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from evaluation.certification.queries.certifications import kept_despite_d
from evaluation.certification.queries.plans import open_plan
from evaluation.certification.queries.publication import before_publishing, preview
from evaluation.marking.admin.grades import GradesPage
from evaluation.marking.admin.judging import JudgingPages
from evaluation.marking.choices import AssessmentStatus, JudgedBy
from evaluation.marking.queries.graded import judged, kept_out
from evaluation.marking.queries.progress import steps
from evaluation.marking.queries.starting import before_starting
from evaluation.marking.services.figures import count_figures
from evaluation.marking.services.staging import apply_staged
from evaluation.marking.services.start import start_evaluation, sync_assessments
from evaluation.models import Evaluation, Scheme
from evaluation.public_notice.queries.notices import pending_of
from platforms.applications.choices import ApplicationStatus
from platforms.models import Round, User
from platforms.notices.queries import printed_number
from platforms.rounds.admin.overrides import overrides_of, period_in_words, reason_field
from platforms.rounds.choices import RoundAct, RoundStatus
from platforms.rounds.readiness import asking, stopping

#: What is offered for the last days, counted from the start; the officer sets them.
SELF_REPORT_DAYS, FIRST_SCORE_DAYS = timedelta(days=14), timedelta(days=28)
ACCEPTED = Q(assessments__application__status=ApplicationStatus.ACCEPTED)


class StartForm(forms.Form):
    """Which round is evaluated by which scheme, by whom and until when."""

    round = forms.ModelChoiceField(
        Round.objects.none(), label="年度", help_text="只列出已截止申报、尚未启动评价的年度。"
    )
    scheme = forms.ModelChoiceField(Scheme.objects.none(), label="评价方案", help_text="启动后方案即锁定，不能再修改。")
    judged_by = forms.ChoiceField(
        label="评分方式",
        choices=JudgedBy.choices,
        initial=JudgedBy.CITY,
        help_text="市级评分由经办人员评分，另一人核定；独立评分由两名评审员各自评分，分歧较大的由第三人复评。",
    )
    self_reports_by = forms.DateField(
        label="自评截止日期", widget=AdminDateWidget, help_text="运营单位在这一天之前报送自评，逾期视为未提交。"
    )
    first_scores_by = forms.DateField(
        label="县级初评截止日期", widget=AdminDateWidget, help_text="到期未提交初评的，市级可以直接评分。"
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["self_reports_by"].initial = today + SELF_REPORT_DAYS
        self.fields["first_scores_by"].initial = today + FIRST_SCORE_DAYS
        rounds = Round.objects.visible_to(user).filter(status=RoundStatus.EVALUATING, evaluation__isnull=True)
        self.fields["round"].queryset = rounds  # type: ignore[attr-defined]
        self.fields["scheme"].queryset = Scheme.objects.visible_to(user)  # type: ignore[attr-defined]
        if rounds.count() == 1:
            self.fields["round"].initial = rounds[0].pk

    def chosen(self) -> Round | None:
        """Return the round that was chosen, or the only one there is to choose."""
        rows = self.fields["round"].queryset  # type: ignore[attr-defined]
        if self.is_bound:
            key = str(self.data.get("round", ""))
            return rows.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
        found = list(rows[:2])
        return found[0] if len(found) == 1 else None


class CountForm(forms.Form):
    """Why figures that stand already are counted again."""

    reason = forms.CharField(label="理由", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


@admin.register(Evaluation)
class EvaluationAdmin(JudgingPages, GradesPage):
    list_display = ("round", "scheme", "platforms", "waiting", "to_confirm", "confirmed", "started_at")
    list_select_related = ("round", "scheme")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        counts = {
            f"_{status}": Count("assessments", filter=ACCEPTED & Q(assessments__status=status))
            for status in AssessmentStatus.values
        }
        rows: QuerySet = super().get_queryset(request).annotate(_all=Count("assessments", filter=ACCEPTED), **counts)
        return rows

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description="参评平台（个）")
    def platforms(self, evaluation: Any) -> int:
        return int(evaluation._all)

    @admin.display(description="待评分")
    def waiting(self, evaluation: Any) -> int:
        return int(evaluation._open)

    @admin.display(description="待核定")
    def to_confirm(self, evaluation: Any) -> int:
        return int(evaluation._scored)

    @admin.display(description="已核定")
    def confirmed(self, evaluation: Any) -> int:
        return int(evaluation._confirmed + evaluation._published)

    def audit_code(self, obj: Model) -> str:
        return str(obj)

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/sync/", wrap(self.sync_view), name="evaluation_evaluation_sync"),
            path("<int:object_id>/count/", wrap(self.count_view), name="evaluation_evaluation_count"),
            path("<int:object_id>/apply/", wrap(self.apply_view), name="evaluation_evaluation_apply"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Choose round and scheme (GET), start (POST)."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        person = _person(request)
        form = StartForm(request.POST or None, user=person, today=timezone.localdate())
        chosen_round = form.chosen()
        found = before_starting(chosen_round, on=timezone.localdate()) if chosen_round else []
        if asking(found) and not stopping(found):
            form.fields["reason"] = reason_field()
        if request.method == "POST" and form.is_valid():
            made: list[Evaluation] = []
            chosen = form.cleaned_data

            def act() -> None:
                made.append(start_evaluation(**chosen, by=person, at=timezone.now()))

            if self.run(request, act, f"已启动{chosen['round']}绩效评价。"):
                return HttpResponseRedirect(_url("change", made[0].pk))
        return self._confirm(
            request,
            title="启动绩效评价",
            what="将为该年度每个已受理的平台建立一份评价和一份县级初评表，并锁定所选评价方案。",
            verb="启动绩效评价",
            cancel_url=reverse("admin:evaluation_evaluation_changelist"),
            form=form,
            findings=found,
            blocked=bool(stopping(found)),
            effects=[f"评价期间：{period_in_words(chosen_round)}"] if chosen_round else [],
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show how far the evaluation is and what publishing would do; nothing is edited here."""
        evaluation = self.visible_or_404(request, object_id)
        if request.method == "POST":
            raise PermissionDenied
        person = _person(request)
        published = evaluation.round.status == RoundStatus.PUBLISHED
        round_, today = evaluation.round, timezone.localdate()
        kept = kept_out(round_, on=today)
        found = [] if published else before_publishing(round_, on=today, kept=kept)
        worklist, done = reverse("admin:evaluation_assessment_changelist"), steps(evaluation, person)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": str(evaluation),
            "evaluation": evaluation,
            "published": published,
            "publication": getattr(evaluation.round, "publication", None),
            "results_url": reverse("evaluation:results", args=(evaluation.round.year,)) if published else "",
            "steps": [
                {"label": step.label, "count": step.count, "url": f"{worklist}?{_filter(evaluation, step.status)}"}
                for step in done
            ],
            "everything": sum(step.count for step in done),
            "worklist": f"{worklist}?evaluation__round__id__exact={evaluation.round_id}",
            "gaps_url": f"{reverse('evaluation:gaps')}?year={evaluation.round.year}",
            "findings": found,
            "blocked": bool(stopping(found)),
            "counted": period_in_words(evaluation.round),
            "overrides": overrides_of(evaluation.round, (RoundAct.START_EVALUATION, RoundAct.PUBLISH)),
            "grades": [grade.label for grade in evaluation.round.terms.grades],
            "preview": preview(round_, on=today, kept=kept),
            "kept": _kept(evaluation.round),
            "kept_rows": kept_despite_d(evaluation.round, on=timezone.localdate()),
            "moves": [] if published else self._moves(request, evaluation, ready=not stopping(found)),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/evaluation/evaluation.html", context)

    def _moves(self, request: HttpRequest, evaluation: Evaluation, *, ready: bool) -> list[dict[str, Any]]:
        moves: list[dict[str, Any]] = [{"label": "档次分布", "url": _url("grades", evaluation.pk), "kind": "plain"}]
        if self._staged(evaluation) and request.user.has_perm("evaluation.confirm_assessment"):
            moves.append({"label": "核定暂定档次", "url": _url("apply", evaluation.pk), "kind": "main"})
        moves += self._publishing(request, evaluation, ready=ready)
        if request.user.has_perm("evaluation.propose_publicnotice"):
            moves.append(_notice_move(evaluation.round))
        if request.user.has_perm("evaluation.change_evaluation"):
            label = "核计数据" if evaluation.counted_at is None else "重新核计数据"
            kind = "main" if evaluation.counted_at is None else "plain"
            moves.append({"label": label, "url": _url("count", evaluation.pk), "kind": kind})
            moves.append(
                {"label": "补充新受理的平台", "url": _url("sync", evaluation.pk), "kind": "plain", "post": True}
            )
        return [*moves, *self.judging_moves(evaluation, _person(request))]

    def _publishing(self, request: HttpRequest, evaluation: Evaluation, *, ready: bool) -> list[dict[str, Any]]:
        """Return the way to the plan that waits, or to proposing one."""
        if plan := open_plan(evaluation.round):
            url = reverse("admin:evaluation_publicationplan_change", args=(plan.pk,))
            return [{"label": "查看公布方案", "url": url, "kind": "main"}]
        if not ready or not request.user.has_perm("evaluation.propose_publication"):
            return []
        url = reverse("admin:evaluation_publicationplan_propose", args=(evaluation.round_id,))
        return [{"label": "提出公布", "url": url, "kind": "main"}]

    def sync_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Open assessments for what was accepted since (POST)."""
        evaluation = self.visible_or_404(request, str(object_id))
        if not request.user.has_perm("evaluation.change_evaluation"):
            raise PermissionDenied
        if request.method == "POST":
            added: list[int] = []

            def act() -> None:
                added.append(sync_assessments(evaluation=evaluation, by=_person(request), at=timezone.now()))

            if self.run(request, act):
                self.message_user(request, f"已补充 {added[0]} 个平台。" if added[0] else "没有需要补充的平台。")
        return HttpResponseRedirect(_url("change", evaluation.pk))

    def count_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Say what is counted (GET), count (POST)."""
        evaluation = self.visible_or_404(request, str(object_id))
        if not request.user.has_perm("evaluation.change_evaluation"):
            raise PermissionDenied
        again, back = evaluation.counted_at is not None, _url("change", evaluation.pk)
        form = CountForm(request.POST or None) if again else None
        if request.method == "POST" and (form is None or form.is_valid()):
            reason = form.cleaned_data["reason"] if form else ""
            if self.run(
                request,
                lambda: count_figures(evaluation=evaluation, reason=reason, by=_person(request), at=timezone.now()),
                f"已核计{evaluation.round}评价期间的数据。",
            ):
                return HttpResponseRedirect(back)
        return self._confirm(
            request,
            title="重新核计数据" if again else "核计数据",
            what="将按评价期间的系统记录核计各平台的指标数值，作为核定数值的建议。已完成评分的平台不变。",
            effects=[f"评价期间：{period_in_words(evaluation.round)}"],
            verb="重新核计数据" if again else "核计数据",
            cancel_url=back,
            form=form,
            row=evaluation,
        )

    def apply_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Say which grades are confirmed (GET), confirm them all (POST)."""
        evaluation = self.visible_or_404(request, str(object_id))
        if not request.user.has_perm("evaluation.confirm_assessment"):
            raise PermissionDenied
        back, counts = _url("change", evaluation.pk), self._staged(evaluation)
        if request.method == "POST":
            self.run(
                request,
                lambda: apply_staged(evaluation=evaluation, by=_person(request), at=timezone.now()),
                f"已核定 {sum(counts.values())} 个平台的档次。",
            )
            return HttpResponseRedirect(back)
        if not counts:
            self.message_user(request, "没有暂定的档次，请先暂定各平台的档次。", level="error")
            return HttpResponseRedirect(back)
        told = "、".join(f"{label} {counts[code]} 个" for code, label in evaluation.round.terms.grade_choices)
        return self._confirm(
            request,
            title="核定暂定档次",
            what=f"将一次核定 {sum(counts.values())} 个平台的暂定档次：{told}。核定后、公布前，县级和公众仍看不到。",
            verb="核定暂定档次",
            cancel_url=back,
            row=evaluation,
        )

    def _staged(self, evaluation: Evaluation) -> Counter[str]:
        """Return how many platforms are staged at each grade."""
        return Counter(judged(evaluation.round).exclude(staged_grade="").values_list("staged_grade", flat=True))

    def _confirm(self, request: HttpRequest, **page: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.model._meta, "media": self.media, **page}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/evaluation/confirm.html", context)


def _kept(round_: Round) -> str:
    """Say how many platforms graded D hold a certificate that stays in force, or nothing where none does."""
    count = kept_despite_d(round_, on=timezone.localdate()).count()
    if not count:
        return ""
    failed = "、".join(grade.label for grade in round_.terms.grades if not grade.certified)
    return (
        f"{failed}平台中有 {count} 个持有未到期证书。本次评为{failed}不影响其效力，证书到期前继续有效；"
        f"撤销须依通知{printed_number(round_.notice_id, 'grounds')}所列情形办理。"
    )


def _notice_move(round_: Round) -> dict[str, str]:
    """Return the button that leads to the public notice of ``round_``, or to its proposal."""
    pending = pending_of(round_)
    view, pk = ("change", pending.pk) if pending else ("propose", round_.pk)
    url = reverse(f"admin:evaluation_publicnotice_{view}", args=(pk,))
    return {"label": "查看公示" if pending else "提出公示", "url": url, "kind": "plain"}


def _filter(evaluation: Evaluation, status: str) -> str:
    return f"evaluation__round__id__exact={evaluation.round_id}&status__exact={status}"


def _url(view: str, pk: int) -> str:
    return reverse(f"admin:evaluation_evaluation_{view}", args=(pk,))


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
