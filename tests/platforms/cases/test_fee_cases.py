"""A fee for what must be free: the region explains, another person of the city settles it or passes it on."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from platforms.cases.queries import fee_cases as queries
from platforms.cases.queries.fee_cases import Choice
from platforms.cases.services import fee_cases
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, FeeCase, ServiceRecord, User
from platforms.service_records.services import recount as service_recount
from tests.platforms.supervised import platform_of, record_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N04"), pytest.mark.clause("N33")]


@pytest.fixture
def record(yinzhou: User) -> ServiceRecord:
    made = record_of(platform_of(yinzhou.region), 1, fee=Decimal(50))
    service_recount.rebuild()
    return made


def refused(call: Any, **values: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        call(**values)
    return str(refusal.value)


def states(user: User) -> list[str]:
    return [row.case_state for state in queries.STATES for row in queries.listed(user, Choice(state=state))]


def test_a_fee_for_what_must_be_free_waits_until_it_is_explained_and_decided(
    record: ServiceRecord, yinzhou: User, city: User, now: datetime
) -> None:
    record_of(record.platform, 2)
    record_of(record.platform, 3, fee=Decimal(5), free_category="")
    assert (states(yinzhou), states(city)) == (["open"], ["open"])
    assert list(queries.to_explain(yinzhou)) == [record]
    fee_cases.explain(record=record, text="误收，已退还", by=yinzhou, at=now)
    fee_cases.explain(record=record, text="误收 50 元，4 月 2 日已退还", by=yinzhou, at=now)
    assert states(city) == ["explained"]
    assert (list(queries.to_explain(yinzhou)), list(queries.explained(city))) == ([], [record])
    case = fee_cases.decide(record=record, passed=False, text="已核实退款", by=city, at=now)
    assert (case.state, case.explanation, case.decided_by) == ("settled", "误收 50 元，4 月 2 日已退还", city)
    assert queries.tally(city, Choice()) == {"open": 0, "explained": 0, "settled": 1, "passed": 0}
    event = AuditEvent.objects.get(verb="处理公益性服务收费")
    assert (event.reason, event.changes) == ("已核实退款", {"状态": [None, "已核实，不作追究"]})


def test_what_was_passed_on_stays_when_the_record_is_corrected(
    record: ServiceRecord, yinzhou: User, city: User, now: datetime
) -> None:
    fee_cases.decide(record=record, passed=True, text="拒不退还", by=city, at=now)
    ServiceRecord.objects.filter(pk=record.pk).update(fee=0)
    assert states(city) == ["passed"]
    for act in (
        lambda: fee_cases.explain(record=record, text="晚了", by=yinzhou, at=now),
        lambda: fee_cases.decide(record=record, passed=False, text="改判", by=city, at=now),
    ):
        with pytest.raises(Gone, match="这项收费已经处理：已移送撤销情形登记。"):
            act()


def test_a_record_that_is_corrected_or_cancelled_first_is_no_case(
    record: ServiceRecord, yinzhou: User, now: datetime
) -> None:
    cancelled = {"cancelled_at": now, "cancelled_by": yinzhou, "cancel_reason": "重复"}
    ServiceRecord.objects.filter(pk=record.pk).update(**cancelled)
    assert states(yinzhou) == []
    said = "这条服务记录现在没有公益性服务收费，不需要说明。"
    assert refused(fee_cases.explain, record=record, text="无", by=yinzhou, at=now) == said


@pytest.mark.trust("T01")
def test_who_explains_and_who_decides(
    record: ServiceRecord, yinzhou: User, cixi: User, city: User, city2: User, auditor: User, now: datetime
) -> None:
    for by in (cixi, city, auditor):
        said = refused(fee_cases.explain, record=record, text="x", by=by, at=now)
        assert said == "这项收费由平台所属地区说明。"
    for by in (yinzhou, auditor):
        said = refused(fee_cases.decide, record=record, passed=True, text="x", by=by, at=now)
        assert said == "这项收费由市经信局处理。"
    assert states(cixi) == []
    citys = record_of(platform_of(None), 2, fee=Decimal(1))
    fee_cases.explain(record=citys, text="会费", by=city, at=now)
    said = refused(fee_cases.decide, record=citys, passed=False, text="可以", by=city, at=now)
    assert said == "情况说明由您填写，须由另一名经办人处理。"
    fee_cases.decide(record=citys, passed=False, text="可以", by=city2, at=now)


def test_both_need_words(record: ServiceRecord, yinzhou: User, city: User, now: datetime) -> None:
    assert refused(fee_cases.explain, record=record, text=" ", by=yinzhou, at=now) == "请填写“情况说明”。"
    said = refused(fee_cases.decide, record=record, passed=True, text="字" * 401, by=city, at=now)
    assert said == "“处理意见”最多 400 个字，现为 401 个字。"
    assert not FeeCase.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"state": "open"},
        {"state": "explained"},
        {"state": "passed"},
        {"state": "settled", "decision": "可以"},
        {"state": "explained", "explanation": "说", "decision": "可以"},
    ],
)
def test_no_case_without_who_and_when(record: ServiceRecord, values: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeCase.objects.create(record=record, **values)
