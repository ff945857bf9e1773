"""An allocation as plain data for other programs and as a Chinese text table for a terminal."""

import unicodedata
from collections.abc import Sequence

from funding.explain import inversions, worth_of_grades
from funding.formula import Allocation, Row
from funding.money import Money
from funding.readings import Switch
from platforms.figures import approximate, percent

# T14: the rule for the last unit stands wherever the amounts stand.
LAST_UNIT_RULE = (
    "各地应得金额先舍去不足一个金额单位的尾数，剩余单位按被舍去尾数由大到小逐个分配，尾数相同的按地区代码先后。"
)


def column(grade: str) -> str:
    """The name of the column of a grade in files: its code in small letters."""
    return grade.lower()


def share_column(money: Money) -> str:
    """The name of the column of the share that is held against the line; no code holds an underscore."""
    return f"{column(money.share.failing)}_share"


def as_data(allocation: Allocation) -> dict[str, object]:
    """The object that ``allocate --json`` prints: fractions as text such as "37/60", amounts whole yuan."""
    return {
        "pool": allocation.pool,
        "reading": allocation.reading.as_dict(),
        "totals": {column(grade): total for grade, total in allocation.totals.items()},
        "rows": [_row_data(row, allocation.money) for row in allocation.rows],
        "allocated": allocation.allocated,
        "unallocated": allocation.unallocated,
        "note": allocation.note,
    }


def _row_data(row: Row, money: Money) -> dict[str, object]:
    tally, score, weight = row.tally, row.score, row.weight
    return {
        "region": tally.region,
        "declared": tally.declared,
        **{column(grade): tally.count(grade) for grade in money.codes},
        share_column(money): str(row.failing_share),
        "excluded": row.excluded,
        "score": None if score is None else str(score),
        "weight": None if weight is None else str(weight),
        "amount": row.amount,
    }


def as_text(allocation: Allocation, switches: Sequence[Switch]) -> str:
    """The result for a terminal: table, totals, worth of the grades, warnings, every reading with its reason."""
    money = allocation.money
    lines = _table(
        ("地区", "申报", *money.labels.values(), f"{money.failing_label}占比", "得分", "权重", "金额（元）"),
        [_cells(row, money) for row in allocation.rows],
    )
    totals = "，".join(f"{money.labels[grade]}{total}家" for grade, total in allocation.totals.items())
    lines += [
        "",
        f"资金总额：{allocation.pool:,}元　已分配：{allocation.allocated:,}元　未分配：{allocation.unallocated:,}元",
        f"全市总数：{totals}",
    ]
    lines += [
        f"1家{worth.label}折合：{approximate(worth.yuan, 2)}元"
        for worth in worth_of_grades(allocation)
        if worth.yuan is not None
    ]
    lines += [f"注意：{inversion.sentence}" for inversion in inversions(allocation)]
    if allocation.note:
        lines.append(f"说明：{allocation.note}")
    lines += ["", f"取整规则：{LAST_UNIT_RULE}", "", "采用的口径："]
    for switch in switches:
        choice = switch.chosen(allocation.reading)
        standing = "默认" if choice == switch.default else f"默认为“{switch.default.label}”"
        lines.append(f"　{switch.label}：{choice.label}（{standing}。默认理由：{switch.reason}）")
    return "\n".join(lines)


def _cells(row: Row, money: Money) -> tuple[str, ...]:
    tally, score, weight = row.tally, row.score, row.weight
    return (
        tally.name,
        *(str(count) for count in (tally.declared, *map(tally.count, money.codes))),
        percent(row.failing_share) if row.base else "—",
        "不予支持" if score is None else approximate(score, 4),
        "—" if weight is None else approximate(weight, 6),
        f"{row.amount:,}",
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(width_of, column)) for column in zip(head, *rows, strict=True)]
    lines = []
    for cells in (head, *rows):
        blanks = [" " * (width - width_of(cell)) for cell, width in zip(cells, widths, strict=True)]
        numbers = [blank + cell for blank, cell in zip(blanks[1:], cells[1:], strict=True)]
        lines.append("  ".join([cells[0] + blanks[0], *numbers]))
    return lines


def width_of(text: str) -> int:
    """Columns of a terminal: two for a Chinese sign."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
