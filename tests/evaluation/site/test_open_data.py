"""The published lines as files."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evaluation.models import Certification, Publication
from evaluation.site.open_data import COLUMNS, harmless
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.stage import graded_round

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T35")]

ALLOWED = [
    *("平台编号", "平台名称", "类型", "地区", "地点", "运营单位", "年度", "档次", "档次名称"),
    *("证书编号", "有效期起", "有效期止", "认定状态", "服务电话", "此前版本数", "更正日期", "数据来源"),
]


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_the_files_hold_the_allowed_columns_and_no_others(stranger: Client, publication: Publication) -> None:
    rows = rows_of(stranger.get("/open-data/results.csv"))
    assert list(rows[0]) == ALLOWED
    assert rows[0]["平台编号"] == "330212-001"
    assert rows[0]["有效期止"] == "2028-09-27"
    document = json.loads(stranger.get("/open-data/results.json?round=2025").getvalue())
    assert list(document["results"][0]) == [column.key for column in COLUMNS]
    assert (document["round"], document["decided_on"], len(document["results"])) == (2025, "2025-09-28", 14)
    document = json.loads(stranger.get("/open-data/results.json").getvalue())
    assert (document["title"], document["round"], document["decided_on"], document["states_on"]) == (
        "现行有效的认定", None, "", "2026-10-10",
    )  # fmt: skip
    assert {row["round"] for row in document["results"]} == {"2025"}


@pytest.mark.trust("T38")
def test_list_map_page_and_files_count_the_same(stranger: Client, publication: Publication) -> None:
    graded_round({"330212": {"A": 9}}, year=2026)
    for query in ("", "?round=2025", "?region=330212", "?grade=A", "?type=town&q=yzq", "?region=330200", "?q=无此平台"):
        total = stranger.get(f"/results/{query}").context["total"]
        assert len(rows_of(stranger.get(f"/open-data/results.csv{query}"))) == total
        assert len(json.loads(stranger.get(f"/open-data/results.json{query}").getvalue())["results"]) == total
        assert stranger.get(f"/map/{query}").context["table"]["total"] == total
        assert stranger.get(f"/open-data/{query}").context["total"] == total
        assert stranger.get(f"/api/v1/results{query}").json()["count"] == total


def test_the_files_open_in_a_spreadsheet_as_downloads(stranger: Client, publication: Publication) -> None:
    answer = stranger.get("/open-data/results.csv")
    assert answer.getvalue().startswith(b"\xef\xbb\xbf")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("鄞州", "鄞州"),
        ("", ""),
    ],
)
def test_no_cell_is_taken_for_a_formula(cell: str, safe: str) -> None:
    assert harmless(cell) == safe


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_a_copy_that_is_still_right_is_not_sent_again(stranger: Client, publication: Publication, suffix: str) -> None:
    path = f"/open-data/results.{suffix}"
    first = stranger.get(path)
    first.getvalue()
    assert first["Cache-Control"] == "public, max-age=60"
    again = stranger.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert stranger.get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    head = stranger.head(path)
    assert (head.status_code, head["ETag"]) == (200, first["ETag"])
    assert stranger.get(f"{path}?grade=A")["ETag"] != first["ETag"]
    revoked(Certification.objects.all()[0], "other", on=publication.decided_on, at=timezone.now())
    assert stranger.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_filter_that_means_nothing_is_refused_in_words(stranger: Client, publication: Publication) -> None:
    for query in ("grade=Z", "type=all", "region=x", "round=2026"):
        answer = stranger.get(f"/open-data/results.csv?{query}")
        assert answer.status_code == 400
        assert "没有" in answer.content.decode()


def test_before_any_publication_the_files_are_empty(stranger: Client) -> None:
    graded_round({"330212": {"A": 1}}, year=2025)
    assert rows_of(stranger.get("/open-data/results.csv")) == []
    assert json.loads(stranger.get("/open-data/results.json").getvalue())["results"] == []


def test_the_page_explains_every_column(stranger: Client, publication: Publication) -> None:
    shown = stranger.get("/open-data/").content.decode()
    assert [label for label in ALLOWED if label not in shown] == []
