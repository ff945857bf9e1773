import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from platforms.triggers import CreateGuards, Guard

LOCKED, CLOSED = "资金分配已锁定，不得修改或删除", "资金分配已锁定，不得增加明细"
RELEASED = "已公布的分配结果不得修改或删除"
BATCH, PAYMENT = "拨付批次提出后不得修改或删除", "拨付明细提出后不得修改或删除"
REPORT = "已通过的资金使用情况报告不得修改，报告不得删除"
IN_LOCKED = "EXISTS (SELECT 1 FROM funding_allocationrun r WHERE r.id = {row}.run_id AND r.status = 'locked')"
ACCEPTED = "EXISTS (SELECT 1 FROM funding_usereport r WHERE r.id = {row}.report_id AND r.status = 'accepted')"
#: The round of the batch that a payment belongs to.
ROUND_OF = (
    "(SELECT r.round_id FROM funding_paymentbatch b JOIN funding_allocationrelease e ON e.id = b.release_id"
    " JOIN funding_allocationrun r ON r.id = e.run_id WHERE b.id = NEW.batch_id)"
)
#: What counts against the amount of its region, and the amount that the run in force gives it.
COUNTED = (
    "(SELECT COALESCE(SUM(p.amount_yuan), 0) FROM funding_payment p JOIN funding_paymentbatch b ON b.id = p.batch_id"
    " JOIN funding_allocationrelease e ON e.id = b.release_id JOIN funding_allocationrun r ON r.id = e.run_id"
    f" WHERE p.region_id = NEW.region_id AND b.status IN ('proposed', 'released') AND r.round_id = {ROUND_OF})"
)
ALLOCATED = (
    "(SELECT COALESCE(MAX(w.amount_yuan), 0) FROM funding_allocationrow w JOIN funding_allocationrun r"
    f" ON r.id = w.run_id WHERE w.region_id = NEW.region_id AND r.round_id = {ROUND_OF} AND r.status = 'locked'"
    " AND NOT EXISTS (SELECT 1 FROM funding_allocationrun n WHERE n.replaces_id = r.id AND n.status = 'locked'))"
)

GUARDS = (
    Guard("locked_run_fixed", "funding_allocationrun", "OLD.status = 'locked'", LOCKED),
    Guard("locked_run_row_fixed", "funding_allocationrow", IN_LOCKED.format(row="OLD"), LOCKED),
    Guard(
        "locked_run_row_closed", "funding_allocationrow", IN_LOCKED.format(row="NEW"), CLOSED, ("INSERT", "UPDATE")
    ),
    Guard("locked_run_item_fixed", "funding_allocationitem", IN_LOCKED.format(row="OLD"), LOCKED),
    Guard(
        "locked_run_item_closed", "funding_allocationitem", IN_LOCKED.format(row="NEW"), CLOSED, ("INSERT", "UPDATE")
    ),
    # SQLite deletes without a DELETE trigger what INSERT OR REPLACE and UPDATE OR REPLACE push aside.
    Guard(
        "locked_run_kept",
        "funding_allocationrun",
        "EXISTS (SELECT 1 FROM funding_allocationrun r"
        " WHERE r.status = 'locked' AND (r.id = NEW.id OR r.number = NEW.number))",
        LOCKED,
        ("INSERT", "UPDATE"),
    ),
    Guard(
        "locked_run_row_kept",
        "funding_allocationrow",
        "EXISTS (SELECT 1 FROM funding_allocationrow o JOIN funding_allocationrun r ON r.id = o.run_id"
        " WHERE o.id = NEW.id AND r.status = 'locked')",
        LOCKED,
        ("INSERT", "UPDATE"),
    ),
    Guard(
        "locked_run_item_kept",
        "funding_allocationitem",
        "EXISTS (SELECT 1 FROM funding_allocationitem o JOIN funding_allocationrun r ON r.id = o.run_id"
        " WHERE o.id = NEW.id AND r.status = 'locked')",
        LOCKED,
        ("INSERT", "UPDATE"),
    ),
    Guard(
        "run_signed_when_checked",
        "funding_allocationrun",
        "NEW.status = 'signed' AND OLD.status NOT IN ('checked', 'signed')",
        "资金分配须先核对再签署",
        ("UPDATE",),
    ),
    Guard(
        "run_locked_when_signed",
        "funding_allocationrun",
        "NEW.status = 'locked' AND OLD.status <> 'signed'",
        "资金分配须先签署再锁定",
        ("UPDATE",),
    ),
    Guard("release_fixed", "funding_allocationrelease", "TRUE", RELEASED),
    Guard(
        "release_kept",
        "funding_allocationrelease",
        "EXISTS (SELECT 1 FROM funding_allocationrelease r WHERE r.id = NEW.id OR r.run_id = NEW.run_id)",
        RELEASED,
        ("INSERT",),
    ),
    Guard(
        "release_of_what_is_locked",
        "funding_allocationrelease",
        "NOT EXISTS (SELECT 1 FROM funding_allocationrun r WHERE r.id = NEW.run_id AND r.status = 'locked')",
        "资金分配须先锁定再公布",
        ("INSERT",),
    ),
    Guard("payment_batch_kept", "funding_paymentbatch", "TRUE", BATCH, ("DELETE",)),
    Guard("payment_batch_begins_proposed", "funding_paymentbatch", "NEW.status <> 'proposed'", BATCH, ("INSERT",)),
    # What was proposed stays as it was proposed.
    Guard(
        "payment_batch_fixed",
        "funding_paymentbatch",
        "OLD.status <> 'proposed' OR NEW.number <> OLD.number OR NEW.release_id <> OLD.release_id"
        " OR NEW.document_number <> OLD.document_number OR NEW.paid_on <> OLD.paid_on OR NEW.reason <> OLD.reason"
        " OR NEW.proposed_by_id <> OLD.proposed_by_id OR NEW.proposed_at <> OLD.proposed_at",
        BATCH,
        ("UPDATE",),
    ),
    Guard("payment_fixed", "funding_payment", "TRUE", PAYMENT),
    Guard(
        "payment_joins_what_is_proposed",
        "funding_payment",
        "NOT EXISTS (SELECT 1 FROM funding_paymentbatch b WHERE b.id = NEW.batch_id AND b.status = 'proposed')",
        PAYMENT,
        ("INSERT",),
    ),
    Guard(
        "payment_within_the_allocation",
        "funding_payment",
        f"{COUNTED} + NEW.amount_yuan > {ALLOCATED}",
        "拨付合计不得超过分配金额",
        ("INSERT",),
    ),
    Guard("use_report_begins_as_a_draft", "funding_usereport", "NEW.status <> 'draft'", REPORT, ("INSERT",)),
    Guard("use_report_kept", "funding_usereport", "TRUE", REPORT, ("DELETE",)),
    Guard("use_report_fixed", "funding_usereport", "OLD.status = 'accepted'", REPORT, ("UPDATE",)),
    Guard("use_item_fixed", "funding_useitem", ACCEPTED.format(row="OLD"), REPORT),
    Guard("use_item_closed", "funding_useitem", ACCEPTED.format(row="NEW"), REPORT, ("INSERT", "UPDATE")),
)


class Migration(migrations.Migration):
    """Create the tables of allocation runs, releases, payments and reports of use, and put up their guards."""

    initial = True

    dependencies = [
        ("platforms", "0001_create_tables_and_guards"),
        ("evaluation", "0001_create_tables_and_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name='AllocationRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cutoff', models.CharField(default='inclusive', max_length=12, verbose_name='淘汰线')),
                ('base', models.CharField(default='declared', max_length=12, verbose_name='占比基数')),
                ('totals', models.CharField(default='all', max_length=12, verbose_name='全市总数')),
                ('industry', models.CharField(default='left_out', max_length=12, verbose_name='重点行业平台')),
                ('divisor', models.CharField(default='funded', max_length=12, verbose_name='权重分母')),
                ('unit', models.CharField(default='yuan', max_length=12, verbose_name='金额单位')),
                ('withdrawn_late', models.CharField(default='as_proposed', max_length=12, verbose_name='评分后撤回的申报')),
                ('revoked', models.CharField(default='left_out', max_length=12, verbose_name='公布后撤销的平台')),
                ('ungraded', models.CharField(default='declared', max_length=12, verbose_name='未评定档次的申报')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocation_runs', to='platforms.round', verbose_name='年度')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='测算编号')),
                ('status', models.CharField(choices=[('draft', '测算中'), ('checked', '已核对待签署'), ('signed', '已签署待锁定'), ('locked', '已锁定'), ('discarded', '已作废')], default='draft', max_length=10, verbose_name='状态')),
                ('revision', models.PositiveIntegerField(default=1, verbose_name='保存次数')),
                ('version', models.PositiveSmallIntegerField(default=3, verbose_name='校验版本')),
                ('money', models.JSONField(default=dict, verbose_name='档次分值和淘汰线')),
                ('pool_yuan', models.PositiveBigIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='资金总额（元）')),
                ('allocated_yuan', models.PositiveBigIntegerField(default=0, verbose_name='已分配（元）')),
                ('unallocated_yuan', models.PositiveBigIntegerField(default=0, verbose_name='未分配（元）')),
                ('note', models.CharField(blank=True, max_length=400, verbose_name='说明')),
                ('replaces', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacements', to='funding.allocationrun', verbose_name='被更正的测算')),
                ('made_at', models.DateTimeField(verbose_name='测算时间')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='测算人')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='核对时间')),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='核对人')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='签署时间')),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='签署人')),
                ('locked_at', models.DateTimeField(blank=True, null=True, verbose_name='锁定时间')),
                ('locked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='锁定人')),
                ('counts_digest', models.CharField(blank=True, max_length=64, verbose_name='申报数校验值')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='校验值')),
            ],
            options={
                'verbose_name': '资金分配',
                'verbose_name_plural': '资金分配',
                'ordering': ('-made_at',),
                'permissions': (('sign_allocationrun', '签署资金分配'), ('confirm_allocationrun', '锁定资金分配'), ('export_allocationrun', '导出资金分配')),
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'checked', 'signed', 'locked', 'discarded'])), name='run_status_closed'), models.CheckConstraint(condition=models.Q(('pool_yuan__gt', 0)), name='run_pool_positive'), models.CheckConstraint(condition=models.Q(('version__in', (1, 2, 3))), name='run_version_known'), models.CheckConstraint(condition=models.Q(('cutoff__in', ['inclusive', 'exclusive'])), name='run_cutoff_closed'), models.CheckConstraint(condition=models.Q(('base__in', ['declared', 'graded'])), name='run_base_closed'), models.CheckConstraint(condition=models.Q(('totals__in', ['all', 'funded'])), name='run_totals_closed'), models.CheckConstraint(condition=models.Q(('industry__in', ['left_out', 'counted'])), name='run_industry_closed'), models.CheckConstraint(condition=models.Q(('divisor__in', ['funded', 'all', 'hundred'])), name='run_divisor_closed'), models.CheckConstraint(condition=models.Q(('unit__in', ['yuan', 'wan'])), name='run_unit_closed'), models.CheckConstraint(condition=models.Q(('withdrawn_late__in', ['as_proposed', 'declared', 'out'])), name='run_withdrawn_late_closed'), models.CheckConstraint(condition=models.Q(('revoked__in', ['left_out', 'counted'])), name='run_revoked_closed'), models.CheckConstraint(condition=models.Q(('ungraded__in', ['declared', 'as_d', 'out'])), name='run_ungraded_closed'), models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('checked_by__isnull', True)), models.Q(('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='run_check_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('checked_by__isnull', False), ('status__in', ('checked', 'signed', 'locked'))), models.Q(('checked_by__isnull', True), ('status', 'draft')), ('status', 'discarded'), _connector='OR'), name='run_check_follows_status'), models.CheckConstraint(condition=models.Q(('checked_by__isnull', True), ('checked_by', models.F('made_by')), _connector='OR'), name='run_checked_by_its_drafter'), models.CheckConstraint(condition=models.Q(('signed_by__isnull', True), models.Q(('signed_by', models.F('made_by')), _negated=True), _connector='OR'), name='run_signer_is_not_its_drafter'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='run_signature_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('locked_at__isnull', True), ('locked_by__isnull', True)), models.Q(('locked_at__isnull', False), ('locked_by__isnull', False)), _connector='OR'), name='run_lock_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('signed_by__isnull', False), ('status__in', ('signed', 'locked')), models.Q(('digest', ''), _negated=True)), models.Q(models.Q(('status__in', ('signed', 'locked')), _negated=True), ('digest', ''), ('signed_by__isnull', True)), _connector='OR'), name='run_signature_follows_status'), models.CheckConstraint(condition=models.Q(models.Q(('locked_by__isnull', False), ('status', 'locked')), models.Q(models.Q(('status', 'locked'), _negated=True), ('locked_by__isnull', True)), _connector='OR'), name='run_lock_follows_status'), models.CheckConstraint(condition=models.Q(('locked_by__isnull', True), models.Q(('locked_by', models.F('signed_by')), _negated=True), _connector='OR'), name='run_signers_differ'), models.CheckConstraint(condition=models.Q(('pool_yuan', django.db.models.expressions.CombinedExpression(models.F('allocated_yuan'), '+', models.F('unallocated_yuan')))), name='run_money_adds_up'), models.UniqueConstraint(condition=models.Q(('replaces__isnull', True), ('status', 'locked')), fields=('round',), name='run_first_locked_once_per_round'), models.UniqueConstraint(condition=models.Q(('status', 'discarded'), _negated=True), fields=('replaces',), name='run_replaced_once')],
            },
        ),
        migrations.CreateModel(
            name='AllocationRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='funding.allocationrun', verbose_name='资金分配')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.region', verbose_name='地区')),
                ('label', models.CharField(max_length=40, verbose_name='地区')),
                ('code', models.CharField(blank=True, max_length=12, verbose_name='代码')),
                ('declared', models.PositiveIntegerField(verbose_name='申报数')),
                ('withdrawn', models.PositiveIntegerField(default=0, verbose_name='撤回数')),
                ('grades', models.JSONField(default=dict, verbose_name='各档数')),
                ('ungraded', models.PositiveIntegerField(default=0, verbose_name='未评定')),
                ('withdrawn_late', models.PositiveIntegerField(default=0, verbose_name='评分后撤回')),
                ('revoked', models.PositiveIntegerField(default=0, verbose_name='公布后撤销')),
                ('left_out', models.PositiveIntegerField(default=0, verbose_name='未评定不计')),
                ('late_failing', models.PositiveIntegerField(default=0, verbose_name='其中评分后撤回')),
                ('refused_failing', models.PositiveIntegerField(default=0, verbose_name='其中拒不参加评价')),
                ('failing_share', models.CharField(blank=True, max_length=40, verbose_name='未达标占比')),
                ('excluded', models.BooleanField(default=False, verbose_name='不予支持')),
                ('score', models.CharField(blank=True, max_length=120, verbose_name='得分')),
                ('weight', models.CharField(blank=True, max_length=240, verbose_name='权重')),
                ('amount_yuan', models.PositiveBigIntegerField(default=0, verbose_name='金额（元）')),
            ],
            options={
                'verbose_name': '分配明细',
                'verbose_name_plural': '分配明细',
                'ordering': ('run', 'code'),
                'constraints': [models.UniqueConstraint(fields=('run', 'region'), name='row_once_per_region'), models.UniqueConstraint(condition=models.Q(('region__isnull', True)), fields=('run',), name='row_once_for_industry')],
            },
        ),
        migrations.CreateModel(
            name='AllocationItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='funding.allocationrun', verbose_name='资金分配')),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='funding.allocationrow', verbose_name='分配明细')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.application', verbose_name='申报')),
                ('result', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocation_items', to='evaluation.result', verbose_name='认定结果')),
                ('number', models.CharField(max_length=24, verbose_name='申报编号')),
                ('name', models.CharField(max_length=80, verbose_name='平台名称')),
                ('standing', models.CharField(choices=[('graded', '已评定'), ('ungraded', '未评定档次'), ('refused', '拒不参加评价'), ('withdrawn', '评分提交前撤回'), ('withdrawn_late', '评分提交后撤回')], max_length=16, verbose_name='申报情况')),
                ('grade', models.CharField(blank=True, max_length=8, verbose_name='档次')),
                ('column', models.CharField(choices=[('grade', '计入档次'), ('ungraded', '未评定'), ('withdrawn_late', '评分后撤回'), ('revoked', '公布后撤销'), ('withdrawn', '撤回（不计）'), ('left_out', '未评定（不计）')], max_length=16, verbose_name='计入')),
                ('counts_as', models.CharField(blank=True, max_length=8, verbose_name='计为档次')),
                ('happened_on', models.DateField(blank=True, null=True, verbose_name='日期')),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='理由')),
                ('revoked_on', models.DateField(blank=True, null=True, verbose_name='撤销日期')),
            ],
            options={
                'verbose_name': '计入的申报',
                'verbose_name_plural': '计入的申报',
                'ordering': ('run', 'number'),
                'constraints': [models.UniqueConstraint(fields=('run', 'application'), name='item_once_per_run'), models.CheckConstraint(condition=models.Q(('standing__in', ['graded', 'ungraded', 'refused', 'withdrawn', 'withdrawn_late'])), name='item_standing_closed'), models.CheckConstraint(condition=models.Q(('column__in', ['grade', 'ungraded', 'withdrawn_late', 'revoked', 'withdrawn', 'left_out'])), name='item_column_closed'), models.CheckConstraint(condition=models.Q(models.Q(('column', 'grade'), models.Q(('counts_as', ''), _negated=True)), models.Q(models.Q(('column', 'grade'), _negated=True), ('counts_as', '')), _connector='OR'), name='item_counts_as_in_its_column')],
            },
        ),
        migrations.CreateModel(
            name='AllocationRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='release', to='funding.allocationrun', verbose_name='资金分配')),
                ('document_number', models.CharField(max_length=40, verbose_name='文号')),
                ('decided_on', models.DateField(verbose_name='文件日期')),
                ('use_due_on', models.DateField(verbose_name='使用情况报告截止日期')),
                ('released_at', models.DateTimeField(verbose_name='公布时间')),
                ('released_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='公布人')),
            ],
            options={
                'verbose_name': '分配结果公布',
                'verbose_name_plural': '分配结果公布',
                'ordering': ('-released_at',),
                'permissions': (('release_allocationrun', '公布分配结果'),),
                'constraints': [models.CheckConstraint(condition=models.Q(('document_number', ''), _negated=True), name='release_has_a_document'), models.CheckConstraint(condition=models.Q(('use_due_on__gte', models.F('decided_on'))), name='release_use_is_due_after_it')],
            },
        ),
        migrations.CreateModel(
            name='PaymentBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='编号')),
                ('reason', models.TextField(max_length=1000, verbose_name='理由')),
                ('proposed_at', models.DateTimeField(verbose_name='提出时间')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='决定时间')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('decision_reason', models.TextField(blank=True, max_length=400, verbose_name='决定理由')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='funding.allocationrelease', verbose_name='分配结果')),
                ('status', models.CharField(choices=[('proposed', '待批准'), ('released', '已拨付'), ('declined', '未批准'), ('withdrawn', '已撤回')], default='proposed', max_length=10, verbose_name='状态')),
                ('document_number', models.CharField(max_length=40, verbose_name='拨款文号')),
                ('paid_on', models.DateField(verbose_name='拨付日期')),
            ],
            options={
                'verbose_name': '拨付批次',
                'verbose_name_plural': '拨付批次',
                'ordering': ('-proposed_at', '-pk'),
                'permissions': (('propose_paymentbatch', '提出拨付'), ('decide_paymentbatch', '批准拨付')),
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'released', 'declined', 'withdrawn'])), name='payment_batch_status_closed'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('status', 'proposed')), models.Q(('decided_at__isnull', False), ('decided_by', models.F('proposed_by')), ('status', 'withdrawn')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('status__in', ['released', 'declined'])), _connector='OR'), name='payment_batch_decision_has_who_and_when'), models.CheckConstraint(condition=models.Q(('status__in', ('proposed', 'withdrawn')), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='payment_batch_needs_two_people'), models.CheckConstraint(condition=models.Q(('document_number', ''), _negated=True), name='payment_batch_has_a_document')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='funding.paymentbatch', verbose_name='拨付批次')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.region', verbose_name='地区')),
                ('amount_yuan', models.PositiveBigIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='拨付金额（元）')),
            ],
            options={
                'verbose_name': '拨付',
                'verbose_name_plural': '拨付',
                'ordering': ('batch', 'region__code'),
                'constraints': [models.UniqueConstraint(fields=('batch', 'region'), name='payment_once_per_batch'), models.CheckConstraint(condition=models.Q(('amount_yuan__gt', 0)), name='payment_positive')],
            },
        ),
        migrations.CreateModel(
            name='UseReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='use_reports', to='platforms.round', verbose_name='年度')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='use_reports', to='platforms.region', verbose_name='地区')),
                ('status', models.CharField(choices=[('draft', '填报中'), ('submitted', '待审核'), ('returned', '已退回'), ('accepted', '已通过')], default='draft', max_length=10, verbose_name='状态')),
                ('revision', models.PositiveIntegerField(default=1, verbose_name='保存次数')),
                ('text', models.TextField(blank=True, max_length=2000, verbose_name='总体情况')),
                ('made_at', models.DateTimeField(verbose_name='建立时间')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填报人')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='报送时间')),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='报送人')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='审核时间')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审核人')),
                ('settled_reason', models.CharField(blank=True, max_length=400, verbose_name='审核意见')),
            ],
            options={
                'verbose_name': '资金使用情况报告',
                'verbose_name_plural': '资金使用情况报告',
                'ordering': ('-round__year', 'region__code'),
                'permissions': (('fill_usereport', '填报资金使用情况'), ('settle_usereport', '审核资金使用情况')),
                'constraints': [models.UniqueConstraint(fields=('round', 'region'), name='use_report_once_per_region'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'returned', 'accepted'])), name='use_report_status_closed'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'draft'), ('submitted_at__isnull', True), ('submitted_by__isnull', True)), models.Q(('status__in', ('submitted', 'returned', 'accepted')), ('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='use_report_handed_in_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', False), ('settled_by__isnull', False), ('status__in', ('returned', 'accepted'))), models.Q(models.Q(('status__in', ('returned', 'accepted')), _negated=True), ('settled_at__isnull', True), ('settled_by__isnull', True)), _connector='OR'), name='use_report_settled_has_who_and_when')],
            },
        ),
        migrations.CreateModel(
            name='UseItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='funding.usereport', verbose_name='资金使用情况报告')),
                ('platform', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.platform', verbose_name='用于的平台')),
                ('purpose', models.CharField(max_length=200, verbose_name='用途')),
                ('spent_on', models.DateField(verbose_name='支出日期')),
                ('amount_yuan', models.PositiveBigIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='金额（元）')),
            ],
            options={
                'verbose_name': '资金使用明细',
                'verbose_name_plural': '资金使用明细',
                'ordering': ('report', 'spent_on', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_yuan__gt', 0)), name='use_item_positive'), models.CheckConstraint(condition=models.Q(('purpose', ''), _negated=True), name='use_item_has_a_purpose')],
            },
        ),
        CreateGuards(GUARDS),
    ]
