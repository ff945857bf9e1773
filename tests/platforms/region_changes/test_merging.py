"""Regions are merged: what is at work goes to who takes over, what is past stays, and the database holds the end."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from platforms.activities.choices import ActivityStatus
from platforms.applications.choices import ApplicationStatus
from platforms.applications.models.platform import Ban
from platforms.applications.queries.bans import barred_places
from platforms.applications.queries.quotas import quota_use
from platforms.applications.queries.reporting import reports_of
from platforms.applications.services import batches
from platforms.choices import PlatformType
from platforms.errors import Gone, Refusal
from platforms.models import (
    Activity,
    ApiToken,
    Application,
    AuditEvent,
    Liaison,
    Mail,
    Platform,
    PlatformMonth,
    Quota,
    Region,
    RegionChange,
    RegionMonth,
    RegionSuccession,
    Round,
    Town,
    User,
)
from platforms.reference.choices import RegionKind
from platforms.reference.queries.regions import regions_on
from platforms.region_changes.queries.wanted import Newcomer
from platforms.region_changes.services import change_regions
from platforms.rounds.choices import RoundStatus
from platforms.service_records.services import tokens
from tests import factories
from tests.platforms.region_changes.changes import DAY, carried_out, plan, wanted
from tests.platforms.supervised import platform_of, record_of

pytestmark = pytest.mark.django_db


def planned_activity(by: User) -> Activity:
    row = factories.activity_of(by, held_on=DAY + timedelta(7))
    nothing_yet = {"reported_at": None, "reported_by": None, "people": None, "enterprises": None}
    Activity.objects.filter(pk=row.pk).update(status=ActivityStatus.PLANNED, **nothing_yet)
    return row


def problems(asked, at: datetime) -> list[str]:
    return plan(asked, at).problems


def test_what_ends_has_its_last_day_before_the_first_of_the_new_order(regions, city: User, now: datetime) -> None:
    yinzhou, cixi = regions["330212"], regions["330282"]
    made = carried_out(wanted(yinzhou, main=cixi), city, now)
    yinzhou.refresh_from_db()
    cixi.refresh_from_db()
    assert (yinzhou.valid_until, cixi.valid_until, cixi.inherits) == (date(2026, 4, 9), None, [yinzhou.pk])
    assert [yinzhou in regions_on(day) for day in (date(2026, 4, 9), DAY)] == [True, False]
    assert list(made.successions.values_list("predecessor", "successor")) == [(yinzhou.pk, cixi.pk)]
    assert (made.effective_on, made.main, made.decided_by, made.decided_at) == (DAY, cixi, city, now)


def test_two_go_to_a_new_one_that_begins_on_the_day(regions, city: User, now: datetime) -> None:
    one, other = regions["HZW"], regions["DQH"]
    newcomer = Newcomer("YDXQ", "甬东新区管委会", RegionKind.ZONE, regions["330282"])
    made = carried_out(wanted(one, other, newcomer=newcomer), city, now)
    assert (made.main.code, made.main.host, made.main.valid_from) == ("YDXQ", regions["330282"], DAY)
    assert Region.objects.get(code="YDXQ").inherits == sorted((one.pk, other.pk))
    assert set(Region.objects.exclude(valid_until=None).values_list("code", flat=True)) == {"HZW", "DQH"}


def test_who_takes_over_again_takes_over_everything_that_came_before(regions, city: User, now: datetime) -> None:
    first, second, third = regions["330212"], regions["330282"], regions["330281"]
    carried_out(wanted(first, main=second), city, now)
    carried_out(
        wanted(Region.objects.get(pk=second.pk), main=third, effective_on=DAY + timedelta(1)), city, now + timedelta(1)
    )
    third.refresh_from_db()
    assert third.inherits == sorted((first.pk, second.pk))


def test_the_officers_go_along_and_their_open_sessions_end(
    regions, city: User, yinzhou: User, browser_of, now: datetime
) -> None:
    browser = browser_of(yinzhou)
    assert browser.get("/desk/").status_code == 200
    carried_out(wanted(regions["330212"], main=regions["330282"]), city, now)
    yinzhou.refresh_from_db()
    assert (yinzhou.region, yinzhou.is_active) == (regions["330282"], True)
    assert browser.get("/desk/").status_code == 302


def test_the_officers_are_switched_off_where_the_city_says_so(
    regions, city: User, yinzhou: User, cixi: User, now: datetime
) -> None:
    carried_out(wanted(regions["330212"], main=regions["330282"], close_officers=True), city, now)
    yinzhou.refresh_from_db()
    cixi.refresh_from_db()
    assert (yinzhou.region, yinzhou.is_active, cixi.is_active) == (regions["330212"], False, True)


def test_places_and_platforms_go_along_and_keep_their_codes(regions, city: User, now: datetime) -> None:
    one, other = regions["330212"], regions["330282"]
    platform, park = platform_of(one), factories.park(one)
    carried_out(wanted(one, main=other), city, now)
    platform.refresh_from_db()
    park.refresh_from_db()
    assert (platform.region, platform.code, platform.town.region, park.region) == (other, "330212-001", other, other)
    assert platform.town.moved_on == DAY
    assert set(Region.objects.filter(host=one)) == set()
    assert regions["DQH"].host == one
    assert Region.objects.get(code="DQH").host == other


def test_what_the_platforms_did_is_counted_with_who_takes_over(regions, city: User, now: datetime) -> None:
    one, other = regions["330212"], regions["330282"]
    platform = platform_of(one)
    record_of(platform, 1)
    month = {"month": date(2026, 4, 1), "service_class": "information", "records": 1}
    PlatformMonth.objects.create(platform=platform, **month)
    RegionMonth.objects.create(region=one, **month)
    assert list(RegionMonth.objects.values_list("region", "records")) == [(one.pk, 1)]
    carried_out(wanted(one, main=other), city, now)
    assert dict(RegionMonth.objects.values_list("region", "records")) == {one.pk: 0, other.pk: 1}


def test_forms_of_the_round_at_work_go_along_and_those_of_a_published_one_stay(
    regions, city: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    one, other = regions["330212"], regions["330282"]
    past = factories.round_of(2025)
    old = factories.submitted(yinzhou, past, now)
    Round.objects.filter(pk=past.pk).update(status=RoundStatus.PUBLISHED, published_on=date(2025, 9, 28))
    draft, filed = factories.draft(yinzhou, round_2026, now), factories.submitted(yinzhou, round_2026, now)
    carried_out(wanted(one, main=other), city, now)
    assert dict(Application.objects.values_list("pk", "region")) == {
        old.pk: one.pk,
        draft.pk: other.pk,
        filed.pk: other.pk,
    }
    assert dict(Application.objects.values_list("pk", "status"))[filed.pk] == ApplicationStatus.SUBMITTED


@pytest.mark.clause("N09")
def test_quotas_of_a_round_at_work_are_added_up_and_those_of_a_published_one_stay(
    regions, city: User, round_2026: Round, now: datetime
) -> None:
    one, other, third = regions["330212"], regions["330282"], regions["330281"]
    past = factories.round_of(2025, RoundStatus.PUBLISHED, published_on=date(2025, 9, 28))
    for round_, region, places in (
        (past, one, 7),
        (round_2026, one, 8),
        (round_2026, other, 9),
        (round_2026, third, 1),
    ):
        Quota.objects.create(round=round_, region=region, places=places)
    carried_out(wanted(one, main=other), city, now)
    assert set(Quota.objects.values_list("round", "region", "places")) == {
        (past.pk, one.pk, 7), (round_2026.pk, other.pk, 17), (round_2026.pk, third.pk, 1),
    }  # fmt: skip
    carried_out(wanted(Region.objects.get(pk=third.pk), main=regions["330213"]), city, now)
    assert quota_use(round=round_2026, region=regions["330213"]).places == 1


def test_the_liaison_officer_goes_along_unless_there_is_one(
    regions, city: User, yinzhou: User, cixi: User, round_2026: Round, now: datetime
) -> None:
    factories.liaison(round_2026, yinzhou.region, yinzhou, now)
    carried_out(wanted(regions["330212"], main=regions["330281"]), city, now)
    assert Liaison.objects.get().region == regions["330281"]
    factories.liaison(round_2026, cixi.region, cixi, now)
    carried_out(wanted(regions["330281"], main=regions["330282"], effective_on=DAY), city, now)
    assert Liaison.objects.get().region == regions["330282"]


def test_who_reported_before_has_reported_afterwards(
    regions, city: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    one, other = regions["330212"], regions["330282"]
    factories.liaison(round_2026, one, yinzhou, now)
    draft = factories.complete_application(yinzhou, round_2026, now)
    batches.report(round=round_2026, region=one, applications={draft: draft.version}, by=yinzhou, at=now)
    carried_out(wanted(one, main=other), city, now)
    found = {each.region.code: each for each in reports_of(round_2026, on=DAY) if each.region}
    assert "330212" not in found
    assert (found["330282"].has_reported, found["330282"].reported, found["330282"].used) == (True, 1, 1)


def test_a_hub_goes_on_sending_under_the_name_that_its_records_are_kept_under(
    regions, city: User, yinzhou: User, now: datetime
) -> None:
    one, other = regions["330212"], regions["330282"]
    platform = platform_of(one)
    token, text = tokens.issue(region=one, days=30, by=yinzhou, at=now)
    carried_out(wanted(one, main=other), city, now)
    found = tokens.find(text, at=now)
    assert found is not None
    assert (found.pk, found.region, tokens.source_of(found)) == (token.pk, other, "region:330212")
    assert platform in tokens.platforms_of(found)


def test_an_activity_that_is_not_reported_goes_along_and_one_that_is_stays(
    regions, city: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    one, other = regions["330212"], regions["330282"]
    planned, reported = planned_activity(yinzhou), factories.activity_of(yinzhou, held_on=DAY - timedelta(8))
    carried_out(wanted(one, main=other), city, now)
    assert dict(Activity.objects.values_list("pk", "region")) == {planned.pk: other.pk, reported.pk: one.pk}


def test_zones_that_each_have_a_platform_of_their_own_keep_both(regions, city: User, now: datetime) -> None:
    one, other = regions["HZW"], regions["DQH"]
    codes = [_zone_itself(zone, number).code for number, zone in enumerate((one, other), start=1)]
    ban = Ban.objects.create(
        site_key=f"zone:{one.pk}", starts_on=DAY, ends_on=date(2029, 4, 9), site_label=one.name, reason="撤销认定"
    )
    carried_out(wanted(one, main=other), city, now)
    found = {row.code: row for row in Platform.objects.filter(code__in=codes)}
    assert [found[code].region for code in codes] == [other, other]
    assert [found[code].former_zone for code in codes] == [one, None]
    assert [found[code].site_key for code in codes] == [ban.site_key, f"zone:{other.pk}"]
    assert found[codes[0]].site_name == one.name


def test_a_zone_that_goes_on_under_another_name_keeps_its_place_as_its_own(regions, city: User, now: datetime) -> None:
    platform = _zone_itself(regions["HZW"], 1)
    newcomer = Newcomer("QWXQ", "前湾新区管委会", RegionKind.ZONE, regions["330282"])
    made = carried_out(wanted(regions["HZW"], newcomer=newcomer), city, now)
    platform.refresh_from_db()
    assert (platform.region, platform.former_zone, platform.site_key) == (made.main, None, f"zone:{made.main_id}")


@pytest.mark.clause("N35")
def test_a_zone_is_kept_out_under_its_new_name_as_long_as_under_the_old(regions, city: User, now: datetime) -> None:
    zone = regions["HZW"]
    terms = {"starts_on": date(2025, 1, 1), "ends_on": date(2027, 12, 31), "reason": "撤销认定"}
    Ban.objects.create(site_key=f"zone:{zone.pk}", site_label=zone.name, **terms)
    newcomer = Newcomer("QWXQ", "前湾新区管委会", RegionKind.ZONE, regions["330282"])
    made = carried_out(wanted(zone, newcomer=newcomer), city, now)
    assert list(barred_places({f"zone:{made.main_id}"}, on=date(2027, 12, 31))) == [f"zone:{made.main_id}"]
    assert barred_places({f"zone:{made.main_id}"}, on=date(2028, 1, 1)) == {}
    assert AuditEvent.objects.filter(verb="承接限制申报", object_code="QWXQ").count() == 1


def _zone_itself(zone: Region, number: int) -> Platform:
    return Platform.objects.create(
        region=zone, type=PlatformType.FUNCTIONAL_ZONE, code=f"{zone.code}-{number:03d}", name=f"{zone.name}窗口平台",
        operator_name="服务中心", operator_code=factories.credit_code(number), accepted_on=date(2026, 4, 1),
    )  # fmt: skip


def test_mails_about_the_round_at_work_go_along(
    regions, city: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    factories.liaison(round_2026, yinzhou.region, yinzhou, now)
    factories.accepted(yinzhou, round_2026, now, city=city)
    assert set(Mail.objects.values_list("region", flat=True)) == {yinzhou.region_id}
    carried_out(wanted(regions["330212"], main=regions["330282"]), city, now)
    assert set(Mail.objects.values_list("region", flat=True)) == {regions["330282"].pk}


def test_the_plan_names_and_counts_what_goes_along_and_what_stays(
    regions, city: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    one, other = regions["330212"], regions["330282"]
    factories.liaison(round_2026, one, yinzhou, now)
    platform_of(one, "姜山窗口平台")
    Quota.objects.create(round=round_2026, region=one, places=8)
    factories.draft(yinzhou, round_2026, now)
    asked = plan(wanted(one, main=other), now)
    assert asked.problems == []
    assert [str(item) for item in asked.carried] == [
        "账号 1 个：yinzhou员（转入慈溪市，须重新登录）",
        "乡镇（街道） 2 个：第1街道、测试1街道",
        "所辖管委会 2 个：东钱湖旅游度假区、国家高新技术产业开发区",
        "窗口平台 1 个：姜山窗口平台",
        "2026年度申报表 1 份：鄞州区测试1街道中小企业公共服务窗口平台（草稿 1 份）",
        "名额 1 个：2026年度鄞州区 8 个（并入承接地区）",
        "联络员 1 名：2026年度鄞州区（承接地区已有的，以其为准）",
    ]
    assert asked.staying == []


def test_each_thing_carried_over_is_in_the_log(
    regions, city: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    one, other = regions["330212"], regions["330282"]
    factories.liaison(round_2026, one, yinzhou, now)
    platform_of(one)
    factories.park(one)
    Quota.objects.create(round=round_2026, region=one, places=8)
    factories.draft(yinzhou, round_2026, now)
    planned_activity(yinzhou)
    tokens.issue(region=one, days=30, by=yinzhou, at=now)
    before = AuditEvent.objects.count()
    carried_out(wanted(one, main=other), city, now)
    events = AuditEvent.objects.order_by("serial")[before:]
    assert [(event.verb, event.actor) for event in events] == [
        (verb, "city")
        for verb in (
            "更改角色",
            "办理地区合并、改设",
            "划转乡镇（街道）",
            "划转乡镇（街道）",
            "修改地区",
            "修改地区",
            "划转小微企业园",
            "划转窗口平台",
            "划转申报表",
            "修改名额",
            "删除名额",
            "划转联络员",
            "划转服务活动",
            "划转接口令牌",
            "撤并地区",
        )
    ]
    assert events[1].reason == "甬政发〔2026〕12号；行政区划调整"
    assert events[14].changes == {"最后有效日": ["", "2026-04-09"], "承接地区": ["", "慈溪市"]}


# Why not -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 4, 11), ["生效日期2026年4月11日未到，请在当日或之后办理。"]),
        (date(2026, 4, 10), []),
        (date(2025, 9, 29), []),
        (
            date(2025, 9, 28),
            ["生效日期须晚于最近一次公布认定结果之日（2025年9月28日），已公布的结果不因地区调整而改变。"],
        ),
    ],
)
def test_the_day_lies_after_the_last_publication_and_not_ahead(
    regions, now: datetime, day: date, told: list[str]
) -> None:
    factories.round_of(2025, RoundStatus.PUBLISHED, published_on=date(2025, 9, 28))
    assert problems(wanted(regions["330212"], main=regions["330282"], effective_on=day), now) == told


def test_while_a_round_is_evaluated_nothing_is_merged(regions, round_2026: Round, now: datetime) -> None:
    asked = wanted(regions["330212"], main=regions["330282"])
    Round.objects.update(status=RoundStatus.EVALUATING)
    assert problems(asked, now) == []
    Round.objects.update(counted_fixed_at=now, counted_from=date(2026, 4, 18), counted_until=date(2026, 7, 25))
    assert problems(asked, now) == ["2026年度已启动绩效评价，请在公布认定结果的次日起办理，评价结果按原地区公布。"]


def test_what_has_ended_neither_ends_again_nor_takes_over(regions, city: User, now: datetime) -> None:
    one, other, third = regions["330212"], regions["330282"], regions["330281"]
    carried_out(wanted(one, main=other), city, now)
    one.refresh_from_db()
    gone = ["“鄞州区”已于2026年4月9日之后撤并。"]
    assert problems(wanted(one, main=third), now) == gone
    assert problems(wanted(third, main=one), now) == gone
    # What was asked for before says what is so by now all the same.
    one.valid_until = None
    with pytest.raises(Refusal, match="已于2026年4月9日之后撤并"):
        change_regions(wanted=wanted(one, main=third), seen="", by=city, at=now)


def test_a_region_that_is_new_does_not_end_on_its_first_day(regions, city: User, now: datetime) -> None:
    newcomer = Newcomer("YDXQ", "甬东新区管委会", RegionKind.ZONE, regions["330282"])
    made = carried_out(wanted(regions["HZW"], newcomer=newcomer), city, now)
    later = wanted(made.main, main=regions["DQH"], effective_on=DAY + timedelta(1))
    assert problems(wanted(made.main, main=regions["DQH"]), now) == [
        "“甬东新区管委会”自2026年4月10日设立，生效日期须晚于该日。"
    ]
    assert problems(later, now + timedelta(1)) == []


@pytest.mark.parametrize(
    ("ending", "main", "more", "told"),
    [
        ((), "330282", {}, "请选择撤并的地区。"),
        (("330212",), None, {}, "请选择一个承接地区，或填写新设的地区，二者选一。"),
        (("330212",), "330212", {}, "“鄞州区”既撤并又承接，请核对。"),
        (("330212",), "HZW", {}, "区县（市）由区县（市）承接，不能由管委会承接。"),
        (("330212",), None, {"newcomer": Newcomer("330282", "新区", RegionKind.COUNTY)}, "代码“330282”已被使用"),
        (("330212",), None, {"newcomer": Newcomer("330299", "慈溪市", RegionKind.COUNTY)}, "名称“慈溪市”已被使用"),
    ],
)
def test_parties_that_do_not_go_together_are_refused(regions, now: datetime, ending, main, more, told) -> None:
    asked = wanted(*(regions[code] for code in ending), main=regions[main] if main else None, **more)
    assert told in problems(asked, now)[0]


def test_two_towns_or_parks_of_one_name_do_not_meet(regions, now: datetime) -> None:
    one, other = regions["330212"], regions["330282"]
    for region in (one, other):
        factories.town(region, "中河街道")
        factories.park(region, "兴业小微企业园")
    assert problems(wanted(one, main=other), now) == [
        "乡镇（街道）“中河街道”划入后在慈溪市重名，请先更名。",
        "小微企业园“兴业小微企业园”划入后在慈溪市重名，请先更名。",
    ]


def test_what_has_changed_since_it_was_looked_at_is_looked_at_again(regions, city: User, now: datetime) -> None:
    asked = wanted(regions["330212"], main=regions["330282"])
    seen = plan(asked, now).digest
    factories.park(regions["330212"])
    with pytest.raises(Gone, match="请重新核对后再办理"):
        change_regions(wanted=asked, seen=seen, by=city, at=now)
    assert not RegionChange.objects.exists()
    assert not Region.objects.exclude(valid_until=None).exists()


def test_only_the_city_changes_regions(regions, yinzhou: User, security: User, finance: User, now: datetime) -> None:
    asked = wanted(regions["330212"], main=regions["330282"])
    for person in (yinzhou, security, finance):
        with pytest.raises(Refusal, match="您没有合并、新设、撤销地区的权限。"):
            change_regions(wanted=asked, seen="", by=person, at=now)


@pytest.mark.parametrize(("field", "told"), [("reason", "请填写“事由”。"), ("document_number", "请填写“文号”。")])
def test_a_change_has_reason_and_document(regions, city: User, now: datetime, field: str, told: str) -> None:
    with pytest.raises(Refusal, match=told):
        carried_out(wanted(regions["330212"], main=regions["330282"], **{field: " "}), city, now)


# What the database holds ---------------------------------------------------------------------------------------------


def test_the_database_refuses_to_open_an_ended_region_again_or_to_change_the_record(
    regions, city: User, now: datetime
) -> None:
    one, other = regions["330212"], regions["330282"]
    made = carried_out(wanted(one, main=other), city, now)
    ended = Region.objects.filter(pk=one.pk)
    for change in ({"valid_until": None}, {"valid_until": date(2026, 5, 1)}, {"name": "鄞县"}, {"code": "330227"}):
        with pytest.raises(IntegrityError, match="已撤并的地区不得修改或删除"), transaction.atomic():
            ended.update(**change)
    records = (RegionChange.objects.filter(pk=made.pk), RegionSuccession.objects.filter(change=made))
    for rows, change in zip(records, ({"reason": "其他"}, {"successor": one}), strict=True):
        with pytest.raises(IntegrityError, match="地区调整记录不得修改或删除"), transaction.atomic():
            rows.update(**change)


def test_the_database_lets_only_what_goes_on_take_over_what_has_ended(regions, city: User, now: datetime) -> None:
    one, other, third = regions["330212"], regions["330282"], regions["330281"]
    made = carried_out(wanted(one, main=other), city, now)
    for predecessor, successor in ((other, third), (third, one), (other, one)):
        with pytest.raises(IntegrityError, match="只能由存续的地区承接已撤并的地区"), transaction.atomic():
            RegionSuccession.objects.create(change=made, predecessor=predecessor, successor=successor)


def test_the_database_refuses_an_end_before_the_beginning(regions) -> None:
    rows = Region.objects.filter(code="330212")
    rows.update(valid_from=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(valid_until=DAY - timedelta(1))
    assert rows.update(valid_until=DAY) == 1


def test_nothing_is_given_to_what_has_ended(regions, city: User, round_2026: Round, now: datetime) -> None:
    from django.core.exceptions import ValidationError

    one = regions["330212"]
    carried_out(wanted(one, main=regions["330282"]), city, now)
    one.refresh_from_db()
    told = "“鄞州区”的最后有效日为2026年4月9日，请选择承接它的地区。"
    for row in (
        Town(code="330212901", name="新街道", kind="subdistrict", region=one),
        Quota(round=round_2026, region=one, places=1),
        Region(code="XZ", name="新管委会", kind=RegionKind.ZONE, host=one),
    ):
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert refused.value.messages == [told]
    assert ApiToken.objects.count() == 0
