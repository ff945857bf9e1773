"""What a self-report asks for each indicator of a scheme, what is still missing of it, and when it differs too much."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from evaluation.schemes.choices import Method

#: Methods whose figure the unit reports. What is taken off rests on the registers of the city alone.
REPORTED = (Method.LINEAR, Method.TIERS)


@dataclass(frozen=True)
class Asked:
    """One indicator as the unit answers it: whether it is a gate, takes a figure, and must be proved."""

    code: str
    title: str
    is_gate: bool
    takes_value: bool
    needs_proof: bool


@dataclass(frozen=True)
class Given:
    """What the unit gave for one indicator; ``proofs`` counts files and links."""

    value: Decimal | None = None
    remark: str = ""
    proofs: int = 0


@dataclass(frozen=True)
class Gap:
    """What is missing of the indicator ``code``, as a sentence."""

    code: str
    sentence: str


def takes_value(method: str, unit: str) -> bool:
    """Say whether the unit reports a figure for an indicator: one that is counted, or scored with a unit beside it."""
    return method in REPORTED or (method == Method.SCORED and bool(unit))


def is_asked(method: str, unit: str, *, needs_proof: bool) -> bool:
    """Say whether an indicator stands on the unit's page: it takes a figure, is a gate, or must be proved.

    A deduction never does.
    """
    return method != Method.DEDUCTION and (method == Method.GATE or needs_proof or takes_value(method, unit))


def gaps(lines: Iterable[tuple[Asked, Given]]) -> list[Gap]:
    """Return what is missing before a report can be handed in, in the order of ``lines``."""
    found = []
    for asked, given in lines:
        if asked.takes_value and given.value is None:
            found.append(Gap(asked.code, f"“{asked.title}”尚未填写本期数值。"))
        if asked.needs_proof and asked.is_gate and not given.remark:
            found.append(Gap(asked.code, f"“{asked.title}”尚未填写说明。"))
        if asked.needs_proof and not given.proofs:
            found.append(Gap(asked.code, f"“{asked.title}”须附佐证材料或链接。"))
    return found


def differs_too_much(reported: Decimal, counted: Decimal, share: Decimal) -> bool:
    """Say whether ``reported`` lies further from ``counted`` than ``share`` percent of it, either way.

    Exactly ``share`` is not too much. Where nothing was counted, whatever was reported is.
    """
    return abs(reported - counted) * 100 > share * counted
