"""Words typed with one mistake: a character more, less or another one, or two that changed places."""

import re

#: Shorter words are other words when a character changes; longer ones are no names.
SHORTEST, LONGEST = 3, 30


def may_have_one(word: str) -> bool:
    """Say whether ``word`` is long enough to be told from other words, and more than a number."""
    return SHORTEST <= len(word) <= LONGEST and any(character.isalpha() for character in word)


def pieces(word: str) -> tuple[str, ...]:
    """Return what every text that :func:`pattern` finds contains at least one of: quick to look for.

    One mistake leaves one half of the word as it is, unless it swaps the two characters in the middle.
    """
    middle = len(word) // 2
    first, second = word[:middle].lower(), word[middle:].lower()
    return first, second, second[0] + first[-1]


def pattern(word: str) -> re.Pattern[str]:
    """Return what finds ``word`` with at most one mistake in a text in small letters; its lines are texts of their own.

    At least :data:`SHORTEST` characters must be found, so that three letters with one too many find nothing.
    """
    word = word.lower()
    forms = {re.escape(word)}
    for place in range(len(word)):
        before, at, after = word[:place], word[place], word[place + 1 :]
        forms.add(f"{re.escape(before)}[^\n]{re.escape(after)}")
        if before:
            forms.add(f"{re.escape(before)}[^\n]{re.escape(at + after)}")
        if after:
            forms.add(re.escape(before + after[0] + at + after[1:]))
        if len(word) > SHORTEST:
            forms.add(re.escape(before + after))
    return re.compile("|".join(sorted(forms)))
