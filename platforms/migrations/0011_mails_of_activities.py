import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Mails about activities: to whom one is invited, and to whom it has to be told that it changed."""

    dependencies = [
        ("platforms", "0010_histories_cannot_be_changed"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_kind_closed",
        ),
        migrations.RemoveConstraint(
            model_name="mailtemplate",
            name="mail_template_kind_closed",
        ),
        migrations.AddField(
            model_name="mail",
            name="activity",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
                to="platforms.activity",
                verbose_name="服务活动",
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
                    ("invited", "活动邀请"),
                    ("rearranged", "活动变更"),
                    ("called_off", "活动取消"),
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
                    ("invited", "活动邀请"),
                    ("rearranged", "活动变更"),
                    ("called_off", "活动取消"),
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
                            "invited",
                            "rearranged",
                            "called_off",
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
                            "invited",
                            "rearranged",
                            "called_off",
                        ],
                    )
                ),
                name="mail_template_kind_closed",
            ),
        ),
    ]
