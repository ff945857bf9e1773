from django.db import migrations

from platforms.triggers import Guard

PUBLISHED = "认定结果已公布，不得修改或删除"
IN_PUBLISHED = "EXISTS (SELECT 1 FROM evaluation_assessment a WHERE a.id = {row}.assessment_id AND a.status = 'published')"
IN_LOCKED = "EXISTS (SELECT 1 FROM evaluation_scheme s WHERE s.id = {row}.scheme_id AND s.status = 'locked')"
LOCKED = "评价方案已启用，不得修改或删除"

GUARDS = (
    Guard("publication_fixed", "evaluation_publication", "TRUE", PUBLISHED),
    Guard("published_result_fixed", "evaluation_result", "TRUE", PUBLISHED),
    Guard("published_assessment_fixed", "evaluation_assessment", "OLD.status = 'published'", PUBLISHED),
    Guard("published_score_fixed", "evaluation_score", IN_PUBLISHED.format(row="OLD"), PUBLISHED),
    Guard("published_score_closed", "evaluation_score", IN_PUBLISHED.format(row="NEW"), PUBLISHED, events=("INSERT",)),
    Guard("certification_kept", "evaluation_certification", "TRUE", "认定证书不得删除", events=("DELETE",)),
    # A certification may be revoked, once; nothing else of it ever changes.
    Guard(
        "certification_fixed",
        "evaluation_certification",
        "OLD.ground <> '' OR NEW.ground = '' OR NEW.result_id <> OLD.result_id OR NEW.number <> OLD.number"
        " OR NEW.valid_from <> OLD.valid_from OR NEW.valid_until <> OLD.valid_until",
        "认定证书不得修改，撤销后不得恢复",
        events=("UPDATE",),
    ),
    Guard("locked_scheme_fixed", "evaluation_scheme", "OLD.status = 'locked'", LOCKED),
    Guard("locked_indicator_fixed", "evaluation_indicator", IN_LOCKED.format(row="OLD"), LOCKED),
    Guard("locked_indicator_closed", "evaluation_indicator", IN_LOCKED.format(row="NEW"), LOCKED, events=("INSERT",)),
)


class Migration(migrations.Migration):
    """The database itself refuses to change what was published, and the scheme that it was judged by."""

    dependencies = [
        ("evaluation", "0001_evaluation_and_certification"),
        ("platforms", "0002_audit_events_cannot_be_changed"),
    ]

    operations = [guard.operation() for guard in GUARDS]
