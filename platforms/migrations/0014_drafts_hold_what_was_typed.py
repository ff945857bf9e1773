import django.core.validators
from django.db import migrations, models


def take_off(apps, _editor):
    """Take off what the columns before could not hold: rows that were only begun. No submitted form has any."""
    apps.get_model("platforms", "StaffMember").objects.filter(years=None).delete()
    apps.get_model("platforms", "ServiceOffer").objects.filter(free_service="", service_class="").delete()


class Migration(migrations.Migration):

    dependencies = [
        ('platforms', '0013_last_opening_of_links'),
    ]

    # A draft keeps rows that were only begun, and what was typed and cannot be read. A whole form is as it was.
    operations = [
        migrations.RemoveConstraint(
            model_name='serviceoffer',
            name='service_free_or_class',
        ),
        migrations.AddField(
            model_name='application',
            name='unreadable',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='格式有误的填写内容'),
        ),
        migrations.AddField(
            model_name='managementrule',
            name='unreadable',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='格式有误的填写内容'),
        ),
        migrations.AddField(
            model_name='partner',
            name='unreadable',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='格式有误的填写内容'),
        ),
        migrations.AddField(
            model_name='serviceoffer',
            name='unreadable',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='格式有误的填写内容'),
        ),
        migrations.AddField(
            model_name='staffmember',
            name='unreadable',
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name='格式有误的填写内容'),
        ),
        migrations.AlterField(
            model_name='staffmember',
            name='years',
            field=models.PositiveSmallIntegerField(null=True, validators=[django.core.validators.MaxValueValidator(60)], verbose_name='企业服务年限(年)'),
        ),
        migrations.AddConstraint(
            model_name='serviceoffer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('free_service__in', ['policy', 'problems', 'needs']), ('service_class', '')), models.Q(('free_service', ''), ('service_class__in', ['', 'information', 'finance', 'startup', 'talent', 'technology', 'management', 'market', 'law'])), _connector='OR'), name='service_free_or_class', violation_error_message='每项服务只能是公益性服务或八类服务之一。'),
        ),
        migrations.RunPython(migrations.RunPython.noop, take_off),
    ]
