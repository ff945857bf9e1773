"""``docs/recompute.py``: an outsider comes to the same yuan with nothing but Python."""

import json
import runpy
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from funding.formula import allocate
from funding.models import AllocationRun
from funding.money import FIRST
from funding.readings import SWITCHES, Reading
from funding.rendering import as_data, column
from funding.runs.queries.frozen import money_of, reading_of
from funding.tally import Tally

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "docs" / "recompute.py"
EXAMPLE = [
    ("甲", 10, 4, 3, 2, 1),
    ("乙", 10, 2, 4, 2, 2),
    ("丙", 5, 3, 1, 1, 0),
    ("丁", 5, 1, 2, 0, 2),
    ("", 6, 2, 2, 1, 1),
]
READINGS = [
    dict(zip([switch.name for switch in SWITCHES], map(str, values), strict=True))
    for values in product(*([choice.value for choice in switch.choices] for switch in SWITCHES))
]
Counts = tuple[int, int, int, int, int]
counts = st.tuples(*[st.integers(0, 9)] * 5).map(lambda n: (sum(n), *n[:4]))


def written(folder: Path, rows: Sequence[tuple[str | int, ...]], header: str = "region,declared,a,b,c,d") -> Path:
    file = folder / "COUNTS.csv"
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def options_of(run: AllocationRun) -> dict[str, str]:
    """What the script has to be told of ``run`` beside its counts and its pool."""
    share = money_of(run).share
    points = ",".join(f"{column(grade)}={points}" for grade, points in share.points)
    money = {"points": points, "failing": column(share.failing), "line": str(share.line)}
    return money | reading_of(run).as_dict()


def by_the_script(file: Path, pool: int, options: dict[str, str]) -> Any:
    given = [f"--{name}={value}" for name, value in options.items()]
    out, before = StringIO(), sys.argv
    sys.argv = [str(SCRIPT), str(file), f"--pool={pool}", *given, "--json"]
    try:
        with redirect_stdout(out):
            runpy.run_path(str(SCRIPT))
    finally:
        sys.argv = before
    return json.loads(out.getvalue())


def by_the_product(rows: list[tuple[str, int, int, int, int, int]], pool: int, reading: dict[str, str]) -> object:
    tallies = [
        Tally(name or None, declared, dict(zip("ABCD", grades, strict=True))) for name, declared, *grades in rows
    ]
    regions = [tally for tally in tallies if tally.region]
    industry = next((tally for tally in tallies if not tally.region), None)
    made = as_data(allocate(regions, industry, pool, Reading.of(**reading), FIRST))
    return json.loads(json.dumps(made, ensure_ascii=False))


@pytest.mark.clause("N25")
@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: "-".join(reading.values()))
def test_every_reading_of_the_worked_example_comes_out_the_same(tmp_path: Path, reading: dict[str, str]) -> None:
    file = written(tmp_path, EXAMPLE)
    assert by_the_script(file, 15_000_000, reading) == by_the_product(EXAMPLE, 15_000_000, reading)


@example(
    rows=[(0, 0, 0, 0, 0), (7, 0, 0, 7, 0), (8, 0, 0, 8, 0), (3, 0, 0, 3, 0)],
    industry=None,
    wan=1,
    reading=READINGS[0],
)
@given(
    rows=st.lists(counts, max_size=6),
    industry=st.none() | counts,
    wan=st.integers(1, 1500),
    reading=st.sampled_from(READINGS),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_counted_comes_out_the_same(
    tmp_path: Path, rows: list[Counts], industry: Counts | None, wan: int, reading: dict[str, str]
) -> None:
    named = [(f"区{n}", *row) for n, row in enumerate(rows)]
    if industry is not None:
        named.append(("", *industry))
    file = written(tmp_path, named)
    assert by_the_script(file, wan * 10_000, reading) == by_the_product(named, wan * 10_000, reading)


# Other grades, other numbers of grades.

THREE = """
[money]
kind = "factor_share"
failing = "F"
line = "30%"
points = { E = 50, P = 20 }
"""
FIVE = """
[money]
kind = "factor_share"
failing = "N"
line = "1/3"
points = { S = 40, A = 30, B = 20, C = 10 }
"""
# 甲 of three: 50 × 4/5 + 20 × 4/15; of five, where 乙 has just one third: 40 × 2/3 + 30 × 1/5 + 20 × 2/4 + 10 × 1/3.
BY_NOTICE = [
    pytest.param(
        THREE,
        {"points": "e=50,p=20", "failing": "f", "line": "3/10"},
        "region,declared,e,p,f",
        [("甲", 10, 4, 4, 2), ("乙", 10, 1, 6, 3), ("丙", 5, 0, 5, 0), ("", 3, 1, 1, 1)],
        [13_076_923, 0, 1_923_077],
        id="three",
    ),
    pytest.param(
        FIVE,
        {"points": "s=40,a=30,b=20,c=10", "failing": "n", "line": "1/3"},
        "region,declared,s,a,b,c,n",
        [("甲", 9, 2, 1, 2, 1, 2), ("乙", 6, 1, 1, 1, 1, 2), ("丙", 7, 0, 3, 1, 1, 1), ("丁", 0, 0, 0, 0, 0, 0)],
        [9_539_171, 0, 5_460_829, 0],
        id="five",
    ),
]


@pytest.mark.clause("N24")
@pytest.mark.clause("N25")
@pytest.mark.parametrize(("terms", "options", "header", "rows", "amounts"), BY_NOTICE)
def test_other_grades_come_out_as_the_command_gives_them(
    tmp_path: Path,
    terms: str,
    options: dict[str, str],
    header: str,
    rows: list[tuple[str | int, ...]],
    amounts: list[int],
) -> None:
    file, notice = written(tmp_path, rows, header), tmp_path / "notice.toml"
    notice.write_text(terms, encoding="utf-8")
    for reading in READINGS:
        out = StringIO()
        call_command("allocate", str(file), pool="15000000", terms=str(notice), json=True, stdout=out, **reading)
        by_command = json.loads(out.getvalue())
        assert by_the_script(file, 15_000_000, options | reading) == by_command, reading
        if reading == READINGS[0]:
            assert [row["amount"] for row in by_command["rows"]] == amounts


def test_where_nobody_gets_anything_the_grades_are_called_by_their_columns(tmp_path: Path) -> None:
    options = {"points": "e=50,p=20", "failing": "f", "line": "3/10"}

    def note(*rows: tuple[str | int, ...]) -> str:
        file = written(tmp_path, rows, "region,declared,e,p,f")
        return str(by_the_script(file, 100, options)["note"])

    assert note(("甲", 1, 0, 0, 1)) == "所有区县（市）、管委会的F占比都达到淘汰线，资金未分配。"
    assert note(("甲", 1, 0, 0, 0)) == "未被淘汰的区县（市）、管委会没有E、P平台，得分均为零，资金未分配。"


def test_it_needs_nothing_that_is_installed(tmp_path: Path) -> None:
    file = written(tmp_path, EXAMPLE)
    command = [sys.executable, "-S", str(SCRIPT), str(file), "--pool", "15000000"]
    out = subprocess.run(command, capture_output=True, check=True, cwd=tmp_path, env={"PYTHONIOENCODING": "utf-8"})
    assert out.stdout.decode().splitlines() == [
        "甲\t37\t9,250,000",
        "乙\t不予支持\t0",
        "丙\t23\t5,750,000",
        "丁\t不予支持\t0",
        "合计\t\t15,000,000",
    ]
    assert out.stderr == b""
