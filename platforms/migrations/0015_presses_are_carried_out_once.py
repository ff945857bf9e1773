import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Each press of a button that was carried out, so that the same one is carried out once."""

    dependencies = [
        ("platforms", "0014_drafts_hold_what_was_typed"),
    ]

    operations = [
        migrations.CreateModel(
            name='Press',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True, verbose_name='校验值')),
                ('route', models.CharField(max_length=200, verbose_name='表单')),
                ('target', models.CharField(blank=True, max_length=400, verbose_name='办理结果')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('pressed_at', models.DateTimeField(db_index=True, verbose_name='办理时间')),
                ('pressed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
            ],
            options={
                'verbose_name': '已办理的提交',
                'verbose_name_plural': '已办理的提交',
                'ordering': ('-pressed_at', '-pk'),
            },
        ),
    ]
