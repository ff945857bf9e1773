"""Laws that hold everywhere, held by reading files and models; those of the rooms are in ``tests/test_house.py``."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("platforms", "evaluation", "funding")
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


def test_no_app_imports_the_project_above_it() -> None:
    assert crossings(sources(*APPS), r"^ningbo_windows(\.|$)") == []


def crossings(files: list[Path], forbidden: str) -> list[str]:
    """Return each import in ``files`` of a module that ``forbidden`` matches."""
    pattern = re.compile(forbidden)
    return [f"{names(path)} imports {module}" for path in files for module in imports(path) if pattern.search(module)]


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


def test_every_kept_file_goes_through_the_one_store() -> None:
    store = re.compile(r"MEDIA_(ROOT|URL)|default_storage|core\.files\.storage|FileSystemStorage")
    found = [names(path) for path in sources("ningbo_windows", *APPS) if store.search(path.read_text())]
    assert found == ["ningbo_windows/settings.py", "platforms/stored_files.py"]


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
        assert "://" not in text  # some packages are named for the protocol
        assert text.count("==") <= text.count("--hash=sha256:")
