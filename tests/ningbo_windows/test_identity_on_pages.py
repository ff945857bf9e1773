"""Whose programme this is, on pages: at the foot of each, and where nothing else can be asked."""

from dataclasses import replace

import pytest
from django.test import Client, RequestFactory

from ningbo_windows import context, way_back
from ningbo_windows.way_back import bare_page
from platforms.identity import Footer, Identity, ours


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> Identity:
    """The identity of a site whose operator filled in every line at the foot."""
    made = replace(
        ours(), programme="某市窗口平台", footer=Footer("甲局", "某路1号", "0999-1", "备案1号", "公安2号", "标识3")
    )
    for module in (context, way_back):
        monkeypatch.setattr(module, "ours", lambda: made)
    return made


def foot(client: Client) -> str:
    page = client.get("/").content.decode()
    return " ".join(page[page.index("<footer") : page.index("</footer>")].split())


@pytest.mark.usefixtures("filled")
def test_the_foot_of_a_page_has_the_lines_that_the_operator_filled_in(client: Client, db: None) -> None:
    lines = (
        "某市窗口平台",
        "主办单位：甲局",
        "地址：某路1号",
        "联系电话：0999-1",
        "备案1号",
        "公安2号",
        "网站标识码：标识3",
    )
    assert [line for line in lines if line not in foot(client)] == []


def test_lines_that_nobody_filled_in_are_left_out(client: Client, db: None) -> None:
    labels = ("主办单位", "地址", "联系电话", "beian", "网站标识码")
    assert [label for label in labels if label in foot(client)] == []
    assert ours().programme in foot(client)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("template", ["500.html", "503.html"])
def test_the_pages_of_failures_name_the_programme_and_ask_nothing_else(template: str) -> None:
    page = bare_page(RequestFactory().get("/"), template, number="ab12")
    assert page.count("某市窗口平台") == 2
    assert "ab12" in page
