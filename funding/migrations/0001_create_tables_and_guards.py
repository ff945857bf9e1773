import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from platforms.triggers import CreateGuards, Guard

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
    """Create the tables of allocation runs, and put up their guards."""

    initial = True

    dependencies = [("platforms", "0001_create_tables_and_guards")]

    operations = [
        migrations.CreateModel(
            name='AllocationRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='测算编号')),
                ('status', models.CharField(choices=[('draft', '测算中'), ('signed', '待复核'), ('locked', '已锁定'), ('discarded', '已作废')], default='draft', max_length=10, verbose_name='状态')),
                ('revision', models.PositiveIntegerField(default=1, verbose_name='保存次数')),
                ('version', models.PositiveSmallIntegerField(default=2, verbose_name='校验版本')),
                ('money', models.JSONField(default=dict, verbose_name='档次分值和淘汰线')),
                ('pool_yuan', models.PositiveBigIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='资金总额(元)')),
                ('cutoff', models.CharField(default='inclusive', max_length=10, verbose_name='淘汰线')),
                ('base', models.CharField(default='declared', max_length=10, verbose_name='占比基数')),
                ('totals', models.CharField(default='all', max_length=10, verbose_name='全市总数')),
                ('industry', models.CharField(default='left_out', max_length=10, verbose_name='重点行业平台')),
                ('divisor', models.CharField(default='funded', max_length=10, verbose_name='权重分母')),
                ('unit', models.CharField(default='yuan', max_length=10, verbose_name='金额单位')),
                ('allocated_yuan', models.PositiveBigIntegerField(default=0, verbose_name='已分配(元)')),
                ('unallocated_yuan', models.PositiveBigIntegerField(default=0, verbose_name='未分配(元)')),
                ('note', models.CharField(blank=True, max_length=400, verbose_name='说明')),
                ('made_at', models.DateTimeField(verbose_name='测算时间')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='签署时间')),
                ('locked_at', models.DateTimeField(blank=True, null=True, verbose_name='锁定时间')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='校验值')),
                ('locked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复核人')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='测算人')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocation_runs', to='platforms.round', verbose_name='年度')),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='签署人')),
                ('replaces', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacements', to='funding.allocationrun', verbose_name='替代的测算')),
            ],
            options={
                'verbose_name': '资金分配',
                'verbose_name_plural': '资金分配',
                'ordering': ('-made_at',),
                'permissions': (('sign_allocationrun', '签署资金分配'), ('confirm_allocationrun', '复核资金分配'), ('export_allocationrun', '导出资金分配')),
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'signed', 'locked', 'discarded'])), name='run_status_closed'), models.CheckConstraint(condition=models.Q(('pool_yuan__gt', 0)), name='run_pool_positive'), models.CheckConstraint(condition=models.Q(('version__in', (1, 2))), name='run_version_known'), models.CheckConstraint(condition=models.Q(('cutoff__in', ['inclusive', 'exclusive'])), name='run_cutoff_closed'), models.CheckConstraint(condition=models.Q(('base__in', ['declared', 'graded'])), name='run_base_closed'), models.CheckConstraint(condition=models.Q(('totals__in', ['all', 'funded'])), name='run_totals_closed'), models.CheckConstraint(condition=models.Q(('industry__in', ['left_out', 'counted'])), name='run_industry_closed'), models.CheckConstraint(condition=models.Q(('divisor__in', ['funded', 'all', 'hundred'])), name='run_divisor_closed'), models.CheckConstraint(condition=models.Q(('unit__in', ['yuan', 'wan'])), name='run_unit_closed'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='run_signature_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('locked_at__isnull', True), ('locked_by__isnull', True)), models.Q(('locked_at__isnull', False), ('locked_by__isnull', False)), _connector='OR'), name='run_lock_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('signed_by__isnull', False), ('status__in', ('signed', 'locked')), models.Q(('digest', ''), _negated=True)), models.Q(models.Q(('status__in', ('signed', 'locked')), _negated=True), ('digest', ''), ('signed_by__isnull', True)), _connector='OR'), name='run_signature_follows_status'), models.CheckConstraint(condition=models.Q(models.Q(('locked_by__isnull', False), ('status', 'locked')), models.Q(models.Q(('status', 'locked'), _negated=True), ('locked_by__isnull', True)), _connector='OR'), name='run_lock_follows_status'), models.CheckConstraint(condition=models.Q(('locked_by__isnull', True), models.Q(('locked_by', models.F('signed_by')), _negated=True), _connector='OR'), name='run_signers_differ'), models.CheckConstraint(condition=models.Q(('pool_yuan', django.db.models.expressions.CombinedExpression(models.F('allocated_yuan'), '+', models.F('unallocated_yuan')))), name='run_money_adds_up'), models.UniqueConstraint(condition=models.Q(('replaces__isnull', True), ('status', 'locked')), fields=('round',), name='run_first_locked_once_per_round'), models.UniqueConstraint(condition=models.Q(('status', 'discarded'), _negated=True), fields=('replaces',), name='run_replaced_once')],
            },
        ),
        migrations.CreateModel(
            name='AllocationRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=40, verbose_name='地区')),
                ('code', models.CharField(blank=True, max_length=12, verbose_name='代码')),
                ('declared', models.PositiveIntegerField(verbose_name='申报数')),
                ('withdrawn', models.PositiveIntegerField(default=0, verbose_name='撤回数')),
                ('grades', models.JSONField(default=dict, verbose_name='各档数')),
                ('failing_share', models.CharField(blank=True, max_length=40, verbose_name='未达标占比')),
                ('excluded', models.BooleanField(default=False, verbose_name='不予支持')),
                ('score', models.CharField(blank=True, max_length=120, verbose_name='得分')),
                ('weight', models.CharField(blank=True, max_length=240, verbose_name='权重')),
                ('amount_yuan', models.PositiveBigIntegerField(default=0, verbose_name='金额(元)')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.region', verbose_name='地区')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='funding.allocationrun', verbose_name='资金分配')),
            ],
            options={
                'verbose_name': '分配明细',
                'verbose_name_plural': '分配明细',
                'ordering': ('run', 'code'),
                'constraints': [models.UniqueConstraint(fields=('run', 'region'), name='row_once_per_region'), models.UniqueConstraint(condition=models.Q(('region__isnull', True)), fields=('run',), name='row_once_for_industry')],
            },
        ),
        CreateGuards(GUARDS),
    ]
