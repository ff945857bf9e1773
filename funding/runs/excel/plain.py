"""The sheet of a run as a plain table, one line per region."""

import csv
import io
from typing import Any

from funding.runs.excel.book import cut
from funding.runs.queries.sheet import Sheet
from platforms.excel.columns import guard_formula

#: Places of shares, scores and weights.
PLACES = 12


def as_csv(sheet: Sheet) -> bytes:
    """Return UTF-8 with byte order mark, one line per region.

    Shares, scores and weights in decimals of at most twelve places (cut down); whole yuan.
    """
    run = sheet.run
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    chosen = (*sheet.readings, *sheet.countings)
    counts = (*sheet.count_labels, *sheet.aside_labels)
    writer.writerow([
        "测算编号", "年度", "状态", "代码", "地区", *counts, "备注", f"{sheet.failing_label}占比", "是否支持", "得分",
        "权重", "金额（元）", "资金总额（元）", *(each.label for each in chosen), "申报数校验值", "校验值",
    ])  # fmt: skip
    for line in (*sheet.lines, *([sheet.industry] if sheet.industry else [])):
        cells = [
            run.number, run.round.year, run.get_status_display(), line.code, line.label, *line.counts, *line.aside,
            line.mark, cut(line.share, PLACES), line.verdict, cut(line.score, PLACES), cut(line.weight, PLACES),
            line.amount, run.pool_yuan, *(each.choice for each in chosen), sheet.counts_digest, run.digest,
        ]  # fmt: skip
        writer.writerow([_safe("" if cell is None else cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def _safe(value: Any) -> Any:
    return guard_formula(value) if isinstance(value, str) else value
