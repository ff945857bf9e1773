"""What a return asks for, which parts of the form are open because of it, and until when an answer is expected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from platforms import working_days
from platforms.applications.sections import SECTIONS

#: What the county signs again with every correction, whatever the return names.
ALWAYS_OPEN = frozenset({("commitment", "county_opinion"), ("commitment", "county_opinion_on")})
#: More than anybody answers; whoever has more to ask returns the whole form.
MOST_ITEMS = 50
#: Characters of one question and of one answer.
MOST_TEXT = 400
#: Until when an answer is expected where the city sets no day: working days after the return.
ANSWER_WORKING_DAYS = 10
#: The latest day that may be set, in days after the return.
LATEST_DUE_DAYS = 180


@dataclass(frozen=True)
class Named:
    """A part that a return names: ``section`` empty is the whole form, ``field`` empty the whole section."""

    section: str
    field: str = ""


@dataclass(frozen=True)
class Asked:
    """One question of a return: the part that it names (see :class:`Named`) and what is asked."""

    section: str
    field: str
    text: str


def is_open(named: Iterable[Named], section: str, field: str) -> bool:
    """Say whether ``field`` of ``section`` may be changed while ``named`` is what was asked for.

    ``field`` is a column of the application, a kind of rows, ``attachments`` or the key of a question. Nothing named
    means that nothing is open but what the county signs again.
    """
    if (section, field) in ALWAYS_OPEN:
        return True
    return any(each.section in ("", section) and each.field in ("", field) for each in named)


def is_part(section: str, field: str, questions: Mapping[str, str]) -> bool:
    """Say whether the form has such a part; ``questions`` maps the key of each question of it to its section."""
    if not section:
        return not field
    table = {each.slug: each for each in SECTIONS}.get(section)
    if table is None:
        return False
    return field in ("", *table.fields, *table.rows) or questions.get(field) == section


def default_due(day: date, known: working_days.Known) -> date:
    """Return until when the answer to a return made on ``day`` is expected; ``known`` as in ``working_days``."""
    return working_days.working_days_after(day, ANSWER_WORKING_DAYS, known)
