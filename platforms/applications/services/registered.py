"""Name and operator of a platform in the register, changed after it was accepted."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import Platform, User
from platforms.values import described_changes

#: What of the register follows a decision.
COLUMNS = ("name", "operator_name", "operator_code")


@transaction.atomic
def enter_change(*, platform: Platform, values: Mapping[str, str], reason: str, by: User, at: datetime) -> Platform:
    """Write ``values`` of :data:`COLUMNS` into the register; the log keeps what stood there, nothing else is changed.

    Who may do so is the caller's to see to; nothing is written where all stands there already.

    Raises:
        Refusal: another platform bears the name.
    """
    row = Platform.objects.select_for_update(of=("self",)).get(pk=platform.pk)
    check_name_free(row, values.get("name", row.name))
    changes = described_changes(row, values)
    if not changes:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[*values, "search_text"])
    audit.record(verb="变更窗口平台", by=by, at=at, target=row, reason=reason, changes=changes)
    return row


def check_name_free(platform: Platform, name: str) -> None:
    """Refuse a name that another platform bears.

    Raises:
        Refusal: its ``field`` is ``name``.
    """
    other = Platform.objects.filter(name=name).exclude(pk=platform.pk).first()
    if other is not None and name != platform.name:
        raise Refusal.of("name", f"平台名称“{name}”已由平台 {other.code} 使用，请换一个名称。")
