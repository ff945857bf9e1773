"""Every figure of the workbench is the number of the rows that it opens, in the scope of who looks."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from platforms.rounds.queries.rounds import current_round
from platforms.service_records.services import recount as service_recount
from platforms.workbench.queries import figures as workbench
from platforms.workbench.queries.figures import BY_KEY, FIGURES
from platforms.workbench.queries.scope import ALL, Amount, Scope
from tests.access.world import World

pytestmark = [pytest.mark.clause("N37"), pytest.mark.clause("N08")]


@pytest.fixture(autouse=True)
def _counted(here: World) -> None:
    """Count the records of the stage anew: some of them were put into the table without a service."""
    service_recount.rebuild()


def browser(world: World, person: str) -> Client:
    client = Client()
    client.force_login(world.people[person])
    return client


def rows_behind(client: Client, url: str) -> tuple[int, set[str]]:
    """Return how many rows the page at ``url`` and those after it list, and the regions that they name."""
    count, regions = 0, set()
    address: str | None = url
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, address
        found: dict[str, Any] = answer.context
        count += len(found["rows"])
        labels = [column["label"] for column in found["columns"]]
        if "地区" in labels:
            regions |= {row["cells"][labels.index("地区")] for row in found["rows"]}
        page = found.get("page")
        joint = "&" if "?" in url else "?"
        address = f"{url}{joint}page={page.next_page_number()}" if page and page.has_next() else None
        if found.get("older_url"):
            address = found["older_url"]
    return count, regions


@pytest.mark.trust("T04")
@pytest.mark.parametrize(("person", "region"), [("own", "鄞州区"), ("other", "慈溪市")])
def test_each_figure_of_a_county_opens_exactly_its_rows(here: World, person: str, region: str) -> None:
    client = browser(here, person)
    page = client.get("/desk/workbench/")
    shown = {each["url"]: each for group in page.context["groups"].values() for each in group}
    assert len(shown) == len(FIGURES)
    user = here.people[person]
    numbers = workbench.numbers(Scope(user, current_round(), timezone.localdate()))
    for figure in FIGURES:
        url = f"/desk/workbench/rows/{figure.key}/"
        assert url in shown
        counted, regions = rows_behind(client, url)
        assert (figure.key, counted) == (figure.key, figure.counted(numbers[figure.key][ALL]))
        assert regions <= {region}


def test_each_figure_of_each_region_side_by_side_opens_exactly_its_rows(here: World) -> None:
    client = browser(here, "city")
    scope = Scope(here.people["city"], current_round(), timezone.localdate())
    numbers = workbench.numbers(scope)
    regions = {each.code: each for each in workbench.regions_with_platforms(scope) if each}
    for code, key in (("330212", regions["330212"].pk), ("330282", regions["330282"].pk), ("HY", None), ("", ALL)):
        for figure in FIGURES:
            query = f"?region={code}" if code else ""
            counted, _ = rows_behind(client, f"/desk/workbench/rows/{figure.key}/{query}")
            expected = figure.counted(numbers[figure.key].get(key, Amount()))
            assert (code, figure.key, counted) == (code, figure.key, expected)


def test_the_stage_has_something_of_what_is_counted(here: World) -> None:
    numbers = workbench.numbers(Scope(here.people["city"], current_round(), timezone.localdate()))
    some = {key for key, found in numbers.items() if found[ALL].top}
    assert {"platforms", "unlinked", "services", "class-law", "flagged", "public", "enterprises"} <= some


def test_the_city_sees_its_regions_side_by_side_with_links_into_the_rows(here: World) -> None:
    client = browser(here, "city")
    page = client.get("/desk/workbench/")
    assert len(page.context["rows"]) == 18
    assert page.context["rows"][-1]["cells"][0] == "市级重点行业"
    assert {len(row["cells"]) for row in page.context["rows"]} == {len(FIGURES) + 1}
    body = page.content.decode()
    assert 'href="/desk/workbench/rows/services/?region=330212"' in body
    sorted_ = client.get("/desk/workbench/?sort=-services")
    assert {row["cells"][0] for row in sorted_.context["rows"][:2]} == {"鄞州区", "慈溪市"}
    one = client.get("/desk/workbench/?region=330212")
    assert one.context["place"] == "鄞州区"


def test_what_is_not_theirs_or_nothing_is_not_found(here: World) -> None:
    foreign = here.certificates("330282")[0].result.platform.code
    own = browser(here, "own")
    assert own.get(f"/desk/workbench/rows/services/?platform={foreign}").status_code == 404
    assert own.get("/desk/workbench/rows/nothing/").status_code == 404
    assert own.get("/desk/workbench/charts/nothing.csv").status_code == 404
    assert browser(here, "city").get("/desk/workbench/?region=nowhere").status_code == 404
    # A county asks for no other region: its own is all there is.
    assert own.get("/desk/workbench/?region=330282").context["place"] == "鄞州区"


def test_the_file_holds_the_rows_of_the_page(here: World) -> None:
    client = browser(here, "own")
    text = b"".join(client.get("/desk/workbench/rows/services.csv").streaming_content).decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0] == "服务日期,平台,地区,企业,服务类别,公益性服务,收费（元）,满意度（分）"
    assert len(lines) - 1 == rows_behind(client, "/desk/workbench/rows/services/")[0]
    assert BY_KEY["services"].label == "服务"
