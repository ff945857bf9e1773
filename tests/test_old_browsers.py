"""No page needs a browser younger than Chromium 109, the last one that runs on Windows 7, as offices still have it.

What is younger is named here, with the version that brought it. A few may stay: without them a page looks plainer and
says the same.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

#: In style sheets, by the version of Chromium that has it.
YOUNG_STYLES = {
    r"color-mix\(": 111,
    r"\b(oklch|oklab|lab|lch|color)\(": 111,
    r"\b(sin|cos|tan|pow|sqrt|hypot|log|exp)\(": 111,
    r"\blinear\([\d.]": 113,
    r"text-wrap(-style)?:\s*(balance|pretty)": 114,
    r"white-space-collapse": 114,
    r":popover-open": 114,
    r"\bsubgrid\b": 117,
    r"@starting-style": 117,
    r"transition-behavior|allow-discrete": 117,
    r"@scope": 118,
    r":user-(in)?valid": 119,
    r"\b(rgb|hsl)\(from\b": 119,
    r":dir\(": 120,
    r"\(\s*scripting\s*:": 120,
    r"(?<![-\w])mask(-image|-size|-position|-repeat)?:": 120,
    r"\balign-content:[^;]*;(?=[^}]*display:\s*block)": 123,
    r"field-sizing": 123,
    r"light-dark\(": 123,
    r"@view-transition|view-transition-name": 111,
    r"animation-timeline|scroll-timeline|view-timeline": 115,
    r"\b(round|mod|rem)\(": 125,
    r"anchor-name|position-anchor|\banchor\(": 125,
    r"interpolate-size|calc-size\(": 129,
    r"::details-content": 131,
    r"@(top|bottom|left|right)-(left|center|right|top|middle|bottom)\b": 131,
    r"text-box-(trim|edge)": 133,
    r"(?<![-\w])print-color-adjust": 136,
    r"text-autospace": 140,
    r"\bif\(": 137,
}
#: What may stay, and what is there without it.
PLAINER = {
    "text-wrap(-style)?": "a heading breaks where its line is full",
    ":popover-open": "inside of @supports: the rail stands above the page",
    "mask": "behind -webkit-mask",
    "::details-content": "js/comforts.js opens what is folded before it prints",
    "@(top|bottom": "sheets carry no number",
    "print-color-adjust": "behind -webkit-print-color-adjust",
    "text-autospace": "figures stand closer to the characters",
}
YOUNG_SCRIPTS = {
    r"\.(toSorted|toReversed|toSpliced)\(": 110,
    r"\.with\(": 110,
    r"\b(Object|Map)\.groupBy\(": 117,
    r"Promise\.withResolvers": 119,
    r"URL\.canParse": 120,
    r"Array\.fromAsync": 121,
    r"\.(isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(": 122,
    r"\bIterator\.from\(|\.(values|keys|entries)\(\)\.(map|filter|toArray|some|every|find)\(": 122,
    r"Promise\.try": 128,
    r"RegExp\.escape": 136,
    r"\.(show|hide|toggle)Popover\(": 114,
    r"startViewTransition": 111,
    r"AbortSignal\.any": 116,
    r"\bscrollend\b": 114,
    r"\.moveBefore\(": 133,
    r"\.(isWellFormed|toWellFormed)\(": 111,
    r"/[dgimsuy]*v[dgimsuy]*[,;)]": 112,
    r"import\s.*\swith\s*\{": 123,
}
YOUNG_MARKUP = {
    r"<search\b": 118,
    r"\bpopover(target)?(=|\b(?=[\s>]))": 114,
    r"<details[^>]*\sname=": 120,
    r"<select[^>]*>\s*<hr": 119,
    r"\bcommandfor=": 135,
    r"\bwriting(suggestions)=": 124,
}
#: A button that shows only where popovers are known, and lists of which several may stand open at once.
PLAINER_MARKUP = {"admin/filter.html", "components/chips.html", "components/rail.html", "components/topbar.html"}


def without_comments(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/|\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}", " ", text, flags=re.DOTALL)
    return re.sub(r"(?m)^\s*//.*$", "", text) if path.suffix == ".js" else text


def younger(text: str, young: dict[str, int]) -> set[str]:
    return {pattern for pattern in young if re.search(pattern, text)}


def rules_in_rules(css: str) -> list[str]:
    """Return the heads of rules that stand inside of another rule, which only browsers from 112 on read."""
    heads: list[str] = []
    found = []
    for head in re.findall(r"([^{};]*)([{}])", re.sub(r'"[^"]*"|url\([^)]*\)', '""', css)):
        name, bracket = head[0].strip(), head[1]
        if bracket == "}":
            heads.pop()
            continue
        if any(above and not above.startswith("@") for above in heads):
            found.append(name)
        heads.append(name)
    return found


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_is_read_by_chromium_109(path: Path) -> None:
    css = without_comments(path)
    left = {each for each in younger(css, YOUNG_STYLES) if not any(may in each for may in PLAINER)}
    assert left == set()
    assert rules_in_rules(css) == []
    assert css.count("mask:") == 2 * css.count("-webkit-mask:")
    assert css.count("print-color-adjust:") == 2 * css.count("-webkit-print-color-adjust:")
    if ":popover-open" in css:
        assert "@supports selector(:popover-open)" in css


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_runs_in_chromium_109(path: Path) -> None:
    assert younger(without_comments(path), YOUNG_SCRIPTS) == set()


def test_no_page_is_written_in_younger_markup() -> None:
    found = {
        str(path.relative_to(ROOT / "templates")) for path in TEMPLATES if younger(without_comments(path), YOUNG_MARKUP)
    }
    assert found == PLAINER_MARKUP


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ("a { color: red; } b { color: blue; }", []),
        ("@media print { a { color: red; } }", []),
        ("@media print { @page { size: A4; } a { color: red; } }", []),
        ("a { color: red; b { color: blue; } }", ["b"]),
        ("a { &:hover { color: red; } }", ["&:hover"]),
        ("a { @media print { color: red; } }", ["@media print"]),
    ],
)
def test_rules_in_rules_are_found(css: str, found: list[str]) -> None:
    assert rules_in_rules(css) == found


def test_what_is_young_is_found() -> None:
    css = "a { color: color-mix(in srgb, red, blue); transition: 1s linear; background: linear-gradient(red, blue); }"
    assert younger(css, YOUNG_STYLES) == {r"color-mix\("}
    assert younger("const done = rows.toSorted();", YOUNG_SCRIPTS) == {r"\.(toSorted|toReversed|toSpliced)\("}
