"""What the pages of a report are made of: the checklist, the leave to file late, the receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from platforms.applications.queries.batches import Candidate
from platforms.applications.queries.filing_extensions import extension_sentence, usable_for
from platforms.models import Application, Round, User
from platforms.rounds.choices import RoundStatus


@dataclass(frozen=True)
class Leave:
    """What may still go in after the closing: ``any_drafts`` of any kind, and the drafts ``named`` (by key)."""

    any_drafts: int
    named: frozenset[int]
    sentences: tuple[str, ...]

    def admits(self, application: Application) -> bool:
        """Whether ``application`` may go in at all."""
        return self.any_drafts > 0 or application.pk in self.named


def leave_of(round_: Round, user: User, on: date) -> Leave | None:
    """Return the extensions that hold for the person's region today; None while filing is open to all."""
    if round_.status != RoundStatus.EVALUATING:
        return None
    found = usable_for(round=round_, region=user.region, on=on)
    return Leave(
        any_drafts=sum(each.left for each in found if each.extension.application_id is None),
        named=frozenset(each.extension.application_id for each in found if each.extension.application_id is not None),
        sentences=tuple(extension_sentence(each) for each in found),
    )


def closed_text(round_: Round, user: User, on: date) -> str:
    """Return why nothing can be reported now, or nothing."""
    if round_.status == RoundStatus.FILING:
        return ""
    if round_.status == RoundStatus.EVALUATING:
        leave = leave_of(round_, user, on)
        if leave is not None and leave.sentences:
            return ""
        return f"{round_}申报已截止，不能再上报。确有特殊情况的，请联系市经信局办理延期申报许可。"
    return f"{round_}现为“{round_.get_status_display()}”，不能上报。"


def checklist(rows: Sequence[Candidate], leave: Leave | None, posted: set[str] | None) -> list[dict[str, Any]]:
    """Return one line per draft; what can go in is ticked, unless the officer ticked otherwise (``posted``)."""
    places = leave.any_drafts if leave else len(rows)
    lines = []
    for each in rows:
        row = each.application
        value = f"{row.number}:{row.version}"
        may = each.is_ready and (leave is None or leave.admits(row))
        ticked = may and (posted is None or value in posted)
        if ticked and posted is None and leave is not None and row.pk not in leave.named:
            ticked, places = places > 0, places - 1
        lines.append(
            {
                "application": row,
                "url": reverse("desk:application", args=[row.number]),
                "value": value,
                "may": may,
                "ticked": ticked,
                "gaps": [
                    {
                        "message": gap.message,
                        "url": f"{reverse('desk:section', args=[row.number, gap.section])}#id_{gap.field}",
                    }
                    for gap in each.gaps
                ],
                "against": each.against,
                "warnings": each.warnings,
                "closed_out": each.is_ready and not may,
                "checked": _checked(each.checked),
                "stamped": _stamped(each.stamped),
            }
        )
    return lines


def _checked(state: bool | None) -> dict[str, str]:
    if state is None:
        return {"label": "未核对", "tone": "neutral"}
    return {"label": "已核对", "tone": "good"} if state else {"label": "核对后有修改", "tone": "wait"}


def _stamped(state: bool | None) -> dict[str, str]:
    if state is None:
        return {"label": "未上传", "tone": "neutral"}
    return {"label": "已上传", "tone": "good"} if state else {"label": "内容已变，须重新盖章", "tone": "wait"}


def state_of(is_late: bool, withdrawn: int) -> dict[str, str]:
    """Return label and tone of a report of which some may be withdrawn since."""
    state = "逾期" if is_late else "按时"
    label = f"{state}（{withdrawn} 份已撤回）" if withdrawn else state
    return {"label": label, "tone": "bad" if is_late else "good"}
