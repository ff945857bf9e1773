"""The data dictionary: every column of every file is described, and nothing else."""

import csv
import io
import json

import pytest
from django.test import Client
from django.urls import URLPattern

from evaluation.models import Publication
from evaluation.site import dictionary, open_data

pytestmark = pytest.mark.django_db


def described(stranger: Client) -> dict[str, dict[str, list[str]]]:
    """Labels and keys of the columns by the address of the file, as the JSON of the dictionary tells them."""
    told = json.loads(stranger.get("/open-data/dictionary.json").content)
    return {
        address.removeprefix("http://127.0.0.1:8000"): {
            name: [column[name] for column in table["columns"]] for name in ("label", "key")
        }
        for table in told["tables"]
        for address in table["files"]
    }


def test_each_column_of_each_file_is_described(stranger: Client, publication: Publication) -> None:
    """Every file below ``/open-data/``: a new one without a description fails here."""
    told = described(stranger)
    assert all(says.strip() for table in dictionary.tables() for says in [table.says, *(c.says for c in table.columns)])
    patterns = [*open_data.urlpatterns, *dictionary.urlpatterns]
    addresses = [str(each.pattern) for each in patterns if isinstance(each, URLPattern)]
    files = [f"/{each}" for each in addresses if not each.endswith("/")]
    assert len(files) == 13 + 3 + 2
    for address in files:
        path = address.replace("<int:year>", "2025").replace("<int:number>", "1")
        known = told[address.replace("<int:year>", "年度").replace("<int:number>", "版本")]
        answer = stranger.get(path)
        content = answer.getvalue()
        if path.endswith(".csv"):
            assert next(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == known["label"], path
        elif path.endswith(".json") and "dictionary" not in path:
            assert list(json.loads(content)["results"][0]) == known["key"], path


def test_the_page_and_the_file_say_the_same(stranger: Client, publication: Publication) -> None:
    shown = stranger.get("/open-data/dictionary/").content.decode()
    rows = list(csv.DictReader(io.StringIO(stranger.get("/open-data/dictionary.csv").getvalue().decode("utf-8-sig"))))
    assert {row["表"] for row in rows} >= {"results", "services", "counts", "versions", "version", "allocations"}
    for row in rows:
        assert f'id="{row["表"]}"' in shown
        assert row["列名"] in shown
    assert "第 5 版" in shown


def test_a_copy_of_the_dictionary_is_confirmed(stranger: Client) -> None:
    for kind in ("csv", "json"):
        path = f"/open-data/dictionary.{kind}"
        assert stranger.get(path, headers={"If-None-Match": stranger.head(path)["ETag"]}).status_code == 304
