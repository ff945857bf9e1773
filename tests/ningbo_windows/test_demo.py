"""The demo: the same each time, and not to be told from what people made through the services."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import connection, transaction
from django.test import override_settings

from evaluation.certification.queries.certifications import kept_despite_d
from evaluation.certification.queries.in_force import state_of
from evaluation.marking.services.staging import waits_for_second
from evaluation.marking.spread import close_to
from evaluation.models import (
    Assessment,
    Certification,
    Conflict,
    Evaluation,
    ExpiryWarning,
    Flag,
    Hearing,
    PublicNotice,
    Result,
    RevocationProposal,
    Sheet,
    SiteVisit,
)
from evaluation.revocation import queries as revocations
from evaluation.schemes import grading
from funding.models import AllocationRow, AllocationRun
from funding.runs.queries import frozen
from ningbo_windows.demo import calendar, plans
from ningbo_windows.demo.drawing import Draw, Outline
from ningbo_windows.demo.seed import is_empty, seed
from ningbo_windows.demo.stage import staged
from ningbo_windows.demo.world import World
from platforms import checks
from platforms.applications import completeness
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries import bans
from platforms.applications.queries.forms import digest_of, form_data
from platforms.audit.services import audit
from platforms.choices import PlatformType, Role
from platforms.errors import Refusal
from platforms.filetypes import inspect
from platforms.models import (
    Application,
    ApplicationVersion,
    Attachment,
    AuditEvent,
    Ban,
    Complaint,
    Ground,
    Liaison,
    Platform,
    Quota,
    Round,
    Town,
    User,
)
from platforms.notices.services import load_notices
from platforms.planning.queries.coverage import strong_towns
from platforms.reference.services import load_reference
from platforms.rounds.queries.rounds import current_round
from tests.funding.test_recompute import by_the_script, options_of

TODAY = date(2026, 11, 24)
PASSWORD = "Xikou-4821-Meihua"
REGIONS = (
    "haishu", "jiangbei", "beilun", "zhenhai", "yinzhou", "fenghua", "yuyao", "cixi", "ninghai", "xiangshan", "hzw",
    "bsq", "dxk", "gxq", "dqh", "msg", "shq",
)  # fmt: skip


pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Demo:
    """Where the files lie, and what could be read of two demos that were made one after the other."""

    media: Path
    first: list[Any]
    second: list[Any]


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo of 24 November 2026, made twice; it is gone after this module."""
    media = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=media):
        load_reference(folder=settings.REFERENCE_DIR, outline=settings.MAP_OUTLINE, at=calendar.at(calendar.SET_UP_ON))
        load_notices(folder=settings.REFERENCE_DIR / "notices", at=calendar.at(calendar.SET_UP_ON))
        with transaction.atomic():
            seed(today=TODAY, password=PASSWORD)
            first = told()
            transaction.set_rollback(True)
        assert is_empty()
        seed(today=TODAY, password=PASSWORD)
        # Once for all: PostgreSQL would check every key anew at the end of each test.
        connection.check_constraints()
        yield Demo(media, first, told())
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _shown(demo: Demo) -> None:
    """Every test here looks at the demo; what it writes is gone after it."""


def told() -> list[Any]:
    """Everything that a visitor could read, without the keys of rows."""
    return [
        *Application.objects.values_list("number", "name", "status", "operator_code", "contact_name", "submitted_at"),
        *Platform.objects.values_list("code", "name", "operator_name"),
        *(
            # The name of a question holds the key of its row.
            (number, version, re.sub(r"question_\d+", "question", json.dumps(data, sort_keys=True)))
            for number, version, data in ApplicationVersion.objects.values_list("application__number", "number", "data")
        ),
        *Certification.objects.values_list("number", "valid_until", "ground"),
        *Complaint.objects.values_list("number", "text", "status").order_by("number"),
        *AuditEvent.objects.values_list("serial", "at", "actor", "verb", "object_code", "reason"),
        *AllocationRow.objects.values_list("run__number", "label", "amount_yuan").order_by("run", "code"),
    ]


def test_the_same_day_gives_the_same_demo(demo: Demo) -> None:
    assert demo.first == demo.second


def test_each_person_of_the_issue_has_an_account_with_the_one_password() -> None:
    offices = [
        "city", "city2", "city3", "assessor", "assessor2", "assessor3", "finance", "finance2", "auditor", "security",
        "sysadmin",
    ]  # fmt: skip
    people = {person.username: person for person in User.objects.select_related("region")}
    assert sorted(people) == sorted([*offices, *REGIONS])
    assert {people[name].role for name in REGIONS} == {Role.COUNTY}
    assert len({people[name].region for name in REGIONS}) == 17
    assert [people[name].role for name in offices] == [
        *["city"] * 3, *["assessor"] * 3, *["finance"] * 2, "auditor", "security", "sysadmin",
    ]  # fmt: skip
    assert [check_password(PASSWORD, word) for word in {person.password for person in people.values()}] == [True]
    assert not any(person.must_change_password for person in people.values())


def test_2020_holds_about_a_hundred_platforms_of_all_types_and_grades() -> None:
    results = Result.objects.filter(publication__round__year=2020)
    assert Counter(results.values_list("grade", flat=True)) == {"A": 24, "B": 40, "C": 32, "D": 12}
    assert Counter(results.values_list("type", flat=True)) == {
        PlatformType.TOWN: 70,
        PlatformType.PARK: 22,
        PlatformType.FUNCTIONAL_ZONE: 10,
        PlatformType.INDUSTRY: 6,
    }
    assert results.values("region").distinct().count() == 17  # sixteen regions, and the city's own


@pytest.mark.clause("N24")
def test_every_kind_of_region_is_there() -> None:
    rows = {row.code: row for row in AllocationRow.objects.filter(run__round__year=2020)}
    facts = {code: (row.declared, row.grades["D"], row.failing_share, row.excluded) for code, row in rows.items()}
    assert facts["330282"] == (10, 2, "1/5", True)  # exactly 20 %
    assert facts["330225"] == (7, 2, "2/7", True)
    assert facts["330212"] == (14, 2, "1/7", False)
    assert facts["330205"] == (7, 0, "0", False)
    assert facts["BSQ"] == (1, 0, "0", False)
    assert facts["MSG"] == (0, 0, "", False)
    assert (rows["330226"].declared, sum(rows["330226"].grades.values())) == (9, 8)
    assert {code: row.withdrawn for code, row in rows.items() if row.withdrawn} == {
        "330212": 2, "330213": 1, "330281": 1,
    }  # fmt: skip


def test_the_allocation_of_2020_is_locked_and_comes_out_the_same_again() -> None:
    runs = {run.round.year: run for run in AllocationRun.objects.select_related("round", "signed_by", "locked_by")}
    assert [(run.status, run.allocated_yuan) for run in runs.values() if run.round.year == 2020] == [
        ("locked", 15_000_000)
    ]
    assert (runs[2020].signed_by.username, runs[2020].locked_by.username) == ("finance2", "finance")
    assert runs[2024].status == "signed"
    assert [frozen.check(run) for run in runs.values()] == [(), (), ()]


@pytest.mark.clause("N24")
def test_a_region_that_withdrew_its_only_d_after_the_score_gets_nothing() -> None:
    row = AllocationRow.objects.get(run__round__year=2024, code="330225")
    assert (row.declared, row.grades["D"], row.late_failing, row.failing_share) == (3, 1, 1, "1/3")
    assert (row.excluded, row.amount_yuan) == (True, 0)


@pytest.mark.clause("N27")
def test_an_outsider_recomputes_every_run_from_its_frozen_counts(tmp_path: Path) -> None:
    runs = AllocationRun.objects.order_by("number")
    assert runs.filter(status="locked").exists()
    for run in runs:
        rows = frozen.rows_of(run)
        counts = tmp_path / f"{run.number}.csv"
        counts.write_bytes(frozen.frozen_csv(run, rows))
        found = by_the_script(counts, run.pool_yuan, options_of(run))
        stored = [
            # A region that declared nothing has no share in the product; the file of the command writes a zero.
            (row.failing_share or "0", row.excluded, row.score or None, row.weight or None, row.amount_yuan)
            for row in rows
            if row.region_id is not None
        ]
        names = ("d_share", "excluded", "score", "weight", "amount")
        assert [tuple(row[name] for name in names) for row in found["rows"]] == stored, run.number
        assert (found["allocated"], found["unallocated"], found["note"]) == (
            run.allocated_yuan,
            run.unallocated_yuan,
            run.note,
        )


def test_certificates_of_every_state_can_be_looked_up() -> None:
    states = Counter(state_of(each, TODAY).value for each in Certification.objects.all())
    assert set(states) == {"in_force", "expiring", "expired", "revoked", "replaced", "given_up", "corrected"}
    revoked = Certification.objects.exclude(ground="")
    assert [each.result.publication.round.year for each in revoked.order_by("number")] == [2020, 2020, 2024]
    assert all(each.revocation_reason for each in revoked)
    assert Ban.objects.count() == 3


def test_a_notice_runs_today_with_objections_and_a_hearing() -> None:
    notice = PublicNotice.objects.get(starts_on__gt=date(2026, 1, 1))
    assert (notice.status, notice.round.year, notice.starts_on <= TODAY <= notice.ends_on) == ("opened", 2022, True)
    assert Counter(notice.lines.values_list("is_public", flat=True)) == {True: 9, False: 1}
    assert sorted(notice.objections.values_list("channel", "status")) == [("form", "answered"), ("paper", "received")]
    hearing = Hearing.objects.get(assessment__notice_lines__notice=notice)
    assert (hearing.answered_at is not None, hearing.replied_at) == (True, None)


def test_what_follows_a_certificate_is_there_to_be_seen() -> None:
    corrected = Result.objects.get(version=2)
    assert (corrected.grade, corrected.corrects.grade, corrected.amendment.kind) == ("B", "C", "correction")
    old = Certification.objects.filter(result__publication__taken_over=True).order_by("number")
    assert [each.number for each in old] == ["窗口（2021）第001号", "窗口（2021）第002号"]
    renewal = Application.objects.get(renews__certificate=old[0].number, status="accepted")
    following = Certification.objects.get(result__assessment__application=renewal)
    assert following.valid_from == old[0].valid_until + timedelta(days=1)
    begun = Application.objects.get(renews__isnull=False, round__year=2026)
    assert (begun.status, begun.renews.ends_on >= TODAY) == ("draft", True)
    assert set(ExpiryWarning.objects.values_list("days", flat=True)) == {90}


def test_planning_names_a_town_of_each_kind_and_a_d_holds_its_certificate() -> None:
    city = User.objects.get(username="city")
    lines = strong_towns(user=city, round=current_round(), on=TODAY)
    assert {line.state for line in lines} == {"built", "filed", "none", "revoked", "expired"}
    told = {line.town.name: line.past.why for line in lines if line.past}
    assert told == {"集士港镇": "revoked", "梅林街道": "given_up", "长街镇": "expired"}
    assert [row.result.name for row in kept_despite_d(Round.objects.get(year=2024), on=TODAY)] == [
        "鄞州区塘溪镇中小企业公共服务窗口平台"
    ]


def test_revocations_rest_on_facts_and_one_of_them_waits_for_the_second_officer() -> None:
    rows = RevocationProposal.objects.order_by("proposed_at")
    assert [(row.status, row.ground, row.facts.count()) for row in rows] == [
        ("decided", "fees", 1), ("decided", "refuses_activities", 1), ("decided", "false_material", 1),
        ("proposed", "complaints", 1),
    ]  # fmt: skip
    assert len(rows[3].facts.get().complaints) == 3
    assert [row.platform.code for row in revocations.waiting_for(User.objects.get(username="city2"))] == [
        rows[3].platform.code
    ]
    assert not revocations.obstacles(rows[3])


def test_one_ban_is_lifted_one_over_and_the_place_of_one_released() -> None:
    rows = bans.with_state(Ban.objects.order_by("starts_on"), on=TODAY)
    assert [(row.site_label, bans.state_of(row, on=TODAY)) for row in rows] == [
        ("横街镇", "over"), ("中河街道", "lifted"), ("集士港镇", "released")
    ]  # fmt: skip
    standing = bans.bans_on(operator_codes=(), site_keys={row.site_key for row in rows}, on=TODAY)
    assert bans.notes_of(standing) == {rows[2].site_key: bans.RELEASED_PLACE}
    assert [row.kind for row in bans.waiting_for(User.objects.get(username="city"))] == ["lift"]


def test_grades_follow_from_the_scores() -> None:
    rows = Assessment.objects.exclude(grade="").select_related("evaluation__scheme")
    for row in rows.prefetch_related("scores__indicator"):
        entries = {score.indicator.code: score.entry() for score in row.scores.all()}
        outcome = grading.grade(row.evaluation.scheme.value(), entries, vetoed=bool(row.veto))
        assert (row.proposed_grade, row.points) == (outcome.grade, grading_decimal(outcome))
        assert outcome.missing == ()
        assert row.grade == row.proposed_grade or row.grade_reason


def grading_decimal(outcome: grading.Outcome) -> Any:
    from evaluation.marking.services.entering import decimal_of

    return decimal_of(outcome.points)


def test_the_current_round_is_in_its_first_phase_and_shows_every_status() -> None:
    current = Round.objects.get(status="filing")
    phase = current.phases.get(number=1)
    assert current.year == TODAY.year
    assert phase.starts_on < TODAY < phase.ends_on == current.report_due_on
    rows = Application.objects.filter(round=current)
    assert Counter(rows.values_list("status", flat=True)) == {
        "draft": 28, "submitted": 17, "accepted": 12, "returned": 6, "withdrawn": 2,
    }  # fmt: skip
    yinzhou = rows.filter(region__code="330212")
    assert set(yinzhou.values_list("status", flat=True)) == set(ApplicationStatus.values)
    assert yinzhou.filter(fill_links__handed_over_at__isnull=False).count() == 1
    assert yinzhou.filter(versions__number=2, status="submitted").count() == 1
    assert not rows.filter(is_late=True).exists()
    assert set(rows.filter(type=PlatformType.INDUSTRY).values_list("created_by__username", flat=True)) == {"city"}


def test_the_register_holds_a_fact_from_each_source_and_few_of_each() -> None:
    counts = Counter(Ground.objects.values_list("source", flat=True))
    assert set(counts) == {"complaint", "fee", "follow_up", "activity", "hand", "self_report", "unreported"}
    assert max(counts.values()) < 10
    assert Ground.objects.get(source="activity").text.startswith("拒绝参加枢纽平台的服务活动")


def test_lists_that_are_not_public_are_made_up_for_the_demo() -> None:
    assert Town.objects.filter(is_strong=True).count() == 29
    assert Counter(Quota.objects.values_list("round__year", flat=True)) == dict.fromkeys(
        (2020, 2022, 2023, 2024, 2025, 2026), 17
    )
    assert Liaison.objects.count() == 6 * 17
    assert Counter(Complaint.objects.values_list("status", flat=True)) == {
        "received": 2, "examining": 1, "verified": 4, "unfounded": 1, "merged": 1,
    }  # fmt: skip


def test_whatever_was_sent_is_complete_and_frozen_as_it_was() -> None:
    rows = Application.objects.exclude(status=ApplicationStatus.DRAFT).select_related("round", "region", "town", "park")
    for row in rows.prefetch_related("versions"):
        form, latest = form_data(row), row.versions.last()
        assert completeness.gaps(form) == ()
        assert checks.nature_mismatch(row.operator_code, row.operator_nature) is None
        assert latest is not None
        assert latest.data == form
    for version in ApplicationVersion.objects.all():
        assert digest_of(version.data) == version.digest
    assert ApplicationVersion.objects.filter(number=2).exists()


def test_going_over_the_quota_has_its_reason() -> None:
    over = Application.objects.exclude(over_quota_reason="")
    assert Counter(over.values_list("round__year", "region__code")) == {
        (2020, "330203"): 1, (2020, "330281"): 1, (2024, "330203"): 1, (2025, "330203"): 1, (2025, "330212"): 1,
    }  # fmt: skip


def test_the_log_is_whole_in_order_and_not_ahead_of_its_time() -> None:
    assert list(audit.breaks()) == []
    # Parts of the demo are written one after the other: in order is what happened to one thing.
    told: dict[tuple[str, str], list[datetime]] = {}
    for kind, key, at in AuditEvent.objects.order_by("serial").values_list("object_type", "object_pk", "at"):
        told.setdefault((kind, key), []).append(at)
    # Below these hangs what several parts tell of.
    ordered = {kind for (kind, _), moments in told.items() if moments != sorted(moments)}
    assert ordered <= {"窗口平台", "年度", "申报表"}
    assert max(moments[-1] for moments in told.values()) < calendar.at(TODAY, 0)


def test_every_attachment_is_there_as_it_was_noted(demo: Demo) -> None:
    seen: set[str] = set()
    for row in Attachment.objects.all():
        path = demo.media / row.stored_name
        assert path.stat().st_size == row.size
        if row.digest not in seen:
            seen.add(row.digest)
            assert hashlib.sha256(path.read_bytes()).hexdigest() == row.digest
            with path.open("rb") as file:
                facts = inspect(row.shown_name, file, allowed=("pdf", "png"), max_bytes=100_000)
            assert facts.media_type == row.media_type
    assert 10 < len(seen) < 40
    assert path.stat().st_mode & 0o077 == 0


def test_platforms_of_a_county_lie_inside_it() -> None:
    outline = Outline(settings.MAP_OUTLINE)
    for row in Application.objects.filter(region__kind="county", longitude__isnull=False).select_related("region"):
        assert row.region is not None
        assert outline.holds(row.region.code, (float(row.longitude or 0), float(row.latitude or 0)))


def test_a_demo_of_several_times_the_size_keeps_the_shares() -> None:
    plan = World(TODAY, 3, Draw("三")).expanded(plans.FIRST)
    cixi = Counter(outcome[0] for _, outcome in plan["330282"])
    assert (cixi["D"], cixi.total()) == (6, 30)
    assert len({place for place, _ in plan["330282"]}) == 30


def test_every_place_of_a_plan_is_there_once() -> None:
    for plan in (plans.FIRST, plans.SMALL, plans.LAST, plans.CURRENT):
        assert set(plan) <= {*plans.QUOTAS, "市"}
        for text in plan.values():
            found = [item.partition(":")[0] for item in text.split()]
            assert len(found) == len(set(found))


def test_every_part_of_the_plans_is_played() -> None:
    """Nothing that the plans name is left out here, where the city has a place for each part."""
    for plan in (plans.FIRST, plans.SMALL, plans.LAST, plans.CURRENT):
        told = {staged().code(part): len(text.split()) for part, text in plan.items()}
        assert {code: len(pairs) for code, pairs in staged().plan(plan).items()} == told


def test_a_clock_before_the_rounds_of_the_demo_is_refused() -> None:
    with pytest.raises(Refusal, match="早于演示数据所需的 2026 年"):
        seed(today=date(2025, 12, 31), password=PASSWORD)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2027, 2, 28), date(2028, 2, 29), date(2031, 12, 31)])
def test_the_days_of_the_rounds_follow_one_another(today: date) -> None:
    rounds = [
        calendar.FIRST,
        calendar.small(today),
        calendar.last(today),
        calendar.judging(today),
        calendar.current(today),
    ]
    assert len({dates.year for dates in rounds}) == 5
    for dates in rounds:
        days = [day for _, first, last in dates.phases() for day in (first, last)]
        assert days == sorted(days)
        assert dates.opened < dates.due < dates.closed < dates.evaluated < dates.decided
    finished = rounds[:3]
    assert [dates.decided for dates in finished] == sorted(dates.decided for dates in finished)
    assert finished[-1].decided < rounds[-1].opened


def test_a_round_is_evaluated_today_and_shows_what_can_happen_in_it() -> None:
    evaluation = Evaluation.objects.get(round__year=2025)
    rows = list(evaluation.assessments.select_related("application", "self_report"))
    assert evaluation.self_reports_by < evaluation.first_scores_by < TODAY
    assert Counter(row.status for row in rows) == {"open": 14, "scored": 10}
    assert Counter(row.self_report.status for row in rows) == {
        "checked": 20, "waiting": 2, "returned": 1, "handed_in": 1,
    }  # fmt: skip
    assert sum(row.unreported_at is not None for row in rows) == 2
    sheets = Counter(Sheet.objects.filter(assessment__in=rows).values_list("kind", "status"))
    assert sheets == {
        ("county", "handed_in"): 20, ("county", "open"): 3,
        ("assessor", "handed_in"): 5, ("assessor", "open"): 2, ("third", "open"): 1,
    }  # fmt: skip
    # One gave way for a conflict, one was withdrawn after its county had handed in a score.
    assert Conflict.objects.filter(assessment__in=rows).count() == 1
    late = [row for row in rows if row.application.status == "withdrawn"]
    assert [row.sheets.get().status for row in late] == ["handed_in"]
    staged = [row for row in rows if row.staged_grade]
    assert len(staged) == 5
    assert [waits_for_second(row) for row in staged].count(True) == 1
    cutoffs = dict(evaluation.scheme.value().cutoffs)
    assert any(row.points is not None and close_to(Fraction(row.points), cutoffs) for row in rows)
    assert Flag.objects.count() == 2
    assert SiteVisit.objects.count() == 1
