import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from platforms.triggers import CreateGuards, Guard, unlisted

PUBLISHED = "认定结果已公布，不得修改或删除"
IN_PUBLISHED = "EXISTS (SELECT 1 FROM evaluation_assessment a WHERE a.id = {row}.assessment_id AND a.status = 'published')"
COMPLETED = (
    "EXISTS (SELECT 1 FROM evaluation_assessment a WHERE a.id = {row}.assessment_id AND a.status IN ('scored', 'confirmed'))"
)
HANDED_IN = "EXISTS (SELECT 1 FROM evaluation_sheet s WHERE s.id = {row}.sheet_id AND s.status = 'handed_in')"
PROOF_CLOSED = (
    "EXISTS (SELECT 1 FROM evaluation_sheet s WHERE s.id = {row}.sheet_id AND s.status = 'handed_in') "
    "OR ({row}.sheet_id IS NULL AND EXISTS (SELECT 1 FROM evaluation_score c JOIN evaluation_assessment a "
    "ON a.id = c.assessment_id WHERE c.id = {row}.score_id AND a.status <> 'open'))"
)
COMPLETE = "评分已完成，不得修改，须先退回"
REPORTED = "EXISTS (SELECT 1 FROM evaluation_selfreport r WHERE r.id = {row}.report_id AND r.status IN ('handed_in', 'checked'))"
HANDED = "自评已提交，不得修改，须先退回"
IN_LOCKED = "EXISTS (SELECT 1 FROM evaluation_scheme s WHERE s.id = {row}.scheme_id AND s.status = 'locked')"
LOCKED = "评价方案已启用，不得修改或删除"
REVOCATION = "撤销认定办结后不得修改或删除"
FACT = "撤销认定依据的事实不得修改或删除"
UNLISTED = "撤销情形不在通知所列之内"
ENDED = "EXISTS (SELECT 1 FROM evaluation_revocationproposal p WHERE p.id = {row}.proposal_id AND p.status <> 'proposed')"
NO_GRADE = "档次不在通知所列之内"
FLAG, FLAG_TURN = "核实事项不得修改或删除", "核实经过不得修改或删除"
VISIT = "现场核查撤回后不得修改，登记不得删除"
IN_ROUND = "JOIN platforms_round r ON r.id = {row}.round_id JOIN platforms_notice n ON n.id = r.notice_id"
OF_EVALUATION = {
    "notices": f"evaluation_evaluation e {IN_ROUND.format(row='e')}", "where": "e.id = NEW.evaluation_id",
}
OF_PUBLICATION = {
    "notices": f"evaluation_publication p {IN_ROUND.format(row='p')}", "where": "p.id = NEW.publication_id",
}

NOTICE_LINE, ISSUED = "公示内容不得修改或删除，变动另列新版本", "认定文件不得修改或删除"
WITHHELD = "停止公开的登记不得修改或删除"
AMENDMENT = "更正和变更不得修改或删除，办结后不得改变"
PREPARED, OTHERS_NUMBER = "待公布内容不得修改或删除", "编号已为另一平台准备，不得使用"
ARTICLE = "已发布的动态与通知不得修改，须先撤下；发布过的不得删除"
IN_PUBLIC = "EXISTS (SELECT 1 FROM evaluation_article a WHERE a.id = {row}.article_id AND a.status = 'published')"
HEARING, OBJECTION = "告知和陈述不得修改或删除", "异议办结后不得修改，登记不得删除"

GUARDS = (
    Guard("notice_line_fixed", "evaluation_noticeline", "TRUE", NOTICE_LINE),
    Guard("public_notice_kept", "evaluation_publicnotice", "TRUE", "公示不得删除", ("DELETE",)),
    # An opened notice may only be stopped.
    Guard(
        "public_notice_fixed",
        "evaluation_publicnotice",
        "OLD.status IN ('stopped', 'declined', 'withdrawn') OR (OLD.status = 'opened' AND (NEW.status <> 'stopped'"
        " OR NEW.starts_on <> OLD.starts_on OR NEW.ends_on <> OLD.ends_on OR NEW.round_id <> OLD.round_id"
        " OR NEW.document_number <> OLD.document_number OR NEW.decided_by_id <> OLD.decided_by_id))",
        "公示批准后不得修改",
        ("UPDATE",),
    ),
    Guard("objection_kept", "evaluation_objection", "TRUE", OBJECTION, ("DELETE",)),
    Guard(
        "objection_fixed",
        "evaluation_objection",
        "OLD.status IN ('answered', 'refused') OR NEW.text <> OLD.text OR NEW.name <> OLD.name"
        " OR NEW.number <> OLD.number OR NEW.notice_id <> OLD.notice_id OR NEW.lookup_hash <> OLD.lookup_hash"
        " OR NEW.channel <> OLD.channel OR NEW.phone <> OLD.phone OR NEW.email <> OLD.email"
        " OR NEW.received_at <> OLD.received_at"
        " OR COALESCE(NEW.assessment_id, 0) <> COALESCE(OLD.assessment_id, 0)",
        OBJECTION,
        ("UPDATE",),
    ),
    Guard("hearing_kept", "evaluation_hearing", "TRUE", HEARING, ("DELETE",)),
    Guard(
        "hearing_fixed",
        "evaluation_hearing",
        # A newer link, and when it was first opened, is all that changes after the reply.
        "NEW.reasons <> OLD.reasons OR NEW.intended <> OLD.intended OR NEW.number <> OLD.number"
        " OR NEW.kind <> OLD.kind OR NEW.platform_id <> OLD.platform_id OR NEW.recipient <> OLD.recipient"
        " OR COALESCE(NEW.assessment_id, 0) <> COALESCE(OLD.assessment_id, 0)"
        " OR NEW.answer_by <> OLD.answer_by OR NEW.sent_at <> OLD.sent_at OR NEW.sent_by_id <> OLD.sent_by_id"
        " OR (OLD.answered_at IS NOT NULL AND (NEW.answer <> OLD.answer OR NEW.waived <> OLD.waived"
        " OR NEW.answered_at <> OLD.answered_at OR NEW.answered_name <> OLD.answered_name"
        " OR NEW.answered_phone <> OLD.answered_phone"
        " OR COALESCE(NEW.entered_by_id, 0) <> COALESCE(OLD.entered_by_id, 0)))"
        " OR (OLD.replied_at IS NOT NULL AND (NEW.reply <> OLD.reply OR NEW.replied_at <> OLD.replied_at"
        " OR NEW.replied_by_id <> OLD.replied_by_id))",
        HEARING,
        ("UPDATE",),
    ),
    Guard("plan_fixed", "evaluation_publicationplan", "OLD.status <> 'proposed'", "公布方案办结后不得修改或删除"),
    Guard("prepared_kept", "evaluation_prepared", "TRUE", PREPARED, ("DELETE",)),
    Guard(
        "prepared_fixed",
        "evaluation_prepared",
        "NEW.number <> OLD.number OR NEW.plan_id <> OLD.plan_id OR OLD.digest <> '' OR EXISTS"
        " (SELECT 1 FROM evaluation_publicationplan q WHERE q.id = OLD.plan_id AND q.status <> 'proposed')",
        PREPARED,
        ("UPDATE",),
    ),
    # A number belongs for good to whom it was prepared for.
    Guard(
        "prepared_number_of_one",
        "evaluation_prepared",
        "NEW.number <> '' AND EXISTS (SELECT 1 FROM evaluation_prepared p WHERE p.number = NEW.number"
        " AND (COALESCE(p.assessment_id, 0) <> COALESCE(NEW.assessment_id, 0)"
        " OR COALESCE(p.region_id, 0) <> COALESCE(NEW.region_id, 0)))",
        OTHERS_NUMBER,
        ("INSERT",),
    ),
    Guard(
        "certification_number_of_one",
        "evaluation_certification",
        "EXISTS (SELECT 1 FROM evaluation_prepared p, evaluation_result r WHERE p.number = NEW.number"
        " AND r.id = NEW.result_id AND COALESCE(p.assessment_id, 0) <> COALESCE(r.assessment_id, 0))",
        OTHERS_NUMBER,
        ("INSERT",),
    ),
    Guard("frozen_evidence_fixed", "evaluation_frozenevidence", "TRUE", PUBLISHED),
    Guard("document_fixed", "evaluation_document", "TRUE", ISSUED),
    Guard("withheld_file_fixed", "evaluation_withheldfile", "TRUE", WITHHELD),
    Guard("amendment_kept", "evaluation_amendment", "TRUE", AMENDMENT, ("DELETE",)),
    # What was proposed stays as it was proposed, and nothing comes in decided.
    Guard("amendment_begins_proposed", "evaluation_amendment", "NEW.status <> 'proposed'", AMENDMENT, ("INSERT",)),
    Guard(
        "amendment_fixed",
        "evaluation_amendment",
        "OLD.status <> 'proposed' OR NEW.number <> OLD.number OR NEW.kind <> OLD.kind OR NEW.result_id <> OLD.result_id"
        " OR NEW.platform_id <> OLD.platform_id OR NEW.grade <> OLD.grade OR NEW.grade_reason <> OLD.grade_reason"
        " OR NEW.changes <> OLD.changes OR NEW.entries <> OLD.entries OR NEW.public_reason <> OLD.public_reason"
        " OR NEW.reason <> OLD.reason OR NEW.effective_on <> OLD.effective_on"
        " OR NEW.proposed_by_id <> OLD.proposed_by_id OR NEW.proposed_at <> OLD.proposed_at",
        AMENDMENT,
        ("UPDATE",),
    ),
    Guard("publication_fixed", "evaluation_publication", "TRUE", PUBLISHED),
    Guard("published_result_fixed", "evaluation_result", "TRUE", PUBLISHED),
    Guard(
        "result_version_follows",
        "evaluation_result",
        "NEW.corrects_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM evaluation_result r WHERE r.id = NEW.corrects_id"
        " AND r.publication_id = NEW.publication_id AND r.platform_id = NEW.platform_id"
        " AND r.version = NEW.version - 1)",
        "新版须取代同一平台的上一版",
        ("INSERT",),
    ),
    Guard("published_assessment_fixed", "evaluation_assessment", "OLD.status = 'published'", PUBLISHED),
    Guard("published_score_fixed", "evaluation_score", IN_PUBLISHED.format(row="OLD"), PUBLISHED),
    Guard("published_score_closed", "evaluation_score", IN_PUBLISHED.format(row="NEW"), PUBLISHED, events=("INSERT",)),
    # What was completed or handed in is sent back first, as a named act.
    Guard("completed_score_fixed", "evaluation_score", COMPLETED.format(row="OLD"), COMPLETE),
    Guard("handed_in_mark_fixed", "evaluation_mark", HANDED_IN.format(row="OLD"), COMPLETE),
    Guard("handed_in_mark_closed", "evaluation_mark", HANDED_IN.format(row="NEW"), COMPLETE, ("INSERT",)),
    Guard("handed_in_report_line_fixed", "evaluation_selfreportline", REPORTED.format(row="OLD"), HANDED),
    Guard("handed_in_report_line_closed", "evaluation_selfreportline", REPORTED.format(row="NEW"), HANDED, ("INSERT",)),
    Guard("checked_report_fixed", "evaluation_selfreport", "OLD.status = 'checked'", "自评已审核提交，不得修改"),
    Guard("self_report_leave_fixed", "evaluation_selfreportleave", "TRUE", "准予逾期自评的记录不得修改或删除"),
    Guard("proof_fixed", "evaluation_proof", "TRUE", "佐证不得修改", ("UPDATE",)),
    Guard("proof_kept", "evaluation_proof", PROOF_CLOSED.format(row="OLD"), COMPLETE, ("DELETE",)),
    Guard("proof_closed", "evaluation_proof", PROOF_CLOSED.format(row="NEW"), COMPLETE, ("INSERT",)),
    Guard("certification_kept", "evaluation_certification", "TRUE", "认定证书不得删除", events=("DELETE",)),
    # A certification may be revoked, once; nothing else of it ever changes.
    Guard(
        "certification_fixed",
        "evaluation_certification",
        "OLD.ground <> '' OR NEW.ground = '' OR NEW.result_id <> OLD.result_id OR NEW.number <> OLD.number"
        " OR NEW.operator_code <> OLD.operator_code"
        " OR NEW.valid_from <> OLD.valid_from OR NEW.valid_until <> OLD.valid_until",
        "认定证书不得修改，撤销后不得恢复",
        events=("UPDATE",),
    ),
    Guard(
        "certification_ground_listed",
        "evaluation_certification",
        unlisted("NEW.ground", "grounds", "key", notices="platforms_notice n", where="n.id = NEW.ground_notice_id"),
        UNLISTED,
        ("INSERT", "UPDATE"),
    ),
    Guard(
        "veto_listed",
        "evaluation_assessment",
        unlisted("NEW.veto", "grounds", "key", **OF_EVALUATION),
        UNLISTED,
        ("INSERT", "UPDATE"),
    ),
    Guard("result_grade_listed", "evaluation_result", unlisted("NEW.grade", "grades", "code", **OF_PUBLICATION), NO_GRADE,
          ("INSERT",)),
    Guard("grade_listed", "evaluation_assessment", unlisted("NEW.grade", "grades", "code", **OF_EVALUATION), NO_GRADE,
          ("INSERT", "UPDATE")),
    Guard("staged_grade_listed", "evaluation_assessment",
          unlisted("NEW.staged_grade", "grades", "code", **OF_EVALUATION), NO_GRADE, ("INSERT", "UPDATE")),
    Guard("proposed_grade_listed", "evaluation_assessment",
          unlisted("NEW.proposed_grade", "grades", "code", **OF_EVALUATION), NO_GRADE, ("INSERT", "UPDATE")),
    Guard(
        "revocation_ground_listed",
        "evaluation_revocationproposal",
        unlisted("NEW.ground", "grounds", "key", notices="platforms_notice n", where="n.id = NEW.notice_id"),
        UNLISTED,
        ("INSERT", "UPDATE"),
    ),
    Guard("locked_scheme_fixed", "evaluation_scheme", "OLD.status = 'locked'", LOCKED),
    Guard("locked_indicator_fixed", "evaluation_indicator", IN_LOCKED.format(row="OLD"), LOCKED),
    Guard("locked_cutoff_fixed", "evaluation_schemecutoff", IN_LOCKED.format(row="OLD"), LOCKED),
    Guard("locked_cutoff_closed", "evaluation_schemecutoff", IN_LOCKED.format(row="NEW"), LOCKED, events=("INSERT",)),
    Guard("locked_indicator_closed", "evaluation_indicator", IN_LOCKED.format(row="NEW"), LOCKED, events=("INSERT",)),
    # An end that lies ahead may be overtaken by an earlier one; nothing is taken back.
    Guard(
        "certification_end_fixed",
        "evaluation_certificationend",
        "NEW.certification_id <> OLD.certification_id OR NEW.ended_on >= OLD.ended_on",
        "证书终止的登记不得修改",
        ("UPDATE",),
    ),
    Guard("certification_end_kept", "evaluation_certificationend", "TRUE", "证书终止的登记不得删除", ("DELETE",)),
    Guard(
        "certification_end_founded",
        "evaluation_certificationend",
        "NEW.cause = 'revoked' AND NOT EXISTS (SELECT 1 FROM evaluation_certification c "
        "WHERE c.id = NEW.certification_id AND c.ground <> '')",
        "撤销证书须载明撤销情形",
        ("INSERT", "UPDATE"),
    ),
    # What was proposed stays as it was proposed; its end is written once.
    Guard(
        "revocation_fixed",
        "evaluation_revocationproposal",
        "OLD.status <> 'proposed' OR NEW.number <> OLD.number OR NEW.platform_id <> OLD.platform_id "
        "OR NEW.notice_id <> OLD.notice_id OR NEW.ground <> OLD.ground OR NEW.reason <> OLD.reason "
        "OR NEW.effective_on <> OLD.effective_on OR NEW.hearing_id <> OLD.hearing_id "
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
    # What was asked of whom stays as it was asked; what is resolved stays so.
    Guard(
        "flag_fixed",
        "evaluation_flag",
        "OLD.status = 'resolved' OR NEW.number <> OLD.number OR NEW.assessment_id <> OLD.assessment_id "
        "OR NEW.kind <> OLD.kind OR NEW.for_whom <> OLD.for_whom OR NEW.text <> OLD.text "
        "OR NEW.raised_at <> OLD.raised_at OR NEW.raised_by_id <> OLD.raised_by_id",
        FLAG,
        ("UPDATE",),
    ),
    Guard("flag_kept", "evaluation_flag", "TRUE", FLAG, ("DELETE",)),
    Guard("flag_begins_open", "evaluation_flag", "NEW.status <> 'open'", FLAG, ("INSERT",)),
    Guard("flag_turn_fixed", "evaluation_flagturn", "TRUE", FLAG_TURN),
    # What was found may be put right, with what stood there before in the log; whose visit it was stays.
    Guard(
        "visit_fixed",
        "evaluation_sitevisit",
        "OLD.withdrawn_at IS NOT NULL OR NEW.number <> OLD.number OR NEW.assessment_id <> OLD.assessment_id "
        "OR NEW.side <> OLD.side OR NEW.recorded_at <> OLD.recorded_at OR NEW.recorded_by_id <> OLD.recorded_by_id",
        VISIT,
        ("UPDATE",),
    ),
    Guard("visit_kept", "evaluation_sitevisit", "TRUE", VISIT, ("DELETE",)),
    # What everybody reads stays as it was published, its pictures and files too.
    Guard(
        "article_fixed",
        "evaluation_article",
        "OLD.status = 'published' AND (NEW.kind <> OLD.kind OR NEW.title <> OLD.title OR NEW.summary <> OLD.summary "
        "OR NEW.text <> OLD.text OR NEW.shown_from <> OLD.shown_from OR NEW.published_at <> OLD.published_at "
        "OR NEW.published_by_id <> OLD.published_by_id)",
        ARTICLE,
        ("UPDATE",),
    ),
    Guard("article_kept", "evaluation_article", "OLD.published_at IS NOT NULL", ARTICLE, ("DELETE",)),
    Guard("article_picture_fixed", "evaluation_articlepicture", IN_PUBLIC.format(row="OLD"), ARTICLE),
    Guard("article_picture_closed", "evaluation_articlepicture", IN_PUBLIC.format(row="NEW"), ARTICLE, ("INSERT",)),
    Guard("article_file_fixed", "evaluation_articlefile", IN_PUBLIC.format(row="OLD"), ARTICLE),
    Guard("article_file_closed", "evaluation_articlefile", IN_PUBLIC.format(row="NEW"), ARTICLE, ("INSERT",)),
)


class Migration(migrations.Migration):
    """Create the tables of schemes, assessments, publication and certification, and put up their guards."""

    initial = True

    dependencies = [("platforms", "0001_create_tables_and_guards")]

    operations = [
        migrations.CreateModel(
            name='PublicationPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='编号')),
                ('reason', models.TextField(max_length=1000, verbose_name='理由')),
                ('proposed_at', models.DateTimeField(verbose_name='提出时间')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='决定时间')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('decision_reason', models.TextField(blank=True, max_length=400, verbose_name='决定理由')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publication_plans', to='platforms.round', verbose_name='年度')),
                ('status', models.CharField(choices=[('proposed', '待批准'), ('decided', '已公布'), ('declined', '未批准'), ('withdrawn', '已撤回')], default='proposed', max_length=10, verbose_name='状态')),
                ('decided_on', models.DateField(verbose_name='认定日期')),
                ('document_number', models.CharField(blank=True, max_length=40, verbose_name='文号')),
                ('gaps', models.JSONField(blank=True, default=list, verbose_name='尚缺事项')),
                ('basis', models.CharField(editable=False, max_length=64, verbose_name='依据校验值')),
                ('prepared_at', models.DateTimeField(blank=True, null=True, verbose_name='准备完成时间')),
            ],
            options={
                'verbose_name': '公布方案',
                'verbose_name_plural': '公布方案',
                'ordering': ('-proposed_at', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'decided', 'declined', 'withdrawn'])), name='publication_plan_status_closed'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('status', 'proposed')), models.Q(('decided_at__isnull', False), ('decided_by', models.F('proposed_by')), ('status', 'withdrawn')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('status__in', ['decided', 'declined'])), _connector='OR'), name='publication_plan_decision_has_who_and_when'), models.CheckConstraint(condition=models.Q(('status__in', ('proposed', 'withdrawn')), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='publication_plan_needs_two_people'), models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('round',), name='publication_plan_one_open')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='publication', to='platforms.round', verbose_name='年度')),
                ('plan', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='publication', to='evaluation.publicationplan', verbose_name='公布方案')),
                ('taken_over', models.BooleanField(default=False, verbose_name='历史数据')),
                ('decided_on', models.DateField(verbose_name='认定日期')),
                ('document_number', models.CharField(blank=True, max_length=40, verbose_name='文号')),
                ('published_at', models.DateTimeField(verbose_name='公布时间')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='公布人')),
            ],
            options={
                'verbose_name': '公布',
                'verbose_name_plural': '公布',
                'ordering': ('-round__year',),
                'permissions': (('propose_publication', '提出公布'), ('publish_results', '公布认定结果'), ('take_over_results', '导入历史认定'), ('compare_years', '查看年度对比')),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('plan__isnull', True), ('taken_over', True)), models.Q(('plan__isnull', False), ('taken_over', False)), _connector='OR'), name='publication_planned_or_taken_over')],
            },
        ),
        migrations.CreateModel(
            name='Scheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schemes', to='platforms.notice', verbose_name='通知')),
                ('name', models.CharField(max_length=80, verbose_name='名称')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='版本')),
                ('status', models.CharField(choices=[('draft', '编制中'), ('locked', '已启用')], default='draft', max_length=8, verbose_name='状态')),
                ('note', models.TextField(blank=True, max_length=1000, verbose_name='说明')),
                ('difference_share', models.DecimalField(decimal_places=2, default=Decimal('20'), help_text='两位评分人对同一指标的评分，相差超过该指标满分的这一比例的，列为分歧，由第三人评定。', max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='评分分歧界限（%）')),
                ('explain_full', models.BooleanField(default=False, help_text='勾选后，指标得满分、基本条件具备的，也须填写依据；不勾选的，只在扣分和不具备时填写。', verbose_name='得满分也须说明')),
                ('gap_share', models.DecimalField(decimal_places=2, default=Decimal('30'), help_text='自评填报数值与系统记录相差超过这一比例的，提示核实是否属于材料、数据严重失实，不直接作出认定。', max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='自评与记录差异界限（%）')),
                ('missing_report', models.CharField(choices=[('last', '评为最低档：逾期未报送自评的，按拒不参加评价处理'), ('recorded', '只按系统核计评分：不影响评分，有系统记录的指标按记录计分'), ('zero', '填报数值按 0 计：自评填报的数值视为 0，其余照常评分')], default='last', help_text='逾期未报送自评的平台按所选方式处理。', max_length=8, verbose_name='未报送自评的')),
            ],
            options={
                'verbose_name': '评价方案',
                'verbose_name_plural': '评价方案',
                'ordering': ('name', '-version'),
                'constraints': [models.UniqueConstraint(fields=('name', 'version'), name='scheme_version_once'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'locked'])), name='scheme_status_closed'), models.CheckConstraint(condition=models.Q(('missing_report__in', ['last', 'recorded', 'zero'])), name='scheme_missing_report_closed'), models.CheckConstraint(condition=models.Q(('difference_share__range', (0, 100)), ('gap_share__range', (0, 100))), name='scheme_shares_are_percents')],
            },
        ),
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='evaluation', to='platforms.round', verbose_name='年度')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='evaluation.scheme', verbose_name='评价方案')),
                ('started_at', models.DateTimeField(verbose_name='启动时间')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='启动人')),
                ('self_reports_by', models.DateField(verbose_name='自评截止日期')),
                ('first_scores_by', models.DateField(verbose_name='县级初评截止日期')),
                ('judged_by', models.CharField(choices=[('city', '市级评分'), ('assessors', '两名评审员独立评分')], default='city', max_length=10, verbose_name='评分方式')),
                ('counted_at', models.DateTimeField(blank=True, null=True, verbose_name='核计时间')),
            ],
            options={
                'verbose_name': '绩效评价',
                'verbose_name_plural': '绩效评价',
                'ordering': ('-round__year',),
                'constraints': [models.CheckConstraint(condition=models.Q(('judged_by__in', ['city', 'assessors'])), name='evaluation_judged_by_closed'), models.CheckConstraint(condition=models.Q(('first_scores_by__gte', models.F('self_reports_by'))), name='evaluation_days_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='evaluation.evaluation', verbose_name='绩效评价')),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='assessment', to='platforms.application', verbose_name='申报表')),
                ('frozen_form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.applicationversion', verbose_name='评价依据')),
                ('status', models.CharField(choices=[('open', '待评分'), ('scored', '待核定'), ('confirmed', '已核定'), ('published', '已公布')], default='open', max_length=10, verbose_name='状态')),
                ('revision', models.PositiveIntegerField(default=1, verbose_name='保存次数')),
                ('points', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, verbose_name='得分')),
                ('proposed_grade', models.CharField(blank=True, max_length=8, verbose_name='建议档次')),
                ('veto', models.CharField(blank=True, max_length=20, verbose_name='一票否决情形')),
                ('veto_fact', models.CharField(blank=True, max_length=400, verbose_name='否决事实')),
                ('unreported_at', models.DateTimeField(blank=True, null=True, verbose_name='认定未自评时间')),
                ('staged_grade', models.CharField(blank=True, max_length=8, verbose_name='暂定档次')),
                ('staged_reason', models.CharField(blank=True, max_length=400, verbose_name='暂定说明')),
                ('staged_at', models.DateTimeField(blank=True, null=True, verbose_name='暂定时间')),
                ('staged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='暂定人')),
                ('seconded_at', models.DateTimeField(blank=True, null=True, verbose_name='复核时间')),
                ('seconded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复核人')),
                ('grade', models.CharField(blank=True, max_length=8, verbose_name='核定档次')),
                ('grade_reason', models.CharField(blank=True, max_length=400, verbose_name='核定说明')),
                ('scored_at', models.DateTimeField(blank=True, null=True, verbose_name='评分时间')),
                ('scored_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='评分人')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='核定时间')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='核定人')),
            ],
            options={
                'verbose_name': '评价',
                'verbose_name_plural': '评价',
                'ordering': ('application__number',),
                'permissions': (('score_assessment', '评分'), ('confirm_assessment', '核定档次'), ('export_assessment', '导出评价')),
                'indexes': [models.Index(fields=['evaluation', 'status'], name='assessment_worklist')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('seconded_at__isnull', True), ('seconded_by__isnull', True), ('staged_at__isnull', True), ('staged_by__isnull', True), ('staged_grade', ''), ('staged_reason', '')), models.Q(('staged_at__isnull', False), ('staged_by__isnull', False), ('status', 'scored'), models.Q(('staged_grade', ''), _negated=True), models.Q(models.Q(('seconded_at__isnull', True), ('seconded_by__isnull', True)), models.Q(('seconded_at__isnull', False), ('seconded_by__isnull', False)), _connector='OR')), _connector='OR'), name='assessment_staged_has_who_and_when'), models.CheckConstraint(condition=models.Q(('scored_by__isnull', True), ('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('scored_by')), _negated=True), _connector='OR'), name='assessment_scorer_does_not_confirm'), models.CheckConstraint(condition=models.Q(('scored_by__isnull', True), ('staged_by__isnull', True), models.Q(('staged_by', models.F('scored_by')), _negated=True), _connector='OR'), name='assessment_scorer_does_not_stage'), models.CheckConstraint(condition=models.Q(('seconded_by__isnull', True), models.Q(('seconded_by', models.F('staged_by')), _negated=True), _connector='OR'), name='assessment_seconded_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('veto', ''), ('veto_fact', '')), models.Q(models.Q(('veto', ''), _negated=True), models.Q(('veto_fact', ''), _negated=True)), _connector='OR'), name='assessment_veto_has_fact'), models.CheckConstraint(condition=models.Q(('status__in', ['open', 'scored', 'confirmed', 'published'])), name='assessment_status_closed'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True), ('grade', ''), ('status__in', ('open', 'scored'))), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('status__in', ('confirmed', 'published')), models.Q(('grade', ''), _negated=True)), _connector='OR'), name='assessment_grade_has_who_and_when')],
            },
        ),
        migrations.CreateModel(
            name='Result',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='evaluation.publication', verbose_name='公布')),
                ('assessment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='evaluation.assessment', verbose_name='评价')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='版本')),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='evaluation.result', verbose_name='取代的版本')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='platforms.platform', verbose_name='窗口平台')),
                ('code', models.CharField(max_length=20, verbose_name='平台编号')),
                ('name', models.CharField(max_length=80, verbose_name='平台名称')),
                ('pinyin', models.CharField(blank=True, editable=False, max_length=600)),
                ('type', models.CharField(choices=[('functional_zone', '功能区窗口平台'), ('town', '乡镇（街道）窗口平台'), ('park', '小微企业园窗口平台'), ('industry', '重点行业窗口平台')], max_length=16, verbose_name='类型')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='platforms.region', verbose_name='地区')),
                ('site_name', models.CharField(max_length=100, verbose_name='地点')),
                ('operator_name', models.CharField(max_length=80, verbose_name='运营单位')),
                ('address', models.CharField(blank=True, max_length=120, verbose_name='地址')),
                ('opening_hours', models.CharField(blank=True, max_length=80, verbose_name='开放时间')),
                ('service_phone', models.CharField(blank=True, max_length=60, verbose_name='服务电话')),
                ('introduction', models.TextField(blank=True, max_length=1000, verbose_name='平台简介')),
                ('longitude', models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name='经度')),
                ('latitude', models.DecimalField(blank=True, decimal_places=6, max_digits=8, null=True, verbose_name='纬度')),
                ('services', models.JSONField(default=list, verbose_name='服务内容')),
                ('public_rules', models.JSONField(default=list, verbose_name='公开制度')),
                ('grade', models.CharField(max_length=8, verbose_name='档次')),
            ],
            options={
                'verbose_name': '认定结果',
                'verbose_name_plural': '认定结果',
                'ordering': ('publication', 'code'),
                'permissions': (('export_result', '导出认定结果'),),
                'indexes': [models.Index(fields=['publication', 'code'], name='result_in_order'), models.Index(fields=['publication', 'region', 'type', 'grade'], name='result_counts'), models.Index(fields=['code'], name='result_code')],
                'constraints': [models.UniqueConstraint(fields=('publication', 'platform', 'version'), name='result_once_per_version'), models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', True), ('version', 1)), models.Q(('corrects__isnull', False), ('version__gt', 1)), _connector='OR'), name='result_version_names_what_it_corrects')],
            },
        ),
        migrations.CreateModel(
            name='Certification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('result', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='certification', to='evaluation.result', verbose_name='认定结果')),
                ('operator_code', models.CharField(blank=True, editable=False, max_length=18, verbose_name='统一社会信用代码')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='证书编号')),
                ('valid_from', models.DateField(verbose_name='有效期起')),
                ('valid_until', models.DateField(verbose_name='有效期止')),
                ('revoked_on', models.DateField(blank=True, null=True, verbose_name='撤销日期')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销操作时间')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人')),
                ('ground', models.CharField(blank=True, max_length=20, verbose_name='撤销情形')),
                ('ground_notice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.notice', verbose_name='撤销依据的通知')),
                ('revocation_reason', models.TextField(blank=True, max_length=1000, verbose_name='撤销事实')),
            ],
            options={
                'verbose_name': '认定证书',
                'verbose_name_plural': '认定证书',
                'ordering': ('number',),
                'permissions': (('export_certification', '导出认定证书'),),
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__gt', models.F('valid_from'))), name='certification_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('ground', ''), ('ground_notice__isnull', True), ('revoked_at__isnull', True), ('revoked_by__isnull', True), ('revoked_on__isnull', True)), models.Q(models.Q(('ground', ''), _negated=True), ('ground_notice__isnull', False), ('revoked_at__isnull', False), ('revoked_by__isnull', False), ('revoked_on__isnull', False)), _connector='OR'), name='certification_revocation_has_who_and_when')],
            },
        ),
        migrations.CreateModel(
            name='SchemeCutoff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cutoffs', to='evaluation.scheme', verbose_name='评价方案')),
                ('grade', models.CharField(max_length=8, verbose_name='档次')),
                ('least', models.DecimalField(decimal_places=2, default=0, max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('1000'))], verbose_name='起点（分）')),
                ('share', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='名次占比（%）')),
            ],
            options={
                'verbose_name': '档次起点',
                'verbose_name_plural': '档次起点',
                'ordering': ('scheme', '-least', 'share'),
                'constraints': [models.UniqueConstraint(fields=('scheme', 'grade'), name='scheme_cutoff_once', violation_error_message='同一档次只填写一个起点分。'), models.CheckConstraint(condition=models.Q(('share__isnull', True), models.Q(('share__gt', 0), ('share__lte', 100)), _connector='OR'), name='scheme_cutoff_share_is_a_percent', violation_error_message='名次占比须大于 0、不超过 100。')],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(verbose_name='序号')),
                ('head', models.CharField(max_length=20, verbose_name='类别')),
                ('code', models.SlugField(max_length=40, verbose_name='代号')),
                ('title', models.CharField(max_length=120, verbose_name='指标')),
                ('method', models.CharField(choices=[('gate', '基本条件（是否具备）'), ('scored', '评分'), ('tiers', '分档计分'), ('linear', '按比例计分'), ('deduct', '按次扣分')], max_length=8, verbose_name='计分方法')),
                ('full_marks', models.DecimalField(decimal_places=2, default=0, max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('1000'))], verbose_name='满分（分）')),
                ('unit', models.CharField(blank=True, max_length=10, verbose_name='单位')),
                ('floor', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='起点值')),
                ('target', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='目标值')),
                ('tiers', models.JSONField(blank=True, default=list, verbose_name='分档')),
                ('source', models.CharField(blank=True, max_length=40, verbose_name='数值来源')),
                ('guide', models.CharField(blank=True, max_length=200, verbose_name='评分说明')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='evaluation.scheme', verbose_name='评价方案')),
                ('evidence_required', models.BooleanField(default=False, verbose_name='须附佐证')),
                ('marks_by_type', models.JSONField(blank=True, default=dict, verbose_name='各类型满分')),
            ],
            options={
                'verbose_name': '指标',
                'verbose_name_plural': '指标',
                'ordering': ('scheme', 'order'),
                'constraints': [models.UniqueConstraint(fields=('scheme', 'code'), name='indicator_code_once'), models.CheckConstraint(condition=models.Q(('head', ''), _negated=True), name='indicator_has_head'), models.CheckConstraint(condition=models.Q(('method__in', ['gate', 'scored', 'tiers', 'linear', 'deduct'])), name='indicator_method_closed')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluation.indicator', verbose_name='指标')),
                ('verified', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='核定数值')),
                ('passed', models.BooleanField(blank=True, null=True, verbose_name='具备')),
                ('points', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name='得分')),
                ('evidence', models.CharField(blank=True, max_length=400, verbose_name='佐证与说明')),
                ('full_marks', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='满分（分）')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='evaluation.assessment', verbose_name='评价')),
                ('stated', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='申报表所填')),
                ('reported', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='填报数值')),
                ('counted', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='系统核计')),
                ('counted_rows', models.PositiveIntegerField(blank=True, null=True, verbose_name='核计记录数')),
                ('counted_digest', models.CharField(blank=True, max_length=64, verbose_name='核计校验值')),
                ('counted_meaning', models.CharField(blank=True, max_length=300, verbose_name='核计口径')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='评分人')),
            ],
            options={
                'verbose_name': '指标得分',
                'verbose_name_plural': '指标得分',
                'ordering': ('assessment', 'indicator__order'),
                'constraints': [models.UniqueConstraint(fields=('assessment', 'indicator'), name='score_once_per_indicator')],
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='编号')),
                ('kind', models.CharField(choices=[('doubtful', '材料存疑'), ('mismatch', '数据与记录不符'), ('visit', '需现场核查'), ('revocation', '涉嫌撤销情形'), ('interest', '利益关联'), ('other', '其他')], max_length=12, verbose_name='类型')),
                ('for_whom', models.CharField(choices=[('county', '县级核实'), ('city', '市级核实')], max_length=8, verbose_name='核实层级')),
                ('text', models.TextField(max_length=1000, verbose_name='需核实的内容')),
                ('due_on', models.DateField(verbose_name='答复期限')),
                ('status', models.CharField(choices=[('open', '待核实'), ('escalated', '已报市级'), ('answered', '已答复，待办结'), ('resolved', '已办结')], default='open', max_length=10, verbose_name='状态')),
                ('raised_at', models.DateTimeField(verbose_name='提出时间')),
                ('escalated_at', models.DateTimeField(blank=True, null=True, verbose_name='上报时间')),
                ('escalation_reason', models.TextField(blank=True, max_length=1000, verbose_name='上报理由')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='答复时间')),
                ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
                ('resolution', models.TextField(blank=True, max_length=1000, verbose_name='办结意见')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='答复人')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='evaluation.assessment', verbose_name='评价')),
                ('escalated_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上报人')),
                ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办结人')),
            ],
            options={
                'verbose_name': '核实事项',
                'verbose_name_plural': '核实事项',
                'ordering': ('-raised_at', '-pk'),
                'permissions': (('answer_flag', '答复核实事项'), ('escalate_flag', '报市级核实'), ('resolve_flag', '办结核实事项')),
                'indexes': [models.Index(fields=['status', 'due_on'], name='flag_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['doubtful', 'mismatch', 'visit', 'revocation', 'interest', 'other'])), name='flag_kind_closed'), models.CheckConstraint(condition=models.Q(('for_whom__in', ['county', 'city'])), name='flag_reader_closed'), models.CheckConstraint(condition=models.Q(('status__in', ['open', 'escalated', 'answered', 'resolved'])), name='flag_status_closed'), models.CheckConstraint(condition=models.Q(models.Q(('escalated_at__isnull', True), ('escalated_by__isnull', True), ('escalation_reason', '')), models.Q(('escalated_at__isnull', False), ('escalated_by__isnull', False), ('for_whom', 'county'), models.Q(('escalation_reason', ''), _negated=True)), _connector='OR'), name='flag_escalation_whole'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'escalated'), _negated=True), ('escalated_at__isnull', False), _connector='OR'), name='flag_escalated_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='flag_answer_whole'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'answered'), _negated=True), ('answered_at__isnull', False), _connector='OR'), name='flag_answered_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', False), ('resolved_by__isnull', False), ('status', 'resolved'), models.Q(('resolution', ''), _negated=True)), models.Q(models.Q(('status', 'resolved'), _negated=True), ('resolution', ''), ('resolved_at__isnull', True), ('resolved_by__isnull', True)), _connector='OR'), name='flag_resolved_whole')],
            },
        ),
        migrations.CreateModel(
            name='FlagTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=10, verbose_name='动作')),
                ('label', models.CharField(max_length=20, verbose_name='动作名称')),
                ('source', models.CharField(choices=[('open', '待核实'), ('escalated', '已报市级'), ('answered', '已答复，待办结'), ('resolved', '已办结')], max_length=10, verbose_name='原状态')),
                ('target', models.CharField(choices=[('open', '待核实'), ('escalated', '已报市级'), ('answered', '已答复，待办结'), ('resolved', '已办结')], max_length=10, verbose_name='新状态')),
                ('text', models.TextField(max_length=1000, verbose_name='内容')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('flag', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='turns', to='evaluation.flag', verbose_name='核实事项')),
            ],
            options={
                'verbose_name': '核实经过',
                'verbose_name_plural': '核实经过',
                'ordering': ('flag', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('source__in', ['open', 'escalated', 'answered', 'resolved']), ('target__in', ['open', 'escalated', 'answered', 'resolved'])), name='flag_turn_closed')],
            },
        ),
        migrations.CreateModel(
            name='SiteVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='编号')),
                ('side', models.CharField(choices=[('county', '县级核查'), ('city', '市级核查')], max_length=8, verbose_name='核查层级')),
                ('visited_on', models.DateField(verbose_name='核查日期')),
                ('people', models.CharField(max_length=200, verbose_name='核查人员')),
                ('findings', models.TextField(max_length=2000, verbose_name='核查情况')),
                ('revision', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='保存次数')),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('changed_at', models.DateTimeField(blank=True, null=True, verbose_name='修改时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='撤回时间')),
                ('withdrawal_reason', models.CharField(blank=True, max_length=400, verbose_name='撤回理由')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='evaluation.assessment', verbose_name='评价')),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='修改人')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤回人')),
            ],
            options={
                'verbose_name': '现场核查',
                'verbose_name_plural': '现场核查',
                'ordering': ('-visited_on', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('side__in', ['county', 'city'])), name='visit_side_closed'), models.CheckConstraint(condition=models.Q(models.Q(('changed_at__isnull', True), ('changed_by__isnull', True)), models.Q(('changed_at__isnull', False), ('changed_by__isnull', False)), _connector='OR'), name='visit_change_whole'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), _connector='OR'), name='visit_withdrawal_whole')],
            },
        ),
        migrations.CreateModel(
            name='CertificationEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('certification', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='evaluation.certification', verbose_name='认定证书')),
                ('ended_on', models.DateField(verbose_name='终止日期')),
                ('cause', models.CharField(choices=[('replaced', '换发新证'), ('given_up', '自愿放弃'), ('revoked', '撤销'), ('corrected', '更正')], max_length=10, verbose_name='终止原因')),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='说明')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='evaluation.certification', verbose_name='换发的新证')),
                ('ended_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                ('ended_at', models.DateTimeField(verbose_name='办理时间')),
            ],
            options={
                'verbose_name': '证书终止',
                'verbose_name_plural': '证书终止',
                'ordering': ('-ended_at', 'pk'),
                'permissions': (('end_certification', '办理放弃认定'),),
                'constraints': [models.CheckConstraint(condition=models.Q(('cause__in', ['replaced', 'given_up', 'revoked', 'corrected'])), name='certification_end_closed'), models.CheckConstraint(condition=models.Q(models.Q(('cause', 'replaced'), ('successor__isnull', False)), ('cause', 'corrected'), models.Q(('cause__in', ('given_up', 'revoked')), ('successor__isnull', True)), _connector='OR'), name='certification_end_names_its_successor')],
            },
        ),
        migrations.CreateModel(
            name='Hearing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='告知书编号')),
                ('kind', models.CharField(choices=[('grade', '拟不予认定'), ('revocation', '拟撤销认定')], max_length=10, verbose_name='事项')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hearings', to='platforms.platform', verbose_name='窗口平台')),
                ('assessment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hearings', to='evaluation.assessment', verbose_name='评价')),
                ('recipient', models.CharField(max_length=80, verbose_name='被告知单位')),
                ('intended', models.CharField(max_length=60, verbose_name='拟办事项')),
                ('reasons', models.TextField(max_length=1500, verbose_name='事实和理由')),
                ('answer_by', models.DateField(verbose_name='陈述期限')),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('sent_at', models.DateTimeField(verbose_name='告知时间')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='告知人')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='首次打开时间')),
                ('answer', models.TextField(blank=True, max_length=2000, verbose_name='陈述申辩')),
                ('waived', models.BooleanField(default=False, verbose_name='放弃陈述')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='陈述时间')),
                ('answered_name', models.CharField(blank=True, max_length=40, verbose_name='陈述人')),
                ('answered_phone', models.CharField(blank=True, max_length=60, verbose_name='联系电话')),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='书面陈述登记人')),
                ('reply', models.TextField(blank=True, max_length=1500, verbose_name='复核意见')),
                ('replied_at', models.DateTimeField(blank=True, null=True, verbose_name='复核时间')),
                ('replied_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复核人')),
            ],
            options={
                'verbose_name': '告知和陈述',
                'verbose_name_plural': '告知和陈述',
                'ordering': ('-sent_at', '-pk'),
                'permissions': (('pass_on_hearing', '转交告知书、登记书面陈述'), ('reply_hearing', '复核陈述申辩')),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['grade', 'revocation'])), name='hearing_kind_closed'), models.CheckConstraint(condition=models.Q(models.Q(('assessment__isnull', False), ('kind', 'grade')), models.Q(('assessment__isnull', True), ('kind', 'revocation')), _connector='OR'), name='hearing_of_a_grade_names_it'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_name', ''), ('waived', False)), models.Q(('answered_at__isnull', False), models.Q(('answered_name', ''), _negated=True), ('answer', ''), ('waived', True)), models.Q(('answered_at__isnull', False), ('waived', False), models.Q(('answered_name', ''), _negated=True), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='hearing_answer_whole'), models.CheckConstraint(condition=models.Q(models.Q(('replied_at__isnull', True), ('replied_by__isnull', True), ('reply', '')), models.Q(models.Q(('reply', ''), _negated=True), ('answered_at__isnull', False), ('replied_at__isnull', False), ('replied_by__isnull', False)), _connector='OR'), name='hearing_reply_whole')],
            },
        ),
        migrations.CreateModel(
            name='RevocationProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='编号')),
                ('proposed_at', models.DateTimeField(verbose_name='提出时间')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='决定时间')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('decision_reason', models.TextField(blank=True, max_length=400, verbose_name='决定理由')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revocations', to='platforms.platform', verbose_name='窗口平台')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.notice', verbose_name='依据的通知')),
                ('ground', models.CharField(max_length=20, verbose_name='撤销情形')),
                ('status', models.CharField(choices=[('proposed', '待决定'), ('decided', '已撤销'), ('declined', '不予撤销'), ('withdrawn', '已撤回')], default='proposed', max_length=10, verbose_name='状态')),
                ('reason', models.TextField(max_length=1000, verbose_name='事实和依据')),
                ('effective_on', models.DateField(verbose_name='撤销日期')),
                ('hearing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='revocation', to='evaluation.hearing', verbose_name='告知和陈述')),
            ],
            options={
                'verbose_name': '撤销认定',
                'verbose_name_plural': '撤销认定',
                'ordering': ('-proposed_at', '-pk'),
                'permissions': (('propose_revocation', '提出撤销认定'), ('decide_revocation', '决定撤销认定')),
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'decided', 'declined', 'withdrawn'])), name='revocation_status_closed'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('status', 'proposed')), models.Q(('decided_at__isnull', False), ('decided_by', models.F('proposed_by')), ('status', 'withdrawn')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('status__in', ['decided', 'declined'])), _connector='OR'), name='revocation_decision_has_who_and_when'), models.CheckConstraint(condition=models.Q(('status__in', ('proposed', 'withdrawn')), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='revocation_needs_two_people'), models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('platform',), name='revocation_one_open_per_platform')],
            },
        ),
        migrations.CreateModel(
            name='RevocationFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, verbose_name='登记编号')),
                ('text', models.TextField(max_length=1000, verbose_name='事实')),
                ('happened_on', models.DateField(verbose_name='发生日期')),
                ('confirmation', models.TextField(max_length=400, verbose_name='确认理由')),
                ('complaints', models.JSONField(default=list, verbose_name='计入的投诉')),
                ('is_used', models.BooleanField(default=True, verbose_name='占用')),
                ('fact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.ground', verbose_name='登记的事实')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='evaluation.revocationproposal', verbose_name='撤销认定')),
            ],
            options={
                'verbose_name': '撤销认定依据的事实',
                'verbose_name_plural': '撤销认定依据的事实',
                'ordering': ('proposal', 'happened_on', 'pk'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_used', True)), fields=('fact',), name='revocation_fact_used_once'), models.UniqueConstraint(fields=('proposal', 'fact'), name='revocation_fact_named_once')],
            },
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheets', to='evaluation.assessment', verbose_name='评价')),
                ('kind', models.CharField(choices=[('county', '县级初评'), ('assessor', '评审员评分'), ('third', '第三人复评')], max_length=10, verbose_name='评分表')),
                ('judge', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='评分人')),
                ('status', models.CharField(choices=[('open', '待评分'), ('handed_in', '已提交')], default='open', max_length=10, verbose_name='状态')),
                ('revision', models.PositiveIntegerField(default=1, verbose_name='保存次数')),
                ('points', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, verbose_name='得分')),
                ('runs_itself', models.BooleanField(default=False, verbose_name='县级自行运营')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='说明')),
                ('opened_at', models.DateTimeField(verbose_name='建立时间')),
                ('handed_in_at', models.DateTimeField(blank=True, null=True, verbose_name='提交时间')),
                ('handed_in_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提交人')),
            ],
            options={
                'verbose_name': '评分表',
                'verbose_name_plural': '评分表',
                'ordering': ('assessment__application__number', 'kind', 'pk'),
                'permissions': (('fill_sheet', '填写评分表'), ('assign_sheet', '分派评审员'), ('reopen_sheet', '退回评分表')),
                'indexes': [models.Index(fields=['judge', 'status'], name='sheet_worklist')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['county', 'assessor', 'third'])), name='sheet_kind_closed'), models.CheckConstraint(condition=models.Q(('status__in', ['open', 'handed_in'])), name='sheet_status_closed'), models.CheckConstraint(condition=models.Q(models.Q(('judge__isnull', True), ('kind', 'county')), models.Q(('judge__isnull', False), ('kind', 'assessor')), ('kind', 'third'), _connector='OR'), name='sheet_has_its_judge'), models.CheckConstraint(condition=models.Q(models.Q(('handed_in_at__isnull', True), ('handed_in_by__isnull', True), ('status', 'open')), models.Q(('handed_in_at__isnull', False), ('handed_in_by__isnull', False), ('status', 'handed_in')), _connector='OR'), name='sheet_handed_in_has_who_and_when'), models.UniqueConstraint(fields=('assessment', 'judge'), name='sheet_once_per_judge'), models.UniqueConstraint(condition=models.Q(('kind__in', ('county', 'third'))), fields=('assessment', 'kind'), name='sheet_of_county_and_third_once')],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluation.indicator', verbose_name='指标')),
                ('verified', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='核定数值')),
                ('passed', models.BooleanField(blank=True, null=True, verbose_name='具备')),
                ('points', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name='得分')),
                ('evidence', models.CharField(blank=True, max_length=400, verbose_name='佐证与说明')),
                ('full_marks', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='满分（分）')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='evaluation.sheet', verbose_name='评分表')),
            ],
            options={
                'verbose_name': '评分',
                'verbose_name_plural': '评分',
                'ordering': ('sheet', 'indicator__order'),
                'constraints': [models.UniqueConstraint(fields=('sheet', 'indicator'), name='mark_once_per_indicator')],
            },
        ),
        migrations.CreateModel(
            name='Conflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conflicts', to='evaluation.assessment', verbose_name='评价')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to=settings.AUTH_USER_MODEL, verbose_name='回避人')),
                ('reason', models.CharField(max_length=400, verbose_name='回避事由')),
                ('declared_at', models.DateTimeField(verbose_name='登记时间')),
                ('declared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
            ],
            options={
                'verbose_name': '回避',
                'verbose_name_plural': '回避',
                'ordering': ('assessment__application__number', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('assessment', 'person'), name='conflict_once')],
            },
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='looks', to='evaluation.evaluation', verbose_name='绩效评价')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='查看人')),
                ('looked_at', models.DateTimeField(verbose_name='查看时间')),
            ],
            options={
                'verbose_name': '档次查看',
                'verbose_name_plural': '档次查看',
                'ordering': ('evaluation', 'user'),
                'constraints': [models.UniqueConstraint(fields=('evaluation', 'user'), name='look_once_per_person')],
            },
        ),
        migrations.CreateModel(
            name='SelfReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assessment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='self_report', to='evaluation.assessment', verbose_name='评价')),
                ('status', models.CharField(choices=[('waiting', '待填报'), ('handed_in', '待审核'), ('returned', '已退回'), ('checked', '已审核提交')], default='waiting', max_length=10, verbose_name='状态')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='保存次数')),
                ('saved_at', models.DateTimeField(blank=True, null=True, verbose_name='更新时间')),
                ('leave_until', models.DateField(blank=True, null=True, verbose_name='延期至')),
                ('receipt', models.CharField(blank=True, max_length=20, verbose_name='回执编号')),
                ('filled_by', models.CharField(blank=True, max_length=40, verbose_name='填报人')),
                ('handed_in_at', models.DateTimeField(blank=True, null=True, verbose_name='提交时间')),
                ('return_reason', models.CharField(blank=True, max_length=400, verbose_name='退回理由')),
                ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='退回时间')),
                ('returned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='退回人')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='审核时间')),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审核人')),
            ],
            options={
                'verbose_name': '自评',
                'verbose_name_plural': '自评',
                'ordering': ('assessment__application__number',),
                'permissions': (('send_selfreport', '发送自评链接'), ('check_selfreport', '审核自评'), ('extend_selfreport', '准予逾期自评'), ('settle_selfreport', '登记未自评')),
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'handed_in', 'returned', 'checked'])), name='self_report_status_closed'), models.CheckConstraint(condition=models.Q(models.Q(('filled_by', ''), ('handed_in_at__isnull', True), ('receipt', ''), ('status', 'waiting')), models.Q(('handed_in_at__isnull', False), ('status__in', ('handed_in', 'returned', 'checked')), models.Q(('receipt', ''), _negated=True), models.Q(('filled_by', ''), _negated=True)), _connector='OR'), name='self_report_handed_in_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('return_reason', ''), ('returned_at__isnull', True), ('returned_by__isnull', True)), models.Q(('returned_at__isnull', False), ('returned_by__isnull', False), models.Q(('return_reason', ''), _negated=True)), _connector='OR'), name='self_report_returned_has_who_and_why'), models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', False), ('checked_by__isnull', False), ('status', 'checked')), models.Q(('checked_at__isnull', True), ('checked_by__isnull', True), ('status__in', ('waiting', 'handed_in', 'returned'))), _connector='OR'), name='self_report_checked_has_who_and_when'), models.UniqueConstraint(condition=models.Q(('receipt', ''), _negated=True), fields=('receipt',), name='self_report_receipt_once')],
            },
        ),
        migrations.CreateModel(
            name='SelfReportLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='evaluation.selfreport', verbose_name='自评')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluation.indicator', verbose_name='指标')),
                ('value', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='本期数值')),
                ('remark', models.CharField(blank=True, max_length=400, verbose_name='说明')),
                ('link', models.CharField(blank=True, max_length=300, verbose_name='佐证链接')),
                ('question', models.CharField(blank=True, max_length=400, verbose_name='退回意见')),
            ],
            options={
                'verbose_name': '自评指标',
                'verbose_name_plural': '自评指标',
                'ordering': ('report', 'indicator__order'),
                'constraints': [models.UniqueConstraint(fields=('report', 'indicator'), name='self_report_line_once'), models.CheckConstraint(condition=models.Q(('value__isnull', True), ('value__gte', 0), _connector='OR'), name='self_report_value_not_negative'), models.CheckConstraint(condition=models.Q(('link', ''), ('link__startswith', 'https://'), _connector='OR'), name='self_report_link_is_https')],
            },
        ),
        migrations.CreateModel(
            name='SelfReportLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='evaluation.selfreport', verbose_name='自评')),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True, verbose_name='令牌校验值')),
                ('recipient', models.CharField(max_length=80, verbose_name='填报单位')),
                ('sent_at', models.DateTimeField(verbose_name='发出时间')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='发出人')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='首次打开时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='作废时间')),
            ],
            options={
                'verbose_name': '自评链接',
                'verbose_name_plural': '自评链接',
                'ordering': ('-sent_at', '-pk'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('report',), name='self_report_one_link_open')],
            },
        ),
        migrations.CreateModel(
            name='SelfReportLeave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leaves', to='evaluation.selfreport', verbose_name='自评')),
                ('until', models.DateField(verbose_name='延期至')),
                ('reason', models.CharField(max_length=400, verbose_name='理由')),
                ('granted_at', models.DateTimeField(verbose_name='准予时间')),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='准予人')),
            ],
            options={
                'verbose_name': '自评延期',
                'verbose_name_plural': '自评延期',
                'ordering': ('report', 'granted_at', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='self_report_leave_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='SelfReportReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='evaluation.selfreport', verbose_name='自评')),
                ('days', models.PositiveSmallIntegerField(verbose_name='提前天数')),
                ('on', models.DateField(verbose_name='日期')),
            ],
            options={
                'verbose_name': '自评提醒',
                'verbose_name_plural': '自评提醒',
                'ordering': ('report', '-days'),
                'constraints': [models.UniqueConstraint(fields=('report', 'days'), name='self_report_reminded_once')],
            },
        ),
        migrations.CreateModel(
            name='Proof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proofs', to='evaluation.score', verbose_name='指标得分')),
                ('sheet', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='proofs', to='evaluation.sheet', verbose_name='评分表')),
                ('file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.evidencefile', verbose_name='文件')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='链接')),
                ('note', models.CharField(blank=True, max_length=80, verbose_name='说明')),
                ('added_at', models.DateTimeField(verbose_name='添加时间')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='添加人')),
            ],
            options={
                'verbose_name': '评分佐证',
                'verbose_name_plural': '评分佐证',
                'ordering': ('score', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', False), ('link', '')), models.Q(('file__isnull', True), models.Q(('link', ''), _negated=True)), _connector='OR'), name='proof_is_file_or_link')],
            },
        ),
        migrations.CreateModel(
            name='PublicNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='编号')),
                ('reason', models.TextField(max_length=1000, verbose_name='理由')),
                ('proposed_at', models.DateTimeField(verbose_name='提出时间')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='决定时间')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('decision_reason', models.TextField(blank=True, max_length=400, verbose_name='决定理由')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_notices', to='platforms.round', verbose_name='年度')),
                ('status', models.CharField(choices=[('proposed', '待批准'), ('opened', '已公示'), ('stopped', '已终止'), ('declined', '未批准'), ('withdrawn', '已撤回')], default='proposed', max_length=10, verbose_name='状态')),
                ('document_number', models.CharField(blank=True, max_length=40, verbose_name='文号')),
                ('organiser', models.CharField(max_length=60, verbose_name='公示单位')),
                ('phone', models.CharField(max_length=60, verbose_name='联系电话')),
                ('address', models.CharField(blank=True, max_length=120, verbose_name='来信地址')),
                ('email', models.EmailField(blank=True, max_length=120, verbose_name='邮箱')),
                ('working_days', models.PositiveSmallIntegerField(verbose_name='公示工作日数')),
                ('first_day_counts', models.BooleanField(default=False, verbose_name='公示首日计入')),
                ('starts_on', models.DateField(verbose_name='公示开始日期')),
                ('ends_on', models.DateField(verbose_name='公示结束日期')),
                ('basis', models.CharField(editable=False, max_length=64, verbose_name='依据校验值')),
                ('stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='终止时间')),
                ('stopped_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='终止人')),
                ('stop_reason', models.TextField(blank=True, max_length=400, verbose_name='终止理由')),
            ],
            options={
                'verbose_name': '公示',
                'verbose_name_plural': '公示',
                'ordering': ('-proposed_at', '-pk'),
                'permissions': (('propose_publicnotice', '提出公示'), ('open_publicnotice', '批准公示'), ('amend_publicnotice', '更新公示名单')),
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'opened', 'stopped', 'declined', 'withdrawn'])), name='public_notice_status_closed'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('status', 'proposed')), models.Q(('decided_at__isnull', False), ('decided_by', models.F('proposed_by')), ('status', 'withdrawn')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('status__in', ['opened', 'stopped', 'declined'])), _connector='OR'), name='public_notice_decision_has_who_and_when'), models.CheckConstraint(condition=models.Q(('status__in', ('proposed', 'withdrawn')), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='public_notice_needs_two_people'), models.UniqueConstraint(condition=models.Q(('status__in', ('proposed', 'opened'))), fields=('round',), name='public_notice_one_per_round'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='public_notice_ends_after_start'), models.CheckConstraint(condition=models.Q(('working_days__gte', 1), ('working_days__lte', 60)), name='public_notice_days_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'stopped'), ('stopped_at__isnull', False), ('stopped_by__isnull', False), models.Q(('stop_reason', ''), _negated=True)), models.Q(models.Q(('status', 'stopped'), _negated=True), ('stop_reason', ''), ('stopped_at__isnull', True), ('stopped_by__isnull', True)), _connector='OR'), name='public_notice_stop_has_who_when_and_why')],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='受理编号')),
                ('lookup_hash', models.CharField(editable=False, max_length=64)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='evaluation.publicnotice', verbose_name='公示')),
                ('assessment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='evaluation.assessment', verbose_name='涉及的平台')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.region', verbose_name='地区')),
                ('channel', models.CharField(choices=[('form', '网上填写'), ('link', '平台链接'), ('mail', '邮件'), ('paper', '书面')], max_length=8, verbose_name='来源')),
                ('status', models.CharField(choices=[('received', '待分办'), ('assigned', '办理中'), ('answered', '已答复'), ('refused', '不予受理')], default='received', max_length=10, verbose_name='状态')),
                ('name', models.CharField(max_length=80, verbose_name='姓名或单位')),
                ('phone', models.CharField(max_length=60, verbose_name='联系电话')),
                ('email', models.EmailField(blank=True, max_length=120, verbose_name='邮箱')),
                ('text', models.TextField(max_length=2000, verbose_name='异议内容')),
                ('received_at', models.DateTimeField(verbose_name='收到时间')),
                ('sender_hash', models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ('entered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('due_on', models.DateField(verbose_name='答复期限')),
                ('assigned_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='承办人')),
                ('assigned_at', models.DateTimeField(blank=True, null=True, verbose_name='分办时间')),
                ('outcome', models.CharField(blank=True, choices=[('upheld', '采纳'), ('partly', '部分采纳'), ('rejected', '不采纳')], max_length=10, verbose_name='处理结果')),
                ('answer', models.TextField(blank=True, max_length=2000, verbose_name='答复意见')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='答复时间')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='答复人')),
            ],
            options={
                'verbose_name': '异议',
                'verbose_name_plural': '异议',
                'ordering': ('-received_at', '-pk'),
                'permissions': (('assign_objection', '分办异议'), ('answer_objection', '答复异议')),
                'indexes': [models.Index(fields=['status', 'due_on'], name='objection_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['form', 'link', 'mail', 'paper'])), name='objection_channel_closed'), models.CheckConstraint(condition=models.Q(('status__in', ['received', 'assigned', 'answered', 'refused'])), name='objection_status_closed'), models.CheckConstraint(condition=models.Q(models.Q(('assigned_at__isnull', True), ('assigned_to__isnull', True)), models.Q(('assigned_at__isnull', False), ('assigned_to__isnull', False)), _connector='OR'), name='objection_assigned_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True), ('outcome', ''), ('status__in', ('received', 'assigned'))), models.Q(('outcome__in', ['upheld', 'partly', 'rejected']), ('status', 'answered'), models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False), ('assigned_to__isnull', False)), models.Q(('outcome', ''), ('status', 'refused'), models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='objection_answer_whole')],
            },
        ),
        migrations.CreateModel(
            name='NoticeLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='evaluation.publicnotice', verbose_name='公示')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notice_lines', to='evaluation.assessment', verbose_name='评价')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='版本')),
                ('code', models.CharField(max_length=20, verbose_name='平台编号')),
                ('name', models.CharField(max_length=80, verbose_name='平台名称')),
                ('type', models.CharField(choices=[('functional_zone', '功能区窗口平台'), ('town', '乡镇（街道）窗口平台'), ('park', '小微企业园窗口平台'), ('industry', '重点行业窗口平台')], max_length=16, verbose_name='类型')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.region', verbose_name='地区')),
                ('site_name', models.CharField(max_length=100, verbose_name='地点')),
                ('operator_name', models.CharField(max_length=80, verbose_name='运营单位')),
                ('grade', models.CharField(max_length=8, verbose_name='拟评档次')),
                ('is_public', models.BooleanField(verbose_name='对外公示')),
                ('reasons', models.TextField(blank=True, max_length=2000, verbose_name='理由')),
                ('change_reason', models.TextField(blank=True, max_length=400, verbose_name='变动理由')),
                ('objection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changed', to='evaluation.objection', verbose_name='依据的异议')),
                ('made_at', models.DateTimeField(verbose_name='列入时间')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
            ],
            options={
                'verbose_name': '公示平台',
                'verbose_name_plural': '公示平台',
                'ordering': ('notice', 'code', 'version'),
                'constraints': [models.UniqueConstraint(fields=('notice', 'assessment', 'version'), name='notice_line_once_per_version'), models.CheckConstraint(condition=models.Q(models.Q(('change_reason', ''), ('objection__isnull', True), ('version', 1)), models.Q(('version__gt', 1), models.Q(('change_reason', ''), _negated=True)), _connector='OR'), name='notice_line_change_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Prepared',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prepared', to='evaluation.publicationplan', verbose_name='公布方案')),
                ('kind', models.CharField(choices=[('certificate', '认定证书'), ('report', '绩效评价认定结果报告'), ('letter', '结果通知书'), ('mail', '邮件')], max_length=12, verbose_name='种类')),
                ('assessment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluation.assessment', verbose_name='评价')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platforms.region', verbose_name='地区')),
                ('number', models.CharField(blank=True, max_length=24, verbose_name='编号')),
                ('stored_name', models.CharField(blank=True, editable=False, max_length=120)),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='校验值')),
                ('size', models.PositiveIntegerField(default=0, verbose_name='大小（字节）')),
                ('text', models.JSONField(default=dict, verbose_name='邮件')),
            ],
            options={
                'verbose_name': '待公布内容',
                'verbose_name_plural': '待公布内容',
                'ordering': ('plan', 'kind', 'pk'),
                'indexes': [models.Index(fields=['number'], name='prepared_number')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['certificate', 'report', 'letter', 'mail'])), name='prepared_kind_closed'), models.UniqueConstraint(condition=models.Q(('assessment__isnull', False)), fields=('plan', 'kind', 'assessment'), name='prepared_once_per_platform'), models.UniqueConstraint(condition=models.Q(('assessment__isnull', True), ('region__isnull', False)), fields=('plan', 'kind', 'region'), name='prepared_once_per_region'), models.UniqueConstraint(condition=models.Q(('assessment__isnull', True), ('region__isnull', True)), fields=('plan', 'kind'), name='prepared_once_for_the_city'), models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('plan', 'number'), name='prepared_number_once')],
            },
        ),
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='编号')),
                ('reason', models.TextField(max_length=1000, verbose_name='理由')),
                ('proposed_at', models.DateTimeField(verbose_name='提出时间')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='决定时间')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('decision_reason', models.TextField(blank=True, max_length=400, verbose_name='决定理由')),
                ('kind', models.CharField(choices=[('correction', '更正'), ('change', '变更')], max_length=12, verbose_name='种类')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='platforms.platform', verbose_name='窗口平台')),
                ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='evaluation.result', verbose_name='原认定结果')),
                ('status', models.CharField(choices=[('proposed', '待决定'), ('decided', '已生效'), ('declined', '不予办理'), ('withdrawn', '已撤回')], default='proposed', max_length=10, verbose_name='状态')),
                ('grade', models.CharField(blank=True, max_length=8, verbose_name='更正后档次')),
                ('changes', models.JSONField(default=dict, verbose_name='变动内容')),
                ('grade_reason', models.TextField(blank=True, max_length=400, verbose_name='档次说明')),
                ('entries', models.JSONField(default=dict, verbose_name='更正的指标')),
                ('made', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='amendment', to='evaluation.result', verbose_name='新的认定结果')),
                ('public_reason', models.CharField(max_length=200, verbose_name='公开说明')),
                ('effective_on', models.DateField(verbose_name='生效日期')),
            ],
            options={
                'verbose_name': '更正和变更',
                'verbose_name_plural': '更正和变更',
                'ordering': ('-proposed_at', '-pk'),
                'permissions': (('propose_correction', '提出更正'), ('propose_change', '提出变更'), ('decide_amendment', '决定更正和变更')),
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'decided', 'declined', 'withdrawn'])), name='amendment_status_closed'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('status', 'proposed')), models.Q(('decided_at__isnull', False), ('decided_by', models.F('proposed_by')), ('status', 'withdrawn')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('status__in', ['decided', 'declined'])), _connector='OR'), name='amendment_decision_has_who_and_when'), models.CheckConstraint(condition=models.Q(('status__in', ('proposed', 'withdrawn')), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='amendment_needs_two_people'), models.CheckConstraint(condition=models.Q(('kind__in', ['correction', 'change'])), name='amendment_kind_closed'), models.CheckConstraint(condition=models.Q(('kind', 'correction'), models.Q(('entries', {}), ('grade', ''), ('grade_reason', '')), _connector='OR'), name='amendment_change_leaves_grade'), models.CheckConstraint(condition=models.Q(models.Q(('made__isnull', False), ('status', 'decided')), models.Q(models.Q(('status', 'decided'), _negated=True), ('made__isnull', True)), _connector='OR'), name='amendment_decided_made_a_version'), models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('platform',), name='amendment_one_open_per_platform')],
            },
        ),
        migrations.CreateModel(
            name='FrozenEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('result', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='evaluation.result', verbose_name='认定结果')),
                ('data', models.JSONField(verbose_name='评价依据')),
                ('digest', models.CharField(max_length=64, verbose_name='校验值')),
            ],
            options={
                'verbose_name': '评价依据',
                'verbose_name_plural': '评价依据',
                'ordering': ('result',),
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('certificate', '认定证书'), ('report', '绩效评价认定结果报告'), ('letter', '结果通知书')], max_length=12, verbose_name='种类')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='编号')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='evaluation.publication', verbose_name='公布')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='platforms.region', verbose_name='地区')),
                ('result', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='evaluation.result', verbose_name='认定结果')),
                ('certification', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='document', to='evaluation.certification', verbose_name='认定证书')),
                ('stored_name', models.CharField(editable=False, max_length=120)),
                ('digest', models.CharField(db_index=True, max_length=64, verbose_name='校验值')),
                ('size', models.PositiveIntegerField(verbose_name='大小（字节）')),
                ('issued_at', models.DateTimeField(verbose_name='签发时间')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='evaluation.document', verbose_name='取代的文件')),
            ],
            options={
                'verbose_name': '认定文件',
                'verbose_name_plural': '认定文件',
                'ordering': ('-issued_at', 'kind', 'number'),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['certificate', 'report', 'letter'])), name='issued_document_kind_closed'), models.CheckConstraint(condition=models.Q(models.Q(('certification__isnull', False), ('kind', 'certificate'), ('result__isnull', False)), models.Q(('certification__isnull', True), ('kind', 'report'), ('result__isnull', False)), models.Q(('certification__isnull', True), ('kind', 'letter'), ('result__isnull', True)), _connector='OR'), name='issued_document_is_of_something')],
            },
        ),
        migrations.CreateModel(
            name='ExpiryWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('certification', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='warnings', to='evaluation.certification', verbose_name='认定证书')),
                ('days', models.PositiveSmallIntegerField(verbose_name='提前天数')),
                ('on', models.DateField(verbose_name='日期')),
            ],
            options={
                'verbose_name': '到期提醒',
                'verbose_name_plural': '到期提醒',
                'ordering': ('certification', '-days'),
                'constraints': [models.UniqueConstraint(fields=('certification', 'days'), name='expiry_warned_once')],
            },
        ),
        migrations.CreateModel(
            name='WithheldFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='校验值')),
                ('kind', models.CharField(choices=[('process', '服务流程'), ('standard', '服务标准'), ('fees', '收费标准'), ('complaints', '投诉处理制度'), ('files', '档案管理制度'), ('staff', '人员管理制度')], max_length=12, verbose_name='制度')),
                ('reason', models.CharField(max_length=400, verbose_name='停止公开的理由')),
                ('withheld_at', models.DateTimeField(verbose_name='办理时间')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withheld_files', to='platforms.platform', verbose_name='窗口平台')),
                ('withheld_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
            ],
            options={
                'verbose_name': '停止公开的制度文件',
                'verbose_name_plural': '停止公开的制度文件',
                'ordering': ('-withheld_at', '-pk'),
                'permissions': (('withhold_file', '停止公开制度文件'),),
                'constraints': [models.UniqueConstraint(fields=('platform', 'digest'), name='withheld_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['process', 'standard', 'fees', 'complaints', 'files', 'staff'])), name='withheld_kind_closed')],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('news', '新闻动态'), ('announcement', '通知公告'), ('policy', '政策解读'), ('about', '关于窗口平台'), ('statistics', '统计说明')], default='news', max_length=12, verbose_name='栏目')),
                ('title', models.CharField(max_length=80, verbose_name='标题')),
                ('summary', models.CharField(max_length=200, verbose_name='摘要')),
                ('text', models.TextField(max_length=20000, verbose_name='正文')),
                ('status', models.CharField(choices=[('draft', '草稿'), ('published', '已发布'), ('withdrawn', '已撤下')], default='draft', max_length=10, verbose_name='状态')),
                ('version', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='版本')),
                ('edited_at', models.DateTimeField(verbose_name='编辑时间')),
                ('shown_from', models.DateTimeField(blank=True, null=True, verbose_name='公开时间')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='发布时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='撤下时间')),
                ('withdrawal_reason', models.CharField(blank=True, max_length=400, verbose_name='撤下理由')),
                ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='编辑人')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='发布人')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤下人')),
            ],
            options={
                'verbose_name': '动态与通知',
                'verbose_name_plural': '动态与通知',
                'ordering': ('-edited_at', '-pk'),
                'permissions': (('publish_article', '发布、撤下动态与通知'),),
                'indexes': [models.Index(fields=['status', '-shown_from'], name='article_shown')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['news', 'announcement', 'policy', 'about', 'statistics'])), name='article_kind_closed'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'published', 'withdrawn'])), name='article_status_closed'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by__isnull', True), ('shown_from__isnull', True)), models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('shown_from__isnull', False)), _connector='OR'), name='article_published_whole'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('status', 'draft')), models.Q(models.Q(('status', 'draft'), _negated=True), ('published_at__isnull', False)), _connector='OR'), name='article_public_has_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'withdrawn'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), models.Q(models.Q(('status', 'withdrawn'), _negated=True), ('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), _connector='OR'), name='article_withdrawn_whole')],
            },
        ),
        migrations.CreateModel(
            name='ArticleFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shown_name', models.CharField(max_length=120, verbose_name='文件名')),
                ('stored_name', models.CharField(editable=False, max_length=120, verbose_name='存储名')),
                ('media_type', models.CharField(editable=False, max_length=100, verbose_name='格式')),
                ('size', models.PositiveIntegerField(editable=False, verbose_name='大小（字节）')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='evaluation.article', verbose_name='动态与通知')),
            ],
            options={
                'verbose_name': '动态与通知附件',
                'verbose_name_plural': '动态与通知附件',
                'ordering': ('article', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('article', 'stored_name'), name='article_file_once')],
            },
        ),
        migrations.CreateModel(
            name='ArticlePicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('picture_name', models.CharField(blank=True, editable=False, max_length=120, verbose_name='图片存储名')),
                ('picture_width', models.PositiveIntegerField(default=0, editable=False, verbose_name='图片宽度（像素）')),
                ('picture_height', models.PositiveIntegerField(default=0, editable=False, verbose_name='图片高度（像素）')),
                ('picture_smaller', models.JSONField(blank=True, default=list, editable=False, verbose_name='较小的图片')),
                ('picture_alt', models.CharField(blank=True, max_length=120, verbose_name='图片说明')),
                ('number', models.PositiveSmallIntegerField(verbose_name='序号')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pictures', to='evaluation.article', verbose_name='动态与通知')),
            ],
            options={
                'verbose_name': '动态与通知图片',
                'verbose_name_plural': '动态与通知图片',
                'ordering': ('article', 'number'),
                'constraints': [models.UniqueConstraint(fields=('article', 'number'), name='article_picture_number_once'), models.CheckConstraint(condition=models.Q(('picture_name', ''), _negated=True), name='article_picture_is_there'), models.CheckConstraint(condition=models.Q(models.Q(('picture_alt', ''), ('picture_height', 0), ('picture_name', ''), ('picture_width', 0)), models.Q(models.Q(('picture_name', ''), _negated=True), models.Q(('picture_alt', ''), _negated=True), ('picture_height__gt', 0), ('picture_width__gt', 0)), _connector='OR'), name='article_picture_is_described')],
            },
        ),
        CreateGuards(GUARDS),
    ]
