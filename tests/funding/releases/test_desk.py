"""Released allocations at the desk: each county its own amount, what it rests on, and nothing before."""

import pytest
from django.test import Client
from django.urls import reverse

from funding.models import AllocationRelease
from platforms.models import Application, Region, User
from platforms.register.queries.life import life_of
from tests import factories
from tests.funding.releases.test_release import correction
from tests.funding.worked import DOCUMENT, JIA, YI, locked, release_of, released, worked_round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worked_once")]
LIST = "/desk/funding/"


def browser_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="ningbo_windows.backends.RoleBackend")
    return client


@pytest.fixture
def finance2() -> User:
    return factories.person("finance2", "finance")


@pytest.fixture
def jia() -> User:
    factories.regions()
    return factories.officer("jia", Region.objects.get(code=JIA))


@pytest.fixture
def yi() -> User:
    factories.regions()
    return factories.officer("yi", Region.objects.get(code=YI))


def page(release: AllocationRelease, code: str) -> str:
    return reverse("funding:release_region", args=(release.pk, code))


def text_of(person: User, path: str) -> str:
    answer = browser_of(person).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_the_release_a_county_reads_nothing(finance: User, finance2: User, jia: User) -> None:
    run = locked(worked_round(), finance, finance2)
    assert "尚未公布资金分配结果。" in text_of(jia, LIST)
    for pk in (run.pk, 1):
        for path in (f"{LIST}{pk}/", f"{LIST}{pk}/{JIA}/"):
            assert browser_of(jia).get(path).status_code == 404


def test_a_county_reads_its_own_amount_and_no_other(finance: User, finance2: User, jia: User, yi: User) -> None:
    made = released(worked_round(), finance, finance2)
    listed = text_of(jia, LIST)
    assert (DOCUMENT in listed, "9,250,000" in listed, "15,000,000" in listed) == (True, True, False)
    assert browser_of(jia).get(f"{LIST}{made.pk}/").headers["Location"] == page(made, JIA)
    assert "9,250,000 元" in text_of(jia, page(made, JIA))
    assert browser_of(jia).get(page(made, YI)).status_code == 404
    assert "0 元" in text_of(yi, page(made, YI))


def test_the_page_of_a_county_names_its_own_applications_alone(finance: User, finance2: User, jia: User) -> None:
    made = released(worked_round(), finance, finance2)
    text = text_of(jia, page(made, JIA))
    own = set(Application.objects.filter(region__code=JIA).values_list("number", flat=True))
    others = set(Application.objects.exclude(region__code=JIA).values_list("number", flat=True))
    assert {number for number in own if number not in text} == set()
    assert {number for number in others if number in text} == set()
    assert len(own) == 10


def test_the_page_says_counts_readings_and_how_far_the_line_is(finance: User, finance2: User, yi: User) -> None:
    made = released(worked_round(), finance, finance2)
    text = text_of(yi, page(made, YI))
    assert "申报总数10家，其中D档2家，占20%，达到淘汰线20%，不予支持。" in text
    assert "不予支持" in text
    assert "申报＝各档数＋未评定＋评分后撤回＋公布后撤销；" in text


def test_a_correction_shows_what_was_released_before(finance: User, finance2: User, jia: User) -> None:
    first = released(worked_round(), finance, finance2)
    second = release_of(
        correction(first.run, finance, finance2, totals="funded"), finance, document_number="甬财〔2020〕90号"
    )
    text = text_of(jia, page(second, JIA))
    assert "原为 9,250,000 元，现为 9,517,857 元，+267,857 元" in text
    assert reverse("funding:release", args=(first.pk,)) in text
    older = text_of(jia, page(first, JIA))
    assert ("本结果已更正" in older, reverse("funding:release", args=(second.pk,)) in older) == (True, True)
    assert "本结果已更正" not in text


def test_finance_and_city_read_every_region(finance: User, finance2: User, city: User) -> None:
    made = released(worked_round(), finance, finance2)
    for person in (finance, city):
        text = text_of(person, f"{LIST}{made.pk}/")
        assert {page(made, code) in text for code in (JIA, YI)} == {True}
        assert text_of(person, page(made, JIA))


def test_a_region_that_was_not_there_yet_is_told_so(finance: User, finance2: User) -> None:
    made = released(worked_round(), finance, finance2)
    later = Region.objects.create(code="330299", name="新设区", kind="county")
    assert "本次分配没有本地区。" in text_of(factories.officer("later", later), f"{LIST}{made.pk}/")


def test_the_page_of_a_platform_says_as_what_it_was_counted(finance: User, finance2: User, jia: User, yi: User) -> None:
    run = locked(worked_round(), finance, finance2)
    application = Application.objects.filter(region__code=JIA, platform__isnull=False).order_by("pk")[0]
    assert application.platform is not None
    assert life_of(application.platform, jia)["counted"] == []
    made = release_of(run, finance)
    answer = browser_of(jia).get(f"/admin/platforms/platform/{application.platform_id}/change/")
    (counted,) = [each for each in answer.context["sections"] if each["key"] == "counted"]
    assert [row["url"] for row in counted["rows"]] == [page(made, JIA)]
    assert counted["rows"][0]["cells"][0] == run.number
    assert browser_of(jia).get(counted["rows"][0]["url"]).status_code == 200
    assert life_of(application.platform, yi)["counted"] == []
