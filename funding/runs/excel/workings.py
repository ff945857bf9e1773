"""The sheet that computes an allocation again by formulas, from the counts and readings that stand on it.

Every step is a whole number over the common denominator, so that a spreadsheet, which keeps 15 digits, comes to the
same yuan; the pool is multiplied in two parts (ten thousands of units, and the rest) to stay below that. A cell says
whether the numbers on the sheet do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from funding.formula import Allocation, Row
from funding.readings import switches_of
from funding.runs.excel.layout import WHOLE, YUAN, Cell, Pen, fitting

#: Products up to here stay exact in a spreadsheet.
EXACT = 10**14
#: Rows above the regions, beside one for each grade with points: their cells are named before they are written.
ABOVE = 32
#: The part of the pool that is multiplied first is counted in so many units.
PART = 10_000
PAYS, LOST = "参加分配", "不予支持"
AGREES, DIFFERS = "一致", "不一致"
#: So many columns are taken by what stands above the regions.
UPPER = 15
#: Columns of counts beside the grades, and of what follows from them.
OTHERS = ("未评定", "评分后撤回", "公布后撤销")
#: Where each number stands, by name, as an address that holds in any row.
Places = dict[str, str]
EXPLAINED = (
    "浅黄底为申报数、资金总额、口径和档次分值，修改后各列随之重算；灰底为系统计算的金额和准确值，不随修改变动。"
    "得分以“份”计：每1分折合的份数为各档全市总数的最小公倍数，因此各步均为整数。"
    "应得份额按资金总额的整万个单位和其余单位两段相除，先舍去尾数，剩余单位按余数由大到小逐个分配，余数相同的按地区代码先后。"
)


@dataclass(frozen=True)
class Counted:
    """One line of counts: the declared, the grades and the columns beside them, as the sheet of the run has them."""

    label: str
    code: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class _Lines:
    """The rows of the regions, from first to last, and the columns by name."""

    first: int
    last: int
    columns: dict[str, str]
    grades: tuple[str, ...]
    beside: tuple[str, ...]

    def whole(self, name: str) -> str:
        """Return the cells of a column over all regions."""
        letter = self.columns[name]
        return f"{letter}${self.first}:{letter}${self.last}"


def widths_of(allocation: Allocation, names: Sequence[str]) -> list[float]:
    """Return the widths of the columns of the sheet; ``names`` are the names of its regions."""
    paid = len(allocation.money.share.points)
    exact = [fitting([str(number or "") for number in row], 12) for row in _exact(allocation)]
    return [
        fitting(names, 14, 30), 9, *[7] * (1 + len(allocation.money.codes) + len(OTHERS)), 7, 9, 11,
        *[11] * paid, 12, 10, 11, 17, 13, 13, 13, 13, 13, 8, 8, 15, 15, 9, *exact,
    ]  # fmt: skip


def _exact(allocation: Allocation) -> tuple[list[Any], list[Any]]:
    return [row.score for row in allocation.rows], [row.weight for row in allocation.rows]


def write_workings(
    pen: Pen, allocation: Allocation, counted: Sequence[Counted], industry: Counted | None, amounts: Sequence[int]
) -> None:
    """Write the sheet: pool and readings, grades, regions; ``counted`` and ``amounts`` stand in the order of the rows.

    ``amounts`` are what is stored of the run, in whole yuan.
    """
    first = pen.row + ABOVE + len(allocation.money.share.points) + 1
    lines = _lines_of(allocation, first, len(counted))
    at: Places = {}
    pen.title("计算过程")
    pen.words(EXPLAINED, UPPER)
    pen.blank()
    _pool_and_readings(pen, allocation, at)
    _grades(pen, allocation, lines, at)
    _together(pen, lines, at, len(counted))
    pen.page.row_breaks.append(Break(id=pen.row))
    pen.heading("各地区")
    _head(pen, allocation)
    for one, row, amount in zip(counted, allocation.rows, amounts, strict=True):
        _region(pen, one, row, amount, lines, at, allocation)
    if industry is not None:
        _industry(pen, industry, lines)
    _sums(pen, lines)


def _lines_of(allocation: Allocation, first: int, regions: int) -> _Lines:
    codes = allocation.money.codes
    paid = [grade for grade, _ in allocation.money.share.points]
    names = [
        "label", "code", "declared", *(f"grade {code}" for code in codes), *OTHERS, "base", "share", "verdict",
        *(f"part {code}" for code in paid), "score", "points", "weight", "yuan", "quotient 1", "rest 1", "quotient 2",
        "units", "rest", "rank", "more", "amount", "stored", "agrees",
    ]  # fmt: skip
    columns = {name: get_column_letter(index) for index, name in enumerate(names, start=1)}
    return _Lines(
        first,
        first + regions - 1,
        columns,
        tuple(columns[f"grade {code}"] for code in codes),
        tuple(columns[name] for name in OTHERS),
    )


def _value(pen: Pen, label: str, value: Any, told: str = "", *, number_format: str = WHOLE, fill: str = "") -> str:
    """Write label, value and explanation; return the address of the value."""
    is_formula = isinstance(value, str) and value.startswith("=")
    cell = Cell(value, 3, number_format, fill, formula=is_formula)
    pen.ruled([Cell(label, 2, fill="head", bold=True), cell, Cell(told, UPPER - 5)])
    return f"$C${pen.row}"


def _pool_and_readings(pen: Pen, allocation: Allocation, at: Places) -> None:
    pen.title("资金和口径", size=11)
    pen.head([Cell("项目", 2), Cell("取值", 3), Cell("说明", UPPER - 5)])
    at["pool"] = _value(pen, "资金总额（元）", allocation.pool, fill="input", number_format=YUAN)
    for switch in switches_of(allocation.money):
        chosen = switch.choices.index(switch.chosen(allocation.reading)) + 1
        told = "；".join(f"{place} {choice.label}" for place, choice in enumerate(switch.choices, start=1))
        at[f"read {switch.name}"] = _value(pen, switch.label, chosen, told, fill="input")
    line = allocation.money.share.line
    at["line part"] = _value(pen, "淘汰线分子", line.numerator, fill="input")
    at["line whole"] = _value(pen, "淘汰线分母", line.denominator, fill="input")
    at["unit"] = _value(pen, "金额单位（元）", f"=IF({at['read unit']}=2,10000,1)")
    at["units"] = _value(pen, "资金总额（单位）", f"={at['pool']}/{at['unit']}")


def _grades(pen: Pen, allocation: Allocation, lines: _Lines, at: Places) -> None:
    """Write the grades with points: city totals, and how many parts one platform of each brings."""
    paid = allocation.money.share.points
    labels = allocation.money.labels
    pen.heading("各档分值和全市总数")
    spans = [2, 3, 3, 3, UPPER - 11]
    heads = ("档次", "分值", "全市总数", "折算用总数", "每家得分（份）")
    pen.head([Cell(head, span) for head, span in zip(heads, spans, strict=True)])
    first = pen.row + 1
    last = first + len(paid) - 1
    # The line below the grades holds the common denominator.
    at["parts"] = f"$C${last + 2}"
    at["totals"], at["factors"] = f"$F${first}:$F${last}", f"$L${first}:$L${last}"
    verdicts = lines.whole("verdict")
    for grade, points in paid:
        counts = lines.whole(f"grade {grade}")
        industry = f"{lines.columns[f'grade {grade}']}${lines.last + 1}"
        total = f'=IF({at["read totals"]}=1,SUM({counts}),SUMIF({verdicts},"{PAYS}",{counts}))'
        total += f"+IF({at['read industry']}=2,N({industry}),0)" if allocation.industry is not None else ""
        row = pen.row + 1
        values: list[tuple[Any, str]] = [
            (labels[grade], ""), (points, "input"), (total, ""), (f"=MAX(1,F{row})", ""),
            (f"=IF(F{row}=0,0,C{row}*{at['parts']}/F{row})", ""),
        ]  # fmt: skip
        pen.ruled([
            Cell(value, span, "" if place == 0 else WHOLE, fill, formula=str(value).startswith("="))
            for place, ((value, fill), span) in enumerate(zip(values, spans, strict=True))
        ])  # fmt: skip
        at[f"factor {grade}"] = f"$L${row}"
    at["full"] = _value(pen, "满分", f"=SUM(C{first}:C{last})")
    _value(pen, "每1分折合（份）", f"=LCM(I{first}:I{last})", "各档折算用总数的最小公倍数")


def _together(pen: Pen, lines: _Lines, at: Places, regions: int) -> None:
    """Write what is computed of all regions at once."""
    scores = lines.whole("score")
    pen.heading("合并计算")
    at["divisor"] = _value(
        pen,
        "权重分母（份）",
        f"=CHOOSE({at['read divisor']},SUM({scores}),SUMPRODUCT({at['factors']},{at['totals']}),"
        f"{at['full']}*{at['parts']})",
    )
    at["ten thousands"] = _value(pen, "其中整万个单位", f"=INT({at['units']}/{PART})", "资金总额的第一段")
    at["rest units"] = _value(pen, "其余单位", f"={at['units']}-{PART}*{at['ten thousands']}", "资金总额的第二段")
    at["owed"] = _value(
        pen,
        "末位补足（单位）",
        f"=IF({at['divisor']}=0,0,INT(SUM({lines.whole('rest')})/{at['divisor']}))",
        "各地余数合计折成的整单位数，逐个分给余数最大的地区",
    )
    largest = f"{at['units']},MAX({scores})*{at['ten thousands']},{2 * PART}*{at['divisor']},{regions}*{at['divisor']}"
    pen.ruled([
        Cell("数字范围", 2, fill="head", bold=True),
        Cell(
            f'=IF(MAX({largest})<{EXACT},"在电子表格15位有效数字以内，公式结果准确",'
            '"超出电子表格15位有效数字，公式结果可能有误差，以系统金额为准")',
            UPPER - 2,
            formula=True,
        ),
    ])  # fmt: skip
    agree = lines.whole("agrees")
    pen.ruled([
        Cell("核对结果", 2, fill="head", bold=True),
        Cell(f'=IF(COUNTIF({agree},"{DIFFERS}")=0,"各地区公式金额与系统金额一致","有地区的公式金额与系统金额不一致")',
             UPPER - 2, formula=True),
    ])  # fmt: skip


def _head(pen: Pen, allocation: Allocation) -> None:
    labels = allocation.money.labels
    pen.head([
        "地区", "代码", "申报", *labels.values(), *OTHERS, "占比基数", f"{allocation.money.failing_label}占比",
        "是否支持", *(f"{labels[grade]}得分（份）" for grade, _ in allocation.money.share.points), "得分（份）", "得分",
        "权重", "应得份额（元，近似）", "第一段商", "第一段余数", "第二段商", "舍尾后（单位）", "余数", "余数排名",
        "末位单位", "金额（元）", "系统金额（元）", "核对", "得分（准确值）", "权重（准确值）",
    ])  # fmt: skip


def _counts(one: Counted, row: int, lines: _Lines) -> list[Cell]:
    """Return the first cells of a line; the declared is the sum of what stands beside it, where it is."""
    declared, *rest = one.counts
    columns = (*lines.grades, *lines.beside)
    adds_up = declared == sum(rest)
    total = Cell(f"=SUM({columns[0]}{row}:{columns[-1]}{row})", 1, WHOLE, formula=True)
    return [
        Cell(one.label),
        Cell(one.code),
        total if adds_up else Cell(declared, 1, WHOLE, "input"),
        *(Cell(number, 1, WHOLE, "input") for number in rest),
    ]


def _region(pen: Pen, one: Counted, row: Row, amount: int, lines: _Lines, at: Places, allocation: Allocation) -> None:
    number = pen.row + 1
    own = {name: f"{letter}{number}" for name, letter in lines.columns.items()}
    money = allocation.money
    failing, base, divisor = own[f"grade {money.share.failing}"], own["base"], at["divisor"]
    line, part = f"{at['line part']}*{base}", f"{at['line whole']}*{failing}"
    lost, score = f'{own["verdict"]}="{LOST}"', own["score"]
    graded = f"SUM({lines.grades[0]}{number}:{lines.grades[-1]}{number})"
    paid = [grade for grade, _ in money.share.points]
    parts = f"{own[f'part {paid[0]}']}:{own[f'part {paid[-1]}']}"
    second = f"({own['rest 1']}*{PART}+N({score})*{at['rest units']})"
    rests = lines.whole("rest")
    until = f"{lines.columns['rest']}${lines.first}:{own['rest']}"

    def divided(what: str) -> str:
        return f'=IF({lost},"",IF({divisor}=0,0,{what}))'

    formulas: list[tuple[str, str]] = [
        (f"=IF({at['read base']}=1,{own['declared']},{graded})", WHOLE),
        (f'=IF({base}=0,"",{failing}/{base})', "0.0000%"),
        (f'=IF(AND({base}>0,IF({at["read cutoff"]}=1,{line}<={part},{line}<{part})),"{LOST}","{PAYS}")', ""),
        *((f'=IF({lost},"",{own[f"grade {grade}"]}*{at[f"factor {grade}"]})', WHOLE) for grade in paid),
        (f'=IF({lost},"",SUM({parts}))', WHOLE),
        (f'=IF({lost},"",{score}/{at["parts"]})', "0.0000"),
        (divided(f"{score}/{divisor}"), "0.0000%"),
        (divided(f"{at['pool']}*{score}/{divisor}"), "#,##0.0000"),
        (divided(f"INT({score}*{at['ten thousands']}/{divisor})"), WHOLE),
        (divided(f"{score}*{at['ten thousands']}-{own['quotient 1']}*{divisor}"), WHOLE),
        (divided(f"INT({second}/{divisor})"), WHOLE),
        (f'=IF({lost},"",{own["quotient 1"]}*{PART}+{own["quotient 2"]})', WHOLE),
        (divided(f"{second}-{own['quotient 2']}*{divisor}"), WHOLE),
        (f'=IF({lost},"",RANK({own["rest"]},{rests},0)+COUNTIF({until},{own["rest"]})-1)', WHOLE),
        (f'=IF({lost},"",IF({own["rank"]}<={at["owed"]},1,0))', WHOLE),
        (f"=IF({lost},0,({own['units']}+{own['more']})*{at['unit']})", YUAN),
    ]
    pen.ruled([
        *_counts(one, number, lines),
        *(Cell(formula, 1, shown, formula=True) for formula, shown in formulas[:-1]),
        Cell(formulas[-1][0], 1, YUAN, formula=True, bold=True),
        Cell(amount, 1, YUAN, "fixed"),
        Cell(f'=IF({own["amount"]}={own["stored"]},"{AGREES}","{DIFFERS}")', formula=True),
        *(Cell("—" if exact is None else str(exact), fill="fixed") for exact in (row.score, row.weight)),
    ])  # fmt: skip


def _industry(pen: Pen, one: Counted, lines: _Lines) -> None:
    cells = _counts(one, pen.row + 1, lines)
    pen.ruled([*cells, Cell("不参加分配", pen.columns - len(cells))])


def _sums(pen: Pen, lines: _Lines) -> None:
    shown = {
        **dict.fromkeys(("declared", *OTHERS, "score", "units", "rest", "more", "amount", "stored"), WHOLE),
        **{name: WHOLE for name in lines.columns if name.startswith(("grade ", "part "))},
        "points": "0.0000",
        "weight": "0.0000%",
    }
    cells = [
        Cell(f"=SUM({lines.whole(name)})", 1, shown[name], formula=True, bold=True) if name in shown else Cell(None)
        for name in lines.columns
    ]
    # The exact values behind the last column are fractions in words.
    pen.ruled([Cell("合计", bold=True), *cells[1:], Cell(None), Cell(None)])
