"""The counts that a run starts from."""

import pytest

from funding.runs.queries.tallies import tallies_of
from platforms.errors import Refusal
from platforms.models import Application, Region
from tests.evaluation.stage import graded_round, moment, published_round
from tests.funding.naive import tally

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
