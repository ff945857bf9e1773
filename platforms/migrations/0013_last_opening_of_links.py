from django.db import migrations, models


class Migration(migrations.Migration):
    """When a link of an operating unit was opened last, besides when it was opened first."""

    dependencies = [
        ("platforms", "0012_indexes_that_no_question_needs"),
    ]

    operations = [
        migrations.AddField(
            model_name="filllink",
            name="last_opened_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="最近打开时间"),
        ),
    ]
