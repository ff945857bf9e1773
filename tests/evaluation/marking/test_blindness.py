"""Nobody who judges learns what another one gave before all have given theirs, whichever door is tried."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.marking.choices import JudgedBy, SheetKind
from evaluation.marking.queries.blindness import readable, readable_proofs, seeing
from evaluation.marking.services import proofs
from evaluation.models import Assessment, Sheet
from platforms.models import User
from tests import factories
from tests.evaluation.marking.filling import AT, assigned, county_sheet, fill, judged, url
from tests.kept_rows import once

Browser = Callable[[User], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]
LIST = "admin:evaluation_sheet_changelist"


@pytest.fixture
def assessment(city: User) -> Assessment:
    return once(judged, city, judged_by=JudgedBy.ASSESSORS)[0]


@pytest.fixture
def first() -> User:
    return factories.person("first", "assessor")


@pytest.fixture
def second() -> User:
    return factories.person("second", "assessor")


@pytest.fixture
def sheets(assessment: Assessment, first: User, second: User) -> tuple[Sheet, Sheet]:
    return assigned(assessment, first), assigned(assessment, second)


def read_by(user: User) -> set[int]:
    return set(readable(Sheet.objects.visible_to(user), user).values_list("pk", flat=True))


def test_an_assessor_reads_the_own_sheet_and_never_another_one(
    sheets: tuple[Sheet, Sheet], first: User, second: User, yinzhou: User
) -> None:
    fill(county_sheet(sheets[0].assessment), yinzhou)
    own, other = sheets
    assert read_by(first) == {own.pk}
    fill(other, second)
    fill(own, first)
    assert read_by(first) == {own.pk}


def test_a_county_reads_the_sheets_of_its_region_and_no_others(
    sheets: tuple[Sheet, Sheet], first: User, second: User, yinzhou: User, cixi: User
) -> None:
    fill(sheets[0], first)
    fill(sheets[1], second)
    assert read_by(yinzhou) == set(Sheet.objects.filter(kind=SheetKind.COUNTY).values_list("pk", flat=True))
    assert read_by(cixi) == set()


def test_the_city_reads_a_county_once_handed_in_and_the_assessors_once_both_are(
    sheets: tuple[Sheet, Sheet], first: User, second: User, city: User, yinzhou: User
) -> None:
    county = county_sheet(sheets[0].assessment)
    assert read_by(city) == set()
    fill(county, yinzhou)
    assert read_by(city) == {county.pk}
    fill(sheets[0], first)
    assert read_by(city) == {county.pk}
    fill(sheets[1], second)
    assert read_by(city) == {county.pk, *(each.pk for each in sheets)}


def test_an_officer_of_the_city_who_judges_a_platform_reads_nothing_else_of_it_until_all_are_in(
    assessment: Assessment, first: User, city: User, city2: User, yinzhou: User
) -> None:
    own, other = assigned(assessment, city2), assigned(assessment, first)
    county = county_sheet(assessment)
    fill(county, yinzhou)
    fill(other, first)
    everything = Assessment.objects.filter(pk=assessment.pk)
    assert read_by(city2) == {own.pk}
    assert list(seeing(everything, city2)) == []
    assert list(seeing(everything, city)) == [assessment]
    fill(own, city2)
    assert read_by(city2) == {own.pk, other.pk, county.pk}
    assert list(seeing(everything, city2)) == [assessment]


def test_a_third_of_the_city_reads_no_sheet_with_a_name_before_giving_the_own_one(
    sheets: tuple[Sheet, Sheet], first: User, second: User, city2: User
) -> None:
    third = assigned(sheets[0].assessment, city2, SheetKind.THIRD)
    Sheet.objects.filter(pk__in=[each.pk for each in sheets]).update(
        status="handed_in", handed_in_at=AT, handed_in_by=first
    )
    assert read_by(city2) == {third.pk}


def test_points_of_a_sheet_stand_in_no_list_or_file_before_they_may_be_read(
    browser_of: Browser, sheets: tuple[Sheet, Sheet], first: User, second: User, city: User
) -> None:
    fill(sheets[0], first)
    Sheet.objects.filter(pk=sheets[0].pk).update(points="98.76")

    def told(user: User) -> set[bool]:
        browser = browser_of(user)
        pages = [browser.get(reverse(LIST)), browser.get(reverse("admin:evaluation_sheet_list", args=("csv",)))]
        return {"98.76" in b"".join(page).decode() for page in pages}

    assert told(first) == {True}
    assert told(city) == {False}
    assert told(second) == {False}
    Sheet.objects.filter(pk=sheets[1].pk).update(status="handed_in", handed_in_at=AT, handed_in_by=second)
    assert told(city) == {True}
    assert told(second) == {False}


def test_the_list_cannot_be_put_in_the_order_of_what_it_hides(
    browser_of: Browser, sheets: tuple[Sheet, Sheet], city: User
) -> None:
    page = browser_of(city).get(reverse(LIST))
    columns = [str(each) for each in page.context["cl"].list_display]
    names = page.context["cl"].model_admin.get_sortable_by(page.wsgi_request)
    assert "given_points" in columns
    assert getattr(page.context["cl"].model_admin.given_points, "admin_order_field", None) is None
    assert "points" not in names


@pytest.mark.parametrize("view", ["change", "history", "pane", "row"])
def test_every_page_of_a_sheet_that_must_not_be_read_yet_is_refused(
    browser_of: Browser, sheets: tuple[Sheet, Sheet], first: User, city: User, view: str
) -> None:
    fill(sheets[0], first)
    more: dict[str, tuple[str, ...]] = {"pane": ("form",), "row": ("venue",)}
    address = url(sheets[0], view, *more.get(view, ()))
    assert browser_of(city).get(address).status_code == 403
    assert browser_of(first).get(address).status_code == 200


def test_a_sheet_of_somebody_else_is_not_there_for_an_assessor(
    browser_of: Browser, sheets: tuple[Sheet, Sheet], second: User
) -> None:
    assert browser_of(second).get(url(sheets[0])).status_code == 404
    assert browser_of(second).get(url(county_sheet(sheets[0].assessment))).status_code == 404


def test_an_assessor_opens_neither_the_platform_nor_the_grid_of_the_city(
    browser_of: Browser, sheets: tuple[Sheet, Sheet], first: User
) -> None:
    browser = browser_of(first)
    addresses = [url(sheets[0].assessment), reverse("admin:evaluation_assessment_grid")]
    assert [browser.get(each).status_code for each in addresses] == [403, 403]


def test_what_a_judge_put_beside_a_row_is_read_with_the_sheet(
    sheets: tuple[Sheet, Sheet], first: User, second: User, city: User, yinzhou: User
) -> None:
    assessment = sheets[0].assessment
    score = assessment.scores.get(indicator__code="venue")
    link = proofs.add_link(score=score, sheet=sheets[0], link="https://example.cn/a", by=first, at=AT)

    def seen(user: User) -> list[Any]:
        return list(readable_proofs(assessment, user))

    assert [seen(each) for each in (first, second, city, yinzhou)] == [[link], [], [], []]
    fill(sheets[0], first)
    fill(sheets[1], second)
    assert [seen(each) for each in (first, second, city, yinzhou)] == [[link], [], [link], []]


def test_a_third_sees_the_two_values_of_a_row_and_no_names(
    browser_of: Browser, sheets: tuple[Sheet, Sheet], first: User, second: User
) -> None:
    from dataclasses import replace
    from decimal import Decimal

    from tests.evaluation.marking.filling import typed

    low = replace(typed()["venue"], points=Decimal(2))
    fill(sheets[0], first)
    fill(sheets[1], second, venue=low)
    third = Sheet.objects.get(kind=SheetKind.THIRD)
    judge = factories.person("third", "assessor")
    Sheet.objects.filter(pk=third.pk).update(judge=judge)
    page = browser_of(judge).get(url(third)).content.decode()
    assert ("评审员评分：2 分" in page, "评审员评分：8 分" in page) == (True, True)
    assert (first.name in page, second.name in page) == (False, False)
