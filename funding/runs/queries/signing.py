"""What the sheet that is signed by hand says of a run."""

from collections.abc import Iterator, Sequence

from funding.runs.queries.sheet import Chosen, Line, Sheet
from funding.runs.signing_sheet import Read, Signed, SigningFacts

#: Widths of the columns, in parts: region, code, each count, then the columns behind them.
REGION, CODE, COUNT, BEHIND = 30, 15, 11, (17, 19, 23, 17, 25, 22)


def signing_facts(sheet: Sheet) -> SigningFacts:
    """Return the facts of ``sheet``; the date is that of the last step, so that the same run gives the same file."""
    run = sheet.run
    counts = (*sheet.count_labels, *sheet.aside_labels)
    lines = (*sheet.lines, *([sheet.industry] if sheet.industry else []))
    head = ("地区", "代码", *counts, f"{sheet.failing_label}占比", "是否支持", "得分", "权重", "金额（元）", "备注")
    return SigningFacts(
        number=run.number,
        title=sheet.title,
        mark=sheet.standing_mark,
        state=run.get_status_display(),
        facts=(
            ("年度", str(run.round), "测算编号", run.number),
            ("资金总额（元）", f"{run.pool_yuan:,}", "状态", run.get_status_display()),
            ("已分配（元）", f"{run.allocated_yuan:,}", "未分配（元）", f"{run.unallocated_yuan:,}"),
            *((("被更正的测算", run.replaces.number),) if run.replaces else ()),
            *((("说明", run.note),) if run.note else ()),
        ),
        head=head,
        widths=(REGION, CODE, *[COUNT] * len(counts), *BEHIND),
        words=(0, 1, len(head) - 5, len(head) - 1),
        rows=tuple(_row(line) for line in lines),
        total=_row(sheet.total),
        rules=(f"取整规则：{sheet.last_unit_rule}", sheet.columns_rule),
        readings=(
            ("分配口径", tuple(map(_read, sheet.readings))),
            ("申报数的口径", tuple(map(_read, sheet.countings))),
        ),
        worths=tuple(_in_pairs([(worth.label, worth.text) for worth in sheet.worth_texts])),
        warnings=sheet.warning_sentences,
        signatures=tuple(Signed(each.label, each.name, each.at) for each in sheet.signatures),
        digests=(("申报数校验值", sheet.counts_digest), ("校验值", run.digest or "签署后生成")),
        at=max(each.at for each in sheet.signatures if each.at),
    )


def _row(line: Line) -> tuple[str, ...]:
    counts = (*line.counts, *line.aside)
    return (
        line.label, line.code, *map(str, counts), line.share_text, line.verdict, line.score_text, line.weight_text,
        line.yuan, line.mark,
    )  # fmt: skip


def _read(chosen: Chosen) -> Read:
    return Read(chosen.label, chosen.choice, chosen.standing, chosen.reason, marked=not chosen.is_default)


def _in_pairs(facts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """Yield the facts two to a row; a last one stands alone."""
    for at in range(0, len(facts), 2):
        yield tuple(word for fact in facts[at : at + 2] for word in fact)
