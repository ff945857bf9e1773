"""Who is in operation on a day, and every list, choice and count that asks it; the past stays readable."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from platforms.activities import queries as activities
from platforms.applications.choices import EndedWhy
from platforms.applications.queries.standings import in_operation, lately_in_operation, operations
from platforms.applications.services import standings
from platforms.errors import Refusal
from platforms.models import Application, AuditEvent, Platform, Region, Round, ServiceRecord, Standing, User
from platforms.planning.queries import overlap as planning
from platforms.rectifications import queries as rectifications
from platforms.rectifications import services as orders
from platforms.service_records.admin import IssueForm
from platforms.service_records.desk.record import platform_choices
from platforms.service_records.queries import statistics as service_statistics
from platforms.service_records.services import records as service_records
from platforms.service_records.services import tokens as api_tokens
from platforms.system_links import queries as link_states
from platforms.system_links import services as findings
from platforms.workbench.queries import figures as workbench
from platforms.workbench.queries.scope import Scope
from tests import factories
from tests.platforms.service_records.cast import row
from tests.platforms.supervised import platform_of, record_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
#: The day of the revocation in these tests, and the moment at which it is written down.
END, AT = date(2026, 7, 1), datetime(2026, 7, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def ended(regions: dict[str, Region], round_2026: Round, city: User) -> Platform:
    """A platform that stood from April 2026 and was revoked on 1 July, beside one that stands."""
    made = platform_of(regions["330212"], "撤销平台")
    platform_of(regions["330212"], "运营平台")
    standings.end(platform=made, on=END, why=EndedWhy.REVOKED, by=city, at=AT)
    return made


def names(rows: Any) -> list[str]:
    return [each.name for each in rows]


@pytest.mark.parametrize(("on", "found"), [(END - DAY, ["撤销平台", "运营平台"]), (END, ["运营平台"])])
def test_every_list_and_count_of_platforms_at_work_ends_on_the_day(
    ended: Platform, city: User, yinzhou: User, on: date, found: list[str]
) -> None:
    everybody = Platform.objects.visible_to(yinzhou)
    assert names(in_operation(everybody, on).order_by("code")) == found
    assert names(activities.platforms_to_invite(yinzhou, on=on)) == found
    assert names(rectifications.platforms_for(yinzhou, on)) == found
    assert names(link_states.listed(yinzhou, link_states.Choice(), on)) == found
    assert link_states.own(yinzhou, on).count() == len(found)
    assert link_states.owing(on)[ended.region_id or 0].unlinked == len(found)
    assert [each.platform.name for each in planning.places(yinzhou, on=on)] == found
    scope = Scope(yinzhou, None, on)
    assert names(workbench.BY_KEY["platforms"].rows(scope)) == found
    assert workbench.BY_KEY["platforms"].numbers(scope)["all"].top == len(found)
    lines = service_statistics.per_platform(yinzhou, since=on.replace(day=1), until=on)
    assert [each.platform.name for each in lines] == found


def test_the_rule_of_the_rows_is_that_of_the_day(ended: Platform, cixi: User, city: User, now: datetime) -> None:
    form = factories.accepted(cixi, Round.objects.get(), now, city=city)
    days = [date(2026, 3, 31), date(2026, 4, 1), now.date() - DAY, now.date(), END - DAY, END, date(2027, 1, 1)]
    known = operations(list(Platform.objects.values_list("pk", flat=True)))
    for day in days:
        found = set(in_operation(Platform.objects.all(), day).values_list("pk", flat=True))
        assert found == {pk for pk, each in known.items() if each.on(day)}
    assert form.platform_id in {pk for pk, each in known.items() if each.on(date(2027, 1, 1))}


def test_a_candidate_is_in_operation_from_acceptance_until_the_day_of_publication(
    yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    form = factories.accepted(yinzhou, round_2026, now, city=city)
    everybody, published = Platform.objects.all(), date(2026, 9, 28)

    def found(day: date) -> bool:
        (known,) = operations([form.platform_id or 0]).values()
        both = {in_operation(everybody, day).exists(), known.on(day)}
        assert len(both) == 1
        return both.pop()

    assert [found(day) for day in (now.date() - DAY, now.date(), published)] == [False, True, True]
    Round.objects.update(status="published", published_on=published)
    assert [found(day) for day in (published - DAY, published)] == [True, False]
    Round.objects.update(published_on=None)
    assert found(published - DAY) is False


def test_a_revocation_also_ends_a_candidacy_that_was_accepted_before_it(
    ended: Platform, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    form = factories.draft(yinzhou, round_2026, now, town=ended.town)
    rows = Application.objects.filter(pk=form.pk)
    for accepted_at, goes_on in ((AT - DAY, False), (AT + DAY, True)):
        rows.update(status="accepted", submitted_at=now, accepted_at=accepted_at, platform=ended)
        day = END + 2 * DAY
        assert in_operation(Platform.objects.filter(pk=ended.pk), day).exists() is goes_on
        assert operations([ended.pk])[ended.pk].on(day) is goes_on


def test_a_late_record_of_a_past_day_is_taken_and_one_of_a_later_day_is_not(
    ended: Platform, yinzhou: User, now: datetime
) -> None:
    late = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)
    given = [row(number, ended.code, served_on=day) for number, day in enumerate(["2026-06-30", "2026-07-01"])]
    done = service_records.take_in(
        rows=given, source="hand:330212", platforms=Platform.objects.visible_to(yinzhou), by=yinzhou, at=late
    )
    assert done.created == 1
    assert [(each.index, each.field, each.message) for each in done.rejected] == [
        (1, "served_on", "该平台在服务日期不在运营期内，不能登记这一天的服务记录。")
    ]
    assert AuditEvent.objects.filter(verb="登记服务记录").count() == 1
    record = ServiceRecord.objects.get()
    service_records.correct(record=record, values={"summary": "更正"}, reason="笔误", by=yinzhou, at=late)
    with pytest.raises(Refusal, match="不在运营期内"):
        service_records.correct(record=record, values={"served_on": "2026-07-02"}, reason="笔误", by=yinzhou, at=late)


def test_a_platform_that_ended_lately_is_offered_last_and_named_as_ended(
    regions: dict[str, Region], round_2026: Round, yinzhou: User, city: User
) -> None:
    at = datetime.now(UTC)
    today, months = at.date(), timedelta(days=120)
    for name, back in (("早已终止", timedelta(days=91)), ("刚刚终止", timedelta(days=2))):
        gone = platform_of(regions["330212"], name, stands=False)
        Standing.objects.create(
            platform=gone, certificate=f"NB-{back.days}", notice=factories.notice(), starts_on=today - months,
            ends_on=today + months, known_at=at, ended_on=today - back, ended_why="given_up", ended_at=at,
            ended_by=city,
        )  # fmt: skip
    platform_of(regions["330212"], "运营平台")
    assert [words for _, words in platform_choices(yinzhou)] == [
        "运营平台", "刚刚终止（已终止运营，仅可补录终止前的服务）",
    ]  # fmt: skip
    old = Platform.objects.get(name="早已终止")
    assert old.code in dict(platform_choices(yinzhou, also=old))
    assert set(names(lately_in_operation(Platform.objects.all(), today))) == {"运营平台", "刚刚终止"}
    choices = dict(IssueForm(person=yinzhou).fields["holder"].choices)  # type: ignore[attr-defined]
    assert [words.split(" ")[1] for _, words in choices["窗口平台"]] == ["运营平台"]


def test_nothing_new_is_begun_with_a_platform_that_is_not_in_operation(
    ended: Platform, yinzhou: User, city: User
) -> None:
    with pytest.raises(Refusal, match="不在运营期内"):
        orders.open_one(
            platform=ended,
            finder="county",
            clause="conditions.venue",
            problem="无场地",
            due_on=END + DAY,
            by=yinzhou,
            at=AT,
        )
    with pytest.raises(Refusal, match="不在运营期内"):
        api_tokens.issue(platform=ended, by=yinzhou, at=AT)
    with pytest.raises(Refusal, match="不在运营期内"):
        findings.note(platform=ended, linked=True, on=END, method="接口", by=yinzhou, at=AT)
    # Before the end it was at work, and what was found then may be written down later.
    assert findings.note(platform=ended, linked=True, on=END - DAY, method="接口", by=yinzhou, at=AT).linked


def test_the_past_of_a_platform_that_ended_stays_readable(ended: Platform, yinzhou: User, browser_of: Any) -> None:
    record = record_of(ended, 1)
    browser: Client = browser_of(yinzhou)
    assert record.enterprise.name in browser.get(f"/desk/services/?platform={ended.code}").content.decode()
    assert ended.name in browser.get(f"/admin/platforms/platform/{ended.pk}/change/").content.decode()


def test_lists_in_operation_cost_one_question_whatever_their_number(
    regions: dict[str, Region], round_2026: Round
) -> None:
    asked = []
    for number in (1, 29):
        for _ in range(number):
            platform_of(regions["330212"])
        with CaptureQueriesContext(connection) as queries:
            list(in_operation(Platform.objects.all(), END))
        with CaptureQueriesContext(connection) as more:
            operations(list(Platform.objects.values_list("pk", flat=True)))
        asked.append((len(queries), len(more)))
    assert asked == [(1, 4), (1, 4)]
