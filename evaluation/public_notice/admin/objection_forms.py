"""What is asked for when an objection is entered from mail or paper, and with its moves."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from evaluation.models import Assessment, Objection
from evaluation.public_notice.choices import OBJECTION_ONLINE, ObjectionChannel, ObjectionOutcome
from evaluation.public_notice.queries import objections as queries
from evaluation.public_notice.services.objections import MOST_ANSWER, MOST_TEXT, WHOLE_LIST, officers_for
from platforms.backoffice.fresh import ServiceForm
from platforms.backoffice.moves import ReasonForm
from platforms.models import User

#: What an officer enters.
WRITTEN = [(value, label) for value, label in ObjectionChannel.choices if value not in OBJECTION_ONLINE]


def _area(rows: int, most: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": str(most)})


class NoticeField(forms.ModelChoiceField):
    """The notices that take objections, by year and number."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.round}公示 {obj.number}（{obj.starts_on} 至 {obj.ends_on}）"


class ListedField(forms.ModelChoiceField):
    """The platforms of those notices, by name and code; nothing chosen is the list as a whole."""

    names: dict[int, str]

    def label_from_instance(self, obj: Any) -> str:
        return self.names[obj.pk]


def notice_field() -> NoticeField:
    """Return the box for the notice; where there is one only, it is chosen."""
    rows = queries.taking_in().select_related("round")
    only = list(rows[:2])
    return NoticeField(
        rows,
        label="公示",
        empty_label="请选择",
        initial=only[0].pk if len(only) == 1 else None,
        error_messages={"required": "请选择公示。", "invalid_choice": "请从列出的公示中选择。"},
    )


def listed_field() -> ListedField:
    """Return the box for the platform."""
    lines = [line for notice in queries.taking_in() for line in queries.listed(notice, public=False)]
    names = {line.assessment_id: f"{line.name}（{line.code}）" for line in lines}
    rows: QuerySet[Assessment] = Assessment.objects.filter(pk__in=names).order_by("application__platform__code")
    field = ListedField(
        rows,
        label="涉及的平台",
        required=False,
        empty_label=WHOLE_LIST,
        help_text="对名单整体提出的，不选平台。",
        error_messages={"invalid_choice": "请从公示名单中选择。"},
    )
    field.names = names
    return field


class EnterForm(ServiceForm):
    """An objection as it came by mail or on paper."""

    channel = forms.ChoiceField(
        label="来源",
        choices=[("", "请选择"), *WRITTEN],
        error_messages={"required": "请选择来源。", "invalid_choice": "请选择邮件或书面。"},
    )
    received_on = forms.DateField(
        label="收到日期",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="须在公示期内；信件以收到日期为准。",
        error_messages={"required": "请填写收到日期。", "invalid": "收到日期应如 2026-09-10。"},
    )

    class Meta:
        model = Objection
        fields = ("notice", "assessment", "channel", "received_on", "name", "phone", "email", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 8, "maxlength": str(MOST_TEXT)})}


class AssignForm(ReasonForm):
    """Whom it is given to: nobody who had a part in the grade."""

    to = forms.ModelChoiceField(
        label="承办人",
        queryset=User.objects.none(),
        empty_label="请选择",
        help_text="参与该平台评分或档次核定的人员不能承办，不在此列。",
        error_messages={"required": "请选择承办人。", "invalid_choice": "请从列出的人员中选择承办人。"},
    )

    def __init__(self, *args: Any, row: Objection, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = officers_for(row).exclude(pk=row.assigned_to_id or 0)
        field.label_from_instance = lambda each: f"{each.name}（{each.username}）"  # type: ignore[method-assign, assignment]


class AnswerForm(ReasonForm):
    """What came of it, and the answer in writing."""

    outcome = forms.ChoiceField(
        label="处理结果",
        choices=[("", "请选择"), *ObjectionOutcome.choices],
        error_messages={"required": "请选择处理结果。", "invalid_choice": "请从列出的处理结果中选择。"},
    )
    reason = forms.CharField(
        label="答复意见",
        max_length=MOST_ANSWER,
        widget=_area(8, MOST_ANSWER),
        help_text="写明核查情况、依据和结论；异议人查询时可见全文，不要写评审人员姓名。",
        error_messages={"required": "请填写答复意见。"},
    )
    field_order = ("outcome", "reason")


class RefuseForm(ReasonForm):
    """Why it is not dealt with."""

    reason = forms.CharField(
        label="不予受理的理由",
        max_length=MOST_ANSWER,
        widget=_area(5, MOST_ANSWER),
        help_text="例如与公示内容无关、非本人实名；异议人查询时可见全文。",
        error_messages={"required": "请填写不予受理的理由。"},
    )
