"""What a locked requirement file asks for on this machine, and whether it is there; standard library only."""

import importlib.metadata
import operator as op
import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)\s*(?:;\s*([^\\]*?))?\s*\\?$")
_HOLDS = {"==": op.eq, "!=": op.ne, "<": op.lt, "<=": op.le, ">": op.gt, ">=": op.ge}
_TERM = re.compile(r"""^(\w+)\s*(==|!=|<=|>=|<|>)\s*['"]([^'"]*)['"]$""")


def _facts() -> dict[str, str]:
    return {
        "implementation_name": sys.implementation.name,
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_system": platform.system(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    }


def marker_holds(marker: str, facts: Mapping[str, str] | None = None) -> bool:
    """Tell whether an environment marker of a lock file holds here.

    Comparisons joined by ``and`` and ``or``. Anything else counts as false: the installer judges it anyway, and a
    package that is not looked for costs nothing, while one looked for in vain would cost an installation at each start.
    """
    facts = _facts() if facts is None else facts
    return any(all(_term_holds(term, facts) for term in way.split(" and ")) for way in marker.split(" or "))


def _term_holds(term: str, facts: Mapping[str, str]) -> bool:
    match = _TERM.match(term.strip())
    if match is None or match[1] not in facts:
        return False
    name, operator, wanted = match.groups()
    if name.startswith("python_"):
        left, right = ([int(number) for number in re.findall(r"\d+", text)] for text in (facts[name], wanted))
        order = (left > right) - (left < right)
    elif operator in {"==", "!="}:
        order = int(facts[name] != wanted)
    else:
        return False
    return bool(_HOLDS[operator](order, 0))


def pins(lock_text: str) -> dict[str, str]:
    """Return name and version of every package that a lock file asks for on this machine."""
    found = (_PIN.match(line) for line in lock_text.splitlines())
    return {match[1]: match[2] for match in found if match and (not match[3] or marker_holds(match[3]))}


def all_there(wanted: Mapping[str, str], path: Sequence[str]) -> bool:
    """Tell whether every package is on the search path in exactly the wanted version."""
    for name, version in wanted.items():
        there = next(iter(importlib.metadata.distributions(name=name, path=list(path))), None)
        if there is None or there.version != version:
            return False
    return True
