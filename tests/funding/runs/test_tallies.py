"""The counts that a run starts from."""

from datetime import UTC, date, datetime, timedelta

import pytest

from evaluation.marking.late import Ungraded, WithdrawnLate
from evaluation.models import Assessment, Certification, Result
from funding.counting import Counts
from funding.readings import Counting, Reading, Revoked
from funding.runs.queries.tallies import COUNTING, Item, tallies_of
from funding.runs.services.runs import make_run
from platforms.errors import Refusal
from platforms.models import Application, ApplicationMove, Region, Round
from tests.evaluation.amendments.amending import corrected
from tests.evaluation.revocation.revoking import fact, revoked
from tests.evaluation.stage import city_officer, graded_round, moment, published_round
from tests.funding.naive import tally
from tests.funding.test_counting import WAYS
from tests.funding.worked import AT, LATER, locked

pytestmark = pytest.mark.django_db


def withdraw(*numbers: str) -> None:
    Application.objects.filter(number__in=numbers).update(status="withdrawn", withdrawn_at=moment(2020))


@pytest.mark.clause("N23")
def test_all_regions_are_counted_from_the_published_results_and_those_that_declared_nothing_too() -> None:
    publication = published_round({"330212": {"A": 4, "B": 3, "C": 2, "D": 1}, "HZW": {"C": 1}})
    tallies = tallies_of(publication.round)
    assert [each.tally.code for each in tallies.regions] == [*sorted(Region.objects.values_list("code", flat=True))]
    assert len(tallies.regions) == 17
    found = {each.tally.code: each.tally for each in tallies.regions if each.tally.declared}
    assert found == {
        "330212": tally("鄞州区", 10, 4, 3, 2, 1, code="330212"),
        "HZW": tally(found["HZW"].region, 1, 0, 0, 1, 0, code="HZW"),
    }
    assert tallies.industry.tally == tally(None, 0, 0, 0, 0, 0)


def test_key_industry_platforms_belong_to_no_region() -> None:
    publication = published_round({"330212": {"A": 1}, "HY": {"A": 2, "D": 1}})
    tallies = tallies_of(publication.round)
    assert tallies.industry.region is None
    assert tallies.industry.tally == tally(None, 3, 2, 0, 0, 1)
    assert sum(each.tally.declared for each in tallies.regions) == 1


@pytest.mark.clause("N24")
def test_declared_is_what_was_submitted_and_not_withdrawn() -> None:
    publication = published_round({"330212": {"A": 1, "returned": 3, "draft": 2}})
    withdraw("SB2020-330212-002", "SB2020-330212-003")
    found = next(each.tally for each in tallies_of(publication.round).regions if each.tally.code == "330212")
    assert (found.declared, found.withdrawn, found.count("A")) == (2, 2, 1)


@pytest.mark.clause("N23")
def test_a_round_that_is_not_published_has_no_counts() -> None:
    with pytest.raises(Refusal, match="2020年度认定结果尚未公布，不能测算资金。"):
        tallies_of(graded_round({"330212": {"A": 1}}))


def test_what_is_withdrawn_and_has_a_published_grade_all_the_same_is_refused_by_its_number() -> None:
    publication = published_round({"330212": {"A": 2}})
    withdraw("SB2020-330212-001")
    with pytest.raises(Refusal, match=r"^SB2020-330212-001已撤回，但有公布的认定结果，不能测算资金。$"):
        tallies_of(publication.round)


def test_another_round_does_not_count() -> None:
    first = published_round({"330212": {"A": 1}})
    published_round({"330212": {"B": 2}}, year=2021)
    found = [each.tally for each in tallies_of(first.round) if each.tally.declared]
    assert [(each.declared, each.count("A"), each.count("B")) for each in found] == [(1, 1, 0)]


@pytest.mark.parametrize("platforms", [1, 6])
def test_the_counts_cost_as_many_queries_for_one_platform_as_for_many(platforms, django_assert_num_queries) -> None:
    publication = published_round({"330212": {"A": platforms}, "HZW": {"B": platforms}, "HY": {"C": platforms}})
    with django_assert_num_queries(12):
        tallies_of(publication.round)


# What stands in which column, on real rounds.


def counts_in(round_: Round, counting: Counting = COUNTING, code: str = "330212") -> Counts:
    """The counts of one region of ``round_``."""
    return next(each.counts for each in tallies_of(round_, counting).regions if each.tally.code == code)


def item_in(round_: Round, number: str) -> Item:
    """How the application ``number`` is counted."""
    return next(item for each in tallies_of(round_) for item in each.items if item.application.number == number)


def withdrawn_after_a_score(number: str, grade: str) -> None:
    """Let the city have proposed ``grade`` before the operator withdrew, as the services leave it."""
    Assessment.objects.filter(application__number=number).update(proposed_grade=grade)
    row = Application.objects.get(number=number)
    withdraw(number)
    ApplicationMove.objects.create(
        application=row, name="withdraw", label="撤回申报", source=row.status, target="withdrawn", reason="场地到期",
        at=moment(2020), by=city_officer(),
    )  # fmt: skip


@pytest.mark.clause("N24")
def test_a_withdrawal_after_a_score_stands_as_what_was_proposed_with_its_day_and_reason() -> None:
    round_ = published_round({"330212": {"A": 2, "scored": 2}}).round
    withdrawn_after_a_score("SB2020-330212-003", "D")
    withdrawn_after_a_score("SB2020-330212-004", "B")
    found = counts_in(round_)
    assert (found.declared, dict(found.grades)) == (4, {"A": 2, "B": 0, "C": 0, "D": 1})
    assert (found.withdrawn_late, found.late_failing, found.withdrawn) == (1, 1, 0)
    item = item_in(round_, "SB2020-330212-003")
    assert item.counted == ("SB2020-330212-003", "withdrawn_late", "D", "grade", "D")
    assert (item.happened_on, item.reason, item.result) == (date(2020, 9, 28), "场地到期", None)
    found = counts_in(round_, Counting(withdrawn_late=WithdrawnLate.DECLARED))
    assert (found.declared, found.grades["D"], found.withdrawn_late) == (4, 0, 2)
    found = counts_in(round_, Counting(withdrawn_late=WithdrawnLate.OUT))
    assert (found.declared, found.grades["D"], found.withdrawn) == (2, 0, 2)


@pytest.mark.clause("N24")
def test_an_answer_that_never_came_is_declared_and_a_confirmed_refusal_is_marked_where_it_counts_as_d() -> None:
    round_ = published_round({"330212": {"A": 2, "open": 2, "returned": 1}}).round
    refuses = Application.objects.get(number="SB2020-330212-003")
    fact(refuses.platform, "refuses_evaluation", on=date(2020, 9, 28), at=moment(2020), text="拒绝现场核查")
    found = counts_in(round_)
    assert (found.declared, found.ungraded, found.grades["D"]) == (5, 3, 0)
    found = counts_in(round_, Counting(ungraded=Ungraded.AS_D))
    assert (found.declared, found.ungraded, found.grades["D"], found.refused_failing) == (5, 2, 1, 1)
    found = counts_in(round_, Counting(ungraded=Ungraded.OUT))
    assert (found.declared, found.ungraded, found.left_out, found.grades["D"]) == (2, 0, 3, 0)
    item = item_in(round_, refuses.number)
    assert (item.reported.standing, item.happened_on, item.reason) == ("refused", date(2020, 9, 28), "拒绝现场核查")


def revoke(round_: Round, at: datetime, code: str = "330212") -> None:
    """Revoke the first certified platform of the region, on its whole way."""
    held = Certification.objects.filter(result__publication__round=round_, result__region__code=code).order_by("pk")[0]
    revoked(held, on=at.date(), at=at)


def test_a_platform_revoked_since_the_publication_stays_declared_and_its_grade_counts_no_more() -> None:
    round_ = published_round({"330212": {"A": 2}}).round
    revoke(round_, AT)
    found = counts_in(round_)
    assert (found.declared, found.grades["A"], found.revoked) == (2, 1, 1)
    found = counts_in(round_, Counting(revoked=Revoked.COUNTED))
    assert (found.declared, found.grades["A"], found.revoked) == (2, 2, 0)
    [item] = [item for each in tallies_of(round_) for item in each.items if item.revoked_on]
    assert (item.reported.grade, item.revoked_on) == ("A", date(2020, 10, 12))


def test_a_correction_counts_revocations_up_to_the_first_lock_and_none_after_it(finance, finance2) -> None:
    round_ = published_round({"330212": {"A": 2}, "330203": {"A": 2}}).round
    revoke(round_, AT)
    old = locked(round_, finance, finance2)
    revoke(round_, LATER + timedelta(days=1), "330203")
    assert [counts_in(round_, code=code).revoked for code in ("330212", "330203")] == [1, 0]
    new = make_run(
        round=round_, pool_yuan=1_000_000, reading=Reading(), by=finance, at=LATER + timedelta(days=2), replaces=old
    )
    assert [new.rows.get(code=code).revoked for code in ("330212", "330203")] == [1, 0]
    assert [new.rows.get(code=code).grades["A"] for code in ("330212", "330203")] == [1, 2]


def test_a_revocation_at_the_moment_of_the_first_lock_counts_and_one_a_second_later_does_not() -> None:
    round_ = published_round({"330212": {"A": 1}}).round
    revoke(round_, LATER)
    for locked_at, number in ((LATER, 1), (LATER - timedelta(seconds=1), 0)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("funding.runs.queries.tallies.first_lock", lambda _round, at=locked_at: at)
            assert counts_in(round_).revoked == number


def test_a_grade_that_was_corrected_since_counts_as_corrected(monkeypatch) -> None:
    publication = published_round({"330212": {"A": 1, "B": 1}})
    at = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    old = Result.objects.get(publication=publication, grade="B")
    corrected(old, grade="D", grade_reason="申诉不成立。", on=date(2021, 5, 10), at=at)
    assert dict(counts_in(publication.round).grades) == {"A": 1, "B": 0, "C": 0, "D": 1}


@pytest.mark.parametrize("counting", WAYS)
def test_every_reported_application_of_a_round_is_one_item_of_its_region_whichever_way(counting) -> None:
    round_ = published_round({"330212": {"A": 2, "D": 1, "scored": 1, "open": 1, "returned": 1, "draft": 1}}).round
    withdrawn_after_a_score("SB2020-330212-004", "D")
    withdraw("SB2020-330212-006")
    tallies = tallies_of(round_, counting)
    items = [item for each in tallies for item in each.items]
    filed = Application.objects.filter(round=round_, submitted_at__isnull=False)
    assert sorted(item.application.number for item in items) == sorted(filed.values_list("number", flat=True))
    for each in tallies:
        assert each.counts.reported == len(each.items)
        assert (each.tally.declared, each.tally.withdrawn) == (each.counts.declared, each.counts.withdrawn)
