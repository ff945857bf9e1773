"""The forms behind 补充问题 in the back office: one question, what it will look like, and a copy between rounds."""

from typing import Any

from django import forms
from django.db import models

from platforms.applications import questions as rules
from platforms.applications.choices import QuestionKind
from platforms.applications.pages.question_fields import field_of
from platforms.applications.services import questions
from platforms.backoffice.fresh import ServiceForm
from platforms.choices import PlatformType
from platforms.models import Question, Round
from platforms.rounds.choices import RoundStatus

PREVIEW = "_preview"
LATER = "改为必须回答的，已提交的申报表不受影响；草稿和被退回的申报表在提交时须回答。"
_SECTIONS = [(each.slug, f"{each.number} {each.title}") for each in rules.sections_asked()]


class QuestionForm(ServiceForm):
    """One question; with the button 预览 it is shown as the form will show it, and nothing is saved."""

    section = forms.ChoiceField(label="所在部分", choices=[("", "请选择"), *_SECTIONS])
    types = forms.MultipleChoiceField(
        label="适用类型",
        choices=PlatformType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="都不选即适用于全部类型。",
    )
    position = forms.IntegerField(
        label="顺序", min_value=1, max_value=questions.MOST, required=False,
        help_text="在所在部分的补充问题中排第几；新问题留空即排在最后。",
    )  # fmt: skip
    previewing = False

    class Meta:
        model = Question
        fields = ("round", "section", "text", "help_text", "kind", "options", "types", "required", "position")
        help_texts = {
            "text": "显示为栏目名称，也是导出表格的列名。",
            "help_text": "写在栏目下方，说明怎样填写。",
            "options": "只有单选的问题填写，每行一个选项，至少两个。",
            "required": LATER,
        }
        widgets = {"options": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.previewing = PREVIEW in self.data
        if "kind" in self.fields:
            kind = self.fields["kind"]
            assert isinstance(kind, forms.ChoiceField)
            kind.choices = [("", "请选择"), *QuestionKind.choices]

    def _post_clean(self) -> None:
        if self.previewing:
            self.perform = None
        super()._post_clean()

    def is_valid(self) -> bool:
        # A form that is only looked at is never saved.
        return super().is_valid() and not self.previewing

    @property
    def previewed(self) -> Question | None:
        """The question as it would be asked, where the form is right so far and 预览 was pressed."""
        return self.instance if self.previewing and not self.errors else None


class CopyForm(forms.Form):
    """From which round to which."""

    source = forms.ModelChoiceField(label="复制自", queryset=Round.objects.none(), empty_label="请选择")
    target = forms.ModelChoiceField(label="复制到", queryset=Round.objects.none(), empty_label="请选择")

    def __init__(self, *args: Any, rounds: models.QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "target"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rounds if name == "source" else rounds.exclude(status=RoundStatus.PUBLISHED)


class Preview(forms.Form):
    """One question as the form shows it; nothing can be typed."""

    def __init__(self, question: Question) -> None:
        super().__init__(auto_id="preview_%s")
        self.fields["answer"] = field_of(question)
        self.fields["answer"].disabled = True
