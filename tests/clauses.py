"""The table of clauses: which tests prove what the notice asks. ``python -m tests.clauses`` writes docs/clauses.md."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "clauses.md"

CLAUSES = {
    "N01": "One naming rule per type, unique names, venue on record (二·一)",
    "N02": "A stable team: roster, full-time flag, years; totals are counted (二·二)",
    "N03": "Linked to the city's system, service data recorded (二·三)",
    "N04": "Three public-interest services, free of charge (二·四)",
    "N05": "Takes part in activities under the hubs (二·五)",
    "N06": "Rules, process, standards and fees exist and are public (二·六)",
    "N07": "About 100 platforms; progress against the target (三)",
    "N08": "Platforms of all levels interlinked (三)",
    "N09": "Guidance quota per county; going over needs a reason (三)",
    "N10": "Type 1: functional zones, filed by the seven zone committees only (三·一)",
    "N11": "Type 2: towns, 29 strong industrial towns covered, development zones (三·二)",
    "N12": "Run directly or entrusted, with agreement and support policy (三·二)",
    "N13": "Type 3: parks on record only, rating shown (三·三)",
    "N14": "Type 4: key industries, filed by the city with association and chain (三·四)",
    "N15": "Phase 1: the form, drafts, checks, submission (四·一)",
    "N16": "One liaison officer per county and round (四·一)",
    "N17": "The county reports by the due date; late reports are marked (四·一)",
    "N18": "Phase 2: linking, data, rectification (四·二)",
    "N19": "Phase 3: trial operation, activities (四·三)",
    "N20": "Phase 4: evaluation, grades, certification, publication (四·四)",
    "N21": "A failed basic condition gives D, whatever the score (四·四)",
    "N22": "At most the round's cap is split (五)",
    "N23": "Counts come from the published round and are frozen (五)",
    "N24": "20 % of D or more: nothing, 20 % itself included (五·1)",
    "N25": "Score: shares of A, B and C times 60, 30, 10 (五·1)",
    "N26": "Weight: score over city total, exact (五·2)",
    "N27": "Whole yuan that add up to the pool",
    "N28": "Certification valid three years, states derived (五)",
    "N29": "Revocation ground 1: refuses evaluation (五)",
    "N30": "Revocation ground 2: seriously false material (五)",
    "N31": "Revocation ground 3: three verified complaints (五)",
    "N32": "Revocation ground 4: refuses the hubs' activities (五)",
    "N33": "Revocation ground 5: fees under the name of public service (五)",
    "N34": "Revocation ground 6: other serious breaches (五)",
    "N35": "Three years without application after a revocation (五)",
    "N36": "Overlap between platforms avoided (六·一)",
    "N37": "Counties supervise their platforms (六·一)",
    "N38": "City hub coordinates activities and good examples (六·二)",
    "N39": "County hub follows up on services (六·二)",
    "N40": "Public service first (六·三)",
    "N41": "Certified platforms may apply for higher recognition (六·三)",
}


def marked(kind: str) -> dict[str, list[str]]:
    """Return, per number of ``pytest.mark.<kind>``, the tests that carry it as ``file::test``, sorted."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        shared = [number for node in tree.body for number in _module_marks(node, kind)]
        lists = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                # Also the marks of single cases inside of a parametrisation, written there or in a list of the module.
                calls = [call for decorator in node.decorator_list for call in ast.walk(decorator)]
                calls += [
                    call for name in calls if isinstance(name, ast.Name) for call in ast.walk(lists.get(name.id, name))
                ]
                numbers = [*shared, *dict.fromkeys(n for call in calls for n in _numbers(call, kind))]
                for number in numbers:
                    found[number].append(f"{path.relative_to(ROOT).as_posix()}::{node.name}")
    return found


def _module_marks(node: ast.stmt, kind: str) -> list[str]:
    if not (isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in node.targets)):
        return []
    return [number for call in ast.walk(node.value) for number in _numbers(call, kind)]


def _numbers(node: ast.AST, kind: str) -> list[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == kind:
        return [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    return []


def page() -> str:
    """Return docs/clauses.md as the marks stand."""
    tests = marked("clause")
    lines = [
        "# The notice, clause by clause, and the tests that prove it",
        "",
        "Generated by `python -m tests.clauses` from the marks `@pytest.mark.clause`; a test holds it current.",
        "",
        f"{sum(1 for number in CLAUSES if tests.get(number))} of {len(CLAUSES)} clauses carry at least one test.",
        "",
        "| no. | clause | tests |",
        "| --- | --- | --- |",
    ]
    for number, title in CLAUSES.items():
        proofs = "<br>".join(f"`{name.removeprefix('tests/')}`" for name in tests.get(number, [])) or "not yet"
        lines.append(f"| {number} | {title} | {proofs} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
