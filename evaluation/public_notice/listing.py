"""What a public notice says of each platform, and why a grade was given: pure values, no rows."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from platforms.notices.terms import Terms

#: Most characters of the reasons of one platform: a notice to its operator takes them whole.
MOST_REASONS = 1500
#: So many indicators are named where the points gave the grade.
WEAKEST = 3


@dataclass(frozen=True)
class Entry:
    """What a notice lists of one platform; ``reasons`` is empty where the grade needs none."""

    code: str
    name: str
    type: str
    region: str
    site_name: str
    operator_name: str
    grade: str
    is_public: bool
    reasons: str


@dataclass(frozen=True)
class Marked:
    """An indicator with points: ``points`` of ``full_marks``."""

    title: str
    points: Fraction
    full_marks: Fraction


@dataclass(frozen=True)
class Found:
    """What a grade rests on. ``failed`` are basic conditions that are not met, each with what was found."""

    grade: str
    remark: str = ""
    veto: str = ""
    veto_fact: str = ""
    unreported: bool = False
    failed: tuple[tuple[str, str], ...] = ()
    total: Fraction | None = None
    marks: tuple[Marked, ...] = ()


def basis(entries: Iterable[Entry]) -> str:
    """Return the SHA-256, in hex, over all that ``entries`` say, whatever their order."""
    rows = sorted(
        [
            each.code, each.name, each.type, each.region, each.site_name, each.operator_name, each.grade,
            each.is_public, each.reasons,
        ]
        for each in entries
    )  # fmt: skip
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def explained(terms: Terms) -> frozenset[str]:
    """Return the grades that are given with reasons: those not certified, and the last that is among several."""
    certified = terms.certified
    return frozenset(terms.grade_codes) - frozenset(certified[:-1] if len(certified) > 1 else certified)


def reasons(found: Found) -> str:
    """Return why the grade was given, one cause a line; it names nobody who judged.

    A veto, a missing report or a failed condition gives the grade whatever the points; only without them the weakest
    indicators are named.
    """
    lines = []
    if found.veto:
        lines.append(f"一票否决：{found.veto}（{found.veto_fact}）。")
    if found.unreported:
        lines.append("未在规定期限内报送自评。")
    if found.failed:
        causes = [(title, what.rstrip("。；")) for title, what in found.failed]
        told = "；".join(f"{title}（{what}）" if what else title for title, what in causes)
        lines.append(f"不具备基本条件：{told}。")
    if not lines:
        lines += _by_points(found)
    if found.remark:
        lines.append(f"核定说明：{found.remark}")
    text = "\n".join(lines)
    return text if len(text) <= MOST_REASONS else text[: MOST_REASONS - 1] + "…"


def _by_points(found: Found) -> list[str]:
    short = [each for each in found.marks if each.points < each.full_marks]
    # As many points lost weigh more of a small indicator; the order of the scheme decides between equals.
    weakest = sorted(short, key=lambda each: each.points / each.full_marks)[:WEAKEST]
    told = "、".join(f"{each.title} {number(each.points)}/{number(each.full_marks)} 分" for each in weakest)
    total = [] if found.total is None else [f"评价得分 {number(found.total)} 分。"]
    return [*total, *([f"得分较低的指标：{told}。"] if told else [])]


def number(value: Fraction) -> str:
    """Return points as people write them: at most two decimals, without noughts at the end."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")
