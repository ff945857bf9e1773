"""What a scheme that is being written would give the platforms of the last round: nothing is saved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from evaluation.marking.choices import AssessmentStatus
from evaluation.models import Assessment, Evaluation, Score
from evaluation.schemes.choices import MissingReport
from evaluation.schemes.comparing import Comparison, Judged, compare
from evaluation.schemes.grading import Entry, SchemeValue, plain
from platforms.models import User
from platforms.notices.terms import grade_label


@dataclass(frozen=True)
class Preview:
    """What the page shows: ``rows`` of platforms whose grade changes, ``counts`` of grades; ``about`` says on what."""

    about: str
    unscored: tuple[str, ...]
    rows: list[dict[str, Any]]
    counts: list[dict[str, Any]]

    columns = (
        {"label": "平台"},
        {"label": "得分", "unit": "原 → 新", "num": True},
        {"label": "档次", "unit": "原 → 新"},
    )
    count_columns = (
        {"label": "档次"},
        {"label": "原有平台", "unit": "个", "num": True},
        {"label": "试算平台", "unit": "个", "num": True},
        {"label": "增减", "unit": "个", "num": True},
    )

    @property
    def caption(self) -> str:
        return f"档次有变化的平台（{len(self.rows)} 个）"


def basis(user: User) -> Evaluation | None:
    """Return the evaluation whose scores a scheme is tried on: the last published one, else the last one."""
    rows = Evaluation.objects.visible_to(user).select_related("round", "scheme").order_by("-round__year")
    return rows.filter(round__publication__isnull=False).first() or rows.first()


def judged_of(evaluation: Evaluation, user: User) -> tuple[dict[int, Judged], dict[int, str]]:
    """Return the scored assessments of ``evaluation`` that ``user`` sees, and the name of the platform of each."""
    seen = Assessment.objects.visible_to(user).filter(evaluation=evaluation).exclude(status=AssessmentStatus.OPEN)
    rows = list(seen.select_related("application"))
    entries: dict[int, dict[str, Entry]] = {}
    scores = Score.objects.visible_to(user).filter(assessment__evaluation=evaluation).order_by()
    for key, code, passed, verified, points in scores.values_list(
        "assessment", "indicator__code", "passed", "verified", "points"
    ):
        entries.setdefault(key, {})[code] = Entry(passed, _exact(verified), _exact(points))
    last = evaluation.scheme.missing_report == MissingReport.LAST
    judged = {
        row.pk: Judged(
            row.application.type,
            entries.get(row.pk, {}),
            # What the scheme says of a missing report.
            vetoed=bool(row.veto) or (row.unreported_at is not None and last),
        )
        for row in rows
    }
    return judged, {row.pk: row.application.name for row in rows}


def _exact(value: Any) -> Fraction | None:
    return None if value is None else Fraction(value)


def preview(new: SchemeValue, titles: Mapping[str, str], user: User) -> Preview | None:
    """Return what ``new`` would change; None where no platform was scored yet. ``titles`` are those of its codes."""
    evaluation = basis(user)
    if evaluation is None:
        return None
    judged, names = judged_of(evaluation, user)
    found = compare(evaluation.scheme.value(), new, judged)
    return _shown(found, new, titles, names, evaluation) if found.judged else None


def _shown(
    found: Comparison, new: SchemeValue, titles: Mapping[str, str], names: Mapping[int, str], evaluation: Evaluation
) -> Preview:
    older, newer = evaluation.scheme.terms, dict(new.grades)
    rows = [
        {
            "cells": [
                names[key],
                f"{plain(old.points)} → {plain(now.points)}",
                f"{grade_label(older, old.grade)} → {newer.get(now.grade, now.grade)}",
            ]
        }
        for key, (old, now) in sorted(found.changed.items(), key=lambda pair: (-pair[1][1].points, pair[0]))
    ]
    counts = [
        {"cells": [label, found.old.get(code, 0), found.new.get(code, 0), _signed(found, code)]}
        for code, label in _grades(older.grade_choices, new.grades)
    ]
    about = f"依据{evaluation.round}绩效评价已评分的 {found.judged} 个平台，原档次按当时的评价方案计算。"
    return Preview(about, tuple(titles.get(code, code) for code in found.unscored), rows, counts)


def _grades(*several: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the grades of both notices once each, in the order in which they come first."""
    return list({code: label for choices in reversed(several) for code, label in choices}.items())


def _signed(found: Comparison, code: str) -> str:
    more = found.new.get(code, 0) - found.old.get(code, 0)
    return f"{more:+d}" if more else "0"
