"""The form of a proposal to revoke: the confirmed facts that it rests on, the words, the day."""

from collections.abc import Sequence
from typing import Any

from django import forms

from platforms.backoffice.own_password import AsksPassword
from platforms.models import Ground
from platforms.pages.fields import DayField


class FactsField(forms.ModelMultipleChoiceField):
    """Confirmed facts, each with its ground."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.ground_label}（{obj.number}，{obj.happened_on:%Y-%m-%d}）：{obj.text}"


class ProposeForm(AsksPassword):
    """On which facts, in which words, from which day, and the own password of who proposes."""

    use_required_attribute = False

    facts = FactsField(
        label="依据的事实",
        queryset=Ground.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="只列出已确认、未用于其他撤销认定的事实；所选事实须属于同一撤销情形，其内容告知运营单位。",
        error_messages={
            "required": "请至少选择一条已确认的事实。",
            "invalid_choice": "所选事实已不能使用，请刷新页面后重新选择。",
            "invalid_pk_value": "请从列出的事实中选择。",
        },
    )
    reason = forms.CharField(
        label="事实和依据",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": 1000}),
        help_text="写明时间、事项和核查依据；内部留存，公众页面只显示撤销情形和日期。",
    )
    on = DayField(label="撤销日期", help_text="须在认定有效期内，不晚于今天。")

    field_order = ("facts", "reason", "on", "password")

    def __init__(self, *args: Any, usable: Sequence[Ground], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["facts"]
        assert isinstance(field, FactsField)
        field.queryset = Ground.objects.filter(pk__in=[row.pk for row in usable]).order_by("ground", "happened_on")
