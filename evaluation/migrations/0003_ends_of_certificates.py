import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from platforms.triggers import Guard

CAUSES = ["replaced", "given_up", "revoked", "corrected"]

GUARDS = (
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
)


class Migration(migrations.Migration):
    """What ends a certificate before its last day, as a row beside it."""

    dependencies = [
        ("evaluation", "0002_published_results_cannot_be_changed"),
        ("platforms", "0016_standings_of_platforms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificationEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ended_on", models.DateField(verbose_name="终止日期")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("replaced", "换发新证"),
                            ("given_up", "自愿放弃"),
                            ("revoked", "撤销"),
                            ("corrected", "更正"),
                        ],
                        max_length=10,
                        verbose_name="终止原因",
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=1000, verbose_name="说明")),
                ("ended_at", models.DateTimeField(verbose_name="办理时间")),
                (
                    "certification",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="end",
                        to="evaluation.certification",
                        verbose_name="认定证书",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="evaluation.certification",
                        verbose_name="换发的新证",
                    ),
                ),
            ],
            options={
                "verbose_name": "证书终止",
                "verbose_name_plural": "证书终止",
                "ordering": ("-ended_at", "pk"),
                "permissions": (("end_certification", "办理放弃认定"),),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(cause__in=CAUSES), name="certification_end_closed"),
                    models.CheckConstraint(
                        condition=models.Q(cause="replaced", successor__isnull=False)
                        | (~models.Q(cause="replaced") & models.Q(successor__isnull=True)),
                        name="certification_end_names_its_successor",
                    ),
                ],
            },
        ),
        *(guard.operation() for guard in GUARDS),
    ]
