"""What a person typed for the indicators, judged and entered: for the scores that count and for every sheet."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from evaluation.marking.models import Given
from evaluation.models import Score
from evaluation.schemes import grading
from evaluation.schemes.choices import Method
from platforms.errors import Refusal
from platforms.text import clean_text

#: A score that counts, or a mark of a sheet.
Row = TypeVar("Row", bound=Given)
LARGEST = Decimal("999999999.99")
LONGEST_TEXT = 400


@dataclass(frozen=True)
class ScoreEntry:
    """What a judge found for one indicator; which of the figures counts follows from the indicator's method."""

    passed: bool | None = None
    verified: Decimal | None = None
    points: Decimal | None = None
    evidence: str = ""


class ScoresRefused(Refusal):
    """Scores that cannot be saved; ``errors`` holds one Chinese sentence per indicator code."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("未保存：" + "".join(errors.values()))


def errors_of(
    given: Mapping[str, Given],
    entries: Mapping[str, ScoreEntry],
    figures: Mapping[str, Score],
    *,
    unfinished: bool = False,
) -> dict[str, str]:
    """Return by code what is wrong with ``entries``; ``figures`` are the scores that carry what was counted.

    ``unfinished`` lets reasons be missing: whoever types a figure gives its reason next.
    """
    unknown = {code: f"评价方案中没有指标“{code}”。" for code in entries if code not in given}
    found = {
        code: out_of_range(figures[code], entry) or ("" if unfinished else unexplained(figures[code], entry))
        for code, entry in entries.items()
        if code in given
    }
    return unknown | {code: error for code, error in found.items() if error}


def out_of_range(figure: Score, entry: ScoreEntry) -> str:
    """Say what of one entry cannot be stored; nothing if it can."""
    indicator, title = figure.indicator, figure.indicator.title
    try:
        clean_text(f"{title}：佐证与说明", entry.evidence, most=LONGEST_TEXT)
    except Refusal as refusal:
        return str(refusal)
    if indicator.method == Method.GATE:
        return ""
    if entry.verified is not None and not _fits(entry.verified, LARGEST):
        return f"“{title}”的核定数值须为不小于 0 的数，最多两位小数。"
    if indicator.method == Method.SCORED and entry.points is not None and not _fits(entry.points, figure.full_marks):
        full = grading.plain(Fraction(figure.full_marks))
        return f"“{title}”的得分须在 0 至 {full} 分之间，最多两位小数。"
    return ""


def unexplained(figure: Score, entry: ScoreEntry, *, explain_full: bool = False) -> str:
    """Say which reason one entry beside its ``figure`` still needs; nothing if none.

    With ``explain_full`` a full mark and a passed gate need one as well; a figure as it was counted never does.
    """
    indicator, title = figure.indicator, figure.indicator.title
    if entry.evidence.strip():
        return ""
    if indicator.method == Method.GATE:
        if entry.passed and explain_full:
            return f"“{title}”判定为具备，请填写佐证与说明。"
        return f"“{title}”判定为不具备，请填写佐证与说明。" if entry.passed is False else ""
    what, proposed = proposed_of(figure)
    if entry.verified is not None and proposed not in (None, entry.verified):
        return f"“{title}”的核定数值与{what}不一致，请填写佐证与说明。"
    if indicator.method == Method.SCORED and entry.points is not None and entry.points < figure.full_marks:
        return f"“{title}”未得满分，请说明扣分理由。"
    if indicator.method == Method.SCORED and entry.points is not None and explain_full:
        return f"“{title}”得满分，请填写佐证与说明。"
    return ""


def unproven(given: Given, figure: Score, proven: Collection[int]) -> str:
    """Say that points stand on nothing where the scheme wants to see a file, a link or the records behind a figure.

    ``proven`` are the keys of the indicators with a file or a link beside them.
    """
    indicator = given.indicator
    earns = given.passed if indicator.method == Method.GATE else given.points is not None and given.points > 0
    if not indicator.evidence_required or not earns or figure.counted_rows or indicator.pk in proven:
        return ""
    return f"“{indicator.title}”须附佐证，请添加文件或链接。"


def gaps_of(
    given: Mapping[str, Given],
    figures: Mapping[str, Score],
    *,
    proven: Collection[int] = (),
    explain_full: bool = False,
) -> dict[str, str]:
    """Return by code what each finding, as it is stored, still needs: a reason, or something that proves it."""
    found = {
        code: unexplained(figures[code], stored(each), explain_full=explain_full)
        or unproven(each, figures[code], proven)
        for code, each in given.items()
    }
    return {code: sentence for code, sentence in found.items() if sentence}


def stored(given: Given) -> ScoreEntry:
    """Return a finding as it would be typed."""
    points = given.points if given.indicator.method == Method.SCORED else None
    return ScoreEntry(given.passed, given.verified, points, given.evidence)


def proposed_of(figure: Score) -> tuple[str, Decimal | None]:
    """Return what the verified value is compared with: what the records give, else what the unit reported."""
    return ("填报数值", figure.reported) if figure.counted is None else ("系统核计", figure.counted)


def _fits(value: Decimal, largest: Decimal) -> bool:
    return value.is_finite() and 0 <= value <= largest and value == round(value, 2)


def enter(given: Row, entry: ScoreEntry) -> Row:
    """Set the one figure that counts for the method; points of a counted indicator follow from the value."""
    method = given.indicator.method
    given.passed = entry.passed if method == Method.GATE else None
    given.verified = None if method == Method.GATE else entry.verified
    given.points = entry.points if method == Method.SCORED else None
    given.evidence = clean_text("佐证与说明", entry.evidence, most=LONGEST_TEXT)
    if method in grading.COUNTED:
        earned = grading.points_of(given.value(), given.entry())
        given.points = None if earned is None else decimal_of(earned)
    return given


def in_words(given: Given) -> dict[str, Any]:
    """What the log keeps of one finding."""
    figures = {"具备": given.passed, "核定数值": _plain(given.verified), "得分": _plain(given.points)}
    return {label: value for label, value in figures.items() if value is not None} | {"佐证": given.evidence}


def by_code(rows: Any) -> dict[str, Any]:
    """Return findings by the code of their indicator."""
    return {row.indicator.code: row for row in rows.select_related("indicator")}


def missing_titles(given: Mapping[str, Given], missing: tuple[str, ...]) -> str:
    """Return the sentence that names what has no score yet, five at most."""
    titles = "".join(f"“{given[code].indicator.title}”" for code in missing[:5])
    return f"还有 {len(missing)} 项指标未评分：{titles}{'等' if len(missing) > 5 else ''}。"


def decimal_of(value: Fraction) -> Decimal:
    """Return a number of hundredths as the decimal that is stored."""
    return Decimal(int(value * 100)).scaleb(-2)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else grading.plain(Fraction(value))
