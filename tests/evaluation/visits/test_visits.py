"""Site visits: recorded, put right and withdrawn until the grade is confirmed; each office reads what is for it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from evaluation.marking.services import staging
from evaluation.models import Assessment, SiteVisit
from evaluation.visits import queries, services
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.files.choices import EvidenceKind
from platforms.files.services import evidence
from platforms.models import AuditEvent, EvidenceFile, Region, User
from platforms.stored_files import read
from tests import factories
from tests.evaluation import stage
from tests.platforms.test_guards import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(regions: dict[str, Region]) -> Assessment:
    stage.graded_round({"330212": {"scored": 1}, "330282": {"open": 1}})
    return Assessment.objects.get(application__region__code="330212")


@pytest.fixture
def recorded(assessment: Assessment, yinzhou: User, now: datetime) -> Any:
    def record(by: User = yinzhou, **changes: Any) -> SiteVisit:
        facts = {"visited_on": date(2026, 4, 9), "people": "赵某、钱某", "findings": "场地与填报一致"}
        return services.record(application=assessment.application, **{**facts, **changes}, by=by, at=now)

    return record


def changed(row: SiteVisit, by: User, at: datetime, **changes: Any) -> SiteVisit:
    facts = {
        "visited_on": row.visited_on, "people": row.people, "findings": "面积为 300 平方米", "reason": "测量更正",
        "revision": row.revision,
    }  # fmt: skip
    return services.change(visit=row, **{**facts, **changes}, by=by, at=at)


def last() -> AuditEvent:
    return AuditEvent.objects.order_by("-serial")[0]


def test_a_county_records_puts_right_and_withdraws_a_visit(recorded: Any, yinzhou: User, now: datetime) -> None:
    row = recorded()
    assert (row.number, row.side, row.revision, row.recorded_by) == ("XC-2026-0001", "county", 1, yinzhou)
    assert (last().verb, last().object_code) == ("登记现场核查", "XC-2026-0001")
    row = changed(row, yinzhou, now)
    assert (row.findings, row.revision, row.changed_by, row.changed_at) == ("面积为 300 平方米", 2, yinzhou, now)
    assert (last().verb, last().reason) == ("修改现场核查", "测量更正")
    assert last().changes == {"核查情况": ["场地与填报一致", "面积为 300 平方米"]}
    row = services.withdraw(visit=row, reason="记错平台", by=yinzhou, at=now)
    assert (row.withdrawn_by, row.withdrawn_at, row.withdrawal_reason) == (yinzhou, now, "记错平台")
    assert (last().verb, last().reason) == ("撤回现场核查", "记错平台")
    for act in (
        lambda: changed(row, yinzhou, now),
        lambda: services.withdraw(visit=row, reason="x", by=yinzhou, at=now),
    ):
        with pytest.raises(Gone):
            act()
    assert list(queries.visits_of(row.assessment, yinzhou)) == []
    assert SiteVisit.objects.visible_to(yinzhou).get() == row


def test_what_the_city_found_is_not_read_by_the_county(
    recorded: Any, assessment: Assessment, yinzhou: User, cixi: User, city: User, finance: User
) -> None:
    county, own = recorded(), recorded(by=city)
    assert (county.side, own.side) == ("county", "city")
    assert (county.region, own.region) == (yinzhou.region, None)
    for person, rows in ((city, {county, own}), (yinzhou, {county}), (cixi, set()), (finance, set())):
        assert set(SiteVisit.objects.visible_to(person)) == rows
        assert set(queries.visits_of(assessment, person)) == rows


def test_each_office_changes_its_own_visits_only(
    recorded: Any, yinzhou: User, cixi: User, city: User, now: datetime
) -> None:
    county, own = recorded(), recorded(by=city)
    for row, person in ((county, city), (own, yinzhou), (county, cixi)):
        with pytest.raises(Refusal, match=r"^现场核查由登记的一方修改或撤回。$"):
            changed(row, person, now)
        with pytest.raises(Refusal, match=r"^现场核查由登记的一方修改或撤回。$"):
            services.withdraw(visit=row, reason="x", by=person, at=now)
    assert changed(own, city, now).revision == 2


def test_the_officer_of_another_county_and_finance_record_nothing(recorded: Any, cixi: User, finance: User) -> None:
    with pytest.raises(Refusal, match=r"^这个平台不在评价中，不能登记现场核查。$"):
        recorded(by=cixi)
    with pytest.raises(Refusal, match=r"^您没有登记现场核查的权限。$"):
        recorded(by=finance)
    assert not SiteVisit.objects.exists()


def test_once_the_grade_is_confirmed_no_visit_is_recorded_or_changed(
    recorded: Any, assessment: Assessment, yinzhou: User, city: User, now: datetime
) -> None:
    row = recorded()
    assert list(queries.visitable(yinzhou)) == [assessment.application]
    staging.stage(assessment=assessment, grade=assessment.proposed_grade, by=city, at=now)
    assert list(queries.visitable(yinzhou)) == [assessment.application]
    staging.apply_staged(evaluation=assessment.evaluation, by=city, at=now)
    assert list(queries.visitable(yinzhou)) == []
    for act in (
        recorded,
        lambda: changed(row, yinzhou, now),
        lambda: services.withdraw(visit=row, reason="x", by=yinzhou, at=now),
    ):
        with pytest.raises(Refusal, match=f"^{services.CLOSED}$"):
            act()
    # The sheet can still be printed, and the visit read.
    assert list(queries.judged(yinzhou)) == [assessment.application]
    assert list(queries.visits_of(assessment, yinzhou)) == [row]


def test_a_visit_that_was_changed_since_is_not_overwritten(recorded: Any, yinzhou: User, now: datetime) -> None:
    row = recorded()
    changed(row, yinzhou, now)
    with pytest.raises(StaleVersion):
        changed(row, yinzhou, now, revision=1)
    with pytest.raises(Refusal, match=r"^请填写“修改理由”。$"):
        changed(row, yinzhou, now, revision=2, reason=" ")


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"visited_on": date(2026, 4, 11)}, "visited_on", "核查日期不能晚于今天。"),
        ({"visited_on": date(2025, 4, 8)}, "visited_on", "核查日期早于一年以前，请核对年份。"),
        ({"people": " "}, "people", "请填写“核查人员”。"),
        ({"findings": ""}, "findings", "请填写“核查情况”。"),
        ({"findings": "字" * 2001}, "findings", "“核查情况”最多 2000 个字，现为 2001 个字。"),
    ],
)
def test_a_visit_that_is_not_whole_is_refused_at_its_place(
    recorded: Any, changes: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        recorded(**changes)
    assert (refusal.value.field, str(refusal.value)) == (field, sentence)


@pytest.mark.parametrize("day", [date(2026, 4, 10), date(2025, 4, 9)])
def test_a_visit_of_today_and_of_a_year_ago_is_recorded(recorded: Any, day: date) -> None:
    assert recorded(visited_on=day).visited_on == day


def test_a_photo_is_kept_without_what_the_phone_wrote_into_it(recorded: Any, yinzhou: User, now: datetime) -> None:
    row = recorded()
    exif = b"\xff\xe1\x00\x0aExif\x00\x00GP"
    taken = factories.JPEG[:2] + exif + factories.JPEG[2:]
    for name, content, kind in (
        ("现场.jpg", taken, EvidenceKind.VISIT),
        ("整改.jpg", taken, EvidenceKind.RECTIFICATION),
        ("记录.pdf", factories.PDF, EvidenceKind.VISIT),
    ):
        upload = factories.upload(name, content)
        evidence.add(kind=kind, key=row.pk, region=row.region, upload=upload, by=yinzhou, at=now)
    photo, other, paper = (EvidenceFile.objects.get(shown_name=name) for name in ("现场.jpg", "整改.jpg", "记录.pdf"))
    assert read(photo.stored_name) == factories.JPEG
    assert photo.size == len(factories.JPEG)
    # What proves something else is kept byte for byte.
    assert read(other.stored_name) == taken
    assert read(paper.stored_name) == factories.PDF


def test_the_photos_of_the_city_are_opened_by_no_county(
    recorded: Any, yinzhou: User, city: User, now: datetime
) -> None:
    for by in (yinzhou, city):
        row = recorded(by=by)
        upload = factories.upload("现场.jpg", factories.JPEG)
        evidence.add(kind=EvidenceKind.VISIT, key=row.pk, region=row.region, upload=upload, by=by, at=now)
    assert EvidenceFile.objects.visible_to(city).count() == 2
    assert EvidenceFile.objects.visible_to(yinzhou).get().uploaded_by == yinzhou


@pytest.mark.trust("T49")
def test_the_database_keeps_whose_visit_it_was_and_what_was_withdrawn(
    recorded: Any, yinzhou: User, city: User, now: datetime
) -> None:
    sentence = "现场核查撤回后不得修改，登记不得删除"
    row = recorded()
    rows = SiteVisit.objects.all()
    for change in ({"side": "city"}, {"number": "X"}, {"recorded_by": city}, {"recorded_at": now - timedelta(1)}, {}):
        refused(rows, sentence, **change)
    services.withdraw(visit=row, reason="记错平台", by=yinzhou, at=now)
    for change in ({"findings": "别的"}, {"withdrawal_reason": "别的"}, {"visited_on": date(2026, 4, 1)}):
        refused(rows, sentence, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"changed_at": datetime(2026, 4, 10, tzinfo=UTC)},
        {"withdrawn_at": datetime(2026, 4, 10, tzinfo=UTC)},
        {"withdrawal_reason": "x"},
    ],
)
def test_an_act_without_who_and_when_is_refused(recorded: Any, change: dict[str, Any]) -> None:
    row = recorded()
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteVisit.objects.filter(pk=row.pk).update(**change)


def test_the_page_of_a_platform_lists_what_one_reads(
    assessment: Assessment, recorded: Any, yinzhou: User, city: User, browser_of: Any
) -> None:
    recorded()
    recorded(by=city, findings="市级复核")
    platform = assessment.application.platform
    assert platform is not None
    listed = {}
    for person in (yinzhou, city):
        answer = browser_of(person).get(f"/admin/platforms/platform/{platform.pk}/change/")
        (found,) = [each for each in answer.context["sections"] if each["key"] == "visits"]
        listed[person.username] = sorted(row["cells"][4] for row in found["rows"])
        assert browser_of(person).get(found["links"][0]["url"]).context["cl"].result_count == found["count"]
    assert listed == {"yinzhou": ["场地与填报一致"], "city": ["场地与填报一致", "市级复核"]}
