"""Whom the city recommends for recognition by city and state (六·(三)), by a rule that can be set; pure.

The clause says that who is certified may apply; how long and how well, the city says each time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from evaluation.certification.validity import valid_until
from platforms.dates import day_in_words


@dataclass(frozen=True)
class Rule:
    """Certified without a gap for ``years`` up to today, and in its last ``rounds`` evaluations at least ``grade``."""

    years: int
    rounds: int
    grade: str


@dataclass(frozen=True)
class Span:
    """The days of one certificate, both inclusive, as they came to be."""

    first: date
    last: date


@dataclass(frozen=True)
class Graded:
    """What one evaluation of a platform came to; ``codes`` are the grades of its notice, the best first.

    ``certified`` are those of them that are certified.
    """

    year: int
    grade: str
    label: str
    codes: tuple[str, ...]
    certified: tuple[str, ...]

    def reaches(self, wanted: str) -> bool:
        """Say whether the grade is at least ``wanted``; where its notice has no such grade, whether it is certified."""
        if wanted not in self.codes:
            return self.grade in self.certified
        return self.codes.index(self.grade) <= self.codes.index(wanted)


@dataclass(frozen=True)
class Facts:
    """What is on record of a platform: its certificates, its evaluations, how many confirmed grounds stand open."""

    spans: tuple[Span, ...]
    graded: tuple[Graded, ...]
    grounds: int


@dataclass(frozen=True)
class Finding:
    """One condition of the rule: whether it is met, and why in a Chinese half sentence."""

    met: bool
    says: str


def held_since(spans: Iterable[Span], on: date) -> date | None:
    """Return the first day of the time without a gap that ``on`` lies in; None where nothing holds on that day."""
    since = None
    for span in sorted(spans, key=lambda each: (each.first, each.last), reverse=True):
        # What begins later says nothing about the day; what overlaps or adjoins goes on.
        if span.first > on or span.last < span.first:
            continue
        if span.last >= (on if since is None else since - timedelta(days=1)):
            since = span.first if since is None else min(since, span.first)
    return since


def judged(facts: Facts, rule: Rule, *, on: date) -> tuple[Finding, ...]:
    """Return each condition of ``rule`` with what it comes to for ``facts`` on the day ``on``; all must be met."""
    return tuple(_findings(facts, rule, on))


def is_in(findings: Sequence[Finding]) -> bool:
    """Say whether every condition is met."""
    return all(each.met for each in findings)


def why(findings: Sequence[Finding]) -> str:
    """Return why a platform is on the list, or everything for which it is not."""
    told = findings if is_in(findings) else [each for each in findings if not each.met]
    return "；".join(each.says for each in told)


def _findings(facts: Facts, rule: Rule, on: date) -> Iterator[Finding]:
    since = held_since(facts.spans, on)
    if since is None:
        yield Finding(False, "当前没有有效的认定")
    else:
        # The last day of the years counts: on it they are full.
        full = valid_until(since, rule.years)
        told = f"自{day_in_words(since)}起连续认定"
        if full <= on:
            yield Finding(True, f"{told}，满 {rule.years} 年")
        else:
            yield Finding(False, f"{told}，{day_in_words(full)}满 {rule.years} 年")
    yield _grades(facts, rule)
    if facts.grounds:
        yield Finding(False, f"有 {facts.grounds} 项已核实的撤销情形")
    else:
        yield Finding(True, "无已核实的撤销情形")


def _grades(facts: Facts, rule: Rule) -> Finding:
    last = sorted(facts.graded, key=lambda each: each.year, reverse=True)[: rule.rounds]
    if len(last) < rule.rounds:
        return Finding(False, f"公布的评价只有 {len(last)} 次")
    said = "、".join(f"{each.year}年度{each.label}" for each in last)
    low = [each for each in last if not each.reaches(rule.grade)]
    if low:
        return Finding(False, f"{'、'.join(f'{each.year}年度{each.label}' for each in low)}，未达到要求的档次")
    return Finding(True, said)
