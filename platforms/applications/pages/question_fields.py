"""Boxes for the questions that the city adds to a section of the form; ``platforms.applications.questions`` judges what
is typed."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import escape, format_html

from platforms.applications import questions
from platforms.applications.choices import QuestionKind
from platforms.file_formats import FORMAT_WORDS, FORMATS, accept_of
from platforms.models import Question
from platforms.pages.fields import number_box
from platforms.pages.files import MOST_FILES, ManyFilesField, ManyFilesInput

#: Up to so many options stand side by side; more fold into a list.
MOST_BUTTONS = 5


class AnswerField(forms.Field):
    """A text, number or day, read and judged as ``questions`` says."""

    default_error_messages = {"required": "请填写。"}

    def __init__(self, question: Question, **options: Any) -> None:
        self.kind, self.least = question.kind, question.least
        super().__init__(widget=_widget(question.kind), **options)
        if self.kind == QuestionKind.NUMBER:
            number_box(self, "")

    def to_python(self, value: Any) -> str:
        return questions.normalise(self.kind, value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if wrong := questions.problem(self.kind, value, least=self.least):
            raise ValidationError(wrong, code="invalid")


class AnswerChoice(forms.ChoiceField):
    """One of the options; where the question may be left open there is a choice that says so."""

    default_error_messages = {"required": "请选择。", "invalid_choice": "请从列出的选项中选择。"}

    def __init__(self, question: Question, **options: Any) -> None:
        pairs = [(each, each) for each in question.choices]
        buttons = question.required and len(pairs) <= MOST_BUTTONS
        options["widget"] = forms.RadioSelect if buttons else forms.Select
        super().__init__(choices=pairs if buttons else [("", "请选择"), *pairs], **options)


class AnswerFiles(ManyFilesField):
    """Files that answer a question; the service judges each of them."""

    unmarked = False

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=ManyFilesInput(attrs={"multiple": True, "accept": accept_of()}), **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = super().clean(data, initial)
        if len(files) > MOST_FILES:
            raise ValidationError(f"一次最多上传 {MOST_FILES} 个文件，现选了 {len(files)} 个。")
        return files


def field_of(question: Question) -> forms.Field:
    """Return the box in which ``question`` is answered."""
    # Help texts are printed as they are, and this one was typed.
    help_text = escape(question.help_text)
    options: dict[str, Any] = {"label": question.text, "help_text": help_text, "required": question.required}
    if question.kind == QuestionKind.FILE:
        megabytes = settings.FILE_UPLOAD_MAX_BYTES // 1024 // 1024
        words = "、".join(FORMAT_WORDS[name] for name in FORMATS)
        hint = f"可上传 {words} 文件，每个不超过 {megabytes} MB，保存时一并上传。"
        return AnswerFiles(**options | {"help_text": format_html("{} {}", help_text, hint) if help_text else hint})
    if question.kind == QuestionKind.CHOICE:
        return AnswerChoice(question, **options)
    if question.least is not None:
        hint = f"不小于 {questions.normalise(question.kind, question.least)}。"
        options["help_text"] = format_html("{} {}", help_text, hint) if help_text else hint
    return AnswerField(question, **options)


def _widget(kind: str) -> forms.Widget:
    if kind == QuestionKind.TEXT:
        return forms.Textarea(attrs={"rows": 3, "maxlength": questions.LONGEST})
    return forms.DateInput(attrs={"type": "date"}) if kind == QuestionKind.DATE else forms.TextInput()
