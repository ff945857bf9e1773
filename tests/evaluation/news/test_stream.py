"""What became public of late, from every room, as one stream."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from evaluation.examples import services as examples
from evaluation.models import Publication, Result
from evaluation.news.entries import Entry, latest_of
from evaluation.news.queries import entries, latest
from platforms.models import Region, User
from tests.evaluation.amendments.amending import corrected
from tests.evaluation.stage import published_round

NOON = datetime(2026, 11, 29, 4, tzinfo=UTC)


def entry(key: str, minutes: int = 0) -> Entry:
    return Entry(key, "新闻动态", key, f"/news/{key}/", NOON + timedelta(minutes=minutes))


def test_the_latest_come_first_and_no_more_than_asked_for() -> None:
    found = [entry("b"), entry("a"), entry("late", 5), entry("early", -5)]
    assert [each.key for each in latest_of(found, 3)] == ["late", "a", "b"]


@pytest.mark.django_db
@pytest.mark.clause("N38")
def test_notice_results_correction_and_example_are_one_stream(regions: dict[str, Region], city: User) -> None:
    publication: Publication = published_round({"330212": {"A": 1, "B": 1}}, year=2025)
    line = Result.objects.get(publication=publication, grade="A")
    now = timezone.now()
    values = {"title": "把政策送进车间", "text": "走访 40 家企业。", "picture_alt": ""}
    examples.publish(example=examples.write(platform=line.platform, values=values, by=city, at=now), by=city, at=now)
    found = {each.kind: each for each in entries(timezone.now())}
    notice = publication.round.public_notices.get()
    assert {kind: (each.title, each.url) for kind, each in found.items()} == {
        "公示": ("2025年度拟认定名单公示", f"/notice/{notice.number}/"),
        "认定结果": ("2025年度认定结果", "/results/?round=2025"),
        "典型案例": ("把政策送进车间", f"/examples/{line.platform.good_examples.get().pk}/"),
    }
    assert found["公示"].at < found["认定结果"].at < found["典型案例"].at
    fixed = corrected(
        Result.objects.get(publication=publication, grade="B"),
        on=timezone.localdate(),
        at=timezone.now(),
        grade="A",
        grade_reason="核对原始材料后更正。",
    )
    first = latest(1, timezone.now())[0]
    assert (first.kind, first.url, first.summary) == ("更正", f"/results/{fixed.code}/", fixed.amendment.public_reason)


@pytest.mark.django_db
def test_what_is_not_yet_public_is_no_news(regions: dict[str, Region]) -> None:
    publication = published_round({"330212": {"A": 1}}, year=2025)
    assert [each.kind for each in entries(publication.published_at - timedelta(seconds=1))] == ["公示"]
    publication_of_before = entries(publication.published_at - timedelta(days=300))
    assert publication_of_before == []
