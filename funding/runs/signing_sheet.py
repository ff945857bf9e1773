"""The sheet of an allocation that is signed by hand, as PDF/A: facts in, bytes out; the same facts give the same bytes.

A set that fails raises ``typst.TypstError``, whose message is for the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from platforms.applications.documents.glyphs import all_printable
from platforms.applications.documents.pdf import ACROSS, rows_that_break
from platforms.applications.documents.typesetting import typeset
from platforms.dates import moment_in_words
from platforms.identity import ours

TEMPLATE = Path(__file__).resolve().parent / "typst" / "signing.typ"
READING_HEAD, READING_WIDTHS = ("口径", "本次采用", "是否默认", "默认理由"), (12, 32, 16, 40)
SIGNATURE_HEAD, SIGNATURE_WIDTHS = ("环节", "姓名", "日期", "签字"), (15, 25, 25, 35)
#: What a place is left for that is filled by hand.
BY_HAND = ""


@dataclass(frozen=True)
class Read:
    """One reading in words; one that is not the default is marked."""

    label: str
    choice: str
    standing: str
    reason: str
    marked: bool


@dataclass(frozen=True)
class Signed:
    """One step (测算, 核对, 签署, 锁定): who and when; empty and None while nobody did."""

    label: str
    name: str
    at: datetime | None


@dataclass(frozen=True)
class SigningFacts:
    """What the sheet says. ``mark`` stands behind the title of one that is not signed, ``at`` is the date of the file.

    ``head``, ``rows`` and ``total`` are the table; the columns whose places are in ``words`` hold words, all others
    numbers. ``readings`` are groups of a title and its readings.
    """

    number: str
    title: str
    mark: str
    state: str
    facts: tuple[tuple[str, ...], ...]
    head: tuple[str, ...]
    widths: tuple[int, ...]
    words: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    rules: tuple[str, ...]
    readings: tuple[tuple[str, tuple[Read, ...]], ...]
    worths: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...]
    signatures: tuple[Signed, ...]
    digests: tuple[tuple[str, str], ...]
    at: datetime


def signing_pdf(facts: SigningFacts) -> bytes:
    """Return the sheet of ``facts`` on A4 across."""
    return typeset(TEMPLATE, _data(facts), at=facts.at)


def _data(facts: SigningFacts) -> dict[str, Any]:
    return {
        **all_printable(
            {
                "title": facts.title + facts.mark,
                "subtitle": "",
                "author": ours().finance_bureau,
                "header": (ours().programme, facts.state),
                "footer": f"测算编号　{facts.number}",
                "keywords": (facts.number,),
                "facts": facts.facts,
                "rules": facts.rules,
                "worths": facts.worths,
                "warnings": facts.warnings,
                "digests": facts.digests,
            }
        ),
        "across": True,
        "table": {
            "head": all_printable(facts.head),
            "widths": facts.widths,
            "words": facts.words,
            "rows": _breaking(facts.rows, facts.widths),
            "total": all_printable(facts.total),
        },
        "readings": [_readings(title, found) for title, found in facts.readings if found],
        "signatures": {
            "head": SIGNATURE_HEAD,
            "widths": SIGNATURE_WIDTHS,
            "rows": _breaking([_signature(each) for each in facts.signatures], SIGNATURE_WIDTHS),
        },
    }


def _breaking(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> list[list[str]]:
    whole = sum(widths)
    return rows_that_break(all_printable(rows), [100 * width // whole for width in widths], ACROSS)


def _readings(title: str, found: Sequence[Read]) -> dict[str, Any]:
    cells = _breaking([(each.label, each.choice, each.standing, each.reason) for each in found], READING_WIDTHS)
    return {
        "title": title,
        "head": READING_HEAD,
        "widths": READING_WIDTHS,
        "rows": [{"cells": row, "marked": each.marked} for row, each in zip(cells, found, strict=True)],
    }


def _signature(each: Signed) -> tuple[str, ...]:
    return f"{each.label}人", each.name or BY_HAND, moment_in_words(each.at) if each.at else BY_HAND, BY_HAND
