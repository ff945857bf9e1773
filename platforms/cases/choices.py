"""The closed vocabularies of complaints, fees and grounds (撤销情形, 五), with the words that users see.

Which grounds there are is no vocabulary of the code: each notice lists its own.
"""

from django.db.models import TextChoices


class ComplaintStatus(TextChoices):
    RECEIVED = "received", "待受理"
    EXAMINING = "examining", "核查中"
    REOPENED = "reopened", "重新核查"
    EXAMINED = "examined", "已核查，待认定"
    VERIFIED = "verified", "核查属实"
    UNFOUNDED = "unfounded", "核查不属实"
    MERGED = "merged", "已并案"


#: Still to be looked into; at work as a whole; decided.
COMPLAINT_TO_EXAMINE = (ComplaintStatus.RECEIVED, ComplaintStatus.EXAMINING, ComplaintStatus.REOPENED)
COMPLAINT_OPEN = (*COMPLAINT_TO_EXAMINE, ComplaintStatus.EXAMINED)
COMPLAINT_DECIDED = (ComplaintStatus.VERIFIED, ComplaintStatus.UNFOUNDED)


class FeeCaseState(TextChoices):
    """What became of a fee for a service that must be free; without a row it is still to be explained."""

    EXPLAINED = "explained", "已说明"
    SETTLED = "settled", "已核实，不作追究"
    PASSED = "passed", "已移送撤销情形登记"


class ComplaintFinding(TextChoices):
    """What the one who looked into a complaint found; the city decides."""

    SUPPORTED = "supported", "投诉属实"
    UNSUPPORTED = "unsupported", "投诉不属实"
    UNCLEAR = "unclear", "无法查清"


class GroundStatus(TextChoices):
    PROPOSED = "proposed", "待确认"
    CONFIRMED = "confirmed", "已确认"
    DISMISSED = "dismissed", "不予认定"


class GroundSource(TextChoices):
    """Where a fact comes from; all but those noted by hand stand once for each row that they come from."""

    COMPLAINT = "complaint", "核实的投诉"
    FEE = "fee", "公益性服务收费核查"
    FOLLOW_UP = "follow_up", "回访与记录不符"
    ACTIVITY = "activity", "拒绝服务活动"
    RECTIFICATION = "rectification", "逾期未整改"
    EVALUATION = "evaluation", "绩效评价"
    UNREPORTED = "unreported", "逾期未自评"
    SELF_REPORT = "self_report", "自评与记录不符"
    HAND = "hand", "人工登记"
