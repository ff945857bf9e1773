from django.db import migrations


class Migration(migrations.Migration):
    """The tasks of the phases, their dates and who did them."""

    dependencies = [("platforms", "0005_service_records")]

    operations = []
