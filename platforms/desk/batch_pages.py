"""What the pages of a report are made of: the checklist, the leave to file late, the receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from platforms.choices import ApplicationStatus, RoundStatus
from platforms.desk.exception_words import exception_sentence
from platforms.desk.home import TONES
from platforms.models import Application, Batch, Round, User
from platforms.queries.batches import Candidate, lines_of
from platforms.queries.exceptions import usable_for


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
    """Return the exceptions that hold for the person's region today; None while filing is open to all."""
    if round_.status != RoundStatus.EVALUATING:
        return None
    found = usable_for(round=round_, region=user.region, on=on)
    return Leave(
        any_drafts=sum(each.left for each in found if each.exception.application_id is None),
        named=frozenset(each.exception.application_id for each in found if each.exception.application_id is not None),
        sentences=tuple(exception_sentence(each) for each in found),
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


def kind_of(sequence: int) -> str:
    """Return what kind of report it is: 首次上报, 补充上报（第 2 批）."""
    return "首次上报" if sequence == 1 else f"补充上报（第 {sequence} 批）"


def state_of(is_late: bool, withdrawn: int) -> dict[str, str]:
    """Return label and tone of a report of which some may be withdrawn since."""
    state = "逾期" if is_late else "按时"
    label = f"{state}（{withdrawn} 份已撤回）" if withdrawn else state
    return {"label": label, "tone": "bad" if is_late else "good"}


def receipt_context(batch: Any) -> dict[str, Any]:
    """Return what the receipt of ``batch`` shows, at the desk and in the back office."""
    liaison = f"{batch.liaison_name}（{batch.liaison_post}）{batch.liaison_phone}" if batch.liaison_name else ""
    lines = lines_of(batch)
    gone = f"，其中 {batch.withdrawn} 份已撤回" if batch.withdrawn else ""
    return {
        "batch": batch,
        "pairs": [
            {"label": "年度", "value": batch.round.title},
            {"label": "上报单位", "value": batch.region.name if batch.region else "市经信局（重点行业）"},
            {"label": "批次", "value": kind_of(batch.sequence)},
            {"label": "份数", "value": f"{len(lines)} 份{gone}"},
            {"label": "上报时间", "value": stamp(batch.reported_at)},
            {"label": "上报人", "value": batch.reported_by.name},
            *([{"label": "工作联络员", "value": liaison}] if liaison else []),
            *([{"label": "说明", "value": batch.note}] if batch.note else []),
        ],
        "columns": [
            {"label": "申报编号"}, {"label": "平台名称"}, {"label": "运营单位"}, {"label": "版本"}, {"label": "校验码"},
            {"label": "现状"}, {"label": "备注"},
        ],
        "rows": [_line(line) for line in lines],
        "summary_url": reverse("desk:batch_summary", args=[batch.number]),
        "zip_url": _zip_url(batch),
    }  # fmt: skip


def stamp(value: Any) -> str:
    """Return a moment in full, as a receipt that is printed and kept says it: 2020年4月10日 10:00."""
    here = timezone.localtime(value)
    return f"{here.year}年{here.month}月{here.day}日 {here:%H:%M}"


def _line(line: Any) -> dict[str, Any]:
    row, data = line.item.application, line.item.version.data
    remarks = ["逾期"] if row.is_late else []
    if row.over_quota_reason:
        remarks.append(f"超出名额：{row.over_quota_reason}")
    return {
        "url": reverse("desk:application", args=[row.number]),
        "cells": [
            _whole(row.number),
            data["platform"]["name"],
            data["operator"]["operator_name"],
            _whole(f"第{line.item.version.number}版"),
            _whole(line.check_code),
            {"label": row.get_status_display(), "tone": TONES[ApplicationStatus(row.status)]},
            "；".join(remarks),
        ],
    }


def _whole(text: str) -> SafeString:
    """Return ``text`` so that no line breaks inside of it."""
    return format_html('<span class="nowrap">{}</span>', text)


def _zip_url(batch: Batch) -> str:
    try:
        return reverse("desk:batch_zip", args=[batch.number])
    except NoReverseMatch:
        return ""
