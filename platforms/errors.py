"""How a service says no."""


class Refusal(Exception):
    """A request that the rules do not allow; ``str(refusal)`` is one Chinese sentence fit for the screen.

    ``about`` is the row that it is about where an act takes many, else None. ``field`` is the column or the key of a
    question whose value is refused, empty where the reason is another. ``keeps`` says that what was written before it
    stays: a door must not take it back.
    """

    about: object = None
    field: str = ""
    keeps: bool = False

    @classmethod
    def of(cls, field: str, sentence: str) -> "Refusal":
        """Return a refusal of the value of one ``field``."""
        refusal = cls(sentence)
        refusal.field = field
        return refusal


class Gone(Refusal):
    """The row was moved by somebody else in between; nothing was changed."""


class StaleVersion(Refusal):
    """The row was saved by somebody else since it was shown; nothing was changed."""


def check_seen(stored: int, seen: int | None, stale: str) -> None:
    """Refuse what was begun on an older version than the ``stored`` one; ``seen`` None looks at nothing.

    Raises:
        StaleVersion: with the sentence ``stale``.
    """
    if seen is not None and seen != stored:
        raise StaleVersion(stale)
