"""The laws of the house that its imports and folders show; see docs/architecture.md and ``tests/house.py``."""

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest

from tests import house
from tests.house import APPS, BASES, DOORS, LAYERS, ROOMS, ROOT, modules, place

#: Files of the ground that know Django: scope and moves of rows, values of columns, the database's own guards,
#: requests and settings, lists narrowed to what waits, rows of several tables at once. Every other one is pure.
KNOW_DJANGO = {
    "platforms.client_address",
    "platforms.limits",
    "platforms.moments",
    "platforms.moves",
    "platforms.one_use",
    "platforms.scope",
    "platforms.searchable",
    "platforms.stored_files",
    "platforms.together",
    "platforms.triggers",
    "platforms.turning_away",
    "platforms.two_people",
    "platforms.values",
    "platforms.waiting",
}
#: Folders of templates that belong to no one room: Django's, and what pages of all rooms are made of.
SHARED_TEMPLATES = {"admin", "components", "desk", "django", "fill", "public", "registration"}


def every_import(module: str) -> Iterator[str]:
    """Every name that ``module`` imports, ours or not."""
    for node in ast.walk(ast.parse(modules()[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def in_layer(*layers: str) -> list[str]:
    return [module for module in modules() if place(module).layer in layers]


def rules() -> list[str]:
    """The modules of rooms that stand in no layer, and those of the ground that do not say that they know Django."""
    return [
        module
        for module in modules()
        if not (where := place(module)).assembly and not where.layer and not where.is_base and where.room != "site"
        if module not in KNOW_DJANGO
    ]


def test_every_import_follows_the_house() -> None:
    assert house.wrong() == []


@pytest.mark.parametrize(
    ("module", "imported", "reason"),
    [
        ("platforms.mail.services.mails", "evaluation.schemes.models", "against the stair"),
        ("platforms.tasks.models", "platforms.rounds.models.round", ""),
        ("platforms.rounds.models.round", "platforms.tasks.models", "against the order of rooms"),
        ("platforms.rounds.admin.rounds", "platforms.tasks.models", ""),
        ("platforms.rounds.admin.rounds", "platforms.tasks.admin", "the door of another room"),
        ("platforms.tasks.desk.tasks", "platforms.tasks.services.tasks", ""),
        ("platforms.tasks.services.tasks", "platforms.tasks.desk.tasks", "the inside of a room imports its door"),
        ("platforms.tasks.desk.tasks", "platforms.pages.access", ""),
        ("platforms.tasks.services.tasks", "platforms.pages.access", "the inside of a room imports a base of doors"),
        ("platforms.pages.access", "platforms.applications.models.application", "against the order of rooms"),
        ("platforms.deadlines", "platforms.working_days", ""),
        ("platforms.deadlines", "platforms.rounds.readiness", "the ground imports only the ground"),
        ("platforms.tasks.desk.tasks", "platforms.desk.urls", "the assembly is imported by nobody"),
        ("platforms.desk.urls", "platforms.tasks.desk.tasks", ""),
    ],
)
def test_the_house_says_which_import_it_refuses_and_why(module: str, imported: str, reason: str) -> None:
    assert house.refused(module, imported) == reason


def test_rules_know_no_django_and_no_rows() -> None:
    pure = set(rules())
    wrong = [
        f"{module} imports {name}"
        for module in rules()
        for name in every_import(module)
        if (
            name.split(".")[0] == "django" and not (module.endswith("choices") and name.startswith("django.db.models."))
        )
        or (name.split(".")[0] in APPS and not {name, name.rpartition(".")[0]} & pure)
    ]
    assert wrong == []


def test_what_knows_django_on_the_ground_is_named_and_stands() -> None:
    assert {module for module in KNOW_DJANGO if module not in modules()} == set()


def test_what_is_asked_and_done_knows_no_pages() -> None:
    pages = re.compile(r"^django\.(forms|shortcuts|http|contrib\.admin)")
    wrong = [
        f"{module} imports {name}"
        for module in in_layer("models", "queries", "services")
        for name in every_import(module)
        if pages.search(name)
    ]
    assert wrong == []


def test_models_know_neither_queries_nor_services_and_queries_only_read() -> None:
    above = {"models": ("queries", "services"), "queries": ("services",)}
    wrong = [
        f"{module} imports {imported}"
        for module in in_layer(*above)
        for imported in house.imports(module)
        if place(imported).layer in above[place(module).layer]
    ]
    assert wrong == []


def test_desk_and_back_office_of_a_room_share_what_stands_below_both() -> None:
    other = {"desk": "admin", "admin": "desk"}
    wrong = [
        f"{module} imports {imported}"
        for module in in_layer(*other)
        for imported in house.imports(module)
        if place(imported).layer == other[place(module).layer]
    ]
    assert wrong == []


def test_services_read_no_clock() -> None:
    clock = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|time\.time\(|timezone\.localdate\(\)")
    assert [module for module in in_layer("services") if clock.search(modules()[module].read_text())] == []


def test_every_package_is_a_room_or_puts_rooms_together() -> None:
    found = {app: {path.parent.name for path in (ROOT / app).glob("*/__init__.py")} for app in APPS}
    assert {app: found[app] - set(house.ASSEMBLY) - {"migrations"} for app in APPS} == {
        app: set(rooms) for app, rooms in ROOMS.items()
    }


def test_every_room_says_what_it_holds() -> None:
    said = {
        f"{app}/{room}": ast.get_docstring(ast.parse((ROOT / app / room / "__init__.py").read_text()))
        for app in APPS
        for room in ROOMS[app]
    }
    assert [room for room, text in said.items() if not text] == []


def test_templates_and_tests_lie_in_rooms_of_the_same_name() -> None:
    rooms = {room for each in ROOMS.values() for room in each}
    templates = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    assert templates - SHARED_TEMPLATES - rooms == set()
    for app in APPS:
        folders = {path.name for path in (ROOT / "tests" / app).iterdir() if path.is_dir()}
        assert folders - {"__pycache__"} - set(ROOMS[app]) == set()


def test_every_rule_is_covered_branch_by_branch() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["coverage"]["run"]["include"]
    covered = {path for pattern in patterns for path in ROOT.glob(pattern)}
    assert {pattern for pattern in patterns if not list(ROOT.glob(pattern))} == set()
    assert {module for module in rules() if "workflow" in module and modules()[module] not in covered} == set()


def test_the_picture_of_the_house_is_current() -> None:
    assert house.PAGE.read_text(encoding="utf-8") == house.page()


def test_layers_and_bases_are_what_the_picture_says() -> None:
    assert set(DOORS) < set(LAYERS)
    assert set(BASES) < set(ROOMS["platforms"])
