import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from platforms.triggers import Guard

BAN = "限制申报不得修改或删除，解除和放开另行登记"
RELIEF = "限制申报的解除和放开办结后不得修改或删除"

GUARDS = (
    Guard("ban_fixed", "platforms_ban", "TRUE", BAN),
    # What was proposed stays as it was proposed; its end is written once.
    Guard(
        "ban_relief_fixed",
        "platforms_banrelief",
        "OLD.status <> 'proposed' OR NEW.number <> OLD.number OR NEW.ban_id <> OLD.ban_id OR NEW.kind <> OLD.kind "
        "OR NEW.reason <> OLD.reason OR NEW.document_number <> OLD.document_number "
        "OR NEW.effective_on <> OLD.effective_on OR NEW.proposed_at <> OLD.proposed_at "
        "OR NEW.proposed_by_id <> OLD.proposed_by_id",
        RELIEF,
        ("UPDATE",),
    ),
    Guard("ban_relief_kept", "platforms_banrelief", "TRUE", RELIEF, ("DELETE",)),
    # Nothing comes into the table decided already.
    Guard("ban_relief_begins_proposed", "platforms_banrelief", "NEW.status <> 'proposed'", RELIEF, ("INSERT",)),
)


class Migration(migrations.Migration):
    """A ban stays as it was made; two people lift it or release its place in a row of its own."""

    dependencies = [("platforms", "0016_standings_of_platforms")]

    operations = [
        migrations.CreateModel(
            name="BanRelief",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="编号")),
                ("kind", models.CharField(choices=[("lift", "解除限制申报"), ("release", "放开地点")], max_length=10, verbose_name="事项")),
                ("status", models.CharField(choices=[("proposed", "待决定"), ("granted", "已同意"), ("declined", "不予同意"), ("withdrawn", "已撤回")], default="proposed", max_length=10, verbose_name="状态")),
                ("reason", models.TextField(max_length=1000, verbose_name="理由")),
                ("document_number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("effective_on", models.DateField(verbose_name="生效日期")),
                ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
                ("decision_reason", models.TextField(blank=True, max_length=400, verbose_name="决定理由")),
                ("ban", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reliefs", to="platforms.ban", verbose_name="限制申报")),
                ("decided_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="决定人")),
                ("proposed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提出人")),
            ],
            options={
                "verbose_name": "限制申报的解除和放开",
                "verbose_name_plural": "限制申报的解除和放开",
                "ordering": ("-proposed_at", "-pk"),
                "permissions": (("propose_banrelief", "提出解除限制申报或放开地点"), ("decide_banrelief", "决定解除限制申报或放开地点")),
                "constraints": [models.CheckConstraint(condition=models.Q(("kind__in", ["lift", "release"])), name="ban_relief_kind_closed"), models.CheckConstraint(condition=models.Q(("status__in", ["proposed", "granted", "declined", "withdrawn"])), name="ban_relief_status_closed"), models.CheckConstraint(condition=models.Q(models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("status", "proposed")), models.Q(("decided_at__isnull", False), ("decided_by", models.F("proposed_by")), ("status", "withdrawn")), models.Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("status__in", ("granted", "declined"))), _connector="OR"), name="ban_relief_decision_has_who_and_when"), models.CheckConstraint(condition=models.Q(("status__in", ("proposed", "withdrawn")), models.Q(("decided_by", models.F("proposed_by")), _negated=True), _connector="OR"), name="ban_relief_needs_two_people"), models.UniqueConstraint(condition=models.Q(("status", "proposed")), fields=("ban",), name="ban_relief_one_open"), models.UniqueConstraint(condition=models.Q(("status", "granted")), fields=("ban", "kind"), name="ban_relief_granted_once")],
            },
        ),
        *(guard.operation() for guard in GUARDS),
    ]
