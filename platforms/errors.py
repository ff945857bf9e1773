"""How a service says no."""


class Refusal(Exception):
    """A request that the rules do not allow; ``str(refusal)`` is one Chinese sentence fit for the screen."""


class Gone(Refusal):
    """The row was moved by somebody else in between; nothing was changed."""


class StaleVersion(Refusal):
    """The row was saved by somebody else since it was shown; nothing was changed."""
