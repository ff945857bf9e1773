"""A box written without a template says the same as Django's own."""

from typing import Any

import pytest
from django import forms
from django.test.html import parse_html

from platforms.applications.desk.quick_widgets import QuickHidden, QuickInput, QuickSelect

CHOICES = [("", "请选择"), ("a", "甲<乙>"), ("b", "丙")]


@pytest.mark.parametrize("value", [None, "", 'x"<y>', 5, "a"])
@pytest.mark.parametrize(
    ("quick", "slow"),
    [
        (QuickInput(), forms.TextInput()),
        (QuickHidden(), forms.HiddenInput()),
        (QuickSelect(choices=CHOICES), forms.Select(choices=CHOICES)),
    ],
)
def test_a_quick_box_is_the_box(quick: forms.Widget, slow: forms.Widget, value: Any) -> None:
    attrs = {"id": "id_x", "maxlength": 40, "aria-invalid": "true"}
    assert parse_html(quick.render("x", value, attrs)) == parse_html(slow.render("x", value, attrs))
