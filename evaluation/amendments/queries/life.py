"""The published results of one platform, year by year, as a section of its page."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Case, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse

from evaluation.amendments.choices import AmendmentKind
from evaluation.models import FrozenEvidence, Result
from evaluation.schemes.grading import plain
from platforms.models import Platform, User
from platforms.notices.models import value_of
from platforms.notices.terms import grade_label
from platforms.register.queries.life import Line, Link, Section, lines

TAKEN_OVER = "历史数据"


def _results(user: User, platform: Platform) -> QuerySet[Any]:
    """Return what was published, the version that counts; the points are those that the person may read."""
    read = FrozenEvidence.objects.visible_to(user).filter(result=OuterRef("pk")).annotate(points=KT("data__points"))
    origin = Case(
        When(publication__taken_over=True, then=Value("taken_over")),
        default=Coalesce("amendment__kind", Value("")),
        output_field=TextField(),
    )
    about = Concat(
        Cast("publication__round__notice_id", TextField()), Value("/"), "grade", Value("/"), origin, Value("/"),
        Coalesce("certification__number", Value("")), output_field=TextField(),
    )  # fmt: skip
    return lines(
        Result.objects.current().filter(platform=platform), "results", code="publication__round__year", text="code",
        state=Subquery(read.values("points")[:1]), more=about, day="publication__decided_on",
    )  # fmt: skip


def _cells(line: Line, _on: date) -> list[Any]:
    notice, grade, origin, certificate = line.more.split("/", maxsplit=3)
    word = TAKEN_OVER if origin == "taken_over" else AmendmentKind(origin).label if origin else ""
    return [
        f"{line.code}年度",
        grade_label(value_of(int(notice)).terms, grade),
        plain(Fraction(line.state)) if line.state else "",
        certificate,
        line.day.isoformat() if line.day else "",
        word,
    ]


def _url(line: Line) -> str:
    return reverse("evaluation:result", args=[int(line.code), line.text]) if line.state else ""


def _years(platform: Platform, found: Sequence[Line]) -> list[Link]:
    # A year that was taken over has nothing to compare.
    if not any(line.state for line in found):
        return []
    return [{"label": "历年对比", "url": reverse("evaluation:year_platform", args=[platform.code])}]


RESULTS = Section(
    "results", 20, "评价结果", "evaluation.view_frozenevidence", _results,
    ("年度", "档次", "得分（分）", "证书编号", "认定日期", "说明"), _cells, "尚无已公布的评价结果。", _url, _years,
)  # fmt: skip
