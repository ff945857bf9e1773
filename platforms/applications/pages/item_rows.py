"""The questions of a return as rows that are typed: a part of the form and a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from platforms.applications.correction import MOST_ITEMS, MOST_TEXT, Asked
from platforms.applications.queries.parts import Group, part_of_value
from platforms.pages.fields import PlainTextField

PREFIX = "items"


class ItemForm(forms.Form):
    """One question; a row that was left blank is none."""

    use_required_attribute = False
    part = forms.ChoiceField(label="栏目", required=False, error_messages={"invalid_choice": "请从列出的栏目中选择。"})
    text = PlainTextField(
        label="补正要求",
        max_length=MOST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": str(MOST_TEXT)}),
    )

    def __init__(self, data: Any = None, *, choices: Sequence[Group], **options: Any) -> None:
        super().__init__(data, **options)
        field = self.fields["part"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选择"), *((title, list(pairs)) for title, pairs in choices)]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        part, text = cleaned.get("part"), cleaned.get("text")
        if part and not text and "text" not in self.errors:
            self.add_error("text", "请写明需要补正什么。")
        if text and not part and "part" not in self.errors:
            self.add_error("part", "请选择要补正的栏目。")
        return cleaned


class ItemRows:
    """The rows on the page: from ``data`` as it was sent, else one for each of ``chosen`` parts and an empty one."""

    kind = PREFIX
    most = MOST_ITEMS

    def __init__(
        self, *, choices: Sequence[Group], data: Mapping[str, Any] | None = None, chosen: Iterable[str] = ()
    ) -> None:
        self.choices, self.data = choices, data
        if data is not None:
            count = _count(data.get(f"{PREFIX}-TOTAL_FORMS", ""))
            self.forms = [self._row(place, data=data) for place in range(count)] or [self._row(0)]
        else:
            known = {value for _, pairs in choices for value, _ in pairs}
            parts = [part for part in dict.fromkeys(chosen) if part in known][:MOST_ITEMS] or [""]
            self.forms = [self._row(place, initial={"part": part}) for place, part in enumerate(parts)]

    def _row(self, place: int | str, **options: Any) -> ItemForm:
        return ItemForm(prefix=f"{PREFIX}-{place}", choices=self.choices, **options)

    @property
    def empty_form(self) -> ItemForm:
        """The row that the page adds without a round trip."""
        return self._row("__prefix__")

    def add_row(self) -> None:
        """Show what was typed and one more empty row; nothing is judged."""
        typed = [{name: form[name].data for name in form.fields} for form in self.forms]
        if self.data is not None and len(typed) < MOST_ITEMS:
            typed.append({})
        self.forms = [self._row(place, initial=row) for place, row in enumerate(typed)]

    def is_valid(self) -> bool:
        """Say whether every row is whole or blank."""
        # Each row is judged, also after a wrong one.
        verdicts = [form.is_valid() for form in self.forms if form.is_bound]
        return all(verdicts)

    @property
    def items(self) -> list[Asked]:
        """What is asked, the blank rows left out; only after :meth:`is_valid`."""
        asked = [form.cleaned_data for form in self.forms if form.is_bound and form.cleaned_data["text"]]
        return [Asked(*part_of_value(each["part"]), each["text"]) for each in asked]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """The id of the box and a sentence for each error."""
        return [
            (form[name].id_for_label, f"第 {number} 项“{form[name].label}”：{error}")
            for number, form in enumerate(self.forms, start=1)
            if form.is_bound
            for name, errors in form.errors.items()
            for error in errors
        ]


def _count(text: Any) -> int:
    text = str(text)
    return min(int(text), MOST_ITEMS) if text.isascii() and text.isdigit() and len(text) < 5 else 0
