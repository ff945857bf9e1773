"""Which notice is in use, and what it prints."""

from collections.abc import Callable
from dataclasses import dataclass

from platforms.models import Notice, User
from platforms.notices.choices import Collector, NoticeStatus
from platforms.notices.models import value_of
from platforms.notices.terms import Terms, merged

#: Says which notice is in use; the rooms above, which know rounds, put it here.
IN_USE: list[Callable[[], int | None]] = []
#: Look at terms as the apps above read them; each yields a place and a Chinese sentence for what cannot be.
CHECKS: list[Callable[[Terms], list[tuple[str, str]]]] = []


@dataclass(frozen=True)
class PreviewTable:
    """A table of a preview: sentences, then ``rows`` below ``heads``; all but the first ``texts`` columns are numbers.

    What cannot be compared has sentences and no rows.
    """

    label: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()
    texts: int = 1


@dataclass(frozen=True)
class Preview:
    """What a notice would do to what was decided under earlier ones: sentences, then tables with their own headings."""

    title: str
    lines: tuple[str, ...] = ()
    tables: tuple[PreviewTable, ...] = ()


@dataclass(frozen=True)
class ReadingChoice:
    """One reading of the funding section as a notice can set its default.

    Name, label, values with their labels (the product's own default first), and the key of the clause that it reads.
    """

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    clause: str

    def word(self, value: str | None) -> str:
        """Return the label of ``value``; None is the product's own default, and an unknown value stands for itself."""
        return self.choices[0][1] if value is None else dict(self.choices).get(value, value)


#: What the apps above say that terms would do, as far as a person may know it; each returns None where it has nothing
#: to compare or to show.
PREVIEWS: list[Callable[[Terms, User], Preview | None]] = []
#: The readings whose defaults a notice sets; the funding section gives them their meaning.
READINGS: list[ReadingChoice] = []


def in_use() -> int | None:
    """Return the id of the notice of the current round, else of the approved one that was issued last."""
    for source in IN_USE:
        found = source()
        if found is not None:
            return found
    return latest_approved()


def latest_approved() -> int | None:
    """Return the id of the approved notice that was issued last, in its latest version; None before the first."""
    approved = Notice.objects.filter(status=NoticeStatus.APPROVED).order_by("-issued_on", "-version", "-pk")
    return approved.values_list("pk", flat=True).first()


def printed_number(notice: int | None, key: str) -> str:
    """Return the number that the notice with this id prints for ``key``; of the one in use for None.

    Where no notice is loaded yet, the key itself is what can be said.
    """
    pk = notice if notice is not None else in_use()
    if pk is None:
        return key
    return value_of(pk).clauses[key].number


def approved_terms() -> list[Terms]:
    """Return the terms of every approved notice, the latest first: what filters over all rounds choose from."""
    approved = Notice.objects.filter(status=NoticeStatus.APPROVED).order_by("-issued_on", "-version", "-pk")
    return [value_of(pk).terms for pk in approved.values_list("pk", flat=True)]


def grounds_noted() -> list[tuple[str, str]]:
    """Return key and label of the grounds (撤销情形) of every approved notice that people note: all but complaints."""
    return merged(
        [(each.key, each.label) for each in terms.grounds if each.collector != Collector.COMPLAINTS]
        for terms in approved_terms()
    )
