from django.db import migrations

from platforms.triggers import Guard

GUARDS = (
    Guard("audit_event_fixed", "platforms_auditevent", "TRUE", "审计记录不得修改或删除"),
    Guard("application_version_fixed", "platforms_applicationversion", "TRUE", "已提交的版本不得修改或删除"),
    Guard("application_move_fixed", "platforms_applicationmove", "TRUE", "流转记录不得修改或删除"),
)


class Migration(migrations.Migration):
    """The database itself refuses to change or delete what is a record of the past."""

    dependencies = [("platforms", "0001_registration")]

    operations = [guard.operation() for guard in GUARDS]
