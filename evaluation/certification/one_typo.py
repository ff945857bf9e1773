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


def forms(word: str) -> set[tuple[str, str | None, str]]:
    """Return what a text holds in which ``word`` is meant, in three pieces one behind the other.

    The middle piece is nothing where any character may stand that ends no line. At least :data:`SHORTEST` characters
    must be found, so that three letters with one too many find nothing.
    """
    made: set[tuple[str, str | None, str]] = {(word, "", "")}
    for place in range(len(word)):
        before, at, after = word[:place], word[place], word[place + 1 :]
        if len(word) > SHORTEST:
            made.add((before, "", after))
        # At an end of a longer word that is found already without the character there.
        if (before and after) or len(word) <= SHORTEST:
            made.add((before, None, after))
        if before:
            made.add((before, None, at + after))
        if after:
            made.add((before, after[0] + at, after[1:]))
    return made


def pattern(word: str) -> re.Pattern[str]:
    """Return what finds ``word`` with at most one mistake in a text in small letters, within a line of it."""
    found = ("".join("[^\n]" if each is None else re.escape(each) for each in form) for form in forms(word.lower()))
    return re.compile("|".join(sorted(found)))
