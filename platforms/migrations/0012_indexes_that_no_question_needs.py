import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: Model, field, what the index of its key is called everywhere, and what the field becomes.
KEYS = (
    (
        "ServiceRecord",
        "platform",
        "platforms_servicerecord_platform_id_3d2e59c7",
        models.ForeignKey(
            db_index=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="service_records",
            to="platforms.platform",
            verbose_name="窗口平台",
        ),
    ),
    (
        "ServiceRecord",
        "entered_by",
        "platforms_servicerecord_entered_by_id_782d375f",
        models.ForeignKey(
            blank=True,
            db_index=False,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to=settings.AUTH_USER_MODEL,
            verbose_name="登记人",
        ),
    ),
    (
        "ServiceRecord",
        "cancelled_by",
        "platforms_servicerecord_cancelled_by_id_412840ed",
        models.ForeignKey(
            blank=True,
            db_index=False,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to=settings.AUTH_USER_MODEL,
            verbose_name="作废人",
        ),
    ),
    (
        "ServiceRecordPast",
        "record",
        "platforms_servicerecordpast_record_id_d19ee6b3",
        models.ForeignKey(
            db_index=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="past",
            to="platforms.servicerecord",
            verbose_name="服务记录",
        ),
    ),
    (
        "PlatformMonth",
        "platform",
        "platforms_platformmonth_platform_id_a47667a0",
        models.ForeignKey(
            db_index=False,
            on_delete=django.db.models.deletion.CASCADE,
            related_name="months",
            to="platforms.platform",
            verbose_name="窗口平台",
        ),
    ),
    (
        "RegionMonth",
        "region",
        "platforms_regionmonth_region_id_7301fd90",
        models.ForeignKey(
            blank=True,
            db_index=False,
            null=True,
            on_delete=django.db.models.deletion.CASCADE,
            related_name="months",
            to="platforms.region",
            verbose_name="地区",
        ),
    ),
)


def _without_index(model: str, name: str, index: str, field: models.Field) -> migrations.SeparateDatabaseAndState:
    """Drop one index by its name: an altered field would copy the whole table on SQLite, millions of rows of it."""
    return migrations.SeparateDatabaseAndState(
        [
            migrations.RunSQL(
                f"DROP INDEX {index}",
                f"CREATE INDEX {index} ON platforms_{model.lower()} ({name}_id)",
            )
        ],
        [migrations.AlterField(model, name, field)],
    )


class Migration(migrations.Migration):
    """Leave out indexes that nothing asks by or that begin another one, and checks of keys that were made already."""

    dependencies = [("platforms", "0011_mails_of_activities")]

    operations = [
        *(_without_index(*key) for key in KEYS),
        migrations.AddIndex(
            "ServiceRecord",
            models.Index(
                condition=models.Q(("entered_by__isnull", False)), fields=["entered_by"], name="record_entered_by"
            ),
        ),
        migrations.AlterField(
            "PlatformReach",
            "enterprise",
            models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reach",
                to="platforms.enterprise",
                verbose_name="服务企业",
            ),
        ),
        migrations.AlterField(
            "PlatformReach",
            "platform",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reach",
                to="platforms.platform",
                verbose_name="窗口平台",
            ),
        ),
    ]
