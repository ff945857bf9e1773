"""The page that explains the open interface, read off its own description."""

import json
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from evaluation.site.answers import public_page
from evaluation.site.api import NAME, TITLE, api
from platforms.identity import ours

KINDS = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "boolean": "是或否",
    "array": "列表",
    "object": "一组字段",
}
_PLACES = ours().examples
EXAMPLES = {
    "list_results": ({"region": _PLACES.region_code, "grade": "A"}, {}),
    "get_result": ({}, {"code": _PLACES.platform_code}),
    "get_certificate": ({}, {"number": f"{ours().certificate_prefix}2020-001-XXXXX"}),
}
#: One record as it is sent; the names of the fields are those of the description.
RECORD = {
    "external_id": "2026-000123",
    "platform": _PLACES.platform_code,
    "enterprise_name": "某某有限公司",
    "enterprise_code": _PLACES.credit_code("91", "MA0000001"),
    "service_class": "law",
    "free_category": "policy",
    "served_on": "2026-04-10",
    "channel": "phone",
    "fee": "0",
    "satisfaction": 5,
    "summary": "解读助企政策",
}
SENT = f" -H 'Authorization: Bearer 令牌' --json '{json.dumps({'records': [RECORD]}, ensure_ascii=False)}'"


@public_page
def api_docs(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters, answers and a command to try."""
    schema = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    named = schema["components"]["schemas"]
    operations = [
        explained(path, method, operation, named)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return render(
        request,
        "public/api_docs.html",
        {
            "about": schema["info"] | {"title": NAME},
            "operations": operations,
            "licence": {"name": settings.OPEN_DATA_LICENCE, "url": settings.OPEN_DATA_LICENCE_URL},
            "schema_url": reverse("api:openapi-json"),
            "crumbs": [{"label": "数据开放", "url": reverse("site:open_data")}, {"label": "开放接口"}],
        },
    )


def explained(path: str, method: str, operation: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """Return one operation as the page shows it."""
    query, places = EXAMPLES.get(operation["operationId"], ({}, {}))
    address = settings.SITE_URL.rstrip("/") + path.format(**places) + (f"?{urlencode(query)}" if query else "")
    answers = [
        {"status": status, "description": answer["description"], "fields": fields_of(answer, named)}
        for status, answer in operation["responses"].items()
    ]
    return {
        "id": operation["operationId"].replace("_", "-"),
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "method": method.upper(),
        "path": path,
        "parameters": [parameter(given) for given in operation.get("parameters", ())],
        "answers": [answer for answer in answers if len(answer["fields"]) != 1],
        "problems": [answer for answer in answers if len(answer["fields"]) == 1],
        "body": fields_of(operation["requestBody"], named) if "requestBody" in operation else [],
        "command": f"curl '{address}'" + (SENT if "requestBody" in operation else ""),
    }


def parameter(given: dict[str, Any]) -> dict[str, Any]:
    """Return one parameter with its kind, limits and default in words."""
    schema = real(given["schema"])
    default = given["schema"].get("default")
    limits = limits_of(schema)
    if default not in (None, ""):
        limits.append(f"不填为 {default}")
    return {
        "name": given["name"],
        "title": title_of(given["schema"]),
        "required": given["required"],
        "kind": KINDS.get(schema.get("type", ""), "文字"),
        "description": given.get("description", ""),
        "limits": "，".join(limits),
    }


def title_of(field: dict[str, Any]) -> str:
    """Return how people call ``field``."""
    return str(field.get(TITLE) or field.get("title", ""))


def limits_of(schema: dict[str, Any]) -> list[str]:
    """Return the limits of a value in words."""
    limits = []
    if "maxLength" in schema:
        limits.append(f"不超过 {schema['maxLength']} 个字")
    if "minimum" in schema:
        limits.append(f"{schema['minimum']} 至 {schema['maximum']}")
    return limits


def real(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the part of ``schema`` that is not nothing."""
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            return {**schema, **option}
    return schema


def fields_of(answer: dict[str, Any], named: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of an answer, those of lists and parts below the name that leads to them."""
    content = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return list(_fields(content, named, ""))


def _fields(schema: dict[str, Any], named: dict[str, Any], prefix: str) -> list[dict[str, Any]]:
    whole = named[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    rows = []
    for name, field in whole.get("properties", {}).items():
        inner = real(field)
        item = inner.get("items", inner)
        rows.append(
            {
                "name": prefix + name,
                "title": title_of(field),
                "kind": KINDS.get(inner.get("type", "object"), "文字"),
                "description": field.get("description", ""),
                "limits": "，".join(limits_of(inner)),
                "required": name in whole.get("required", ()),
            }
        )
        if "$ref" in item or "properties" in item:
            mark = "[]." if inner.get("type") == "array" else "."
            rows += _fields(item, named, f"{prefix}{name}{mark}")
    return rows
