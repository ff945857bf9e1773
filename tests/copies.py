"""Applications copied in the tables: thirty complete drafts cost as little as one."""

from platforms.models import (
    Application,
    Attachment,
    ManagementRule,
    Partner,
    ServiceOffer,
    StaffMember,
)
from tests import factories

BELOW = (StaffMember, ServiceOffer, Partner, ManagementRule, Attachment)


def copies_of(first: Application, count: int) -> list[Application]:
    """Return ``count`` copies of the complete draft ``first``, each in a town of its own, with everything below it."""
    assert first.region is not None
    made = []
    for _ in range(count):
        row = Application.objects.get(pk=first.pk)
        number = Application.objects.count() + 1
        row.pk, row.number, row.town = None, f"2026-9{number:03d}", factories.town(first.region, f"复制{number}街道")
        row.name, row.name_reason = f"{first.name}{number}", "测试"
        row._state.adding = True
        row.save()
        for model in BELOW:
            rows = list(model.objects.filter(application=first))
            for each in rows:
                each.pk, each.application = None, row
            model.objects.bulk_create(rows)
        made.append(Application.objects.get(pk=row.pk))
    return made
