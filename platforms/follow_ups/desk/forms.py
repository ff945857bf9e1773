"""The forms of a follow-up: the sample that is drawn, and one call."""

from collections.abc import Iterable
from typing import Any

from django import forms

from platforms.choices import ServiceClass
from platforms.follow_ups import services as follow_ups
from platforms.follow_ups.choices import FollowUpResult
from platforms.pages.fields import DayField, PickField, PlainTextField, WholeNumberField, YesNoField
from platforms.pages.forms import RefusableForm


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
        label="抽样随机数",
        max_length=32,
        required=False,
        help_text="不填的由系统生成。同样的规则、种子和记录，抽出的样本相同。",
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
        label="满意度", unit="分", low=1, high=5, required=False, help_text="1 至 5，5 为最满意；企业未评价的不填。"
    )
    fee_taken = YesNoField(label="是否收费", required=False, help_text="企业未说明的不选。")
    phone = PlainTextField(label="回访电话", max_length=60, required=False, help_text="只对抽取样本的一方完整显示。")
    note = PlainTextField(label="回访情况", max_length=400, required=False)
