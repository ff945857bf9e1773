from django.db import migrations


def fix_periods(apps, _editor):
    """Write down what an evaluation that began already counts: phases two and three of its round."""
    for evaluation in apps.get_model("evaluation", "Evaluation").objects.select_related("round"):
        row = evaluation.round
        phases = {phase.number: phase for phase in row.phases.all()}
        if row.counted_fixed_at is not None or not {2, 3} <= set(phases):
            continue
        row.counted_from = row.counted_from or phases[2].starts_on
        row.counted_until = row.counted_until or phases[3].ends_on
        row.counted_fixed_at = evaluation.started_at
        row.save(update_fields=["counted_from", "counted_until", "counted_fixed_at"])


class Migration(migrations.Migration):
    """Evaluations that began before rounds had a period keep counting the days that they follow by default."""

    dependencies = [
        ("evaluation", "0005_revocations_of_two_people"),
        ("platforms", "0020_what_counts_and_when"),
    ]

    # Backwards the columns go with the migration of platforms.
    operations = [migrations.RunPython(fix_periods, migrations.RunPython.noop)]
