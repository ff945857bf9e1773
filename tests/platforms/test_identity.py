"""Whose programme this is: read from one file, each wrong value refused with a sentence."""

import shutil
from pathlib import Path

import pytest

from platforms.identity import (
    OWN_FOLDER,
    VARIABLES,
    Called,
    Footer,
    WrongIdentity,
    ours,
    read_identity,
    reference_folder,
)

FILE = "identity.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "reference"
    shutil.copytree(OWN_FOLDER, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", "admin", "queries"))
    return copy


def change(folder: Path, old: str, new: str) -> None:
    text = (folder / FILE).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / FILE).write_text(text.replace(old, new), encoding="utf-8")


def refusal(folder: Path, **environment: str) -> str:
    with pytest.raises(WrongIdentity) as caught:
        read_identity(folder, environment)
    return str(caught.value)


def test_the_folder_of_the_product_says_whose_it_is() -> None:
    city = read_identity(OWN_FOLDER, {})
    assert city.programme == "宁波市中小企业公共服务窗口平台"
    assert (city.city, city.city_code, city.province) == (Called("宁波市", "宁波"), "330200", Called("浙江省", "浙江"))
    assert city.spellings == ("浙江省", "浙江", "宁波市", "宁波")
    assert city.industry_bureau == Called("宁波市经济和信息化局", "宁波市经信局")
    assert (city.examples.region, city.examples.town, city.examples.other_town) == ("鄞州区", "姜山镇", "首南街道")
    assert city.examples.phone == "0574-87654321"
    assert city.examples.platform_code == "330212-001"
    assert city.examples.credit_code("91", "MA0000001") == "91330212MA00000011"


def test_nothing_at_the_foot_of_a_page_is_made_up() -> None:
    assert read_identity(OWN_FOLDER, {}).footer == Footer("", "", "", "", "", "")


def test_the_environment_goes_before_the_file(folder: Path) -> None:
    change(folder, 'organiser = ""', 'organiser = "甲局"')
    assert read_identity(folder, {}).footer.organiser == "甲局"
    told = read_identity(folder, {variable: f"{place}号" for place, variable in enumerate(VARIABLES.values())})
    assert told.programme == "0号"
    assert told.footer == Footer("1号", "2号", "3号", "4号", "5号", "6号")
    assert read_identity(folder, {"NINGBO_ORGANISER": " "}).footer.organiser == "甲局"


def test_a_programme_keeps_the_names_that_it_had(folder: Path) -> None:
    change(folder, "former_programmes = []", 'former_programmes = ["甲平台", "乙平台"]')
    assert read_identity(folder, {}).programmes == ("宁波市中小企业公共服务窗口平台", "甲平台", "乙平台")


def test_a_city_without_zones_has_no_zone_among_its_examples(folder: Path) -> None:
    lists = folder / "regions.csv"
    counties = [line for line in lists.read_text(encoding="utf-8").splitlines() if ",zone," not in line]
    lists.write_text("\n".join(counties), encoding="utf-8")
    assert read_identity(folder, {}).examples.zone_code == ""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'certificate_prefix = "NB"',
            'certificate_prefix = "nb1"',
            "identity.toml 中的 certificate_prefix 应为 2 至 6 个大写字母，例如“NB”；现为“nb1”。",
        ),
        (
            'phone_area = "0574"',
            'phone_area = "574"',
            "identity.toml 中的 phone_area 应为以 0 开头的 3 或 4 位区号，例如“0571”；现为“574”。",
        ),
        (
            'code = "330200"',
            "code = 330200",
            "identity.toml 中的 city.code 应为 6 位行政区划代码，例如“330100”；现为“330200”。",
        ),
        (
            'name = "宁波市"',
            'name = ""',
            "identity.toml 中的 city.name 应为 1 至 40 个字、不含空格的名称，例如“某某市”；现为“”。",
        ),
        (
            'name = "浙江省"\n',
            "",
            "identity.toml 中缺少 province.name：应为 1 至 40 个字、不含空格的名称，例如“某某省”。",
        ),
        ('short = "浙江"', 'shrot = "浙江"', "identity.toml 中缺少 province.short"),
        ('icp = ""', 'icp = ""\nfax = ""', "identity.toml 中的 footer.fax 不是可以设置的内容，请核对拼写或删去。"),
        (
            'region = "330212"',
            'region = "330299"',
            "identity.toml 中的 examples.region 应为 regions.csv 中一个区县（市）的代码，例如“330203”；现为“330299”。",
        ),
        (
            'towns = ["330212110", "330212006"]',
            'towns = ["330212110"]',
            "identity.toml 中的 examples.towns 应为 towns.csv 中“鄞州区”的两个乡镇（街道）的代码，"
            "例如“330212001”、“330212002”。",
        ),
        (
            "former_programmes = []",
            'former_programmes = "甲"',
            "identity.toml 中的 former_programmes 应为名称的列表，可为空，例如 []。",
        ),
        ('longitude = "121.549700"', 'longitude = "东经"', "应为市内一点的经度，例如“120.153600”；现为“东经”。"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(folder: Path, old: str, new: str, sentence: str) -> None:
    change(folder, old, new)
    assert sentence in refusal(folder)


def test_a_wrong_value_of_the_environment_is_told_by_its_variable() -> None:
    assert refusal(OWN_FOLDER, NINGBO_ORGANISER="<b>") == (
        "NINGBO_ORGANISER 应为不超过 80 个字的一行文字，可为空，例如“某某市经济和信息化局”；现为“<b>”。"
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"programme = \n", 'identity.toml 不是有效的 TOML 文件，第 1 行附近有误；每行写成 名称 = "内容"。'),
        (b'a = """', "identity.toml 不是有效的 TOML 文件，末尾不完整"),
        ("甲 = 1".encode("gbk"), "identity.toml 不是 UTF-8 编码的文件。"),
    ],
)
def test_what_is_no_such_file_is_refused(folder: Path, content: bytes, sentence: str) -> None:
    (folder / FILE).write_bytes(content)
    assert sentence in refusal(folder)


def test_a_folder_without_the_file_is_refused(folder: Path) -> None:
    (folder / FILE).unlink()
    assert "请在基础数据文件夹中放入 identity.toml。" in refusal(folder)


def test_without_a_folder_of_its_own_it_is_that_of_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NINGBO_REFERENCE", raising=False)
    assert reference_folder() == OWN_FOLDER
    assert ours() is ours()


def test_the_folder_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("NINGBO_REFERENCE", str(folder))
    assert reference_folder() == folder


def test_a_folder_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("NINGBO_REFERENCE", str(folder / "none"))
    with pytest.raises(WrongIdentity, match=r"NINGBO_REFERENCE 应为存放基础数据的文件夹，例如 .+不是文件夹。"):
        reference_folder()


def test_a_folder_that_lacks_a_file_is_refused(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "towns.csv").unlink()
    monkeypatch.setenv("NINGBO_REFERENCE", str(folder))
    with pytest.raises(WrongIdentity, match=r"须有 identity.toml、regions.csv、.+现缺少 towns.csv。"):
        reference_folder()
