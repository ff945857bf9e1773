from django.db import migrations

from platforms.triggers import Guard

GROUND = "撤销情形的登记内容不得修改或删除"
FOLLOW_UP = "回访时保留的记录内容不得修改或删除"
FEE_CASE = "已处理的收费核查不得修改或删除"

GUARDS = (
    Guard("complaint_turn_fixed", "platforms_complaintturn", "TRUE", "投诉经过不得修改或删除"),
    Guard("evidence_file_fixed", "platforms_evidencefile", "TRUE", "佐证材料不得修改或删除"),
    Guard("link_state_fixed", "platforms_linkstate", "TRUE", "联通情况登记不得修改或删除"),
    # What was explained may be said better until somebody decided.
    Guard("fee_case_fixed", "platforms_feecase", "OLD.decided_at IS NOT NULL", FEE_CASE, ("UPDATE",)),
    Guard("fee_case_kept", "platforms_feecase", "TRUE", FEE_CASE, ("DELETE",)),
    # What came of the call may be entered again; what the record said when it was drawn stays.
    Guard(
        "follow_up_drawn_fixed",
        "platforms_followup",
        "NEW.sample_id <> OLD.sample_id OR NEW.position <> OLD.position OR NEW.platform_id <> OLD.platform_id "
        "OR NEW.enterprise_id <> OLD.enterprise_id OR NEW.source <> OLD.source OR NEW.external_id <> OLD.external_id "
        "OR NEW.record_version <> OLD.record_version OR NEW.served_on <> OLD.served_on "
        "OR NEW.service_class <> OLD.service_class OR NEW.free_category <> OLD.free_category "
        "OR NEW.recorded_fee <> OLD.recorded_fee OR NEW.summary <> OLD.summary "
        "OR COALESCE(NEW.recorded_satisfaction, 0) <> COALESCE(OLD.recorded_satisfaction, 0)",
        FOLLOW_UP,
        ("UPDATE",),
    ),
    Guard("follow_up_kept", "platforms_followup", "TRUE", FOLLOW_UP, ("DELETE",)),
    # A proposal of the system that nobody decided follows its sources; what people noted or decided stays.
    Guard(
        "ground_fixed",
        "platforms_ground",
        "NEW.number <> OLD.number OR NEW.platform_id <> OLD.platform_id OR NEW.ground <> OLD.ground "
        "OR NEW.source <> OLD.source OR NEW.source_key <> OLD.source_key OR NEW.noted_at <> OLD.noted_at "
        "OR ((OLD.status <> 'proposed' OR OLD.noted_by_id IS NOT NULL) "
        "AND (NEW.text <> OLD.text OR NEW.happened_on <> OLD.happened_on)) "
        "OR (OLD.status <> 'proposed' AND NEW.status = OLD.status AND NEW.decision_reason <> OLD.decision_reason)",
        GROUND,
        ("UPDATE",),
    ),
    Guard(
        "ground_kept",
        "platforms_ground",
        "OLD.status <> 'proposed' OR OLD.noted_by_id IS NOT NULL",
        GROUND,
        ("DELETE",),
    ),
    Guard("record_archive_kept", "platforms_recordarchive", "TRUE", "归档记录不得删除", ("DELETE",)),
)


class Migration(migrations.Migration):
    """What was said, proved and decided between acceptance and evaluation stays as it was."""

    dependencies = [("platforms", "0009_complaints_and_grounds")]

    operations = [guard.operation() for guard in GUARDS]
