from django.db import migrations

from platforms.triggers import Guard

GUARDS = (
    Guard("locked_run_fixed", "funding_allocationrun", "OLD.status = 'locked'", "资金分配已锁定，不得修改或删除"),
    Guard(
        "locked_run_row_fixed",
        "funding_allocationrow",
        "EXISTS (SELECT 1 FROM funding_allocationrun r WHERE r.id = OLD.run_id AND r.status = 'locked')",
        "资金分配已锁定，不得修改或删除",
    ),
    Guard(
        "locked_run_row_closed",
        "funding_allocationrow",
        "EXISTS (SELECT 1 FROM funding_allocationrun r WHERE r.id = NEW.run_id AND r.status = 'locked')",
        "资金分配已锁定，不得增加明细",
        events=("INSERT", "UPDATE"),
    ),
    # SQLite deletes without a DELETE trigger what INSERT OR REPLACE and UPDATE OR REPLACE push aside.
    Guard(
        "locked_run_kept",
        "funding_allocationrun",
        "EXISTS (SELECT 1 FROM funding_allocationrun r"
        " WHERE r.status = 'locked' AND (r.id = NEW.id OR r.number = NEW.number))",
        "资金分配已锁定，不得修改或删除",
        events=("INSERT", "UPDATE"),
    ),
    Guard(
        "locked_run_row_kept",
        "funding_allocationrow",
        "EXISTS (SELECT 1 FROM funding_allocationrow o JOIN funding_allocationrun r ON r.id = o.run_id"
        " WHERE o.id = NEW.id AND r.status = 'locked')",
        "资金分配已锁定，不得修改或删除",
        events=("INSERT", "UPDATE"),
    ),
    Guard(
        "run_locked_when_signed",
        "funding_allocationrun",
        "NEW.status = 'locked' AND OLD.status <> 'signed'",
        "资金分配须先签署再锁定",
        events=("UPDATE",),
    ),
)


class Migration(migrations.Migration):
    """The database itself refuses to touch a run that two people signed."""

    dependencies = [("funding", "0001_allocation"), ("platforms", "0002_audit_events_cannot_be_changed")]

    operations = [guard.operation() for guard in GUARDS]
