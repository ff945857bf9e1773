"""The forms of hearings: what the operator says, what an officer writes down from paper, what came of it."""

from typing import Any

from django import forms

from evaluation.hearings.services.hearings import LONGEST_ANSWER, LONGEST_REPLY
from evaluation.public_notice.services import objections
from platforms.filetypes import MEGABYTE
from platforms.pages.evidence import files_field
from platforms.pages.fields import DayField, PlainTextField
from platforms.pages.forms import RefusableForm, area

WAYS = (("answer", "提出陈述申辩"), ("waive", "放弃陈述申辩"))


class _Person(RefusableForm):
    """Who speaks for the operator."""

    name = PlainTextField(label="陈述人姓名", max_length=40)
    phone = PlainTextField(label="联系电话", max_length=60, required=False)


class AnswerForm(_Person):
    """What the operator says, and who says it."""

    text = PlainTextField(
        label="陈述申辩", max_length=LONGEST_ANSWER, widget=area(10, LONGEST_ANSWER),
        help_text="写明不同意的事实、理由和依据。",
    )  # fmt: skip

    field_order = ("text", "name", "phone")


class WaiveForm(_Person):
    """Who says that there is nothing to say."""


class ObjectionForm(RefusableForm):
    """An objection of the operator to the public notice, about its own platform."""

    text = PlainTextField(
        label="异议内容", max_length=objections.MOST_TEXT, widget=area(8, objections.MOST_TEXT),
        help_text="写明对公示的哪一项有异议、事实和理由。",
    )  # fmt: skip
    name = PlainTextField(label="姓名或单位", max_length=80, help_text="真实姓名或单位全称，匿名的不予受理。")
    phone = PlainTextField(label="联系电话", max_length=60, help_text="手机或带区号的固定电话。")
    email = PlainTextField(label="邮箱", max_length=120, required=False, help_text="填写的，受理和答复时发送邮件。")
    uploads = files_field(
        "证明材料",
        f"选填，最多 {objections.MOST_FILES} 个文件，合计不超过 {objections.MOST_BYTES // MEGABYTE} MB。",
    )


class PaperForm(_Person):
    """What came on paper."""

    received_on = DayField(label="收到日期", help_text="单位送达书面材料的日期，不晚于陈述期限。")
    way = forms.ChoiceField(label="内容", choices=WAYS, widget=forms.RadioSelect, initial="answer")
    text = PlainTextField(
        label="陈述申辩", max_length=LONGEST_ANSWER, required=False, widget=area(8, LONGEST_ANSWER),
        help_text="照书面材料录入；放弃陈述申辩的不填。原件扫描后上传。",
    )  # fmt: skip

    field_order = ("received_on", "way", "text", "name", "phone")

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        values = dict(self.cleaned_data)
        values["waived"] = values.pop("way") == "waive"
        return values


class ReplyForm(RefusableForm):
    """What came of the answer."""

    text = PlainTextField(
        label="复核意见", max_length=LONGEST_REPLY, widget=area(8, LONGEST_REPLY),
        help_text="逐条说明是否采纳和理由；运营单位凭链接查看。",
    )  # fmt: skip
