"""The forms of a rectification: opening it, answering it, and the moves of the office that asked for it."""

from collections.abc import Iterable
from typing import Any

from django import forms

from platforms.pages.evidence import files_field
from platforms.pages.fields import DayField, PickField, PlainTextField
from platforms.pages.forms import RefusableForm, WithFiles, area
from platforms.rectifications.services import MOST_TEXT


class OpenForm(WithFiles):
    """What is wrong at which platform, by which clause, until when."""

    platform = PickField(label="窗口平台", choices=[])
    finder = PickField(label="发现单位", choices=[], buttons=True)
    clause = PickField(label="整改依据", choices=[])
    indicator = PlainTextField(
        label="指标或要求", max_length=80, required=False, help_text="依据为“评价指标”或“其他”时，写明是哪一项。"
    )
    problem = PlainTextField(label="存在问题", max_length=MOST_TEXT, widget=area(5, MOST_TEXT))
    due_on = DayField(label="整改期限", help_text="平台整改并经所属地区答复的最后一天。")
    uploads = files_field(help_text="可不选；现场照片、检查记录等，一次最多 10 个文件。")

    def __init__(
        self, *args: Any, platforms: Iterable[Any], finders: Iterable[Any], clauses: Iterable[Any], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._choices("platform", platforms)
        self._choices("finder", finders)
        self._choices("clause", clauses)

    def _choices(self, name: str, choices: Iterable[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        first = [] if name == "finder" else [("", "请选择")]
        field.choices = [*first, *choices]


class AnswerForm(WithFiles):
    """What was done, and whose answer it is."""

    answered_for = PickField(label="答复单位", choices=[], buttons=True)
    text = PlainTextField(label="整改情况", max_length=MOST_TEXT, widget=area(5, MOST_TEXT))
    uploads = files_field(help_text="可不选；整改后的照片、制度、系统截图等，一次最多 10 个文件。")

    def __init__(self, *args: Any, answerers: Iterable[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["answered_for"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(answerers)


class CloseForm(RefusableForm):
    text = PlainTextField(label="复核意见", max_length=MOST_TEXT, required=False, widget=area(3, MOST_TEXT))


class ReopenForm(RefusableForm):
    text = PlainTextField(
        label="退回理由",
        max_length=MOST_TEXT,
        widget=area(4, MOST_TEXT),
        help_text="说明哪里没有改到位，会通知工作联络员。",
    )
    due_on = DayField(label="新的整改期限")


class WithdrawForm(RefusableForm):
    text = PlainTextField(
        label="撤销理由", max_length=MOST_TEXT, widget=area(4, MOST_TEXT), help_text="例如：经核实不属于该平台。"
    )
