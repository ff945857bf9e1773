"""Which room stands where, who imports whom. ``python -m tests.house`` draws the house in docs/architecture.md."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- drawn by python -m tests.house -->", "<!-- end of what is drawn -->"

#: The rooms of each app, lowest first: the inside of a room imports only rooms before it.
ROOMS = {
    "platforms": (
        "audit",
        "reference",
        "accounts",
        "notices",
        "rounds",
        "files",
        "mail",
        "background",
        "excel",
        "pages",
        "backoffice",
        "applications",
        "service_records",
        "tasks",
        "activities",
        "rectifications",
        "periodic_reports",
        "follow_ups",
        "system_links",
        "cases",
        "register",
        "planning",
        "workbench",
        "calendar",
        "search",
        "region_changes",
    ),
    "evaluation": (
        "schemes",
        "marking",
        "self_reports",
        "flags",
        "visits",
        "hearings",
        "public_notice",
        "documents",
        "certification",
        "amendments",
        "years",
        "revocation",
        "renewal",
        "taken_over",
        "examples",
        "news",
        "statistics",
        "site",
    ),
    "funding": ("runs", "trials", "releases", "payments", "uses", "site"),
}
APPS = tuple(ROOMS)
#: Rooms that hold bases for doors, and nothing of a subject.
BASES = ("excel", "pages", "backoffice")
#: The parts of a room that people and other systems come in by; nothing imports the door of another room.
DOORS = ("desk", "admin", "pages", "excel", "api", "intake")
#: The parts of a room that may know Django; every other file of it is a rule and is pure.
LAYERS = (*DOORS, "models", "services", "queries")
#: What stands at the top of an app and puts the rooms together: it imports everything.
ASSEMBLY = ("admin", "desk", "management", "models", "templatetags", "apps", "todo")


@dataclass(frozen=True)
class Place:
    """Where a module stands: ``room`` is empty for the ground and the assembly, ``layer`` for rules."""

    app: str
    room: str
    layer: str
    assembly: bool = False

    @property
    def is_base(self) -> bool:
        return self.app == "platforms" and self.room in BASES

    @property
    def is_door(self) -> bool:
        return self.layer in DOORS or self.room == "site"


@cache
def modules() -> dict[str, Path]:
    """Return every module of the three apps, migrations apart, by its dotted name."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def place(module: str) -> Place:
    """Return where ``module`` stands."""
    app, _, rest = module.partition(".")
    words = rest.split(".")
    if words[0] in ASSEMBLY:
        return Place(app, "", "", assembly=True)
    if words[0] not in ROOMS[app]:
        return Place(app, "", "")
    layer = words[1] if len(words) > 1 and words[1] in LAYERS else ""
    return Place(app, words[0], "" if app == "platforms" and words[0] in BASES else layer)


@cache
def _models(app: str) -> dict[str, str]:
    """Return the module of each model that ``<app>.models`` passes on."""
    tree = ast.parse(modules()[f"{app}.models"].read_text(encoding="utf-8"))
    return {
        alias.asname or alias.name: node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


@cache
def imports(module: str) -> frozenset[str]:
    """Return the modules of ours that ``module`` imports when it runs, models by the module that holds them."""
    found = set()
    for node in _running(ast.parse(modules()[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in modules()}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in APPS:
            for alias in node.names:
                whole, app = f"{node.module}.{alias.name}", node.module.split(".")[0]
                if whole in modules():
                    found.add(whole)
                elif node.module == f"{app}.models":
                    found.add(_models(app)[alias.name])
                else:
                    found.add(node.module)
    return frozenset(found - {module})


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk ``tree`` without what only a type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from _running(node)


def refused(module: str, imported: str) -> str:
    """Return why ``module`` may not import ``imported``; empty where it may."""
    one, other = place(module), place(imported)
    if one.app != other.app:
        return "" if APPS.index(other.app) < APPS.index(one.app) else "against the stair"
    if one.assembly:
        return ""
    if other.assembly:
        return "the assembly is imported by nobody"
    if not other.room or (one.room == other.room and (one.is_door or one.is_base or not other.is_door)):
        return ""
    if not one.room:
        return "the ground imports only the ground"
    if one.room == other.room:
        return "the inside of a room imports its door"
    if other.is_base and not one.is_base and not one.is_door:
        return "the inside of a room imports a base of doors"
    if other.is_door:
        return "the door of another room"
    before = ROOMS[one.app].index(other.room) < ROOMS[one.app].index(one.room)
    return "" if before or (one.is_door and not one.is_base) else "against the order of rooms"


def wrong() -> list[str]:
    """Return every import that the house does not allow, with the reason."""
    return [
        f"{module} imports {imported}: {reason}"
        for module in modules()
        for imported in sorted(imports(module))
        if (reason := refused(module, imported))
    ]


def uses(app: str) -> dict[str, Counter[str]]:
    """Return, for each room, the rooms that its inside (for bases: all of it) imports and how often."""
    found: dict[str, Counter[str]] = {room: Counter() for room in ROOMS[app]}
    for module in modules():
        one = place(module)
        if one.app == app and one.room and (not one.is_door or one.is_base or one.room == "site"):
            others = (place(imported) for imported in imports(module))
            found[one.room].update(each.room for each in others if each.app == app and each.room not in ("", one.room))
    return found


def inside_share() -> tuple[int, int]:
    """Return how many imports of rooms stay inside of their room, and how many there are but for ground and bases."""
    pairs = [
        (place(module), place(imported))
        for module in modules()
        for imported in imports(module)
        if place(module).room and not place(module).is_base
    ]
    between = [(one, other) for one, other in pairs if one.app == other.app and other.room and not other.is_base]
    return sum(one.room == other.room for one, other in between), len(between)


def picture() -> str:
    """Return the rooms of all apps as one Mermaid drawing and one table."""
    lines = ["```mermaid", "flowchart BT"]
    for app in APPS:
        lines += [f"    subgraph {app}", *(f"        {app}_{room}[{room}]" for room in ROOMS[app]), "    end"]
    lines += [f"    {upper} ==> {lower}" for lower, upper in pairwise(APPS)]
    for app in APPS:
        reached: dict[str, set[str]] = defaultdict(set)
        for room in ROOMS[app]:
            # Only the arrows that no other way replaces.
            straight: list[str] = []
            for other in sorted(uses(app)[room], key=ROOMS[app].index, reverse=True):
                if other not in reached[room]:
                    straight.append(other)
                    reached[room] |= {other} | reached[other]
            lines += [f"    {app}_{room} --> {app}_{other}" for other in straight]
    lines += ["```", "", "| room | holds | modules |", "| --- | --- | ---: |"]
    for app in APPS:
        for room in ROOMS[app]:
            mine = [module for module in modules() if module.split(".")[:2] == [app, room]]
            about = ast.get_docstring(ast.parse((ROOT / app / room / "__init__.py").read_text(encoding="utf-8"))) or ""
            lines.append(f"| `{app}/{room}` | {about} | {len(mine)} |")
    return "\n".join(lines)


def page() -> str:
    """Return docs/architecture.md with the house as it stands."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n\n{picture()}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    inside, between = inside_share()
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{inside} of {between} imports stay inside of their room; {len(wrong())} are refused")
    print("\n".join(wrong()))
