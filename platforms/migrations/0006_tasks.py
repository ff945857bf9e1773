import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from platforms.triggers import Guard

GUARDS = (
    Guard("date_change_fixed", "platforms_datechange", "TRUE", "日期调整记录不得修改或删除"),
    Guard("task_date_change_fixed", "platforms_taskdatechange", "TRUE", "任务期限调整记录不得修改或删除"),
)


class Migration(migrations.Migration):
    """The tasks of the phases, their dates and who did them."""

    dependencies = [("platforms", "0005_service_records")]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True, verbose_name="令牌校验值")),
                ("role", models.CharField(max_length=10, verbose_name="角色")),
                ("made_at", models.DateTimeField(verbose_name="生成时间")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
            ],
            options={
                "verbose_name": "日历订阅",
                "verbose_name_plural": "日历订阅",
                "ordering": ("user", "-made_at"),
            },
        ),
        migrations.CreateModel(
            name="DateChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("phase_start", "阶段开始"),
                            ("phase_end", "阶段结束"),
                            ("report_due", "上报截止"),
                            ("task_due", "任务期限"),
                        ],
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                (
                    "phase",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "第一阶段：申报"),
                            (2, "第二阶段：联通与整改"),
                            (3, "第三阶段：试运行"),
                            (4, "第四阶段：评价认定"),
                        ],
                        null=True,
                        verbose_name="阶段",
                    ),
                ),
                ("what", models.CharField(max_length=80, verbose_name="事项")),
                ("old", models.DateField(verbose_name="原日期")),
                ("new", models.DateField(verbose_name="现日期")),
                ("reason", models.CharField(max_length=400, verbose_name="理由")),
                ("changed_at", models.DateTimeField(verbose_name="调整时间")),
            ],
            options={
                "verbose_name": "日期调整",
                "verbose_name_plural": "日期调整",
                "ordering": ("-changed_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="ReminderDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="日期")),
                ("things", models.PositiveSmallIntegerField(verbose_name="事项(项)")),
            ],
            options={
                "verbose_name": "到期提醒",
                "verbose_name_plural": "到期提醒",
                "ordering": ("-on", "region"),
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(verbose_name="完成期限")),
                ("evidence", models.CharField(blank=True, max_length=1000, verbose_name="完成情况")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                ("blocked_at", models.DateTimeField(blank=True, null=True, verbose_name="受阻时间")),
                ("blocked_reason", models.CharField(blank=True, max_length=400, verbose_name="受阻原因")),
                ("dropped", models.BooleanField(default=False, verbose_name="不再适用")),
            ],
            options={
                "verbose_name": "阶段任务",
                "verbose_name_plural": "阶段任务",
                "ordering": ("due_on", "template", "platform"),
            },
        ),
        migrations.CreateModel(
            name="TaskDateChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.DateField(verbose_name="原期限")),
                ("new", models.DateField(verbose_name="现期限")),
                ("reason", models.CharField(max_length=400, verbose_name="理由")),
                ("changed_at", models.DateTimeField(verbose_name="调整时间")),
            ],
            options={
                "verbose_name": "任务期限调整",
                "verbose_name_plural": "任务期限调整",
                "ordering": ("-changed_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="TaskTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "phase",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "第一阶段：申报"),
                            (2, "第二阶段：联通与整改"),
                            (3, "第三阶段：试运行"),
                            (4, "第四阶段：评价认定"),
                        ],
                        verbose_name="阶段",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="顺序")),
                ("title", models.CharField(max_length=40, verbose_name="任务")),
                ("proof", models.CharField(max_length=200, verbose_name="完成标准")),
                ("clause", models.CharField(blank=True, max_length=20, verbose_name="依据")),
                ("for_functional_zone", models.BooleanField(default=True, verbose_name="适用于功能区窗口平台")),
                ("for_town", models.BooleanField(default=True, verbose_name="适用于乡镇(街道)窗口平台")),
                ("for_park", models.BooleanField(default=True, verbose_name="适用于小微企业园窗口平台")),
                ("for_industry", models.BooleanField(default=True, verbose_name="适用于重点行业窗口平台")),
                ("due_on", models.DateField(verbose_name="完成期限")),
                ("needs_file", models.BooleanField(default=False, verbose_name="须上传佐证材料")),
                ("retired", models.BooleanField(default=False, verbose_name="停用")),
            ],
            options={
                "verbose_name": "任务模板",
                "verbose_name_plural": "任务模板",
                "ordering": ("round", "phase", "position", "pk"),
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
                ],
                max_length=16,
                unique=True,
                verbose_name="种类",
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["reminder", "received", "returned", "accepted", "exception", "due"])),
                name="mail_kind_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailtemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["reminder", "received", "returned", "accepted", "exception", "due"])),
                name="mail_template_kind_closed",
            ),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="region",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="platforms.region",
                verbose_name="地区",
            ),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="calendar_feeds",
                to=settings.AUTH_USER_MODEL,
                verbose_name="账号",
            ),
        ),
        migrations.AddField(
            model_name="datechange",
            name="changed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="调整人",
            ),
        ),
        migrations.AddField(
            model_name="datechange",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="date_changes",
                to="platforms.round",
                verbose_name="年度",
            ),
        ),
        migrations.AddField(
            model_name="reminderday",
            name="mail",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="reminder_day",
                to="platforms.mail",
                verbose_name="邮件",
            ),
        ),
        migrations.AddField(
            model_name="reminderday",
            name="region",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminder_days",
                to="platforms.region",
                verbose_name="地区",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="blocked_by",
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
            model_name="task",
            name="done_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="完成人",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="platform",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="platforms.platform",
                verbose_name="窗口平台",
            ),
        ),
        migrations.AddField(
            model_name="taskdatechange",
            name="changed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="调整人",
            ),
        ),
        migrations.AddField(
            model_name="taskdatechange",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="date_changes",
                to="platforms.task",
                verbose_name="阶段任务",
            ),
        ),
        migrations.AddField(
            model_name="tasktemplate",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="task_templates",
                to="platforms.round",
                verbose_name="年度",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="template",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="platforms.tasktemplate",
                verbose_name="任务",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarfeed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)), fields=("user",), name="calendar_feed_once_per_user"
            ),
        ),
        migrations.AddConstraint(
            model_name="datechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["phase_start", "phase_end", "report_due", "task_due"])),
                name="date_change_kind_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="datechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("old", models.F("new")), _negated=True), name="date_change_differs"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderday",
            constraint=models.UniqueConstraint(fields=("region", "on"), name="reminder_once_per_region_and_day"),
        ),
        migrations.AddConstraint(
            model_name="taskdatechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("old", models.F("new")), _negated=True), name="task_date_differs"
            ),
        ),
        migrations.AddConstraint(
            model_name="tasktemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("phase__in", [1, 2, 3, 4])), name="task_template_phase_closed"
            ),
        ),
        migrations.AddConstraint(
            model_name="tasktemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("for_functional_zone", True),
                    ("for_town", True),
                    ("for_park", True),
                    ("for_industry", True),
                    _connector="OR",
                ),
                name="task_template_for_some_type",
                violation_error_message="请至少选择一个适用类型。",
            ),
        ),
        migrations.AddConstraint(
            model_name="tasktemplate",
            constraint=models.UniqueConstraint(
                fields=("round", "phase", "title"),
                name="task_template_once_per_phase",
                violation_error_message="该阶段已有同名的任务。",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["template", "done_at", "due_on"], name="task_open_by_template"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(fields=("template", "platform"), name="task_once_per_platform"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="task_done_by_and_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("blocked_at__isnull", True), ("blocked_by__isnull", True), ("blocked_reason", "")),
                    models.Q(
                        ("blocked_at__isnull", False),
                        ("blocked_by__isnull", False),
                        models.Q(("blocked_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="task_blocked_by_at_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_at__isnull", True), ("blocked_at__isnull", True), _connector="OR"),
                name="task_done_or_blocked",
            ),
        ),
        *(guard.operation() for guard in GUARDS),
    ]
