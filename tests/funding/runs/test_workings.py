"""计算过程: LibreOffice computes the formulas and comes to the same yuan under every reading."""

import io
import random
from collections.abc import Iterable
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from funding.formula import Allocation, allocate
from funding.models import AllocationRow
from funding.money import FIRST, Money
from funding.readings import SWITCHES, Reading
from funding.runs.excel.book import as_xlsx
from funding.runs.excel.layout import Pen
from funding.runs.excel.workings import Counted, widths_of, write_workings
from funding.runs.queries.frozen import items_of
from funding.runs.queries.sheet import sheet_of
from funding.tally import Tally
from platforms.notices.terms import FactorShare
from tests.funding.naive import tally
from tests.funding.runs.office import computed, facts_on, regions_on
from tests.funding.worked import AMOUNTS, BING, DING, JIA, YI, draft, other_notice, other_round, worked_round

pytestmark = pytest.mark.office

#: A notice of three grades, two of them with points, and a line of a half.
TWO_PAID = Money(
    FactorShare((("A", 50), ("B", 20)), "C", Fraction(1, 2)), (("A", "优秀"), ("B", "合格"), ("C", "不合格"))
)
#: The worked example in the order of the codes of its regions, and key-industry platforms.
EXAMPLE = [
    tally("1甲", 10, 4, 3, 2, 1),
    tally("2乙", 10, 2, 4, 2, 2),
    tally("3丙", 5, 3, 1, 1, 0),
    tally("4丁", 5, 1, 2, 0, 2),
]
INDUSTRY = tally(None, 6, 2, 2, 1, 1)
READINGS = [Reading(*values) for values in product(*([c.value for c in switch.choices] for switch in SWITCHES))]
WITHIN, BEYOND = (
    "在电子表格15位有效数字以内，公式结果准确",
    "超出电子表格15位有效数字，公式结果可能有误差，以系统金额为准",
)


def counted(one: Tally, money: Money) -> Counted:
    grades = [one.count(code) for code in money.codes]
    return Counted(one.name, one.code, (one.declared, *grades, one.declared - sum(grades), 0, 0))


def book_of(allocations: Iterable[Allocation]) -> bytes:
    """A workbook with one sheet of workings for each allocation."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for place, made in enumerate(allocations):
        pen = Pen(book.create_sheet(str(place)), widths_of(made, [each.name for each in made.tallies]))
        lines = [counted(each, made.money) for each in made.tallies]
        industry = counted(made.industry, made.money) if made.industry else None
        write_workings(pen, made, lines, industry, made.amounts)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def amounts_on(page: Worksheet, made: Allocation) -> tuple[object, ...]:
    found = regions_on(page)
    return tuple(found[each.name]["金额（元）"] for each in made.tallies)


def at_random(seed: int) -> Allocation:
    """Counts of up to seventeen regions, readings and a pool."""
    chance = random.Random(seed)
    most = chance.choice([1, 3, 9, 20])
    regions = []
    for place in range(chance.choice([1, 7, 17])):
        grades = [chance.randint(0, most) for _ in range(4)]
        regions.append(tally(f"地区{place:02}", sum(grades) + chance.randint(0, 2), *grades))
    pool = chance.choice([15_000_000, 12_340_000, 10_000, 999_990_000])
    return allocate(regions, INDUSTRY if seed % 2 else None, pool, chance.choice(READINGS), FIRST)


def wrong_in(folder: Path, made: list[Allocation]) -> list[tuple[int, Reading]]:
    """The allocations to which the formulas do not come, to the yuan."""
    book = computed(folder, {"all": book_of(made)})["all"]
    agreed = (WITHIN, "各地区公式金额与系统金额一致")
    found = []
    for place, allocation in enumerate(made):
        page = book[str(place)]
        facts = facts_on(page)
        if amounts_on(page, allocation) != allocation.amounts or (facts["数字范围"], facts["核对结果"]) != agreed:
            found.append((place, allocation.reading))
    return found


@pytest.mark.clause("N26")
@pytest.mark.clause("N27")
def test_the_formulas_come_to_the_same_yuan_under_each_value_of_each_reading_and_for_any_counts(tmp_path: Path) -> None:
    other = [Tally(each.region, each.declared, {"A": 1, "B": place, "C": 1}) for place, each in enumerate(EXAMPLE)]
    made = [
        # Every seventh has each value of each reading.
        *(allocate(EXAMPLE, INDUSTRY, 15_000_000, reading, FIRST) for reading in READINGS[::7]),
        *map(at_random, range(6)),
        allocate(other, None, 15_000_000, Reading(), TWO_PAID),
        allocate([tally("甲", 1, 0, 0, 0, 1)], None, 15_000_000, Reading(), FIRST),
    ]
    assert {value for one in made for value in one.reading.as_dict().items()} == {
        (switch.name, str(choice.value)) for switch in SWITCHES for choice in switch.choices
    }
    assert wrong_in(tmp_path, made) == []


@pytest.mark.long
def test_the_formulas_come_to_the_same_yuan_under_every_reading_of_the_worked_example(tmp_path: Path) -> None:
    made = [allocate(EXAMPLE, INDUSTRY, 15_000_000, reading, FIRST) for reading in READINGS]
    assert wrong_in(tmp_path, [*made, *map(at_random, range(6, 60))]) == []


def test_each_step_stands_on_the_sheet_and_follows_what_is_changed(tmp_path: Path) -> None:
    made = allocate(EXAMPLE, INDUSTRY, 15_000_000, Reading(), FIRST)
    book = load_workbook(io.BytesIO(book_of([made])))
    changed = load_workbook(io.BytesIO(book_of([made])))
    line = next(row for row in changed["0"].iter_rows() if row[0].value == "淘汰线")
    line[2].value = 2
    out = io.BytesIO()
    changed.save(out)
    wide = [tally(f"地区{place}", 10**6 + place, 10**6 - 7 + place, 0, place, 1) for place in range(4)]
    found = computed(
        tmp_path,
        {
            "made": book_of([made]),
            "changed": out.getvalue(),
            "wide": book_of([allocate(wide, None, 10**14 + 1, Reading(), FIRST)]),
        },
    )
    first = regions_on(found["made"]["0"])["1甲"]
    assert book["0"]["C6"].value == 15_000_000
    steps = {
        "申报": 10, "占比基数": 10, "D档占比": 0.1, "是否支持": "参加分配", "得分（份）": 370, "得分": 37,
        "金额（元）": 9_250_000,
    }  # fmt: skip
    assert {name: first[name] for name in steps} == steps
    assert (first["得分（准确值）"], first["权重（准确值）"]) == ("37", "37/60")
    assert regions_on(found["made"]["0"])["2乙"]["得分（准确值）"] == "—"
    exclusive, _ = AMOUNTS[(("cutoff", "exclusive"),)]
    assert amounts_on(found["changed"]["0"], made) == exclusive
    assert facts_on(found["changed"]["0"])["核对结果"] == "有地区的公式金额与系统金额不一致"
    assert facts_on(found["wide"]["0"])["数字范围"] == BEYOND


@pytest.mark.django_db
def test_the_workbook_of_a_run_computes_what_is_stored(tmp_path: Path, finance, monkeypatch) -> None:
    round_ = worked_round()
    runs = {str(place): draft(round_, finance, **dict(reading)) for place, reading in enumerate(AMOUNTS)}
    runs["other"] = draft(other_round(other_notice(), monkeypatch), finance)
    books = {name: as_xlsx(sheet_of(run), items_of(run)) for name, run in runs.items()}
    found = computed(tmp_path, books)
    for name, run in runs.items():
        lines = regions_on(found[name]["计算过程"])
        stored = dict(AllocationRow.objects.filter(run=run, region__isnull=False).values_list("label", "amount_yuan"))
        assert {label: lines[label]["金额（元）"] for label in stored} == stored
        assert lines["合计"]["金额（元）"] == run.allocated_yuan
    labels = dict(AllocationRow.objects.filter(run=runs["0"]).values_list("code", "label"))
    for place, (amounts, _) in enumerate(AMOUNTS.values()):
        lines = regions_on(found[str(place)]["计算过程"])
        assert tuple(lines[labels[code]]["金额（元）"] for code in (JIA, YI, BING, DING)) == amounts
