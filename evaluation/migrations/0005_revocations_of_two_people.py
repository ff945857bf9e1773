import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from platforms.triggers import Guard

REVOCATION = "撤销认定办结后不得修改或删除"
FACT = "撤销认定依据的事实不得修改或删除"
ENDED = "EXISTS (SELECT 1 FROM evaluation_revocationproposal p WHERE p.id = {row}.proposal_id AND p.status <> 'proposed')"

GUARDS = (
    # What was proposed stays as it was proposed; its end is written once.
    Guard(
        "revocation_fixed",
        "evaluation_revocationproposal",
        "OLD.status <> 'proposed' OR NEW.number <> OLD.number OR NEW.platform_id <> OLD.platform_id "
        "OR NEW.ground <> OLD.ground OR NEW.reason <> OLD.reason OR NEW.effective_on <> OLD.effective_on "
        "OR NEW.proposed_at <> OLD.proposed_at OR NEW.proposed_by_id <> OLD.proposed_by_id",
        REVOCATION,
        ("UPDATE",),
    ),
    Guard("revocation_kept", "evaluation_revocationproposal", "TRUE", REVOCATION, ("DELETE",)),
    # Nothing comes into the table decided already.
    Guard(
        "revocation_begins_proposed", "evaluation_revocationproposal", "NEW.status <> 'proposed'", REVOCATION, ("INSERT",)
    ),
    # A fact is only let go, with a proposal that ends without a revocation.
    Guard(
        "revocation_fact_fixed",
        "evaluation_revocationfact",
        "NEW.proposal_id <> OLD.proposal_id OR NEW.fact_id <> OLD.fact_id OR NEW.number <> OLD.number "
        "OR NEW.text <> OLD.text OR NEW.happened_on <> OLD.happened_on OR NEW.confirmation <> OLD.confirmation "
        "OR NEW.complaints <> OLD.complaints OR (NEW.is_used AND NOT OLD.is_used) OR " + ENDED.format(row="OLD"),
        FACT,
        ("UPDATE",),
    ),
    Guard("revocation_fact_kept", "evaluation_revocationfact", "TRUE", FACT, ("DELETE",)),
    Guard("revocation_fact_closed", "evaluation_revocationfact", ENDED.format(row="NEW"), FACT, ("INSERT",)),
)


class Migration(migrations.Migration):
    """A revocation rests on confirmed facts, is proposed by one person and decided by another, and can be read again."""

    dependencies = [
        ("evaluation", "0004_ends_and_standings_of_what_was_issued"),
        ("platforms", "0017_bans_lifted_and_places_released"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="certification",
            options={"ordering": ("number",), "permissions": (("export_certification", "导出认定证书"),), "verbose_name": "认定证书", "verbose_name_plural": "认定证书"},
        ),
        migrations.CreateModel(
            name="RevocationProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="编号")),
                ("ground", models.CharField(choices=[("refuses_evaluation", "拒不参加绩效评价"), ("false_material", "报送材料、数据严重失实"), ("complaints", "被投诉3次以上且核实"), ("refuses_activities", "拒不配合枢纽平台开展服务活动"), ("fees", "假借公益性服务之名收取费用"), ("other", "其他较严重的违法、违规、失信")], max_length=20, verbose_name="撤销情形")),
                ("status", models.CharField(choices=[("proposed", "待决定"), ("decided", "已撤销"), ("declined", "不予撤销"), ("withdrawn", "已撤回")], default="proposed", max_length=10, verbose_name="状态")),
                ("reason", models.TextField(max_length=1000, verbose_name="事实和依据")),
                ("effective_on", models.DateField(verbose_name="撤销日期")),
                ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
                ("decision_reason", models.TextField(blank=True, max_length=400, verbose_name="决定理由")),
                ("decided_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="决定人")),
                ("platform", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="revocations", to="platforms.platform", verbose_name="窗口平台")),
                ("proposed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提出人")),
            ],
            options={
                "verbose_name": "撤销认定",
                "verbose_name_plural": "撤销认定",
                "ordering": ("-proposed_at", "-pk"),
                "permissions": (("propose_revocation", "提出撤销认定"), ("decide_revocation", "决定撤销认定")),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("ground__in", ["refuses_evaluation", "false_material", "complaints", "refuses_activities", "fees", "other"])), name="revocation_ground_closed"),
                    models.CheckConstraint(condition=models.Q(("status__in", ["proposed", "decided", "declined", "withdrawn"])), name="revocation_status_closed"),
                    models.CheckConstraint(condition=models.Q(models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("status", "proposed")), models.Q(("decided_at__isnull", False), ("decided_by", models.F("proposed_by")), ("status", "withdrawn")), models.Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("status__in", ("decided", "declined"))), _connector="OR"), name="revocation_decision_has_who_and_when"),
                    models.CheckConstraint(condition=models.Q(("status__in", ("proposed", "withdrawn")), models.Q(("decided_by", models.F("proposed_by")), _negated=True), _connector="OR"), name="revocation_needs_two_people"),
                    models.UniqueConstraint(condition=models.Q(("status", "proposed")), fields=("platform",), name="revocation_one_open_per_platform"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RevocationFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, verbose_name="登记编号")),
                ("text", models.TextField(max_length=1000, verbose_name="事实")),
                ("happened_on", models.DateField(verbose_name="发生日期")),
                ("confirmation", models.TextField(max_length=400, verbose_name="确认理由")),
                ("complaints", models.JSONField(default=list, verbose_name="计入的投诉")),
                ("is_used", models.BooleanField(default=True, verbose_name="占用")),
                ("fact", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platforms.ground", verbose_name="登记的事实")),
                ("proposal", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="evaluation.revocationproposal", verbose_name="撤销认定")),
            ],
            options={
                "verbose_name": "撤销认定依据的事实",
                "verbose_name_plural": "撤销认定依据的事实",
                "ordering": ("proposal", "happened_on", "pk"),
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("is_used", True)), fields=("fact",), name="revocation_fact_used_once"),
                    models.UniqueConstraint(fields=("proposal", "fact"), name="revocation_fact_named_once"),
                ],
            },
        ),
        *(guard.operation() for guard in GUARDS),
    ]
