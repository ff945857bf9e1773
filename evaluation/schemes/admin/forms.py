"""The boxes of a scheme and of its rows, and what stands beside a box that keeps the scheme from being used."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.utils import ErrorDict, ErrorList

from evaluation.models import Indicator, SchemeCutoff
from evaluation.schemes import tiers, type_marks
from evaluation.schemes.grading import Problem
from evaluation.schemes.reported import sources
from platforms.choices import PlatformType


class WrittenField(forms.JSONField):
    """Data that people write in a short text of its own; what cannot be read stays in the box."""

    widget = forms.TextInput

    def read(self, text: str) -> Any:
        """Return what ``text`` says.

        Raises:
            ValueError: it cannot be read; the message is a Chinese sentence.
        """
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """Return the text of ``value``."""
        raise NotImplementedError

    def bound_data(self, data: Any, initial: Any) -> Any:  # noqa: ARG002 - Django's signature
        return data

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else self.write(value)

    def to_python(self, value: Any) -> Any:
        try:
            return self.read(value or "")
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != self.to_python(self.prepare_value(initial)))
        except ValidationError:
            return True


class TiersField(WrittenField):
    """Tiers as officials write them, such as 60(含)–70：2；70(含)以上：4."""

    def read(self, text: str) -> list[list[str]]:
        return tiers.parse(text)

    def write(self, value: Any) -> str:
        return tiers.show(value or ())


class TypeMarksField(WrittenField):
    """Full marks by type, such as 小微企业园：8；重点行业：12."""

    def read(self, text: str) -> dict[str, str]:
        return type_marks.parse(text, PlatformType.choices)

    def write(self, value: Any) -> str:
        return type_marks.show(value or {}, PlatformType.choices)


class PlacedForm(forms.ModelForm):
    """A row of a scheme; before it is sent it shows what keeps the scheme from being used, each at its box.

    One that is only ``tried`` asks the database for nothing: it is never stored.
    """

    tried = False

    def _post_clean(self) -> None:
        if self.tried:
            self.instance = forms.models.construct_instance(self, self.instance)
        else:
            super()._post_clean()  # type: ignore[misc]

    def tell(self, problems: Iterable[Problem]) -> None:
        """Show ``problems``, whose places end with the name of a box or with nothing for the row."""
        found: dict[str, list[str]] = {}
        for problem in problems:
            name = problem.place.rpartition(".")[2]
            found.setdefault(name if name in self.fields else NON_FIELD_ERRORS, []).append(problem.sentence)
        self._errors = ErrorDict({name: ErrorList(sentences) for name, sentences in found.items()})
        for name in found.keys() & self.fields.keys():
            self.fields[name].widget.attrs["aria-invalid"] = "true"


class PlacedFormSet(forms.BaseInlineFormSet):
    """The rows of one kind of a scheme; ``told`` are its problems, ``rows`` the first word of their places."""

    told: tuple[Problem, ...] = ()
    tried = False
    rows = ""

    def _construct_form(self, i: int, **kwargs: Any) -> forms.BaseForm:
        form: forms.BaseForm = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if not isinstance(form, PlacedForm):
            return form
        form.tried = self.tried
        if self.told and not form.is_bound and form.instance.pk:
            place = f"{self.rows}.{self.key_of(form.instance)}."
            form.tell(problem for problem in self.told if problem.place.startswith(place))
        return form

    def key_of(self, row: Any) -> str:
        """Return the second word of the places of ``row``."""
        raise NotImplementedError


class CutoffFormSet(PlacedFormSet):
    rows = "cutoffs"

    def key_of(self, row: Any) -> str:
        return str(row.grade)


class IndicatorFormSet(PlacedFormSet):
    rows = "indicators"

    def key_of(self, row: Any) -> str:
        return str(row.code)


class CutoffForm(PlacedForm):
    grade = forms.ChoiceField(label="档次")

    class Meta:
        model = SchemeCutoff
        fields = ("grade", "least", "share")
        help_texts: Mapping[str, str] = {
            "least": "只按名次的填 0",
            "share": "从最好的档次起累计；不按名次的不填",
        }


class IndicatorForm(PlacedForm):
    head = forms.ChoiceField(label="类别")
    tiers = TiersField(label="分档", required=False, help_text="如 60（含）–70：2；70（含）以上：4")
    marks_by_type = TypeMarksField(
        label="各类型满分", required=False, help_text="与满分不同的类型，如 小微企业园：8；填 0 的不评"
    )
    source = forms.ChoiceField(label="数值来源", required=False)

    class Meta:
        model = Indicator
        fields = (
            *("title", "order", "head", "code", "method", "full_marks", "marks_by_type", "unit"),
            *("floor", "target", "tiers", "source", "evidence_required", "guide"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[Any] = [("", "无"), *sources()]
        known = {name for _, group in sources() for name, _ in group}
        # A figure that is no longer counted stays chosen until the city chooses another one.
        stored = self.instance.source
        if stored and stored not in known:
            choices.append((stored, f"{stored}（已停用）"))
        self.fields["source"].choices = choices  # type: ignore[attr-defined]
