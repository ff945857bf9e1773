"""A flag from the city to the county and back, and a visit with a photo, pressed by hand; wide and on a phone."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from evaluation.flags import services as flags
from evaluation.models import Assessment, Flag, SiteVisit
from evaluation.visits import services as visits
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of
from platforms.models import User
from tests import factories
from tests.browser.forms import overflows, violations
from tests.evaluation import stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST, VISITS = "/admin/evaluation/flag/", "/admin/evaluation/sitevisit/"


@pytest.fixture
def assessment(transactional_db: None) -> Assessment:
    regions = factories.regions()
    factories.person("city", "city")
    factories.officer("yinzhou", regions["330212"])
    stage.graded_round({"330212": {"scored": 2}})
    return Assessment.objects.order_by("pk")[0]


def test_a_flag_goes_to_the_county_and_comes_back(assessment: Assessment, open_as: Any) -> None:
    page = open_as("city")
    page.goto(f"{LIST}add/?assessment={assessment.pk}")
    page.select_option("#id_kind", "visit")
    page.select_option("#id_for_whom", "county")
    page.fill("#id_text", "场地面积与填报不符，请现场核查。")
    page.get_by_role("button", name="保存").first.click()
    row = Flag.objects.get()
    county = open_as("yinzhou")
    county.goto("/admin/")
    county.get_by_role("link", name="答复核实事项").first.click()
    county.get_by_role("link", name=row.number).click()
    county.get_by_role("link", name="登记现场核查").click()
    county.fill("#id_people", "赵某、钱某")
    county.fill("#id_findings", "实测 320 平方米。")
    county.get_by_role("button", name="保存").first.click()
    visit = SiteVisit.objects.get()
    county.goto(f"{VISITS}{visit.pk}/change/")
    photo = {"name": "大厅.jpg", "mimeType": "image/jpeg", "buffer": factories.JPEG}
    county.set_input_files("#evidence_uploads", photo)
    county.get_by_role("button", name="上传", exact=True).click()
    expect(county.locator("#id_attachments")).to_contain_text("大厅.jpg")
    assert [each.shown_name for each in files_of(EvidenceKind.VISIT, visit.pk)] == ["大厅.jpg"]
    county.get_by_role("link", name=row.number).click()
    county.get_by_role("link", name="答复", exact=True).click()
    county.fill("#id_reason", "已现场核查，面积属实。")
    county.get_by_role("button", name="答复").click()
    expect(county.locator("main")).to_contain_text("已答复，待办结")
    page.goto(f"{LIST}{row.pk}/change/")
    page.get_by_role("link", name="办结", exact=True).click()
    expect(page.locator("main")).to_contain_text("已现场核查，面积属实。")
    page.fill("#id_reason", "属实")
    page.get_by_role("button", name="办结").click()
    expect(page.locator("main")).to_contain_text("已办结")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("person", ["city", "yinzhou"])
def test_the_pages_fit_and_are_clean(assessment: Assessment, open_as: Any, person: str, width: int) -> None:
    city = User.objects.get(username="city")
    row = flags.raise_flag(
        assessment=assessment, kind="doubtful", text="面积存疑", for_whom="county", by=city, at=timezone.now()
    )
    page = open_as(person, width=width)
    visit = _recorded(assessment, User.objects.get(username=person))
    own = f"{VISITS}{visit.pk}/"
    paths = [LIST, f"{LIST}{row.pk}/change/", VISITS, f"{own}change/", f"{own}withdraw/", f"{VISITS}add/"]
    for path in [*paths, f"{VISITS}sheets/", *([f"{LIST}add/"] if person == "city" else [])]:
        page.goto(path)
        assert violations(page) == [], path
        assert not overflows(page), path


def _recorded(assessment: Assessment, by: User) -> SiteVisit:
    return visits.record(
        application=assessment.application, visited_on=timezone.localdate(), people="赵某、钱某", findings="属实",
        by=by, at=timezone.now(),
    )  # fmt: skip
