"""The dates of a round that were moved, at the desk and in the back office."""

from platforms.models import DateChange, Round
from platforms.moments import moment

_SHOWN = 10


def changes_of(round_: Round | None, phase: int | None = None) -> list[dict[str, str]]:
    """Return the dates of ``round_`` (of ``phase``, and that of the reports) that were moved, the latest first."""
    rows = DateChange.objects.filter(round=round_).select_related("changed_by")
    if phase is not None:
        rows = rows.filter(phase=phase)
    return [
        {
            "when": moment(each.changed_at),
            "who": each.changed_by.name,
            "what": f"{each.what}：{each.old.isoformat()} 改为 {each.new.isoformat()}",
            "why": each.reason,
        }
        for each in rows[:_SHOWN]
    ]
