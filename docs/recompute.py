"""Recompute an allocation from published counts with nothing but Python: what every region gets, to the yuan.

    python3 recompute.py COUNTS.csv --pool 15000000 [--cutoff exclusive] [--json] …

The file has the columns region, declared, a, b, c, d; the row without a region are the key-industry platforms.
"""

import argparse
import csv
import json
from fractions import Fraction
from pathlib import Path

POINTS, LINE = {"a": 60, "b": 30, "c": 10}, Fraction(1, 5)
SWITCHES = {
    "cutoff": ("inclusive", "exclusive"), "base": ("declared", "graded"), "totals": ("all", "funded"),
    "industry": ("left_out", "counted"), "divisor": ("funded", "all", "hundred"), "unit": ("yuan", "wan"),
}  # fmt: skip
COLUMNS = ("region", "declared", "a", "b", "c", "d", "d_share", "excluded", "score", "weight", "amount")
NOBODY = "没有参加分配的区县（市）、管委会，资金未分配。"
ALL_EXCLUDED = "所有区县（市）、管委会的D档占比都达到淘汰线，资金未分配。"
NO_POINTS = "未被淘汰的区县（市）、管委会没有A、B、C档平台，得分均为零，资金未分配。"
TOO_LITTLE = "各地应得金额合计不足一个金额单位，资金未分配。"

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("counts", type=Path)
parser.add_argument("--pool", type=int, required=True)
parser.add_argument("--json", action="store_true")
for name, values in SWITCHES.items():
    parser.add_argument(f"--{name}", choices=values, default=values[0])
asked = parser.parse_args()

lines = csv.DictReader(asked.counts.read_text(encoding="utf-8-sig").splitlines())
rows = [{key: value if key == "region" else int(value) for key, value in line.items()} for line in lines]
regions = [row for row in rows if row["region"]]
for row in regions:
    base = row["declared"] if asked.base == "declared" else sum(row[grade] for grade in "abcd")
    row["d_share"] = Fraction(row["d"], base) if base else Fraction(0)
    row["excluded"] = row["d_share"] > LINE or (asked.cutoff == "inclusive" and row["d_share"] == LINE)
funded = [row for row in regions if not row["excluded"]]
counted = list(regions if asked.totals == "all" else funded)
counted += [row for row in rows if not row["region"] and asked.industry == "counted"]
totals = {grade: sum(row[grade] for row in counted) for grade in POINTS}


def score(row):
    """Points of a region: of each grade its share of the city's platforms times the points of the grade."""
    parts = [Fraction(points * row[grade], totals[grade]) for grade, points in POINTS.items() if totals[grade]]
    return sum(parts, Fraction(0))


scored = {"funded": funded, "all": counted, "hundred": []}[asked.divisor]
divisor = sum(map(score, scored), Fraction(0 if scored or asked.divisor != "hundred" else 100))
unit = 10_000 if asked.unit == "wan" else 1
for row in regions:
    row["score"] = None if row["excluded"] else score(row)
    row["weight"] = None if row["excluded"] else score(row) / divisor if divisor else Fraction(0)
    row["share"] = (row["weight"] or Fraction(0)) * asked.pool / unit
# What is left after cutting down goes to the largest parts that were cut off, one unit each.
owed = int(sum(row["share"] for row in regions)) - sum(int(row["share"]) for row in regions)
by_rest = sorted(regions, key=lambda row: (int(row["share"]) - row["share"], row["region"]))
for place, row in enumerate(by_rest):
    row["amount"] = (int(row["share"]) + (place < owed)) * unit
allocated = sum(row["amount"] for row in regions)
points = any(row["score"] for row in funded)
note = NOBODY if not regions else ALL_EXCLUDED if not funded else TOO_LITTLE if points else NO_POINTS

if asked.json:
    told = [{key: str(row[key]) if isinstance(row[key], Fraction) else row[key] for key in COLUMNS} for row in regions]
    answer = {"pool": asked.pool, "reading": {name: getattr(asked, name) for name in SWITCHES}, "totals": totals}
    answer |= {"rows": told, "allocated": allocated, "unallocated": asked.pool - allocated}
    print(json.dumps(answer | {"note": "" if allocated else note}, ensure_ascii=False, indent=1))
else:
    for row in regions:
        print(row["region"], "不予支持" if row["excluded"] else row["score"], f"{row['amount']:,}", sep="\t")
    print("合计", "", f"{allocated:,}", sep="\t")
