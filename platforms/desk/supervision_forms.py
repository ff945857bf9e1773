"""The forms of what is to be mended and of calls after a service."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from platforms.choices import ServiceClass
from platforms.desk.attachment_page import MOST_FILES
from platforms.desk.evidence import files_field
from platforms.desk.fields import DayField, PickField, PlainTextField, WholeNumberField, YesNoField
from platforms.errors import Refusal
from platforms.services import follow_ups
from platforms.services.rectifications import MOST_TEXT
from platforms.supervision_choices import FollowUpResult, RectificationClause


def _area(rows: int, most: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": str(most)})


class RefusableForm(forms.Form):
    """A form that says beside its fields what a service refused."""

    use_required_attribute = False

    def refuse(self, refusal: Refusal) -> None:
        """Show ``refusal`` beside the field that it is about, or above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class WithFiles(RefusableForm):
    """A form that takes files along; they are judged by the service when the rest is saved."""

    def clean_uploads(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["uploads"]
        if len(files) > MOST_FILES:
            raise ValidationError(f"一次最多上传 {MOST_FILES} 个文件，现选了 {len(files)} 个。")
        return files


class OpenForm(WithFiles):
    """What is wrong at which platform, by which clause, until when."""

    platform = PickField(label="窗口平台", choices=[])
    finder = PickField(label="发现单位", choices=[], buttons=True)
    clause = PickField(label="整改依据", choices=RectificationClause.choices)
    indicator = PlainTextField(
        label="指标或要求", max_length=80, required=False, help_text="依据为“评价指标”或“其他”时，写明是哪一项。"
    )
    problem = PlainTextField(label="存在问题", max_length=MOST_TEXT, widget=_area(5, MOST_TEXT))
    due_on = DayField(label="整改期限", help_text="平台整改并经所属地区答复的最后一天。")
    uploads = files_field(help_text="可不选；现场照片、检查记录等，一次最多 10 个文件。")

    def __init__(self, *args: Any, platforms: Iterable[Any], finders: Iterable[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self._choices("platform", platforms)
        self._choices("finder", finders)

    def _choices(self, name: str, choices: Iterable[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        first = [] if name == "finder" else [("", "请选择")]
        field.choices = [*first, *choices]


class AnswerForm(WithFiles):
    """What was done, and whose answer it is."""

    answered_for = PickField(label="答复单位", choices=[], buttons=True)
    text = PlainTextField(label="整改情况", max_length=MOST_TEXT, widget=_area(5, MOST_TEXT))
    uploads = files_field(help_text="可不选；整改后的照片、制度、系统截图等，一次最多 10 个文件。")

    def __init__(self, *args: Any, answerers: Iterable[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["answered_for"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(answerers)


class CloseForm(RefusableForm):
    text = PlainTextField(
        label="复核意见", max_length=MOST_TEXT, required=False, widget=_area(3, MOST_TEXT), help_text="可不填。"
    )


class ReopenForm(RefusableForm):
    text = PlainTextField(
        label="退回理由",
        max_length=MOST_TEXT,
        widget=_area(4, MOST_TEXT),
        help_text="说明哪里没有改到位，会通知工作联络员。",
    )
    due_on = DayField(label="新的整改期限")


class WithdrawForm(RefusableForm):
    text = PlainTextField(
        label="撤销理由", max_length=MOST_TEXT, widget=_area(4, MOST_TEXT), help_text="例如：经核实不属于该平台。"
    )


class SampleForm(RefusableForm):
    """The rule by which a sample is drawn."""

    of_region = PickField(label="地区", choices=[], required=False)
    platform = PickField(label="窗口平台", choices=[], required=False)
    service_class = PickField(label="服务类别", choices=[], required=False)
    from_on = DayField(label="服务日期自")
    until_on = DayField(label="服务日期至")
    size = WholeNumberField(label="样本量", unit="条", low=1, high=follow_ups.MOST, initial=20)
    once_per_enterprise = forms.BooleanField(label="每家企业只抽一条", required=False, initial=True)
    by_platform = forms.BooleanField(
        label="按平台均匀抽取", required=False, help_text="各平台轮流抽取；不选的，从全部记录中抽取。"
    )
    seed = PlainTextField(
        label="随机种子",
        max_length=32,
        required=False,
        help_text="可不填，由系统生成。同样的规则、种子和记录，抽出的样本相同。",
    )

    def __init__(self, *args: Any, regions: Iterable[Any], platforms: Iterable[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        regions = list(regions)
        for name, choices in (("of_region", regions), ("platform", platforms), ("service_class", ServiceClass.choices)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "全部"), *choices]
        if not regions:
            del self.fields["of_region"]


class CallForm(RefusableForm):
    """What came of one call."""

    result = PickField(label="回访结果", choices=FollowUpResult.choices, buttons=True)
    result.widget.attrs["autofocus"] = True
    satisfaction = WholeNumberField(
        label="满意度", unit="分", low=1, high=5, required=False, help_text="1 至 5，5 为最满意；企业没有说的不填。"
    )
    fee_taken = YesNoField(label="是否收费", required=False, help_text="企业没有说的不选。")
    phone = PlainTextField(
        label="回访电话", max_length=60, required=False, help_text="可不填；只对抽取样本的一方完整显示。"
    )
    note = PlainTextField(label="回访情况", max_length=400, required=False)
