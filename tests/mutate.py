"""Whether the suite sees what matters: each named spot breaks one line, and its tests have to fail.

``python -m tests.mutate`` breaks them all, one at a time, in a copy of the tree, and writes ``tests/mutations.md``;
``python -m tests.mutate NAME…`` breaks those whose names hold one of the texts and writes nothing. A spot that no test
notices makes the exit status 1. The spots stand in ``tests/mutations.toml``.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
SPOTS, RESULT = ROOT / "tests/mutations.toml", ROOT / "tests/mutations.md"
#: What a run makes by itself, and what lies beside the project.
LEFT_OUT = (".git", ".local", ".venv", ".hypothesis", "__pycache__", "docs")
#: What pytest loads by itself and no spot needs; loading these takes a quarter of a short run.
NOT_NEEDED = ("cacheprovider", "schemathesis", "playwright", "base_url", "xdist", "anyio")
_FIRST_FAILURE = re.compile(r"^(?:FAILED|ERROR) tests/(\S+?::\w+)", re.MULTILINE)
HEAD = """# What the suite notices

Each line of the table breaks one spot of the code; the test beside it is the first that fails then. Made by
`python -m tests.mutate` from `tests/mutations.toml`.

| what is broken | file | noticed by |
| --- | --- | --- |
"""


@dataclass(frozen=True)
class Spot:
    """One line to break: ``name`` says what is broken then, ``old`` stands in ``file`` once and becomes ``new``.

    ``tests`` are the files below ``tests`` of which one has to fail.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def broken(self, text: str) -> str:
        """Return ``text``, the content of the file, with the spot broken.

        Raises:
            ValueError: what is to be broken does not stand there exactly once.
        """
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: stands {text.count(self.old)} times in {self.file}")
        return text.replace(self.old, self.new)


def spots() -> list[Spot]:
    """Return the named spots, in the order of the file."""
    return [Spot(**each | {"tests": tuple(each["tests"])}) for each in tomllib.loads(SPOTS.read_text())["spot"]]


def result(found: Sequence[tuple[Spot, str]]) -> str:
    """Return the page that lists each spot with the test that noticed it."""
    lines = (f"| {spot.name} | `{spot.file}` | {f'`{test}`' if test else '**nothing**'} |" for spot, test in found)
    return HEAD + "".join(f"{line}\n" for line in lines)


def failing_test(tree: Path, tests: Sequence[str]) -> str:
    """Run ``tests`` in ``tree`` up to the first that fails and return it, nothing where all pass.

    Raises:
        RuntimeError: they could not be run at all.
    """
    shutil.rmtree(tree / ".hypothesis", ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "NINGBO_TEST_DB")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-rfE", "--hypothesis-seed=0",
         *(f"-pno:{plugin}" for plugin in NOT_NEEDED), *(f"tests/{test}" for test in tests)],
        cwd=tree, env=environment | {"NINGBO_MODE": "test"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    failure = _FIRST_FAILURE.search(done.stdout)
    if done.returncode and not failure:
        raise RuntimeError(done.stdout + done.stderr)
    return failure[1] if failure else ""


def noticed_by(tree: Path, spot: Spot) -> str:
    """Break ``spot`` in ``tree``, return the first test that fails, and put the file back."""
    file = tree / spot.file
    text = file.read_text()
    file.write_text(spot.broken(text))
    try:
        return failing_test(tree, spot.tests)
    finally:
        file.write_text(text)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutate", description="Break named spots; tests must fail.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="break only spots whose name holds this")
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=1, help="how many are broken at a time")
    asked = parser.parse_args()
    chosen = [spot for spot in spots() if not asked.names or any(name in spot.name for name in asked.names)]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(asked.jobs) as pool:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(asked.jobs):
            trees.put(shutil.copytree(ROOT, Path(scratch, str(number)), ignore=shutil.ignore_patterns(*LEFT_OUT)))

        def judge(spot: Spot) -> tuple[Spot, str]:
            tree, begun = trees.get(), monotonic()
            try:
                test = noticed_by(tree, spot)
            finally:
                trees.put(tree)
            print(f"{monotonic() - begun:4.0f} s  {spot.name}: {test or 'NOTHING NOTICED IT'}", flush=True)
            return spot, test

        found = list(pool.map(judge, chosen))
        # A test that fails anyway proves nothing.
        broken = failing_test(trees.get(), sorted({test for _, test in found if test}))
    if broken:
        print(f"fails with nothing broken: {broken}")
    elif not asked.names:
        RESULT.write_text(result(found))
    return 1 if broken or not all(test for _, test in found) else 0


if __name__ == "__main__":
    sys.exit(main())
