"""The forms of a task: what was done, why not, until when."""

from typing import Any

from django import forms

from platforms.pages.fields import DayField, PlainTextField
from platforms.tasks.services import tasks


def _area(rows: int, most: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": str(most)})


class FinishForm(forms.Form):
    """What was done, in words."""

    use_required_attribute = False
    evidence = PlainTextField(
        label="完成情况",
        max_length=tasks.MOST_EVIDENCE,
        widget=_area(4, tasks.MOST_EVIDENCE),
        help_text="写明做了什么、何时完成，核查时以此为准。",
    )


class WhyForm(forms.Form):
    """A reason; ``label`` says of what."""

    use_required_attribute = False
    reason = PlainTextField(max_length=tasks.MOST_REASON, widget=_area(3, tasks.MOST_REASON))

    def __init__(self, data: Any = None, *, label: str, required: bool = True) -> None:
        super().__init__(data)
        self.fields["reason"].label, self.fields["reason"].required = label, required


class DueForm(WhyForm):
    """A new day, and why."""

    due_on = DayField(label="新的期限")
    field_order = ("due_on", "reason")
