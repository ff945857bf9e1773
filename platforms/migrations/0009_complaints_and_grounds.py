from django.db import migrations


class Migration(migrations.Migration):
    """Complaints as they are worked on, and the register of facts for a revocation."""

    dependencies = [("platforms", "0008_rectifications_and_follow_ups")]

    operations = []
