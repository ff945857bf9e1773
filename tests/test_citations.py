"""No text that people read holds the number of a clause: it is cited by key, and the notice at hand prints it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from platforms.notices.clauses import KEYS
from tests.test_architecture import ROOT, names, sources

FOLDERS = ("platforms", "evaluation", "funding", "ningbo_windows")
#: 二·(四), 五·1, （五）, 通知第五条, 通知五, 附件2.
NUMBER = re.compile(
    r"[一二三四五六七八九十]+·|[(（][一二三四五六七八九十]+[)）]|通知第?[一二三四五六七八九十]|附件\s?\d"
)
#: What holds one all the same, and why.
EXCEPTIONS = {
    "platforms/notices/clauses.py": "an example of how the number of a clause is typed",
}
#: Functions that take keys: the first argument that is one.
CITING = {"cite": 0, "cited": 1}


def literals(path: Path) -> Iterator[str]:
    """Yield the texts of a file but for docstrings and comments; parts of f-strings one by one."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}|/\*.*?\*/|(?m:^\s*//.*$)", "", text, flags=re.DOTALL)
        return
    tree = ast.parse(text)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def product_files() -> list[Path]:
    own = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    shown = [path for suffix in ("html", "txt", "xml", "typ") for path in (ROOT / "templates").rglob(f"*.{suffix}")]
    # Vendored scripts are minified and hold no clause.
    scripts = [path for path in (ROOT / "static" / "js").rglob("*.js") if not path.name.endswith(".min.js")]
    return sorted([*own, *shown, *scripts])


def test_no_product_file_holds_the_number_of_a_clause() -> None:
    found = {names(path) for path in product_files() for text in literals(path) if NUMBER.search(text)}
    assert found == set(EXCEPTIONS)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("二·（四）", True),
        ("五·1", True),
        ("不予认定（五），", True),
        ("通知第五条所列", True),
        ("通知五", True),
        ("通知附件2", True),
        ("通知所列", False),
        ("只收第一条", False),
        ("3·15", False),
        ("附件清单", False),
    ],
)
def test_a_number_is_told_from_other_words(text: str, is_one: bool) -> None:
    assert bool(NUMBER.search(text)) == is_one


def keys_in(path: Path) -> Iterator[object]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CITING:
            yield from (each.value for each in node.args[CITING[node.func.id] :] if isinstance(each, ast.Constant))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "printed_number":
            yield from (each.value for each in node.args[1:] if isinstance(each, ast.Constant))


def test_what_is_cited_is_among_the_keys() -> None:
    cited = {key for path in sources(*FOLDERS) for key in keys_in(path)}
    for path in (ROOT / "templates").rglob("*.html"):
        cited |= set(re.findall(r'{% cite "([^"]*)"', path.read_text(encoding="utf-8")))
    assert cited - set(KEYS) == set()
    assert {"conditions.free", "sites.parks", "grounds"} <= cited
