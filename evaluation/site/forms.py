"""The forms that a visitor fills in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from evaluation.certification.queries import published
from evaluation.models import Result
from platforms import checks
from platforms.cases.services import complaints

#: As many platforms are named where a name is not known.
MOST_SIMILAR = 5


def words(label: str, most: int, *, help_text: str = "", **attrs: Any) -> forms.CharField:
    """Return a line of text that must be filled in, with errors in plain words."""
    return forms.CharField(
        label=label,
        max_length=most,
        help_text=help_text,
        error_messages={
            "required": f"请填写{label}。",
            "max_length": f"{label}不得超过 %(limit_value)d 个字，现为 %(show_value)d 个字。",
        },
        widget=forms.TextInput(attrs=attrs),
    )


class ComplaintForm(forms.Form):
    """A complaint of an enterprise about one published platform; ``similar`` are those that a wrong name may mean."""

    similar: Sequence[Result] = ()

    platform = words(
        "被投诉平台",
        120,
        help_text="输入平台名称后从列表中选择；列表中没有的，填写公布过的名称或平台编号。",
        list="platforms",
        autocomplete="off",
    )
    text = forms.CharField(
        label="投诉内容",
        max_length=2000,
        help_text="请写明时间、经过和诉求，例如哪一天、办理什么事项、收取了多少费用。",
        error_messages={
            "required": "请填写投诉内容。",
            "max_length": "投诉内容不得超过 %(limit_value)d 个字，现为 %(show_value)d 个字。",
        },
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    enterprise = words("企业名称", 80, help_text="投诉由企业提出，核查时需要与企业核对。", autocomplete="organization")
    contact_name = words(
        "联系人", 40, help_text="仅供核查人员联系，不对外公开，也不告知被投诉平台。", autocomplete="name"
    )
    contact_phone = words("联系电话", 60, help_text="手机或带区号的固定电话。", autocomplete="tel")
    # A trap for machines: people do not see it, machines fill in everything.
    website = forms.CharField(
        label="此栏请勿填写", required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def clean_platform(self) -> Result:
        """Return the published line that was named."""
        found = published.named(self.cleaned_data["platform"])
        if found is None:
            typed = self.cleaned_data["platform"]
            self.similar = published.meant(typed, timezone.localdate(), MOST_SIMILAR)
            names = "、".join(f"{row.name}（{row.code}）" for row in self.similar)
            asked = f"没有名称完全相同的平台。要投诉的是否为：{names}？请填写其中一个的名称或编号。"
            unknown = "没有找到这个平台，请从列表中选择，或填写认定结果中的平台编号。"
            raise forms.ValidationError(asked if names else unknown)
        return found

    def clean_contact_phone(self) -> str:
        phone = checks.normalise_phones(self.cleaned_data["contact_phone"])
        if problem := checks.check_phones(phone):
            raise forms.ValidationError(problem)
        return phone

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("请把这一栏清空后再提交。")
        return ""


class StatusForm(forms.Form):
    """Number and lookup code of a complaint."""

    number = words("受理编号", 40, autocomplete="off")
    code = words("查询码", 40, help_text="提交投诉后与受理编号一同显示的一组字符。", autocomplete="off")

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if not complaints.has_valid_form(number):
            raise forms.ValidationError("受理编号有误，请对照提交时显示的编号核对。")
        return number
