"""The forms of activities and of what is handed in periodically."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from platforms.activities.choices import ActivityKind
from platforms.activities.rules import Link, WrongLink, links_in
from platforms.activities.services.activities import MOST_NOTE, MOST_PEOPLE, MOST_REASON, MOST_SUMMARY
from platforms.choices import ServiceClass
from platforms.models import Invitation
from platforms.pages.evidence import files_field
from platforms.pages.fields import DayField, PickField, PlainTextField, WholeNumberField
from platforms.pages.forms import RefusableForm, WithFiles, area, set_choices

#: What the tick makes public, beside it.
PUBLIC_HINT = (
    "勾选的，{}平台页面列出名称、类型、日期、时间、地点和名额，总结后另列参加人数、企业数和宣传报道；不勾选的不公开。"
)


def public_field(when: str) -> forms.BooleanField:
    """Return the tick by which an activity of a platform stands on the page of the platform."""
    return forms.BooleanField(label="在平台页面公开", required=False, help_text=PUBLIC_HINT.format(when))


class PlanForm(RefusableForm):
    """What is planned: who, what, when, where."""

    organiser = PickField(label="举办单位", choices=[], buttons=True)
    platform = PickField(label="窗口平台", choices=[], required=False, help_text="由窗口平台举办的，选择是哪一个。")
    title = PlainTextField(label="活动名称", max_length=60)
    kind = PickField(label="类型", choices=ActivityKind.choices)
    service_class = PickField(label="服务类别", choices=ServiceClass.choices)
    held_on = DayField(label="活动日期")
    hours = PlainTextField(label="时间", max_length=30, required=False, help_text="例如：14:00 至 16:30。")
    place = PlainTextField(label="地点", max_length=80)
    places = WholeNumberField(
        label="名额", unit="人", low=1, high=MOST_PEOPLE, required=False, help_text="不限的不填。"
    )
    answer_by = DayField(
        label="答复期限", required=False, help_text="受邀平台答复是否参加的最后一天；不邀请平台的不填。"
    )
    note = PlainTextField(label="活动安排", max_length=MOST_NOTE, required=False, widget=area(4, MOST_NOTE))
    is_public = public_field("由窗口平台举办的活动，")

    def __init__(self, *args: Any, organisers: Iterable[Any], platforms: Iterable[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, "organiser", organisers)
        set_choices(self, "platform", platforms, first="请选择")


class ChangeForm(PlanForm):
    """The same for one that is planned already; who holds it stays."""

    def __init__(self, *args: Any, of_platform: bool, **options: Any) -> None:
        super().__init__(*args, organisers=[], platforms=[], **options)
        del self.fields["organiser"], self.fields["platform"]
        if not of_platform:
            del self.fields["is_public"]


class ReportForm(WithFiles):
    """Who came, what came of it, where it was written about, which of the invited were there."""

    people = WholeNumberField(label="参加人数", unit="人", high=MOST_PEOPLE)
    enterprises = WholeNumberField(label="参加企业", unit="家", high=MOST_PEOPLE)
    summary = PlainTextField(label="活动总结", max_length=MOST_SUMMARY, widget=area(6, MOST_SUMMARY))
    took_part = forms.TypedMultipleChoiceField(
        label="实际参加的受邀平台", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    links = PlainTextField(
        label="宣传报道",
        max_length=4000,
        required=False,
        widget=area(3, 4000),
        help_text="每行一条：链接，空一格，标题。链接须以 https:// 开头。",
    )
    is_public = public_field("")
    uploads = files_field("签到表和照片", "可不选，总结后还可以补传；一次最多 10 个文件。")

    def __init__(self, *args: Any, invitations: Iterable[Invitation], of_platform: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not of_platform:
            del self.fields["is_public"]
        some = [(each.platform_id, each.platform.name) for each in invitations]
        if some:
            set_choices(self, "took_part", some)
        else:
            del self.fields["took_part"]

    def clean_links(self) -> list[Link]:
        try:
            return links_in(self.cleaned_data["links"])
        except WrongLink as wrong:
            raise ValidationError(str(wrong)) from wrong


class CancelForm(RefusableForm):
    reason = PlainTextField(label="取消理由", max_length=MOST_REASON, widget=area(3, MOST_REASON))
