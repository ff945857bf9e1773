from django.db import migrations


class Migration(migrations.Migration):
    """What is to be mended, and whom the county called after a service."""

    dependencies = [("platforms", "0007_activities_and_returns")]

    operations = []
