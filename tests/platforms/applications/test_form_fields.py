"""The table of fields: what a line of it says stands everywhere; what the model says is the same."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import models

from platforms.applications.form_fields import FORM_FIELDS, ROW_FIELDS, FormField
from platforms.applications.queries.forms import row_model
from platforms.cells import Kind
from platforms.models import Application

ROOT = Path(__file__).resolve().parents[3]
COLUMNS = [
    *((Application, each) for fields in FORM_FIELDS.values() for each in fields),
    *((row_model(kind), each) for kind, fields in ROW_FIELDS.items() for each in fields),
]
KINDS: dict[type[models.Field], set[Kind]] = {
    models.CharField: {Kind.TEXT, Kind.CAPITALS, Kind.PHONE, Kind.CHOICE},
    models.EmailField: {Kind.TEXT},
    models.TextField: {Kind.TEXT},
    models.BooleanField: {Kind.YES_NO},
    models.DateField: {Kind.DATE},
    models.DecimalField: {Kind.DECIMAL},
    models.PositiveIntegerField: {Kind.WHOLE},
    models.PositiveSmallIntegerField: {Kind.WHOLE},
}


@pytest.mark.parametrize(("model", "field"), COLUMNS)
def test_the_model_has_the_column_with_its_label_its_choices_and_its_kind(model: Any, field: FormField) -> None:
    column = model._meta.get_field(field.name)
    choices = tuple((str(value), str(label)) for value, label in column.flatchoices)
    assert (column.verbose_name, choices) == (field.header, field.pairs)
    assert field.kind in KINDS[type(column)]
    assert (field.kind == Kind.CHOICE) == bool(choices)


#: ``city_opinion`` is a column that is no field of the form: a line in the table makes it one.
PLANTED = """
import json
from platforms.applications.form_fields import FORM_FIELDS, FormField
FORM_FIELDS["plan"] += (
    FormField("city_opinion", "市级审核意见", ask="请填写意见。", lines=3, wide=True, help="写明依据。", hint="必填",
              example="同意", exported=True, check=lambda text: "太短。" if len(text) < 2 else None),
)
import django
django.setup()
from datetime import datetime
from io import BytesIO
from types import SimpleNamespace
from openpyxl import load_workbook
from ningbo_windows.demo.drawing import Draw
from ningbo_windows.demo.forms import FIGURES, _sections
from ningbo_windows.demo.units import Unit
from platforms.applications import completeness
from platforms.applications.desk.section_forms import FORMS
from platforms.applications.documents.form import Facts, form_paper
from platforms.applications.intake.fields import layout_for
from platforms.applications.intake import template
from platforms.models import Application, Region, User
from platforms.applications.queries.differences import between
from platforms.values import plain
from platforms.applications.excel.applications import ApplicationResource
from platforms.applications.sections import SECTIONS
from platforms.applications.queries.wording import sheets_of

form = {each.slug: {name: None for name in each.fields} for each in SECTIONS if each.fields}
form |= {"staff": [], "services": [], "partners": [], "rules": [], "questions": [], "attachments": [],
         "site": {"type": "town", "proposed_name": ""}}
def filled(text):
    return {**form, "plan": {**form["plan"], "city_opinion": text}}
def told(data):
    return [gap.message for gap in completeness.gaps(data) if gap.field == "city_opinion"]
box = FORMS["plan"].base_fields["city_opinion"]
paper = form_paper(filled("同意"), Facts("", "", "", datetime.now()))
officer = User(role="county", region=Region(name="鄞州区", code="330212", kind="county"))
book = load_workbook(BytesIO(template.template(layout_for(officer, ()), template.Facts(2026, "鄞州区", "330212"))))
unit = Unit(*["x"] * 18, team=())
site = SimpleNamespace(region=None, site_name="x", type="town")
figures = {name: 1 for name in FIGURES["A"]}
print(json.dumps({
    "box": [str(box.label), box.help_text, box.widget.attrs["rows"]],
    "gaps": [told(form), told(filled("短")), told(filled("同意"))],
    "paper": [pair for block in paper.blocks for pair in getattr(block, "rows", ()) if "市级审核意见" in pair],
    "read": [p["value"] for s in sheets_of(filled("同意")) for p in s.pairs if p["name"] == "city_opinion"],
    "template": [sum(cell.value == "市级审核意见" for row in book[title].iter_rows() for cell in row)
                 for title in ("申报表", "填写说明", "示例")],
    "example": sum(cell.value == "同意" for row in book["示例"].iter_rows() for cell in row),
    "differences": [[each.label, each.old, each.new] for each in between(form, filled("同意"))],
    "export": [each.header for each in ApplicationResource.columns if each.name == "city_opinion"],
    "demo": _sections(Draw("x"), site, unit, figures, None)["plan"]["city_opinion"],
}, ensure_ascii=False))
"""


def test_a_field_that_is_planted_in_the_table_stands_everywhere() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "ningbo_windows.settings"}
    command = [sys.executable, "-c", PLANTED]
    run = subprocess.run(command, capture_output=True, check=False, text=True, env=environment, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {
        "box": ["市级审核意见", "写明依据。", 3],
        "gaps": [["请填写意见。"], ["太短。"], []],
        "paper": [["市级审核意见", "同意"]],
        "read": ["同意"],
        "template": [1, 1, 1],
        "example": 1,
        "differences": [["市级审核意见", "", "同意"]],
        "export": ["市级审核意见"],
        "demo": "同意",
    }
