"""The results of a year after their release: grade and points of each own platform, and all that one rests on."""

from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluation.certification.evidence import Evidence, Line, from_data
from evaluation.certification.queries import released
from evaluation.certification.queries.in_force import state_of
from evaluation.certification.validity import HELD, TONES
from evaluation.models import Certification, Document, FrozenEvidence, Publication
from evaluation.schemes.grading import plain as points_in_words
from platforms.dates import day_in_words
from platforms.notices.clauses import activate
from platforms.notices.terms import grade_label
from platforms.pages.access import current_user, officer
from platforms.pages.lists import Column, Filter, ListPage, Value, Words, leads_to, region, short_name, text

READ = "evaluation.view_frozenevidence"
NOTHING = "—"


def _points(exact: str) -> str:
    return points_in_words(Fraction(exact))


class Results(ListPage):
    """The platforms of one published year, each with its grade and its points."""

    noun = "认定结果"
    unit = "个"
    lead = "已公布的档次、得分和证书；打开平台查看各指标得分和理由，下载证书、报告。得分和理由不对外公开。"
    search = "平台名称、平台编号或运营单位"
    label = "认定结果"
    place, file_place = "evaluation:results", "evaluation:result_list"
    filters = (
        Filter("grade", "档次", some=True, most=8),
        Filter("region", "地区", most=12, city=True),
        text("q", "查找"),
    )
    link = leads_to("evaluation:result", "result__publication__round__year", "result__code")
    none_yet = "本年度没有已公布的平台。"
    size = 50
    template = "certification/results.html"

    def __init__(self, request: HttpRequest, **kept: Any) -> None:
        super().__init__(request, **kept)
        self.publication = publication_or_404(kept["year"])
        activate(self.publication.round.notice_id)
        self.title = self.file_title = f"{self.publication.round}认定结果"
        self.everything = released.evidence(self.user, self.publication)

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The columns; a grade is called as the notice of the year calls it."""
        labels = dict(self.publication.round.terms.grade_choices)
        return (
            Column("平台名称", short_name("result", ("site_name",))),
            Column("平台编号", "result__code"),
            Column("地区", region("result__region__name"), city=True),
            Column("运营单位", "result__operator_name"),
            Column("档次", Value(("result__grade",), lambda grade: labels.get(grade, grade))),
            Column("得分", Value(("points",), _points), unit="分", num=True),
            Column("证书编号", Value(("result__certification__number",), lambda number: number or NOTHING)),
            Column("有效期至", Value(("result__certification__valid_until",), lambda day: day or NOTHING)),
        )

    def rows(self) -> Any:
        rows = self.everything
        if self.values["grade"]:
            rows = rows.filter(result__grade=self.values["grade"])
        if self.values["region"]:
            rows = rows.filter(result__region__code=self.values["region"])
        for word in self.values["q"].split()[:6]:
            rows = rows.filter(
                result__in=rows.filter(result__name__icontains=word).values("result")
                | rows.filter(result__code__icontains=word).values("result")
                | rows.filter(result__operator_name__icontains=word).values("result")
            )
        return rows

    def words(self, filter: Filter) -> Words:
        if filter.name == "grade":
            return dict(self.publication.round.terms.grade_choices)
        if filter.name == "region":
            rows = self.everything.filter(result__region__isnull=False).order_by("result__region__code")
            return dict(rows.values_list("result__region__code", "result__region__name").distinct())
        return super().words(filter)

    def counts(self, filter: Filter) -> dict[str, int]:
        if filter.name != "grade":
            return {}
        grades = list(self.everything.values_list("result__grade", flat=True))
        return {"": len(grades), **{code: grades.count(code) for code in set(grades)}}

    def extra(self) -> dict[str, Any]:
        others = [year for year in released.years(self.user) if year != self.publication.round.year]
        return {
            "publication": self.publication,
            "letters": [_document(each) for each in released.letters(self.user, self.publication)],
            "others": [{"label": f"{year}年度", "url": reverse("evaluation:results", args=(year,))} for year in others],
        }


def publication_or_404(year: int) -> Publication:
    """Return the publication of ``year``; what is not released does not exist."""
    found = released.publication_of(year)
    if found is None:
        raise Http404
    return found


index = officer(READ)(require_safe(Results.page))
export = officer(READ)(require_safe(Results.file))


@officer(READ)
@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """Lead to the latest year with results, or say that there is none."""
    found = released.years(current_user(request))
    if found:
        return redirect("evaluation:results", found[0])
    return render(request, "certification/no_results.html", {"crumbs": [{"label": "认定结果", "url": ""}]})


@officer(READ)
@require_safe
def detail(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """Show what the result of one platform rests on, and its documents."""
    user = current_user(request)
    publication = publication_or_404(year)
    activate(publication.round.notice_id)
    rows = released.evidence(user, publication).select_related("result__region", "result__publication__round")
    found = get_object_or_404(rows, result__code=code)
    evidence = from_data(found.data)
    certificate = Certification.objects.filter(result=found.result_id).select_related("end").first()
    context = {
        "crumbs": [
            {"label": f"{publication.round}认定结果", "url": reverse("evaluation:results", args=(year,))},
            {"label": found.result.name, "url": ""},
        ],
        "title": found.result.name,
        "code": found.result.code,
        "region": found.result.region.name if found.result.region else "市级",
        "state": _state(certificate),
        "pairs": _pairs(found, evidence, certificate),
        "columns": COLUMNS,
        "lines": [{"cells": _cells(line)} for line in evidence.lines],
        "reasons": evidence.reasons,
        "documents": [*(_document(each) for each in released.documents(user, found)), *_plaques(certificate)],
        "scheme": evidence.scheme_label,
    }
    return render(request, "certification/result.html", context)


COLUMNS = (
    {"label": "指标"},
    {"label": "满分", "num": True},
    {"label": "自评数值", "num": True},
    {"label": "系统核计", "num": True},
    {"label": "核定数值", "num": True},
    {"label": "得分", "num": True},
    {"label": "依据和说明"},
)


def _cells(line: Line) -> list[str]:
    def told(value: Fraction | None) -> str:
        return NOTHING if value is None else points_in_words(value)

    unit = f"（{line.unit}）" if line.unit and line.entry.verified is not None else ""
    return [
        f"{line.indicator.title}{unit}",
        line.full_told or NOTHING,
        told(line.reported),
        told(line.counted),
        told(line.entry.verified),
        line.points_told or NOTHING,
        line.reason or NOTHING,
    ]


def _plaques(certificate: Certification | None) -> list[dict[str, str]]:
    """Return the plaque for the door in both forms, while the certificate is held."""
    if certificate is None or state_of(certificate, timezone.localdate()) not in HELD:
        return []
    return [
        {
            "label": f"标牌（{form.upper()}）",
            "number": certificate.number,
            "url": reverse("evaluation:plaque", args=(certificate.pk, form)),
        }
        for form in ("pdf", "svg")
    ]


def _state(certificate: Certification | None) -> dict[str, str]:
    if certificate is None:
        return {"label": "不予认定", "tone": "neutral"}
    now = state_of(certificate, timezone.localdate())
    return {"label": now.label, "tone": TONES[now]}


def _pairs(found: FrozenEvidence, evidence: Evidence, certificate: Certification | None) -> list[dict[str, Any]]:
    result, publication = found.result, found.result.publication
    until = (
        f"{day_in_words(certificate.valid_from)}至{day_in_words(certificate.valid_until)}" if certificate else NOTHING
    )
    return [
        {"label": "档次", "value": grade_label(publication.round.terms, result.grade)},
        {"label": "得分", "value": points_in_words(evidence.points), "unit": "分"},
        {"label": "运营单位", "value": result.operator_name},
        {"label": "类型", "value": result.get_type_display()},
        {"label": "认定日期", "value": day_in_words(publication.decided_on)},
        {"label": "文号", "value": publication.document_number or "（未编号）"},
        {"label": "证书编号", "value": certificate.number if certificate else NOTHING},
        {"label": "有效期", "value": until},
    ]


def _document(row: Document) -> dict[str, str]:
    place = f"（{row.region.name if row.region else '市级'}）" if not row.result_id else ""
    return {
        "label": f"{row.get_kind_display()}{place}",
        "number": row.number,
        "url": reverse("evaluation:document", args=(row.pk,)),
    }
