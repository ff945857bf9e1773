"""The results of a platform on its page: after the release, to who may read them."""

from typing import Any

import pytest

from evaluation.models import Assessment, Certification
from platforms.models import Platform, Region, User
from platforms.register.queries.life import life_of
from tests.evaluation import stage

pytestmark = pytest.mark.django_db


def cells(browser: Any, platform: Platform) -> list[dict[str, Any]]:
    answer = browser.get(f"/admin/platforms/platform/{platform.pk}/change/")
    (found,) = [each for each in answer.context["sections"] if each["key"] == "results"]
    return list(found["rows"])


def test_a_released_result_shows_grade_points_and_certificate(
    regions: dict[str, Region], yinzhou: User, city: User, browser_of: Any
) -> None:
    certificate: Certification = stage.certified()
    platform = certificate.result.platform
    for person in (yinzhou, city):
        (row,) = cells(browser_of(person), platform)
        assert row["url"] == f"/desk/results/2020/{platform.code}/"
        assert row["cells"][:4] == ["2020年度", "A档", "100", certificate.number]
        assert browser_of(person).get(row["url"]).status_code == 200


def test_a_confirmed_grade_is_not_told_before_its_release(
    regions: dict[str, Region], yinzhou: User, city: User, browser_of: Any
) -> None:
    stage.graded_round({"330212": {"A": 1}})
    assessment = Assessment.objects.get()
    platform = assessment.application.platform
    assert platform is not None
    assert assessment.grade == "A"
    for person in (yinzhou, city):
        assert cells(browser_of(person), platform) == []


def test_another_county_reads_no_points(regions: dict[str, Region], cixi: User, browser_of: Any) -> None:
    platform = stage.certified().result.platform
    assert browser_of(cixi).get(f"/admin/platforms/platform/{platform.pk}/change/").status_code == 404
    # Where the platform came to another region later, the points stay with the one that read them.
    assert [line.state for line in life_of(platform, cixi)["results"]] == [""]
