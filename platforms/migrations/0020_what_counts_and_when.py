import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from platforms.triggers import Guard

FIXED = Guard("date_change_fixed", "platforms_datechange", "TRUE", "日期调整记录不得修改或删除")

GUARDS = (
    FIXED,
    Guard("round_override_fixed", "platforms_roundoverride", "TRUE", "带缺项办理的记录不得修改或删除"),
    # From the start of the evaluation on, what it counts stays.
    Guard(
        "round_counted_fixed",
        "platforms_round",
        "OLD.counted_fixed_at IS NOT NULL AND (NEW.counted_fixed_at IS NULL OR NEW.counted_from IS NULL "
        "OR NEW.counted_until IS NULL OR NEW.counted_fixed_at <> OLD.counted_fixed_at "
        "OR NEW.counted_from <> OLD.counted_from OR NEW.counted_until <> OLD.counted_until)",
        "绩效评价已启动，评价期间不得修改",
        ("UPDATE",),
    ),
)


def lifted(guard: Guard) -> migrations.RunPython:
    """Take ``guard`` down for the operations that follow; backwards it is put up again after them."""
    up = guard.operation()
    return migrations.RunPython(up.reverse_code, up.code)


class Migration(migrations.Migration):
    """The period that an evaluation counts, the days that are worked unlike their weekday, and acts with gaps."""

    dependencies = [("platforms", "0018_towns_inside_zones")]

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="日期")),
                (
                    "kind",
                    models.CharField(choices=[("free", "放假"), ("work", "补班")], max_length=4, verbose_name="安排"),
                ),
                ("note", models.CharField(blank=True, max_length=40, verbose_name="说明")),
            ],
            options={
                "verbose_name": "放假和补班日",
                "verbose_name_plural": "放假和补班日",
                "ordering": ("-day",),
                "constraints": (
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["free", "work"])), name="calendar_day_closed"
                    ),
                ),
            },
        ),
        migrations.CreateModel(
            name="RoundOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("open_filing", "开始受理申报"),
                            ("start_evaluation", "启动绩效评价"),
                            ("publish", "公布认定结果"),
                        ],
                        max_length=16,
                        verbose_name="事项",
                    ),
                ),
                ("gaps", models.JSONField(verbose_name="办理时尚缺")),
                ("reason", models.CharField(max_length=400, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="办理时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="platforms.round",
                        verbose_name="年度",
                    ),
                ),
            ],
            options={
                "verbose_name": "带缺项办理",
                "verbose_name_plural": "带缺项办理",
                "ordering": ("-at", "-pk"),
                "constraints": (
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["open_filing", "start_evaluation", "publish"])),
                        name="round_override_act_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="round_override_has_reason"
                    ),
                ),
            },
        ),
        # On SQLite a new constraint rebuilds the table, and its trigger goes with the old one.
        lifted(FIXED),
        migrations.RemoveConstraint(model_name="datechange", name="date_change_kind_closed"),
        migrations.AlterField(
            model_name="datechange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("phase_start", "阶段开始"),
                    ("phase_end", "阶段结束"),
                    ("report_due", "上报截止"),
                    ("task_due", "任务期限"),
                    ("count_from", "评价期间开始"),
                    ("count_until", "评价期间结束"),
                ],
                max_length=12,
                verbose_name="种类",
            ),
        ),
        migrations.AddConstraint(
            model_name="datechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["phase_start", "phase_end", "report_due", "task_due", "count_from", "count_until"],
                    )
                ),
                name="date_change_kind_closed",
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="counted_from",
            field=models.DateField(blank=True, null=True, verbose_name="评价期间开始"),
        ),
        migrations.AddField(
            model_name="round",
            name="counted_until",
            field=models.DateField(blank=True, null=True, verbose_name="评价期间结束"),
        ),
        migrations.AddField(
            model_name="round",
            name="counted_fixed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="评价期间确定时间"),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counted_until__gte", models.F("counted_from")),
                    ("counted_from__isnull", True),
                    ("counted_until__isnull", True),
                    _connector="OR",
                ),
                name="round_counted_in_order",
                violation_error_message="评价期间的结束日期不能早于开始日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counted_fixed_at__isnull", True),
                    models.Q(("counted_from__isnull", False), ("counted_until__isnull", False)),
                    _connector="OR",
                ),
                name="round_counted_fixed_whole",
            ),
        ),
        *(guard.operation() for guard in GUARDS),
    ]
