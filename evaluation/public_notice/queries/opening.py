"""When a notice ends, and what stands between a proposed one and its opening: one answer for page and service."""

from collections.abc import Mapping
from datetime import date

from evaluation.models import Assessment, PublicNotice
from evaluation.public_notice.listing import Entry, basis
from platforms.dates import day_in_words
from platforms.rounds.queries.calendar_days import known_days
from platforms.working_days import period


def last_day(starts_on: date, days: int, *, first_day_counts: bool) -> date:
    """Return the last day of a notice of ``days`` working days, by the holidays known now."""
    return period(starts_on, days, first_day_counts, known_days())


def obstacles(notice: PublicNotice, listed: Mapping[Assessment, Entry], *, on: date) -> list[str]:
    """Return, in sentences, what forbids to open a proposed ``notice`` on the day ``on``; ``listed`` is what it would
    list now."""
    found = []
    if notice.starts_on < on:
        found.append(f"公示开始日期{day_in_words(notice.starts_on)}已过，须重新提出。")
    last = last_day(notice.starts_on, notice.working_days, first_day_counts=notice.first_day_counts)
    if last != notice.ends_on:
        found.append(f"放假安排有变动，公示期应至{day_in_words(last)}，须重新提出。")
    if basis(listed.values()) != notice.basis:
        found.append("提出之后，核定档次或平台名单有变动，须重新提出。")
    return found
