"""Whose sheets somebody sees: a county its own first scores, an assessor what was assigned, the city all."""

import pytest

from evaluation.models import Assessment, Conflict, Mark, Score, Sheet
from platforms.models import Application, Park, Region, Round, User
from tests.evaluation.marking.judging import assigned, judged_by_assessors

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T01"), pytest.mark.clause("N20")]


@pytest.fixture
def row(db: None) -> Assessment:
    return judged_by_assessors({"330212": {"A": 1}, "330282": {"A": 1}})


def test_an_assessor_sees_the_sheet_assigned_and_nothing_else(row: Assessment, assessor: User, assessor2: User) -> None:
    mine, other = assigned(row, assessor), assigned(row, assessor2)
    assert list(Sheet.objects.visible_to(assessor)) == [mine]
    assert set(Mark.objects.visible_to(assessor).values_list("sheet", flat=True)) == {mine.pk}
    assert not other.is_visible_to(assessor)
    closed = (Application, Assessment, Score, Conflict, Park, Region, Round)
    assert [model for model in closed if model.objects.visible_to(assessor).exists()] == []


def test_a_model_that_assigns_nobody_stays_closed_to_an_assessor(
    row: Assessment, assessor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the role given the right to view them, rows of regions would not be an assessor's all the same."""
    monkeypatch.setattr("platforms.scope.may_view", lambda _user, _model: True)
    assert not Application.objects.visible_to(assessor).exists()
    assert Region.objects.visible_to(assessor).count() == 17


def test_a_county_sees_its_first_scores_and_none_of_others(
    row: Assessment, yinzhou: User, cixi: User, assessor: User
) -> None:
    assigned(row, assessor)
    for officer, code in ((yinzhou, "330212"), (cixi, "330282")):
        seen = Sheet.objects.visible_to(officer).values_list("kind", "assessment__application__region__code")
        assert list(seen) == [("county", code)]
        assert set(Mark.objects.visible_to(officer).values_list("sheet__kind", flat=True)) == {"county"}


def test_the_city_sees_them_all(row: Assessment, city: User, assessor: User) -> None:
    assigned(row, assessor)
    assert sorted(Sheet.objects.visible_to(city).values_list("kind", flat=True)) == ["assessor", "county", "county"]


def test_an_assessor_reads_no_person_in_full(row: Assessment, assessor: User) -> None:
    assigned(row, assessor)
    assert [assessor.sees_people(region) for region in (row.application.region_id, None)] == [False, False]
