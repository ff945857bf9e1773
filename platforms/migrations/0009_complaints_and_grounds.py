import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Complaints as they are worked on, and the register of facts for a revocation."""

    dependencies = [("platforms", "0008_rectifications_and_follow_ups")]

    operations = [
        migrations.CreateModel(
            name="ComplaintTurn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=10, verbose_name="动作")),
                ("label", models.CharField(max_length=20, verbose_name="动作名称")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("received", "待受理"),
                            ("examining", "核查中"),
                            ("reopened", "重新核查"),
                            ("examined", "已核查，待认定"),
                            ("verified", "核查属实"),
                            ("unfounded", "核查不属实"),
                            ("merged", "已并案"),
                        ],
                        max_length=10,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("received", "待受理"),
                            ("examining", "核查中"),
                            ("reopened", "重新核查"),
                            ("examined", "已核查，待认定"),
                            ("verified", "核查属实"),
                            ("unfounded", "核查不属实"),
                            ("merged", "已并案"),
                        ],
                        max_length=10,
                        verbose_name="新状态",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=1200, verbose_name="内容")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "投诉经过",
                "verbose_name_plural": "投诉经过",
                "ordering": ("complaint", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Ground",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="登记编号")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("refuses_evaluation", "拒不参加绩效评价"),
                            ("false_material", "报送材料、数据严重失实"),
                            ("complaints", "被投诉3次以上且核实"),
                            ("refuses_activities", "拒不配合枢纽平台开展服务活动"),
                            ("fees", "假借公益性服务之名收取费用"),
                            ("other", "其他较严重的违法、违规、失信"),
                        ],
                        max_length=20,
                        verbose_name="撤销情形",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("proposed", "待确认"), ("confirmed", "已确认"), ("dismissed", "不予认定")],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="事实")),
                ("happened_on", models.DateField(verbose_name="发生日期")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("complaint", "核实的投诉"),
                            ("fee", "公益性服务收费核查"),
                            ("follow_up", "回访与记录不符"),
                            ("activity", "拒绝服务活动"),
                            ("rectification", "逾期未整改"),
                            ("evaluation", "绩效评价"),
                            ("hand", "人工登记"),
                        ],
                        max_length=14,
                        verbose_name="来源",
                    ),
                ),
                ("source_key", models.CharField(blank=True, editable=False, max_length=40, verbose_name="来源编号")),
                ("noted_at", models.DateTimeField(verbose_name="登记时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="认定时间")),
                ("decision_reason", models.TextField(blank=True, max_length=400, verbose_name="认定理由")),
            ],
            options={
                "verbose_name": "撤销情形",
                "verbose_name_plural": "撤销情形",
                "ordering": ("-noted_at", "-pk"),
                "permissions": (("decide_ground", "认定撤销情形事实"),),
            },
        ),
        migrations.AlterModelOptions(
            name="complaint",
            options={
                "ordering": ("-received_at",),
                "permissions": (("decide_complaint", "认定投诉"), ("examine_complaint", "核查投诉")),
                "verbose_name": "投诉",
                "verbose_name_plural": "投诉",
            },
        ),
        migrations.RemoveConstraint(
            model_name="complaint",
            name="complaint_status_closed",
        ),
        migrations.RemoveConstraint(
            model_name="complaint",
            name="complaint_decision_has_who_and_when",
        ),
        migrations.RemoveConstraint(
            model_name="complaint",
            name="complaint_once_per_text",
        ),
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_kind_closed",
        ),
        migrations.RemoveConstraint(
            model_name="mailtemplate",
            name="mail_template_kind_closed",
        ),
        migrations.AddField(
            model_name="complaint",
            name="due_on",
            field=models.DateField(blank=True, null=True, verbose_name="办理期限"),
        ),
        migrations.AddField(
            model_name="complaint",
            name="examined_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="核查时间"),
        ),
        migrations.AddField(
            model_name="complaint",
            name="examined_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="核查人",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="finding",
            field=models.CharField(
                blank=True,
                choices=[("supported", "投诉属实"), ("unsupported", "投诉不属实"), ("unclear", "无法查清")],
                max_length=12,
                verbose_name="核查结论",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="finding_text",
            field=models.TextField(blank=True, max_length=1000, verbose_name="核查情况"),
        ),
        migrations.AddField(
            model_name="complaint",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="platforms.complaint",
                verbose_name="并入",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="outcome",
            field=models.TextField(blank=True, max_length=200, verbose_name="答复投诉人"),
        ),
        migrations.AddField(
            model_name="complaint",
            name="reply_draft",
            field=models.TextField(blank=True, max_length=200, verbose_name="拟答复"),
        ),
        migrations.AlterField(
            model_name="complaint",
            name="decided_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="认定时间"),
        ),
        migrations.AlterField(
            model_name="complaint",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="认定人",
            ),
        ),
        migrations.AlterField(
            model_name="complaint",
            name="decision_reason",
            field=models.TextField(blank=True, max_length=1000, verbose_name="认定理由"),
        ),
        migrations.AlterField(
            model_name="complaint",
            name="status",
            field=models.CharField(
                choices=[
                    ("received", "待受理"),
                    ("examining", "核查中"),
                    ("reopened", "重新核查"),
                    ("examined", "已核查，待认定"),
                    ("verified", "核查属实"),
                    ("unfounded", "核查不属实"),
                    ("merged", "已并案"),
                ],
                default="received",
                max_length=10,
                verbose_name="状态",
            ),
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
                    ("complaint", "投诉通知"),
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
                    ("complaint", "投诉通知"),
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
                    (
                        "kind__in",
                        [
                            "reminder",
                            "received",
                            "returned",
                            "accepted",
                            "exception",
                            "due",
                            "rectify",
                            "link",
                            "complaint",
                        ],
                    )
                ),
                name="mail_kind_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailtemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "reminder",
                            "received",
                            "returned",
                            "accepted",
                            "exception",
                            "due",
                            "rectify",
                            "link",
                            "complaint",
                        ],
                    )
                ),
                name="mail_template_kind_closed",
            ),
        ),
        migrations.AddField(
            model_name="complaintturn",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="经办人",
            ),
        ),
        migrations.AddField(
            model_name="complaintturn",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="turns",
                to="platforms.complaint",
                verbose_name="投诉",
            ),
        ),
        migrations.AddField(
            model_name="ground",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="认定人",
            ),
        ),
        migrations.AddField(
            model_name="ground",
            name="noted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddField(
            model_name="ground",
            name="platform",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grounds",
                to="platforms.platform",
                verbose_name="窗口平台",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="ground",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="complaints",
                to="platforms.ground",
                verbose_name="计入的撤销情形",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["status", "due_on"], name="complaint_due"),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["received", "examining", "reopened", "examined", "verified", "unfounded", "merged"])
                ),
                name="complaint_status_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finding", ""), ("finding__in", ["supported", "unsupported", "unclear"]), _connector="OR"
                ),
                name="complaint_finding_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("examined_at__isnull", True), ("examined_by__isnull", True), ("finding", "")),
                    models.Q(
                        ("examined_at__isnull", False),
                        ("examined_by__isnull", False),
                        models.Q(("finding", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="complaint_finding_has_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("status__in", ("verified", "unfounded")),
                    ),
                    models.Q(
                        models.Q(("status__in", ("verified", "unfounded")), _negated=True),
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="complaint_decision_has_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("status", "merged")),
                    models.Q(models.Q(("status", "merged"), _negated=True), ("merged_into__isnull", True)),
                    _connector="OR",
                ),
                name="complaint_merged_into_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("received", "examining", "reopened", "examined"))),
                fields=("platform", "text_hash"),
                name="complaint_once_per_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "source__in",
                        ["received", "examining", "reopened", "examined", "verified", "unfounded", "merged"],
                    ),
                    (
                        "target__in",
                        ["received", "examining", "reopened", "examined", "verified", "unfounded", "merged"],
                    ),
                ),
                name="complaint_turn_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="ground",
            index=models.Index(fields=["platform", "status"], name="ground_of_platform"),
        ),
        migrations.AddConstraint(
            model_name="ground",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "ground__in",
                        ["refuses_evaluation", "false_material", "complaints", "refuses_activities", "fees", "other"],
                    )
                ),
                name="ground_kind_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="ground",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["proposed", "confirmed", "dismissed"])), name="ground_status_closed"
            ),
        ),
        migrations.AddConstraint(
            model_name="ground",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source__in", ["complaint", "fee", "follow_up", "activity", "rectification", "evaluation", "hand"])
                ),
                name="ground_source_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="ground",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("noted_by__isnull", False), ("source", "hand"), ("source_key", "")),
                    models.Q(models.Q(("source", "hand"), _negated=True), models.Q(("source_key", ""), _negated=True)),
                    _connector="OR",
                ),
                name="ground_names_its_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="ground",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("status", "proposed")),
                    models.Q(
                        models.Q(("status", "proposed"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="ground_decision_has_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="ground",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=("source", "source_key"),
                name="ground_once_per_source",
            ),
        ),
    ]
