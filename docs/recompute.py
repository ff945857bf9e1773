"""Recompute an allocation from published counts with nothing but Python: what every region gets, to the yuan.

    python3 recompute.py COUNTS.csv --pool 15000000 [--cutoff exclusive] [--json] …

The file has the columns region, declared, a, b, c, d; the row without a region are the key-industry platforms.
For a year with other grades, say what they are worth and which one is held against which line:

    python3 recompute.py COUNTS.csv --pool 15000000 --points e=50,p=20 --failing f --line 3/10
"""

import argparse
import csv
import json
from fractions import Fraction
from pathlib import Path

SWITCHES = {
    "cutoff": ("inclusive", "exclusive"), "base": ("declared", "graded"), "totals": ("all", "funded"),
    "industry": ("left_out", "counted"), "divisor": ("funded", "all", "hundred"), "unit": ("yuan", "wan"),
}  # fmt: skip
USUAL = "a=60,b=30,c=10"

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("counts", type=Path)
parser.add_argument("--pool", type=int, required=True)
parser.add_argument("--json", action="store_true")
parser.add_argument("--points", default=USUAL)
parser.add_argument("--failing", default="d")
parser.add_argument("--line", type=Fraction, default=Fraction(1, 5))
for name, values in SWITCHES.items():
    parser.add_argument(f"--{name}", choices=values, default=values[0])
asked = parser.parse_args()

lines = csv.DictReader(asked.counts.read_text(encoding="utf-8-sig").splitlines())
region, declared, *grades = lines.fieldnames
worth = {grade: int(points) for grade, points in (pair.split("=") for pair in asked.points.split(","))}
worth = {grade: worth[grade] for grade in grades if grade in worth}
rows = [{key: value if key == region else int(value) for key, value in line.items()} for line in lines]
regions = [row for row in rows if row["region"]]
failed = f"{asked.failing}_share"
for row in regions:
    base = row["declared"] if asked.base == "declared" else sum(row[grade] for grade in grades)
    row[failed] = Fraction(row[asked.failing], base) if base else Fraction(0)
    row["excluded"] = row[failed] > asked.line or (asked.cutoff == "inclusive" and row[failed] == asked.line)
funded = [row for row in regions if not row["excluded"]]
counted = list(regions if asked.totals == "all" else funded)
counted += [row for row in rows if not row["region"] and asked.industry == "counted"]
totals = {grade: sum(row[grade] for row in counted) for grade in worth}


def score(row):
    """Points of a region: of each grade its share of the city's platforms times the points of the grade."""
    parts = [Fraction(points * row[grade], totals[grade]) for grade, points in worth.items() if totals[grade]]
    return sum(parts, Fraction(0))


scored = funded if asked.divisor == "funded" else counted
divisor = sum(worth.values()) if asked.divisor == "hundred" else sum(map(score, scored))
unit = 10_000 if asked.unit == "wan" else 1
for row in regions:
    row["score"] = None if row["excluded"] else score(row)
    row["weight"] = None if row["excluded"] else score(row) / divisor if divisor else Fraction(0)
    row["units"] = (row["weight"] or Fraction(0)) * asked.pool / unit
# What is left after cutting down goes to the largest parts that were cut off, one unit each.
owed = int(sum(row["units"] for row in regions)) - sum(int(row["units"]) for row in regions)
by_rest = sorted(regions, key=lambda row: (int(row["units"]) - row["units"], row["region"]))
for place, row in enumerate(by_rest):
    row["amount"] = (int(row["units"]) + (place < owed)) * unit
allocated = sum(row["amount"] for row in regions)

# Why nobody gets anything, in the words of the product; other grades are called by their columns.
ending = "档" if asked.points == USUAL else ""
failing, paid = asked.failing.upper() + ending, "、".join(worth).upper() + ending
if not regions:
    note = "没有参加分配的区县（市）、管委会，资金未分配。"
elif not funded:
    note = f"所有区县（市）、管委会的{failing}占比都达到淘汰线，资金未分配。"
elif not any(row["score"] for row in funded):
    note = f"未被淘汰的区县（市）、管委会没有{paid}平台，得分均为零，资金未分配。"
else:
    note = "" if allocated else "各地应得金额合计不足一个金额单位，资金未分配。"

if asked.json:
    columns = [region, declared, *grades, failed, "excluded", "score", "weight", "amount"]
    told = [{key: str(row[key]) if isinstance(row[key], Fraction) else row[key] for key in columns} for row in regions]
    answer = {"pool": asked.pool, "reading": {name: getattr(asked, name) for name in SWITCHES}, "totals": totals}
    answer |= {"rows": told, "allocated": allocated, "unallocated": asked.pool - allocated, "note": note}
    print(json.dumps(answer, ensure_ascii=False, indent=1))
else:
    for row in regions:
        print(row["region"], "不予支持" if row["excluded"] else row["score"], f"{row['amount']:,}", sep="\t")
    print("合计", "", f"{allocated:,}", sep="\t")
