"""选填 at the boxes that may stay empty; nearly everything is required, so that what is required says nothing.

A form in which nearly everything may stay empty says so once at its top, and marks what it does ask for.
"""

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.html import format_html

register = template.Library()

ALL, NEARLY_ALL = "以下各项均为选填。", "除注明“必填”的以外，均为选填。"
#: From how many optional boxes on a form says it once.
_FEWEST = 3


def sentence_of(form: Any) -> str:
    """Return what a form says at its top where at least three boxes, and three in four, may stay empty."""
    boxes = [form[name] for name in form.fields if _is_marked(form[name])]
    optional = [box for box in boxes if not box.field.required]
    if len(optional) < _FEWEST or 4 * len(optional) < 3 * len(boxes):
        return ""
    return ALL if len(optional) == len(boxes) else NEARLY_ALL


@register.simple_tag
def optional_sentence(form: Any) -> str:
    """Say once that nearly all of ``form`` is optional; its boxes do not repeat it afterwards."""
    form.optional_sentence = sentence_of(form)
    return format_html('<p class="help">{}</p>', form.optional_sentence) if form.optional_sentence else ""


@register.simple_tag
def optional_word(box: BoundField) -> str:
    """Return 选填 with a gap before it where ``box`` may stay empty; 必填 in a form that says that the rest may."""
    if not _is_marked(box):
        return ""
    said = getattr(box.form, "optional_sentence", "")
    word = "" if box.field.required == (not said) else "必填" if said else "选填"
    return format_html(' <span class="mark">{}</span>', word) if word else ""


def _is_marked(box: BoundField) -> bool:
    """Say whether ``box`` is one that is filled in; a tick is an answer either way.

    An ``unmarked`` field says for itself whether it may stay empty.
    """
    widget = box.field.widget
    is_tick = isinstance(widget, forms.CheckboxInput)
    return not (widget.is_hidden or box.field.disabled or is_tick or getattr(box.field, "unmarked", False))
