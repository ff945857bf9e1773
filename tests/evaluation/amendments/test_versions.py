"""The versions of a published round, put together from what is frozen."""

from datetime import date, timedelta

import pytest

from evaluation.amendments.queries import versions
from evaluation.models import Publication, Result
from tests.evaluation.amendments import amending
from tests.evaluation.stage import moment, published_round

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N36")]
DAY = date(2021, 3, 1)
AT = moment(2021)


@pytest.fixture
def publication() -> Publication:
    """A round of three platforms, of which two were changed, one of them twice."""
    made = published_round({"330212": {"A": 3}}, year=2020)
    for number, (code, name) in enumerate((("330212-001", "甲"), ("330212-002", "乙"), ("330212-001", "丙"))):
        old = Result.objects.current().get(publication=made, code=code)
        at = AT + timedelta(minutes=number)
        amending.changed(old, {"name": name}, on=DAY, at=at, public_reason=f"改为{name}")
    return made


def names(publication: Publication, number: int) -> list[str]:
    return [row.name[-1] for row in versions.lines_of(publication, number)]


def test_each_act_makes_a_version_with_every_line_once(publication: Publication) -> None:
    first = Result.objects.filter(publication=publication, version=1).order_by("code")
    old = [row.name[-1] for row in first]
    assert [names(publication, number) for number in (1, 2, 3, 4)] == [
        old, ["甲", old[1], old[2]], ["甲", "乙", old[2]], ["丙", "乙", old[2]],
    ]  # fmt: skip
    assert [row.pk for row in versions.lines_of(publication, 4)] == list(
        Result.objects.current().filter(publication=publication).order_by("code").values_list("pk", flat=True)
    )


def test_a_version_says_what_it_changed_when_and_why(publication: Publication) -> None:
    found = versions.versions(publication)
    assert [(each.number, each.code, each.name, each.kind, each.reason) for each in found] == [
        (1, "", "", "", ""), (2, "330212-001", "甲", "变更", "改为甲"), (3, "330212-002", "乙", "变更", "改为乙"),
        (4, "330212-001", "丙", "变更", "改为丙"),
    ]  # fmt: skip
    assert [each.at for each in found] == [publication.published_at, *(AT + timedelta(minutes=n) for n in range(3))]
    assert [versions.exists(publication, number) for number in range(6)] == [False, True, True, True, True, False]


def test_each_line_says_in_which_versions_it_stands(publication: Publication) -> None:
    published_round({"330282": {"A": 1}}, year=2023)
    found = [
        (row.publication.round.year, row.code, row.version, place.since, place.until, place.reason)
        for row, place in versions.all_lines()
    ]
    assert found == [
        (2023, "330282-001", 1, 1, None, ""),
        (2020, "330212-001", 1, 1, 1, "改为甲"),
        (2020, "330212-001", 2, 2, 3, "改为丙"),
        (2020, "330212-001", 3, 4, None, ""),
        (2020, "330212-002", 1, 1, 2, "改为乙"),
        (2020, "330212-002", 2, 3, None, ""),
        (2020, "330212-003", 1, 1, None, ""),
    ]
    for number in (1, 2, 3, 4):
        there = [
            row.pk
            for row, place in versions.all_lines()
            if row.publication_id == publication.pk and place.since <= number and number <= (place.until or number)
        ]
        assert there == [row.pk for row in versions.lines_of(publication, number)]
