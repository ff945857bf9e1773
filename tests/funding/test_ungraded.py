"""What a round was published without: declared, ungraded, and never seen in public (五·1)."""

from typing import Any

import pytest

from funding.runs.queries.tallies import tallies_of
from platforms.models import Application
from tests.evaluation import stage

pytestmark = pytest.mark.django_db


@pytest.mark.clause("N24")
def test_what_got_no_grade_counts_as_declared() -> None:
    publication = stage.published_round({"330212": {"A": 1, "D": 1, "open": 1, "scored": 1, "returned": 1, "draft": 1}})
    tally = next(each.tally for each in tallies_of(publication.round) if each.tally.code == "330212")
    assert (tally.declared, tally.grades) == (5, {"A": 1, "B": 0, "C": 0, "D": 1})


def test_the_public_reads_nothing_of_it(client: Any) -> None:
    publication = stage.published_round({"330212": {"A": 1, "open": 1, "returned": 1}})
    names = dict(Application.objects.values_list("number", "name"))
    public = client.get("/results/?round=2020").content.decode()
    assert publication.results.count() == 1
    assert names["SB2020-330212-001"] in public
    assert names["SB2020-330212-002"] not in public
    assert names["SB2020-330212-003"] not in public
    assert stage.REASON not in public
