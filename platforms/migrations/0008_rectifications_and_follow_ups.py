import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from platforms.triggers import Guard

GUARDS = (
    Guard("rectification_turn_fixed", "platforms_rectificationturn", "TRUE", "整改经过不得修改或删除"),
    Guard("follow_up_sample_fixed", "platforms_followupsample", "TRUE", "回访样本不得修改或删除"),
)


class Migration(migrations.Migration):
    """What is to be mended, and whom the county called after a service."""

    dependencies = [
        ("platforms", "0007_activities_and_returns"),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("source", models.CharField(editable=False, max_length=40, verbose_name="来源")),
                ("external_id", models.CharField(editable=False, max_length=64, verbose_name="来源编号")),
                ("record_version", models.PositiveSmallIntegerField(editable=False, verbose_name="记录版本")),
                ("served_on", models.DateField(verbose_name="服务日期")),
                (
                    "service_class",
                    models.CharField(
                        choices=[
                            ("information", "信息服务"),
                            ("finance", "投融资服务"),
                            ("startup", "创业服务"),
                            ("talent", "人才与培训服务"),
                            ("technology", "技术创新和质量服务"),
                            ("management", "管理咨询服务"),
                            ("market", "市场开拓服务"),
                            ("law", "法律服务"),
                        ],
                        max_length=12,
                        verbose_name="服务类别",
                    ),
                ),
                (
                    "free_category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("policy", "涉企政策宣传解读和申报辅导"),
                            ("problems", "企业困难问题帮办和流转反馈"),
                            ("needs", "企业需求收集解决和资源对接"),
                        ],
                        max_length=10,
                        verbose_name="公益性服务",
                    ),
                ),
                ("recorded_fee", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="登记的收费(元)")),
                (
                    "recorded_satisfaction",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="登记的满意度"),
                ),
                ("summary", models.CharField(blank=True, max_length=200, verbose_name="服务内容")),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "属实"),
                            ("not_confirmed", "不属实"),
                            ("not_reached", "未接通"),
                            ("refused", "拒绝回访"),
                        ],
                        max_length=16,
                        verbose_name="回访结果",
                    ),
                ),
                ("satisfaction", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="回访满意度")),
                ("fee_taken", models.BooleanField(blank=True, null=True, verbose_name="是否收费")),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="回访电话")),
                ("note", models.CharField(blank=True, max_length=400, verbose_name="回访情况")),
                ("existence_differs", models.BooleanField(default=False, editable=False, verbose_name="服务不属实")),
                ("fee_differs", models.BooleanField(default=False, editable=False, verbose_name="收费与记录不符")),
                (
                    "satisfaction_differs",
                    models.BooleanField(default=False, editable=False, verbose_name="满意度与记录不符"),
                ),
                ("version", models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="版本")),
                ("called_at", models.DateTimeField(blank=True, null=True, verbose_name="回访时间")),
            ],
            options={
                "verbose_name": "回访",
                "verbose_name_plural": "回访",
                "ordering": ("sample", "position"),
            },
        ),
        migrations.CreateModel(
            name="FollowUpSample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="样本编号")),
                (
                    "service_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("information", "信息服务"),
                            ("finance", "投融资服务"),
                            ("startup", "创业服务"),
                            ("talent", "人才与培训服务"),
                            ("technology", "技术创新和质量服务"),
                            ("management", "管理咨询服务"),
                            ("market", "市场开拓服务"),
                            ("law", "法律服务"),
                        ],
                        max_length=12,
                        verbose_name="服务类别",
                    ),
                ),
                ("from_on", models.DateField(verbose_name="服务日期自")),
                ("until_on", models.DateField(verbose_name="服务日期至")),
                ("size", models.PositiveSmallIntegerField(verbose_name="样本量")),
                ("seed", models.CharField(max_length=32, verbose_name="随机种子")),
                ("by_platform", models.BooleanField(default=False, verbose_name="按平台均匀抽取")),
                ("once_per_enterprise", models.BooleanField(default=True, verbose_name="每家企业只抽一条")),
                ("population", models.PositiveIntegerField(editable=False, verbose_name="符合条件的记录(条)")),
                ("digest", models.CharField(editable=False, max_length=64, verbose_name="样本校验值")),
                ("drawn_at", models.DateTimeField(verbose_name="抽取时间")),
            ],
            options={
                "verbose_name": "回访样本",
                "verbose_name_plural": "回访样本",
                "ordering": ("-drawn_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Rectification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="整改编号")),
                (
                    "finder",
                    models.CharField(
                        choices=[
                            ("county", "区县(市)经信部门"),
                            ("county_hub", "县级枢纽平台"),
                            ("city", "市经信局"),
                            ("city_hub", "市级枢纽平台"),
                        ],
                        max_length=10,
                        verbose_name="发现单位",
                    ),
                ),
                (
                    "clause",
                    models.CharField(
                        choices=[
                            ("venue", "二·(一) 标识命名和场地设施"),
                            ("team", "二·(二) 运营管理团队"),
                            ("linked", "二·(三) 互联互通和服务数据"),
                            ("free", "二·(四) 免费提供公益性服务"),
                            ("activities", "二·(五) 服务活动和宣传"),
                            ("rules", "二·(六) 服务管理制度和公开"),
                            ("tasks", "四·阶段任务"),
                            ("refuses", "五·1 参加绩效评价"),
                            ("false", "五·2 材料和数据真实"),
                            ("complaints", "五·3 企业投诉"),
                            ("hubs", "五·4 配合枢纽平台活动"),
                            ("fees", "五·5 公益性服务收费"),
                            ("trust", "五·6 遵守法律、规章和信用"),
                            ("indicator", "评价指标"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="整改依据",
                    ),
                ),
                ("indicator", models.CharField(blank=True, max_length=80, verbose_name="指标或要求")),
                ("problem", models.TextField(max_length=1000, verbose_name="存在问题")),
                ("due_on", models.DateField(verbose_name="整改期限")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("opened", "待整改"),
                            ("answered", "已答复，待复核"),
                            ("reopened", "退回重新整改"),
                            ("closed", "整改完成"),
                            ("withdrawn", "已撤销"),
                        ],
                        default="opened",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="版本")),
                ("opened_at", models.DateTimeField(verbose_name="开出时间")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
            ],
            options={
                "verbose_name": "整改",
                "verbose_name_plural": "整改",
                "ordering": ("-opened_at", "-pk"),
                "permissions": (("answer_rectification", "答复整改"), ("check_rectification", "复核整改")),
            },
        ),
        migrations.CreateModel(
            name="RectificationTurn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=10, verbose_name="动作")),
                ("label", models.CharField(max_length=20, verbose_name="动作名称")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("opened", "待整改"),
                            ("answered", "已答复，待复核"),
                            ("reopened", "退回重新整改"),
                            ("closed", "整改完成"),
                            ("withdrawn", "已撤销"),
                        ],
                        max_length=10,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("opened", "待整改"),
                            ("answered", "已答复，待复核"),
                            ("reopened", "退回重新整改"),
                            ("closed", "整改完成"),
                            ("withdrawn", "已撤销"),
                        ],
                        max_length=10,
                        verbose_name="新状态",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=1000, verbose_name="内容")),
                (
                    "answered_for",
                    models.CharField(
                        blank=True,
                        choices=[("platform", "窗口平台"), ("county", "县级经信部门"), ("city", "市经信局")],
                        max_length=10,
                        verbose_name="答复单位",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="整改期限")),
                ("late", models.BooleanField(default=False, verbose_name="逾期答复")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "整改经过",
                "verbose_name_plural": "整改经过",
                "ordering": ("rectification", "pk"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_kind_closed",
        ),
        migrations.RemoveConstraint(
            model_name="mailtemplate",
            name="mail_template_kind_closed",
        ),
        migrations.AlterField(
            model_name="mail",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reminder", "催报提醒"),
                    ("received", "上报回执"),
                    ("returned", "退回补正"),
                    ("accepted", "受理通知"),
                    ("exception", "延期申报许可"),
                    ("due", "到期提醒"),
                    ("rectify", "整改通知"),
                    ("link", "联通催办"),
                ],
                max_length=16,
                verbose_name="种类",
            ),
        ),
        migrations.AlterField(
            model_name="mailtemplate",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reminder", "催报提醒"),
                    ("received", "上报回执"),
                    ("returned", "退回补正"),
                    ("accepted", "受理通知"),
                    ("exception", "延期申报许可"),
                    ("due", "到期提醒"),
                    ("rectify", "整改通知"),
                    ("link", "联通催办"),
                ],
                max_length=16,
                unique=True,
                verbose_name="种类",
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["reminder", "received", "returned", "accepted", "exception", "due", "rectify", "link"])
                ),
                name="mail_kind_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailtemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["reminder", "received", "returned", "accepted", "exception", "due", "rectify", "link"])
                ),
                name="mail_template_kind_closed",
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="called_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="回访人",
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="enterprise",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="follow_ups",
                to="platforms.enterprise",
                verbose_name="服务企业",
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="platform",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="follow_ups",
                to="platforms.platform",
                verbose_name="窗口平台",
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="record",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="follow_ups",
                to="platforms.servicerecord",
                verbose_name="服务记录",
            ),
        ),
        migrations.AddField(
            model_name="followupsample",
            name="drawn_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="抽取人",
            ),
        ),
        migrations.AddField(
            model_name="followupsample",
            name="of_region",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="platforms.region",
                verbose_name="抽样地区",
            ),
        ),
        migrations.AddField(
            model_name="followupsample",
            name="platform",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="platforms.platform",
                verbose_name="抽样平台",
            ),
        ),
        migrations.AddField(
            model_name="followupsample",
            name="region",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="follow_up_samples",
                to="platforms.region",
                verbose_name="地区",
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="sample",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="calls",
                to="platforms.followupsample",
                verbose_name="回访样本",
            ),
        ),
        migrations.AddField(
            model_name="rectification",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="答复人",
            ),
        ),
        migrations.AddField(
            model_name="rectification",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="办结人",
            ),
        ),
        migrations.AddField(
            model_name="rectification",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="开出人",
            ),
        ),
        migrations.AddField(
            model_name="rectification",
            name="platform",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rectifications",
                to="platforms.platform",
                verbose_name="窗口平台",
            ),
        ),
        migrations.AddField(
            model_name="rectification",
            name="round",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rectifications",
                to="platforms.round",
                verbose_name="年度",
            ),
        ),
        migrations.AddField(
            model_name="rectificationturn",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="经办人",
            ),
        ),
        migrations.AddField(
            model_name="rectificationturn",
            name="rectification",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="turns",
                to="platforms.rectification",
                verbose_name="整改",
            ),
        ),
        migrations.AddConstraint(
            model_name="followupsample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("service_class", ""),
                    (
                        "service_class__in",
                        ["information", "finance", "startup", "talent", "technology", "management", "market", "law"],
                    ),
                    _connector="OR",
                ),
                name="sample_class_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="followupsample",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("from_on"))), name="sample_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="followupsample",
            constraint=models.CheckConstraint(condition=models.Q(("size__gte", 1)), name="sample_not_empty"),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(
                    ("existence_differs", True), ("fee_differs", True), ("satisfaction_differs", True), _connector="OR"
                ),
                fields=["platform"],
                name="follow_up_differs",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(fields=("sample", "position"), name="follow_up_position_once"),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(
                fields=("sample", "source", "external_id"), name="follow_up_once_per_record"
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "service_class__in",
                        ["information", "finance", "startup", "talent", "technology", "management", "market", "law"],
                    ),
                    models.Q(
                        ("free_category", ""), ("free_category__in", ["policy", "problems", "needs"]), _connector="OR"
                    ),
                ),
                name="follow_up_class_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("called_at__isnull", True), ("called_by__isnull", True), ("result", "")),
                    models.Q(
                        ("called_at__isnull", False),
                        ("called_by__isnull", False),
                        ("result__in", ["confirmed", "not_confirmed", "not_reached", "refused"]),
                    ),
                    _connector="OR",
                ),
                name="follow_up_result_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("satisfaction__isnull", True),
                    models.Q(("satisfaction__gte", 1), ("satisfaction__lte", 5)),
                    _connector="OR",
                ),
                name="follow_up_satisfaction_in_range",
            ),
        ),
        migrations.AddIndex(
            model_name="rectification",
            index=models.Index(fields=["status", "due_on"], name="rectification_due"),
        ),
        migrations.AddConstraint(
            model_name="rectification",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["opened", "answered", "reopened", "closed", "withdrawn"])),
                name="rectification_status_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="rectification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "clause__in",
                        [
                            "venue",
                            "team",
                            "linked",
                            "free",
                            "activities",
                            "rules",
                            "tasks",
                            "refuses",
                            "false",
                            "complaints",
                            "hubs",
                            "fees",
                            "trust",
                            "indicator",
                            "other",
                        ],
                    )
                ),
                name="rectification_clause_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="rectification",
            constraint=models.CheckConstraint(
                condition=models.Q(("finder__in", ["county", "county_hub", "city", "city_hub"])),
                name="rectification_finder_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="rectification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                    models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                    _connector="OR",
                ),
                name="rectification_answer_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="rectification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("status__in", ("closed", "withdrawn")),
                    ),
                    models.Q(
                        models.Q(("status__in", ("closed", "withdrawn")), _negated=True),
                        ("closed_at__isnull", True),
                        ("closed_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="rectification_closed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="rectificationturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source__in", ["opened", "answered", "reopened", "closed", "withdrawn"]),
                    ("target__in", ["opened", "answered", "reopened", "closed", "withdrawn"]),
                ),
                name="rectification_turn_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="rectificationturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_for", ""), ("answered_for__in", ["platform", "county", "city"]), _connector="OR"
                ),
                name="rectification_turn_answered_for_closed",
            ),
        ),
        *(guard.operation() for guard in GUARDS),
    ]
