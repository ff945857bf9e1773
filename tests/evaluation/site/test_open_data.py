"""The published lines as files: read back by libraries that know nothing of this program."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from evaluation.amendments.queries import versions as kept
from evaluation.models import Certification, Publication, Result
from evaluation.site.columns import COUNTS, FROZEN, RESULTS, SERVICES, VERSIONS, harmless
from platforms.models import Region
from tests.evaluation.amendments import amending
from tests.evaluation.revocation.revoking import revoked
from tests.evaluation.site.conftest import DAY
from tests.evaluation.stage import graded_round

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T35")]

ALLOWED = [
    *(
        "平台编号",
        "平台名称",
        "类型",
        "类型代码",
        "地区",
        "地区代码",
        "地点",
        "运营单位",
        "地址",
        "开放时间",
        "服务电话",
    ),
    *("经度", "纬度", "年度", "档次", "档次名称", "证书编号", "有效期起", "有效期止", "撤销日期", "终止日期"),
    *("换发的新证", "认定状态代码", "认定状态", "版本", "更正日期", "历史数据"),
]
#: How a table of people writes what JSON has a word of its own for.
WORDS = {"True": "是", "False": "否", "None": ""}
KINDS = ("csv", "xlsx", "json", "geojson")


def rows_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def json_of(answer: Any) -> Any:
    assert answer.status_code == 200
    return json.loads(answer.getvalue())


def sheet_of(answer: Any) -> list[tuple[Any, ...]]:
    assert answer.status_code == 200
    return list(load_workbook(io.BytesIO(answer.getvalue()))["数据"].iter_rows(values_only=True))


def test_the_files_hold_the_allowed_columns_and_no_others(stranger: Client, publication: Publication) -> None:
    rows = rows_of(stranger.get("/open-data/results.csv"))
    assert list(rows[0]) == ALLOWED
    assert (rows[0]["平台编号"], rows[0]["类型代码"], rows[0]["地区代码"]) == ("330212-001", "town", "330212")
    assert rows[0]["有效期止"] == "2028-09-27"
    document = json_of(stranger.get("/open-data/results.json?round=2025"))
    assert list(document["results"][0]) == [column.key for column in RESULTS]
    assert (document["round"], document["decided_on"], len(document["results"])) == (2025, "2025-09-28", 14)
    document = json_of(stranger.get("/open-data/results.json"))
    assert (document["title"], document["round"], document["decided_on"], document["states_on"]) == (
        "现行有效的认定", None, None, "2026-10-10",
    )  # fmt: skip
    assert {row["round"] for row in document["results"]} == {2025}
    assert document["licence"]["url"] == "https://creativecommons.org/licenses/by/4.0/deed.zh-hans"


def test_every_format_and_the_interface_say_the_same(stranger: Client, publication: Publication) -> None:
    """Read back by the csv, json and openpyxl of others; what JSON has as a value, CSV and workbook have as text."""
    plain = json_of(stranger.get("/open-data/results.json?round=2025"))["results"]
    as_text = [[WORDS.get(str(value), str(value)) for value in row.values()] for row in plain]
    assert [list(row.values()) for row in rows_of(stranger.get("/open-data/results.csv?round=2025"))] == as_text
    head, *lines = sheet_of(stranger.get("/open-data/results.xlsx?round=2025"))
    assert list(head) == ALLOWED
    assert [[WORDS.get(str(cell), str(cell)) for cell in line] for line in lines] == as_text
    told = stranger.get("/api/v1/results?round=2025&page_size=100").json()["results"]
    shared = told[0].keys() & plain[0].keys()
    assert told[0].keys() == shared
    assert [{key: row[key] for key in shared} for row in plain] == [{key: row[key] for key in shared} for row in told]


def test_points_are_those_that_were_published_with_a_place(stranger: Client, publication: Publication) -> None:
    found = json_of(stranger.get("/open-data/results.geojson?round=2025"))
    lines = {row["code"]: row for row in json_of(stranger.get("/open-data/results.json?round=2025"))["results"]}
    with_place = {code for code, row in lines.items() if row["longitude"] is not None}
    assert found["type"] == "FeatureCollection"
    assert "WGS 84" in found["datum"]
    assert {each["properties"]["code"] for each in found["features"]} == with_place
    for each in found["features"]:
        row = lines[each["properties"]["code"]]
        assert each["geometry"] == {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
        assert each["properties"] == {name: row[name] for name in row if name not in ("longitude", "latitude")}


@pytest.mark.trust("T38")
def test_list_map_page_and_files_count_the_same(stranger: Client, publication: Publication) -> None:
    graded_round({"330212": {"A": 9}}, year=2026)
    for query in ("", "?round=2025", "?region=330212", "?grade=A", "?type=town&q=yzq", "?region=330200", "?q=无此平台"):
        total = stranger.get(f"/results/{query}").context["total"]
        assert len(rows_of(stranger.get(f"/open-data/results.csv{query}"))) == total
        assert len(json_of(stranger.get(f"/open-data/results.json{query}"))["results"]) == total
        assert len(sheet_of(stranger.get(f"/open-data/results.xlsx{query}"))) == total + 1
        assert stranger.get(f"/map/{query}").context["table"]["total"] == total
        assert stranger.get(f"/open-data/{query}").context["total"] == total
        assert stranger.get(f"/api/v1/results{query}").json()["count"] == total


def test_the_counts_are_those_of_the_lines(stranger: Client, publication: Publication) -> None:
    found = json_of(stranger.get("/open-data/counts.json"))["results"]
    assert list(found[0]) == [column.key for column in COUNTS]
    for year, query in ((None, ""), (2025, "?round=2025")):
        lines = json_of(stranger.get(f"/open-data/results.json{query}"))["results"]
        counted: dict[tuple[str, str, str], int] = {}
        for row in lines:
            key = (row["region_code"], row["type_code"], row["grade"])
            counted[key] = counted.get(key, 0) + 1
        told = {
            (row["region_code"], row["type_code"], row["grade"]): row["count"] for row in found if row["round"] == year
        }
        assert told == counted


def test_the_services_are_those_of_the_pages(stranger: Client, publication: Publication) -> None:
    rows = json_of(stranger.get("/open-data/services.json?round=2025"))["results"]
    page = stranger.get("/results/330212-001/").context
    offers = [each.label for each in (*page["free"], *page["offers"])]
    assert [row["service"] for row in rows if row["code"] == "330212-001"] == offers
    assert list(rows[0]) == [column.key for column in SERVICES]


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


@pytest.mark.parametrize("name", ["results.csv", "results.xlsx", "results.geojson", "services.json", "versions.csv"])
def test_a_copy_that_is_still_right_is_not_sent_again(
    stranger: Client, publication: Publication, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/open-data/{name}"
    first = stranger.get(path)
    first.getvalue()
    assert first["Cache-Control"] == "public, max-age=60"
    with monkeypatch.context() as patch:  # no line is read to say that nothing changed
        patch.setattr("evaluation.certification.queries.published.results", None)
        patch.setattr("evaluation.amendments.queries.versions.all_lines", None)
        again = stranger.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert stranger.get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    head = stranger.head(path)
    assert (head.status_code, head["ETag"]) == (200, first["ETag"])
    revoked(Certification.objects.all()[0], "other", on=publication.decided_on, at=timezone.now())
    assert stranger.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_filter_has_a_tag_of_its_own(stranger: Client, publication: Publication) -> None:
    path = "/open-data/results.csv"
    assert stranger.head(f"{path}?grade=A")["ETag"] != stranger.head(path)["ETag"]


def test_a_filter_that_means_nothing_is_refused_in_words(stranger: Client, publication: Publication) -> None:
    for query in ("grade=Z", "type=all", "region=x", "round=2026"):
        answer = stranger.get(f"/open-data/results.csv?{query}")
        assert answer.status_code == 400
        assert "没有" in answer.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        *(f"results.{kind}" for kind in KINDS), "services.csv", "counts.csv", "versions.csv", "dictionary.csv",
        "dictionary.json", "2025/v1/results.csv",
    ],
)  # fmt: skip
def test_a_parameter_that_is_not_known_is_refused_by_a_file_and_ignored_by_a_page(
    stranger: Client, publication: Publication, name: str
) -> None:
    tag = stranger.head(f"/open-data/{name}")["ETag"]
    answer = stranger.get(f"/open-data/{name}?utm_source=x", headers={"If-None-Match": tag})
    assert answer.status_code == 400
    assert "没有参数“utm_source”" in answer.content.decode()
    assert stranger.get("/open-data/?utm_source=x").status_code == 200


def test_before_any_publication_the_files_are_empty(stranger: Client) -> None:
    graded_round({"330212": {"A": 1}}, year=2025)
    for name in ("results", "services", "counts", "versions"):
        assert rows_of(stranger.get(f"/open-data/{name}.csv")) == []
        assert json_of(stranger.get(f"/open-data/{name}.json"))["results"] == []
        assert len(sheet_of(stranger.get(f"/open-data/{name}.xlsx"))) == 1
    assert json_of(stranger.get("/open-data/results.geojson"))["features"] == []
    assert stranger.get("/open-data/2025/v1/results.csv").status_code == 404


@pytest.mark.clause("N36")
def test_each_version_has_an_address_at_which_nothing_ever_changes(
    stranger: Client, publication: Publication, regions: dict[str, Region]
) -> None:
    """Corrected, revoked, its region called otherwise: the first version is the same, byte for byte."""
    addresses = [f"/open-data/2025/v1/results.{kind}" for kind in ("csv", "xlsx", "json")]
    before = {path: stranger.get(path).getvalue() for path in addresses}
    assert stranger.head("/open-data/2025/v2/results.csv").status_code == 404
    old = Result.objects.get(publication=publication, code="330212-001")
    amending.changed(old, {"name": "新的名称"}, on=DAY.date(), at=DAY + timedelta(hours=1))
    revoked(Certification.objects.get(result__code="330212-002"), "other", on=DAY.date(), at=DAY + timedelta(hours=2))
    Region.objects.filter(code="330212").update(name="另名区")
    assert {path: stranger.get(path).getvalue() for path in addresses} == before
    answer = stranger.head(addresses[0])
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert stranger.get(addresses[0], headers={"If-None-Match": answer["ETag"]}).status_code == 304
    first = {row["平台编号"]: row for row in rows_of(stranger.get(addresses[0]))}
    second = {row["平台编号"]: row for row in rows_of(stranger.get("/open-data/2025/v2/results.csv"))}
    assert list(first["330212-001"]) == [column.label for column in FROZEN]
    changed = {code for code in first if first[code] != second[code]}
    assert (changed, second["330212-001"]["平台名称"], second["330212-001"]["版本"]) == (
        {"330212-001"},
        "新的名称",
        "2",
    )
    for number in (0, 3):
        assert stranger.get(f"/open-data/2025/v{number}/results.csv").status_code == 404
    assert stranger.get("/open-data/2024/v1/results.csv").status_code == 404


def test_the_file_of_all_versions_says_when_and_why_one_was_replaced(
    stranger: Client, publication: Publication
) -> None:
    old = Result.objects.get(publication=publication, code="330212-001")
    amending.changed(
        old, {"name": "新的名称"}, on=DAY.date(), at=DAY + timedelta(hours=1), public_reason="名称登记有误"
    )
    rows = json_of(stranger.get("/open-data/versions.json"))["results"]
    assert list(rows[0]) == [column.key for column in VERSIONS]
    places = ("since_version", "until_version", "replaced_on", "replaced_kind", "reason")
    assert [[row["version"], *(row[name] for name in places)] for row in rows if row["code"] == "330212-001"] == [
        [1, 1, 1, "2026-10-10", "变更", "名称登记有误"],
        [2, 2, None, None, "", ""],
    ]
    assert {(row["since_version"], row["until_version"]) for row in rows if row["code"] != "330212-001"} == {(1, None)}
    # The versions put together again are the files of the versions.
    for number in (1, 2):
        there = [
            row["code"] + row["name"] for row in rows
            if row["since_version"] <= number and number <= (row["until_version"] or number)
        ]  # fmt: skip
        own = json_of(stranger.get(f"/open-data/2025/v{number}/results.json"))["results"]
        assert [row["code"] + row["name"] for row in own] == there


def test_the_page_leads_to_every_version(stranger: Client, publication: Publication) -> None:
    old = Result.objects.get(publication=publication, code="330212-001")
    amending.changed(
        old, {"name": "新的名称"}, on=DAY.date(), at=DAY + timedelta(hours=1), public_reason="名称登记有误"
    )
    assert [each.number for each in kept.versions(publication)] == [1, 2]
    shown = stranger.get("/open-data/").content.decode()
    for name in ("2025/v1/results.csv", "2025/v2/results.xlsx", "versions.json", "counts.csv", "dictionary/"):
        assert f'href="/open-data/{name}"' in shown
    assert "名称登记有误" in shown


def test_terms_are_those_that_the_operator_set(stranger: Client, publication: Publication, settings: Any) -> None:
    settings.OPEN_DATA_LICENCE, settings.OPEN_DATA_LICENCE_URL = "本市公共数据开放协议", "https://example.cn/terms"
    assert '<a href="https://example.cn/terms">本市公共数据开放协议</a>' in stranger.get("/open-data/").content.decode()
    told = {"name": "本市公共数据开放协议", "url": "https://example.cn/terms"}
    assert json_of(stranger.get("/open-data/results.json"))["licence"] == told
    assert json_of(stranger.get("/open-data/dictionary.json"))["licence"] == told


def test_a_parameter_is_refused_by_a_file_that_is_kept_in_memory_too(publication: Publication, settings: Any) -> None:
    settings.PUBLIC_PAGES_KEPT = 100
    visitor = Client()
    for path in ("/open-data/counts.csv", "/open-data/dictionary.json", "/open-data/results.csv?round=2025"):
        assert [visitor.get(path).status_code for _ in range(2)] == [200, 200]
        assert visitor.get(f"{path}{'&' if '?' in path else '?'}utm_source=x").status_code == 400
