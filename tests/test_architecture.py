"""The laws of the house, held by reading imports and files; see docs/architecture.md."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("platforms", "evaluation", "funding")
PURE = (
    "platforms/activities/rules.py",
    "platforms/applications/ban_reach.py",
    "platforms/applications/precheck.py",
    "platforms/applications/attachment_needs.py",
    "platforms/file_formats.py",
    "platforms/periodic_reports/dates.py",
    "platforms/applications/naming.py",
    "platforms/reference/outline.py",
    "platforms/planning/overlap.py",
    "platforms/applications/questions.py",
    "platforms/cells.py",
    "platforms/applications/completeness.py",
    "platforms/applications/eligibility.py",
    "platforms/applications/form_fields.py",
    "platforms/checks.py",
    "platforms/sampling.py",
    "platforms/applications/sections.py",
    "platforms/merging.py",
    "platforms/money.py",
    "platforms/applications/pasted_rows.py",
    "platforms/applications/row_gaps.py",
    "platforms/applications/row_rules.py",
    "platforms/unreadable.py",
    "platforms/mail/texts.py",
    "platforms/masking.py",
    "platforms/service_records/rules.py",
    "platforms/storable.py",
    "platforms/tones.py",
    "platforms/applications/correction.py",
    "platforms/rounds/counted_period.py",
    "platforms/rounds/readiness.py",
    "platforms/working_days.py",
    "platforms/dates.py",
    "platforms/deadlines.py",
    "platforms/ics.py",
    "platforms/tasks/usual_tasks.py",
    "platforms/applications/documents/fields.py",
    "platforms/applications/documents/file_names.py",
    "platforms/applications/documents/form.py",
    "platforms/applications/documents/glyphs.py",
    "platforms/applications/documents/paper.py",
    "platforms/applications/documents/pdf.py",
    "platforms/applications/documents/word.py",
    "platforms/applications/documents/word_parts.py",
    "evaluation/schemes/grading.py",
    "evaluation/examples/picture.py",
    "evaluation/certification/validity.py",
    "evaluation/certification/certificate_number.py",
    "funding/formula.py",
    "funding/apportion.py",
    "funding/readings.py",
    "funding/tally.py",
)
# Closed vocabularies are Django choices: constants with a label, no database.
VOCABULARIES = {
    "platforms.cases.choices",
    "platforms.activities.choices",
    "platforms.choices",
    "platforms.supervision_choices",
    "evaluation.choices",
    "funding.runs.choices",
}
#: A file tells one story, whatever its length; past this there is often a second one inside.
MOST_LINES = 600


def sources(*folders: str) -> list[Path]:
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in files if "migrations" not in path.parts]


def imports(path: Path) -> Iterator[str]:
    """Every module that ``path`` imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_stair_is_climbed_in_one_direction() -> None:
    wrong = [
        f"{names(path)} imports {module}"
        for lower, upper in pairwise(APPS)
        for path in sources(*APPS[: APPS.index(upper)])
        for module in imports(path)
        if module.split(".")[0] in APPS[APPS.index(upper) :] and names(path).split("/")[0] in APPS[: APPS.index(upper)]
        if lower
    ]
    assert wrong == []


def test_no_app_imports_the_project_above_it() -> None:
    assert crossings(sources(*APPS), r"^ningbo_windows(\.|$)") == []


@pytest.mark.parametrize("lower", APPS[:-1])
def test_the_stair_holds_through_the_project_too(lower: str) -> None:
    upper = set(APPS[APPS.index(lower) + 1 :])
    reached = {file: set(imports(file)) for file in sources(lower)}
    through = {dotted((names(file),))[0].removesuffix(".__init__"): file for file in sources("ningbo_windows")}
    for modules in reached.values():
        todo = [module for module in modules if module in through]
        while todo:
            fresh = set(imports(through[todo.pop()])) - modules
            modules |= fresh
            todo += [module for module in fresh if module in through]
    assert {names(file): found for file, modules in reached.items() if (found := tops(modules) & upper)} == {}


def test_queries_only_read() -> None:
    assert crossings(within("queries"), r"\.services(\.|$)") == []


def test_desk_and_back_office_share_what_stands_below_both() -> None:
    assert crossings(within("admin"), r"\.desk(\.|$)") == []
    assert crossings(within("desk"), r"^(platforms|evaluation|funding)\.admin(\.|$)") == []
    assert crossings(within("pages"), r"^(platforms|evaluation|funding)\.(admin|desk)(\.|$)") == []


def within(layer: str) -> list[Path]:
    """Return the files of a layer of any app."""
    return [path for path in sources(*APPS) if layer in path.relative_to(ROOT).parts]


def crossings(files: list[Path], forbidden: str) -> list[str]:
    """Return each import in ``files`` of a module that ``forbidden`` matches; ``queries.desk`` is no desk."""
    pattern = re.compile(forbidden)
    return [
        f"{names(path)} imports {module}"
        for path in files
        for module in imports(path)
        if pattern.search(module.replace("queries.desk", "queries"))
    ]


def tops(modules: set[str]) -> set[str]:
    return {module.split(".")[0] for module in modules}


@pytest.mark.parametrize("name", PURE)
def test_sums_and_rules_know_no_django(name: str) -> None:
    wrong = [
        module
        for module in imports(ROOT / name)
        if module.split(".")[0] == "django"
        or (
            module.split(".")[0] in APPS
            and not any(module == pure or module.startswith(f"{pure}.") for pure in (*VOCABULARIES, *dotted(PURE)))
            and module not in APPS
        )
    ]
    assert wrong == []


def dotted(files: tuple[str, ...]) -> list[str]:
    return [file.removesuffix(".py").replace("/", ".") for file in files]


def test_services_never_import_views_admin_or_forms() -> None:
    doors = re.compile(
        r"(?<!queries)\.(admin|desk|pages|site|api|resources)(\.|$)|^django\.(forms|shortcuts|http|contrib\.admin)"
    )
    wrong = [
        f"{names(path)} imports {module}"
        for path in sources(*APPS)
        if {"services", "queries", "models"} & set(path.parts)
        for module in imports(path)
        if doors.search(module)
    ]
    assert wrong == []


def test_services_read_no_clock() -> None:
    clock = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|time\.time\(|timezone\.localdate\(\)")
    wrong = [names(path) for path in sources(*APPS) if "services" in path.parts and clock.search(path.read_text())]
    assert wrong == []


def test_every_model_names_its_way_to_the_region() -> None:
    from django.apps import apps

    missing = [
        model._meta.label
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if model._meta.label != "platforms.Counter" and not hasattr(model, "region_path")
    ]
    assert missing == []


def test_who_and_when_come_together() -> None:
    from django.apps import apps
    from django.db.models import ForeignKey

    alone = [
        f"{model._meta.label}.{field.name}"
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.name.endswith("_by")
        if not any(hasattr(model, f"{field.name[:-3]}{suffix}") for suffix in ("_at", "_on"))
        and field.name not in {"created_by", "entered_by"}
    ]
    assert alone == []


def test_no_room_is_called_a_cupboard() -> None:
    cupboards = {"utils", "common", "helpers", "core", "misc", "tools"}
    assert [names(path) for path in sources("ningbo_windows", *APPS) if path.stem in cupboards] == []


def test_rooms_stay_small() -> None:
    sizes = {names(path): len(path.read_text().splitlines()) for path in sources("ningbo_windows", *APPS)}
    assert {name: size for name, size in sizes.items() if size > MOST_LINES} == {}


def test_no_template_carries_script_or_style_of_its_own() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=\"|\son(click|change|submit|load|input)=", re.I)
    # What stands inside of template tags never reaches the page.
    tags = re.compile(r"\{[{%#].*?[}%#]\}")
    pages = sorted((ROOT / "templates").rglob("*.html"))
    assert [names(path) for path in pages if inline.search(tags.sub("", path.read_text()))] == []


def test_the_top_level_holds_what_the_owner_named() -> None:
    import subprocess

    tracked = subprocess.run(
        ["git", "-c", "core.quotepath=off", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode:  # an archive without history has nothing to list
        return
    allowed = re.compile(
        r"manage\.py|ningbo_windows|platforms|evaluation|funding|templates|static|tests|docs|pyproject\.toml|README\.md"
        r"|requirements(-[a-z]+)?\.txt|LICENSE|\..*"
    )
    top = {line.split("/")[0] for line in tracked.stdout.splitlines()}
    assert sorted(entry for entry in top if not allowed.fullmatch(entry)) == []


def test_the_locks_carry_hashes_and_no_address() -> None:
    for path in sorted(ROOT.glob("requirements*.txt")):
        text = path.read_text()
        assert "http" not in text
        assert text.count("==") <= text.count("--hash=sha256:")
