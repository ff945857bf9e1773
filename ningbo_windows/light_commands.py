"""Commands that need no settings, no database and no addresses: they start without the applications being loaded.

Loading the applications takes some fifty times as long as the sums of such a command.
"""

from collections.abc import Sequence
from importlib import import_module

#: Name of the command and the module that holds it.
MODULES = {
    "allocate": "funding.management.commands.allocate",
    "test": "ningbo_windows.management.commands.test",
}


def run(argv: Sequence[str]) -> bool:
    """Run the command of ``argv`` if it is one of these, and say whether it was."""
    module = MODULES.get(argv[1]) if len(argv) > 1 else None
    if module is None:
        return False
    import_module(module).Command().run_from_argv(list(argv))
    return True
