"""Brackets of Chinese text are full-width, wherever the text stands; see docs/look.md."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house import ROOT, modules

#: What is put in where a text has a value of its own.
VALUE = "\ufffc"
#: What shows that a text is Chinese; two values, the second in brackets, are a word and its unit or cell.
CHINESE = re.compile(rf"[一-鿿“”《》〔〕：；，。、]|^{VALUE}\({VALUE}\)$|>\({VALUE}\)<")
#: Half-width brackets at Chinese text, or around some.
WRONG = re.compile(rf"[一-鿿”》）％㎡{VALUE}] ?\(|\([^()]*[一-鿿][^()]*\)|\)[一-鿿“《（]|>\({VALUE}\)<")
#: Words of other languages than Chinese that need them: patterns, styles, addresses and parts of Markdown.
CODE = re.compile(r"\\[dswbA-Z(]|\(\?|\]\(|\b(var|url|calc|rgba?|translate)\(")


def python() -> Iterator[tuple[str, str]]:
    """Yield place and text of each string of the program but docstrings and patterns."""
    for name, path in modules().items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            above = parents.get(node)
            if isinstance(above, (ast.JoinedStr, ast.Expr, ast.FormattedValue)):
                continue
            if isinstance(above, ast.Call) and ast.unparse(above.func).startswith("re."):
                continue
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else VALUE for part in node.values]
                yield f"{name}:{node.lineno}", "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield f"{name}:{node.lineno}", re.sub(r"%\(\w+\)[sd]", VALUE, node.value)


def templates() -> Iterator[tuple[str, str]]:
    """Yield place and text of each line of a template."""
    for path in sorted((ROOT / "templates").rglob("*.*")):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"{#.*?#}", "", re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL))
        for number, line in enumerate(text.splitlines(), start=1):
            yield f"{path.relative_to(ROOT)}:{number}", re.sub(r"{{.*?}}", VALUE, line)


def scripts() -> Iterator[tuple[str, str]]:
    """Yield place and text of each string of a script of ours."""
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for text in re.findall(r"\"[^\"]*\"|'[^']*'|`[^`]*`", line):
                yield f"{path.relative_to(ROOT)}:{number}", re.sub(r"\${[^{}]*}", VALUE, text)


@pytest.mark.parametrize("texts", [python, templates, scripts])
def test_brackets_of_chinese_text_are_full_width(texts: object) -> None:
    found = list(texts())  # type: ignore[operator]
    chinese = [(place, text) for place, text in found if CHINESE.search(text) and not CODE.search(text)]
    assert len(chinese) > 50, "nothing was read"
    assert {place: text for place, text in chinese if WRONG.search(text)} == {}


@pytest.mark.parametrize(
    "text", [f"<span>({VALUE})</span>", "面积(㎡)", "共(3 份)", "（乙)丙", f"“{VALUE}”({VALUE})", "甲 (乙)"]
)
def test_half_width_brackets_at_chinese_text_are_found(text: str) -> None:
    assert WRONG.search(text)


@pytest.mark.parametrize("text", ["面积（㎡）", "f(x) 的值", "a (b)", "〔2026〕(c)"])
def test_other_brackets_are_left_alone(text: str) -> None:
    assert not WRONG.search(text)
