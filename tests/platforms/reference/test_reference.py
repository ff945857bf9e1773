"""Reference data: loaded again at any time, says what it did, deletes nothing."""

import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from platforms.models import AuditEvent, Park, Region, Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    copy = tmp_path / "reference"
    shutil.copytree(settings.REFERENCE_DIR, copy)
    settings.REFERENCE_DIR = copy
    settings.MAP_OUTLINE = copy / "counties.geojson"
    return copy


def load() -> str:
    said = StringIO()
    call_command("load_reference", stdout=said)
    return said.getvalue()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_regions_and_towns_are_loaded_once(folder: Path) -> None:
    assert load().splitlines() == [
        "地区：新增 17 个，更新 0 个，未变 0 个。",
        "乡镇（街道）：新增 160 个，更新 0 个，未变 0 个。",
        "通知：新增 1 份，未变 0 份。",
        "地图轮廓：各区县（市）齐全。",
    ]
    assert load().splitlines() == [
        "地区：新增 0 个，更新 0 个，未变 17 个。",
        "乡镇（街道）：新增 0 个，更新 0 个，未变 160 个。",
        "通知：新增 0 份，未变 1 份。",
        "地图轮廓：各区县（市）齐全。",
    ]
    assert (Region.objects.count(), Town.objects.count(), Park.objects.count()) == (17, 160, 0)
    assert Region.objects.get(code="HZW").host.name == "慈溪市"
    assert {town.name: town.zone.code for town in Town.objects.filter(zone__isnull=False).select_related("zone")} == {
        "大榭街道": "DXK",
        "梅山街道": "MSG",
        # Bears the name of a committee: it is that zone.
        "保税区": "BSQ",
        "梅墟街道": "GXQ",
        "新明街道": "GXQ",
        "聚贤街道": "GXQ",
        "东钱湖镇": "DQH",
        "庵东镇": "HZW",
    }
    assert AuditEvent.objects.get().reason == "地区新增 17、更新 0；乡镇（街道）新增 160、更新 0"


@pytest.mark.clause("N11")
def test_what_changed_is_named_and_what_the_city_added_stays(folder: Path) -> None:
    load()
    assert not Town.objects.filter(is_strong=True).exists()
    Town.objects.filter(code="330203001").update(is_strong=True)
    # What the city took from a committee does not go back to it.
    Town.objects.filter(code="330282118").update(zone=None)
    Town.objects.create(code="330203999", name="新设街道", kind="subdistrict", region=Region.objects.get(code="330203"))
    edit(folder / "towns.csv", "南门街道", "南门新街道")
    assert "乡镇（街道）：新增 0 个，更新 1 个，未变 159 个。\n  更新 330203001\n" in load()
    town = Town.objects.get(code="330203001")
    assert (town.name, town.is_strong) == ("南门新街道", True)
    assert Town.objects.get(code="330282118").zone is None
    assert Town.objects.filter(code="330203999").exists()


@pytest.mark.trust("T24")
@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("regions.csv", "330205,江北区,county,", "330205,江北区,village,", "未载入：regions.csv 第 3 行："),
        ("regions.csv", "code,name", "代码,name", "未载入：regions.csv 的表头应为 code,name,kind,host_code。"),
        ("regions.csv", "zone,330282", "zone,999999", "未载入：regions.csv 第 12 行：没有代码为“999999”的地区。"),
        ("towns.csv", "江厦街道,subdistrict,330203", "江厦街道,subdistrict,", "towns.csv 第 3 行：没有填写所属区县。"),
        ("towns.csv", "江厦街道,subdistrict,330203", "江厦街道,subdistrict", "towns.csv 第 3 行的列数与表头不符。"),
        ("towns.csv", "江厦街道,subdistrict,330203", "江厦街道,subdistrict,330203,,1", "第 3 行的列数与表头不符。"),
        ("towns.csv", "江厦街道", "南门街道", "未载入：towns.csv 第 3 行："),
        ("counties.geojson", '"330205"', '"000000"', "地图轮廓文件 counties.geojson 中没有江北区。"),
        ("counties.geojson", "FeatureCollection", 'x", "features": "', "不是有效的 GeoJSON。"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_loaded(folder: Path, file: str, old: str, new: str, sentence: str) -> None:
    edit(folder / file, old, new)
    if file == "counties.geojson" and "features" in new:
        (folder / file).write_text(json.dumps({"features": [1]}))
    with pytest.raises(CommandError) as refused:
        load()
    assert sentence in str(refused.value)
    assert not Region.objects.exists()


@pytest.mark.parametrize("file", ["regions.csv", "towns.csv", "counties.geojson"])
def test_a_missing_or_unreadable_file_is_named(folder: Path, file: str) -> None:
    (folder / file).write_bytes("编码".encode("gb18030"))
    with pytest.raises(CommandError, match=file):
        load()
    (folder / file).unlink()
    with pytest.raises(CommandError, match=f"找不到.*{file}"):
        load()
