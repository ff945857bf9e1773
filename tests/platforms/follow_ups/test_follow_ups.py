"""Calls after a service: a sample of the records, what enterprises say, and where that contradicts the record."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from platforms.errors import Refusal, StaleVersion
from platforms.follow_ups import queries
from platforms.follow_ups import services as follow_ups
from platforms.follow_ups.services import Rule
from platforms.models import AuditEvent, FollowUp, FollowUpSample, Platform, Region, ServiceRecord, User
from tests.platforms.supervised import platform_of, record_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N39")]
MONTH = {"from_on": date(2026, 3, 1), "until_on": date(2026, 4, 10)}


@pytest.fixture
def places(regions: dict[str, Region]) -> list[Platform]:
    """Two platforms of 鄞州区 and one of 慈溪市, each with ten records for ten enterprises."""
    made = [platform_of(regions[code]) for code in ("330212", "330212", "330282")]
    for number in range(30):
        record_of(made[number % 3], number + 1)
    return made


def drawn(by: User, at: datetime, **more: Any) -> FollowUpSample:
    rule: dict[str, Any] = {**MONTH, "size": 5, "seed": "s1"} | more
    return follow_ups.draw_sample(rule=Rule(**rule), by=by, at=at)


def said(call: FollowUp, by: User, at: datetime, **more: Any) -> FollowUp:
    values: dict[str, Any] = {"result": "confirmed", "version": call.version} | more
    return follow_ups.note_call(call=call, by=by, at=at, **values)


def refused(call: Any, *args: Any, **more: Any) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        call(*args, **more)
    return refusal.value.field, str(refusal.value)


def identities(sample: FollowUpSample) -> list[str]:
    return list(sample.calls.order_by("position").values_list("external_id", flat=True))


def test_the_same_rule_gives_the_same_sample_until_the_records_change(
    places: list[Platform], yinzhou: User, now: datetime
) -> None:
    first, again, other = (drawn(yinzhou, now, seed=seed) for seed in ("s1", "s1", "s2"))
    assert [each.number for each in (first, again, other)] == ["HF-2026-001", "HF-2026-002", "HF-2026-003"]
    assert identities(first) == identities(again) != identities(other)
    assert (first.digest, first.population, first.region) == (again.digest, 20, yinzhou.region)
    assert follow_ups.drawn_again(first) == (first.digest, 20)
    ServiceRecord.objects.filter(external_id=identities(first)[0]).update(cancelled_at=now, cancel_reason="重复")
    digest, population = follow_ups.drawn_again(first)
    assert (digest == first.digest, population) == (False, 19)
    # What was drawn stays as it was, whatever becomes of the record.
    assert len(identities(first)) == 5


def test_what_a_record_said_is_kept_beside_the_call(places: list[Platform], yinzhou: User, now: datetime) -> None:
    sample = drawn(yinzhou, now, size=1)
    call = sample.calls.get()
    record = ServiceRecord.objects.get(external_id=call.external_id)
    ServiceRecord.objects.filter(pk=record.pk).update(fee=Decimal(300), satisfaction=1, version=2)
    call.refresh_from_db()
    assert (call.record, call.recorded_fee, call.recorded_satisfaction, call.record_version) == (record, 0, 5, 1)
    ServiceRecord.objects.filter(pk=record.pk).delete()
    assert FollowUp.objects.get().record is None


def test_a_rule_narrows_and_a_county_draws_from_its_own(
    places: list[Platform], city: User, yinzhou: User, regions: dict[str, Region], now: datetime
) -> None:
    assert drawn(city, now, size=500).population == 30
    assert drawn(city, now, of_region=regions["330282"]).population == 10
    assert drawn(yinzhou, now, platform=places[1]).population == 10
    record_of(places[0], 99, service_class="law", served_on=date(2026, 4, 9))
    assert identities(drawn(yinzhou, now, service_class="law")) == ["99"]
    assert identities(drawn(yinzhou, now, from_on=date(2026, 4, 9))) == ["99"]
    even = drawn(yinzhou, now, size=6, by_platform=True)
    assert sorted(even.calls.values_list("platform__code", flat=True)) == [places[0].code] * 3 + [places[1].code] * 3
    for number in range(200, 210):
        record_of(places[0], number, enterprise=7, served_on=date(2026, 3, 1))
    assert drawn(yinzhou, now, until_on=date(2026, 3, 1), size=9).calls.count() == 1
    assert drawn(yinzhou, now, until_on=date(2026, 3, 1), size=9, once_per_enterprise=False).calls.count() == 9


def test_a_seed_is_made_where_none_is_given_and_written_down(places: list[Platform], city: User, now: datetime) -> None:
    sample = drawn(city, now, seed=" ")
    assert len(sample.seed) == 16
    event = AuditEvent.objects.latest("serial")
    assert (event.verb, event.changes["抽样随机数"], event.changes["样本量"]) == (
        "抽取回访样本", [None, sample.seed], [None, 5],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "field", "sentence"),
    [
        ({"until_on": date(2026, 2, 1)}, "until_on", "截止日期不能早于起始日期。"),
        ({"from_on": date(2024, 4, 1)}, "until_on", "服务日期的范围最长两年。"),
        ({"from_on": date(2026, 4, 11), "until_on": date(2026, 4, 12)}, "from_on", "起始日期不能晚于今天。"),
        ({"size": 0}, "size", "样本量应在 1 至 500 之间。"),
        ({"size": 501}, "size", "样本量应在 1 至 500 之间。"),
        ({"seed": "种子"}, "seed", "抽样随机数由 1 至 32 个字母、数字或短横线组成。"),
        ({"service_class": "x"}, "service_class", "请从列出的服务类别中选择。"),
        (
            {"from_on": date(2026, 3, 1), "until_on": date(2026, 3, 2)}, "",
            "没有符合条件的服务记录，请调整地区、平台、类别或服务日期。",
        ),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused(
    places: list[Platform], yinzhou: User, now: datetime, more: dict[str, Any], field: str, sentence: str
) -> None:
    assert refused(drawn, yinzhou, now, **more) == (field, sentence)
    assert not FollowUpSample.objects.exists()


def test_nobody_draws_from_others(
    places: list[Platform], yinzhou: User, cixi: User, city: User, finance: User, regions: dict[str, Region],
    now: datetime,
) -> None:  # fmt: skip
    assert refused(drawn, finance, now) == ("", "您没有抽取回访样本的权限。")
    assert refused(drawn, yinzhou, now, of_region=regions["330282"]) == (
        "of_region", "只能从本地区的服务记录中抽取。",
    )  # fmt: skip
    assert refused(drawn, yinzhou, now, platform=places[2]) == ("platform", "只能从本地区平台的服务记录中抽取。")
    assert refused(drawn, city, now, platform=places[2], of_region=regions["330212"]) == (
        "platform", "所选平台不在所选地区。",
    )  # fmt: skip
    mine, cities = drawn(yinzhou, now), drawn(city, now)
    assert list(queries.samples_of(cixi)) == []
    assert list(queries.samples_of(yinzhou)) == [mine]
    assert list(queries.samples_of(city)) == [cities, mine]
    no = ("", "这个样本由抽取样本的一方回访，您不能登记。")
    assert refused(said, mine.calls.first(), city, now) == no
    assert refused(said, cities.calls.first(), yinzhou, now) == no


def test_a_call_is_written_down_and_a_contradiction_flagged(
    places: list[Platform], yinzhou: User, yinzhou2: User, city: User, cixi: User, now: datetime
) -> None:
    sample = drawn(yinzhou, now)
    one, two, three, four, five = sample.calls.order_by("position")
    assert queries.next_open(sample) == one
    done = said(one, yinzhou, now, satisfaction=4, fee_taken=False, phone="０５７４-87654321", note="满意")
    assert (done.phone, done.version, done.called_by, done.satisfaction_differs) == ("0574-87654321", 2, yinzhou, False)
    said(two, yinzhou, now + timedelta(minutes=1), satisfaction=3, fee_taken=True)
    said(three, yinzhou, now + timedelta(minutes=2), result="not_confirmed", note="没有来过")
    said(four, yinzhou, now + timedelta(minutes=3), result="not_reached")
    assert queries.next_open(sample, after=4) == five
    assert queries.tally(sample) == {
        "all": 5, "confirmed": 2, "not_confirmed": 1, "not_reached": 1, "refused": 0, "open": 1, "differs": 2,
    }  # fmt: skip
    assert list(queries.calls_of(sample, "differs")) == [two, three]
    assert list(queries.calls_of(sample, "open")) == [five]
    assert list(queries.calls_of(sample, "not_reached")) == [four]
    assert list(queries.different(yinzhou)) == [three, two]
    assert list(queries.different(city, platform=two.platform.code, since=date(2026, 4, 10))) == [
        call for call in (three, two) if call.platform_id == two.platform_id
    ]
    assert list(queries.different(city, since=date(2026, 4, 11))) == []
    assert list(queries.different(cixi)) == []
    assert list(queries.to_call(yinzhou2)) == [five]
    assert list(queries.to_call(city)) == []
    shown = queries.samples_of(yinzhou).get()
    assert (shown.drawn, shown.called, shown.different) == (5, 4, 2)


def test_a_second_entry_takes_the_place_of_the_first_and_the_log_keeps_both(
    places: list[Platform], yinzhou: User, yinzhou2: User, now: datetime
) -> None:
    call = drawn(yinzhou, now).calls.order_by("position")[0]
    said(call, yinzhou, now, result="not_reached")
    with pytest.raises(StaleVersion, match="已由他人登记"):
        said(call, yinzhou2, now)
    call.refresh_from_db()
    again = said(call, yinzhou2, now, satisfaction=5)
    assert (again.result, again.version, again.called_by) == ("confirmed", 3, yinzhou2)
    assert AuditEvent.objects.latest("serial").changes == {"回访结果": ["未接通", "属实"], "回访满意度": [None, 5]}


@pytest.mark.parametrize(
    ("more", "field", "sentence"),
    [
        ({"result": ""}, "result", "请选择回访结果。"),
        ({"satisfaction": 6}, "satisfaction", "满意度为 1 至 5 的整数。"),
        (
            {"result": "refused", "satisfaction": 3}, "satisfaction",
            "只有企业确认接受过服务（结果为“属实”）时，才登记满意度和收费。",
        ),
        (
            {"result": "not_confirmed", "fee_taken": True}, "fee_taken",
            "只有企业确认接受过服务（结果为“属实”）时，才登记满意度和收费。",
        ),
        (
            {"phone": "123"}, "phone",
            "“123”不是有效的电话号码，请填写手机号码，或带区号的固定电话，如 0574-87654321。",
        ),
        ({"phone": "1" * 61}, "phone", "“回访电话”最多 60 个字，现为 61 个字。"),
        ({"note": "字" * 401}, "note", "“回访情况”最多 400 个字，现为 401 个字。"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_entry_is_said_at_its_place(
    places: list[Platform], yinzhou: User, now: datetime, more: dict[str, Any], field: str, sentence: str
) -> None:
    call = drawn(yinzhou, now).calls.order_by("position")[0]
    assert refused(said, call, yinzhou, now, **more) == (field, sentence)
    call.refresh_from_db()
    assert (call.result, call.version) == ("", 1)


def test_a_sample_is_never_changed(places: list[Platform], yinzhou: User, now: datetime) -> None:
    drawn(yinzhou, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUpSample.objects.update(seed="x")
    assert FollowUpSample.objects.get().seed == "s1"


def test_the_figures_of_each_region(
    places: list[Platform], city: User, yinzhou: User, cixi: User, now: datetime
) -> None:
    sample = drawn(yinzhou, now, size=4)
    one, two, three = sample.calls.order_by("position")[:3]
    said(one, yinzhou, now, satisfaction=5, fee_taken=True)
    said(two, yinzhou, now, satisfaction=4)
    said(three, yinzhou, now, result="not_confirmed")
    drawn(cixi, now, size=2)
    mine, other = queries.figures_of(city)
    assert (mine.name, mine.drawn, mine.called, mine.reached, mine.confirmed, mine.fees, mine.different) == (
        "鄞州区", 4, 3, 3, 2, 1, 2,
    )  # fmt: skip
    assert (mine.share, mine.satisfaction, mine.recorded, mine.is_small) == (2 / 3, 4.5, 5.0, False)
    assert (other.name, other.drawn, other.share, other.satisfaction, other.is_small) == ("慈溪市", 2, None, None, True)
    assert [each.name for each in queries.figures_of(yinzhou)] == ["鄞州区"]
    assert queries.figures_of(city, from_on=date(2026, 4, 2)) == []
    assert len(queries.figures_of(city, until_on=date(2026, 4, 1))) == 2
