"""Pages for the components that save themselves: a sheet of many rows and a form of one, with a store in memory.

Used by ``pytest.mark.urls``; the product's own pages stay below it, so that frame, login and static files are the same.
"""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path

from platforms.pages import cell_grid
from platforms.pages.cell_grid import Answer, Column, Kind, Standing
from tests.factories import PNG

HEADS = """{% extends "desk/base.html" %}{% load static %}
{% block title %}评分{% endblock %}
{% block extrastyle %}
<link rel="stylesheet" href="{% static 'css/cell-grid.css' %}">
<link rel="stylesheet" href="{% static 'css/side-pane.css' %}">
<link rel="stylesheet" href="{% static 'css/yes-no.css' %}">
{% endblock %}
{% block extrahead %}
<script type="module" src="{% static 'js/cell-grid.js' %}"></script>
<script type="module" src="{% static 'js/sheet-save.js' %}"></script>
<script type="module" src="{% static 'js/side-pane.js' %}"></script>
<script type="module" src="{% static 'js/yes-no.js' %}"></script>
{% endblock %}
"""
GRID = (
    HEADS
    + """{% block content %}<h1>评分表</h1>
{% include "components/cell_grid.html" with label="各平台评分" head="平台" grid_id="test" filter="查找平台" frozen=1 %}
{% include "components/side_pane.html" with label="材料" only %}
{% endblock %}"""
)
SHEET = (
    HEADS
    + """{% block content %}<h1>单个平台评分</h1>
<p>得分 <strong data-outcome="points">{{ points }}</strong></p>
<form method="post" novalidate data-sheet-save data-kept data-sheet-id="test" data-row="1"
      data-save-url="{{ save_url }}" data-writer="{{ writer }}" data-login="{{ login }}">{% csrf_token %}
<input type="hidden" name="revision" value="{{ revision }}">
<div id="gates">
{% include "components/yes_to_all.html" with inside="#gates" only %}
<div class="table-wrap" role="region" tabindex="0" aria-label="基本条件"><table><thead><tr><th scope="col">条件</th>
<th scope="col">是否具备</th></tr></thead><tbody>
{% for gate in gates %}<tr data-pane-url="/pane/{{ forloop.counter }}/"><th scope="row"><span>{{ gate.label }}</span>
<a href="/pane/{{ forloop.counter }}/" target="_blank" data-pane-link data-pane-name="{{ gate.label }}">材料</a></th>
<td>{% include "components/yes_no.html" with name=gate.name label=gate.label value=gate.value only %}</td></tr>
{% endfor %}
</tbody></table></div></div>
<div class="field"><label for="id_venue">场地</label>
<input type="text" name="venue" id="id_venue" value="{{ values.venue }}" data-kind="number" data-min="0" data-max="10"
       data-decimals="1"></div>
<div class="field"><label for="id_note">说明</label>
<textarea name="note" id="id_note">{{ values.note }}</textarea></div>
<div class="form-actions form-actions--stay"><button type="submit" class="button button--main">完成评分</button>
<p class="save-state" role="status"><span data-save-words>填写后自动保存</span>
<span data-save-more></span></p></div></form>
<div id="field-notes" hidden></div><p id="note-live" class="visually-hidden" role="status"></p>
{% include "components/side_pane.html" with label="材料" only %}
{% endblock %}"""
)

GATES = [Column(f"gate{number}", f"条件{number}", Kind.YES_NO) for number in range(1, 4)]
COLUMNS = [
    Column("venue", "场地", low=Decimal(0), most=Decimal(10), places=1),
    Column("staff", "人员", low=Decimal(0), most=Decimal(20), places=0),
    Column("gate", "证照", Kind.YES_NO),
    Column("note", "说明", Kind.TEXT, most=20),
    Column("points", "得分", Kind.READONLY, unit="分", places=2),
    *GATES,
]
SHOWN = COLUMNS[:5]


@dataclass
class Store:
    """What is saved; ``status`` makes the next saves fail, ``rows`` is how many there are."""

    values: dict[tuple[int, str], str] = field(default_factory=dict)
    posts: list[Any] = field(default_factory=list)
    status: int = 0
    rows: int = 12
    wide: int = 0
    submitted: list[dict[str, Any]] = field(default_factory=list)

    def get(self, row: int, col: str) -> str:
        return self.values.get((row, col), "")

    def points(self, row: int) -> str:
        numbers = [Decimal(self.get(row, col) or 0) for col in ("venue", "staff")]
        return cell_grid.stored_number(sum(numbers, Decimal(0)))


STORE = Store()


def columns() -> list[Column]:
    """The columns of the page, and as many more numbers as a test asks for."""
    return SHOWN + [Column(f"more{number}", f"指标{number}", most=Decimal(100)) for number in range(STORE.wide)]


def grid(request: HttpRequest) -> HttpResponse:
    def cell(row: int, column: Column) -> cell_grid.ShownCell:
        value = STORE.points(row) if column.code == "points" else STORE.get(row, column.code)
        return cell_grid.cell_of(column, value, closed=(row, column.code) == (3, "venue"))

    rows = [
        {
            "pk": row,
            "label": f"第{row}号平台",
            "url": f"/sheet/?row={row}",
            "pane_url": f"/pane/{row}/",
            "cells": [cell(row, column) for column in columns()],
        }
        for row in range(1, STORE.rows + 1)
    ]
    context = {"columns": columns(), "rows": rows, "save_url": "/save/", "writer": _writer(request), "login": "/login/"}
    return HttpResponse(engines["django"].from_string(GRID).render(context, request))


def sheet(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        STORE.submitted.append(request.POST.dict())
        return redirect("/grid/")
    context = {
        "gates": [{"name": gate.code, "label": gate.label, "value": STORE.get(1, gate.code)} for gate in GATES],
        "values": {"venue": STORE.get(1, "venue"), "note": STORE.get(1, "note")},
        "points": STORE.points(1), "revision": len(STORE.posts), "save_url": "/save/", "writer": _writer(request),
        "login": "/login/",
    }  # fmt: skip
    return HttpResponse(engines["django"].from_string(SHEET).render(context, request))


def save(request: HttpRequest) -> HttpResponse:
    if STORE.status == 302:
        return redirect("/login/")
    if STORE.status in (409, 410):
        return JsonResponse({"sentence": "本平台已交评，不能修改。"}, status=STORE.status)
    if STORE.status:
        return HttpResponse("<p>?</p>", status=STORE.status)
    STORE.posts.append(json.loads(request.body))
    every = [*columns(), *GATES]
    try:
        cells, refused = cell_grid.read_cells(request.body, every)
    except cell_grid.Unreadable as wrong:
        return JsonResponse({"sentence": str(wrong)}, status=400)
    answer = Answer(every, refused=list(refused), revision=len(STORE.posts))
    for cell in cells:
        stored = STORE.get(cell.row, cell.col)
        if cell.value == "9.9":
            answer.refused.append(cell_grid.Refused(cell.row, cell.col, "超过该项扣分后的上限，请核对。"))
        elif cell_grid.standing(cell, stored) == Standing.STALE:
            answer.stale.append((cell, stored))
        else:
            STORE.values[cell.row, cell.col] = cell.value
            answer.saved.append(cell)
        answer.rows[cell.row] = {"points": STORE.points(cell.row)}
    return JsonResponse(answer.as_json())


def pane(request: HttpRequest, number: int) -> HttpResponse:
    links = '<a href="/picture/?view=1" data-pane-link="image" data-pane-name="门头照片">门头照片</a>'
    # The second row has none.
    return HttpResponse(f"<main><h3>第{number}份材料</h3>{links}</main>", status=404 if number == 2 else 200)


def picture(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PNG, content_type="image/png")


def _writer(request: HttpRequest) -> str:
    return request.GET.get("writer", "1")


urlpatterns = [
    path("grid/", grid),
    path("sheet/", sheet),
    path("save/", save),
    path("pane/<int:number>/", pane),
    path("picture/", picture),
    path("", include("ningbo_windows.urls")),
]
