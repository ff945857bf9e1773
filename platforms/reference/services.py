"""Regions and towns from the reference files; repeatable, says what it did, never deletes."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import Region, Town
from platforms.reference.choices import RegionKind, TownKind
from platforms.reference.queries.imports import STRONG_TOWNS_MARKED

if TYPE_CHECKING:
    from platforms.models import User


@dataclass(frozen=True)
class Loaded:
    """What one file did: the codes that were added and changed, and how many rows were as they should be."""

    label: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int


@transaction.atomic
def load_reference(*, folder: Path, outline: Path, at: datetime) -> tuple[Loaded, ...]:
    """Load ``regions.csv`` and ``towns.csv`` from ``folder`` and check that ``outline`` has a shape for each county.

    What the city added by hand (strong towns, zone committees of towns) stays as it is: the committee that the file
    names is taken for towns that are new. So does what a change of regions decided.

    Raises:
        Refusal: a file is missing or a row is wrong; the sentence names file, row and reason. Nothing is loaded then.
    """
    done = (
        _load(Region, folder / "regions.csv", ("code", "name", "kind", "host_code"), _region_values),
        _load(Town, folder / "towns.csv", ("code", "name", "kind", "region_code", "zone_code"), _town_values, _zone_of),
    )
    _check_outline(outline)
    if any(each.added or each.changed for each in done):
        told = "；".join(f"{each.label}新增 {len(each.added)}、更新 {len(each.changed)}" for each in done)
        audit.record(verb="载入基础数据", by=None, at=at, actor="系统", reason=told)
    return done


def _load(
    model: type[models.Model],
    path: Path,
    header: tuple[str, ...],
    values_of: Callable[[Mapping[str, str]], dict],
    values_of_new: Callable[[Mapping[str, str]], dict] = lambda _: {},
) -> Loaded:
    added: list[str] = []
    changed: list[str] = []
    unchanged = 0
    for line, cells in _rows(path, header):
        where = f"{path.name} 第 {line} 行"
        try:
            values = values_of(cells)
            row = model._default_manager.filter(code=cells["code"]).first() or model(code=cells["code"])
            fresh = row.pk is None
            values = _kept(row, values)
            if not fresh and all(getattr(row, name) == value for name, value in values.items()):
                unchanged += 1
                continue
            if fresh:
                values |= values_of_new(cells)
            for name, value in values.items():
                setattr(row, name, value)
            row.full_clean()
            row.save()
        except ValidationError as error:
            raise Refusal(f"{where}：{''.join(error.messages)}") from None
        except LookupError as error:
            raise Refusal(f"{where}：{error.args[0]}") from None
        (added if fresh else changed).append(cells["code"])
    return Loaded(str(model._meta.verbose_name), tuple(added), tuple(changed), unchanged)


def _kept(row: models.Model, values: dict[str, Any]) -> dict[str, Any]:
    """Return ``values`` without what a change of regions decided: what ended, whose town it is, what lies where."""
    if isinstance(row, Region) and row.pk is not None:
        host: Region | None = values["host"]
        ended = row.valid_until is not None
        return {} if ended else {k: v for k, v in values.items() if k != "host" or not (host and host.valid_until)}
    if isinstance(row, Town) and row.moved_on is not None:
        return {name: value for name, value in values.items() if name != "region"}
    return values


def _rows(path: Path, header: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != header:
                raise Refusal(f"{path.name} 的表头应为 {','.join(header)}。")
            rows = [(reader.line_num, row) for row in reader]
    except FileNotFoundError:
        raise Refusal(f"找不到基础数据文件 {path.name}。") from None
    except (UnicodeDecodeError, csv.Error):
        raise Refusal(f"{path.name} 不是 UTF-8 编码的 CSV 文件。") from None
    for line, row in rows:
        if None in row or None in row.values():
            raise Refusal(f"{path.name} 第 {line} 行的列数与表头不符。")
    return rows


def _region_values(cells: Mapping[str, str]) -> dict[str, Any]:
    return {"name": cells["name"], "kind": cells["kind"], "host": _region(cells["host_code"])}


def _town_values(cells: Mapping[str, str]) -> dict[str, Any]:
    region = _region(cells["region_code"])
    if region is None:
        raise LookupError("没有填写所属区县。")
    return {"name": cells["name"], "kind": cells["kind"], "region": region}


def _zone_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the zone committee that runs a town; a unit that bears the name of one is that zone itself (三·(一))."""
    zone = _region(cells["zone_code"])
    if zone is None and cells["kind"] == TownKind.ZONE:
        zone = Region.objects.filter(kind=RegionKind.ZONE, name=cells["name"]).first()
    return {"zone": zone}


def _region(code: str) -> Region | None:
    if not code:
        return None
    region = Region.objects.filter(code=code).first()
    if region is None:
        raise LookupError(f"没有代码为“{code}”的地区。")
    return region


def _check_outline(path: Path) -> None:
    """Refuse an outline in which a county of the files has no shape; zones and what was founded are drawn as points."""
    try:
        shapes = json.loads(path.read_text(encoding="utf-8"))["features"]
        codes = {str(code) for shape in shapes for code in shape["properties"].values()}
    except FileNotFoundError:
        raise Refusal(f"找不到地图轮廓文件 {path.name}。") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refusal(f"地图轮廓文件 {path.name} 不是有效的 GeoJSON。") from None
    counties = Region.objects.filter(kind=RegionKind.COUNTY, valid_from__isnull=True, valid_until__isnull=True)
    missing = counties.exclude(code__in=codes).values_list("name", flat=True)
    if missing:
        raise Refusal(f"地图轮廓文件 {path.name} 中没有{'、'.join(missing)}。")


@transaction.atomic
def mark_strong_towns(*, towns: Sequence[Town], by: "User", at: datetime) -> tuple[int, int]:
    """Mark exactly ``towns`` as strong industrial towns and no other; returns how many were marked and unmarked.

    Raises:
        Refusal: ``by`` may not change towns, or the list is empty.
    """
    if not by.has_perm("platforms.change_town"):
        raise Refusal("您没有标注工业强镇的权限。")
    if not towns:
        raise Refusal("名单是空的，没有改动。")
    wanted = {town.pk for town in towns}
    stored = Town.objects.select_for_update().order_by("code")
    added = list(stored.filter(pk__in=wanted, is_strong=False))
    taken = list(stored.filter(is_strong=True).exclude(pk__in=wanted))
    Town.objects.filter(pk__in=[town.pk for town in added]).update(is_strong=True)
    Town.objects.filter(pk__in=[town.pk for town in taken]).update(is_strong=False)
    label = str(Town._meta.get_field("is_strong").verbose_name)
    entries = [audit.Entry(verb="修改乡镇（街道）", target=town, changes={label: ["否", "是"]}) for town in added]
    entries += [audit.Entry(verb="修改乡镇（街道）", target=town, changes={label: ["是", "否"]}) for town in taken]
    told = f"名单 {len(wanted)} 个，新标注 {len(added)} 个，取消 {len(taken)} 个"
    audit.record_many([*entries, audit.Entry(verb=STRONG_TOWNS_MARKED, reason=told)], by=by, at=at)
    return len(added), len(taken)
