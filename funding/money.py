"""The money of one notice, with the names of its grades: what a sum is made with. Pure: no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from platforms.figures import percent
from platforms.notices.terms import FactorShare, Terms, TermsError, read_money

_ENDING = "档"


class MoneyError(ValueError):
    """Stored money that cannot be; the text is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Money:
    """Points and line of a notice (五·1), and all its grades as pairs of code and label, the best first."""

    share: FactorShare
    grades: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, terms: Terms) -> "Money | None":
        """The money of ``terms``; None where the notice gives none."""
        return None if terms.money is None else cls(terms.money, tuple(terms.grade_choices))

    @classmethod
    def read(cls, data: Any) -> "Money":
        """The value that ``data`` holds, as :meth:`as_data` writes it; raises ``MoneyError``."""
        try:
            grades = tuple((str(row["code"]), str(row["label"])) for row in data["grades"])
            share = read_money(
                {name: value for name, value in data.items() if name != "grades"}, [c for c, _ in grades]
            )
        except (AttributeError, KeyError, TypeError, TermsError):
            share = None
        if share is None:
            raise MoneyError("所依据的档次分值和淘汰线无法读取，内容已被改动")
        return cls(share, grades)

    def as_data(self) -> dict[str, Any]:
        """The value as JSON holds it."""
        return {"grades": [{"code": code, "label": label} for code, label in self.grades], **self.share.as_data()}

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all grades, the best first."""
        return tuple(code for code, _ in self.grades)

    @property
    def labels(self) -> Mapping[str, str]:
        """What each grade is called, by code."""
        return dict(self.grades)

    @property
    def failing_label(self) -> str:
        """What the grade is called whose share is held against the line."""
        return self.labels[self.share.failing]

    @property
    def line_text(self) -> str:
        """The line as people write it: ``20%``, or ``1/3`` where no percentage of two places is exact."""
        line = self.share.line
        return percent(line) if (line * 10_000).denominator == 1 else str(line)

    @property
    def paid_text(self) -> str:
        """The grades with points in one word: ``A、B、C档`` or ``优秀、合格``."""
        names = [self.labels[code] for code, _ in self.share.points]
        if all(name.endswith(_ENDING) for name in names):
            return "、".join(name.removesuffix(_ENDING) for name in names) + _ENDING
        return "、".join(names)


#: What runs of version 1 were made with, and what the command counts by without terms. Signed sheets hang on it.
FIRST = Money(
    FactorShare((("A", 60), ("B", 30), ("C", 10)), "D", Fraction(1, 5)),
    (("A", "A档"), ("B", "B档"), ("C", "C档"), ("D", "D档")),
)
