"""The frozen counts as a file: from it anyone comes to the yuan of the run."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from funding.models import AllocationRun
from funding.runs.queries.frozen import frozen_csv, rows_of
from platforms.models import User
from tests.evaluation.stage import published_round
from tests.funding.test_recompute import by_the_script, options_of
from tests.funding.worked import BING, JIA, draft, worked_round

pytestmark = pytest.mark.django_db


def file_of(run: AllocationRun, folder: Path) -> Path:
    file = folder / "COUNTS.csv"
    file.write_bytes(frozen_csv(run, rows_of(run)))
    return file


def amounts_of(data: Any) -> list[int]:
    return [row["amount"] for row in data["rows"] if row["declared"]]


@pytest.mark.clause("N23")
def test_it_is_the_file_that_the_command_takes(finance: User, tmp_path: Path) -> None:
    lines = frozen_csv(run := draft(worked_round(), finance), rows_of(run)).decode().splitlines()
    assert lines[:3] == ["region,declared,a,b,c,d", "330203 海曙区,10,4,3,2,1", "330205 江北区,10,2,4,2,2"]
    assert (len(lines), lines[-1]) == (19, ",0,0,0,0,0")
    out = StringIO()
    call_command("allocate", str(file_of(run, tmp_path)), pool="15000000", json=True, stdout=out)
    assert amounts_of(json.loads(out.getvalue())) == [9_250_000, 0, 5_750_000, 0]


@pytest.mark.trust("T14")
def test_the_last_yuan_goes_to_the_same_region_as_in_the_run(finance: User, tmp_path: Path) -> None:
    # 海曙区 comes first by code, 北仑区 by name.
    run = draft(published_round({JIA: {"A": 1}, BING: {"A": 1}}).round, finance, pool=1_000_001)
    assert [row.amount_yuan for row in rows_of(run) if row.declared] == [500_001, 500_000]
    assert amounts_of(by_the_script(file_of(run, tmp_path), run.pool_yuan, options_of(run))) == [500_001, 500_000]
