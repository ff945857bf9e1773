"""Charts: each is a table with a sentence that it proves, and a file of its figures, in the scope of who reads."""

from typing import Any

import pytest
from django.utils import timezone

from platforms.models import AuditEvent, Region, Round, User
from tests.platforms.planning.counted import lines_of, serve

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N37")]
CHARTS = "/desk/workbench/charts/"


@pytest.fixture
def served(regions: dict[str, Region], round_2026: Round, city: User) -> None:
    serve(regions, city)


def test_each_chart_says_its_sentence_of_what_the_person_sees(
    served: None, browser_of: Any, yinzhou: User, city: User
) -> None:
    year = timezone.localdate().year
    for person, services, enterprises in (
        (yinzhou, "近12个月服务 5 次，信息服务最多（5 次）", f"{year}年服务企业 5 家，鄞州区窗口平台1最多（4 家）"),
        (city, "近12个月服务 6 次，信息服务最多（6 次）", f"{year}年服务企业 6 家，鄞州区最多（5 家）"),
    ):
        charts = [each["chart"] for each in browser_of(person).get(CHARTS).context["charts"]]
        assert [chart.title for chart in charts[:2]] == [services, enterprises]
        assert [chart.key for chart in charts] == ["services", "enterprises", "coverage"]


def test_the_file_of_a_chart_holds_its_figures_and_is_noted(
    served: None, browser_of: Any, yinzhou: User, city: User
) -> None:
    county, bureau = browser_of(yinzhou), browser_of(city)
    month = f"{timezone.localdate():%Y-%m}"
    services = lines_of(county.get(f"{CHARTS}services.csv"))
    # Each class by itself, though the chart adds the rare ones up.
    assert (len(services), services[0][:2], services[0][-1]) == (13, ["月份", "信息服务（次）"], "合计（次）")
    assert (services[-1][:2], services[-1][-1]) == ([month, "5"], "5")
    assert lines_of(county.get(f"{CHARTS}enterprises.csv")) == [
        ["平台", "服务企业"], ["鄞州区窗口平台1", "4"], ["鄞州区窗口平台2", "1"]
    ]  # fmt: skip
    assert lines_of(bureau.get(f"{CHARTS}enterprises.csv"))[1:3] == [["鄞州区", "5"], ["慈溪市", "1"]]
    assert lines_of(bureau.get(f"{CHARTS}enterprises.csv?region=330282"))[1:] == [["慈溪市窗口平台1", "1"]]
    # A county has its own region, whatever it asks for.
    assert len(lines_of(county.get(f"{CHARTS}enterprises.csv?region=330282"))) == 3
    noted = AuditEvent.objects.filter(verb="导出列表：服务企业").order_by("serial")
    assert [event.actor for event in noted] == ["yinzhou", "city", "city", "yinzhou"]
