from django.db import migrations


class Migration(migrations.Migration):
    """Activities, who was invited, and what is handed in periodically."""

    dependencies = [("platforms", "0006_tasks")]

    operations = []
