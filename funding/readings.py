"""The six switches under which section five of the notice can be read, with the reason of each default.

Pure: no Django. The values are the ones that commands, rows and exports carry; the Chinese texts are what
officers read beside a result.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


class Cutoff(StrEnum):
    """Whether exactly 20 % of D counts as "20%以上" (五·1)."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"


class Base(StrEnum):
    """What the share of D is taken of."""

    DECLARED = "declared"
    GRADED = "graded"


class Totals(StrEnum):
    """Whose A, B and C make up the city's totals."""

    ALL = "all"
    FUNDED = "funded"


class Industry(StrEnum):
    """Whether key-industry platforms, which belong to no region, count in the city's totals."""

    LEFT_OUT = "left_out"
    COUNTED = "counted"


class Divisor(StrEnum):
    """What a score is divided by to give a weight (五·2)."""

    FUNDED = "funded"
    ALL = "all"
    HUNDRED = "hundred"


class Unit(StrEnum):
    """The unit that amounts are whole multiples of."""

    YUAN = "yuan"
    WAN = "wan"

    @property
    def yuan(self) -> int:
        """How many yuan one unit is."""
        return 10_000 if self is Unit.WAN else 1


Value = Cutoff | Base | Totals | Industry | Divisor | Unit


class ReadingError(ValueError):
    """A switch or a value that does not exist; the text is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One choice for each switch; the defaults are the product's own reading of the notice."""

    cutoff: Cutoff = Cutoff.INCLUSIVE
    base: Base = Base.DECLARED
    totals: Totals = Totals.ALL
    industry: Industry = Industry.LEFT_OUT
    divisor: Divisor = Divisor.FUNDED
    unit: Unit = Unit.YUAN

    @classmethod
    def of(cls, **values: str) -> "Reading":
        """The reading with these values, written as in ``Reading.as_dict``; raises ``ReadingError`` on any other."""
        chosen: dict[str, Any] = {}
        for name, value in values.items():
            switch = SWITCHES_BY_NAME.get(name)
            if switch is None:
                raise ReadingError(f"没有名为“{name}”的口径")
            chosen[name] = switch.value_of(value)
        return replace(cls(), **chosen)

    def as_dict(self) -> dict[str, str]:
        """All six switches with their values as plain text, in the order of the table."""
        return {name: str(value) for name, value in asdict(self).items()}

    def alternatives(self) -> Iterator[tuple["Switch", "Choice", "Reading"]]:
        """Each reading that differs from this one in exactly one switch."""
        for switch in SWITCHES:
            for choice in switch.choices:
                if choice.value != getattr(self, switch.name):
                    change: dict[str, Any] = {switch.name: choice.value}
                    yield switch, choice, replace(self, **change)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a switch and its Chinese label."""

    value: Value
    label: str


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch as officers see it: label, choices (default first), why the default, what it moves."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    reason: str
    moves: str

    @property
    def default(self) -> Choice:
        """The product's own choice."""
        return self.choices[0]

    def value_of(self, text: str) -> Value:
        """The value written as ``text``; raises ``ReadingError`` naming the allowed ones."""
        for choice in self.choices:
            if choice.value == text:
                return choice.value
        allowed = "、".join(choice.value for choice in self.choices)
        raise ReadingError(f"{self.label}（{self.name}）只能取 {allowed}")

    def chosen(self, reading: Reading) -> Choice:
        """The choice that ``reading`` makes here."""
        value = getattr(reading, self.name)
        return next(choice for choice in self.choices if choice.value == value)


SWITCHES: tuple[Switch, ...] = (
    Switch(
        "cutoff",
        "淘汰线",
        (
            Choice(Cutoff.INCLUSIVE, "含20%：达到20%即不予支持"),
            Choice(Cutoff.EXCLUSIVE, "不含20%：超过20%才不予支持"),
        ),
        "“20%以上”包含本数：2020年适用《民法总则》第二百零五条，现为《民法典》第一千二百五十九条。",
        "申报10家、其中D档2家的地区，分文不得或者可得数百万元。",
    ),
    Switch(
        "base",
        "占比基数",
        (
            Choice(Base.DECLARED, "申报总数：已上报且未撤回的申报"),
            Choice(Base.GRADED, "已评定档次的平台数"),
        ),
        "通知写明“申报总数”，即地区已上报且未撤回的全部申报；撤回须留存原因和日期，并同时列出两种占比，"
        "因为撤回一家较弱的平台就可能使地区越过淘汰线。",
        "申报10家、其中D档2家的地区，分文不得或者可得数百万元。",
    ),
    Switch(
        "totals",
        "全市总数",
        (
            Choice(Totals.ALL, "全部地区的A、B、C档"),
            Choice(Totals.FUNDED, "仅计获得资金支持地区的A、B、C档"),
        ),
        "通知中“全市……总数”没有限定，不予支持的地区同样计入全市A、B、C档总数。",
        "影响较小。",
    ),
    Switch(
        "industry",
        "重点行业平台",
        (
            Choice(Industry.LEFT_OUT, "不计入全市总数"),
            Choice(Industry.COUNTED, "计入全市总数"),
        ),
        "重点行业窗口平台不属于任何区县（市）、管委会，因此不计入。",
        "影响较小。",
    ),
    Switch(
        "divisor",
        "权重分母",
        (
            Choice(Divisor.FUNDED, "获得资金支持地区的得分之和"),
            Choice(Divisor.ALL, "计入全市总数的全部得分之和"),
            Choice(Divisor.HUNDRED, "满分100分"),
        ),
        "通知原文“全市绩效评价部分”文字有缺漏；以获得资金支持地区的得分之和为分母，资金可全部分配，与其他因素法分配的做法一致。",
        "最多可有四成资金未分配。",
    ),
    Switch(
        "unit",
        "金额单位",
        (
            Choice(Unit.YUAN, "元"),
            Choice(Unit.WAN, "万元"),
        ),
        "通知没有规定；金额只在最后一步取整一次。",
        "影响金额的尾数。",
    ),
)

SWITCHES_BY_NAME = {switch.name: switch for switch in SWITCHES}
