"""The phases of a round by number: what the notice calls them, and which of them the acts hang on. Pure."""

from platforms.notices.terms import Terms

#: The phase in which units file; every notice begins with it.
FILING_PHASE = 1
#: As many as a notice can have.
MOST_PHASES = 8


def phase_label(terms: Terms, number: int) -> str:
    """Return what the notice calls the phase; a number that it does not have is named as a number."""
    return terms.phase(number).label if 1 <= number <= len(terms.phases) else f"第{number}阶段"


def short_label(label: str) -> str:
    """Return the name of a phase without its ordinal: 试运行 for 第三阶段：试运行."""
    return label.split("：")[-1]


def counted_in_words(terms: Terms) -> str:
    """Return from when to when the phases that count for the evaluation go; empty where none do."""
    if terms.counted_phases is None:
        return ""
    first, last = (phase_label(terms, number) for number in terms.counted_phases)
    return f"“{first}”首日至末日" if first == last else f"“{first}”首日至“{last}”末日"


def evaluation_phase(terms: Terms) -> int:
    """Return the number of the phase in which platforms are graded, the last one."""
    return len(terms.phases)
