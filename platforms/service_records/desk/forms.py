"""The forms of service records: one typed by hand, a correction, a cancellation, what is said of a fee."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms

from platforms import checks
from platforms.choices import FreeService, ServiceClass
from platforms.pages.fields import DayField, PickField, PlainTextField, WholeNumberField, YesNoField
from platforms.pages.forms import RefusableForm
from platforms.pages.money_fields import FeeField
from platforms.service_records.choices import ServiceChannel, ServiceResult
from platforms.service_records.queries.enterprises import named

_CODE = re.compile(r"[0-9A-Za-z]{18}", re.ASCII)
_NO_FREE = [("", "不是公益性服务"), *FreeService.choices]


class RecordForm(RefusableForm):
    """What one record says; whether it can be kept is said by the service."""

    platform = PickField(label="窗口平台", choices=[])
    service_class = PickField(label="服务类别", choices=ServiceClass.choices)
    free_category = forms.ChoiceField(
        label="公益性服务", choices=_NO_FREE, required=False, help_text="三类公益性服务必须免费。"
    )
    summary = PlainTextField(label="服务内容", max_length=200, required=False)
    served_on = DayField(label="服务日期")
    channel = PickField(label="服务方式", choices=ServiceChannel.choices, buttons=True)
    fee = FeeField(label="收费", max_length=20, help_text="免费的填 0。")
    satisfaction = WholeNumberField(
        label="满意度", unit="分", low=1, high=5, required=False, help_text="1 至 5，没有评价的不填。"
    )
    served_by = PlainTextField(label="服务人员", max_length=40, required=False)
    result = PickField(label="结果", choices=ServiceResult.choices, buttons=True)

    def __init__(self, *args: Any, platforms: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["platform"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选择"), *platforms]


class EntryForm(RecordForm):
    """One record typed by hand: the enterprise in one box, the rest as it was the last time."""

    enterprise = PlainTextField(
        label="企业",
        max_length=120,
        help_text="填写统一社会信用代码或名称；第一次登记的企业须同时填写名称和代码。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-known-enterprises": "", "spellcheck": "false"}),
    )
    field_order = ("platform", "enterprise", "service_class", "free_category", "summary")

    def clean_enterprise(self) -> tuple[str, str]:
        """Return name and credit code of the one enterprise that the text means."""
        text: str = self.cleaned_data["enterprise"]
        return enterprise_of(text)


def enterprise_of(text: str) -> tuple[str, str]:
    """Return name and credit code of the enterprise that ``text`` means: code, name, or both in any order.

    Raises:
        forms.ValidationError: it means none or several; the sentence says what to add.
    """
    text = unicodedata.normalize("NFKC", text)
    found = _CODE.search(text)
    if found is None:
        return _by_name(text)
    code = checks.normalise_credit_code(found[0])
    wrong = checks.check_credit_code(code)
    if wrong:
        raise forms.ValidationError(wrong)
    name = re.sub(re.escape(found[0]), "", text, flags=re.IGNORECASE).strip(" \u3000\t,，、;；()（）:：")
    if name:
        return name, code
    known = named(code=code)
    if known:
        return known[0]
    raise forms.ValidationError("这家企业尚未登记，请在代码后面写上企业名称。")


def _by_name(text: str) -> tuple[str, str]:
    known = named(name=text.strip())
    if len(known) == 1:
        return known[0]
    if known:
        codes = "、".join(code for _, code in known[:5])
        raise forms.ValidationError(f"同名企业 {len(known)} 家，请填写统一社会信用代码：{codes}。")
    raise forms.ValidationError("没有登记过这个名称的企业，请在名称后面写上 18 位统一社会信用代码。")


class CorrectForm(RecordForm):
    """Everything that one record says, and why it is said anew."""

    enterprise_name = PlainTextField(label="企业名称", max_length=80)
    enterprise_code = PlainTextField(label="统一社会信用代码", max_length=40)
    reason = PlainTextField(
        label="更正理由", max_length=200, help_text="原来的内容保留在办理记录中，更正后按新的内容统计。"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = (
        "platform", "enterprise_name", "enterprise_code", "service_class", "free_category", "summary", "served_on",
        "channel", "served_by", "result", "fee", "satisfaction", "reason",
    )  # fmt: skip


class CancelForm(RefusableForm):
    reason = PlainTextField(label="作废理由", max_length=200, help_text="例如：重复登记、企业没有接受过这次服务。")


class ExplainForm(RefusableForm):
    text = PlainTextField(
        label="情况说明",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": "400"}),
        help_text="收费项目、原因及退还情况。金额登记有误的，请先更正服务记录。",
    )


class DecideForm(RefusableForm):
    passed = YesNoField(
        label="移送撤销情形登记",
        help_text="属于以公益性服务名义收费的选“是”；核实后不属于的选“否”。",
        error_messages={"required": "请选择是否移送。"},
    )
    text = PlainTextField(
        label="处理意见", max_length=400, widget=forms.Textarea(attrs={"rows": 4, "maxlength": "400"})
    )
