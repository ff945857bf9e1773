"""A run as people read it: one answer for the page, the print and the files."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from funding.explain import GradeWorth, Inversion, inversions, worth_of_grades
from funding.formula import Allocation, PoolError
from funding.models import AllocationItem, AllocationRow, AllocationRun
from funding.money import Money, MoneyError
from funding.readings import Counting, Reading, Switch
from funding.rendering import LAST_UNIT_RULE
from funding.runs.choices import OPEN, RunStatus
from funding.runs.models import SIGNED
from funding.runs.queries.applications import reported_of
from funding.runs.queries.comparison import Comparisons, Edge, comparisons, count_comparisons, edges
from funding.runs.queries.differences import Differences, differences
from funding.runs.queries.frozen import (
    ITEMS_VERSION,
    check,
    count_switches_for,
    counting_for,
    counts_by_grade,
    counts_digest_of,
    items_of,
    named_money,
    reading_of,
    recomputed,
    rows_of,
    switches_for,
)
from funding.runs.queries.obstacles import obstacles
from funding.tally import TallyError
from funding.warnings import Warning, warnings_of
from platforms.figures import approximate, percent

WAN = 10_000
COLUMNS_RULE = (
    "占比和权重的百分数为截尾后的近似值；合计不含重点行业平台。申报数＝各档数＋未评定＋评分后撤回＋公布后撤销；"
    "撤回不计、未评定不计的不在申报数内。"
)
#: So many characters of the digest are quoted on paper.
SHORT_DIGEST = 16


def in_wan(yuan: int) -> str:
    """Return whole yuan in 万元 with two places, rounded half up: 9,250,000 is "925.00"."""
    sign, cents = ("-" if yuan < 0 else ""), (abs(yuan) * 100 * 2 + WAN) // (WAN * 2)
    return f"{sign}{cents // 100:,}.{cents % 100:02d}"


@dataclass(frozen=True)
class Line:
    """One region, or the key-industry platforms; fractions are exact, None where there is nothing to say.

    ``counts`` are the declared, each grade of the notice (the best first), and the other columns that add up to the
    declared; ``aside`` are the withdrawn and the ungraded that are not counted. ``mark`` says what else stands under
    the failing grade, empty for nothing.
    """

    label: str
    code: str
    counts: tuple[int, ...]
    aside: tuple[int, ...]
    mark: str
    share: Fraction | None
    score: Fraction | None
    weight: Fraction | None
    amount: int
    verdict: str
    tone: str

    @property
    def share_text(self) -> str:
        return "—" if self.share is None else percent(self.share)

    @property
    def score_text(self) -> str:
        return "—" if self.score is None else approximate(self.score, 4)

    @property
    def weight_text(self) -> str:
        return "—" if self.weight is None else percent(self.weight)

    @property
    def shows_score_fraction(self) -> bool:
        """Whether the decimals beside it are not exact."""
        return self.score is not None and self.score.denominator > 1

    @property
    def wan(self) -> str:
        return in_wan(self.amount)

    @property
    def yuan(self) -> str:
        return f"{self.amount:,}"


@dataclass(frozen=True)
class Chosen:
    """One reading: what was chosen, whether it is the default, why the default is the default, what it moves."""

    label: str
    choice: str
    is_default: bool
    default: str
    reason: str
    moves: str

    @property
    def standing(self) -> str:
        """Whether it is the default, in words."""
        return "默认" if self.is_default else f"非默认（默认为“{self.default}”）"


@dataclass(frozen=True)
class Signature:
    """One of the people under the sheet; ``name`` is empty while nobody signed."""

    label: str
    name: str
    at: Any


@dataclass(frozen=True)
class WorthText:
    """What one platform of a grade is worth, in words."""

    label: str
    text: str


@dataclass(frozen=True)
class Sheet:
    """Everything that stands on the page of one run.

    ``money`` names the grades. ``allocation`` is what the frozen counts give, None where they cannot be computed, and
    ``counts_digest`` the SHA-256 of them as a file. ``problems`` is what the check found, ``in_the_way`` what keeps an
    open run from being signed, ``warnings`` what stands out without keeping anybody. ``items`` are the applications
    that it counts; a run of a version that holds none has no ``count_comparisons`` either.
    """

    run: AllocationRun
    money: Money
    lines: tuple[Line, ...]
    industry: Line | None
    total: Line
    readings: tuple[Chosen, ...]
    countings: tuple[Chosen, ...]
    worths: tuple[GradeWorth, ...]
    inversions: tuple[Inversion, ...]
    edges: tuple[Edge, ...]
    comparisons: Comparisons | None
    count_comparisons: Comparisons | None
    warnings: tuple[Warning, ...]
    items: tuple[AllocationItem, ...]
    differences: Differences | None
    problems: tuple[str, ...]
    in_the_way: tuple[str, ...]
    signatures: tuple[Signature, ...]
    allocation: Allocation | None
    counts_digest: str
    last_unit_rule: str = LAST_UNIT_RULE

    @property
    def title(self) -> str:
        """The heading of the sheet on paper."""
        return f"{self.run.round.year}年度窗口平台建设补助资金分配表"

    @property
    def standing_mark(self) -> str:
        """What stands behind the title of a sheet that nobody signed; empty for a signed one."""
        if self.run.status == RunStatus.DISCARDED:
            return "（已作废）"
        return "" if self.run.status in SIGNED else "（草案）"

    @property
    def columns_rule(self) -> str:
        """What the columns of the table hold."""
        return COLUMNS_RULE

    @property
    def grade_labels(self) -> tuple[str, ...]:
        """What the grades are called, the best first."""
        return tuple(label for _, label in self.money.grades)

    @property
    def count_labels(self) -> tuple[str, ...]:
        """What the columns of the counts are called: the declared, and what adds up to it."""
        return ("申报", *self.grade_labels, "未评定", "评分后撤回", "公布后撤销")

    @property
    def aside_labels(self) -> tuple[str, ...]:
        """What the columns beside them are called: reported, and not declared as counted."""
        return ("撤回不计", "未评定不计")

    @property
    def failing_label(self) -> str:
        """What the grade is called that counts against the line."""
        return self.money.failing_label

    @property
    def pool_wan(self) -> str:
        return in_wan(self.run.pool_yuan)

    @property
    def unallocated_wan(self) -> str:
        return in_wan(self.run.unallocated_yuan)

    @property
    def unallocated_yuan(self) -> str:
        return f"{self.run.unallocated_yuan:,}"

    @property
    def inversion_sentences(self) -> tuple[str, ...]:
        """The warnings that a lower grade is worth more than a higher one."""
        return tuple(f"{inversion.sentence}。" for inversion in self.inversions)

    @property
    def uses_defaults(self) -> bool:
        """Whether every reading and every switch of the counts is the one that the notice starts from."""
        return all(each.is_default for each in (*self.readings, *self.countings))

    @property
    def warning_sentences(self) -> tuple[str, ...]:
        """What is to be weighed before anyone signs."""
        return tuple(each.sentence for each in self.warnings)

    @property
    def worth_texts(self) -> tuple[WorthText, ...]:
        """What one platform of each grade with points is worth."""
        return tuple(
            WorthText(
                f"1家{worth.label}折合",
                f"{approximate(worth.yuan, 2)} 元" if worth.yuan else "无",
            )
            for worth in self.worths
        )


def sheet_of(run: AllocationRun) -> Sheet:
    """Return the sheet of ``run``; everything on it comes from the frozen rows."""
    rows = rows_of(run)
    regions = [row for row in rows if row.region_id is not None]
    industry = next((row for row in rows if row.region_id is None), None)
    money = named_money(run)
    lines = tuple(_line(row, money) for row in regions)
    again, counting = _again(run, rows), counting_for(run)
    has_items = run.version >= ITEMS_VERSION
    items = items_of(run) if has_items else []
    reported = reported_of(items)
    is_open = run.status in OPEN
    return Sheet(
        run=run,
        money=money,
        lines=lines,
        industry=_industry_line(industry, money) if industry else None,
        total=_total(run, lines, money),
        readings=_chosen(switches_for(run), reading_of(run)),
        countings=_chosen(count_switches_for(run), counting) if has_items else (),
        worths=worth_of_grades(again) if again else (),
        inversions=inversions(again) if again else (),
        edges=edges(again) if again else (),
        comparisons=comparisons(again) if again else None,
        count_comparisons=count_comparisons(again, reported, counting) if again and has_items else None,
        warnings=warnings_of(again, reported, counting) if again else (),
        items=tuple(items),
        differences=differences(run),
        problems=check(run, rows),
        in_the_way=obstacles(run, rows) if is_open else (),
        signatures=(
            Signature("测算", run.made_by.name, run.made_at),
            Signature("核对", run.checked_by.name if run.checked_by else "", run.checked_at),
            Signature("签署", run.signed_by.name if run.signed_by else "", run.signed_at),
            Signature("锁定", run.locked_by.name if run.locked_by else "", run.locked_at),
        ),
        allocation=again,
        counts_digest=run.counts_digest or counts_digest_of(run, rows),
    )


def _again(run: AllocationRun, rows: Sequence[AllocationRow]) -> Allocation | None:
    try:
        return recomputed(run, rows)
    except (TallyError, PoolError, MoneyError):
        return None  # ``check`` says so on the page


def _line(row: AllocationRow, money: Money) -> Line:
    if row.excluded:
        verdict, tone = "不予支持", "bad"
    elif not row.declared:
        verdict, tone = "未申报", "neutral"
    elif row.score == "0":
        verdict, tone = "得分为零", "neutral"
    else:
        verdict, tone = "支持", "good"
    return Line(
        label=row.label,
        code=row.code,
        counts=_counts(row, money),
        aside=_aside(row),
        mark=_mark(row),
        share=_fraction(row.failing_share),
        score=_fraction(row.score),
        weight=_fraction(row.weight),
        amount=row.amount_yuan,
        verdict=verdict,
        tone=tone,
    )


def _industry_line(row: AllocationRow, money: Money) -> Line:
    return Line(
        row.label, "", _counts(row, money), _aside(row), _mark(row), None, None, None, 0, "不参加分配", "neutral"
    )


def _total(run: AllocationRun, lines: tuple[Line, ...], money: Money) -> Line:
    counts = tuple(map(sum, zip(*(line.counts for line in lines), strict=True)))
    declared, *graded = counts or (0,) * (1 + len(money.codes))
    failing = graded[money.codes.index(money.share.failing)]
    return Line(
        label="合计",
        code="",
        counts=counts,
        aside=tuple(map(sum, zip(*(line.aside for line in lines), strict=True))),
        mark="",
        share=Fraction(failing, declared) if declared else None,
        score=sum((line.score for line in lines if line.score is not None), Fraction(0)),
        weight=sum((line.weight for line in lines if line.weight is not None), Fraction(0)),
        amount=run.allocated_yuan,
        verdict=f"支持{sum(line.tone == 'good' for line in lines)}个",
        tone="",
    )


def _chosen(switches: Sequence[Switch], reading: Reading | Counting) -> tuple[Chosen, ...]:
    return tuple(
        Chosen(
            label=switch.label,
            choice=switch.chosen(reading).label,
            is_default=switch.chosen(reading) == switch.default,
            default=switch.default.label,
            reason=switch.reason,
            moves=switch.moves,
        )
        for switch in switches
    )


def _counts(row: AllocationRow, money: Money) -> tuple[int, ...]:
    counted = counts_by_grade(row)
    grades = (counted.get(code, 0) for code in money.codes)
    return (row.declared, *grades, row.ungraded, row.withdrawn_late, row.revoked)


def _aside(row: AllocationRow) -> tuple[int, ...]:
    return (row.withdrawn, row.left_out)


def _mark(row: AllocationRow) -> str:
    marks = ((row.late_failing, "评分后撤回"), (row.refused_failing, "拒不参加评价"))
    said = "，".join(f"{word}{number}家" for number, word in marks if number)
    return f"含{said}" if said else ""


def _fraction(text: str) -> Fraction | None:
    return Fraction(text) if text else None
