"""What the check of a workbook says on the page: errors sheet by sheet, what each application would become."""

from itertools import groupby
from typing import Any

from platforms.applications.intake.fields import KEY
from platforms.applications.intake.review import Judged, Review
from platforms.applications.queries.wording import NOTHING
from platforms.excel.findings import LABELS

#: More is not listed; all of it stands in the marked workbook, and all of it is taken in.
MOST_FINDINGS, MOST_READINGS, MOST_ROWS, MOST_CHANGES = 200, 100, 200, 12
STATES = {
    "new": ("新建", "good"),
    "changed": ("修改", "info"),
    "same": ("未变", "neutral"),
    "bad": ("有错误", "bad"),
}


def context_of(review: Review) -> dict[str, Any]:
    """Return what the template shows of ``review``."""
    counts = {state: review.count(state) for state in STATES}
    shown = review.findings[:MOST_FINDINGS]
    return {
        "round": review.round,
        "counts": counts,
        "total": len(review.judged),
        "seen": review.fingerprint,
        "is_broken": review.is_broken,
        "good": len(review.filed),
        "to_do": counts["new"] + counts["changed"] if not review.is_broken else 0,
        "findings": len(review.findings),
        "findings_left": len(review.findings) - len(shown),
        "sheets": [_sheet(title, list(some)) for title, some in groupby(shown, key=lambda each: each.sheet)],
        "readings": [(each.sheet, each.cell, each.value, each.understood) for each in review.readings[:MOST_READINGS]],
        "readings_count": len(review.readings),
        "readings_left": max(0, len(review.readings) - MOST_READINGS),
        "rows": [_row(each) for each in review.judged[:MOST_ROWS]],
        "rows_left": max(0, len(review.judged) - MOST_ROWS),
    }


def _sheet(title: str, findings: list[Any]) -> dict[str, Any]:
    rows = [
        {"cell": each.cell or "整张表", "value": each.value, "sentence": each.sentence, "label": LABELS[each.failure]}
        for each in findings
    ]
    return {"title": title, "rows": rows}


def _row(each: Judged) -> dict[str, Any]:
    label, tone = STATES[each.state]
    plan = each.plan
    changes = _changes(each) if each.state == "changed" else []
    return {
        "number": each.entry.number,
        "key": each.entry.values.get(KEY, ""),
        "place": plan.row.site_name if plan else "",
        "code": plan.row.number if plan and not plan.is_new else "",
        "label": label,
        "tone": tone,
        "note": _note(each),
        "changes": changes[:MOST_CHANGES],
        "changes_left": max(0, len(changes) - MOST_CHANGES),
    }


def _note(each: Judged) -> str:
    if each.state != "new" or each.plan is None:
        return ""
    filled = sum(len(told) for _, _, told in each.plan.sections.values())
    lines = sum(len(after) for _, after in each.plan.rows.values())
    return f"填写 {filled} 项、各类明细 {lines} 行"


def _changes(each: Judged) -> list[dict[str, str]]:
    assert each.plan is not None
    return [_change(label, old, new) for _, told in each.plan.changes() for label, (old, new) in told.items()]


def _change(label: str, old: Any, new: Any) -> dict[str, str]:
    """Return one change in words; of rows only those that go and those that come."""
    if not isinstance(old, list):
        return {"label": label, "old": _words(old), "new": _words(new)}
    gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
    return {"label": f"{label}（{len(old)} 行改为 {len(new)} 行）", "old": "；".join(gone), "new": "；".join(come)}


def _words(value: Any) -> str:
    return NOTHING if value is None or value == "" else str(value)
