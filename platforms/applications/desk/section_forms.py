"""The sections of the application form that are fields of the application itself.

A draft may be incomplete: a field not marked 选填 is asked for, and counted as a gap while it is empty, but an empty
one never stands in the way of saving. What is filled in must be right.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from platforms.applications.desk.boxes import box_of
from platforms.applications.eligibility import asked_when, operator_problems
from platforms.applications.form_fields import FORM_FIELDS, ordered, sentences
from platforms.applications.pages.question_fields import AnswerFiles, field_of
from platforms.applications.queries.forms import proposed_name
from platforms.applications.queries.questions import asked_of
from platforms.applications.sections import section
from platforms.models import Application, Question
from platforms.pages.fields import SOFT, savable


class DraftForm(forms.Form):
    """A form in which ``required`` is a wish while the draft is written."""

    use_required_attribute = False

    def _clean_fields(self) -> None:
        wanted = [field for field in self.fields.values() if field.required]
        for field in wanted:
            field.required = False
        try:
            super()._clean_fields()  # type: ignore[misc]
        finally:
            for field in wanted:
                field.required = True


class SectionForm(DraftForm):
    """One section; ``values`` is what may be saved even while other fields of it are wrong.

    What is asked for follows from ``completeness``; ``wanted`` adds what is asked for by rules of its own. What the
    round asks on top (``questions``, by the name of the box) stands at the end.
    """

    slug: ClassVar[str]
    wanted: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, application: Application, by_county: bool, data: Any = None, **options: Any) -> None:
        self.application, self.by_county = application, by_county
        self.questions: dict[str, Question] = {each.key: each for each in asked_of(application, self.slug)}
        initial = {name: getattr(application, name) for name in self.base_fields}
        if self.questions:
            stored = dict(application.answers.values_list("question", "value"))
            initial |= {key: stored.get(each.pk, "") for key, each in self.questions.items()}
        super().__init__(data, initial=initial, **options)
        for name, field in self.fields.items():
            field.required = name in sentences(self.slug) or name in self.wanted or self._is_asked(name)
        self.fields |= {key: field_of(each) for key, each in self.questions.items()}

    @property
    def asked_when(self) -> Mapping[str, tuple[str, frozenset[str]]]:
        """The fields that are asked for only where another one holds certain values."""
        return {}

    @property
    def asked_unless(self) -> Mapping[str, tuple[str, frozenset[str]]]:
        """The fields that are asked for unless another one is empty or holds certain values."""
        return {}

    def _is_asked(self, name: str) -> bool:
        if name in self.asked_when:
            source, values = self.asked_when[name]
            return self._shown(source) in values
        if name in self.asked_unless:
            source, values = self.asked_unless[name]
            return self._shown(source) not in {"", *values}
        return False

    def _shown(self, name: str) -> str:
        """What stands in the box ``name``; zero is an answer."""
        value = self[name].value()
        return "" if value is None else str(value).strip()

    @property
    def values(self) -> dict[str, Any]:
        """What may be saved, by name; the other fields keep the value that was saved before. Files are apart."""
        return {name: value for name, value in savable(self).items() if name not in self.file_keys}

    @property
    def file_keys(self) -> list[str]:
        """The names of the boxes that take files."""
        return [name for name, field in self.fields.items() if isinstance(field, AnswerFiles)]


class PlatformForm(SectionForm):
    """1 平台信息； type and place were chosen when the application was made."""

    @property
    def asked_unless(self) -> Mapping[str, tuple[str, frozenset[str]]]:
        return {"name_reason": ("name", frozenset({proposed_name(self.application)}))}

    def clean_name(self) -> str:
        # Every list calls the application by its name, so that it never goes without one.
        name = str(self.cleaned_data["name"])
        if not name:
            raise ValidationError("平台名称不能为空；不清楚怎样填写的，请用命名规则生成的名称。")
        return name


class OperatorForm(SectionForm):
    """2 运营单位."""

    def __init__(self, *, application: Application, **options: Any) -> None:
        super().__init__(application=application, **options)
        # What the type never asks for is no box; what the mode decides stays one, so that nothing typed is lost.
        for name in {"agreement", "support_policy"} - self.asked_when.keys():
            del self.fields[name]

    @property
    def asked_when(self) -> Mapping[str, tuple[str, frozenset[str]]]:
        return asked_when(self.application.type)

    def clean(self) -> dict[str, Any]:
        """Say beside the field what speaks against the operator; what was typed is kept all the same."""
        given = {
            key: str(self.cleaned_data.get(name) or "")
            for key, name in (("mode", "operating_mode"), ("nature", "operator_nature"), ("code", "operator_code"))
        }
        for field, sentence in operator_problems(type=self.application.type, **given):
            if field in self.fields and field not in self.errors:
                self.add_error(field, ValidationError(sentence, code=SOFT))
        return self.cleaned_data


class RecordForm(SectionForm):
    """6 服务业绩； who served nobody was judged by nobody."""

    @property
    def asked_unless(self) -> Mapping[str, tuple[str, frozenset[str]]]:
        return {"satisfaction": ("enterprises_served", frozenset({"0"}))}


class CommitmentForm(SectionForm):
    """10 承诺与审核意见； the county's opinion is for the county alone."""

    wanted = tuple(each.name for each in FORM_FIELDS["commitment"] if each.ask_if)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if not self.by_county:
            for name in section("commitment").county_fields:
                del self.fields[name]


_FORMS: dict[str, type[SectionForm]] = {
    "platform": PlatformForm, "operator": OperatorForm, "record": RecordForm, "commitment": CommitmentForm,
}  # fmt: skip


def form_of(slug: str) -> type[SectionForm]:
    """Return the form of the section ``slug``: its boxes are made from the table of fields."""
    made = {each.name: box_of(Application, each) for each in ordered(FORM_FIELDS[slug], lambda each: each.before)}
    return type(f"{slug.title()}Form", (_FORMS.get(slug, SectionForm),), {"slug": slug, **made})


FORMS: dict[str, type[SectionForm]] = {slug: form_of(slug) for slug in FORM_FIELDS}
