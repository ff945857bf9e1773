"""The data dictionary: what each column of each published table means, read off the code that writes the tables."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import condition

from evaluation.site import joined
from evaluation.site.answers import public_page
from evaluation.site.columns import CODE, KINDS, TEXT, Column
from evaluation.site.joined import Table
from evaluation.site.open_data import CHANGES, FORMAT, problems, refused, sent, tag
from evaluation.site.tables import terms

#: The columns of the dictionary as a table itself.
COLUMNS = (
    Column("table", "表", CODE, "表的代码。", lambda pair: pair[0].key),
    Column("table_title", "表名", TEXT, "表的名称。", lambda pair: pair[0].title),
    Column("files", "文件", TEXT, "文件的地址，多个的以空格分隔。", lambda pair: " ".join(pair[0].addresses)),
    Column("key", "字段名", CODE, "JSON 中的名称。", lambda pair: pair[1].key),
    Column("label", "列名", TEXT, "CSV 和 Excel 中的名称。", lambda pair: pair[1].label),
    Column("kind", "格式", TEXT, "值的格式。", lambda pair: pair[1].kind),
    Column("says", "说明", TEXT, "列的含义。", lambda pair: pair[1].says),
)


def tables() -> list[Table]:
    """Return every table that is published, the dictionary itself last."""
    own = Table(
        "dictionary", "数据字典", "各表各列的含义。",
        tuple(f"/open-data/dictionary.{kind}" for kind in ("csv", "json")), COLUMNS,
    )  # fmt: skip
    return [table for more in joined.TABLES for table in more()] + [own]


@public_page
def dictionary(request: HttpRequest) -> HttpResponse:
    """Explain every column of every file, and what became other in the files."""
    return render(
        request,
        "public/dictionary.html",
        {
            "tables": tables(),
            "kinds": KINDS,
            "changes": CHANGES,
            "format": FORMAT,
            "csv_url": reverse("site:dictionary_csv"),
            "json_url": reverse("site:dictionary_json"),
            "crumbs": [{"label": "数据开放", "url": reverse("site:open_data")}, {"label": "数据字典"}],
        },
    )


def _etag(request: HttpRequest, *_args: Any) -> str | None:
    return None if problems(request, None) else tag(FORMAT, request.path, repr(_rows(tables())), repr(terms()))


@public_page
@condition(etag_func=_etag)
def dictionary_json(request: HttpRequest) -> HttpResponseBase:
    """Send the dictionary table by table."""
    if wrong := problems(request, None):
        return refused(request, wrong)
    said = {
        "format": FORMAT,
        **terms(),
        "kinds": KINDS,
        "tables": [
            {
                "key": table.key,
                "title": table.title,
                "description": table.says,
                "files": [settings.SITE_URL.rstrip("/") + each for each in table.addresses],
                "columns": [
                    {"key": each.key, "label": each.label, "kind": each.kind, "description": each.says}
                    for each in table.columns
                ],
            }
            for table in tables()
        ],
        "changes": [{"format": number, "date": day, "description": text} for number, day, text in CHANGES],
    }
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 1})


@public_page
@condition(etag_func=_etag)
def dictionary_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the dictionary as one table, a line for each column."""
    if wrong := problems(request, None):
        return refused(request, wrong)
    return sent("csv", "数据字典.csv", COLUMNS, _rows(tables()), {})


def _rows(found: Iterable[Table]) -> list[tuple[Table, joined.Described]]:
    return [(table, column) for table in found for column in table.columns]


urlpatterns = [
    path("open-data/dictionary/", dictionary, name="dictionary"),
    path("open-data/dictionary.csv", dictionary_csv, name="dictionary_csv"),
    path("open-data/dictionary.json", dictionary_json, name="dictionary_json"),
]
