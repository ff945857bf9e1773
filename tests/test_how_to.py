"""``docs/how-to.md`` names the files that a change of each kind touches; here they are counted."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("platforms", "evaluation", "funding", "ningbo_windows", "templates")

#: Heading, what names its example in the files, and the folder that the example belongs to.
EXAMPLES = (
    ("A field of the application form", r"\bhas_unified_sign\b", ""),
    ("A source figure of an indicator", r"\brules_public\b", ""),
    ("A reading of the funding section", r"\bDivisor\b", ""),
    ("A role", r"\"auditor\"|\bAUDITOR\b", ""),
    ("A list of the desk", r"\bFeeCases\b|\bfee_case_list\b", ""),
    ("A move of a workflow", r"\"reopen\"|def reopen\b", "platforms/rectifications"),
)


def recipe(heading: str) -> set[str]:
    """The files that the table below ``heading`` names."""
    text = (ROOT / "docs" / "how-to.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


def naming(pattern: str, folder: str) -> set[str]:
    """The files of the product in ``folder`` that name the example; migrations and demo repeat what others say."""
    files = [path for top in PRODUCT for ending in ("py", "html") for path in (ROOT / top).rglob(f"*.{ending}")]
    names = {path.relative_to(ROOT).as_posix(): path for path in files}
    return {
        name
        for name, path in names.items()
        if name.startswith(folder) and "/migrations/" not in name and "/demo/" not in name
        if re.search(pattern, path.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize(("heading", "pattern", "folder"), EXAMPLES)
def test_a_recipe_names_the_files_that_its_example_stands_in(heading: str, pattern: str, folder: str) -> None:
    assert recipe(heading) == naming(pattern, folder)


def test_each_recipe_is_counted() -> None:
    text = (ROOT / "docs" / "how-to.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [heading for heading, _, _ in EXAMPLES]
