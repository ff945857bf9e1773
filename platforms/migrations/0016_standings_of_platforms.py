import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from platforms.triggers import Guard

WHYS = ["replaced", "given_up", "revoked", "corrected", "expired"]

GUARDS = (
    # A standing ends once. An end that lies ahead may be overtaken by an earlier one, nothing is taken back.
    Guard(
        "standing_fixed",
        "platforms_standing",
        "NEW.platform_id <> OLD.platform_id OR NEW.certificate <> OLD.certificate OR NEW.starts_on <> OLD.starts_on "
        "OR NEW.ends_on <> OLD.ends_on OR NEW.known_at <> OLD.known_at "
        "OR (OLD.ended_on IS NOT NULL AND (NEW.ended_on IS NULL OR NEW.ended_on >= OLD.ended_on))",
        "运营期不得修改，终止后不得恢复",
        ("UPDATE",),
    ),
    Guard("standing_kept", "platforms_standing", "TRUE", "运营期不得删除", ("DELETE",)),
    # 五: one certificate in force at a time.
    Guard(
        "standing_apart",
        "platforms_standing",
        "EXISTS (SELECT 1 FROM platforms_standing s WHERE s.platform_id = NEW.platform_id "
        "AND s.ended_on > NEW.starts_on AND s.ends_on >= NEW.starts_on)",
        "同一平台的运营期不得重叠",
        ("INSERT",),
    ),
)


class Migration(migrations.Migration):
    """When a platform stands under a certificate, and on which day the results of a round became public."""

    dependencies = [
        ("platforms", "0015_presses_are_carried_out_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="published_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="公布日期"),
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("certificate", models.CharField(max_length=24, unique=True, verbose_name="证书编号")),
                ("starts_on", models.DateField(verbose_name="有效期起")),
                ("ends_on", models.DateField(verbose_name="有效期止")),
                ("known_at", models.DateTimeField(verbose_name="公布时间")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                (
                    "ended_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("replaced", "换发新证"),
                            ("given_up", "自愿放弃"),
                            ("revoked", "撤销"),
                            ("corrected", "更正"),
                            ("expired", "到期"),
                        ],
                        max_length=10,
                        verbose_name="终止原因",
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="终止登记时间")),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="终止登记人",
                    ),
                ),
                (
                    "platform",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standings",
                        to="platforms.platform",
                        verbose_name="窗口平台",
                    ),
                ),
            ],
            options={
                "verbose_name": "运营期",
                "verbose_name_plural": "运营期",
                "ordering": ("platform", "starts_on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="standing_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(ended_on__isnull=True, ended_why="", ended_at__isnull=True, ended_by__isnull=True)
                        | models.Q(
                            ended_on__isnull=False,
                            ended_why__in=WHYS,
                            ended_at__isnull=False,
                            ended_by__isnull=False,
                        ),
                        name="standing_end_has_why_who_and_when",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on__isnull", True)),
                        fields=("platform",),
                        name="standing_open_once_per_platform",
                    ),
                ],
            },
        ),
        *(guard.operation() for guard in GUARDS),
    ]
