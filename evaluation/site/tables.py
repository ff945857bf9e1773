"""How a published table is written: CSV, a workbook, JSON, and points on a map. The same rows and columns in each."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.conf import settings

from evaluation.site.columns import DATUM, Column, cell, plain
from platforms.identity import ours

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
    "geojson": "application/geo+json; charset=utf-8",
}
#: What a file says of itself, before its rows.
Head = Mapping[str, Any]
Parts = Callable[[Sequence[Column], Iterable[Any], Head], Iterator[bytes]]
#: A workbook has no day before this one, and says the same whenever it is written.
WRITTEN = datetime(2020, 1, 1)  # noqa: DTZ001 - a workbook knows no zones


def terms() -> dict[str, Any]:
    """Return whose data it is and under what terms it may be used."""
    return {
        "source": ours().programme,
        "licence": {"name": settings.OPEN_DATA_LICENCE, "url": settings.OPEN_DATA_LICENCE_URL},
    }


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_parts(columns: Sequence[Column], rows: Iterable[Any], _head: Head) -> Iterator[bytes]:
    """Yield CSV that Excel and WPS open as Chinese."""
    writer = csv.writer(Echo())
    yield ("\ufeff" + writer.writerow([column.label for column in columns])).encode()
    for row in rows:
        yield str(writer.writerow([cell(column.read(row)) for column in columns])).encode()


def json_parts(columns: Sequence[Column], rows: Iterable[Any], head: Head) -> Iterator[bytes]:
    """Yield one object: what the file is, and its rows as ``results``."""
    yield (json.dumps({**head, **terms()}, ensure_ascii=False)[:-1] + ', "results": [').encode()
    for place, row in enumerate(rows):
        text = json.dumps(_fields(columns, row), ensure_ascii=False)
        yield ((",\n" if place else "\n") + text).encode()
    yield b"\n]}\n"


def geojson_parts(columns: Sequence[Column], rows: Iterable[Any], head: Head) -> Iterator[bytes]:
    """Yield the rows that have a place as points (RFC 7946), with what is known of how they were measured."""
    about = {"type": "FeatureCollection", **head, "datum": DATUM, **terms()}
    yield (json.dumps(about, ensure_ascii=False)[:-1] + ', "features": [').encode()
    first = True
    for row in rows:
        fields = _fields(columns, row)
        spot = [fields.pop("longitude"), fields.pop("latitude")]
        if None in spot:
            continue
        feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": spot}, "properties": fields}
        yield (("\n" if first else ",\n") + json.dumps(feature, ensure_ascii=False)).encode()
        first = False
    yield b"\n]}\n"


def xlsx_parts(columns: Sequence[Column], rows: Iterable[Any], head: Head) -> Iterator[bytes]:
    """Yield a workbook: the rows, and a second sheet that says what they are and what each column means."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"constant_memory": True})
    book.set_properties({"title": str(head["title"]), "author": ours().programme, "created": WRITTEN})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("数据")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 16)
        sheet.write_string(0, place, column.label, bold)
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            value = plain(column.read(row))
            if isinstance(value, bool):
                sheet.write_string(number, place, "是" if value else "否")
            elif isinstance(value, (int, float)):
                sheet.write_number(number, place, value)
            elif value:
                sheet.write_string(number, place, value)
    notes = book.add_worksheet("说明")
    notes.set_column(0, 3, 24)
    said = terms()
    lines = [
        (str(head["title"]),),
        ("来源", said["source"]),
        ("许可", said["licence"]["name"], said["licence"]["url"]),
        (),
        ("列", "字段名", "格式", "说明"),
        *((column.label, column.key, column.kind, column.says) for column in columns),
    ]
    for number, line in enumerate(lines):
        for place, text in enumerate(line):
            notes.write_string(number, place, text, bold if len(line) == 1 else None)
    book.close()
    yield content.getvalue()


def _fields(columns: Sequence[Column], row: Any) -> dict[str, Any]:
    return {column.key: plain(column.read(row)) for column in columns}


WRITERS: Mapping[str, Parts] = {
    "csv": csv_parts, "xlsx": xlsx_parts, "json": json_parts, "geojson": geojson_parts,
}  # fmt: skip
