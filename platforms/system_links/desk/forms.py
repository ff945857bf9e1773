"""The form of how a platform is linked."""

from django import forms

from platforms.pages.fields import DayField, PlainTextField, YesNoField
from platforms.pages.forms import RefusableForm


class LinkForm(RefusableForm):
    """One finding: linked since when and how, or not and why."""

    linked = YesNoField(label="已与市级信息系统联通", error_messages={"required": "请选择是否联通。"})
    on = DayField(label="日期", help_text="已联通的填联通日期，未联通的填核实日期。")
    method = PlainTextField(
        label="联通方式", max_length=40, required=False, help_text="已联通的必须填写，例如：接口对接、系统账号。"
    )
    note = PlainTextField(
        label="说明", max_length=200, required=False, help_text="未联通的必须写明原因和计划，例如：系统改造中。"
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
