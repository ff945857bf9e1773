"""What is asked for with a move of a complaint."""

from typing import Any

from django import forms

from platforms.backoffice.moves import ReasonForm
from platforms.cases.choices import ComplaintFinding, ComplaintStatus
from platforms.cases.services.complaint_cases import MOST_REPLY, MOST_TEXT
from platforms.models import Complaint


def _area(rows: int, most: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": str(most)})


class ExamineForm(ReasonForm):
    """The finding of who looked into it, how it was found, and what might be answered."""

    finding = forms.ChoiceField(
        label="核查结论",
        choices=[("", "请选择"), *ComplaintFinding.choices],
        error_messages={"required": "请选择核查结论。", "invalid_choice": "请从列出的核查结论中选择。"},
    )
    reason = forms.CharField(
        label="核查情况",
        error_messages={"required": "请写明向谁核对、查到什么。"},
        max_length=MOST_TEXT,
        widget=_area(6, MOST_TEXT),
        help_text="写明向谁核对、查到什么；不必写投诉人的姓名和电话。佐证材料在投诉页面上传。",
    )
    reply = forms.CharField(
        label="拟答复",
        max_length=MOST_REPLY,
        required=False,
        widget=_area(3, MOST_REPLY),
        help_text="建议答复投诉人的一两句话，由市经信局认定时确定。",
    )
    field_order: tuple[str, ...] = ("finding", "reason", "reply")


class DecideForm(ReasonForm):
    """Why it was decided so, and what the complainant is told."""

    reason = forms.CharField(
        label="认定理由",
        max_length=MOST_TEXT,
        widget=_area(5, MOST_TEXT),
        help_text="内部留存，投诉人和平台看不到。",
        error_messages={"required": "请填写认定理由。"},
    )
    outcome = forms.CharField(
        label="答复投诉人",
        max_length=MOST_REPLY,
        widget=_area(3, MOST_REPLY),
        help_text="投诉人用受理编号和查询码查询时看到这句话。",
        error_messages={"required": "请写一句答复，投诉人查询时可见。"},
    )


class MergeForm(ReasonForm):
    """Another complaint about the same platform, and why both are one case."""

    into = forms.ModelChoiceField(
        label="并入哪一件",
        queryset=Complaint.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择并入哪一件。", "invalid_choice": "请从列出的投诉中选择。"},
    )
    reason = forms.CharField(
        label="并案理由", max_length=400, widget=_area(3, 400), error_messages={"required": "请填写并案理由。"}
    )
    field_order: tuple[str, ...] = ("into", "reason")

    def __init__(self, *args: Any, row: Complaint, **options: Any) -> None:
        super().__init__(*args, **options)
        others = Complaint.objects.filter(platform=row.platform_id).exclude(pk=row.pk)
        field = self.fields["into"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = others.exclude(status=ComplaintStatus.MERGED).order_by("-received_at")
        field.label_from_instance = lambda each: f"{each.number}（{each.get_status_display()}）{each.text[:20]}"  # type: ignore[method-assign, assignment]
