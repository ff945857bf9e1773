"""Whatever two officers do in whatever order, nothing is visible before its release and nothing published changes."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from evaluation.certification.queries.in_force import in_force
from evaluation.certification.services import plans
from evaluation.models import Assessment, Certification, Document, FrozenEvidence, Publication, PublicationPlan, Result
from platforms.errors import Refusal
from platforms.models import Mail, Round, User
from tests.evaluation import stage

pytestmark = pytest.mark.django_db
STEPS = 14


class Walk:
    """Two officers, two rounds of the same platforms, and one step after another."""

    def __init__(self, seed: int, city: User) -> None:
        self.draw, self.city, self.other = Random(seed), city, stage.approver()
        self.rounds = [stage.graded_round({"330212": {"A": 1, "D": 1}}, year=year) for year in (2020, 2021)]
        self.published: dict[int, list[Any]] = {}

    def step(self) -> None:
        """Let somebody do something that may be refused, and look at what is there."""
        round_, by = self.draw.choice(self.rounds), self.draw.choice((self.city, self.other))
        act = self.draw.choice((self.propose, self.prepare, self.approve, self.approve, self.end, self.explain))
        try:
            with transaction.atomic():
                act(round_, by)
        except Refusal:
            pass

    def plan(self, round_: Round) -> PublicationPlan:
        found = PublicationPlan.objects.filter(round=round_).order_by("-pk").first()
        if found is None:
            raise Refusal("没有方案。")
        return found

    def propose(self, round_: Round, by: User) -> None:
        at = stage.moment(round_.year)
        plans.propose(round=round_, decided_on=at.date(), by=by, at=at)

    def prepare(self, round_: Round, by: User) -> None:
        plans.prepare(plan=self.plan(round_), by=by, at=stage.moment(round_.year))

    def approve(self, round_: Round, by: User) -> None:
        plan = self.plan(round_)
        done = plans.approve(plan=plan, by=by, at=stage.moment(round_.year) + timedelta(hours=1))
        assert by != plan.proposed_by
        self.published[done.pk] = frozen(done)

    def end(self, round_: Round, by: User) -> None:
        plan, at = self.plan(round_), stage.moment(round_.year)
        act: Callable[..., Any] = plans.withdraw if plan.proposed_by == by else plans.decline
        act(plan=plan, by=by, at=at, **({} if act is plans.withdraw else {"reason": "不妥"}))

    def explain(self, round_: Round, _by: User) -> None:
        rows = Assessment.objects.filter(evaluation__round=round_, status="confirmed")
        rows.filter(pk__in=rows.values("pk")[:1]).update(grade_reason=f"复核 {self.draw.random()}")

    def check(self, visitors: dict[str, Client]) -> None:
        """Nothing of an unreleased round is there for anybody; what was released is as it was."""
        assert set(self.published) == set(Publication.objects.values_list("pk", flat=True))
        years = set(Publication.objects.values_list("round__year", flat=True))
        for model, path in (
            (Result, "publication"),
            (Document, "publication"),
            (FrozenEvidence, "result__publication"),
        ):
            assert set(model.objects.values_list(f"{path}__round__year", flat=True)) <= years
        assert set(Mail.objects.filter(kind="published").values_list("round__year", flat=True)) <= years
        for publication in Publication.objects.all():
            assert frozen(publication) == self.published[publication.pk]
        for round_ in self.rounds:
            there = round_.year in years
            assert visitors["county"].get(f"/desk/results/{round_.year}/").status_code == (200 if there else 404)
            for number in PublicationPlan.objects.filter(round=round_).values_list("prepared__number", flat=True):
                page = visitors["public"].get(f"/verify/{number}/") if number and number.startswith("NB") else None
                assert page is None or page.status_code == (
                    200 if Certification.objects.filter(number=number).exists() else 404
                )
            on = stage.moment(round_.year).date()
            held = list(in_force(on).values_list("result__platform", flat=True))
            assert len(held) == len(set(held))


def frozen(publication: Publication) -> list[Any]:
    """Every row of a publication, as it stands."""
    return [
        list(Result.objects.filter(publication=publication).order_by("pk").values()),
        list(FrozenEvidence.objects.filter(result__publication=publication).order_by("pk").values("data", "digest")),
        list(Document.objects.filter(publication=publication).order_by("pk").values()),
        list(
            Certification.objects.filter(result__publication=publication)
            .order_by("pk")
            .values("number", "valid_from", "valid_until")
        ),
    ]


@pytest.mark.clause("N20")
@pytest.mark.parametrize("seed", [3, 11])
def test_nothing_is_visible_before_its_release_and_nothing_published_changes(
    city: User, yinzhou: User, browser_of: Any, client: Client, seed: int
) -> None:
    walk = Walk(seed, city)
    visitors = {"county": browser_of(yinzhou), "public": client}
    for _ in range(STEPS):
        walk.step()
        walk.check(visitors)
    # Whatever came before, each round can be published in the end.
    for round_ in walk.rounds:
        if not Publication.objects.filter(round=round_).exists():
            for plan in PublicationPlan.objects.filter(round=round_, status="proposed"):
                plans.withdraw(plan=plan, by=plan.proposed_by, at=stage.moment(round_.year))
            walk.propose(round_, city)
            walk.prepare(round_, city)
            walk.approve(round_, walk.other)
        walk.check(visitors)
    assert len(walk.published) == 2
