"""An objection from the form to the changed list, through the notice that two officers opened."""

from datetime import UTC, date, datetime, timedelta

import pytest

from evaluation.models import Assessment, PublicNotice
from evaluation.public_notice.queries import objections as queries
from evaluation.public_notice.queries.findings import before_publishing
from evaluation.public_notice.services import notices, objections
from platforms.models import Region, User
from platforms.rounds.readiness import Weight
from tests.evaluation import stage
from tests.evaluation.public_notice.noticed import WORDS

pytestmark = pytest.mark.django_db
OPENED = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)
AFTER = date(2026, 9, 28)


@pytest.fixture
def notice(regions: dict[str, Region]) -> PublicNotice:
    """A notice of five working days that begins on 10 September 2026: a B and a D."""
    round_ = stage.confirmed_round({"330212": {"B": 1, "D": 1}}, year=2026)
    return stage.opened(stage.proposed(round_, at=OPENED), at=OPENED)


def sentences(notice: PublicNotice) -> str:
    return "".join(each.full for each in before_publishing(notice.round, AFTER))


@pytest.mark.clause("N20")
def test_an_upheld_objection_is_worked_off_before_anything_is_published(notice: PublicNotice, city: User) -> None:
    at = OPENED + timedelta(days=1)
    about = Assessment.objects.get(evaluation__round=notice.round_id, grade="B")
    row, _ = objections.file(
        notice=notice, assessment=about, channel="form", name="宁波某某机械有限公司", phone="13812345678", text=WORDS,
        sender_hash="a" * 64, at=at,
    )  # fmt: skip
    assert row.number in sentences(notice)
    objections.assign(objection=row, to=city, by=city, at=at)
    assert row.number in sentences(notice)
    objections.answer(objection=row, outcome="upheld", text="属实", by=city, at=at)
    # Neither forgotten nor a reason to publish nothing: where the list stays as it is, somebody says why.
    nothing_changed = f"有 1 件异议已采纳或部分采纳，公示名单没有相应变动：{row.number}。"
    told = [(each.full, each.weight) for each in before_publishing(notice.round, AFTER) if row.number in each.full]
    assert told == [(nothing_changed, Weight.ASKS)]
    Assessment.objects.filter(pk=about.pk).update(grade="C")
    about.refresh_from_db()
    notices.amend(notice=notice, assessment=about, reason="经复核更正", objection=row, by=city, at=at)
    assert [(line.grade, line.version) for line in queries.changed_by(row)] == [("C", 2)]
    assert [line.grade for line in queries.listed(notice)] == ["C"]
    assert row.number not in sentences(notice)


def test_the_unit_of_what_is_not_public_objects_by_its_link_and_nobody_by_the_form(notice: PublicNotice) -> None:
    failed = Assessment.objects.get(evaluation__round=notice.round_id, grade="D")
    facts = {"name": "某镇企业服务中心", "phone": "0574-87654321", "text": WORDS, "sender_hash": "a" * 64}
    made, _ = objections.file(notice=notice, assessment=failed, channel="link", at=OPENED, **facts)
    assert (made.channel, [line.grade for line in queries.listed(notice)]) == ("link", ["B"])
