"""The page on which the city sees how the grades of a round lie before they are applied."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.marking.queries.overview import RegionLine, changed_since, last_look, overview
from evaluation.marking.services.staging import look
from evaluation.marking.services.staging import stage as stage_grade
from evaluation.models import Assessment, Evaluation, Look
from platforms.errors import Refusal
from platforms.models import AuditEvent, User
from tests.evaluation import stage
from tests.kept_rows import once

pytestmark = pytest.mark.django_db
AT = stage.moment(2020)


def _evaluation(city: User) -> Evaluation:
    stage.graded_round({"330212": {"scored": 2, "D": 1, "open": 1}, "330282": {"B": 1}})
    return Evaluation.objects.get()


@pytest.fixture
def evaluation(city: User) -> Evaluation:
    """鄞州区: three scored, one of them a D, and one open; 慈溪市: one scored."""
    return once(_evaluation, city)


def page(evaluation: Evaluation) -> str:
    return reverse("admin:evaluation_evaluation_grades", args=(evaluation.pk,))


@pytest.mark.clause("N20")
def test_each_region_shows_how_far_it_is_from_the_line(evaluation: Evaluation) -> None:
    found = overview(evaluation)
    assert found.regions == (
        RegionLine("鄞州区", 4, (2, 0, 0, 1), 1, Fraction(1, 4), 0, over=True),
        RegionLine("慈溪市", 1, (0, 1, 0, 0), 0, Fraction(0), 1, over=False),
    )
    assert (found.counts, found.waiting, found.staged) == ((2, 1, 0, 1), 1, 0)


def test_a_staged_grade_counts_before_the_proposed_one(evaluation: Evaluation, city2: User) -> None:
    row = Assessment.objects.filter(status="scored")[0]
    stage_grade(assessment=row, grade="C", reason="专家组复核", by=city2, at=AT)
    found = overview(evaluation)
    assert (found.counts, found.staged, found.jumping) == ((1, 1, 1, 1), 1, (row,))


def test_who_sits_within_a_point_of_a_cutoff_is_named(evaluation: Evaluation, browser_of: Any, city: User) -> None:
    Assessment.objects.filter(application__region__code="330282").update(points=Decimal("74.50"))
    shown = browser_of(city).get(page(evaluation)).content.decode()
    assert "距档次起点 1 分以内（1 个）" in shown
    assert "74.50 分，低于B档起点 0.5 分" in shown


def test_what_changed_since_the_last_look_is_shown_until_it_is_looked_through(
    evaluation: Evaluation, office: Client, city: User, city2: User
) -> None:
    office.post(reverse("admin:evaluation_evaluation_look", args=(evaluation.pk,)))
    seen = last_look(evaluation, city)
    assert changed_since(evaluation, seen) == []
    row = Assessment.objects.filter(status="scored")[0]
    assert seen is not None
    stage_grade(assessment=row, grade="B", reason="专家组复核", by=city2, at=seen.replace(year=seen.year + 1))
    assert [event.verb for event in changed_since(evaluation, seen)] == ["暂定档次"]
    assert f"暂定档次 {row.application.number}：专家组复核" in office.get(page(evaluation)).content.decode()
    # Nobody else has looked yet.
    assert last_look(evaluation, city2) is None


def test_reading_the_page_is_no_look(evaluation: Evaluation, office: Client) -> None:
    office.get(page(evaluation))
    office.get(reverse("admin:evaluation_evaluation_look", args=(evaluation.pk,)))
    assert Look.objects.count() == 0


def test_a_look_is_logged_and_only_for_those_who_grade(evaluation: Evaluation, city: User, yinzhou: User) -> None:
    with pytest.raises(Refusal, match="权限"):
        look(evaluation=evaluation, by=yinzhou, at=AT)
    look(evaluation=evaluation, by=city, at=AT)
    look(evaluation=evaluation, by=city, at=AT.replace(year=2021))
    event = AuditEvent.objects.order_by("-serial")[0]
    assert (event.verb, event.object_code) == ("看过档次分布", str(evaluation))
    assert Look.objects.get().looked_at == AT.replace(year=2021)


@pytest.fixture
def office(browser_of: Any, city: User) -> Client:
    made: Client = browser_of(city)
    return made
