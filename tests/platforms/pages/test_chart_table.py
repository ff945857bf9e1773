"""The table of a chart adds up what means something, once."""

import re

import pytest
from django.template.loader import render_to_string

from platforms.pages.charts import Chart


def table(*series: str) -> list[str]:
    """The heads and the foot of a table of two rows with these series."""
    rows = tuple((f"{year}年", "", tuple(range(year, year + len(series)))) for year in (1, 2))
    chart = Chart("key", "标题", "bars", "个", ("年份", *series), rows, total=True)
    shown = render_to_string("components/chart_table.html", {"chart": chart, "name": "名称"})
    head, foot = shown.partition("</thead>")[0], shown.partition("<tfoot>")[2]
    return [" ".join(re.findall(r">([^<>\s]+)</t[hd]>", part)) for part in (head, foot)]


@pytest.mark.parametrize(
    ("series", "shown"),
    [(("服务",), ["年份 服务", "合计 3"]), (("免费", "收费"), ["年份 免费 收费 合计", "合计 3 5 8"])],
)
def test_a_single_series_is_not_added_to_itself(series: tuple[str, ...], shown: list[str]) -> None:
    assert table(*series) == shown
