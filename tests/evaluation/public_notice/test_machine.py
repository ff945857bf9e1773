"""Whatever is done with a notice in whatever order: nothing is seen before it is opened, and nothing seen changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from evaluation.hearings.queries import over
from evaluation.marking.services.assessments import reopen
from evaluation.models import Assessment, Hearing, NoticeLine, Objection, PublicNotice
from evaluation.public_notice.queries.findings import before_publishing
from evaluation.public_notice.services import notices
from platforms.errors import Refusal
from platforms.models import Mail
from tests import factories
from tests.evaluation import stage

pytestmark = pytest.mark.django_db
START = datetime(2020, 9, 7, 2, 0, tzinfo=UTC)
OFFICERS = st.sampled_from(["one", "other"])
GRADES = st.sampled_from(["A", "C", "D"])
WHICH = st.integers(0, 2)


@contextmanager
def refusing() -> Iterator[None]:
    """What the services refuse changes nothing."""
    try:
        with transaction.atomic():
            yield
    except Refusal:
        pass


class Notices(RuleBasedStateMachine):
    """Two officers and three platforms of two counties; days pass. ``reached`` holds how far any run came."""

    reached: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.at = START
        self.lines: dict[int, tuple[Any, ...]] = {}
        self.opened: set[int] = set()

    @initialize()
    def set_up(self) -> None:
        self.round = stage.confirmed_round({"330212": {"A": 1, "D": 1}, "330282": {"C": 1}})
        self.people = {name: factories.person(name, "city") for name in ("one", "other")}
        self.county = factories.officer("away", factories.regions()["330282"])

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)

    def latest(self) -> PublicNotice | None:
        return PublicNotice.objects.order_by("-pk").first()

    def assessment(self, which: int) -> Assessment:
        return Assessment.objects.order_by("pk")[which]

    @rule(who=OFFICERS, days=st.integers(1, 3), later=st.integers(0, 2))
    def propose(self, who: str, days: int, later: int) -> None:
        starts_on = self.at.date() + timedelta(days=later)
        with refusing():
            stage.proposed(self.round, by=self.people[who], at=self.at, working_days=days, starts_on=starts_on)

    @rule(who=OFFICERS)
    def open(self, who: str) -> None:
        row = self.latest()
        if row is not None:
            with refusing():
                notices.open_notice(notice=row, by=self.people[who], at=self.at)
                self.opened.add(row.pk)
                self.reached.add("opened")

    @rule(who=OFFICERS, act=st.sampled_from(["decline", "withdraw", "stop"]))
    def end(self, who: str, act: str) -> None:
        row = self.latest()
        if row is None:
            return
        by: dict[str, Any] = {"notice": row, "by": self.people[who], "at": self.at}
        with refusing():
            if act == "withdraw":
                notices.withdraw(**by)
            else:
                (notices.decline if act == "decline" else notices.stop)(reason="名单有误", **by)

    @rule(which=WHICH, grade=GRADES)
    def grade_anew(self, which: int, grade: str) -> None:
        row = self.assessment(which)
        reopen(assessment=row, reason="异议成立", by=stage.city_officer(), at=self.at)
        Assessment.objects.filter(pk=row.pk).update(
            status="confirmed", grade=grade, confirmed_by=stage.grader(), confirmed_at=self.at
        )

    @rule(which=WHICH, who=OFFICERS)
    def amend(self, which: int, who: str) -> None:
        row = self.latest()
        if row is not None:
            with refusing():
                notices.amend(
                    notice=row, assessment=self.assessment(which), reason="复核", by=self.people[who], at=self.at
                )

    @rule(which=WHICH)
    def object(self, which: int) -> None:
        row = self.latest()
        if row is not None and row.pk in self.opened and row.status == "opened":
            stage.objection(row, self.assessment(which), number=f"YY{Objection.objects.count()}")

    @rule()
    def answer(self) -> None:
        Objection.objects.filter(status="received").update(
            status="refused", answer="不属受理范围。", answered_at=self.at, answered_by=self.people["one"]
        )

    @rule(days=st.sampled_from([1, 9]))
    def sleep(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule()
    def go_through(self) -> None:
        """Let two officers agree on what is settled now, and wait."""
        self.propose("one", 1, 0)
        self.open("other")
        self.answer()
        self.sleep(9)

    @invariant()
    def nothing_is_seen_before_it_is_opened(self) -> None:
        shown = str(Client().get("/notice/").content.decode())
        for row in PublicNotice.objects.all():
            assert (row.number in shown) is (row.pk in self.opened)
        assert set(NoticeLine.objects.values_list("notice", flat=True)) == self.opened
        mails = Mail.objects.filter(kind="notice").values_list("occasion", flat=True)
        assert len(mails) == len(set(mails)) == 2 * len(self.opened)
        assert {each.split(":")[1] for each in mails} == {str(pk) for pk in self.opened}

    @invariant()
    def a_county_sees_its_own_and_nobody_reads_a_grade_that_is_not_certified(self) -> None:
        if not hasattr(self, "county"):
            return
        mine = NoticeLine.objects.visible_to(self.county)
        assert set(mine.values_list("region__code", flat=True)) <= {"330282"}
        assert not NoticeLine.objects.filter(grade="D", is_public=True).exists()
        for pk in self.opened:
            number = PublicNotice.objects.get(pk=pk).number
            assert "D档" not in Client().get(f"/notice/{number}/").content.decode()

    @invariant()
    def no_line_ever_changes(self) -> None:
        now = {row[0]: row for row in NoticeLine.objects.values_list()}
        assert {pk: now.get(pk) for pk in self.lines} == self.lines
        self.lines = now

    @invariant()
    def each_that_is_not_certified_was_told_why(self) -> None:
        told = Hearing.objects.values_list("assessment", "reasons")
        for line in NoticeLine.objects.filter(is_public=False):
            assert (line.assessment_id, line.reasons) in told

    @invariant()
    def what_may_be_published_was_public_for_its_whole_period_and_every_objection_answered(self) -> None:
        on: date = self.at.date()
        if not hasattr(self, "round") or before_publishing(self.round, on):
            return
        self.reached.add("ready")
        row = PublicNotice.objects.get(round=self.round, status="opened")
        assert row.decided_at is not None
        assert row.decided_at.date() <= row.starts_on <= row.ends_on < on
        assert not Objection.objects.filter(status__in=("received", "assigned")).exists()
        assert all(over(each, on) for each in Hearing.objects.all())
        listed: dict[int, str] = {}
        for line in row.lines.order_by("version"):
            listed[line.assessment_id] = line.grade
        assert listed == dict(Assessment.objects.values_list("pk", "grade"))


def test_whatever_is_done_in_whatever_order(db: None) -> None:
    wanted = {"opened", "ready"}
    # Eight runs of chance may all turn back early; then there are more.
    for _ in range(5):
        run_state_machine_as_test(Notices, settings=settings(max_examples=8, stateful_step_count=20, deadline=None))
        if wanted <= Notices.reached:
            break
    assert wanted <= Notices.reached
