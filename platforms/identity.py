"""Whose programme this is: the names, codes and lines that another city has otherwise, from one file.

They come from ``identity.toml`` in the reference folder, and stay the same as long as the process runs, as the code
does: texts are put together from them when their modules are loaded. Knows no Django, so that rules may say the name.
"""

import csv
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from stdnum.cn import uscc

FILE = "identity.toml"
#: Names the folder of the reference data; without it the one that comes with the product.
FOLDER_VARIABLE = "NINGBO_REFERENCE"
OWN_FOLDER = Path(__file__).resolve().parent / "reference"
#: What a reference folder must hold.
LISTS = ("regions.csv", "towns.csv", "counties.geojson", "intake_versions.csv")
#: What an operator may set without a file of its own.
VARIABLES = {
    "programme": "NINGBO_PROGRAMME",
    "footer.organiser": "NINGBO_ORGANISER",
    "footer.address": "NINGBO_ADDRESS",
    "footer.phone": "NINGBO_PHONE",
    "footer.icp": "NINGBO_ICP",
    "footer.psb": "NINGBO_PSB",
    "footer.site_code": "NINGBO_SITE_CODE",
}


class WrongIdentity(Exception):
    """A value is missing or cannot be meant; the sentence names it, what is allowed, and an example."""


@dataclass(frozen=True)
class Called:
    """A place or an office: its full name and how people write it for short."""

    name: str
    short: str


@dataclass(frozen=True)
class Examples:
    """Places of the reference lists that examples name; ``zone_code`` is empty where the city has no zone."""

    region: str
    region_code: str
    town: str
    town_code: str
    other_town: str
    zone_code: str
    longitude: str
    latitude: str
    phone: str

    @property
    def platform_code(self) -> str:
        return f"{self.region_code}-001"

    def credit_code(self, kind: str, unit: str) -> str:
        """Return a credit code of the example region: two characters of ``kind``, nine of ``unit``, a right check."""
        body = f"{kind}{self.region_code}{unit}"
        return f"{body}{uscc.calc_check_digit(body)}"


@dataclass(frozen=True)
class Footer:
    """Lines at the foot of each page; empty ones are left out."""

    organiser: str
    address: str
    phone: str
    icp: str
    psb: str
    site_code: str


@dataclass(frozen=True)
class Identity:
    """The programme of one city. ``city_code`` is its official code (GB/T 2260), six digits."""

    programme: str
    former_programmes: tuple[str, ...]
    certificate_prefix: str
    phone_area: str
    city: Called
    city_code: str
    province: Called
    industry_bureau: Called
    finance_bureau: str
    examples: Examples
    footer: Footer

    @property
    def spellings(self) -> tuple[str, ...]:
        """What stands before the name of a place without being part of it, in the order in which it is left out."""
        return self.province.name, self.province.short, self.city.name, self.city.short

    @property
    def programmes(self) -> tuple[str, ...]:
        """The name of the programme, and those that it had before."""
        return self.programme, *self.former_programmes


def reference_folder() -> Path:
    """Return the folder of the reference data.

    Raises:
        WrongIdentity: the environment names one that is no folder, or that lacks one of its files.
    """
    folder = Path(os.environ.get(FOLDER_VARIABLE, "").strip() or OWN_FOLDER).expanduser().absolute()
    example = f"例如 {FOLDER_VARIABLE}=/srv/data/reference"
    if not folder.is_dir():
        raise WrongIdentity(f"{FOLDER_VARIABLE} 应为存放基础数据的文件夹，{example}；现为“{folder}”，不是文件夹。")
    missing = [name for name in (FILE, *LISTS) if not (folder / name).is_file()]
    if missing:
        needed = "、".join((FILE, *LISTS))
        raise WrongIdentity(f"基础数据文件夹“{folder}”中须有 {needed}（{example}），现缺少 {'、'.join(missing)}。")
    return folder


@cache
def ours() -> Identity:
    """Return the identity of the city that this process runs for.

    Raises:
        WrongIdentity: as :func:`reference_folder` and :func:`read_identity`.
    """
    return read_identity(reference_folder(), os.environ)


def read_identity(folder: Path, environment: Mapping[str, str]) -> Identity:
    """Read ``identity.toml`` in ``folder``; what ``environment`` sets by a name of :data:`VARIABLES` goes before it.

    Raises:
        WrongIdentity: the file is none, or a value is missing, unknown or cannot be meant.
    """
    values = _Values(_toml(folder / FILE), environment)
    found = Identity(
        programme=values.name("programme", "某某市中小企业公共服务窗口平台"),
        former_programmes=values.names("former_programmes"),
        certificate_prefix=values.text("certificate_prefix", r"[A-Z]{2,6}", " 2 至 6 个大写字母", "NB"),
        phone_area=values.text("phone_area", r"0[0-9]{2,3}", "以 0 开头的 3 或 4 位区号", "0571"),
        city=Called(values.name("city.name", "某某市"), values.name("city.short", "某某")),
        city_code=values.text("city.code", r"[1-9][0-9]{5}", " 6 位行政区划代码", "330100"),
        province=Called(values.name("province.name", "某某省"), values.name("province.short", "某某")),
        industry_bureau=Called(
            values.name("industry_bureau.name", "某某市经济和信息化局"),
            values.name("industry_bureau.short", "某某市经信局"),
        ),
        finance_bureau=values.name("finance_bureau", "某某市财政局"),
        examples=_examples(values, folder),
        footer=Footer(*(values.line(f"footer.{each.name}") for each in fields(Footer))),
    )
    values.refuse_unknown()
    return found


class _Values:
    """The values of the file by their dotted names, each judged when it is asked for."""

    def __init__(self, content: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        self._found = dict(_flat(content))
        self._known: set[str] = set()
        self._source = dict.fromkeys(self._found, FILE)
        for name, variable in VARIABLES.items():
            if text := environment.get(variable, "").strip():
                self._found[name], self._source[name] = text, variable

    def text(self, name: str, pattern: str, allowed: str, example: str) -> str:
        value = self.value(name, f"应为{allowed}，例如“{example}”")
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise WrongIdentity(f"{self.where(name)}应为{allowed}，例如“{example}”；现为“{str(value)[:40]}”。")
        return value

    def name(self, name: str, example: str) -> str:
        return self.text(name, r"[^\s<>\"]{1,40}", " 1 至 40 个字、不含空格的名称", example)

    def line(self, name: str) -> str:
        """Return a line that may be empty."""
        return self.text(name, r"[^\r\n<>]{0,80}", "不超过 80 个字的一行文字，可为空", "某某市经济和信息化局")

    def names(self, name: str) -> tuple[str, ...]:
        value = self.value(name, "应为名称的列表，可为空，例如 []")
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            raise WrongIdentity(f"{self.where(name)}应为名称的列表，可为空，例如 []。")
        return tuple(value)

    def value(self, name: str, wanted: str) -> Any:
        self._known.add(name)
        if name not in self._found:
            raise WrongIdentity(f"{FILE} 中缺少 {name}：{wanted}。")
        return self._found[name]

    def where(self, name: str) -> str:
        source = self._source[name]
        return f"{source} 中的 {name} " if source == FILE else f"{source} "

    def refuse_unknown(self) -> None:
        if unknown := sorted(set(self._found) - self._known):
            raise WrongIdentity(f"{FILE} 中的 {'、'.join(unknown)} 不是可以设置的内容，请核对拼写或删去。")


def _flat(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise WrongIdentity(f"找不到“{path}”，请在基础数据文件夹中放入 {FILE}。") from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        place = f"第 {at[1]} 行附近有误" if at else "末尾不完整"
        raise WrongIdentity(f'{FILE} 不是有效的 TOML 文件，{place}；每行写成 名称 = "内容"。') from None
    except UnicodeDecodeError:
        raise WrongIdentity(f"{FILE} 不是 UTF-8 编码的文件。") from None


def _examples(values: _Values, folder: Path) -> Examples:
    """Read the examples; their names come from the lists, so that nobody can name a place that is not there."""
    regions, towns = _rows(folder / "regions.csv"), _rows(folder / "towns.csv")
    counties = {row["code"]: row["name"] for row in regions if row["kind"] == "county"}
    region = values.text("examples.region", r".+", "regions.csv 中一个区县（市）的代码", next(iter(counties), ""))
    if region not in counties:
        raise WrongIdentity(
            f"{values.where('examples.region')}应为 regions.csv 中一个区县（市）的代码，"
            f"例如“{next(iter(counties), '')}”；现为“{region[:20]}”。"
        )
    named = {row["code"]: row["name"] for row in towns if row["region_code"] == region}
    example = "、".join(f"“{code}”" for code in list(named)[:2])
    wanted = f"应为 towns.csv 中“{counties[region]}”的两个乡镇（街道）的代码，例如{example}"
    codes = values.value("examples.towns", wanted)
    if not isinstance(codes, list) or len(codes) != 2 or not all(isinstance(c, str) and c in named for c in codes):
        raise WrongIdentity(f"{values.where('examples.towns')}{wanted}。")
    degrees = r"[0-9]{1,3}\.[0-9]{1,6}"
    area = values.text("phone_area", r"0[0-9]{2,3}", "以 0 开头的 3 或 4 位区号", "0571")
    return Examples(
        region=counties[region],
        region_code=region,
        town=named[codes[0]],
        town_code=codes[0],
        other_town=named[codes[1]],
        zone_code=next((row["code"] for row in regions if row["kind"] == "zone"), ""),
        longitude=values.text("examples.longitude", degrees, "市内一点的经度", "120.153600"),
        latitude=values.text("examples.latitude", degrees, "市内一点的纬度", "30.287500"),
        phone=f"{area}-87654321",
    )


def _rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a list, as far as they can be read; its loading says what is wrong with them."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [
                {name or "": str(value or "") for name, value in {"kind": "", "region_code": "", **row}.items()}
                for row in csv.DictReader(file)
                if row.get("code") and row.get("name")
            ]
    except (OSError, UnicodeDecodeError, csv.Error):
        return []
