"""The receipt of a report, at the desk and in the back office."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from platforms.applications.choices import ApplicationStatus
from platforms.applications.pages.parts import APPLICATION_TONES
from platforms.applications.queries.batches import lines_of
from platforms.dates import moment_in_words
from platforms.masking import mask_mobiles
from platforms.models import Batch, User


def kind_of(sequence: int) -> str:
    """Return what kind of report it is: 首次上报, 补充上报（第 2 批）."""
    return "首次上报" if sequence == 1 else f"补充上报（第 {sequence} 批）"


def receipt_context(batch: Any, user: User) -> dict[str, Any]:
    """Return what the receipt of ``batch`` shows to ``user``, at the desk and in the back office."""
    phone = batch.liaison_phone if user.sees_people(batch.region_id) else mask_mobiles(batch.liaison_phone)
    liaison = f"{batch.liaison_name}（{batch.liaison_post}）{phone}" if batch.liaison_name else ""
    lines = lines_of(batch)
    gone = f"，其中 {batch.withdrawn} 份已撤回" if batch.withdrawn else ""
    return {
        "batch": batch,
        "pairs": [
            {"label": "年度", "value": batch.round.title},
            {"label": "上报单位", "value": batch.region.name if batch.region else "市经信局（重点行业）"},
            {"label": "批次", "value": kind_of(batch.sequence)},
            {"label": "份数", "value": f"{len(lines)} 份{gone}"},
            {"label": "上报时间", "value": moment_in_words(batch.reported_at)},
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
            {"label": row.get_status_display(), "tone": APPLICATION_TONES[ApplicationStatus(row.status)]},
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
