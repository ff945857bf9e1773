"""What search engines are told of a page in the words of schema.org, and that no text gets out of its block."""

import json
import re
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from evaluation.models import Publication
from evaluation.site.structured import block, filled
from tests.evaluation.stage import published_round

pytestmark = pytest.mark.django_db
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def things(stranger: Client, path: str) -> dict[str, Any]:
    """What the page at ``path`` says, by the kind of thing."""
    found = BLOCK.findall(stranger.get(path).content.decode())
    said = [json.loads(text) for text in found]
    return {each["@type"]: each for one in said for each in (one if isinstance(one, list) else [one])}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_ends_the_block_and_each_comes_back(text: str) -> None:
    said = str(block({"@type": "Thing", "name": text + "</script><!--<script>"}))
    assert said.count("<") == 2
    inner = BLOCK.fullmatch(said)
    assert inner is not None
    assert json.loads(inner[1])["name"] == text + "</script><!--<script>"


def test_what_is_empty_is_not_said() -> None:
    said = {"@type": "A", "name": "", "at": None, "in": {"@type": "B", "of": ""}, "by": {"@type": "C", "name": "丙"}}
    assert filled(said) == {"@type": "A", "by": {"@type": "C", "name": "丙"}}
    assert block() == ""


def test_the_first_page_says_whose_site_it_is(stranger: Client) -> None:
    said = things(stranger, "/")["GovernmentOrganization"]
    assert (said["name"], said["url"]) == ("宁波市中小企业公共服务窗口平台", "http://127.0.0.1:8000/")
    assert "telephone" not in said  # none is set, none is made up


def test_a_page_says_the_service_that_it_is_about_and_the_way_to_it(rf: RequestFactory) -> None:
    path = "/results/330212-001/"
    crumbs = [{"label": "认定结果", "url": "/results/"}, {"label": "</script>镇"}]
    given = {"request": rf.get(path), "crumbs": crumbs, "service": {"@type": "GovernmentService", "name": "甲"}}
    said = Template("{% load public_site %}{% structured_data %}").render(Context(given))
    found = BLOCK.fullmatch(said)
    assert found is not None
    service, trail = json.loads(found[1])
    assert service == {"@context": "https://schema.org", "@type": "GovernmentService", "name": "甲"}
    assert [(each["position"], each["name"], each["item"]) for each in trail["itemListElement"]] == [
        (1, "首页", "http://127.0.0.1:8000/"), (2, "认定结果", "http://127.0.0.1:8000/results/"),
        (3, "</script>镇", f"http://127.0.0.1:8000{path}"),
    ]  # fmt: skip


def test_the_page_of_a_platform_says_the_way_to_it(stranger: Client, publication: Publication) -> None:
    trail = things(stranger, "/results/330212-001/")["BreadcrumbList"]["itemListElement"]
    assert [each["name"] for each in trail][:2] == ["首页", "认定结果"]


def test_the_open_data_are_a_data_set_with_licence_and_files(stranger: Client) -> None:
    assert "Dataset" not in things(stranger, "/open-data/")
    published_round({"330212": {"A": 1}}, year=2025)
    said = things(stranger, "/open-data/")["Dataset"]
    assert said["license"] == "https://creativecommons.org/licenses/by/4.0/deed.zh-hans"
    assert [each["encodingFormat"] for each in said["distribution"]] == [
        "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/json",
        "application/geo+json",
    ]  # fmt: skip
    for each in said["distribution"]:
        assert stranger.head(each["contentUrl"].removeprefix("http://127.0.0.1:8000")).status_code == 200
