"""A neighbour city runs the programme from a reference folder of its own, and is named by it alone."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from platforms.identity import OWN_FOLDER, read_identity

#: Invented test data: a city that does not exist.
REFERENCE = Path(__file__).resolve().parent / "reference"


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process that runs for the neighbour showed; its demonstration is seeded once."""
    place = tmp_path_factory.mktemp("neighbour")
    folder = reference_folder(place / "reference")
    done = subprocess.run(
        [sys.executable, "-m", "tests.neighbour.visit", str(place)],
        env=os.environ | {"NINGBO_REFERENCE": str(folder)},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def reference_folder(folder: Path) -> Path:
    """Make the folder of the neighbour: its own lists, and the notice of the product as if it were the neighbour's."""
    shutil.copytree(REFERENCE, folder)
    ours, theirs = read_identity(OWN_FOLDER, {}), read_identity(REFERENCE, {})
    (folder / "notices").mkdir()
    for path in sorted((OWN_FOLDER / "notices").glob("*.toml")):
        text = path.read_text(encoding="utf-8").replace(ours.city.short, theirs.city.short)
        text = re.sub(r'(?m)^number = ".*"$', f'number = "澄企办{path.stem}号"', text)
        # It says nothing of certificates: they are numbered as the city numbers.
        text = re.sub(r"(?m)^number_pattern = .*\n", "", text)
        (folder / "notices" / path.name).write_text(text, encoding="utf-8")
    return folder


def test_public_county_city_and_finance_open_their_pages(seen: dict[str, Any]) -> None:
    assert seen["failed"] == []
    assert {person: opened >= 60 for person, opened in seen["opened"].items()} == dict.fromkeys(
        ("", "donghu", "city", "finance"), True
    )
    assert sum(seen["opened"].values()) >= 200


def test_the_pages_name_the_neighbours_programme(seen: dict[str, Any]) -> None:
    assert sum(seen["named"].values()) >= 200


def test_nothing_names_the_city_that_the_product_comes_from(seen: dict[str, Any]) -> None:
    assert seen["found"] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("form.pdf", "澄州市中小企业公共服务窗口平台建设运营申报表"),
        ("form.docx", "澄州市中小企业公共服务窗口平台建设运营申报表"),
        ("summary.xlsx", "澄州市中小企业公共服务窗口平台建设运营申报汇总表"),
        ("allocation.xlsx", ">澄州市财政局</dc:creator>"),
    ],
)
def test_what_is_printed_carries_the_neighbours_name(seen: dict[str, Any], name: str, words: str) -> None:
    assert words in seen["prints"][name]


def test_certificates_are_numbered_with_the_neighbours_letters(seen: dict[str, Any]) -> None:
    assert seen["numbers"] == ["CZ20"]


def test_mails_are_sent_in_the_neighbours_name_and_signed_by_its_bureau(seen: dict[str, Any]) -> None:
    assert sorted(seen["mails"]) == [
        *(
            "accepted",
            "allocated",
            "complaint",
            "expiring",
            "hearing",
            "notice",
            "published",
            "received",
            "rectify",
            "reminder",
        ),
        *("returned", "revoked", "self_report"),
    ]
    for text in seen["mails"].values():
        assert text.startswith("澄州市中小企业公共服务窗口平台 <")
        assert "\n澄州市经济和信息化局\n" in text


def test_a_failure_shows_whose_page_it_is(seen: dict[str, Any]) -> None:
    for text in seen["failures"].values():
        assert text.count("澄州市中小企业公共服务窗口平台") == 2
