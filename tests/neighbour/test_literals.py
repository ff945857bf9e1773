"""The code and the templates of the product name no city: names stand in the reference folder."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from platforms.identity import OWN_FOLDER, read_identity

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = (
    "platforms",
    "evaluation",
    "funding",
    "ningbo_windows",
    "templates",
    "static/css",
    "static/js",
    "static/icons",
)
KINDS = {".py", ".html", ".js", ".css", ".svg", ".po", ".txt", ".xml", ".toml", ".csv"}
#: Where a name of the city may stand all the same, and why.
EXCEPTIONS: dict[str, str] = {}


def words() -> re.Pattern[str]:
    """The spellings of city and province, the short sign of its documents, the names and codes of its regions."""
    city = read_identity(OWN_FOLDER, {})
    with (OWN_FOLDER / "regions.csv").open(encoding="utf-8") as file:
        regions = [cell for row in csv.DictReader(file) for cell in (row["name"], row["code"]) if not cell.isascii()]
    county = f"{city.city_code[:4]}[0-9]{{2}}"
    return re.compile("|".join([*city.spellings, "甬", city.phone_area, county, *regions]))


def product_files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in KINDS and not (path.is_relative_to(OWN_FOLDER) and path.suffix in (".toml", ".csv")):
                yield path


def test_no_code_and_no_template_names_the_city() -> None:
    pattern = words()
    found = {
        f"{path.relative_to(ROOT).as_posix()}: {match[0]}"
        for path in product_files()
        if path.relative_to(ROOT).as_posix() not in EXCEPTIONS
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_the_law_sees_what_it_forbids() -> None:
    pattern = words()
    for text in ("宁波市某局", "浙江", "甬经信", "鄞州区", "330212", "0574-88880000", "杭州湾新区"):
        assert pattern.search(text)
    assert len(list(product_files())) > 500
    for path in EXCEPTIONS:
        assert (ROOT / path).exists()
