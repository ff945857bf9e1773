"""A withdrawal after a score was handed in: who withdraws learns that there is a score, and nothing of it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from evaluation.marking.queries.withdrawals import KEPT, TOLD
from evaluation.marking.services import assessments, figures, staging
from evaluation.models import Assessment, Score
from platforms.errors import Gone
from platforms.models import Application, AuditEvent, User
from platforms.periodic_reports.services import acceptance
from tests.evaluation import stage

pytestmark = pytest.mark.django_db

AT = datetime(2020, 10, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def unscored(yinzhou: User) -> Assessment:
    """One platform whose county has not yet handed in, filed by its officer."""
    round_ = stage.filed_round({"330212": {"A": 1}})
    Application.objects.update(created_by=yinzhou)
    stage.started(round_, first_scores=False)
    return Assessment.objects.get()


def county_hands_in(assessment: Assessment) -> None:
    assessment.sheets.update(status="handed_in", handed_in_at=AT, handed_in_by=stage.county_officer(), points=41)


def city_scores(assessment: Assessment) -> None:
    Assessment.objects.filter(pk=assessment.pk).update(
        status="scored", points=41, proposed_grade="D", scored_by=stage.city_officer(), scored_at=AT
    )


def pages(browser_of: Any, yinzhou: User, assessment: Assessment) -> list[str]:
    """The page that asks once more, at the desk and in the back office."""
    application = assessment.application
    here = (
        reverse("desk:withdraw", args=[application.number]),
        reverse("admin:platforms_application_move", args=[application.pk, "withdraw"]),
    )
    return [browser_of(yinzhou).get(address).content.decode() for address in here]


def withdrawal(assessment: Assessment, by: User) -> AuditEvent:
    acceptance.withdraw(application=assessment.application, reason="场地到期", by=by, at=AT + timedelta(hours=1))
    return AuditEvent.objects.get(verb="撤回申报")


def test_before_any_score_nothing_is_said(browser_of: Any, yinzhou: User, unscored: Assessment) -> None:
    assert [TOLD in page for page in pages(browser_of, yinzhou, unscored)] == [False, False]
    assert KEPT not in str(withdrawal(unscored, yinzhou).changes)


@pytest.mark.clause("N24")
@pytest.mark.parametrize("handed_in", [county_hands_in, city_scores])
def test_once_a_score_was_handed_in_the_page_and_the_log_say_so(
    browser_of: Any, yinzhou: User, unscored: Assessment, handed_in: Any
) -> None:
    handed_in(unscored)
    assert [TOLD in page for page in pages(browser_of, yinzhou, unscored)] == [True, True]
    assert withdrawal(unscored, yinzhou).changes == {"撤回时点": ["", KEPT]}


def said(page: str) -> str:
    """What a person reads of a page: the text alone, because the token of a form is random letters and digits."""
    return " ".join(re.sub(r"<[^>]*>", " ", page[page.index("<main") : page.index("</main>")]).split())


@pytest.mark.clause("N20")
def test_who_withdraws_learns_neither_points_nor_grade(browser_of: Any, yinzhou: User, unscored: Assessment) -> None:
    before = [said(page) for page in pages(browser_of, yinzhou, unscored)]
    city_scores(unscored)
    after = [said(page) for page in pages(browser_of, yinzhou, unscored)]
    assert [page.count(TOLD) for page in after] == [1, 1]
    assert [" ".join(page.replace(TOLD, " ").split()) for page in after] == before


@pytest.mark.clause("N24")
def test_what_was_scored_stays_as_it_is_and_the_city_reads_it(
    browser_of: Any, city: User, yinzhou: User, unscored: Assessment
) -> None:
    city_scores(unscored)
    scores = list(Score.objects.order_by("pk").values())
    withdrawal(unscored, yinzhou)
    unscored.refresh_from_db()
    assert (unscored.status, unscored.points, unscored.proposed_grade) == ("scored", 41, "D")
    assert list(Score.objects.order_by("pk").values()) == scores
    page = browser_of(city).get(reverse("admin:evaluation_assessment_change", args=[unscored.pk]))
    assert "待核定（申报已撤回）" in page.content.decode()
    assert (page.context["moves"], page.context["writes"]) == ([], False)
    listed = browser_of(city).get(reverse("admin:evaluation_assessment_changelist"))
    assert unscored.application.number not in listed.content.decode()


ACTS = {
    "save": lambda row, by: assessments.save_scores(assessment=row, entries={}, revision=row.revision, by=by, at=AT),
    "complete": lambda row, by: assessments.complete(assessment=row, by=by, at=AT),
    "reopen": lambda row, by: assessments.reopen(assessment=row, reason="复核", by=by, at=AT),
    "stage": lambda row, by: staging.stage(assessment=row, grade="D", by=by, at=AT),
    "second": lambda row, by: staging.second(assessment=row, by=by, at=AT),
}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_scores_or_grades_what_was_withdrawn(city: User, yinzhou: User, unscored: Assessment, act: str) -> None:
    withdrawal(unscored, yinzhou)
    with pytest.raises(Gone, match="该平台的申报已撤回"):
        ACTS[act](unscored, city)


def test_figures_counted_later_leave_what_was_withdrawn_alone(city: User, yinzhou: User) -> None:
    round_ = stage.filed_round({"330212": {"A": 2}})
    Application.objects.update(created_by=yinzhou)
    evaluation = stage.started(round_)
    first, second = Assessment.objects.order_by("pk")
    Score.objects.update(counted=None)
    withdrawal(first, yinzhou)
    figures.count_figures(evaluation=evaluation, reason="补报记录", by=city, at=AT)
    assert not first.scores.filter(counted__isnull=False).exists()
    assert second.scores.filter(counted__isnull=False).exists()
