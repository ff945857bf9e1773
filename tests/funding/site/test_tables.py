"""Released allocations as tables of all years, read back, and their columns in the data dictionary."""

import csv
import io
import json
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from funding.models import AllocationRelease
from funding.site.tables import TABLES
from platforms.models import User
from tests import factories
from tests.funding.releases.test_release import correction
from tests.funding.worked import AMOUNTS, BING, DING, JIA, POOL, YI, release_of, released, worked_round

pytestmark = pytest.mark.django_db
NAMES = [table.key for table in TABLES]


@pytest.fixture
def finance2() -> User:
    return factories.person("finance2", "finance")


def rows_of(stranger: Client, name: str) -> list[dict[str, Any]]:
    """The rows of the JSON, after CSV and workbook were held against them."""
    plain: list[dict[str, Any]] = json.loads(stranger.get(f"/open-data/{name}.json").getvalue())["results"]
    text = stranger.get(f"/open-data/{name}.csv").getvalue().decode("utf-8-sig")
    words = {"True": "是", "False": "否", "None": ""}
    as_text = [[words.get(str(value), str(value)) for value in row.values()] for row in plain]
    assert list(csv.reader(io.StringIO(text)))[1:] == as_text
    book = load_workbook(io.BytesIO(stranger.get(f"/open-data/{name}.xlsx").getvalue()))
    cells = [["" if cell is None else str(cell) for cell in row] for row in book["数据"].iter_rows(values_only=True)]
    assert cells[1:] == as_text
    return plain


def test_before_a_release_the_tables_are_empty(stranger: Client) -> None:
    assert {name: rows_of(stranger, name) for name in NAMES} == {name: [] for name in NAMES}
    assert "/open-data/allocations.csv" not in stranger.get("/open-data/").content.decode()


def test_counts_readings_and_amounts_are_those_of_the_interface(
    finance: User, finance2: User, stranger: Client
) -> None:
    released(worked_round(), finance, finance2)
    told = stranger.get("/api/v1/allocations/2020").json()
    (head,) = rows_of(stranger, "allocations")
    assert {name: head[name] for name in ("year", "number", "pool", "allocated", "counts_sha256")} == {
        name: told[name] for name in ("year", "number", "pool", "allocated", "counts_sha256")
    }
    regions = rows_of(stranger, "allocation-regions")
    names = ("region", "declared", "share", "score", "weight", "amount", "verdict")
    assert [{name: row[name] or "" for name in names if name not in ("declared", "amount")} for row in regions] == [
        {name: row[name] for name in names if name not in ("declared", "amount")} for row in told["regions"]
    ]
    amounts = {row["region_code"]: row["amount"] for row in regions}
    assert [amounts[code] for code in (JIA, YI, BING, DING)] == list(AMOUNTS[()][0])
    assert sum(row["amount"] for row in regions) == head["allocated"] <= POOL
    weights = sum(Fraction(row["weight"]) for row in regions if row["weight"])
    assert weights == 1
    counts = rows_of(stranger, "allocation-counts")
    assert [(row["region"], row["code"], row["count"]) for row in counts] == [
        (row["region"], each["code"], each["count"]) for row in told["regions"] for each in row["counts"]
    ]
    readings = rows_of(stranger, "allocation-readings")
    assert [(row["label"], row["choice"], row["is_default"], row["reason"]) for row in readings] == [
        (row["label"], row["choice"], row["is_default"], row["reason"]) for row in told["readings"]
    ]


def test_a_correction_stands_beside_what_it_corrects(finance: User, finance2: User, stranger: Client) -> None:
    first = released(worked_round(), finance, finance2)
    second = correction(first.run, finance, finance2, totals="funded")
    release_of(second, finance)
    newer, older = rows_of(stranger, "allocations")
    assert (newer["number"], newer["corrects"], newer["corrected_by"]) == (second.number, first.run.number, "")
    assert (older["number"], older["corrects"], older["corrected_by"]) == (first.run.number, "", second.number)
    assert (newer["replaced_on"], older["replaced_on"]) == (None, newer["released_on"])
    assert {row["number"] for row in rows_of(stranger, "allocation-regions")} == {first.run.number, second.number}


def test_a_table_that_did_not_change_is_confirmed_and_takes_no_parameter(
    finance: User, finance2: User, stranger: Client
) -> None:
    tags = {name: stranger.head(f"/open-data/{name}.csv")["ETag"] for name in NAMES}
    for name, tag in tags.items():
        assert stranger.get(f"/open-data/{name}.csv", headers={"If-None-Match": tag}).status_code == 304
        assert stranger.get(f"/open-data/{name}.csv?year=2020", headers={"If-None-Match": tag}).status_code == 400
    released(worked_round(), finance, finance2)
    for name, tag in tags.items():
        assert stranger.get(f"/open-data/{name}.csv", headers={"If-None-Match": tag}).status_code == 200


def test_each_column_of_each_file_is_described(finance: User, finance2: User, stranger: Client) -> None:
    released(worked_round(), finance, finance2)
    told = {
        address.removeprefix("http://127.0.0.1:8000"): table["columns"]
        for table in json.loads(stranger.get("/open-data/dictionary.json").content)["tables"]
        for address in table["files"]
    }
    for name in NAMES:
        assert list(rows_of(stranger, name)[0]) == [column["key"] for column in told[f"/open-data/{name}.json"]]
    below = f"/funding/2020/{AllocationRelease.objects.get().run.number}/"
    for name in ("counts.csv", "amounts.csv"):
        text = stranger.get(below + name).getvalue().decode("utf-8-sig")
        head = next(csv.reader(io.StringIO(text)))
        assert head == [column["label"] for column in told[f"/funding/年度/测算编号/{name}"]]
    found = json.loads(stranger.get(f"{below}allocation.json").getvalue())
    keys = {column["key"] for column in told["/funding/年度/测算编号/allocation.json"]}
    assert {
        *found,
        *(f"rows[].{name}" for name in found["rows"][0]),
        *(f"totals.{name}" for name in found["totals"]),
    } == (keys)
