"""Records come in: each row answered by itself, the same again changes nothing, something else is a correction."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import (
    AuditEvent,
    Enterprise,
    Platform,
    PlatformMonth,
    PlatformReach,
    RegionMonth,
    ServiceRecord,
    ServiceRecordPast,
    User,
)
from platforms.service_records.services import records as service_records
from platforms.service_records.services import recount as service_recount
from platforms.service_records.services.records import CANCELLED, NO_SUCH_PLATFORM, Outcome, Rejected
from tests import factories
from tests.platforms.service_records.cast import AT, platform, row

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N03")]


@pytest.fixture
def platforms(regions: Any) -> list[Platform]:
    """Two of 鄞州区, one of 慈溪市, one of the city."""
    return [
        platform(regions["330212"]),
        platform(regions["330212"], 2),
        platform(regions["330282"]),
        platform(None),
    ]


def send(*rows: Any, source: str = "region:330212", by: User | None = None) -> Outcome:
    within = Platform.objects.filter(region__code="330212") if by is None else Platform.objects.visible_to(by)
    return service_records.take_in(rows=rows, source=source, platforms=within, by=by, actor="接口：鄞州区", at=AT)


@pytest.mark.parametrize("fee", ["0", "0.07", "99999999.99"])
def test_no_fee_passes_through_a_float(platforms: list[Platform], fee: str) -> None:
    sent: list[Any] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.extend(value for row in (params if many else [params or ()]) for value in row)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        assert send(row(1, fee=fee)) == Outcome(1, 0, 0, ())
    assert [value for value in sent if isinstance(value, float)] == []
    assert ServiceRecord.objects.get().fee == Decimal(fee)


def agrees() -> bool:
    return service_recount.differences() == ()


def test_a_good_row_is_kept_as_it_says(platforms: list[Platform]) -> None:
    code = factories.credit_code(1)
    given = row(
        1, enterprise_code=f" {code.lower()} ", fee="12.5", satisfaction=4, summary="一行\n两行", service_class="law",
        served_by="王工", result="referred",
    )  # fmt: skip
    assert send(given) == Outcome(1, 0, 0, ())
    kept = ServiceRecord.objects.select_related("enterprise").get()
    assert (kept.platform, kept.enterprise.code, kept.enterprise.name) == (platforms[0], code, "宁波企业1有限公司")
    assert (kept.service_class, kept.free_category, kept.served_on, kept.channel) == (
        "law", "", date(2026, 4, 1), "phone",
    )  # fmt: skip
    assert (str(kept.fee), kept.satisfaction, kept.summary) == ("12.50", 4, "一行 两行")
    assert (kept.served_by, kept.result, kept.source, kept.external_id) == ("王工", "referred", "region:330212", "FW-1")
    assert (kept.version, kept.received_at, kept.entered_by, kept.cancelled_at) == (1, AT, None, None)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.object_code) == ("登记服务记录", "接口：鄞州区", "region:330212")
    assert event.reason == "新增 1 条，更正 0 条，未变 0 条，未收 0 条"


@pytest.mark.trust("T12")
def test_the_same_batch_again_changes_nothing(platforms: list[Platform]) -> None:
    rows = [row(number) for number in range(5)]
    send(*rows)
    before = list(ServiceRecord.objects.values())
    assert send(*rows) == Outcome(0, 0, 5, ())
    assert list(ServiceRecord.objects.values()) == before
    assert (ServiceRecordPast.objects.count(), AuditEvent.objects.count()) == (0, 1)
    assert agrees()


@pytest.mark.trust("T12")
def test_another_content_is_a_correction_that_keeps_the_old(platforms: list[Platform]) -> None:
    send(row(1, fee="5"), row(2))
    changed = row(
        1, fee=8, platform="330212-002", served_on="2026-03-31", service_class="law",
        enterprise_code=factories.credit_code(9), enterprise_name="另一企业",
    )  # fmt: skip
    assert send(changed, row(2)) == Outcome(0, 1, 1, ())
    kept = ServiceRecord.objects.get(external_id="FW-1")
    assert (kept.version, str(kept.fee), kept.platform, kept.enterprise.name) == (2, "8.00", platforms[1], "另一企业")
    past = ServiceRecordPast.objects.get()
    assert (past.record, past.version, past.replaced_at, past.replaced_by, past.actor, past.reason) == (
        kept, 1, AT, None, "接口：鄞州区", "",
    )  # fmt: skip
    assert past.data == {
        "platform": "330212-001",
        "enterprise_name": "宁波企业1有限公司",
        "enterprise_code": factories.credit_code(2),
        "service_class": "information",
        "free_category": "",
        "served_on": "2026-04-01",
        "channel": "phone",
        "fee": "5.00",
        "satisfaction": "",
        "summary": "答复政策咨询",
        "served_by": "",
        "result": "settled",
    }
    assert agrees()


def test_bad_rows_are_named_and_good_ones_kept(platforms: list[Platform]) -> None:
    outcome = send(row(1), row(2, fee="-1"), row(3, channel="fax"), row(4, served_on="2026-04-11"), {}, row(6))
    assert (outcome.created, ServiceRecord.objects.count()) == (2, 2)
    assert outcome.rejected == (
        Rejected(1, "FW-2", "fee", "收费不得小于 0。"),
        Rejected(2, "FW-3", "channel", "服务方式须为下列代码之一：hall、online、onsite、phone。"),
        Rejected(3, "FW-4", "served_on", "服务日期不能晚于今天。"),
        Rejected(4, "", "external_id", "请填写来源编号。"),
    )


@pytest.mark.trust("T08")
def test_a_foreign_platform_and_an_unknown_one_are_answered_alike(platforms: list[Platform]) -> None:
    outcome = send(row(1, "330282-001"), row(2, "330282-999"), row(3, "HY-001"))
    assert outcome.rejected == tuple(
        Rejected(index, f"FW-{index + 1}", "platform", NO_SUCH_PLATFORM) for index in range(3)
    )
    assert not ServiceRecord.objects.exists()
    assert not Enterprise.objects.exists()


def test_a_number_twice_in_one_batch(platforms: list[Platform]) -> None:
    outcome = send(row(1), row(1), row(1, fee="3"), row(2, fee="x"), row(2))
    assert outcome == Outcome(
        2, 0, 1,
        (
            Rejected(2, "FW-1", "external_id", "同一批中第 1 条已使用这个来源编号，内容不同，未收本条。"),
            Rejected(3, "FW-2", "fee", "收费须为数字，不能带单位、逗号或其他符号。"),
        ),
    )  # fmt: skip
    assert str(ServiceRecord.objects.get(external_id="FW-1").fee) == "0.00"


def test_the_same_number_of_another_source_is_another_record(platforms: list[Platform]) -> None:
    send(row(1))
    assert send(row(1), source="platform:330212-001") == Outcome(1, 0, 0, ())
    assert ServiceRecord.objects.count() == 2


def test_an_enterprise_keeps_its_first_name_and_takes_the_last(platforms: list[Platform]) -> None:
    code = factories.credit_code(1)
    first, second = (row(n, enterprise_code=code, enterprise_name=name) for n, name in ((1, "甲公司"), (2, "乙公司")))
    send(first)
    send(second)
    kept = Enterprise.objects.get()
    assert (kept.first_name, kept.name, kept.first_seen_at) == ("甲公司", "乙公司", AT)
    assert send(first) == Outcome(0, 0, 1, ())
    assert Enterprise.objects.get().name == "乙公司"


@pytest.mark.clause("N04")
@pytest.mark.clause("N33")
def test_a_fee_in_a_free_category_is_taken_and_flagged(platforms: list[Platform]) -> None:
    send(row(1, free_category="policy", fee="100.50"), row(2, free_category="needs"), row(3, fee="7", satisfaction=5))
    month = PlatformMonth.objects.get()
    assert (month.platform, month.month, month.service_class) == (platforms[0], date(2026, 4, 1), "information")
    assert (month.records, month.free_records, month.public_records, month.flagged) == (3, 1, 2, 1)
    assert (str(month.fees), month.satisfaction_sum, month.satisfaction_count) == ("107.50", 5, 1)


def test_the_rollups_of_region_and_reach(platforms: list[Platform], city: User) -> None:
    send(row(1), row(8), row(2, "330282-001"), row(3, "HY-001", served_on="2025-12-31"), source="hand:HY", by=city)
    assert list(RegionMonth.objects.order_by("month", "region__code").values_list("region__code", "records")) == [
        (None, 1), ("330212", 2), ("330282", 1),
    ]  # fmt: skip
    assert list(PlatformReach.objects.order_by("platform__code").values_list("platform__code", "year", "records")) == [
        ("330212-001", 2026, 2), ("330282-001", 2026, 1), ("HY-001", 2025, 1),
    ]  # fmt: skip
    assert agrees()


def test_a_cancelled_record_stays_counts_nowhere_and_does_not_come_back(
    platforms: list[Platform], yinzhou: User
) -> None:
    send(row(1, fee="3", free_category="policy"), row(2))
    record = ServiceRecord.objects.get(external_id="FW-1")
    service_records.cancel(record=record, reason="误报", by=yinzhou, at=AT)
    assert (record.cancelled_at, record.cancelled_by, record.cancel_reason) == (AT, yinzhou, "误报")
    assert PlatformMonth.objects.get().records == 1
    assert PlatformReach.objects.count() == 1
    assert agrees()
    assert send(row(1, fee="3", free_category="policy")) == Outcome(
        0, 0, 0, (Rejected(0, "FW-1", "external_id", CANCELLED),)
    )
    with pytest.raises(Gone, match="这条服务记录已经作废。"):
        service_records.cancel(record=record, reason="再次", by=yinzhou, at=AT)
    with pytest.raises(Gone, match="这条服务记录已经作废。"):
        service_records.correct(record=record, values={"fee": "1"}, reason="改", by=yinzhou, at=AT)


def test_an_officer_corrects_with_a_reason(platforms: list[Platform], yinzhou: User) -> None:
    send(row(1, fee="3"))
    record = ServiceRecord.objects.get()
    service_records.correct(
        record=record, values={"fee": "0", "satisfaction": 5}, reason="录入有误", by=yinzhou, at=AT, version=1
    )
    assert (str(record.fee), record.satisfaction, record.version) == ("0.00", 5, 2)
    past = ServiceRecordPast.objects.get()
    assert (past.replaced_by, past.reason, past.data["fee"]) == (yinzhou, "录入有误", "3.00")
    event = AuditEvent.objects.order_by("-serial")[0]
    assert (event.verb, event.reason, event.changes) == (
        "更正服务记录", "录入有误", {"收费": ["3.00", "0.00"], "满意度": [None, 5]},
    )  # fmt: skip
    assert agrees()


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"fee": "x"}, "fee", "收费须为数字，不能带单位、逗号或其他符号。"),
        ({"platform": "330282-001"}, "platform", NO_SUCH_PLATFORM),
        ({}, "", "内容没有变化，不需要更正。"),
    ],
)
def test_a_correction_that_is_none(
    platforms: list[Platform], yinzhou: User, values: dict[str, Any], field: str, sentence: str
) -> None:
    send(row(1))
    with pytest.raises(Refusal) as refused:
        service_records.correct(record=ServiceRecord.objects.get(), values=values, reason="改", by=yinzhou, at=AT)
    assert (refused.value.field, str(refused.value)) == (field, sentence)
    assert not ServiceRecordPast.objects.exists()


def test_a_record_that_moved_on_is_not_corrected_by_an_old_page(platforms: list[Platform], yinzhou: User) -> None:
    send(row(1))
    send(row(1, fee="2"))
    with pytest.raises(StaleVersion):
        service_records.correct(
            record=ServiceRecord.objects.get(), values={"fee": "9"}, reason="改", by=yinzhou, at=AT, version=1
        )


def test_nobody_touches_the_record_of_another_county(platforms: list[Platform], cixi: User, auditor: User) -> None:
    send(row(1))
    record = ServiceRecord.objects.get()
    for person in (cixi, auditor):
        with pytest.raises(Refusal, match="您没有更正、作废这条服务记录的权限。"):
            service_records.cancel(record=record, reason="误报", by=person, at=AT)
    with pytest.raises(Refusal, match="您没有登记服务记录的权限。"):
        send(row(2), by=auditor)


def test_many_at_once(platforms: list[Platform]) -> None:
    rows = [row(number, fee=number % 3, satisfaction=number % 5 + 1) for number in range(2500)]
    assert send(*rows) == Outcome(2500, 0, 0, ())
    assert send(*(each | {"fee": 9} for each in rows)) == Outcome(0, 2500, 0, ())
    assert agrees()
