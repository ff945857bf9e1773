"""The forms of a public notice: when it runs and what it says, and why a line of it changes."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from evaluation.models import Assessment, Objection, PublicNotice
from evaluation.public_notice.services.notices import MOST_DAYS, MOST_REASON
from platforms.backoffice.own_password import AsksPassword
from platforms.document_number import document_number
from platforms.pages.fields import DayField, PlainTextField, WholeNumberField


class PeriodForm(forms.Form):
    """From when, for how many working days, and whether the first day is one of them."""

    use_required_attribute = False

    starts_on = DayField(label="公示开始日期", help_text="不早于今天；须在该日或之前批准。")
    working_days = WholeNumberField(label="公示工作日数", unit="个工作日", low=1, high=MOST_DAYS)
    first_day_counts = forms.BooleanField(
        label="公示首日计入工作日", required=False, help_text="首日为休息日的，一律不计入。"
    )


class ProposeForm(PeriodForm, AsksPassword):
    """All that the notice says beside its list."""

    document_number = PlainTextField(label="文号", max_length=40, required=False, help_text="格式如 经信〔2026〕12号。")
    organiser = PlainTextField(label="公示单位", max_length=60)
    phone = PlainTextField(label="联系电话", max_length=60, help_text="受理异议的办公电话，对外公示。")
    address = PlainTextField(label="来信地址", max_length=120, required=False)
    email = PlainTextField(label="邮箱", max_length=120, required=False)
    reason = PlainTextField(
        label="理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text="内部留存，不对外公示。"
    )

    field_order = (
        "starts_on", "working_days", "first_day_counts", "document_number", "organiser", "phone", "address", "email",
        "reason", "password",
    )  # fmt: skip

    def clean_document_number(self) -> str:
        """Return the number as documents are numbered.

        Raises:
            ValidationError: it is none.
        """
        try:
            return document_number(self.cleaned_data["document_number"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class ObjectionField(forms.ModelChoiceField):
    """An objection by its number, with what came of it."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number}（{obj.get_outcome_display() or obj.get_status_display()}）"


class AmendForm(AsksPassword):
    """Why a platform is listed anew."""

    use_required_attribute = False

    reason = PlainTextField(
        label="变动理由",
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="与变动一并对外公示，不写个人信息。",
    )
    objection = ObjectionField(
        label="依据的异议",
        queryset=Objection.objects.none(),
        required=False,
        empty_label="无",
        error_messages={"invalid_choice": "请从列出的异议中选择。", "invalid_pk_value": "请从列出的异议中选择。"},
    )

    field_order = ("reason", "objection", "password")

    def __init__(self, *args: Any, notice: PublicNotice, assessment: Assessment, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["objection"]
        assert isinstance(field, ObjectionField)
        field.queryset = objections_about(notice, assessment)


def objections_about(notice: PublicNotice, assessment: Assessment) -> QuerySet[Objection]:
    """Return the objections to ``notice`` about ``assessment`` or the list as a whole, by their numbers."""
    about = Q(assessment=assessment) | Q(assessment__isnull=True)
    return Objection.objects.filter(about, notice=notice).order_by("number")
