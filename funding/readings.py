"""The switches under which the funding section of a notice can be read, with the reason of each default.

``SWITCHES`` say what the counts give, ``COUNT_SWITCHES`` how the counts are drawn from a round. Pure: no Django. The
values are the ones that commands, rows and exports carry; the Chinese texts are what officers read beside a result.
Columns, form, sheet and files derive from both tables.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from evaluation.marking.late import Ungraded, WithdrawnLate
from funding.money import Money
from platforms.notices.terms import Terms

#: What a signature covers (``funding.runs.queries.frozen``). A reading that comes in takes the next number.
VERSION = 3


class Cutoff(StrEnum):
    """Whether a share that is exactly the line counts as "20%以上" (五·1)."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"


class Base(StrEnum):
    """What the share of the failing grade is taken of."""

    DECLARED = "declared"
    GRADED = "graded"


class Totals(StrEnum):
    """Whose platforms make up the city's totals of each grade."""

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


class Revoked(StrEnum):
    """What a platform is that was revoked between the publication and the lock.

    ``LEFT_OUT`` declared, and its grade no longer counts; ``COUNTED`` the published result stands.
    """

    LEFT_OUT = "left_out"
    COUNTED = "counted"


Value = Cutoff | Base | Totals | Industry | Divisor | Unit | WithdrawnLate | Revoked | Ungraded


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
        return replace(cls(), **_values(SWITCHES_BY_NAME, values))

    def as_dict(self) -> dict[str, str]:
        """All switches with their values as plain text, in the order of the table."""
        return {name: str(value) for name, value in asdict(self).items()}

    def alternatives(self, switches: Sequence["Switch"]) -> Iterator[tuple["Switch", "Choice", "Reading"]]:
        """Each reading that differs from this one in exactly one of ``switches``."""
        for switch in switches:
            for choice in switch.choices:
                if choice.value != getattr(self, switch.name):
                    change: dict[str, Any] = {switch.name: choice.value}
                    yield switch, choice, replace(self, **change)


@dataclass(frozen=True, slots=True)
class Counting:
    """How the counts are drawn from a round; the defaults are the product's own reading of the notice."""

    withdrawn_late: WithdrawnLate = WithdrawnLate.AS_PROPOSED
    revoked: Revoked = Revoked.LEFT_OUT
    ungraded: Ungraded = Ungraded.DECLARED

    @classmethod
    def of(cls, **values: str) -> Self:
        """The counting with these values, written as in ``Counting.as_dict``; raises ``ReadingError`` on any other."""
        return replace(cls(), **_values(COUNT_SWITCHES_BY_NAME, values))

    def as_dict(self) -> dict[str, str]:
        """All switches with their values as plain text, in the order of the table."""
        return {name: str(value) for name, value in asdict(self).items()}

    def alternatives(self, switches: Sequence["Switch"]) -> Iterator[tuple["Switch", "Choice", Self]]:
        """Each counting that differs from this one in exactly one of ``switches``."""
        for switch in switches:
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
    """A switch: label, choices, why the default, what it moves. ``default`` is the product's own choice, the first one.

    Choices, reason and moves may hold marks in braces, which :func:`switches_of` fills in for one notice. ``since`` is
    the version that covers the switch first; runs of earlier versions were made as the first choice says. ``clause`` is
    the key of the clause that the switch reads (``platforms.notices.clauses``).
    """

    name: str
    label: str
    choices: tuple[Choice, ...]
    reason: str
    moves: str
    since: int = 1
    clause: str = "funding.scores"
    chosen_by_notice: Value | None = None

    @property
    def default(self) -> Choice:
        """The choice of the notice, else the product's own."""
        wanted = self.chosen_by_notice
        return self.choices[0] if wanted is None else next(each for each in self.choices if each.value == wanted)

    def value_of(self, text: str) -> Value:
        """The value written as ``text``; raises ``ReadingError`` naming the allowed ones."""
        for choice in self.choices:
            if choice.value == text:
                return choice.value
        allowed = "、".join(choice.value for choice in self.choices)
        raise ReadingError(f"{self.label}（{self.name}）只能取 {allowed}")

    def chosen(self, reading: Reading | Counting) -> Choice:
        """The choice that ``reading`` makes here; it has this switch."""
        value = getattr(reading, self.name)
        return next(choice for choice in self.choices if choice.value == value)


SWITCHES: tuple[Switch, ...] = (
    Switch(
        "cutoff",
        "淘汰线",
        (
            Choice(Cutoff.INCLUSIVE, "含{line}：达到{line}即不予支持"),
            Choice(Cutoff.EXCLUSIVE, "不含{line}：超过{line}才不予支持"),
        ),
        "“{line}以上”包含本数：2020年适用《民法总则》第二百零五条，现为《民法典》第一千二百五十九条。",
        "申报{declared}家、其中{failing}{failed}家的地区，可能完全不予支持，也可能获得数百万元。",
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
        "申报{declared}家、其中{failing}{failed}家的地区，可能完全不予支持，也可能获得数百万元。",
    ),
    Switch(
        "totals",
        "全市总数",
        (
            Choice(Totals.ALL, "全部地区的{paid}"),
            Choice(Totals.FUNDED, "仅计获得资金支持地区的{paid}"),
        ),
        "通知中“全市……总数”没有限定，不予支持的地区同样计入全市{paid}总数。",
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
            Choice(Divisor.HUNDRED, "满分{full_marks}分"),
        ),
        "通知原文“全市绩效评价部分”文字有缺漏；以获得资金支持地区的得分之和为分母，资金可全部分配，与其他因素法分配的做法一致。",
        "采用其他分母时，可能有较多资金未分配。",
        clause="funding.weights",
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
        clause="funding",
    ),
)

COUNT_SWITCHES = (
    Switch(
        "withdrawn_late",
        "评分后撤回的申报",
        (
            Choice(WithdrawnLate.AS_PROPOSED, "计入申报总数，拟定为{failing}的计为{failing}"),
            Choice(WithdrawnLate.DECLARED, "计入申报总数，不计档次"),
            Choice(WithdrawnLate.OUT, "不计入申报总数"),
        ),
        "评分提交后即有绩效评价结果，此后撤回不改变已有结果；评分提交前撤回的，一律不计入申报总数。",
        "申报3家的地区撤回其中1家拟定为{failing}的平台，可能完全不予支持，也可能获得数十万元。",
        since=3,
    ),
    Switch(
        "revoked",
        "公布后撤销的平台",
        (
            Choice(Revoked.LEFT_OUT, "计入申报总数，不计档次"),
            Choice(Revoked.COUNTED, "按公布的档次计"),
        ),
        "运营资格已撤销的平台不再支持；该平台曾经申报，仍计入申报总数。",
        "仅有1家平台且已被撤销的地区，涉及其全部金额。",
        since=3,
        clause="grounds",
    ),
    Switch(
        "ungraded",
        "未评定档次的申报",
        (
            Choice(Ungraded.DECLARED, "计入申报总数，不计档次"),
            Choice(Ungraded.AS_D, "经核实拒不参加评价的计为{failing}，其余计入申报总数"),
            Choice(Ungraded.OUT, "不计入申报总数"),
        ),
        "已上报且未撤回的均属申报总数，是否评定档次不影响。",
        "影响{failing}占比。",
        since=3,
    ),
)

SWITCHES_BY_NAME = {switch.name: switch for switch in SWITCHES}
COUNT_SWITCHES_BY_NAME = {switch.name: switch for switch in COUNT_SWITCHES}


def _values(switches: Mapping[str, Switch], values: Mapping[str, str]) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        switch = switches.get(name)
        if switch is None:
            raise ReadingError(f"没有名为“{name}”的口径")
        chosen[name] = switch.value_of(value)
    return chosen


def switches_of(money: Money, defaults: Reading | None = None) -> tuple[Switch, ...]:
    """The switches as officers read them under ``money``; ``defaults`` are those of its notice."""
    marks = _marks(money)
    return tuple(_worded(switch, marks, defaults or Reading()) for switch in SWITCHES)


def count_switches_of(money: Money, defaults: Counting | None = None) -> tuple[Switch, ...]:
    """The switches of the counts as officers read them under ``money``; ``defaults`` are those of its notice."""
    marks = _marks(money)
    return tuple(_worded(switch, marks, defaults or Counting()) for switch in COUNT_SWITCHES)


def switches_of_any() -> tuple[Switch, ...]:
    """All switches, those of the counts last, in words that fit every notice, for who enters one."""
    marks = {
        "line": "淘汰线比例",
        "declared": 10,
        "failed": "若干",
        "failing": "不合格",
        "paid": "有分值档次",
        "full_marks": "若干",
    }
    return (
        *(_worded(switch, marks, Reading()) for switch in SWITCHES),
        *(_worded(switch, marks, Counting()) for switch in COUNT_SWITCHES),
    )


def _marks(money: Money) -> dict[str, Any]:
    line = money.share.line
    # The smallest example of at least ten declared platforms that stands just on the line.
    times = -(-10 // line.denominator)
    return {
        "line": money.line_text,
        "declared": line.denominator * times,
        "failed": line.numerator * times,
        "failing": money.failing_label,
        "paid": money.paid_text,
        "full_marks": money.share.full_marks,
    }


def _worded(switch: Switch, marks: dict[str, Any], defaults: Reading | Counting) -> Switch:
    wanted = getattr(defaults, switch.name)
    own = switch.choices[0].value
    return replace(
        switch,
        choices=tuple(Choice(choice.value, choice.label.format(**marks)) for choice in switch.choices),
        reason=switch.reason.format(**marks) if wanted == own else "本年度通知采用此口径。",
        moves=switch.moves.format(**marks),
        chosen_by_notice=wanted,
    )


def defaults_of(terms: Terms) -> Reading:
    """The reading that the notice starts from; raises ``ReadingError`` for one that :func:`problems_of` refuses."""
    return Reading.of(**{name: value for name, value in terms.readings.items() if name not in COUNT_SWITCHES_BY_NAME})


def counting_of(terms: Terms) -> Counting:
    """The way to count that the notice starts from; raises ``ReadingError`` as :func:`defaults_of`."""
    named = {name: value for name, value in terms.readings.items() if name in COUNT_SWITCHES_BY_NAME}
    return Counting.of(**named)


def problems_of(terms: Terms) -> list[tuple[str, str]]:
    """Place and sentence of each reading of ``terms`` that does not exist or has a value that is not allowed."""
    every = SWITCHES_BY_NAME | COUNT_SWITCHES_BY_NAME
    problems = []
    for name, value in terms.readings.items():
        try:
            _values(every, {name: value})
        except ReadingError as error:
            problems.append((f"readings.{name}", f"{error}。"))
    return problems
