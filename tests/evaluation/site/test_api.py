"""The open interface and the page that explains it."""

import re
from typing import Any

import pytest
from django.test import Client

from evaluation.certification.queries import published
from evaluation.models import Certification, Document, Publication
from evaluation.site.filters import NAMES
from platforms.choices import PlatformType, ServiceClass
from tests.evaluation.stage import graded_round, published_round

pytestmark = pytest.mark.django_db


def test_results_come_in_pages(stranger: Client, publication: Publication) -> None:
    first = stranger.get("/api/v1/results?round=2025&page_size=10").json()
    second = stranger.get("/api/v1/results?round=2025&page_size=10&page=2").json()
    assert (first["round"], first["count"], first["pages"], len(first["results"])) == (2025, 14, 2, 10)
    assert (first["decided_on"], first["in_force_on"]) == ("2025-09-28", None)
    assert len(second["results"]) == 4
    assert stranger.get("/api/v1/results?page=1000000").json()["results"] == []
    assert first["results"][0]["valid_until"] == "2028-09-27"


def test_without_a_round_the_interface_tells_what_is_in_force(stranger: Client, publication: Publication) -> None:
    found = stranger.get("/api/v1/results").json()
    assert (found["round"], found["decided_on"], found["in_force_on"]) == (None, None, "2026-10-10")
    assert (found["count"], {row["round"] for row in found["results"]}) == (12, {2025})


def test_a_wrong_parameter_is_named_in_chinese(stranger: Client, publication: Publication) -> None:
    for query, parameter, message in (
        ("page=0", "page", "不得小于 1。"),
        ("page=x", "page", "应为整数。"),
        ("page=1e9", "page", "应为整数。"),
        ("page_size=101", "page_size", "不得大于 100。"),
        ("grade=Z", "grade", "没有所选的档次。"),
        ("type=all", "type", "不在可选值之内。"),
        ("region=x", "region", "没有所选的地区。"),
        ("round=2026", "round", "所选年度没有公布的认定结果。"),
        ("round=NaN", "round", "应为整数。"),
        ("round=2019", "round", "不得小于 2020。"),
        ("state=x", "state", "不在可选值之内。"),
        ("service=x", "service", "不在可选值之内。"),
        ("town=x", "town", "没有所选的乡镇（街道）或功能区。"),
        (f"q={'a' * 61}", "q", "不得超过 60 个字。"),
    ):
        answer = stranger.get(f"/api/v1/results?{query}")
        assert answer.status_code == 422
        assert answer.json()["problems"] == [{"parameter": parameter, "message": message}]


def test_one_platform_with_all_its_rounds(stranger: Client) -> None:
    published_round({"330212": {"C": 1}}, year=2024)
    published_round({"330212": {"A": 1}}, year=2025)
    found = stranger.get("/api/v1/results/330212-001").json()
    assert [(row["round"], row["result"]["grade"]) for row in found["rounds"]] == [(2025, "A"), (2024, "C")]
    missing = stranger.get("/api/v1/results/330212-009")
    assert (missing.status_code, missing.json()) == (404, {"detail": "没有查到。"})


def test_the_interface_takes_the_filters_of_the_list(stranger: Client, publication: Publication) -> None:
    published_round({"330212": {"A": 1, "D": 1}}, year=2026)
    for query in (
        "round=all", "state=in_force", "state=uncertified", "round=all&state=replaced", "service=law", "town=第1镇",
        "round=2025&town=第1镇", "region=330212&town=第1镇&service=law&grade=A",
    ):  # fmt: skip
        page = stranger.get(f"/results/?{query}")
        found = stranger.get(f"/api/v1/results?{query}&page_size=100")
        assert found.status_code == 200, found.content
        assert (query, found.json()["count"]) == (query, page.context["total"])
    assert stranger.get("/api/v1/results?round=all").json()["in_force_on"] is None


def test_the_vocabularies_are_those_of_the_list(stranger: Client) -> None:
    (asked,) = [
        each["get"]["parameters"] for path, each in stranger.get("/api/v1/openapi.json").json()["paths"].items()
        if path == "/api/v1/results"
    ]  # fmt: skip
    told = {each["name"]: each["schema"] for each in asked}
    assert set(NAMES) == told.keys() - {"page", "page_size"}
    for name, values in (
        ("state", [value for value, _ in published.STATES]), ("type", PlatformType.values),
        ("service", ServiceClass.values),
    ):  # fmt: skip
        assert told[name]["anyOf"][0]["enum"] == list(values)


@pytest.mark.trust("T38")
def test_nothing_unpublished_comes_through(stranger: Client, publication: Publication) -> None:
    graded_round({"330205": {"A": 2}}, year=2026)
    assert stranger.get("/api/v1/results?region=330205").json()["count"] == 0
    assert stranger.get("/api/v1/results/330205-001").status_code == 404


@pytest.mark.trust("T37")
def test_a_certificate_by_its_number(stranger: Client, publication: Publication) -> None:
    number = Certification.objects.values_list("number", flat=True)[0]
    found = stranger.get(f"/api/v1/certificates/{number.lower()}").json()
    assert (found["number"], found["round"]) == (number, 2025)
    assert found["sha256"] == Document.objects.get(certification__number=number).digest
    assert stranger.get("/api/v1/certificates/x").json() == {"detail": "没有查到。"}


READS = ("/api/v1/results", "/api/v1/results/330212-001", "/api/v1/certificates/x", "/api/v1/openapi.json")


def test_nothing_can_be_written(stranger: Client, publication: Publication) -> None:
    for path in READS:
        for verb in ("POST", "PUT", "PATCH", "DELETE"):
            answer = stranger.generic(verb, path)
            assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
            assert answer.json() == {"detail": "不支持这种请求方式，可用的方式：GET、HEAD、OPTIONS。"}


def test_each_address_says_what_it_takes(stranger: Client) -> None:
    for path in READS:
        answer = stranger.options(path)
        assert (answer.status_code, answer["Allow"], answer.content) == (204, "GET, HEAD, OPTIONS", b"")
    assert stranger.options("/api/v1/service-records/")["Allow"] == "POST, OPTIONS"


def test_a_parameter_that_is_not_described_is_refused_by_its_name(stranger: Client, publication: Publication) -> None:
    for path in (*READS, "/api/v1/allocations", "/api/v1/allocations/2020"):
        answer = stranger.get(f"{path}?status=all")
        assert answer.status_code == 422
        assert answer.json() == {
            "detail": "参数不符合要求。",
            "problems": [{"parameter": "status", "message": "没有这个参数，请核对参数名。"}],
        }


@pytest.mark.parametrize("path", ["/api/", "/api/v2/results", "/api/v1/", "/api/v1/nothing", "/api/v1/results/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_where_there_is_nothing_is_said_in_json(stranger: Client, path: str, method: str) -> None:
    answer = stranger.generic(method, path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json; charset=utf-8")
    assert answer.json() == {"detail": "没有这个接口，请核对地址。"}


def test_a_copy_that_is_still_right_is_not_sent_again(stranger: Client, publication: Publication) -> None:
    number = Certification.objects.values_list("number", flat=True)[0]
    for path in ("/api/v1/results", "/api/v1/results/330212-001", f"/api/v1/certificates/{number}"):
        first, head = stranger.get(path), stranger.head(path)
        assert (head.status_code, head["ETag"], head["Cache-Control"]) == (200, first["ETag"], "no-cache")
        again = stranger.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    changed = stranger.get("/api/v1/results", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    missing = stranger.get("/api/v1/certificates/x", headers={"If-None-Match": "*"})
    assert missing.status_code == 404


def test_programs_can_take_the_names_of_the_description(stranger: Client) -> None:
    """ASCII where a name becomes a class, a module or a package; the server is the one that was asked."""
    schema = stranger.get("/api/v1/openapi.json").json()
    assert schema["servers"] == [{"url": "/", "description": "本网站"}]
    assert re.fullmatch(r"[A-Za-z ]+", schema["info"]["title"])
    operations = [each for methods in schema["paths"].values() for each in methods.items()]
    names = [*schema["components"]["schemas"], *schema["components"]["securitySchemes"]]
    names += [operation["operationId"] for _, operation in operations]
    names += [tag for _, operation in operations for tag in operation["tags"]]
    assert [name for name in names if not re.fullmatch(r"[A-Za-z][A-Za-z_-]*", name)] == []
    assert {tag for _, operation in operations for tag in operation["tags"]} == {
        each["name"] for each in schema["tags"]
    }
    assert {(method, bool(operation["security"])) for method, operation in operations} == {
        ("get", False), ("post", True),
    }  # fmt: skip


def test_the_description_says_who_answers_for_it_and_under_what_terms(stranger: Client, settings: Any) -> None:
    settings.OPEN_DATA_LICENCE, settings.OPEN_DATA_LICENCE_URL = "本市公共数据开放协议", "https://example.cn/terms"
    info = stranger.get("/api/v1/openapi.json").json()["info"]
    assert info["license"] == {"name": "本市公共数据开放协议", "url": "https://example.cn/terms"}
    assert info["contact"] == {"name": "宁波市中小企业公共服务窗口平台", "url": "http://127.0.0.1:8000"}


def test_the_description_is_chinese_throughout(stranger: Client) -> None:
    schema = stranger.get("/api/v1/openapi.json").json()
    chinese = re.compile("[一-鿿]")
    for operations in schema["paths"].values():
        for operation in operations.values():
            words = [operation["summary"], operation["description"]]
            words += [answer["description"] for answer in operation["responses"].values()]
            words += [given["description"] for given in operation.get("parameters", ())]
            assert [word for word in words if not chinese.search(word)] == []
    for shape in schema["components"]["schemas"].values():
        assert [
            field for field in shape["properties"].values() if not chinese.search(field.get("description", ""))
        ] == []


def test_the_page_explains_every_operation_without_a_script_of_its_own(stranger: Client) -> None:
    page = stranger.get("/api/v1/docs")
    shown = page.content.decode()
    schema = stranger.get("/api/v1/openapi.json").json()
    assert len(page.context["operations"]) == len(schema["paths"]) == 6
    for path, methods in schema["paths"].items():
        assert [f"{method.upper()} {path}" in shown for method in methods] == [True]
    (sent,) = [operation["body"] for operation in page.context["operations"] if operation["body"]]
    assert [field["name"] for field in sent][:3] == [
        "records", "records[].external_id", "records[].platform",
    ]  # fmt: skip
    assert "curl &#x27;http://127.0.0.1:8000/api/v1/results?region=330212" in shown
    assert re.search(r'<script(?![^>]*(\bsrc=|type="application/ld))', shown) is None
