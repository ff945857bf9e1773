"""What an address can ask for, and that each count is what a press shows."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client

from evaluation.certification.queries import published
from evaluation.certification.queries.published import CITY_CODE, STATES, Wanted
from evaluation.models import Publication
from evaluation.site.filters import chip_groups, read_filters
from platforms.choices import PlatformType
from tests.evaluation.site.rounds import DAY, several_rounds

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The rounds of ``several_rounds``, made once: each is published as two officers do, which takes its time."""
    with django_db_blocker.unblock(), transaction.atomic():
        several_rounds()
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def rounds(staged: None, db: None) -> list[Publication]:
    return published.publications()


def total(client: Client, query: str) -> int:
    return int(client.get(f"/results/{query}").context["total"])


ADDRESSES = (
    "", "?round=all", "?round=2025", "?round=2024&region=330282", "?state=revoked", "?region=330212&service=law",
    "?round=all&region=330282&town=第1镇", "?town=第2镇", "?grade=D", "?q=慈溪&round=all&type=town",
)  # fmt: skip


def test_each_count_is_what_a_press_shows(stranger: Client, rounds: list[Publication]) -> None:
    pressed: dict[str, int] = {}
    for address in ADDRESSES:
        page = stranger.get(f"/results/{address}")
        for group in page.context["groups"]:
            assert sum(option["active"] for option in group["options"]) == 1, (address, group)
            for option in group["options"]:
                if option["url"] not in pressed:
                    pressed[option["url"]] = total(stranger, option["url"].removeprefix("/results/"))
                assert pressed[option["url"]] == option["count"], (address, group["label"], option)


def some_wanted(publications: list[Publication]) -> Iterator[Wanted]:
    dice = random.Random(15)
    for _ in range(120):
        pick = dice.choice
        publication = pick([None, None, *publications])
        yield Wanted(
            publication,
            DAY.date(),
            q=pick(["", "", "", "慈溪", "yz", "第1镇 服务"]),
            region=pick(["", "", "", "", "330212", "330282", CITY_CODE]),
            type=pick(["", "", "", "", "", "", "", "", *PlatformType.values]),
            grade=pick(["", "", "", "", "A", "D"]),
            every=publication is None and pick([True, False]),
            state=pick(["", "", "", "", "", "", "", "", *dict(STATES)]),
            town=pick(["", "", "", "", "第1镇", "第2镇"]),
            service=pick(["", "", "", "", "law", "finance"]),
        )


def test_counts_lines_and_rows_agree_whatever_is_asked_for(rounds: list[Publication]) -> None:
    counts = []
    for wanted in some_wanted(rounds):
        lines = list(published.lines(wanted, wanted.on))
        counted = sum(cell.count for cell in published.cells(wanted) if published.fits(cell, wanted))
        assert counted == len(lines) == published.results(wanted).count(), wanted
        counts.append(counted)
    # Some of them find something, or this proves nothing.
    assert sum(map(bool, counts)) > 20


def test_what_is_in_force_today_is_meant_where_neither_round_nor_state_is_named(
    stranger: Client, rounds: list[Publication]
) -> None:
    found = {query: total(stranger, query) for query in ("", "?round=all", "?round=2025", "?round=2022")}
    # In force: one of 2025 in 鄞州区 and the city's, two of 慈溪市 of 2024; the other of 鄞州区 is revoked.
    assert found == {"": 4, "?round=all": 11, "?round=2025": 5, "?round=2022": 2}
    page = stranger.get("/results/?state=revoked")
    assert [row["line"].code for row in page.context["rows"]] == ["330212-002"]
    assert page.context["filters"].query() == "?round=all&state=revoked"
    assert {state: total(stranger, f"?state={state}") for state in ("in_force", "expired", "uncertified")} == {
        "in_force": 4, "expired": 0, "uncertified": 3,
    }  # fmt: skip


def test_a_service_is_found_by_its_class_and_not_by_its_words(stranger: Client, rounds: list[Publication]) -> None:
    codes = {
        service: {row["line"].code for row in stranger.get(f"/results/?round=all&service={service}").context["rows"]}
        for service in ("law", "finance", "market")
    }
    assert codes["law"] == {"330212-900"}
    assert codes["market"] == {"330282-900"}
    assert codes["finance"] == set(published.codes()) - {"330212-900", "330282-900"}
    assert not {"330212-900"} & codes["finance"]


def test_towns_are_offered_below_a_region_and_go_with_it(stranger: Client, rounds: list[Publication]) -> None:
    groups = {group["label"]: group for group in stranger.get("/results/?region=330212").context["groups"]}
    assert [option["label"] for option in groups["乡镇、功能区"]["options"]] == ["全部", "第1镇", "第2镇", "第3镇"]
    page = stranger.get("/results/?region=330212&town=第1镇")
    urls = {option["label"]: option["url"] for option in page.context["groups"][2]["options"]}
    assert urls["慈溪市"] == "/results/?region=330282"
    assert "乡镇、功能区" not in {group["label"] for group in stranger.get("/results/").context["groups"]}


def test_values_that_mean_nothing_are_said_and_left_out(stranger: Client, rounds: list[Publication]) -> None:
    wrong = {
        "round=1999": "所选年度没有公布的认定结果。",
        "state=gone": "没有所选的认定状态。",
        "region=x": "没有所选的地区。",
        "town=无此镇": "没有所选的乡镇（街道）或功能区。",
        "region=330212&town=无此镇": "没有所选的乡镇（街道）或功能区。",
        "type=all": "没有所选的类型。",
        "service=all": "没有所选的服务类别。",
        "grade=Z": "没有所选的档次。",
    }
    for query, sentence in wrong.items():
        page = stranger.get(f"/results/?{query}")
        assert page.context["filters"].problems == [sentence]
        assert sentence in page.content.decode()
        assert page.context["total"] == (1 if "region=330212" in query else 4), query


def test_names_that_no_filter_has_are_not_looked_at(stranger: Client, rounds: list[Publication]) -> None:
    page = stranger.get("/results/?from=timeline&isappinstalled=0&region=330212")
    assert (page.context["filters"].problems, page.context["total"]) == ([], 1)
    assert page.context["filters"].query() == "?region=330212"
    assert "isappinstalled" not in page.content.decode()


def test_all_filters_stand_in_the_address_of_map_files_and_search(rounds: list[Publication], stranger: Client) -> None:
    asked = "q=第&round=all&state=in_force&region=330282&town=第2镇&type=town&service=finance&grade=A"
    filters = read_filters(QueryDict(asked))
    assert (filters.problems, QueryDict(filters.query()[1:])) == ([], QueryDict(asked))
    page = stranger.get(f"/results/?{asked}")
    assert page.context["total"] == 1
    assert page.context["csv_url"] == "/open-data/results.csv" + filters.query()
    assert page.context["map_url"] == "/map/" + filters.query()
    assert {each["name"]: each["value"] for each in page.context["keep"]} == {
        name: value for name, value in QueryDict(asked).items() if name != "q"
    }
    assert filters.cleared() == "?round=all"
    for path in ("/map/", "/open-data/"):
        assert stranger.get(f"{path}?{asked}").context["total"] == 1
    file = b"".join(stranger.get(page.context["csv_url"]).streaming_content).decode()  # type: ignore[attr-defined]
    assert file.count("\n") == 2


def test_a_year_whose_notice_knows_no_such_grade_is_chosen_without_it(rounds: list[Publication]) -> None:
    filters = read_filters(QueryDict("grade=D&round=all"))
    years = chip_groups(filters, published.cells(filters.wanted), "/results/")[0]["options"]
    assert [option["url"] for option in years][:3] == [
        "/results/?grade=D", "/results/?round=all&grade=D", "/results/?round=2025&grade=D",
    ]  # fmt: skip
    assert [option["count"] for option in years] == [0, 2, 2, 0, 0]
