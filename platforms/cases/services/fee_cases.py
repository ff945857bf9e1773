"""Fees for services that must be free (二·(四), 五·(五)): the region explains, the city settles or passes on."""

from datetime import datetime

from django.db import transaction

from platforms.audit.services import audit
from platforms.cases.choices import FeeCaseState, GroundSource
from platforms.cases.services import ground_sources
from platforms.choices import Role
from platforms.errors import Gone, Refusal
from platforms.models import FeeCase, ServiceRecord, User
from platforms.text import clean_text


@transaction.atomic
def explain(*, record: ServiceRecord, text: str, by: User, at: datetime) -> FeeCase:
    """Write down what the fee of ``record`` was; said again it replaces what was said, until the city decided.

    Raises:
        Refusal: ``by`` is not of the platform's region (for key industries: not the city), no text, or no such fee.
        Gone: the city decided already.
    """
    own = record.platform.region_id == by.region_id if by.role == Role.COUNTY else record.platform.region_id is None
    if not own or not by.has_perm("platforms.add_feecase"):
        raise Refusal("这项收费由平台所属地区说明。")
    text = clean_text("情况说明", text, most=400, required=True)
    case = _case_of(record)
    before = case.explanation
    case.state, case.explanation, case.explained_at, case.explained_by = FeeCaseState.EXPLAINED, text, at, by
    case.save()
    changes = {"情况说明": [before, text]}
    audit.record(verb="说明公益性服务收费", by=by, at=at, target=case, code=record.source, changes=changes)
    return case


@transaction.atomic
def decide(*, record: ServiceRecord, passed: bool, text: str, by: User, at: datetime) -> FeeCase:
    """Settle the fee of ``record``, or pass it on to the register of grounds for revocation; not to be taken back.

    Raises:
        Refusal: ``by`` may not, or is who explained it, no text, or no such fee.
        Gone: it was decided already.
    """
    if by.role != Role.CITY or not by.has_perm("platforms.change_feecase"):
        raise Refusal("这项收费由市经信局处理。")
    text = clean_text("处理意见", text, most=400, required=True)
    case = _case_of(record)
    if case.explained_by_id == by.pk:
        raise Refusal("情况说明由您填写，须由另一名经办人处理。")
    case.state = FeeCaseState.PASSED if passed else FeeCaseState.SETTLED
    case.decision, case.decided_at, case.decided_by = text, at, by
    case.save()
    if passed:
        ground_sources.propose_from(GroundSource.FEE, at=at)
    audit.record(
        verb="处理公益性服务收费", by=by, at=at, target=case, code=record.source, reason=text,
        changes={"状态": [None, case.get_state_display()]},
    )  # fmt: skip
    return case


def _case_of(record: ServiceRecord) -> FeeCase:
    """Return the case of ``record`` to be changed, made where there is none; the record stays locked."""
    now = ServiceRecord.objects.select_for_update(of=("self",)).filter(pk=record.pk).first()
    case = FeeCase.objects.filter(record=record).first()
    if case is not None and case.decided_at is not None:
        raise Gone(f"这项收费已经处理：{case.get_state_display()}。")
    if case is None and (now is None or now.cancelled_at or not now.free_category or not now.fee):
        raise Refusal("这条服务记录现在没有公益性服务收费，不需要说明。")
    return case or FeeCase(record=record)
